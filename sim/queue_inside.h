/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue_inside.h - the parts of the event queue that its own files share. Private to sim/queue*.c.
 *
 *   queue.c        push, pop, and the heap of what falls due before the next bucket
 *   queue_rungs.c  rungs of buckets: which one is next, how wide they are, dividing a crowded one
 *   queue_sort.c   a bucket's events, sorted into the ready array
 *   queue_pool.c   chunks, and the promise that there are always enough of them
 *   queue_check.c  whether all of it is as it must be
 *
 * Where an event is, in the order of time:
 *
 *   ready and heap  <  limit  <=  rung[depth - 1]  <=  ...  <=  rung[0]  <=  overflow
 *
 * Ready is one sorted bucket. The heap has what was pushed with a time before `limit` since that bucket was
 * sorted. A rung divides a stretch of time into buckets of 2^shift ms. A deeper rung divides what the current
 * bucket of the rung above it held. The overflow, in no order, begins where rung 0 ends.
 */
#ifndef SIM_QUEUE_INSIDE_H
#define SIM_QUEUE_INSIDE_H

#include "sim/queue.h"

#include <assert.h>

/* The unit test sets these low, so that a few events go every way. */
#ifndef QUEUE_READY_EVENTS
#define QUEUE_READY_EVENTS 8192
#define QUEUE_FEW_EVENTS   64
#define QUEUE_HEAP_EVENTS  256
#endif

enum {
    QUEUE_CHUNK = 31,     /* events to a chunk: 512 bytes */
    QUEUE_TOP_MIN = 256,  /* buckets of rung 0, at least and at most */
    QUEUE_TOP_MAX = 8192, /*                                         */
    QUEUE_SUB_BITS = 8,   /* log2 of the buckets of every deeper rung */
    QUEUE_SUB = 256,      /* those buckets */
    QUEUE_SHIFT_MAX = 56, /* of rung 0: 256 buckets so wide span all of int64_t */
    QUEUE_RUNGS = 8,      /* a deeper rung's shift is at least 8 less, so there is none after shift 0 */
    QUEUE_READY = QUEUE_READY_EVENTS,       /* events that are sorted at once; a bucket of more is divided */
    QUEUE_FEW = QUEUE_FEW_EVENTS,           /* so few in all are sorted without a rung */
    QUEUE_HEAP_CROWDED = QUEUE_HEAP_EVENTS, /* then the heap's events go into a rung of their own */
    QUEUE_SAMPLES = 64
};

typedef struct queue_chunk {
    struct queue_chunk *next; /* of the last chunk of a list: the first one */
    char to_an_event[sizeof(sim_event) - sizeof(struct queue_chunk *)];
    sim_event event[QUEUE_CHUNK];
} queue_chunk;
static_assert(sizeof(queue_chunk) == 512, "eight cache lines");

/* Events in the order in which they came, oldest first. All zero: an empty one. */
typedef struct {
    queue_chunk *last;
    uint32_t chunks, left; /* left: free places in the last chunk */
} queue_list;

typedef struct {
    int64_t base, end; /* events from `end` on go to the rung above, or to the overflow */
    uint32_t shift;    /* log2 of a bucket's width, ms */
    uint32_t buckets, at;
    queue_list *bucket;
} queue_rung;

typedef struct {
    sim_event event;
    uint64_t sequence;
} queue_node;

typedef struct queue_slab {
    struct queue_slab *newer;
    size_t chunks;
    char to_a_cache_line[64 - sizeof(void *) - sizeof(size_t)];
    queue_chunk chunk[];
} queue_slab;

struct sim_queue {
    const sim_event *next, *end; /* what is left of ready */
    int64_t heap_first;          /* its first event's time; INT64_MAX: empty */
    int64_t limit;
    size_t size, room; /* room: so many events surely find chunks */
    uint32_t depth;    /* rungs in use */
    queue_chunk *free;

    queue_rung rung[QUEUE_RUNGS];
    queue_list overflow;
    int64_t overflow_min, overflow_max; /* meaningless while it is empty */
    uint32_t samples, stride, wait;     /* every stride-th time that came in; wait: until the next */
    int64_t sample[QUEUE_SAMPLES];

