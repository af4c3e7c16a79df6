/* SPDX-License-Identifier: MIT
 *
 * engine.c - the way in and out: creation, events, time, the outbox and the figures.
 */
#include "rules.h"

#include <math.h>
#include <stdlib.h>

static void *libc_resize(void *context, void *p, size_t size) {
    (void)context;
    if (size > 0) return realloc(p, size);
    free(p);
    return NULL;
}

static bis_time longer(bis_time a, bis_time b) {
    return a > b ? a : b;
}

/* How long messages can matter, whatever they are. */
static bis_time keep_notices(const bis_policy *p) {
    bis_time keep = p->recent_notice.window;
    for (size_t i = 0; i < p->caps.n; i++) /* a calendar window: a day more, and an hour of clocks put back */
        keep = longer(keep,
                      p->caps.cap[i].per + (p->caps.cap[i].window == BIS_CAP_CALENDAR_DAY ? 2 * BIS_DAY : 0));
    if (p->trigger.match == BIS_MATCH_PRODUCT)
        keep = longer(keep, p->trigger.expire_after > 0 ? p->trigger.expire_after + 1 : BIS_NEVER);
    return keep;
}

static bool flies(const bis_policy *p) {
    return p->reminder.after > 0 || p->channels.n > 0 || p->throttle.mode == BIS_THROTTLE_OVERSELL_SAFE;
}

static bool stages_ask_bought(const bis_policy *p) {
    for (size_t i = 0; i < p->stages.n; i++)
        if (p->stages.stage[i].bought_before != BIS_BOUGHT_IGNORED) return true;
    return false;
}

static void prepare(bis_engine *e) {
    const bis_policy *p = &e->policy;
    bis_pipeline_prepare(e);
    e->salt = bis_hash_text(p->holdout.salt);
    e->holds_shoppers = p->holdout.unit == BIS_UNIT_SHOPPER && p->holdout.fraction > 0;
    e->flies = flies(p);
    e->asks_bought = stages_ask_bought(p);
    bis_stages_init(e);
    e->keep[BIS_PAST_PURCHASE] = e->asks_bought ? BIS_NEVER : p->recent_purchase.window;
    e->keep[BIS_PAST_RETURN] = p->recent_return.window;
    e->keep[BIS_PAST_FLIGHT] = e->flies ? BIS_NEVER : 0; /* until the flight is over, see bis_past_add() */
    for (int i = BIS_PAST_NOTICE; i < BIS_PAST_COUNT; i++)
        e->keep[i] = keep_notices(p);
}

bis_status bis_engine_create(const bis_policy *policy, const bis_allocator *allocator, bis_engine **out) {
    if (bis_policy_check(policy)) return BIS_BAD_POLICY;
    bis_allocator with = allocator ? *allocator : (bis_allocator){.resize = libc_resize};
    bis_engine *e = with.resize(with.context, NULL, sizeof *e);
    if (!e) return BIS_NO_MEMORY;
    *e = (bis_engine){.policy = *policy, .memory.allocator = with, .now = INT64_MIN};
    e->memory.held[BIS_MEM_REST] = sizeof *e;

    bis_pool_init(&e->interests, sizeof(bis_interest), offsetof(bis_interest, next), BIS_MEM_INTERESTS);
    bis_pool_init(&e->signals, sizeof(bis_signal), offsetof(bis_signal, next), BIS_MEM_INTERESTS);
    bis_pool_init(&e->past, sizeof(bis_past), offsetof(bis_past, next), BIS_MEM_REST);
    bis_pool_init(&e->queue, sizeof(bis_queued), offsetof(bis_queued, next), BIS_MEM_REST);
    prepare(e);
    if (!bis_oversell_init(e) || !bis_quiet_init(e)) {
        bis_engine_destroy(e);
        return BIS_NO_MEMORY;
    }
    *out = e;
    return BIS_OK;
}

