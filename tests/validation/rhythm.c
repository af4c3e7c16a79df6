/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rhythm.c - the daily and weekly pattern in the whole simulator: how many come in each hour of the local
 * week, across the setting of the clocks, and how many in all.
 */
#include "tests/validation/quiet_world.h"

#include <gsl/gsl_cdf.h>

#include "sim/memory.h"
#include "sim/world.h"

#define MINUTE INT64_C(60000)
#define HOUR   INT64_C(3600000)
#define DAY    INT64_C(86400000)

static const double hour_weight[24] = {.2,  .1, .1, 0,  0,   0,   .4, .8,  1.2, 1,   1, 1.1,
                                       1.3, 1,  .9, .9, 1.1, 1.4, 2,  2.2, 2,   1.5, 1, .5};
static const double day_weight[7] = {1.2, 1, .9, 1, .7, .4, 2};

/* Summer time from the second step to the third: in New York that of 2026, elsewhere nonsense. */
static const bis_zone_step summer[] = {{0, -5 * HOUR},
                                       {INT64_C(1772953200000), -4 * HOUR},  /* 2026-03-08 7:00 UTC */
                                       {INT64_C(1793512800000), -5 * HOUR}}; /* 2026-11-01 6:00 UTC */
static const bis_zone_step nepal[] = {{0, 345 * MINUTE}};

static void give_pattern(scenario *s) {
    for (size_t i = 0; i < 24; i++)
        s->p.shoppers.hour[i].weight = hour_weight[i];
    for (size_t i = 0; i < 7; i++)
        s->p.shoppers.weekday[i].weight = day_weight[i];
    s->p.shoppers.hours = 24;
    s->p.shoppers.weekdays = 7;
}

/* The pattern's weight at an instant. */
static double weight_at(const bis_zone *zone, int64_t at) {
    static const double hours = 21.7, days = 7.2; /* the sums of the weights above */
    int64_t since = at + bis_zone_offset(zone, at) - 4 * DAY;
    return hour_weight[since / HOUR % 24] * day_weight[since / DAY % 7] / (hours / 24 * days / 7);
}

/* ---- by itself ---- */

/* The time by which `ms` of mean activity have passed, minute by minute. */
static double walked(const bis_zone *zone, int64_t at, double ms) {
    for (;; at += MINUTE) {
        double holds = weight_at(zone, at) * (double)MINUTE;
        if (ms < holds) return (double)at + ms / holds * (double)MINUTE;
        ms -= holds;
    }
}

static void across_the_setting_of_the_clocks(void **state) {
    (void)state;
    bis_zone zone[] = {{summer, 3}, {nepal, 1}};
    scenario *s = quiet_world();
    give_pattern(s);
    s->p.shoppers.zones = s->zones = 2;
    s->zone = zone;
    s->p.shoppers.zone[0].share = s->p.shoppers.zone[1].share = 1;
    sim_world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->s = s;
    w->p = &s->p;
    w->shoppers = 2;
    w->start = INT64_C(1772323200000); /* 2026-03-01 */
    assert_true(sim_rhythm_init(w));
    w->rhythm.zone[1] = 1;
    for (int64_t at = w->start; at < w->start + 10 * DAY; at += 7 * HOUR + 13 * MINUTE)
        for (double ms = 1000; ms < 12.0 * (double)DAY; ms *= 3)
            for (uint32_t who = 0; who < 2; who++) {
                double want = walked(&zone[who], at, ms);
                assert_near((double)sim_rhythm_after(w, who, at, ms), want, 1.001);
            }
    /* 240 days on, and the main zone */
    double far = walked(&zone[0], w->start, 245.0 * (double)DAY);
    assert_near((double)sim_rhythm_after(w, SIM_NONE, w->start, 245.0 * (double)DAY), far, 1.01);
    sim_memory_free(w->rhythm.zone);
    free(w);
    free(s);
}

/* ---- who comes when ---- */

enum { CELLS = 168, RUNS = 12 };
typedef struct {
    double n[CELLS], missing, all;
} counts;

static void run_orders(const scenario *s, const bis_zone *zone, counts *out) {
    *out = (counts){0};
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        store_trial *t = calloc(1, sizeof *t);
        const char *broken = "no memory";
        double loop_s;
        assert_non_null(t);
        assert_int_equal(sim_trial_run(s, seed, 0, false, SIM_LOG_FULL, t, &loop_s, &broken), SIM_OK);
        for (size_t i = 0; i < t->orders; i++) {
            int64_t local = t->order[i].at + bis_zone_offset(zone, t->order[i].at);
            out->n[(local - 4 * DAY) / HOUR % CELLS]++;
            out->all++;
            /* the hour from 2:00 on of the day on which clocks go from 2:00 to 3:00 */
            out->missing += local >= INT64_C(1772935200000) && local < INT64_C(1772938800000);
        }
        store_trial_clear(t);
        free(t);
    }
}

/* What each hour of the local week should have, given the rate of all. */
static double expect(const scenario *s, const bis_zone *zone, double per_day, double cell[CELLS]) {
    double all = 0;
    memset(cell, 0, CELLS * sizeof *cell);
    for (int64_t at = s->p.run.start; at < s->p.run.start + s->p.run.horizon; at += 15 * MINUTE) {
        double n = RUNS * per_day / 96 * weight_at(zone, at);
        cell[(at + bis_zone_offset(zone, at) - 4 * DAY) / HOUR % CELLS] += n;
        all += n;
    }
    return all;
}

