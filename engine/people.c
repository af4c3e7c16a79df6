/* SPDX-License-Identifier: MIT
 *
 * people.c - shoppers and SKUs by id, and what each shopper bought and was told.
 *
 * Pasts are chains, newest first. Adding to a chain cuts off what no rule of the policy can still ask for, so
 * a chain never outgrows the longest window by more than its newest entry.
 */
#include "rules.h"

void bis_shopper_is(const bis_engine *e, bis_shopper *who, uint64_t hash) {
    const bis_holdout_setup *holdout = &e->policy.holdout;
    who->hash = hash;
    who->held_out =
        holdout->fraction > 0 && bis_holdout_arm_of(e->salt, holdout->fraction, hash) == BIS_HELD_OUT;
}

bool bis_shopper_grow(bis_engine *e, bis_id shopper) {
    size_t need = (size_t)shopper + 1;
    if (!bis_array_room(&e->memory, &e->shoppers, need, sizeof(bis_shopper), BIS_MEM_REST)) return false;
    bis_shopper unknown = {.interests = BIS_NONE, .purchases = BIS_NONE, .notices = BIS_NONE};
    bis_shopper_is(e, &unknown, 0);
    for (; e->shoppers.n < need; e->shoppers.n++)
        *bis_shopper_at(e, (bis_id)e->shoppers.n) = unknown;
    return true;
}

bool bis_sku_grow(bis_engine *e, bis_id sku) {
    size_t need = (size_t)sku + 1;
    if (!bis_array_room(&e->memory, &e->skus, need, sizeof(bis_sku), BIS_MEM_REST)) return false;
    for (; e->skus.n < need; e->skus.n++)
        *bis_sku_at(e, (bis_id)e->skus.n) = (bis_sku){.product = BIS_NO_ID,
                                                      .category = BIS_NO_ID,
                                                      .restock = BIS_NO_ID,
                                                      .queue_head = BIS_NONE,
                                                      .queue_tail = BIS_NONE};
    return true;
}

static void forget_before(bis_engine *e, uint32_t *head, bis_time keep) {
    uint32_t *link = head;
    while (*link != BIS_NONE && e->now - bis_past_at(e, *link)->at < keep)
        link = &bis_past_at(e, *link)->next;
    uint32_t old = *link;
    *link = BIS_NONE;
    while (old != BIS_NONE) {
        uint32_t next = bis_past_at(e, old)->next;
        bis_pool_give(&e->past, old);
        old = next;
    }
}

void bis_past_add(bis_engine *e, uint32_t *head, bis_id sku, bis_time keep) {
    if (keep == 0) return;
    forget_before(e, head, keep);
    uint32_t i = bis_pool_take(&e->past);
    *bis_past_at(e, i) = (bis_past){.at = e->now, .sku = sku, .next = *head};
    *head = i;
}

/* A SKU whose product or category is unknown shares them with itself alone. */
static bool same_scope(const bis_engine *e, int scope, bis_id a, bis_id b) {
    if (a == b || scope == BIS_SCOPE_ANY) return true;
    const bis_sku *x = bis_sku_at(e, a), *y = bis_sku_at(e, b);
    if (scope == BIS_SCOPE_PRODUCT) return x->product != BIS_NO_ID && x->product == y->product;
    if (scope == BIS_SCOPE_CATEGORY) return x->category != BIS_NO_ID && x->category == y->category;
    return false;
}

bool bis_past_within(const bis_engine *e, uint32_t head, const bis_recent_setup *setup, bis_id sku,
                     bis_time now) {
    for (uint32_t i = head; i != BIS_NONE; i = bis_past_at(e, i)->next) {
        const bis_past *past = bis_past_at(e, i);
        if (now - past->at >= setup->window) return false;
        if (same_scope(e, setup->scope, sku, past->sku)) return true;
    }
    return false;
}
