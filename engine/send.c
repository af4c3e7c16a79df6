/* SPDX-License-Identifier: MIT
 *
 * send.c - one candidate from its turn to its touch, and the queue of put-off sends.
 *
 * A candidate's turn: the judges of the pipeline look at it in order and the first "no" ends its part in this
 * restock; else it gets its arm and its slot. Without jitter the slot is the touch. With jitter it is queued,
 * still in its place in line, until its send time; a send that falls due in a pause is held to the end of it.
 *
 * A touch, sent or ghost, is remembered as a notice of that shopper and ends the interest.
 */
#include "rules.h"

/* Books an outcome of n candidates of the open restock of a SKU, and says so. */
bis_decision *bis_decide(bis_engine *e, bis_sku *sku, bis_outcome outcome, bis_reason reason, uint32_t n) {
    bis_restock *restock = bis_restock_at(e, sku->restock);
    restock->outcome[outcome] += n;
    e->ledger.n[outcome][reason] += n;
    bis_decision *d = (bis_decision *)e->outbox.items + e->outbox.n++;
    *d = (bis_decision){.at = e->now,
                        .assigned_at = BIS_NEVER,
                        .place = BIS_NEVER,
                        .send_at = BIS_NEVER,
                        .level = sku->level,
                        .restock = restock->id,
                        .shopper = BIS_NO_ID,
                        .sku = restock->sku,
                        .touch = BIS_NO_ID,
                        .n = n,
                        .outcome = outcome,
                        .reason = reason,
                        .source = BIS_SOURCE_COUNT,
                        .arm = BIS_TREATED};
    return d;
}

static bis_decision *decide_one(bis_engine *e, const bis_interest *it, bis_source source, bis_outcome outcome,
                                bis_reason reason) {
    bis_decision *d = bis_decide(e, bis_sku_at(e, it->sku), outcome, reason, 1);
    d->shopper = it->shopper;
    d->place = it->place;
    d->source = source;
    return d;
}

/* Turns a decision into the touch of its candidate. */
static void touch(bis_engine *e, bis_decision *d, uint32_t interest) {
    d->touch = e->touches++;
    bis_past_add(e, &bis_shopper_at(e, d->shopper)->notices, d->sku, e->keep_notices);
    if (d->outcome == BIS_SENT) {
        bis_restock *restock = bis_restock_at(e, d->restock);
        if (restock->first_sent == BIS_NEVER) restock->first_sent = e->now;
        restock->last_sent = e->now;
    }
    bis_interest_close(e, interest);
}

static bis_outcome touch_of(bis_arm arm) {
    return arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT;
}

static void enqueue(bis_engine *e, uint32_t interest, bis_source source, bis_arm arm) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_sku *sku = bis_sku_at(e, it->sku);
    uint64_t unit = bis_shopper_at(e, it->shopper)->hash;
    bis_time send_at =
        e->now + bis_throttle_jitter(&e->policy.throttle, e->salt, unit, it->sku, sku->restock);

    bis_decision *d = decide_one(e, it, source, BIS_QUEUED, BIS_NO_REASON);
    d->assigned_at = e->now;
    d->send_at = send_at;
    d->arm = arm;

    uint32_t q = bis_pool_take(&e->queue);
    *bis_queued_at(e, q) = (bis_queued){.assigned_at = e->now,
                                        .place = it->place,
                                        .send_at = send_at,
                                        .interest = interest,
                                        .sku = it->sku,
                                        .next = BIS_NONE,
                                        .previous = sku->queue_tail,
                                        .source = (uint8_t)source,
                                        .arm = (uint8_t)arm};
    if (sku->queue_tail == BIS_NONE)
        sku->queue_head = q;
    else
        bis_queued_at(e, sku->queue_tail)->next = q;
    sku->queue_tail = q;
    it->queued = q;
    bis_queued_at(e, q)->wake = bis_wake_add(e, send_at, BIS_WAKE_SEND, q);
}

/* Takes a candidate out of the queue and books what became of it. */
static bis_decision *dequeue(bis_engine *e, uint32_t queued, bis_outcome outcome, bis_reason reason) {
    bis_queued *q = bis_queued_at(e, queued);
    bis_interest *it = bis_interest_at(e, q->interest);
    bis_sku *sku = bis_sku_at(e, q->sku);
    bis_restock_at(e, sku->restock)->outcome[BIS_QUEUED]--;
    e->ledger.n[BIS_QUEUED][BIS_NO_REASON]--;

    bis_decision *d = decide_one(e, it, (bis_source)q->source, outcome, reason);
    d->place = q->place;
    d->assigned_at = q->assigned_at;
    d->send_at = q->send_at;
    d->arm = (bis_arm)q->arm;

    *(q->previous == BIS_NONE ? &sku->queue_head : &bis_queued_at(e, q->previous)->next) = q->next;
    *(q->next == BIS_NONE ? &sku->queue_tail : &bis_queued_at(e, q->next)->previous) = q->previous;
    q->wake = 0;
    it->queued = BIS_NONE;
    bis_pool_give(&e->queue, queued);
    return d;
}

