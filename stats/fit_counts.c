/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_counts.c - see fit_counts.h.
 */
#include "stats/fit_counts.h"

#include <math.h>
#include <gsl/gsl_sf_gamma.h>

/* Logs of dispersions beyond which counts are Poisson's, or nearly all people are at 0. */
static const double LOG_DISPERSION_MAX = 9.2, LOG_DISPERSION_MIN = -9.2;

typedef struct {
    const stat_count *count;
    size_t n;
    bool zeros;
} sample;

/* log P(X = x); `log_ratio` is log(k / (k + m)), so that P(0) = exp(k log_ratio). */
static double log_nbd(double mean, double k, double log_ratio, double x) {
    double sum = k * log_ratio;
    if (x > 0) sum += gsl_sf_lnpoch(k, x) - gsl_sf_lngamma(x + 1) + x * log(mean / (k + mean));
    return sum;
}

static double log_seen(double log_zero) {
    return log(-expm1(log_zero));
}

static double nbd_likelihood(const double *theta, const void *data) {
    const sample *s = data;
    double mean = exp(theta[0]), k = exp(theta[1]), log_ratio = -log1p(mean / k), sum = 0, people = 0;
    if (theta[1] > LOG_DISPERSION_MAX || theta[1] < LOG_DISPERSION_MIN) return -INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        sum += s->count[i].weight * log_nbd(mean, k, log_ratio, s->count[i].x);
        people += s->count[i].weight;
    }
    return s->zeros ? sum : sum - people * log_seen(k * log_ratio);
}

static double poisson_likelihood(const double *theta, const void *data) {
    const sample *s = data;
    double mean = exp(theta[0]), sum = 0, people = 0;
    for (size_t i = 0; i < s->n; i++) {
        double x = s->count[i].x;
        sum += s->count[i].weight * (x * theta[0] - mean - gsl_sf_lngamma(x + 1));
        people += s->count[i].weight;
    }
    return s->zeros ? sum : sum - people * log_seen(-mean);
}

double stat_nbd_chance(double mean, double dispersion, bool zeros, double x) {
    double log_ratio = -log1p(mean / dispersion), log_p = log_nbd(mean, dispersion, log_ratio, x);
    if (zeros) return exp(log_p);
    return x > 0 ? exp(log_p - log_seen(dispersion * log_ratio)) : 0;
}

/* [out] mean, variance of what was seen. */
static bool add_up(const sample *s, double *people, double *mean, double *variance) {
    double n = 0, sum = 0, squares = 0, least = s->zeros ? 0 : 1;
    for (size_t i = 0; i < s->n; i++) {
        double x = s->count[i].x, w = s->count[i].weight;
        if (!(x >= least && w > 0) || x != floor(x) || !isfinite(x * w)) return false;
        n += w;
        sum += w * x;
        squares += w * x * x;
    }
    *people = n;
    *mean = sum / n;
    *variance = squares / n - *mean * *mean;
    return n > 0 && *mean > least && *variance > 0;
}

/* P(0) = (1 + m/k)^-k; its gradient by (log m, log k), for the delta method. */
static void zero_share(stat_nbd_fit *f) {
    double m = f->mean, k = f->dispersion, r = m / (k + m);
    f->zero = exp(-k * log1p(m / k));
    double by_mean = -f->zero * k * r, by_k = f->zero * k * (r - log1p(m / k));
    double mm = f->maximum.covariance[0][0], mk = f->maximum.covariance[0][1],
           kk = f->maximum.covariance[1][1];
    f->zero_se = sqrt(by_mean * by_mean * mm + 2 * by_mean * by_k * mk + by_k * by_k * kk);
}

bool stat_fit_nbd(const stat_count *count, size_t n, bool zeros, stat_nbd_fit *out) {
    const sample s = {count, n, zeros};
    double people, mean, variance;
    if (!add_up(&s, &people, &mean, &variance)) return false;
    /* by moments; without zeros they are of those seen only, but near enough to climb from */
    double excess = fmax(variance - mean, 0.05 * mean);
    double start[STAT_FIT_MAX] = {log(mean), fmin(fmax(log(mean * mean / excess), -2), 5)};
    stat_maximum m = stat_maximise(nbd_likelihood, &s, 2, start);
    stat_maximum poisson = stat_maximise(poisson_likelihood, &s, 1, start);
    if (!m.converged) return false;
    *out = (stat_nbd_fit){
        .mean = exp(m.theta[0]),
        .dispersion = exp(m.theta[1]),
        .cv = exp(-m.theta[1] / 2),
        .aic = stat_maximum_aic(&m),
        .poisson_aic = stat_maximum_aic(&poisson),
        .n = people,
        .maximum = m,
    };
    out->mean_se = out->mean * stat_maximum_se(&m, 0);
    out->dispersion_se = out->dispersion * stat_maximum_se(&m, 1);
    out->cv_se = out->cv / 2 * stat_maximum_se(&m, 1);
    zero_share(out);
    return true;
}

/* Mean and variance of log rank under exponent a. */
static void log_rank(double a, size_t n, double *mean, double *variance) {
    double total = 0, sum = 0, squares = 0, most = a < 0 ? -a * log((double)n) : 0;
    for (size_t i = n; i-- > 0;) {
        double l = log((double)i + 1), w = exp(-a * l - most);
        total += w;
        sum += w * l;
        squares += w * l * l;
    }
    *mean = sum / total;
    *variance = squares / total - *mean * *mean;
}

bool stat_fit_zipf(const double *count, size_t n, stat_zipf_fit *out) {
    double total = 0, sum = 0, mean, variance, low = -20, high = 20;
    for (size_t i = 0; i < n; i++) {
        if (!(count[i] >= 0)) return false;
        total += count[i];
        sum += count[i] * log((double)i + 1);
    }
    if (n < 2 || !(total > 0) || sum == 0 || !(sum / total < log((double)n) * (1 - 1e-9))) return false;
    /* the expectation of log rank falls with a: Newton's steps, held between two ends that close in */
    double a = 1;
    for (int i = 0; i < 100; i++) {
        log_rank(a, n, &mean, &variance);
        double miss = mean - sum / total;
        *(miss > 0 ? &low : &high) = a;
        double next = a + miss / variance;
        if (!(next > low && next < high)) next = (low + high) / 2;
        bool done = fabs(next - a) < 1e-12 * (1 + fabs(a));
        a = next;
        if (done) break;
    }
    log_rank(a, n, &mean, &variance);
    *out = (stat_zipf_fit){.exponent = a, .se = 1 / sqrt(total * variance), .n = total};
    return fabs(a) < 19;
}
