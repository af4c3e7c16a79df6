/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dist.h - distributions as a scenario names them: spans of time and counts of units.
 *
 * Each kind reads only its own parameters. Spans are drawn by inversion where the quantile is at hand, else,
 * as units are, by gsl_ran_*; parametrisations are the analyst's (mean and coefficient of variation, median
 * and sigma), not GSL's.
 */
#ifndef MODELS_DIST_H
#define MODELS_DIST_H

#include <stdbool.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>

typedef enum {
    MODEL_SPAN_FIXED,       /* mean */
    MODEL_SPAN_EXPONENTIAL, /* mean */
    MODEL_SPAN_GAMMA,       /* mean, cv */
    MODEL_SPAN_LOGNORMAL,   /* median, sigma (of the logarithm) */
    MODEL_SPAN_WEIBULL,     /* scale, shape */
    MODEL_SPAN_UNIFORM,     /* min, max */
    MODEL_SPAN_KIND_COUNT
} model_span_kind;

typedef struct {
    int kind;                              /* model_span_kind */
    int64_t mean, median, scale, min, max; /* ms */
    double cv, sigma, shape;
} model_span;

typedef enum {
    MODEL_UNITS_FIXED,             /* mean, rounded */
    MODEL_UNITS_POISSON,           /* mean */
    MODEL_UNITS_NEGATIVE_BINOMIAL, /* mean, dispersion k: variance = mean + mean^2 / k */
    MODEL_UNITS_LOGNORMAL,         /* mean, cv; rounded */
    MODEL_UNITS_UNIFORM,           /* min..max inclusive */
    MODEL_UNITS_KIND_COUNT
} model_units_kind;

typedef struct {
    int kind; /* model_units_kind */
    double mean, dispersion, cv;
    int64_t min, max; /* units; of UNIFORM */
} model_units;

/* What a draw never exceeds, so that a time plus a few spans stays far inside int64_t: 1,000 years; and so
 * many units. */
#define MODEL_SPAN_MAX  INT64_C(31557600000000)
#define MODEL_UNITS_MAX INT64_C(1000000000)

/* All functions below take any parameters: what is negative or not a number counts as 0, an over-large result
 * is cut at the bound, and nothing returns NaN. Refusing such parameters is the work of scenarios/. */

/* A draw in milliseconds, 0..MODEL_SPAN_MAX, rounded to the nearest. A fixed span takes nothing from r. */
int64_t model_span_draw(const model_span *span, gsl_rng *r);

/* By inversion, which is how all kinds but gamma are drawn: a larger uniform never gives a shorter span, so
 * two settings that share their uniforms stay as close as they can be. model_span_draw() is model_span_at()
 * of the stream's first uniform. u in [0, 1). */
bool model_span_inverts(const model_span *span);
int64_t model_span_at(const model_span *span, double u);
double model_span_mean(const model_span *span);          /* ms, before rounding; at most MODEL_SPAN_MAX */
double model_span_cdf(const model_span *span, double t); /* P(T <= t ms), before rounding and cutting */
bool model_span_is_zero(const model_span *span);         /* every draw is 0: the mechanism is off */

/* A draw of units, 0..MODEL_UNITS_MAX. Dispersion 0 or infinite: no overdispersion, so Poisson. */
int64_t model_units_draw(const model_units *units, gsl_rng *r);
double
model_units_mean(const model_units *units); /* before rounding (fixed: after); at most MODEL_UNITS_MAX */

/* A gamma draw by mean and coefficient of variation; cv 0: the mean itself, and nothing is taken from r. For
 * one stream and cv it is proportional to the mean. */
double model_gamma_draw(double mean, double cv, gsl_rng *r);

/* A lognormal by mean and coefficient of variation, at u in [0, 1), by inversion; cv 0: the mean itself. */
double model_lognormal_at(double mean, double cv, double u);

/* Zipf shares: weight of rank r (1..n) is r^-exponent, normalised. Exponent 0: uniform. [out] share[n]. */
void model_zipf(double exponent, uint32_t n, double *share);

/* Running sums of weights, divided by their total: what model_pick() searches. Weights that are negative or
 * not finite count as 0; if none is left, the first option gets everything. The last option with any weight
 * ends at exactly 1. share and cumulative may be the same array. [out] cumulative[n]; n >= 1. */
void model_cumulative(const double *share, uint32_t n, double *cumulative);

/* The option that u in [0, 1) falls on: the first i with u < cumulative[i], so an option of weight 0 is never
 * chosen. O(log n). n >= 1. */
uint32_t model_pick(const double *cumulative, uint32_t n, double u);

#endif
