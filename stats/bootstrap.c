/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bootstrap.c - see bootstrap.h.
 */
#include "stats/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "stats/tails.h"

unsigned stat_poisson_weight(double u) {
    double each = exp(-1), below = each;
    unsigned k = 0;
    while (u >= below && k < 18) {
        k++;
        each /= k;
        below += each;
    }
    return k;
}

static double ratio_of(const stat_bootstrap_arm *a) {
    double x = 0, y = a->y ? 0 : (double)a->n;
    for (size_t i = 0; i < a->n; i++) {
        x += a->x[i];
        if (a->y) y += a->y[i];
    }
    return y != 0 ? x / y : NAN;
}

/* The arm's statistic in one replicate; `first` keeps the arms' addresses apart. */
static double resampled(const stat_bootstrap_arm *a, bool poisson, uint32_t replicate, size_t first,
                        stat_draws draw) {
    double x = 0, y = 0;
    for (size_t i = 0; i < a->n; i++) {
        double u = draw.uniform(draw.context, replicate, (uint32_t)(first + i));
        size_t at = poisson ? i : (size_t)(u * (double)a->n);
        double weight = poisson ? stat_poisson_weight(u) : 1;
        x += weight * a->x[at];
        y += a->y ? weight * a->y[at] : weight;
    }
    return y != 0 ? x / y : NAN;
}

/* Sums of second and third powers of the units' pulls at an arm's ratio (the empirical influence). */
static void add_pulls(const stat_bootstrap_arm *a, double ratio, double times, double *square, double *cube) {
    double y = a->y ? 0 : (double)a->n;
    for (size_t i = 0; a->y && i < a->n; i++)
        y += a->y[i];
    for (size_t i = 0; i < a->n; i++) {
        double u = times * (a->x[i] - ratio * (a->y ? a->y[i] : 1)) / y;
        *square += u * u;
        *cube += u * u * u;
    }
}

/* BCa's level in place of the nominal one. */
static double moved(double z0, double a, double level) {
    double z = z0 + gsl_cdf_ugaussian_Pinv(level);
    return gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));
}

/* The nominal level of an end that lies there: moved() undone. */
static double moved_back(double z0, double a, double level) {
    double w = gsl_cdf_ugaussian_Pinv(level) - z0;
    return gsl_cdf_ugaussian_P(w / (1 + a * w) - z0);
}

/* [in] value: replicates, some not finite; acceleration: NaN for plain percentiles. */
static stat_bootstrap_interval summarise(double *value, uint32_t replicates, double estimate,
                                         double acceleration, double level) {
    size_t n = 0, under = 0, same = 0, low = 0, high = 0;
    for (uint32_t i = 0; i < replicates; i++)
        if (isfinite(value[i])) value[n++] = value[i];
    stat_bootstrap_interval r = {estimate, NAN, NAN, NAN, (double)replicates - (double)n};
    if (n < 2 || isnan(estimate) || r.out > 0.05 * (double)replicates) return r;
    stat_sort(value, n);
    if (value[0] == value[n - 1]) return r;
    for (size_t i = 0; i < n; i++) {
        under += value[i] < estimate;
        same += value[i] == estimate;
        low += value[i] <= 0;
        high += value[i] >= 0;
    }
    double from = (1 - level) / 2, to = (1 + level) / 2;
    double under_0 = (1 + (double)low) / (1 + (double)n), over_0 = (1 + (double)high) / (1 + (double)n);
    if (!isnan(acceleration)) {
        double share = ((double)under + 0.5 * (double)same) / (double)n;
        double z0 = gsl_cdf_ugaussian_Pinv(fmin(fmax(share, 0.5 / (double)n), 1 - 0.5 / (double)n));
        from = moved(z0, acceleration, from);
        to = moved(z0, acceleration, to);
        under_0 = under_0 < 1 ? moved_back(z0, acceleration, under_0) : 1;
        over_0 = over_0 < 1 ? 1 - moved_back(z0, acceleration, 1 - over_0) : 1;
    }
    r.lo = stat_quantile(value, n, from);
    r.hi = stat_quantile(value, n, to);
    r.p = fmin(1, 2 * fmin(under_0, over_0));
    return r;
}

bool stat_bootstrap(const stat_bootstrap_arm *treated, const stat_bootstrap_arm *control,
                    stat_bootstrap_kind kind, uint32_t replicates, double level, stat_draws draw,
                    stat_bootstrap_result *out) {
    double *value = malloc((2 * (size_t)replicates + 1) * sizeof *value), *rel = value + replicates;
    if (!value) return false;
    double t = ratio_of(treated), c = ratio_of(control);
    bool few = treated->n < 2 || control->n < 2;
    for (uint32_t b = 0; b < replicates; b++) {
        double of_t = few ? NAN : resampled(treated, kind == STAT_POISSON, b, 0, draw);
        double of_c = few ? NAN : resampled(control, kind == STAT_POISSON, b, treated->n, draw);
        value[b] = of_t - of_c;
        rel[b] = of_c != 0 ? of_t / of_c - 1 : NAN;
    }
    double a = NAN, rel_a = NAN;
    if (kind == STAT_BCA) {
        double square = 0, cube = 0, rel_square = 0, rel_cube = 0;
        add_pulls(treated, t, 1, &square, &cube);
        add_pulls(control, c, -1, &square, &cube);
        add_pulls(treated, t, 1 / c, &rel_square, &rel_cube);
        add_pulls(control, c, -t / (c * c), &rel_square, &rel_cube);
        a = square > 0 ? cube / (6 * pow(square, 1.5)) : 0;
        rel_a = rel_square > 0 ? rel_cube / (6 * pow(rel_square, 1.5)) : 0;
    }
    stat_bootstrap_result r = {
        .diff = summarise(value, replicates, t - c, a, level),
        .rel = summarise(rel, replicates, c != 0 ? t / c - 1 : NAN, rel_a, level),
    };
    free(value);
    *out = r;
    return true;
}
