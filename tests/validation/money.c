/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * money.c - margin and costs, support, cancelled and returned orders, further orders, retargeting and other
 * campaigns, each in the whole simulator against hand arithmetic.
 */
#include "tests/validation/quiet_world.h"

/* Every trial has this. */
#define assert_always(x, value)                                                                              \
    do {                                                                                                     \
        assert_near((x)->mean, (value), 1e-9);                                                               \
        assert_near((x)->m2, 0, 1e-9);                                                                       \
    } while (0)

enum { N = 200 }; /* shoppers, all waiting */

/* Units for all, answered at once; `click` and `buy` as given. */
static scenario *ample(const char *click, const char *buy) {
    scenario *s = quiet_world();
    open_delay(s, "fixed", "0");
    SET_ALL(s, {"supply.restocks[0].units", "10000"}, {"response.click.notify_me", click},
            {"response.buy.notify_me", buy}, {"catalog.margin", "0.4"});
    return s;
}

/* ---- profit ---- */

static double profit(const store_trial *t, int margin) {
    double sum = t->tally[margin];
    for (int i = 1; i < STORE_MONEY; i++)
        sum -= t->tally[margin + i];
    return sum;
}

static void read_profit(const store_trial *t, void *context) {
    sample_add(context, profit(t, STORE_T_all_margin) - profit(t, STORE_T_none_margin));
    assert_near(t->tally[STORE_T_all_cost_messages], .07 * N, 1e-9);
    assert_near(t->tally[STORE_T_none_cost_messages], 0, 0);
}

/* She buys by herself before her interest lapses with p0, and else at once, when she is told, with q: so
 * p1 = q + (1 - q) p0, and a push costs, bought or not. */
static void profit_is_margin_of_what_came_more_less_messages(void **state) {
    (void)state;
    const double q = .3 * .4, g = .05, k = 1 / 20., h = 60;
    const double p0 = g / (g + k) * (1 - exp(-(g + k) * h)), p1 = q + (1 - q) * p0;
    scenario *s = ample("0.3", "0.4");
    SET_ALL(s, {"interest.lapse_scale", "20d"}, {"interest.return_rate", "0.05"},
            {"interest.return_buy", "1"}, {"costs.push", "0.07"}, {"policy.holdout.fraction", "0.2"});
    sample more = {0};
    run_trials(s, 201, 2000, true, read_profit, &more);
    assert_mean(&more, N * (p1 - p0) * .4 * 10 - N * .07);
    free(s);
}

static void every_message_costs(void **state) {
    (void)state;
    scenario *s = ample("0", "0");
    SET_ALL(s, {"shoppers.email_optin", "1"}, {"shoppers.sms_optin", "1"}, {"policy.reminder.after", "1d"},
            {"policy.reminder.max", "2"}, {"policy.channels[0].name", "email"},
            {"policy.channels[0].after", "6h"}, {"policy.channels[1].name", "sms"},
            {"policy.channels[1].after", "7h"}, {"policy.channels[2].name", "in_app"},
            {"policy.channels[2].after", "8h"}, {"response.email.optout", "0"}, {"response.sms.optout", "0"},
            {"costs.push", "0.01"}, {"costs.email", "0.1"}, {"costs.sms", "1"}, {"costs.in_app", "0.001"});
    tallies x =
        OF(STORE_T_cost_messages, STORE_T_margin, STORE_T_all_cost_messages, STORE_T_none_cost_messages);
    run_trials(s, 202, 3, true, read_tallies, &x);
    assert_always(&x.x[0], N * (3 * .01 + .1 + 1 + .001));
    assert_always(&x.x[1], 0);
    assert_always(&x.x[2], N * (3 * .01 + .1 + 1 + .001));
    assert_always(&x.x[3], 0);
    free(s);
}

/* ---- returns ---- */

