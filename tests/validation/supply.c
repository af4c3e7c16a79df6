/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * supply.c - orders by (s, Q) against the Poisson distribution and Erlang's loss formula; other sales
 * channels that draw on the same units.
 */
#include "tests/validation/quiet_world.h"

/* Anonymous buyers, one an hour, and nothing else. */
static scenario *shop(const char *initial) {
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "1"}, {"interest.initial.notify_me", "0"}, {"organic.rate", "24"},
            {"supply.mode", "reorder"}, {"supply.initial.mean", initial}, {"supply.lead_time.dist", "fixed"},
            {"supply.quantity.dist", "fixed"});
    return s;
}

static double poisson(double mean, int k) {
    return exp(-mean + k * log(mean) - lgamma(k + 1.0));
}

/* Erlang's B for n servers at a load of `a`, by its recursion. */
static double erlang_loss(int n, double a) {
    double b = 1;
    for (int i = 1; i <= n; i++)
        b = a * b / (i + a * b);
    return b;
}

/* ---- one cycle ---- */

typedef struct {
    sample gone, lost;
} cycle_sample;

static void read_cycle(const store_trial *t, void *context) {
    cycle_sample *x = context;
    sample_add(&x->gone, t->tally[STORE_T_restocks]);
    sample_add(&x->lost, t->tally[STORE_T_organic_lost]);
}

/* One unit above s: the first buyer makes the position s, which is when the order is placed, with s on hand.
 * Then D ~ Poisson(lambda L) want one each before it comes, Q being so large that no other order follows. The
 * shelf is empty when it comes, which makes it a restock, if D >= s; and (D - s)+ went away. */
static void a_cycle_ends_without_stock_as_poisson_says(void **state) {
    (void)state;
    const int point = 8;
    const double mean = 6; /* one an hour for 6 h */
    scenario *s = shop("9");
    SET_ALL(s, {"supply.reorder.point", "8"}, {"supply.lead_time.mean", "6h"},
            {"supply.quantity.mean", "1000"}, {"run.horizon", "48h"});
    cycle_sample x = {0};
    run_trials(s, 71, 2000, false, read_cycle, &x);
    double gone = 1, lost = mean - point;
    for (int k = 0; k < point; k++) {
        gone -= poisson(mean, k);
        lost += (point - k) * poisson(mean, k);
    }
    assert_near(gone, 0.25602, 1e-5); /* R: ppois(7, 6, lower.tail = FALSE) */
    assert_mean(&x.gone, gone);
    assert_mean(&x.lost, lost);
    free(s);
}

/* ---- several orders on their way ---- */

static void read_lost(const store_trial *t, void *context) {
    sample_add(context, t->tally[STORE_T_organic_lost]);
}

/* With s = S - 1 and Q = 1 each sale orders the unit that replaces it, so what is on order is the number busy
 * in M/G/S/S and a buyer is lost with Erlang's B(S, lambda L), whatever the distribution of the lead time
 * (Karush: A queuing model for an inventory problem, Operations Research 5, 1957). */
static void base_stock_loses_as_erlang_says(void **state) {
    (void)state;
    const double share = erlang_loss(5, 4);
    assert_near(share, 0.19907, 1e-5); /* tables of Erlang B, 5 servers, 4 erlang */
    const char *lead[] = {"fixed", "gamma"};
    for (size_t i = 0; i < 2; i++) {
        scenario *s = shop("5");
        SET_ALL(s, {"supply.reorder.point", "4"}, {"supply.lead_time.dist", lead[i]},
                {"supply.lead_time.cv", "0.7"}, {"supply.lead_time.mean", "4h"},
                {"supply.quantity.mean", "1"}, {"run.warmup", "3d"}, {"run.horizon", "13d"});
        sample lost = {0};
        run_trials(s, 72 + i, 400, false, read_lost, &lost);
        assert_mean(&lost, 24 * 10 * share);
        free(s);
    }
}

static void read_end(const store_trial *t, void *context) {
    *(double *)context = t->tally[STORE_T_units_end];
}

static void orders_until_above_the_point(void **state) {
    (void)state;
    scenario *s = shop("0"); /* 0, 3, 6, 9 are not above 10; 12 is */
    SET_ALL(s, {"organic.rate", "0"}, {"supply.reorder.point", "10"}, {"supply.lead_time.mean", "1d"},
            {"supply.quantity.mean", "3"});
    double end = 0;
    run_trials(s, 74, 1, false, read_end, &end);
    assert_near(end, 12, 0);
    free(s);
}

/* ---- other sales channels ---- */

static void read_other(const store_trial *t, void *context) {
    sample_add(context, t->tally[STORE_T_units_other_channels]);
    assert_near(t->tally[STORE_T_oversold_units], 0, 0);
}

