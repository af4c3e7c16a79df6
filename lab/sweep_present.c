/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_present.c - the end of a sweep: numbers, store, files, summary.
 */
#include "lab/sweep_job.h"

#include <math.h>
#include <stdlib.h>

static void take_axes(sweep_job *job) {
    report_sweep *s = &job->sweep;
    s->axes = job->grid.axes;
    for (size_t a = 0; a < s->axes; a++) {
        const lab_axis *axis = &job->grid.axis[a];
        s->axis[a] =
            (report_axis){axis->path, axis->value, axis->number, axis->unit, axis->values, axis->log};
    }
}

static lab_status select_best(sweep_job *job, lab_error *error) {
    report_sweep *s = &job->sweep;
    size_t n;
    bool largest = report_metrics(&n)[s->best_metric].direction == REPORT_MORE_IS_BETTER;
    stat_system *system = calloc(s->points, sizeof *system);
    bool good = system != NULL;
    for (size_t p = 0; good && p < s->points; p++)
        good = lab_sweep_system(job, p, s->best_metric, &system[p]);
    if (good) {
        s->best = stat_selection_best(system, s->points, largest);
        s->pcs = stat_selection_pcs(system, s->points, s->best);
    }
    free(system);
    if (!good) return lab_fail(error, LAB_FAILED, "out of memory");
    if (s->best == s->points) s->has_best = false; /* no point has a value */
    return LAB_OK;
}

static lab_status summarise(sweep_job *job, lab_error *error) {
    report_sweep *s = &job->sweep;
    if (!report_sweep_init(s, job->grid.points)) return lab_fail(error, LAB_FAILED, "out of memory");
    s->scenario = job->base.scenario;
    s->title = job->base.title;
    s->seed = job->seed;
    s->twins = job->options->twins;
    s->budget = job->options->budget;
    s->manifest = job->base.manifest;
    s->manifest_rows = job->base.manifest_rows;
    take_axes(job);
    for (size_t p = 0; p < s->points; p++) {
        const sweep_point *point = &job->point[p];
        if (!report_sweep_point(s, p, point->row, job->stride, point->want))
            return lab_fail(error, LAB_FAILED, "out of memory");
        for (uint32_t i = 0; i < point->want; i++)
            s->events += point->row[i * job->stride + job->metrics];
    }
    if (!job->options->frontier[0]) report_default_frontier(s);
    if (!report_sweep_frontier(s)) return lab_fail(error, LAB_FAILED, "out of memory");
    return s->has_best ? select_best(job, error) : LAB_OK;
}

static lab_status keep(sweep_job *job, lab_error *error) {
    static const char *const direction[] = {"more", "less", "neutral"}; /* as report_direction */
    const report_sweep *s = &job->sweep;
    size_t cells = s->points * s->metrics;
    const char **setting = calloc(s->points * s->axes, sizeof *setting);
    const char **axis = calloc(s->axes, sizeof *axis);
    store_metric *metric = calloc(cells, sizeof *metric);
    char why[STORE_ERROR_SIZE] = "";
    bool good = setting && axis && metric;
    for (size_t a = 0; good && a < s->axes; a++)
        axis[a] = s->axis[a].path;
    for (size_t i = 0; good && i < s->points * s->axes; i++)
        setting[i] = s->axis[i % s->axes].value[report_sweep_setting(s, i / s->axes, i % s->axes)];
    for (size_t i = 0; good && i < cells; i++) {
        const report_value *v = &s->value[i];
        metric[i] = (store_metric){.name = v->metric->name,
                                   .unit = v->metric->unit,
                                   .definition = v->metric->definition,
                                   .direction = direction[v->metric->direction],
                                   .mean = v->mean,
                                   .lo = v->lo,
                                   .hi = v->hi,
                                   .sd = v->sd,
                                   .n = v->n};
    }
    const store_sweep_result result = {.axis = axis,
                                       .axes = s->axes,
                                       .setting = setting,
                                       .replications = s->replications,
                                       .frontier = s->front,
                                       .points = s->points,
                                       .metric = metric,
                                       .metrics = s->metrics};
    lab_status status = LAB_OK;
    if (!good)
        status = lab_fail(error, LAB_FAILED, "out of memory");
    else if (store_sweep_finish(job->store, &result, why) != STORE_OK)
        status = lab_fail(error, LAB_FAILED, "%s", why);
    free(setting);
    free(axis);
    free(metric);
    return status;
}

lab_status lab_sweep_present(sweep_job *job, FILE *print, lab_error *error) {
    char why[STORE_ERROR_SIZE] = "";
    lab_status status = summarise(job, error);
    if (status == LAB_OK) status = keep(job, error);
    if (status != LAB_OK) return status;
    const report_host host = {.row = job->host.row,
                              .rows = job->host.rows,
                              .wall_s = job->wall_s,
                              .loop_s = job->loop_s,
                              .out = job->out,
                              .colour = job->options->colour};
    if (!report_sweep_write(job->out, &job->sweep, &host, why))
        return lab_fail(
            error, LAB_FAILED,
            "%s\nThe sweep itself is kept in %s/sweep.db: the same command with --resume writes the rest.",
            why, job->out);
    if (!job->options->json) {
        report_sweep_text(print, &job->sweep, &host);
        return LAB_OK;
    }
    json_t *document = report_sweep_json(&job->sweep, &host);
    status = lab_print_json(document, print, error);
    json_decref(document);
    return status;
}