static void what_is_sent_back_leaves_everything(void **state) {
    (void)state;
    scenario *s = ample("1", "1");
    SET_ALL(s, {"orders.return_rate", "1"}, {"orders.return_delay.dist", "fixed"},
            {"orders.return_delay.mean", "20d"}, {"costs.return", "3"});
    tallies x =
        OF(STORE_T_returned_orders, STORE_T_units_returned, STORE_T_units_end, STORE_T_credited_revenue,
           STORE_T_margin, STORE_T_true_orders, STORE_T_true_store_orders, STORE_T_cost_returns);
    run_trials(s, 211, 3, true, read_tallies, &x);
    const double whole[TALLIES] = {N, N, 10000, 0, 0, 0, 0, 3 * N};
    for (int i = 0; i < TALLIES; i++)
        assert_always(&x.x[i], whole[i]);
    set(s, "orders.return_restocks", "0");
    x = OF(STORE_T_returned_orders, STORE_T_units_returned, STORE_T_units_end);
    run_trials(s, 211, 3, false, read_tallies, &x);
    assert_always(&x.x[0], N);
    assert_always(&x.x[1], 0);
    assert_always(&x.x[2], 10000 - N);
    set(s, "orders.return_delay.mean", "61d"); /* after the end */
    x = OF(STORE_T_returned_orders, STORE_T_margin, STORE_T_true_store_orders);
    run_trials(s, 211, 3, true, read_tallies, &x);
    assert_always(&x.x[0], 0);
    assert_always(&x.x[1], N * .4 * 10);
    assert_always(&x.x[2], N);
    free(s);
}

typedef struct {
    sample net, y, restocked;
} returns;

static void read_returns(const store_trial *t, void *context) {
    returns *r = context;
    double back = t->tally[STORE_T_returned_orders], net = t->tally[STORE_T_orders] - back;
    const store_moments *y = &t->moments[STORE_ASSIGNED][STORE_TREATED][STORE_ORDERS];
    assert_near(t->tally[STORE_T_returned_revenue], 10 * back, 1e-9);
    assert_near(y->mean * y->n, net, 1e-6);
    assert_near(t->tally[STORE_T_true_orders], net, 0); /* all but the holdout's, which is empty */
    assert_near(t->tally[STORE_T_credited_revenue], 10 * net, 1e-9);
    sample_add(&r->net, net);
    sample_add(&r->restocked, t->tally[STORE_T_units_returned] - .7 * back);
}

static void net_orders_are_thinned(void **state) {
    (void)state;
    const double rate = .25;
    scenario *s = ample("0.5", "0.6");
    SET_ALL(s, {"orders.return_rate", "0.25"}, {"orders.return_delay.mean", "2d"},
            {"orders.return_delay.dist", "fixed"}, {"orders.return_restocks", "0.7"});
    returns r = {.net = {0}};
    run_trials(s, 212, 1000, true, read_returns, &r);
    assert_mean(&r.net, N * .5 * .6 * (1 - rate));
    assert_mean(&r.restocked, 0);
    free(s);
}

/* All buy at once and send it back a day later; a month on they have asked again. */
static void the_engine_hears_of_returns(void **state) {
    (void)state;
    scenario *s = ample("1", "1");
    SET_ALL(s, {"supply.restocks[0].units", "200"}, {"supply.restocks[1].after", "50d"},
            {"supply.restocks[1].units", "10000"}, {"shoppers.visit_rate", "2"}, {"shoppers.visit_cv", "0"},
            {"shoppers.visit_buy", "0"}, {"interest.signal.notify_me", "1"},
            {"interest.signal.wishlist", "0"}, {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"},
            {"policy.recent_purchase.window", "0"}, {"policy.recent_notice.window", "0"},
            {"orders.return_rate", "1"}, {"orders.return_restocks", "0"},
            {"orders.return_delay.dist", "fixed"}, {"orders.return_delay.mean", "1d"});
    tallies x = OF(STORE_T_sends);
    run_trials(s, 213, 3, false, read_tallies, &x);
    assert_always(&x.x[0], 2 * N);
    set(s, "policy.recent_return.window", "60d");
    x = OF(STORE_T_sends);
    run_trials(s, 213, 3, false, read_tallies, &x);
    assert_always(&x.x[0], N);
    free(s);
}

/* One unit goes round: bought at once, sent back each day. One is on order meanwhile, not one for each sale.
 */
static void a_unit_sent_back_orders_no_more(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "15d"}, {"supply.mode", "lead_time"}, {"supply.initial.mean", "1"},
            {"supply.lead_time.dist", "fixed"}, {"supply.lead_time.mean", "10d"},
            {"supply.quantity.dist", "fixed"}, {"supply.quantity.mean", "1"}, {"organic.rate", "14400"},
            {"interest.initial.notify_me", "0"}, {"orders.return_rate", "1"},
            {"orders.return_delay.dist", "fixed"}, {"orders.return_delay.mean", "1d"});
    tallies x = OF(STORE_T_units_restocked, STORE_T_orders_organic);
    run_trials(s, 214, 3, false, read_tallies, &x);
    assert_always(&x.x[0], 1);
    assert_always(&x.x[1], 15 + 5); /* a day and some seconds apart */
    free(s);
}

