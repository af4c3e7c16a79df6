/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue_pool.c - chunks for the event queue, and the promise that there are always enough.
 *
 * Moving events between lists takes chunks, and a pop may not fail for want of them. So memory is asked for
 * in one place only, when a push finds as many events as there is room for, and always with what the worst
 * distribution of the events can need on top: a list wastes less than one chunk, and there are at most as
 * many lists with something in them as there are events, or as there can be buckets. Rung 0 is laid with less
 * than 8 sqrt(n) buckets, so the spare part shrinks against the events. What is never touched costs address
 * space, not memory. Chunks go round by a stack: the one read last is written next, from the cache.
 */
#include "sim/queue_inside.h"

#include "sim/memory.h"

enum { FIRST_ROOM = 256 };

static size_t lists_at_most(size_t events) {
    size_t root = 1;
    while (root * root < events)
        root *= 2;
    if (root > 2 && root * root > 2 * events) root = root * 3 / 4; /* sqrt(9/16 x 4 n) >= sqrt(n) */
    size_t top = 8 * root;
    top = top < QUEUE_TOP_MIN ? QUEUE_TOP_MIN : top > QUEUE_TOP_MAX ? QUEUE_TOP_MAX : top;
    size_t lists = top + (QUEUE_RUNGS - 1) * (size_t)QUEUE_SUB + 1;
    return lists < events ? lists : events;
}

/* One more each for the chunk being read, the last of the list being read, and rounding. */
static size_t chunks_for(size_t events) {
    return events / QUEUE_CHUNK + lists_at_most(events) + 3;
}

bool sim_queue_reserve(sim_queue *queue, size_t room) {
    if (room <= queue->room) return true;
    if (room > SIZE_MAX / 2 / sizeof(sim_event)) return false;
    size_t more = chunks_for(room) - queue->chunks;
    queue_slab *slab = sim_memory_resize(queue->memory, NULL, sizeof *slab + more * sizeof *slab->chunk);
    if (!slab) return false;
    slab->newer = NULL;
    slab->chunks = more;
    if (queue->newest) {
        queue->newest->newer = slab;
    } else {
        queue->oldest = queue->slab = slab;
        queue->untouched = more;
    }
    queue->newest = slab;
    queue->slabs++;
    queue->chunks += more;
    queue->room = room;
    return true;
}

bool sim_queue_grow(sim_queue *queue) {
    return sim_queue_reserve(queue, queue->room < FIRST_ROOM ? FIRST_ROOM : queue->room + queue->room / 4);
}

void sim_queue_free_slabs(sim_queue *queue) {
    for (queue_slab *slab = queue->oldest, *newer; slab; slab = newer) {
        newer = slab->newer;
        sim_memory_free(slab);
    }
}

static queue_chunk *take(sim_queue *queue) {
    queue_chunk *chunk = queue->free;
    if (chunk) {
        queue->free = chunk->next;
        return chunk;
    }
    while (queue->untouched == 0) {
        queue->slab = queue->slab->newer;
        assert(queue->slab);
        queue->untouched = queue->slab->chunks;
    }
    return &queue->slab->chunk[queue->slab->chunks - queue->untouched--];
}

void sim_queue_chunk_add(sim_queue *queue, queue_list *list) {
    queue_chunk *chunk = take(queue);
    if (list->last) {
        chunk->next = list->last->next;
        list->last->next = chunk;
    } else {
        chunk->next = chunk;
    }
    list->last = chunk;
    list->chunks++;
    list->left = QUEUE_CHUNK;
}
