/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * later.c - what follows a first push, in the whole simulator against hand arithmetic: reminders, e-mail, SMS
 * and in-app notes, predictive notices; and templates.
 */
#include "tests/validation/quiet_world.h"

#define DAY INT64_C(86400000)

/* Every trial has exactly this. */
#define assert_always(x, value)                                                                              \
    do {                                                                                                     \
        assert_near((x)->mean, (value), 0);                                                                  \
        assert_near((x)->m2, 0, 0);                                                                          \
    } while (0)

/* ---- reminders ---- */

/* One shopper, plenty of units; she answers a push within a minute, and clicks and buys for sure or never. */
static scenario *one_shopper(const char *click) {
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "1"}, {"supply.restocks[0].units", "5"},
            {"response.click.notify_me", click}, {"response.buy.notify_me", "1"},
            {"policy.reminder.after", "24h"});
    return s;
}

static tallies run_reminders(const scenario *s, uint32_t replications) {
    tallies x = OF(STORE_T_sends, STORE_T_reminders, STORE_T_reminder_ghosts, STORE_T_orders,
                   STORE_T_orders_reminder, STORE_T_ghosts);
    run_trials(s, 101, replications, false, read_tallies, &x);
    return x;
}

static void one_reminder_if_she_does_not_buy(void **state) {
    (void)state;
    scenario *s = one_shopper("0");
    tallies x = run_reminders(s, 20);
    assert_always(&x.x[0], 1);
    assert_always(&x.x[1], 1);
    assert_always(&x.x[3], 0);
    set(s, "policy.reminder.max", "3");
    x = run_reminders(s, 20);
    assert_always(&x.x[1], 3);
    set(s, "policy.reminder.min_stock", "6"); /* of five units */
    x = run_reminders(s, 20);
    assert_always(&x.x[1], 0);
    set(s, "policy.reminder.min_stock", "5");
    set(s, "policy.holdout.fraction", "1");
    x = run_reminders(s, 20);
    assert_always(&x.x[0], 0);
    assert_always(&x.x[1], 0);
    assert_always(&x.x[2], 3);
    assert_always(&x.x[5], 1);
    free(s);
    s = one_shopper("1");
    x = run_reminders(s, 20);
    assert_always(&x.x[0], 1);
    assert_always(&x.x[1], 0);
    assert_always(&x.x[3], 1);
    free(s);
}

/* Each push is answered by an order with q = .3 x .4, if there has been none before: with two reminders
 * 1 - (1 - q)^3 orders, (1 - q) + (1 - q)^2 reminders. */
static void reminders_are_new_chances(void **state) {
    (void)state;
    const double q = .3 * .4;
    scenario *s = one_shopper("0.3");
    SET_ALL(s, {"response.buy.notify_me", "0.4"}, {"policy.reminder.max", "2"});
    tallies x = run_reminders(s, 20000);
    assert_mean(&x.x[1], (1 - q) + (1 - q) * (1 - q));
    assert_mean(&x.x[3], 1 - (1 - q) * (1 - q) * (1 - q));
    assert_mean(&x.x[4], (1 - q) * (1 - (1 - q) * (1 - q)));
    free(s);
}

/* ---- other channels ---- */

/* Nobody opens a push; units for all. A channel's parameters are under response.NAME. */
static scenario *by_channel(const char *name) {
    char path[64];
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "10000"}, {"response.open.ios", "0"},
            {"response.open.android", "0"}, {"response.open.web", "0"}, {"response.click.notify_me", "0.3"},
            {"response.buy.notify_me", "0.4"}, {"response.email.optout", "0"}, {"response.sms.optout", "0"},
            {"shoppers.email_optin", "1"}, {"shoppers.sms_optin", "1"}, {"policy.channels[0].name", name},
            {"policy.channels[0].after", "6h"}, {"policy.channels[0].if", "not_opened"});
    const char *const value[][2] = {{"delivered", "0.9"}, {"open", "0.6"}};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "response.%s.%s", name, value[i][0]);
        set(s, path, value[i][1]);
    }
    return s;
}

static void followups_are_binomial(void **state) {
    (void)state;
    static const char *const name[] = {"email", "sms", "in_app"};
    for (unsigned i = 0; i < 3; i++) {
        scenario *s = by_channel(name[i]);
        tallies x = OF(STORE_T_followups_email + i, STORE_T_followups_email_delivered + i,
                       STORE_T_followups_email_opened + i, STORE_T_followups_email_clicked + i,
                       STORE_T_later_orders, STORE_T_orders_followup);
        run_trials(s, 111 + i, 2000, false, read_tallies, &x);
        assert_always(&x.x[0], 200);
        double p[] = {.9, .9 * .6, .9 * .6 * .3, .9 * .6 * .3 * .4, .9 * .6 * .3 * .4};
        for (int k = 0; k < 5; k++) { /* the variance is the binomial's, too */
            double sd = sqrt(200 * p[k] * (1 - p[k]));
            assert_near(x.x[1 + k].mean, 200 * p[k], 4 * sd / sqrt(2000));
            assert_near(sample_sd(&x.x[1 + k]), sd, 4 * sd / sqrt(2 * 2000.0));
        }
        free(s);
    }
}

