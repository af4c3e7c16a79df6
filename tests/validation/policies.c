/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * policies.c - what the engine is told of the world and what the world makes of its decisions, one rule at a
 * time: products matched as one, local time, regions, values, and the promise of oversell_safe.
 */
#include "tests/validation/quiet_world.h"

#include "models/population.h"

typedef struct {
    sample sends, stale_feed, orders, mismatch, sold_out, any;
} samples;

static double ledger_of(const store_trial *t, const char *reason) {
    double n = 0;
    for (size_t i = 0; i < t->ledger_rows; i++)
        if (strcmp(t->ledger[i].reason, reason) == 0) n += t->ledger[i].n;
    return n;
}

static void read_counts(const store_trial *t, void *context) {
    samples *x = context;
    sample_add(&x->sends, t->tally[STORE_T_sends]);
    sample_add(&x->stale_feed, t->tally[STORE_T_oos_stale_feed]);
    sample_add(&x->orders, t->tally[STORE_T_orders]);
    sample_add(&x->mismatch, ledger_of(t, "variant_mismatch"));
    sample_add(&x->sold_out, sold_out_clicks(t));
    sample_add(&x->any, sold_out_clicks(t) > 0);
}

static samples run(const scenario *s, uint64_t seed, uint32_t replications) {
    samples x = {.sends = {.n = 0}};
    run_trials(s, seed, replications, false, read_counts, &x);
    return x;
}

/* ---- match: product ---- */

/* One unit comes back, of variant A, which 60 % want. Told by product, all look; who wants B finds none of
 * it, and there was none when it was decided. */
static void a_product_is_one(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"catalog.variants[0].name", "A"}, {"catalog.variants[0].share", "0.6"},
            {"catalog.variants[1].name", "B"}, {"catalog.variants[1].share", "0.4"},
            {"supply.restocks[0].units", "1"});
    double one_buys = 1 - pow(1 - .6 * .2 * .3, 200);
    samples x = run(s, 201, 2000);
    assert_mean(&x.sends, 200 * .6);
    assert_near(x.stale_feed.mean, 0, 0);
    assert_near(x.orders.mean, one_buys, 4 * sqrt(one_buys * (1 - one_buys) / 2000));
    set(s, "policy.match", "product");
    x = run(s, 202, 2000);
    assert_near(x.sends.mean, 200, 0);
    assert_mean(&x.stale_feed, 200 * .4 * .2);
    assert_near(x.orders.mean, one_buys, 4 * sqrt(one_buys * (1 - one_buys) / 2000));
    set(s, "policy.sources.notify_me.exact", "true");
    x = run(s, 203, 2000);
    assert_mean(&x.sends, 200 * .6);
    assert_mean(&x.mismatch, 200 * .4);
    assert_near(x.sends.mean + x.mismatch.mean, 200, 1e-9);
    assert_near(x.stale_feed.mean, 0, 0);
    free(s);
}

/* The units of both variants are gone before the product is: the campaign's own time is that of the last. */
static void read_depletion(const store_trial *t, void *context) {
    double *x = context;
    x[0] += t->tally[STORE_T_campaigns];
    x[1] += t->hist[STORE_H_DEPLETION][store_hist_bin(2 * 3600000)];
}

static void a_product_is_gone_when_all_of_it_is(void **state) {
    (void)state;
    scenario *s = quiet_world(); /* A's only buyer comes after 2 h, B's after 5 min */
    SET_ALL(s, {"catalog.variants[0].name", "A"}, {"catalog.variants[1].name", "B"},
            {"supply.restocks[0].units", "2"}, {"response.click.notify_me", "1"},
            {"response.buy.notify_me", "1"}, {"response.checkout.mean", "2h"}, {"policy.match", "product"});
    open_delay(s, "fixed", "0");
    double x[2] = {0};
    run_trials(s, 204, 40, false, read_depletion, x);
    assert_near(x[0], 40, 0);
    assert_near(x[1], 40, 0);
    free(s);
}

/* ---- local time, regions, values ---- */

static void read_delay(const store_trial *t, void *context) {
    double *x = context;
    x[0] += t->hist[STORE_H_FRESHNESS][0];
    x[1] += t->hist[STORE_H_FRESHNESS][store_hist_bin(5 * 3600000)];
}

/* The restock is at 00:00 UTC, in an hour that is not quiet there, but is quiet until five hours later in
 * zone + 3 h. */
static void quiet_hours_are_local(void **state) {
    (void)state;
    const bis_zone_step east = {.from = 0, .offset = 3 * INT64_C(3600000)};
    bis_zone zone = {.n = 0};
    scenario *s = quiet_world();
    SET_ALL(s, {"policy.quiet_hours.start", "02:00"}, {"policy.quiet_hours.end", "08:00"});
    s->zone = &zone;
    s->zones = 1;
    double x[2] = {0};
    run_trials(s, 211, 5, false, read_delay, x);
    assert_near(x[0], 5, 0);
    zone = (bis_zone){.step = &east, .n = 1};
    double y[2] = {0};
    run_trials(s, 211, 5, false, read_delay, y);
    assert_near(y[0], 0, 0);
    assert_near(y[1], 5, 0);
    free(s);
}

static void regions_have_their_own_consents(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.optin.ios", "0.5"}, {"shoppers.optin.android", "0.5"},
            {"shoppers.optin.web", "0.5"}, {"policy.regions[0].name", "free"},
            {"policy.regions[0].require_optin", "false"}, {"shoppers.regions[0].name", ""},
            {"shoppers.regions[0].share", "3"}, {"shoppers.regions[1].name", "free"},
            {"shoppers.regions[1].share", "1"});
    s->region[1] = 1;
    samples x = run(s, 221, 2000);
    assert_mean(&x.sends, 200 * (.75 * .5 + .25));
    free(s);
}

