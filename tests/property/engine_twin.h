/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin.h - a slow twin of the engine, for engine_reference.c alone.
 *
 * It keeps the whole history and looks everything up in it anew each time. It is written from the semantics
 * and shares no code with the engine but the public holdout function.
 */
#ifndef TESTS_ENGINE_TWIN_H
#define TESTS_ENGINE_TWIN_H

#include "tests/property/engine_history.h"

/* ---- saying things ----------------------------------------------------------------------------------- */

static bis_decision *say(bis_id restock, bis_outcome outcome, bis_reason reason, uint32_t n) {
    bis_decision *d = ADD(t.said, t.decisions);
    bis_id sku = t.restock[restock].sku;
    *d = (bis_decision){.at = t.now, .level = level_of(sku), .restock = restock, .sku = sku, .n = n};
    d->assigned_at = d->place = d->send_at = BIS_NEVER;
    d->shopper = d->touch = BIS_NO_ID;
    d->outcome = outcome;
    d->reason = reason;
    d->source = BIS_SOURCE_COUNT;
    return d;
}

static bis_decision *say_of(const contender *c, bis_outcome outcome, bis_reason reason) {
    bis_decision *d = say(c->restock, outcome, reason, 1);
    d->shopper = t.wish[c->wish].shopper;
    d->place = c->place;
    d->source = (bis_source)c->source;
    d->assigned_at = c->assigned_at;
    d->send_at = c->send_at;
    d->arm = c->arm;
    return d;
}

static int wish_of(bis_id shopper, bis_id sku) {
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].shopper == shopper && t.wish[i].sku == sku) return i;
    return -1;
}

static contender *standing(int w) {
    for (int i = 0; i < t.contenders; i++)
        if (t.contender[i].wish == w && t.contender[i].stage != DONE) return &t.contender[i];
    return NULL;
}

static void enter(bis_restock *r, int w) {
    contender *c = ADD(t.contender, t.contenders);
    *c = (contender){.restock = r->id, .wish = w, .assigned_at = BIS_NEVER, .send_at = BIS_NEVER};
    r->candidates++;
}

static void set_clock(bis_time at, int kind, uint32_t of) {
    alarm_clock *a = ADD(t.clock, t.clocks);
    a->at = at;
    a->kind = (unsigned)kind;
    a->of = of;
    a->dead = false;
}

static void stop_clocks(int kind, uint32_t of) {
    for (int i = 0; i < t.clocks; i++)
        if ((int)t.clock[i].kind == kind && t.clock[i].of == of) t.clock[i].dead = true;
}

/* ---- a campaign --------------------------------------------------------------------------------------- */

static uint32_t count(bis_id restock, int stage) {
    uint32_t n = 0;
    for (int i = 0; i < t.contenders; i++)
        n += t.contender[i].restock == restock && (int)t.contender[i].stage == stage;
    return n;
}

static void close_it(bis_restock *r, bis_reason why, bis_outcome put_off, bis_outcome rest,
                     bis_reason reason) {
    for (int i = 0; i < t.n_queue; i++) {
        contender *c = &t.contender[t.queue_order[i]];
        if (c->restock != r->id || c->stage != PUT_OFF) continue;
        c->stage = DONE;
        say_of(c, put_off, reason);
    }
    if (count(r->id, IN_LINE) > 0) say(r->id, rest, reason, count(r->id, IN_LINE));
    for (int i = 0; i < t.contenders; i++)
        if (t.contender[i].restock == r->id) t.contender[i].stage = DONE;
    r->closed = t.now;
    r->close_reason = why;
    stop_clocks(ENDING, r->id);
    stop_clocks(BATCH, r->id);
}

static void close_if_done(bis_restock *r) {
    if (r && r->closed == BIS_NEVER && count(r->id, IN_LINE) + count(r->id, PUT_OFF) == 0)
        close_it(r, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, BIS_NO_REASON);
}

