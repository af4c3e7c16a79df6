/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_job.h - a sweep under way, as its files share it (inside lab/ only).
 */
#ifndef LAB_SWEEP_JOB_H
#define LAB_SWEEP_JOB_H

#include "lab/grid.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "lab/sweep.h"
#include "reports/sweep.h"
#include "sim/runner.h"
#include "stats/selection.h"
#include "store/sweep.h"

/* What is known of a point: a row of numbers a replication - all metrics, then its events. */
typedef struct {
    scenario *scenario;
    double *row;
    bool *held;    /* which rows are filled */
    uint32_t room; /* rows */
    uint32_t want; /* replications 0..want-1 belong to the result */
} sweep_point;

typedef struct {
    const lab_sweep_options *options;
    char path[LAB_PATH_SIZE]; /* of the scenario */
    char out[LAB_PATH_SIZE];
    lab_grid grid;
    sweep_point *point; /* grid.points */
    size_t metrics, stride;
    uint64_t seed;
    uint32_t reps, threads;
    store_run base; /* facts of the first point and the manifest; no trials */
    store_sweep *store;
    report_sweep sweep;
    lab_host host;
    double wall_s, loop_s;
    uint32_t done, of;          /* trials run by this call, to run */
    uint32_t later;             /* of a budget: not given out yet */
    uint32_t *at_point;         /* of each job of the batch under way */
    char why[STORE_ERROR_SIZE]; /* of a store that failed inside a batch */
    bool store_failed;
} sweep_job;

/* Runs the replications that points want and do not have. */
lab_status lab_sweep_fill(sweep_job *job, lab_error *error);

/* Gives the budget out and runs it: see sweep_budget.c. */
lab_status lab_sweep_budget(sweep_job *job, lab_error *error);

/* Summarises, writes the store and the report's files, and prints. */
lab_status lab_sweep_present(sweep_job *job, FILE *print, lab_error *error);

/* Room for that many replications of a point. false: no memory. */
bool lab_sweep_room(sweep_job *job, size_t point, uint32_t replications);

/* Mean, SD and number of a metric over the wanted replications of a point. false: no memory. */
bool lab_sweep_system(const sweep_job *job, size_t point, size_t metric, stat_system *out);

#endif
