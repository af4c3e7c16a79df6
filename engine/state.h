/* SPDX-License-Identifier: MIT
 *
 * state.h - an engine, and what its parts offer each other. Internal: embedders include bis.h alone.
 *
 * Room first, then change: each step asks for all the room that it may need before it alters anything, so a
 * failed allocation leaves every invariant standing. Functions named *_room allocate, the others never fail.
 */
#ifndef BIS_STATE_H
#define BIS_STATE_H

#include "records.h"

/* ---- the engine ---------------------------------------------------------------------------------- */

/* A candidate under judgement. */
typedef struct {
    bis_time now;
    const bis_interest *interest; /* NULL for a touch that is not a candidate's first */
    const bis_shopper *shopper;
    const bis_group *group; /* of the SKU */
    bis_id sku;
    bis_source source; /* the one that counts; the interest rule may settle for a weaker one */
    bis_kind kind;
    bis_channel channel;
    bool closes; /* set by a rule whose "no" ends the interest */
    uint32_t count, limit;
    bis_time again_at; /* the numbers behind a "no" */
} bis_candidate;

/* A rule's part in judging a candidate. */
typedef bis_reason bis_judge(const bis_engine *engine, bis_candidate *candidate);

/* A rule's part in whether her turn can come: the first time from t on at which it can, as things stand. */
typedef bis_time bis_admit(const bis_engine *engine, const bis_candidate *candidate, bis_time t);

enum { BIS_JUDGES_MAX = 32, BIS_DELAY_BINS = 64 };

/* When the quiet hours of a zone end, as of an instant; `until` = `at` if it is not quiet. Two for each zone.
 */
enum { BIS_QUIET_ANSWERS = 512 };
typedef struct {
    bis_time at, until;
} bis_quiet_now;

/* What oversell_safe has learned. */
typedef struct {
    uint64_t sends[BIS_SOURCE_COUNT], clicks[BIS_SOURCE_COUNT], landings[BIS_SOURCE_COUNT],
        purchases[BIS_SOURCE_COUNT];
    uint64_t delays[BIS_DELAY_BINS], orders;
} bis_learned;

struct bis_engine {
    bis_policy policy;
    bis_memory memory;
    bis_time now;
    bool failed; /* an allocation failed: nothing more is taken */

    bis_judge *judge[BIS_JUDGES_MAX], *recheck[BIS_JUDGES_MAX]; /* the rules that this policy uses */
    bis_judge *again[BIS_JUDGES_MAX];                           /* those that a later touch must pass */
    bis_admit *admit[BIS_JUDGES_MAX]; /* in order; and apart, those that only have to be waited for, and the
                                         others */
    bis_admit *waits[BIS_JUDGES_MAX], *daily[BIS_JUDGES_MAX];
    bis_reason admit_reason[BIS_JUDGES_MAX];
    uint32_t n_judges, n_rechecks, n_again, n_admits, n_waits, n_daily;
    bis_time keep[BIS_PAST_COUNT]; /* how long a past event can still matter; 0: keep none */
    uint64_t salt;                 /* hash of the salt's text */
    bool flies;                    /* touches are kept as flights */
    bis_time stage_after[BIS_TIERS_MAX][BIS_SOURCE_COUNT]; /* see rule_stages.c */
    bool asks_bought;                                      /* a stage looks at what she bought */
    bool by_score;                                         /* the priority sorts */
    bool holds_shoppers;                                   /* the holdout is by shopper and holds some */

    bis_array shoppers, skus, restocks, wakes, outbox;
    bis_array leaders; /* match product: leading SKU by product */
    bis_array zones;   /* of bis_zone pointers */
    bis_array
        quiet; /* of bis_quiet_now, see rule_quiet.c; answers are remembered though the engine is const */
    bis_array scratch; /* of bis_scored, for sorting */
    bis_array flights; /* the touches from first_flight on; see flight.c */
    bis_array outs;    /* of bis_out */
    bis_pool interests, signals, past, queue;
    uint64_t sequence; /* of wakes */
    bis_ledger ledger;
    bis_id touches;
    bis_id first_flight, oldest;         /* of the array; the first that is still of use */
    bis_id unsettled;                    /* those before have aged beyond the response window */
    bool in_turn[1 + BIS_FOLLOWUPS_MAX]; /* a wake is set for the next of these; see flight.c */
    uint32_t open_restocks;
    bis_learned learned;
    struct bis_oversell *oversell; /* oversell.c; NULL unless used */
};

