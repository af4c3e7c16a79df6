/* SPDX-License-Identifier: MIT
 *
 * flight.c - what may follow from a touch: reminders, other channels, and what oversell_safe learns of it.
 *
 * Touches are kept as flights, in order of their numbers, from the oldest that is still of use: one of which
 * a later touch may come, or which has not reached the response window. A later touch's flight only names the
 * candidate's first touch, so that a receipt finds it. A shopper's past names her flights, so that an order
 * finds them.
 */
#include "rules.h"

#include <string.h>

bool bis_flight_room(bis_engine *e) {
    if (!e->flies) return true;
    size_t later = e->policy.channels.n + 2; /* of all plans; or the next one of a plan, and her own anew */
    return bis_array_room(&e->memory, &e->flights, e->flights.n + 1, sizeof(bis_flight), BIS_MEM_REST) &&
           bis_pool_room_for(&e->memory, &e->past, 2) && bis_wake_room(e, later);
}

static bis_flight *flight(const bis_engine *e, bis_id touch) {
    return (bis_flight *)e->flights.items + (touch - e->first_flight);
}

bis_flight *bis_flight_at(const bis_engine *e, bis_id touch) {
    if (touch < e->oldest || touch - e->first_flight >= e->flights.n) return NULL;
    bis_id first = flight(e, touch)->first;
    return first < e->oldest ? NULL : flight(e, first);
}

/* ---- what is due ---- */

/* First touches come in order of time, and what is due a fixed time after them comes in their order. So of
 * all first reminders, and of all follow-ups of one kind, only the next one has a wake. */
enum { IN_TURN = 0x80 };

static bis_time after(const bis_engine *e, unsigned what) {
    return what == 0 ? e->policy.reminder.after : e->policy.channels.followup[what - 1].after;
}

static unsigned first_plan(const bis_engine *e) {
    return e->policy.reminder.after > 0 ? 0 : 1;
}

static void plan(bis_engine *e, bis_flight *f) {
    for (unsigned what = first_plan(e); what <= e->policy.channels.n; what++) {
        f->later++;
        if (e->in_turn[what]) continue;
        e->in_turn[what] = true;
        bis_wake_add(e, e->now + after(e, what), BIS_WAKE_LATER, f->first, (uint8_t)(what | IN_TURN));
    }
}

/* Sets the wake of the first touch after `touch`. */
static void plan_next(bis_engine *e, bis_id touch, unsigned what) {
    bis_id end = e->first_flight + (bis_id)e->flights.n;
    do
        touch++;
    while (touch < end && (flight(e, touch)->first != touch || flight(e, touch)->restock == BIS_NO_ID));
    e->in_turn[what] = touch < end;
    if (touch < end)
        bis_wake_add(e, flight(e, touch)->at + after(e, what), BIS_WAKE_LATER, touch,
                     (uint8_t)(what | IN_TURN));
}

void bis_flight_add(bis_engine *e, const bis_decision *d, bool uses_slot) {
    bool first = d->follows == BIS_NO_ID;
    if (e->flights.n == 0) e->first_flight = e->oldest = d->touch;
    bis_flight *f = (bis_flight *)e->flights.items + e->flights.n++;
    *f = (bis_flight){.at = e->now,
                      .shopper = d->shopper,
                      .sku = d->sku,
                      .restock = d->restock,
                      .first = first ? d->touch : d->follows,
                      .previous = BIS_NO_ID,
                      .source = (uint8_t)d->source,
                      .ghost = d->outcome == BIS_GHOST,
                      .uses_slot = uses_slot,
                      .other_channel = d->channel != BIS_PUSH,
                      .delay_bin = -1};
    if (!first || d->kind != BIS_KIND_RESTOCK) return;
    bis_group *group = bis_group_of(e, d->sku);
    f->previous = group->flights;
    group->flights = d->touch;
    bis_past_add(e, &bis_shopper_at(e, d->shopper)->past, BIS_PAST_FLIGHT, d->touch);
    plan(e, f);
}

/* ---- answers ---- */

void bis_flight_receipt(bis_engine *e, const bis_event *event) {
    bis_id touch = event->as.receipt.touch;
    bis_flight *f = bis_flight_at(e, touch);
    if (!f || flight(e, touch)->other_channel) return; /* an e-mail that was opened is no push that was */
    if (event->as.receipt.what == BIS_RECEIPT_OPENED) f->opened = true;
    if (event->as.receipt.what != BIS_RECEIPT_CLICKED) return;
    f->opened = f->clicked = true;
    if (!event->as.receipt.sold_out) f->landed = true;
}

