/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_run.c - the commands run, report and validate as a library: what is printed, what is written, what a
 * stop leaves behind. It runs on threads, so it is also what ThreadSanitizer looks at.
 */
#include "lab/run.h"

#include <string.h>
#include <unistd.h>

#include "tests/document.h"
#include "tests/place.h"

static const char small[] = "tests/golden/cli/files/small.yaml";

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH];
    uint32_t calls, stop_at; /* stop_at 0: never */
    lab_run_options options;
} place;

static bool count_calls(void *context, uint32_t done, uint32_t of) {
    place *p = context;
    assert_int_equal(done, ++p->calls);
    assert_int_equal(of, 6);
    return done != p->stop_at;
}

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/run", p->temp);
    p->options = (lab_run_options){
        .scenario = small,
        .out = p->out,
        .reps = 6,
        .threads = 4,
        .twins = true,
        .log = SIM_LOG_FULL,
        .json = true,
        .progress = count_calls,
        .context = p,
    };
    return 0;
}

static json_t *run(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    p->calls = 0;
    return doc_of(lab_run(&p->options, f, &error), &error, f);
}

static json_t *report(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    return doc_of(lab_report(p->out, true, false, f, &error), &error, f);
}

static void threads_change_nothing(void **state) {
    place *p = *state;
    json_t *four = run(p);
    assert_int_equal(p->calls, 6);
    p->options.threads = 1;
    json_t *one = run(p); /* over the first one's files */
    assert_true(json_equal(json_object_get(four, "metrics"), json_object_get(one, "metrics")));
    assert_true(json_equal(json_object_get(four, "ledger"), json_object_get(one, "ledger")));
    assert_int_equal(json_integer_value(doc_at(one, "replications")), 6);
    assert_int_equal(json_integer_value(doc_at(one, "seed")), 7); /* the scenario's */
    p->options.has_seed = true;
    p->options.seed = 8;
    json_t *other = run(p);
    assert_false(json_equal(json_object_get(one, "metrics"), json_object_get(other, "metrics")));
    json_decref(four);
    json_decref(one);
    json_decref(other);
}

static void a_report_says_what_the_run_said(void **state) {
    place *p = *state;
    json_t *first = run(p), *again = report(p);
    assert_string_equal(doc_text(first, "command"), "run");
    assert_string_equal(doc_text(again, "command"), "report");
    json_object_del(first, "command");
    json_object_del(again, "command");
    assert_true(json_equal(first, again)); /* host and wall time are taken over */
    json_decref(first);
    json_decref(again);

    char path[PLACE_PATH];
    assert_int_equal(remove(place_path(path, "%s/manifest.json", p->out)), 0);
    again = report(p);
    assert_true(json_is_null(json_object_get(again, "wall_s")));
    assert_true(place_has(p->out, "manifest.json"));
    json_decref(again);
}

static void a_stop_leaves_nothing(void **state) {
    place *p = *state;
    lab_error error = {""};
    p->stop_at = 2;
    FILE *f = doc_file();
    assert_int_equal(lab_run(&p->options, f, &error), LAB_FAILED);
    assert_string_equal(error.text, "stopped; nothing was written");
    assert_int_equal(ftell(f), 0);
    fclose(f);
    assert_int_equal(access(p->out, F_OK), -1);
}

static void a_refusal_is_a_document_too(void **state) {
    (void)state;
    lab_error error = {""};
    const char *const set[] = {"policy.throttle.size=none"};
    FILE *f = doc_file();
    assert_int_equal(lab_validate(small, set, 1, true, f, &error), LAB_BAD_INPUT);
    json_t *doc = doc_read(f);
    assert_true(json_is_false(json_object_get(doc, "ok")));
    assert_string_equal(doc_text(doc, "error"), error.text);
    json_decref(doc);
}

static void a_folder_without_a_run_is_refused(void **state) {
    place *p = *state;
    lab_error error = {""};
    assert_int_equal(lab_report(p->temp, false, false, stderr, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "there is no run.db in this folder"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_change_nothing, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_report_says_what_the_run_said, enter, place_leave),
        cmocka_unit_test_setup_teardown(a_stop_leaves_nothing, enter, place_leave),
        cmocka_unit_test(a_refusal_is_a_document_too),
        cmocka_unit_test_setup_teardown(a_folder_without_a_run_is_refused, enter, place_leave),
    };
    return RUN_TESTS(tests);
}
