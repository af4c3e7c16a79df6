/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_many.c - draws in lanes are the draws of one at a time, to the bit, whatever the width; and the
 * exponential is one.
 */
#include "tests/support.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <gsl/gsl_cdf.h>

#include "models/many.h"

static const uint64_t ONE = UINT64_C(1) << 53; /* the bits of u = 1, which is never drawn */

/* Addresses from all over, most of them not small. */
static void fill(model_lanes *lanes, uint32_t salt) {
    for (uint32_t i = 0; i < MODEL_MANY_MAX; i++) {
        lanes->entity[i] = (i + 1) * 0x9e3779b9u ^ salt;
        lanes->sku[i] = i % 3 == 0 ? MODEL_NOBODY : i * salt;
        lanes->ordinal[i] = UINT32_MAX - i * 77777u * salt;
    }
}

static void lanes_draw_what_one_at_a_time_does(void **state) {
    (void)state;
    for (uint32_t salt = 1; salt <= 200; salt++) {
        const model_key key = model_key_make(salt, salt * salt);
        model_rounds rounds = model_rounds_make(key);
        const bool can_be_wide = rounds.wide;
        for (uint32_t n = 1; n <= MODEL_MANY_MAX; n += salt % 5 + 1)
            for (int wide = 0; wide <= can_be_wide; wide++) {
                static model_lanes lanes;
                fill(&lanes, salt);
                rounds.wide = wide;
                model_lanes_draw(&rounds, MODEL_P_TEST, n, &lanes);
                for (uint32_t i = 0; i < n; i++) {
                    double u[2];
                    model_uniform2(key, lanes.entity[i], lanes.sku[i], MODEL_P_TEST, lanes.ordinal[i], u);
                    assert_true((double)lanes.first[i] * 0x1p-53 == u[0]);
                    assert_true((double)lanes.second[i] * 0x1p-53 == u[1]);
                }
            }
    }
}

/* Bits at which something could go wrong: both ends, and each power of two with its neighbours, as u and as 1
 * - u. */
static size_t awkward(uint64_t *out) {
    size_t n = 0;
    out[n++] = 0;
    for (int power = 0; power < 53; power++)
        for (int64_t next = -1; next <= 1; next++) {
            uint64_t bits = (UINT64_C(1) << power) + (uint64_t)next;
            if (bits >= ONE) continue;
            out[n++] = bits;
            if (bits > 0) out[n++] = ONE - bits;
        }
    return n;
}

static uint64_t spread(uint64_t i) {
    return i * UINT64_C(0x9e3779b97f4a7c15) >> 11;
}

static void exponential_is_the_logarithm(void **state) {
    (void)state;
    uint64_t bits[400];
    size_t n = awkward(bits);
    for (size_t i = 0; i < n + 1000000; i++) {
        uint64_t b = i < n ? bits[i] : spread(i);
        long double exact = -log1pl(-(long double)b * 0x1p-53L);
        double got = model_exponential(b);
        assert_true(fabsl(got - exact) <= 2 * DBL_EPSILON * exact);
    }
    assert_true(model_exponential(0) == 0 && !signbit(model_exponential(0)));
    assert_near(model_exponential(ONE - 1), 53 * log(2), 1e-14);
}

static void exponential_has_the_same_bits_in_every_width(void **state) {
    (void)state;
    uint64_t bits[400 + MODEL_MANY_MAX] = {0};
    size_t n = awkward(bits);
    model_rounds rounds = model_rounds_make(model_key_make(1, 1));
    const bool can_be_wide = rounds.wide;
    for (int wide = 0; wide <= can_be_wide; wide++) {
        rounds.wide = wide;
        for (size_t from = 0; from < n + 100000; from += 37) {
            uint64_t in[MODEL_MANY_MAX];
            double out[MODEL_MANY_MAX];
            for (size_t i = 0; i < MODEL_MANY_MAX; i++)
                in[i] = from + i < n ? bits[from + i] : spread(from + i);
            uint32_t count = 1 + (uint32_t)(from % MODEL_MANY_MAX);
            model_exponential_many(&rounds, count, in, out);
            for (uint32_t i = 0; i < count; i++) {
                double want = model_exponential(in[i]);
                assert_memory_equal(&out[i], &want, sizeof want);
            }
        }
    }
}

/* Kolmogorov and Smirnov: the largest distance of the two distribution functions, over sqrt n, is below 2.7
 * but once in two million times. */
static void exponential_is_exponential(void **state) {
    (void)state;
    enum { N = 100000, BINS = 1000 };
    static double at_most[BINS];
    for (uint32_t i = 0; i < N; i++) {
        double u[2];
        model_uniform2(model_key_make(3, 4), i, 5, MODEL_P_TEST, 6, u);
        double x = model_exponential((uint64_t)(u[0] * 0x1p53));
        size_t bin = (size_t)(gsl_cdf_exponential_P(x, 1) * BINS);
        at_most[bin < BINS ? bin : BINS - 1]++;
    }
    double sum = 0, most = 0;
    for (size_t i = 0; i < BINS; i++) {
        sum += at_most[i];
        most = fmax(most, fabs(sum / N - (double)(i + 1) / BINS));
    }
    assert_true(most * sqrt(N) < 2.7);
}

/* u < p as bits is u < p as doubles, at p and right beside it. */
static void below_is_exact(void **state) {
    (void)state;
    const double p[] = {0x1p-53, 1e-9, 0.03, 0.1, 1 / 3.0, 0.5, 0.7, 1 - 0x1p-53};
    for (size_t k = 0; k < sizeof p / sizeof *p; k++) {
        uint64_t below = model_below(p[k]);
        for (int64_t next = -2; next <= 2; next++) {
            uint64_t bits = below + (uint64_t)next;
            if (bits >= ONE) continue; /* wrapped, or never drawn */
            assert_int_equal(bits < below, (double)bits * 0x1p-53 < p[k]);
        }
    }
    assert_int_equal(model_below(0), 0);
    assert_int_equal(model_below(-1), 0);
    assert_int_equal(model_below(NAN), 0);
    assert_int_equal(model_below(1), ONE);
    assert_int_equal(model_below(7), ONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_draw_what_one_at_a_time_does),
        cmocka_unit_test(exponential_is_the_logarithm),
        cmocka_unit_test(exponential_has_the_same_bits_in_every_width),
        cmocka_unit_test(exponential_is_exponential),
        cmocka_unit_test(below_is_exact),
    };
    return RUN_TESTS(tests);
}
