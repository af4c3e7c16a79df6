/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_dist.c - spans, units and weighted choices: draws against their own distribution functions and
 * moments, and parameters at the edge.
 *
 * Seeds are fixed. A Kolmogorov-Smirnov distance is bounded by 2.7 / sqrt(n), which a right sampler passes in
 * all but one of a million seeds; a moment by 5 standard errors.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "models/dist.h"
#include "models/rng.h"

enum { N = 40000 };
static const double KS_BOUND = 2.7;
static const int64_t DAY = 86400000;

static gsl_rng *stream(uint32_t ordinal) {
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    model_rng_seek(r, model_key_make(77, 1), 0, 0, MODEL_P_TEST, ordinal);
    return r;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static const model_span SPANS[] = {
    {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 5 * 86400000},
    {.kind = MODEL_SPAN_EXPONENTIAL, .mean = 40},
    {.kind = MODEL_SPAN_GAMMA, .mean = 7 * 86400000, .cv = 0.5},
    {.kind = MODEL_SPAN_GAMMA, .mean = 7 * 86400000, .cv = 1},
    {.kind = MODEL_SPAN_GAMMA, .mean = 7 * 86400000, .cv = 2.3},
    {.kind = MODEL_SPAN_GAMMA, .mean = 7 * 86400000, .cv = 0.01},
    {.kind = MODEL_SPAN_GAMMA,
     .mean = 365 * (int64_t)86400000,
     .cv = 5e-5}, /* beyond the cube root's threshold */
    {.kind = MODEL_SPAN_LOGNORMAL, .median = 48 * 60000, .sigma = 1.4},
    {.kind = MODEL_SPAN_LOGNORMAL, .median = 1000, .sigma = 0.05},
    {.kind = MODEL_SPAN_WEIBULL, .scale = 30 * (int64_t)86400000, .shape = 0.6},
    {.kind = MODEL_SPAN_WEIBULL, .scale = 30 * (int64_t)86400000, .shape = 3.5},
    {.kind = MODEL_SPAN_UNIFORM, .min = 60000, .max = 30 * 60000},
    {.kind = MODEL_SPAN_UNIFORM, .min = 0, .max = 1800000},
};
enum { SPAN_CASES = sizeof SPANS / sizeof *SPANS };

/* A draw x stands for all that round to it, so that steps are compared at x - 1/2 and x + 1/2. */
static void spans_follow_their_distribution_functions(void **state) {
    (void)state;
    int64_t *x = malloc(N * sizeof *x);
    assert_non_null(x);
    for (uint32_t c = 0; c < SPAN_CASES; c++) {
        gsl_rng *r = stream(c);
        for (int i = 0; i < N; i++)
            x[i] = model_span_draw(&SPANS[c], r);
        qsort(x, N, sizeof *x, by_value);
        double distance = 0;
        for (int i = 0, j; i < N; i = j) {
            for (j = i; j < N && x[j] == x[i]; j++) {
            }
            double below = model_span_cdf(&SPANS[c], (double)x[i] - 0.5);
            double upto = model_span_cdf(&SPANS[c], (double)x[i] + 0.5);
            distance = fmax(distance, fmax(fabs(below - (double)i / N), fabs(upto - (double)j / N)));
        }
        assert_near(distance * sqrt(N), 0, KS_BOUND);
        gsl_rng_free(r);
    }
    free(x);
}

static void spans_have_their_means(void **state) {
    (void)state;
    for (uint32_t c = 0; c < SPAN_CASES; c++) {
        gsl_rng *r = stream(100 + c);
        double sum = 0, squares = 0, mean = model_span_mean(&SPANS[c]);
        for (int i = 0; i < N; i++) {
            double d = (double)model_span_draw(&SPANS[c], r) - mean;
            sum += d;
            squares += d * d;
        }
        assert_near(sum / N, 0, 5 * sqrt(squares / N / N) + 1e-9 * mean);
        gsl_rng_free(r);
    }
}

static double coefficient_of_variation(const model_span *span, uint32_t ordinal) {
    gsl_rng *r = stream(ordinal);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        double x = (double)model_span_draw(span, r);
        sum += x;
        squares += x * x;
    }
    gsl_rng_free(r);
    return sqrt(squares / N - sum / N * (sum / N)) / (sum / N);
}