static double capped_mean(double mean, int units) { /* E min(units, Poisson(mean)) */
    double sum = 0, left = 1;
    for (int k = 0; k < units; k++)
        sum += left -= poisson(mean, k); /* P(> k) */
    return sum;
}

/* 12 a day over two products of popularity 2 : 1 and sizes 1 : 3, 5 units of each; what they ask for in two
 * days is Poisson. The page is late by a day: it does not matter to them. */
static void other_channels_sell_what_is_there(void **state) {
    (void)state;
    scenario *s = shop("5");
    SET_ALL(s, {"supply.mode", "none"}, {"organic.rate", "0"}, {"supply.other_channels.rate", "12"},
            {"catalog.products", "2"}, {"catalog.popularity", "1"}, {"catalog.variants[0].name", "S"},
            {"catalog.variants[0].share", "1"}, {"catalog.variants[1].name", "M"},
            {"catalog.variants[1].share", "3"}, {"storefront.latency.mean", "1d"}, {"run.horizon", "2d"});
    sample sold = {0};
    run_trials(s, 75, 2000, false, read_other, &sold);
    double exact = 0;
    for (int product = 1; product <= 2; product++)
        exact +=
            capped_mean(24 * (3 - product) / 3.0 * .25, 5) + capped_mean(24 * (3 - product) / 3.0 * .75, 5);
    assert_mean(&sold, exact);
    free(s);
}

static void read_clicks(const store_trial *t, void *context) {
    double *n = context;
    n[0] += sold_out_clicks(t);
    n[1] += t->tally[STORE_T_oos_organic];
    n[2] += t->tally[STORE_T_through_24h_sold];
}

/* They empty the shelf while the pushes are unread: buyers who were not pushed, and sales of that restock. */
static void what_they_take_is_nobody_pushed(void **state) {
    (void)state;
    scenario *s = quiet_world();
    set(s, "supply.other_channels.rate", "28800");
    open_delay(s, "fixed", "30min");
    double n[3] = {0};
    run_trials(s, 76, 30, false, read_clicks, n);
    assert_true(n[0] > 20);
    assert_near(n[0] - n[1], 0, 0);
    assert_near(n[2], 30 * 12, 0);
    free(s);
}

/* ---- what is still wanted at the end ---- */

typedef struct {
    sample sku[2];
    double restock, interests, wanted, n;
} unmet_sample;

static void read_unmet(const store_trial *t, void *context) {
    unmet_sample *x = context;
    double wanted = 0, interests = 0;
    assert_near(t->tally[STORE_T_unmet_listed], 1, 0);
    assert_int_equal(t->unmets, 2);
    for (size_t i = 0; i < 2; i++) {
        const store_unmet_row *r = &t->unmet[i];
        assert_int_equal(r->sku, i);
        assert_int_equal(r->on_hand, i == 0 ? 3 : 9);
        assert_int_equal(r->restock, r->wanted > r->on_hand ? r->wanted - r->on_hand : 0);
        assert_int_equal(r->requested, r->interests);
        sample_add(&x->sku[i], r->wanted);
        wanted += r->wanted;
        interests += r->interests;
    }
    assert_near(wanted, t->tally[STORE_T_waiting_units], 0);
    assert_near(interests, t->tally[STORE_T_waiting_interests], 0);
    x->wanted += wanted;
    x->interests += interests;
    x->n += 1;
}

/* 200 wait, one in four for the first size; 12 units come, 3 and 9 by the size curve, and nobody buys. Of
 * lapsing wishes one in e is left after 60 days, of which the engine knows nothing. */
static void unmet_demand_by_sku(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"catalog.variants[0].name", "S"}, {"catalog.variants[0].share", "1"},
            {"catalog.variants[1].name", "M"}, {"catalog.variants[1].share", "3"},
            {"policy.min_stock", "100"}, {"policy.sources.notify_me.window", "0"});
    unmet_sample all = {0}, half = {0};
    run_trials(s, 77, 150, false, read_unmet, &all);
    assert_mean(&all.sku[0], 50);
    assert_near(all.wanted, 200 * all.n, 0);
    assert_near(all.interests, 200 * all.n, 0);
    SET_ALL(s, {"interest.lapse_scale", "60d"}, {"interest.lapse_shape", "1"});
    run_trials(s, 78, 150, false, read_unmet, &half);
    assert_mean(&half.sku[0], 50 * exp(-1));
    assert_mean(&half.sku[1], 150 * exp(-1));
    assert_near(half.interests, 200 * half.n, 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cycle_ends_without_stock_as_poisson_says),
        cmocka_unit_test(base_stock_loses_as_erlang_says),
        cmocka_unit_test(orders_until_above_the_point),
        cmocka_unit_test(other_channels_sell_what_is_there),
        cmocka_unit_test(what_they_take_is_nobody_pushed),
        cmocka_unit_test(unmet_demand_by_sku),
    };
    return RUN_TESTS(tests);
}
