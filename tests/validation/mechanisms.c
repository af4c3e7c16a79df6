/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mechanisms.c - one mechanism at a time: each does what its name says, costs nothing when off, and leaves
 * the others alone. Twins, causes of sold-out clicks, accounting, warm-up, threads.
 */
#include "tests/validation/quiet_world.h"

#include "sim/runner.h"

/* A world in which everything happens at once. */
static scenario *busy_world(void) {
    scenario *s = quiet_world();
    SET_ALL(
        s, {"run.horizon", "20d"}, {"shoppers.count", "600"}, {"shoppers.visit_rate", "0.3"},
        {"shoppers.visit_cv", "0.5"}, {"shoppers.visit_buy", "0.2"}, {"shoppers.optin.ios", "0.6"},
        {"shoppers.optin.android", "0.7"}, {"catalog.products", "2"}, {"catalog.popularity", "1"},
        {"catalog.variants[0].name", "S"}, {"catalog.variants[0].share", "1"},
        {"catalog.variants[1].name", "M"}, {"catalog.variants[1].share", "2"}, {"organic.rate", "6"},
        {"supply.mode", "lead_time"}, {"supply.lead_time.dist", "gamma"}, {"supply.lead_time.mean", "3d"},
        {"supply.lead_time.cv", "0.5"}, {"supply.quantity.dist", "poisson"}, {"supply.quantity.mean", "9"},
        {"interest.initial.notify_me", "0.3"}, {"interest.initial_age", "10d"},
        {"interest.signal.notify_me", "0.3"}, {"interest.signal.wishlist", "0.1"},
        {"interest.lapse_scale", "20d"}, {"interest.return_rate", "0.1"}, {"interest.return_buy", "0.3"},
        {"feed.latency.dist", "exponential"}, {"feed.latency.mean", "5min"},
        {"storefront.latency.dist", "lognormal"}, {"storefront.latency.median", "2min"},
        {"storefront.latency.sigma", "0.8"}, {"response.sold_out_leaves", "0.5"}, {"response.optout", "0.02"},
        {"response.checkout.mean", "3min"}, {"response.buy.wishlist", "0.3"},
        {"response.click.wishlist", "0.2"}, {"provider.unregistered", "0.02"},
        {"provider.unavailable", "0.1"}, {"provider.offline", "0.2"},
        {"provider.latency.dist", "exponential"}, {"provider.latency.mean", "2min"},
        {"policy.holdout.fraction", "0.3"}, {"policy.throttle.mode", "batch"}, {"policy.throttle.size", "10"},
        {"policy.throttle.every", "30min"}, {"policy.throttle.jitter", "5min"},
        {"attribution.outcome_window", "7d"}, {"attribution.click", "24h"}, {"attribution.view", "24h"},
        {"policy.recent_notice.window", "2d"}, {"policy.caps[0].count", "2"}, {"policy.caps[0].per", "7d"});
    open_delay(s, "exponential", "40min");
    return s;
}

/* ---- twins ---- */

typedef struct {
    double effect, sends, population;
} twin_sums;

static void read_twins(const store_trial *t, void *context) {
    twin_sums *x = context;
    x->effect += fabs(t->tally[STORE_T_true_orders]) + fabs(t->tally[STORE_T_true_store_orders]);
    x->sends += t->tally[STORE_T_sends];
    x->population += t->tally[STORE_T_population];
}

static void a_push_without_effect_has_exactly_none(void **state) {
    (void)state;
    scenario *s = busy_world();
    SET_ALL(s, {"response.click.notify_me", "0"}, {"response.click.wishlist", "0"},
            {"response.click.cart", "0"}, {"response.click.browse", "0"});
    twin_sums none = {0}, some = {0};
    run_trials(s, 7, 40, true, read_twins, &none);
    assert_true(none.sends > 500);
    assert_true(none.population > 500);
    assert_true(none.effect == 0); /* not nearly: not one order differs in any replication */
    SET_ALL(s, {"response.click.notify_me", "0.5"});
    run_trials(s, 7, 40, true, read_twins, &some);
    assert_true(some.effect > 0);
    free(s);
}

static void read_lift_sum(const store_trial *t, void *context) {
    sample_add(context, t->tally[STORE_T_true_orders]);
}