static inline bis_shopper *bis_shopper_at(const bis_engine *e, bis_id id) {
    return (bis_shopper *)e->shoppers.items + id;
}
static inline bis_sku *bis_sku_at(const bis_engine *e, bis_id id) {
    return (bis_sku *)e->skus.items + id;
}
static inline bis_interest *bis_interest_at(const bis_engine *e, uint32_t i) {
    return (bis_interest *)e->interests.array.items + i;
}
static inline bis_signal *bis_signal_at(const bis_engine *e, uint32_t i) {
    return (bis_signal *)e->signals.array.items + i;
}
static inline bis_past *bis_past_at(const bis_engine *e, uint32_t i) {
    return (bis_past *)e->past.array.items + i;
}
static inline bis_queued *bis_queued_at(const bis_engine *e, uint32_t i) {
    return (bis_queued *)e->queue.array.items + i;
}
static inline bis_restock *bis_restock_at(const bis_engine *e, bis_id id) {
    return (bis_restock *)e->restocks.items + id;
}

/* Walks are bound by cache misses, so they ask for the records of those soon to come. A record that lies
 * across two cache lines needs both. Always inlined: GCC takes a function that only prefetches for one that
 * does nothing, and drops its calls. */
#define BIS_HINT static inline __attribute__((always_inline))
BIS_HINT void bis_expect_interest(const bis_engine *e, uint32_t i) {
    const bis_interest *it = bis_interest_at(e, i);
    __builtin_prefetch(&it->place, 1);
    __builtin_prefetch(&it->predicted, 1);
}
BIS_HINT void bis_expect_shopper(const bis_engine *e, bis_id id) {
    const bis_shopper *who = bis_shopper_at(e, id);
    __builtin_prefetch(&who->hash, 1);
    __builtin_prefetch((const char *)who + sizeof *who - 1, 1);
}

/* The group of a SKU that has been named. */
static inline bis_id bis_leader(const bis_engine *e, bis_id sku) {
    return bis_sku_at(e, sku)->leader;
}
static inline bis_group *bis_group_at(const bis_engine *e, bis_id leader) {
    return &bis_sku_at(e, leader)->group;
}
static inline bis_group *bis_group_of(const bis_engine *e, bis_id sku) {
    bis_sku *it = bis_sku_at(e, sku);
    return it->leader == sku ? &it->group
                             : bis_group_at(e, it->leader); /* as a rule the first, and at hand */
}
static inline const bis_zone *bis_zone_at(const bis_engine *e, unsigned number) { /* UTC if none was given */
    static const bis_zone utc = {NULL, 0};
    const bis_zone *zone = number < e->zones.n ? ((const bis_zone *const *)e->zones.items)[number] : NULL;
    return zone ? zone : &utc;
}

/* In line, not in the queue, and not yet evaluated by the open restock of its SKU. */
static inline bool bis_is_pending(const bis_interest *it, bis_id restock) {
    return restock != BIS_NO_ID && it->slot != BIS_NONE && it->seen != restock;
}

/* ---- the parts ----------------------------------------------------------------------------------- */

