/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_budget.c - gives replications to the points between which the choice is open.
 *
 * Every point begins with the same few; then rounds of a fixed size go where optimal computing budget
 * allocation (stats/selection.h) wants them. What a round is given depends on the numbers of the rounds
 * before alone, never on the order in which trials came back, so the result has the same bits on any number
 * of threads.
 */
#include "lab/sweep_job.h"

#include <math.h>
#include <stdlib.h>

#include "stats/interval.h"

enum { FIRST_LEAST = 3, FIRST_MOST = 10, ROUND_LEAST = 10 };

bool lab_sweep_system(const sweep_job *job, size_t point, size_t metric, stat_system *out) {
    const sweep_point *p = &job->point[point];
    double *x = calloc(p->want ? p->want : 1, sizeof *x);
    if (!x) return false;
    for (uint32_t i = 0; i < p->want; i++)
        x[i] = p->row[i * job->stride + metric];
    stat_interval v = stat_mean_interval(x, p->want, 0.95);
    *out = (stat_system){.mean = v.mean, .sd = v.sd, .n = v.n};
    free(x);
    return true;
}

static lab_status look(const sweep_job *job, stat_system *system, lab_error *error) {
    char label[600];
    for (size_t p = 0; p < job->grid.points; p++) {
        if (!lab_sweep_system(job, p, job->sweep.best_metric, &system[p]))
            return lab_fail(error, LAB_FAILED, "out of memory");
        if (system[p].n >= 2) continue;
        lab_grid_label(&job->grid, p, label, sizeof label);
        return lab_fail(error, LAB_BAD_INPUT,
                        "--best: '%s' does not exist in enough replications of point %zu (%s) to rank it",
                        job->options->best, p, label);
    }
    return LAB_OK;
}

static lab_status one_round(sweep_job *job, stat_system *system, uint32_t more, lab_error *error) {
    size_t points = job->grid.points, n;
    bool largest = report_metrics(&n)[job->sweep.best_metric].direction == REPORT_MORE_IS_BETTER;
    lab_status status = look(job, system, error);
    if (status != LAB_OK) return status;
    uint32_t *add = calloc(points, sizeof *add);
    bool good =
        add && stat_ocba_allocate(system, points, stat_selection_best(system, points, largest), more, add);
    for (size_t p = 0; good && p < points; p++)
        job->point[p].want += add[p];
    free(add);
    return good ? lab_sweep_fill(job, error) : lab_fail(error, LAB_FAILED, "out of memory");
}

lab_status lab_sweep_budget(sweep_job *job, lab_error *error) {
    const uint32_t budget = job->options->budget, points = (uint32_t)job->grid.points;
    uint32_t first = budget / (2 * points), round = points / 2 > ROUND_LEAST ? points / 2 : ROUND_LEAST;
    if (first > FIRST_MOST) first = FIRST_MOST;
    if (first < FIRST_LEAST) first = FIRST_LEAST;
    stat_system *system = calloc(points, sizeof *system);
    if (!system) return lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t p = 0; p < points; p++)
        job->point[p].want = first;
    job->later = budget - first * points;
    lab_status status = lab_sweep_fill(job, error);
    while (status == LAB_OK && job->later) {
        uint32_t more = job->later < round ? job->later : round;
        job->later -= more;
        status = one_round(job, system, more, error);
    }
    free(system);
    return status;
}
