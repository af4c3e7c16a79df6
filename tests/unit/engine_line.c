/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_line.c - interests and their place in line.
 */
#include "tests/unit/engine_rig.h"

static uint32_t waiting(const rig *r, uint64_t *units) {
    uint32_t interests;
    bis_engine_waiting(r->e, 0, &interests, units);
    return interests;
}

static void one_interest_per_shopper_and_sku(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 2);
    uint64_t units;
    want(r, 1, 0, 0);
    want_by(r, 2, 0, 0, BIS_CART);
    bis_event ev = {.at = 3, .kind = BIS_EV_INTEREST, .shopper = 0, .sku = 0};
    ev.as.interest.quantity = 4;
    apply(r, ev);
    assert_int_equal(waiting(r, &units), 1);
    assert_int_equal(units, 4); /* the latest signal says how many */
    stock(r, 4, 0, 5);
    assert_int_equal(r->n, 1);
    assert_int_equal(r->said[0].source, BIS_NOTIFY_ME);
    assert_int_equal(r->said[0].place, 1);
    assert_int_equal(waiting(r, &units), 0);
    assert_int_equal(units, 0);
    tear_down(r);
}

static void a_stronger_source_moves_to_the_tail(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 3);
    want_by(r, 1, 0, 0, BIS_CART);
    want_by(r, 2, 1, 0, BIS_CART);
    want_by(r, 3, 2, 0, BIS_CART);
    want_by(r, 4, 0, 0, BIS_NOTIFY_ME); /* to the tail */
    want_by(r, 5, 1, 0, BIS_BROWSE);    /* weaker: stays */
    want_by(r, 6, 1, 0, BIS_CART);      /* the same: stays */
    stock(r, 7, 0, 5);
    assert_said(r, 0, 1, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 1, 2, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 2, 0, BIS_SENT, BIS_NO_REASON);
    assert_int_equal(r->said[0].place, 2);
    assert_int_equal(r->said[2].place, 4);
    tear_down(r);
}

static void disabled_sources_are_not_looked_at(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.interest.source[BIS_BROWSE].enabled = false;
    rig *r = set_up(&p, 1);
    uint64_t units;
    want_by(r, 1, 0, 0, BIS_BROWSE);
    assert_int_equal(waiting(r, &units), 0);
    tear_down(r);
}

static void min_views_within_the_window(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.interest.source[BIS_BROWSE] = (bis_source_setup){.enabled = true, .window = HOUR, .min_views = 3};
    rig *r = set_up(&p, 1);
    uint64_t units;
    want_by(r, 0, 0, 0, BIS_BROWSE);
    want_by(r, HOUR - 1, 0, 0, BIS_BROWSE);
    want_by(r, 2 * HOUR - 1, 0, 0, BIS_BROWSE); /* an hour later: the count starts anew */
    assert_int_equal(waiting(r, &units), 0);
    want_by(r, 2 * HOUR, 0, 0, BIS_BROWSE);
    want_by(r, 2 * HOUR + 5, 0, 0, BIS_BROWSE);
    assert_int_equal(waiting(r, &units), 1);
    stock(r, 2 * HOUR + 6, 0, 5);
    assert_int_equal(r->said[0].place, 2 * HOUR + 5); /* since it counts */
    tear_down(r);
}

static void a_window_is_half_open_and_renewed(void **state) {
    (void)state;
    for (int late = 0; late < 2; late++) {
        bis_policy p = open_policy();
        p.interest.source[BIS_NOTIFY_ME].window = HOUR;
        rig *r = set_up(&p, 1);
        want(r, 0, 0, 0);
        want(r, 30 * MINUTE, 0, 0);
        stock(r, 90 * MINUTE - 1 + late, 0, 5);
        if (late)
            assert_said(r, 0, 0, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
        else
            assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON);
        uint64_t units;
        assert_int_equal(waiting(r, &units), 0); /* both end the interest */
        tear_down(r);
    }
}

static void a_weaker_source_inside_its_window_counts_instead(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.interest.source[BIS_NOTIFY_ME].window = HOUR;
    rig *r = set_up(&p, 2);
    want_by(r, 0, 0, 0, BIS_CART);
    want_by(r, 1, 0, 0, BIS_WISHLIST);
    want_by(r, 2, 0, 0, BIS_NOTIFY_ME);
    want_by(r, 3, 1, 0, BIS_CART);
    stock(r, 2 * HOUR, 0, 5);
    assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON); /* keeps her place */
    assert_int_equal(r->said[0].source, BIS_WISHLIST);
    assert_int_equal(r->said[0].place, 2);
    tear_down(r);
}

static void a_lapsed_interest_starts_anew(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.interest.source[BIS_NOTIFY_ME].window = HOUR;
    rig *r = set_up(&p, 2);
    want(r, 0, 0, 0);
    want(r, 30 * MINUTE, 1, 0);
    want(r, HOUR, 0, 0); /* lapsed: behind shopper 1 now */
    assert_int_equal(r->n, 0);
    stock(r, HOUR, 0, 5);
    assert_said(r, 0, 1, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 1, 0, BIS_SENT, BIS_NO_REASON);
    assert_int_equal(r->said[1].place, HOUR);
    tear_down(r);
}

