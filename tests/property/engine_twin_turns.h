/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin_turns.h - how the engine's slow twin gives turns: who is next, what becomes of her, and when
 * the next batch is.
 */
#ifndef TESTS_ENGINE_TWIN_TURNS_H
#define TESTS_ENGINE_TWIN_TURNS_H

#include "tests/property/engine_twin_rules.h"

#include <math.h>

/* ---- saying things ----------------------------------------------------------------------------------- */

static inline bis_decision *say(bis_id restock, bis_outcome outcome, bis_reason reason, uint32_t n) {
    bis_decision *d = ADD(t.said, t.decisions);
    *d = (bis_decision){.at = t.now, .restock = restock, .sku = BIS_NO_ID, .n = n};
    d->assigned_at = d->place = d->send_at = d->again_at = d->back_by = d->back_from = BIS_NEVER;
    d->shopper = d->touch = d->follows = BIS_NO_ID;
    d->outcome = outcome;
    d->reason = reason;
    d->source = BIS_SOURCE_COUNT;
    d->kind = BIS_KIND_RESTOCK;
    d->channel = BIS_PUSH;
    if (restock == BIS_NO_ID) return d;
    d->sku = t.restock[restock].sku;
    d->level = level_of(t.campaign[restock].group);
    return d;
}

static inline bis_decision *say_of(const contender *c, bis_outcome outcome, verdict v) {
    bis_decision *d = say(c->restock, outcome, v.reason, 1);
    d->shopper = t.wish[c->wish].shopper;
    d->sku = t.wish[c->wish].sku;
    d->place = c->place;
    d->source = (bis_source)c->source;
    d->assigned_at = c->assigned_at;
    d->send_at = c->send_at;
    d->arm = c->arm;
    d->turn = c->turn;
    d->count = v.count;
    d->limit = v.limit;
    d->again_at = v.again_at;
    return d;
}

/* Numbers a touch, and says what goes out with it. */
static inline void address(bis_decision *d) {
    uint64_t hash = hash_of(d->shopper);
    int devices = devices_of(d->shopper);
    d->touch = t.touches++;
    if (d->kind == BIS_KIND_RESTOCK || d->kind == BIS_KIND_REMINDER)
        d->template_id = (uint8_t)bis_template_of(&t.p, hash);
    if (d->outcome == BIS_SENT && d->channel == BIS_PUSH)
        d->devices = (uint8_t)(devices < t.p.reach.max_devices ? devices : t.p.reach.max_devices);
}

static inline bis_arm arm_of(bis_id shopper, bis_id sku, bis_id restock_sku, uint32_t ordinal) {
    return bis_holdout_arm_for(&t.p.holdout, hash_of(shopper), hash_of_product(sku), hash_of_sku(restock_sku),
                               ordinal);
}

/* A number on [0, 1) that is hers, this SKU's and this restock's. */
static inline double lot(const contender *c, uint64_t purpose) {
    const wish *w = &t.wish[c->wish];
    uint64_t words[4] = {hash_of(w->shopper), hash_of_sku(w->sku), t.campaign[c->restock].ordinal, purpose};
    uint64_t salt = XXH3_64bits(t.p.holdout.salt, strlen(t.p.holdout.salt));
    return (double)(XXH3_64bits_withSeed(words, sizeof words, salt) >> 11) * 0x1p-53;
}

/* ---- entering and leaving ---------------------------------------------------------------------------- */

static inline void score(contender *c) {
    const wish *w = &t.wish[c->wish];
    int mode = t.p.priority.mode;
    c->score = 0;
    if (mode == BIS_PRIORITY_VALUE) c->score = value_of(w->shopper);
    if (mode == BIS_PRIORITY_WEIGHTED)
        c->score = (float)(t.p.priority.weight[w->source] * (double)value_of(w->shopper));
    if (mode == BIS_PRIORITY_LOTTERY) c->score = -(float)lot(c, 2);
}

