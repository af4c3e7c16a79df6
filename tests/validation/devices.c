/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * devices.c - the push provider in the whole program: several devices to a shopper, quota, collapsing,
 * outages, and that what is switched on without effect changes nothing.
 */
#include "tests/validation/quiet_world.h"

/* All 200 shoppers have two devices, and wait for a SKU of which there is enough. */
static scenario *world_of_two_devices(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "100000"}, {"shoppers.devices[0].share", "0"},
            {"shoppers.devices[1].share", "1"});
    return s;
}

/* ---- counts ---- */

typedef struct {
    double sends, messages;
    sample accepted, delivered, opened, dead, reachable;
} counts;

static void read_counts(const store_trial *t, void *context) {
    counts *c = context;
    c->sends += t->tally[STORE_T_sends];
    c->messages += t->tally[STORE_T_messages];
    sample_add(&c->accepted, t->tally[STORE_T_accepted]);
    sample_add(&c->delivered, t->tally[STORE_T_delivered]);
    sample_add(&c->opened, t->tally[STORE_T_opened]);
    sample_add(&c->dead, t->tally[STORE_T_fail_unregistered]);
    sample_add(&c->reachable, t->tally[STORE_T_reachable_end]);
}

/* Each token is dead with p = 0.3. Of 200 sends to two devices 400 p messages fail, 200 p^2 sends with both
 * of theirs, and the others are opened once. Where one device is the most, 200 p, whatever else she has: but
 * then only one of her tokens is found dead. */
static void a_send_reaches_her_by_any_of_her_devices(void **state) {
    (void)state;
    scenario *s = world_of_two_devices();
    set(s, "provider.unregistered", "0.3");
    counts both = {0}, one = {0};
    run_trials(s, 11, 60, false, read_counts, &both);
    assert_near(both.sends, 60 * 200, 0);
    assert_near(both.messages, 2 * 60 * 200, 0);
    assert_mean(&both.dead, 400 * 0.3);
    assert_mean(&both.accepted, 200 * 0.91);
    assert_near(both.delivered.mean, both.accepted.mean, 1e-9);
    assert_near(both.opened.mean, both.accepted.mean, 1e-9);
    assert_near(both.reachable.mean, both.accepted.mean, 1e-9);
    set(s, "policy.max_devices", "1");
    run_trials(s, 11, 60, false, read_counts, &one);
    assert_near(one.messages, 60 * 200, 0);
    assert_mean(&one.dead, 200 * 0.3);
    assert_near(one.delivered.mean + one.dead.mean, 200, 1e-9);
    assert_near(one.reachable.mean, 200, 0);
    free(s);
}

/* Weights 1, 2, 1 of one, two and three devices are 2 a shopper, with a variance of 0.5. */
static void devices_have_their_shares(void **state) {
    (void)state;
    scenario *s = world_of_two_devices();
    SET_ALL(s, {"shoppers.devices[0].share", "1"}, {"shoppers.devices[1].share", "2"},
            {"shoppers.devices[2].share", "1"});
    counts c = {0};
    run_trials(s, 12, 60, false, read_counts, &c);
    assert_near(c.messages, 60 * 200 * 2, 4 * sqrt(60 * 200 * 0.5));
    free(s);
}

/* Only those whose first device is an iOS one can be pushed to; their second one is Android for half of them.
 * Of those half again are shown it there first, and on Android nobody opens: 1/2 + 1/2 * 1/2 do. */
static void she_opens_by_the_device_that_shows_it(void **state) {
    (void)state;
    scenario *s = world_of_two_devices();
    SET_ALL(s, {"shoppers.platform.ios", "1"}, {"shoppers.platform.android", "1"},
            {"shoppers.platform.web", "0"}, {"shoppers.optin.android", "0"}, {"response.open.android", "0"},
            {"provider.latency.dist", "exponential"}, {"provider.latency.mean", "1min"});
    counts c = {0};
    run_trials(s, 20, 40, false, read_counts, &c);
    double n = 40 * c.delivered.mean;
    assert_near(n, 40 * 100, 4 * sqrt(40 * 200 * 0.25));
    assert_near(40 * c.opened.mean, 0.75 * n, 4 * sqrt(n * 0.75 * 0.25));
    free(s);
}

