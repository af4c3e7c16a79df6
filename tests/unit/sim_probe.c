/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_probe.c - the probe: it changes nothing, it sees what the logs keep, and in a world so small that all
 * is known it sees that.
 */
#include "sim/probe.h"

#include <stdlib.h>
#include <string.h>

#include "sim/trial.h"
#include "tests/support.h"

enum { SHOPPERS_SEEN = 60 };

static const char small[] = "tests/golden/cli/files/small.yaml", line[] = "tests/golden/cli/files/line.yaml";

static scenario *load(const char *path, const char *const *set, size_t sets) {
    scenario *s = NULL;
    scenario_error error = {""};
    if (scenario_load(path, set, sets, &s, &error) != SCENARIO_OK) {
        print_error("%s\n", error.text);
        fail();
    }
    return s;
}

static store_trial *plain(const scenario *s, uint32_t replication, sim_log log) {
    store_trial *t = calloc(1, sizeof *t);
    double loop_s;
    const char *broken = NULL;
    assert_non_null(t);
    assert_int_equal(sim_trial_run(s, 11, replication, false, log, t, &loop_s, &broken), SIM_OK);
    return t;
}

static store_trial *probed(const scenario *s, uint32_t replication, sim_probe *probe) {
    store_trial *t = calloc(1, sizeof *t);
    const char *broken = NULL;
    assert_non_null(t);
    assert_int_equal(sim_trial_probe(s, 11, replication, probe, t, &broken), SIM_OK);
    return t;
}

static void give_back(store_trial *t) {
    store_trial_clear(t);
    free(t);
}

/* Policies in which restocks open late, pause, expire, are of a product, go by lot, and queue. */
static const char *const policies[][4] = {
    {"policy.min_stock=1", "policy.throttle.size=5", "supply.restocks[0].units=9",
     "policy.recent_notice.window=0"},
    {"policy.debounce_in=20min", "policy.mode=threshold", "policy.min_stock=3", "policy.throttle.size=9"},
    {"policy.match=product", "policy.throttle.jitter=40min", "policy.expire_after=2h", "policy.min_stock=2"},
    {"policy.priority=lottery", "policy.holdout.consumes_slot=false", "policy.throttle.mode=recount",
     "policy.throttle.every=30min"},
    {"policy.throttle.mode=none", "response.optout=0.3", "provider.unavailable=0.4", "provider.quota=40"},
};
enum { POLICIES = sizeof policies / sizeof *policies };

static void it_changes_nothing(void **state) {
    (void)state;
    for (size_t p = 0; p < POLICIES; p++) {
        scenario *s = load(small, policies[p], 4);
        store_trial *without = plain(s, 1, SIM_LOG_SUMMARY);
        for (uint32_t shopper = 0; shopper < 2000; shopper += 397) {
            sim_probe probe = {.shopper = shopper};
            store_trial *with = probed(s, 1, &probe);
            assert_memory_equal(with, without, offsetof(store_trial, restock));
            assert_int_equal(with->unmets, without->unmets); /* the only rows that were not asked for */
            assert_memory_equal(with->unmet, without->unmet, with->unmets * sizeof *with->unmet);
            give_back(with);
            sim_probe_clear(&probe);
        }
        give_back(without);
        scenario_destroy(s);
    }
}

/* ---- the logs of a run tell the same ---- */

static const sim_seen *next_of(const sim_probe *probe, size_t *at, sim_seen_what what) {
    const sim_seen *seen = sim_probe_seen(probe);
    while (*at < probe->seen.n)
        if (seen[(*at)++].what == what) return &seen[*at - 1];
    return NULL;
}

static void compare_decisions(const store_trial *log, const sim_probe *probe, size_t *found) {
    size_t at = 0;
    for (size_t i = 0; i < log->decisions; i++) {
        const store_decision_row *row = &log->decision[i];
        if (row->shopper != probe->shopper) continue;
        const sim_seen *seen = next_of(probe, &at, SIM_SEEN_DECISION);
        assert_non_null(seen);
        const bis_decision *d = &seen->as.decision;
        assert_int_equal(seen->at, row->at);
        assert_int_equal(seen->sku, row->sku);
        assert_int_equal(seen->restock, row->restock);
        assert_int_equal(seen->touch, row->touch);
        assert_int_equal(d->level, row->level);
        assert_string_equal(bis_outcome_name(d->outcome), row->outcome);
        assert_string_equal(bis_reason_name(d->reason), row->reason);
        ++*found;
    }
    assert_null(next_of(probe, &at, SIM_SEEN_DECISION));
}

