/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stats_selection.c - budget allocation against hand computation, the probability of correct selection
 * against simulated normal draws.
 */
#include "stats/selection.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "tests/support.h"

/* Means 1, 2, 3, equal spread, smallest best: N2 : N3 = 1 : 1/4, N1 = sqrt(1 + 1/16). */
static void fractions_by_hand(void **state) {
    (void)state;
    const stat_system three[] = {{1, 1, 100}, {2, 1, 100}, {3, 1, 100}};
    double f[3], sum = sqrt(17.0 / 16) + 1.25;
    assert_int_equal(stat_selection_best(three, 3, false), 0);
    assert_int_equal(stat_selection_best(three, 3, true), 2);
    stat_ocba_fractions(three, 3, 0, f);
    assert_near(f[0], sqrt(17.0 / 16) / sum, 1e-15);
    assert_near(f[1], 1 / sum, 1e-15);
    assert_near(f[2], 0.25 / sum, 1e-15);
    /* unequal spreads: N_i ~ (s/d)^2 = 4, 9/4 (largest best: 10, then 9 with s 2, 8 with s 3), s_b 1:
     * N_b = sqrt(4^2/2^2 + (9/4)^2/3^2) = sqrt(4 + 9/16) */
    const stat_system apart[] = {{8, 3, 50}, {10, 1, 50}, {9, 2, 5000}};
    double n[] = {9.0 / 4, sqrt(4 + 9.0 / 16), 4};
    stat_ocba_fractions(apart, 3, 1, f);
    for (int i = 0; i < 3; i++)
        assert_near(f[i], n[i] / (n[0] + n[1] + n[2]), 1e-14);
}

/* Two systems: N1 / N2 = s1 / s2, whichever is the better. */
static void two_systems_share_by_spread(void **state) {
    (void)state;
    const stat_system two[] = {{5, 3, 40}, {4, 1, 40}};
    double f[2];
    stat_ocba_fractions(two, 2, 0, f);
    assert_near(f[0], 0.75, 1e-15);
    stat_ocba_fractions(two, 2, 1, f);
    assert_near(f[0], 0.75, 1e-15);
}

static void odd_systems_get_finite_shares(void **state) {
    (void)state;
    const stat_system odd[] = {{5, 1, 10}, {5, 1, 10}, {4, 0, 10}, {NAN, NAN, 0}};
    double f[4], sum = 0;
    stat_ocba_fractions(odd, 4, stat_selection_best(odd, 4, true), f);
    for (int i = 0; i < 4; i++) {
        assert_true(f[i] >= 0 && f[i] <= 1);
        sum += f[i];
    }
    assert_near(sum, 1, 1e-12);
    assert_near(f[0], f[1], 1e-12); /* equal in all */
    assert_true(f[2] == 0 && f[3] == 0);
    const stat_system flat[] = {{5, 0, 10}, {4, 0, 10}};
    stat_ocba_fractions(flat, 2, 0, f);
    assert_true(f[0] == 0.5 && f[1] == 0.5);
    assert_int_equal(stat_selection_best(odd + 3, 1, true), 1);
}

static void rounds_sum_up(void **state) {
    (void)state;
    const stat_system three[] = {{1, 1, 10}, {2, 1, 10}, {3, 1, 10}};
    uint32_t add[3];
    assert_true(stat_ocba_allocate(three, 3, 0, 70, add)); /* of 100: 45.2, 43.8, 11.0 */
    assert_int_equal(add[0], 35);
    assert_int_equal(add[1], 34);
    assert_int_equal(add[2], 1);
    for (uint32_t more = 0; more < 50; more++) {
        assert_true(stat_ocba_allocate(three, 3, 0, more, add));
        assert_int_equal(add[0] + add[1] + add[2], more);
    }
    /* what has too much already gets nothing */
    const stat_system uneven[] = {{1, 1, 10}, {2, 1, 1000}, {3, 1, 10}};
    assert_true(stat_ocba_allocate(uneven, 3, 0, 20, add));
    assert_int_equal(add[1], 0);
    assert_int_equal(add[0] + add[2], 20);
}