bool bis_flight_order(bis_engine *e, const bis_event *event) {
    bool pushed = false;
    for (uint32_t i = bis_shopper_at(e, event->shopper)->past; i != BIS_NONE; i = bis_past_at(e, i)->next) {
        const bis_past *past = bis_past_at(e, i);
        if (bis_past_is(past) != BIS_PAST_FLIGHT) continue;
        bis_flight *f = bis_flight_at(e, past->sku);
        if (!f || f->sku != event->sku || f->bought) continue;
        f->bought = true;
        f->delay_bin = bis_oversell_bin(e, e->now - f->at);
        pushed |= f->delay_bin >= 0;
    }
    return pushed;
}

/* ---- the end of a flight ---- */

static bool over(const bis_engine *e, bis_id touch) {
    return flight(e, touch)->later == 0 && touch < e->unsettled;
}

void bis_flight_retire(bis_engine *e) {
    bis_id end = e->first_flight + (bis_id)e->flights.n;
    bool learns = e->policy.throttle.mode == BIS_THROTTLE_OVERSELL_SAFE;
    bis_time window = learns ? e->policy.throttle.oversell.response_window : 0;
    if (e->unsettled < e->oldest) e->unsettled = e->oldest;
    for (; e->unsettled < end && e->now - flight(e, e->unsettled)->at >= window; e->unsettled++)
        if (learns && flight(e, e->unsettled)->first == e->unsettled)
            bis_oversell_learn(e, flight(e, e->unsettled));
    while (e->oldest < end && over(e, e->oldest))
        e->oldest++;
    size_t gone = e->oldest - e->first_flight;
    if (gone * 2 <= e->flights.n) return;
    e->flights.n -= gone;
    memmove(e->flights.items, (bis_flight *)e->flights.items + gone, e->flights.n * sizeof(bis_flight));
    e->first_flight = e->oldest;
}

/* ---- later touches ---- */

/* What stands against it, if anything; `kind` and `channel` of the candidate are set. */
static bool may_follow(const bis_engine *e, const bis_flight *f, bis_candidate *c, uint8_t what) {
    int64_t level = bis_group_of(e, f->sku)->level;
    if (f->bought) return false;
    if (what == 0) {
        if (level < e->policy.reminder.min_stock) return false;
    } else {
        if (bis_throttle_offered(&e->policy.throttle, level) <= 0) return false;
        if (e->policy.channels.followup[what - 1].condition == BIS_IF_NOT_OPENED && f->opened) return false;
    }
    return bis_judged(e, e->again, e->n_again, c) == BIS_NO_REASON;
}

static void follow(bis_engine *e, bis_id first, const bis_candidate *c) {
    const bis_flight *f = flight(e, first);
    bis_decision *d =
        bis_say(e, bis_group_of(e, f->sku)->level, f->sku, f->ghost ? BIS_GHOST : BIS_SENT, BIS_NO_REASON, 1);
    d->restock = f->restock;
    d->shopper = f->shopper;
    d->follows = first;
    d->source = (bis_source)f->source;
    d->arm = f->ghost ? BIS_HELD_OUT : BIS_TREATED;
    d->kind = c->kind;
    d->channel = c->channel;
    bis_touch(e, d);
    bis_flight_add(e, d, false);
    e->ledger.later[d->kind][d->channel][d->arm]++;
}

/* The moment of a later touch, unless it is quiet for her. */
static void come_due(bis_engine *e, bis_id first, bis_candidate *c, uint8_t what, bis_time quiet_end) {
    bis_flight *f = flight(e, first);
    f->later--;
    if (what == 0 && ++f->reminders < e->policy.reminder.max) {
        f->later++;
        bis_wake_add(e, e->now + e->policy.reminder.after, BIS_WAKE_LATER, first, 0);
    }
    if (quiet_end <= e->now && may_follow(e, f, c, what)) follow(e, first, c);
}

bool bis_later_due(bis_engine *e, const bis_wake *wake) {
    if (!bis_decide_room(e, 1) || !bis_past_room(e) || !bis_flight_room(e)) return false;
    uint8_t what = wake->what & (uint8_t)~IN_TURN;
    if (wake->what & IN_TURN) plan_next(e, wake->id, what);
    const bis_flight *f = flight(e, wake->id);
    bis_candidate c = {.now = e->now,
                       .shopper = bis_shopper_at(e, f->shopper),
                       .group = bis_group_of(e, f->sku),
                       .sku = f->sku,
                       .source = (bis_source)f->source,
                       .kind = what == 0 ? BIS_KIND_REMINDER : BIS_KIND_FOLLOWUP,
                       .again_at = BIS_NEVER};
    if (what > 0) c.channel = (bis_channel)e->policy.channels.followup[what - 1].channel;
    bis_time quiet_end = bis_quiet_end(e, &c, e->now);
    if (quiet_end > e->now && e->policy.quiet.mode == BIS_QUIET_DEFER)
        bis_wake_add(e, quiet_end, BIS_WAKE_LATER, wake->id, what);
    else
        come_due(e, wake->id, &c, what, quiet_end);
    return true;
}
