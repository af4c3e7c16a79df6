/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Moments, intervals over replications and Welch's difference, against R 4.2 and published numbers. R's sleep
 * data are Student's own (Biometrika 6, 1908, table on page 20): extra hours of sleep by two drugs.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/interval.h"
#include "stats/welch.h"

static const double drug1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double drug2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void samples_agree(void **state) {
    (void)state;
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9}; /* squared distances from 5: 9+1+1+1+0+0+4+16 = 32 */
    stat_sample a = stat_sample_of(x, 8), b = stat_sample_from_sums(8, 40, 232);
    stat_sample c = stat_sample_from_moments(8, 5, 32);
    assert_near(a.mean, 5, 0);
    assert_near(a.variance, 32.0 / 7, 1e-15);
    assert_near(b.mean, 5, 0);
    assert_near(b.variance, 32.0 / 7, 1e-14);
    assert_near(c.variance, 32.0 / 7, 1e-15);
}

static void samples_leave_nan_out(void **state) {
    (void)state;
    const double x[] = {NAN, 1, NAN, 3};
    stat_sample s = stat_sample_of(x, 4);
    assert_near(s.n, 2, 0);
    assert_near(s.mean, 2, 0);
    assert_near(s.variance, 2, 0);
    s = stat_sample_of(x, 2);
    assert_near(s.mean, 1, 0);
    assert_true(isnan(s.variance));
    s = stat_sample_of(x, 1);
    assert_near(s.n, 0, 0);
    assert_true(isnan(s.mean) && isnan(s.variance));
    assert_true(isnan(stat_sample_from_sums(0, 0, 0).mean));
}

static void samples_hold_far_from_zero(void **state) {
    (void)state;
    const double far[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}; /* variance 30, as of 4, 7, 13, 16 */
    assert_near(stat_sample_of(far, 4).variance, 30, 1e-9);
    const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    assert_near(stat_sample_of(same, 6).variance, 0, 0);
}

static void t_distribution(void **state) {
    (void)state;
    /* R: qt(.975, 17.77647351618), qt(.95, 3), 2 * pt(-2.5, 1.5) */
    assert_near(stat_t_quantile(0.95, 17.77647351618), 2.10281724157, 1e-11);
    assert_near(stat_t_quantile(0.90, 3), 2.3533634348, 1e-10);
    assert_near(stat_t_p(2.5, 1.5), 0.169806502615, 1e-12);
    assert_true(isnan(stat_t_quantile(0.95, 0)));
    assert_true(isnan(stat_t_quantile(1, 5)));
    assert_near(stat_t_p(0, 5), 1, 0);
    assert_near(stat_t_p(-4.062127683382, 9), 0.00283289019738, 1e-13);
}

static void interval_of_a_mean(void **state) {
    (void)state;
    /* R: t.test(c(5.1, 4.9, 6.2, 5.7, 6.0, 5.5))$conf.int */
    const double x[] = {5.1, 4.9, 6.2, 5.7, 6.0, 5.5};
    stat_interval i = stat_mean_interval(x, 6, 0.95);
    assert_near(i.lo, 5.03707412392433, 1e-12);
    assert_near(i.hi, 6.09625920940901, 1e-12);
    assert_near(i.sd, 0.504645089807348, 1e-13);
    i = stat_mean_interval(x, 1, 0.95);
    assert_near(i.mean, 5.1, 0);
    assert_true(isnan(i.sd) && isnan(i.lo) && isnan(i.hi));
    i = stat_mean_interval(x, 0, 0.95);
    assert_true(isnan(i.mean) && isnan(i.lo) && i.n == 0);
    const double same[] = {0.1, 0.1, 0.1};
    i = stat_mean_interval(same, 3, 0.95);
    assert_near(i.lo, 0.1, 0);
    assert_near(i.hi, 0.1, 0);
}

static void paired_difference(void **state) {
    (void)state;
    /* R: with(sleep, t.test(extra[group == 2], extra[group == 1], paired = TRUE)) */
    stat_paired d = stat_paired_difference(drug1, drug2, 10, 0.95);
    assert_near(d.mean_a, 0.75, 1e-15);
    assert_near(d.mean_b, 2.33, 1e-15);
    assert_near(d.diff, 1.58, 1e-15);
    assert_near(d.lo, 0.700114236723018, 1e-12);
    assert_near(d.hi, 2.459885763276982, 1e-12);
    assert_near(d.p, 0.00283289019738, 1e-13);
    /* R: (var(a) + var(b)) / var(a - b) */
    const double a[] = {10.2, 11.1, 9.8, 10.5, 10.9}, b[] = {10.9, 11.5, 10.6, 10.8, 11.9};
    assert_near(stat_paired_difference(a, b, 5, 0.95).variance_reduction, 6.84337349397592, 1e-10);
}

static void pairs_that_miss_a_value(void **state) {
    (void)state;
    const double a[] = {1, NAN, 3, 5}, b[] = {2, 9, NAN, 5};
    stat_paired d = stat_paired_difference(a, b, 4, 0.95);
    assert_near(d.n, 2, 0);
    assert_near(d.mean_a, 3, 0);
    assert_near(d.mean_b, 3.5, 0);
    d = stat_paired_difference(a, b, 3, 0.95);
    assert_near(d.diff, 1, 0);
    assert_true(isnan(d.lo) && isnan(d.hi) && isnan(d.p) && isnan(d.variance_reduction));
    d = stat_paired_difference(a, b, 0, 0.95);
    assert_true(isnan(d.diff) && isnan(d.p));
}

