/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * welch.h - the difference of two means with unequal variances, absolute and relative.
 *
 * B. L. Welch, Biometrika 34, 1947; degrees of freedom by F. E. Satterthwaite, Biometrics Bulletin 2, 1946.
 * The relative lift uses the delta method: with control mean c and treated mean t,
 * Var(t/c) = Var(t)/c^2 + t^2 Var(c)/c^4, and the t distribution of the absolute test.
 */
#ifndef STATS_WELCH_H
#define STATS_WELCH_H

#include "stats/moments.h"

typedef struct {
    double diff;           /* treated - control; NaN if an arm is empty */
    double se, df, lo, hi; /* of diff */
    double p;              /* two-sided test of diff = 0 */
    double rel;            /* diff / control mean; NaN if that is 0 */
    double rel_se, rel_lo, rel_hi;
    double rel_p; /* two-sided test of rel = 0 */
} stat_welch_result;

/* [in] level: .95 for 95 % intervals. An arm with fewer than two units has no variance: se, df, intervals and
 * p are NaN. Variance 0 in both arms says nothing on the spread of the means: se is 0, and df, intervals and
 * p are NaN (no order in either arm is no proof of no effect). One arm of variance 0 is allowed, but if it is
 * the treated one and its mean is 0 the relative difference, -1, has neither interval nor p. */
stat_welch_result stat_welch(const stat_sample *treated, const stat_sample *control, double level);

#endif