static void spans_have_their_spreads(void **state) {
    (void)state;
    assert_near(coefficient_of_variation(&SPANS[2], 200), 0.5, 0.01);
    assert_near(coefficient_of_variation(&SPANS[4], 201), 2.3, 0.1);
    assert_near(coefficient_of_variation(&SPANS[8], 202), sqrt(expm1(0.05 * 0.05)), 0.001);
    assert_near(model_span_mean(&SPANS[7]), 48 * 60000 * exp(0.98), 1);
    assert_near(model_span_mean(&SPANS[9]), 30 * 86400000.0 * tgamma(1 + 1 / 0.6), 1);
    assert_near(model_span_cdf(&SPANS[9], 30 * 86400000.0), 1 - exp(-1), 1e-12);
    assert_near(model_span_cdf(&SPANS[7], 48 * 60000), 0.5, 1e-12);
}

static void degenerate_spans(void **state) {
    (void)state;
    gsl_rng *r = stream(1);
    static const model_span zero[] = {
        {.kind = MODEL_SPAN_FIXED},
        {.kind = MODEL_SPAN_FIXED, .mean = -5},
        {.kind = MODEL_SPAN_EXPONENTIAL},
        {.kind = MODEL_SPAN_GAMMA, .cv = 1},
        {.kind = MODEL_SPAN_LOGNORMAL, .sigma = 1},
        {.kind = MODEL_SPAN_WEIBULL, .shape = 1},
        {.kind = MODEL_SPAN_UNIFORM},
        {.kind = MODEL_SPAN_UNIFORM, .min = -10, .max = -5},
        {.kind = MODEL_SPAN_KIND_COUNT, .mean = 5},
    };
    for (size_t i = 0; i < sizeof zero / sizeof *zero; i++) {
        assert_true(model_span_is_zero(&zero[i]));
        assert_int_equal(model_span_draw(&zero[i], r), 0);
        assert_true(model_span_mean(&zero[i]) == 0);
        assert_true(model_span_cdf(&zero[i], 0) == 1);
        assert_true(model_span_cdf(&zero[i], -1) == 0);
    }
    const model_span point[] = {
        {.kind = MODEL_SPAN_FIXED, .mean = DAY},
        {.kind = MODEL_SPAN_GAMMA, .mean = DAY},
        {.kind = MODEL_SPAN_GAMMA, .mean = DAY, .cv = 1e-200},
        {.kind = MODEL_SPAN_LOGNORMAL, .median = DAY},
        {.kind = MODEL_SPAN_UNIFORM, .min = DAY, .max = DAY},
        {.kind = MODEL_SPAN_UNIFORM, .min = DAY, .max = 5},
    };
    for (size_t i = 0; i < sizeof point / sizeof *point; i++) {
        assert_false(model_span_is_zero(&point[i]));
        assert_near((double)model_span_draw(&point[i], r), (double)DAY, 0);
        assert_near(model_span_cdf(&point[i], (double)DAY - 1), 0, 0);
        assert_near(model_span_cdf(&point[i], (double)DAY + 1), 1, 0);
    }
    gsl_rng_free(r);
}

/* No parameters, however odd, give a draw out of range, a NaN, or an abort inside GSL. */
static void odd_parameters_stay_in_range(void **state) {
    (void)state;
    static const int64_t times[] = {INT64_MIN, -1, 0, 1, 1000, INT64_C(1) << 45, INT64_MAX};
    static const double spreads[] = {(double)NAN, -1, 0, 1e-300, 1e-5, 1, 30, 1e6, 1e300, (double)INFINITY};
    gsl_rng *r = stream(2);
    for (int kind = 0; kind < MODEL_SPAN_KIND_COUNT; kind++)
        for (size_t t = 0; t < sizeof times / sizeof *times; t++)
            for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++) {
                int64_t x = times[t];
                double y = spreads[s];
                model_span span = {kind, x, x, x, x / 2, x, y, y, y};
                for (int i = 0; i < 5; i++) {
                    int64_t drawn = model_span_draw(&span, r);
                    assert_true(drawn >= 0 && drawn <= MODEL_SPAN_MAX);
                    double p = model_span_cdf(&span, (double)drawn);
                    assert_true(p >= 0 && p <= 1);
                }
                double mean = model_span_mean(&span);
                assert_true(mean >= 0 && mean <= (double)MODEL_SPAN_MAX);
                assert_true(model_span_cdf(&span, INFINITY) == 1);
                assert_true(model_span_cdf(&span, NAN) == 0);
            }
    gsl_rng_free(r);
}

