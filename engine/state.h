/* SPDX-License-Identifier: MIT
 *
 * state.h - what an engine holds. Internal: embedders include bis.h alone.
 *
 * Everything is an array indexed by a dense id, or a pool with a free list; links are 32-bit indices and
 * BIS_NONE ends a chain. Records are kept whole rather than split by field where the walk of a line reads
 * most of a record at once: a candidate then costs one cache line for the interest and one for the shopper.
 *
 * Room first, then change: each step asks for all the room that it may need before it alters anything, so a
 * failed allocation leaves every invariant standing. Functions named *_room allocate, the others never fail.
 */
#ifndef BIS_STATE_H
#define BIS_STATE_H

#include "bis.h"

#define BIS_NONE UINT32_MAX

/* Everything that can be waited for is at most this far from the epoch, so that sums cannot overflow. */
#define BIS_TIME_LIMIT  (INT64_C(1) << 61)
#define BIS_LEVEL_LIMIT INT64_C(1000000000000)

/* ---- memory.c ------------------------------------------------------------------------------------ */

typedef enum { BIS_MEM_INTERESTS, BIS_MEM_REST, BIS_MEM_CLASS_COUNT } bis_mem_class;

typedef struct {
    bis_allocator allocator;
    size_t held[BIS_MEM_CLASS_COUNT]; /* bytes, exactly as asked for */
} bis_memory;

/* A growing array of items of one size. */
typedef struct {
    void *items;
    size_t n, capacity;
} bis_array;

/* Makes room for `need` items in all; grows by half, so that growth is amortised. */
bool bis_array_grow(bis_memory *memory, bis_array *array, size_t need, size_t item_size, bis_mem_class);
static inline bool bis_array_room(bis_memory *memory, bis_array *array, size_t need, size_t item_size,
                                  bis_mem_class class) {
    return need <= array->capacity || bis_array_grow(memory, array, need, item_size, class);
}
bool bis_array_exactly(bis_memory *memory, bis_array *array, size_t need, size_t item_size, bis_mem_class);
void bis_array_free(bis_memory *memory, bis_array *array, size_t item_size, bis_mem_class);

/* A pool: an array whose free items are chained through their own `next` index. */
typedef struct {
    bis_array array;
    size_t item_size, next_offset;
    bis_mem_class class;
    uint32_t free, used;
} bis_pool;

void bis_pool_init(bis_pool *pool, size_t item_size, size_t next_offset, bis_mem_class);
static inline bool bis_pool_room(bis_memory *memory, bis_pool *pool) { /* for one more */
    if (pool->free != BIS_NONE) return true;
    return pool->array.n < BIS_NONE &&
           bis_array_room(memory, &pool->array, pool->array.n + 1, pool->item_size, pool->class);
}
uint32_t bis_pool_take(bis_pool *pool);
void bis_pool_give(bis_pool *pool, uint32_t item);

/* ---- records ------------------------------------------------------------------------------------- */

/* A past purchase or notice of a shopper, newest first in the chain. */
typedef struct {
    bis_time at;
    uint32_t sku;
    uint32_t next;
} bis_past;

typedef struct {
    uint64_t hash;
    uint32_t interests, purchases, notices; /* heads of chains */
    uint8_t tier, devices;
    bool push_optin, behavioural_consent : 1;
    bool held_out : 1; /* what the holdout makes of her hash, so that a turn need not compute it */
} bis_shopper;

/* A source of an interest that is not its main one: weaker, or not yet seen often enough. */
typedef struct {
    bis_time last; /* last signal */
    uint32_t next;
    uint8_t source;
    uint8_t count; /* signals so far; stays at min_views */
} bis_signal;

/* The one open interest of a shopper in a SKU. `source` is the strongest source seen often enough, or
 * BIS_SOURCE_COUNT while there is none and the interest is not yet in line. */
