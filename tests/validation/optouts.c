/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * optouts.c - opt-outs that nobody hears of, and those that no message has caused, in the whole simulator
 * against hand arithmetic; and that they rise with the number of messages.
 */
#include "tests/validation/quiet_world.h"

/* ---- latent ---- */

/* 0.3 opt out within an hour of the push; nobody hears of q of these on a third of devices. */
static scenario *hidden(const char *q) {
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0"}, {"response.optout", "0.3"},
            {"response.optout_within", "1h"}, {"shoppers.platform.ios", "1"},
            {"shoppers.platform.android", "1"}, {"shoppers.platform.web", "1"},
            {"response.optout_latent.web", q});
    return s;
}

static void found_by_the_next_push(void **state) {
    (void)state;
    scenario *s = hidden("0.8");
    tallies x = OF(STORE_T_optouts, STORE_T_optouts_latent, STORE_T_reachable_end, STORE_T_reminders,
                   STORE_T_reminders_delivered, STORE_T_fail_unregistered);
    run_trials(s, 21, 1500, false, read_tallies, &x);
    assert_mean(&x.x[0], 200 * .3);
    assert_mean(&x.x[1], 200 * .3 * .8 / 3);
    assert_mean(&x.x[2], 200 * .7);
    assert_near(x.x[5].mean, 0, 0);
    free(s);

    /* One reminder more: it goes to who is thought to be there, finds out who is not, and makes new ones. */
    s = hidden("0.8");
    set(s, "policy.reminder.after", "1d");
    x = OF(STORE_T_optouts, STORE_T_optouts_latent, STORE_T_reachable_end, STORE_T_reminders,
           STORE_T_reminders_delivered, STORE_T_later_optouts);
    run_trials(s, 22, 1500, false, read_tallies, &x);
    assert_mean(&x.x[3], 200 * (.7 + .3 * .8 / 3));
    assert_mean(&x.x[4], 200 * .7);
    assert_mean(&x.x[5], 200 * .7 * .3);
    assert_mean(&x.x[1], 200 * .7 * .3 * .8 / 3);
    assert_mean(&x.x[2], 200 * .7 * .7);
    free(s);
}

/* A second reminder does not try those again. */
static void found_once(void **state) {
    (void)state;
    scenario *s = hidden("1");
    SET_ALL(s, {"shoppers.platform.ios", "0"}, {"shoppers.platform.android", "0"}, {"response.optout", "1"},
            {"policy.reminder.after", "1d"}, {"policy.reminder.max", "3"});
    tallies x = OF(STORE_T_optouts, STORE_T_optouts_latent, STORE_T_reachable_end, STORE_T_reminders,
                   STORE_T_reminders_delivered, STORE_T_later_optouts);
    run_trials(s, 23, 10, false, read_tallies, &x);
    const double want[] = {200, 0, 0, 200, 0, 0};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_near(x.x[i].mean, want[i], 0);
    free(s);
}

/* ---- without a message ---- */

typedef struct {
    tallies seen;
    sample excess; /* of the share that opts out among who is told over that among ghosts */
} told_and_not;

static void read_told_and_not(const store_trial *t, void *context) {
    told_and_not *s = context;
    const double *v = t->tally;
    read_tallies(t, &s->seen);
    if (v[STORE_T_delivered] > 0 && v[STORE_T_ghosts] > 0)
        sample_add(&s->excess,
                   v[STORE_T_optouts] / v[STORE_T_delivered] - v[STORE_T_ghost_optouts] / v[STORE_T_ghosts]);
}

static void ghosts_opt_out_too(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"response.click.notify_me", "0"}, {"shoppers.optout_hazard", "0.2"},
            {"policy.holdout.fraction", "0.4"}, {"run.horizon", "10d"}, {"response.optout_within", "0"});
    const double day = 1 - exp(-.2);
    told_and_not x = {.seen = OF(STORE_T_optouts, STORE_T_ghost_optouts, STORE_T_reachable_end, STORE_T_sends,
                                 STORE_T_ghosts, STORE_T_delivered)};
    run_trials(s, 24, 1500, false, read_told_and_not, &x);
    assert_mean(&x.seen.x[0], 120 * day);
    assert_mean(&x.seen.x[1], 80 * day);
    assert_mean(&x.seen.x[2], 200 * exp(-2));
    assert_mean(&x.excess, 0);
    /* Those whom the push itself makes opt out at once are there no more to do so by themselves. */
    set(s, "response.optout", "0.25");
    told_and_not y = {.seen = OF(STORE_T_optouts, STORE_T_ghost_optouts, STORE_T_reachable_end, STORE_T_sends,
                                 STORE_T_ghosts, STORE_T_delivered)};
    run_trials(s, 25, 1500, false, read_told_and_not, &y);
    assert_mean(&y.seen.x[1], 80 * day);
    assert_mean(&y.seen.x[0], 120 * (.25 + .75 * day));
    assert_mean(&y.excess, .25 * (1 - day));
    free(s);
}

/* ---- with the number of messages ---- */

static void read_optouts(const store_trial *t, void *context) {
    *(double *)context += t->tally[STORE_T_optouts] + t->tally[STORE_T_later_optouts];
}

/* On common random numbers each reminder more, and any fatigue, adds opt-outs and takes none away. */
static void more_messages_more_optouts(void **state) {
    (void)state;
    static const char *const reminders[] = {"1", "2", "4", "8"};
    double last = 0, calm[4];
    for (int tired = 0; tired < 2; tired++)
        for (int i = 0; i < 4; i++) {
            scenario *s = quiet_world();
            SET_ALL(s, {"response.click.notify_me", "0"}, {"response.optout", "0.02"},
                    {"policy.reminder.after", "1d"}, {"policy.reminder.max", reminders[i]},
                    {"response.fatigue.optout", tired ? "0.4" : "0"});
            double n = 0;
            run_trials(s, 26, 20, false, read_optouts, &n);
            if (i > 0) assert_true(n > last);
            if (tired) assert_true(n > calm[i]);
            if (!tired) calm[i] = n;
            last = n;
            free(s);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_the_next_push),
        cmocka_unit_test(found_once),
        cmocka_unit_test(ghosts_opt_out_too),
        cmocka_unit_test(more_messages_more_optouts),
    };
    return RUN_TESTS(tests);
}
