/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_arms.c - policies against each other in one world: who is told by which engine, that they share the
 * shelf, that what is summed over arms is what one policy gives where they are alike, and that a difference
 * is found where there is one and not where there is none.
 *
 * Bounds are those of quiet_world.h.
 */
#include "tests/validation/quiet_world.h"

/* So many arms, each with the policy of the scenario. */
static void give_arms(scenario *s, size_t n) {
    s->arm = calloc(n, sizeof *s->arm);
    assert_non_null(s->arm);
    s->p.arms = n;
    for (size_t i = 0; i < n; i++) {
        s->arm[i] = s->p.policy;
        s->p.arm[i] = (scenario_arm){.weight = 1, .name = {(char)('a' + i)}};
    }
}

static void finish(scenario *s) {
    free(s->arm);
    free(s);
}

/* With --log full. The caller clears it. */
static void run_one(const scenario *s, uint64_t seed, store_trial *t) {
    const char *broken = "no memory";
    double loop_s;
    if (sim_trial_run(s, seed, 0, false, SIM_LOG_FULL, t, &loop_s, &broken) != SIM_OK) fail_msg("%s", broken);
}

/* ---- two shoppers, one in each arm ---- */

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

/* Both wait, and who is told opens a minute later and buys if she can. The second arm takes a unit for real
 * once it has been there for an hour. */
static scenario *two_shoppers(const char *units, int64_t debounce_in) {
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "2"}, {"response.click.notify_me", "1"}, {"response.buy.notify_me", "1"},
            {"supply.restocks[0].after", "1d"}, {"supply.restocks[0].units", units});
    give_arms(s, 2);
    s->arm[1].trigger.debounce_in = debounce_in;
    return s;
}

/* The first seed under which shopper 0 is in the first arm and shopper 1 in the second. */
static void run_parted(const scenario *s, store_trial *t) {
    for (uint64_t seed = 1; seed < 200; seed++) {
        run_one(s, seed, t);
        double who = t->policy_arm[0].orders.n;
        if (who > 0 && who < 2 && t->decisions && t->decision[0].shopper == 0 &&
            t->decision[0].policy_arm == 0)
            return;
        store_trial_clear(t);
    }
    fail_msg("no seed parts them");
}

static void each_is_told_by_the_engine_of_her_arm(void **state) {
    (void)state;
    scenario *s = two_shoppers("2", HOUR);
    int64_t restock = s->p.run.start + 24 * HOUR;
    store_trial t;
    run_parted(s, &t);
    assert_int_equal(t.decisions, 2);
    for (uint32_t i = 0; i < 2; i++) {
        const store_decision_row *d = &t.decision[i];
        assert_string_equal(d->outcome, "sent");
        assert_int_equal(d->at, restock + (i ? HOUR : 0));
        assert_int_equal(d->shopper, i);
        assert_int_equal(d->touch, i); /* numbered over both engines, each of which calls it 0 */
        assert_int_equal(d->restock, i);
        assert_int_equal(d->policy_arm, i);
        assert_int_equal(t.restock[i].restock, i);
        assert_int_equal(t.restock[i].policy_arm, i);
        assert_int_equal(t.restock[i].restocked, restock);
        assert_int_equal(t.restock[i].orders, 1);
        assert_int_equal(t.order[i].shopper, i);
        assert_int_equal(t.order[i].at, restock + (i ? HOUR : 0) + MINUTE);
        assert_int_equal(t.order[i].credited_touch, i);
        assert_int_equal(t.order[i].policy_arm, i);
        const store_policy_arm *a = &t.policy_arm[i];
        assert_true(a->sends == 1 && a->recipients == 1 && a->clicked == 1 && a->clicked_oos == 0);
        assert_true(a->orders.n == 1 && a->orders.mean == 1 && a->revenue.mean == 10);
    }
    assert_int_equal(t.restocks, 2);
    store_trial_clear(&t);
    finish(s);
}

