/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interval.c - see interval.h.
 */
#include "stats/interval.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

double stat_t_quantile(double level, double df) {
    if (!(level > 0 && level < 1) || !(df > 0)) return NAN;
    return gsl_cdf_tdist_Qinv((1 - level) / 2, df);
}

double stat_t_p(double t, double df) {
    if (isnan(t) || !(df > 0)) return NAN;
    return 2 * gsl_cdf_tdist_Q(fabs(t), df);
}

stat_interval stat_sample_interval(const stat_sample *sample, double level) {
    double sd = sqrt(sample->variance);
    double half = stat_t_quantile(level, sample->n - 1) * sd / sqrt(sample->n);
    return (stat_interval){
        .n = sample->n, .mean = sample->mean, .sd = sd, .lo = sample->mean - half, .hi = sample->mean + half};
}

stat_interval stat_mean_interval(const double *x, size_t n, double level) {
    stat_sample sample = stat_sample_of(x, n);
    return stat_sample_interval(&sample, level);
}

/* Moments of both and of their difference over complete pairs, in two passes without memory of its own. */
typedef struct {
    double n, mean_a, mean_b, m2_a, m2_b, m2_diff;
} pairs;

static pairs pairs_of(const double *a, const double *b, size_t n) {
    pairs p = {0};
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i])) continue;
        p.n++;
        p.mean_a += a[i];
        p.mean_b += b[i];
    }
    p.mean_a /= p.n;
    p.mean_b /= p.n;
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i])) continue;
        double from_a = a[i] - p.mean_a, from_b = b[i] - p.mean_b;
        p.m2_a += from_a * from_a;
        p.m2_b += from_b * from_b;
        p.m2_diff += (from_b - from_a) * (from_b - from_a);
    }
    return p;
}

/* b - a where it is the same number in every pair, bit for bit (the rounding of the moments would leave a
 * spread); NaN where it is not. */
static double common_difference(const double *a, const double *b, size_t n) {
    double first = NAN;
    for (size_t i = 0; i < n; i++) {
        double apart = b[i] - a[i];
        if (isnan(apart)) continue;
        if (isnan(first)) first = apart;
        if (apart != first) return NAN;
    }
    return first;
}

stat_paired stat_paired_difference(const double *a, const double *b, size_t n, double level) {
    pairs s = pairs_of(a, b, n);
    stat_paired r = {.n = s.n, .mean_a = s.mean_a, .mean_b = s.mean_b, .diff = s.mean_b - s.mean_a};
    double common = common_difference(a, b, n);
    if (s.n >= 2 && !isnan(common)) {
        r.diff = r.lo = r.hi = common;
        r.p = r.diff == 0 ? 1 : 0;
        r.variance_reduction = NAN;
        return r;
    }
    double se = sqrt(s.n >= 2 ? s.m2_diff / (s.n - 1) / s.n : NAN);
    double half = stat_t_quantile(level, s.n - 1) * se;
    r.lo = r.diff - half;
    r.hi = r.diff + half;
    r.p = stat_t_p(r.diff / se, s.n - 1);
    r.variance_reduction = s.n >= 2 ? (s.m2_a + s.m2_b) / s.m2_diff : NAN;
    return r;
}
