/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_times.c - see fit_times.h.
 */
#include "stats/fit_times.h"

#include <math.h>
#include <stdlib.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>

/* Beyond these a family has become a point, or is spread over more than any data can show. */
static const double LOG_SHAPE_MAX = 4.6;
static const double LEAST = -690; /* log of a chance that counts as none */

/* Times that are known enter most likelihoods by a few sums alone. */
typedef struct {
    double n, sum, logs, squares; /* weights, times, logarithms, their squares */
} known_sums;

typedef struct {
    stat_family family;
    const stat_time *time;
    size_t n;
    known_sums known;
} sample;

static bool is_known(const stat_time *t) {
    return t->lo == t->hi;
}

/* log Q(a, x), the upper incomplete gamma function: above a + 1 by the continued fraction of Legendre
 * (Abramowitz, Stegun 6.5.31; evaluated as by W. J. Lentz, Applied Optics 15, 1976), of which the
 * logarithm can be taken without underflow. */
static double log_gamma_q(double a, double x) {
    if (x <= 0) return 0;
    if (x < a + 1) return log1p(-fmin(gsl_sf_gamma_inc_P(a, x), 1));
    double b = x + 1 - a, c = 1 / 1e-300, d = 1 / b, h = d;
    for (int i = 1; i < 100000; i++) {
        double numerator = -i * (i - a);
        b += 2;
        d = numerator * d + b;
        if (fabs(d) < 1e-300) d = 1e-300;
        c = b + numerator / c;
        if (fabs(c) < 1e-300) c = 1e-300;
        d = 1 / d;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-15) break;
    }
    return a * log(x) - x - gsl_sf_lngamma(a) + log(h);
}

double stat_times_log_survival(stat_family family, double size, double shape, double t) {
    if (!(t > 0)) return 0;
    if (isinf(t)) return -INFINITY;
    switch (family) {
    case STAT_EXPONENTIAL: return -t / size;
    case STAT_GAMMA: return log_gamma_q(1 / (shape * shape), t / (size * shape * shape));
    case STAT_LOGNORMAL: return gsl_sf_log_erfc(log(t / size) / shape / M_SQRT2) - M_LN2;
    case STAT_WEIBULL: return -pow(t / size, shape);
    case STAT_FAMILIES: break;
    }
    return NAN;
}

/* log P(lo < T <= hi). */
static double log_between(stat_family family, double size, double shape, double lo, double hi) {
    double from = stat_times_log_survival(family, size, shape, lo),
           to = stat_times_log_survival(family, size, shape, hi), share = -expm1(to - from);
    return share > 0 ? fmax(from + log(share), LEAST) : LEAST;
}

/* The sum of the log densities of what is known. */
static double known_likelihood(const sample *s, double size, double shape) {
    const known_sums *k = &s->known;
    double a = 1 / (shape * shape), middle = log(size), powers = 0;
    switch (s->family) {
    case STAT_EXPONENTIAL: return -k->sum / size - k->n * middle;
    case STAT_GAMMA:
        return (a - 1) * k->logs - a * k->sum / size + k->n * (a * log(a / size) - gsl_sf_lngamma(a));
    case STAT_LOGNORMAL:
        return -a / 2 * (k->squares - 2 * middle * k->logs + k->n * middle * middle) - k->logs -
               k->n * (log(shape) + (M_LN2 + M_LNPI) / 2);
    case STAT_WEIBULL:
        for (size_t i = 0; i < s->n; i++)
            if (is_known(&s->time[i])) powers += s->time[i].weight * pow(s->time[i].lo / size, shape);
        return k->n * log(shape / size) + (shape - 1) * (k->logs - k->n * middle) - powers;
    case STAT_FAMILIES: break;
    }
    return NAN;
}

static double log_likelihood(const double *theta, const void *data) {
    const sample *s = data;
    double size = exp(theta[0]), shape = s->family == STAT_EXPONENTIAL ? 1 : exp(theta[1]);
    if (fabs(theta[1]) > LOG_SHAPE_MAX) return -INFINITY;
    double sum = s->known.n > 0 ? known_likelihood(s, size, shape) : 0;
    for (size_t i = 0; i < s->n; i++) {
        const stat_time *t = &s->time[i];
        if (isinf(t->hi))
            sum += t->weight * stat_times_log_survival(s->family, size, shape, t->lo);
        else if (!is_known(t))
            sum += t->weight * log_between(s->family, size, shape, t->lo, t->hi);
    }
    return sum;
}

/* What a start is made from: all times as if they had ended in the middle of their intervals. */
typedef struct {
    double n, ended, exposure, log_sum, log_square, first, last;
    known_sums known;
} totals;