static void they_share_the_shelf(void **state) {
    (void)state;
    scenario *s = two_shoppers("1", HOUR); /* gone before the second arm believes in it */
    store_trial t;
    run_parted(s, &t);
    assert_int_equal(t.restocks, 1);
    assert_int_equal(t.orders, 1);
    assert_true(t.policy_arm[0].orders.mean == 1 && t.policy_arm[1].orders.mean == 0);
    assert_true(t.policy_arm[1].sends == 0 && t.policy_arm[1].orders.n == 1);
    store_trial_clear(&t);
    finish(s);

    s = two_shoppers("1", 30000); /* told half a minute later, she comes half a minute too late */
    run_parted(s, &t);
    assert_int_equal(t.touches, 2);
    assert_true(t.policy_arm[0].clicked_oos == 0 && t.policy_arm[1].clicked_oos == 1);
    /* The other arm's buyer had been pushed about the same units: no organic buyer took them. */
    assert_string_equal(t.touch[1].landing, "batch_too_large");
    store_trial_clear(&t);
    finish(s);
}

/* ---- arms that are alike ---- */

/* Much happens, every send at once: then which engine sends it makes no difference. */
static scenario *busy_world(void) {
    scenario *s = quiet_world();
    SET_ALL(
        s, {"run.horizon", "20d"}, {"run.warmup", "2d"}, {"shoppers.count", "600"},
        {"shoppers.visit_rate", "0.3"}, {"shoppers.visit_buy", "0.2"}, {"shoppers.optin.ios", "0.6"},
        {"catalog.products", "2"}, {"catalog.variants[0].name", "S"}, {"catalog.variants[1].name", "M"},
        {"organic.rate", "6"}, {"supply.mode", "lead_time"}, {"supply.lead_time.mean", "2d"},
        {"supply.quantity.dist", "poisson"}, {"supply.quantity.mean", "9"},
        {"interest.initial.notify_me", "0.3"}, {"interest.initial_age", "10d"},
        {"interest.signal.notify_me", "0.3"}, {"interest.lapse_scale", "20d"},
        {"interest.return_rate", "0.1"}, {"interest.return_buy", "0.3"}, {"feed.latency.dist", "exponential"},
        {"feed.latency.mean", "5min"}, {"response.sold_out_leaves", "0.5"}, {"response.optout", "0.02"},
        {"response.checkout.mean", "3min"}, {"provider.unregistered", "0.02"}, {"provider.offline", "0.2"},
        {"policy.holdout.fraction", "0.3"}, {"policy.recent_notice.window", "2d"},
        {"policy.caps[0].count", "2"}, {"policy.caps[0].per", "7d"}, {"attribution.outcome_window", "7d"});
    open_delay(s, "exponential", "40min");
    return s;
}

/* What there is once for each engine. */
static bool by_engine(int tally) {
    return tally == STORE_T_campaigns || tally == STORE_T_campaigns_sent ||
           tally == STORE_T_campaigns_gone_1h;
}

static void equal_arms_are_one_policy(void **state) {
    (void)state;
    scenario *s = busy_world();
    store_trial one, two;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        s->p.arms = 0;
        run_one(s, seed, &one);
        if (!s->arm) give_arms(s, 3);
        s->p.arms = 3;
        run_one(s, seed, &two);
        assert_true(one.tally[STORE_T_sends] > 200 && one.tally[STORE_T_orders_push] > 10);
        for (int i = 0; i < STORE_TALLY_COUNT; i++)
            if (!by_engine(i)) assert_near(two.tally[i], one.tally[i], 1e-9);
        assert_memory_equal(one.moments, two.moments, sizeof one.moments);
        store_trial_clear(&one);
        store_trial_clear(&two);
    }
    finish(s);
}

typedef struct {
    double net_by_shoppers, shoppers;
    double sends, ghosts, recipients, clicked, clicked_oos;
} arm_sums;