static void compare_orders(const store_trial *log, const sim_probe *probe, size_t *found) {
    size_t at = 0;
    for (size_t i = 0; i < log->orders; i++) {
        const store_order_row *row = &log->order[i];
        if (row->shopper != probe->shopper) continue;
        const sim_seen *seen = next_of(probe, &at, SIM_SEEN_ORDER);
        assert_non_null(seen);
        assert_int_equal(seen->at, row->at);
        assert_int_equal(seen->sku, row->sku);
        assert_string_equal(seen->as.order.how, row->how);
        assert_int_equal(seen->as.order.oversold, row->oversold);
        assert_int_equal(seen->as.order.credited, row->credited_touch);
        ++*found;
    }
    assert_null(next_of(probe, &at, SIM_SEEN_ORDER));
}

static const sim_seen *of_touch(const sim_probe *probe, sim_seen_what what, uint32_t touch) {
    const sim_seen *seen = sim_probe_seen(probe);
    for (size_t i = 0; i < probe->seen.n; i++)
        if (seen[i].what == what && seen[i].touch == touch) return &seen[i];
    return NULL;
}

static void compare_touches(const store_trial *log, const sim_probe *probe, size_t *found) {
    for (size_t i = 0; i < log->touches; i++) {
        const store_touch_row *row = &log->touch[i];
        if (row->shopper != probe->shopper) continue;
        const sim_seen *shown = of_touch(probe, SIM_SEEN_SHOWN, row->touch);
        const sim_seen *opened = of_touch(probe, SIM_SEEN_OPENED, row->touch);
        const sim_seen *landed = of_touch(probe, SIM_SEEN_LANDED, row->touch);
        const sim_seen *failed = of_touch(probe, SIM_SEEN_FAILED, row->touch);
        assert_int_equal(shown ? shown->at : STORE_NONE, row->delivered);
        assert_int_equal(opened ? opened->at : STORE_NONE, row->opened);
        assert_int_equal(landed ? landed->at : STORE_NONE, row->landed);
        assert_string_equal(failed ? failed->as.touch.why : "", row->failure);
        const char *landing = landed && landed->as.touch.why ? landed->as.touch.why : "in_stock";
        assert_string_equal(landed ? landing : "", row->landing);
        ++*found;
    }
}

/* Of whom the log tells something, or just anyone. */
static uint32_t someone(const store_trial *log, uint32_t i) {
    uint32_t shopper = UINT32_MAX;
    if (i % 3 == 0 && i < log->orders) shopper = log->order[i].shopper;
    if (i % 3 == 1) shopper = log->decision[(size_t)i * log->decisions / SHOPPERS_SEEN].shopper;
    return shopper == UINT32_MAX ? i * 33 : shopper;
}

static void it_sees_what_the_logs_keep(void **state) {
    (void)state;
    for (size_t p = 0; p < POLICIES; p++) {
        size_t decisions = 0, orders = 0, touches = 0;
        scenario *s = load(small, policies[p], 4);
        store_trial *log = plain(s, 0, SIM_LOG_FULL);
        for (uint32_t i = 0; i < SHOPPERS_SEEN; i++) {
            sim_probe probe = {.shopper = someone(log, i)};
            give_back(probed(s, 0, &probe));
            compare_decisions(log, &probe, &decisions);
            compare_orders(log, &probe, &orders);
            compare_touches(log, &probe, &touches);
            for (size_t k = 1; k < probe.seen.n; k++)
                assert_true(sim_probe_seen(&probe)[k - 1].at <= sim_probe_seen(&probe)[k].at);
            sim_probe_clear(&probe);
        }
        assert_true(decisions > 5 && orders > 0 && touches > 0);
        give_back(log);
        scenario_destroy(s);
    }
}

