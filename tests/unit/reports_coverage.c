/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_coverage.c - when a bar counts as met, missed or open, worked out by hand; notes and words.
 */
#include "reports/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support.h"

static coverage_verdict verdict(double hits, double of, double lo, double hi, size_t checks) {
    coverage_row row[10] = {{.cover = {.hits = hits, .of = of, .lo = lo, .hi = hi}}};
    report_coverage c = {.row = row, .rows = checks};
    for (size_t i = 0; i < 10; i++) {
        row[i].note = "";
        row[i].alarm.lo = NAN;
        if (i) row[i].cover = (coverage_check){.hits = 95, .of = 100, .lo = 0.935, .hi = 0.965};
    }
    report_coverage_fill(&c);
    assert_int_equal(c.checks, checks);
    assert_int_equal(c.met + c.open + c.missed, checks);
    return row[0].cover.verdict;
}

/* From 10,000 on the share alone says it. */
static void many_repetitions(void **state) {
    (void)state;
    assert_int_equal(verdict(9650, 10000, 0.935, 0.965, 1), COVERAGE_MET);
    assert_int_equal(verdict(9651, 10000, 0.935, 0.965, 1), COVERAGE_MISSED);
    assert_int_equal(verdict(9350, 10000, 0.935, 0.965, 1), COVERAGE_MET);
    assert_int_equal(verdict(9349, 10000, 0.935, 0.965, 1), COVERAGE_MISSED);
}

/* .965^n is the chance that all of n cover at the bar's edge: 1.02e-4 at n = 258 and 9.83e-5 at 259. Of two
 * checks each may miss by 5e-5 alone: .965^277 = 5.18e-5, .965^278 = 4.996e-5. .065^n that none does: 2.7e-4
 * at 3, 1.8e-5 at 4. */
static void few_repetitions(void **state) {
    (void)state;
    assert_int_equal(verdict(258, 258, 0.935, 0.965, 1), COVERAGE_OPEN);
    assert_int_equal(verdict(259, 259, 0.935, 0.965, 1), COVERAGE_MISSED);
    assert_int_equal(verdict(277, 277, 0.935, 0.965, 2), COVERAGE_OPEN);
    assert_int_equal(verdict(278, 278, 0.935, 0.965, 2), COVERAGE_MISSED);
    assert_int_equal(verdict(0, 3, 0.935, 0.965, 1), COVERAGE_OPEN);
    assert_int_equal(verdict(0, 4, 0.935, 0.965, 1), COVERAGE_MISSED);
    assert_int_equal(verdict(190, 200, 0.935, 0.965, 1), COVERAGE_MET);
    /* what must never happen is missed once it does */
    assert_int_equal(verdict(0, 50, 0, 0, 1), COVERAGE_MET);
    assert_int_equal(verdict(1, 50, 0, 0, 1), COVERAGE_MISSED);
}

/* 2,000 intervals of 90 % in place of 95 %: seen, for P(Bin(2000, .935) <= 1800) is some 6.3 standard errors
 * off. 300 are not: 2.5 of them. */
static void a_wrong_program_is_seen(void **state) {
    (void)state;
    assert_int_equal(verdict(1800, 2000, 0.935, 0.965, 10), COVERAGE_MISSED);
    assert_int_equal(verdict(270, 300, 0.935, 0.965, 10), COVERAGE_OPEN);
}

static void words(void **state) {
    (void)state;
    coverage_row row[5] = {
        {.estimator = "a", .note = "", .cover = {.hits = 95, .of = 100, .lo = 0.935, .hi = 0.965}},
        {.estimator = "b", .note = "one"},
        {.estimator = "c",
         .note = "two",
         .goes_wrong = true,
         .cover = {.hits = 99, .of = 100, .lo = 0, .hi = 0.5}},
        {.estimator = "d", .note = "one", .alarm = {.hits = 1, .of = 100, .lo = 0, .hi = 0.05}},
        {.estimator = "e", .note = "three"},
    };
    for (size_t i = 0; i < 5; i++) {
        row[i].data = "data";
        row[i].held = NAN;
    }
    report_coverage c = {.row = row, .rows = 5, .repetitions = 100};
    report_coverage_fill(&c);
    assert_string_equal(report_coverage_word(&row[0]), "met");
    assert_string_equal(report_coverage_word(&row[1]), "");
    assert_string_equal(report_coverage_word(&row[2]), "NOT SHOWN");
    assert_string_equal(report_coverage_bars(&row[0]).text, "");
    assert_string_equal(report_coverage_bars(&row[2]).text, "at most 50");
    assert_string_equal(report_coverage_bars(&row[3]).text, "at most 5");
    assert_string_equal(report_coverage_summary(&c).text, "2 of 3 bars are met, 1 are NOT");
    static const size_t number[] = {0, 1, 2, 1, 3};
    static const bool anew[] = {false, true, true, false, true};
    for (size_t i = 0; i < 5; i++) {
        bool first;
        assert_int_equal(report_coverage_note(&c, i, &first), number[i]);
        assert_int_equal(first, anew[i]);
    }
    /* Wilson's interval of 95 in 100 (Newcombe 1998, method 3) */
    assert_string_equal(report_coverage_share(&row[0].cover).text, "95.00 % [88.82, 97.85]");
    json_t *doc = report_coverage_json(&c, NULL);
    assert_int_equal(json_integer_value(json_object_get(doc, "not_met")), 1);
    assert_int_equal(json_array_size(json_object_get(doc, "rows")), 5);
    const json_t *none = json_object_get(json_array_get(json_object_get(doc, "rows"), 1), "coverage");
    assert_true(json_is_null(json_object_get(none, "share")));
    assert_true(json_is_null(json_object_get(none, "verdict")));
    json_decref(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_repetitions), cmocka_unit_test(few_repetitions),
                                       cmocka_unit_test(a_wrong_program_is_seen), cmocka_unit_test(words)};
    return RUN_TESTS(tests);
}