/* Pearson's statistic of independent Poisson counts with known means, of which those of 0 must be 0. */
static void assert_as_expected(const counts *got, const double cell[CELLS], double all) {
    double chi = 0, df = 0;
    for (int i = 0; i < CELLS; i++) {
        if (!(cell[i] > 0)) {
            assert_near(got->n[i], 0, 0);
            continue;
        }
        chi += (got->n[i] - cell[i]) * (got->n[i] - cell[i]) / cell[i];
        df++;
    }
    assert_in_range((int)df, 140, CELLS);
    assert_true(chi < gsl_cdf_chisq_Qinv(1e-5, df));
    assert_near(got->all, all, 4 * sqrt(all));
}

/* Everybody buys on each visit, of more units than will go; their zone sets its clocks on a Sunday. */
static scenario *visitors(const bis_zone *zone) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.start", "2026-03-02"}, {"run.horizon", "21d"}, {"interest.initial.notify_me", "0"},
            {"supply.restocks[0].units", "1000000"}, {"shoppers.count", "1000"},
            {"shoppers.visit_rate", "0.4"}, {"shoppers.visit_cv", "0"}, {"shoppers.visit_buy", "1"});
    give_pattern(s);
    s->p.shoppers.zones = s->zones = 1;
    s->zone = (bis_zone *)(void *)(uintptr_t)zone;
    return s;
}

static void visits_follow_the_clock(void **state) {
    (void)state;
    static const bis_zone zone[] = {{summer, 3}, {nepal, 1}};
    for (size_t i = 0; i < 2; i++) {
        scenario *s = visitors(&zone[i]);
        counts got;
        double cell[CELLS], all = expect(s, &zone[i], 400, cell);
        run_orders(s, &zone[i], &got);
        assert_as_expected(&got, cell, all);
        assert_true(i == 1 ? got.missing > 0 : got.missing == 0);
        free(s);
    }
}

static void anonymous_demand_follows_the_main_zone(void **state) {
    (void)state;
    static bis_zone zone[] = {{nepal, 1}, {summer, 3}};
    scenario *s = visitors(zone);
    SET_ALL(s, {"shoppers.visit_rate", "0"}, {"organic.rate", "400"}, {"catalog.products", "5"},
            {"shoppers.zones[1].name", "America/New_York"}, {"shoppers.zones[1].share", "1.5"});
    s->zones = 2;
    counts got;
    double cell[CELLS], all = expect(s, &zone[1], 400, cell);
    run_orders(s, &zone[1], &got);
    assert_as_expected(&got, cell, all);
    free(s);
}

/* Those who come back by themselves, of whom each buys once, before the end. */
static void returns_follow_the_clock(void **state) {
    (void)state;
    static const bis_zone zone = {summer, 3};
    scenario *s = visitors(&zone);
    SET_ALL(s, {"shoppers.visit_rate", "0"}, {"interest.initial.notify_me", "1"}, {"run.horizon", "60d"},
            {"interest.return_rate", "1"}, {"interest.return_buy", "1"}, {"policy.holdout.fraction", "1"});
    counts got;
    run_orders(s, &zone, &got);
    assert_near(got.all, RUNS * 1000, 0);
    for (int day = 0; day < 7; day++)
        for (int hour = 3; hour < 6; hour++)
            assert_near(got.n[24 * day + hour], 0, 0);
    free(s);
}

/* ---- switched off ---- */

static void read_whole(const store_trial *t, void *context) {
    double *sum = context;
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        sum[i] += t->tally[i];
}

static void equal_weights_change_nothing(void **state) {
    (void)state;
    static const bis_zone zone = {nepal, 1};
    double without[STORE_TALLY_COUNT] = {0}, with[STORE_TALLY_COUNT] = {0}, uneven[STORE_TALLY_COUNT] = {0};
    scenario *s = visitors(&zone);
    SET_ALL(s, {"organic.rate", "100"}, {"interest.return_rate", "0.3"}, {"interest.signal.notify_me", "1"},
            {"supply.restocks[0].units", "300"}, {"supply.restocks[1].after", "5d"},
            {"supply.restocks[1].units", "500"}, {"shoppers.visit_buy", "0.3"});
    run_trials(s, 5, 3, false, read_whole, uneven);
    for (int i = 0; i < 24; i++)
        s->p.shoppers.hour[i].weight = 0.7;
    for (int i = 0; i < 7; i++)
        s->p.shoppers.weekday[i].weight = 3;
    run_trials(s, 5, 3, false, read_whole, with);
    s->p.shoppers.hours = s->p.shoppers.weekdays = 0;
    run_trials(s, 5, 3, false, read_whole, without);
    assert_memory_equal(with, without, sizeof with);
    assert_int_not_equal(memcmp(with, uneven, sizeof with), 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(across_the_setting_of_the_clocks),       cmocka_unit_test(visits_follow_the_clock),
        cmocka_unit_test(anonymous_demand_follows_the_main_zone), cmocka_unit_test(returns_follow_the_clock),
        cmocka_unit_test(equal_weights_change_nothing),
    };
    return RUN_TESTS(tests);
}