static inline void enter(bis_restock *r, int w) {
    contender *c = ADD(t.contender, t.contenders);
    *c = (contender){.restock = r->id, .wish = w, .assigned_at = BIS_NEVER, .send_at = BIS_NEVER};
    c->touch = BIS_NO_ID;
    score(c);
    r->candidates++;
}

static inline uint32_t count(bis_id restock, int stage) {
    uint32_t n = 0;
    for (int i = 0; i < t.contenders; i++)
        n += t.contender[i].restock == restock && (int)t.contender[i].stage == stage;
    return n;
}

/* Books who is queued one by one with `put_off`, and the others with `rest`, reason by reason: `reason`, or
 * if `each`, what each is passed over for now. */
static inline void close_it(bis_restock *r, bis_reason why, bis_outcome put_off, bis_outcome rest,
                            bis_reason reason, bool each) {
    uint32_t n[BIS_REASON_COUNT] = {0};
    for (int i = 0; i < t.n_queue; i++) {
        contender *c = &t.contender[t.queue_order[i]];
        if (c->restock != r->id || c->stage != PUT_OFF) continue;
        c->stage = DONE;
        say_of(c, put_off, no(reason));
    }
    for (int i = 0; i < t.contenders; i++) {
        contender *c = &t.contender[i];
        if (c->restock != r->id || c->stage != IN_LINE) continue;
        c->stage = DONE;
        bis_reason own = each ? passed_over(c).reason : BIS_NO_REASON;
        n[own != BIS_NO_REASON ? own : reason]++;
    }
    for (int i = 0; i < BIS_REASON_COUNT; i++)
        if (n[i] > 0) say(r->id, rest, (bis_reason)i, n[i]);
    r->closed = t.now;
    r->close_reason = why;
    stop_clocks(ENDING, r->id);
    stop_clocks(BATCH, r->id);
}

static inline void close_if_done(bis_restock *r) {
    if (r && r->closed == BIS_NEVER && count(r->id, IN_LINE) + count(r->id, PUT_OFF) == 0)
        close_it(r, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, BIS_NO_REASON, false);
}

/* ---- a turn ------------------------------------------------------------------------------------------ */

static inline void plan_again(const contender *c, int reminder, int followup, bis_time at) {
    later_touch *l = ADD(t.later, t.laters);
    *l = (later_touch){(int)(c - t.contender), reminder, followup};
    set_clock(at, TOUCHING_AGAIN, (uint32_t)t.laters - 1);
}

static inline void touch_now(contender *c) {
    bis_restock *r = &t.restock[c->restock];
    c->stage = DONE;
    bis_decision *d = say_of(c, c->arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, no(BIS_NO_REASON));
    address(d);
    c->touch = d->touch;
    c->told_after = t.events;
    t.wish[c->wish].open = false;
    if (t.p.reminder.after > 0 && t.p.reminder.max > 0) plan_again(c, 1, 0, t.now + t.p.reminder.after);
    for (size_t i = 0; i < t.p.channels.n; i++)
        plan_again(c, 0, (int)i, t.now + t.p.channels.followup[i].after);
    if (c->arm == BIS_HELD_OUT) return;
    if (r->first_sent == BIS_NEVER) r->first_sent = t.now;
    r->last_sent = t.now;
}

static inline void turn_away(contender *c, bis_outcome outcome, verdict v) {
    c->stage = DONE;
    say_of(c, outcome, v);
    if (v.reason == BIS_RECENT_PURCHASE && t.p.recent_purchase.scope == BIS_SCOPE_SKU)
        t.wish[c->wish].open = false;
    if (v.reason == BIS_OUT_OF_WINDOW) t.wish[c->wish].open = false;
}

/* Quiet hours in which messages are dropped. */
static inline bool drop_if_quiet(contender *c) {
    bis_id shopper = t.wish[c->wish].shopper;
    if (t.p.quiet.mode != BIS_QUIET_DROP || !quiet_for(shopper, t.now)) return false;
    turn_away(c, BIS_DROPPED, (verdict){BIS_QUIET_HOURS, 0, 0, quiet_ends(shopper, t.now)});
    return true;
}

