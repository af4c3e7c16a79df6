/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin_later.h - what the engine's slow twin says besides the first touch: reminders, follow-ups by
 * other channels, and notices of when a SKU is likely to be back.
 */
#ifndef TESTS_ENGINE_TWIN_LATER_H
#define TESTS_ENGINE_TWIN_LATER_H

#include "tests/property/engine_twin_turns.h"

/* ---- reminders and follow-ups ------------------------------------------------------------------------- */

static inline bool bought_since(const contender *c) {
    const wish *w = &t.wish[c->wish];
    for (int i = c->told_after; i < t.events; i++)
        if (t.event[i].kind == BIS_EV_ORDER && t.event[i].shopper == w->shopper && t.event[i].sku == w->sku)
            return true;
    return false;
}

/* Has she opened or clicked her first touch or a reminder? */
static inline bool opened_since(const contender *c) {
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind != BIS_EV_RECEIPT ||
            (e->as.receipt.what != BIS_RECEIPT_OPENED && e->as.receipt.what != BIS_RECEIPT_CLICKED))
            continue;
        const bis_decision *d = touch_of(e->as.receipt.touch);
        if (d->touch == c->touch || (d->kind == BIS_KIND_REMINDER && d->follows == c->touch)) return true;
    }
    return false;
}

static inline bool wants_it_again(const contender *c, const later_touch *l, int kind, int channel) {
    bis_id shopper = t.wish[c->wish].shopper;
    int64_t level = level_of(t.campaign[c->restock].group);
    if (bought_since(c)) return false;
    if (kind == BIS_KIND_FOLLOWUP && t.p.channels.followup[l->followup].condition == BIS_IF_NOT_OPENED &&
        opened_since(c))
        return false;
    if (kind == BIS_KIND_REMINDER ? level < t.p.reminder.min_stock : level <= t.p.throttle.reserve_units)
        return false;
    if (consent_says(shopper, channel, c->source) != BIS_NO_REASON) return false;
    if (channel == BIS_PUSH && devices_of(shopper) == 0) return false;
    return caps_say(shopper, kind, channel).reason == BIS_NO_REASON;
}

static inline void touch_again(uint32_t which) {
    const later_touch l = t.later[which];
    contender *c = &t.contender[l.contender];
    bis_id shopper = t.wish[c->wish].shopper;
    bis_kind kind = l.reminder ? BIS_KIND_REMINDER : BIS_KIND_FOLLOWUP;
    bis_channel channel = l.reminder ? BIS_PUSH : (bis_channel)t.p.channels.followup[l.followup].channel;
    bool quiet = channel != BIS_IN_APP && quiet_for(shopper, t.now);
    if (quiet && t.p.quiet.mode == BIS_QUIET_DEFER) {
        set_clock(quiet_ends(shopper, t.now), TOUCHING_AGAIN, which);
        return;
    }
    if (!quiet && wants_it_again(c, &l, (int)kind, (int)channel)) {
        bis_decision *d = say_of(c, c->arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, no(BIS_NO_REASON));
        d->kind = kind;
        d->channel = channel;
        d->follows = c->touch;
        d->turn = 0;
        d->send_at = BIS_NEVER;
        address(d);
    }
    if (l.reminder && l.reminder < t.p.reminder.max)
        plan_again(c, l.reminder + 1, 0, t.now + t.p.reminder.after);
}

/* ---- predictive notices ------------------------------------------------------------------------------ */

/* A group has come in, and stayed in for long enough. */
static inline void came_back(bis_id group) {
    time_out *o = ADD(t.time_out, t.times_out);
    *o = (time_out){group, out_since(group), t.now};
    for (int i = 0; i < t.promises; i++) {
        promise *p = &t.promise[i];
        if (p->group != group || p->settled) continue;
        p->settled = true;
        t.kept += !p->ghost;
    }
}

static inline void promise_is_due(promise *p) {
    if (!p->settled) t.broken += !p->ghost;
    p->settled = true;
}

/* Is the group one of whose SKUs this is within scope? */
static inline bool group_alike(bis_id sku, bis_id group) {
    for (bis_id other = 0; other < SKUS; other++)
        if (t.group[other] == group && (t.group[sku] == group || alike(t.p.predictive.history, sku, other)))
            return true;
    return false;
}

/* The past times out that are longer than the present one, from the shortest; returns how many. */
static inline int sample_of(bis_id sku, bis_time out, bis_time *length) {
    int n = 0;
    for (int i = 0; i < t.times_out; i++) {
        bis_time l = t.time_out[i].ended - t.time_out[i].began;
        if (l <= t.now - out || !group_alike(sku, t.time_out[i].group)) continue;
        int k = n++;
        for (; k > 0 && l < length[k - 1]; k--)
            length[k] = length[k - 1];
        length[k] = l;
    }
    return n;
}

static inline void predict(int w) {
    const wish *it = &t.wish[w];
    const bis_predictive_setup *s = &t.p.predictive;
    bis_id group = t.group[it->sku];
    bis_time out = out_since(group), length[EVENTS];
    if (!s->enabled || counts_as_in(level_of(group)) || out == BIS_NEVER) return;
    int n = sample_of(it->sku, out, length), k = 1, source = fresh_source(w);
    while (k <= n && (double)k / (n + 1) < s->threshold)
        k++;
    if (k > n || out + length[k - 1] - t.now > s->within) return;
    if (quiet_for(it->shopper, t.now) || consent_says(it->shopper, BIS_PUSH, source) != BIS_NO_REASON ||
        devices_of(it->shopper) == 0 ||
        caps_say(it->shopper, BIS_KIND_PREDICTIVE, BIS_PUSH).reason != BIS_NO_REASON)
        return;
    bis_arm arm = BIS_TREATED;
    if (t.p.holdout.unit != BIS_UNIT_RESTOCK) arm = arm_of(it->shopper, it->sku, it->sku, 0);
    bis_decision *d = say(BIS_NO_ID, arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, BIS_NO_REASON, 1);
    d->assigned_at = d->back_from = t.now;
    d->place = it->place;
    d->level = level_of(group);
    d->shopper = it->shopper;
    d->sku = it->sku;
    d->source = (bis_source)source;
    d->arm = arm;
    d->kind = BIS_KIND_PREDICTIVE;
    d->back_by = out + length[k - 1];
    d->chance = (double)k / (n + 1);
    address(d);
    promise *p = ADD(t.promise, t.promises);
    *p = (promise){group, d->back_by, arm == BIS_HELD_OUT, false};
    set_clock(d->back_by, PROMISED, (uint32_t)t.promises - 1);
}

#endif
