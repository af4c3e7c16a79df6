/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_stream.h - random policies and random streams of events, for the property tests of the engine.
 *
 * Times and windows come in whole units out of a small range, so that events fall exactly on the edges of
 * windows, and several on one instant. Each rule is off in many policies: one that says no to everybody would
 * hide the others.
 */
#ifndef TESTS_ENGINE_STREAM_H
#define TESTS_ENGINE_STREAM_H

#include "tests/support.h"

#include "engine/bis.h"

#include <string.h>

/* One unit of time is an hour, so that a stream goes over several days, their nights and a change of clocks.
 */
enum { MINUTE = 60 * 1000, UNIT = 60 * MINUTE, DAY = 24 * UNIT };
enum { STEPS = 300, SHOPPERS = 8, SKUS = 4, PRODUCTS = 2, ZONES = 7 };

/* ---- chance ------------------------------------------------------------------------------------------ */

static uint64_t seed;

static inline uint32_t below(uint32_t n) /* splitmix64 */
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

static inline bool chance(uint32_t percent) {
    return below(100) < percent;
}
static inline bis_time span(uint32_t most) {
    return (bis_time)below(most + 1) * UNIT;
}
static inline double tenths(uint32_t most) {
    return below(most + 1) / 10.0;
}
/* Some of n things, at least one; all of them rather often. */
static inline bis_set some_of(uint32_t n) {
    return chance(50) ? (1u << n) - 1 : 1 + below((1u << n) - 1);
}

/* ---- zones ------------------------------------------------------------------------------------------- */

/* What zones do to their clocks, at times that a stream comes by. Number 0 is UTC, and is not given. */
static inline const bis_zone *zone_table(int number) {
    /* an hour on at night, and back some days later */
    static const bis_zone_step summer[] = {
        {-9 * (bis_time)DAY, UNIT}, {2 * DAY + UNIT, 2 * UNIT}, {4 * DAY + UNIT, UNIT}};
    /* midnight is skipped, and later comes twice */
    static const bis_zone_step midnight[] = {
        {0, -3 * UNIT}, {1 * DAY + 3 * UNIT, -2 * UNIT}, {3 * DAY + 2 * UNIT, -3 * UNIT}};
    static const bis_zone_step half[] = {{5, 5 * UNIT + 30 * MINUTE}};
    /* a whole day is skipped */
    static const bis_zone_step date_line[] = {{0, -11 * UNIT}, {2 * DAY + 11 * UNIT, 13 * UNIT}};
    /* one minute past midnight it is an hour before midnight again; then half an hour on, in the evening */
    static const bis_zone_step past_midnight[] = {{0, 7 * UNIT + 30 * MINUTE},
                                                  {DAY - 7 * UNIT - 29 * MINUTE, 6 * UNIT + 30 * MINUTE},
                                                  {4 * DAY + 14 * UNIT, 7 * UNIT}};
    static const bis_zone table[ZONES] = {{NULL, 0},      {summer, 3},        {midnight, 3}, {half, 1},
                                          {date_line, 2}, {past_midnight, 3}, {NULL, 0}};
    return &table[number];
}

/* ---- policies ---------------------------------------------------------------------------------------- */

static inline void draw_trigger(bis_policy *p) {
    p->trigger = (bis_trigger_setup){.mode = (int)below(2),
                                     .match = (int)below(2),
                                     .min_stock = 1 + below(4),
                                     .debounce_in = chance(30) ? span(4) : 0,
                                     .debounce_out = chance(30) ? span(8) : 0,
                                     .expire_after = chance(60) ? span(40) : 0};
    for (int s = 0; s < BIS_SOURCE_COUNT; s++)
        p->interest.source[s] = (bis_source_setup){.enabled = chance(80),
                                                   .exact = chance(30),
                                                   .window = chance(50) ? span(chance(30) ? 12 : 120) : 0,
                                                   .min_views = chance(70) ? 1 : 1 + below(3)};
    p->interest.source[below(BIS_SOURCE_COUNT)].enabled = true;
    p->interest.requested_quantity = chance(30) ? BIS_QUANTITY_REQUIRE : BIS_QUANTITY_IGNORE;
}