static bis_reason objection(const wish *w, int source) {
    if (t.p.consent.require_optin && !agreed(w->shopper, false)) return BIS_NO_CONSENT;
    if (t.p.consent.behavioural_needs_consent && source != BIS_NOTIFY_ME && !agreed(w->shopper, true))
        return BIS_NO_CONSENT_BEHAVIOURAL;
    if (devices_of(w->shopper) == 0) return BIS_NO_DEVICE;
    if (bought_lately(w)) return BIS_RECENT_PURCHASE;
    if (told_lately(w)) return BIS_RECENT_NOTICE;
    return told_too_often(w) ? BIS_CAPPED : BIS_NO_REASON;
}

static void end_wish_if_satisfied(int w, bis_reason reason) {
    if (reason == BIS_RECENT_PURCHASE && t.p.recent_purchase.scope == BIS_SCOPE_SKU) t.wish[w].open = false;
}

static void touch_now(contender *c) {
    c->stage = DONE;
    bis_decision *d = say_of(c, c->arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, BIS_NO_REASON);
    d->touch = t.touches++;
    t.wish[c->wish].open = false;
    bis_restock *r = &t.restock[c->restock];
    if (c->arm == BIS_HELD_OUT) return;
    if (r->first_sent == BIS_NEVER) r->first_sent = t.now;
    r->last_sent = t.now;
}

static bis_time put_off_by(const wish *w, bis_id restock) {
    uint64_t words[3] = {hash_of(w->shopper), ((uint64_t)w->sku << 32) + restock, 1};
    uint64_t salt = XXH3_64bits(t.p.holdout.salt, strlen(t.p.holdout.salt));
    uint64_t h = XXH3_64bits_withSeed(words, sizeof words, salt);
    return (bis_time)((double)(h >> 11) / 9007199254740992.0 * (double)t.p.throttle.jitter);
}

/* Her turn has come; returns the slots used. */
static int turn(contender *c) {
    wish *w = &t.wish[c->wish];
    c->place = w->place;
    c->source = w->source;
    c->stage = DONE;
    if (fresh_source(c->wish) == BIS_SOURCE_COUNT) {
        say_of(c, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
        w->open = false;
        return 0;
    }
    c->source = fresh_source(c->wish);
    bis_reason reason = objection(w, c->source);
    if (reason != BIS_NO_REASON) {
        say_of(c, BIS_SUPPRESSED, reason);
        end_wish_if_satisfied(c->wish, reason);
        return 0;
    }
    c->assigned_at = t.now;
    c->arm = bis_holdout_arm(&t.p.holdout, hash_of(w->shopper));
    if (t.p.throttle.jitter > 0) {
        c->stage = PUT_OFF;
        c->send_at = t.now + put_off_by(w, c->restock);
        say_of(c, BIS_QUEUED, BIS_NO_REASON);
        t.queue_order[t.n_queue++] = (int)(c - t.contender);
        set_clock(c->send_at, SENDING, (uint32_t)(c - t.contender));
    } else {
        touch_now(c);
    }
    return c->arm == BIS_TREATED || t.p.holdout.consumes_slot;
}

static bool before(const wish *a, const wish *b) {
    if (tier_of(a->shopper) != tier_of(b->shopper)) return tier_of(a->shopper) > tier_of(b->shopper);
    return a->place != b->place ? a->place < b->place : a->arrival < b->arrival;
}

static void batch_now(bis_restock *r) {
    int64_t slots = INT64_MAX;
    if (t.p.throttle.mode == BIS_THROTTLE_BATCH) slots = t.p.throttle.size;
    if (t.p.throttle.mode == BIS_THROTTLE_PER_UNIT)
        slots = t.p.throttle.per_unit * (level_of(r->sku) - t.p.throttle.reserve_units);
    while (slots > 0) {
        contender *first = NULL;
        for (int i = 0; i < t.contenders; i++) {
            contender *c = &t.contender[i];
            if (c->restock != r->id || c->stage != IN_LINE) continue;
            if (!first || before(&t.wish[c->wish], &t.wish[first->wish])) first = c;
        }
        if (!first) break;
        slots -= turn(first);
    }
    close_if_done(r);
    if (r->closed != BIS_NEVER || t.p.throttle.mode == BIS_THROTTLE_NONE) return;
    stop_clocks(BATCH, r->id);
    t.batch_at[r->id] = t.now + t.p.throttle.every;
    set_clock(t.batch_at[r->id], BATCH, r->id);
}

static void open_now(bis_id sku) {
    bis_restock *r = ADD(t.restock, t.restocks);
    *r = (bis_restock){.id = (bis_id)t.restocks - 1, .sku = sku, .opened = t.now};
    r->closed = r->first_sent = r->last_sent = BIS_NEVER;
    r->level_at_open = level_of(sku);
    t.batch_at[r->id] = t.now;
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].in_line && t.wish[i].sku == sku) enter(r, i);
    if (t.p.trigger.expire_after > 0) set_clock(t.now + t.p.trigger.expire_after, ENDING, r->id);
    if (!paused_at(level_of(sku))) batch_now(r);
    close_if_done(r);
}