typedef struct {
    bis_time place; /* when `source` first counted */
    bis_time last;  /* last signal of `source` */
    uint32_t shopper, sku;
    uint32_t next;    /* of the same shopper; of the free list */
    uint32_t slot;    /* in its line; BIS_NONE if not in line */
    uint32_t signals; /* chain of the other sources */
    uint32_t seen;    /* the last restock that evaluated it */
    uint32_t queued;  /* index in the queue, or BIS_NONE */
    uint16_t quantity;
    uint8_t source;
} bis_interest;

/* A waiting line of one SKU (and one tier): interests in order of place, BIS_NONE where one has left. */
typedef struct {
    bis_array slots;
    uint32_t live;
    uint32_t cursor; /* no candidate left to evaluate stands before this slot */
    uint8_t key;     /* the tier under priority: tier, else 0 */
} bis_line;

/* A candidate with a send time in the future. */
typedef struct {
    bis_time assigned_at, place, send_at;
    uint64_t wake; /* sequence number of its wake; 0 once that has fired (held by a pause) */
    uint32_t interest, sku;
    uint32_t next, previous; /* of the same restock, in slot order */
    uint8_t source, arm;
} bis_queued;

typedef enum { BIS_WAKE_OPEN, BIS_WAKE_EXPIRE, BIS_WAKE_BATCH, BIS_WAKE_SEND, BIS_WAKE_COUNT } bis_wake_kind;

/* What the trigger remembers of a SKU; see rule_trigger.c. */
typedef struct {
    bis_time in_since, out_since; /* BIS_NEVER: not known */
    bool known, in;
} bis_trigger_state;

typedef struct {
    int64_t level;
    uint64_t version;
    uint64_t units;               /* asked for by the interests in line */
    uint64_t wake[BIS_WAKE_SEND]; /* sequence number of the live wake of each kind; 0 if none */
    bis_time batch_at;            /* when the next batch is due */
    bis_trigger_state trigger;
    bis_array lines; /* of bis_line, highest key first */
    bis_id product, category;
    bis_id restock;   /* the open one, or BIS_NO_ID */
    uint32_t waiting; /* interests in line */
    uint32_t pending; /* of them, candidates of the open restock that are not yet evaluated */
    uint32_t queue_head, queue_tail;
    bool has_version;
} bis_sku;

typedef struct {
    bis_time at;
    uint64_t sequence;
    uint32_t id; /* SKU, or index in the queue for BIS_WAKE_SEND */
    bis_wake_kind kind;
} bis_wake;

/* A candidate under judgement. */
typedef struct {
    bis_time now;
    const bis_interest *interest;
    const bis_shopper *shopper;
    bis_id sku;
    bis_source source; /* the one that counts; the interest rule may settle for a weaker one */
    bool closes;       /* set by a rule whose "no" ends the interest */
} bis_candidate;

/* A rule's part in judging a candidate. */
typedef bis_reason bis_judge(const bis_engine *engine, bis_candidate *candidate);

enum { BIS_JUDGES_MAX = 32 };

struct bis_engine {
    bis_policy policy;
    bis_memory memory;
    bis_time now;
    bool failed; /* an allocation failed: nothing more is taken */

    bis_judge *judge[BIS_JUDGES_MAX], *recheck[BIS_JUDGES_MAX]; /* the rules that this policy uses */
    uint32_t n_judges, n_rechecks;
    bis_time keep_purchases, keep_notices; /* how long a past event can still matter; 0: keep none */
    uint64_t salt;                         /* hash of the salt's text */

