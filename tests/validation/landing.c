/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * landing.c - what becomes of a click, in the whole simulator against hand arithmetic: links that do not
 * open, pages that are slow, pages from which the variant has to be found.
 */
#include "tests/validation/quiet_world.h"

enum { RUNS = 1500 };

static tallies run(const scenario *s, uint64_t seed, store_tally last) {
    tallies x = OF(STORE_T_clicked, STORE_T_pages, STORE_T_orders, last);
    run_trials(s, seed, RUNS, false, read_tallies, &x);
    return x;
}

/* 200 are told at once; 0.5 click, and 0.4 of those who see units buy. */
static scenario *blast(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "1000"}, {"response.click.notify_me", "0.5"},
            {"response.buy.notify_me", "0.4"});
    return s;
}

static void orders_fall_by_what_is_lost_on_the_way(void **state) {
    (void)state;
    scenario *s = blast();
    tallies x = run(s, 41, STORE_T_credited_orders);
    assert_mean(&x.x[2], 200 * .5 * .4);
    assert_near(x.x[1].mean, x.x[0].mean, 0);
    SET_ALL(s, {"landing.failure", "0.1"}, {"landing.target.variant", "5"}, {"landing.target.product", "3"},
            {"landing.target.home", "2"}, {"landing.find_variant.product", "0.8"},
            {"landing.find_variant.home", "0.3"});
    tallies y = run(s, 41, STORE_T_credited_orders);
    const double finds = .5 + .3 * .8 + .2 * .3;
    assert_near(y.x[0].mean, x.x[0].mean, 0); /* they click all the same */
    assert_mean(&y.x[1], 200 * .5 * .9 * (.5 + .3 + .2 * .3));
    assert_mean(&y.x[2], 200 * .5 * .9 * finds * .4);
    assert_near(y.x[3].mean, y.x[2].mean, 0);
    free(s);
}

static void slow_pages_lose_some(void **state) {
    (void)state;
    scenario *s = blast();
    SET_ALL(s, {"landing.delay.mean", "4s"}, {"landing.abandon_per_s", "0.1"});
    tallies x = run(s, 42, STORE_T_credited_orders);
    assert_mean(&x.x[0], 200 * .5);
    assert_mean(&x.x[1], 200 * .5 * exp(-.4));
    assert_mean(&x.x[2], 200 * .5 * exp(-.4) * .4);
    set(s, "landing.delay.dist", "exponential"); /* E exp(-0.1 T) = 1 / (1 + 0.4) */
    x = run(s, 43, STORE_T_credited_orders);
    assert_mean(&x.x[1], 200 * .5 / 1.4);
    free(s);
}

/* Who does not get to see the variant does not find it sold out. The storefront shows nothing yet. */
static void so_do_sold_out_landings(void **state) {
    (void)state;
    scenario *s = blast();
    SET_ALL(s, {"storefront.latency.mean", "3h"}, {"landing.failure", "0.2"}, {"landing.target.variant", "0"},
            {"landing.target.home", "1"}, {"landing.find_variant.home", "0.6"},
            {"response.optout_sold_out", "1"}, {"response.optout_within", "0"});
    tallies x = run(s, 44, STORE_T_oos_stale_storefront);
    assert_mean(&x.x[3], 200 * .5 * .8 * .6);
    assert_mean(&x.x[1], 200 * .5 * .8 * .6);
    assert_near(x.x[2].mean, 0, 0);
    x = run(s, 44, STORE_T_optouts);
    assert_mean(&x.x[3], 200 * .5 * .8 * .6);
    /* What counts is what is there when the page shows: two hours on, all of it. */
    SET_ALL(s, {"storefront.latency.mean", "1h"}, {"landing.delay.mean", "2h"});
    x = run(s, 45, STORE_T_oos_stale_storefront);
    assert_near(x.x[3].mean, 0, 0);
    assert_mean(&x.x[2], 200 * .5 * .8 * .6 * .4);
    free(s);
}

/* The rows of --log full say what became of each click; two hours before the end some pages still load. */
static void rows_say_why(void **state) {
    (void)state;
    static const char *const name[] = {"in_stock", "link_failed", "left", "not_found", "loading"};
    const double left = 1 - exp(-.1), slow = .9 * exp(-.1),
                 want[] = {slow * .5 * .7, .1, .9 * left, slow * .5 * .3, slow * .5};
    double n[5] = {0}, all = 0;
    scenario *s = blast();
    SET_ALL(s, {"landing.failure", "0.1"}, {"landing.delay.dist", "uniform"}, {"landing.delay.min", "100s"},
            {"landing.delay.max", "100s"}, {"landing.abandon_per_s", "0.001"},
            {"landing.target.variant", "0"}, {"landing.target.product", "1"},
            {"landing.find_variant.product", "0.7"}, {"run.horizon", "1d"}, {"shoppers.count", "20000"},
            {"supply.restocks[0].units", "100000"}, {"response.open_delay.ios.dist", "uniform"},
            {"response.open_delay.android.dist", "uniform"}, {"response.open_delay.web.dist", "uniform"});
    const char *const platform[] = {"ios", "android", "web"};
    for (int i = 0; i < 3; i++) { /* half of the clicks fall into the last 100 s */
        char path[64];
        snprintf(path, sizeof path, "response.open_delay.%s.max", platform[i]);
        set(s, path, "86400s");
        snprintf(path, sizeof path, "response.open_delay.%s.min", platform[i]);
        set(s, path, "86200s");
    }
    store_trial *t = calloc(1, sizeof *t);
    const char *broken = "no memory";
    double loop_s;
    assert_non_null(t);
    assert_int_equal(sim_trial_run(s, 46, 0, false, SIM_LOG_FULL, t, &loop_s, &broken), SIM_OK);
    for (size_t i = 0; i < t->touches; i++)
        for (int k = 0; k < 5; k++)
            if (strcmp(t->touch[i].landing, name[k]) == 0) n[k]++, all++;
    assert_near(all, t->tally[STORE_T_clicked], 0);
    for (int k = 0; k < 5; k++)
        assert_near(n[k] / all, want[k], 4 * sqrt(want[k] * (1 - want[k]) / all));
    store_trial_clear(t);
    free(t);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_fall_by_what_is_lost_on_the_way),
        cmocka_unit_test(slow_pages_lose_some),
        cmocka_unit_test(so_do_sold_out_landings),
        cmocka_unit_test(rows_say_why),
    };
    return RUN_TESTS(tests);
}
