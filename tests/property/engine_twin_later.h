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
        d->place = d->assigned_at = d->send_at = BIS_NEVER;
        address(d);
    }
    if (l.reminder && l.reminder < t.p.reminder.max)
        plan_again(c, l.reminder + 1, 0, t.now + t.p.reminder.after);
}

/* ---- predictive notices ------------------------------------------------------------------------------ */

/* A group has come in: its time out is over, and what was promised of it is kept or broken. */
static inline void came_in(bis_id group) {
    for (int i = 0; i < t.promises; i++) {
        promise *p = &t.promise[i];
        if (p->group != group || p->over) continue;
        p->over = true;
        if (p->ghost) continue;
        t.kept += t.now <= p->back_by;
        t.broken += t.now > p->back_by;
    }
}

/* The end of all: what was promised for a time that is past is broken. */
static inline void break_promises(void) {
    for (int i = 0; i < t.promises; i++)
        t.broken += !t.promise[i].over && !t.promise[i].ghost && t.promise[i].back_by < t.now;
}

/* The times out that were or are longer than `by_now`, from the shortest; returns how many. */
static inline int sample_for(bis_id own, bis_time by_now, bis_time *length) {
    int n = 0;
    for (bis_id group = 0; group < SKUS + PRODUCTS; group++) {
        bis_id a = t.first_of[own], b = t.first_of[group]; /* they stand for their groups */
        if (b == BIS_NO_ID || !alike(t.p.predictive.history, a, b)) continue;
        bis_time start[EVENTS];
        bool in;
        int turns = turns_of(group, start, &in);
        for (int i = (turns % 2 == 0) == in ? 0 : 1; i + 1 < turns; i += 2) { /* out at i, in at i + 1 */
            bis_time l = start[i + 1] - start[i];
            if (l <= by_now) continue;
            int k = n++;
            for (; k > 0 && l < length[k - 1]; k--)
                length[k] = length[k - 1];
            length[k] = l;
        }
    }
    for (bis_id group = 0; group < SKUS + PRODUCTS;
         group++) { /* those still out, for longer: no end is known */
        bis_time start[EVENTS];
        bool in = true;
        bis_id a = t.first_of[own], b = t.first_of[group];
        if (b == BIS_NO_ID || group == own || !alike(t.p.predictive.history, a, b)) continue;
        int turns = turns_of(group, start, &in);
        if (turns > 0 && !in && t.now - start[turns - 1] > by_now) length[n++] = BIS_NEVER;
    }
    return n;
}

static inline void predict(int w) {
    const wish *it = &t.wish[w];
    const bis_predictive_setup *s = &t.p.predictive;
    bis_id group = t.group[it->sku];
    bis_time start[EVENTS], length[EVENTS];
    bool in;
    int turns = turns_of(group, start, &in);
    if (!s->enabled || in || turns == 0) return;
    bis_time out = start[turns - 1];
    int n = sample_for(group, t.now - out, length), k = 1, source = fresh_source(w);
    while (k <= n && (double)k / (n + 1) < s->threshold)
        k++;
    if (k > n || length[k - 1] == BIS_NEVER || out + length[k - 1] - t.now > s->within) return;
    if (quiet_for(it->shopper, t.now) || consent_says(it->shopper, BIS_PUSH, source) != BIS_NO_REASON ||
        devices_of(it->shopper) == 0 ||
        caps_say(it->shopper, BIS_KIND_PREDICTIVE, BIS_PUSH).reason != BIS_NO_REASON)
        return;
    bis_arm arm = BIS_TREATED;
    if (t.p.holdout.unit != BIS_UNIT_RESTOCK) arm = arm_of(it->shopper, it->sku, it->sku, 0);
    bis_decision *d = say(BIS_NO_ID, arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, BIS_NO_REASON, 1);
    d->back_from = t.now;
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
}

#endif
