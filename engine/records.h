/* SPDX-License-Identifier: MIT
 *
 * records.h - what an engine keeps of shoppers, SKUs, interests, restocks and touches, and the arrays and
 * pools that they lie in. Internal: embedders include bis.h alone.
 *
 * Everything is an array indexed by a dense id, or a pool with a free list; links are 32-bit indices and
 * BIS_NONE ends a chain. Records are kept whole rather than split by field where the walk of a line reads
 * most of a record at once: a candidate then costs one cache line for the interest and one for the shopper.
 */
#ifndef BIS_RECORDS_H
#define BIS_RECORDS_H

#include "bis.h"

#define BIS_NONE UINT32_MAX

/* Everything that can be waited for is at most this far from the epoch, so that sums cannot overflow and a
 * time fits beside its kind in a bis_past: 571,000 years. */
#define BIS_TIME_LIMIT  (INT64_C(1) << 54)
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
bool bis_pool_room_for(bis_memory *memory, bis_pool *pool, uint32_t more);
uint32_t bis_pool_take(bis_pool *pool);
void bis_pool_give(bis_pool *pool, uint32_t item);

/* ---- records ------------------------------------------------------------------------------------- */

/* What happened to a shopper, newest first in her chain. */
typedef enum {
    BIS_PAST_PURCHASE,
    BIS_PAST_RETURN,
    BIS_PAST_FLIGHT, /* a first touch that may have later ones, or is a push in flight: sku is the touch */
    BIS_PAST_NOTICE, /* and from here on: a message, by kind and channel */
    BIS_PAST_COUNT = BIS_PAST_NOTICE + BIS_KIND_COUNT * BIS_CHANNEL_COUNT
} bis_past_kind;

typedef struct {
    int64_t when; /* the time, and its kind in the last eight bits */
    uint32_t sku;
    uint32_t next;
} bis_past;

static inline bis_time bis_past_time(const bis_past *past) {
    return past->when >> 8;
}
static inline unsigned bis_past_is(const bis_past *past) {
    return (unsigned)(past->when & 0xff);
}
static inline unsigned bis_past_notice(unsigned kind, unsigned channel) {
    return BIS_PAST_NOTICE + kind * BIS_CHANNEL_COUNT + channel;
}
static inline bool bis_past_is_notice(const bis_past *past) {
    return bis_past_is(past) >= BIS_PAST_NOTICE;
}

/* 24 bytes: there are millions. */
typedef struct {
    uint64_t hash;
    uint32_t interests, past; /* heads of chains */
    float value;
    unsigned tier : 8, zone : 8, devices : 5, region : 5;
    unsigned push_optin : 1, email_optin : 1, sms_optin : 1, behavioural : 1;
    unsigned held_out : 1; /* unit shopper: what the holdout makes of her hash, so that a turn need not
                              compute it */
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
    bool predicted; /* told when it is likely to be back */
} bis_interest;

/* A waiting line of one SKU (and one tier): interests in order of place, BIS_NONE where one has left. */
typedef struct {
    bis_array slots;
    uint32_t live;
    uint32_t cursor; /* no candidate who may have a turn stands before this slot, */
    uint32_t back;   /* nor, under lifo, at or behind this one */
    uint8_t key;     /* the tier or strength under priority tier or intent, else 0 */
} bis_line;

/* A candidate by score, for priorities that sort: her slot in the line, and behind whom she comes. */
typedef struct {
    float score;
    uint32_t slot;
} bis_scored;

/* A candidate with a send time in the future. */
typedef struct {
    bis_time assigned_at, place, send_at;
    uint64_t wake; /* sequence number of its wake; 0 once that has fired (held by a pause) */
    uint32_t interest, sku;
    uint32_t next, previous; /* of the same restock, in slot order */
    uint32_t turn;
    uint8_t source, arm;
} bis_queued;

/* Of a SKU up to BATCH. */
typedef enum {
    BIS_WAKE_OPEN,
    BIS_WAKE_EXPIRE,
    BIS_WAKE_BATCH,
    BIS_WAKE_SEND,  /* of a queued candidate */
    BIS_WAKE_LATER, /* of a touch: a reminder or a follow-up */
    BIS_WAKE_COUNT
} bis_wake_kind;

