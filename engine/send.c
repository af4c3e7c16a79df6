/* SPDX-License-Identifier: MIT
 *
 * send.c - one candidate from its turn to its touch, and the queue of put-off sends.
 *
 * A candidate's turn: the judges of the pipeline look at it in order and the first "no" ends its part in this
 * restock; else it gets its arm and its slot. Without jitter the slot is the touch. With jitter it is queued,
 * still in its place in line, until its send time; a send that falls due in a pause is held to the end of it,
 * one that falls into her quiet hours is put off to their end.
 *
 * A touch, sent or ghost, is remembered as a notice of that shopper and ends the interest.
 */
#include "rules.h"

/* ---- saying things ---- */

bis_decision *bis_say(bis_engine *e, int64_t level, bis_id sku, bis_outcome outcome, bis_reason reason,
                      uint32_t n) {
    bis_decision *d = (bis_decision *)e->outbox.items + e->outbox.n++;
    *d = (bis_decision){.at = e->now,
                        .assigned_at = BIS_NEVER,
                        .place = BIS_NEVER,
                        .send_at = BIS_NEVER,
                        .level = level,
                        .restock = BIS_NO_ID,
                        .shopper = BIS_NO_ID,
                        .sku = sku,
                        .touch = BIS_NO_ID,
                        .follows = BIS_NO_ID,
                        .n = n,
                        .outcome = outcome,
                        .reason = reason,
                        .source = BIS_SOURCE_COUNT,
                        .again_at = BIS_NEVER,
                        .back_by = BIS_NEVER,
                        .back_from = BIS_NEVER};
    return d;
}

/* Books an outcome of n candidates of the open restock of a group, and says so. */
bis_decision *bis_decide(bis_engine *e, bis_group *group, bis_outcome outcome, bis_reason reason,
                         uint32_t n) {
    bis_restock *restock = bis_restock_at(e, group->restock);
    restock->outcome[outcome] += n;
    e->ledger.n[outcome][reason] += n;
    bis_decision *d = bis_say(e, group->level, restock->sku, outcome, reason, n);
    d->restock = restock->id;
    return d;
}

static bis_decision *decide_one(bis_engine *e, bis_group *group, const bis_interest *it, bis_source source,
                                bis_outcome outcome, bis_reason reason) {
    bis_decision *d = bis_decide(e, group, outcome, reason, 1);
    d->shopper = it->shopper;
    d->sku = it->sku;
    d->place = it->place;
    d->source = source;
    return d;
}

static void explain(bis_decision *d, const bis_candidate *c, uint32_t turn) {
    d->turn = turn;
    d->count = c->count;
    d->limit = c->limit;
    d->again_at = c->again_at;
}

/* ---- touches ---- */

void bis_touch(bis_engine *e, bis_decision *d) {
    bis_shopper *who = bis_shopper_at(e, d->shopper);
    bool push = d->channel == BIS_PUSH;
    int64_t most = e->policy.reach.max_devices;
    d->touch = e->touches++;
    if (push && d->kind != BIS_KIND_PREDICTIVE)
        d->template_id = (uint8_t)bis_template_by(&e->policy.templates, e->salt, who->hash);
    if (push && d->outcome == BIS_SENT) d->devices = (uint8_t)(who->devices < most ? who->devices : most);
    bis_past_add(e, &who->past, bis_past_notice((unsigned)d->kind, (unsigned)d->channel), d->sku);
}

static void first_touch(bis_engine *e, bis_decision *d, uint32_t interest) {
    bis_touch(e, d);
    if (e->flies) bis_flight_add(e, d, d->arm == BIS_TREATED || e->policy.holdout.consumes_slot);
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

/* ---- the queue ---- */

static void enqueue(bis_engine *e, uint32_t interest, const bis_candidate *c, bis_arm arm) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_group *group = bis_group_of(e, it->sku);
    bis_time send_at = e->now + bis_throttle_jitter(e, c->shopper->hash, it->sku, group->ordinal);
    if (e->policy.quiet.mode == BIS_QUIET_DEFER) send_at = bis_quiet_end(e, c, send_at);

    bis_decision *d = decide_one(e, group, it, c->source, BIS_QUEUED, BIS_NO_REASON);
    d->assigned_at = e->now;
    d->send_at = send_at;
    d->arm = arm;
    d->turn = group->turns;

    uint32_t q = bis_pool_take(&e->queue);
    *bis_queued_at(e, q) = (bis_queued){.assigned_at = e->now,
                                        .place = it->place,
                                        .send_at = send_at,
                                        .interest = interest,
                                        .sku = it->sku,
                                        .next = BIS_NONE,
                                        .previous = group->queue_tail,
                                        .turn = group->turns,
                                        .source = (uint8_t)c->source,
                                        .arm = (uint8_t)arm};
    if (group->queue_tail == BIS_NONE)
        group->queue_head = q;
    else
        bis_queued_at(e, group->queue_tail)->next = q;
    group->queue_tail = q;
    it->queued = q;
    bis_queued_at(e, q)->wake = bis_wake_add(e, send_at, BIS_WAKE_SEND, q, 0);
}

