/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * row_kinds.c - the columns of the tables whose rows a trial owns as arrays; see row.h.
 */
#include "store/row.h"

#include <stdlib.h>
#include <string.h>

static void restock_fields(row_cursor *c, void *row) {
    store_restock_row *r = row;
    row_time(c, &r->restocked);
    row_time(c, &r->opened);
    row_time(c, &r->first_sent);
    row_time(c, &r->depleted);
    row_time(c, &r->closed);
    row_uint32(c, &r->sku);
    row_uint32(c, &r->units);
    row_uint32(c, &r->candidates);
    row_uint32(c, &r->sent);
    row_uint32(c, &r->ghost);
    row_uint32(c, &r->clicks);
    row_uint32(c, &r->orders);
    row_uint32(c, &r->sold_out_clicks);
}

static void shopper_fields(row_cursor *c, void *row) {
    store_shopper_row *r = row;
    row_time(c, &r->at);
    row_uint32(c, &r->shopper);
    row_uint32(c, &r->sku);
    row_arm(c, &r->arm);
    row_bool(c, &r->reached);
    row_real(c, &r->orders);
    row_real(c, &r->revenue);
}

static void decision_fields(row_cursor *c, void *row) {
    store_decision_row *r = row;
    row_time(c, &r->at);
    row_uint32(c, &r->restock);
    row_uint32(c, &r->shopper);
    row_uint32(c, &r->sku);
    row_uint32(c, &r->touch);
    row_uint32(c, &r->n);
    row_word(c, &r->outcome);
    row_word(c, &r->reason);
    row_word(c, &r->source);
    row_arm(c, &r->arm);
    row_time(c, &r->level);
}

static void touch_fields(row_cursor *c, void *row) {
    store_touch_row *r = row;
    row_time(c, &r->at);
    row_time(c, &r->delivered);
    row_time(c, &r->opened);
    row_time(c, &r->landed);
    row_time(c, &r->ordered);
    row_uint32(c, &r->touch);
    row_uint32(c, &r->shopper);
    row_uint32(c, &r->sku);
    row_word(c, &r->failure);
    row_word(c, &r->landing);
}

static void order_fields(row_cursor *c, void *row) {
    store_order_row *r = row;
    row_time(c, &r->at);
    row_uint32(c, &r->shopper);
    row_uint32(c, &r->sku);
    row_uint32(c, &r->units);
    row_uint32(c, &r->oversold);
    row_word(c, &r->how);
    row_real(c, &r->revenue);
    row_uint32(c, &r->credited_touch);
}

const row_kind row_kinds[] = {
    {"restock",
     "restocked_at, opened_at, first_sent_at, depleted_at, closed_at, sku, units, candidates, sent, ghost, "
     "clicks, orders, sold_out_clicks",
     sizeof(store_restock_row), offsetof(store_trial, restock), offsetof(store_trial, restocks),
     restock_fields},
    {"shopper", "at, shopper, sku, arm, reached, orders, revenue", sizeof(store_shopper_row),
     offsetof(store_trial, shopper), offsetof(store_trial, shoppers), shopper_fields},
    {"decision", "at, restock, shopper, sku, touch, n, outcome, reason, source, arm, level",
     sizeof(store_decision_row), offsetof(store_trial, decision), offsetof(store_trial, decisions),
     decision_fields},
    {"touch", "at, delivered_at, opened_at, landed_at, ordered_at, touch, shopper, sku, failure, landing",
     sizeof(store_touch_row), offsetof(store_trial, touch), offsetof(store_trial, touches), touch_fields},
    {"orders", "at, shopper, sku, units, oversold, how, revenue, credited_touch", sizeof(store_order_row),
     offsetof(store_trial, order), offsetof(store_trial, orders), order_fields},
};
const size_t row_kind_count = sizeof row_kinds / sizeof *row_kinds;

/* The pointers have different types, so they are copied rather than aliased. */
void *row_array(const store_trial *t, const row_kind *k) {
    void *array;
    memcpy(&array, (const char *)t + k->array, sizeof array);
    return array;
}

size_t row_count(const store_trial *t, const row_kind *k) {
    size_t count;
    memcpy(&count, (const char *)t + k->count, sizeof count);
    return count;
}

void *row_append(store_trial *t, const row_kind *k) {
    char *array = row_array(t, k);
    size_t count = row_count(t, k);
    if ((count & (count - 1)) == 0) { /* 0 or a power of two: the room is used up */
        size_t room = count ? 2 * count : 1;
        if (room > SIZE_MAX / k->size) return NULL;
        array = realloc(array, room * k->size);
        if (!array) return NULL;
        memcpy((char *)t + k->array, &array, sizeof array);
    }
    void *row = memset(array + count * k->size, 0, k->size);
    count++;
    memcpy((char *)t + k->count, &count, sizeof count);
    return row;
}