/* people.c: shoppers and SKUs by id, and the pasts of shoppers */
bool bis_shopper_grow(bis_engine *, bis_id shopper);
bool bis_sku_grow(bis_engine *, bis_id sku);
bool bis_sku_settle(bis_engine *, bis_id sku); /* names it: decides on its group */
void bis_shopper_is(const bis_engine *, bis_shopper *, uint64_t hash);
static inline bool bis_shopper_room(bis_engine *e, bis_id shopper) {
    return shopper < e->shoppers.n || bis_shopper_grow(e, shopper);
}
static inline bool bis_sku_room(bis_engine *e, bis_id sku) {
    return sku < e->skus.n || bis_sku_grow(e, sku);
}
static inline bool bis_sku_named_room(bis_engine *e, bis_id sku) {
    return bis_sku_room(e, sku) && (bis_leader(e, sku) != BIS_NO_ID || bis_sku_settle(e, sku));
}
static inline bool bis_past_room(bis_engine *e) {
    return bis_pool_room(&e->memory, &e->past);
}
void bis_past_add(bis_engine *, uint32_t *head, unsigned kind,
                  bis_id sku); /* unless nothing asks for its kind */
/* The newest past of that kind, in scope, less than `window` ago; NULL. */
const bis_past *bis_past_within(const bis_engine *, const bis_shopper *, unsigned kind, int scope,
                                bis_time window, bis_id sku, bis_time now);
bool bis_same_scope(const bis_engine *, int scope, bis_id a, bis_id b);

/* line.c: waiting lines */
bis_line *bis_line_search(const bis_group *, uint8_t key);
static inline bis_line *bis_line_find(const bis_group *group, uint8_t key) { /* NULL if there is none */
    bis_line *first = (bis_line *)group->lines.items;
    return group->lines.n > 0 && first->key == key ? first : bis_line_search(group, key);
}
bool bis_line_grow(bis_engine *, bis_group *, uint8_t key, size_t more);
static inline bool bis_line_room(bis_engine *e, bis_group *group, uint8_t key, size_t more) {
    const bis_line *line = bis_line_find(group, key);
    return (line && line->slots.n + more <= line->slots.capacity) || bis_line_grow(e, group, key, more);
}
void bis_line_append(bis_engine *, bis_group *, uint32_t interest);
void bis_line_insert(bis_engine *, uint32_t interest, uint8_t key); /* by place, behind equal ones */
void bis_line_remove(bis_engine *, bis_group *, uint32_t interest,
                     uint8_t key);                   /* which stands in the line of this key */
void bis_line_tidy(const bis_engine *, bis_group *); /* squeezes out gaps if they dominate */

/* order.c: whose turn it is */
bool bis_order_room(bis_engine *, bis_group *);         /* for one more who joins */
bool bis_order_open_room(bis_engine *, bis_group *);    /* to sort those in line */
void bis_order_open(bis_engine *, bis_group *);         /* a restock opens: all in line are met anew */
void bis_order_joined(bis_engine *, uint32_t interest); /* or has a new score */
void bis_order_rewind(bis_group *);
void bis_order_changed(bis_engine *, bis_id leader); /* someone may have a turn sooner than was known */
uint32_t bis_order_next(bis_engine *, bis_group *);  /* the interest whose turn it is, or BIS_NONE */
bis_time bis_admitted(const bis_engine *,
                      const bis_candidate *); /* since when she is, or will be; BIS_NEVER */
bis_reason bis_not_admitted(const bis_engine *,
                            const bis_candidate *); /* the first rule that keeps her out now */

/* interest.c: interests and their signals */
uint32_t bis_interest_find(const bis_engine *, bis_id shopper, bis_id sku);
bool bis_interest_lapsed(const bis_engine *, const bis_interest *, bis_time now); /* rule_interest.c */
bool bis_interest_signal(bis_engine *, const bis_event *);
bool bis_interest_withdraw(bis_engine *, const bis_event *);
void bis_interest_close(bis_engine *, uint32_t interest);
bool bis_interest_tier(bis_engine *, bis_id shopper, uint8_t tier);
bool bis_interest_changed_room(bis_engine *, bis_id shopper);
void bis_interest_changed(bis_engine *, bis_id shopper); /* where she is left: bis_order_changed() */

/* wake.c: what is due when */
bool bis_wake_room(bis_engine *, size_t more);
uint64_t bis_wake_add(bis_engine *, bis_time at, bis_wake_kind, uint32_t id, uint8_t what);
bool bis_wake_take(bis_engine *, bis_time until, bis_wake *out); /* the first live one due by then */
void bis_wake_purge(bis_engine *);                               /* drops stale ones from the front */
bool bis_wake_live(const bis_engine *, const bis_wake *);