/* ---- times ---- */

typedef void row_reader(const store_touch_row *row, void *context);

/* Shows each touch of replication 0 to `read`. */
static void read_touches(const scenario *s, uint64_t seed, row_reader *read, void *context) {
    store_trial *t = malloc(sizeof *t);
    const char *broken = "no memory";
    double loop_s;
    assert_non_null(t);
    assert_int_equal(sim_trial_run(s, seed, 0, false, SIM_LOG_FULL, t, &loop_s, &broken), SIM_OK);
    for (size_t i = 0; i < t->touches; i++)
        read(&t->touch[i], context);
    store_trial_clear(t);
    free(t);
}

static void read_delay(const store_touch_row *row, void *context) {
    sample_add(context, (double)(row->delivered - row->at));
}

/* The first of two exponential latencies with mean m is exponential with mean m/2. */
static void the_first_device_that_shows_it_counts(void **state) {
    (void)state;
    scenario *s = world_of_two_devices();
    SET_ALL(s, {"shoppers.count", "4000"}, {"provider.latency.dist", "exponential"},
            {"provider.latency.mean", "10min"});
    sample delay = {0};
    read_touches(s, 13, read_delay, &delay);
    assert_near(delay.n, 4000, 0);
    assert_mean(&delay, 300000);
    assert_near(sample_sd(&delay), 300000, 30000);
    free(s);
}

static void read_minute(const store_touch_row *row, void *context) {
    uint32_t *shown = context;
    int64_t after = row->delivered - row->at;
    assert_int_equal(after % 60000, 0);
    assert_true(after < 4 * 60000);
    shown[after / 60000]++;
}

/* 250 at once at a full minute, 100 a minute: 100, 100, 50. One send waits 60 s * (100 * 1 + 50 * 2) / 250.
 */
static void a_quota_spreads_a_batch_over_minutes(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "250"}, {"provider.quota", "100"}, {"provider.backoff", "0"},
            {"provider.retries", "100"});
    uint32_t shown[4] = {0};
    sample delay = {0};
    read_touches(s, 14, read_minute, shown);
    read_touches(s, 14, read_delay, &delay);
    assert_int_equal(shown[0], 100);
    assert_int_equal(shown[1], 100);
    assert_int_equal(shown[2], 50);
    assert_near(delay.mean, 48000, 1e-6);
    free(s);
}

/* ---- collapsing ---- */

typedef struct {
    double sends, collapsed, delivered, reminders, reminders_delivered;
} shown;

static void read_shown(const store_trial *t, void *context) {
    shown *x = context;
    x->sends += t->tally[STORE_T_sends];
    x->collapsed += t->tally[STORE_T_fail_collapsed];
    x->delivered += t->tally[STORE_T_delivered];
    x->reminders += t->tally[STORE_T_reminders];
    x->reminders_delivered += t->tally[STORE_T_reminders_delivered];
}

/* Every device is found offline for 60 minutes. After the first push come five reminders, one every 10
 * minutes, all before the spell ends: the last is shown alone. Without collapsing each finds the device
 * offline for 60 minutes of its own, and all six are shown. */
static void of_a_push_and_its_reminders_the_last_is_shown(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "100000"}, {"provider.offline", "1"},
            {"provider.offline_for.dist", "fixed"}, {"provider.offline_for.mean", "60min"},
            {"policy.reminder.after", "10min"}, {"policy.reminder.max", "5"}, {"response.open.ios", "0"},
            {"response.open.android", "0"}, {"response.open.web", "0"});
    shown apart = {0}, collapsed = {0}, ended = {0};
    run_trials(s, 15, 2, false, read_shown, &apart);
    assert_near(apart.delivered, 400, 0);
    assert_near(apart.reminders_delivered, 2000, 0);
    assert_near(apart.collapsed, 0, 0);
    SET_ALL(s, {"provider.collapse.key", "sku"}, {"provider.collapse.burst", "0"});
    run_trials(s, 15, 2, false, read_shown, &collapsed);
    assert_near(collapsed.sends, 400, 0);
    assert_near(collapsed.reminders, 2000, 0);
    assert_near(collapsed.collapsed, 400, 0);
    assert_near(collapsed.delivered, 0, 0);
    assert_near(collapsed.reminders_delivered, 400, 0);
    set(s, "run.horizon", "30min"); /* nothing would be shown before the end, yet it is replaced before it */
    run_trials(s, 15, 2, false, read_shown, &ended);
    assert_near(ended.collapsed, 400, 0);
    free(s);
}