    queue_node *heap;
    size_t heap_size, heap_room, heap_crowded;
    uint64_t sequence; /* of the next event that the heap gets */

    uint64_t loaded; /* events taken into ready since rung 0 was laid, and the base it had */
    int64_t loaded_from;
    bool laid;

    sim_event *ready, *scratch;     /* one block: QUEUE_READY, and half of it for merging */
    queue_list *buckets;            /* one block, for all rungs */
    uint16_t bins[4 * QUEUE_READY]; /* two to four times as many as events */

    sim_memory *memory;                 /* where slabs come from */
    queue_slab *oldest, *slab, *newest; /* slab: whose untouched chunks are next */
    size_t untouched;                   /* chunks of slab that were never used */
    size_t slabs, chunks;               /* chunks: of all slabs */
};

/* ---- lists ---- */

static inline size_t queue_count(const queue_list *list) {
    return (size_t)list->chunks * QUEUE_CHUNK - list->left;
}

static inline size_t queue_held(const queue_list *list, const queue_chunk *chunk) {
    return chunk == list->last ? QUEUE_CHUNK - list->left : QUEUE_CHUNK;
}

void sim_queue_chunk_add(sim_queue *queue, queue_list *list); /* there is always one: see queue_pool.c */

/* By value, in two registers: an event just put together and read back as one piece would wait for its parts.
 */
static inline void queue_append(sim_queue *queue, queue_list *list, sim_event event) {
    if (list->left == 0) sim_queue_chunk_add(queue, list);
    list->last->event[QUEUE_CHUNK - list->left--] = event;
}

static inline void queue_chunk_free(sim_queue *queue, queue_chunk *chunk) {
    chunk->next = queue->free;
    queue->free = chunk;
}

/* All eight lines of it. */
static inline void queue_chunk_prefetch(const queue_chunk *chunk) {
    for (size_t line = 0; line < sizeof *chunk; line += 64)
        __builtin_prefetch((const char *)chunk + line);
}

/* ---- times ---- */

/* to >= from; right for any two, as int64_t itself is not. */
static inline uint64_t queue_distance(int64_t from, int64_t to) {
    return (uint64_t)to - (uint64_t)from;
}

/* The time `distance` later, or INT64_MAX. */
static inline int64_t queue_later(int64_t from, uint64_t distance) {
    return distance < queue_distance(from, INT64_MAX) ? (int64_t)((uint64_t)from + distance) : INT64_MAX;
}

/* `count` buckets of 2^shift ms from `from` on end here. */
static inline int64_t queue_reach(int64_t from, uint64_t count, uint32_t shift) {
    return count > UINT64_MAX >> shift ? INT64_MAX : queue_later(from, count << shift);
}

static inline int64_t queue_bucket_end(const queue_rung *rung) {
    int64_t end = queue_reach(rung->base, (uint64_t)rung->at + 1, rung->shift);
    return end < rung->end ? end : rung->end;
}

/* ---- across files ---- */

bool sim_queue_grow(sim_queue *queue);       /* more room; false: no memory, nothing changed */
void sim_queue_free_slabs(sim_queue *queue); /* at the end */

/* Sorts all events of `list`, which are at most QUEUE_READY, into ready, and empties it. They lie less than
 * 2^shift ms behind base. */
void sim_queue_load(sim_queue *queue, queue_list *list, int64_t base, uint32_t shift);
/* Takes events of equal times into ready, the oldest first, as many as find room. */
void sim_queue_load_tied(sim_queue *queue, queue_list *list);

void sim_queue_overflow_add(sim_queue *queue, sim_event event);
void sim_queue_refill(sim_queue *queue); /* ready and heap are empty, the queue is not: takes what is next */
bool sim_queue_spill(sim_queue *queue);  /* ready and heap into a new rung; false: it would not help */
int64_t sim_queue_listed_min(const sim_queue *queue); /* over rungs and overflow, which are not empty */

void sim_queue_heap_pop(sim_queue *queue, sim_event *out); /* it is not empty; the size is left alone */

#endif
