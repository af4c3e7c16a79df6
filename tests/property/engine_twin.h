/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin.h - a slow twin of the engine, for the property tests alone.
 *
 * It keeps the whole history and looks everything up in it anew each time. It is written from docs/ENGINE.md
 * and shares no code with the engine but the public functions that draw an arm and a template. This file is
 * told what happens, and lets time pass; the headers below it hold the rest, from the bottom:
 * engine_history.h, _zone.h, _rules.h, _turns.h, _later.h.
 */
#ifndef TESTS_ENGINE_TWIN_H
#define TESTS_ENGINE_TWIN_H

#include "tests/property/engine_twin_later.h"

/* ---- openings ---------------------------------------------------------------------------------------- */

static inline void open_now(bis_id sku) {
    bis_id group = t.group[sku];
    bis_restock *r = ADD(t.restock, t.restocks);
    *r = (bis_restock){.id = (bis_id)t.restocks - 1, .sku = sku, .opened = t.now};
    r->closed = r->first_sent = r->last_sent = BIS_NEVER;
    r->level_at_open = level_of(group);
    campaign *k = &t.campaign[r->id];
    *k = (campaign){.group = group, .batch_at = t.now, .look_at = t.now, .bucket_at = t.now};
    k->bucket = t.p.throttle.size * t.p.throttle.every;
    for (int i = 0; i < t.restocks - 1; i++)
        k->ordinal += t.restock[i].sku == sku;
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].in_line && t.group[t.wish[i].sku] == group) enter(r, i);
    if (t.p.trigger.expire_after > 0) set_clock(t.now + t.p.trigger.expire_after, ENDING, r->id);
    if (!paused_at(level_of(group))) batch_now(r);
    close_if_done(r);
}

/* The end of a pause. */
static inline void resume(bis_restock *r) {
    for (int i = 0; i < t.n_queue; i++) {
        contender *c = &t.contender[t.queue_order[i]];
        if (c->restock == r->id && c->stage == PUT_OFF && c->overdue) send_put_off(c);
    }
    if (!by_the_clock() || t.campaign[r->id].batch_at <= t.now) batch_now(r);
    close_if_done(r);
}

/* ---- events ------------------------------------------------------------------------------------------ */

static inline void on_stock(const bis_event *e) {
    bool known = false;
    for (int i = 0; i < t.events - 1; i++)
        if (t.heeded[i] && t.event[i].sku == e->sku && t.event[i].as.stock.version >= e->as.stock.version)
            return;
    name_sku(e->sku);
    bis_id group = t.group[e->sku];
    for (int i = 0; i < t.events - 1; i++)
        known |= t.heeded[i] && t.group[t.event[i].sku] == group;
    int64_t old = level_of(group);
    t.heeded[t.events - 1] = true;
    int64_t level = level_of(group);
    bis_restock *r = open_restock_of(group);
    if (!counts_as_in(level))
        for (bis_id sku = 0; sku < SKUS; sku++)
            if (t.group[sku] == group) stop_clocks(OPENING, sku);
    bool comes_in = known && counts_as_in(level) && !counts_as_in(old);
    if (comes_in) came_in(group);
    if (r && level == 0)
        close_it(r, BIS_STOCK_GONE, BIS_DROPPED, BIS_WAITING, BIS_STOCK_GONE, false);
    else if (r && paused_at(old) && !paused_at(level))
        resume(r);
    else if (!r && comes_in && out_long_enough(group) && t.p.trigger.debounce_in == 0)
        open_now(e->sku);
    else if (!r && comes_in && out_long_enough(group))
        set_clock(t.now + t.p.trigger.debounce_in, OPENING, e->sku);
}

/* She withdraws, or was silent for too long. */
static inline void leave_early(int w, bis_outcome outcome, bis_reason reason) {
    contender *c = standing(w);
    if (c) {
        if (c->stage == IN_LINE) {
            c->place = t.wish[w].place;
            c->source = t.wish[w].source;
        }
        c->stage = DONE;
        say_of(c, outcome, no(reason));
    }
    t.wish[w].open = false;
}

/* Takes the signal into an interest; says whether she has come to be wanting by a stronger source. */
static inline bool take_signal(int w, const bis_event *e) {
    wish *it = &t.wish[w];
    bool stronger = false;
    it->quantity = e->as.interest.quantity ? e->as.interest.quantity : 1;
    seen *s = ADD(t.seen, t.signals);
    *s = (seen){.wish = w, .source = (int)e->as.interest.source, .at = t.now};
    for (int source = 0; source < it->source; source++) {
        bis_time last;
        if (counted_since(w, source, &last) == BIS_NEVER) continue;
        it->source = source;
        it->place = counted_since(w, source, &last);
        it->arrival = t.arrivals++;
        stronger = true;
    }
    return stronger;
}

