/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * moments.h - sufficient statistics of a sample: what intervals and tests of means are made from.
 *
 * (Streaming and merged moments are kept by store/trial.h as {n, mean, m2}; stat_sample_from_moments takes
 * them.) A number that does not exist is NaN: the mean of nothing, the variance of fewer than two values.
 */
#ifndef STATS_MOMENTS_H
#define STATS_MOMENTS_H

#include <stddef.h>

typedef struct {
    double n;        /* values */
    double mean;     /* NaN if n < 1 */
    double variance; /* with divisor n - 1; NaN if n < 2; never negative */
} stat_sample;

/* Of an array, in two passes (Chan, Golub, LeVeque 1983, "corrected two-pass"). NaN values are left out and
 * not counted: they mark replications in which a ratio does not exist. */
stat_sample stat_sample_of(const double *x, size_t n);

/* [in] m2: sum of squared distances from the mean. */
stat_sample stat_sample_from_moments(double n, double mean, double m2);

/* From n, sum of values and sum of squares, as experiment tables give them. Digits are lost where the mean is
 * large against the spread. */
stat_sample stat_sample_from_sums(double n, double sum, double sum_of_squares);

#endif
