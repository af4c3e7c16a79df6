/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_beta.c - products of Betas, quadrature over them, delays, and distributions of counts.
 * Numbers with many digits come from mpmath 1.3 at 30 digits, by the formulas named beside them.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>

#include "engine/demand.h"

static double mean(bis_beta p) {
    return p.a / (p.a + p.b);
}

static double second_moment(bis_beta p) {
    return mean(p) * (p.a + 1) / (p.a + p.b + 1);
}

static void a_product_keeps_two_moments(void **state) {
    (void)state;
    const bis_beta some[] = {{6, 94}, {0.3, 5}, {0.5, 0.5}, {40, 3}, {1, 1}, {2e5, 7e6}, {1e-3, 2}};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        for (size_t j = 0; j < sizeof some / sizeof some[0]; j++) {
            bis_beta p = bis_beta_product(some[i], some[j]);
            double m1 = mean(some[i]) * mean(some[j]);
            double m2 = second_moment(some[i]) * second_moment(some[j]);
            assert_near(mean(p) / m1, 1, 1e-12);
            assert_near(second_moment(p) / m2, 1, 1e-9);
        }
    /* click uniform, purchase uniform: moments 1/4 and 1/9 */
    bis_beta p = bis_beta_product((bis_beta){1, 1}, (bis_beta){1, 1});
    assert_near(p.a, 5.0 / 7, 1e-12);
    assert_near(p.b, 15.0 / 7, 1e-12);
}

static void products_at_the_ends(void **state) {
    (void)state;
    bis_beta never = bis_beta_product((bis_beta){0, 5}, (bis_beta){3, 4});
    assert_near(never.a, 0, 0);
    assert_true(never.b > 0);
    bis_beta always = bis_beta_product((bis_beta){5, 0}, (bis_beta){7, 0});
    assert_true(always.a > 0);
    assert_near(always.b, 0, 0);
    bis_beta one_sure = bis_beta_product((bis_beta){5, 0}, (bis_beta){3, 4});
    assert_near(one_sure.a, 3, 0);
    assert_near(one_sure.b, 4, 0);
    bis_beta known = bis_beta_product((bis_beta){0.2e18, 0.8e18}, (bis_beta){0.3e18, 0.7e18});
    assert_near(mean(known), 0.06, 1e-15);
    assert_true(known.a + known.b >= 0.99e15 && isfinite(known.a + known.b));
    /* One of them known: the other's relative variance stays. Beta(3, 7) has mean .3 and variance .21 / 11.
     */
    bis_beta half = bis_beta_product((bis_beta){0.5e14, 0.5e14}, (bis_beta){3, 7});
    assert_near(mean(half), 0.15, 1e-13);
    assert_near(second_moment(half) - 0.0225, 0.25 * 0.21 / 11, 1e-12);
}

static void delays(void **state) {
    (void)state;
    /* 1 - F(a) / F(H), F the normal distribution of log(a / median) / sigma; ages in minutes */
    assert_near(bis_delay_survival0(20, 1.1, 7, 1440), 0.830046692317638692683846735391, 1e-14);
    assert_near(bis_delay_survival0(600, 0.5, 900, 1000), 0.0652429002212738736962631550403, 1e-14);
    assert_near(bis_delay_survival0(20, 1, 1439, 1440), 2.96314094699539759e-8, 1e-14);
    assert_near(bis_delay_survival0(20, 1.1, 7 * 60e3, 1440), 0, 0); /* past the horizon */
    assert_near(bis_delay_survival0(20, 1, 1440, 1440), 0, 0);
    assert_near(bis_delay_survival0(20, 1, 0, 1440), 1, 0);
    assert_near(bis_delay_survival0(20, 1, -5, 1440), 1, 0);
    assert_near(bis_delay_survival0(0, 1, 1, 1440), 0, 0);
    assert_near(bis_delay_survival0(0, 1, 0, 1440), 1, 0); /* not even sent */
    assert_near(bis_delay_survival0(20, 0, 19, 1440), 1, 0);
    assert_near(bis_delay_survival0(20, 0, 20, 1440), 0, 0);
    assert_near(bis_delay_survival0(1e9, 0.1, 700, 1440), 1, 0); /* nobody is so quick */
    double before = 1;
    for (int age = 0; age <= 1440; age++) {
        double now = bis_delay_survival0(90, 1.7, age, 1440);
        assert_true(now <= before && now >= 0);
        before = now;
    }
}

/* The nodes' own mean and variance, and that their weights sum to 1. */
static void the_grid_has_the_moments_of_the_beta(void **state) {
    (void)state;
    const bis_beta some[] = {{6, 94},  {0.3, 5},   {0.5, 0.5}, {40, 3},   {1e-3, 1e-3}, {0.02, 3},
                             {7, 1e6}, {6e8, 9e9}, {1e-12, 5}, {5, 1e-9}, {6e13, 9e14}, {1e-30, 1e-30}};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        bis_beta p = bis_beta_bounded(some[i]);
        bis_grid grid = bis_beta_grid(p, 20, 300);
        assert_in_range(grid.n, 10, 2000);
        double *weight = malloc(grid.n * sizeof *weight);
        assert_non_null(weight);
        bis_beta_weights(p, &grid, weight, 1);
        double sum = grid.zero + grid.one, first = grid.one, centred = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < grid.n; j++) {
                double w = exp(weight[j]), x = 1 / (1 + exp(-grid.first - (double)j * grid.step));
                if (pass == 0)
                    sum += w, first += w * x;
                else
                    centred += w * (x - mean(p)) * (x - mean(p));
            }
        centred += grid.zero * mean(p) * mean(p) + grid.one * (1 - mean(p)) * (1 - mean(p));
        assert_near(sum, 1, 1e-12);
        assert_near(first, mean(p), 1e-8 * fmin(mean(p), 1 - mean(p)) + 1e-14);
        double variance = mean(p) * (1 - mean(p)) / (p.a + p.b + 1);
        assert_near(centred, variance, 1e-6 * variance + 1e-24);
        free(weight);
    }
}