/* By value, the dearest shopper first; a batch is one. */
static void the_dearest_go_first(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.value_mean", "80"}, {"shoppers.value_cv", "1"}, {"policy.priority", "value"},
            {"policy.throttle.mode", "batch"}, {"policy.throttle.size", "1"},
            {"policy.throttle.every", "1min"}, {"response.click.notify_me", "0"});
    store_trial *t = malloc(sizeof *t);
    const char *broken = NULL;
    double loop_s;
    assert_int_equal(sim_trial_run(s, 231, 0, false, SIM_LOG_FULL, t, &loop_s, &broken), SIM_OK);
    model_population all;
    model_population_make(&s->p.shoppers, &s->p.catalog, model_key_make(231, 0), &all);
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    float before = INFINITY;
    size_t sent = 0;
    for (size_t i = 0; i < t->decisions; i++) {
        if (strcmp(t->decision[i].outcome, "sent") != 0) continue;
        model_shopper her;
        model_population_draw(&all, t->decision[i].shopper, 1, r, &her);
        assert_true(her.value <= before);
        before = her.value;
        sent++;
    }
    assert_int_equal(sent, 200);
    gsl_rng_free(r);
    store_trial_clear(t);
    free(t);
    free(s);
}

/* ---- oversell_safe ---- */

/* 2,000 wait for 40 units; of those told 6 % come to buy within hours, as the policy knows. A sold-out
 * landing is then a buyer too many. */
static scenario *scarce(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "10d"}, {"shoppers.count", "2000"}, {"supply.restocks[0].units", "40"},
            {"response.click.notify_me", "0.06"}, {"response.buy.notify_me", "1"},
            {"policy.throttle.mode", "oversell_safe"}, {"policy.throttle.every", "15min"},
            {"policy.throttle.click_prior", "0.06"}, {"policy.throttle.click_weight", "1000000"},
            {"policy.throttle.buy_prior", "1"}, {"policy.throttle.buy_weight", "1000000"},
            {"policy.throttle.response_window", "10h"}, {"policy.throttle.delay_median", "5min"},
            {"policy.throttle.delay_sigma", "0.01"}, {"policy.throttle.delay_weight", "0.001"});
    open_delay(s, "fixed", "5min");
    return s;
}

static void buyers_outnumber_units_as_seldom_as_promised(void **state) {
    (void)state;
    enum { R = 1000 };
    scenario *s = scarce();
    samples x = run(s, 241, R);
    assert_true(x.any.mean <= .05 + 4 * sqrt(.05 * .95 / R));
    assert_true(x.orders.mean > 36); /* and yet most of the 40 units go */
    double sends = x.sends.mean;
    set(s, "policy.throttle.alpha", "0.3"); /* who dares more sells more, and breaks it more often */
    x = run(s, 242, R);
    assert_true(x.any.mean <= .3 + 4 * sqrt(.3 * .7 / R));
    assert_true(x.any.mean > .06 && x.sends.mean > sends);
    SET_ALL(s, {"policy.throttle.alpha", "0.05"}, {"policy.throttle.alpha_scope", "batch"});
    x = run(s, 243, R); /* a promise for each batch is broken more often than for all of them together */
    assert_true(x.any.mean > .05 + 4 * sqrt(.05 * .95 / R));
    free(s);
}

/* Believing that 1 % come, it would tell too many; after the first restock it knows better. */
typedef struct {
    sample early, late;
} learning;

static void read_restocks(const store_trial *t, void *context) {
    learning *x = context;
    for (size_t i = 0; i < t->restocks; i++)
        sample_add(i == 0 ? &x->early : &x->late, t->restock[i].sold_out_clicks);
}

static void it_learns_from_clicks_and_orders(void **state) {
    (void)state;
    scenario *s = scarce();
    SET_ALL(s, {"run.horizon", "40d"}, {"shoppers.count", "20000"}, {"policy.throttle.click_prior", "0.01"},
            {"policy.throttle.click_weight", "200"});
    for (int i = 1; i < 6; i++) {
        char path[64], after[16];
        snprintf(path, sizeof path, "supply.restocks[%d].after", i);
        snprintf(after, sizeof after, "%dd", 6 * i);
        set(s, path, after);
        snprintf(path, sizeof path, "supply.restocks[%d].units", i);
        set(s, path, "40");
    }
    learning x = {.early = {.n = 0}};
    store_trial *t = malloc(sizeof *t);
    for (uint64_t seed = 251; seed < 261; seed++) { /* rows are of replication 0 alone */
        const char *broken = NULL;
        double loop_s;
        assert_int_equal(sim_trial_run(s, seed, 0, false, SIM_LOG_SUMMARY, t, &loop_s, &broken), SIM_OK);
        read_restocks(t, &x);
        store_trial_clear(t);
    }
    assert_int_equal(x.early.n, 10);
    assert_int_equal(x.late.n, 50);
    assert_true(x.early.mean > 20);
    assert_true(x.late.mean < 2);
    free(t);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_one),
        cmocka_unit_test(a_product_is_gone_when_all_of_it_is),
        cmocka_unit_test(quiet_hours_are_local),
        cmocka_unit_test(regions_have_their_own_consents),
        cmocka_unit_test(the_dearest_go_first),
        cmocka_unit_test(buyers_outnumber_units_as_seldom_as_promised),
        cmocka_unit_test(it_learns_from_clicks_and_orders),
    };
    return RUN_TESTS(tests);
}
