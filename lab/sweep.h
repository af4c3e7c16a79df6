/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.h - the command sweep: a grid of scenarios on common random numbers, kept so that it can be resumed.
 */
#ifndef LAB_SWEEP_H
#define LAB_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "sim/batch.h"

typedef struct {
    const char *scenario;    /* a path or the name of a shipped scenario */
    const char *const *vary; /* axes, see grid.h */
    size_t varied;
    const char *const *set; /* "PATH=VALUE", for all points */
    size_t sets;
    const char *out; /* folder; NULL: NAME-sweep in the current folder */
    bool has_seed;   /* else the scenario's */
    uint64_t seed;
    uint32_t reps;    /* of each point; 0: the scenario's */
    uint32_t threads; /* 0: one for each processor */
    bool twins;
    bool resume;
    const char *frontier[2]; /* metrics; both NULL: report_default_frontier() */
    const char *best;        /* metric to select by; NULL: none */
    uint32_t budget;         /* replications to give out by `best`; 0: `reps` for each point */
    bool json;
    bool colour;
    sim_executor *executor; /* NULL: threads of this process */
    /* As sim_run_options.progress; counts the trials that this call has to run. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
} lab_sweep_options;

/* Loads and checks every point before it runs any. Each finished trial is kept in DIR/sweep.db.part at once;
 * when all are there, DIR/sweep.db, sweep.csv, plots and sweep.html are written and the summary is printed.
 * On LAB_FAILED the part stays, and `resume` goes on from it. [out] error: filled unless LAB_OK. */
lab_status lab_sweep(const lab_sweep_options *options, FILE *print, lab_error *error);

/* The folder that lab_sweep() will use. */
void lab_sweep_folder(const lab_sweep_options *options, char *out, size_t size);

#endif
