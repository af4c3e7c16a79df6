/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin_rules.h - what the engine's slow twin holds against a candidate, one function a rule.
 *
 * Each goes through the whole history, and says no with the numbers behind it.
 */
#ifndef TESTS_ENGINE_TWIN_RULES_H
#define TESTS_ENGINE_TWIN_RULES_H

#include "tests/property/engine_twin_zone.h"

typedef struct {
    bis_reason reason;
    uint32_t count, limit;
    bis_time again_at;
} verdict;

static inline verdict no(bis_reason reason) {
    return (verdict){reason, 0, 0, BIS_NEVER};
}

/* ---- caps -------------------------------------------------------------------------------------------- */

/* The times of her messages that a cap is concerned with, oldest first. */
static inline int messages_of(bis_id shopper, const bis_cap *cap, bis_time *at) {
    int n = 0;
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->touch != BIS_NO_ID && d->shopper == shopper && BIS_SET_HAS(cap->counts, d->kind) &&
            BIS_SET_HAS(cap->channels, d->channel))
            at[n++] = d->at;
    }
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind == BIS_EV_OTHER && e->shopper == shopper && BIS_SET_HAS(cap->counts, BIS_KIND_OTHER) &&
            BIS_SET_HAS(cap->channels, e->as.other.channel))
            at[n++] = e->at;
    }
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && at[k] < at[k - 1]; k--) {
            bis_time later = at[k - 1];
            at[k - 1] = at[k];
            at[k] = later;
        }
    return n;
}

typedef struct {
    const bis_cap *cap;
    const bis_zone *zone;
    bis_time message;
} counted_message;

static inline bool days_are_over(const void *context, bis_time now) {
    const counted_message *m = context;
    return local_day(m->zone, now) >= local_day(m->zone, m->message) + m->cap->per / DAY;
}

static inline bis_time leaves_at(const counted_message *m) {
    const bis_time midnight = 0;
    if (m->cap->window == BIS_CAP_ROLLING) return m->message + m->cap->per;
    return first_good(m->zone, m->message, &midnight, 1, days_are_over, m);
}

/* For good: a day that is over does not begin anew where clocks are put back over midnight. */
static inline bool has_left(const counted_message *m, bis_time now) {
    return now >= leaves_at(m);
}

static inline verdict caps_say(bis_id shopper, int kind, int channel) {
    verdict v = no(BIS_NO_REASON);
    for (size_t i = 0; i < t.p.caps.n; i++) {
        const bis_cap *cap = &t.p.caps.cap[i];
        if (!BIS_SET_HAS(cap->obeys, kind) || !BIS_SET_HAS(cap->channels, channel)) continue;
        bis_time at[DECISIONS];
        counted_message m = {cap, zone_of(shopper), 0};
        int n = messages_of(shopper, cap, at), counted = 0;
        for (int k = 0; k < n; k++) {
            m.message = at[k];
            counted += !has_left(&m, t.now);
        }
        if (counted < cap->count) continue;
        m.message = at[n - cap->count]; /* so many leave with it that one more has room */
        bis_time again = leaves_at(&m);
        if (v.reason != BIS_NO_REASON && again <= v.again_at) continue;
        v = (verdict){BIS_CAPPED, (uint32_t)counted, (uint32_t)cap->count, again};
    }
    return v;
}

/* ---- what was lately --------------------------------------------------------------------------------- */

static inline verdict lately(const bis_recent_setup *r, bis_event_kind kind, bis_reason reason,
                             const wish *w) {
    verdict v = no(BIS_NO_REASON);
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind != kind || e->shopper != w->shopper || t.now - e->at >= r->window ||
            !alike(r->scope, w->sku, e->sku))
            continue;
        v.reason = reason;
        v.again_at = e->at + r->window;
    }
    return v;
}

static inline verdict told_lately(const wish *w) {
    const bis_recent_setup *r = &t.p.recent_notice;
    verdict v = no(BIS_NO_REASON);
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->touch == BIS_NO_ID || d->kind != BIS_KIND_RESTOCK || d->shopper != w->shopper ||
            t.now - d->at >= r->window || !alike(r->scope, w->sku, d->sku))
            continue;
        v.reason = BIS_RECENT_NOTICE;
        v.again_at = d->at + r->window;
    }
    return v;
}

static inline bool ever_bought(const wish *w, int what) {
    static const int scope[] = {0, BIS_SCOPE_SKU, BIS_SCOPE_PRODUCT, BIS_SCOPE_CATEGORY, BIS_SCOPE_ANY};
    if (what == BIS_BOUGHT_IGNORED) return true;
    for (int i = 0; i < t.events; i++)
        if (t.event[i].kind == BIS_EV_ORDER && t.event[i].shopper == w->shopper &&
            alike(scope[what], w->sku, t.event[i].sku))
            return true;
    return false;
}

/* ---- the rules of the pipeline ----------------------------------------------------------------------- */

static inline bis_reason consent_says(bis_id shopper, int channel, int source) {
    bis_region rules = rules_for(shopper);
    if (rules.require_optin && !opted_in(shopper, channel)) return BIS_NO_CONSENT;
    if (rules.behavioural_needs_consent && source != BIS_NOTIFY_ME && !lets_herself_be_watched(shopper))
        return BIS_NO_CONSENT_BEHAVIOURAL;
    return BIS_NO_REASON;
}

