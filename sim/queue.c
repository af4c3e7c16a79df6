/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.c - the pending events as a 4-ary heap on (time, sequence of the push). See queue.h.
 *
 * Four children a node make a flatter heap than two, and the four (128 bytes) lie together: fewer cache
 * misses a pop (LaMarca, Ladner: The influence of caches on the performance of heaps, 1996). The sequence has
 * 64 bits, so it never comes round: at 10^9 pushes a second it lasts 584 years.
 */
#include "sim/queue.h"

#include <assert.h>
#include <stdlib.h>

enum { ARITY = 4, FIRST_CAPACITY = 256 };

typedef struct {
    uint64_t sequence;
    sim_event event;
} node;
static_assert(sizeof(node) == 32, "two nodes to a cache line");

struct sim_queue {
    node *heap;
    size_t size, capacity;
    uint64_t pushed;
};

sim_queue *sim_queue_create(void) {
    return calloc(1, sizeof(sim_queue));
}

void sim_queue_destroy(sim_queue *queue) {
    if (!queue) return;
    free(queue->heap);
    free(queue);
}

static bool before(const node *a, const node *b) {
    if (a->event.at != b->event.at) return a->event.at < b->event.at;
    return a->sequence < b->sequence;
}

static bool grow(sim_queue *queue) {
    size_t capacity = queue->capacity ? queue->capacity * 2 : FIRST_CAPACITY;
    if (capacity > SIZE_MAX / sizeof *queue->heap) return false;
    node *heap = realloc(queue->heap, capacity * sizeof *heap);
    if (!heap) return false;
    queue->heap = heap;
    queue->capacity = capacity;
    return true;
}

bool sim_queue_push(sim_queue *queue, const sim_event *event) {
    if (queue->size == queue->capacity && !grow(queue)) return false;
    const node added = {.sequence = queue->pushed++, .event = *event};
    size_t hole = queue->size++;
    while (hole > 0) {
        size_t parent = (hole - 1) / ARITY;
        if (!before(&added, &queue->heap[parent])) break;
        queue->heap[hole] = queue->heap[parent];
        hole = parent;
    }
    queue->heap[hole] = added;
    return true;
}

/* The first in order of the children first..first+3 that exist; first < size. */
static size_t least_child(const node *heap, size_t first, size_t size) {
    size_t end = size - first < ARITY ? size : first + ARITY, least = first;
    for (size_t child = first + 1; child < end; child++)
        if (before(&heap[child], &heap[least])) least = child;
    return least;
}

bool sim_queue_pop(sim_queue *queue, sim_event *out) {
    if (queue->size == 0) return false;
    node *heap = queue->heap;
    *out = heap[0].event;
    size_t size = --queue->size;
    const node moved = heap[size]; /* the last node fills the hole that sinks from the top */
    size_t hole = 0;
    for (size_t first = 1; first < size; first = hole * ARITY + 1) {
        size_t child = least_child(heap, first, size);
        if (!before(&heap[child], &moved)) break;
        heap[hole] = heap[child];
        hole = child;
    }
    heap[hole] = moved;
    return true;
}

int64_t sim_queue_next_time(const sim_queue *queue) {
    return queue->size > 0 ? queue->heap[0].event.at : INT64_MAX;
}

size_t sim_queue_size(const sim_queue *queue) {
    return queue->size;
}

size_t sim_queue_memory(const sim_queue *queue) {
    return sizeof *queue + queue->capacity * sizeof *queue->heap;
}

static const char *fault(const sim_queue *queue) {
    if (queue->size > queue->capacity) return "more events than room";
    if (queue->capacity > 0 && !queue->heap) return "room without memory";
    for (size_t i = 0; i < queue->size; i++) {
        if (queue->heap[i].sequence >= queue->pushed) return "a sequence number not given out yet";
        if (i > 0 && !before(&queue->heap[(i - 1) / ARITY], &queue->heap[i])) return "events out of order";
    }
    return NULL;
}

bool sim_queue_validate(const sim_queue *queue, const char **reason) {
    const char *found = fault(queue);
    if (found && reason) *reason = found;
    return !found;
}
