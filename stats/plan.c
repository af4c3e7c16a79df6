/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan.c - see plan.h.
 */
#include "stats/plan.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "stats/interval.h"

enum { SLICES = 400, STEPS = 200 };
static const double MOST_UNITS = 1e15, NORMAL_FROM = 1e6;

/* Density of s = sqrt(chi^2 / df) at s. */
static double chi_density(double s, double df) {
    double log_density =
        log(2) + df / 2 * log(df / 2) - gsl_sf_lngamma(df / 2) + (df - 1) * log(s) - df * s * s / 2;
    return exp(log_density);
}

/* Simpson's rule; 12 standard deviations of s (about 1 / sqrt(2 df)) either way hold all but 1e-30. */
double stat_noncentral_t_upper(double q, double df, double shift) {
    if (isnan(q) || isnan(shift) || !(df > 0)) return NAN;
    if (df >= NORMAL_FROM) return gsl_cdf_ugaussian_P(shift - q);
    double half = 12 / sqrt(2 * df), from = fmax(1 - half, 1e-12), to = 1 + half, step = (to - from) / SLICES;
    double sum = 0;
    for (int i = 0; i <= SLICES; i++) {
        double s = from + i * step, weight = i == 0 || i == SLICES ? 1 : i % 2 ? 4 : 2;
        sum += weight * gsl_cdf_ugaussian_P(shift - q * s) * chi_density(s, df);
    }
    return fmin(fmax(sum * step / 3, 0), 1);
}

/* Of Welch's test, by units or clusters, from the variances of both means. */
static double freedom(const stat_plan *p, double n_c, double n_t, double var_c, double var_t) {
    double var = var_c + var_t;
    return var * var / (var_c * var_c / (n_c / p->cluster - 1) + var_t * var_t / (n_t / p->cluster - 1));
}

/* Two-sided, for a standard error that is estimated with so many degrees of freedom. */
static double power_of_t(const stat_plan *p, double df, double shift) {
    double q = stat_t_quantile(1 - p->alpha, df);
    return stat_noncentral_t_upper(q, df, shift) + stat_noncentral_t_upper(q, df, -shift);
}

static double power_of_rates(const stat_plan *p, double n_c, double n_t, double diff) {
    double c = p->baseline, t = c + diff;
    if (!(c >= 0 && c <= 1 && t >= 0 && t <= 1)) return NAN;
    double pooled = (n_c * c + n_t * t) / (n_c + n_t);
    double under_null = sqrt(p->factor * pooled * (1 - pooled) * (1 / n_c + 1 / n_t));
    double var_c = c * (1 - c) / n_c, var_t = t * (1 - t) / n_t, as_it_is = sqrt(p->factor * (var_c + var_t));
    double far = gsl_cdf_ugaussian_Qinv(p->alpha / 2) * under_null;
    if (as_it_is == 0) return fabs(diff) > far;
    if (p->cluster > 1) return power_of_t(p, freedom(p, n_c, n_t, var_c, var_t), diff / as_it_is);
    return gsl_cdf_ugaussian_P((diff - far) / as_it_is) + gsl_cdf_ugaussian_P((-diff - far) / as_it_is);
}

static double power_of_means(const stat_plan *p, double n_c, double n_t, double diff) {
    double var_c = p->sd * p->sd / n_c, var_t = p->sd * p->sd / n_t;
    return power_of_t(p, freedom(p, n_c, n_t, var_c, var_t), diff / sqrt(p->factor * (var_c + var_t)));
}

double stat_plan_power(const stat_plan *p, double n, double diff) {
    double n_c = n * p->control, n_t = n - n_c;
    if (!(n_c >= 2 * p->cluster && n_t >= 2 * p->cluster) || !(p->alpha > 0 && p->alpha < 1)) return NAN;
    return p->rate ? power_of_rates(p, n_c, n_t, diff) : power_of_means(p, n_c, n_t, diff);
}

static double fewest(const stat_plan *p) {
    return 2 * p->cluster / fmin(p->control, 1 - p->control) * (1 + 1e-12);
}

/* Power rises with n; the search halves the distance on a log scale. */
double stat_plan_size(const stat_plan *p, double diff, double power) {
    double lo = fewest(p), hi = MOST_UNITS;
    if (isnan(stat_plan_power(p, lo, diff)) || !(power > 0 && power < 1)) return NAN;
    if (stat_plan_power(p, lo, diff) >= power) return lo;
    if (!(stat_plan_power(p, hi, diff) >= power)) return INFINITY;
    for (int i = 0; i < STEPS && hi > lo * (1 + 1e-13); i++) {
        double middle = sqrt(lo * hi);
        if (stat_plan_power(p, middle, diff) >= power)
            hi = middle;
        else
            lo = middle;
    }
    return hi;
}

double stat_plan_mde(const stat_plan *p, double n, double power, bool upwards) {
    double sign = upwards ? 1 : -1, lo = 0, hi;
    if (isnan(stat_plan_power(p, n, 0)) || !(power > p->alpha && power < 1)) return NAN;
    if (p->rate) {
        hi = upwards ? 1 - p->baseline : p->baseline;
        if (!(stat_plan_power(p, n, sign * hi) >= power)) return NAN;
    } else {
        for (hi = p->sd / sqrt(n); stat_plan_power(p, n, hi) < power && isfinite(hi); hi *= 2)
            ;
        if (!(p->sd > 0)) return NAN;
    }
    for (int i = 0; i < STEPS && hi - lo > 1e-14 * hi; i++) {
        double middle = (lo + hi) / 2;
        if (stat_plan_power(p, n, sign * middle) >= power)
            hi = middle;
        else
            lo = middle;
    }
    return sign * hi;
}

double stat_design_effect(double size, double icc, double cv) {
    if (!(size >= 1) || !(icc >= 0 && icc <= 1) || !(cv >= 0)) return NAN;
    return 1 + ((1 + cv * cv) * size - 1) * icc;
}

double stat_icc(double between, double within, double n, double g, double squared_sizes) {
    if (!(g >= 2) || !(n > g)) return NAN;
    double of_between = between / (g - 1), of_within = within / (n - g);
    double size = (n - squared_sizes / n) / (g - 1);
    double icc = (of_between - of_within) / (of_between + (size - 1) * of_within);
    return isnan(icc) ? NAN : fmax(icc, 0);
}