/* ---- further orders ---- */

static void an_order_leads_to_the_next(void **state) {
    (void)state;
    const double p = .3, r = .2;
    scenario *s = ample("1", "1");
    SET_ALL(s, {"shoppers.repeat.rate", "0.3"}, {"shoppers.repeat.delay.dist", "fixed"},
            {"shoppers.repeat.delay.mean", "2d"}, {"policy.holdout.fraction", "0.5"},
            {"attribution.outcome_window", "1d"});
    tallies x =
        OF(STORE_T_orders_push, STORE_T_orders, STORE_T_repeat_treated, STORE_T_repeat_population_treated,
           STORE_T_repeat_held, STORE_T_repeat_population_held, STORE_T_repeat_buyers);
    run_trials(s, 221, 1000, false, read_tallies, &x);
    assert_mean(&x.x[0], N / 2.);
    assert_mean(&x.x[1], N / 2. / (1 - p));
    assert_mean(&x.x[2], N / 2. * p);
    assert_mean(&x.x[3], N / 2.);
    assert_always(&x.x[4], 0);
    assert_mean(&x.x[5], N / 2.);
    assert_near(x.x[6].mean, x.x[3].mean, 0);
    /* Sent back before, it leads to none: the first is net with 1 - r, and all after it so. */
    SET_ALL(s, {"orders.return_rate", "0.2"}, {"orders.return_delay.dist", "fixed"},
            {"orders.return_delay.mean", "1d"});
    x = OF(STORE_T_orders, STORE_T_repeat_treated, STORE_T_repeat_buyers);
    run_trials(s, 222, 1000, false, read_tallies, &x);
    assert_mean(&x.x[0], N / 2. / (1 - p * (1 - r)));
    assert_mean(&x.x[1], N / 2. * (1 - r) * p * (1 - r));
    assert_mean(&x.x[2], N / 2. * (1 - r));
    /* Sent back later, it has led to one by then, but is no net order. */
    set(s, "orders.return_delay.mean", "3d");
    x = OF(STORE_T_orders);
    run_trials(s, 223, 1000, false, read_tallies, &x);
    assert_mean(&x.x[0], N / 2. / (1 - p));
    free(s);
}

/* ---- support, cancelled orders ---- */

static void read_contacts(const store_trial *t, void *context) {
    sample *x = context;
    double landed = sold_out_clicks(t) + t->tally[STORE_T_checkout_oos];
    sample_add(&x[0], t->tally[STORE_T_support_sends] - .3 * landed);
    sample_add(&x[1], landed);
    assert_near(t->tally[STORE_T_support_others], 0, 0);
    assert_near(t->tally[STORE_T_cost_support], 5 * t->tally[STORE_T_support_sends], 1e-9);
}

static void some_contact_support_over_sold_out(void **state) {
    (void)state;
    scenario *s =
        quiet_world(); /* 3 units for 200 who are told at once; gone at the landing or before checkout */
    open_delay(s, "exponential", "20min");
    SET_ALL(s, {"supply.restocks[0].units", "3"}, {"support.sold_out", "0.3"}, {"costs.support", "5"},
            {"response.checkout.mean", "2min"});
    sample x[2] = {{0}};
    run_trials(s, 231, 2000, false, read_contacts, x);
    assert_true(x[1].mean > 20);
    assert_mean(&x[0], 0);
    free(s);
}