/* Of 200 those who have let the shop send e-mail and have not opened the push by then; half of them or so. */
static void followups_go_to_whom_they_should(void **state) {
    (void)state;
    scenario *s = by_channel("email");
    SET_ALL(s, {"shoppers.email_optin", "0.7"}, {"response.open.ios", "0.25"},
            {"response.open.android", "0.25"}, {"response.open.web", "0.25"});
    tallies x = OF(STORE_T_followups_email, STORE_T_later_optouts, STORE_T_optouts, STORE_T_followups_sms,
                   STORE_T_followup_ghosts, STORE_T_ghosts);
    run_trials(s, 121, 2000, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * .7 * .75);
    assert_always(&x.x[1], 0);
    set(s, "policy.channels[0].if", "not_bought"); /* .25 x .3 x .4 of the pushes have sold */
    x = OF(STORE_T_followups_email, STORE_T_later_optouts, STORE_T_optouts, STORE_T_followups_sms,
           STORE_T_followup_ghosts, STORE_T_ghosts);
    run_trials(s, 122, 2000, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * .7 * (1 - .25 * .3 * .4));
    set(s, "policy.holdout.fraction", "1");
    x = OF(STORE_T_followups_email, STORE_T_later_optouts, STORE_T_optouts, STORE_T_followups_sms,
           STORE_T_followup_ghosts, STORE_T_ghosts);
    run_trials(s, 123, 2000, false, read_tallies, &x);
    assert_always(&x.x[0], 0);
    assert_always(&x.x[5], 200);
    assert_mean(&x.x[4], 200 * .7); /* ghosts buy nothing here */
    free(s);
}

/* Whoever gets the first e-mail opts out of e-mail within the hour: the second one goes to nobody, the SMS
 * and the reminder to all. */
static void an_optout_is_of_one_channel(void **state) {
    (void)state;
    scenario *s = by_channel("email");
    SET_ALL(s, {"response.email.delivered", "1"}, {"response.email.optout", "1"},
            {"response.optout_within", "1h"}, {"response.click.notify_me", "0"},
            {"policy.channels[0].if", "not_bought"}, {"policy.channels[1].name", "email"},
            {"policy.channels[1].after", "30h"}, {"policy.channels[2].name", "sms"},
            {"policy.channels[2].after", "31h"}, {"policy.reminder.after", "32h"});
    tallies x = OF(STORE_T_followups_email, STORE_T_followups_sms, STORE_T_reminders, STORE_T_later_optouts,
                   STORE_T_optouts, STORE_T_reachable_end);
    run_trials(s, 131, 20, false, read_tallies, &x);
    assert_always(&x.x[0], 200);
    assert_always(&x.x[1], 200);
    assert_always(&x.x[2], 200);
    assert_always(&x.x[3], 200);
    assert_always(&x.x[4], 0);
    assert_always(&x.x[5], 200);
    SET_ALL(s, {"response.email.optout", "0"}, {"response.optout", "1"}); /* now of push */
    x = OF(STORE_T_followups_email, STORE_T_followups_sms, STORE_T_reminders, STORE_T_later_optouts,
           STORE_T_optouts, STORE_T_reachable_end);
    run_trials(s, 132, 20, false, read_tallies, &x);
    assert_always(&x.x[0], 400);
    assert_always(&x.x[1], 200);
    assert_always(&x.x[2], 0);
    assert_always(&x.x[4], 200);
    assert_always(&x.x[5], 0);
    free(s);
}

/* ---- common random numbers ---- */

typedef struct {
    double opened[60], clicked[60], delivered[60];
    size_t n;
} answers;

static void read_answers(const store_trial *t, void *context) {
    answers *a = context;
    a->opened[a->n] = t->tally[STORE_T_opened];
    a->clicked[a->n] = t->tally[STORE_T_clicked];
    a->delivered[a->n++] = t->tally[STORE_T_delivered];
}

/* All answers to first touches are over before the first later touch, so they are the same to the last one,
 * whatever comes after them and however often. */
