/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analyze on tables whose answers R 4.2 gives: the numbers of tests/unit/stats_contrasts.c by way of a file,
 * and a table's own rules.
 */
#include "tests/document.h"
#include "tests/place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/analyze.h"
#include "lab/sheet.h"

enum { T = 10, N = 22 };
static const double y[N] = {4, 1, 8, 0, 6, 5, 9, 2, 3, 7, 3, 0, 5, 2, 0, 7, 1, 4, 0, 6, 2, 3};
static const double d[N] = {5, 2, 9, 1, 6, 6, 10, 3, 4, 7, 4, 2, 6, 3, 1, 8, 2, 5, 3, 7, 4, 4};
static const double a[N] = {2.9, .6,  5.9, .2, 4.4, 4.1, 7.2, 1,  2.6, 5.1, 2.1,
                            .4,  4.8, 2.2, .5, 6.1, 1.3, 3.2, .1, 5.5, 2.5, 2.4};
static const double b[N] = {0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1};

static void write_groups(void) {
    char text[4096] = "arm,y,d,a,b,pair,\"odd, name\"\n";
    for (int i = 0; i < N; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s,%g,%g,%g,%g,p%d,%s\n", i < T ? "t" : "c", y[i], d[i], a[i],
                 b[i], i / 2, i % 3 ? "NA" : "1");
    }
    place_put("t.csv", text);
}

/* The document that lab_analyze prints. */
static json_t *analyse(const lab_analyze_options *options) {
    lab_error error = {""};
    bool mismatch = true;
    FILE *f = doc_file();
    json_t *doc = doc_of(lab_analyze(options, f, &mismatch, &error), &error, f);
    assert_false(mismatch);
    return doc;
}

static double number(const json_t *doc, size_t i, const char *name) {
    const json_t *e = json_array_get(json_object_get(doc, "estimates"), i);
    const json_t *x = json_object_get(e, name);
    return json_is_number(x) ? json_number_value(x) : NAN;
}

static void assert_method(const json_t *doc, size_t i, const char *method) {
    const json_t *e = json_array_get(json_object_get(doc, "estimates"), i);
    assert_string_equal(json_string_value(json_object_get(e, "method")), method);
}

static lab_analyze_options base(const char *const *outcome, size_t outcomes) {
    return (lab_analyze_options){.file = "t.csv",
                                 .arm = "arm",
                                 .control = "c",
                                 .outcome = outcome,
                                 .outcomes = outcomes,
                                 .alpha = .05,
                                 .min_events = 5,
                                 .seed = 1,
                                 .json = true};
}

static void numbers_of_r(void **state) {
    (void)state;
    write_groups();
    const char *const outcome[] = {"y", "y/d"}, *const covariate[] = {"a", "b"};
    lab_analyze_options o = base(outcome, 2);
    o.covariate = covariate;
    o.covariates = 2;
    o.correct = LAB_CORRECT_HOLM;
    json_t *doc = analyse(&o);
    assert_int_equal(json_array_size(json_object_get(doc, "estimates")), 4);
    /* R: t.test(yt, yc), by hand of means 4.5 and 2.75; Fieller's interval */
    assert_method(doc, 0, "welch");
    assert_near(number(doc, 0, "abs"), 1.75, 1e-14);
    assert_near(number(doc, 0, "rel"), 4.5 / 2.75 - 1, 1e-14);
    assert_near(number(doc, 0, "fieller_lo"), -.200897103902097, 1e-12);
    assert_near(number(doc, 0, "fieller_hi"), 2.693077574846113, 1e-11);
    assert_method(doc, 1, "cuped");
    assert_near(number(doc, 1, "abs_lo"), .391265454835364, 1e-12);
    assert_near(number(doc, 1, "p"), .000277700803279908, 1e-14);
    assert_method(doc, 2, "ratio_delta");
    assert_near(number(doc, 2, "abs"), .175587216018483, 1e-14);
    assert_near(number(doc, 2, "p"), .0573672394358122, 1e-12);
    /* of the two main methods the smaller p doubles, and the other one is itself or that */
    double main = number(doc, 0, "p"), ratio = number(doc, 2, "p");
    assert_near(number(doc, main < ratio ? 0 : 2, "p_adjusted"), 2 * fmin(main, ratio), 1e-15);
    assert_method(doc, 3, "cuped");
    /* R: binom.test(12, 22)$p.value */
    assert_near(doc_number(doc, "srm.p"), .831811904907227, 1e-12);
    assert_true(json_is_true(doc_at(doc, "srm.ok")));
    json_decref(doc);
}

