/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interval.h - intervals over replications of a simulation: of a mean, and of a paired difference.
 *
 * Replications are independent, so Student's t holds for their means (A. M. Law, Simulation Modeling and
 * Analysis, 5th ed., 4.5 and 10.2). `level` is the confidence, .95 for a 95 % interval. NaN is a number that
 * does not exist; NaN inputs mark replications without a value and are left out.
 */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include "stats/moments.h"

typedef struct {
    double n, mean, sd; /* mean: NaN if n < 1; sd: NaN if n < 2 */
    double lo, hi;      /* NaN if n < 2; equal to the mean if every replication gave the same */
} stat_interval;

/* Student-t interval: mean -+ t(n - 1) sd / sqrt(n). */
stat_interval stat_mean_interval(const double *x, size_t n, double level);
stat_interval stat_sample_interval(const stat_sample *sample, double level);

typedef struct {
    double n;                  /* pairs with both values */
    double mean_a, mean_b;     /* over these pairs; NaN if n < 1 */
    double diff, lo, hi;       /* b - a; lo, hi: NaN if n < 2 */
    double p;                  /* two-sided paired t test of diff = 0; NaN if n < 2 */
    double variance_reduction; /* (s_a^2 + s_b^2) / s_diff^2; NaN if n < 2 or s_diff = 0 */
} stat_paired;

/* Replications of two policies on common random numbers, pair by pair. If all differences are the same, the
 * interval is that point, and p is 1 where it is 0 and 0 elsewhere: twin runs that never part are a common
 * case. */
stat_paired stat_paired_difference(const double *a, const double *b, size_t n, double level);

/* Two-sided quantile t of Student's distribution: P(|T| <= t) = level. df may be fractional; NaN if df <= 0
 * or level is outside (0, 1). */
double stat_t_quantile(double level, double df);

/* Two-sided p of a t statistic. */
double stat_t_p(double t, double df);

#endif
