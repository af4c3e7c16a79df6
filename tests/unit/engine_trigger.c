/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_trigger.c - when a restock opens, pauses, goes on and closes.
 */
#include "tests/unit/engine_rig.h"

static size_t restocks(const rig *r) {
    return bis_engine_restock_count(r->e);
}

static void opens_on_the_way_from_out_to_in(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    stock(r, MINUTE, 0, 5);
    assert_int_equal(restocks(r), 1);
    assert_int_equal(r->n, 1);
    assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON);
    const bis_restock *restock = bis_engine_restock(r->e, 0);
    assert_int_equal(restock->opened, MINUTE);
    assert_int_equal(restock->closed, MINUTE); /* nobody was left */
    assert_int_equal(restock->close_reason, BIS_NO_REASON);
    assert_int_equal(restock->level_at_open, 5);
    stock(r, 2 * MINUTE, 0, 9); /* more of it is no new restock */
    assert_int_equal(restocks(r), 1);
    tear_down(r);
}

static void first_known_level_is_no_restock(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 1);
    stock(r, MINUTE, 1, 5);
    assert_int_equal(restocks(r), 0);
    stock(r, 2 * MINUTE, 1, 0);
    stock(r, 3 * MINUTE, 1, 5);
    assert_int_equal(restocks(r), 1);
    tear_down(r);
}

static void a_negative_level_reads_as_none(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    stock(r, 1, 0, -3);
    assert_int_equal(restocks(r), 0);
    stock(r, 2, 0, 1);
    assert_int_equal(r->said[0].level, 1);
    tear_down(r);
}

static void a_stale_version_is_not_heeded(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    bis_event ev = {.at = 5, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = 0};
    ev.as.stock.level = 9;
    ev.as.stock.version = r->version; /* seen already */
    apply(r, ev);
    assert_int_equal(restocks(r), 0);
    ev.as.stock.version = r->version + 1;
    apply(r, ev);
    assert_int_equal(restocks(r), 1);
    tear_down(r);
}

static void threshold_opens_at_min_stock_and_not_below(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.trigger.mode = BIS_TRIGGER_THRESHOLD;
    p.trigger.min_stock = 10;
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    stock(r, 1, 0, 9);
    assert_int_equal(restocks(r), 0);
    stock(r, 2, 0, 10);
    assert_int_equal(restocks(r), 1);
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 1);
    tear_down(r);
}

/* Ten in line, two a batch; the level falls under min_stock and comes back. */
static void pauses_and_resumes(void **state) {
    (void)state;
    for (int mode = BIS_TRIGGER_TRANSITION; mode <= BIS_TRIGGER_THRESHOLD; mode++) {
        bis_policy p = open_policy();
        p.trigger.mode = mode;
        p.trigger.min_stock = 5;
        p.throttle.mode = BIS_THROTTLE_BATCH;
        p.throttle.size = 2;
        p.throttle.every = 10 * MINUTE;
        rig *r = set_up(&p, 10);
        for (bis_id i = 0; i < 10; i++)
            want(r, 0, i, 0);
        stock(r, 0, 0, 8);
        assert_int_equal(r->n, 2);
        stock(r, MINUTE, 0, 4); /* paused */
        advance(r, 30 * MINUTE);
        assert_int_equal(r->n, 2);
        stock(r, 31 * MINUTE, 0, 5); /* the batch due at 10 runs at once, the next 10 minutes later */
        assert_int_equal(r->n, 4);
        assert_int_equal(r->said[3].at, 31 * MINUTE);
        assert_int_equal(bis_engine_next_wake(r->e), 41 * MINUTE);
        stock(r, 32 * MINUTE, 0, 4);
        stock(r, 33 * MINUTE, 0, 6); /* nothing fell due in this pause */
        assert_int_equal(r->n, 4);
        advance(r, 41 * MINUTE);
        assert_int_equal(r->n, 6);
        assert_int_equal(restocks(r), 1); /* going on opened no other */
        stock(r, 42 * MINUTE, 0, 3);
        settle(r, 43 * MINUTE);
        assert_int_equal(said(r, BIS_WAITING, BIS_BELOW_MIN_STOCK), 4);
        tear_down(r);
    }
}