typedef struct {
    double oversold, cancelled, contacts;
} cancels;

static void read_cancels(const store_trial *t, void *context) {
    cancels *x = context;
    x->oversold += t->tally[STORE_T_oversold_orders];
    x->cancelled += t->tally[STORE_T_cancelled_orders];
    x->contacts += t->tally[STORE_T_support_others];
    assert_near(t->tally[STORE_T_cost_cancellations], 2 * t->tally[STORE_T_cancelled_orders], 1e-9);
    assert_near(t->tally[STORE_T_cancelled_revenue], 10 * t->tally[STORE_T_oversold_orders], 1e-9);
    assert_near(t->tally[STORE_T_support_sends], 0, 0);
}

/* The storefront shows the 12 units to strangers for ten days after they are gone. */
static cancels run_cancels(const char *after, const char *contact) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "10d"}, {"organic.rate", "48"}, {"interest.initial.notify_me", "0"},
            {"storefront.latency.mean", "10d"}, {"supply.mode", "none"}, {"supply.initial.mean", "12"},
            {"costs.cancellation", "2"}, {"orders.cancel_after.mean", after}, {"support.oversold", contact});
    cancels x = {0};
    run_trials(s, 232, 10, false, read_cancels, &x);
    assert_true(x.oversold > 4000);
    free(s);
    return x;
}

static void oversold_orders_are_cancelled_in_time(void **state) {
    (void)state;
    cancels x = run_cancels("0", "0");
    assert_near(x.cancelled, x.oversold, 0);
    assert_near(x.contacts, 0, 0);
    x = run_cancels("0", "1");
    assert_near(x.cancelled, x.oversold, 0);
    assert_near(x.contacts, x.oversold, 0);
    x = run_cancels("10d", "1");
    assert_near(x.cancelled, 0, 0);
    assert_near(x.contacts, 0, 0);
    double whole = x.oversold;
    x = run_cancels("5d", "0.5"); /* of half of them, but for the first 12 orders, which were sold */
    assert_near(x.oversold, whole, 0);
    assert_near(x.cancelled, 10 * (48 * 5 - 12), 4 * sqrt(10 * 48 * 5));
    assert_near(x.contacts, x.cancelled / 2, 4 * sqrt(x.cancelled / 4));
}

/* ---- retargeting ---- */

