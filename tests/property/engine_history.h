/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_history.h - what the engine's slow twin remembers, and how it looks things up.
 *
 * Lists that only grow, and functions that go through all of a list to answer one question: is she opted in,
 * what is the level, does this source count. For engine_twin.h alone.
 */
#ifndef TESTS_ENGINE_HISTORY_H
#define TESTS_ENGINE_HISTORY_H

#include "tests/support.h"

#include "engine/bis.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { STEPS = 200, UNIT = 1000, SHOPPERS = 8, SKUS = 3 };
enum { EVENTS = 2 * STEPS, CONTENDERS = 12000, DECISIONS = 24000, WAKES = 24000 };

/* ---- the twin's memory: lists that only grow ------------------------------------------------------ */

typedef struct {
    bis_id shopper, sku;
    bool open, in_line;
    int source; /* the strongest that counts */
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
} contender;

typedef struct {
    bis_time at;
    enum { OPENING, ENDING, BATCH, SENDING } kind;
    uint32_t of; /* SKU, restock, restock, contender */
    bool dead;
} alarm_clock;

static struct {
    bis_policy p;
    bis_time now;
    bis_event event[EVENTS];
    bool heeded[EVENTS]; /* stock events that were not overtaken */
    wish wish[EVENTS];
    seen seen[EVENTS];
    contender contender[CONTENDERS];
    bis_decision said[DECISIONS];
    alarm_clock clock[WAKES];
    bis_restock restock[EVENTS];
    bis_time batch_at[EVENTS]; /* by restock */
    int queue_order[CONTENDERS], n_queue;
    int events, wishes, signals, contenders, decisions, clocks, restocks;
    long arrivals;
    bis_id touches;
} t;

#define ADD(list, count)                                                                                     \
    (assert_true((size_t)(count) < sizeof(list) / sizeof((list)[0])), (count)++, &(list)[(count)-1])

/* ---- looking things up in the history -------------------------------------------------------------- */

static inline bis_event *last_of(bis_event_kind kind, bis_id shopper) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.event[i].kind == kind && t.event[i].shopper == shopper) return &t.event[i];
    return NULL;
}

static inline int tier_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e && t.p.priority.mode == BIS_PRIORITY_TIER ? e->as.profile.tier : 0;
}

static inline uint64_t hash_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e ? e->as.profile.hash : 0;
}

static inline bool agreed(bis_id shopper, bool to_behaviour) {
    const bis_event *p = last_of(BIS_EV_PROFILE, shopper), *c = last_of(BIS_EV_CONSENT, shopper);
    if (c && c > p) return to_behaviour ? c->as.consent.behavioural_consent : c->as.consent.push_optin;
    return p && (to_behaviour ? p->as.profile.behavioural_consent : p->as.profile.push_optin);
}

static inline int devices_of(bis_id shopper) {
    int n = 0;
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->shopper != shopper) continue;
        if (e->kind == BIS_EV_PROFILE) n = e->as.profile.devices;
        if (e->kind == BIS_EV_RECEIPT && e->as.receipt.what == BIS_RECEIPT_UNREGISTERED && n > 0) n--;
    }
    return n;
}

static inline int64_t level_of(bis_id sku) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.heeded[i] && t.event[i].sku == sku)
            return t.event[i].as.stock.level > 0 ? t.event[i].as.stock.level : 0;
    return 0;
}

static inline bool alike(int scope, bis_id a, bis_id b) {
    if (scope == BIS_SCOPE_ANY || a == b) return true;
    if (scope == BIS_SCOPE_SKU) return false;
    bis_id group[2] = {BIS_NO_ID, BIS_NO_ID};
    for (int i = 0; i < t.events; i++)
        for (int k = 0; k < 2; k++)
            if (t.event[i].kind == BIS_EV_CATALOG && t.event[i].sku == (k ? b : a))
                group[k] = scope == BIS_SCOPE_PRODUCT ? t.event[i].as.catalog.product
                                                      : t.event[i].as.catalog.category;
    return group[0] == group[1] && group[0] != BIS_NO_ID;
}

static inline bool bought_lately(const wish *w) {
    const bis_recent_setup *r = &t.p.recent_purchase;
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind == BIS_EV_ORDER && e->shopper == w->shopper && t.now - e->at < r->window &&
            alike(r->scope, w->sku, e->sku))
            return true;
    }
    return false;
}

static inline bool told_lately(const wish *w) {
    const bis_recent_setup *r = &t.p.recent_notice;
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->touch != BIS_NO_ID && d->shopper == w->shopper && t.now - d->at < r->window &&
            alike(r->scope, w->sku, d->sku))
            return true;
    }
    return false;
}

static inline bool told_too_often(const wish *w) {
    for (size_t k = 0; k < t.p.caps.n; k++) {
        int64_t n = 0;
        for (int i = 0; i < t.decisions; i++)
            n += t.said[i].touch != BIS_NO_ID && t.said[i].shopper == w->shopper &&
                 t.now - t.said[i].at < t.p.caps.cap[k].per;
        if (n >= t.p.caps.cap[k].count) return true;
    }
    return false;
}

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

static inline bis_restock *open_restock_of(bis_id sku) {
    for (int i = 0; i < t.restocks; i++)
        if (t.restock[i].sku == sku && t.restock[i].closed == BIS_NEVER) return &t.restock[i];
    return NULL;
}

static inline bool paused_at(int64_t level) {
    return level < t.p.trigger.min_stock || level - t.p.throttle.reserve_units <= 0;
}

#endif