void bis_engine_destroy(bis_engine *e) {
    if (!e) return;
    bis_memory *m = &e->memory;
    for (bis_id id = 0; id < e->skus.n; id++) {
        bis_group *group = bis_group_at(e, id);
        for (size_t i = 0; i < group->lines.n; i++)
            bis_array_free(m, &((bis_line *)group->lines.items)[i].slots, sizeof(uint32_t),
                           BIS_MEM_INTERESTS);
        bis_array_free(m, &group->lines, sizeof(bis_line), BIS_MEM_INTERESTS);
        bis_array_free(m, &group->order, sizeof(bis_scored), BIS_MEM_INTERESTS);
        bis_array_free(m, &group->late, sizeof(bis_scored), BIS_MEM_INTERESTS);
    }
    bis_array_free(m, &e->shoppers, sizeof(bis_shopper), BIS_MEM_REST);
    bis_array_free(m, &e->skus, sizeof(bis_sku), BIS_MEM_REST);
    bis_array_free(m, &e->restocks, sizeof(bis_restock), BIS_MEM_REST);
    bis_array_free(m, &e->wakes, sizeof(bis_wake), BIS_MEM_REST);
    bis_array_free(m, &e->outbox, sizeof(bis_decision), BIS_MEM_REST);
    bis_array_free(m, &e->leaders, sizeof(bis_id), BIS_MEM_REST);
    bis_array_free(m, &e->zones, sizeof(const bis_zone *), BIS_MEM_REST);
    bis_array_free(m, &e->quiet, sizeof(bis_quiet_now), BIS_MEM_REST);
    bis_array_free(m, &e->scratch, sizeof(bis_scored), BIS_MEM_REST);
    bis_array_free(m, &e->flights, sizeof(bis_flight), BIS_MEM_REST);
    bis_array_free(m, &e->outs, sizeof(bis_out), BIS_MEM_REST);
    bis_pool *pools[] = {&e->interests, &e->signals, &e->past, &e->queue};
    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++)
        bis_array_free(m, &pools[i]->array, pools[i]->item_size, pools[i]->class);
    bis_oversell_destroy(e);
    m->allocator.resize(m->allocator.context, e, 0);
}

bis_status bis_engine_zone(bis_engine *e, uint8_t number, const bis_zone *zone) {
    size_t need = (size_t)number + 1;
    if (!bis_array_exactly(&e->memory, &e->zones, need, sizeof zone, BIS_MEM_REST)) return BIS_NO_MEMORY;
    const bis_zone **all = e->zones.items;
    for (; e->zones.n < need; e->zones.n++)
        all[e->zones.n] = NULL;
    all[number] = zone;
    bis_quiet_forget(e);
    return BIS_OK;
}

bis_status bis_engine_reserve(bis_engine *e, size_t shoppers, size_t skus, size_t interests) {
    bis_memory *m = &e->memory;
    bool ok = bis_array_exactly(m, &e->shoppers, shoppers, sizeof(bis_shopper), BIS_MEM_REST) &&
              bis_array_exactly(m, &e->skus, skus, sizeof(bis_sku), BIS_MEM_REST) &&
              bis_array_exactly(m, &e->interests.array, interests, sizeof(bis_interest), BIS_MEM_INTERESTS);
    return ok ? BIS_OK : BIS_NO_MEMORY; /* nothing was promised yet, so a failure here is not for good */
}

/* ---- events -------------------------------------------------------------------------------------- */

static bool well_formed(const bis_engine *e, const bis_event *ev) {
    if (ev->at < -BIS_TIME_LIMIT || ev->at > BIS_TIME_LIMIT) return false;
    bool shopper = ev->shopper != BIS_NO_ID, sku = ev->sku != BIS_NO_ID;
    switch (ev->kind) {
    case BIS_EV_CATALOG: return sku;
    case BIS_EV_STOCK: return sku && ev->as.stock.as_of <= BIS_TIME_LIMIT;
    case BIS_EV_PROFILE: return shopper && !isnan(ev->as.profile.value);
    case BIS_EV_CONSENT: return shopper;
    case BIS_EV_ORDER: return sku;
    case BIS_EV_WITHDRAW:
    case BIS_EV_RETURN: return shopper && sku;
    case BIS_EV_OTHER: return shopper && (unsigned)ev->as.other.channel < BIS_CHANNEL_COUNT;
    case BIS_EV_INTEREST: return shopper && sku && (unsigned)ev->as.interest.source < BIS_SOURCE_COUNT;
    case BIS_EV_RECEIPT:
        return (unsigned)ev->as.receipt.what < BIS_RECEIPT_COUNT && ev->as.receipt.touch < e->touches &&
               (shopper || ev->as.receipt.what != BIS_RECEIPT_UNREGISTERED);
    case BIS_EV_KIND_COUNT: break;
    }
    return false;
}

static bool take_profile(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper) || !bis_interest_changed_room(e, ev->shopper)) return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    bool changed = who->tier != ev->as.profile.tier || who->zone != ev->as.profile.zone;
    if (!bis_interest_tier(e, ev->shopper, ev->as.profile.tier)) return false;
    bis_shopper_is(e, who, ev->as.profile.hash);
    who->value = ev->as.profile.value;
    who->zone = ev->as.profile.zone;
    who->devices =
        (ev->as.profile.devices < BIS_DEVICES_MAX ? ev->as.profile.devices : BIS_DEVICES_MAX) & 31u;
    who->region = (ev->as.profile.region <= BIS_REGIONS_MAX ? ev->as.profile.region : 0) & 31u;
    who->push_optin = ev->as.profile.push_optin;
    who->email_optin = ev->as.profile.email_optin;
    who->sms_optin = ev->as.profile.sms_optin;
    who->behavioural = ev->as.profile.behavioural_consent;
    if (changed) bis_interest_changed(e, ev->shopper);
    return true;
}