static void who_leaves_sees_ads(void **state) {
    (void)state;
    /* Sold out for 30 days; visits twice a day leave no signal; ads 30 days later find units. */
    scenario *s = quiet_world();
    SET_ALL(s, {"interest.initial.notify_me", "0"}, {"shoppers.visit_rate", "2"}, {"shoppers.visit_cv", "0"},
            {"shoppers.visit_buy", "0"}, {"interest.signal.notify_me", "0"},
            {"interest.signal.wishlist", "0"}, {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"},
            {"supply.restocks[0].after", "30d"}, {"supply.restocks[0].units", "10000"},
            {"retargeting.reach", "0.3"}, {"retargeting.delay.dist", "fixed"},
            {"retargeting.delay.mean", "30d"}, {"retargeting.buy", "0.1"}, {"retargeting.cost", "0.5"});
    tallies x = OF(STORE_T_retargeted, STORE_T_retargeting_spend, STORE_T_orders_retargeting, STORE_T_orders,
                   STORE_T_retargeting_orders, STORE_T_all_retargeting_spend, STORE_T_none_retargeting_spend);
    run_trials(s, 241, 100, true, read_tallies, &x);
    const double shown = N * 2 * 30 * .3;
    assert_mean(&x.x[0], shown);
    assert_mean(&x.x[1], shown * .5);
    assert_mean(&x.x[2], shown * .1);
    assert_near(x.x[3].mean, x.x[2].mean, 0);
    assert_near(x.x[4].mean, x.x[2].mean, 0); /* nobody is told of anything, so every world is the base */
    assert_near(x.x[5].mean, x.x[1].mean, 1e-9);
    assert_near(x.x[6].mean, x.x[1].mean, 1e-9);
    set(s, "retargeting.delay.mean", "0"); /* at once they find none */
    x = OF(STORE_T_orders, STORE_T_retargeted);
    run_trials(s, 241, 100, false, read_tallies, &x);
    assert_always(&x.x[0], 0);
    assert_mean(&x.x[1], shown);
    /* Who needs one thing only is shown ads at a rate of .6 a day until one of them, with .1 each, sells. */
    SET_ALL(s, {"retargeting.delay.mean", "30d"}, {"substitution.one_need", "1"});
    x = OF(STORE_T_orders, STORE_T_retargeted);
    run_trials(s, 241, 100, false, read_tallies, &x);
    const double bought = N * (1 - exp(-.6 * 30 * .1));
    assert_mean(&x.x[0], bought);
    assert_mean(&x.x[1], bought / .1);
    free(s);
}

/* All wait; interest lapses after Exp(30 d). Told, all buy at once and nobody is lost. */
static void who_has_bought_is_not_lost(void **state) {
    (void)state;
    scenario *s = ample("1", "1");
    SET_ALL(s, {"interest.lapse_scale", "30d"}, {"interest.lapse_shape", "1"}, {"retargeting.reach", "0.5"},
            {"retargeting.delay.dist", "fixed"}, {"retargeting.delay.mean", "0"}, {"retargeting.buy", "0"},
            {"retargeting.cost", "2"});
    tallies x = OF(STORE_T_all_retargeting_spend, STORE_T_none_retargeting_spend, STORE_T_retargeting_orders);
    run_trials(s, 242, 500, true, read_tallies, &x);
    assert_always(&x.x[0], 0);
    assert_mean(&x.x[1], 2 * N * .5 * (1 - exp(-2)));
    assert_always(&x.x[2], 0);
    free(s);
}

/* A sold-out landing that ends the interest loses her, once. */
static void read_lost(const store_trial *t, void *context) {
    double *n = context;
    n[0] += sold_out_clicks(t);
    n[1] += t->tally[STORE_T_retargeted];
}

static void a_sold_out_landing_may_lose_her(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "1"}, {"response.sold_out_leaves", "1"},
            {"retargeting.reach", "1"}, {"retargeting.delay.mean", "1h"}, {"retargeting.buy", "1"});
    double n[2] = {0};
    run_trials(s, 243, 50, false, read_lost, n);
    assert_true(n[0] > 1000);
    assert_near(n[1], n[0], 0);
    free(s);
}

/* ---- other campaigns ---- */

static void other_campaigns_fill_caps(void **state) {
    (void)state;
    scenario *s = ample("0", "0");
    SET_ALL(s, {"run.horizon", "10d"}, {"supply.restocks[0].after", "8d"}, {"campaigns[0].rate", "50"},
            {"costs.push", "0.01"}, {"policy.caps[0].count", "5"}, {"policy.caps[0].per", "7d"});
    tallies x = OF(STORE_T_sends, STORE_T_other_push, STORE_T_cost_campaigns);
    run_trials(s, 251, 20, false, read_tallies, &x);
    assert_always(&x.x[0], 0);
    assert_mean(&x.x[1], N * 50 * 10.);
    assert_near(x.x[2].mean, .01 * x.x[1].mean, 1e-6);
    set(s, "policy.caps[0].counts", "restock");
    x = OF(STORE_T_sends);
    run_trials(s, 251, 3, false, read_tallies, &x);
    assert_always(&x.x[0], N);
    SET_ALL(s, {"policy.caps[0].counts", "all"}, {"campaigns[0].channel", "email"}); /* nobody lets it */
    x = OF(STORE_T_sends, STORE_T_other_email);
    run_trials(s, 251, 3, false, read_tallies, &x);
    assert_always(&x.x[0], N);
    assert_always(&x.x[1], 0);
    free(s);
}

