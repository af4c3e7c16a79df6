/* SPDX-License-Identifier: MIT
 *
 * restock.c - a campaign from its opening to its end.
 *
 * A SKU has at most one open restock. Its candidates are the interests in line at the opening and those that
 * join while it is open. It is paused while the level is below min_stock or nothing is offered above
 * reserve_units. It closes when the level reaches 0, when it expires, and as soon as no candidate is left:
 * everyone in line has had a turn and nobody is queued. The ledger is lazy: candidates are looked at when
 * their turn comes, and those never reached are booked in bulk at the close.
 *
 * Order at one instant: an opening schedules its end first and then runs its first batch; a batch queues its
 * sends in order of line and then schedules the next batch. At the end of a pause sends that are overdue go
 * first, in order of line, then a batch that is due. A close books the queued one by one, then the rest.
 */
#include "rules.h"

bool bis_restock_paused(const bis_engine *e, const bis_sku *sku) {
    return sku->level < e->policy.trigger.min_stock ||
           bis_throttle_offered(&e->policy.throttle, sku->level) <= 0;
}

static bool close_restock(bis_engine *e, bis_sku *sku, bis_reason why_closed, bis_outcome queued,
                          bis_outcome rest, bis_reason reason) {
    bis_restock *restock = bis_restock_at(e, sku->restock);
    if (!bis_decide_room(e, (size_t)restock->outcome[BIS_QUEUED] + 1)) return false;
    while (sku->queue_head != BIS_NONE)
        bis_queued_drop(e, sku->queue_head, queued, reason);
    if (sku->pending > 0) bis_decide(e, sku, rest, reason, sku->pending);
    restock->closed = e->now;
    restock->close_reason = why_closed;
    sku->pending = 0;
    sku->restock = BIS_NO_ID;
    sku->wake[BIS_WAKE_EXPIRE] = sku->wake[BIS_WAKE_BATCH] = 0;
    return true;
}

bool bis_restock_finish(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    if (sku->restock == BIS_NO_ID || sku->pending > 0 || sku->queue_head != BIS_NONE) return true;
    return close_restock(e, sku, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, BIS_NO_REASON);
}

bool bis_restock_settle(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    bis_reason why = bis_restock_paused(e, sku) ? BIS_BELOW_MIN_STOCK : BIS_THROTTLED;
    return close_restock(e, sku, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, why);
}

/* Gives turns until the budget is used or nobody is left, then sets the time of the next batch. */
static bool batch(bis_engine *e, bis_id id) {
    const bis_throttle_setup *throttle = &e->policy.throttle;
    bis_sku *sku = bis_sku_at(e, id);
    int64_t budget = bis_throttle_budget(throttle, sku->level);
    while (budget > 0) {
        uint32_t next = bis_line_next(e, sku);
        if (next == BIS_NONE) break;
        if (!bis_candidate_turn(e, next, &budget)) return false;
    }
    if (!bis_restock_finish(e, id)) return false;
    if (sku->restock == BIS_NO_ID || throttle->mode == BIS_THROTTLE_NONE) return true;
    if (!bis_wake_room(e, 1)) return false;
    sku->batch_at = e->now + throttle->every;
    sku->wake[BIS_WAKE_BATCH] = bis_wake_add(e, sku->batch_at, BIS_WAKE_BATCH, id);
    return true;
}

static bool open_restock(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    if (!bis_array_room(&e->memory, &e->restocks, e->restocks.n + 1, sizeof(bis_restock), BIS_MEM_REST) ||
        !bis_wake_room(e, 1))
        return false;
    sku->restock = (bis_id)e->restocks.n++;
    sku->pending = sku->waiting;
    sku->batch_at = e->now;
    *bis_restock_at(e, sku->restock) = (bis_restock){.id = sku->restock,
                                                     .sku = id,
                                                     .opened = e->now,
                                                     .closed = BIS_NEVER,
                                                     .first_sent = BIS_NEVER,
                                                     .last_sent = BIS_NEVER,
                                                     .level_at_open = sku->level,
                                                     .candidates = sku->waiting};
    e->ledger.restocks++;
    e->ledger.candidates += sku->waiting;
    bis_line_rewind(sku, e);

    bis_time expire_after = e->policy.trigger.expire_after;
    if (expire_after > 0)
        sku->wake[BIS_WAKE_EXPIRE] = bis_wake_add(e, e->now + expire_after, BIS_WAKE_EXPIRE, id);
    return bis_restock_paused(e, sku) ? bis_restock_finish(e, id) : batch(e, id);
}

static bool resume(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    if (!bis_queued_held(e, id)) return false;
    if (e->policy.throttle.mode == BIS_THROTTLE_NONE || sku->batch_at <= e->now) return batch(e, id);
    return bis_restock_finish(e, id);
}

bool bis_restock_joined(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    if (sku->restock == BIS_NO_ID) return true;
    bis_restock_at(e, sku->restock)->candidates++;
    e->ledger.candidates++;
    sku->pending++;
    bool now = e->policy.throttle.mode == BIS_THROTTLE_NONE && !bis_restock_paused(e, sku);
    return !now || batch(e, id);
}

static int64_t level_of(int64_t told) {
    return told < 0 ? 0 : told > BIS_LEVEL_LIMIT ? BIS_LEVEL_LIMIT : told;
}

bool bis_restock_stock(bis_engine *e, const bis_event *event) {
    bis_id id = event->sku;
    if (!bis_sku_room(e, id) || !bis_wake_room(e, 1)) return false;
    bis_sku *sku = bis_sku_at(e, id);
    uint64_t version = event->as.stock.version;
    if (sku->has_version && version <= sku->version) return true; /* overtaken on its way */
    sku->has_version = true;
    sku->version = version;

    bool was_open = sku->restock != BIS_NO_ID, was_paused = bis_restock_paused(e, sku);
    sku->level = level_of(event->as.stock.level);
    bis_time delay = e->policy.trigger.debounce_in;
    bis_trigger_step step = bis_trigger_level(&e->policy.trigger, &sku->trigger, e->now, sku->level);
    if (step == BIS_STEP_CANCEL) sku->wake[BIS_WAKE_OPEN] = 0;

    if (was_open) { /* coming back in resumes it and opens no other */
        if (sku->level == 0)
            return close_restock(e, sku, BIS_STOCK_GONE, BIS_DROPPED, BIS_WAITING, BIS_STOCK_GONE);
        return !was_paused || bis_restock_paused(e, sku) || resume(e, id);
    }
    if (step == BIS_STEP_OPEN_LATER)
        sku->wake[BIS_WAKE_OPEN] = bis_wake_add(e, e->now + delay, BIS_WAKE_OPEN, id);
    return step != BIS_STEP_OPEN || open_restock(e, id);
}

bool bis_restock_wake(bis_engine *e, const bis_wake *wake) {
    if (wake->kind == BIS_WAKE_SEND) return bis_queued_due(e, wake->id);
    bis_sku *sku = bis_sku_at(e, wake->id);
    sku->wake[wake->kind] = 0;
    if (wake->kind == BIS_WAKE_OPEN) return open_restock(e, wake->id);
    if (wake->kind == BIS_WAKE_EXPIRE)
        return close_restock(e, sku, BIS_CAMPAIGN_EXPIRED, BIS_EXPIRED, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
    return bis_restock_paused(e, sku) || batch(e, wake->id);
}