static void first_touches_meet_the_same_answers(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "10000"}, {"shoppers.email_optin", "0.5"},
            {"response.open.ios", "0.5"}, {"response.open.android", "0.4"}, {"response.open.web", "0.3"},
            {"response.optout", "0.1"}, {"response.optout_within", "3d"}, {"provider.offline", "0.3"},
            {"provider.offline_for.dist", "uniform"}, {"provider.offline_for.max", "2h"},
            {"provider.unregistered", "0.1"}, {"policy.throttle.mode", "batch"},
            {"policy.throttle.size", "50"}, {"policy.throttle.every", "20min"});
    answers without = {.n = 0}, with = {.n = 0};
    run_trials(s, 141, 60, false, read_answers, &without);
    SET_ALL(s, {"policy.reminder.after", "12h"}, {"policy.reminder.max", "3"},
            {"policy.channels[0].name", "email"}, {"policy.channels[0].after", "12h"},
            {"policy.channels[1].name", "in_app"}, {"policy.channels[1].after", "13h"});
    run_trials(s, 141, 60, false, read_answers, &with);
    for (int i = 0; i < 60; i++) {
        assert_true(with.opened[i] > 0 && with.clicked[i] > 0);
        assert_near(with.opened[i], without.opened[i], 0);
        assert_near(with.clicked[i], without.clicked[i], 0);
        assert_near(with.delivered[i], without.delivered[i], 0);
    }
    free(s);
}

/* Twins: with no click there is no effect, by any channel; with clicks by e-mail alone there is one. */
static void read_effect(const store_trial *t, void *context) {
    double *x = context;
    x[0] += fabs(t->tally[STORE_T_true_orders]) + fabs(t->tally[STORE_T_true_store_orders]);
    x[1] += t->tally[STORE_T_followups_email];
    x[2] += t->tally[STORE_T_predictive_sends];
}

static void later_touches_are_in_the_truth(void **state) {
    (void)state;
    static const char *const unit[] = {"shopper", "product", "restock", "shopper_product", "two_sided"};
    for (size_t i = 0; i < 5; i++) {
        scenario *s = quiet_world();
        SET_ALL(s, {"supply.mode", "lead_time"}, {"supply.lead_time.dist", "exponential"},
                {"supply.lead_time.mean", "2d"}, {"supply.quantity.dist", "fixed"},
                {"supply.quantity.mean", "10"}, {"organic.rate", "5"}, {"shoppers.visit_rate", "0.2"},
                {"shoppers.email_optin", "1"}, {"interest.signal.notify_me", "0.5"},
                {"interest.signal.wishlist", "0"}, {"interest.signal.cart", "0"},
                {"interest.signal.browse", "0"}, {"interest.return_rate", "0.1"},
                {"interest.return_buy", "0.5"}, {"catalog.products", "3"}, {"response.click.notify_me", "0"},
                {"response.email.optout", "0.2"}, {"response.optout", "0.1"},
                {"response.optout_within", "1d"}, {"policy.holdout.fraction", "0.3"},
                {"policy.holdout.unit", unit[i]}, {"policy.holdout.product_fraction", "0.3"},
                {"policy.channels[0].name", "email"}, {"policy.channels[0].after", "3h"},
                {"policy.reminder.after", "8h"}, {"policy.predictive.enabled", "true"},
                {"policy.predictive.threshold", "0.5"});
        double none[3] = {0}, some[3] = {0};
        run_trials(s, 151, 8, true, read_effect, none);
        assert_true(none[1] > 100 && none[2] > 100);
        assert_near(none[0], 0, 0);
        SET_ALL(s, {"response.click.notify_me", "0.5"}, {"response.open.ios", "0"},
                {"response.open.android", "0"}, {"response.open.web", "0"});
        run_trials(s, 151, 8, true, read_effect, some);
        assert_true(some[0] > 0);
        free(s);
    }
}

/* ---- predictive notices ---- */

/* One SKU that is out for exactly three days, again and again, and sells out at once to strangers. */
static scenario *regular(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "200d"}, {"supply.mode", "lead_time"}, {"supply.lead_time.dist", "fixed"},
            {"supply.lead_time.mean", "3d"}, {"supply.quantity.dist", "fixed"}, {"supply.quantity.mean", "5"},
            {"organic.rate", "240"}, {"shoppers.visit_rate", "0.05"}, {"shoppers.visit_cv", "0"},
            {"interest.initial.notify_me", "0"}, {"interest.signal.notify_me", "1"},
            {"policy.predictive.enabled", "true"}, {"policy.predictive.history", "sku"},
            {"policy.recent_notice.window", "0"});
    return s;
}

