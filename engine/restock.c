/* SPDX-License-Identifier: MIT
 *
 * restock.c - a campaign from its opening to its end.
 *
 * A group - a SKU or, with match product, a product - has at most one open restock. Its candidates are the
 * interests in line at the opening and those that join while it is open. It is paused while the level is
 * below min_stock or nothing is offered above reserve_units. It closes when the level reaches 0, when it
 * expires, and as soon as no candidate is left: everyone in line has had a turn and nobody is queued. The
 * ledger is lazy: candidates are looked at when their turn comes, and those never reached are booked in bulk
 * at the close.
 *
 * Order at one instant: see wake.c. An opening schedules its end and then runs its first batch. At the end of
 * a pause sends that are overdue go first, in order of line, then a batch that is due. A close books the
 * queued one by one, then the rest.
 */
#include "rules.h"

bool bis_restock_paused(const bis_engine *e, const bis_group *group) {
    return group->level < e->policy.trigger.min_stock ||
           bis_throttle_offered(&e->policy.throttle, group->level) <= 0;
}

static bool close_room(bis_engine *e, const bis_group *group) {
    return bis_decide_room(e,
                           (size_t)bis_restock_at(e, group->restock)->outcome[BIS_QUEUED] + BIS_REASON_COUNT);
}

/* The room is there; whoever is left has been booked but for `rest` of them. */
static void close_restock(bis_engine *e, bis_group *group, bis_reason why_closed, bis_outcome queued,
                          bis_outcome rest, bis_reason reason) {
    bis_restock *restock = bis_restock_at(e, group->restock);
    while (group->queue_head != BIS_NONE)
        bis_queued_drop(e, group->queue_head, queued, reason);
    if (group->pending > 0) bis_decide(e, group, rest, reason, group->pending);
    restock->closed = e->now;
    restock->close_reason = why_closed;
    group->pending = 0;
    group->restock = BIS_NO_ID;
    group->wake[BIS_WAKE_EXPIRE] = group->wake[BIS_WAKE_BATCH] = 0;
    e->open_restocks--;
}

bool bis_restock_finish(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    if (group->restock == BIS_NO_ID || group->pending > 0 || group->queue_head != BIS_NONE) return true;
    if (!close_room(e, group)) return false;
    close_restock(e, group, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, BIS_NO_REASON);
    return true;
}

/* Who is left for what at the end of a run: n by reason. */
static void count_left(bis_engine *e, const bis_group *group, uint32_t n[BIS_REASON_COUNT]) {
    for (size_t l = 0; e->n_admits > 0 && l < group->lines.n; l++) {
        const bis_line *line = (const bis_line *)group->lines.items + l;
        for (size_t i = 0; i < line->slots.n; i++) {
            uint32_t who = ((const uint32_t *)line->slots.items)[i];
            if (who == BIS_NONE || !bis_is_pending(bis_interest_at(e, who), group->restock)) continue;
            const bis_interest *it = bis_interest_at(e, who);
            bis_candidate c = bis_candidate_of(e, group, it, it->source);
            n[bis_not_admitted(e, &c)]++;
        }
    }
}

bool bis_restock_settle(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    uint32_t left[BIS_REASON_COUNT] = {0};
    if (!close_room(e, group)) return false;
    bool paused = bis_restock_paused(e, group);
    bis_reason why = paused ? BIS_BELOW_MIN_STOCK : BIS_THROTTLED;
    while (group->queue_head != BIS_NONE)
        bis_queued_drop(e, group->queue_head, BIS_WAITING, why);
    if (!paused) count_left(e, group, left);
    for (int r = 0; r < BIS_REASON_COUNT; r++) {
        uint32_t n = r == BIS_NO_REASON ? 0 : left[r];
        if (r == (int)why) {
            n = group->pending;
            for (int other = 1; other < BIS_REASON_COUNT; other++)
                n -= left[other];
        }
        left[r] = n;
    }
    for (int r = 0; r < BIS_REASON_COUNT; r++)
        if (left[r] > 0) bis_decide(e, group, BIS_WAITING, (bis_reason)r, left[r]);
    group->pending = 0;
    close_restock(e, group, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, why);
    return true;
}

/* ---- batches ---- */

