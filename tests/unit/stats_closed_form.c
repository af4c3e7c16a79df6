/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The closed forms against the numbers worked out beforehand, and against sums written out in full here.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/closed_form.h"

/* P(Bin(n, p) = k) from factors, for small n: nothing shared with the code under test. */
static double pmf(int n, double p, int k) {
    double x = 1;
    for (int i = 1; i <= k; i++)
        x *= (n - k + i) / (double)i * p;
    for (int i = 0; i < n - k; i++)
        x *= 1 - p;
    return x;
}

static void expected_minimum_equals_the_sum(void **state) {
    (void)state;
    for (int n = 0; n <= 12; n++)
        for (int units = 0; units <= 14; units++) {
            double sum = 0;
            for (int k = 0; k <= n; k++)
                sum += (k < units ? k : units) * pmf(n, 0.37, k);
            assert_near(stat_expect_min_binomial((uint32_t)n, 0.37, (uint32_t)units), sum, 1e-13);
        }
}

static void one_blast(void **state) {
    (void)state;
    assert_near(stat_blast_orders(200, 12, 0.2 * 0.3), 10.6694, 5e-5);
    assert_near(stat_blast_sold_out_clicks(200, 12, 0.2, 0.3), 4.43523, 5e-6);
    /* nobody buys: the unit stays; no unit: every click is in vain */
    assert_near(stat_blast_sold_out_clicks(200, 12, 0.2, 0), 0, 0);
    assert_near(stat_blast_sold_out_clicks(200, 0, 0.2, 0), 40, 1e-12);
}

static void batches(void **state) {
    (void)state;
    assert_near(stat_batches_sends(2000, 50, 12, 0.06), 224.501, 5e-4);
    assert_near(stat_batches_sold_out_clicks(2000, 50, 12, 0.2, 0.3), 4.90018, 5e-6);
    assert_near(stat_batches_sends(2000, 100, 12, 0.06), 249.307, 5e-4);
    assert_near(stat_batches_sold_out_clicks(2000, 100, 12, 0.2, 0.3), 9.86135, 5e-6);
    assert_near(stat_batches_sends(INFINITY, 50, 12, 0.06), 224.501, 5e-4);
    /* one shopper a time on an endless line is a negative binomial: units / want sends, no sold-out click */
    assert_near(stat_batches_sends(INFINITY, 1, 12, 0.06), 200, 1e-9);
    assert_near(stat_batches_sold_out_clicks(INFINITY, 1, 12, 0.2, 0.3), 0, 1e-9);
    /* a batch as long as the line is a blast; the last batch may be short */
    assert_near(stat_batches_sold_out_clicks(200, 500, 12, 0.2, 0.3), 4.43523, 5e-6);
    assert_near(stat_batches_sends(70, 50, 1, 0.06), 50 + 20 * pow(0.94, 50), 1e-10);
    assert_true(isinf(stat_batches_sends(INFINITY, 50, 12, 0)));
    assert_near(stat_batches_sends(300, 50, 12, 0), 300, 0);
}

static void depletion(void **state) {
    (void)state;
    /* no push: an Erlang time, P(gamma(2, 1) <= 3) = 1 - e^-3 (1 + 3) */
    assert_near(stat_depletion_cdf(3, 0, 0, 2), 1 - 4 * exp(-3), 1e-14);
    /* no organic demand: a binomial tail */
    assert_near(stat_depletion_cdf(0, 5, 0.4, 2), 1 - pow(0.6, 5) - 5 * 0.4 * pow(0.6, 4), 1e-14);
    /* both, written out: 1 - P(sum = 0) - P(sum = 1) */
    double none = exp(-0.5) * pow(0.8, 3), one = exp(-0.5) * (0.5 * pow(0.8, 3) + 3 * 0.2 * pow(0.8, 2));
    assert_near(stat_depletion_cdf(0.5, 3, 0.2, 2), 1 - none - one, 1e-14);
    assert_near(stat_depletion_cdf(0, 3, 0.2, 0), 1, 0);
}

/* A trapezoid over the push's time of arrival: P(buy) = organic before it, or want at it, or organic after.
 */
static double sent_by_quadrature(const stat_exponential_world *w) {
    const int steps = 200000;
    double sum = 0, dt = w->horizon / steps;
    for (int i = 0; i <= steps; i++) {
        double t = i * dt, alive = exp(-(w->organic + w->lapse) * t);
        double later = stat_exponential_reach(w->organic, w->lapse, w->horizon - t);
        double gain = alive * (w->want + (1 - w->want) * later - later);
        sum += (i == 0 || i == steps ? 0.5 : 1) * w->push * exp(-w->push * t) * gain * dt;
    }
    return sum; /* over the ghost, whose chance is that of the organic hazard alone */
}