static inline void put_off_until(contender *c, bis_time at) {
    bis_id shopper = t.wish[c->wish].shopper;
    c->send_at = t.p.quiet.mode == BIS_QUIET_DEFER ? quiet_ends(shopper, at) : at;
    c->overdue = false;
    set_clock(c->send_at, SENDING, (uint32_t)(c - t.contender));
}

/* Her turn has come; returns the slots used. */
static inline int turn(contender *c) {
    wish *w = &t.wish[c->wish];
    campaign *k = &t.campaign[c->restock];
    verdict v = no(BIS_OUT_OF_WINDOW);
    int source = fresh_source(c->wish);
    if (source != BIS_SOURCE_COUNT) {
        v = objection_to_turn(c, source);
        if (v.reason == BIS_NO_REASON) v = objection_to_send(w, source);
    }
    c->place = w->place;
    c->source = source == BIS_SOURCE_COUNT ? w->source : source;
    c->turn = ++k->looked_at;
    if (v.reason != BIS_NO_REASON) {
        turn_away(c, v.reason == BIS_OUT_OF_WINDOW ? BIS_EXPIRED : BIS_SUPPRESSED, v);
        return 0;
    }
    c->assigned_at = t.now;
    c->arm = arm_of(w->shopper, w->sku, t.restock[c->restock].sku, k->ordinal);
    if (drop_if_quiet(c)) return 0;
    if (t.p.throttle.jitter > 0) {
        c->stage = PUT_OFF;
        put_off_until(c, t.now + (bis_time)(lot(c, 1) * (double)t.p.throttle.jitter));
        say_of(c, BIS_QUEUED, no(BIS_NO_REASON));
        t.queue_order[t.n_queue++] = (int)(c - t.contender);
    } else {
        touch_now(c);
    }
    return c->arm == BIS_TREATED || t.p.holdout.consumes_slot;
}

/* The time of a put-off send, outside of a pause. */
static inline void send_put_off(contender *c) {
    if (t.p.quiet.mode == BIS_QUIET_DEFER && quiet_for(t.wish[c->wish].shopper, t.now)) {
        put_off_until(c, t.now);
        return;
    }
    verdict v = no(BIS_NO_REASON);
    if (t.p.recheck.before_send) v = objection_to_send(&t.wish[c->wish], c->source);
    if (v.reason != BIS_NO_REASON)
        turn_away(c, BIS_DROPPED, v);
    else if (!drop_if_quiet(c))
        touch_now(c);
}

/* ---- whose turn it is -------------------------------------------------------------------------------- */

static inline bool earlier(const wish *a, const wish *b) {
    return a->place != b->place ? a->place < b->place : a->arrival < b->arrival;
}

/* By the policy's priority, or if `by_place` by place, and then by the priority. */
static inline bool goes_before(const contender *x, const contender *y, bool by_place) {
    const wish *a = &t.wish[x->wish], *b = &t.wish[y->wish];
    int mode = t.p.priority.mode;
    if (by_place && a->place != b->place) return a->place < b->place;
    if (mode == BIS_PRIORITY_TIER && tier_of(a->shopper) != tier_of(b->shopper))
        return tier_of(a->shopper) > tier_of(b->shopper);
    if (mode == BIS_PRIORITY_INTENT && a->source != b->source) return a->source < b->source;
    if (by_place) return a->arrival < b->arrival;
    if (mode == BIS_PRIORITY_LIFO) return earlier(b, a);
    if (x->score < y->score || x->score > y->score) return x->score > y->score; /* 0 but for those by score */
    return earlier(a, b);
}

/* Those in line, in order. */
static inline int line_of(const bis_restock *r, bool by_place, contender **line) {
    int n = 0;
    for (int i = 0; i < t.contenders; i++) {
        contender *c = &t.contender[i];
        if (c->restock != r->id || c->stage != IN_LINE) continue;
        int k = n++;
        for (; k > 0 && goes_before(c, line[k - 1], by_place); k--)
            line[k] = line[k - 1];
        line[k] = c;
    }
    return n;
}