static void send_put_off(contender *c) {
    bis_reason reason = t.p.recheck.before_send ? objection(&t.wish[c->wish], c->source) : BIS_NO_REASON;
    if (reason == BIS_NO_REASON) {
        touch_now(c);
        return;
    }
    c->stage = DONE;
    say_of(c, BIS_DROPPED, reason);
    end_wish_if_satisfied(c->wish, reason);
}

/* ---- events -------------------------------------------------------------------------------------------- */

static bool counts_as_in(int64_t level) {
    return t.p.trigger.mode == BIS_TRIGGER_THRESHOLD ? level >= t.p.trigger.min_stock : level > 0;
}

/* Has the SKU, which comes in now, been out for long enough? Goes back through its times in and out. */
static bool out_long_enough(bis_id sku) {
    bis_time start[EVENTS];
    int n = 0;
    bool in = false;
    for (int i = 0; i < t.events; i++) {
        if (!t.heeded[i] || t.event[i].sku != sku) continue;
        bool is_in = counts_as_in(t.event[i].as.stock.level);
        if (n > 0 && is_in == in) continue;
        in = is_in;
        start[n++] = t.event[i].at;
    }
    int out = n - 2; /* start[n - 1] is now */
    while (out >= 2 && t.p.trigger.debounce_in > 0 && start[out] - start[out - 1] <= t.p.trigger.debounce_in)
        out -= 2;
    return t.now - start[out] >= t.p.trigger.debounce_out;
}

static void on_stock(const bis_event *e) {
    bool known = false;
    for (int i = 0; i < t.events - 1; i++) {
        if (!t.heeded[i] || t.event[i].sku != e->sku) continue;
        known = true;
        if (t.event[i].as.stock.version >= e->as.stock.version) return;
    }
    int64_t old = level_of(e->sku);
    t.heeded[t.events - 1] = true;
    int64_t level = level_of(e->sku);
    bis_restock *r = open_restock_of(e->sku);
    if (!counts_as_in(level)) stop_clocks(OPENING, e->sku);
    if (r && level == 0) {
        close_it(r, BIS_STOCK_GONE, BIS_DROPPED, BIS_WAITING, BIS_STOCK_GONE);
    } else if (r && paused_at(old) && !paused_at(level)) {
        for (int i = 0; i < t.n_queue; i++) {
            contender *c = &t.contender[t.queue_order[i]];
            if (c->restock == r->id && c->stage == PUT_OFF && c->overdue) send_put_off(c);
        }
        if (t.p.throttle.mode == BIS_THROTTLE_NONE || t.batch_at[r->id] <= t.now) batch_now(r);
        close_if_done(r);
    } else if (!r && known && counts_as_in(level) && !counts_as_in(old) && out_long_enough(e->sku)) {
        if (t.p.trigger.debounce_in == 0)
            open_now(e->sku);
        else
            set_clock(t.now + t.p.trigger.debounce_in, OPENING, e->sku);
    }
}