/* restock.c: a campaign from its opening to its end. Each returns false if memory ran out. */
bool bis_restock_paused(const bis_engine *, const bis_group *);
bool bis_restock_stock(bis_engine *, const bis_event *);
bool bis_restock_wake(bis_engine *, const bis_wake *);
bool bis_restock_joined(bis_engine *, uint32_t interest); /* one more candidate; she may have her turn now */
bool bis_restock_finish(bis_engine *, bis_id leader);     /* closes it if no candidates are left */
bool bis_restock_settle(bis_engine *, bis_id leader);

/* send.c: one candidate from its turn to its touch */
static inline bool bis_decide_room(bis_engine *e, size_t more) {
    return bis_array_room(&e->memory, &e->outbox, e->outbox.n + more, sizeof(bis_decision), BIS_MEM_REST);
}
typedef enum { BIS_TURN_DONE, BIS_TURN_STOP, BIS_TURN_NO_MEMORY } bis_turn;
bis_decision *bis_say(bis_engine *, bis_time level, bis_id sku, bis_outcome, bis_reason, uint32_t n);
bis_decision *bis_decide(bis_engine *, bis_group *, bis_outcome, bis_reason, uint32_t n);
void bis_touch(bis_engine *, bis_decision *); /* makes a decision a touch of its shopper */
static inline bis_candidate bis_candidate_of(const bis_engine *e, const bis_group *group,
                                             const bis_interest *it, unsigned source) {
    return (bis_candidate){.now = e->now,
                           .interest = it,
                           .shopper = bis_shopper_at(e, it->shopper),
                           .group = group,
                           .sku = it->sku,
                           .source = (bis_source)source,
                           .kind = BIS_KIND_RESTOCK,
                           .channel = BIS_PUSH,
                           .again_at = BIS_NEVER};
}
bis_reason bis_judged(const bis_engine *, bis_judge *const *judges, uint32_t n, bis_candidate *);
void bis_candidate_leaves(bis_engine *, uint32_t interest, bis_outcome, bis_reason); /* before its turn */
bis_turn bis_candidate_turn(bis_engine *, bis_group *, uint32_t interest, int64_t *slots);
bool bis_queued_due(bis_engine *, uint32_t queued);
bool bis_queued_held(bis_engine *, bis_group *); /* those that fell due in a pause */
void bis_queued_drop(bis_engine *, uint32_t queued, bis_outcome, bis_reason);

/* flight.c: what follows from a touch: reminders, other channels, what oversell_safe learns */
bool bis_flight_room(bis_engine *);
void bis_flight_add(bis_engine *, const bis_decision *, bool uses_slot);
bis_flight *bis_flight_at(const bis_engine *, bis_id touch); /* the first touch's; NULL if it is over */
void bis_flight_receipt(bis_engine *, const bis_event *);
bool bis_flight_order(bis_engine *, const bis_event *); /* whether she had a push in flight for it */
void bis_flight_retire(bis_engine *);
bool bis_later_due(bis_engine *, const bis_wake *);

/* oversell.c: the budget of oversell_safe */
bool bis_oversell_init(bis_engine *);
void bis_oversell_destroy(bis_engine *);
bool bis_oversell_begin(bis_engine *, bis_id leader,
                        bool *any);               /* false: no memory; any: whether units are left */
bool bis_oversell_fits(bis_engine *, bis_source); /* and counts it */
void bis_oversell_end(bis_engine *, bis_group *);
void bis_oversell_learn(bis_engine *, const bis_flight *); /* of one that has reached the response window */
int32_t bis_oversell_bin(const bis_engine *, bis_time delay);

/* rule_predictive.c */
bool bis_predict(bis_engine *, uint32_t interest);
void bis_outs_level(bis_engine *,
                    bis_id leader); /* it has gone out or come in, or is known for the first time */
void bis_outs_settle(bis_engine *);

#endif
