/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_throttle.c - batches, waves, put-off sends and the second look before them.
 */
#include "tests/unit/engine_rig.h"

static bis_policy batches(bis_throttle_mode mode) {
    bis_policy p = open_policy();
    p.throttle.mode = (int)mode;
    p.throttle.size = 3;
    p.throttle.every = 10 * MINUTE;
    p.throttle.per_unit = 2;
    return p;
}

static rig *in_line(const bis_policy *p, bis_id people) {
    rig *r = set_up(p, people);
    for (bis_id i = 0; i < people; i++)
        want(r, 0, i, 0);
    return r;
}

static void none_tells_all_at_once(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = in_line(&p, 50);
    stock(r, 1, 0, 1);
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 50);
    for (bis_id i = 0; i < 50; i++) {
        assert_said(r, i, i, BIS_SENT, BIS_NO_REASON);
        assert_int_equal(r->said[i].touch, i);
    }
    want(r, 2, 0, 0); /* the campaign is over: she waits for the next */
    assert_int_equal(r->n, 50);
    tear_down(r);
}

static void none_tells_who_joins_at_once(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.jitter = HOUR; /* keeps it open */
    rig *r = in_line(&p, 1);
    stock(r, 1, 0, 1);
    r->n = 0;
    person_of_tier(r, 2, 1, 0);
    want(r, 2, 1, 0);
    assert_said(r, 0, 1, BIS_QUEUED, BIS_NO_REASON);
    assert_int_equal(r->said[0].assigned_at, 2);
    tear_down(r);
}

static void batch_after_batch(void **state) {
    (void)state;
    bis_policy p = batches(BIS_THROTTLE_BATCH);
    rig *r = in_line(&p, 8);
    stock(r, 0, 0, 1);
    assert_int_equal(r->n, 3);
    advance(r, 10 * MINUTE - 1);
    assert_int_equal(r->n, 3);
    advance(r, 10 * MINUTE);
    assert_int_equal(r->n, 6);
    advance(r, HOUR);
    assert_int_equal(r->n, 8);
    assert_int_equal(r->said[7].at, 20 * MINUTE);
    assert_int_equal(bis_engine_restock(r->e, 0)->closed, 20 * MINUTE); /* as soon as nobody is left */
    tear_down(r);
}

static void settling_books_the_rest(void **state) {
    (void)state;
    bis_policy p = batches(BIS_THROTTLE_BATCH);
    rig *r = in_line(&p, 8);
    stock(r, 0, 0, 1);
    settle(r, 10 * MINUTE); /* the batch due now still runs */
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 6);
    assert_int_equal(said(r, BIS_WAITING, BIS_THROTTLED), 2);
    bis_ledger ledger;
    bis_engine_ledger(r->e, &ledger);
    assert_int_equal(ledger.candidates, 8);
    assert_int_equal(ledger.n[BIS_SENT][BIS_NO_REASON], 6);
    assert_int_equal(ledger.n[BIS_WAITING][BIS_THROTTLED], 2);
    assert_int_equal(bis_engine_next_wake(r->e), BIS_NEVER);
    tear_down(r);
}

static void per_unit_waves_follow_the_level(void **state) {
    (void)state;
    bis_policy p = batches(BIS_THROTTLE_PER_UNIT);
    p.throttle.reserve_units = 1;
    rig *r = in_line(&p, 20);
    stock(r, 0, 0, 4); /* 3 offered, 2 people each */
    assert_int_equal(r->n, 6);
    stock(r, MINUTE, 0, 2); /* 1 offered */
    advance(r, 10 * MINUTE);
    assert_int_equal(r->n, 8);
    stock(r, 11 * MINUTE, 0, 1); /* none offered: no wave */
    advance(r, 25 * MINUTE);
    assert_int_equal(r->n, 8);
    stock(r, 26 * MINUTE, 0, 3); /* offered again: the wave due at 20 runs */
    assert_int_equal(r->n, 12);
    assert_int_equal(bis_engine_next_wake(r->e), 36 * MINUTE);
    tear_down(r);
}

static void jitter_puts_off_within_its_span(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.jitter = HOUR;
    rig *r = in_line(&p, 1000);
    stock(r, 0, 0, 9);
    assert_int_equal(said(r, BIS_QUEUED, BIS_NO_REASON), 1000);
    double sum = 0;
    for (size_t i = 0; i < 1000; i++) {
        assert_true(r->said[i].send_at >= 0 && r->said[i].send_at < HOUR);
        sum += (double)r->said[i].send_at / HOUR;
    }
    assert_near(sum / 1000, 0.5, 4 * 0.2887 / 31.6); /* 4 sd of a uniform mean */
    advance(r, HOUR);
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 1000);
    for (size_t i = 1000; i < 2000; i++) {
        assert_int_equal(r->said[i].at, r->said[i].send_at);
        assert_int_equal(r->said[i].assigned_at, 0);
        assert_true(i == 1000 || r->said[i].at >= r->said[i - 1].at);
    }
    assert_int_equal(bis_engine_restock(r->e, 0)->closed, r->said[1999].at);
    tear_down(r);
}