/* In a line by place that nobody leaves out of turn, a shopper with n ahead of her is the (n + 1)-th. */
static void her_place_in_line_is_her_turn(void **state) {
    (void)state;
    size_t compared = 0;
    scenario *s = load(small, policies[POLICIES - 1], 4); /* all at once, so nothing comes between */
    store_trial *log = plain(s, 0, SIM_LOG_FULL);
    for (uint32_t k = 0; k < SHOPPERS_SEEN; k++) {
        sim_probe probe = {.shopper = someone(log, k)};
        give_back(probed(s, 0, &probe));
        const sim_seen *opened = NULL;
        for (size_t i = 0; i < probe.seen.n; i++) {
            const sim_seen *seen = &sim_probe_seen(&probe)[i];
            if (seen->what == SIM_SEEN_RESTOCK_OPENED && seen->as.line.before.in_line) opened = seen;
            if (seen->what != SIM_SEEN_DECISION || !opened || opened->restock != seen->restock) continue;
            if (seen->as.decision.turn == 0 || seen->as.decision.at > opened->at) continue;
            assert_int_equal(seen->as.decision.turn, opened->as.line.before.ahead + 1);
            compared++;
        }
        sim_probe_clear(&probe);
    }
    assert_true(compared > 10);
    give_back(log);
    scenario_destroy(s);
}

/* ---- four in a line, two units, one told every ten minutes ---- */

typedef struct {
    sim_seen_what what;
    int64_t after; /* s since the start */
} expected;

static void assert_story(const sim_probe *probe, const expected *want, size_t n) {
    const int64_t start = 1772409600000; /* 2026-03-02 */
    const sim_seen *seen = sim_probe_seen(probe);
    for (size_t i = 0; i < n && i < probe->seen.n; i++) {
        assert_int_equal(seen[i].what, want[i].what);
        assert_int_equal(seen[i].at, start + 1000 * want[i].after);
        assert_int_equal(seen[i].sku, 0);
    }
    assert_int_equal(probe->seen.n, n);
}
#define ASSERT_STORY(probe, ...)                                                                             \
    do {                                                                                                     \
        const expected want[] = {__VA_ARGS__};                                                               \
        assert_story((probe), want, sizeof want / sizeof *want);                                             \
    } while (0)

enum { DAY = 86400, END = 4 * DAY };

static void who_is_told_and_buys(void **state) {
    (void)state;
    scenario *s = load(line, NULL, 0);
    sim_probe probe = {.shopper = 1};
    give_back(probed(s, 0, &probe));
    ASSERT_STORY(&probe, {SIM_SEEN_SIGNAL, 0}, {SIM_SEEN_RESTOCK_OPENED, DAY}, {SIM_SEEN_DECISION, DAY + 600},
                 {SIM_SEEN_ACCEPTED, DAY + 600}, {SIM_SEEN_SHOWN, DAY + 600}, {SIM_SEEN_OPENED, DAY + 660},
                 {SIM_SEEN_LANDED, DAY + 665}, {SIM_SEEN_ORDER, DAY + 695},
                 {SIM_SEEN_RESTOCK_CLOSED, DAY + 695}, {SIM_SEEN_END, END});
    const sim_seen *seen = sim_probe_seen(&probe);
    assert_int_equal(seen[0].as.signal.source, BIS_NOTIFY_ME);
    assert_int_equal(seen[0].as.signal.visit, 0);
    assert_int_equal(seen[0].as.signal.then.ahead, 1);
    assert_int_equal(seen[1].level, 2);
    assert_int_equal(seen[1].as.line.before.ahead, 1);
    assert_int_equal(seen[1].as.line.before.waiting, 4);
    assert_int_equal(seen[1].as.line.after.ahead, 0);
    assert_int_equal(seen[2].as.decision.outcome, BIS_SENT);
    assert_int_equal(seen[2].as.decision.turn, 2);
    assert_int_equal(seen[2].as.decision.level, 1);
    assert_null(seen[6].as.touch.why);
    assert_string_equal(seen[7].as.order.how, "push");
    assert_int_equal(seen[7].as.order.credited, 1);
    assert_int_equal(seen[8].as.line.restock.close_reason, BIS_STOCK_GONE);
    assert_false(seen[9].as.line.after.in_line);
    assert_false(seen[9].as.line.wants);
    sim_probe_clear(&probe);
    scenario_destroy(s);
}

