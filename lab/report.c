/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report.c - the command report: a finished run's folder, rendered again from its run.db.
 *
 * What the store does not hold - where and how long the run ran - is taken over from the manifest.json that
 * the run left; where that is gone, it is left out.
 */
#include "lab/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/internal.h"
#include "lab/manifest.h"
#include "reports/report.h"

/* [out] host: rows that point into `manifest`. */
static void host_from(json_t *manifest, lab_host *rows, report_host *host) {
    const char *key;
    json_t *value;
    rows->rows = 0;
    json_object_foreach(json_object_get(manifest, "host"), key, value) {
        if (!json_is_string(value) || rows->rows == LAB_HOST_ROWS) continue;
        store_pair *row = &rows->row[rows->rows];
        row->value = rows->text[rows->rows++];
        snprintf(row->value, LAB_HOST_TEXT, "%s", json_string_value(value));
        row->key = (char *)key; /* the pair's owner is the manifest */
    }
    json_t *wall = json_object_get(manifest, "wall_s"), *loop = json_object_get(manifest, "loop_s");
    host->row = rows->row;
    host->rows = rows->rows;
    host->wall_s = json_is_number(wall) ? json_number_value(wall) : NAN;
    host->loop_s = json_is_number(loop) ? json_number_value(loop) : NAN;
}

lab_status lab_run_read(const char *dir, store_run *out, lab_error *error) {
    char path[LAB_PATH_SIZE];
    char why[STORE_ERROR_SIZE] = "";
    struct stat info;
    if ((size_t)snprintf(path, sizeof path, "%s/run.db", dir) >= sizeof path)
        return lab_fail(error, LAB_BAD_INPUT, "the name of the folder is too long");
    if (stat(path, &info) != 0)
        return lab_fail(error, LAB_BAD_INPUT, "%s: no run here: there is no run.db in this folder", dir);
    switch (store_read(path, out, why)) {
    case STORE_OK: return LAB_OK;
    case STORE_NOT_A_RUN: return lab_fail(error, LAB_BAD_INPUT, "%s", why);
    default: return lab_fail(error, LAB_FAILED, "cannot read the run: %s", why);
    }
}

lab_status lab_report(const char *dir, bool json, bool colour, FILE *print, lab_error *error) {
    char path[LAB_PATH_SIZE + 16];
    store_run run = {0};
    report_summary summary = {0};
    lab_host rows;
    report_host host = {.out = dir, .colour = colour};
    lab_status status = lab_run_read(dir, &run, error);
    if (status != LAB_OK) return status;
    snprintf(path, sizeof path, "%s/manifest.json", dir);
    json_t *manifest = json_load_file(path, 0, NULL); /* NULL is as good as empty */
    host_from(manifest, &rows, &host);
    if (report_summarise(&run, &summary))
        status = lab_present("report", &summary, &host, json, print, error);
    else
        status = lab_fail(error, LAB_FAILED, "out of memory");
    report_summary_clear(&summary);
    json_decref(manifest);
    store_run_clear(&run);
    return status;
}
