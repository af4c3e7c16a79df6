/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * common.c - what the commands that simulate share; see internal.h.
 */
#include "lab/internal.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lab/folder.h"

lab_status lab_scenario_load(const char *path, const char *const *set, size_t sets, scenario **out,
                             lab_error *error) {
    scenario_error why = {""};
    switch (scenario_load(path, set, sets, out, &why)) {
    case SCENARIO_OK: return LAB_OK;
    case SCENARIO_NO_MEMORY: return lab_fail(error, LAB_FAILED, "%s: out of memory", path);
    default: return lab_fail(error, LAB_BAD_INPUT, "%s", why.text);
    }
}

uint32_t lab_processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 1024 ? 1024 : (uint32_t)n;
}

double lab_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

lab_status lab_sim_fail(lab_error *error, sim_status status, const char *why) {
    switch (status) {
    case SIM_NO_MEMORY: return lab_fail(error, LAB_FAILED, "out of memory");
    case SIM_STOPPED: return lab_fail(error, LAB_FAILED, "stopped; nothing was written");
    case SIM_LIMIT: return lab_fail(error, LAB_FAILED, "nothing was written: %s", why);
    default: return lab_fail(error, LAB_FAILED, "defect of the program, nothing was written: %s", why);
    }
}

lab_status lab_run_keep(const char *dir, const report_summary *summary, lab_error *error) {
    lab_status status = lab_folder_make(dir, error);
    if (status != LAB_OK) return status;
    store_metric *metric = calloc(summary->values ? summary->values : 1, sizeof *metric);
    if (!metric) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; i < summary->values; i++) {
        static const char *const direction[] = {"more", "less", "neutral"}; /* as report_direction */
        const report_value *v = &summary->value[i];
        metric[i] = (store_metric){
            .name = v->metric->name,
            .unit = v->metric->unit,
            .definition = v->metric->definition,
            .direction = direction[v->metric->direction],
            .by_trial = v->by_trial,
            .mean = v->mean,
            .lo = v->lo,
            .hi = v->hi,
            .sd = v->sd,
            .n = v->n,
        };
    }
    char path[LAB_PATH_SIZE + 8];
    char why[STORE_ERROR_SIZE] = "";
    snprintf(path, sizeof path, "%s/run.db", dir);
    if (store_write(path, summary->run, metric, summary->values, why) != STORE_OK)
        status = lab_fail(error, LAB_FAILED, "%s", why);
    free(metric);
    return status;
}