static bool take_consent(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper)) return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    who->push_optin = ev->as.consent.push_optin;
    who->email_optin = ev->as.consent.email_optin;
    who->sms_optin = ev->as.consent.sms_optin;
    who->behavioural = ev->as.consent.behavioural_consent;
    return true;
}

static bool take_catalog(bis_engine *e, const bis_event *ev) {
    if (!bis_sku_room(e, ev->sku)) return false;
    bis_sku *sku = bis_sku_at(e, ev->sku);
    bool moved = sku->product != ev->as.catalog.product || sku->category != ev->as.catalog.category;
    sku->product = ev->as.catalog.product;
    sku->category = ev->as.catalog.category;
    sku->hash = ev->as.catalog.hash;
    sku->product_hash = sku->product == BIS_NO_ID ? sku->hash : ev->as.catalog.product_hash;
    if (!moved || e->n_admits == 0 || e->open_restocks == 0) return true;
    for (bis_id id = 0; id < e->skus.n; id++) /* scopes may let someone in whom they kept out */
        bis_group_at(e, id)->rewind = true;
    return true;
}

/* What oversell_safe has to know of it. `pushed`: by one with a push in flight for this SKU. */
static void count_order(bis_engine *e, const bis_event *ev, bool pushed) {
    bis_sku *sku = bis_sku_at(e, ev->sku);
    if (e->policy.throttle.mode != BIS_THROTTLE_OVERSELL_SAFE || sku->leader == BIS_NO_ID) return;
    bis_group *group = bis_group_at(e, sku->leader);
    uint32_t units = ev->as.order.quantity;
    if (!pushed) group->others += units;
    if (ev->at <= sku->as_of) return;
    uint32_t i = bis_pool_take(&e->past);
    *bis_past_at(e, i) = (bis_past){.when = ev->at * 256, .sku = units, .next = sku->orders};
    sku->orders = i;
    group->unseen += units;
}

static bool take_order(bis_engine *e, const bis_event *ev) {
    bool known = ev->shopper != BIS_NO_ID;
    if (!bis_sku_room(e, ev->sku) || !bis_past_room(e)) return false; /* an order names no SKU's group */
    if (known && !bis_shopper_room(e, ev->shopper)) return false;
    if (e->asks_bought && known && !bis_interest_changed_room(e, ev->shopper)) return false;
    if (e->flies) {
        if (!bis_pool_room_for(&e->memory, &e->past, 2)) return false;
        count_order(e, ev, known && bis_flight_order(e, ev));
    }
    if (!known) return true;
    bis_past_add(e, &bis_shopper_at(e, ev->shopper)->past, BIS_PAST_PURCHASE, ev->sku);
    if (e->asks_bought) bis_interest_changed(e, ev->shopper);
    return true;
}

static bool take_return(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper) || !bis_sku_room(e, ev->sku) || !bis_past_room(e)) return false;
    bis_past_add(e, &bis_shopper_at(e, ev->shopper)->past, BIS_PAST_RETURN, ev->sku);
    return true;
}

static bool take_other(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper) || !bis_past_room(e)) return false;
    bis_past_add(e, &bis_shopper_at(e, ev->shopper)->past,
                 bis_past_notice(BIS_KIND_OTHER, (unsigned)ev->as.other.channel), ev->sku);
    return true;
}

bool bis_engine_needs(const bis_engine *e, bis_receipt what) {
    bool safe = e->policy.throttle.mode == BIS_THROTTLE_OVERSELL_SAFE, asks = false;
    for (size_t i = 0; i < e->policy.channels.n; i++)
        asks |= e->policy.channels.followup[i].condition == BIS_IF_NOT_OPENED;
    return what == BIS_RECEIPT_UNREGISTERED || (what == BIS_RECEIPT_CLICKED && (safe || asks)) ||
           (what == BIS_RECEIPT_OPENED && asks);
}

bool bis_engine_needs_orders(const bis_engine *e) {
    return e->policy.throttle.mode == BIS_THROTTLE_OVERSELL_SAFE;
}

static bool take_receipt(bis_engine *e, const bis_event *ev) {
    if (ev->as.receipt.what != BIS_RECEIPT_UNREGISTERED) {
        if (e->flies) bis_flight_receipt(e, ev);
        return true;
    }
    if (!bis_shopper_room(e, ev->shopper)) return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    if (who->devices > 0) who->devices = (who->devices - 1u) & 31u;
    return true;
}

