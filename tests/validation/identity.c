/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * identity.c - clicks and orders that the shop cannot link, in the whole simulator against hand arithmetic:
 * what is credited, what it would be, and what the engine hears of.
 */
#include "tests/validation/quiet_world.h"

enum { RUNS = 1500 };

static tallies run(const scenario *s, uint64_t seed) {
    tallies x = OF(STORE_T_orders, STORE_T_credited_orders_true, STORE_T_credited_orders, STORE_T_clicked);
    run_trials(s, seed, RUNS, false, read_tallies, &x);
    return x;
}

/* 0.5 x 0.6 of what happens is not linked. */
static const double unlinked = .3;
static scenario *devices(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "1000"}, {"identity.other_device", "0.5"},
            {"identity.link_rate", "0.4"});
    return s;
}

static void orders_at_the_landing(void **state) {
    (void)state;
    scenario *s = devices();
    SET_ALL(s, {"response.click.notify_me", "0.5"}, {"response.buy.notify_me", "0.4"},
            {"attribution.view", "60d"});
    tallies x = run(s, 51);
    assert_mean(&x.x[0], 200 * .5 * .4);
    assert_near(x.x[1].mean, x.x[0].mean, 0);
    assert_mean(&x.x[2], 200 * .5 * .4 * (1 - unlinked));
    assert_mean(&x.x[3], 200 * .5);
    SET_ALL(s, {"identity.other_device", "0"});
    tallies y = run(s, 51);
    assert_near(y.x[0].mean, x.x[0].mean, 0);
    assert_near(y.x[2].mean, x.x[0].mean, 0);
    free(s);
}

/* All click and come back to buy: credited by click if click and order are linked, by view if the order is.
 */
static void orders_of_those_who_come_back(void **state) {
    (void)state;
    scenario *s = devices();
    SET_ALL(s, {"response.click.notify_me", "1"}, {"response.buy.notify_me", "0"},
            {"interest.return_rate", "2"}, {"interest.return_buy", "1"});
    tallies x = run(s, 52);
    assert_near(x.x[0].mean, 200, 0);
    assert_mean(&x.x[2], 200 * (1 - unlinked) * (1 - unlinked));
    set(s, "attribution.view", "60d");
    x = run(s, 52);
    assert_mean(&x.x[2], 200 * (1 - unlinked));
    assert_mean(&x.x[1], 200);
    set(s, "response.click.notify_me", "0");
    x = run(s, 52);
    assert_mean(&x.x[2], 200 * (1 - unlinked));
    assert_mean(&x.x[1], 200);
    free(s);
}

/* All buy before anybody is told, for want of units; when there are enough, those of whose order the engine
 * has heard are not told for having bought lately. */
static void the_engine_does_not_know_them(void **state) {
    (void)state;
    scenario *s = devices();
    SET_ALL(s, {"interest.return_rate", "2"}, {"interest.return_buy", "1"}, {"policy.min_stock", "2000"},
            {"policy.mode", "threshold"}, {"policy.recent_purchase.window", "60d"},
            {"supply.restocks[1].after", "30d"}, {"supply.restocks[1].units", "5000"});
    tallies x = OF(STORE_T_orders, STORE_T_sends, STORE_T_clicked, STORE_T_waiting_units);
    run_trials(s, 53, RUNS, false, read_tallies, &x);
    assert_near(x.x[0].mean, 200, 0);
    assert_mean(&x.x[1], 200 * unlinked);
    assert_near(x.x[2].mean, 0, 0); /* they have it already */
    assert_near(x.x[3].mean, 0, 0);
    free(s);
}

static void read_revenue(const store_trial *t, void *context) {
    const double *v = t->tally;
    assert_near(v[STORE_T_credited_revenue_true], 10 * v[STORE_T_credited_orders_true], 1e-9);
    assert_near(v[STORE_T_credited_revenue], 10 * v[STORE_T_credited_orders], 1e-9);
    *(double *)context += v[STORE_T_credited_orders_true] - v[STORE_T_credited_orders];
}

static void revenue_goes_with_them(void **state) {
    (void)state;
    scenario *s = devices();
    double more = 0;
    run_trials(s, 54, 20, false, read_revenue, &more);
    assert_true(more > 0);
    free(s);
}

/* The more return by themselves, the more of all orders are theirs, on common random numbers. */
static void read_shares(const store_trial *t, void *context) {
    double *n = context;
    n[0] += t->tally[STORE_T_orders_return];
    n[1] += t->tally[STORE_T_orders];
}

static void the_organic_share_rises_with_the_rate_of_return(void **state) {
    (void)state;
    static const char *const rate[] = {"0", "0.02", "0.1", "0.5", "2"};
    double last = -1;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "1000"}, {"interest.return_buy", "0.3"}, {"run.horizon", "14d"},
            {"policy.holdout.fraction", "0.3"}, {"response.click.notify_me", "0.5"});
    for (int i = 0; i < 5; i++) {
        double n[2] = {0};
        set(s, "interest.return_rate", rate[i]);
        run_trials(s, 55, 40, false, read_shares, n);
        assert_true(n[0] / n[1] > last);
        last = n[0] / n[1];
    }
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_at_the_landing),
        cmocka_unit_test(orders_of_those_who_come_back),
        cmocka_unit_test(the_engine_does_not_know_them),
        cmocka_unit_test(revenue_goes_with_them),
        cmocka_unit_test(the_organic_share_rises_with_the_rate_of_return),
    };
    return RUN_TESTS(tests);
}