static inline void draw_rules(bis_policy *p) {
    p->consent.require_optin = chance(60);
    p->consent.behavioural_needs_consent = chance(40);
    p->consent.regions = below(3);
    for (size_t i = 0; i < p->consent.regions; i++) {
        bis_region *r = &p->consent.region[i];
        *r = (bis_region){.require_optin = chance(50), .behavioural_needs_consent = chance(50)};
        snprintf(r->name, sizeof r->name, "region %zu", i);
    }
    p->reach.max_devices = chance(50) ? 31 : 1 + below(3);
    p->recent_purchase = (bis_recent_setup){.window = chance(50) ? span(40) : 0, .scope = (int)below(4)};
    p->recent_return = (bis_recent_setup){.window = chance(30) ? span(40) : 0, .scope = (int)below(4)};
    p->recent_notice =
        (bis_recent_setup){.window = chance(50) ? span(40) : 0, .scope = (int)below(4), .on = (int)below(2)};
    p->caps.n = chance(60) ? 1 + below(3) : 0;
    p->caps.on = (int)below(2);
    for (size_t i = 0; i < p->caps.n; i++) {
        bool days = chance(40);
        p->caps.cap[i] = (bis_cap){.count = 1 + below(3),
                                   .per = days ? (bis_time)(1 + below(2)) * DAY : UNIT + span(40),
                                   .window = days ? BIS_CAP_CALENDAR_DAY : BIS_CAP_ROLLING,
                                   .channels = some_of(BIS_CHANNEL_COUNT),
                                   .obeys = some_of(BIS_KIND_COUNT - 1),
                                   .counts = some_of(BIS_KIND_COUNT)};
    }
    p->holdout = (bis_holdout_setup){.fraction = chance(60) ? tenths(10) : 0,
                                     .unit = (int)below(BIS_UNIT_COUNT),
                                     .consumes_slot = chance(50)};
    if (p->holdout.unit == BIS_UNIT_TWO_SIDED) p->holdout.product_fraction = tenths(5);
    snprintf(p->holdout.salt, sizeof p->holdout.salt, "salt%u", below(1000));
}

/* A span of the day, in whole hours, on one side of midnight or the other. */
static inline void draw_hours(bis_time *start, bis_time *end, uint32_t least, uint32_t most) {
    *start = span(23);
    *end = (*start + span(most - least) + least * (bis_time)UNIT) % DAY;
    if (*end == 0 && chance(50)) *end = DAY;
}

static inline void draw_order(bis_policy *p) {
    p->priority.mode = (int)below(BIS_PRIORITY_WEIGHTED + 1);
    for (int s = 0; s < BIS_SOURCE_COUNT; s++)
        p->priority.weight[s] = tenths(10);
    p->priority.fair_share = chance(40) ? tenths(10) : 0;
    p->stages.n = chance(35) ? 1 + below(3) : 0;
    for (size_t i = 0; i < p->stages.n; i++) {
        bis_stage *s = &p->stages.stage[i];
        *s = (bis_stage){.after = span(12),
                         .tiers = chance(50) ? UINT32_MAX : below(8) | (chance(50) ? 1u << 31 : 1),
                         .sources = some_of(BIS_SOURCE_COUNT),
                         .bought_before = chance(40) ? (int)below(BIS_BOUGHT_ANY + 1) : BIS_BOUGHT_IGNORED};
        snprintf(s->name, sizeof s->name, "stage %zu", i);
    }
    bis_quiet_setup *q = &p->quiet;
    *q = (bis_quiet_setup){.mode = chance(65) ? BIS_QUIET_DEFER : BIS_QUIET_DROP};
    if (chance(35)) draw_hours(&q->start, &q->end, 1, 8);
    if (chance(20)) draw_hours(&q->window_start, &q->window_end, 10, 20);
    p->throttle.mode = (int)below(BIS_THROTTLE_RATE + 1);
    p->throttle.size = 1 + below(4);
    p->throttle.every = UNIT + span(6);
    p->throttle.per_unit = 1 + below(2);
    p->throttle.reserve_units = chance(30) ? below(4) : 0;
    p->throttle.jitter = chance(40) ? span(20) : 0;
    p->recheck.before_send = chance(60);
}

static inline void draw_messages(bis_policy *p) {
    p->templates.n = chance(40) ? 1 + below(3) : 0;
    for (size_t i = 0; i < p->templates.n; i++) {
        bis_template *m = &p->templates.text[i];
        m->weight = 0.1 + tenths(20);
        snprintf(m->name, sizeof m->name, "template %zu", i);
        snprintf(m->title, sizeof m->title, "{product} is back");
    }
    p->reminder = (bis_reminder_setup){
        .after = chance(35) ? UNIT + span(20) : 0, .max = 1 + below(3), .min_stock = 1 + below(3)};
    p->channels.n = chance(35) ? 1 + below(3) : 0;
    uint32_t first = below(3);
    for (size_t i = 0; i < p->channels.n; i++)
        p->channels.followup[i] = (bis_followup){
            .channel = (int)(1 + (first + i) % 3), .after = UNIT + span(20), .condition = (int)below(2)};
    p->predictive = (bis_predictive_setup){.enabled = chance(50),
                                           .threshold = 0.1 + tenths(8),
                                           .within = UNIT + span(60),
                                           .history = (int)below(4)};
}

static inline bis_policy random_policy(void) {
    bis_policy p;
    bis_policy_default(&p);
    draw_trigger(&p);
    draw_rules(&p);
    draw_order(&p);
    draw_messages(&p);
    return p;
}

