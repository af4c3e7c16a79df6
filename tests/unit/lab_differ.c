/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_differ.c - which shoppers and restocks compare says to differ, and why, in worlds in which it is plain.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "lab/compare.h"
#include "lab/differ.h"
#include "tests/document.h"
#include "tests/place.h"

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH];
    lab_compare_options options;
} place;

static int enter(void **state) {
    static const char small[] = "tests/golden/cli/files/small.yaml";
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/out", p->temp);
    p->options = (lab_compare_options){
        .base = small, .candidate = small, .out = p->out, .reps = 4, .threads = 2, .json = true};
    return 0;
}

static json_t *compare(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    return doc_of(lab_compare(&p->options, f, &error), &error, f);
}

/* One reason for all of them. */
static void assert_all(const json_t *doc, const char *path, const char *reason, double n) {
    const json_t *list = doc_at(doc, "%s", path), *first = json_array_get(list, 0);
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(first, "reason")), reason);
    assert_near(doc_number(first, "n"), n, 1e-9);
}

static void assert_none(const json_t *doc, const char *path) {
    assert_true(json_is_array(doc_at(doc, "%s", path)));
    assert_int_equal(json_array_size(doc_at(doc, "%s", path)), 0);
}

/* A file that was written, the caller's to free. */
static char *file(const place *p, const char *name) {
    char path[PLACE_PATH];
    return place_read(place_path(path, "%s/%s", p->out, name), NULL);
}

static void assert_only_a_header(const place *p, const char *name) {
    char *text = file(p, name);
    assert_null(strchr(strchr(text, '\n') + 1, '\n'));
    free(text);
}