static void sums_over_arms_are_the_worlds(void **state) {
    (void)state;
    scenario *s = busy_world();
    give_arms(s, 3);
    s->p.arm[2].weight = 3;
    s->arm[1].throttle.mode = BIS_THROTTLE_BATCH;
    s->arm[1].throttle.size = 3;
    s->arm[2].throttle.jitter = 20 * MINUTE;
    store_trial t;
    run_one(s, 3, &t);
    arm_sums sum = {0};
    for (size_t i = 0; i < 3; i++) {
        const store_policy_arm *a = &t.policy_arm[i];
        sum.net_by_shoppers += a->orders.n * a->orders.mean;
        sum.shoppers += a->orders.n;
        sum.sends += a->sends;
        sum.ghosts += a->ghosts;
        sum.recipients += a->recipients;
        sum.clicked += a->clicked;
        sum.clicked_oos += a->clicked_oos;
        double share = s->p.arm[i].weight / 5;
        assert_near(a->orders.n / 600, share, 4 * sqrt(share * (1 - share) / 600));
        assert_near(a->revenue.mean, 10 * a->orders.mean, 1e-12);
        assert_true(a->sends > 20 && a->ghosts > 5);
    }
    double known = 0;
    for (size_t i = 0; i < t.orders; i++)
        if (t.order[i].shopper != UINT32_MAX && t.order[i].at >= s->p.run.start + s->p.run.warmup)
            known += t.order[i].units - t.order[i].oversold;
    assert_near(sum.net_by_shoppers, known, 1e-6);
    assert_true(sum.shoppers == 600);
    assert_true(sum.sends == t.tally[STORE_T_sends] && sum.ghosts == t.tally[STORE_T_ghosts]);
    assert_true(sum.recipients == t.tally[STORE_T_recipients] && sum.clicked == t.tally[STORE_T_clicked]);
    assert_true(sum.clicked_oos == sold_out_clicks(&t) && sum.clicked_oos > 0);
    store_trial_clear(&t);
    finish(s);
}

static void read_true_orders(const store_trial *t, void *context) {
    double *x = context;
    x[0] += t->tally[STORE_T_true_orders];
    x[1] += t->tally[STORE_T_true_store_orders];
}

/* The twins treat all or nobody in every arm: so with equal arms they are those of one policy. */
static void twins_are_of_all_arms(void **state) {
    (void)state;
    scenario *s = busy_world();
    double one[2] = {0}, two[2] = {0};
    run_trials(s, 5, 4, true, read_true_orders, one);
    give_arms(s, 2);
    run_trials(s, 5, 4, true, read_true_orders, two);
    assert_true(one[0] > 0);
    assert_true(one[0] == two[0] && one[1] == two[1]);
    finish(s);
}

/* ---- differences ---- */

typedef struct {
    sample orders, clicked_oos, sends;
} differences;

static void read_differences(const store_trial *t, void *context) {
    differences *x = context;
    const store_policy_arm *a = &t->policy_arm[0], *b = &t->policy_arm[1];
    sample_add(&x->orders, b->orders.mean - a->orders.mean);
    sample_add(&x->clicked_oos, b->clicked_oos / b->orders.n - a->clicked_oos / a->orders.n);
    sample_add(&x->sends, b->sends / b->orders.n - a->sends / a->orders.n);
}

/* One restock, so that an engine that always came first would show: the provider takes 20 pushes a minute. */
static void equal_arms_differ_by_nothing(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "400"}, {"supply.restocks[0].after", "1d"}, {"provider.quota", "20"},
            {"provider.retries", "20"}, {"response.click.notify_me", "0.6"});
    give_arms(s, 2);
    differences x = {0};
    run_trials(s, 9, 200, false, read_differences, &x);
    assert_mean(&x.orders, 0);
    assert_mean(&x.clicked_oos, 0);
    assert_mean(&x.sends, 0);
    assert_true(sample_sd(&x.orders) > 0 && sample_sd(&x.clicked_oos) > 0);
    finish(s);
}

/* Telling all at once sends too many for a dozen units; batches of three, looked at every hour, do not. */
static void all_at_once_meets_sold_out_more_often_than_batches(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].after", "1d"}, {"response.click.notify_me", "0.6"});
    open_delay(s, "exponential", "20min");
    give_arms(s, 2);
    s->arm[1].throttle.mode = BIS_THROTTLE_BATCH;
    s->arm[1].throttle.size = 3;
    s->arm[1].throttle.every = HOUR;
    differences x = {0};
    run_trials(s, 9, 60, false, read_differences, &x);
    assert_true(x.clicked_oos.mean < -4 * sample_sd(&x.clicked_oos) / sqrt(x.clicked_oos.n));
    assert_true(x.orders.mean < -4 * sample_sd(&x.orders) / sqrt(x.orders.n)); /* and they get less */
    finish(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_by_the_engine_of_her_arm),
        cmocka_unit_test(they_share_the_shelf),
        cmocka_unit_test(equal_arms_are_one_policy),
        cmocka_unit_test(sums_over_arms_are_the_worlds),
        cmocka_unit_test(twins_are_of_all_arms),
        cmocka_unit_test(equal_arms_differ_by_nothing),
        cmocka_unit_test(all_at_once_meets_sold_out_more_often_than_batches),
    };
    return RUN_TESTS(tests);
}
