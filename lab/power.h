/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * power.h - the command power: units, smallest difference, or power of a test to come.
 */
#ifndef LAB_POWER_H
#define LAB_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lab/lab.h"

/* NaN: not given. */
typedef struct {
    double baseline_rate; /* or mean and sd, or a pilot */
    double mean, sd;
    const char *pilot;            /* CSV of one row a unit; NULL: none */
    const char *outcome;          /* of the pilot: a column, or NUMERATOR/DENOMINATOR */
    const char *const *covariate; /* of the pilot */
    size_t covariates;
    const char *cluster; /* of the pilot */
    double mde_rel, mde_abs, n;
    double alpha, power, holdout;
    double correlation; /* of the outcome with what CUPED predicts */
    double icc, cluster_size, cluster_cv;
    const char *out; /* NULL: no files */
    bool json;
} lab_power_options;

/* Of mde, n and power, what is missing is worked out: n from mde and power, mde from n and power, power from
 * mde and n. [out] error: filled unless LAB_OK. */
lab_status lab_power(const lab_power_options *options, FILE *print, lab_error *error);

#endif
