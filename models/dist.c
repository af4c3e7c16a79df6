/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dist.c - spans, units and weighted choices. See dist.h.
 *
 * Parametrisations are those of Johnson, Kotz, Balakrishnan: Continuous Univariate Distributions (1994), and
 * Johnson, Kemp, Kotz: Univariate Discrete Distributions (2005), turned into means and spreads.
 */
#include "models/dist.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

/* From this shape on gsl_cdf_gamma_P loses digits, while the cube root is close to 1e-9. */
static const double WILSON_HILFERTY_FROM = 1e8;

/* NaN and what is below 0 become 0. */
static double at_least_0(double x) {
    return x > 0 ? x : 0;
}
static double cut(double x, double max) {
    return x > max ? max : at_least_0(x);
}
static int64_t to_ms(double x) {
    return llround(cut(x, (double)MODEL_SPAN_MAX));
}
static int64_t to_units(double x) {
    return llround(cut(x, (double)MODEL_UNITS_MAX));
}

/* 1 / cv^2, or 0 where that is no usable shape: the gamma is then a point. */
static double gamma_shape(double cv) {
    double shape = 1 / (cv * cv);
    return cv > 0 && isfinite(shape) ? shape : 0;
}

double model_gamma_draw(double mean, double cv, gsl_rng *r) {
    double shape = gamma_shape(cv);
    mean = at_least_0(mean);
    return shape > 0 ? gsl_ran_gamma(r, shape, 1 / shape) * mean : mean;
}

double model_lognormal_at(double mean, double cv, double u) {
    double variance = log1p(cv * cv); /* of the logarithm */
    mean = at_least_0(mean);
    if (!(cv > 0) || !isfinite(variance)) return mean;
    return mean * exp(sqrt(variance) * gsl_cdf_ugaussian_Pinv(u) - variance / 2);
}

/* The ends of a uniform span; one that is upside down is a point. */
static double low_end(const model_span *s) {
    return at_least_0((double)s->min);
}
static double high_end(const model_span *s) {
    return fmax(low_end(s), (double)s->max);
}

bool model_span_inverts(const model_span *span) {
    return span->kind != MODEL_SPAN_GAMMA;
}

int64_t model_span_at(const model_span *s, double u) {
    switch ((model_span_kind)s->kind) {
    case MODEL_SPAN_FIXED: return to_ms((double)s->mean);
    case MODEL_SPAN_EXPONENTIAL: return to_ms(-(double)s->mean * log1p(-u));
    case MODEL_SPAN_LOGNORMAL:
        if (s->median <= 0) return 0;
        if (!(s->sigma > 0)) return to_ms((double)s->median);
        return to_ms((double)s->median * exp(s->sigma * gsl_cdf_ugaussian_Pinv(u)));
    case MODEL_SPAN_WEIBULL:
        if (s->scale <= 0) return 0;
        return to_ms((double)s->scale * pow(-log1p(-u), 1 / at_least_0(s->shape)));
    case MODEL_SPAN_UNIFORM: return to_ms(low_end(s) + u * (high_end(s) - low_end(s)));
    case MODEL_SPAN_GAMMA:
    case MODEL_SPAN_KIND_COUNT: break;
    }
    return 0;
}

int64_t model_span_draw(const model_span *span, gsl_rng *r) {
    if (span->kind == MODEL_SPAN_GAMMA) return to_ms(model_gamma_draw((double)span->mean, span->cv, r));
    return model_span_at(span, span->kind == MODEL_SPAN_FIXED ? 0 : gsl_rng_uniform(r));
}

double model_span_mean(const model_span *span) {
    double mean = 0;
    switch ((model_span_kind)span->kind) {
    case MODEL_SPAN_FIXED:
    case MODEL_SPAN_EXPONENTIAL:
    case MODEL_SPAN_GAMMA: mean = (double)span->mean; break;
    case MODEL_SPAN_LOGNORMAL:
        if (span->median > 0) mean = (double)span->median * exp(span->sigma * span->sigma / 2);
        break;
    case MODEL_SPAN_WEIBULL:
        if (span->scale > 0) mean = (double)span->scale * tgamma(1 + 1 / at_least_0(span->shape));
        break;
    case MODEL_SPAN_UNIFORM: mean = (low_end(span) + high_end(span)) / 2; break;
    case MODEL_SPAN_KIND_COUNT: break;
    }
    return cut(mean, (double)MODEL_SPAN_MAX);
}

static double gamma_cdf(double mean, double cv, double t) {
    double shape = gamma_shape(cv);
    if (shape <= 0) return t >= mean;
    if (shape < WILSON_HILFERTY_FROM) return gsl_cdf_gamma_P(t, shape, mean / shape);
    /* Wilson, Hilferty: The distribution of chi-square, PNAS 17 (1931). */
    return gsl_cdf_ugaussian_P((cbrt(t / mean) - (1 - 1 / (9 * shape))) * 3 * sqrt(shape));
}