/* Takes a candidate out of the queue and books what became of it. */
static bis_decision *dequeue(bis_engine *e, uint32_t queued, bis_outcome outcome, bis_reason reason) {
    bis_queued *q = bis_queued_at(e, queued);
    bis_interest *it = bis_interest_at(e, q->interest);
    bis_group *group = bis_group_of(e, q->sku);
    bis_restock_at(e, group->restock)->outcome[BIS_QUEUED]--;
    e->ledger.n[BIS_QUEUED][BIS_NO_REASON]--;

    bis_decision *d = decide_one(e, group, it, (bis_source)q->source, outcome, reason);
    d->place = q->place;
    d->assigned_at = q->assigned_at;
    d->send_at = q->send_at;
    d->arm = (bis_arm)q->arm;
    d->turn = q->turn;

    *(q->previous == BIS_NONE ? &group->queue_head : &bis_queued_at(e, q->previous)->next) = q->next;
    *(q->next == BIS_NONE ? &group->queue_tail : &bis_queued_at(e, q->next)->previous) = q->previous;
    q->wake = 0;
    it->queued = BIS_NONE;
    bis_pool_give(&e->queue, queued);
    return d;
}

void bis_queued_drop(bis_engine *e, uint32_t queued, bis_outcome outcome, bis_reason reason) {
    dequeue(e, queued, outcome, reason);
}

/* ---- turns ---- */

bis_reason bis_judged(const bis_engine *e, bis_judge *const *judges, uint32_t n, bis_candidate *c) {
    for (uint32_t k = 0; k < n; k++) {
        bis_reason reason = judges[k](e, c);
        if (reason != BIS_NO_REASON) return reason;
    }
    return BIS_NO_REASON;
}

void bis_candidate_leaves(bis_engine *e, uint32_t interest, bis_outcome outcome, bis_reason reason) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_group *group = bis_group_of(e, it->sku);
    if (it->queued != BIS_NONE) {
        dequeue(e, it->queued, outcome, reason);
    } else if (bis_is_pending(it, group->restock)) {
        decide_one(e, group, it, (bis_source)it->source, outcome, reason);
        it->seen = group->restock;
        group->pending--;
    }
}

static bool room_for_turn(bis_engine *e) {
    if (!bis_decide_room(e, 1) || !bis_past_room(e)) return false;
    if (e->flies && !bis_flight_room(e)) return false;
    return e->policy.throttle.jitter == 0 || (bis_pool_room(&e->memory, &e->queue) && bis_wake_room(e, 1));
}

/* She has met everyone else in this restock. */
static void has_turn(bis_interest *it, bis_group *group) {
    it->seen = group->restock;
    group->pending--;
    group->turns++;
}

static void turned_away(bis_engine *e, bis_group *group, uint32_t interest, const bis_candidate *c,
                        bis_reason reason) {
    bis_interest *it = bis_interest_at(e, interest);
    has_turn(it, group);
    bis_outcome outcome = reason == BIS_OUT_OF_WINDOW ? BIS_EXPIRED : BIS_SUPPRESSED;
    explain(decide_one(e, group, it, c->source, outcome, reason), c, group->turns);
    if (c->closes) bis_interest_close(e, interest);
}

