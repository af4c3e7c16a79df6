/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * patience.c - what moves an answer's log-odds, in the whole simulator against hand arithmetic: fatigue, the
 * hour, the variant.
 */
#include "tests/validation/quiet_world.h"

#define DAY    86400000.0
#define MINUTE 60000.0

static double shifted(double p, double shift) {
    return 1 / (1 + (1 - p) / p * exp(-shift));
}

/* ---- fatigue ---- */

/* A push and two reminders a day apart; nobody buys, so all are told of all. */
static scenario *reminded(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0.4"}, {"response.buy.notify_me", "0"},
            {"policy.reminder.after", "24h"}, {"policy.reminder.max", "2"},
            {"response.fatigue.window", "2d"});
    return s;
}

static void each_message_tires(void **state) {
    (void)state;
    scenario *s = reminded();
    set(s, "response.fatigue.click", "0.5");
    tallies x = OF(STORE_T_clicked, STORE_T_reminders_clicked, STORE_T_reminders, STORE_T_optouts);
    run_trials(s, 11, 1500, false, read_tallies, &x);
    /* opened a minute after they are shown, when the others are a minute older */
    double one = exp(-(DAY + MINUTE) / (2 * DAY)), two = exp(-(2 * DAY + MINUTE) / (2 * DAY));
    assert_mean(&x.x[0], 200 * .4);
    assert_mean(&x.x[1], 200 * (shifted(.4, -.5 * one) + shifted(.4, -.5 * (one + two))));
    assert_near(x.x[2].mean, 400, 0);
    free(s);
}

/* E-mails and notes in the app tire as pushes do. */
static void all_kinds_tire(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0.4"}, {"response.buy.notify_me", "0"},
            {"response.fatigue.window", "2d"}, {"response.fatigue.click", "0.5"},
            {"shoppers.email_optin", "1"}, {"response.email.delivered", "1"}, {"response.email.open", "0"},
            {"response.email.optout", "0"}, {"response.in_app.delivered", "1"}, {"response.in_app.open", "1"},
            {"response.in_app.open_delay.dist", "fixed"}, {"response.in_app.open_delay.mean", "0"},
            {"policy.channels[0].name", "email"}, {"policy.channels[0].after", "12h"},
            {"policy.channels[0].if", "not_bought"}, {"policy.channels[1].name", "in_app"},
            {"policy.channels[1].after", "24h"}, {"policy.channels[1].if", "not_bought"});
    tallies x = OF(STORE_T_clicked, STORE_T_followups_in_app_clicked, STORE_T_followups_email_delivered,
                   STORE_T_optouts);
    run_trials(s, 12, 1500, false, read_tallies, &x);
    assert_near(x.x[2].mean, 200, 0);
    assert_mean(&x.x[0], 200 * .4);
    assert_mean(&x.x[1], 200 * shifted(.4, -.5 * (exp(-.5) + exp(-.25))));
    free(s);
}

/* A first push with no one before it; then those who have stayed. */
static void tired_shoppers_opt_out(void **state) {
    (void)state;
    scenario *s = reminded();
    SET_ALL(s, {"response.fatigue.optout", "1.5"}, {"response.optout", "0.05"},
            {"response.optout_within", "1h"}, {"policy.reminder.max", "1"});
    tallies x = OF(STORE_T_optouts, STORE_T_later_optouts, STORE_T_reminders, STORE_T_clicked);
    run_trials(s, 13, 1500, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * .05);
    assert_mean(&x.x[2], 200 * .95);
    assert_mean(&x.x[1], 200 * .95 * shifted(.05, 1.5 * exp(-.5)));
    free(s);
}

/* Between two restocks all ask again. Who was a ghost of the first would have been shown it, and is not tired
 * by it. */
