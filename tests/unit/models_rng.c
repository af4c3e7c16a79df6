/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_rng.c - addressed randomness: published vectors, no overlap of streams, uniformity.
 *
 * Seeds are fixed, so every test gives the same answer each time. Bounds on statistics are quantiles at one
 * in a million, so that a change of seed would not be expected to break them.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "models/rng.h"

static const double RARE = 1e-6;

/* Random123's known answers for philox4x32 with 10 rounds. */
static void known_answers(void **state) {
    (void)state;
    static const struct {
        model_key key;
        uint32_t counter[4], want[4];
    } kat[] = {
        {{{0, 0}}, {0, 0, 0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{{0xffffffff, 0xffffffff}},
         {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{{0xa4093822, 0x299f31d0}},
         {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof kat / sizeof *kat; i++) {
        uint32_t out[4];
        model_philox(kat[i].key, kat[i].counter, out);
        assert_memory_equal(out, kat[i].want, sizeof out);
    }
}

static void stream_gives_the_blocks_in_order(void **state) {
    (void)state;
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    const model_key key = {{11, 22}};
    model_rng_seek(r, key, 3, 4, MODEL_P_TEST, 5);
    for (uint32_t block = 0; block < 10; block++) {
        const uint32_t counter[4] = {3, 4, 5, (uint32_t)MODEL_P_TEST << 24 | block};
        uint32_t out[4];
        model_philox(key, counter, out);
        for (int i = 0; i < 4; i++)
            assert_int_equal(gsl_rng_get(r), out[i]);
    }
    gsl_rng_free(r);
}

static void uniform_is_the_first_of_the_stream(void **state) {
    (void)state;
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    const model_key key = model_key_make(1, 2);
    for (uint32_t i = 0; i < 10000; i++) {
        model_purpose purpose = (model_purpose)(i % MODEL_P_COUNT);
        model_rng_seek(r, key, i, i * 7, purpose, i / 3);
        double u = model_uniform(key, i, i * 7, purpose, i / 3);
        assert_true(gsl_rng_uniform(r) == u); /* the same bits */
        assert_true(u >= 0 && u < 1);
    }
    gsl_rng_free(r);
}

/* Draws all 2^24 blocks, which takes under a second. */
static void long_stream_never_enters_the_next_purpose(void **state) {
    (void)state;
    enum { BLOCKS = 1 << 24 };
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    const model_key key = model_key_make(1, 2);
    model_rng_seek(r, key, 1, 2, MODEL_P_TEST, 3);
    uint32_t first[4], next[4], last[4];
    for (int i = 0; i < 4; i++)
        first[i] = (uint32_t)gsl_rng_get(r);
    for (size_t i = 4; i < (size_t)BLOCKS * 4; i++)
        last[i % 4] = (uint32_t)gsl_rng_get(r);
    for (int i = 0; i < 4; i++)
        next[i] = (uint32_t)gsl_rng_get(r);
    const uint32_t counter[4] = {1, 2, 3, (uint32_t)MODEL_P_TEST << 24 | (BLOCKS - 1)};
    uint32_t want[4];
    model_philox(key, counter, want);
    assert_memory_equal(last, want, sizeof want);
    assert_memory_not_equal(next, first, sizeof first);
    const uint32_t neighbour[4] = {1, 2, 3, ((uint32_t)MODEL_P_TEST + 1) << 24};
    model_philox(key, neighbour, want);
    assert_memory_not_equal(next, want, sizeof want);
    gsl_rng_free(r);
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* 64 bits each of a million addresses that differ in every part: by chance, two would agree once in 10^7
 * runs. */
static void no_draw_is_repeated(void **state) {
    (void)state;
    enum { ENTITIES = 10, SKUS = 10, ORDINALS = 20, BLOCKS = 20, N = ENTITIES * SKUS * ORDINALS * BLOCKS };
    const size_t total = (size_t)N * MODEL_P_COUNT;
    uint64_t *seen = malloc(total * sizeof *seen);
    assert_non_null(seen);
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    const model_key key = model_key_make(7, 0);
    size_t n = 0;
    for (uint32_t e = 0; e < ENTITIES; e++)
        for (uint32_t s = 0; s < SKUS; s++)
            for (uint32_t o = 0; o < ORDINALS; o++)
                for (int p = 0; p < MODEL_P_COUNT; p++) {
                    model_rng_seek(r, key, e, s, (model_purpose)p, o);
                    for (int b = 0; b < BLOCKS; b++) {
                        uint64_t high = gsl_rng_get(r);
                        seen[n++] = high << 32 | gsl_rng_get(r);
                    }
                }
    assert_int_equal(n, total);
    qsort(seen, n, sizeof *seen, by_value);
    for (size_t i = 1; i < n; i++)
        assert_true(seen[i] != seen[i - 1]);
    gsl_rng_free(r);
    free(seen);
}

static void keys_differ(void **state) {
    (void)state;
    enum { SEEDS = 300, REPLICATIONS = 1000, N = SEEDS * REPLICATIONS };
    uint64_t *seen = malloc((size_t)N * sizeof *seen);
    assert_non_null(seen);
    size_t n = 0;
    for (uint64_t s = 0; s < SEEDS; s++)
        for (uint64_t i = 0; i < REPLICATIONS; i++) {
            model_key key = model_key_make(s, i);
            seen[n++] = (uint64_t)key.k[1] << 32 | key.k[0];
        }
    qsort(seen, n, sizeof *seen, by_value);
    for (size_t i = 1; i < n; i++)
        assert_true(seen[i] != seen[i - 1]);
    free(seen);
    assert_int_not_equal(model_key_make(0, 1).k[0], model_key_make(1, 0).k[0]);
}

static void order_of_execution_does_not_matter(void **state) {
    (void)state;
    enum { N = 1000 };
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    const model_key key = model_key_make(5, 5);
    double forward[N];
    for (uint32_t i = 0; i < N; i++) {
        model_rng_seek(r, key, i, 0, MODEL_P_TEST, 0);
        forward[i] = gsl_ran_gamma(r, 0.7, 2); /* takes a varying number of words */
    }
    for (uint32_t i = N; i-- > 0;) {
        model_rng_seek(r, key, i, 0, MODEL_P_TEST, 0);
        assert_true(gsl_ran_gamma(r, 0.7, 2) == forward[i]);
    }
    gsl_rng_free(r);
}

static void clone_and_set_work(void **state) {
    (void)state;
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    model_rng_seek(r, model_key_make(9, 9), 1, 2, MODEL_P_TEST, 3);
    gsl_rng_get(r); /* in the middle of a block */
    gsl_rng *twin = gsl_rng_clone(r);
    assert_non_null(twin);
    for (int i = 0; i < 100; i++)
        assert_true(gsl_rng_uniform(r) == gsl_rng_uniform(twin));
    gsl_rng_set(r, 42);
    gsl_rng_set(twin, 42);
    double first = gsl_rng_uniform(r);
    assert_true(first == gsl_rng_uniform(twin));
    assert_true(first == model_uniform(model_key_make(42, 0), 0, 0, MODEL_P_NONE, 0));
    gsl_rng_set(r, 43);
    assert_true(first != gsl_rng_uniform(r));
    assert_int_equal(gsl_rng_max(r), UINT32_MAX);
    assert_int_equal(gsl_rng_min(r), 0);
    gsl_rng_free(twin);
    gsl_rng_free(r);
}

/* Along which part of the address the test walks. */
typedef enum { BY_BLOCK, BY_ENTITY, BY_SKU, BY_ORDINAL, BY_REPLICATION, BY_SEED, BY_COUNT } axis;

static double draw_along(gsl_rng *r, axis along, uint32_t i) {
    const model_key key = model_key_make(2024, 1);
    switch (along) {
    case BY_ENTITY: return model_uniform(key, i, 1, MODEL_P_TEST, 1);
    case BY_SKU: return model_uniform(key, 1, i, MODEL_P_TEST, 1);
    case BY_ORDINAL: return model_uniform(key, 1, 1, MODEL_P_TEST, i);
    case BY_REPLICATION: return model_uniform(model_key_make(2024, i), 1, 1, MODEL_P_TEST, 1);
    case BY_SEED: return model_uniform(model_key_make(i, 1), 1, 1, MODEL_P_TEST, 1);
    case BY_BLOCK:
    default: return gsl_rng_uniform(r);
    }
}

/* Chi-square of 32 x 32 cells of (draw, next draw): uniform, and neighbours independent. */
static void uniform_and_independent_along_each_axis(void **state) {
    (void)state;
    enum { SIDE = 32, CELLS = SIDE * SIDE, PAIRS = 200000 };
    const double bound = gsl_cdf_chisq_Qinv(RARE / BY_COUNT, CELLS - 1);
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    for (axis along = BY_BLOCK; along < BY_COUNT; along++) {
        model_rng_seek(r, model_key_make(2024, 1), 1, 1, MODEL_P_TEST, 1);
        double count[CELLS] = {0}, chi2 = 0;
        for (uint32_t i = 0; i < PAIRS; i++) {
            int x = (int)(draw_along(r, along, 2 * i) * SIDE);
            int y = (int)(draw_along(r, along, 2 * i + 1) * SIDE);
            count[x * SIDE + y]++;
        }
        for (int i = 0; i < CELLS; i++)
            chi2 += (count[i] - (double)PAIRS / CELLS) * (count[i] - (double)PAIRS / CELLS);
        chi2 /= (double)PAIRS / CELLS;
        assert_true(chi2 < bound);
        assert_true(chi2 > gsl_cdf_chisq_Pinv(RARE / BY_COUNT, CELLS - 1)); /* nor too even */
    }
    gsl_rng_free(r);
}

/* Each of the 53 bits is set half of the time. */
static void every_bit_is_used(void **state) {
    (void)state;
    enum { N = 100000 };
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    double set[53] = {0};
    for (int i = 0; i < N; i++) {
        uint64_t bits = (uint64_t)(gsl_rng_uniform(r) * 0x1p53);
        for (int b = 0; b < 53; b++)
            set[b] += (double)(bits >> b & 1);
    }
    for (int b = 0; b < 53; b++) /* 6 standard deviations */
        assert_near(set[b], N / 2.0, 6 * 0.5 * 316.23);
    gsl_rng_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(stream_gives_the_blocks_in_order),
        cmocka_unit_test(uniform_is_the_first_of_the_stream),
        cmocka_unit_test(long_stream_never_enters_the_next_purpose),
        cmocka_unit_test(no_draw_is_repeated),
        cmocka_unit_test(keys_differ),
        cmocka_unit_test(order_of_execution_does_not_matter),
        cmocka_unit_test(clone_and_set_work),
        cmocka_unit_test(uniform_and_independent_along_each_axis),
        cmocka_unit_test(every_bit_is_used),
    };
    return RUN_TESTS(tests);
}
