/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment.h - the command experiment: designs of a holdout, tried many times in a world whose truth is
 * known.
 */
#ifndef LAB_EXPERIMENT_H
#define LAB_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "reports/experiment.h"
#include "sim/batch.h"

typedef struct {
    const char *scenario;   /* a path or the name of a shipped scenario */
    const char *const *set; /* "PATH=VALUE" */
    size_t sets;
    const char *designs; /* units of the holdout, separated by commas; NULL: all of them */
    bool store;          /* outcomes are all that shoppers buy, as report_experiment says */
    const char *out;     /* folder; NULL: NAME-experiment in the current folder */
    bool has_seed;       /* else the scenario's */
    uint64_t seed;
    uint32_t reps;    /* 0: the scenario's */
    uint32_t threads; /* 0: one for each processor */
    bool json;
    bool colour;
    sim_executor *executor; /* NULL: threads of this process */
    /* As sim_run_options.progress; `of` counts replications. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
} lab_experiment_options;

/* Runs every design on the same seeds, writes experiment.csv, plots and experiment.html to the folder, and
 * prints what came out. [out] error: filled unless LAB_OK. */
lab_status lab_experiment(const lab_experiment_options *options, FILE *print, lab_error *error);

/* What the designs show, without clocks, files or print; out, json and colour do not matter. [out] out: to be
 * cleared by the caller; its scenario and run are NULL, its slots those of worlds as they are alone. */
lab_status lab_experiment_score(const lab_experiment_options *options, report_experiment *out,
                                lab_error *error);

#endif
