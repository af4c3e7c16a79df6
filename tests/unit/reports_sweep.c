/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_sweep.c - the non-dominated set against its definition, a point's numbers against a run's, and what
 * a page of a sweep does with odd points and hostile names.
 */
#include "reports/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/place.h"

/* The definition, in as many words. */
static bool dominated(const double *x, const double *y, size_t n, size_t p, bool more_x, bool more_y) {
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i])) continue;
        double dx = more_x ? x[i] - x[p] : x[p] - x[i], dy = more_y ? y[i] - y[p] : y[p] - y[i];
        if (dx >= 0 && dy >= 0 && (dx > 0 || dy > 0)) return true;
    }
    return false;
}

static void frontier_against_its_definition(void **state) {
    (void)state;
    enum { MOST = 40, ROUNDS = 3000 };
    unsigned seed = 1;
    size_t in_it = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double x[MOST], y[MOST];
        bool front[MOST];
        size_t n = (size_t)(round % (MOST + 1));
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            x[i] = (seed >> 8) % 11; /* few values: ties in one, the other and both */
            seed = seed * 1664525 + 1013904223;
            y[i] = (seed >> 8) % 7;
            if ((seed >> 20) % 13 == 0) y[i] = NAN;
        }
        bool more_x = round & 1, more_y = round & 2;
        assert_true(report_nondominated(x, y, n, more_x, more_y, front));
        for (size_t i = 0; i < n; i++) {
            bool known = !isnan(x[i]) && !isnan(y[i]);
            assert_int_equal(front[i], known && !dominated(x, y, n, i, more_x, more_y));
            in_it += front[i];
        }
    }
    assert_true(in_it > ROUNDS);
}

static void infinite_values_count(void **state) {
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {INFINITY, 5, -INFINITY};
    bool front[3];
    assert_true(report_nondominated(x, y, 3, true, true, front));
    assert_true(front[0] && front[1] && front[2]);
}

/* Trials with a few counts; rows as a sweep keeps them. */
static void a_point_says_what_a_run_says(void **state) {
    (void)state;
    enum { R = 7 };
    size_t n;
    const report_metric *metric = report_metrics(&n);
    store_run run = {.trials = R, .trial = calloc(R, sizeof(store_trial))};
    double *row = calloc(R * (n + 1), sizeof *row);
    assert_non_null(run.trial);
    assert_non_null(row);
    for (uint32_t i = 0; i < R; i++) {
        store_trial *t = &run.trial[i];
        for (int k = 0; k < STORE_TALLY_COUNT; k++)
            t->tally[k] = (double)((i * 31u + (unsigned)k * 17u) % 23u);
        t->tally[STORE_T_clicked] = i % 3; /* a rate that is not always there */
        for (size_t m = 0; m < n; m++)
            row[i * (n + 1) + m] = metric[m].value(&metric[m], t);
    }
    report_summary summary;
    report_sweep s = {.axes = 0};
    assert_true(report_summarise(&run, &summary));
    assert_true(report_sweep_init(&s, 2));
    assert_true(report_sweep_point(&s, 1, row, n + 1, R));
    for (size_t m = 0; m < n; m++) {
        const report_value *a = &summary.value[m], *b = report_sweep_value(&s, 1, m);
        const double got[] = {b->mean, b->lo, b->hi, b->sd}, want[] = {a->mean, a->lo, a->hi, a->sd};
        assert_int_equal(a->n, b->n);
        for (int k = 0; k < 4; k++)
            assert_true((isnan(got[k]) && isnan(want[k])) || got[k] == want[k]);
    }
    report_sweep_clear(&s);
    report_summary_clear(&summary);
    free(row);
    free(run.trial);
}

static const char *const rough[] = {"<b>&\"'", "`x` @y !z %s\n\t\x01"};
static const double no_number[] = {NAN, NAN};

/* Two axes of hostile words, one point without any replication, one with one. */
static void build(report_sweep *s) {
    size_t n;
    report_metrics(&n);
    double *row = calloc(3 * n, sizeof *row);
    assert_non_null(row);
    for (size_t i = 0; i < 3 * n; i++)
        row[i] = (double)(i % 11);
    *s = (report_sweep){.scenario = "<script>", .title = "100 % 'quoted'\n`whoami`", .seed = 7};
    assert_true(report_sweep_init(s, 4));
    s->axes = 2;
    for (size_t a = 0; a < 2; a++)
        s->axis[a] = (report_axis){a ? "policy.<i>" : "policy.o'clock", rough, no_number, "", 2, false};
    assert_true(report_sweep_point(s, 0, row, n, 3));
    assert_true(report_sweep_point(s, 1, row + n, n, 2));
    assert_true(report_sweep_point(s, 2, row, n, 1));
    assert_true(report_sweep_point(s, 3, row, n, 0));
    report_default_frontier(s);
    assert_true(report_sweep_frontier(s));
    s->has_best = true;
    s->best_metric = report_metric_index("orders");
    free(row);
}

