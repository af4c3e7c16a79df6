/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ratio.h - ratio metrics by the delta method, and Fieller's interval of a relative lift.
 */
#ifndef STATS_RATIO_H
#define STATS_RATIO_H

#include "stats/stream.h"

/* Total numerator / total denominator of an arm (orders per visit, with the shopper as the unit), made into a
 * sample: its mean is the ratio R and its variance that of (x - R y) / mean y, so that variance / n is the
 * delta method's variance of R and stat_welch() compares two arms (A. Deng, U. Knoblich, J. Lu, Applying the
 * delta method in metric analytics, KDD 2018). x is the numerator, y the denominator of a unit. A mean
 * denominator of 0 has no ratio: mean and variance are NaN. Fewer than two units: no variance. */
stat_sample stat_ratio_sample(const stat_pairs *pairs);

/* A value a unit whose mean behaves as the ratio does: ratio + (x - ratio y) / mean y. y = NULL: 1
 * everywhere; out may be x. */
void stat_linearise(const double *x, const double *y, size_t n, double ratio, double mean_y, double *out);

typedef enum {
    STAT_BOUNDED,
    STAT_UNBOUNDED, /* the control mean is not away from 0 at this level: no finite interval covers */
    STAT_UNKNOWN /* too few units, or no spread at that ratio: none in either arm, or a treated mean of 0 */
} stat_bound;

typedef struct {
    stat_bound bound;
    double rel;    /* treated mean / control mean - 1; NaN if that is 0 */
    double lo, hi; /* NaN unless bounded */
    double df;
} stat_fieller_result;

/* E. C. Fieller, JRSS B 16, 1954: all ratios r for which treated - r control is not told apart from 0. With
 * g = q^2 Var(c) / c^2 it is an interval only if g < 1. The degrees of freedom are Satterthwaite's at the
 * estimated ratio, as the variances are unequal (A. C. Tamhane, B. R. Logan, Statistics in Medicine 23,
 * 2004). The delta method's interval is its limit as g goes to 0; where g is above about .05, this one is
 * better. */
stat_fieller_result stat_fieller(const stat_sample *treated, const stat_sample *control, double level);

#endif
