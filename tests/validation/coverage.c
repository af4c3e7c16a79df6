/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.c - the short form of the coverage study: every estimator on drawn and simulated experiments whose
 * truth is known.
 *
 * The bounds are worked out here anew, by GSL's binomial: a share at the edge of its bar is as far off as the
 * one seen less than once in 10,000 studies, over all bars together. So a right program, which is within its
 * bars, fails less often than that, whatever the seed. Few clusters have a size that is known exactly, and
 * what goes wrong without the estimators is held to be as wrong as it is known to be.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "lab/coverage.h"
#include "tests/support.h"

static report_coverage study;

static int run(void **state) {
    (void)state;
    const lab_coverage_options o = {.brief = true, .seed = LAB_COVERAGE_SEED, .threads = 2};
    lab_error error = {""};
    lab_status status = lab_coverage_measure(&o, &study, &error);
    if (status != LAB_OK) print_error("%s\n", error.text);
    return status != LAB_OK;
}

static int clear(void **state) {
    (void)state;
    free(study.row);
    return 0;
}

static bool holds(const coverage_row *r, const coverage_check *k, const char *what, double chance) {
    if (!(k->of > 0) || isnan(k->lo)) return true;
    unsigned n = (unsigned)k->of;
    double few = gsl_cdf_binomial_P((unsigned)ceil(k->hits), k->lo, n);
    double many = k->hits >= 1 ? gsl_cdf_binomial_Q((unsigned)floor(k->hits) - 1, k->hi, n) : 1;
    if (few >= chance && many >= chance) return true;
    print_error("%s, %s, %g held: %s %g of %g, bar %g to %g\n", r->estimator, r->data, r->held, what, k->hits,
                k->of, k->lo, k->hi);
    return false;
}

static void bars_are_met(void **state) {
    (void)state;
    double bars = 0;
    for (size_t i = 0; i < study.rows; i++)
        for (int k = 0; k < 2; k++) {
            const coverage_check *c = k ? &study.row[i].alarm : &study.row[i].cover;
            bars += c->of > 0 && !isnan(c->lo);
        }
    assert_true(bars > 100);
    bool good = true;
    for (size_t i = 0; i < study.rows; i++) {
        good = holds(&study.row[i], &study.row[i].cover, "held the truth", 1e-4 / bars) && good;
        good = holds(&study.row[i], &study.row[i].alarm, "false positives", 1e-4 / bars) && good;
    }
    assert_true(good);
    assert_int_equal(study.missed, 0);
}

static const coverage_row *row(const char *estimator, const char *data, double held) {
    for (size_t i = 0; i < study.rows; i++)
        if (!strcmp(study.row[i].estimator, estimator) && !strcmp(study.row[i].data, data) &&
            study.row[i].held == held)
            return &study.row[i];
    fail_msg("no row of %s, %s", estimator, data);
    return NULL;
}

static void near(const coverage_check *k, double exact) {
    assert_near(k->hits / k->of, exact, 4 * sqrt(exact * (1 - exact) / k->of));
}

/* The attainable sizes; one of twenty tests at 5 %; tests look only where there is no effect. */
static void sizes_are_exact(void **state) {
    (void)state;
    near(&row("randomisation", "4 clusters a side", 0.5)->alarm, 2 / 70.);
    near(&row("randomisation", "6 clusters a side", 0.5)->alarm, 46 / 924.);
    assert_near(row("randomisation", "3 clusters a side", 0.5)->alarm.hits, 0, 0);
    /* Welch's p on rates of 500 conversions is uniform to some tenths of a per cent */
    const coverage_check *any = &row("no correction", "20 outcomes", 0.5)->alarm;
    assert_near(any->hits / any->of, 1 - pow(0.95, 20), 4 * sqrt(0.23 / any->of) + 0.02);
}

/* With a tenth held out and 2 % conversion, looking from the first unit on stops falsely in about 30 % of A/A
 * tests; with 50 conversions first, in less than 5 %. Under shared stock a holdout's interval misses what it
 * is taken for. */
static void what_goes_wrong(void **state) {
    (void)state;
    const coverage_check *early = &row("sequential, no least", "rate 2 %, 5,000 planned", 0.1)->alarm;
    assert_near(early->hits / early->of, 0.3, 4 * sqrt(0.3 * 0.7 / early->of) + 0.03);
    assert_true(row("welch, true", "simulated, shared stock", 0.5)->cover.hits == 0);
    assert_true(row("welch, true", "simulated, ample stock", 0.5)->cover.hits > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bars_are_met), cmocka_unit_test(sizes_are_exact),
                                       cmocka_unit_test(what_goes_wrong)};
    return cmocka_run_group_tests(tests, run, clear) != 0;
}
