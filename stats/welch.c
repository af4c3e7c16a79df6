/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * welch.c - see welch.h.
 */
#include "stats/welch.h"

#include <math.h>

#include "stats/interval.h"

stat_welch_result stat_welch(const stat_sample *treated, const stat_sample *control, double level) {
    double t = treated->mean, c = control->mean;
    double var_t = treated->variance / treated->n, var_c = control->variance / control->n;
    double var = var_t + var_c;
    stat_welch_result r = {.diff = t - c, .se = sqrt(var)};
    r.df = var * var / (var_t * var_t / (treated->n - 1) + var_c * var_c / (control->n - 1));
    double quantile = stat_t_quantile(level, r.df);
    r.lo = r.diff - quantile * r.se;
    r.hi = r.diff + quantile * r.se;
    r.p = stat_t_p(r.diff / r.se, r.df);
    r.rel = c != 0 ? r.diff / c : NAN;
    r.rel_se = c != 0 ? sqrt(var_t + t * t / (c * c) * var_c) / fabs(c) : NAN;
    /* no spread is left where the treated mean and one variance are 0: of -100 % nothing is sure, though */
    double rel_quantile = r.rel_se > 0 ? quantile : NAN;
    r.rel_lo = r.rel - rel_quantile * r.rel_se;
    r.rel_hi = r.rel + rel_quantile * r.rel_se;
    r.rel_p = r.rel_se > 0 ? stat_t_p(r.rel / r.rel_se, r.df) : NAN;
    return r;
}
