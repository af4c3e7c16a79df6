/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shares, quantiles, survival and Gini, against published tables, R 4.2 and definitions written out.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/gini.h"
#include "stats/proportion.h"
#include "stats/survival.h"

/* Newcombe 1998, pages 857-872, table I, method 3. */
static void wilson_published(void **state) {
    (void)state;
    const struct {
        double r, n, lo, hi;
    } row[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        stat_share s = stat_wilson(row[i].r, row[i].n, 0.95);
        assert_near(s.lo, row[i].lo, 5e-5);
        assert_near(s.hi, row[i].hi, 5e-5);
    }
    /* R: prop.test(15, 148, correct = FALSE), prop.test(20, 20, correct = FALSE) */
    assert_near(stat_wilson(15, 148, 0.95).lo, 0.0623863995307363, 1e-14);
    assert_near(stat_wilson(15, 148, 0.95).hi, 0.1604872417233080, 1e-14);
    assert_near(stat_wilson(20, 20, 0.95).lo, 0.838874841947181, 1e-14);
    assert_near(stat_wilson(20, 20, 0.95).hi, 1, 0);
}

static void wilson_without_a_share(void **state) {
    (void)state;
    assert_true(isnan(stat_wilson(0, 0, 0.95).share));
    assert_true(isnan(stat_wilson(3, 2, 0.95).lo));
    assert_true(isnan(stat_wilson(-1, 2, 0.95).hi));
    assert_true(isnan(stat_wilson(NAN, 2, 0.95).hi));
    assert_true(isnan(stat_wilson(1, 2, 1).hi));
}

/* Newcombe 1998, pages 873-890, table II, method 10. */
static void newcombe_published(void **state) {
    (void)state;
    const struct {
        double r1, n1, r2, n2, lo, hi;
    } row[] = {
        {56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090},  {6, 7, 2, 7, 0.0582, 0.8062},
        {5, 56, 0, 29, -0.0381, 0.1926},  {0, 10, 0, 20, -0.1611, 0.2775}, {0, 10, 0, 10, -0.2775, 0.2775},
        {10, 10, 0, 20, 0.6791, 1},       {10, 10, 0, 10, 0.6075, 1},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        stat_share_difference d = stat_newcombe(row[i].r1, row[i].n1, row[i].r2, row[i].n2, 0.95);
        assert_near(d.lo, row[i].lo, 5e-5);
        assert_near(d.hi, row[i].hi, 5e-5);
    }
    /* R: prop.test(c(56, 48), c(70, 80), correct = FALSE)$p.value, prop.test(c(9, 3), c(10, 10), ...) */
    assert_near(stat_newcombe(56, 70, 48, 80, 0.95).p, 0.0080450813682, 1e-12);
    assert_near(stat_newcombe(9, 10, 3, 10, 0.95).p, 0.00616989932054, 1e-12);
    assert_true(isnan(stat_newcombe(0, 10, 0, 10, 0.95).p));
    assert_true(isnan(stat_newcombe(0, 0, 1, 10, 0.95).diff));
}

static void quantiles_interpolate(void **state) {
    (void)state;
    const double count[] = {0, 4, 0, 6, 0}, edge[] = {0, 10, 20, 30, 50, 90}, none[5] = {0};
    assert_near(stat_histogram_quantile(count, edge, 5, 0.2), 15, 1e-12);
    assert_near(stat_histogram_quantile(count, edge, 5, 0.4), 20, 1e-12);
    assert_near(stat_histogram_quantile(count, edge, 5, 0.7), 40, 1e-12);
    assert_near(stat_histogram_quantile(count, edge, 5, 0), 10, 0);
    assert_near(stat_histogram_quantile(count, edge, 5, 1), 50, 0);
    assert_true(isnan(stat_histogram_quantile(none, edge, 5, 0.5)));
    assert_true(isnan(stat_histogram_quantile(count, edge, 5, 1.1)));
    assert_true(isnan(stat_histogram_quantile(count, edge, 0, 0.5)));
}

/* Remission of leukaemia (Miller 1981; R: survival::aml): maintained 9 13 13+ 18 23 28+ 31 34 45+ 48 161+,
 * others 5 5 8 8 12 16+ 23 27 30 33 43 45. One bin a week, so a time t lies in [t, t + 1).
 * R: quantile(survfit(Surv(time, status) ~ x, aml), c(.25, .5, .75)) gives 18 31 48 and 8 23 33. */