/* Messages that would be shown after the end of the run are replaced before it, long after windows have
 * passed and others need their room: 400 first ones by the first of four reminders. */
static void what_the_end_cuts_off_can_still_be_replaced(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.restocks[0].units", "100000"}, {"shoppers.count", "400"}, {"run.horizon", "5d"},
            {"provider.offline", "1"}, {"provider.offline_for.dist", "fixed"},
            {"provider.offline_for.mean", "28d"}, {"provider.collapse.key", "sku"},
            {"policy.reminder.after", "1d"}, {"policy.reminder.max", "4"}, {"attribution.click", "1h"});
    shown x = {0};
    run_trials(s, 21, 1, false, read_shown, &x);
    assert_near(x.reminders, 1600, 0);
    assert_near(x.collapsed, 400, 0);
    assert_near(x.delivered + x.reminders_delivered, 0, 0);
    free(s);
}

/* ---- outages ---- */

static void read_outage(const store_trial *t, void *context) {
    double *n = context;
    n[0] += t->tally[STORE_T_delivered];
    n[1] += t->tally[STORE_T_fail_unavailable];
}

/* It lasts 10 minutes. The first retry comes after 2 to 4 minutes, the second 4 to 8 later, the third 8 to 16
 * after that, which is after 14 at least: so everyone is told with three, and nobody with one. */
static void retries_outlast_an_outage(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"provider.outages[0].after", "0"}, {"provider.outages[0].for", "10min"},
            {"provider.backoff", "2min"}, {"provider.retries", "3"});
    double many[2] = {0}, few[2] = {0}, after[2] = {0};
    run_trials(s, 16, 2, false, read_outage, many);
    set(s, "provider.retries", "1");
    run_trials(s, 16, 2, false, read_outage, few);
    set(s, "supply.restocks[0].after", "10min"); /* when it is over */
    run_trials(s, 16, 2, false, read_outage, after);
    assert_true(many[0] == 400 && many[1] == 0);
    assert_true(few[0] == 0 && few[1] == 400);
    assert_true(after[0] == 400 && after[1] == 0);
    free(s);
}

/* ---- what has no effect ---- */

/* A world in which messages fail in all ways, late and early. */
static scenario *troubled_world(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "20d"}, {"shoppers.count", "400"}, {"shoppers.visit_rate", "0.5"},
            {"supply.restocks[0].units", "30"}, {"supply.restocks[1].after", "3d"},
            {"supply.restocks[1].units", "30"}, {"supply.restocks[2].after", "6d"},
            {"supply.restocks[2].units", "90"}, {"catalog.products", "2"},
            {"interest.initial.notify_me", "0.5"}, {"interest.signal.notify_me", "0.5"},
            {"response.sold_out_leaves", "0.2"}, {"response.optout", "0.02"}, {"provider.quota", "20"},
            {"provider.retries", "2"}, {"provider.backoff", "1min"}, {"provider.unregistered", "0.1"},
            {"provider.bad_token", "0.02"}, {"provider.internal", "0.1"}, {"provider.unavailable", "0.2"},
            {"provider.too_large", "0.02"}, {"provider.latency.dist", "exponential"},
            {"provider.latency.mean", "20min"}, {"provider.ttl", "60min"}, {"policy.reminder.after", "2h"},
            {"policy.holdout.fraction", "0.2"}, {"policy.throttle.jitter", "5min"});
    return s;
}

typedef struct {
    double tally[8][STORE_TALLY_COUNT];
    int n;
} all_tallies;

static void read_all_tallies(const store_trial *t, void *context) {
    all_tallies *x = context;
    memcpy(x->tally[x->n++], t->tally, sizeof t->tally);
}

/* All go by the way of several devices, where nobody has a second one and nothing is offline; and by limits
 * that nothing reaches. */
