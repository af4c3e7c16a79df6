/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The warm-up: series of whole batches whose answers are worked out by hand, what is said of them and where,
 * and how often a series that needs none is held to need one.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "reports/html.h"
#include "reports/plots.h"
#include "reports/warmup.h"

enum { HOUR = 3600000, RUNS = 3 };

/* Bins of half an hour. People in line: replication i has i in the first 30 bins, then 10 and 11, five bins
 * each. All else is constant. By hand, of 48 batches with d dropped: d = 6 leaves 21 of 10 and 21 of 11, sum
 * of squares 42 / 4, score 10.5 / 42^2 = .00595; d = 5 has a 1 (the mean of 0, 1, 2) besides: 10.5 + 42 / 43
 * * 9.5^2 = 98.6, / 43^2 = .053; d = 7: 20 and 21, 10.24 / 41^2 = .0061. So 30 bins go, 15 h. */
static void steps(store_run *run) {
    *run = (store_run){.horizon = 120 * HOUR, .trials = RUNS, .trial = calloc(RUNS, sizeof *run->trial)};
    assert_non_null(run->trial);
    for (int i = 0; i < RUNS; i++) {
        store_trial *t = &run->trial[i];
        t->tally[STORE_T_restocks] = 3 + i;
        for (int bin = 0; bin < STORE_BINS; bin++) {
            t->series[STORE_S_waiting][bin] = bin < 30 ? i : 10 + bin / 5 % 2;
            t->series[STORE_S_on_hand][bin] = 7;
            t->series[STORE_S_sent][bin] = 2;
            t->series[STORE_S_orders_push][bin] = 1;
            t->series[STORE_S_orders_other][bin] = 3;
        }
    }
}

static void words_of(const store_run *run, char out[512]) {
    warmup_answer w;
    assert_true(warmup_of(run, &w));
    warmup_words(&w, out, 512);
}

/* As counted from the start the mean is (30 i + 210 * 10.5) / 240 = 9.1875 + i / 8, later 10.5: off by
 * -1.3125 + i / 8, -1.1875 in the mean, spread 1/8, half-width t(.995; 2) = 9.9248 times .125 / sqrt(3). */
static void from_the_start(void **state) {
    (void)state;
    store_run run;
    warmup_answer w;
    steps(&run);
    assert_true(warmup_of(&run, &w));
    const warmup_series *s = &w.series[0];
    assert_string_equal(s->name, "waiting");
    assert_int_equal(s->drop, 30);
    assert_true(s->settles && s->early);
    assert_near(s->counted, 10.5 - 1.1875, 1e-12);
    assert_near(s->later, 10.5, 1e-12);
    assert_near(s->off, -1.1875, 1e-12);
    assert_near(s->hi - s->off, 9.9248 * .125 / sqrt(3), 1e-4);
    assert_near(w.series[2].counted, 96, 1e-9); /* 2 in half an hour */
    assert_near(w.series[3].counted, 192, 1e-9);
    for (int i = 1; i < WARMUP_SERIES; i++)
        assert_true(w.series[i].settles && !w.series[i].early && w.series[i].drop == 0);
    assert_int_equal(w.verdict, WARMUP_TOO_SHORT);
    assert_string_equal(w.suggested, "15h");
    assert_true(warmup_told(&w));
    store_run_clear(&run);
}

static void verdict_of(int64_t warmup, warmup_verdict want, const char *suggested) {
    store_run run;
    warmup_answer w;
    steps(&run);
    run.warmup = warmup;
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, want);
    assert_string_equal(w.suggested, suggested);
    assert_true(warmup_told(&w));
    store_run_clear(&run);
}

static void long_enough_or_not(void **state) {
    (void)state;
    verdict_of(14 * HOUR, WARMUP_TOO_SHORT, "15h");
    verdict_of(15 * HOUR - 1, WARMUP_ENOUGH, ""); /* counts the same bins */
    verdict_of(15 * HOUR, WARMUP_ENOUGH, "");
    verdict_of(119 * HOUR, WARMUP_ENOUGH, "");
}

static void in_words(void **state) {
    (void)state;
    store_run run;
    char words[512];
    steps(&run);
    words_of(&run, words);
    assert_non_null(strstr(words, "No warm-up is set"));
    assert_non_null(strstr(words, "people in line, after 15 h (11.3 % too few as counted)"));
    assert_non_null(strstr(words, "If the shop's usual state is meant, set run.warmup=15h."));
    run.warmup = 10 * HOUR;
    words_of(&run, words);
    assert_non_null(strstr(words, "The warm-up of 10 h is too short"));
    assert_non_null(strstr(words, "Set run.warmup=15h."));
    run.warmup = 24 * HOUR;
    words_of(&run, words);
    assert_non_null(strstr(
        words,
        "The warm-up of 24 h is enough: by MSER-5 the last to settle are people in line, after 15 h."));
    store_run_clear(&run);
}

/* Ten days or more: a day past the warm-up is a day's rhythm. A bin is 6 h then, and 30 of them 7.5 d. */
static void rhythm_of_a_day(void **state) {
    (void)state;
    store_run run;
    warmup_answer w;
    steps(&run);
    run.horizon = INT64_C(60) * 24 * HOUR;
    run.warmup = 6 * 24 * HOUR;
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, WARMUP_TOO_SHORT);
    assert_string_equal(w.suggested, "8d");
    run.warmup = 6 * 24 * HOUR + 12 * HOUR;
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, WARMUP_ENOUGH);
    store_run_clear(&run);
}