static int64_t slots_of(bis_engine *e, bis_group *group) {
    const bis_throttle_setup *throttle = &e->policy.throttle;
    if (throttle->mode != BIS_THROTTLE_RATE) return bis_throttle_budget(throttle, group->level);
    bis_time since = e->now - group->credit_at;
    int64_t full = throttle->size * throttle->every;
    bool fills = since >= throttle->every || group->credit + since * throttle->size >= full;
    group->credit = fills ? full : group->credit + since * throttle->size;
    group->credit_at = e->now;
    return group->credit / throttle->every;
}

/* When the next batch is due, for a restock that stays open. */
static bis_time next_batch(bis_engine *e, const bis_group *group, int64_t slots) {
    const bis_throttle_setup *throttle = &e->policy.throttle;
    if (!bis_throttle_immediate(throttle)) return e->now + throttle->every;
    if (slots > 0) return group->readmit_at;
    return e->now + (throttle->every - group->credit + throttle->size - 1) / throttle->size;
}

static bool set_clock(bis_engine *e, bis_id leader, bis_time at) {
    bis_group *group = bis_group_at(e, leader);
    if (at == BIS_NEVER) {
        group->wake[BIS_WAKE_BATCH] = 0;
    } else if (at != group->batch_at || group->wake[BIS_WAKE_BATCH] == 0) {
        if (!bis_wake_room(e, 1)) return false;
        group->wake[BIS_WAKE_BATCH] = bis_wake_add(e, at, BIS_WAKE_BATCH, leader, 0);
    }
    group->batch_at = at;
    return true;
}

/* Gives turns until the slots are used or nobody may have one, then sets the time of the next batch. */
static bool batch(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    bool safe = e->policy.throttle.mode == BIS_THROTTLE_OVERSELL_SAFE, any = true;
    if (e->now >= group->readmit_at || group->rewind) bis_order_rewind(group);
    int64_t slots = slots_of(e, group), used = slots;
    if (safe && !bis_oversell_begin(e, leader, &any)) return false;
    while (slots > 0 && any) {
        uint32_t next = bis_order_next(e, group);
        if (next == BIS_NONE) break;
        bis_turn turn = bis_candidate_turn(e, group, next, &slots);
        if (turn == BIS_TURN_NO_MEMORY) return false;
        if (turn == BIS_TURN_STOP) break;
    }
    used -= slots;
    if (safe) bis_oversell_end(e, group);
    if (e->policy.throttle.mode == BIS_THROTTLE_RATE) group->credit -= used * e->policy.throttle.every;
    if (!bis_restock_finish(e, leader)) return false;
    return group->restock == BIS_NO_ID || set_clock(e, leader, next_batch(e, group, slots));
}

/* ---- opening, pauses, joining ---- */

static bool open_restock(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    if (!bis_array_room(&e->memory, &e->restocks, e->restocks.n + 1, sizeof(bis_restock), BIS_MEM_REST) ||
        !bis_wake_room(e, 1) || !bis_order_open_room(e, group))
        return false;
    group->restock = (bis_id)e->restocks.n++;
    group->ordinal = bis_sku_at(e, group->came_in)->restocks++;
    group->pending = group->in_line;
    group->opened = group->batch_at = e->now;
    group->turns = 0;
    group->slots = 0;
    group->spent = 0;
    group->credit = e->policy.throttle.size * e->policy.throttle.every;
    group->credit_at = e->now;
    *bis_restock_at(e, group->restock) = (bis_restock){.id = group->restock,
                                                       .sku = group->came_in,
                                                       .opened = e->now,
                                                       .closed = BIS_NEVER,
                                                       .first_sent = BIS_NEVER,
                                                       .last_sent = BIS_NEVER,
                                                       .level_at_open = group->level,
                                                       .candidates = group->in_line};
    e->open_restocks++;
    e->ledger.restocks++;
    e->ledger.candidates += group->in_line;
    bis_order_open(e, group);

    bis_time expire_after = e->policy.trigger.expire_after;
    if (expire_after > 0)
        group->wake[BIS_WAKE_EXPIRE] = bis_wake_add(e, e->now + expire_after, BIS_WAKE_EXPIRE, leader, 0);
    return bis_restock_paused(e, group) ? bis_restock_finish(e, leader) : batch(e, leader);
}

static bool resume(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    if (!bis_queued_held(e, group)) return false;
    bool due = bis_throttle_immediate(&e->policy.throttle) || group->batch_at <= e->now;
    return due ? batch(e, leader) : bis_restock_finish(e, leader);
}

