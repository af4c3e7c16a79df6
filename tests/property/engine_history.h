/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_history.h - what the engine's slow twin remembers, and how it looks things up.
 *
 * Lists that only grow, and functions that go through all of a list to answer one question: is she opted in,
 * what is the level, does this source count. For engine_twin.h alone.
 */
#ifndef TESTS_ENGINE_HISTORY_H
#define TESTS_ENGINE_HISTORY_H

#include "tests/property/engine_stream.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { EVENTS = STEPS + 20, CONTENDERS = 4000, DECISIONS = 4000, WAKES = 4000, LATER = 4000 };

/* ---- the twin's memory: lists that only grow --------------------------------------------------------- */

typedef struct {
    bis_id shopper, sku;
    bool open, in_line;
    int source; /* the strongest that counts, lapsed or not */
    bis_time place;
    long arrival; /* among equal places */
    uint16_t quantity;
} wish;

typedef struct {
    int wish, source;
    bis_time at;
} seen;

typedef struct {
    bis_id restock;
    int wish, source;
    enum { IN_LINE, PUT_OFF, DONE } stage;
    bis_time assigned_at, place, send_at;
    bis_arm arm;
    bool overdue;
    float score;    /* value, weighted, lottery */
    uint32_t turn;  /* the how many-th to be looked at; 0: not yet */
    bis_id touch;   /* her first */
    int told_after; /* so many events had come before it */
} contender;

typedef struct {
    int contender;
    int reminder; /* the how many-th, from 1; 0: a follow-up */
    int followup; /* which of the policy's */
} later_touch;

typedef struct {
    bis_id group;
    bis_time back_by;
    bool ghost, over;
} promise;

/* In the order in which they go at one instant. */
typedef enum { OPENING, ENDING, SENDING, BATCH, TOUCHING_AGAIN } clock_kind;

typedef struct {
    bis_time at;
    clock_kind kind;
    uint32_t of; /* SKU, restock, contender, restock, later touch */
    bool dead;
} alarm_clock;

/* What bis_restock has no room for. */
typedef struct {
    bis_id group;
    uint32_t ordinal;
    bis_time batch_at;
    bis_time look_at; /* none, rate: when all who are passed over are met again */
    uint32_t looked_at;
    int64_t slots_used;
    int64_t bucket; /* rate: slots x every */
    bis_time bucket_at;
} campaign;

static struct {
    bis_policy p;
    bis_zone zone[256];
    bis_time now;
    bis_event event[EVENTS];
    bool heeded[EVENTS];              /* stock events that were not overtaken */
    bis_id group[SKUS];               /* BIS_NO_ID: not settled yet */
    bis_id first_of[SKUS + PRODUCTS]; /* by group: the SKU of it that was named first */
    wish wish[EVENTS];
    seen seen[EVENTS];
    contender contender[CONTENDERS];
    bis_decision said[DECISIONS];
    alarm_clock clock[WAKES];
    bis_restock restock[EVENTS];
    campaign campaign[EVENTS]; /* by restock */
    later_touch later[LATER];
    promise promise[EVENTS];
    int queue_order[CONTENDERS], n_queue;
    int events, wishes, signals, contenders, decisions, clocks, restocks, laters, promises;
    long arrivals;
    bis_id touches;
    uint64_t kept, broken;
} t;

#define ADD(list, count)                                                                                     \
    (assert_true((size_t)(count) < sizeof(list) / sizeof((list)[0])), (count)++, &(list)[(count)-1])

/* ---- shoppers ---------------------------------------------------------------------------------------- */

static inline const bis_event *last_of(bis_event_kind kind, bis_id shopper) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.event[i].kind == kind && t.event[i].shopper == shopper) return &t.event[i];
    return NULL;
}

static inline int tier_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e ? e->as.profile.tier : 0;
}

static inline const bis_zone *zone_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return &t.zone[e ? e->as.profile.zone : 0];
}

static inline uint64_t hash_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e ? e->as.profile.hash : 0;
}

static inline float value_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e ? e->as.profile.value : 0;
}

