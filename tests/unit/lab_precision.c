/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_precision.c - run --precision: how many replications, the same as a plain run of as many, stopping
 * short.
 */
#include "lab/precision.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "lab/run.h"
#include "tests/document.h"
#include "tests/place.h"

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH];
    uint32_t last, stop_at; /* stop_at 0: never */
    lab_run_options options;
} place;

static bool watch(void *context, uint32_t done, uint32_t of) {
    place *p = context;
    assert_true(done > p->last && done <= of);
    p->last = done;
    return done != p->stop_at;
}

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/run", p->temp);
    p->options = (lab_run_options){.scenario = "tests/golden/cli/files/small.yaml",
                                   .out = p->out,
                                   .threads = 1,
                                   .json = true,
                                   .precision = "sends=0.1",
                                   .progress = watch,
                                   .context = p};
    return 0;
}

static json_t *run(place *p, lab_status expected, lab_error *error) {
    FILE *f = doc_file();
    p->last = 0;
    *error = (lab_error){""};
    assert_int_equal(lab_run(&p->options, f, error), expected);
    return doc_read(f);
}

/* Half-width 3 of 1 after 10 replications: 90, but no more than twice as many in one step. */
static void the_next_look(void **state) {
    (void)state;
    assert_int_equal(lab_precision_next(10, 3, 1, 1000), 20);
    assert_int_equal(lab_precision_next(100, 1.2, 1, 1000), 144);
    assert_int_equal(lab_precision_next(100, 1.2, 1, 120), 120);
    assert_int_equal(lab_precision_next(100, 1.01, 1, 1000), 110); /* a tenth at least, not 103 */
    assert_int_equal(lab_precision_next(10, NAN, 1, 1000), 20);
    assert_int_equal(lab_precision_next(10, 1, 0, 1000), 20); /* a share of a mean of 0 */
}

static void narrow_enough(void **state) {
    place *p = *state;
    lab_error error;
    json_t *doc = run(p, LAB_OK, &error);
    double half = (doc_number(doc, "metrics.sends.hi") - doc_number(doc, "metrics.sends.lo")) / 2;
    assert_true(half <= 0.1 * doc_number(doc, "metrics.sends.mean"));
    uint32_t n = (uint32_t)json_integer_value(doc_at(doc, "replications"));
    assert_true(n > 10 && n < LAB_PRECISION_MOST);
    assert_true(json_is_true(doc_at(doc, "precision.reached")));
    assert_int_equal(p->last, LAB_PRECISION_MOST); /* the end of the bar */
    p->options.threads = 3;
    json_t *three = run(p, LAB_OK, &error);
    assert_true(json_equal(json_object_get(doc, "metrics"), json_object_get(three, "metrics")));
    p->options.precision = NULL; /* as many, without rounds */
    p->options.reps = n;
    json_t *plain = run(p, LAB_OK, &error);
    assert_true(json_equal(json_object_get(doc, "metrics"), json_object_get(plain, "metrics")));
    assert_true(json_equal(json_object_get(doc, "manifest"), json_object_get(plain, "manifest")));
    json_decref(doc);
    json_decref(three);
    json_decref(plain);
}

static void not_enough(void **state) {
    place *p = *state;
    lab_error error;
    p->options.precision = "sends=abs:0.05";
    p->options.reps = 15;
    json_t *doc = run(p, LAB_IMPRECISE, &error);
    assert_int_equal(json_integer_value(doc_at(doc, "replications")), 15);
    double half = (doc_number(doc, "metrics.sends.hi") - doc_number(doc, "metrics.sends.lo")) / 2;
    assert_string_equal(doc_text(doc, "precision.metric"), "sends");
    assert_near(doc_number(doc, "precision.half_width"), half, 1e-12);
    assert_near(doc_number(doc, "precision.would_take"), ceil(15 * (half / 0.05) * (half / 0.05)), 0);
    assert_true(json_is_false(doc_at(doc, "precision.reached")));
    assert_true(json_is_true(doc_at(doc, "precision.absolute")));
    char needed[60];
    snprintf(needed, sizeof needed, "--reps %.0f", ceil(15 * (half / 0.05) * (half / 0.05)));
    assert_non_null(strstr(error.text, needed));
    assert_true(place_has(p->out, "report.html")); /* written all the same */
    json_decref(doc);
}

static void stopped(void **state) {
    place *p = *state;
    lab_error error;
    p->stop_at = 14; /* in the second round */
    assert_null(run(p, LAB_FAILED, &error));
    assert_int_not_equal(access(p->out, F_OK), 0);
}

/* Nobody is told to run what the command would refuse. */
static void out_of_reach(void **state) {
    (void)state;
    report_precision r = {
        .metric = "sends", .asked = 0.01, .absolute = true, .replications = 10, .half_width = 3};
    lab_error error;
    r.would_take = LAB_REPS_MAX;
    assert_int_equal(lab_precision_say(&r, "", "the mean", &error), LAB_IMPRECISE);
    assert_non_null(strstr(error.text, "--reps 1000000"));
    r.would_take = LAB_REPS_MAX + 1.0;
    assert_int_equal(lab_precision_say(&r, "", "the mean", &error), LAB_IMPRECISE);
    assert_null(strstr(error.text, "--reps"));
    assert_non_null(strstr(error.text, "no number of replications"));
}

static void refusals(void **state) {
    (void)state;
    static const char *const bad[] = {"sends",    "sends=",     "sends=0", "sends=-1",    "sends=nan",
                                      "sends=1x", "sends=abs:", "nix=1",   "lift_true=1", ""};
    lab_precision p;
    lab_error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(lab_precision_read(bad[i], false, &p, &error), LAB_BAD_INPUT);
    assert_int_equal(lab_precision_read("lift_true=abs:0.5", true, &p, &error), LAB_OK);
    assert_true(p.absolute);
    assert_near(p.half, 0.5, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_look),
        cmocka_unit_test_setup_teardown(narrow_enough, enter, place_leave),
        cmocka_unit_test_setup_teardown(not_enough, enter, place_leave),
        cmocka_unit_test_setup_teardown(stopped, enter, place_leave),
        cmocka_unit_test(out_of_reach),
        cmocka_unit_test(refusals),
    };
    return RUN_TESTS(tests);
}