static void what_is_regular_is_promised_and_kept(void **state) {
    (void)state;
    scenario *s = regular();
    SET_ALL(s, {"response.open.ios", "0.2"}, {"response.open.android", "0.2"}, {"response.open.web", "0.2"});
    tallies x = OF(STORE_T_predictive_sends, STORE_T_predictive_kept, STORE_T_predictive_broken,
                   STORE_T_predictive_opened, STORE_T_predictive_delivered, STORE_T_predictive_chance);
    run_trials(s, 161, 40, false, read_tallies, &x);
    assert_true(x.x[0].mean > 500);
    assert_near(x.x[4].mean, x.x[0].mean, 0);
    assert_always(&x.x[2], 0);
    assert_true(x.x[1].mean <= x.x[0].mean && x.x[1].mean > .95 * x.x[0].mean); /* the rest is not due yet */
    /* n past times out give the least chance k / (n + 1) that is 0.8 or more: at most 0.9 for n >= 4 */
    assert_true(x.x[5].mean > .8 * x.x[0].mean && x.x[5].mean < .9 * x.x[0].mean);
    assert_near(x.x[3].mean, .2 * x.x[0].mean, 4 * sqrt(.16 * x.x[0].mean / 40));
    free(s);
}

/* Of exponential times out, at least as many promises are kept as were made. */
typedef struct {
    sample excess;
    double notices;
} promises;

static void read_promises(const store_trial *t, void *context) {
    promises *p = context;
    double kept = t->tally[STORE_T_predictive_kept], sends = t->tally[STORE_T_predictive_sends];
    p->notices += sends;
    sample_add(&p->excess, kept / (kept + t->tally[STORE_T_predictive_broken]) -
                               t->tally[STORE_T_predictive_chance] / sends);
}

static void a_promise_is_kept_as_often_as_it_says(void **state) {
    (void)state;
    scenario *s = regular();
    SET_ALL(s, {"run.horizon", "3000d"}, {"run.warmup", "500d"}, {"supply.lead_time.dist", "exponential"},
            {"organic.rate", "48"}, {"shoppers.count", "20"}, {"shoppers.visit_rate", "0.02"});
    promises p = {.notices = 0};
    run_trials(s, 171, 60, false, read_promises, &p);
    assert_true(p.notices > 5000);
    assert_near(p.excess.mean, 0, 4 * sample_sd(&p.excess) / sqrt(p.excess.n) + .01);
    free(s);
}

typedef struct {
    double orders[20], sends[20], notices;
    size_t n;
} bought;

static void read_bought(const store_trial *t, void *context) {
    bought *b = context;
    b->notices += t->tally[STORE_T_predictive_sends];
    b->sends[b->n] = t->tally[STORE_T_sends];
    b->orders[b->n++] = t->tally[STORE_T_orders];
}

static void a_promise_changes_nothing_else(void **state) {
    (void)state;
    scenario *s = regular();
    SET_ALL(s, {"organic.rate", "5"}, {"response.click.notify_me", "0.5"});
    bought with = {.n = 0}, without = {.n = 0};
    run_trials(s, 181, 20, false, read_bought, &with);
    set(s, "policy.predictive.enabled", "false");
    run_trials(s, 181, 20, false, read_bought, &without);
    assert_true(with.notices > 1000 && without.notices <= 0);
    for (int i = 0; i < 20; i++) {
        assert_near(with.orders[i], without.orders[i], 0);
        assert_near(with.sends[i], without.sends[i], 0);
    }
    free(s);
}

/* ---- templates ---- */

typedef struct {
    sample share, ctr[2];
} by_template;

static void read_templates(const store_trial *t, void *context) {
    by_template *x = context;
    sample_add(&x->share, t->template[1].sends / t->tally[STORE_T_sends]);
    for (int i = 0; i < 2; i++)
        sample_add(&x->ctr[i], t->template[i].clicked / t->template[i].delivered);
}

static void a_template_multiplies_the_click(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"policy.templates[0].name", "plain"}, {"policy.templates[1].name", "shout"},
            {"policy.templates[1].weight", "3"}, {"response.template_click[0].name", "shout"},
            {"response.template_click[0].times", "2.5"});
    by_template x = {.share = {0}};
    run_trials(s, 191, 1000, false, read_templates, &x);
    assert_mean(&x.share, .75);
    assert_mean(&x.ctr[0], .2);
    assert_mean(&x.ctr[1], .5);
    set(s, "response.template_click[0].times", "10"); /* never above 1 */
    x = (by_template){.share = {0}};
    run_trials(s, 192, 20, false, read_templates, &x);
    assert_always(&x.ctr[1], 1);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_reminder_if_she_does_not_buy),
        cmocka_unit_test(reminders_are_new_chances),
        cmocka_unit_test(followups_are_binomial),
        cmocka_unit_test(followups_go_to_whom_they_should),
        cmocka_unit_test(an_optout_is_of_one_channel),
        cmocka_unit_test(first_touches_meet_the_same_answers),
        cmocka_unit_test(later_touches_are_in_the_truth),
        cmocka_unit_test(what_is_regular_is_promised_and_kept),
        cmocka_unit_test(a_promise_is_kept_as_often_as_it_says),
        cmocka_unit_test(a_promise_changes_nothing_else),
        cmocka_unit_test(a_template_multiplies_the_click),
    };
    return RUN_TESTS(tests);
}
