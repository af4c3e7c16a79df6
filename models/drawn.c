/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drawn.c - see drawn.h.
 */
#include "models/drawn.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

double model_drawn_conversions(gsl_rng *r, double n, double p) {
    return gsl_ran_binomial(r, p, (unsigned)n);
}

double model_drawn_spend(gsl_rng *r, const model_spend *s) {
    return gsl_rng_uniform(r) < s->buys ? gsl_ran_lognormal(r, s->mu, s->sigma) : 0;
}

void model_drawn_spends(gsl_rng *r, const model_spend *s, double n, double *sum, double *squares,
                        double *buyers) {
    *buyers = gsl_ran_binomial(r, s->buys, (unsigned)n);
    *sum = *squares = 0;
    for (double i = 0; i < *buyers; i++) {
        double x = gsl_ran_lognormal(r, s->mu, s->sigma);
        *sum += x;
        *squares += x * x;
    }
}

double model_spend_mean(const model_spend *s) {
    return s->buys * exp(s->mu + s->sigma * s->sigma / 2);
}

double model_spend_at_most(const model_spend *s, double x) {
    if (x < 0) return 0;
    return 1 - s->buys + (x > 0 ? s->buys * gsl_cdf_lognormal_P(x, s->mu, s->sigma) : 0);
}

/* The lognormal's partial mean E[X; X <= top] is its mean x P(Z <= (ln top - mu) / sigma - sigma). */
double model_spend_mean_below(const model_spend *s, double top) {
    if (!(top > 0)) return 0;
    double z = (log(top) - s->mu) / s->sigma;
    return model_spend_mean(s) * gsl_cdf_ugaussian_P(z - s->sigma) + s->buys * top * gsl_cdf_ugaussian_Q(z);
}

double model_spend_quantile(const model_spend *a, const model_spend *b, double share, double q) {
    double lo = 0, hi = exp(fmax(a->mu, b->mu) + 10 * fmax(a->sigma, b->sigma));
    for (int i = 0; i < 200; i++) {
        double x = (lo + hi) / 2;
        double below = share * model_spend_at_most(a, x) + (1 - share) * model_spend_at_most(b, x);
        if (below < q)
            lo = x;
        else
            hi = x;
    }
    return hi;
}

void model_drawn_visits(gsl_rng *r, double rate, double *orders, double *visits) {
    unsigned n = 1 + gsl_ran_poisson(r, 4);
    double p = 2 * rate * gsl_rng_uniform(r);
    *orders = 0;
    for (unsigned i = 0; i < n; i++)
        *orders += gsl_rng_uniform(r) < p;
    *visits = n;
}

double model_drawn_history(gsl_rng *r, double pace, double times, double earlier[3]) {
    double own = gsl_ran_exponential(r, pace);
    earlier[0] = gsl_ran_poisson(r, own);
    earlier[1] = gsl_ran_poisson(r, 5 * own);
    earlier[2] = gsl_ran_gaussian_ziggurat(r, 1);
    return gsl_ran_poisson(r, own * times);
}

/* Beta(a, b) has intraclass correlation 1 / (a + b + 1). */
double model_drawn_cluster_rate(gsl_rng *r, double mean, double icc) {
    double both = 1 / icc - 1;
    return gsl_ran_beta(r, mean * both, (1 - mean) * both);
}

double model_drawn_normal(gsl_rng *r) {
    return gsl_ran_gaussian_ziggurat(r, 1);
}

double model_drawn_poisson(gsl_rng *r, double mean) {
    return gsl_ran_poisson(r, mean);
}

bool model_drawn_coin(gsl_rng *r, double p) {
    return gsl_rng_uniform(r) < p;
}

void model_drawn_shuffle(gsl_rng *r, uint32_t *x, size_t n) {
    gsl_ran_shuffle(r, x, n, sizeof *x);
}