static void clusters_and_looks(void **state) {
    (void)state;
    write_groups();
    const char *const outcome[] = {"y"};
    lab_analyze_options o = base(outcome, 1);
    o.cluster = "pair";
    o.sequential = 40;
    json_t *doc = analyse(&o);
    assert_method(doc, 0, "cluster");
    assert_near(number(doc, 0, "abs_lo"), .179104738123041, 1e-12);
    assert_near(number(doc, 0, "p"), .0341743849480913, 1e-13);
    assert_method(doc, 1, "randomisation");
    assert_near(number(doc, 1, "p"), .025974025974026, 1e-14);
    assert_true(isnan(number(doc, 1, "abs_lo")));
    /* the sequence by its formula: rho = 40 / 7.9362.., t = 22, the cluster method's standard error */
    assert_method(doc, 2, "sequential");
    double rho = 40 / (log(1 - 2 * log(.05)) - 2 * log(.05)),
           se = (3.320895261876959 - .179104738123041) / 2 /
                2.42154287963497; /* R: qt(.975, 6.27059257437915) */
    assert_near(number(doc, 2, "abs_lo"),
                1.75 - se * sqrt((1 + rho / 22) * log((22 + rho) / (rho * .05 * .05))), 1e-6);
    /* the sizes are those of clusters: 5 against 6 */
    assert_string_equal(doc_text(doc, "srm.counts"), "clusters");
    json_decref(doc);
    o.min_events = 10; /* the control has 9 that are not 0 */
    doc = analyse(&o);
    assert_true(isnan(number(doc, 2, "abs_lo")) && number(doc, 2, "abs") == 1.75);
    json_decref(doc);
}

static void missing_outcomes(void **state) {
    (void)state;
    write_groups();
    const char *const outcome[] = {"odd, name"};
    lab_analyze_options o = base(outcome, 1);
    json_t *doc = analyse(&o);
    /* i = 0, 3, 6, 9 of the treated, 12, 15, 18, 21 of the control; all are 1 */
    assert_near(number(doc, 0, "n_arm"), 4, 0);
    assert_near(number(doc, 0, "n_control"), 4, 0);
    assert_true(number(doc, 0, "abs") == 0 && isnan(number(doc, 0, "p")));
    json_decref(doc);
}

static void assert_table(const char *text, const char *message) {
    char want[200];
    size_t x, arm;
    lab_sheet *table = NULL;
    lab_error error = {""};
    place_put("t.csv", text);
    lab_status status = lab_sheet_open("t.csv", &table, &error);
    if (status == LAB_OK) status = lab_sheet_want(table, "x", LAB_NUMBER, "--outcome", &x, &error);
    if (status == LAB_OK) status = lab_sheet_want(table, "arm", LAB_TEXT, "--arm", &arm, &error);
    if (status == LAB_OK) status = lab_sheet_read(table, &error);
    snprintf(want, sizeof want, "t.csv%s", message);
    assert_string_equal(error.text, want);
    assert_int_equal(status, LAB_BAD_INPUT);
    lab_sheet_close(table);
}

static void tables_refused(void **state) {
    (void)state;
    assert_table("", ": is empty; the first line names the columns");
    assert_table("arm,x\n", ": there are no rows below the header");
    assert_table("arm,,x\n", ":1: column 2 has no name; the first line is the header");
    assert_table("x,x\n", ":1: two columns are called 'x'; rename one");
    assert_table("arm,y\na,1\n", ": there is no column 'x' (--outcome); there are: arm, y");
    assert_table("arm,x\na,1\n,2\n",
                 ":3: column 'arm' is empty; every row must have it, so drop the row or fill it");
    assert_table("arm,x\na,0x10\n",
                 ":2: column 'x': '0x10' is not a number; leave the field empty if the value is missing");
    assert_table("arm,x\na,1e999\n",
                 ":2: column 'x': '1e999' is not a number; leave the field empty if the value is missing");
}

static void tables_of_many(void **state) {
    (void)state;
    enum { ROWS = 5000 };
    char *text = malloc(ROWS * 20 + 20);
    assert_non_null(text);
    size_t at = (size_t)sprintf(text, "arm,x\n"), arm, x, again;
    for (int i = 0; i < ROWS; i++)
        at += (size_t)sprintf(text + at, "v%d,%d\n", i % 1000, i);
    place_put("t.csv", text);
    free(text);
    lab_sheet *table = NULL;
    lab_error error = {""};
    assert_int_equal(lab_sheet_open("t.csv", &table, &error), LAB_OK);
    assert_int_equal(lab_sheet_want(table, "x", LAB_NUMBER, "--outcome", &x, &error), LAB_OK);
    assert_int_equal(lab_sheet_want(table, "arm", LAB_TEXT, "--arm", &arm, &error), LAB_OK);
    assert_int_equal(lab_sheet_want(table, "x", LAB_NUMBER, "--outcome", &again, &error), LAB_OK);
    assert_int_equal(again, x);
    assert_int_equal(lab_sheet_read(table, &error), LAB_OK);
    assert_int_equal(lab_sheet_rows(table), ROWS);
    assert_int_equal(lab_sheet_values(table, arm), 1000);
    for (uint32_t i = 0; i < ROWS; i++) {
        assert_true(lab_sheet_numbers(table, x)[i] == i);
        assert_int_equal(lab_sheet_ids(table, arm)[i], i % 1000);
        assert_int_equal(lab_sheet_line(table, i), i + 2);
    }
    assert_string_equal(lab_sheet_value(table, arm, 999), "v999");
    lab_sheet_close(table);
}

#define CASE(NAME) cmocka_unit_test_setup_teardown(NAME, place_go, place_return)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(numbers_of_r),   CASE(clusters_and_looks), CASE(missing_outcomes),
        CASE(tables_refused), CASE(tables_of_many),
    };
    return RUN_TESTS(tests);
}