static void holdout_does_not_move_the_truth_of_ample_stock(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "10000"}, {"policy.holdout.fraction", "0.1"});
    sample few = {0}, many = {0};
    run_trials(s, 3, 50, true, read_lift_sum, &few);
    set(s, "policy.holdout.fraction", "0.9");
    run_trials(s, 3, 50, true, read_lift_sum, &many);
    assert_true(few.mean == many.mean); /* the twins have the fractions 0 and 1, whatever the base has */
    assert_true(few.mean > 0);
    free(s);
}

/* ---- causes of sold-out clicks ---- */

static void read_causes(const store_trial *t, void *context) {
    double *n = context;
    for (int i = 0; i < 6; i++)
        n[i] += t->tally[STORE_T_oos_stale_storefront + i];
}

/* Asserts that sold-out clicks exist and are all of one cause. */
static void assert_only(const scenario *s, int cause) {
    double n[6] = {0};
    run_trials(s, 5, 30, false, read_causes, n);
    for (int i = 0; i < 6; i++) {
        if (i == cause)
            assert_true(n[i] > 20);
        else
            assert_near(n[i], 0, 0);
    }
}

static void each_cause_by_itself(void **state) {
    (void)state;
    scenario *s = quiet_world(); /* all open after the same minute: only the number told can be to blame */
    assert_only(s, 5);
    free(s);

    s = quiet_world(); /* the storefront learns of the restock long after the push */
    set(s, "storefront.latency.mean", "3h");
    assert_only(s, 0);
    free(s);

    s = quiet_world(); /* gone before the engine hears of it */
    SET_ALL(s, {"organic.rate", "28800"}, {"feed.latency.mean", "2h"});
    assert_only(s, 1);
    free(s);

    s = quiet_world(); /* anonymous buyers empty the shelf while the pushes are still unread */
    SET_ALL(s, {"organic.rate", "28800"}, {"supply.restocks[0].units", "12"});
    open_delay(s, "fixed", "30min");
    assert_only(s, 2);
    free(s);
}

static void read_first_causes(const store_trial *t, void *context) {
    double *n = context;
    n[0] += t->tally[STORE_T_oos_push_latency];
    n[1] += t->tally[STORE_T_oos_late_open];
    n[2] += t->tally[STORE_T_oos_stale_storefront] + t->tally[STORE_T_oos_stale_feed] +
            t->tally[STORE_T_oos_organic];
}

static void slow_delivery_and_late_opens(void **state) {
    (void)state;
    scenario *s = quiet_world(); /* delivery takes up to hours; opened at once */
    SET_ALL(s, {"provider.latency.dist", "exponential"}, {"provider.latency.mean", "3h"});
    open_delay(s, "fixed", "0");
    double slow[3] = {0}, late[3] = {0};
    run_trials(s, 5, 60, false, read_first_causes, slow);
    assert_true(slow[0] > 100);
    assert_near(slow[1] + slow[2], 0, 0);
    free(s);
    s = quiet_world(); /* delivered at once; opened after hours */
    open_delay(s, "exponential", "5h");
    run_trials(s, 5, 60, false, read_first_causes, late);
    assert_true(late[1] > 100);
    assert_near(late[0] + late[2], 0, 0);
    free(s);
}

/* ---- accounting: the world's own checks run in every trial; here the money ---- */

static void read_money(const store_trial *t, void *context) {
    const double *v = t->tally;
    double *seen = context;
    double net = v[STORE_T_gross_revenue] - v[STORE_T_cancelled_revenue];
    assert_near(v[STORE_T_gross_revenue], 10 * v[STORE_T_orders], 1e-9);
    assert_near(net, 10 * v[STORE_T_units_sold], 1e-9);
    assert_near(v[STORE_T_orders_push] + v[STORE_T_orders_return] + v[STORE_T_orders_visit] +
                    v[STORE_T_orders_organic],
                v[STORE_T_orders], 0);
    assert_true(v[STORE_T_delivered] <= v[STORE_T_accepted] && v[STORE_T_accepted] <= v[STORE_T_sends]);
    assert_true(v[STORE_T_population_reached] <= v[STORE_T_population]);
    double failed = 0;
    for (int i = STORE_T_fail_unregistered; i <= STORE_T_fail_ttl; i++)
        failed += v[i];
    assert_true(v[STORE_T_delivered] + failed <= v[STORE_T_sends]); /* the rest is under way at the end */
    seen[0] += v[STORE_T_orders_push];
    seen[1] += v[STORE_T_oversold_units];
    seen[2] += v[STORE_T_checkout_oos];
    seen[3] += v[STORE_T_optouts];
    seen[4] += failed;
}

