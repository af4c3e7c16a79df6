/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ.c - two runs of one replication, shopper by shopper: see differ.h.
 *
 * Decisions and orders of both sides are sorted by shopper and SKU, and the four lists are merged.
 */
#include "reports/differ_inside.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    differ_half half[DIFFER_SIDES];
    differ_slice slice[DIFFER_SIDES]; /* of the pair whose turn it is; before the first, at the beginning */
    differ_trial *out;
    size_t pairs_room, whys_room;
    uint32_t shopper;                                    /* of the pair before */
    bool any, told[DIFFER_SIDES], ordered[DIFFER_SIDES]; /* of her, so far */
} merge;

/* ---- lists that grow ---- */

static void *one_more(void **list, size_t *n, size_t *room, size_t size) {
    if (*n == *room) {
        size_t more = *room ? 2 * *room : 64;
        void *grown = realloc(*list, more * size);
        if (!grown) return NULL;
        *list = grown;
        *room = more;
    }
    return (char *)*list + size * (*n)++;
}

/* The number of a reason; false: no memory, or more than there are. */
static bool number(differ_reasons *reasons, const char *text, uint16_t *out) {
    for (size_t i = 0; i < reasons->n; i++)
        if (strcmp(reasons->text[i], text) == 0) {
            *out = (uint16_t)i;
            return true;
        }
    char(*grown)[DIFFER_REASON] = realloc(reasons->text, (reasons->n + 1) * sizeof *grown);
    if (!grown || reasons->n > UINT16_MAX) return false;
    reasons->text = grown;
    snprintf(grown[reasons->n], DIFFER_REASON, "%s", text);
    *out = (uint16_t)reasons->n++;
    return true;
}

/* ---- one pair ---- */

static bool is_after(const differ_ref *a, const differ_ref *b) {
    return a->shopper != b->shopper ? a->shopper > b->shopper : a->sku > b->sku;
}

static bool of_pair(const differ_ref *r, const differ_slice *s) {
    return r->shopper == s->shopper && r->sku == s->sku;
}

/* Moves both slices to the next pair that has a row in any list. false: there is none. */
static bool next_pair(merge *m) {
    const differ_ref *least = NULL;
    for (int k = 0; k < DIFFER_SIDES; k++) {
        const differ_slice *s = &m->slice[k];
        const differ_refs *d = &s->half->decision, *o = &s->half->order;
        if (s->decision_end < d->ref + d->n && (!least || is_after(least, s->decision_end)))
            least = s->decision_end;
        if (s->order_end < o->ref + o->n && (!least || is_after(least, s->order_end))) least = s->order_end;
    }
    for (int k = 0; least && k < DIFFER_SIDES; k++) {
        differ_slice *s = &m->slice[k];
        const differ_refs *d = &s->half->decision, *o = &s->half->order;
        s->shopper = least->shopper;
        s->sku = least->sku;
        s->decision = s->decision_end;
        s->order = s->order_end;
        while (s->decision_end < d->ref + d->n && of_pair(s->decision_end, s))
            s->decision_end++;
        while (s->order_end < o->ref + o->n && of_pair(s->order_end, s))
            s->order_end++;
    }
    return least != NULL;
}

static uint32_t net_orders(const differ_slice *s) {
    uint32_t n = 0;
    for (const differ_ref *r = s->order; r < s->order_end; r++)
        n += !differ_order(s, r)->oversold && !differ_order(s, r)->returned;
    return n;
}

static void count(double cell[DIFFER_CELLS], bool base, bool candidate) {
    if (base && candidate) cell[DIFFER_BOTH] += 1;
    if (base && !candidate) cell[DIFFER_BASE_ONLY] += 1;
    if (!base && candidate) cell[DIFFER_CANDIDATE_ONLY] += 1;
}

/* All of the last shopper's pairs have been looked at. */
static void end_shopper(merge *m) {
    count(m->out->told, m->told[DIFFER_BASE], m->told[DIFFER_CANDIDATE]);
    count(m->out->ordered, m->ordered[DIFFER_BASE], m->ordered[DIFFER_CANDIDATE]);
    memset(m->told, 0, sizeof m->told);
    memset(m->ordered, 0, sizeof m->ordered);
}

/* Whether side k told her in that restock. */
static bool told_in(const differ_slice *s, uint32_t restock) {
    for (const differ_ref *r = s->decision; r < s->decision_end; r++)
        if (differ_restock_of(s->half, differ_decision(s, r)) == restock &&
            differ_is(differ_decision(s, r)->outcome, "sent"))
            return true;
    return false;
}

/* One more with this reason in that restock. */
static bool keep_why(merge *m, uint32_t restock, differ_deed deed, int side, uint16_t reason) {
    void *list = m->out->why;
    differ_why *why = one_more(&list, &m->out->whys, &m->whys_room, sizeof *why);
    m->out->why = list;
    if (why) *why = (differ_why){restock, (uint8_t)deed, (uint8_t)side, reason, 1};
    return why != NULL;
}

