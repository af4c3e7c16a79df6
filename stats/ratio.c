/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ratio.c - see ratio.h.
 */
#include "stats/ratio.h"

#include <math.h>

#include "stats/interval.h"

stat_sample stat_ratio_sample(const stat_pairs *p) {
    if (!(p->mean_y != 0)) return (stat_sample){.n = p->n, .mean = NAN, .variance = NAN};
    double ratio = p->mean_x / p->mean_y;
    double spread = p->var_x - 2 * ratio * p->cov + ratio * ratio * p->var_y;
    /* a ratio that is the same for every unit leaves the dust of three terms that cancel */
    if (fabs(spread) < 1e-14 * (p->var_x + ratio * ratio * p->var_y)) spread = 0;
    return (stat_sample){
        .n = p->n,
        .mean = ratio,
        .variance = isnan(spread) ? NAN : fmax(spread, 0) / (p->mean_y * p->mean_y),
    };
}

void stat_linearise(const double *x, const double *y, size_t n, double ratio, double mean_y, double *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = ratio + (x[i] - ratio * (y ? y[i] : 1)) / mean_y;
}

stat_fieller_result stat_fieller(const stat_sample *treated, const stat_sample *control, double level) {
    double t = treated->mean, c = control->mean, ratio = t / c;
    double var_t = treated->variance / treated->n, var_c = control->variance / control->n;
    stat_fieller_result r = {STAT_UNKNOWN, c != 0 ? ratio - 1 : NAN, NAN, NAN, NAN};
    if (!(var_t + var_c > 0)) return r;
    if (c == 0) {
        r.bound = STAT_UNBOUNDED;
        return r;
    }
    double scaled = ratio * ratio * var_c, both = var_t + scaled;
    r.df = both * both / (var_t * var_t / (treated->n - 1) + scaled * scaled / (control->n - 1));
    if (!(both > 0)) return r; /* nobody of the treated converts, which leaves no spread to go by */
    double q = stat_t_quantile(level, r.df);
    if (isnan(q)) return r;
    double g = q * q * var_c / (c * c);
    if (g >= 1) {
        r.bound = STAT_UNBOUNDED;
        return r;
    }
    double root = q / fabs(c) * sqrt(var_t + ratio * ratio * var_c - g * var_t);
    r.bound = STAT_BOUNDED;
    r.lo = (ratio - root) / (1 - g) - 1;
    r.hi = (ratio + root) / (1 - g) - 1;
    return r;
}
