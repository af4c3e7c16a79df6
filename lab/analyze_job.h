/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze_job.h - what the files of analyze hand to each other: the table's columns, and one contrast at a
 * time.
 */
#ifndef LAB_ANALYZE_JOB_H
#define LAB_ANALYZE_JOB_H

#include "lab/analyze.h"
#include "lab/sheet.h"
#include "reports/analysis.h"
#include "stats/cuped.h"

enum { ANALYZE_ARMS = 64, ANALYZE_OUTCOMES = 64 };

typedef struct {
    const char *name;
    size_t numerator, denominator; /* of the table; denominator SIZE_MAX: none */
    const double *raw;             /* the numerator as it stands */
    double *value;                 /* the same, winsorised; own */
    const double *per;             /* the denominator; NULL: 1 */
} analyze_outcome;

/* Units of the control, then of one arm, that have the outcome. */
typedef struct {
    size_t n, n_control, missing;
    double *x, *y;         /* y stays 1 without a denominator */
    bool ratio, rate;      /* has a denominator; all values are 0 or 1 */
    bool *treated, *event; /* event: not 0 before it was winsorised */
    uint32_t *cluster;
    double *covariate[STAT_COVARIATES_MAX];
    double *scratch;
} analyze_contrast;

typedef struct {
    const lab_analyze_options *options;
    lab_sheet *table;
    size_t arm_column, cluster_column, covariate_column[STAT_COVARIATES_MAX];
    uint32_t arm_id[ANALYZE_ARMS]; /* of the table, in the order of result.arm */
    analyze_outcome outcome[ANALYZE_OUTCOMES];
    analyze_contrast contrast;
    report_analysis result;
    store_run program; /* rows that tell of the program alone */
} analyze_job;

/* Adds a note that every output shows. */
void analyze_note(analyze_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fills value, raw and per of each outcome. */
lab_status analyze_prepare_outcomes(analyze_job *job, lab_error *error);

/* All methods that fit the contrast at hand, as rows of result. */
lab_status analyze_estimate_all(analyze_job *job, size_t arm, size_t outcome, lab_error *error);

#endif