/* What comes between the slot and the send, and what becomes of the candidate then. */
static void what_the_second_look_sees(void **state) {
    (void)state;
    enum { NOTHING, OPTED_OUT, TOKEN_DEAD, BOUGHT, TOLD_OF_OTHER, LEFT, GONE, CASES };
    static const bis_reason reason[CASES] = {BIS_NO_REASON,       BIS_NO_CONSENT, BIS_NO_DEVICE,
                                             BIS_RECENT_PURCHASE, BIS_CAPPED,     BIS_CANCELLED,
                                             BIS_STOCK_GONE};
    for (int what = 0; what < CASES; what++)
        for (int recheck = 0; recheck < 2; recheck++) {
            bis_policy p = open_policy();
            p.throttle.jitter = HOUR;
            p.recheck.before_send = recheck;
            p.recent_purchase = (bis_recent_setup){.window = DAY, .scope = BIS_SCOPE_SKU};
            p.caps.n = 1;
            p.caps.cap[0] = a_cap(1, DAY);
            rig *r = in_line(&p, 1);
            if (what == TOLD_OF_OTHER) {
                want(r, 0, 0, 1);
                stock(r, 0, 1, 0);
                stock(r, 0, 1, 1);
            }
            stock(r, 0, 0, 5);
            bis_event profile = {.at = 1, .kind = BIS_EV_PROFILE, .shopper = 0, .sku = BIS_NO_ID};
            profile.as.profile.push_optin = true;
            if (what == OPTED_OUT) consent(r, 1, 0, false, false);
            if (what == TOKEN_DEAD) apply(r, profile);
            if (what == BOUGHT) buy(r, 1, 0, 0);
            if (what == LEFT) withdraw(r, 1, 0, 0);
            if (what == GONE) stock(r, 1, 0, 0);
            advance(r, HOUR);
            bool looked = recheck || what == LEFT || what == GONE;
            bool dropped = looked && reason[what] != BIS_NO_REASON;
            const bis_decision *last = &r->said[r->n - 1];
            assert_int_equal(last->outcome, dropped ? BIS_DROPPED : BIS_SENT);
            assert_int_equal(last->reason, dropped ? reason[what] : BIS_NO_REASON);
            assert_int_equal(last->assigned_at, 0);
            uint32_t interests;
            uint64_t units;
            bis_engine_waiting(r->e, last->sku, &interests, &units);
            assert_int_equal(interests, dropped && what != BOUGHT && what != LEFT);
            tear_down(r);
        }
}

static void put_off_sends_wait_for_the_end_of_a_pause(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.jitter = HOUR;
    p.trigger.min_stock = 3;
    rig *r = in_line(&p, 20);
    stock(r, 0, 0, 3);
    stock(r, 0, 0, 2);
    advance(r, HOUR);
    assert_int_equal(r->n, 20);
    stock(r, 2 * HOUR, 0, 3);
    assert_int_equal(said(r, BIS_SENT, BIS_NO_REASON), 20);
    for (bis_id i = 0; i < 20; i++) { /* in order of line */
        assert_said(r, 20 + i, i, BIS_SENT, BIS_NO_REASON);
        assert_int_equal(r->said[20 + i].at, 2 * HOUR);
    }
    tear_down(r);
}

static void queued_ones_hold_their_slot_and_end_with_the_campaign(void **state) {
    (void)state;
    bis_policy p = batches(BIS_THROTTLE_BATCH);
    p.throttle.jitter = HOUR;
    p.trigger.expire_after = 5;
    rig *r = in_line(&p, 5);
    stock(r, 0, 0, 3);
    assert_int_equal(said(r, BIS_QUEUED, BIS_NO_REASON), 3);
    withdraw(r, 1, 0, 0); /* frees no slot */
    assert_int_equal(said(r, BIS_QUEUED, BIS_NO_REASON), 3);
    assert_said(r, 3, 0, BIS_DROPPED, BIS_CANCELLED);
    advance(r, 5);
    assert_said(r, 4, 1, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    assert_said(r, 5, 2, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    assert_said(r, 6, BIS_NO_ID, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    assert_int_equal(r->said[6].n, 2);
    assert_int_equal(bis_engine_next_wake(r->e), BIS_NEVER);
    stock(r, 6, 0, 0);
    stock(r, 7, 0, 9); /* all but 0 still stand in their places */
    assert_said(r, 7, 1, BIS_QUEUED, BIS_NO_REASON);
    tear_down(r);
}

static void settling_books_queued_ones_one_by_one(void **state) {
    (void)state;
    bis_policy p = batches(BIS_THROTTLE_BATCH);
    p.throttle.jitter = HOUR;
    rig *r = in_line(&p, 5);
    stock(r, 0, 0, 3);
    settle(r, 0);
    for (bis_id i = 0; i < 3; i++)
        assert_said(r, 3 + i, i, BIS_WAITING, BIS_THROTTLED);
    assert_said(r, 6, BIS_NO_ID, BIS_WAITING, BIS_THROTTLED);
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_tells_all_at_once),
        cmocka_unit_test(none_tells_who_joins_at_once),
        cmocka_unit_test(batch_after_batch),
        cmocka_unit_test(settling_books_the_rest),
        cmocka_unit_test(per_unit_waves_follow_the_level),
        cmocka_unit_test(jitter_puts_off_within_its_span),
        cmocka_unit_test(what_the_second_look_sees),
        cmocka_unit_test(put_off_sends_wait_for_the_end_of_a_pause),
        cmocka_unit_test(queued_ones_hold_their_slot_and_end_with_the_campaign),
        cmocka_unit_test(settling_books_queued_ones_one_by_one),
    };
    return RUN_TESTS(tests);
}
