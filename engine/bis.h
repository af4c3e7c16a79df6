/* SPDX-License-Identifier: MIT
 *
 * bis.h - libbis, the back-in-stock decision engine.
 *
 * A pure state machine. It has no clock, no randomness, no files and no globals: events go in with
 * bis_engine_apply(), time passes with bis_engine_advance(), decisions come out of the outbox. The
 * simulator and a live stream make the very same calls.
 *
 * Time is int64_t milliseconds since the Unix epoch, UTC. Events must come with non-decreasing times.
 * apply(t) first runs every wake that is due before t; wakes due at t itself run in advance(t). Things
 * due at one instant happen in the order in which they were scheduled.
 *
 * Ids are dense indices chosen by the caller (0, 1, 2, ...); memory grows with the largest id seen. The
 * holdout hashes the caller's own 64-bit hash of the external id, so a shopper keeps the arm in any file
 * order.
 */
#ifndef BIS_H
#define BIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h" /* beside this file, so that the headers can be installed together */

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default) /* libbis exports what is declared here, and nothing else */

/* ---- events: what the engine is told ------------------------------------------------------------ */

typedef enum {
    BIS_EV_CATALOG,  /* a SKU exists and belongs to a product */
    BIS_EV_PROFILE,  /* a shopper exists: tier, consents, devices */
    BIS_EV_STOCK,    /* a level of the inventory feed */
    BIS_EV_INTEREST, /* a signal: notify me, wishlist, cart, browse */
    BIS_EV_WITHDRAW, /* the shopper leaves the line of a SKU */
    BIS_EV_CONSENT,  /* opt-in or opt-out */
    BIS_EV_ORDER,    /* a purchase; shopper BIS_NO_ID if nobody that the engine knows */
    BIS_EV_RETURN,   /* a purchase sent back by a known shopper */
    BIS_EV_OTHER,    /* another campaign's message to a shopper */
    BIS_EV_RECEIPT,  /* what became of a touch */
    BIS_EV_KIND_COUNT
} bis_event_kind;

typedef enum {
    BIS_RECEIPT_ACCEPTED,
    BIS_RECEIPT_DELIVERED,
    BIS_RECEIPT_FAILED,       /* given up: will not be delivered */
    BIS_RECEIPT_UNREGISTERED, /* the token is dead: one device less */
    BIS_RECEIPT_OPENED,
    BIS_RECEIPT_CLICKED,
    BIS_RECEIPT_COUNT
} bis_receipt;

typedef struct {
    bis_time at;
    bis_event_kind kind;
    bis_id shopper; /* BIS_NO_ID where the kind has none */
    bis_id sku;     /* BIS_NO_ID where the kind has none */
    union {
        struct {
            bis_id product;
            bis_id category;
            uint64_t hash, product_hash; /* of the external ids: what holdout, lottery and jitter look at;
                                          without a product its hash is not looked at */
        } catalog;
        struct {
            uint64_t hash; /* of the external id; what the holdout looks at */
            float
                value; /* money that a purchase of hers is worth, for priority value and weighted; not NaN */
            uint8_t tier;    /* higher goes first under priority: tier */
            uint8_t devices; /* live tokens; 31 and more are 31 */
            uint8_t region;  /* 1 + index in the policy's regions; 0: none of them */
            uint8_t zone;    /* as given to bis_engine_zone(); 0: UTC unless it was given */
            bool push_optin, email_optin, sms_optin;
            bool behavioural_consent;
        } profile;
        struct {
            int64_t level; /* units offered by the feed; negative is read as 0 */
            bis_time as_of;
            uint64_t version; /* per SKU; a version not above the last one seen is ignored */
        } stock;
        struct {
            bis_source source;
            uint16_t quantity;
        } interest;
        struct {
            bool push_optin, email_optin, sms_optin;
            bool behavioural_consent;
        } consent;
        struct {
            uint32_t quantity;
        } order;
        struct {
            bis_channel channel;
        } other;
        struct {
            bis_id touch;
            bis_receipt what;
            bool sold_out; /* CLICKED: she landed on a page without stock */
        } receipt;
    } as;
} bis_event;

/* ---- decisions: what the engine says ------------------------------------------------------------- */

