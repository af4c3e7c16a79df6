/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_rig.h - an engine on the bench: short names for events, and what it said so far.
 *
 * Each call is checked to succeed and to leave the engine valid. Each event has its time first.
 */
#ifndef TESTS_ENGINE_RIG_H
#define TESTS_ENGINE_RIG_H

#include "tests/support.h"

#include "engine/bis.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

typedef struct {
    bis_engine *e;
    uint64_t version;
    bis_decision said[4096]; /* all so far */
    size_t n;
} rig;

/* A cap on messages of any kind by any channel, in the last `per`. */
static inline bis_cap a_cap(int64_t count, bis_time per) {
    return (bis_cap){.count = count, .per = per, .channels = 0xf, .obeys = 0x1f, .counts = 0x1f};
}

/* A policy that tells everyone at once and leaves nobody out but the unreachable. */
static inline bis_policy open_policy(void) {
    bis_policy p;
    bis_policy_default(&p);
    for (int s = 0; s < BIS_SOURCE_COUNT; s++)
        p.interest.source[s] = (bis_source_setup){.enabled = true, .window = 0, .min_views = 1};
    p.recent_purchase.window = p.recent_notice.window = 0;
    p.throttle.mode = BIS_THROTTLE_NONE;
    p.trigger.expire_after = 0;
    return p;
}

static inline void listen(rig *r) {
    const bis_decision *d;
    size_t n = bis_engine_outbox(r->e, &d);
    assert_true(r->n + n <= sizeof r->said / sizeof r->said[0]);
    if (n > 0) memcpy(r->said + r->n, d, n * sizeof *d);
    r->n += n;
    const char *reason = "";
    if (!bis_engine_validate(r->e, &reason)) fail_msg("%s", reason);
}

static inline void apply(rig *r, bis_event event) {
    assert_int_equal(bis_engine_apply(r->e, &event), BIS_OK);
    listen(r);
}

static inline void advance(rig *r, bis_time at) {
    assert_int_equal(bis_engine_advance(r->e, at), BIS_OK);
    listen(r);
}

static inline void settle(rig *r, bis_time at) {
    assert_int_equal(bis_engine_settle(r->e, at), BIS_OK);
    listen(r);
}

static inline void person_of_tier(rig *r, bis_time at, bis_id shopper, uint8_t tier) {
    bis_event ev = {.at = at, .kind = BIS_EV_PROFILE, .shopper = shopper, .sku = BIS_NO_ID};
    ev.as.profile.hash = shopper * UINT64_C(0x9e3779b97f4a7c15);
    ev.as.profile.tier = tier;
    ev.as.profile.devices = 1;
    ev.as.profile.push_optin = ev.as.profile.behavioural_consent = true;
    apply(r, ev);
}

static inline void consent(rig *r, bis_time at, bis_id shopper, bool push, bool behavioural) {
    bis_event ev = {.at = at, .kind = BIS_EV_CONSENT, .shopper = shopper, .sku = BIS_NO_ID};
    ev.as.consent.push_optin = push;
    ev.as.consent.behavioural_consent = behavioural;
    apply(r, ev);
}

static inline void want_by(rig *r, bis_time at, bis_id shopper, bis_id sku, bis_source source) {
    bis_event ev = {.at = at, .kind = BIS_EV_INTEREST, .shopper = shopper, .sku = sku};
    ev.as.interest.source = source;
    ev.as.interest.quantity = 1;
    apply(r, ev);
}

static inline void want(rig *r, bis_time at, bis_id shopper, bis_id sku) {
    want_by(r, at, shopper, sku, BIS_NOTIFY_ME);
}

static inline void withdraw(rig *r, bis_time at, bis_id shopper, bis_id sku) {
    apply(r, (bis_event){.at = at, .kind = BIS_EV_WITHDRAW, .shopper = shopper, .sku = sku});
}

static inline void buy(rig *r, bis_time at, bis_id shopper, bis_id sku) {
    bis_event ev = {.at = at, .kind = BIS_EV_ORDER, .shopper = shopper, .sku = sku};
    ev.as.order.quantity = 1;
    apply(r, ev);
}

static inline void catalog(rig *r, bis_time at, bis_id sku, bis_id product, bis_id category) {
    bis_event ev = {.at = at, .kind = BIS_EV_CATALOG, .shopper = BIS_NO_ID, .sku = sku};
    ev.as.catalog.product = product;
    ev.as.catalog.category = category;
    apply(r, ev);
}

static inline void stock(rig *r, bis_time at, bis_id sku, int64_t level) {
    bis_event ev = {.at = at, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = sku};
    ev.as.stock.level = level;
    ev.as.stock.as_of = at;
    ev.as.stock.version = ++r->version;
    apply(r, ev);
}

/* An engine with `people` shoppers of tier 0 at time 0, and SKU 0 sold out. */
static inline rig *set_up(const bis_policy *policy, bis_id people) {
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    assert_int_equal(bis_engine_create(policy, NULL, &r->e), BIS_OK);
    for (bis_id i = 0; i < people; i++)
        person_of_tier(r, 0, i, 0);
    stock(r, 0, 0, 0);
    return r;
}

static inline void tear_down(rig *r) {
    bis_engine_destroy(r->e);
    free(r);
}

/* How many decisions of this outcome and reason so far, bulk ones counted by their n. */
static inline uint32_t said(const rig *r, bis_outcome outcome, bis_reason reason) {
    uint32_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->said[i].outcome == outcome && r->said[i].reason == reason) n += r->said[i].n;
    return n;
}

/* The i-th decision concerns this shopper and has this outcome and reason. */
#define assert_said(r, i, who, what, why)                                                                    \
    do {                                                                                                     \
        assert_true((size_t)(i) < (r)->n);                                                                   \
        assert_int_equal((r)->said[i].shopper, (who));                                                       \
        assert_string_equal(bis_outcome_name((r)->said[i].outcome), bis_outcome_name(what));                 \
        assert_string_equal(bis_reason_name((r)->said[i].reason), bis_reason_name(why));                     \
    } while (0)

#endif
