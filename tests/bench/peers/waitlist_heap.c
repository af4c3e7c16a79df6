/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * waitlist_heap.c - the plain waitlist in C over a 4-ary heap: what a good C programmer writes first.
 *
 * The earliest event is taken out only when the next one is asked for: most events put another one in its
 * place meanwhile, and that then sinks from the top at the cost of one pass instead of two.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "waitlist_kinds.h"

typedef struct {
    double at;
    uint32_t what;
} event;

typedef struct {
    event *heap; /* heap[3] is the top, so that the four children of a node share a cache line */
    uint32_t n, room;
    bool hole; /* the top is gone and not yet replaced */
} queue;

enum { TOP = 3 };

static event *aligned(uint32_t room) {
    return aligned_alloc(64, (size_t)room * sizeof(event)); /* room is a multiple of 4 */
}

static bool queue_init(queue *q, uint32_t shoppers) {
    q->room = (shoppers + shoppers / 8 + 4096) / 4 * 4;
    q->heap = aligned(q->room);
    return q->heap;
}

static void queue_free(queue *q) {
    free(q->heap);
}

static void grow(queue *q) {
    uint32_t room = (q->room + q->room / 2) / 4 * 4;
    event *heap = aligned(room);
    if (!heap) {
        fprintf(stderr, "waitlist_heap: out of memory\n");
        exit(1);
    }
    for (uint32_t i = TOP; i < TOP + q->n; i++)
        heap[i] = q->heap[i];
    free(q->heap);
    q->heap = heap;
    q->room = room;
}

static inline void sink(queue *q, event e) {
    event *heap = q->heap;
    uint32_t at = TOP, end = TOP + q->n;
    for (;;) {
        uint32_t child = (at - 2) * 4; /* 3 -> 4, 4 -> 8, 5 -> 12 */
        if (child >= end) break;
        uint32_t least = child, last = child + 4 < end ? child + 4 : end;
        for (uint32_t i = child + 1; i < last; i++)
            if (heap[i].at < heap[least].at) least = i;
        if (heap[least].at >= e.at) break;
        heap[at] = heap[least];
        at = least;
    }
    heap[at] = e;
}

static inline void queue_put(queue *q, double at, uint32_t what) {
    event e = {at, what};
    if (q->hole) {
        q->hole = false;
        sink(q, e);
        return;
    }
    if (TOP + q->n == q->room) grow(q);
    uint32_t i = TOP + q->n++;
    while (i > TOP) {
        uint32_t parent = i / 4 + 2;
        if (q->heap[parent].at <= at) break;
        q->heap[i] = q->heap[parent];
        i = parent;
    }
    q->heap[i] = e;
}

static inline bool queue_get(queue *q, double *at, uint32_t *what) {
    if (q->hole) {
        q->hole = false;
        q->n--;
        if (q->n) sink(q, q->heap[TOP + q->n]);
    }
    if (!q->n) return false;
    *at = q->heap[TOP].at;
    *what = q->heap[TOP].what;
    q->hole = true;
    return true;
}

#include "waitlist_model.h"

int main(int argc, char **argv) {
    return waitlist_main("waitlist_heap", argc, argv);
}