static void sums_hold_in_a_busy_world(void **state) {
    (void)state;
    scenario *s = busy_world();
    double seen[5] = {0};
    run_trials(s, 99, 60, false, read_money, seen);
    for (int i = 0; i < 5; i++)
        assert_true(seen[i] > 0); /* every mechanism was exercised */
    set(s, "run.warmup", "8d");
    run_trials(s, 99, 60, false, read_money, seen);
    free(s);
}

/* ---- reach: a slot that jitter puts off is lost when the stock is gone first ---- */

typedef struct {
    sample reached, sends;
} reach_sample;

static void read_reach(const store_trial *t, void *context) {
    reach_sample *x = context;
    assert_near(t->tally[STORE_T_population], 200, 0); /* assigned before the jitter */
    sample_add(&x->reached, t->tally[STORE_T_population_reached]);
    sample_add(&x->sends, t->tally[STORE_T_sends]);
}

static void jitter_costs_reach(void **state) {
    (void)state;
    scenario *s = quiet_world(); /* 600 organic units an hour: the hundred are gone after 10 min of 100 min */
    SET_ALL(s, {"policy.throttle.jitter", "100min"}, {"organic.rate", "14400"},
            {"supply.restocks[0].units", "100"}, {"response.click.notify_me", "0"});
    reach_sample x = {0};
    run_trials(s, 17, 400, false, read_reach, &x);
    /* sent before T ~ gamma(100, 600/h), mean 10 min, at 2 a minute */
    assert_mean(&x.reached, 20);
    assert_near(x.sends.mean, x.reached.mean, 0);
    free(s);
}

/* ---- warm-up: a count after the warm-up is the whole count less the count before ---- */

static void read_orders(const store_trial *t, void *context) {
    *(double *)context += t->tally[STORE_T_orders];
}

static void warmup_only_stops_counting(void **state) {
    (void)state;
    scenario *s = busy_world();
    double whole = 0, after = 0, before = 0;
    run_trials(s, 4, 10, false, read_orders, &whole);
    set(s, "run.warmup", "8d");
    run_trials(s, 4, 10, false, read_orders, &after);
    SET_ALL(s, {"run.warmup", "0"}, {"run.horizon", "8d"});
    run_trials(s, 4, 10, false, read_orders, &before);
    assert_true(before > 0 && after > 0);
    assert_near(before + after, whole, 0);
    free(s);
}

/* ---- threads ---- */

static void threads_do_not_change_a_bit(void **state) {
    (void)state;
    scenario *s = busy_world();
    s->path = "busy.yaml";
    s->text = "";
    char error[STORE_ERROR_SIZE];
    store_run one = {0}, two = {0}, other = {0};
    sim_run_options o = {.seed = 12, .replications = 8, .threads = 1, .twins = true};
    assert_int_equal(sim_run(s, &o, &one, error), SIM_OK);
    o.threads = 3;
    assert_int_equal(sim_run(s, &o, &two, error), SIM_OK);
    o.seed = 13;
    assert_int_equal(sim_run(s, &o, &other, error), SIM_OK);
    size_t flat = offsetof(store_trial, ledger);
    for (size_t i = 0; i < 8; i++) {
        assert_memory_equal(&one.trial[i], &two.trial[i], flat);
        assert_int_not_equal(memcmp(&one.trial[i], &other.trial[i], flat), 0);
    }
    assert_int_equal(one.trial[0].restocks, two.trial[0].restocks);
    store_run_clear(&one);
    store_run_clear(&two);
    store_run_clear(&other);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_push_without_effect_has_exactly_none),
        cmocka_unit_test(holdout_does_not_move_the_truth_of_ample_stock),
        cmocka_unit_test(each_cause_by_itself),
        cmocka_unit_test(slow_delivery_and_late_opens),
        cmocka_unit_test(sums_hold_in_a_busy_world),
        cmocka_unit_test(jitter_costs_reach),
        cmocka_unit_test(warmup_only_stops_counting),
        cmocka_unit_test(threads_do_not_change_a_bit),
    };
    return RUN_TESTS(tests);
}