/* Has she been told, or will she be, of another SKU of the group in this restock? */
static inline bool is_duplicate(const contender *c) {
    const wish *w = &t.wish[c->wish];
    const bis_restock *r = &t.restock[c->restock];
    bis_id group = t.campaign[c->restock].group;
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->touch != BIS_NO_ID && d->shopper == w->shopper && d->sku != w->sku &&
            t.group[d->sku] == group && d->at >= r->opened && d->kind == BIS_KIND_RESTOCK)
            return true;
    }
    for (int i = 0; i < t.contenders; i++) {
        const contender *o = &t.contender[i];
        if (o->restock == c->restock && o->stage == PUT_OFF && t.wish[o->wish].shopper == w->shopper &&
            t.wish[o->wish].sku != w->sku)
            return true;
    }
    return false;
}

/* The rules that are looked at once only, at her turn. */
static inline verdict objection_to_turn(const contender *c, int source) {
    const wish *w = &t.wish[c->wish];
    int64_t offered = level_of(t.group[w->sku]) - t.p.throttle.reserve_units;
    if (t.p.interest.source[source].exact && own_level(w->sku) == 0) return no(BIS_VARIANT_MISMATCH);
    if (t.p.interest.requested_quantity == BIS_QUANTITY_REQUIRE && w->quantity > offered)
        return (verdict){BIS_QUANTITY_SHORT, (uint32_t)offered, w->quantity, BIS_NEVER};
    return no(is_duplicate(c) ? BIS_DUPLICATE : BIS_NO_REASON);
}

/* Those that are looked at again before a put-off send. */
static inline verdict objection_to_send(const wish *w, int source) {
    verdict v = no(consent_says(w->shopper, BIS_PUSH, source));
    if (v.reason != BIS_NO_REASON) return v;
    if (devices_of(w->shopper) == 0) return no(BIS_NO_DEVICE);
    v = lately(&t.p.recent_purchase, BIS_EV_ORDER, BIS_RECENT_PURCHASE, w);
    if (v.reason != BIS_NO_REASON) return v;
    v = lately(&t.p.recent_return, BIS_EV_RETURN, BIS_RECENT_RETURN, w);
    if (v.reason != BIS_NO_REASON) return v;
    v = told_lately(w);
    if (v.reason != BIS_NO_REASON) return v;
    return caps_say(w->shopper, BIS_KIND_RESTOCK, BIS_PUSH);
}

/* ---- whether a turn can come ------------------------------------------------------------------------- */

/* When the first stage that she fits opens; BIS_NEVER: she fits none. */
static inline bis_time admitted_at(const contender *c) {
    const wish *w = &t.wish[c->wish];
    bis_time opened = t.restock[c->restock].opened, first = BIS_NEVER;
    if (t.p.stages.n == 0) return opened;
    for (size_t i = 0; i < t.p.stages.n; i++) {
        const bis_stage *s = &t.p.stages.stage[i];
        int tier = tier_of(w->shopper) < 31 ? tier_of(w->shopper) : 31;
        if (BIS_SET_HAS(s->tiers, tier) && BIS_SET_HAS(s->sources, w->source) &&
            ever_bought(w, s->bought_before) && opened + s->after < first)
            first = opened + s->after;
    }
    return first;
}

/* What she is passed over for now: the first of the rules that defer. */
static inline verdict passed_over(const contender *c) {
    const wish *w = &t.wish[c->wish];
    verdict v = no(BIS_STAGE_PENDING);
    v.again_at = admitted_at(c);
    if (v.again_at > t.now) return v;
    v = no(BIS_QUIET_HOURS);
    if (t.p.quiet.mode == BIS_QUIET_DEFER && quiet_for(w->shopper, t.now)) return v;
    if (t.p.recent_notice.on == BIS_ON_DEFER) v = told_lately(w);
    if (v.reason == BIS_RECENT_NOTICE) return v;
    if (t.p.caps.on == BIS_ON_DEFER) v = caps_say(w->shopper, BIS_KIND_RESTOCK, BIS_PUSH);
    return v.reason == BIS_CAPPED ? v : no(BIS_NO_REASON);
}

/* The earliest time from now on at which none of them says no, as far as is known. */
static inline bis_time turn_can_come_at(const contender *c) {
    const wish *w = &t.wish[c->wish];
    bis_time at = admitted_at(c);
    if (at == BIS_NEVER) return BIS_NEVER;
    if (at < t.now) at = t.now;
    verdict notice = told_lately(w), caps = caps_say(w->shopper, BIS_KIND_RESTOCK, BIS_PUSH);
    if (t.p.recent_notice.on == BIS_ON_DEFER && notice.reason != BIS_NO_REASON && at < notice.again_at)
        at = notice.again_at;
    if (t.p.caps.on == BIS_ON_DEFER && caps.reason != BIS_NO_REASON && at < caps.again_at) at = caps.again_at;
    return t.p.quiet.mode == BIS_QUIET_DEFER ? quiet_ends(w->shopper, at) : at;
}

/* Does the policy ever pass anyone over? */
static inline bool some_are_passed_over(void) {
    const bis_quiet_setup *q = &t.p.quiet;
    bool quiet = q->start != q->end || q->window_start != q->window_end;
    return t.p.stages.n > 0 || (quiet && q->mode == BIS_QUIET_DEFER) ||
           (t.p.recent_notice.window > 0 && t.p.recent_notice.on == BIS_ON_DEFER) ||
           (t.p.caps.n > 0 && t.p.caps.on == BIS_ON_DEFER);
}

/* Batches by the clock look at everybody each time; the others are run when there is a reason to. */
static inline bool by_the_clock(void) {
    return t.p.throttle.mode != BIS_THROTTLE_NONE && t.p.throttle.mode != BIS_THROTTLE_RATE;
}

#endif
