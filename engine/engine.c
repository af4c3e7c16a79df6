/* SPDX-License-Identifier: MIT
 *
 * engine.c - the way in and out: creation, events, time, the outbox and the figures.
 */
#include "rules.h"

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

    bis_pipeline_prepare(e);
    e->salt = bis_hash_text(policy->holdout.salt);
    e->keep_purchases = policy->recent_purchase.window;
    e->keep_notices = policy->recent_notice.window;
    for (size_t i = 0; i < policy->caps.n; i++)
        e->keep_notices = longer(e->keep_notices, policy->caps.cap[i].per);
    *out = e;
    return BIS_OK;
}

void bis_engine_destroy(bis_engine *e) {
    if (!e) return;
    bis_memory *m = &e->memory;
    for (bis_id id = 0; id < e->skus.n; id++) {
        bis_sku *sku = bis_sku_at(e, id);
        for (size_t i = 0; i < sku->lines.n; i++)
            bis_array_free(m, &((bis_line *)sku->lines.items)[i].slots, sizeof(uint32_t), BIS_MEM_INTERESTS);
        bis_array_free(m, &sku->lines, sizeof(bis_line), BIS_MEM_INTERESTS);
    }
    bis_array_free(m, &e->shoppers, sizeof(bis_shopper), BIS_MEM_REST);
    bis_array_free(m, &e->skus, sizeof(bis_sku), BIS_MEM_REST);
    bis_array_free(m, &e->restocks, sizeof(bis_restock), BIS_MEM_REST);
    bis_array_free(m, &e->wakes, sizeof(bis_wake), BIS_MEM_REST);
    bis_array_free(m, &e->outbox, sizeof(bis_decision), BIS_MEM_REST);
    bis_pool *pools[] = {&e->interests, &e->signals, &e->past, &e->queue};
    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++)
        bis_array_free(m, &pools[i]->array, pools[i]->item_size, pools[i]->class);
    m->allocator.resize(m->allocator.context, e, 0);
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
    case BIS_EV_CATALOG:
    case BIS_EV_STOCK: return sku;
    case BIS_EV_PROFILE:
    case BIS_EV_CONSENT: return shopper;
    case BIS_EV_WITHDRAW:
    case BIS_EV_ORDER: return shopper && sku;
    case BIS_EV_INTEREST: return shopper && sku && (unsigned)ev->as.interest.source < BIS_SOURCE_COUNT;
    case BIS_EV_RECEIPT:
        return (unsigned)ev->as.receipt.what < BIS_RECEIPT_COUNT && ev->as.receipt.touch < e->touches &&
               (shopper || ev->as.receipt.what != BIS_RECEIPT_UNREGISTERED);
    case BIS_EV_KIND_COUNT: break;
    }
    return false;
}

static bool take_profile(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper) || !bis_interest_tier(e, ev->shopper, ev->as.profile.tier))
        return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    bis_shopper_is(e, who, ev->as.profile.hash);
    who->devices = ev->as.profile.devices;
    who->push_optin = ev->as.profile.push_optin;
    who->behavioural_consent = ev->as.profile.behavioural_consent;
    return true;
}

static bool take_consent(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper)) return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    who->push_optin = ev->as.consent.push_optin;
    who->behavioural_consent = ev->as.consent.behavioural_consent;
    return true;
}

static bool take_catalog(bis_engine *e, const bis_event *ev) {
    if (!bis_sku_room(e, ev->sku)) return false;
    bis_sku_at(e, ev->sku)->product = ev->as.catalog.product;
    bis_sku_at(e, ev->sku)->category = ev->as.catalog.category;
    return true;
}

static bool take_order(bis_engine *e, const bis_event *ev) {
    if (!bis_shopper_room(e, ev->shopper) || !bis_sku_room(e, ev->sku) || !bis_past_room(e)) return false;
    bis_past_add(e, &bis_shopper_at(e, ev->shopper)->purchases, ev->sku, e->keep_purchases);
    return true;
}

/* Only a dead token changes what the engine will decide; the other receipts are for the journal. */
bool bis_engine_needs(const bis_engine *e, bis_receipt what) {
    (void)e;
    return what == BIS_RECEIPT_UNREGISTERED;
}

static bool take_receipt(bis_engine *e, const bis_event *ev) {
    if (!bis_engine_needs(e, ev->as.receipt.what)) return true;
    if (!bis_shopper_room(e, ev->shopper)) return false;
    bis_shopper *who = bis_shopper_at(e, ev->shopper);
    if (who->devices > 0) who->devices--;
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
        if (restock->closed == BIS_NEVER) ok = bis_restock_settle(e, restock->sku);
    }
    return done(e, ok);
}

void bis_engine_expect(const bis_engine *e, bis_id shopper, int step) {
    if (shopper >= e->shoppers.n) return;
    const bis_shopper *who = bis_shopper_at(e, shopper);
    if (step == 0)
        __builtin_prefetch(who);
    else if (who->interests != BIS_NONE)
        __builtin_prefetch(bis_interest_at(e, who->interests), 1);
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