/* The bound holds and is near: with the true distances put in, against draws. */
static void pcs_against_draws(void **state) {
    (void)state;
    enum { K = 5, N = 20, DRAWS = 40000 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    for (int round = 0; round < 3; round++) {
        stat_system s[K];
        for (int i = 0; i < K; i++)
            s[i] = (stat_system){.mean = 10 - i * (0.5 + 0.25 * round), .sd = 1 + 0.2 * i, .n = N + 3 * i};
        double bound = stat_selection_pcs(s, K, 0), right = 0;
        for (int d = 0; d < DRAWS; d++) {
            double best = -INFINITY;
            int at = -1;
            for (int i = 0; i < K; i++) {
                double x = s[i].mean + gsl_ran_gaussian(rng, s[i].sd / sqrt(s[i].n));
                if (x > best) {
                    best = x;
                    at = i;
                }
            }
            right += at == 0;
        }
        right /= DRAWS;
        double se = sqrt(right * (1 - right) / DRAWS);
        assert_true(bound <= right + 4 * se);
        assert_near(bound, right, 0.02 + 4 * se);
    }
    gsl_rng_free(rng);
}

static void pcs_at_the_edges(void **state) {
    (void)state;
    const stat_system equal[] = {{5, 1, 10}, {5, 1, 10}};
    assert_near(stat_selection_pcs(equal, 2, 0), 0.5, 1e-15);
    const stat_system sure[] = {{5, 0, 10}, {4, 0, 10}};
    assert_near(stat_selection_pcs(sure, 2, 0), 1, 0);
    const stat_system many[] = {{5, 1, 9}, {5, 1, 9}, {5, 1, 9}, {5, 1, 9}};
    assert_near(stat_selection_pcs(many, 4, 0), 0, 0); /* a bound below 0 says 0 */
    const stat_system one[] = {{5, 1, 10}};
    assert_near(stat_selection_pcs(one, 1, 0), 1, 0);
    const stat_system few[] = {{5, 1, 10}, {4, NAN, 1}};
    assert_true(isnan(stat_selection_pcs(few, 2, 0)));
}

/* The first experiment of the paper: ten normal systems of means 0 to 9 and standard deviation 6, the
 * smallest is best; 10 each to begin with, rounds of 20. Share of right selections with a total of `budget`.
 */
static double share_right(gsl_rng *rng, uint32_t budget, bool equal) {
    enum { K = 10, FIRST = 10, ROUND = 20, MACRO = 3000 };
    size_t right = 0;
    for (int macro = 0; macro < MACRO; macro++) {
        double n[K] = {0}, mean[K] = {0}, m2[K] = {0};
        uint32_t add[K], given = 0;
        for (int i = 0; i < K; i++)
            add[i] = equal ? budget / K : FIRST;
        for (;;) {
            stat_system s[K];
            for (int i = 0; i < K; i++) {
                for (uint32_t r = 0; r < add[i]; r++) {
                    double x = i + gsl_ran_gaussian_ziggurat(rng, 6), before = x - mean[i];
                    mean[i] += before / ++n[i];
                    m2[i] += before * (x - mean[i]);
                }
                given += add[i];
                s[i] = (stat_system){mean[i], sqrt(m2[i] / (n[i] - 1)), n[i]};
            }
            size_t best = stat_selection_best(s, K, false);
            if (given >= budget) {
                right += best == 0;
                break;
            }
            assert_true(stat_ocba_allocate(s, K, best, ROUND, add));
        }
    }
    return (double)right / MACRO;
}

static void allocation_beats_equal_shares(void **state) {
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 11);
    double equal = share_right(rng, 800, true), ocba = share_right(rng, 800, false);
    double twice = share_right(rng, 1600, true);
    print_message("right selections: %.3f equal, %.3f allocated, %.3f equal with twice the budget\n", equal,
                  ocba, twice);
    assert_true(ocba > equal + 0.05);
    assert_true(ocba > twice);
    gsl_rng_free(rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions_by_hand),
        cmocka_unit_test(two_systems_share_by_spread),
        cmocka_unit_test(odd_systems_get_finite_shares),
        cmocka_unit_test(rounds_sum_up),
        cmocka_unit_test(pcs_against_draws),
        cmocka_unit_test(pcs_at_the_edges),
        cmocka_unit_test(allocation_beats_equal_shares),
    };
    return RUN_TESTS(tests);
}
