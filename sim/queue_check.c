/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue_check.c - whether the inside of the event queue is as queue_inside.h says it must be.
 */
#include "sim/queue_inside.h"

/* Counts a list's events and chunks; all times must lie in first..last, both included. */
static const char *list_fault(const queue_list *list, int64_t first, int64_t last, size_t *events,
                              size_t *chunks) {
    if (!list->last) return list->chunks || list->left ? "an empty list that is not empty" : NULL;
    if (list->left >= QUEUE_CHUNK) return "an empty chunk in a list";
    const queue_chunk *chunk = list->last->next;
    for (uint32_t i = 1; i <= list->chunks; i++, chunk = chunk->next) {
        if ((chunk == list->last) != (i == list->chunks)) return "a list that ends at the wrong place";
        for (size_t k = 0; k < queue_held(list, chunk); k++)
            if (chunk->event[k].at < first || chunk->event[k].at > last) return "an event in the wrong list";
    }
    *events += queue_count(list);
    *chunks += list->chunks;
    return NULL;
}

/* The last time before `end`, which the end of all time belongs to. */
static int64_t until(int64_t end) {
    return end == INT64_MAX ? end : end - 1;
}

static const char *rung_fault(const queue_rung *rung, int64_t limit, size_t *events, size_t *chunks) {
    if (rung->base > rung->end) return "a rung that ends before it begins";
    for (uint32_t i = 0; i < rung->buckets; i++) {
        if (i < rung->at && rung->bucket[i].last) return "events in a bucket that is over";
        int64_t from = queue_reach(rung->base, i, rung->shift);
        int64_t to = until(queue_reach(rung->base, (uint64_t)i + 1, rung->shift));
        const char *fault = list_fault(&rung->bucket[i], from > limit ? from : limit, to, events, chunks);
        if (fault) return fault;
    }
    return NULL;
}

static const char *lists_fault(const sim_queue *queue, size_t *events, size_t *chunks) {
    int64_t from = queue->limit;
    for (uint32_t d = queue->depth; d-- > 0;) {
        const queue_rung *rung = &queue->rung[d];
        const char *fault = rung_fault(rung, from, events, chunks);
        if (fault) return fault;
        if (rung->end < from) return "a rung that is over";
        from = rung->end;
        if (d == 0) break;
        const queue_rung *above = &queue->rung[d - 1];
        if (above->end < rung->end) return "a rung longer than the one above it";
        if (queue_reach(above->base, above->at, above->shift) > rung->end) return "a gap between two rungs";
    }
    return list_fault(&queue->overflow, from, INT64_MAX, events, chunks);
}

static const char *near_fault(const sim_queue *queue) {
    if (queue->next > queue->end) return "ready ends before it begins";
    for (const sim_event *e = queue->next; e < queue->end; e++) {
        if (e > queue->next && e[-1].at > e->at) return "events out of order";
        if (e->at > queue->limit) return "a ready event behind the limit";
    }
    if (queue->heap_size > queue->heap_room) return "more events in the heap than room";
    if (queue->heap_first != (queue->heap_size > 0 ? queue->heap[0].event.at : INT64_MAX))
        return "not the heap's first time";
    for (size_t i = 0; i < queue->heap_size; i++) {
        const queue_node *node = &queue->heap[i], *above = &queue->heap[i > 0 ? (i - 1) / 4 : 0];
        if (node->event.at >= queue->limit) return "an event in the heap behind the limit";
        if (node->sequence >= queue->sequence) return "a sequence number not given out yet";
        if (i > 0 && (above->event.at > node->event.at ||
                      (above->event.at == node->event.at && above->sequence >= node->sequence)))
            return "heap out of order";
    }
    return NULL;
}

static size_t unused_chunks(const sim_queue *queue) {
    size_t n = queue->untouched;
    for (const queue_chunk *chunk = queue->free; chunk && n <= queue->chunks; chunk = chunk->next)
        n++;
    for (const queue_slab *slab = queue->slab ? queue->slab->newer : NULL; slab; slab = slab->newer)
        n += slab->chunks;
    return n;
}

static const char *fault_of(const sim_queue *queue) {
    size_t events = 0, chunks = 0;
    const char *fault = near_fault(queue);
    if (!fault) fault = lists_fault(queue, &events, &chunks);
    if (fault) return fault;
    if (events + (size_t)(queue->end - queue->next) + queue->heap_size != queue->size) return "a wrong size";
    if (queue->size > queue->room) return "more events than room";
    if (chunks + unused_chunks(queue) != queue->chunks) return "a chunk lost";
    return NULL;
}

bool sim_queue_validate(const sim_queue *queue, const char **reason) {
    const char *fault = fault_of(queue);
    if (fault && reason) *reason = fault;
    return !fault;
}