/* ---- counts ---- */

enum { SIZE = 64 };

static double entry(const bis_pmf *pmf, size_t k) {
    return k >= pmf->from && k < pmf->to ? pmf->p[k] : 0;
}

static double log_choose(double n, double k) {
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static double log_beta(double a, double b) {
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

static void counts_equal_their_formulas(void **state) {
    (void)state;
    double p[SIZE];
    bis_pmf pmf = {.p = p};
    const double n[] = {0, 1, 5, 63, 64, 900, 40000};
    const bis_beta beta[] = {{6, 94}, {0.3, 5}, {0.5, 0.5}, {900, 17}, {2e-3, 1e-3}};
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        for (size_t j = 0; j < sizeof beta / sizeof beta[0]; j++) {
            double a = beta[j].a, b = beta[j].b;
            bis_pmf_beta_binomial(&pmf, SIZE, n[i], beta[j]);
            for (int k = 0; k < SIZE && k <= n[i]; k++)
                assert_near(entry(&pmf, (size_t)k),
                            exp(log_choose(n[i], k) + log_beta(a + k, b + n[i] - k) - log_beta(a, b)), 1e-9);
            bis_pmf_binomial(&pmf, SIZE, n[i], a / b);
            for (int k = 0; k < SIZE && k <= n[i]; k++)
                assert_near(entry(&pmf, (size_t)k),
                            exp(log_choose(n[i], k) + k * log(a / (a + b)) + (n[i] - k) * log(b / (a + b))),
                            1e-9);
            assert_true(pmf.to <= (size_t)n[i] + 1);
        }
        bis_pmf_poisson(&pmf, SIZE, n[i]);
        for (int k = 0; k < SIZE; k++)
            assert_near(entry(&pmf, (size_t)k),
                        n[i] > 0 ? exp(k * log(n[i]) - n[i] - lgamma(k + 1.0)) : k == 0, 1e-12);
    }
}

/* 1 - sum of the first 31, 50 and 901 entries. A known p far from 0 has a chance of none below the smallest
 * double. */
static void tails_of_beta_binomials(void **state) {
    (void)state;
    double p[901], none = 1;
    bis_pmf pmf = {.p = p}, zero = {.p = &none, .to = 1};
    bis_pmf_beta_binomial(&pmf, 31, 1000, (bis_beta){0.5, 7});
    assert_near(1 - bis_pmf_sum_below(&pmf, &zero, 31), 0.516744318441495897640390141773, 1e-12);
    bis_pmf_beta_binomial(&pmf, 50, 50, (bis_beta){2, 0.25});
    assert_near(1 - bis_pmf_sum_below(&pmf, &zero, 50), 0.422682715942971549732658006801, 1e-12);
    bis_pmf_beta_binomial(&pmf, 901, 4e6, (bis_beta){1, 99});
    assert_near(1 - bis_pmf_sum_below(&pmf, &zero, 901), 0.977944867650805890938643897265, 1e-12);
    bis_pmf_beta_binomial(&pmf, 901, 900, (bis_beta){0.75e12, 0.25e12});
    assert_near(bis_pmf_sum_below(&pmf, &zero, 901), 1, 1e-12);
    bis_pmf_binomial(&pmf, 901, 900, 3);
    assert_near(bis_pmf_sum_below(&pmf, &zero, 901), 1, 1e-12);
}

static void sums_are_cut_off_at_their_size(void **state) {
    (void)state;
    double a[3] = {0.5, 0.25, 0.125}, b[4] = {0, 0, 0.75, 0.25}, c[5];
    bis_pmf one = {a, 0, 3}, other = {b, 2, 4}, sum = {.p = c};
    bis_pmf_convolve(&sum, 4, &one, &other);
    assert_int_equal(sum.from, 2);
    assert_int_equal(sum.to, 4);
    assert_near(c[2], 0.375, 0);
    assert_near(c[3], 0.3125, 0);
    assert_near(bis_pmf_sum_below(&one, &other, 4), 0.6875, 0);
    assert_near(bis_pmf_sum_below(&other, &one, 4), 0.6875, 0);
    assert_near(bis_pmf_sum_below(&one, &other, 2), 0, 0);
    bis_pmf_convolve(&sum, 2, &one, &other);
    assert_int_equal(sum.from, sum.to);
    bis_pmf_trim(&one, 0.2);
    assert_int_equal(one.to, 2);
    bis_pmf_trim(&one, 2);
    assert_int_equal(one.from, one.to);
    assert_near(bis_pmf_sum_below(&one, &other, 4), 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_keeps_two_moments),
        cmocka_unit_test(products_at_the_ends),
        cmocka_unit_test(delays),
        cmocka_unit_test(the_grid_has_the_moments_of_the_beta),
        cmocka_unit_test(counts_equal_their_formulas),
        cmocka_unit_test(tails_of_beta_binomials),
        cmocka_unit_test(sums_are_cut_off_at_their_size),
    };
    return RUN_TESTS(tests);
}
