/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue_sort.c - the events of one bucket, sorted by time into the ready array, equal times in their order.
 *
 * Within a bucket times are mostly spread evenly. So one counting pass by the leading bits of the time, two
 * to four times as many bins as events, brings each event to within a few places of its own, and one pass of
 * insertion sorting does the rest: about constant cost an event (Dobosiewicz: Sorting by distributive
 * partitioning, 1978). Bins that hold many events are merge sorted, so the worst case is n log n. Every step
 * is stable.
 */
#include "sim/queue_inside.h"

#include <string.h>

enum { INSERTION = 20 };

static void insertion_sort(sim_event *event, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (event[i - 1].at <= event[i].at) continue;
        const sim_event moved = event[i];
        size_t hole = i;
        do {
            event[hole] = event[hole - 1];
            hole--;
        } while (hole > 0 && event[hole - 1].at > moved.at);
        event[hole] = moved;
    }
}

/* scratch: room for n / 2 events. */
static void merge_sort(sim_event *event, size_t n, sim_event *scratch) {
    if (n <= INSERTION) {
        insertion_sort(event, n);
        return;
    }
    size_t half = n / 2, left = 0, right = half, to = 0;
    merge_sort(event, half, scratch);
    merge_sort(event + half, n - half, scratch);
    if (event[half - 1].at <= event[half].at) return;
    memcpy(scratch, event, half * sizeof *event);
    while (left < half && right < n)
        event[to++] = event[right].at < scratch[left].at ? event[right++] : scratch[left++];
    memcpy(event + to, scratch + left, (half - left) * sizeof *event);
}

/* Makes room for a whole list: hands its chunks back, and its n events count as ready. */
static void taken(sim_queue *queue, queue_list *list, size_t n) {
    queue_chunk *first = list->last->next;
    list->last->next = queue->free;
    queue->free = first;
    *list = (queue_list){0};
    queue->next = queue->ready;
    queue->end = queue->ready + n;
    queue->loaded += n;
}

static void copy(sim_event *to, const queue_list *list) {
    const queue_chunk *chunk = list->last->next;
    for (uint32_t i = 0; i < list->chunks; i++, chunk = chunk->next) {
        size_t held = queue_held(list, chunk);
        memcpy(to, chunk->event, held * sizeof *to);
        to += held;
    }
}

/* Counts the events by bin, then turns the counts into where each bin begins. Returns the largest count. */
static uint32_t count_bins(sim_queue *queue, const queue_list *list, int64_t base, uint32_t drop,
                           size_t bins) {
    uint16_t *bin = queue->bins;
    memset(bin, 0, bins * sizeof *bin);
    const queue_chunk *chunk = list->last->next;
    for (uint32_t i = 0; i < list->chunks; i++, chunk = chunk->next) {
        queue_chunk_prefetch(chunk->next);
        size_t held = queue_held(list, chunk);
        for (size_t k = 0; k < held; k++)
            bin[queue_distance(base, chunk->event[k].at) >> drop]++;
    }
    uint32_t begins = 0, most = 0;
    for (size_t i = 0; i < bins; i++) {
        uint32_t count = bin[i];
        bin[i] = (uint16_t)begins;
        begins += count;
        most = count > most ? count : most;
    }
    return most;
}

static void scatter(sim_queue *queue, const queue_list *list, int64_t base, uint32_t drop) {
    const queue_chunk *chunk = list->last->next;
    for (uint32_t i = 0; i < list->chunks; i++, chunk = chunk->next) {
        size_t held = queue_held(list, chunk);
        for (size_t k = 0; k < held; k++)
            queue->ready[queue->bins[queue_distance(base, chunk->event[k].at) >> drop]++] = chunk->event[k];
    }
}

void sim_queue_load(sim_queue *queue, queue_list *list, int64_t base, uint32_t shift) {
    size_t n = queue_count(list);
    if (n <= INSERTION || shift > 63) {
        copy(queue->ready, list);
        merge_sort(queue->ready, n, queue->scratch);
        taken(queue, list, n);
        return;
    }
    uint32_t bits = 0;
    while (bits < shift && ((size_t)1 << bits) < 2 * n)
        bits++;
    uint32_t drop = shift - bits, most = count_bins(queue, list, base, drop, (size_t)1 << bits);
    scatter(queue, list, base, drop);
    taken(queue, list, n);
    if (drop == 0) return; /* a bin was one millisecond */
    if (most <= INSERTION) {
        insertion_sort(queue->ready, n);
        return;
    }
    size_t begin = 0; /* scatter() has moved each bin's begin to its end */
    for (size_t i = 0; i < (size_t)1 << bits; begin = queue->bins[i++])
        merge_sort(queue->ready + begin, queue->bins[i] - begin, queue->scratch);
}

void sim_queue_load_tied(sim_queue *queue, queue_list *list) {
    enum { CHUNKS = QUEUE_READY / QUEUE_CHUNK };
    if (list->chunks <= CHUNKS) {
        size_t n = queue_count(list);
        copy(queue->ready, list);
        taken(queue, list, n);
        return;
    }
    for (size_t i = 0; i < CHUNKS; i++) {
        queue_chunk *chunk = list->last->next;
        list->last->next = chunk->next;
        memcpy(queue->ready + i * QUEUE_CHUNK, chunk->event, sizeof chunk->event);
        queue_chunk_free(queue, chunk);
    }
    list->chunks -= CHUNKS;
    queue->next = queue->ready;
    queue->end = queue->ready + (size_t)CHUNKS * QUEUE_CHUNK;
    queue->loaded += (size_t)CHUNKS * QUEUE_CHUNK;
}