static void some_campaigns_go_to_some(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "10d"}, {"supply.mode", "none"}, {"interest.initial.notify_me", "0.5"},
            {"interest.initial.cart", "0.2"}, {"campaigns[0].kind", "price_drop"},
            {"campaigns[0].channel", "in_app"}, {"campaigns[0].rate", "0.3"},
            {"campaigns[1].kind", "abandoned_cart"}, {"campaigns[1].channel", "push"},
            {"campaigns[1].rate", "0.4"});
    tallies x = OF(STORE_T_other_in_app, STORE_T_other_push);
    run_trials(s, 252, 500, false, read_tallies, &x);
    assert_mean(&x.x[0], N * .7 * .3 * 10);
    assert_mean(&x.x[1], N * .2 * .4 * 10);
    free(s);
}

/* ---- all together: a push that nobody clicks costs what it costs, and moves nothing ---- */

static void read_nothing(const store_trial *t, void *context) {
    double *seen = context;
    const double *v = t->tally;
    assert_near(v[STORE_T_true_store_orders], 0, 0);
    assert_near(profit(t, STORE_T_all_margin) - profit(t, STORE_T_none_margin), -v[STORE_T_all_cost_messages],
                1e-6);
    seen[0] += v[STORE_T_returned_orders];
    seen[1] += v[STORE_T_orders_repeat];
    seen[2] += v[STORE_T_orders_retargeting];
    seen[3] += v[STORE_T_other_push];
    seen[4] += v[STORE_T_all_cost_messages];
    seen[5] += fabs(v[STORE_T_retargeting_orders]);
}

static void without_effect_only_messages_cost(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(
        s, {"catalog.products", "2"}, {"supply.mode", "lead_time"}, {"supply.lead_time.dist", "exponential"},
        {"supply.lead_time.mean", "2d"}, {"supply.quantity.dist", "fixed"}, {"supply.quantity.mean", "10"},
        {"organic.rate", "5"}, {"shoppers.visit_rate", "0.2"}, {"interest.lapse_scale", "10d"},
        {"interest.return_rate", "0.1"}, {"interest.return_buy", "0.5"}, {"response.click.notify_me", "0"},
        {"response.click.wishlist", "0"}, {"response.click.cart", "0"}, {"response.click.browse", "0"},
        {"policy.holdout.fraction", "0.3"}, {"storefront.latency.mean", "20min"},
        {"orders.return_rate", "0.3"}, {"orders.return_restocks", "0.8"}, {"support.oversold", "0.5"},
        {"support.return", "0.2"}, {"shoppers.repeat.rate", "0.3"}, {"shoppers.repeat.delay.mean", "5d"},
        {"retargeting.reach", "0.5"}, {"retargeting.buy", "0.2"}, {"campaigns[0].rate", "0.1"},
        {"costs.push", "0.01"}, {"costs.support", "4"}, {"costs.cancellation", "3"}, {"costs.return", "6"});
    double seen[6] = {0};
    run_trials(s, 261, 20, true, read_nothing, seen);
    for (int i = 0; i < 6; i++)
        assert_true(seen[i] > 0);
    set(s, "run.warmup", "20d");
    run_trials(s, 261, 20, false, read_lost, seen); /* the world's own sums hold with a warm-up, too */
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profit_is_margin_of_what_came_more_less_messages),
        cmocka_unit_test(every_message_costs),
        cmocka_unit_test(what_is_sent_back_leaves_everything),
        cmocka_unit_test(net_orders_are_thinned),
        cmocka_unit_test(the_engine_hears_of_returns),
        cmocka_unit_test(a_unit_sent_back_orders_no_more),
        cmocka_unit_test(an_order_leads_to_the_next),
        cmocka_unit_test(some_contact_support_over_sold_out),
        cmocka_unit_test(oversold_orders_are_cancelled_in_time),
        cmocka_unit_test(who_leaves_sees_ads),
        cmocka_unit_test(who_has_bought_is_not_lost),
        cmocka_unit_test(a_sold_out_landing_may_lose_her),
        cmocka_unit_test(other_campaigns_fill_caps),
        cmocka_unit_test(some_campaigns_go_to_some),
        cmocka_unit_test(without_effect_only_messages_cost),
    };
    return RUN_TESTS(tests);
}
