/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * present.c - the last step of run and report: the folder's files, then the summary.
 */
#include "lab/internal.h"

#include <errno.h>
#include <string.h>

lab_status lab_print_json(json_t *document, FILE *print, lab_error *error) {
    if (!document) return lab_fail(error, LAB_FAILED, "out of memory");
    if (json_dumpf(document, print, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) != 0 ||
        fputc('\n', print) == EOF)
        return lab_fail(error, LAB_FAILED, "cannot write the JSON document: %s", strerror(errno));
    return LAB_OK;
}

lab_status lab_present(const char *command, const report_summary *summary, const report_host *host, bool json,
                       FILE *print, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    if (!report_write(host->out, summary, host, why))
        return lab_fail(error, LAB_FAILED,
                        "%s\nThe run itself is kept in %s/run.db: `restocklab report %s` renders it again.",
                        why, host->out, host->out);
    if (!json) {
        report_text(print, summary, host);
        return LAB_OK;
    }
    json_t *document = report_json(summary, host);
    if (document) json_object_set_new(document, "command", json_string(command)); /* in its place */
    lab_status status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}