static bool add_up(const stat_time *time, size_t n, totals *out) {
    totals s = {.first = INFINITY};
    for (size_t i = 0; i < n; i++) {
        const stat_time *t = &time[i];
        bool known = is_known(t), censored = isinf(t->hi);
        if (!(t->lo >= 0 && t->hi >= t->lo && t->weight > 0) || (known && t->lo == 0)) return false;
        double middle = censored ? t->lo : (t->lo + t->hi) / 2;
        s.n += t->weight;
        s.exposure += t->weight * middle;
        if (censored) continue;
        s.ended += t->weight;
        s.log_sum += t->weight * log(middle);
        s.log_square += t->weight * log(middle) * log(middle);
        if (known) {
            double l = log(middle);
            s.known.n += t->weight;
            s.known.sum += t->weight * middle;
            s.known.logs += t->weight * l;
            s.known.squares += t->weight * l * l;
        }
        s.first = fmin(s.first, middle);
        s.last = fmax(s.last, middle);
    }
    *out = s;
    return s.ended > 0;
}

static void start_at(stat_family family, const totals *s, double theta[STAT_FIT_MAX]) {
    double mean = s->exposure / s->ended, log_mean = s->log_sum / s->ended;
    double sigma = sqrt(fmax(s->log_square / s->ended - log_mean * log_mean, 1e-4));
    switch (family) {
    case STAT_LOGNORMAL:
        theta[0] = log_mean;
        theta[1] = log(sigma);
        break;
    case STAT_WEIBULL: /* the logarithm of a Weibull has sd pi / sqrt(6) / shape */
        theta[0] = log(mean);
        theta[1] = log(1.2825 / sigma);
        break;
    default: theta[0] = log(mean); theta[1] = log(fmin(sigma, 2));
    }
    theta[1] = fmin(fmax(theta[1], -LOG_SHAPE_MAX / 2), LOG_SHAPE_MAX / 2);
}

bool stat_fit_times(stat_family family, const stat_time *time, size_t n, stat_times_fit *out) {
    totals sums;
    double theta[STAT_FIT_MAX] = {0};
    if (!add_up(time, n, &sums)) return false;
    size_t parameters = family == STAT_EXPONENTIAL ? 1 : 2;
    if (parameters > 1 && !(sums.last > sums.first)) return false;
    start_at(family, &sums, theta);
    if (parameters == 1) theta[1] = 0;
    const sample s = {family, time, n, sums.known};
    stat_maximum m = stat_maximise(log_likelihood, &s, parameters, theta);
    if (!m.converged) return false;
    *out = (stat_times_fit){
        .family = family,
        .size = exp(m.theta[0]),
        .shape = exp(m.theta[1]),
        .aic = stat_maximum_aic(&m),
        .n = sums.n,
        .ended = sums.ended,
        .maximum = m,
    };
    out->size_se = out->size * stat_maximum_se(&m, 0);
    out->shape_se = parameters > 1 ? out->shape * stat_maximum_se(&m, 1) : 0;
    return true;
}

double stat_times_quantile(stat_family family, double size, double shape, double q) {
    if (!(q > 0 && q < 1)) return NAN;
    double wanted = log1p(-q), low = log(size) - 200, high = log(size) + 200;
    for (int i = 0; i < 200 && high - low > 1e-13; i++) {
        double middle = (low + high) / 2;
        if (stat_times_log_survival(family, size, shape, exp(middle)) > wanted)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}

/* ---- the curve without a family ---- */

static double place(const stat_time *t) {
    return isinf(t->hi) ? t->lo : t->hi;
}

/* At one place what ended comes before what was censored, which was still at risk then. */
static int by_place(const void *a, const void *b) {
    const stat_time *x = a, *y = b;
    double px = place(x), py = place(y);
    if (px != py) return px < py ? -1 : 1;
    if (x->hi != y->hi) return x->hi < y->hi ? -1 : 1;
    return (x->lo > y->lo) - (x->lo < y->lo);
}

size_t stat_times_sort(stat_time *time, size_t n) {
    size_t kept = 0;
    if (n) qsort(time, n, sizeof *time, by_place);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_place(&time[kept - 1], &time[i]) == 0)
            time[kept - 1].weight += time[i].weight;
        else
            time[kept++] = time[i];
    }
    return kept;
}

size_t stat_times_curve(const stat_time *time, size_t n, double *at, double *alive) {
    double at_risk = 0, share = 1;
    size_t steps = 0;
    for (size_t i = 0; i < n; i++)
        at_risk += time[i].weight;
    for (size_t i = 0; i < n; at_risk -= time[i++].weight) {
        if (isinf(time[i].hi)) continue;
        share *= fmax(1 - time[i].weight / at_risk, 0);
        if (steps && at[steps - 1] == time[i].hi) steps--;
        at[steps] = time[i].hi;
        alive[steps++] = share;
    }
    return steps;
}
