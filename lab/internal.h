/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * internal.h - what run and report share.
 */
#ifndef LAB_INTERNAL_H
#define LAB_INTERNAL_H

#include "lab/lab.h"
#include "lab/run.h"
#include "reports/report.h"

/* Prints a document and a newline. LAB_FAILED if it cannot be written or document is NULL (no memory). */
lab_status lab_print_json(json_t *document, FILE *print, lab_error *error);

/* Writes the report's files into host->out and prints the summary; command is what the document says that it
 * is of. */
lab_status lab_present(const char *command, const report_summary *summary, const report_host *host, bool json,
                       FILE *print, lab_error *error);

#endif