static void leave_early(int w, bis_outcome outcome, bis_reason reason) {
    contender *c = standing(w);
    if (c) {
        if (c->stage == IN_LINE) {
            c->place = t.wish[w].place;
            c->source = t.wish[w].source;
        }
        c->stage = DONE;
        say_of(c, outcome, reason);
    }
    t.wish[w].open = false;
}

static void on_interest(const bis_event *e) {
    if (!t.p.interest.source[e->as.interest.source].enabled) return;
    bis_restock *r = open_restock_of(e->sku);
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
    wish *it = &t.wish[w];
    it->quantity = e->as.interest.quantity ? e->as.interest.quantity : 1;
    seen *s = ADD(t.seen, t.signals);
    *s = (seen){.wish = w, .source = (int)e->as.interest.source, .at = t.now};
    bool was_in_line = it->in_line;
    for (int source = 0; source < it->source; source++) {
        bis_time last;
        if (counted_since(w, source, &last) == BIS_NEVER) continue;
        it->source = source;
        it->place = counted_since(w, source, &last);
        it->arrival = t.arrivals++;
        it->in_line = true;
    }
    if (r && it->in_line && !was_in_line) {
        enter(r, w);
        if (t.p.throttle.mode == BIS_THROTTLE_NONE && !paused_at(level_of(e->sku))) batch_now(r);
    }
    close_if_done(r);
}

static inline void on_event(const bis_event *given) {
    int tier = given->kind == BIS_EV_PROFILE ? tier_of(given->shopper) : 0;
    bis_event *e = ADD(t.event, t.events);
    *e = *given;
    int w;
    switch (e->kind) {
    case BIS_EV_STOCK: on_stock(e); break;
    case BIS_EV_INTEREST: on_interest(e); break;
    case BIS_EV_WITHDRAW:
        if ((w = wish_of(e->shopper, e->sku)) >= 0) leave_early(w, BIS_DROPPED, BIS_CANCELLED);
        close_if_done(open_restock_of(e->sku));
        break;
    case BIS_EV_PROFILE:
        for (w = 0; w < t.wishes; w++)
            if (t.wish[w].shopper == e->shopper && tier != tier_of(e->shopper))
                t.wish[w].arrival = t.arrivals++;
        break;
    default: break; /* found in the history when needed */
    }
}

/* ---- time ------------------------------------------------------------------------------------------------
 */

static alarm_clock *next_clock(void) {
    alarm_clock *first = NULL;
    for (int i = 0; i < t.clocks; i++) {
        alarm_clock *a = &t.clock[i];
        if (a->kind == SENDING && t.contender[a->of].stage != PUT_OFF) a->dead = true;
        if (!a->dead && (!first || a->at < first->at)) first = a;
    }
    return first;
}

static inline void run_until(bis_time until) {
    for (alarm_clock *a; (a = next_clock()) && a->at <= until;) {
        a->dead = true;
        t.now = a->at;
        if (a->kind == OPENING) {
            open_now(a->of);
        } else if (a->kind == ENDING) {
            close_it(&t.restock[a->of], BIS_CAMPAIGN_EXPIRED, BIS_EXPIRED, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
        } else if (a->kind == BATCH) {
            if (!paused_at(level_of(t.restock[a->of].sku))) batch_now(&t.restock[a->of]);
        } else {
            contender *c = &t.contender[a->of];
            if (paused_at(level_of(t.restock[c->restock].sku)))
                c->overdue = true;
            else
                send_put_off(c);
            close_if_done(&t.restock[c->restock]);
        }
    }
    t.now = until;
}

static inline void settle_twin(bis_time now) {
    run_until(now);
    for (int i = 0; i < t.restocks; i++) {
        bool paused = paused_at(level_of(t.restock[i].sku));
        if (t.restock[i].closed == BIS_NEVER)
            close_it(&t.restock[i], BIS_NO_REASON, BIS_WAITING, BIS_WAITING,
                     paused ? BIS_BELOW_MIN_STOCK : BIS_THROTTLED);
    }
}

#endif
