/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ.h - whom two runs of one replication told and who ordered, on which side alone, and what the other
 * side says why it did not.
 *
 * Told: sent a first push of a restock that opened after the warm-up, as in the metric `recipients`. Ordered:
 * a net order after the warm-up. A reason is a text such as "suppressed/recent_notice": the outcome and the
 * reason of the ledger, or one of differ_words.c.
 */
#ifndef REPORTS_DIFFER_H
#define REPORTS_DIFFER_H

#include <jansson.h>
#include <stdio.h>

#include "store/trial.h"

typedef enum { DIFFER_BASE, DIFFER_CANDIDATE, DIFFER_SIDES } differ_side;
typedef enum { DIFFER_BOTH, DIFFER_BASE_ONLY, DIFFER_CANDIDATE_ONLY, DIFFER_CELLS } differ_cell;

/* Reasons by number; the first is "". */
enum { DIFFER_REASON = 48 };
typedef struct {
    char (*text)[DIFFER_REASON];
    size_t n;
} differ_reasons;

/* A shopper and a SKU with which the sides did different things. */
typedef struct {
    int64_t told_at[DIFFER_SIDES]; /* her first send; STORE_NONE */
    uint32_t shopper, sku;
    uint32_t orders[DIFFER_SIDES];    /* net */
    uint16_t told_why[DIFFER_SIDES];  /* a reason: why this side did not tell her, where the other did */
    uint16_t order_why[DIFFER_SIDES]; /* likewise why there is no order */
} differ_pair;

/* Restocks of both sides are the same where SKU and time are: the campaigns of one true restock. */
typedef struct {
    int64_t at; /* true restock; of units that were not there, the campaign's opening */
    uint32_t sku;
    bool there[DIFFER_SIDES];                                                   /* this side has a campaign */
    uint32_t sends[DIFFER_SIDES], orders[DIFFER_SIDES], sold_out[DIFFER_SIDES]; /* orders at push landings */
} differ_restock;

/* Of so many who were told in a restock by the other side alone, why this side did not tell them in it; or,
 * of those whom it first told in it and who ordered there alone, why not here. */
typedef enum { DIFFER_TOLD, DIFFER_ORDERED, DIFFER_DEEDS } differ_deed;
typedef struct {
    uint32_t restock; /* index */
    uint8_t deed, side;
    uint16_t reason;
    uint32_t n;
} differ_why;

typedef struct {
    uint32_t replication;
    double told[DIFFER_CELLS], ordered[DIFFER_CELLS];             /* shoppers, of any SKU */
    double pairs_told[DIFFER_CELLS], pairs_ordered[DIFFER_CELLS]; /* pairs of shopper and SKU */
    differ_reasons reasons;
    differ_pair *pair; /* by shopper and SKU */
    size_t pairs;
    differ_restock *restock; /* by SKU and time */
    size_t restocks;
    differ_why *why; /* by restock, deed, side and reason */
    size_t whys;
} differ_trial;

/* Both with all rows of SIM_LOG_EACH, of one seed and replication. [in] warm: end of the warm-up, ms since
 * the epoch. [out] out: the caller's to clear, on false (no memory) too. Time n log n in their rows. */
bool differ_trials(const store_trial *base, const store_trial *candidate, int64_t warm, differ_trial *out);
void differ_trial_clear(differ_trial *trial); /* NULL is fine */

/* What a reason means, as half a sentence with its subject; "" if there is nothing to say. Static. */
const char *differ_words(const char *reason);

/* ---- several replications ---- */

typedef struct {
    const char *reason; /* borrowed */
    double n;           /* a replication */
} differ_top;
enum { DIFFER_TOPS = 12 };
typedef struct {
    differ_top top[DIFFER_TOPS]; /* the most frequent first */
    size_t n;
    double others; /* what is not in top */
} differ_list;

/* A restock as the replications that have one of its SKU at its time show it; sums over them. */
typedef struct {
    differ_restock sum;         /* there: on some replication */
    double replications, score; /* score: absolute differences of sends, orders and sold-out clicks */
    differ_list why[DIFFER_DEEDS][DIFFER_SIDES];
} differ_restock_sum;

typedef struct {
    differ_trial *trial; /* in order of replication */
    size_t trials;       /* 0: not looked at, and */
    const char *why_not; /* says why; static */
    size_t of;           /* replications of the comparison */
    double shoppers;
    /* the rest by differ_summarise(): means over the trials */
    double told[DIFFER_CELLS], ordered[DIFFER_CELLS];
    double pairs_told[DIFFER_CELLS], pairs_ordered[DIFFER_CELLS];
    double at_another_time, shift_s; /* of pairs told in both; median of candidate less base, NaN if none */
    differ_list told_why[DIFFER_SIDES], ordered_why[DIFFER_SIDES]; /* what this side says */
    double restocks[DIFFER_CELLS];
    differ_restock_sum *restock; /* those that differ, the most different first */
    size_t restock_sums;
} report_differences;

bool differ_summarise(report_differences *d); /* false: no memory */
void report_differences_clear(report_differences *d);

enum { DIFFER_RESTOCKS_SHOWN = 20 };
void report_differences_text(FILE *out, const report_differences *d);
void report_differences_page(FILE *out, const report_differences *d);
void report_differences_shoppers_csv(FILE *out, const report_differences *d);
void report_differences_restocks_csv(FILE *out, const report_differences *d);
json_t *report_differences_json(const report_differences *d); /* NULL: no memory */

#endif