static void exponential_lift(void **state) {
    (void)state;
    stat_exponential_world w = {.organic = 0.02, .lapse = 0.05, .push = 0.7, .want = 0.25, .horizon = 48};
    assert_near(stat_lift_exponential(&w), sent_by_quadrature(&w), 1e-7);
    double all = 0.77;
    assert_near(stat_attributed_exponential(&w), 0.25 * 0.7 / all * (1 - exp(-all * 48)), 1e-14);
    assert_true(stat_attributed_exponential(&w) > stat_lift_exponential(&w));
    w.organic = 0; /* nobody comes by himself: attribution is right */
    assert_near(stat_attributed_exponential(&w), stat_lift_exponential(&w), 1e-14);
}

static void interference(void **state) {
    (void)state;
    const struct {
        uint32_t units;
        double ratio, digits;
    } want[] = {{400, 1, 5e-3}, {200, 1.95, 5e-3}, {150, 3.0, 5e-2}, {100, 26, 0.5}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        double truth = stat_interference_truth(1000, 0.3, 0.1, want[i].units);
        assert_near(stat_interference_naive(500, 500, 0.3, 0.1, want[i].units) / truth, want[i].ratio,
                    want[i].digits);
        double mean = stat_interference_naive_mean(1000, 0.5, 0.3, 0.1, want[i].units);
        assert_near(mean / truth, want[i].ratio, want[i].digits);
    }
    /* two shoppers, one unit, written out: each loses the unit to the other half the time when both want it
     */
    double naive = 0.6 * (1 - 0.4 / 2) - 0.4 * (1 - 0.6 / 2);
    assert_near(stat_interference_naive(1, 1, 0.6, 0.4, 1), naive, 1e-14);
    assert_near(stat_interference_naive_mean(2, 0.3, 0.6, 0.4, 1), naive, 1e-14);
    assert_true(isnan(stat_interference_naive(0, 5, 0.6, 0.4, 1)));
}

static void oversell(void **state) {
    (void)state;
    assert_near(stat_oversell_fixed_mean(2, 1.5), 3, 0);
    assert_near(stat_oversell_fixed_any(2, 1.5), 1 - exp(-3), 1e-15);
    assert_near(stat_oversell_exponential_mean(2, 1.5), 3, 0);
    assert_near(stat_oversell_exponential_any(2, 1.5), 0.75, 1e-15);
    assert_near(stat_oversell_poll_mean(2, 5, 0.5), 6, 1e-15);
}

static void common_random_numbers(void **state) {
    (void)state;
    assert_near(stat_crn_factor(0.10, 0.12), 9.98, 5e-3);
    assert_true(isnan(stat_crn_factor(0.1, 0.1)));
}

static void outside_the_domain_is_nan(void **state) {
    (void)state;
    assert_true(isnan(stat_expect_min_binomial(5, 1.1, 2)));
    assert_true(isnan(stat_expect_min_binomial(5, NAN, 2)));
    assert_true(isnan(stat_blast_sold_out_clicks(5, 2, -0.1, 0.5)));
    assert_true(isnan(stat_batches_sends(10, 0, 2, 0.5)));
    assert_true(isnan(stat_batches_sends(NAN, 5, 2, 0.5)));
    assert_true(isnan(stat_depletion_cdf(-1, 5, 0.5, 2)));
    assert_true(isnan(stat_oversell_fixed_mean(INFINITY, 0)));
    assert_true(isnan(stat_crn_factor(0.1, 2)));
}

/* The incomplete beta function must hold at the sizes of a big shop. */
static void large_lines(void **state) {
    (void)state;
    /* E min(U, B) with U = mean: mean - E (B - mean)+, and E |B - mean| = 2 m (1-p) P(B = m) (De Moivre, m =
     * n p) */
    const double n = 1e6, p = 0.5, m = n * p;
    double at_mode = exp(lgamma(n + 1) - lgamma(m + 1) - lgamma(n - m + 1) + n * log(0.5));
    assert_near(stat_expect_min_binomial(1000000, p, 500000), m - m * (1 - p) * at_mode, 1e-8 * m);
    assert_near(stat_binomial_at_least(4000000, 0.25, 1), 1, 0);
    assert_near(stat_binomial_at_least(4000001, 0.5, 2000001), 0.5, 1e-8);
    /* R 4.2: pbinom(1001999, 4e6, 0.25, lower.tail = FALSE); pbinom(997999, 4e6, 0.25, lower.tail = FALSE) */
    assert_near(stat_binomial_at_least(4000000, 0.25, 1002000), 0.010488241700, 1e-8);
    assert_near(stat_binomial_at_least(4000000, 0.25, 998000), 0.989566883476, 1e-8);
    assert_near(stat_expect_min_binomial(4000000, 1, 7), 7, 0);
    assert_near(stat_expect_min_binomial(4000000, 0, 7), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_minimum_equals_the_sum),
        cmocka_unit_test(one_blast),
        cmocka_unit_test(batches),
        cmocka_unit_test(depletion),
        cmocka_unit_test(exponential_lift),
        cmocka_unit_test(interference),
        cmocka_unit_test(oversell),
        cmocka_unit_test(common_random_numbers),
        cmocka_unit_test(outside_the_domain_is_nan),
        cmocka_unit_test(large_lines),
    };
    return RUN_TESTS(tests);
}