/* Where a candidate of a restock stands. All but QUEUED are final for that restock. */
typedef enum {
    BIS_QUEUED, /* passed the holdout step and has a send time in the future (jitter) */
    BIS_SENT,
    BIS_GHOST,      /* held out: would have been sent now */
    BIS_SUPPRESSED, /* a rule said no */
    BIS_DROPPED,    /* was in line or queued, and left it before the send */
    BIS_EXPIRED,    /* the campaign or the interest ran out of time */
    BIS_WAITING,    /* the turn never came; stays in line for the next restock */
    BIS_OUTCOME_COUNT
} bis_outcome;

typedef enum {
    BIS_NO_REASON,
    BIS_OUT_OF_WINDOW,
    BIS_NO_CONSENT,
    BIS_NO_CONSENT_BEHAVIOURAL,
    BIS_NO_DEVICE,
    BIS_RECENT_PURCHASE,
    BIS_RECENT_NOTICE,
    BIS_CAPPED,
    BIS_BELOW_MIN_STOCK,
    BIS_THROTTLED,
    BIS_STOCK_GONE,
    BIS_CAMPAIGN_EXPIRED,
    BIS_CANCELLED,
    BIS_VARIANT_MISMATCH,
    BIS_DUPLICATE,
    BIS_RECENT_RETURN,
    BIS_QUIET_HOURS,
    BIS_STAGE_PENDING,
    BIS_QUANTITY_SHORT,
    BIS_REASON_COUNT
} bis_reason;

typedef enum { BIS_TREATED, BIS_HELD_OUT, BIS_ARM_COUNT } bis_arm;

/* One line of the outbox. For outcome WAITING or EXPIRED of those never reached it stands for `n`
 * candidates and shopper is BIS_NO_ID; otherwise n is 1. */
typedef struct {
    bis_time at;
    bis_time assigned_at; /* when the candidate reached the holdout step; BIS_NEVER if not */
    bis_time place;       /* place in line: time of the first signal of the strongest enabled source */
    bis_time send_at;     /* of a put-off send, while queued and after: when it was due; else BIS_NEVER */
    int64_t level;        /* feed level seen */
    bis_id restock, shopper, sku;
    bis_id touch;   /* of SENT and GHOST: 0, 1, 2, ... in order; else BIS_NO_ID */
    bis_id follows; /* of a reminder and a follow-up: the candidate's first touch; else BIS_NO_ID */
    uint32_t n;
    uint32_t turn; /* the how many-th candidate of the restock to be looked at, from 1; 0 if not looked at */
    uint32_t count,
        limit; /* behind a reason: what was counted, and what is allowed; 0 if it has no numbers */
    bis_outcome outcome : 8;
    bis_reason reason : 8;
    bis_source source : 8; /* the one that counted; BIS_SOURCE_COUNT in bulk */
    bis_arm arm : 8;       /* means something once assigned_at is set */
    bis_kind kind : 8;     /* RESTOCK but for a touch that is not a candidate's first */
    bis_channel channel : 8;
    uint8_t template_id;         /* of SENT and GHOST: which of the policy's, 0 if it has none */
    uint8_t devices;             /* of SENT by push: messages that go out */
    bis_time again_at;           /* when the reason will be gone, as far as is known; else BIS_NEVER */
    bis_time back_by, back_from; /* PREDICTIVE: the interval that is promised; else BIS_NEVER */
    double chance;               /* PREDICTIVE: P(back by back_by), at least; else 0 */
} bis_decision;

/* A restock (campaign): one opening of the trigger for one SKU. */
typedef struct {
    bis_id id, sku;
    bis_time opened, closed;        /* closed: BIS_NEVER while open */
    bis_time first_sent, last_sent; /* BIS_NEVER if none; ghosts do not count */
    int64_t level_at_open;
    bis_reason close_reason; /* STOCK_GONE, CAMPAIGN_EXPIRED, NO_REASON (no candidates left or settled) */
    uint32_t candidates;     /* counted as they enter: in line at the opening, and joined since */
    uint32_t outcome[BIS_OUTCOME_COUNT]; /* counted as they leave; QUEUED is the number queued now */
} bis_restock;

