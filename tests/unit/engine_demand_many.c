/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_demand_many.c - P(buyers > units) for more units than are computed entry by entry, and how many
 * pushes a limit leaves.
 */
#include "tests/unit/demand_rig.h"

#include <math.h>

/* ---- many units ---- */

/* P(more than units) of two sources without pushes in flight, entry by entry. */
static double entry_by_entry(const bis_demand_setup *setup, const uint32_t *extra) {
    size_t size = (size_t)setup->units + 1;
    double *room = malloc(4 * size * sizeof *room);
    assert_non_null(room);
    bis_pmf pmf[4];
    for (size_t i = 0; i < 4; i++)
        pmf[i].p = room + i * size;
    bis_pmf_poisson(&pmf[0], size, setup->organic);
    for (size_t i = 0; i < 2; i++)
        bis_pmf_beta_binomial(&pmf[1 + i], size, extra[i], setup->source[i].p);
    for (size_t i = 0; i < 3; i++)
        bis_pmf_trim(&pmf[i], 1e-16);
    bis_pmf_convolve(&pmf[3], size, &pmf[0], &pmf[1]);
    double chance = 1 - bis_pmf_sum_below(&pmf[3], &pmf[2], size);
    free(room);
    return chance;
}

/* Where p is all but known the normal errs by the skewness of the rest, at most 0.066 / sqrt(variance); where
 * it is not, that is smoothed away. Largest differences seen: 2.0e-3 and 1.0e-4. */
static void the_normal_is_close_to_the_exact(void **state) {
    (void)state;
    const bis_beta beta[][2] = {{{6e9, 94e9}, {3e9, 97e9}}, {{6, 94}, {3, 97}},    {{60, 940}, {6, 94}},
                                {{0.5, 5}, {2, 30}},        {{0.5, 0.5}, {6, 94}}, {{20, 5}, {0.05, 0.5}}};
    for (int64_t units = BIS_DEMAND_EXACT + 1; units <= 9009; units *= 3)
        for (size_t i = 0; i < sizeof beta / sizeof beta[0]; i++)
            for (int step = 2; step <= 20; step++) {
                const bis_beta *p = beta[i];
                bis_demand_setup setup = {.units = units,
                                          .organic = step % 2 ? 0.1 * (double)units : 0,
                                          .source = {{.p = p[0]}, {.p = p[1]}}};
                double want = 0.1 * step * (double)units - setup.organic;
                if (want < 0) continue;
                counts extra = {(uint32_t)(0.6 * want * (p[0].a + p[0].b) / p[0].a),
                                (uint32_t)(0.4 * want * (p[1].a + p[1].b) / p[1].a)};
                double bar = p[0].a > 1e6 ? 0.07 / sqrt((double)units) : 2e-4;
                assert_near(tail(&setup, extra), entry_by_entry(&setup, extra), bar);
            }
}

/* The same world on both sides of the limit: one unit and one surely wanted more. In flight, too. */
static void both_ways_meet_at_their_limit(void **state) {
    (void)state;
    const bis_flying some[] = {{0.8, 1200}, {0.25, 4000}}, other[] = {{0.5, 9000}};
    for (uint32_t n = 0; n <= 20000; n += 2000) {
        bis_demand_setup exact = {.units = BIS_DEMAND_EXACT,
                                  .organic = 50,
                                  .source = {{{6, 94}, some, 2}, {{30, 700}, other, 1}, {.p = {1, 0}}}};
        bis_demand_setup normal = exact;
        normal.units++;
        assert_near(tail(&normal, (counts){n, n / 2, 1}), tail(&exact, (counts){n, n / 2, 0}), 5e-4);
    }
}

/* ---- the search ---- */

static void more_pushes_are_no_less_demand(void **state) {
    (void)state;
    const bis_flying some[] = {{0.8, 12}, {0.25, 40}, {1, 6}}, other[] = {{0.4, 25}};
    const int64_t units[] = {1, 30, 200, 3000, 100000};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const bis_demand_setup setup = {
            .units = units[i],
            .organic = 1.7,
            .source = {{{6, 94}, some, 3}, {.p = {2, 50}}, {{0.7, 9}, other, 1}, {.p = {4, 0}}}};
        prepared *p = prepare(&setup);
        for (int s = 0; s < BIS_DEMAND_SOURCES; s++) {
            counts extra = {(uint32_t)units[i], 3, 2, 1};
            double before = 0, first = 1, now = 0;
            uint32_t by = (uint32_t)units[i] / 100 + 1;
            for (int step = 0; step < 400; step++, extra[s] += by, before = now) {
                now = bis_demand_tail(&p->demand, extra);
                assert_true(now >= before - 1e-11 && now <= 1);
                if (step == 0) first = now;
            }
            assert_true(now > first); /* not by being constant */
        }
        release(p);
    }
}

static void the_longest_prefix_within_a_limit(void **state) {
    (void)state;
    enum { N = 600 };
    const bis_flying some[] = {{0.8, 30}, {0.25, 40}};
    const bis_demand_setup setup = {
        .units = 12,
        .organic = 1,
        .source = {{{6, 94}, some, 2}, {.p = {1, 200}}, {.p = {0, 1}}, {.p = {9, 100}}}};
    uint8_t sources[N];
    uint64_t seed = 7;
    for (int i = 0; i < N; i++)
        sources[i] = (uint8_t)(4 * uniform(&seed));
    prepared *p = prepare(&setup);
    double of[N + 1];
    counts extra = {0};
    for (int i = 0; i <= N; i++) {
        of[i] = bis_demand_tail(&p->demand, extra);
        if (i < N) extra[sources[i]]++;
    }
    for (size_t n = 0; n <= N; n += 37)
        for (double limit = 0; limit <= 1; limit += 0.01) {
            size_t want = 0;
            while (want < n && of[want + 1] <= limit)
                want++;
            double chance = -1;
            assert_int_equal(bis_demand_prefix(&p->demand, sources, n, limit, &chance), want);
            assert_near(chance, of[want], 0);
        }
    release(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_normal_is_close_to_the_exact),
        cmocka_unit_test(both_ways_meet_at_their_limit),
        cmocka_unit_test(more_pushes_are_no_less_demand),
        cmocka_unit_test(the_longest_prefix_within_a_limit),
    };
    return RUN_TESTS(tests);
}
