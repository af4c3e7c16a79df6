/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bootstrap.h - intervals by resampling units: percentile, BCa and Poisson.
 *
 * B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993: percentile (13) and BCa (14), which
 * corrects for bias and skewness. The Poisson bootstrap gives each unit a weight that is Poisson with mean 1
 * instead of drawing n units (N. Chamandy and others, Estimating uncertainty for massive data streams, 2012);
 * its interval here is by percentiles. Units of an arm have a numerator x and a denominator y (NULL: 1), and
 * the statistic is sum x / sum y; give clusters' sums for clustered units. All are poor below about 50 units
 * an arm; BCa, whose acceleration is a third moment, below some thousand where tails are heavy
 * (docs/COVERAGE.md).
 */
#ifndef STATS_BOOTSTRAP_H
#define STATS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Uniform numbers in [0, 1) with an address: the same (replicate, unit) always gives the same one, whatever
 * was asked before. */
typedef struct {
    double (*uniform)(const void *context, uint32_t replicate, uint32_t unit);
    const void *context;
} stat_draws;

typedef enum { STAT_PERCENTILE, STAT_BCA, STAT_POISSON } stat_bootstrap_kind;

typedef struct {
    const double *x, *y; /* no NaN */
    size_t n;            /* of both arms together at most UINT32_MAX */
} stat_bootstrap_arm;

typedef struct {
    double estimate, lo, hi;
    double p; /* two-sided: twice the smaller share of replicates on one side of 0, (1 + r) / (1 + B); of BCa
                 twice the level at which its interval would end there (Efron, Tibshirani, 15) */
    double out; /* replicates without a value (a control of 0), left out; over 5 %: no interval */
} stat_bootstrap_interval;

typedef struct {
    stat_bootstrap_interval diff, rel; /* treated - control, treated / control - 1 */
} stat_bootstrap_result;

/* [in] replicates: 1,000 for 95 % intervals, more for p. An arm of fewer than two units, or no spread in
 * either: lo, hi and p are NaN. false: no memory; untouched. */
bool stat_bootstrap(const stat_bootstrap_arm *treated, const stat_bootstrap_arm *control,
                    stat_bootstrap_kind kind, uint32_t replicates, double level, stat_draws draw,
                    stat_bootstrap_result *out);

/* The Poisson(1) weight of a uniform number, by inversion; at most 18, which 2^-53 does not reach. */
unsigned stat_poisson_weight(double u);

#endif