/* The rules of consent that hold for her. */
static inline bis_region rules_for(bis_id shopper) {
    const bis_consent_setup *c = &t.p.consent;
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    size_t region = e ? e->as.profile.region : 0;
    if (region >= 1 && region <= c->regions) return c->region[region - 1];
    return (bis_region){.require_optin = c->require_optin,
                        .behavioural_needs_consent = c->behavioural_needs_consent};
}

static inline bool opted_in(bis_id shopper, int channel) {
    const bis_event *p = last_of(BIS_EV_PROFILE, shopper), *c = last_of(BIS_EV_CONSENT, shopper);
    if (c && p && p > c) c = NULL;
    if (channel == BIS_PUSH) return c ? c->as.consent.push_optin : p && p->as.profile.push_optin;
    if (channel == BIS_EMAIL) return c ? c->as.consent.email_optin : p && p->as.profile.email_optin;
    if (channel == BIS_SMS) return c ? c->as.consent.sms_optin : p && p->as.profile.sms_optin;
    return true;
}

static inline bool lets_herself_be_watched(bis_id shopper) {
    const bis_event *p = last_of(BIS_EV_PROFILE, shopper), *c = last_of(BIS_EV_CONSENT, shopper);
    if (c && p && p > c) c = NULL;
    return c ? c->as.consent.behavioural_consent : p && p->as.profile.behavioural_consent;
}

static inline const bis_decision *touch_of(bis_id touch) {
    for (int i = 0; i < t.decisions; i++)
        if (t.said[i].touch == touch) return &t.said[i];
    return NULL;
}

static inline int devices_of(bis_id shopper) {
    int n = 0;
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind == BIS_EV_PROFILE && e->shopper == shopper)
            n = e->as.profile.devices < 31 ? e->as.profile.devices : 31;
        if (e->kind == BIS_EV_RECEIPT && e->as.receipt.what == BIS_RECEIPT_UNREGISTERED && n > 0 &&
            touch_of(e->as.receipt.touch)->shopper == shopper)
            n--;
    }
    return n;
}

/* ---- SKUs -------------------------------------------------------------------------------------------- */

static inline const bis_event *catalog_of(bis_id sku) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.event[i].kind == BIS_EV_CATALOG && t.event[i].sku == sku) return &t.event[i];
    return NULL;
}

static inline uint64_t hash_of_sku(bis_id sku) {
    const bis_event *e = catalog_of(sku);
    bis_id number = sku;
    return e ? e->as.catalog.hash : number;
}

static inline uint64_t hash_of_product(bis_id sku) {
    const bis_event *e = catalog_of(sku);
    return e && e->as.catalog.product != BIS_NO_ID ? e->as.catalog.product_hash : hash_of_sku(sku);
}

static inline bool alike(int scope, bis_id a, bis_id b) {
    if (scope == BIS_SCOPE_ANY || a == b) return true;
    const bis_event *ca = catalog_of(a), *cb = catalog_of(b);
    if (scope == BIS_SCOPE_SKU || !ca || !cb) return false;
    bis_id of_a = scope == BIS_SCOPE_PRODUCT ? ca->as.catalog.product : ca->as.catalog.category;
    bis_id of_b = scope == BIS_SCOPE_PRODUCT ? cb->as.catalog.product : cb->as.catalog.category;
    return of_a == of_b && of_a != BIS_NO_ID;
}

/* To which SKUs this one belongs is settled when it is first named. Groups have the numbers of their SKU, or
 * SKUS + the product's. */
static inline void name_sku(bis_id sku) {
    if (t.group[sku] != BIS_NO_ID) return;
    const bis_event *e = catalog_of(sku);
    bool grouped = t.p.trigger.match == BIS_MATCH_PRODUCT && e && e->as.catalog.product != BIS_NO_ID;
    bis_id group = t.group[sku] = grouped ? SKUS + e->as.catalog.product : sku;
    if (t.first_of[group] == BIS_NO_ID) t.first_of[group] = sku;
}

static inline int64_t own_level(bis_id sku) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.heeded[i] && t.event[i].sku == sku)
            return t.event[i].as.stock.level > 0 ? t.event[i].as.stock.level : 0;
    return 0;
}

static inline int64_t level_of(bis_id group) {
    int64_t sum = 0;
    for (bis_id sku = 0; sku < SKUS; sku++)
        if (t.group[sku] == group) sum += own_level(sku);
    return sum;
}

