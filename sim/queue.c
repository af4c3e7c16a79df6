/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.c - push and pop of the pending events, and the heap of those due before the next bucket.
 *
 * See queue.h for what is promised and queue_inside.h for where an event can be. The heap has four children a
 * node (LaMarca, Ladner: The influence of caches on the performance of heaps, 1996). It stays small: when it
 * does not, its events move into a rung of narrower buckets.
 */
#include "sim/queue_inside.h"

#include <stdlib.h>

enum { ARITY = 4, FIRST_HEAP = 2 * QUEUE_HEAP_CROWDED };

static bool create_parts(sim_queue *queue) {
    queue->ready = malloc((QUEUE_READY + QUEUE_READY / 2) * sizeof *queue->ready);
    queue->buckets = calloc(QUEUE_TOP_MAX + (QUEUE_RUNGS - 1) * QUEUE_SUB, sizeof *queue->buckets);
    queue->heap = malloc(FIRST_HEAP * sizeof *queue->heap);
    if (!queue->ready || !queue->buckets || !queue->heap) return false;
    queue->scratch = queue->ready + QUEUE_READY;
    queue->next = queue->end = queue->ready;
    queue->heap_room = FIRST_HEAP;
    queue->heap_crowded = QUEUE_HEAP_CROWDED;
    queue->heap_first = INT64_MAX;
    queue->limit = INT64_MIN;
    queue_list *bucket = queue->buckets;
    for (size_t i = 0; i < QUEUE_RUNGS; i++) {
        queue->rung[i].bucket = bucket;
        bucket += i == 0 ? QUEUE_TOP_MAX : QUEUE_SUB;
    }
    return true;
}

sim_queue *sim_queue_create(sim_memory *memory) {
    sim_queue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    queue->memory = memory;
    if (create_parts(queue)) return queue;
    sim_queue_destroy(queue);
    return NULL;
}

void sim_queue_destroy(sim_queue *queue) {
    if (!queue) return;
    sim_queue_free_slabs(queue);
    free(queue->heap);
    free(queue->buckets);
    free(queue->ready);
    free(queue);
}

/* ---- heap ---- */

static inline bool before(const queue_node *a, const queue_node *b) {
    if (a->event.at != b->event.at) return a->event.at < b->event.at;
    return a->sequence < b->sequence;
}

static bool heap_grow(sim_queue *queue) {
    size_t room = queue->heap_room * 2;
    if (room > SIZE_MAX / sizeof *queue->heap) return false;
    queue_node *heap = realloc(queue->heap, room * sizeof *heap);
    if (!heap) return false;
    queue->heap = heap;
    queue->heap_room = room;
    return true;
}

static bool heap_push(sim_queue *queue, sim_event event) {
    if (queue->heap_size == queue->heap_room && !heap_grow(queue)) return false;
    const queue_node added = {event, queue->sequence++};
    size_t hole = queue->heap_size++;
    while (hole > 0) {
        size_t parent = (hole - 1) / ARITY;
        if (!before(&added, &queue->heap[parent])) break;
        queue->heap[hole] = queue->heap[parent];
        hole = parent;
    }
    queue->heap[hole] = added;
    queue->heap_first = queue->heap[0].event.at;
    queue->loaded++;
    return true;
}

/* The first in order of the children first..first+3 that exist; first < size. */
static inline size_t least_child(const queue_node *heap, size_t first, size_t size) {
    size_t end = size - first < ARITY ? size : first + ARITY, least = first;
    for (size_t child = first + 1; child < end; child++)
        if (before(&heap[child], &heap[least])) least = child;
    return least;
}

