/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_compare.c - the command compare: a scenario against itself, common random numbers against their closed
 * form, threads, refusals and a stop.
 */
#include "lab/compare.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sim/runner.h"
#include "stats/closed_form.h"
#include "tests/document.h"
#include "tests/place.h"

static const char small[] = "tests/golden/cli/files/small.yaml";

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH];
    uint32_t stop_at, last;
    lab_compare_options options;
} place;

static bool watch(void *context, uint32_t done, uint32_t of) {
    place *p = context;
    assert_true(done >= 1 && done <= of);
    p->last = done;
    return done != p->stop_at;
}

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/out", p->temp);
    p->options = (lab_compare_options){.base = small,
                                       .candidate = small,
                                       .out = p->out,
                                       .reps = 6,
                                       .threads = 2,
                                       .twins = true,
                                       .json = true,
                                       .progress = watch,
                                       .context = p};
    return 0;
}

static json_t *compare(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    return doc_of(lab_compare(&p->options, f, &error), &error, f);
}

static void a_scenario_equals_itself(void **state) {
    json_t *doc = compare(*state);
    const char *name;
    json_t *m;
    size_t with_value = 0;
    json_object_foreach(json_object_get(doc, "metrics"), name, m) {
        static const char *const keys[] = {"base", "candidate", "diff",       "lo",
                                           "hi",   "p",         "p_adjusted", "variance_reduction"};
        const char *key;
        json_t *value;
        size_t at = 0;
        json_object_foreach(m, key, value) assert_string_equal(key, keys[at++]);
        assert_int_equal(at, 8);
        assert_true(json_is_null(json_object_get(m, "p_adjusted"))); /* nothing to test */
        assert_true(json_is_null(json_object_get(m, "variance_reduction")));
        if (json_is_null(json_object_get(m, "diff"))) continue;
        assert_true(json_real_value(json_object_get(m, "diff")) == 0);
        assert_true(json_equal(json_object_get(m, "base"), json_object_get(m, "candidate")));
        if (json_is_null(json_object_get(m, "lo"))) continue; /* exists in one replication */
        with_value++;
        assert_true(json_real_value(json_object_get(m, "lo")) == 0);
        assert_true(json_real_value(json_object_get(m, "hi")) == 0);
        assert_true(json_real_value(json_object_get(m, "p")) == 1);
    }
    assert_true(with_value > 50);
    json_decref(doc);
}

/* Holm's p of a metric: the greatest of (tests - smaller ones) x p over all p up to its own, at most 1. */
static void adjusted_for_all(void **state) {
    place *p = *state;
    const char *const other[] = {"policy.throttle.size=10", "supply.restocks[0].units=3"};
    double plain[400], adjusted[400];
    size_t n = 0, differ = 0;
    p->options.set_candidate = (lab_sets){other, 2};
    json_t *doc = compare(p);
    const char *name;
    json_t *m;
    json_object_foreach(json_object_get(doc, "metrics"), name, m) {
        json_t *holm = json_object_get(m, "p_adjusted");
        if (json_is_null(holm)) continue;
        plain[n] = json_real_value(json_object_get(m, "p"));
        adjusted[n++] = json_real_value(holm);
    }
    assert_in_range(n, 10, 399);
    for (size_t i = 0; i < n; i++) {
        double expected = 0;
        for (size_t j = 0; j < n; j++) {
            size_t smaller = 0;
            for (size_t k = 0; k < n; k++)
                smaller += plain[k] < plain[j];
            if (plain[j] <= plain[i]) expected = fmax(expected, fmin(1, (double)(n - smaller) * plain[j]));
        }
        assert_near(adjusted[i], expected, 1e-12);
        differ += adjusted[i] > plain[i];
    }
    assert_true(differ > 5);
    json_decref(doc);
}