typedef struct {
    uint64_t restocks;
    uint64_t candidates;
    uint64_t n[BIS_OUTCOME_COUNT][BIS_REASON_COUNT]; /* QUEUED: those queued now */
    /* Apart from the candidates' states: touches that are not a candidate's first, sent and as ghosts. */
    uint64_t later[BIS_KIND_COUNT][BIS_CHANNEL_COUNT][BIS_ARM_COUNT];
    uint64_t predicted_kept,
        predicted_broken; /* predictive notices sent whose SKU was back by then, or not */
} bis_ledger;

/* ---- the engine ---------------------------------------------------------------------------------- */

typedef struct bis_engine bis_engine;

typedef enum {
    BIS_OK,
    BIS_NO_MEMORY, /* from apply, advance or settle: final; see bis_engine_apply() */
    BIS_BAD_POLICY,
    BIS_BAD_EVENT, /* unknown kind, source, receipt or touch, a missing id, a time out of range */
    BIS_TIME_BACK, /* an event or advance earlier than what was already applied */
    BIS_STATUS_COUNT
} bis_status;

/* realloc semantics: size 0 frees and returns NULL; failure returns NULL and leaves p alone. */
typedef struct {
    void *(*resize)(void *context, void *p, size_t size);
    void *context;
} bis_allocator;

/* Creates an engine with a copy of the policy.
 * [in] policy; [in] allocator: NULL for realloc/free; [out] out: owned by the caller, untouched on failure.
 * Returns BIS_OK, BIS_NO_MEMORY or BIS_BAD_POLICY (bis_policy_check() says why). */
bis_status bis_engine_create(const bis_policy *policy, const bis_allocator *allocator, bis_engine **out);
void bis_engine_destroy(bis_engine *engine); /* NULL is fine */

/* ---- time zones ---- */

/* From `from` on local time is UTC + offset. Steps in order of time; the first one holds before it, too. */
typedef struct {
    bis_time from;
    bis_time offset; /* milliseconds */
} bis_zone_step;

typedef struct {
    const bis_zone_step *step;
    size_t n; /* 0: UTC */
} bis_zone;

bis_time bis_zone_offset(const bis_zone *zone, bis_time at);
/* The first instant at which it is local midnight or, where the clocks jump over it, later, of the local day
 * `days` days after the one in which `at` lies (-1: yesterday). */
bis_time bis_zone_midnight(const bis_zone *zone, bis_time at, int days);
/* The first instant from `at` on whose local time of day lies in [start, end), over midnight if start > end;
 * start = end: any. Times of day are milliseconds since midnight. */
bis_time bis_zone_next(const bis_zone *zone, bis_time at, bis_time start, bis_time end);

/* Makes `zone` known under a number that profiles then name. The table stays the caller's and must outlive
 * the engine. BIS_NO_MEMORY leaves the engine as it was. */
bis_status bis_engine_zone(bis_engine *engine, uint8_t number, const bis_zone *zone);

/* Room for the numbers named, so that later calls need not allocate. Optional. */
bis_status bis_engine_reserve(bis_engine *engine, size_t shoppers, size_t skus, size_t interests);

/* Runs wakes due before event->at, then takes the event. BIS_BAD_EVENT and BIS_TIME_BACK: nothing happened at
 * all. BIS_NO_MEMORY: the work stopped between two candidates, and every later apply, advance and settle
 * returns it too; decisions made so far stand in the outbox, the figures are consistent and can be read. */
bis_status bis_engine_apply(bis_engine *engine, const bis_event *event);

/* Runs wakes due up to and at `now`. */
bis_status bis_engine_advance(bis_engine *engine, bis_time now);

/* When advance() must next be called; BIS_NEVER if nothing is pending. */
bis_time bis_engine_next_wake(const bis_engine *engine);

/* Whether receipts of this kind can change a decision under this policy. A caller that has no journal to keep
 * may leave the others out. The same for orders by nobody that the engine knows. */
bool bis_engine_needs(const bis_engine *engine, bis_receipt what);
bool bis_engine_needs_orders(const bis_engine *engine);

/* Hints that an event of this shopper comes soon, so that her records can be fetched from memory meanwhile:
 * first with step 0, some events later with step 1. Changes nothing that can be observed but the time it
 * takes. */
void bis_engine_expect(const bis_engine *engine, bis_id shopper, int step);

/* Decisions since the last call of this function, oldest first. [out] out: valid until the next call on
 * this engine. Returns how many. Calling it empties the outbox. */
size_t bis_engine_outbox(bis_engine *engine, const bis_decision **out);