void sim_queue_heap_pop(sim_queue *queue, sim_event *out) {
    queue_node *heap = queue->heap;
    *out = heap[0].event;
    size_t size = --queue->heap_size;
    const queue_node moved = heap[size]; /* the last node fills the hole that sinks from the top */
    size_t hole = 0;
    for (size_t first = 1; first < size; first = hole * ARITY + 1) {
        size_t child = least_child(heap, first, size);
        if (!before(&heap[child], &moved)) break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = moved;
    queue->heap_first = size > 0 ? heap[0].event.at : INT64_MAX;
}

/* ---- push and pop ---- */

/* The less usual ways are functions of their own and never inlined, so that the usual ones are short and can
 * be. They are not "cold": then all that they call would be compiled for size, the sorting of buckets too. */
#define APART __attribute__((noinline))

static inline void put(sim_queue *queue, sim_event event) {
    for (uint32_t d = queue->depth; d-- > 0;) {
        queue_rung *rung = &queue->rung[d];
        if (event.at < rung->end) {
            queue_append(queue, &rung->bucket[queue_distance(rung->base, event.at) >> rung->shift], event);
            return;
        }
    }
    sim_queue_overflow_add(queue, event);
}

/* Before an early event's push: a queue without events starts afresh, and a crowded heap moves into a rung.
 * Both can bring the limit before the event's time. */
static void make_way(sim_queue *queue) {
    if (queue->size == 0) {
        queue->limit = INT64_MIN;
        queue->depth = 0;
    } else if (queue->heap_size >= queue->heap_crowded && !sim_queue_spill(queue)) {
        queue->heap_crowded *= 2;
    }
}

/* Everything but the most usual. */
static APART bool push_slowly(sim_queue *queue, sim_event event) {
    if (queue->size == queue->room && !sim_queue_grow(queue)) return false;
    if (event.at < queue->limit) make_way(queue);
    if (event.at >= queue->limit)
        put(queue, event);
    else if (!heap_push(queue, event))
        return false;
    queue->size++;
    return true;
}

/* The usual: there is one rung, the event lies in it, and its bucket's last chunk has a place left. */
bool sim_queue_push(sim_queue *queue, sim_event event) {
    queue_rung *rung = &queue->rung[0];
    if (queue->depth != 1 || queue->size == queue->room || event.at < queue->limit || event.at >= rung->end)
        return push_slowly(queue, event);
    queue_list *list = &rung->bucket[queue_distance(rung->base, event.at) >> rung->shift];
    if (list->left == 0) return push_slowly(queue, event);
    list->last->event[QUEUE_CHUNK - list->left--] = event;
    queue->size++;
    return true;
}

/* From the heap, or from a bucket that has yet to be taken in. */
static APART bool pop_slowly(sim_queue *queue, sim_event *out) {
    if (queue->size == 0) return false;
    while (queue->next == queue->end && queue->heap_size == 0)
        sim_queue_refill(queue);
    if (queue->next < queue->end && queue->next->at <= queue->heap_first)
        *out = *queue->next++;
    else
        sim_queue_heap_pop(queue, out);
    queue->size--;
    return true;
}

bool sim_queue_pop(sim_queue *queue, sim_event *out) {
    if (queue->next == queue->end || queue->next->at > queue->heap_first) return pop_slowly(queue, out);
    *out = *queue->next++;
    queue->size--;
    return true;
}

const sim_event *sim_queue_sorted(const sim_queue *queue, size_t *n) {
    *n = (size_t)(queue->end - queue->next);
    return queue->next;
}

int64_t sim_queue_next_time(const sim_queue *queue) {
    if (queue->next < queue->end)
        return queue->next->at < queue->heap_first ? queue->next->at : queue->heap_first;
    if (queue->heap_size > 0) return queue->heap_first;
    return queue->size > 0 ? sim_queue_listed_min(queue) : INT64_MAX;
}

size_t sim_queue_size(const sim_queue *queue) {
    return queue->size;
}

size_t sim_queue_memory(const sim_queue *queue) {
    return sizeof *queue + (QUEUE_READY + QUEUE_READY / 2) * sizeof *queue->ready +
           (QUEUE_TOP_MAX + (QUEUE_RUNGS - 1) * QUEUE_SUB) * sizeof *queue->buckets +
           queue->heap_room * sizeof *queue->heap + queue->slabs * sizeof(queue_slab) +
           queue->chunks * sizeof(queue_chunk);
}