/* What is different on two threads, or as set by --set-base instead of swapping: nothing, or the sign. */
static void sides_and_threads(void **state) {
    place *p = *state;
    const char *const other[] = {"policy.throttle.size=10", "supply.restocks[0].units=3"};
    p->options.set_candidate = (lab_sets){other, 2};
    json_t *two = compare(p);
    p->options.threads = 1;
    json_t *one = compare(p);
    assert_true(json_equal(json_object_get(one, "metrics"), json_object_get(two, "metrics")));
    p->options.set_candidate = (lab_sets){0};
    p->options.set_base = (lab_sets){other, 2};
    json_t *back = compare(p);
    const char *name;
    json_t *m;
    size_t differ = 0;
    json_object_foreach(json_object_get(one, "metrics"), name, m) {
        json_t *b = json_object_get(json_object_get(back, "metrics"), name);
        double diff = json_real_value(json_object_get(m, "diff"));
        assert_near(json_real_value(json_object_get(b, "diff")), -diff, 1e-12 * fabs(diff));
        assert_near(json_real_value(json_object_get(b, "lo")), -json_real_value(json_object_get(m, "hi")),
                    1e-9 * fabs(diff));
        differ += diff != 0;
    }
    assert_true(differ > 10);
    json_decref(one);
    json_decref(two);
    json_decref(back);
}

/* All who exist wait for the one SKU, which has plenty; each buys if a uniform is below the click
 * probability. The factor of one shopper is that of many independent ones. */
static void closed_form(void **state) {
    place *p = *state;
    static const char *const quiet[] = {
        "run.horizon=2d",
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
        "response.open.ios=1",
        "response.open.android=1",
        "response.open.web=1",
        "response.click_age=0",
        "response.click_delay.dist=fixed",
        "response.click_delay.mean=0",
        "response.open_delay.ios.dist=fixed",
        "response.open_delay.ios.mean=1min",
        "response.open_delay.android.dist=fixed",
        "response.open_delay.android.mean=1min",
        "response.open_delay.web.dist=fixed",
        "response.open_delay.web.mean=1min",
        "response.buy.notify_me=1",
        "provider.quota=0",
        "provider.unregistered=0",
        "provider.unavailable=0",
        "provider.too_large=0",
        "provider.offline=0",
        "policy.throttle.mode=none",
        "policy.holdout.fraction=0",
        "supply.restocks[0].units=1000",
    };
    static const char *const ten[] = {"response.click.notify_me=0.10"};
    static const char *const twelve[] = {"response.click.notify_me=0.12"};
    enum { R = 800 };
    p->options.twins = false;
    p->options.reps = R;
    p->options.set = (lab_sets){quiet, sizeof quiet / sizeof *quiet};
    p->options.set_base = (lab_sets){ten, 1};
    p->options.set_candidate = (lab_sets){twelve, 1};
    json_t *doc = compare(p);
    const json_t *orders = doc_at(doc, "metrics.orders");
    double factor = doc_number(orders, "variance_reduction");
    double want = stat_crn_factor(0.10, 0.12);
    assert_near(want, 9.98, 0.005);
    /* an estimated variance has a relative error of sqrt(2 / R): twice in the numerator, once below */
    assert_near(factor / want, 1, 4 * sqrt(2.0 / R) * 1.3);
    assert_near(doc_number(orders, "base"), 4, 4 * sqrt(40 * 0.1 * 0.9 / R));
    assert_near(doc_number(orders, "diff"), 0.8, 4 * sqrt(40 * 0.02 * 0.98 / R));
    json_decref(doc);
}

