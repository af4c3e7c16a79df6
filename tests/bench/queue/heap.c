/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * heap.c - a peer for the bench: implicit heaps of 2 and 4 children on (time, sequence of the push).
 */
#include "tests/bench/queue/peers.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct {
    sim_event event;
    uint64_t sequence;
} node;

struct heap {
    node *at;
    size_t size;
    uint64_t pushed;
};

heap *heap_create(size_t events) {
    heap *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->at = aligned_alloc(64, (events + 2) / 2 * 2 * sizeof *h->at);
    if (h->at) return h;
    free(h);
    return NULL;
}

void heap_destroy(heap *h) {
    if (!h) return;
    free(h->at);
    free(h);
}

static inline bool before(const node *a, const node *b) {
    if (a->event.at != b->event.at) return a->event.at < b->event.at;
    return a->sequence < b->sequence;
}

static inline void push(heap *h, const sim_event *event, size_t arity) {
    const node added = {*event, h->pushed++};
    size_t hole = h->size++;
    while (hole > 0) {
        size_t parent = (hole - 1) / arity;
        if (!before(&added, &h->at[parent])) break;
        h->at[hole] = h->at[parent];
        hole = parent;
    }
    h->at[hole] = added;
}

static inline void pop(heap *h, sim_event *out, size_t arity) {
    node *at = h->at;
    *out = at[0].event;
    size_t size = --h->size;
    const node moved = at[size];
    size_t hole = 0;
    for (size_t first = 1; first < size; first = hole * arity + 1) {
        size_t end = size - first < arity ? size : first + arity, least = first;
        for (size_t child = first + 1; child < end; child++)
            if (before(&at[child], &at[least])) least = child;
        if (!before(&at[least], &moved)) break;
        at[hole] = at[least];
        hole = least;
    }
    at[hole] = moved;
}

void heap2_push(heap *h, const sim_event *event) {
    push(h, event, 2);
}
void heap2_pop(heap *h, sim_event *out) {
    pop(h, out, 2);
}
void heap4_push(heap *h, const sim_event *event) {
    push(h, event, 4);
}
void heap4_pop(heap *h, sim_event *out) {
    pop(h, out, 4);
}