static void odd_units_stay_in_range(void **state) {
    (void)state;
    static const double values[] = {(double)NAN, -1, 0, 1e-300, 1e-9, 0.5, 30, 1e9, 1e300, (double)INFINITY};
    enum { VALUES = sizeof values / sizeof *values };
    gsl_rng *r = stream(3);
    for (int kind = 0; kind <= MODEL_UNITS_KIND_COUNT; kind++)
        for (size_t i = 0; i < VALUES; i++)
            for (size_t j = 0; j < VALUES; j++) {
                model_units units = {kind, values[i], values[j], values[j], INT64_MIN, INT64_MAX};
                int64_t drawn = model_units_draw(&units, r);
                assert_true(drawn >= 0 && drawn <= MODEL_UNITS_MAX);
                double mean = model_units_mean(&units);
                assert_true(mean >= 0 && mean <= (double)MODEL_UNITS_MAX);
            }
    gsl_rng_free(r);
}

/* Chi-square of drawn counts against a probability function; the last cell holds the tail. */
static double chi_square(const model_units *units, uint32_t ordinal, int cells,
                         double (*p)(int, const model_units *)) {
    double count[64] = {0}, chi2 = 0, rest = 1;
    gsl_rng *r = stream(ordinal);
    for (int i = 0; i < N; i++) {
        int64_t x = model_units_draw(units, r);
        count[x < cells ? x : cells - 1]++;
    }
    gsl_rng_free(r);
    for (int i = 0; i < cells; i++) {
        double expected = N * (i < cells - 1 ? p(i, units) : rest);
        rest -= expected / N;
        chi2 += (count[i] - expected) * (count[i] - expected) / expected;
    }
    return chi2;
}

static double poisson_p(int n, const model_units *u) {
    return gsl_ran_poisson_pdf((unsigned)n, u->mean);
}
static double negative_binomial_p(int n, const model_units *u) {
    return gsl_ran_negative_binomial_pdf((unsigned)n, u->dispersion / (u->dispersion + u->mean),
                                         u->dispersion);
}
static double uniform_p(int n, const model_units *u) {
    return n < u->min ? 1e-300 : 1.0 / (double)(u->max - u->min + 1);
}

static void units_follow_their_probability_functions(void **state) {
    (void)state;
    const model_units poisson = {.kind = MODEL_UNITS_POISSON, .mean = 6.5};
    const model_units small = {.kind = MODEL_UNITS_POISSON, .mean = 0.3};
    const model_units spread = {.kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = 5, .dispersion = 0.7};
    const model_units near_poisson = {.kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = 5, .dispersion = 41.3};
    const model_units uniform = {.kind = MODEL_UNITS_UNIFORM, .min = 0, .max = 12};
    const double rare = 1e-6;
    assert_true(chi_square(&poisson, 300, 18, poisson_p) < gsl_cdf_chisq_Qinv(rare, 17));
    assert_true(chi_square(&small, 301, 4, poisson_p) < gsl_cdf_chisq_Qinv(rare, 3));
    assert_true(chi_square(&spread, 302, 30, negative_binomial_p) < gsl_cdf_chisq_Qinv(rare, 29));
    assert_true(chi_square(&near_poisson, 303, 16, negative_binomial_p) < gsl_cdf_chisq_Qinv(rare, 15));
    assert_true(chi_square(&uniform, 304, 13, uniform_p) < gsl_cdf_chisq_Qinv(rare, 12));
}

static void check_moments(model_units units, uint32_t ordinal, double mean, double variance) {
    gsl_rng *r = stream(ordinal);
    double sum = 0, squares = 0, fourth = 0;
    for (int i = 0; i < N; i++) {
        double d = (double)model_units_draw(&units, r) - mean;
        sum += d;
        squares += d * d;
        fourth += d * d * d * d;
    }
    gsl_rng_free(r);
    assert_near(model_units_mean(&units), mean, 1e-9 * mean);
    assert_near(sum / N, 0, 5 * sqrt(variance / N));
    assert_near(squares / N, variance, 5 * sqrt((fourth / N - variance * variance) / N));
}

static void units_have_their_moments(void **state) {
    (void)state;
    check_moments((model_units){.kind = MODEL_UNITS_FIXED, .mean = 36}, 400, 36, 0);
    check_moments((model_units){.kind = MODEL_UNITS_POISSON, .mean = 1234.5}, 401, 1234.5, 1234.5);
    check_moments((model_units){.kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = 80, .dispersion = 2.5}, 402,
                  80, 80 + 80 * 80 / 2.5);
    check_moments((model_units){.kind = MODEL_UNITS_NEGATIVE_BINOMIAL, .mean = 80}, 403, 80, 80);
    check_moments((model_units){.kind = MODEL_UNITS_LOGNORMAL, .mean = 500, .cv = 0.8}, 404, 500,
                  400 * 400 + 1. / 12);
    check_moments((model_units){.kind = MODEL_UNITS_UNIFORM, .min = 10, .max = 19}, 405, 14.5, 99 / 12.0);
}