/* Ends the run at `now`, after the wakes due by then: every open restock closes and what is left in it is
 * booked as WAITING (below_min_stock if paused, else throttled; queued ones one by one), so that candidates =
 * sum of final outcomes, per restock and in all. */
bis_status bis_engine_settle(bis_engine *engine, bis_time now);

void bis_engine_ledger(const bis_engine *engine, bis_ledger *out);
size_t bis_engine_restock_count(const bis_engine *engine);

/* Valid until the next apply, advance or settle; NULL if there is no such restock. */
const bis_restock *bis_engine_restock(const bis_engine *engine, bis_id restock);

/* Open interests of a SKU now, and the units that they ask for. */
void bis_engine_waiting(const bis_engine *engine, bis_id sku, uint32_t *interests, uint64_t *units);

/* How a shopper stands for a SKU now. */
typedef struct {
    bool in_line;      /* has an open interest with a counting source; else the rest means nothing */
    bis_source source; /* the strongest that counts, lapsed or not */
    bis_time place;    /* since when */
    uint32_t ahead; /* those in line of whom the policy's order puts so many before her, by lot alone only in
                       a restock */
    uint32_t waiting; /* all in line, herself included; with match product, for any of its SKUs */
    bis_id restock;   /* the open one, or BIS_NO_ID */
    bool had_turn;    /* in it */
    bis_time send_at; /* queued: when the send is due; else BIS_NEVER */
    bis_reason
        why; /* what would keep her from being told at this moment, units and throttle apart; or none */
    bis_time again_at;     /* when that will be gone, as far as is known; else BIS_NEVER */
    uint32_t count, limit; /* the numbers behind it, as in bis_decision */
} bis_standing;

/* Slow, of the order of the line's length; for explanations. [out] out. Changes nothing. */
void bis_engine_standing(const bis_engine *engine, bis_id shopper, bis_id sku, bis_standing *out);

/* Bytes held by the engine, and by its interests alone. */
size_t bis_engine_memory(const bis_engine *engine, size_t *interest_bytes);

/* Checks the inner invariants and the ledger's sums. [out] reason: a static text if false. For tests. */
bool bis_engine_validate(const bis_engine *engine, const char **reason);

/* The arm of a unit: HELD_OUT iff a salted hash of unit_hash, read as a fraction in [0, 1), is below
 * `fraction`; so raising the fraction only adds units to the holdout. */
bis_arm bis_holdout_arm(const bis_holdout_setup *setup, uint64_t unit_hash);

/* The arm of a pair under any unit. restock: ordinal of the restock among those of its SKU, from 0. */
bis_arm bis_holdout_arm_for(const bis_holdout_setup *setup, uint64_t shopper_hash, uint64_t product_hash,
                            uint64_t sku_hash, uint32_t restock);

/* The template of a shopper: by a salted hash, in proportion to the weights. 0 if there are none. */
size_t bis_template_of(const bis_policy *policy, uint64_t shopper_hash);

/* Which of n policies is a shopper's, where several are set against each other: by a salted hash, in
 * proportion to `weights` (at least 0, one of them above), from 0. The draws of holdout, templates and arms
 * are independent of one another under the same salt, and a shopper's is the same for ever. 0 if n < 2.
 *
 * An engine holds one policy. So a caller makes one for each arm, tells each of catalog, stock and orders,
 * and of a shopper - profile, consents, signals, withdrawals, returns, other campaigns, receipts - the engine
 * of her arm. To the other engines an order of hers may be by nobody that they know. */
size_t bis_arm_of(const char *salt, const double *weights, size_t n, uint64_t shopper_hash);

/* What the tokens {product} {variant} {price} {image} {url} stand for; NULL is "". */
typedef struct {
    const char *product, *variant, *price, *image, *url;
} bis_tokens;

/* Writes `text` with its tokens replaced; others stay as they are. At most size bytes with the NUL, cut at
 * the end of a UTF-8 character. Returns the length that the whole needs. */
size_t bis_render(const char *text, const bis_tokens *tokens, char *out, size_t size);

const char *bis_status_text(bis_status);
const char *bis_outcome_name(bis_outcome); /* "sent", "ghost", ... stable */
const char *bis_reason_name(bis_reason);   /* "recent_purchase", ... stable */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