/* As far as the paired difference asks for, and then the same as a plain comparison of as many. */
static void until_it_is_precise(void **state) {
    place *p = *state;
    const char *const other[] = {"policy.holdout.fraction=0.4"};
    p->options.set_candidate = (lab_sets){other, 1};
    p->options.precision = "sends=0.05";
    p->options.reps = 500;
    p->options.twins = false;
    json_t *doc = compare(p);
    const json_t *sends = doc_at(doc, "metrics.sends");
    double half = (doc_number(sends, "hi") - doc_number(sends, "lo")) / 2, base = doc_number(sends, "base");
    assert_true(half > 0 && half <= 0.05 * base);
    assert_true(half > 0.05 * fabs(doc_number(sends, "diff"))); /* not its share */
    assert_near(doc_number(doc, "precision.half_width"), half, 1e-12);
    assert_near(doc_number(doc, "precision.width"), 0.05 * base, 1e-12);
    assert_true(json_is_true(doc_at(doc, "precision.reached")));
    uint32_t n = (uint32_t)json_integer_value(doc_at(doc, "replications"));
    assert_in_range(n, 11, 499);
    assert_near(doc_number(doc, "precision.replications"), n, 0);
    assert_near(doc_number(doc, "precision.would_take"), n, 0);
    assert_int_equal(p->last, 1000); /* the end of the bar */
    p->options.threads = 1;
    json_t *one = compare(p);
    assert_true(json_equal(json_object_get(doc, "metrics"), json_object_get(one, "metrics")));
    p->options.precision = NULL;
    p->options.reps = n;
    json_t *plain = compare(p);
    assert_true(json_equal(json_object_get(doc, "metrics"), json_object_get(plain, "metrics")));
    assert_true(json_equal(json_object_get(doc, "manifest"), json_object_get(plain, "manifest")));
    assert_null(json_object_get(plain, "precision"));
    json_decref(doc);
    json_decref(one);
    json_decref(plain);
}

static void it_is_not_precise_enough(void **state) {
    place *p = *state;
    const char *const other[] = {"policy.holdout.fraction=0.4"};
    lab_error error = {""};
    char needed[60];
    p->options.set_candidate = (lab_sets){other, 1};
    p->options.precision = "sends=abs:0.01";
    p->options.reps = 12;
    FILE *f = doc_file();
    assert_int_equal(lab_compare(&p->options, f, &error), LAB_IMPRECISE);
    json_t *doc = doc_read(f);
    double half = doc_number(doc, "precision.half_width"), take = ceil(12 * (half / 0.01) * (half / 0.01));
    snprintf(needed, sizeof needed, "about %.0f more: --reps %.0f", take - 12, take);
    assert_non_null(strstr(error.text, needed));
    assert_non_null(strstr(error.text, "the half-width of the difference of 'sends'"));
    assert_near(doc_number(doc, "precision.would_take"), take, 0);
    assert_true(json_is_false(doc_at(doc, "precision.reached")));
    assert_true(place_has(p->out, "compare.html")); /* written all the same */
    json_decref(doc);
    p->options.twins = false;
    p->options.precision = "lift_true=0.1";
    assert_int_equal(lab_compare(&p->options, stderr, &error), LAB_BAD_INPUT);
}

static void a_stop_leaves_nothing(void **state) {
    place *p = *state;
    lab_error error = {""};
    p->stop_at = 5;
    assert_int_equal(lab_compare(&p->options, stderr, &error), LAB_FAILED);
    assert_string_equal(error.text, "stopped; nothing was written");
    assert_int_not_equal(access(p->out, F_OK), 0);
}

static void a_folder_of_others_is_refused(void **state) {
    place *p = *state;
    lab_error error = {""};
    char file[PLACE_PATH];
    p->options.out = p->temp;
    place_put(place_path(file, "%s/mine", p->temp), "");
    assert_int_equal(lab_compare(&p->options, stderr, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "holds no base/run.db of an earlier comparison"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_scenario_equals_itself, enter, place_leave),
        cmocka_unit_test_setup_teardown(adjusted_for_all, enter, place_leave),
        cmocka_unit_test_setup_teardown(sides_and_threads, enter, place_leave),
        cmocka_unit_test_setup_teardown(closed_form, enter, place_leave),
        cmocka_unit_test_setup_teardown(until_it_is_precise, enter, place_leave),
        cmocka_unit_test_setup_teardown(it_is_not_precise_enough, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_stop_leaves_nothing, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_folder_of_others_is_refused, enter, place_leave),
    };
    return RUN_TESTS(tests);
}