void bis_queued_drop(bis_engine *e, uint32_t queued, bis_outcome outcome, bis_reason reason) {
    dequeue(e, queued, outcome, reason);
}

static bis_reason judge(const bis_engine *e, bis_judge *const *judges, uint32_t n, bis_candidate *c) {
    for (uint32_t k = 0; k < n; k++) {
        bis_reason reason = judges[k](e, c);
        if (reason != BIS_NO_REASON) return reason;
    }
    return BIS_NO_REASON;
}

static bis_candidate candidate_of(const bis_engine *e, const bis_interest *it, unsigned source) {
    return (bis_candidate){.now = e->now,
                           .interest = it,
                           .shopper = bis_shopper_at(e, it->shopper),
                           .sku = it->sku,
                           .source = (bis_source)source};
}

void bis_candidate_leaves(bis_engine *e, uint32_t interest, bis_outcome outcome, bis_reason reason) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_sku *sku = bis_sku_at(e, it->sku);
    if (it->queued != BIS_NONE) {
        dequeue(e, it->queued, outcome, reason);
    } else if (bis_is_pending(it, sku->restock)) {
        decide_one(e, it, (bis_source)it->source, outcome, reason);
        it->seen = sku->restock;
        sku->pending--;
    }
}

static bool room_for_turn(bis_engine *e) {
    if (!bis_decide_room(e, 1) || !bis_past_room(e)) return false;
    return e->policy.throttle.jitter == 0 || (bis_pool_room(&e->memory, &e->queue) && bis_wake_room(e, 1));
}

/* Takes what it used off *budget. */
bool bis_candidate_turn(bis_engine *e, uint32_t interest, int64_t *budget) {
    if (!room_for_turn(e)) return false;
    bis_interest *it = bis_interest_at(e, interest);
    bis_sku *sku = bis_sku_at(e, it->sku);
    it->seen = sku->restock;
    sku->pending--;

    bis_candidate c = candidate_of(e, it, it->source);
    bis_reason reason = judge(e, e->judge, e->n_judges, &c);
    if (reason != BIS_NO_REASON) {
        bis_outcome outcome = reason == BIS_OUT_OF_WINDOW ? BIS_EXPIRED : BIS_SUPPRESSED;
        decide_one(e, it, c.source, outcome, reason);
        if (c.closes) bis_interest_close(e, interest);
        return true;
    }

    const bis_holdout_setup *holdout = &e->policy.holdout;
    bis_arm arm = c.shopper->held_out ? BIS_HELD_OUT : BIS_TREATED;
    if (arm == BIS_TREATED || holdout->consumes_slot) --*budget;
    if (e->policy.throttle.jitter > 0) {
        enqueue(e, interest, c.source, arm);
        return true;
    }
    bis_decision *d = decide_one(e, it, c.source, touch_of(arm), BIS_NO_REASON);
    d->assigned_at = e->now;
    d->arm = arm;
    touch(e, d, interest);
    return true;
}

/* The moment of a put-off send; the campaign is not paused. */
static bool send_now(bis_engine *e, uint32_t queued) {
    if (!bis_decide_room(e, 1) || !bis_past_room(e)) return false;
    const bis_queued *q = bis_queued_at(e, queued);
    uint32_t interest = q->interest;
    bis_candidate c = candidate_of(e, bis_interest_at(e, interest), q->source);
    bis_reason reason = judge(e, e->recheck, e->n_rechecks, &c);
    if (reason == BIS_NO_REASON) {
        touch(e, dequeue(e, queued, touch_of((bis_arm)q->arm), BIS_NO_REASON), interest);
        return true;
    }
    dequeue(e, queued, BIS_DROPPED, reason);
    if (c.closes) bis_interest_close(e, interest);
    return true;
}

bool bis_queued_due(bis_engine *e, uint32_t queued) {
    bis_queued *q = bis_queued_at(e, queued);
    bis_id sku = q->sku;
    q->wake = 0;
    if (bis_restock_paused(e, bis_sku_at(e, sku))) return true;
    return send_now(e, queued) && bis_restock_finish(e, sku);
}

bool bis_queued_held(bis_engine *e, bis_id sku) {
    uint32_t next;
    for (uint32_t q = bis_sku_at(e, sku)->queue_head; q != BIS_NONE; q = next) {
        next = bis_queued_at(e, q)->next;
        if (bis_queued_at(e, q)->wake == 0 && !send_now(e, q)) return false;
    }
    return true;
}
