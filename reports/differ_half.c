/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_half.c - the restocks of both sides, and one side sorted; see differ_inside.h.
 */
#include "reports/differ_inside.h"

#include <stdlib.h>
#include <string.h>

bool differ_is(const char *a, const char *b) {
    return a == b || strcmp(a, b) == 0;
}

/* ---- restocks ---- */

static int64_t time_of(const store_restock_row *r) {
    return r->restocked == STORE_NONE ? r->opened : r->restocked;
}

static int by_sku_and_time(const void *a, const void *b) {
    const differ_restock *x = a, *y = b;
    if (x->sku != y->sku) return x->sku < y->sku ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

differ_restock *differ_restocks(const store_trial *const side[DIFFER_SIDES], size_t *n) {
    differ_restock *all = calloc(side[0]->restocks + side[1]->restocks + 1, sizeof *all);
    *n = 0;
    for (int k = 0; all && k < DIFFER_SIDES; k++)
        for (size_t i = 0; i < side[k]->restocks; i++) {
            const store_restock_row *r = &side[k]->restock[i];
            if (!r->counted) continue;
            differ_restock *one = &all[(*n)++];
            *one = (differ_restock){.at = time_of(r), .sku = r->sku};
            one->there[k] = true;
            one->sends[k] = r->sent;
            one->orders[k] = r->orders;
            one->sold_out[k] = r->sold_out_clicks;
        }
    if (!all || *n == 0) return all;
    qsort(all, *n, sizeof *all, by_sku_and_time);
    size_t last = 0;
    for (size_t i = 1; i < *n; i++) {
        if (by_sku_and_time(&all[last], &all[i]) != 0) {
            all[++last] = all[i];
            continue;
        }
        for (int k = 0; k < DIFFER_SIDES; k++) {
            all[last].there[k] |= all[i].there[k];
            all[last].sends[k] += all[i].sends[k];
            all[last].orders[k] += all[i].orders[k];
            all[last].sold_out[k] += all[i].sold_out[k];
        }
    }
    *n = last + 1;
    return all;
}

static bool number_campaigns(differ_half *h) {
    const store_trial *t = h->t;
    for (size_t i = 0; i < t->restocks; i++)
        if (t->restock[i].restock >= h->campaigns) h->campaigns = t->restock[i].restock + 1;
    h->restock_of = malloc(((size_t)h->campaigns + 1) * sizeof *h->restock_of);
    h->left = calloc(h->restocks + 1, sizeof *h->left);
    if (!h->restock_of || !h->left) return false;
    memset(h->restock_of, 0xff, ((size_t)h->campaigns + 1) * sizeof *h->restock_of);
    for (size_t i = 0; i < t->restocks; i++) {
        const store_restock_row *r = &t->restock[i];
        if (!r->counted) continue;
        const differ_restock key = {.at = time_of(r), .sku = r->sku};
        const differ_restock *found = bsearch(&key, h->restock, h->restocks, sizeof key, by_sku_and_time);
        h->restock_of[r->restock] = (uint32_t)(found - h->restock);
        differ_left *left = &h->left[found - h->restock];
        if (r->closed > left->closed) left->closed = r->closed; /* STORE_NONE is after all */
    }
    return true;
}

uint32_t differ_restock_of(const differ_half *half, const store_decision_row *d) {
    return d->restock < half->campaigns ? half->restock_of[d->restock] : DIFFER_NONE;
}

/* ---- rows ---- */

static int by_shopper(const void *a, const void *b) {
    const differ_ref *x = a, *y = b;
    if (x->shopper != y->shopper) return x->shopper < y->shopper ? -1 : 1;
    if (x->sku != y->sku) return x->sku < y->sku ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static bool make_room(differ_refs *refs, size_t rows) {
    refs->ref = malloc((rows + 1) * sizeof *refs->ref);
    return refs->ref != NULL;
}

static void put(differ_refs *refs, uint32_t shopper, uint32_t sku, size_t row) {
    refs->ref[refs->n++] = (differ_ref){shopper, sku, (uint32_t)row};
}

static void sort(differ_refs *refs) {
    qsort(refs->ref, refs->n, sizeof *refs->ref, by_shopper);
}

/* A bulk decision: of all whom the campaign left over. */
static void take_left(differ_half *h, const store_decision_row *d) {
    uint32_t restock = differ_restock_of(h, d);
    if (restock == DIFFER_NONE) return;
    differ_left *left = &h->left[restock];
    if (left->outcome && !(differ_is(left->outcome, d->outcome) && differ_is(left->reason, d->reason)))
        left->several = true;
    left->outcome = d->outcome;
    left->reason = d->reason;
}

static bool sort_decisions(differ_half *h) {
    const store_trial *t = h->t;
    if (!make_room(&h->decision, t->decisions)) return false;
    for (size_t i = 0; i < t->decisions; i++) {
        const store_decision_row *d = &t->decision[i];
        if (!differ_is(d->kind, "restock") || differ_is(d->outcome, "queued")) continue;
        if (d->shopper == DIFFER_NONE)
            take_left(h, d);
        else
            put(&h->decision, d->shopper, d->sku, i);
    }
    sort(&h->decision);
    return true;
}

static bool sort_orders(differ_half *h, int64_t warm) {
    const store_trial *t = h->t;
    if (!make_room(&h->order, t->orders)) return false;
    for (size_t i = 0; i < t->orders; i++)
        if (t->order[i].shopper != DIFFER_NONE && t->order[i].at >= warm)
            put(&h->order, t->order[i].shopper, t->order[i].sku, i);
    sort(&h->order);
    return true;
}

static bool sort_signals(differ_half *h) {
    const store_trial *t = h->t;
    if (!make_room(&h->signal, t->signals)) return false;
    for (size_t i = 0; i < t->signals; i++)
        put(&h->signal, t->signal[i].shopper, t->signal[i].sku, i);
    sort(&h->signal);
    return true;
}

bool differ_half_make(const store_trial *t, int side, int64_t warm, const differ_trial *all,
                      differ_half *out) {
    *out = (differ_half){.t = t, .side = side, .restock = all->restock, .restocks = all->restocks};
    return number_campaigns(out) && sort_decisions(out) && sort_orders(out, warm) && sort_signals(out);
}

void differ_half_clear(differ_half *half) {
    free(half->decision.ref);
    free(half->order.ref);
    free(half->signal.ref);
    free(half->restock_of);
    free(half->left);
    *half = (differ_half){0};
}