static void a_lapsed_candidate_expires_on_a_new_signal(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.interest.source[BIS_NOTIFY_ME].window = HOUR;
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = 2 * HOUR;
    rig *r = set_up(&p, 2);
    want(r, 0, 0, 0);
    want(r, 0, 1, 0);
    stock(r, 1, 0, 5);
    want(r, HOUR, 1, 0);
    assert_said(r, 1, 1, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
    assert_int_equal(bis_engine_restock(r->e, 0)->candidates, 3); /* she is in again */
    tear_down(r);
}

static void withdrawal(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    rig *r = set_up(&p, 4);
    for (bis_id i = 0; i < 4; i++)
        want(r, 0, i, 0);
    withdraw(r, 1, 3, 0); /* no restock: nothing to book */
    withdraw(r, 1, 3, 0); /* not there: nothing to do */
    assert_int_equal(r->n, 0);
    stock(r, 2, 0, 5);
    withdraw(r, 3, 1, 0);
    assert_said(r, 1, 1, BIS_DROPPED, BIS_CANCELLED);
    withdraw(r, 4, 2, 0); /* the last one: the campaign is over */
    assert_int_equal(bis_engine_restock(r->e, 0)->closed, 4);
    assert_int_equal(bis_engine_restock(r->e, 0)->candidates, 3);
    tear_down(r);
}

static void joins_an_open_campaign_at_the_tail(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 3);
    want(r, 0, 0, 0);
    want(r, 0, 1, 0);
    stock(r, 1, 0, 5);
    want(r, 2, 2, 0);
    want(r, 3, 0, 0); /* told at 1, wants it again: a candidate of the same restock once more */
    assert_int_equal(bis_engine_restock(r->e, 0)->candidates, 4);
    advance(r, HOUR);
    assert_said(r, 1, 1, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 2, 2, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 3, 0, BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void suppressed_keeps_her_place_and_has_no_second_turn(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 3);
    for (bis_id i = 0; i < 3; i++)
        want_by(r, 0, i, 0, BIS_CART);
    consent(r, 0, 0, false, true);
    stock(r, 1, 0, 5); /* 0 is suppressed and uses no slot, 1 is sent */
    assert_said(r, 0, 0, BIS_SUPPRESSED, BIS_NO_CONSENT);
    assert_said(r, 1, 1, BIS_SENT, BIS_NO_REASON);
    consent(r, 2, 0, true, true);
    want(r, 3, 0, 0); /* a stronger source, at the tail: no second turn all the same */
    advance(r, HOUR);
    assert_int_equal(r->n, 3);
    assert_said(r, 2, 2, BIS_SENT, BIS_NO_REASON);
    stock(r, HOUR, 0, 0);
    stock(r, HOUR + 1, 0, 1); /* the next restock */
    assert_said(r, 3, 0, BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void higher_tiers_go_first(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.priority.mode = BIS_PRIORITY_TIER;
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 0);
    static const uint8_t tiers[] = {0, 2, 1, 2, 0, 9};
    for (bis_id i = 0; i < 6; i++)
        person_of_tier(r, 0, i, tiers[i]);
    for (bis_id i = 0; i < 5; i++)
        want(r, i, i, 0);
    stock(r, 10, 0, 50);
    want(r, 11, 5, 0);
    advance(r, HOUR);
    static const bis_id order[] = {1, 5, 3, 2, 0, 4};
    for (bis_id i = 0; i < 6; i++)
        assert_said(r, i, order[i], BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void a_new_tier_keeps_the_place(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.priority.mode = BIS_PRIORITY_TIER;
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 0);
    for (bis_id i = 0; i < 5; i++)
        person_of_tier(r, 0, i, i == 2 ? 0 : 1);
    for (bis_id i = 0; i < 5; i++)
        want(r, i, i, 0);
    stock(r, 10, 0, 50); /* 0 */
    person_of_tier(r, 11, 2, 1);
    person_of_tier(r, 12, 3, 0);
    advance(r, HOUR);
    static const bis_id order[] = {0, 1, 2, 4, 3};
    for (bis_id i = 0; i < 5; i++)
        assert_said(r, i, order[i], BIS_SENT, BIS_NO_REASON);
    assert_int_equal(r->said[2].place, 2);
    tear_down(r);
}

/* Far more come and go than ever wait: the line must not grow with them. */
static void gaps_are_squeezed_out(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 0);
    want(r, 0, 0, 0);
    for (bis_id i = 1; i <= 20000; i++) {
        want(r, 1, 1 + i % 7, 0);
        withdraw(r, 1, 1 + i % 7, 0);
    }
    size_t interest_bytes;
    bis_engine_memory(r->e, &interest_bytes);
    assert_true(interest_bytes < 2000);
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_interest_per_shopper_and_sku),
        cmocka_unit_test(a_stronger_source_moves_to_the_tail),
        cmocka_unit_test(disabled_sources_are_not_looked_at),
        cmocka_unit_test(min_views_within_the_window),
        cmocka_unit_test(a_window_is_half_open_and_renewed),
        cmocka_unit_test(a_weaker_source_inside_its_window_counts_instead),
        cmocka_unit_test(a_lapsed_interest_starts_anew),
        cmocka_unit_test(a_lapsed_candidate_expires_on_a_new_signal),
        cmocka_unit_test(withdrawal),
        cmocka_unit_test(joins_an_open_campaign_at_the_tail),
        cmocka_unit_test(suppressed_keeps_her_place_and_has_no_second_turn),
        cmocka_unit_test(higher_tiers_go_first),
        cmocka_unit_test(a_new_tier_keeps_the_place),
        cmocka_unit_test(gaps_are_squeezed_out),
    };
    return RUN_TESTS(tests);
}