static void gamma_is_proportional_to_its_mean(void **state) {
    (void)state;
    gsl_rng *r = stream(5), *twin = gsl_rng_clone(r);
    for (int i = 0; i < 1000; i++)
        assert_near(model_gamma_draw(3, 0.8, r), 3 * model_gamma_draw(1, 0.8, twin), 1e-12);
    assert_near(model_gamma_draw(3, 0, r), 3, 0);
    assert_near(gsl_rng_uniform(r), gsl_rng_uniform(twin), 0);
    gsl_rng_free(twin);
    gsl_rng_free(r);
}

static void zipf_shares(void **state) {
    (void)state;
    double share[1000];
    model_zipf(1, 4, share); /* 1 + 1/2 + 1/3 + 1/4 = 25/12 */
    for (int i = 0; i < 4; i++)
        assert_near(share[i], 12.0 / 25 / (i + 1), 1e-15);
    model_zipf(0, 5, share);
    for (int i = 0; i < 5; i++)
        assert_near(share[i], 0.2, 1e-15);
    model_zipf(0.85, 1000, share);
    double sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += share[i];
    assert_near(sum, 1, 1e-12);
    assert_near(share[9] / share[99], pow(10, 0.85), 1e-9);
    model_zipf(1e9, 3, share);
    assert_near(share[0], 1, 0);
    model_zipf(NAN, 2, share);
    assert_near(share[0], 0.5, 0);
}

/* The plain search, from the front. */
static uint32_t pick_naively(const double *cumulative, uint32_t n, double u) {
    for (uint32_t i = 0; i < n; i++)
        if (u < cumulative[i]) return i;
    return n - 1;
}

static void pick_agrees_with_a_plain_search(void **state) {
    (void)state;
    gsl_rng *r = stream(6);
    double share[40], cumulative[40];
    for (int round = 0; round < 500; round++) {
        uint32_t n = 1 + (uint32_t)gsl_rng_uniform_int(r, 40);
        for (uint32_t i = 0; i < n; i++)
            share[i] = gsl_rng_uniform(r) < 0.3 ? 0 : gsl_rng_uniform(r);
        share[n / 2] = 0.1; /* at least one */
        model_cumulative(share, n, cumulative);
        for (int i = 0; i < 50; i++) {
            double u = i == 0 ? 0 : i == 1 ? 1 - 0x1p-53 : gsl_rng_uniform(r);
            uint32_t picked = model_pick(cumulative, n, u);
            assert_int_equal(picked, pick_naively(cumulative, n, u));
            assert_true(share[picked] > 0);
        }
    }
    gsl_rng_free(r);
}

static void cumulative_of_odd_weights(void **state) {
    (void)state;
    double w[] = {0, NAN, -1, 2, 0, 6, INFINITY, 0};
    double c[8];
    model_cumulative(w, 8, c);
    const double want[] = {0, 0, 0, 0.25, 0.25, 1, 1, 1};
    for (int i = 0; i < 8; i++)
        assert_near(c[i], want[i], 0);
    double none[] = {0, 0, 0};
    model_cumulative(none, 3, none); /* in place */
    assert_int_equal(model_pick(none, 3, 0.999), 0);
    double large[] = {1e308, 1e308, 1e308, 1e308};
    model_cumulative(large, 4, large);
    assert_near(large[1], 0.5, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_follow_their_distribution_functions),
        cmocka_unit_test(spans_have_their_means),
        cmocka_unit_test(spans_have_their_spreads),
        cmocka_unit_test(degenerate_spans),
        cmocka_unit_test(odd_parameters_stay_in_range),
        cmocka_unit_test(odd_units_stay_in_range),
        cmocka_unit_test(units_follow_their_probability_functions),
        cmocka_unit_test(units_have_their_moments),
        cmocka_unit_test(gamma_is_proportional_to_its_mean),
        cmocka_unit_test(zipf_shares),
        cmocka_unit_test(pick_agrees_with_a_plain_search),
        cmocka_unit_test(cumulative_of_odd_weights),
    };
    return RUN_TESTS(tests);
}
