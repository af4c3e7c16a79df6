/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_gnuplot.c - gnuplot's errors are found, hostile texts stay texts, and a folder is whole or says why
 * not.
 */
#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/place.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/gnuplot.h"
#include "reports/plots.h"
#include "tests/unit/reports_sample.h"

static void script_good(FILE *gp, const void *title) {
    fputs("set xrange [0:1]\nset yrange [0:1]\nset title ", gp);
    gnuplot_quote(gp, title);
    fputs("\nplot x notitle\n", gp);
}

static void script_is(FILE *gp, const void *text) {
    fputs(text, gp);
}

enum { HEIGHT = 480 };

static bool run_script(void (*draw)(FILE *, const void *), const void *context, char **image, char *error) {
    gnuplot_job job = {GNUPLOT_SVG, PLOT_WIDTH, HEIGHT, draw, context};
    size_t size = 0;
    *image = NULL;
    return gnuplot_render(&job, image, &size, error);
}

static void hostile_titles_stay_titles(void **state) {
    (void)state;
    static const char *const title[] = {"`touch /tmp/restocklab_gnuplot_was_here`",
                                        "it's @x 'two' '' ''' ",
                                        "a''; system ''touch x",
                                        "\"; system 'false'",
                                        "a\n!false\nplot",
                                        "\xff\xfe\xc3",
                                        "\\n \\' {/Bold b} a_b ^c %d",
                                        "<b>&amp;</b>",
                                        "",
                                        "$x << EOD"};
    char error[STORE_ERROR_SIZE] = "", *image;
    for (size_t i = 0; i < sizeof title / sizeof *title; i++) {
        if (!run_script(script_good, title[i], &image, error)) fail_msg("%s: %s", title[i], error);
        assert_null(strstr(image, "<b>"));
        assert_non_null(strstr(image, "</svg>"));
        free(image);
    }
    assert_int_not_equal(access("/tmp/restocklab_gnuplot_was_here", F_OK), 0);
}

static void errors_are_found(void **state) {
    (void)state;
    static const char *const bad[] = {
        "set nonsense 1\n", /* stops at once */
        "print 'a word on the error output'\nset xrange [0:1]\nset yrange [0:1]\nplot x\n",
        "set yrange [0:1]\nplot '-' using 1:2\nEOD\n", /* no data */
        "exit status 3\n",
    };
    char error[STORE_ERROR_SIZE], *image;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        error[0] = 0;
        assert_false(run_script(script_is, bad[i], &image, error));
        assert_null(image);
        assert_non_null(strstr(error, "gnuplot"));
    }
}

/* No events, but arms with units. */
static void make_zero(store_trial *t) {
    store_trial_clear(t);
    for (int arm = 0; arm < STORE_ARMS; arm++)
        for (int o = 0; o < STORE_OUTCOMES; o++)
            t->moments[STORE_ASSIGNED][arm][o].n = 100;
}

/* A plot of 0 to 0 makes gnuplot warn, so that it would fail: every plot of a run of zeros has to give
 * ranges. */
static void every_plot_of_odd_runs(void **state) {
    (void)state;
    size_t n;
    const report_plot *plot = report_plots(&n);
    for (int i = 0; i < 5; i++) {
        store_run run;
        report_summary s;
        sample_run(&run,
                   i == 1   ? 1
                   : i == 2 ? 40
                            : 2,
                   i & 1, i == 3 ? "@a `b` 'c' \"d\" \\n {e} <f>\n!g" : "plain");
        for (size_t k = 0; i == 4 && k < run.trials; k++)
            make_zero(&run.trial[k]);
        assert_true(report_summarise(&run, &s));
        for (size_t k = 0; k < n; k++) {
            char error[STORE_ERROR_SIZE] = "", *image = NULL;
            if (i < 4 && !plot[k].exists(&s)) fail_msg("%s is missing", plot[k].name);
            if (!plot[k].exists(&s)) continue;
            gnuplot_job job = {GNUPLOT_SVG, PLOT_WIDTH, plot[k].height, plot[k].draw, &s};
            size_t size;
            if (!gnuplot_render(&job, &image, &size, error))
                fail_msg("run %d, %s: %s", i, plot[k].name, error);
            free(image);
        }
        report_summary_clear(&s);
        store_run_clear(&run);
    }
}

/* ---- whole folders ---- */

typedef struct {
    char dir[PLACE_PATH];
    store_run run;
    report_summary s;
    report_host host;
    char error[STORE_ERROR_SIZE];
} folder;

static void folder_make(folder *f) {
    *f = (folder){.dir = ""};
    place_make(f->dir);
    sample_run(&f->run, 3, true, "plain");
    assert_true(report_summarise(&f->run, &f->s));
    f->host = (report_host){.out = f->dir, .wall_s = 1};
}

static void folder_free(folder *f) {
    report_summary_clear(&f->s);
    store_run_clear(&f->run);
    assert_int_equal(place_remove(f->dir), 0);
}

static int count_temporary(const char *path, const struct stat *info, int kind, struct FTW *where) {
    (void)info, (void)kind, (void)where;
    return strstr(path, ".tmp.") != NULL;
}

static void a_folder_is_complete(void **state) {
    (void)state;
    static const char *const file[] = {"report.html",    "metrics.csv",    "trials.csv",
                                       "ledger.csv",     "series.csv",     "manifest.json",
                                       "plots/lift.svg", "plots/lift.png", "unmet_demand.csv"};
    folder f;
    folder_make(&f);
    if (!report_write(f.dir, &f.s, &f.host, f.error)) fail_msg("%s", f.error);
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        if (!place_has(f.dir, file[i])) fail_msg("no %s", file[i]);
    assert_int_equal(nftw(f.dir, count_temporary, 8, FTW_PHYS), 0);
    folder_free(&f);
}

static void without_gnuplot_the_message_says_so(void **state) {
    (void)state;
    folder f;
    folder_make(&f);
    char *path = getenv("PATH"), *kept = path ? sample_text(path) : NULL;
    assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
    bool good = report_write(f.dir, &f.s, &f.host, f.error);
    if (kept) setenv("PATH", kept, 1);
    free(kept);
    assert_false(good);
    assert_non_null(strstr(f.error, "install the package gnuplot-nox"));
    assert_true(place_has(f.dir, "metrics.csv"));
    assert_false(place_has(f.dir, "report.html"));
    assert_int_equal(nftw(f.dir, count_temporary, 8, FTW_PHYS), 0);
    folder_free(&f);
}

static void a_file_in_the_way_is_an_error(void **state) {
    (void)state;
    folder f;
    char path[PLACE_PATH];
    folder_make(&f);
    assert_int_equal(mkdir(place_path(path, "%s/report.html", f.dir), 0777), 0);
    assert_false(report_write(f.dir, &f.s, &f.host, f.error));
    assert_non_null(strstr(f.error, "report.html"));
    assert_int_equal(nftw(f.dir, count_temporary, 8, FTW_PHYS), 0);
    assert_false(report_write("/nonexistent/folder", &f.s, &f.host, f.error));
    assert_non_null(strstr(f.error, "/nonexistent/folder"));
    folder_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_titles_stay_titles),
        cmocka_unit_test(errors_are_found),
        cmocka_unit_test(every_plot_of_odd_runs),
        cmocka_unit_test(a_folder_is_complete),
        cmocka_unit_test(without_gnuplot_the_message_says_so),
        cmocka_unit_test(a_file_in_the_way_is_an_error),
    };
    return RUN_TESTS(tests);
}