static bool on_page(const store_run *run, bool *told, bool *drawn) {
    report_summary s;
    char *html = NULL, *text = NULL;
    size_t size;
    assert_true(report_summarise(run, &s));
    FILE *out = open_memstream(&html, &size);
    html_page(out, &s, NULL, &(html_plots){{NULL}});
    fclose(out);
    out = open_memstream(&text, &size);
    report_text(out, &s, NULL);
    fclose(out);
    bool there = strstr(html, "<section id=\"warmup\"") != NULL;
    *told = strstr(text, "MSER-5") != NULL;
    *drawn = plot_has_warmup(&s);
    free(html), free(text);
    report_summary_clear(&s);
    return there;
}

static void where_it_is_said(void **state) {
    (void)state;
    store_run run;
    warmup_answer w;
    bool told, drawn;
    steps(&run);
    assert_true(on_page(&run, &told, &drawn) && told && drawn);
    for (int i = 0; i < RUNS; i++) /* grows all the time */
        for (int bin = 0; bin < STORE_BINS; bin++)
            run.trial[i].series[STORE_S_waiting][bin] = bin * (30 + i);
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, WARMUP_NO_STEADY_STATE);
    assert_true(w.series[0].early && !w.series[0].settles && !*w.suggested);
    assert_true(on_page(&run, &told, &drawn) && !told && drawn);
    run.warmup = HOUR;
    assert_true(on_page(&run, &told, &drawn) && told && drawn);
    run.warmup = 100 * HOUR; /* MSER-5 cannot say whether that is enough */
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, WARMUP_NO_STEADY_STATE);
    run.warmup = 0;
    for (int i = 0; i < RUNS; i++)
        run.trial[i].tally[STORE_T_restocks] = 3; /* a given course */
    assert_true(warmup_of(&run, &w));
    assert_int_equal(w.verdict, WARMUP_TRANSIENT);
    assert_true(!on_page(&run, &told, &drawn) && !told && !drawn);
    run.warmup = HOUR; /* who sets one means a usual state */
    assert_true(on_page(&run, &told, &drawn) && told && drawn);
    store_run_clear(&run);
}

static void in_json(void **state) {
    (void)state;
    store_run run;
    steps(&run);
    json_t *doc = warmup_json(&run), *line = json_object_get(json_object_get(doc, "series"), "waiting");
    assert_string_equal(json_string_value(json_object_get(doc, "verdict")), "too_short");
    assert_string_equal(json_string_value(json_object_get(doc, "suggested")), "15h");
    assert_near(json_number_value(json_object_get(doc, "chosen_s")), 0, 0);
    assert_near(json_number_value(json_object_get(line, "settles_s")), 15 * 3600, 0);
    assert_near(json_number_value(json_object_get(line, "off")), -1.1875, 1e-12);
    assert_true(json_is_true(json_object_get(line, "early")));
    json_decref(doc);
    run.trials = 1; /* no interval, and nothing to tell a given course by */
    doc = warmup_json(&run), line = json_object_get(json_object_get(doc, "series"), "waiting");
    assert_string_equal(json_string_value(json_object_get(doc, "verdict")), "transient");
    assert_true(json_is_null(json_object_get(line, "off_lo")));
    json_decref(doc);
    run.warmup = HOUR;
    doc = warmup_json(&run);
    assert_string_equal(json_string_value(json_object_get(doc, "verdict")), "too_short");
    json_decref(doc);
    run.warmup = run.horizon;
    doc = warmup_json(&run);
    assert_true(json_is_null(doc));
    json_decref(doc);
    run.warmup = HOUR; /* a store may hold anything */
    run.trial[0].series[STORE_S_waiting][20] = NAN;
    run.trial[0].series[STORE_S_on_hand][20] = INFINITY;
    doc = warmup_json(&run);
    assert_non_null(json_object_get(doc, "series"));
    json_decref(doc);
    run.trials = RUNS;
    store_run_clear(&run);
}

/* Series without a start: 20 replications of an AR(1) with .9. R: MSER-5 would drop something of 41 % of
 * such, but only in 2.3 % (23 of 1,000) is the mean from the start away from the later one at 99 %. */
static void steady_from_the_start(void **state) {
    (void)state;
    enum { TIMES = 400, REPLICATIONS = 20 };
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(r, 4);
    store_run run = {
        .horizon = 120 * HOUR, .trials = REPLICATIONS, .trial = calloc(REPLICATIONS, sizeof *run.trial)};
    const store_series row[] = {STORE_S_waiting, STORE_S_on_hand, STORE_S_sent, STORE_S_orders_push};
    int dropped = 0, early = 0;
    for (int k = 0; k < TIMES; k++) {
        warmup_answer w;
        for (int i = 0; i < REPLICATIONS; i++)
            for (int which = 0; which < WARMUP_SERIES; which++) {
                double y = gsl_ran_gaussian(r, 1 / sqrt(1 - .9 * .9));
                for (int bin = 0; bin < STORE_BINS; bin++, y = .9 * y + gsl_ran_gaussian(r, 1))
                    run.trial[i].series[row[which]][bin] = y;
            }
        assert_true(warmup_of(&run, &w));
        for (int which = 0; which < WARMUP_SERIES; which++) {
            dropped += w.series[which].drop > 0;
            early += w.series[which].early;
        }
    }
    gsl_rng_free(r);
    const double n = TIMES * WARMUP_SERIES, both = sqrt(1 / n + 1. / 1000);
    assert_near(dropped / n, .41, 4 * sqrt(.41 * .59) * both);
    assert_near(early / n, .023, 4 * sqrt(.023 * .977) * both);
    store_run_clear(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_start),
        cmocka_unit_test(long_enough_or_not),
        cmocka_unit_test(in_words),
        cmocka_unit_test(rhythm_of_a_day),
        cmocka_unit_test(where_it_is_said),
        cmocka_unit_test(in_json),
        cmocka_unit_test(steady_from_the_start),
    };
    return RUN_TESTS(tests);
}