static void kaplan_meier_in_r(void **state) {
    (void)state;
    enum { WEEKS = 170 };
    const int event1[] = {9, 13, 18, 23, 31, 34, 48}, censored1[] = {13, 28, 45, 161};
    const int event2[] = {5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45}, censored2[] = {16};
    const double want1[] = {18, 31, 48}, want2[] = {8, 23, 33};
    double event[2][WEEKS] = {{0}}, censored[2][WEEKS] = {{0}}, edge[WEEKS + 1];
    for (int i = 0; i <= WEEKS; i++)
        edge[i] = i;
    for (int i = 0; i < 7; i++)
        event[0][event1[i]]++;
    for (int i = 0; i < 4; i++)
        censored[0][censored1[i]]++;
    for (int i = 0; i < 11; i++)
        event[1][event2[i]]++;
    censored[1][censored2[0]]++;
    for (int i = 0; i < 3; i++) {
        double q = 0.25 * (i + 1);
        assert_near(floor(stat_survival_quantile(event[0], censored[0], edge, WEEKS, q)), want1[i], 0);
        assert_near(floor(stat_survival_quantile(event[1], censored[1], edge, WEEKS, q) - 1e-9), want2[i], 0);
    }
    /* within the bin: S falls from .6136363636 to .4909090909 in week 31, .5 is at the share .1136.. /
     * .1227.. */
    assert_near(stat_survival_quantile(event[0], censored[0], edge, WEEKS, 0.5),
                31 + 0.1136363636 / 0.1227272727, 1e-8);
    /* S ends at .184: nine tenths are not reached */
    assert_true(isnan(stat_survival_quantile(event[0], censored[0], edge, WEEKS, 0.9)));
}

static void survival_without_censoring_is_a_histogram(void **state) {
    (void)state;
    const double count[] = {3, 4, 0, 6, 1}, none[5] = {0}, edge[] = {0, 10, 20, 30, 50, 90};
    for (double q = 0.05; q < 1; q += 0.05)
        assert_near(stat_survival_quantile(count, none, edge, 5, q),
                    stat_histogram_quantile(count, edge, 5, q), 1e-9);
    assert_true(isnan(stat_survival_quantile(none, count, edge, 5, 0.5)));
    assert_true(isnan(stat_survival_quantile(none, none, edge, 5, 0.5)));
}

static void gini_by_definition(void **state) {
    (void)state;
    double x[] = {5, 0.5, 3, 3, 8, 0, 2.25};
    const size_t n = sizeof x / sizeof *x;
    double apart = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        for (size_t j = 0; j < n; j++)
            apart += fabs(x[i] - x[j]);
    }
    stat_counted each[sizeof x / sizeof *x];
    for (size_t i = 0; i < n; i++)
        each[i] = (stat_counted){x[i], 1};
    const double gini = apart / (2 * (double)n * sum);
    assert_near(stat_gini(each, n), gini, 1e-15);
    for (size_t i = 1; i < n; i++)
        assert_true(each[i - 1].x <= each[i].x);
    /* Equal values in one group or in several: the same. */
    stat_counted groups[] = {{8, 1}, {3, 1}, {0, 1}, {2.25, 1}, {5, 1}, {3, 1}, {0.5, 1}};
    assert_near(stat_gini(groups, 7), gini, 1e-15);
    stat_counted fewer[] = {{8, 1}, {3, 2}, {0, 1}, {2.25, 1}, {5, 1}, {0.5, 1}};
    assert_near(stat_gini(fewer, 6), gini, 1e-15);

    stat_counted same[] = {{4, 3}}, one[] = {{7, 1}, {0, 3}}, nil[] = {{0, 2}}, odd[] = {{1, 1}, {-1, 1}};
    assert_near(stat_gini(same, 1), 0, 0);
    assert_near(stat_gini(one, 2), 0.75, 1e-15);
    assert_near(stat_gini(nil, 1), 0, 0);
    assert_true(isnan(stat_gini(odd, 2)));
    assert_true(isnan(stat_gini(nil, 0)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_published),   cmocka_unit_test(wilson_without_a_share),
        cmocka_unit_test(newcombe_published), cmocka_unit_test(quantiles_interpolate),
        cmocka_unit_test(kaplan_meier_in_r),  cmocka_unit_test(survival_without_censoring_is_a_histogram),
        cmocka_unit_test(gini_by_definition),
    };
    return RUN_TESTS(tests);
}