/* Restocks in which side k alone told her, each once. */
static bool look_at_restocks(merge *m, int k) {
    const differ_slice *s = &m->slice[k], *other = &m->slice[1 - k];
    uint32_t last = DIFFER_NONE;
    for (const differ_ref *r = s->decision; r < s->decision_end; r++) {
        const store_decision_row *d = differ_decision(s, r);
        uint32_t restock = differ_restock_of(s->half, d);
        if (!differ_is(d->outcome, "sent") || restock == DIFFER_NONE || restock == last) continue;
        last = restock;
        if (told_in(other, restock)) continue;
        char text[DIFFER_REASON];
        uint16_t reason;
        if (m->out->restock[restock].there[1 - k])
            differ_why_not_in(other, restock, text);
        else
            snprintf(text, sizeof text, "no_such_restock");
        if (!number(&m->out->reasons, text, &reason) || !keep_why(m, restock, DIFFER_TOLD, 1 - k, reason))
            return false;
    }
    return true;
}

/* Why side k did not do what the other did. */
static bool explain(merge *m, differ_pair *pair, int k, const store_decision_row *told,
                    const store_decision_row *other) {
    const differ_slice *s = &m->slice[k];
    uint32_t restock = other ? differ_restock_of(m->slice[1 - k].half, other) : DIFFER_NONE;
    char text[DIFFER_REASON];
    if (other && !told) {
        differ_why_not_told(s, restock, text);
        if (!number(&m->out->reasons, text, &pair->told_why[k])) return false;
    }
    if (pair->orders[k] || !pair->orders[1 - k]) return true;
    differ_why_no_order(s, restock, text);
    return number(&m->out->reasons, text, &pair->order_why[k]) &&
           (!other || keep_why(m, restock, DIFFER_ORDERED, k, pair->order_why[k]));
}

static bool look_at_pair(merge *m) {
    const differ_slice *s = m->slice;
    const store_decision_row *told[DIFFER_SIDES];
    differ_pair pair = {.shopper = s->shopper, .sku = s->sku};
    for (int k = 0; k < DIFFER_SIDES; k++) {
        told[k] = differ_told(&s[k], s[k].decision);
        pair.told_at[k] = told[k] ? told[k]->at : STORE_NONE;
        pair.orders[k] = net_orders(&s[k]);
        m->told[k] |= told[k] != NULL;
        m->ordered[k] |= pair.orders[k] > 0;
        if (!look_at_restocks(m, k)) return false;
    }
    count(m->out->pairs_told, told[0], told[1]);
    count(m->out->pairs_ordered, pair.orders[0], pair.orders[1]);
    bool same = pair.told_at[0] == pair.told_at[1] && !pair.orders[0] == !pair.orders[1];
    if (same) return true;
    if (!explain(m, &pair, 0, told[0], told[1]) || !explain(m, &pair, 1, told[1], told[0])) return false;
    void *list = m->out->pair;
    differ_pair *kept = one_more(&list, &m->out->pairs, &m->pairs_room, sizeof *kept);
    m->out->pair = list;
    if (kept) *kept = pair;
    return kept != NULL;
}

static bool merge_pairs(merge *m) {
    for (int k = 0; k < DIFFER_SIDES; k++) {
        const differ_half *h = &m->half[k];
        m->slice[k] = (differ_slice){.half = h, .decision_end = h->decision.ref, .order_end = h->order.ref};
    }
    while (next_pair(m)) {
        if (m->any && m->shopper != m->slice[0].shopper) end_shopper(m);
        m->any = true;
        m->shopper = m->slice[0].shopper;
        if (!look_at_pair(m)) return false;
    }
    end_shopper(m);
    return true;
}

/* ---- reasons by restock ---- */

static int by_restock(const void *a, const void *b) {
    const differ_why *x = a, *y = b;
    if (x->restock != y->restock) return x->restock < y->restock ? -1 : 1;
    if (x->deed != y->deed) return x->deed < y->deed ? -1 : 1;
    if (x->side != y->side) return x->side < y->side ? -1 : 1;
    return (x->reason > y->reason) - (x->reason < y->reason);
}

/* Each restock's reasons once, with how many there are. */
static void count_whys(differ_trial *out) {
    if (out->whys == 0) return;
    qsort(out->why, out->whys, sizeof *out->why, by_restock);
    size_t last = 0;
    for (size_t i = 1; i < out->whys; i++)
        if (by_restock(&out->why[last], &out->why[i]) == 0)
            out->why[last].n += out->why[i].n;
        else
            out->why[++last] = out->why[i];
    out->whys = last + 1;
}

bool differ_trials(const store_trial *base, const store_trial *candidate, int64_t warm, differ_trial *out) {
    const store_trial *const side[DIFFER_SIDES] = {base, candidate};
    merge m = {.out = out};
    uint16_t nothing;
    *out = (differ_trial){.replication = base->replication};
    out->restock = differ_restocks(side, &out->restocks);
    bool good = out->restock && number(&out->reasons, "", &nothing);
    for (int k = 0; good && k < DIFFER_SIDES; k++)
        good = differ_half_make(side[k], k, warm, out, &m.half[k]);
    good = good && merge_pairs(&m);
    if (good) count_whys(out);
    for (int k = 0; k < DIFFER_SIDES; k++)
        differ_half_clear(&m.half[k]);
    return good;
}

void differ_trial_clear(differ_trial *trial) {
    if (!trial) return;
    free(trial->reasons.text);
    free(trial->pair);
    free(trial->restock);
    free(trial->why);
    *trial = (differ_trial){0};
}
