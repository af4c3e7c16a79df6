/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_inside.h - one side of a replication, sorted so that a shopper's rows are found (inside reports/
 * only).
 */
#ifndef REPORTS_DIFFER_INSIDE_H
#define REPORTS_DIFFER_INSIDE_H

#include "reports/differ.h"
#include "reports/format.h"

#define DIFFER_NONE UINT32_MAX

/* A row of the trial. */
typedef struct {
    uint32_t shopper, sku, row;
} differ_ref;

typedef struct {
    differ_ref *ref; /* by shopper, SKU and row, which is time */
    size_t n;
} differ_refs;

/* How a restock ended for those whom it did not look at. */
typedef struct {
    int64_t closed;               /* its last campaign */
    const char *outcome, *reason; /* of those left over; NULL: there were none */
    bool several;                 /* reasons: nobody can say whose is which */
} differ_left;

typedef struct {
    const store_trial *t;
    int side;
    const differ_restock *restock; /* of both sides, sorted */
    size_t restocks;
    differ_refs decision, order, signal; /* final decisions on candidates; orders of shoppers */
    uint32_t *restock_of; /* by campaign, its index among the restocks; DIFFER_NONE: uncounted */
    uint32_t campaigns;
    differ_left *left; /* by restock */
} differ_half;

/* [in] all: with the restocks of both sides, which are borrowed. [out] out: the caller's to clear, on false
 * (no memory) too. */
bool differ_half_make(const store_trial *t, int side, int64_t warm, const differ_trial *all,
                      differ_half *out);
void differ_half_clear(differ_half *half);

/* The restocks of both, sorted, with what either counts in them. NULL: no memory. [out] n. */
differ_restock *differ_restocks(const store_trial *const side[DIFFER_SIDES], size_t *n);

/* A shopper and a SKU on one side: her rows are those from..to of the refs. */
typedef struct {
    const differ_half *half;
    uint32_t shopper, sku;
    const differ_ref *decision, *decision_end, *order, *order_end;
} differ_slice;

/* The restock of a decision; DIFFER_NONE if it does not count. */
uint32_t differ_restock_of(const differ_half *half, const store_decision_row *d);
format_text differ_of_pairs(const report_differences *d); /* "means over the first 10 pairs" */
bool differ_is(const char *a, const char *b);
static inline const store_decision_row *differ_decision(const differ_slice *s, const differ_ref *ref) {
    return &s->half->t->decision[ref->row];
}
static inline const store_order_row *differ_order(const differ_slice *s, const differ_ref *ref) {
    return &s->half->t->order[ref->row];
}

/* Her first decision from `from` on that told her, in a restock that counts; NULL. */
const store_decision_row *differ_told(const differ_slice *s, const differ_ref *from);

/* Why this side did not tell her in that restock, of which it has a campaign. [out] text. */
void differ_why_not_in(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]);
/* Why it did not tell her at all: [in] restock: in which the other side first told her. */
void differ_why_not_told(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]);
/* Why she has no net order: [in] restock: the same; DIFFER_NONE: the other side did not tell her either. */
void differ_why_no_order(const differ_slice *s, uint32_t restock, char text[DIFFER_REASON]);

#endif