static void told_or_queued(bis_engine *e, bis_group *group, uint32_t interest, const bis_candidate *c,
                           bis_arm arm) {
    bis_interest *it = bis_interest_at(e, interest);
    if (e->policy.throttle.jitter > 0) {
        enqueue(e, interest, c, arm);
        return;
    }
    bis_decision *d = decide_one(e, group, it, c->source, touch_of(arm), BIS_NO_REASON);
    d->assigned_at = e->now;
    d->arm = arm;
    d->turn = group->turns;
    first_touch(e, d, interest);
}

/* Takes what it used off *slots. All of a turn in one piece: there are millions of them. */
__attribute__((flatten)) bis_turn bis_candidate_turn(bis_engine *e, bis_group *group, uint32_t interest,
                                                     int64_t *slots) {
    if (!room_for_turn(e)) return BIS_TURN_NO_MEMORY;
    bis_interest *it = bis_interest_at(e, interest);
    bis_candidate c = bis_candidate_of(e, group, it, it->source);
    bis_reason reason = bis_judged(e, e->judge, e->n_judges, &c);
    if (reason != BIS_NO_REASON) {
        turned_away(e, group, interest, &c, reason);
        return BIS_TURN_DONE;
    }

    bis_arm arm = bis_holdout_of(e, c.shopper, it->sku, group);
    if (e->policy.quiet.mode == BIS_QUIET_DROP && (c.again_at = bis_quiet_end(e, &c, e->now)) > e->now) {
        has_turn(it, group);
        bis_decision *d = decide_one(e, group, it, c.source, BIS_DROPPED, BIS_QUIET_HOURS);
        explain(d, &c, group->turns);
        d->assigned_at = e->now;
        d->arm = arm;
        return BIS_TURN_DONE;
    }
    c.again_at = BIS_NEVER;
    if (arm == BIS_TREATED || e->policy.holdout.consumes_slot) {
        bool safe = e->policy.throttle.mode == BIS_THROTTLE_OVERSELL_SAFE;
        if (safe && !bis_oversell_fits(e, c.source)) return BIS_TURN_STOP;
        --*slots;
        group->slots++;
    }
    has_turn(it, group);
    told_or_queued(e, group, interest, &c, arm);
    return BIS_TURN_DONE;
}

/* The moment of a put-off send; the campaign is not paused. */
static bool send_now(bis_engine *e, uint32_t queued) {
    if (!bis_decide_room(e, 1) || !bis_past_room(e) || !bis_wake_room(e, 1)) return false;
    if (e->flies && !bis_flight_room(e)) return false;
    bis_queued *q = bis_queued_at(e, queued);
    uint32_t interest = q->interest;
    const bis_interest *it = bis_interest_at(e, interest);
    bis_candidate c = bis_candidate_of(e, bis_group_of(e, it->sku), it, q->source);
    bis_time quiet_end = bis_quiet_end(e, &c, e->now);
    if (quiet_end > e->now && e->policy.quiet.mode == BIS_QUIET_DEFER) {
        q->send_at = quiet_end;
        q->wake = bis_wake_add(e, quiet_end, BIS_WAKE_SEND, queued, 0);
        return true;
    }
    bis_reason reason = bis_judged(e, e->recheck, e->n_rechecks, &c);
    if (reason == BIS_NO_REASON && quiet_end > e->now) {
        reason = BIS_QUIET_HOURS;
        c.again_at = quiet_end;
    }
    if (reason == BIS_NO_REASON) {
        first_touch(e, dequeue(e, queued, touch_of((bis_arm)q->arm), BIS_NO_REASON), interest);
        return true;
    }
    uint32_t turn = q->turn;
    explain(dequeue(e, queued, BIS_DROPPED, reason), &c, turn);
    if (c.closes) bis_interest_close(e, interest);
    return true;
}

bool bis_queued_due(bis_engine *e, uint32_t queued) {
    bis_queued *q = bis_queued_at(e, queued);
    bis_id leader = bis_leader(e, q->sku);
    q->wake = 0;
    if (bis_restock_paused(e, bis_group_at(e, leader))) return true;
    return send_now(e, queued) && bis_restock_finish(e, leader);
}

bool bis_queued_held(bis_engine *e, bis_group *group) {
    uint32_t next;
    for (uint32_t q = group->queue_head; q != BIS_NONE; q = next) {
        next = bis_queued_at(e, q)->next;
        if (bis_queued_at(e, q)->wake == 0 && !send_now(e, q)) return false;
    }
    return true;
}