/* The next one who can have a turn; those before her are met, and passed over. *again falls to when the first
 * of them can have one. */
static inline contender *next_in_line(const bis_restock *r, bis_time *again) {
    static contender *line[CONTENDERS];
    double k = (double)t.campaign[r->id].slots_used + 1, f = t.p.priority.fair_share;
    bool by_place = floor(k * f) > floor((k - 1) * f);
    int n = line_of(r, by_place, line);
    for (int i = 0; i < n; i++) {
        if (passed_over(line[i]).reason == BIS_NO_REASON) return line[i];
        bis_time at = turn_can_come_at(line[i]);
        if (at < *again) *again = at;
    }
    return NULL;
}

/* ---- batches ----------------------------------------------------------------------------------------- */

static inline int64_t whole_slots(campaign *k) {
    const bis_throttle_setup *s = &t.p.throttle;
    k->bucket += (t.now - k->bucket_at) * s->size;
    k->bucket_at = t.now;
    if (k->bucket > s->size * s->every) k->bucket = s->size * s->every;
    return k->bucket / s->every;
}

static inline int64_t slots_now(const bis_restock *r) {
    const bis_throttle_setup *s = &t.p.throttle;
    int64_t offered = level_of(t.campaign[r->id].group) - s->reserve_units;
    switch (s->mode) {
    case BIS_THROTTLE_BATCH: return s->size;
    case BIS_THROTTLE_PER_UNIT: return s->per_unit * offered;
    case BIS_THROTTLE_RECOUNT: return offered;
    case BIS_THROTTLE_RATE: return whole_slots(&t.campaign[r->id]);
    default: return INT64_MAX;
    }
}

/* rate: when there is a whole slot. */
static inline bis_time slot_comes_at(const bis_restock *r) {
    const bis_throttle_setup *s = &t.p.throttle;
    campaign *k = &t.campaign[r->id];
    return whole_slots(k) > 0 ? t.now : t.now + (s->every - k->bucket + s->size - 1) / s->size;
}

/* A clock that shows this time already stays as it is. */
static inline void batch_at(bis_restock *r, bis_time at) {
    for (int i = 0; i < t.clocks; i++)
        if (!t.clock[i].dead && t.clock[i].kind == BATCH && t.clock[i].of == r->id && t.clock[i].at == at)
            return;
    stop_clocks(BATCH, r->id);
    t.campaign[r->id].batch_at = at;
    if (at != BIS_NEVER) set_clock(at, BATCH, r->id);
}

static inline void set_next_batch(bis_restock *r, bis_time again) {
    campaign *k = &t.campaign[r->id];
    if (by_the_clock()) {
        batch_at(r, t.now + t.p.throttle.every);
        return;
    }
    if (k->look_at <= t.now || again < k->look_at) k->look_at = again;
    bool empty = t.p.throttle.mode == BIS_THROTTLE_RATE && slot_comes_at(r) > t.now;
    batch_at(r, empty ? slot_comes_at(r) : k->look_at);
}

static inline void batch_now(bis_restock *r) {
    campaign *k = &t.campaign[r->id];
    int64_t slots = slots_now(r);
    bis_time again = BIS_NEVER;
    while (slots > 0) {
        contender *c = next_in_line(r, &again);
        if (!c) break;
        int used = turn(c);
        slots -= used;
        k->slots_used += used;
        if (t.p.throttle.mode == BIS_THROTTLE_RATE) k->bucket -= used * t.p.throttle.every;
    }
    close_if_done(r);
    if (r->closed == BIS_NEVER) set_next_batch(r, again);
}

/* Something has come up that may let this one in sooner than was thought. */
static inline void look_again(const contender *c) {
    bis_restock *r = &t.restock[c->restock];
    if (by_the_clock() || !some_are_passed_over() || c->stage != IN_LINE || r->closed != BIS_NEVER) return;
    t.campaign[r->id].look_at = t.now;
    stop_clocks(BATCH, r->id);
    batch_at(r, t.now);
}

#endif