static bool take(bis_engine *e, const bis_event *ev) {
    switch (ev->kind) {
    case BIS_EV_CATALOG: return take_catalog(e, ev);
    case BIS_EV_PROFILE: return take_profile(e, ev);
    case BIS_EV_STOCK: return bis_restock_stock(e, ev);
    case BIS_EV_INTEREST: return bis_interest_signal(e, ev);
    case BIS_EV_WITHDRAW: return bis_interest_withdraw(e, ev);
    case BIS_EV_CONSENT: return take_consent(e, ev);
    case BIS_EV_ORDER: return take_order(e, ev);
    case BIS_EV_RETURN: return take_return(e, ev);
    case BIS_EV_OTHER: return take_other(e, ev);
    case BIS_EV_RECEIPT: return take_receipt(e, ev);
    case BIS_EV_KIND_COUNT: break;
    }
    return true;
}

/* ---- time ---------------------------------------------------------------------------------------- */

static bool run_wakes(bis_engine *e, bis_time until) {
    bis_wake wake;
    while (bis_wake_take(e, until, &wake)) {
        e->now = wake.at;
        if (!bis_restock_wake(e, &wake)) return false;
    }
    return true;
}

/* The front is always live between calls, so this is exact. */
static inline bool is_due(const bis_engine *e, bis_time until) {
    return e->wakes.n > 0 && ((const bis_wake *)e->wakes.items)->at <= until;
}

static inline bis_status done(bis_engine *e, bool ok) {
    if (!ok) e->failed = true;
    if (e->flights.n > 0) bis_flight_retire(e);
    if (e->wakes.n > 0) bis_wake_purge(e);
    return ok ? BIS_OK : BIS_NO_MEMORY;
}

bis_status bis_engine_apply(bis_engine *e, const bis_event *event) {
    if (e->failed) return BIS_NO_MEMORY;
    if (!well_formed(e, event)) return BIS_BAD_EVENT;
    if (event->at < e->now) return BIS_TIME_BACK;
    if (is_due(e, event->at - 1) && !run_wakes(e, event->at - 1)) return done(e, false);
    e->now = event->at;
    return done(e, take(e, event));
}

bis_status bis_engine_advance(bis_engine *e, bis_time now) {
    if (e->failed) return BIS_NO_MEMORY;
    if (now < e->now) return BIS_TIME_BACK;
    if (!run_wakes(e, now)) return done(e, false);
    e->now = now;
    return done(e, true);
}

bis_time bis_engine_next_wake(const bis_engine *e) {
    return e->wakes.n > 0 ? ((const bis_wake *)e->wakes.items)->at : BIS_NEVER;
}

bis_status bis_engine_settle(bis_engine *e, bis_time now) {
    bis_status status = bis_engine_advance(e, now);
    if (status != BIS_OK) return status;
    bool ok = true;
    for (size_t i = 0; ok && i < e->restocks.n; i++) {
        const bis_restock *restock = bis_restock_at(e, (bis_id)i);
        if (restock->closed == BIS_NEVER) ok = bis_restock_settle(e, bis_leader(e, restock->sku));
    }
    if (ok && e->policy.predictive.enabled) bis_outs_settle(e);
    return done(e, ok);
}

void bis_engine_expect(const bis_engine *e, bis_id shopper, int step) {
    if (shopper >= e->shoppers.n) return;
    if (step == 0) {
        bis_expect_shopper(e, shopper);
        return;
    }
    uint32_t first = bis_shopper_at(e, shopper)->interests;
    if (first != BIS_NONE) bis_expect_interest(e, first);
}

/* ---- figures ------------------------------------------------------------------------------------- */

size_t bis_engine_outbox(bis_engine *e, const bis_decision **out) {
    size_t n = e->outbox.n;
    *out = e->outbox.items;
    e->outbox.n = 0;
    return n;
}

void bis_engine_ledger(const bis_engine *e, bis_ledger *out) {
    *out = e->ledger;
}

size_t bis_engine_restock_count(const bis_engine *e) {
    return e->restocks.n;
}

const bis_restock *bis_engine_restock(const bis_engine *e, bis_id restock) {
    return restock < e->restocks.n ? bis_restock_at(e, restock) : NULL;
}

void bis_engine_waiting(const bis_engine *e, bis_id sku, uint32_t *interests, uint64_t *units) {
    bool known = sku < e->skus.n;
    *interests = known ? bis_sku_at(e, sku)->waiting : 0;
    *units = known ? bis_sku_at(e, sku)->units : 0;
}

size_t bis_engine_memory(const bis_engine *e, size_t *interest_bytes) {
    *interest_bytes = e->memory.held[BIS_MEM_INTERESTS];
    return e->memory.held[BIS_MEM_INTERESTS] + e->memory.held[BIS_MEM_REST];
}