/* ---- events ------------------------------------------------------------------------------------------ */

static inline bis_event profile_of(bis_id shopper, bis_time at, bool willing) {
    bis_event e = {.at = at, .kind = BIS_EV_PROFILE, .shopper = shopper, .sku = BIS_NO_ID};
    e.as.profile.hash = shopper * 7919u + 13;
    e.as.profile.value = (float)below(5) / 4;
    e.as.profile.tier = (uint8_t)(chance(90) ? below(3) : 30 + below(5));
    e.as.profile.devices = (uint8_t)(willing || chance(90) ? 1 + below(3) : chance(15) ? 40 : 0);
    e.as.profile.region = (uint8_t)(chance(50) ? below(4) : 0);
    e.as.profile.zone = (uint8_t)below(ZONES);
    e.as.profile.push_optin = willing || chance(85);
    e.as.profile.email_optin = willing || chance(80);
    e.as.profile.sms_optin = chance(70);
    e.as.profile.behavioural_consent = willing || chance(80);
    return e;
}

static inline bis_event catalog_of_sku(bis_id sku, bis_time at) {
    bis_event e = {.at = at, .kind = BIS_EV_CATALOG, .shopper = BIS_NO_ID, .sku = sku};
    e.as.catalog.product = chance(85) ? below(PRODUCTS) : BIS_NO_ID;
    e.as.catalog.category = chance(80) ? below(2) : BIS_NO_ID;
    e.as.catalog.hash = sku * 104729u + 7;
    e.as.catalog.product_hash = e.as.catalog.product * 1299709u + 5;
    return e;
}

static inline void draw_stock(bis_event *e, int ordinal) {
    e->shopper = BIS_NO_ID;
    e->as.stock.level = chance(40) ? -(int64_t)below(2) : below(7);
    e->as.stock.as_of = e->at - span(3);
    e->as.stock.version = (uint64_t)(ordinal + 8) - (chance(10) ? below(6) : 0);
}

/* What becomes of a touch, one of those that `said` lists. */
static inline void draw_receipt(bis_event *e, const bis_decision *said, int n, bis_id touches) {
    e->as.receipt.touch = below(touches);
    e->as.receipt.what = (bis_receipt)below(BIS_RECEIPT_COUNT);
    for (int i = 0; i < n; i++)
        if (said[i].touch == e->as.receipt.touch) {
            e->shopper = said[i].shopper;
            e->sku = said[i].sku;
        }
}

/* The ordinal-th event of a stream: first all shoppers and most of the SKUs, then anything. Receipts are left
 * to the caller, who knows the touches. */
static inline bis_event random_event(bis_time at, int ordinal) {
    if (ordinal < SHOPPERS) return profile_of((bis_id)ordinal, at, true);
    if (ordinal < SHOPPERS + SKUS && chance(80)) return catalog_of_sku((bis_id)(ordinal - SHOPPERS), at);
    static const int share[BIS_EV_KIND_COUNT] = {
        [BIS_EV_CATALOG] = 1,  [BIS_EV_PROFILE] = 1, [BIS_EV_STOCK] = 4, [BIS_EV_INTEREST] = 8,
        [BIS_EV_WITHDRAW] = 1, [BIS_EV_CONSENT] = 1, [BIS_EV_ORDER] = 1, [BIS_EV_RETURN] = 1,
        [BIS_EV_OTHER] = 1,    [BIS_EV_RECEIPT] = 2};
    bis_event e = {.at = at, .shopper = below(SHOPPERS), .sku = below(SKUS)};
    int kind = 0;
    for (int left = (int)below(21); left >= share[kind]; kind++)
        left -= share[kind];
    e.kind = (bis_event_kind)kind;
    switch (e.kind) {
    case BIS_EV_CATALOG: e = catalog_of_sku(e.sku, at); break;
    case BIS_EV_PROFILE: e = profile_of(e.shopper, at, false); break;
    case BIS_EV_STOCK: draw_stock(&e, ordinal); break;
    case BIS_EV_INTEREST:
        e.as.interest.source = (bis_source)below(BIS_SOURCE_COUNT);
        e.as.interest.quantity = (uint16_t)below(4);
        break;
    case BIS_EV_CONSENT:
        e.as.consent.push_optin = chance(75);
        e.as.consent.email_optin = chance(70);
        e.as.consent.sms_optin = chance(70);
        e.as.consent.behavioural_consent = chance(70);
        break;
    case BIS_EV_ORDER:
        if (chance(20)) e.shopper = BIS_NO_ID;
        e.as.order.quantity = 1 + below(2);
        break;
    case BIS_EV_OTHER:
        e.as.other.channel = (bis_channel)below(BIS_CHANNEL_COUNT);
        e.sku = BIS_NO_ID;
        break;
    default: break;
    }
    return e;
}

#endif
