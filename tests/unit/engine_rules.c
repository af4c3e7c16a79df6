/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_rules.c - who is left out: consent, devices, recent purchases, recent notices, caps.
 */
#include "tests/unit/engine_rig.h"

/* One shopper in line for SKU 0 at time 0; what happens when it comes in at `at`. */
static void come_in(rig *r, bis_time at) {
    stock(r, at, 0, 0);
    stock(r, at, 0, 5);
}

static void consent_by_kind_of_interest(void **state) {
    (void)state;
    static const struct {
        bool require, needs, push, behavioural;
        bis_source source;
        bis_reason reason;
    } rows[] = {
        {true, true, false, true, BIS_NOTIFY_ME, BIS_NO_CONSENT},
        {true, true, true, false, BIS_NOTIFY_ME, BIS_NO_REASON},
        {true, true, true, false, BIS_WISHLIST, BIS_NO_CONSENT_BEHAVIOURAL},
        {true, true, true, false, BIS_CART, BIS_NO_CONSENT_BEHAVIOURAL},
        {true, true, true, false, BIS_BROWSE, BIS_NO_CONSENT_BEHAVIOURAL},
        {true, true, false, false, BIS_BROWSE, BIS_NO_CONSENT},
        {true, true, true, true, BIS_BROWSE, BIS_NO_REASON},
        {true, false, true, false, BIS_CART, BIS_NO_REASON},
        {false, true, false, true, BIS_CART, BIS_NO_REASON},
        {false, false, false, false, BIS_CART, BIS_NO_REASON},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bis_policy p = open_policy();
        p.consent.require_optin = rows[i].require;
        p.consent.behavioural_needs_consent = rows[i].needs;
        rig *r = set_up(&p, 1);
        consent(r, 0, 0, rows[i].push, rows[i].behavioural);
        want_by(r, 0, 0, 0, rows[i].source);
        come_in(r, 1);
        assert_said(r, 0, 0, rows[i].reason == BIS_NO_REASON ? BIS_SENT : BIS_SUPPRESSED, rows[i].reason);
        tear_down(r);
    }
}

static void a_dead_token_takes_a_device_away(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    come_in(r, 1);
    bis_event ev = {.at = 2, .kind = BIS_EV_RECEIPT, .shopper = 0, .sku = 0};
    ev.as.receipt.touch = r->said[0].touch;
    ev.as.receipt.what = BIS_RECEIPT_UNREGISTERED;
    apply(r, ev);
    apply(r, ev); /* none left: stays at none */
    want(r, 3, 0, 0);
    come_in(r, 4);
    assert_said(r, 1, 0, BIS_SUPPRESSED, BIS_NO_DEVICE);
    tear_down(r);
}

static void unknown_shoppers_are_not_told(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    want(r, 0, 77, 0);
    come_in(r, 1);
    assert_said(r, 0, 77, BIS_SUPPRESSED, BIS_NO_CONSENT);
    tear_down(r);
}

/* SKU 0 and 1 share a product, 0 and 2 a category, 3 has nothing known. */
static rig *with_catalog(const bis_policy *p) {
    rig *r = set_up(p, 2);
    catalog(r, 0, 0, 10, 20);
    catalog(r, 0, 1, 10, 21);
    catalog(r, 0, 2, 11, 20);
    return r;
}

static const bool in_scope[4][4] = {/* bought: 0     1      2      3 */
                                    [BIS_SCOPE_SKU] = {true, false, false, false},
                                    [BIS_SCOPE_PRODUCT] = {true, true, false, false},
                                    [BIS_SCOPE_CATEGORY] = {true, false, true, false},
                                    [BIS_SCOPE_ANY] = {true, true, true, true}};

static void recent_purchase_by_scope(void **state) {
    (void)state;
    for (int scope = 0; scope < 4; scope++)
        for (bis_id bought = 0; bought < 4; bought++) {
            bis_policy p = open_policy();
            p.recent_purchase = (bis_recent_setup){.window = DAY, .scope = scope};
            rig *r = with_catalog(&p);
            want(r, 0, 0, 0);
            buy(r, 1, 0, bought);
            come_in(r, DAY);
            bool no = in_scope[scope][bought];
            assert_said(r, 0, 0, no ? BIS_SUPPRESSED : BIS_SENT, no ? BIS_RECENT_PURCHASE : BIS_NO_REASON);
            uint32_t interests;
            uint64_t units;
            bis_engine_waiting(r->e, 0, &interests, &units);
            assert_int_equal(interests, no && scope != BIS_SCOPE_SKU); /* scope sku: want satisfied */
            tear_down(r);
        }
}

static void a_purchase_alone_ends_nothing(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.recent_purchase = (bis_recent_setup){.window = DAY, .scope = BIS_SCOPE_SKU};
    rig *r = set_up(&p, 1);
    want(r, 0, 0, 0);
    buy(r, 1, 0, 0);
    uint32_t interests;
    uint64_t units;
    bis_engine_waiting(r->e, 0, &interests, &units);
    assert_int_equal(interests, 1);
    come_in(r, 1 + DAY); /* exactly a window later: no longer recent */
    assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON);
    tear_down(r);
}

