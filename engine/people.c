/* SPDX-License-Identifier: MIT
 *
 * people.c - shoppers and SKUs by id, and what each shopper bought, sent back and was told.
 *
 * A shopper's past is one chain, newest first. Adding to it drops what no rule of the policy can still ask
 * for, each kind by its own time, so a chain never outgrows the longest windows by more than its newest
 * entry.
 */
#include "rules.h"

void bis_shopper_is(const bis_engine *e, bis_shopper *who, uint64_t hash) {
    const bis_holdout_setup *holdout = &e->policy.holdout;
    who->hash = hash;
    who->held_out = e->holds_shoppers && bis_holdout_arm_of(e->salt, holdout->fraction, hash) == BIS_HELD_OUT;
}

bool bis_shopper_grow(bis_engine *e, bis_id shopper) {
    size_t need = (size_t)shopper + 1;
    if (!bis_array_room(&e->memory, &e->shoppers, need, sizeof(bis_shopper), BIS_MEM_REST)) return false;
    bis_shopper unknown = {.interests = BIS_NONE, .past = BIS_NONE, .value = 1};
    bis_shopper_is(e, &unknown, 0);
    for (; e->shoppers.n < need; e->shoppers.n++)
        *bis_shopper_at(e, (bis_id)e->shoppers.n) = unknown;
    return true;
}

static bis_sku unknown_sku(const bis_engine *e, bis_id id) {
    bool alone = e->policy.trigger.match == BIS_MATCH_VARIANT;
    return (bis_sku){.group = {.batch_at = BIS_NEVER,
                               .readmit_at = BIS_NEVER,
                               .went_out = BIS_NEVER,
                               .restock = BIS_NO_ID,
                               .came_in = id,
                               .queue_head = BIS_NONE,
                               .queue_tail = BIS_NONE,
                               .flights = BIS_NO_ID,
                               .promises = BIS_NONE,
                               .in_stock_since = BIS_NEVER},
                     .hash = id,
                     .product_hash = id,
                     .as_of = INT64_MIN,
                     .product = BIS_NO_ID,
                     .category = BIS_NO_ID,
                     .leader = alone ? id : BIS_NO_ID,
                     .orders = BIS_NONE,
                     .outs = BIS_NONE};
}

bool bis_sku_grow(bis_engine *e, bis_id sku) {
    size_t need = (size_t)sku + 1;
    if (!bis_array_room(&e->memory, &e->skus, need, sizeof(bis_sku), BIS_MEM_REST)) return false;
    for (; e->skus.n < need; e->skus.n++)
        *bis_sku_at(e, (bis_id)e->skus.n) = unknown_sku(e, (bis_id)e->skus.n);
    return true;
}

bool bis_sku_settle(bis_engine *e, bis_id id) {
    bis_sku *sku = bis_sku_at(e, id);
    if (sku->product == BIS_NO_ID) {
        sku->leader = id;
        return true;
    }
    size_t need = (size_t)sku->product + 1;
    if (!bis_array_room(&e->memory, &e->leaders, need, sizeof(bis_id), BIS_MEM_REST)) return false;
    bis_id *leader = e->leaders.items;
    for (; e->leaders.n < need; e->leaders.n++)
        leader[e->leaders.n] = BIS_NO_ID;
    if (leader[sku->product] == BIS_NO_ID) leader[sku->product] = id;
    sku->leader = leader[sku->product];
    return true;
}

static void forget(bis_engine *e, uint32_t *head) {
    for (uint32_t *link = head; *link != BIS_NONE;) {
        bis_past *past = bis_past_at(e, *link);
        bool flies = bis_past_is(past) != BIS_PAST_FLIGHT || bis_flight_at(e, past->sku);
        if (flies && e->now - bis_past_time(past) < e->keep[bis_past_is(past)]) {
            link = &past->next;
            continue;
        }
        uint32_t old = *link;
        *link = past->next;
        bis_pool_give(&e->past, old);
    }
}

void bis_past_add(bis_engine *e, uint32_t *head, unsigned kind, bis_id sku) {
    if (e->keep[kind] == 0) return;
    forget(e, head);
    uint32_t i = bis_pool_take(&e->past);
    *bis_past_at(e, i) = (bis_past){.when = e->now * 256 + (int64_t)kind, .sku = sku, .next = *head};
    *head = i;
}

/* A SKU whose product or category is unknown shares them with itself alone. */
bool bis_same_scope(const bis_engine *e, int scope, bis_id a, bis_id b) {
    if (a == b || scope == BIS_SCOPE_ANY) return true;
    const bis_sku *x = bis_sku_at(e, a), *y = bis_sku_at(e, b);
    if (scope == BIS_SCOPE_PRODUCT) return x->product != BIS_NO_ID && x->product == y->product;
    if (scope == BIS_SCOPE_CATEGORY) return x->category != BIS_NO_ID && x->category == y->category;
    return false;
}

const bis_past *bis_past_within(const bis_engine *e, const bis_shopper *who, unsigned kind, int scope,
                                bis_time window, bis_id sku, bis_time now) {
    for (uint32_t i = who->past; i != BIS_NONE; i = bis_past_at(e, i)->next) {
        const bis_past *past = bis_past_at(e, i);
        if (bis_past_is(past) != kind) continue;
        if (now - bis_past_time(past) >= window) return NULL;
        if (bis_same_scope(e, scope, sku, past->sku)) return past;
    }
    return NULL;
}