static void ghosts_do_not_tire(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0.4"}, {"response.buy.notify_me", "0"},
            {"response.fatigue.window", "2d"}, {"response.fatigue.click", "3"},
            {"policy.holdout.unit", "restock"}, {"policy.holdout.fraction", "0.5"},
            {"supply.restocks[0].units", "1"}, {"supply.restocks[1].after", "1d"},
            {"supply.restocks[1].units", "1"}, {"organic.rate", "1000"}, {"shoppers.visit_rate", "50"},
            {"shoppers.visit_cv", "0"}, {"shoppers.visit_buy", "0"}, {"interest.signal.notify_me", "1"},
            {"interest.signal.wishlist", "0"}, {"interest.signal.cart", "0"}, {"interest.signal.browse", "0"},
            {"run.horizon", "2d"}, {"policy.recent_notice.window", "0"});
    tallies x = OF(STORE_T_ghosts, STORE_T_sends, STORE_T_clicked, STORE_T_opened);
    double ghosts = 0, clicked = 0, only = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) { /* each restock is either for all or for nobody */
        x = OF(STORE_T_ghosts, STORE_T_sends, STORE_T_clicked, STORE_T_opened);
        char salt[16];
        snprintf(salt, sizeof salt, "%d", (int)seed);
        set(s, "policy.holdout.salt", salt);
        run_trials(s, seed, 1, false, read_tallies, &x);
        assert_near(x.x[0].mean + x.x[1].mean, 400, 0);
        if (x.x[0].mean < 200 || x.x[1].mean < 200) continue;
        ghosts += x.x[0].mean;
        clicked += x.x[2].mean;
        only += 200;
    }
    assert_true(only >= 1000);
    assert_near(clicked, .4 * only, 4 * sqrt(.24 * only));
    assert_near(ghosts, only, 0);
    free(s);
}

/* ---- the hour, the variant ---- */

/* Shown at 5:45 and opened at 5:46 in Nepal. */
static void by_the_hour_of_the_opening(void **state) {
    (void)state;
    static bis_zone_step step[] = {{0, 345 * 60000}};
    bis_zone nepal = {step, 1};
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0.3"}, {"response.buy.notify_me", "0"});
    for (int i = 0; i < 24; i++)
        s->p.response.hour[i].log_odds = i == 5 ? .8 : -9;
    s->p.response.hours = 24;
    s->zone = &nepal;
    s->zones = 1;
    tallies x = OF(STORE_T_clicked, STORE_T_opened, STORE_T_sends, STORE_T_optouts);
    run_trials(s, 14, 500, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * shifted(.3, .8));
    s->zones = 0; /* and 0:01 in UTC */
    x = OF(STORE_T_clicked, STORE_T_opened, STORE_T_sends, STORE_T_optouts);
    run_trials(s, 14, 500, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * shifted(.3, -9));
    free(s);
}

/* One unit, of S; all are told, and half of them want M. */
static void of_another_variant(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"catalog.variants[0].name", "S"}, {"catalog.variants[1].name", "M"},
            {"catalog.variants[0].share", "1"}, {"catalog.variants[1].share", "1"},
            {"supply.restocks[0].units", "1"}, {"policy.match", "product"},
            {"response.click.notify_me", "0.5"}, {"response.buy.notify_me", "0"},
            {"response.other_variant", "-2"});
    tallies x = OF(STORE_T_clicked, STORE_T_sends, STORE_T_oos_stale_feed, STORE_T_optouts);
    run_trials(s, 15, 1500, false, read_tallies, &x);
    assert_near(x.x[1].mean, 200, 0);
    assert_mean(&x.x[0], 100 * .5 + 100 * shifted(.5, -2));
    assert_mean(&x.x[2], 100 * shifted(.5, -2));
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_tires),         cmocka_unit_test(all_kinds_tire),
        cmocka_unit_test(tired_shoppers_opt_out),     cmocka_unit_test(ghosts_do_not_tire),
        cmocka_unit_test(by_the_hour_of_the_opening), cmocka_unit_test(of_another_variant),
    };
    return RUN_TESTS(tests);
}