static inline void on_interest(const bis_event *e) {
    if (!t.p.interest.source[e->as.interest.source].enabled) return;
    name_sku(e->sku);
    bis_restock *r = open_restock_of(t.group[e->sku]);
    int w = wish_of(e->shopper, e->sku);
    if (w >= 0 && t.wish[w].in_line && fresh_source(w) == BIS_SOURCE_COUNT) {
        const contender *c = standing(w);
        if (!c || c->stage == IN_LINE) {
            leave_early(w, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
            w = -1;
        }
    }
    if (w < 0) {
        wish *new = ADD(t.wish, t.wishes);
        *new = (wish){.shopper = e->shopper, .sku = e->sku, .open = true, .source = BIS_SOURCE_COUNT};
        w = t.wishes - 1;
    }
    bool stronger = take_signal(w, e);
    if (stronger && t.wish[w].in_line && standing(w)) {
        score(standing(w));
        look_again(standing(w));
    } else if (stronger && !t.wish[w].in_line) {
        t.wish[w].in_line = true;
        predict(w);
        if (r) enter(r, w);
        if (r && !by_the_clock() && !paused_at(level_of(t.group[e->sku]))) batch_now(r);
    }
    close_if_done(r);
}

/* Her interests are gone through from the newest on. */
static inline void look_again_at(bis_id shopper) {
    for (int w = t.wishes - 1; w >= 0; w--)
        if (t.wish[w].open && t.wish[w].shopper == shopper && standing(w)) look_again(standing(w));
}

static inline void on_profile(const bis_event *e, int old_tier, const bis_zone *old_zone) {
    bool tier = old_tier != tier_of(e->shopper), zone = old_zone != zone_of(e->shopper);
    for (int w = t.wishes - 1; w >= 0; w--)
        if (t.wish[w].shopper == e->shopper && tier && t.p.priority.mode == BIS_PRIORITY_TIER)
            t.wish[w].arrival = t.arrivals++;
    if (tier || zone) look_again_at(e->shopper);
}

static inline void on_order(const bis_event *e) {
    bool matters = false;
    for (size_t i = 0; i < t.p.stages.n; i++)
        matters |= t.p.stages.stage[i].bought_before != BIS_BOUGHT_IGNORED;
    if (matters && e->shopper != BIS_NO_ID) look_again_at(e->shopper);
}

static inline void on_event(const bis_event *given) {
    int old_tier = tier_of(given->shopper), w;
    const bis_zone *old_zone = zone_of(given->shopper);
    bis_event *e = ADD(t.event, t.events);
    *e = *given;
    t.heeded[t.events - 1] = false;
    switch (e->kind) {
    case BIS_EV_STOCK: on_stock(e); break;
    case BIS_EV_INTEREST: on_interest(e); break;
    case BIS_EV_WITHDRAW:
        if ((w = wish_of(e->shopper, e->sku)) < 0) break;
        leave_early(w, BIS_DROPPED, BIS_CANCELLED);
        close_if_done(open_restock_of(t.group[e->sku]));
        break;
    case BIS_EV_PROFILE: on_profile(e, old_tier, old_zone); break;
    case BIS_EV_ORDER: on_order(e); break;
    default: break; /* found in the history when needed */
    }
}

/* ---- time -------------------------------------------------------------------------------------------- */

static inline void reset_twin(const bis_policy *policy) {
    t.p = *policy;
    t.now = 0;
    t.n_queue = t.events = t.wishes = t.signals = t.contenders = t.decisions = t.clocks = t.restocks = 0;
    t.laters = t.promises = 0;
    t.arrivals = 0;
    t.touches = 0;
    t.kept = t.broken = 0;
    for (bis_id sku = 0; sku < SKUS; sku++)
        t.group[sku] = BIS_NO_ID;
    for (bis_id group = 0; group < SKUS + PRODUCTS; group++)
        t.first_of[group] = BIS_NO_ID;
    for (int i = 0; i < ZONES; i++)
        t.zone[i] = *zone_table(i);
}

/* Later touches of one time go by the first touch, a reminder first, and then in the order of the policy's
 * list. */
static inline bool rings_before(const alarm_clock *a, const alarm_clock *b) {
    if (a->at != b->at) return a->at < b->at;
    if (a->kind != b->kind || a->kind != TOUCHING_AGAIN) return a->kind < b->kind;
    const later_touch *x = &t.later[a->of], *y = &t.later[b->of];
    bis_id first_x = t.contender[x->contender].touch, first_y = t.contender[y->contender].touch;
    if (first_x != first_y) return first_x < first_y;
    if ((x->reminder > 0) != (y->reminder > 0)) return x->reminder > 0;
    return x->followup < y->followup;
}

static inline alarm_clock *next_clock(void) {
    alarm_clock *first = NULL;
    for (int i = 0; i < t.clocks; i++) {
        alarm_clock *a = &t.clock[i];
        if (a->kind == SENDING && t.contender[a->of].stage != PUT_OFF) a->dead = true;
        if (a->dead) continue;
        if (!first || rings_before(a, first)) first = a;
    }
    return first;
}

static inline void ring(clock_kind kind, uint32_t of) {
    if (kind == OPENING) {
        open_now(of);
    } else if (kind == ENDING) {
        close_it(&t.restock[of], BIS_CAMPAIGN_EXPIRED, BIS_EXPIRED, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED, false);
    } else if (kind == BATCH) {
        if (!paused_at(level_of(t.campaign[of].group))) batch_now(&t.restock[of]);
    } else if (kind == SENDING) {
        contender *c = &t.contender[of];
        if (paused_at(level_of(t.campaign[c->restock].group)))
            c->overdue = true;
        else
            send_put_off(c);
        close_if_done(&t.restock[c->restock]);
    } else {
        touch_again(of);
    }
}

static inline void run_until(bis_time until) {
    for (alarm_clock *a; (a = next_clock()) && a->at <= until;) {
        a->dead = true;
        t.now = a->at;
        ring(a->kind, a->of);
    }
    t.now = until;
}

static inline void settle_twin(bis_time now) {
    run_until(now);
    for (int i = 0; i < t.restocks; i++) {
        bool paused = paused_at(level_of(t.campaign[i].group));
        if (t.restock[i].closed == BIS_NEVER)
            close_it(&t.restock[i], BIS_NO_REASON, BIS_WAITING, BIS_WAITING,
                     paused ? BIS_BELOW_MIN_STOCK : BIS_THROTTLED, !paused);
    }
    break_promises();
}

#endif