/* What the trigger remembers of a SKU; see rule_trigger.c. */
typedef struct {
    bis_time in_since, out_since; /* BIS_NEVER: not known */
    bool known, in;
} bis_trigger_state;

/* SKUs whose restocks are one: a single SKU or, with match product, all of a product. Kept in the record of
 * the one that was named first. */
typedef struct {
    int64_t level;                /* of its SKUs together */
    uint64_t wake[BIS_WAKE_SEND]; /* sequence number of the live wake of each kind; 0 if none */
    bis_time batch_at;            /* when the next batch is due */
    bis_time readmit_at;          /* when someone who was passed over may have a turn; BIS_NEVER */
    bis_time went_out;            /* BIS_NEVER: is in, or is not known to have been in */
    bis_trigger_state trigger;
    bis_array lines;  /* of bis_line, highest key first */
    bis_array order;  /* of bis_scored, best first: those in line as the restock opened; then */
    bis_array late;   /* a heap of those who came later */
    size_t next;      /* in `order` */
    size_t heap;      /* of `late`, see order.c */
    bis_id restock;   /* the open one, or BIS_NO_ID, */
    bis_time opened;  /* and since when */
    bis_id came_in;   /* whose level brought it in */
    uint32_t in_line; /* interests */
    uint32_t pending; /* of them, candidates of the open restock that have not had their turn */
    uint32_t queue_head, queue_tail;
    uint32_t ordinal; /* of the open restock, among those of its SKU */
    uint32_t turns;   /* in this restock so far, */
    uint64_t slots;   /* and slots used */
    int64_t credit;   /* throttle rate: slots x every, as of credit_at */
    bis_time credit_at;
    uint32_t flights;        /* the touch of the newest flight; BIS_NONE */
    uint32_t promises;       /* chain of predictions: a bis_past with the date, and how many as its sku */
    uint64_t others;         /* oversell_safe: units ordered by those without a push in flight, */
    bis_time in_stock;       /* time in stock until in_stock_since, */
    bis_time in_stock_since; /* BIS_NEVER while out, */
    int64_t unseen;          /* units of orders that the levels do not show yet, */
    double spent;            /* and what this restock has used up of alpha */
    bool rewind;             /* all must be met again in the next batch */
} bis_group;

typedef struct {
    bis_group group; /* means something in a SKU that is its own leader */
    int64_t level;
    uint64_t version;
    uint64_t hash, product_hash;
    uint64_t units; /* asked for by the interests in line */
    bis_time as_of; /* of the level */
    bis_id product, category;
    bis_id leader;     /* BIS_NO_ID until it is first named by a level or a signal */
    uint32_t waiting;  /* interests in line */
    uint32_t restocks; /* so far */
    uint32_t orders;   /* chain of those that the level does not show yet: a bis_past with units as its sku */
    uint32_t outs;     /* its last completed time out, in the engine's list */
    bool has_version;
} bis_sku;

/* A completed time out of a group. */
typedef struct {
    bis_time lasted;
    bis_id sku;      /* its leader */
    uint32_t before; /* the one before of the same leader; BIS_NONE */
} bis_out;

/* A touch that something may still follow from. Those of a reminder or another channel only point to the
 * first. */
typedef struct {
    bis_time at;
    bis_id shopper, sku, restock;
    bis_id first;    /* its own number in a first touch */
    bis_id previous; /* of the same group; BIS_NO_ID */
    uint8_t source;
    uint8_t later;     /* wakes that are still to come */
    uint8_t reminders; /* due so far */
    bool ghost : 1, uses_slot : 1, other_channel : 1;
    bool opened : 1, clicked : 1, landed : 1 /* on a page in stock */, bought : 1;
    int32_t delay_bin; /* of the order, in oversell_safe; -1 */
} bis_flight;

typedef struct {
    bis_time at;
    uint64_t sequence; /* by kind first, see wake.c */
    uint32_t id;       /* leading SKU, index in the queue for SEND, first touch for LATER */
    uint8_t kind;      /* bis_wake_kind */
    uint8_t what;      /* LATER: see flight.c */
} bis_wake;

#endif