bool bis_restock_joined(bis_engine *e, uint32_t interest) {
    bis_id leader = bis_leader(e, bis_interest_at(e, interest)->sku);
    bis_group *group = bis_group_at(e, leader);
    if (group->restock == BIS_NO_ID) return true;
    bis_restock_at(e, group->restock)->candidates++;
    e->ledger.candidates++;
    group->pending++;
    bis_order_joined(e, interest);
    bool now = bis_throttle_immediate(&e->policy.throttle) && !bis_restock_paused(e, group);
    return !now || batch(e, leader);
}

/* ---- stock ---- */

static int64_t level_of(int64_t level) {
    return level < 0 ? 0 : level > BIS_LEVEL_LIMIT ? BIS_LEVEL_LIMIT : level;
}

/* The level shows what was ordered up to then. */
static void take_level(bis_engine *e, bis_sku *sku, bis_group *group, const bis_event *event) {
    int64_t level = level_of(event->as.stock.level);
    group->level += level - sku->level;
    sku->level = level;
    sku->as_of = event->as.stock.as_of;
    for (uint32_t *link = &sku->orders; *link != BIS_NONE;) {
        uint32_t order = *link;
        bis_past *past = bis_past_at(e, order);
        if (bis_past_time(past) > sku->as_of) {
            link = &past->next;
            continue;
        }
        *link = past->next;
        group->unseen -= past->sku;
        bis_pool_give(&e->past, order);
    }
    if (group->level > 0 && group->in_stock_since == BIS_NEVER) group->in_stock_since = e->now;
    if (group->level == 0 && group->in_stock_since != BIS_NEVER) {
        group->in_stock += e->now - group->in_stock_since;
        group->in_stock_since = BIS_NEVER;
    }
}

bool bis_restock_stock(bis_engine *e, const bis_event *event) {
    bis_id id = event->sku;
    if (!bis_sku_named_room(e, id) || !bis_wake_room(e, 1) ||
        !bis_array_room(&e->memory, &e->outs, e->outs.n + 1, sizeof(bis_out), BIS_MEM_REST))
        return false;
    bis_sku *sku = bis_sku_at(e, id);
    bis_id leader = sku->leader;
    bis_group *group = bis_group_at(e, leader);
    uint64_t version = event->as.stock.version;
    if (sku->has_version && version <= sku->version) return true; /* overtaken on its way */
    bool open = group->restock != BIS_NO_ID, was_paused = bis_restock_paused(e, group);
    if (open && !close_room(e, group)) return false;
    sku->has_version = true;
    sku->version = version;

    take_level(e, sku, group, event);
    bool known = group->trigger.known, was_in = group->trigger.in;
    bis_trigger_step step = bis_trigger_level(&e->policy.trigger, &group->trigger, e->now, group->level);
    if (step == BIS_STEP_CANCEL) group->wake[BIS_WAKE_OPEN] = 0;
    if (group->trigger.in && !was_in) group->came_in = id;
    if (!known || was_in != group->trigger.in) bis_outs_level(e, leader);

    if (open) { /* coming back in resumes it and opens no other */
        if (group->level == 0) {
            close_restock(e, group, BIS_STOCK_GONE, BIS_DROPPED, BIS_WAITING, BIS_STOCK_GONE);
            return true;
        }
        return !was_paused || bis_restock_paused(e, group) || resume(e, leader);
    }
    if (step == BIS_STEP_OPEN_LATER)
        group->wake[BIS_WAKE_OPEN] =
            bis_wake_add(e, e->now + e->policy.trigger.debounce_in, BIS_WAKE_OPEN, leader, 0);
    return step != BIS_STEP_OPEN || open_restock(e, leader);
}

bool bis_restock_wake(bis_engine *e, const bis_wake *wake) {
    if (wake->kind == BIS_WAKE_SEND) return bis_queued_due(e, wake->id);
    if (wake->kind == BIS_WAKE_LATER) return bis_later_due(e, wake);
    bis_group *group = bis_group_at(e, wake->id);
    group->wake[wake->kind] = 0;
    if (wake->kind == BIS_WAKE_OPEN) return open_restock(e, wake->id);
    if (wake->kind == BIS_WAKE_BATCH) return bis_restock_paused(e, group) || batch(e, wake->id);
    if (!close_room(e, group)) return false;
    close_restock(e, group, BIS_CAMPAIGN_EXPIRED, BIS_EXPIRED, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    return true;
}