static void ways_without_effect_change_nothing(void **state) {
    (void)state;
    static all_tallies plain, devices, limits;
    plain = devices = limits = (all_tallies){0};
    scenario *s = troubled_world();
    run_trials(s, 17, 8, false, read_all_tallies, &plain);
    SET_ALL(s, {"shoppers.devices[0].share", "1"}, {"shoppers.devices[1].share", "0"});
    run_trials(s, 17, 8, false, read_all_tallies, &devices);
    SET_ALL(s, {"provider.collapse.key", "product"}, {"provider.device_limit.per_minute", "240"},
            {"provider.device_limit.per_hour", "5000"}, {"provider.outages[0].after", "1d"},
            {"provider.outages[0].for", "1d"}, {"provider.outages[0].share", "0"},
            {"provider.stale_after", "36500d"});
    run_trials(s, 17, 8, false, read_all_tallies, &limits);
    assert_true(plain.tally[0][STORE_T_sends] > 100);
    assert_true(plain.tally[0][STORE_T_fail_quota] > 0 && plain.tally[0][STORE_T_fail_bad_token] > 0);
    assert_memory_equal(&devices, &plain, sizeof plain);
    assert_memory_equal(&limits, &plain, sizeof plain);
    free(s);
}

/* Three devices each in such a world: the engine's count of them and the world's stay the same, or a trial
 * would end with a message. Every send ends in some way, and each message is shown or fails at most once. */
static void read_ends(const store_trial *t, void *context) {
    int *trials = context;
    double failed = t->tally[STORE_T_fail_bad_token] + t->tally[STORE_T_fail_collapsed];
    for (int i = STORE_T_fail_unregistered; i <= STORE_T_fail_ttl; i++)
        failed += t->tally[i];
    failed += t->tally[STORE_T_fail_internal] + t->tally[STORE_T_fail_device_limit];
    assert_true(t->tally[STORE_T_messages] > t->tally[STORE_T_sends]);
    assert_true(t->tally[STORE_T_accepted] >= t->tally[STORE_T_delivered]);
    assert_true(t->tally[STORE_T_delivered] >= t->tally[STORE_T_opened]);
    assert_true(failed + t->tally[STORE_T_delivered] <= t->tally[STORE_T_messages]);
    assert_true(failed > 0);
    ++*trials;
}

static void devices_in_a_troubled_world(void **state) {
    (void)state;
    scenario *s = troubled_world();
    SET_ALL(s, {"shoppers.devices[0].share", "0"}, {"shoppers.devices[1].share", "0"},
            {"shoppers.devices[2].share", "1"}, {"provider.offline", "0.5"},
            {"provider.offline_for.dist", "exponential"}, {"provider.offline_for.mean", "3h"},
            {"provider.ttl", "1d"}, {"provider.collapse.key", "product"}, {"provider.stale_after", "30d"},
            {"provider.backoff", "2h"},
            {"policy.reminder.max", "5"}); /* so that two messages find the same token dead */
    int trials = 0;
    run_trials(s, 18, 20, false, read_ends, &trials);
    assert_int_equal(trials, 20);
    free(s);
}

static void an_ideal_transport_shows_everything(void **state) {
    (void)state;
    scenario *s = troubled_world();
    set(s, "provider.transport", "ideal");
    double n[2] = {0};
    run_trials(s, 19, 2, false, read_outage, n);
    assert_true(n[0] > 200 && n[1] == 0);
    sample delay = {0};
    read_touches(s, 19, read_delay, &delay);
    assert_true(delay.n > 100);
    assert_near(delay.mean, 0, 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_send_reaches_her_by_any_of_her_devices),
        cmocka_unit_test(devices_have_their_shares),
        cmocka_unit_test(she_opens_by_the_device_that_shows_it),
        cmocka_unit_test(the_first_device_that_shows_it_counts),
        cmocka_unit_test(a_quota_spreads_a_batch_over_minutes),
        cmocka_unit_test(of_a_push_and_its_reminders_the_last_is_shown),
        cmocka_unit_test(what_the_end_cuts_off_can_still_be_replaced),
        cmocka_unit_test(retries_outlast_an_outage),
        cmocka_unit_test(ways_without_effect_change_nothing),
        cmocka_unit_test(devices_in_a_troubled_world),
        cmocka_unit_test(an_ideal_transport_shows_everything),
    };
    return RUN_TESTS(tests);
}