static void pairs_that_never_part(void **state) {
    (void)state;
    const double a[] = {0.1, 0.7, 0.3}, b[] = {2.125, 2.25, 2.5}, c[] = {1.125, 1.25, 1.5};
    stat_paired d = stat_paired_difference(a, a, 3, 0.95);
    assert_true(d.diff == 0 && d.lo == 0 && d.hi == 0 && d.p == 1);
    d = stat_paired_difference(b, c, 3, 0.95);
    assert_true(d.diff == -1 && d.lo == -1 && d.hi == -1 && d.p == 0);
    assert_true(isnan(d.variance_reduction));
}

/* A published worked example of an experiment platform, given as n, sum and sum of squares; Student's t with
 * Satterthwaite's degrees of freedom gives its digits, the normal distribution does not. */
static void welch_published(void **state) {
    (void)state;
    stat_sample control = stat_sample_from_sums(3407, 1396.87, 52377.9767);
    stat_sample treated = stat_sample_from_sums(3461, 2422.7, 134698.29);
    stat_welch_result r = stat_welch(&treated, &control, 0.95);
    assert_near(r.diff, 0.29, 5e-6);
    assert_near(r.lo, 0.04538, 5e-6);
    assert_near(r.hi, 0.53462, 5e-6);
    assert_near(r.p, 0.02016, 5e-6);
    assert_near(r.rel, 0.70732, 5e-6);
    assert_near(r.rel_lo, -0.03526, 5e-6);
    assert_near(r.rel_hi, 1.44989, 5e-6);
    assert_near(r.rel_p, 0.06191, 5e-6);
}

static void welch_in_r(void **state) {
    (void)state;
    /* R: t.test(extra ~ group, data = sleep), signs turned */
    stat_sample a = stat_sample_of(drug1, 10), b = stat_sample_of(drug2, 10);
    stat_welch_result r = stat_welch(&b, &a, 0.95);
    assert_near(r.df, 17.77647351618, 1e-10);
    assert_near(r.lo, -0.20548323071171, 1e-12);
    assert_near(r.hi, 3.36548323071171, 1e-12);
    assert_near(r.p, 0.0793941401874, 1e-12);
    /* m <- mean(a); t <- mean(b); se <- sqrt(var(b)/10/m^2 + t^2*var(a)/10/m^4); t/m - 1 -+ qt(.975, df) * se
     */
    assert_near(r.rel, 2.10666666667, 1e-11);
    assert_near(r.rel_se, 2.49082835897, 1e-11);
    assert_near(r.rel_lo, -3.13109015237, 1e-10);
    assert_near(r.rel_hi, 7.3444234857, 1e-10);
    assert_near(r.rel_p, 0.408922103637, 1e-11);
}

static void welch_at_the_edges(void **state) {
    (void)state;
    const stat_sample some = {.n = 10, .mean = 2, .variance = 4}, one = {.n = 1, .mean = 3, .variance = NAN};
    const stat_sample flat = {.n = 10, .mean = 1, .variance = 0}, nil = {.n = 10, .mean = 0, .variance = 0};
    const stat_sample empty = {.n = 0, .mean = NAN, .variance = NAN};
    stat_welch_result r = stat_welch(&some, &one, 0.95);
    assert_near(r.diff, -1, 0);
    assert_near(r.rel, -1.0 / 3, 1e-15);
    assert_true(isnan(r.se) && isnan(r.lo) && isnan(r.p) && isnan(r.rel_lo) && isnan(r.rel_p));
    r = stat_welch(&empty, &some, 0.95);
    assert_true(isnan(r.diff) && isnan(r.rel) && isnan(r.p));
    /* one arm without spread: a one-sample t test with n - 1 degrees of freedom; t = 1 / sqrt(4 / 10) */
    r = stat_welch(&some, &flat, 0.95);
    assert_near(r.df, 9, 1e-12);
    assert_near(r.p, stat_t_p(1 / sqrt(0.4), 9), 1e-14);
    /* both without spread */
    r = stat_welch(&flat, &nil, 0.95);
    assert_true(r.diff == 1 && r.se == 0 && isnan(r.lo) && isnan(r.hi) && isnan(r.p));
    r = stat_welch(&nil, &nil, 0.95);
    assert_true(r.diff == 0 && isnan(r.p) && isnan(r.rel));
    /* nobody in the control buys: there is a difference and no ratio */
    r = stat_welch(&some, &nil, 0.95);
    assert_true(r.p < 0.05);
    assert_true(isnan(r.rel) && isnan(r.rel_lo) && isnan(r.rel_hi) && isnan(r.rel_p));
    /* a negative control mean turns the sign of the ratio, not its width */
    const stat_sample loss = {.n = 10, .mean = -2, .variance = 4};
    r = stat_welch(&some, &loss, 0.95);
    assert_near(r.rel, -2, 1e-15);
    assert_true(r.rel_lo < r.rel && r.rel < r.rel_hi);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_agree),
        cmocka_unit_test(samples_leave_nan_out),
        cmocka_unit_test(samples_hold_far_from_zero),
        cmocka_unit_test(t_distribution),
        cmocka_unit_test(interval_of_a_mean),
        cmocka_unit_test(paired_difference),
        cmocka_unit_test(pairs_that_miss_a_value),
        cmocka_unit_test(pairs_that_never_part),
        cmocka_unit_test(welch_published),
        cmocka_unit_test(welch_in_r),
        cmocka_unit_test(welch_at_the_edges),
    };
    return RUN_TESTS(tests);
}