static void whose_turn_never_comes(void **state) {
    (void)state;
    scenario *s = load(line, NULL, 0);
    sim_probe probe = {.shopper = 3};
    give_back(probed(s, 0, &probe));
    ASSERT_STORY(&probe, {SIM_SEEN_SIGNAL, 0}, {SIM_SEEN_RESTOCK_OPENED, DAY},
                 {SIM_SEEN_RESTOCK_CLOSED, DAY + 695}, {SIM_SEEN_END, END});
    const sim_seen *closed = &sim_probe_seen(&probe)[2];
    assert_true(closed->as.line.before.in_line);
    assert_false(closed->as.line.before.had_turn);
    assert_int_equal(closed->as.line.before.ahead, 1);
    assert_int_equal(closed->as.line.before.waiting, 2);
    assert_int_equal(closed->as.line.restock.outcome[BIS_WAITING], 2);
    assert_true(closed[1].as.line.after.in_line);
    assert_true(closed[1].as.line.wants);
    sim_probe_clear(&probe);
    scenario_destroy(s);
}

/* Below three units nobody is told; the second restock brings one that makes three. */
static void pauses_are_seen(void **state) {
    (void)state;
    const char *const set[] = {"policy.min_stock=3", "supply.restocks[1].after=2d",
                               "supply.restocks[1].units=1"};
    scenario *s = load(line, set, 3);
    sim_probe probe = {.shopper = 0};
    give_back(probed(s, 0, &probe));
    ASSERT_STORY(
        &probe, {SIM_SEEN_SIGNAL, 0}, {SIM_SEEN_RESTOCK_OPENED, DAY}, {SIM_SEEN_RESTOCK_RESUMED, 2 * DAY},
        {SIM_SEEN_DECISION, 2 * DAY}, {SIM_SEEN_ACCEPTED, 2 * DAY}, {SIM_SEEN_SHOWN, 2 * DAY},
        {SIM_SEEN_OPENED, 2 * DAY + 60}, {SIM_SEEN_LANDED, 2 * DAY + 65}, {SIM_SEEN_ORDER, 2 * DAY + 95},
        {SIM_SEEN_RESTOCK_PAUSED, 2 * DAY + 95}, {SIM_SEEN_RESTOCK_CLOSED, END}, {SIM_SEEN_END, END});
    assert_true(sim_probe_seen(&probe)[1].as.line.paused);
    assert_int_equal(sim_probe_seen(&probe)[2].level, 3);
    assert_int_equal(sim_probe_seen(&probe)[9].level, 2);
    sim_probe_clear(&probe);
    scenario_destroy(s);
}

static void a_ghost_is_told_nothing(void **state) {
    (void)state;
    const char *const set[] = {"policy.holdout.fraction=1"};
    scenario *s = load(line, set, 1);
    sim_probe probe = {.shopper = 1};
    give_back(probed(s, 0, &probe));
    ASSERT_STORY(&probe, {SIM_SEEN_SIGNAL, 0}, {SIM_SEEN_RESTOCK_OPENED, DAY}, {SIM_SEEN_DECISION, DAY + 600},
                 {SIM_SEEN_RESTOCK_CLOSED, DAY + 1800}, {SIM_SEEN_END, END});
    assert_int_equal(sim_probe_seen(&probe)[2].as.decision.outcome, BIS_GHOST);
    sim_probe_clear(&probe);
    scenario_destroy(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_changes_nothing),
        cmocka_unit_test(it_sees_what_the_logs_keep),
        cmocka_unit_test(her_place_in_line_is_her_turn),
        cmocka_unit_test(who_is_told_and_buys),
        cmocka_unit_test(whose_turn_never_comes),
        cmocka_unit_test(pauses_are_seen),
        cmocka_unit_test(a_ghost_is_told_nothing),
    };
    return RUN_TESTS(tests);
}
