/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * internal.h - what several commands share.
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

/* Loads a scenario and its traces; an error is the loader's message. [out] out: untouched on failure. */
lab_status lab_scenario_load(const char *path, const char *const *set, size_t sets, scenario **out,
                             lab_error *error);

uint32_t lab_processors(void); /* that are online */
double lab_seconds(void);      /* of a clock that only goes forward */

/* Says why a simulation ended early. [in] why: of SIM_BROKEN. */
lab_status lab_sim_fail(lab_error *error, sim_status status, const char *why);

/* Reads DIR/run.db. LAB_BAD_INPUT: there is none, or it is no run's. [out] out: the caller's to clear;
 * untouched on failure. */
lab_status lab_run_read(const char *dir, store_run *out, lab_error *error);

/* Makes the folder and writes DIR/run.db. */
lab_status lab_run_keep(const char *dir, const report_summary *summary, lab_error *error);

#endif