static void the_same_differs_in_nothing(void **state) {
    place *p = *state;
    json_t *doc = compare(p);
    assert_near(doc_number(doc, "differences.replications"), 4, 0);
    assert_near(doc_number(doc, "differences.shoppers.count"), 2000, 0);
    assert_near(doc_number(doc, "differences.shoppers.told.both"), doc_number(doc, "metrics.recipients.base"),
                1e-9);
    assert_true(doc_number(doc, "differences.shoppers.told.both") > 0);
    assert_near(doc_number(doc, "differences.shoppers.told.neither"),
                2000 - doc_number(doc, "metrics.recipients.base"), 1e-9);
    assert_true(doc_number(doc, "differences.shoppers.ordered.both") > 0);
    static const char *const zero[] = {"shoppers.told.base_only",         "shoppers.told.candidate_only",
                                       "pairs.at_another_time",           "shoppers.ordered.base_only",
                                       "shoppers.ordered.candidate_only", "restocks.base_only"};
    for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
        assert_near(doc_number(doc, "differences.%s", zero[i]), 0, 0);
    static const char *const none[] = {"reasons.told_base_only", "reasons.told_candidate_only",
                                       "reasons.ordered_base_only", "reasons.ordered_candidate_only",
                                       "restocks.most_different"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_none(doc_at(doc, "differences"), none[i]);
    assert_only_a_header(p, "differences_shoppers.csv");
    assert_only_a_header(p, "differences_restocks.csv");
    json_decref(doc);
}

/* A larger holdout only adds to those held out, and there is enough for all. */
static void more_are_held_out(void **state) {
    place *p = *state;
    static const char *const plenty[] = {"supply.restocks[0].units=3000"};
    static const char *const more[] = {"policy.holdout.fraction=0.5"};
    p->options.set = (lab_sets){plenty, 1};
    p->options.set_candidate = (lab_sets){more, 1};
    json_t *doc = compare(p);
    double base = doc_number(doc, "metrics.recipients.base"),
           rest = doc_number(doc, "metrics.recipients.candidate");
    assert_true(base - rest > 1);
    assert_near(doc_number(doc, "differences.shoppers.told.both"), rest, 1e-9);
    assert_near(doc_number(doc, "differences.shoppers.told.base_only"), base - rest, 1e-9);
    assert_near(doc_number(doc, "differences.shoppers.told.candidate_only"), 0, 0);
    assert_near(doc_number(doc, "differences.pairs.at_another_time"), 0, 0);
    assert_all(doc, "differences.reasons.told_base_only", "ghost", base - rest);
    assert_none(doc, "differences.reasons.told_candidate_only");
    const json_t *most = doc_at(doc, "differences.restocks.most_different");
    double sends = 0;
    for (size_t i = 0; i < json_array_size(most); i++) {
        const json_t *restock = json_array_get(most, i);
        double less = doc_number(restock, "base.sends") - doc_number(restock, "candidate.sends");
        sends += less * doc_number(restock, "replications");
        if (less > 0) assert_all(restock, "candidate.why_not_told", "ghost", less);
        assert_none(restock, "base.why_not_told");
    }
    assert_near(sends, 4 * (base - rest), 1e-9);
    json_decref(doc);
}

/* Nobody does anything but wait, be told and buy. */
static const char *const quiet[] = {"run.horizon=2d",
                                    "organic.rate=0",
                                    "shoppers.count=40",
                                    "shoppers.optin.ios=1",
                                    "shoppers.optin.android=1",
                                    "shoppers.optin.web=1",
                                    "shoppers.visit_rate=0",
                                    "interest.initial.notify_me=1",
                                    "interest.initial_age=0",
                                    "interest.lapse_scale=0",
                                    "interest.return_rate=0",
                                    "policy.holdout.fraction=0",
                                    "supply.restocks[0].units=1000"};

static void too_little_to_tell_anyone(void **state) {
    place *p = *state;
    static const char *const careful[] = {"policy.min_stock=2000"};
    p->options.set = (lab_sets){quiet, sizeof quiet / sizeof *quiet};
    p->options.set_candidate = (lab_sets){careful, 1};
    json_t *doc = compare(p);
    assert_near(doc_number(doc, "differences.shoppers.told.base_only"), 40, 0);
    assert_near(doc_number(doc, "differences.shoppers.told.both"), 0, 0);
    assert_near(doc_number(doc, "differences.restocks.both"), 3, 0); /* three sizes */
    assert_all(doc, "differences.reasons.told_base_only", "waiting/below_min_stock", 40);
    assert_none(doc, "differences.reasons.told_candidate_only");
    double ordered = doc_number(doc, "differences.shoppers.ordered.base_only");
    assert_true(ordered > 0);
    assert_near(ordered, doc_number(doc, "metrics.orders.base"), 1e-9);
    assert_all(doc, "differences.reasons.ordered_base_only", "waiting/below_min_stock", ordered);
    json_decref(doc);
}

/* Batches of 5, an hour apart, against everyone at once: shopper k of a line is told (k - 1) / 5 hours later.
 */
static void told_later(void **state) {
    place *p = *state;
    static const char *const one_size[] = {"catalog.variants[0].share=1", "catalog.variants[1].share=0",
                                           "catalog.variants[2].share=0"};
    static const char *const all[] = {"policy.throttle.mode=none"};
    static const char *const few[] = {"policy.throttle.size=5", "policy.throttle.every=1h"};
    const char *set[sizeof quiet / sizeof *quiet + 3];
    memcpy(set, quiet, sizeof quiet);
    memcpy(set + sizeof quiet / sizeof *quiet, one_size, sizeof one_size);
    p->options.set = (lab_sets){set, sizeof set / sizeof *set};
    p->options.set_base = (lab_sets){all, 1};
    p->options.set_candidate = (lab_sets){few, 2};
    json_t *doc = compare(p);
    assert_near(doc_number(doc, "differences.shoppers.told.both"), 40, 0);
    assert_near(doc_number(doc, "differences.pairs.at_another_time"), 35, 0);
    assert_near(doc_number(doc, "differences.pairs.shift_s"), 4 * 3600,
                0); /* of 1 to 7 hours, five of each */
    json_decref(doc);
}

static void threads_and_sides(void **state) {
    place *p = *state;
    static const char *const scarce[] = {"supply.restocks[0].units=4"}, *const other[] = {
                                                                            "policy.min_stock=2"};
    static const char *const name[] = {"differences_shoppers.csv", "differences_restocks.csv"};
    char *two_text[2];
    p->options.set = (lab_sets){scarce, 1};
    p->options.set_candidate = (lab_sets){other, 1};
    json_t *two = compare(p);
    for (size_t i = 0; i < 2; i++)
        two_text[i] = file(p, name[i]);
    p->options.threads = 1;
    json_t *one = compare(p);
    assert_true(json_equal(doc_at(one, "differences"), doc_at(two, "differences")));
    for (size_t i = 0; i < 2; i++) {
        char *one_text = file(p, name[i]);
        assert_string_equal(one_text, two_text[i]);
        free(one_text);
        free(two_text[i]);
    }
    p->options.set_candidate = (lab_sets){0};
    p->options.set_base = (lab_sets){other, 1};
    json_t *back = compare(p);
    assert_true(doc_number(one, "differences.shoppers.told.base_only") > 0);
    assert_near(doc_number(back, "differences.shoppers.told.candidate_only"),
                doc_number(one, "differences.shoppers.told.base_only"), 1e-9);
    assert_true(json_equal(doc_at(back, "differences.reasons.told_candidate_only"),
                           doc_at(one, "differences.reasons.told_base_only")));
    json_decref(one);
    json_decref(two);
    json_decref(back);
}

static void other_skus_are_not_compared(void **state) {
    place *p = *state;
    static const char *const other[] = {"catalog.products=2"};
    p->options.set_candidate = (lab_sets){other, 1};
    json_t *doc = compare(p);
    assert_near(doc_number(doc, "differences.replications"), 0, 0);
    assert_string_equal(doc_text(doc, "differences.why_not"), "the SKUs of the two are not the same");
    assert_null(json_object_get(doc_at(doc, "differences"), "shoppers"));
    json_decref(doc);
}

static void other_shoppers_are_not_compared(void **state) {
    place *p = *state;
    static const char *const other[] = {"shoppers.count=2001"};
    p->options.set_candidate = (lab_sets){other, 1};
    json_t *doc = compare(p);
    assert_near(doc_number(doc, "differences.replications"), 0, 0);
    assert_string_equal(doc_text(doc, "differences.why_not"), "the shoppers of the two are not the same");
    json_decref(doc);
}

static const char *why_not(int64_t shoppers, size_t *trials) {
    char set[60];
    snprintf(set, sizeof set, "shoppers.count=%lld", (long long)shoppers);
    const char *sets[] = {set};
    scenario *s = NULL;
    scenario_error error;
    assert_int_equal(scenario_load("tests/golden/cli/files/small.yaml", sets, 1, &s, &error), SCENARIO_OK);
    lab_differ d;
    assert_true(lab_differ_begin(s, s, 30, &d));
    *trials = d.found.trials;
    const char *why = d.found.why_not;
    report_differences_clear(&d.found);
    scenario_destroy(s);
    return why;
}

/* Ten pairs, and no more than hold a million shoppers. */
static void how_many_pairs(void **state) {
    (void)state;
    size_t trials;
    assert_null(why_not(2000, &trials));
    assert_int_equal(trials, 10);
    assert_null(why_not(300000, &trials));
    assert_int_equal(trials, 3);
    assert_null(why_not(1000000, &trials));
    assert_int_equal(trials, 1);
    assert_non_null(why_not(1000001, &trials));
    assert_int_equal(trials, 0);
}

/* The rows that are kept to look at them are not those of a run that was asked for its ledger. */
static void rows_are_not_kept(void **state) {
    place *p = *state;
    json_decref(compare(p));
    static const char *const side[] = {"base", "candidate"};
    for (int k = 0; k < 2; k++) {
        char path[PLACE_PATH];
        place_path(path, "%s/%s/run.db", p->out, side[k]);
        sqlite3 *db = NULL;
        sqlite3_stmt *rows = NULL;
        assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_prepare_v2(db,
                                            "select (select count(*) from decision) + (select count(*) from "
                                            "touch) + (select count(*) from orders), count(*) from restock",
                                            -1, &rows, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_step(rows), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(rows, 0), 0);
        assert_int_equal(sqlite3_column_int(rows, 1), 3); /* three sizes, of the first replication */
        sqlite3_finalize(rows);
        sqlite3_close(db);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_differs_in_nothing, enter, place_leave),
        cmocka_unit_test_setup_teardown(more_are_held_out, enter, place_leave),
        cmocka_unit_test_setup_teardown(too_little_to_tell_anyone, enter, place_leave),
        cmocka_unit_test_setup_teardown(told_later, enter, place_leave),
        cmocka_unit_test_setup_teardown(threads_and_sides, enter, place_leave),
        cmocka_unit_test_setup_teardown(other_skus_are_not_compared, enter, place_leave),
        cmocka_unit_test_setup_teardown(other_shoppers_are_not_compared, enter, place_leave),
        cmocka_unit_test(how_many_pairs),
        cmocka_unit_test_setup_teardown(rows_are_not_kept, enter, place_leave),
    };
    return RUN_TESTS(tests);
}
