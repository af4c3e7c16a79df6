/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_counts.h - counts by person and by rank: negative binomial and Zipf by maximum likelihood.
 */
#ifndef STATS_FIT_COUNTS_H
#define STATS_FIT_COUNTS_H

#include "stats/fit.h"

/* The count `x`, `weight` of which were seen. */
typedef struct {
    double x, weight;
} stat_count;

/* Negative binomial: counts whose Poisson means differ between people by a gamma. mean m, dispersion k:
 * variance m + m^2 / k; the gamma's coefficient of variation is 1 / sqrt(k). A. S. C. Ehrenberg, Applied
 * Statistics 8, 1959 (NBD); R. A. Fisher, Biometrics 9, 1953 (likelihood); zero-truncated: A. A. Sampford,
 * Biometrika 42, 1955. */
typedef struct {
    double mean, dispersion; /* of everybody, those at 0 too, even if they cannot be seen */
    double mean_se, dispersion_se;
    double cv, cv_se;     /* of the gamma */
    double zero, zero_se; /* the share at 0 */
    double aic;           /* of the same truncation as poisson_aic */
    double poisson_aic;   /* of the best Poisson: all people alike */
    double n;             /* people seen */
    stat_maximum maximum; /* theta: log mean, log dispersion */
} stat_nbd_fit;

/* [in] zeros: false if whoever is at 0 cannot be seen: the distribution is then cut at 1. Counts must be
 * whole, >= 0 (>= 1 without zeros). false: no fit. There are no counts; all are 0, or 1 without zeros; or the
 * likelihood has no peak, as where counts differ no more than a Poisson's. */
bool stat_fit_nbd(const stat_count *count, size_t n, bool zeros, stat_nbd_fit *out);

/* P(X = x), and given X > 0 if !zeros. */
double stat_nbd_chance(double mean, double dispersion, bool zeros, double x);

typedef struct {
    double exponent, se;
    double n; /* sum of counts */
} stat_zipf_fit;

/* Zipf over ranks 1..n, P(r) ~ r^-a: a solves mean of log r = its expectation; se from the information,
 * N Var(log r). M. L. Goldstein, S. A. Morris, G. G. Yen, European Physical Journal B 41, 2004. [in] count:
 * by rank. Ranks that were taken from the same counts make the top look steeper and the end flatter; that
 * counts where many ranks have few. false: n < 2, no counts, or all of them at one end. a below 0 comes out
 * as it is (counts that rise). */
bool stat_fit_zipf(const double *count, size_t n, stat_zipf_fit *out);

#endif