    bis_array shoppers, skus, restocks, wakes, outbox;
    bis_pool interests, signals, past, queue;
    uint64_t sequence; /* of wakes */
    bis_ledger ledger;
    bis_id touches;
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

/* In line, not in the queue, and not yet evaluated by the open restock of its SKU. */
static inline bool bis_is_pending(const bis_interest *it, bis_id restock) {
    return restock != BIS_NO_ID && it->slot != BIS_NONE && it->seen != restock;
}

/* ---- the parts ----------------------------------------------------------------------------------- */

/* people.c: shoppers and SKUs by id, and the pasts of shoppers */
bool bis_shopper_grow(bis_engine *, bis_id shopper);
bool bis_sku_grow(bis_engine *, bis_id sku);
void bis_shopper_is(const bis_engine *, bis_shopper *, uint64_t hash);
static inline bool bis_shopper_room(bis_engine *e, bis_id shopper) {
    return shopper < e->shoppers.n || bis_shopper_grow(e, shopper);
}
static inline bool bis_sku_room(bis_engine *e, bis_id sku) {
    return sku < e->skus.n || bis_sku_grow(e, sku);
}
static inline bool bis_past_room(bis_engine *e) {
    return bis_pool_room(&e->memory, &e->past);
}
void bis_past_add(bis_engine *, uint32_t *head, bis_id sku, bis_time keep); /* keep 0: remembers nothing */
bool bis_past_within(const bis_engine *, uint32_t head, const bis_recent_setup *, bis_id sku, bis_time now);

/* line.c: waiting lines */
bis_line *bis_line_search(const bis_sku *, uint8_t key);
static inline bis_line *bis_line_find(const bis_sku *sku, uint8_t key) { /* NULL if there is none */
    bis_line *first = (bis_line *)sku->lines.items;
    return sku->lines.n > 0 && first->key == key ? first : bis_line_search(sku, key);
}
bool bis_line_room(bis_engine *, bis_id sku, uint8_t key);
void bis_line_append(bis_engine *, uint32_t interest);
void bis_line_insert(bis_engine *, uint32_t interest, uint8_t key); /* by place, behind equal ones */
void bis_line_remove(bis_engine *, uint32_t interest);
void bis_line_rewind(bis_sku *, bis_engine *);
uint32_t bis_line_next(const bis_engine *, bis_sku *); /* the next pending interest, or BIS_NONE */

/* interest.c: interests and their signals */
uint32_t bis_interest_find(const bis_engine *, bis_id shopper, bis_id sku);
bool bis_interest_lapsed(const bis_engine *, const bis_interest *, bis_time now); /* rule_interest.c */
bool bis_interest_signal(bis_engine *, const bis_event *);
bool bis_interest_withdraw(bis_engine *, const bis_event *);
void bis_interest_close(bis_engine *, uint32_t interest);
bool bis_interest_tier(bis_engine *, bis_id shopper, uint8_t tier);

/* wake.c: what is due when */
bool bis_wake_room(bis_engine *, size_t more);
uint64_t bis_wake_add(bis_engine *, bis_time at, bis_wake_kind, uint32_t id); /* its sequence number */
bool bis_wake_take(bis_engine *, bis_time until, bis_wake *out); /* the first live one due by then */
void bis_wake_purge(bis_engine *);                               /* drops stale ones from the front */
bool bis_wake_live(const bis_engine *, const bis_wake *);

/* restock.c: a campaign from its opening to its end. Each returns false if memory ran out. */
bool bis_restock_paused(const bis_engine *, const bis_sku *);
bool bis_restock_stock(bis_engine *, const bis_event *);
bool bis_restock_wake(bis_engine *, const bis_wake *);
bool bis_restock_joined(bis_engine *,
                        bis_id sku); /* one more candidate; under throttle none her turn comes now */
bool bis_restock_finish(bis_engine *, bis_id sku); /* closes it if no candidates are left */
bool bis_restock_settle(bis_engine *, bis_id sku);

/* send.c: one candidate from its turn to its touch */
static inline bool bis_decide_room(bis_engine *e, size_t more) {
    return bis_array_room(&e->memory, &e->outbox, e->outbox.n + more, sizeof(bis_decision), BIS_MEM_REST);
}
bis_decision *bis_decide(bis_engine *, bis_sku *, bis_outcome, bis_reason, uint32_t n);
void bis_candidate_leaves(bis_engine *, uint32_t interest, bis_outcome, bis_reason); /* before its turn */
bool bis_candidate_turn(bis_engine *, uint32_t interest, int64_t *budget);
bool bis_queued_due(bis_engine *, uint32_t queued);
bool bis_queued_held(bis_engine *, bis_id sku); /* those that fell due in a pause */
void bis_queued_drop(bis_engine *, uint32_t queued, bis_outcome, bis_reason);

#endif