static inline bis_restock *open_restock_of(bis_id group) {
    for (int i = 0; i < t.restocks; i++)
        if (t.campaign[i].group == group && t.restock[i].closed == BIS_NEVER) return &t.restock[i];
    return NULL;
}

static inline bool counts_as_in(int64_t level) {
    return t.p.trigger.mode == BIS_TRIGGER_THRESHOLD ? level >= t.p.trigger.min_stock : level > 0;
}

static inline bool paused_at(int64_t level) {
    return level < t.p.trigger.min_stock || level - t.p.throttle.reserve_units <= 0;
}

/* When a group went out and in, in turn; returns how often. *in: whether it is in now. */
static inline int turns_of(bis_id group, bis_time *start, bool *in) {
    int64_t level[SKUS] = {0};
    int n = 0;
    *in = false;
    for (int i = 0; i < t.events; i++) {
        if (!t.heeded[i] || t.group[t.event[i].sku] != group) continue;
        int64_t sum = 0, own = t.event[i].as.stock.level;
        level[t.event[i].sku] = own > 0 ? own : 0;
        for (int sku = 0; sku < SKUS; sku++)
            sum += level[sku];
        if (n > 0 && counts_as_in(sum) == *in) continue;
        *in = counts_as_in(sum);
        start[n++] = t.event[i].at;
    }
    return n;
}

/* Has a group that comes in now been out for long enough? Goes back through its times in that were too short.
 */
static inline bool out_long_enough(bis_id group) {
    bis_time start[EVENTS];
    bool in;
    int out = turns_of(group, start, &in) - 2; /* the last one is now */
    while (out >= 2 && t.p.trigger.debounce_in > 0 && start[out] - start[out - 1] <= t.p.trigger.debounce_in)
        out -= 2;
    return t.now - start[out] >= t.p.trigger.debounce_out;
}

/* ---- interests --------------------------------------------------------------------------------------- */

/* Replays the signals of a source: when it first counted (BIS_NEVER: does not) and its last signal. */
static inline bis_time counted_since(int w, int source, bis_time *last) {
    const bis_source_setup *s = &t.p.interest.source[source];
    bis_time since = BIS_NEVER;
    int64_t n = 0;
    *last = BIS_NEVER;
    for (int i = 0; i < t.signals; i++) {
        if (t.seen[i].wish != w || t.seen[i].source != source) continue;
        bool gap = *last != BIS_NEVER && s->window > 0 && t.seen[i].at - *last >= s->window;
        n = gap ? 1 : n + 1;
        *last = t.seen[i].at;
        if (since == BIS_NEVER && n >= s->min_views) since = t.seen[i].at;
    }
    return since;
}

/* The strongest source that counts and is inside its window, or BIS_SOURCE_COUNT. */
static inline int fresh_source(int w) {
    for (int s = 0; s < BIS_SOURCE_COUNT; s++) {
        bis_time last, window = t.p.interest.source[s].window;
        if (counted_since(w, s, &last) != BIS_NEVER && (window == 0 || t.now - last < window)) return s;
    }
    return BIS_SOURCE_COUNT;
}

static inline int wish_of(bis_id shopper, bis_id sku) {
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].shopper == shopper && t.wish[i].sku == sku) return i;
    return -1;
}

static inline contender *standing(int w) {
    for (int i = 0; i < t.contenders; i++)
        if (t.contender[i].wish == w && t.contender[i].stage != DONE) return &t.contender[i];
    return NULL;
}

/* ---- clocks ------------------------------------------------------------------------------------------ */

static inline alarm_clock *set_clock(bis_time at, clock_kind kind, uint32_t of) {
    int kept = 0; /* those that are over make room */
    for (int i = 0; i < t.clocks; i++)
        if (!t.clock[i].dead) t.clock[kept++] = t.clock[i];
    t.clocks = kept;
    alarm_clock *a = ADD(t.clock, t.clocks);
    *a = (alarm_clock){.at = at, .kind = kind, .of = of};
    return a;
}

static inline void stop_clocks(clock_kind kind, uint32_t of) {
    for (int i = 0; i < t.clocks; i++)
        if (t.clock[i].kind == kind && t.clock[i].of == of) t.clock[i].dead = true;
}

#endif
