/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_why.c - why one side did not do with a shopper what the other did.
 *
 * Not told: by her own decision in that restock, if there is one. If there is none she was not looked at:
 * then either she was not in line, or she was among those left over, of whom the ledger says in bulk why.
 */
#include "reports/differ_inside.h"

#include <stdlib.h>
#include <string.h>

static void say(char text[DIFFER_REASON], const char *what, const char *of) {
    if (!*of || differ_is(of, "none"))
        snprintf(text, DIFFER_REASON, "%.40s", what);
    else
        snprintf(text, DIFFER_REASON, "%.20s/%.24s", what, of);
}

const store_decision_row *differ_told(const differ_slice *s, const differ_ref *from) {
    for (; from < s->decision_end; from++) {
        const store_decision_row *d = differ_decision(s, from);
        if (differ_is(d->outcome, "sent") && differ_restock_of(s->half, d) != DIFFER_NONE) return d;
    }
    return NULL;
}

/* ---- not told ---- */

/* Her last signal for the SKU up to then; false: there is none. */
static bool asked(const differ_slice *s, int64_t until, int64_t *at) {
    const differ_refs *refs = &s->half->signal;
    const store_signal_row *signal = s->half->t->signal;
    size_t lo = 0, hi = refs->n; /* behind the last one that is not after her, the SKU and the time */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const differ_ref *r = &refs->ref[mid];
        bool before = r->shopper != s->shopper ? r->shopper < s->shopper
                      : r->sku != s->sku       ? r->sku < s->sku
                                               : signal[r->row].at <= until;
        if (before)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == 0 || refs->ref[lo - 1].shopper != s->shopper || refs->ref[lo - 1].sku != s->sku) return false;
    *at = signal[refs->ref[lo - 1].row].at;
    return true;
}

/* Whether a decision ends the interest; see the ledger's table in docs/ENGINE.md. */
static bool ends(const store_decision_row *d) {
    return differ_is(d->outcome, "sent") || differ_is(d->outcome, "ghost") ||
           differ_is(d->reason, "out_of_window") || differ_is(d->reason, "cancelled") ||
           differ_is(d->reason, "recent_purchase");
}

/* The last decision that ended an interest of hers from then on; NULL. */
static const store_decision_row *ended(const differ_slice *s, int64_t since, int64_t until) {
    for (const differ_ref *r = s->decision_end; r > s->decision; r--) {
        const store_decision_row *d = differ_decision(s, r - 1);
        if (d->at < since) break;
        if (d->at <= until && ends(d)) return d;
    }
    return NULL;
}

/* She has no decision in that restock. */
static void why_not_reached(const differ_slice *s, const differ_left *left, char text[DIFFER_REASON]) {
    int64_t at;
    const store_decision_row *before;
    if (!asked(s, left->closed, &at))
        say(text, "not_in_line", "");
    else if ((before = ended(s, at, left->closed)))
        say(text,
            differ_is(before->outcome, "sent")    ? "told_before"
            : differ_is(before->outcome, "ghost") ? "ghost_before"
                                                  : "not_in_line",
            "");
    else if (!left->outcome)
        say(text, "not_in_line", "");
    else
        say(text, left->outcome, left->several ? "several" : left->reason);
}

void differ_why_not_in(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]) {
    for (const differ_ref *r = s->decision_end; r > s->decision; r--) {
        const store_decision_row *d = differ_decision(s, r - 1);
        if (differ_restock_of(s->half, d) != restock) continue;
        say(text, d->outcome, d->reason);
        return;
    }
    why_not_reached(s, &s->half->left[restock], text);
}

/* The last restock of which this side has a campaign with a decision on her or, without any, of the SKU;
 * DIFFER_NONE. */
static uint32_t last_restock(const differ_slice *s) {
    const differ_half *h = s->half;
    for (const differ_ref *r = s->decision_end; r > s->decision; r--) {
        uint32_t restock = differ_restock_of(h, differ_decision(s, r - 1));
        if (restock != DIFFER_NONE) return restock;
    }
    size_t lo = 0, hi = h->restocks; /* behind those of the SKU */
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (h->restock[mid].sku <= s->sku)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo > 0 && h->restock[lo - 1].sku == s->sku; lo--)
        if (h->restock[lo - 1].there[h->side]) return (uint32_t)(lo - 1);
    return DIFFER_NONE;
}

/* Restocks at other times are not compared: then it is this side's last word on her. */
void differ_why_not_told(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]) {
    if (!s->half->restock[restock].there[s->half->side]) restock = last_restock(s);
    if (restock == DIFFER_NONE)
        say(text, "no_such_restock", "");
    else
        differ_why_not_in(s, restock, text);
}

/* ---- not ordered ---- */

static int by_touch(const void *key, const void *row) {
    uint32_t touch = *(const uint32_t *)key, other = ((const store_touch_row *)row)->touch;
    return (touch > other) - (touch < other);
}

/* What became of a push after which she did not order. */
static void why_push_failed(const store_touch_row *t, char text[DIFFER_REASON]) {
    static const char *const page[] = {"link_failed", "left", "not_found", "loading"};
    bool no_page = false;
    for (size_t i = 0; i < sizeof page / sizeof *page; i++)
        no_page |= differ_is(t->landing, page[i]);
    if (*t->failure)
        say(text, "push", t->failure);
    else if (no_page)
        say(text, "page", t->landing);
    else if (differ_is(t->landing, "in_stock"))
        say(text, "in_stock", "");
    else if (*t->landing)
        say(text, "sold_out", t->landing);
    else
        say(text,
            t->delivered == STORE_NONE ? "not_shown"
            : t->opened == STORE_NONE  ? "not_opened"
                                       : "not_clicked",
            "");
}

void differ_why_no_order(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]) {
    for (const differ_ref *r = s->order; r < s->order_end; r++) { /* none of them is a net order */
        say(text, differ_order(s, r)->oversold ? "order_cancelled" : "order_returned", "");
        return;
    }
    const store_decision_row *told = NULL;
    for (const differ_ref *r = s->decision_end; r > s->decision && !told; r--)
        told = differ_told(s, r - 1);
    const store_trial *t = s->half->t;
    const store_touch_row *touch =
        told && t->touches ? bsearch(&told->touch, t->touch, t->touches, sizeof *t->touch, by_touch) : NULL;
    if (touch)
        why_push_failed(touch, text);
    else if (restock != DIFFER_NONE)
        differ_why_not_told(s, restock, text);
    else
        say(text, "no_push", "");
}
