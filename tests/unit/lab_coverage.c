/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_coverage.c - the command coverage: threads do not show, its rows, its folder, stopping.
 */
#include "lab/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/coverage_job.h"
#include "tests/document.h"
#include "tests/place.h"

static void measure(const lab_coverage_options *o, report_coverage *out) {
    lab_error error = {""};
    lab_status status = lab_coverage_measure(o, out, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, LAB_OK);
}

static void assert_same(const coverage_check *a, const coverage_check *b) {
    assert_true(a->hits == b->hits && a->of == b->of);
}

static void threads_do_not_show(void **state) {
    (void)state;
    lab_coverage_options o = {.reps = 3, .seed = 3, .threads = 1, .drawn_only = true};
    report_coverage one, three;
    measure(&o, &one);
    o.threads = 3;
    measure(&o, &three);
    assert_int_equal(one.rows, three.rows);
    for (size_t i = 0; i < one.rows; i++) {
        assert_same(&one.row[i].cover, &three.row[i].cover);
        assert_same(&one.row[i].alarm, &three.row[i].alarm);
        assert_true(one.row[i].events == three.row[i].events || isnan(one.row[i].events));
    }
    free(one.row);
    free(three.row);
}

/* The bars hold from 400 conversions of the control on: so all that have the common ones have as many. */
static void rows_have_enough_events(void **state) {
    (void)state;
    coverage_shape shape[COVERAGE_SHAPES];
    size_t n = coverage_shapes(shape);
    assert_true(n > 20 && n <= COVERAGE_SHAPES);
    lab_coverage_options o = {.reps = 2, .seed = 5, .threads = 2};
    report_coverage c;
    measure(&o, &c);
    double simulated = 0, repetitions = 0;
    for (size_t i = 0; i < c.rows; i++) {
        const coverage_row *r = &c.row[i];
        if (r->cover.lo == 0.935 && r->cover.hi == 0.965 && !isnan(r->events)) assert_true(r->events > 390);
        if (strncmp(r->data, "simulated", 9) != 0) continue;
        simulated++;
        repetitions += r->cover.of;
    }
    assert_near(simulated, COVERAGE_SIMULATED * COVERAGE_SIMULATED_ROWS, 0);
    assert_near(repetitions, 2 * (2 + 1 + 1),
                0); /* two rows of each world; slow worlds have a part, at least 1 */
    free(c.row);
}

static bool stop(void *context, uint32_t done, uint32_t of) {
    (void)context;
    return done < of / 2;
}

static void stopping_and_folders(void **state) {
    (void)state;
    char temp[PLACE_PATH], out[PLACE_PATH];
    place_make(temp);
    place_path(out, "%s/out", temp);
    lab_error error = {""};
    FILE *print = doc_file();
    lab_coverage_options o = {.reps = 1, .threads = 2, .drawn_only = true, .out = out, .progress = stop};
    assert_int_equal(lab_coverage(&o, print, &error), LAB_FAILED);
    assert_non_null(strstr(error.text, "stopped"));
    assert_int_not_equal(access(out, F_OK), 0);
    error = (lab_error){""};
    o.progress = NULL;
    o.json = true;
    json_t *doc = doc_of(lab_coverage(&o, print, &error), &error, print);
    assert_string_equal(doc_text(doc, "command"), "coverage");
    json_decref(doc);
    static const char *const name[] = {"coverage.html", "coverage.csv", "manifest.json",
                                       "plots/coverage.svg"};
    for (size_t i = 0; i < 4; i++)
        assert_true(place_has(out, name[i]));
    o.out = "tests"; /* not ours */
    assert_int_equal(lab_coverage(&o, stderr, &error), LAB_BAD_INPUT);
    assert_int_equal(place_remove(temp), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_do_not_show),
                                       cmocka_unit_test(rows_have_enough_events),
                                       cmocka_unit_test(stopping_and_folders)};
    return RUN_TESTS(tests);
}
