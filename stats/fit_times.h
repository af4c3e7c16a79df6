/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_times.h - exponential, gamma, lognormal and Weibull times by maximum likelihood, with censoring.
 *
 * The likelihood of right- and interval-censored times: J. F. Lawless, Statistical Models and Methods for
 * Lifetime Data, 2nd ed., 2003, chapter 2; the families: ibid., chapter 1. What is reported is what a
 * scenario's spans take (models/dist.h), so every parameter is positive and fitted by its logarithm.
 */
#ifndef STATS_FIT_TIMES_H
#define STATS_FIT_TIMES_H

#include "stats/fit.h"

typedef enum {
    STAT_EXPONENTIAL, /* size: mean */
    STAT_GAMMA,       /* size: mean, shape: coefficient of variation */
    STAT_LOGNORMAL,   /* size: median, shape: sigma of the logarithm */
    STAT_WEIBULL,     /* size: scale, shape: shape */
    STAT_FAMILIES
} stat_family;

/* A time, `weight` of which were seen. lo = hi: known, above 0. hi = INFINITY: it is longer than lo, which is
 * all that is known. Otherwise it lies in (lo, hi], as one rounded to whole hours does. */
typedef struct {
    double lo, hi, weight;
} stat_time;

typedef struct {
    stat_family family;
    double size, shape; /* shape: 1 for the exponential */
    double size_se, shape_se;
    double aic;
    double n, ended;      /* times, and those of them that were seen to end */
    stat_maximum maximum; /* theta: log size, log shape; for drawing parameters from their distribution */
} stat_times_fit;

/* false: no fit. Nothing ended; or the likelihood has no peak, as where all times are one (with a shape).
 * [in] time: times of 0 with lo = hi, negative or NaN ones, and weights that are not above 0 give false too.
 */
bool stat_fit_times(stat_family family, const stat_time *time, size_t n, stat_times_fit *out);

/* log P(T > t), t >= 0. Without loss far in the tail. */
double stat_times_log_survival(stat_family family, double size, double shape, double t);

/* The q quantile, q in (0, 1). */
double stat_times_quantile(stat_family family, double size, double shape, double q);

/* The product-limit estimate of P(T > t) by Kaplan and Meier (survival.h), of times sorted by
 * stat_times_sort: a step at each time (at hi) that something ended. [out] at, alive: room for n. Returns the
 * steps. */
size_t stat_times_curve(const stat_time *time, size_t n, double *at, double *alive);

/* Sorts by hi, the censored ones among them by lo, and joins equals. Returns how many are left. */
size_t stat_times_sort(stat_time *time, size_t n);

#endif