static void gone_closes_at_once_and_keeps_places(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    rig *r = set_up(&p, 3);
    for (bis_id i = 0; i < 3; i++)
        want(r, 0, i, 0);
    stock(r, 1, 0, 5);
    stock(r, 2, 0, 0);
    assert_said(r, 1, BIS_NO_ID, BIS_WAITING, BIS_STOCK_GONE);
    assert_int_equal(r->said[1].n, 2);
    assert_int_equal(bis_engine_restock(r->e, 0)->close_reason, BIS_STOCK_GONE);
    assert_int_equal(bis_engine_next_wake(r->e), BIS_NEVER);
    want(r, 3, 0, 0); /* told before, joins again: at the tail */
    stock(r, 4, 0, 5);
    advance(r, DAY);
    assert_said(r, 2, 1, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 3, 2, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 4, 0, BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void expires(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = 10 * MINUTE;
    p.trigger.expire_after = 20 * MINUTE;
    rig *r = set_up(&p, 5);
    for (bis_id i = 0; i < 5; i++)
        want(r, 0, i, 0);
    stock(r, 0, 0, 5);
    advance(r, 20 * MINUTE - 1);
    assert_int_equal(r->n, 2);
    advance(r, 20 * MINUTE); /* its end was scheduled before the batch of the same instant */
    assert_int_equal(r->n, 3);
    assert_said(r, 2, BIS_NO_ID, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    assert_int_equal(r->said[2].n, 3);
    uint32_t waiting;
    uint64_t units;
    bis_engine_waiting(r->e, 0, &waiting, &units);
    assert_int_equal(waiting, 3); /* they stay in line */
    tear_down(r);
}

static void debounce_in_waits_and_a_dip_cancels(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.trigger.debounce_in = 10 * MINUTE;
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    stock(r, 1 * MINUTE, 0, 5);
    assert_int_equal(bis_engine_next_wake(r->e), 11 * MINUTE);
    stock(r, 11 * MINUTE, 0, 0); /* at the very end: events come before wakes of their time */
    assert_int_equal(bis_engine_next_wake(r->e), BIS_NEVER);
    advance(r, 20 * MINUTE);
    assert_int_equal(restocks(r), 0);
    stock(r, 21 * MINUTE, 0, 5);
    stock(r, 25 * MINUTE, 0, 3); /* less, but in */
    advance(r, 31 * MINUTE);
    assert_int_equal(restocks(r), 1);
    assert_int_equal(bis_engine_restock(r->e, 0)->opened, 31 * MINUTE);
    assert_int_equal(r->said[0].level, 3);
    tear_down(r);
}

static void debounce_out_asks_for_a_long_absence(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.trigger.debounce_out = 10 * MINUTE;
    rig *r = set_up(&p, 1); /* out since 0 */
    want(r, 0, 0, 0);
    stock(r, 10 * MINUTE - 1, 0, 5);
    assert_int_equal(restocks(r), 0);
    stock(r, 20 * MINUTE, 0, 0);
    stock(r, 30 * MINUTE, 0, 5); /* exactly long enough */
    assert_int_equal(restocks(r), 1);
    tear_down(r);
}

static void a_short_time_in_does_not_restart_debounce_out(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.trigger.debounce_in = 2 * MINUTE;
    p.trigger.debounce_out = 10 * MINUTE;
    rig *r = set_up(&p, 1); /* out since 0 */
    want(r, 0, 0, 0);
    stock(r, 5 * MINUTE, 0, 5);
    stock(r, 6 * MINUTE, 0, 0); /* in for a minute only: still out since 0 */
    stock(r, 11 * MINUTE, 0, 5);
    advance(r, 13 * MINUTE);
    assert_int_equal(restocks(r), 1);
    want(r, 14 * MINUTE, 0, 0);
    stock(r, 15 * MINUTE, 0, 0); /* in for 4 minutes: out since 15 */
    stock(r, 24 * MINUTE, 0, 5);
    advance(r, 30 * MINUTE);
    assert_int_equal(restocks(r), 1);
    tear_down(r);
}

static void reserve_pauses_too(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.reserve_units = 3;
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    stock(r, 1, 0, 3); /* opens, with nothing to offer */
    assert_int_equal(restocks(r), 1);
    assert_int_equal(r->n, 0);
    stock(r, 2, 0, 4);
    assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void wakes_before_an_event_run_first(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 3);
    for (bis_id i = 0; i < 3; i++)
        want(r, 0, i, 0);
    stock(r, 0, 0, 5);
    stock(r, 2 * MINUTE, 0, 0); /* the batch at 1 ran; the one at 2 comes too late */
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 2);
    assert_int_equal(r->said[1].at, MINUTE);
    assert_int_equal(said(r, BIS_WAITING, BIS_STOCK_GONE), 1);
    bis_event late = {.at = MINUTE, .kind = BIS_EV_WITHDRAW};
    assert_int_equal(bis_engine_apply(r->e, &late), BIS_TIME_BACK);
    assert_int_equal(bis_engine_advance(r->e, MINUTE), BIS_TIME_BACK);
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_on_the_way_from_out_to_in),
        cmocka_unit_test(first_known_level_is_no_restock),
        cmocka_unit_test(a_negative_level_reads_as_none),
        cmocka_unit_test(a_stale_version_is_not_heeded),
        cmocka_unit_test(threshold_opens_at_min_stock_and_not_below),
        cmocka_unit_test(pauses_and_resumes),
        cmocka_unit_test(gone_closes_at_once_and_keeps_places),
        cmocka_unit_test(expires),
        cmocka_unit_test(debounce_in_waits_and_a_dip_cancels),
        cmocka_unit_test(debounce_out_asks_for_a_long_absence),
        cmocka_unit_test(a_short_time_in_does_not_restart_debounce_out),
        cmocka_unit_test(reserve_pauses_too),
        cmocka_unit_test(wakes_before_an_event_run_first),
    };
    return RUN_TESTS(tests);
}
