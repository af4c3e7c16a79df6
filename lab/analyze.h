/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze.h - the command analyze: the estimators of stats/ on a real experiment's table.
 */
#ifndef LAB_ANALYZE_H
#define LAB_ANALYZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "stats/bootstrap.h"

typedef enum { LAB_CORRECT_NONE, LAB_CORRECT_HOLM, LAB_CORRECT_BH } lab_correction;

typedef struct {
    const char *file;
    const char *arm, *control;  /* column; its value that is the control */
    const char *weights;        /* "A=1,B=9": intended shares; NULL: equal */
    const char *const *outcome; /* columns, or NUMERATOR/DENOMINATOR */
    size_t outcomes;
    const char *const *covariate;
    size_t covariates;
    const char *cluster; /* NULL: units are independent */
    double winsorize;    /* quantile in (.5, 1); 0: no */
    double alpha;
    double sequential; /* units in all at which the sequence is tightest; 0: no sequence */
    double min_events; /* in every arm, for the sequence */
    uint32_t bootstrap;
    stat_bootstrap_kind bootstrap_kind;
    lab_correction correct;
    uint64_t seed;   /* of the bootstrap and of drawn assignments */
    const char *out; /* NULL: no files */
    bool json, colour;
} lab_analyze_options;

/* One row a unit. Prints the estimates, and writes the page and its files to `out` if that is given. [out]
 * mismatch: the arms do not have their sizes; error: filled unless LAB_OK. */
lab_status lab_analyze(const lab_analyze_options *options, FILE *print, bool *mismatch, lab_error *error);

/* Cumulative looks: columns count_ARM, mean_ARM, variance_ARM for each arm, and optionally events_ARM. */
typedef struct {
    const char *file, *control;
    const char *look;          /* column that orders and names the looks; NULL: the order of the rows */
    const char *const *series; /* columns that tell apart several experiments in one file */
    size_t series_count;
    double alpha, sequential, min_events; /* sequential 0: the units of the last look */
    const char *out;
    bool json, colour;
} lab_looks_options;

lab_status lab_analyze_looks(const lab_looks_options *options, FILE *print, lab_error *error);

/* A log with known propensities: what another policy would have earned. */
typedef struct {
    const char *file;
    const char *const *outcome;
    size_t outcomes;
    const char *propensity, *target;  /* columns */
    const char *model, *model_target; /* columns of a model's predictions; both or none */
    const char *stock;                /* column that names the stock a round drew on, or "ample" */
    double alpha;
    bool json;
} lab_offline_options;

lab_status lab_analyze_offline(const lab_offline_options *options, FILE *print, lab_error *error);

#endif