static double positive_cdf(const model_span *s, double t) {
    switch ((model_span_kind)s->kind) {
    case MODEL_SPAN_EXPONENTIAL: return gsl_cdf_exponential_P(t, (double)s->mean);
    case MODEL_SPAN_GAMMA: return gamma_cdf((double)s->mean, s->cv, t);
    case MODEL_SPAN_LOGNORMAL:
        if (!(s->sigma > 0)) return t >= (double)s->median;
        return t > 0 ? gsl_cdf_lognormal_P(t, log((double)s->median), s->sigma) : 0;
    case MODEL_SPAN_WEIBULL: return -expm1(-pow(t / (double)s->scale, at_least_0(s->shape)));
    case MODEL_SPAN_UNIFORM:
        if (t >= high_end(s)) return 1;
        return t <= low_end(s) ? 0 : (t - low_end(s)) / (high_end(s) - low_end(s));
    case MODEL_SPAN_FIXED:
    case MODEL_SPAN_KIND_COUNT: break;
    }
    return t >= (double)s->mean;
}

double model_span_cdf(const model_span *span, double t) {
    if (!(t >= 0)) return 0;
    if (model_span_is_zero(span) || isinf(t)) return 1;
    return cut(positive_cdf(span, t), 1);
}

bool model_span_is_zero(const model_span *span) {
    switch ((model_span_kind)span->kind) {
    case MODEL_SPAN_FIXED:
    case MODEL_SPAN_EXPONENTIAL:
    case MODEL_SPAN_GAMMA: return span->mean <= 0;
    case MODEL_SPAN_LOGNORMAL: return span->median <= 0;
    case MODEL_SPAN_WEIBULL: return span->scale <= 0;
    case MODEL_SPAN_UNIFORM: return span->min <= 0 && span->max <= 0;
    case MODEL_SPAN_KIND_COUNT: break;
    }
    return true;
}

/* The argument is cut first: GSL counts Poisson events in 32 bits. */
static int64_t poisson(gsl_rng *r, double mean) {
    mean = cut(mean, (double)MODEL_UNITS_MAX);
    return mean > 0 ? to_units(gsl_ran_poisson(r, mean)) : 0;
}

/* A gamma mixture of Poissons, which is what gsl_ran_negative_binomial(p = k / (k + mean), k) does too. */
static int64_t negative_binomial(gsl_rng *r, double mean, double k) {
    if (!(k > 0) || isinf(k)) return poisson(r, mean);
    return poisson(r, gsl_ran_gamma(r, k, at_least_0(mean) / k));
}

static int64_t lognormal_units(gsl_rng *r, double mean, double cv) {
    if (!(mean > 0)) return 0;
    double variance = log1p(cv * cv); /* of the logarithm */
    if (!(cv > 0) || !isfinite(variance)) return to_units(mean);
    return to_units(gsl_ran_lognormal(r, log(mean) - variance / 2, sqrt(variance)));
}

static int64_t uniform_units(gsl_rng *r, int64_t min, int64_t max) {
    int64_t low = to_units((double)min), high = to_units((double)max);
    if (high <= low) return low;
    return low + (int64_t)(gsl_rng_uniform(r) * (double)(high - low + 1));
}

int64_t model_units_draw(const model_units *units, gsl_rng *r) {
    switch ((model_units_kind)units->kind) {
    case MODEL_UNITS_FIXED: return to_units(units->mean);
    case MODEL_UNITS_POISSON: return poisson(r, units->mean);
    case MODEL_UNITS_NEGATIVE_BINOMIAL: return negative_binomial(r, units->mean, units->dispersion);
    case MODEL_UNITS_LOGNORMAL: return lognormal_units(r, units->mean, units->cv);
    case MODEL_UNITS_UNIFORM: return uniform_units(r, units->min, units->max);
    case MODEL_UNITS_KIND_COUNT: break;
    }
    return 0;
}

double model_units_mean(const model_units *units) {
    if (units->kind == MODEL_UNITS_FIXED) return (double)to_units(units->mean);
    if (units->kind != MODEL_UNITS_UNIFORM) return cut(units->mean, (double)MODEL_UNITS_MAX);
    int64_t low = to_units((double)units->min), high = to_units((double)units->max);
    return high <= low ? (double)low : (double)(low + high) / 2;
}

void model_zipf(double exponent, uint32_t n, double *share) {
    double sum = 0;
    for (uint32_t i = n; i-- > 0;) /* smallest first, which keeps the sum's digits */
        sum += share[i] = pow(i + 1.0, -at_least_0(exponent));
    for (uint32_t i = 0; i < n; i++)
        share[i] /= sum;
}

void model_cumulative(const double *share, uint32_t n, double *cumulative) {
    double largest = 0, sum = 0;
    uint32_t last = 0;
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(share[i]) && share[i] > largest) largest = share[i];
    for (uint32_t i = 0; i < n; i++) {
        double weight = isfinite(share[i]) ? at_least_0(share[i]) : 0;
        if (weight > 0) last = i;
        cumulative[i] = sum +=
            largest > 0 ? weight / largest : 0; /* in units of the largest: cannot overflow */
    }
    for (uint32_t i = 0; i < n; i++)
        cumulative[i] = i < last ? cumulative[i] / sum : 1;
}

uint32_t model_pick(const double *cumulative, uint32_t n, double u) {
    uint32_t low = 0, high = n - 1; /* the answer lies in low..high */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (u < cumulative[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
