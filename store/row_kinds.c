/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * row_kinds.c - the columns of the tables whose rows a trial owns as arrays; see row.h.
 */
#include "store/row.h"

#include <stdlib.h>
#include <string.h>

static void restock_fields(store_row_cursor *c, void *row) {
    store_restock_row *r = row;
    store_row_time(c, &r->restocked);
    store_row_time(c, &r->opened);
    store_row_time(c, &r->first_sent);
    store_row_time(c, &r->depleted);
    store_row_time(c, &r->closed);
    store_row_uint32(c, &r->sku);
    store_row_uint32(c, &r->units);
    store_row_uint32(c, &r->candidates);
    store_row_uint32(c, &r->sent);
    store_row_uint32(c, &r->ghost);
    store_row_uint32(c, &r->clicks);
    store_row_uint32(c, &r->orders);
    store_row_uint32(c, &r->sold_out_clicks);
    store_row_uint32(c, &r->restock);
    store_row_uint32(c, &r->counted);
    store_row_uint32(c, &r->policy_arm);
}

static void unmet_fields(store_row_cursor *c, void *row) {
    store_unmet_row *r = row;
    store_row_uint32(c, &r->sku);
    store_row_uint32(c, &r->interests);
    store_row_uint32(c, &r->requested);
    store_row_uint32(c, &r->wanted);
    store_row_uint32(c, &r->on_hand);
    store_row_uint32(c, &r->restock);
}

static void shopper_fields(store_row_cursor *c, void *row) {
    store_shopper_row *r = row;
    store_row_time(c, &r->at);
    store_row_uint32(c, &r->shopper);
    store_row_uint32(c, &r->sku);
    store_row_arm(c, &r->arm);
    store_row_bool(c, &r->reached);
    store_row_real(c, &r->orders);
    store_row_real(c, &r->revenue);
    store_row_uint32(c, &r->policy_arm);
    store_row_uint32(c, &r->restock);
}

static void decision_fields(store_row_cursor *c, void *row) {
    store_decision_row *r = row;
    store_row_time(c, &r->at);
    store_row_uint32(c, &r->restock);
    store_row_uint32(c, &r->shopper);
    store_row_uint32(c, &r->sku);
    store_row_uint32(c, &r->touch);
    store_row_uint32(c, &r->follows);
    store_row_uint32(c, &r->n);
    store_row_word(c, &r->outcome);
    store_row_word(c, &r->reason);
    store_row_word(c, &r->source);
    store_row_word(c, &r->kind);
    store_row_word(c, &r->channel);
    store_row_arm(c, &r->arm);
    store_row_time(c, &r->level);
    store_row_uint32(c, &r->policy_arm);
}

static void touch_fields(store_row_cursor *c, void *row) {
    store_touch_row *r = row;
    store_row_time(c, &r->at);
    store_row_time(c, &r->delivered);
    store_row_time(c, &r->opened);
    store_row_time(c, &r->landed);
    store_row_time(c, &r->ordered);
    store_row_uint32(c, &r->touch);
    store_row_uint32(c, &r->shopper);
    store_row_uint32(c, &r->sku);
    store_row_uint32(c, &r->template);
    store_row_word(c, &r->kind);
    store_row_word(c, &r->channel);
    store_row_word(c, &r->failure);
    store_row_word(c, &r->landing);
}

static void order_fields(store_row_cursor *c, void *row) {
    store_order_row *r = row;
    store_row_time(c, &r->at);
    store_row_uint32(c, &r->shopper);
    store_row_uint32(c, &r->sku);
    store_row_uint32(c, &r->units);
    store_row_uint32(c, &r->oversold);
    store_row_word(c, &r->how);
    store_row_real(c, &r->revenue);
    store_row_uint32(c, &r->credited_touch);
    store_row_uint32(c, &r->policy_arm);
}

const store_row_kind store_row_kinds[] = {
    {"restock",
     "restocked_at, opened_at, first_sent_at, depleted_at, closed_at, sku, units, candidates, sent, ghost, "
     "clicks, orders, sold_out_clicks, restock, counted, policy_arm",
     sizeof(store_restock_row), offsetof(store_trial, restock), offsetof(store_trial, restocks),
     restock_fields},
    {"unmet_demand", "sku, interests, requested, wanted, on_hand, restock", sizeof(store_unmet_row),
     offsetof(store_trial, unmet), offsetof(store_trial, unmets), unmet_fields},
    {"shopper", "at, shopper, sku, arm, reached, orders, revenue, policy_arm, restock",
     sizeof(store_shopper_row), offsetof(store_trial, shopper), offsetof(store_trial, shoppers),
     shopper_fields},
    {"decision",
     "at, restock, shopper, sku, touch, follows, n, outcome, reason, source, kind, channel, arm, level, "
     "policy_arm",
     sizeof(store_decision_row), offsetof(store_trial, decision), offsetof(store_trial, decisions),
     decision_fields},
    {"touch",
     "at, delivered_at, opened_at, landed_at, ordered_at, touch, shopper, sku, template, kind, channel, "
     "failure, landing",
     sizeof(store_touch_row), offsetof(store_trial, touch), offsetof(store_trial, touches), touch_fields},
    {"orders", "at, shopper, sku, units, oversold, how, revenue, credited_touch, policy_arm",
     sizeof(store_order_row), offsetof(store_trial, order), offsetof(store_trial, orders), order_fields},
};
const size_t store_row_kind_count = sizeof store_row_kinds / sizeof *store_row_kinds;

/* The pointers have different types, so they are copied rather than aliased. */
void *store_row_array(const store_trial *t, const store_row_kind *k) {
    void *array;
    memcpy(&array, (const char *)t + k->array, sizeof array);
    return array;
}

size_t store_row_count(const store_trial *t, const store_row_kind *k) {
    size_t count;
    memcpy(&count, (const char *)t + k->count, sizeof count);
    return count;
}

void *store_row_append(store_trial *t, const store_row_kind *k) {
    char *array = store_row_array(t, k);
    size_t count = store_row_count(t, k);
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