static void recent_notice_by_scope(void **state) {
    (void)state;
    for (int scope = 0; scope < 4; scope++)
        for (bis_id told = 0; told < 4; told++) {
            bis_policy p = open_policy();
            p.recent_notice = (bis_recent_setup){.window = DAY, .scope = scope};
            rig *r = with_catalog(&p);
            want(r, 0, 0, told);
            stock(r, 1, told, 0);
            stock(r, 1, told, 1);
            assert_said(r, 0, 0, BIS_SENT, BIS_NO_REASON);
            want(r, 2, 0, 0);
            come_in(r, DAY);
            bool no = in_scope[scope][told];
            assert_said(r, 1, 0, no ? BIS_SUPPRESSED : BIS_SENT, no ? BIS_RECENT_NOTICE : BIS_NO_REASON);
            if (no) {
                come_in(r, DAY + 1); /* exactly a window later, still in line */
                assert_said(r, 2, 0, BIS_SENT, BIS_NO_REASON);
            }
            tear_down(r);
        }
}

static void caps_roll_and_all_must_hold(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.caps.n = 2;
    p.caps.cap[0] = a_cap(1, HOUR);
    p.caps.cap[1] = a_cap(3, DAY);
    rig *r = set_up(&p, 1);
    static const struct {
        bis_time at;
        bis_outcome outcome;
    } steps[] = {
        {0, BIS_SENT},
        {HOUR - 1, BIS_SUPPRESSED}, /* one within the hour */
        {HOUR, BIS_SENT},
        {2 * HOUR, BIS_SENT},
        {3 * HOUR, BIS_SUPPRESSED}, /* three within the day */
        {DAY - 1, BIS_SUPPRESSED},
        {DAY, BIS_SENT}, /* the first is a day old */
        {DAY + HOUR - 1, BIS_SUPPRESSED},
        {DAY + HOUR, BIS_SENT},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        want(r, steps[i].at, 0, 0);
        come_in(r, steps[i].at);
        assert_said(r, i, 0, steps[i].outcome, steps[i].outcome == BIS_SENT ? BIS_NO_REASON : BIS_CAPPED);
    }
    tear_down(r);
}

static void caps_count_every_sku(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.caps.n = 1;
    p.caps.cap[0] = a_cap(2, DAY);
    rig *r = set_up(&p, 1);
    for (bis_id sku = 1; sku <= 3; sku++) {
        want(r, sku, 0, sku);
        stock(r, sku, sku, 0);
        stock(r, sku, sku, 1);
    }
    assert_said(r, 1, 0, BIS_SENT, BIS_NO_REASON);
    assert_said(r, 2, 0, BIS_SUPPRESSED, BIS_CAPPED);
    tear_down(r);
}

/* Everyone held out: ghosts update notices and caps as sends would. */
static void ghosts_count_as_notices(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.holdout.fraction = 1;
    p.recent_notice = (bis_recent_setup){.window = HOUR, .scope = BIS_SCOPE_SKU};
    p.caps.n = 1;
    p.caps.cap[0] = a_cap(2, DAY);
    rig *r = set_up(&p, 1);
    static const bis_time at[] = {0, HOUR - 1, HOUR, 2 * HOUR};
    static const bis_reason reason[] = {BIS_NO_REASON, BIS_RECENT_NOTICE, BIS_NO_REASON, BIS_CAPPED};
    for (size_t i = 0; i < 4; i++) {
        want(r, at[i], 0, 0);
        come_in(r, at[i]);
        assert_said(r, i, 0, reason[i] == BIS_NO_REASON ? BIS_GHOST : BIS_SUPPRESSED, reason[i]);
    }
    assert_int_equal(r->said[2].touch, 1);
    assert_int_equal(bis_engine_restock(r->e, 0)->first_sent, BIS_NEVER);
    tear_down(r);
}

/* Rules judge in pipeline order: the first "no" is the one that is booked. */
static void the_first_no_is_booked(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.recent_purchase = (bis_recent_setup){.window = DAY, .scope = BIS_SCOPE_ANY};
    rig *r = set_up(&p, 0);
    want(r, 0, 0, 0); /* no profile: no consent, no device */
    buy(r, 0, 0, 0);
    come_in(r, 1);
    consent(r, 2, 0, true, true);
    come_in(r, 3);
    person_of_tier(r, 4, 0, 0);
    come_in(r, 5);
    come_in(r, 1 + DAY);
    assert_said(r, 0, 0, BIS_SUPPRESSED, BIS_NO_CONSENT);
    assert_said(r, 1, 0, BIS_SUPPRESSED, BIS_NO_DEVICE);
    assert_said(r, 2, 0, BIS_SUPPRESSED, BIS_RECENT_PURCHASE);
    assert_said(r, 3, 0, BIS_SENT, BIS_NO_REASON);
    assert_int_equal(r->said[2].assigned_at, BIS_NEVER); /* did not reach the holdout step */
    assert_int_equal(r->said[3].assigned_at, 1 + DAY);
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consent_by_kind_of_interest),   cmocka_unit_test(a_dead_token_takes_a_device_away),
        cmocka_unit_test(unknown_shoppers_are_not_told), cmocka_unit_test(recent_purchase_by_scope),
        cmocka_unit_test(a_purchase_alone_ends_nothing), cmocka_unit_test(recent_notice_by_scope),
        cmocka_unit_test(caps_roll_and_all_must_hold),   cmocka_unit_test(caps_count_every_sku),
        cmocka_unit_test(ghosts_count_as_notices),       cmocka_unit_test(the_first_no_is_booked),
    };
    return RUN_TESTS(tests);
}