static char *rendered(void (*put)(FILE *, const report_sweep *), const report_sweep *s) {
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    assert_non_null(f);
    put(f, s);
    assert_int_equal(fclose(f), 0);
    return text;
}

static void put_text(FILE *f, const report_sweep *s) {
    report_sweep_text(f, s, NULL);
}

static void odd_points_are_shown(void **state) {
    (void)state;
    report_sweep s;
    build(&s);
    char *text = rendered(put_text, &s), *csv = rendered(report_sweep_csv, &s);
    assert_null(strstr(text, "nan"));
    assert_null(strstr(csv, "nan"));
    size_t width = 0, n = 0;
    for (const char *c = text; *c; c++) {
        if (((unsigned char)*c & 0xc0) != 0x80) width++;
        if (*c == '\n') width = 0;
        assert_true(width <= 100);
    }
    for (const char *c = csv; *c; c++)
        n += *c == '\n';
    assert_true(n >= 5);
    json_t *doc = report_sweep_json(&s, NULL);
    assert_non_null(doc);
    char *dump = json_dumps(doc, 0);
    assert_non_null(dump);
    assert_int_equal(json_array_size(json_object_get(doc, "points")), 4);
    assert_true(json_is_null(json_object_get(json_object_get(doc, "best"), "pcs")));
    free(dump);
    json_decref(doc);
    free(text);
    free(csv);
    report_sweep_clear(&s);
}

static void hostile_names_stay_text(void **state) {
    (void)state;
    char dir[PLACE_PATH], path[PLACE_PATH], error[STORE_ERROR_SIZE] = "";
    report_sweep s;
    const report_host host = {.out = "out", .wall_s = 1};
    build(&s);
    place_make(dir);
    bool good = report_sweep_write(dir, &s, &host, error);
    assert_string_equal(error, "");
    assert_true(good);
    char *page = place_read(place_path(path, "%s/sweep.html", dir), NULL);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "<b>&"));
    assert_null(strstr(page, "<i>"));
    assert_non_null(strstr(page, "&lt;script&gt;"));
    free(page);
    assert_int_equal(place_remove(dir), 0);
    report_sweep_clear(&s);
}

/* Maps, of which one has no value anywhere and one a hole; then the same as lines. */
static void metrics_that_are_nowhere_are_drawn(void **state) {
    (void)state;
    static const char *const value[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
    static const double number[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const size_t sides[] = {9, 5, 1};
    for (size_t k = 0; k < sizeof sides / sizeof *sides; k++) {
        const size_t side = sides[k];
        char dir[PLACE_PATH], error[STORE_ERROR_SIZE] = "";
        size_t n;
        const report_metric *metric = report_metrics(&n);
        report_sweep s = {.scenario = "plain", .title = "", .axes = 2};
        const report_host host = {.out = "out"};
        double *row = calloc(2 * n, sizeof *row);
        assert_non_null(row);
        assert_true(report_sweep_init(&s, side * side));
        for (size_t a = 0; a < 2; a++)
            s.axis[a] =
                (report_axis){a ? "policy.min_stock" : "organic.rate", value, number, "", side, false};
        for (size_t p = 0; p < side * side; p++) {
            for (size_t m = 0; m < 2 * n; m++)
                row[m] =
                    strstr(metric[m % n].name, "clicked_oos_rate") || p == 3 ? NAN : (double)((p * m) % 7);
            assert_true(report_sweep_point(&s, p, row, n, 2));
        }
        report_default_frontier(&s);
        assert_true(report_sweep_frontier(&s));
        place_make(dir);
        bool good = report_sweep_write(dir, &s, &host, error);
        assert_string_equal(error, "");
        assert_true(good);
        assert_int_equal(place_remove(dir), 0);
        report_sweep_clear(&s);
        free(row);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frontier_against_its_definition),
        cmocka_unit_test(infinite_values_count),
        cmocka_unit_test(a_point_says_what_a_run_says),
        cmocka_unit_test(odd_points_are_shown),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(metrics_that_are_nowhere_are_drawn),
    };
    return RUN_TESTS(tests);
}
