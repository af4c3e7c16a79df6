/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drawn.h - experiments drawn outright, without a simulation: outcomes whose true effect is known in closed
 * form. What intervals are tried on.
 *
 * Arms are 0 (the control) and 1. All functions take their randomness from r alone, in a fixed order.
 */
#ifndef MODELS_DRAWN_H
#define MODELS_DRAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>

/* Conversions of n units that convert with probability p each. */
double model_drawn_conversions(gsl_rng *r, double n, double p);

/* Money that a unit spends: nothing, or with probability `buys` a lognormal sum with median exp(mu). Sums
 * with heavy tails, most of them 0, are what shops have. */
typedef struct {
    double buys, mu, sigma;
} model_spend;

double model_drawn_spend(gsl_rng *r, const model_spend *s);
/* Sum and sum of squares over n units, without drawing those who buy nothing one by one. [out] buyers. */
void model_drawn_spends(gsl_rng *r, const model_spend *s, double n, double *sum, double *squares,
                        double *buyers);
double model_spend_mean(const model_spend *s);              /* buys exp(mu + sigma^2 / 2) */
double model_spend_at_most(const model_spend *s, double x); /* P(spend <= x) */
/* E min(spend, top): what winsorising at `top` leaves. */
double model_spend_mean_below(const model_spend *s, double top);
/* The q quantile of a mixture: `share` of the units spend as a, the others as b. 0 if more buy nothing. */
double model_spend_quantile(const model_spend *a, const model_spend *b, double share, double q);

/* A shopper with a leaning of her own: visits 1 + Poisson(4), orders Bin(visits, p), p uniform in [0, 2
 * rate]; so total orders / total visits is `rate`. rate <= .5. */
void model_drawn_visits(gsl_rng *r, double rate, double *orders, double *visits);

/* A shopper whose pace is gamma with mean `pace` and shape 1: orders later are Poisson(pace x times); before,
 * earlier[0] are orders, Poisson(pace); earlier[1] visits, Poisson(5 pace); earlier[2] has nothing to do
 * with her. */
double model_drawn_history(gsl_rng *r, double pace, double times, double earlier[3]);

/* The rate of a cluster: beta with this mean, and intraclass correlation `icc` of its units. */
double model_drawn_cluster_rate(gsl_rng *r, double mean, double icc);

double model_drawn_normal(gsl_rng *r);
double model_drawn_poisson(gsl_rng *r, double mean);
bool model_drawn_coin(gsl_rng *r, double p);
/* Puts the n numbers in random order. */
void model_drawn_shuffle(gsl_rng *r, uint32_t *x, size_t n);

#endif
