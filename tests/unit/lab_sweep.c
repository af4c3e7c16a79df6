/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_sweep.c - the command sweep as a library: threads, a stop and its resumption, points that are runs, an
 * executor of another's. It runs on threads, so it is also what ThreadSanitizer looks at.
 */
#include "lab/sweep.h"

#include <string.h>
#include <unistd.h>

#include "lab/run.h"
#include "sim/runner.h"
#include "tests/document.h"
#include "tests/place.h"

static const char small[] = "tests/golden/cli/files/small.yaml";
static const char *const vary[] = {"policy.min_stock=1,2", "policy.throttle.size=10,40"};

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH], other[PLACE_PATH];
    uint32_t calls, of, stop_at; /* stop_at 0: never */
    lab_sweep_options options;
} place;

static bool watch(void *context, uint32_t done, uint32_t of) {
    place *p = context;
    assert_int_equal(done, ++p->calls);
    assert_true(done <= of);
    p->of = of;
    return done != p->stop_at;
}

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/sweep", p->temp);
    place_path(p->other, "%s/other", p->temp);
    p->options = (lab_sweep_options){.scenario = small,
                                     .vary = vary,
                                     .varied = 2,
                                     .out = p->out,
                                     .reps = 5,
                                     .threads = 3,
                                     .json = true,
                                     .progress = watch,
                                     .context = p};
    return 0;
}

static json_t *sweep(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    p->calls = 0;
    return doc_of(lab_sweep(&p->options, f, &error), &error, f);
}

static void assert_same(json_t *a, json_t *b) {
    assert_true(json_equal(json_object_get(a, "points"), json_object_get(b, "points")));
    assert_true(json_equal(json_object_get(a, "frontier"), json_object_get(b, "frontier")));
    assert_true(json_equal(json_object_get(a, "best"), json_object_get(b, "best")));
    assert_true(json_equal(json_object_get(a, "manifest"), json_object_get(b, "manifest")));
    assert_true(json_equal(json_object_get(a, "events"), json_object_get(b, "events")));
}

static void threads_change_nothing(void **state) {
    place *p = *state;
    json_t *three = sweep(p);
    assert_int_equal(p->calls, 20);
    p->options.threads = 1;
    json_t *one = sweep(p); /* over the first one's files */
    assert_int_equal(p->calls, 20);
    assert_same(one, three);
    json_decref(one);
    json_decref(three);
}

static void a_stop_can_be_resumed(void **state) {
    place *p = *state;
    lab_error error = {""};
    json_t *whole = sweep(p);
    p->options.out = p->other;
    p->calls = 0;
    p->stop_at = 7;
    assert_int_equal(lab_sweep(&p->options, stderr, &error), LAB_FAILED);
    assert_non_null(strstr(error.text, "--resume goes on"));
    p->options.resume = true;
    p->stop_at = 0;
    json_t *resumed = sweep(p);
    assert_int_equal(p->of, 13); /* the seven that were taken are not run again */
    assert_same(whole, resumed);
    json_t *again = sweep(p); /* nothing is left to do */
    assert_int_equal(p->calls, 0);
    assert_same(whole, again);
    json_decref(whole);
    json_decref(resumed);
    json_decref(again);
}

static void a_point_is_a_run(void **state) {
    place *p = *state;
    lab_error error = {""};
    static const char *const set[] = {"policy.min_stock=2", "policy.throttle.size=10"};
    const lab_run_options options = {
        .scenario = small, .set = set, .sets = 2, .out = p->other, .reps = 5, .threads = 1, .json = true};
    json_t *all = sweep(p);
    FILE *f = doc_file();
    json_t *run = doc_of(lab_run(&options, f, &error), &error, f);
    json_t *point = json_array_get(json_object_get(all, "points"), 2);
    assert_true(json_equal(json_object_get(run, "metrics"), json_object_get(point, "metrics")));
    json_decref(all);
    json_decref(run);
}

static void a_budget_is_given_out_whole(void **state) {
    place *p = *state;
    p->options.reps = 0;
    p->options.best = "unmet_demand";
    p->options.budget = 61;
    json_t *two = sweep(p);
    assert_int_equal(p->calls, 61);
    p->options.threads = 1;
    json_t *one = sweep(p), *points = json_object_get(one, "points"), *point;
    assert_same(one, two);
    json_int_t sum = 0;
    size_t i;
    json_array_foreach(points, i, point) {
        json_int_t n = json_integer_value(json_object_get(point, "replications"));
        assert_true(n >= 7); /* 61 / (2 x 4) */
        sum += n;
    }
    assert_int_equal(sum, 61);
    assert_true(json_is_object(json_object_get(one, "best")));
    json_decref(one);
    json_decref(two);
}

typedef struct {
    const sim_sink *sink;
    size_t job;
} turned;

static bool turn(void *context, size_t job, store_trial *trial, double loop_s) {
    turned *t = context;
    (void)job;
    return t->sink->take(t->sink->context, t->job, trial, loop_s);
}

/* Another executor: backwards, to show that nothing hangs on the order. */
static sim_status backwards(const sim_job *jobs, size_t n, uint32_t threads, const sim_sink *sink,
                            char error[STORE_ERROR_SIZE]) {
    for (size_t i = n; i-- > 0;) {
        turned t = {sink, i};
        const sim_sink one = {turn, &t};
        sim_status status = sim_batch_run(&jobs[i], 1, threads, &one, error);
        if (status != SIM_OK) return status;
    }
    return SIM_OK;
}

static void any_executor_will_do(void **state) {
    place *p = *state;
    json_t *forwards = sweep(p);
    p->options.executor = backwards;
    json_t *back = sweep(p);
    assert_same(forwards, back);
    json_decref(forwards);
    json_decref(back);
}

static void a_bad_point_costs_nothing(void **state) {
    place *p = *state;
    lab_error error = {""};
    static const char *const bad[] = {"policy.min_stock=1,2", "policy.holdout.fraction=0.1,1.5"};
    p->options.vary = bad;
    assert_int_equal(lab_sweep(&p->options, stderr, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "point 1 (policy.min_stock=1, policy.holdout.fraction=1.5): "
                                    "'policy.holdout.fraction' is '1.5'; it must be 0 to 1 share");
    assert_int_equal(p->calls, 0);
    assert_int_not_equal(access(p->out, F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_change_nothing, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_stop_can_be_resumed, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_point_is_a_run, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_budget_is_given_out_whole, enter, place_leave),
        cmocka_unit_test_setup_teardown(any_executor_will_do, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_bad_point_costs_nothing, enter, place_leave),
    };
    return RUN_TESTS(tests);
}
