/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue_rungs.c - rungs of buckets: how wide they are, which one is next, dividing a crowded one.
 *
 * A ladder queue (Tang, Goh, Thng: Ladder queue: an O(1) priority queue structure for large-scale discrete
 * event simulation, 2005) with chunked lists, widths that are powers of two, and both the number of buckets
 * and their content near the square root of the number of events. When the last rung is spent, all events are
 * in the overflow. Then rung 0 is laid anew from what is known: a sample of the overflow's times, and how
 * many events an hour took lately. It always spans at least half of the overflow's events, so an event is
 * moved a bounded number of times on average, whatever its time. Order never depends on these numbers.
 */
#include "sim/queue_inside.h"

#include <stdlib.h>

/* ---- overflow ---- */

static void overflow_clear(sim_queue *queue) {
    queue->overflow = (queue_list){0};
    queue->overflow_min = INT64_MAX;
    queue->overflow_max = INT64_MIN;
    queue->samples = 0;
    queue->stride = queue->wait = 1;
}

static void sample(sim_queue *queue, int64_t at) {
    if (queue->samples == QUEUE_SAMPLES) {
        for (uint32_t i = 0; i < QUEUE_SAMPLES / 2; i++)
            queue->sample[i] = queue->sample[2 * i];
        queue->samples = QUEUE_SAMPLES / 2;
        queue->stride *= 2;
    }
    queue->sample[queue->samples++] = at;
    queue->wait = queue->stride;
}

void sim_queue_overflow_add(sim_queue *queue, sim_event event) {
    if (!queue->overflow.last) overflow_clear(queue);
    queue_append(queue, &queue->overflow, event);
    if (event.at < queue->overflow_min) queue->overflow_min = event.at;
    if (event.at > queue->overflow_max) queue->overflow_max = event.at;
    if (--queue->wait == 0) sample(queue, event.at);
}

/* ---- moving events down ---- */

/* Takes the next chunk of a list whose end is `last`, and asks for the one after it. */
static queue_chunk *take_first(queue_list *list) {
    queue_chunk *first = list->last->next;
    list->last->next = first->next;
    queue_chunk_prefetch(first->next);
    return first;
}

/* The smallest shift with which `buckets` buckets hold two times so far apart. */
static uint32_t shift_for(uint64_t distance, uint64_t buckets) {
    uint32_t shift = 0;
    while (shift < 64 && distance >> shift >= buckets)
        shift++;
    return shift;
}

static queue_rung *rung_add(sim_queue *queue, int64_t base, int64_t end, uint32_t shift) {
    assert(queue->depth < QUEUE_RUNGS);
    queue_rung *rung = &queue->rung[queue->depth++];
    rung->base = base;
    rung->end = end;
    rung->shift = shift;
    rung->at = 0;
    rung->buckets = QUEUE_SUB;
    queue->limit = base;
    return rung;
}

static inline void rung_put(sim_queue *queue, queue_rung *rung, sim_event event) {
    queue_append(queue, &rung->bucket[queue_distance(rung->base, event.at) >> rung->shift], event);
}

/* The current bucket's events into a rung below, which spans just them. */
static void divide(sim_queue *queue, queue_rung *above) {
    queue_list list = above->bucket[above->at];
    above->bucket[above->at] = (queue_list){0};
    int64_t min = INT64_MAX, max = INT64_MIN;
    const queue_chunk *look = list.last->next;
    for (uint32_t i = 0; i < list.chunks; i++, look = look->next) {
        queue_chunk_prefetch(look->next);
        size_t held = queue_held(&list, look);
        for (size_t k = 0; k < held; k++) {
            min = look->event[k].at < min ? look->event[k].at : min;
            max = look->event[k].at > max ? look->event[k].at : max;
        }
    }
    uint32_t shift = shift_for(queue_distance(min, max), QUEUE_SUB);
    int64_t end = queue_reach(min, QUEUE_SUB, shift), bucket_end = queue_bucket_end(above);
    queue_rung *rung = rung_add(queue, min, end < bucket_end ? end : bucket_end, shift);
    for (uint32_t i = 0; i < list.chunks; i++) {
        queue_chunk *chunk = take_first(&list);
        size_t held = queue_held(&list, chunk);
        for (size_t k = 0; k < held; k++)
            rung_put(queue, rung, chunk->event[k]);
        queue_chunk_free(queue, chunk);
    }
}

/* The new rung ends at the limit, whatever the heap's last time is: what is pushed later must find a place
 * either in it or above it, and the rung above may begin as late as the limit. */
bool sim_queue_spill(sim_queue *queue) {
    const queue_rung *above = queue->depth > 0 ? &queue->rung[queue->depth - 1] : NULL;
    int64_t min = queue->heap_first, limit = queue->limit;
    if (queue->next < queue->end && queue->next->at < min) min = queue->next->at;
    uint32_t shift = shift_for(queue_distance(min, limit < INT64_MAX ? limit - 1 : limit), QUEUE_SUB);
    if (above && (above->shift == 0 || (shift > 0 && shift + QUEUE_SUB_BITS > above->shift))) return false;
    queue_rung *rung = rung_add(queue, min, limit, shift);
    while (queue->next < queue->end) /* before the heap's, as the tie-break wants it */
        rung_put(queue, rung, *queue->next++);
    while (queue->heap_size > 0) {
        sim_event event;
        sim_queue_heap_pop(queue, &event);
        rung_put(queue, rung, event);
    }
    return true;
}

/* ---- rung 0 ---- */

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The overflow's median, about. */
static int64_t median(sim_queue *queue) {
    qsort(queue->sample, queue->samples, sizeof *queue->sample, by_time);
    return queue->sample[queue->samples / 2];
}

static uint32_t buckets_for(size_t events) {
    uint32_t buckets = QUEUE_TOP_MIN;
    while (buckets < QUEUE_TOP_MAX && (uint64_t)buckets * buckets < 16 * (uint64_t)events)
        buckets *= 2;
    return buckets;
}

/* Buckets of about sqrt(events) events each, or 64 where that is more, judged by the denser of the overflow's
 * earlier half and the events that came due lately; but half of the overflow must find place. */
static uint32_t shift_of_top(const sim_queue *queue, size_t events, uint64_t half, uint32_t buckets) {
    double content = 64;
    while (content * content < (double)events)
        content *= 2;
    double width = (double)half / (double)events * 2 * content;
    if (queue->laid && queue->loaded > 0 && queue->overflow_min > queue->loaded_from) {
        double passed = (double)queue_distance(queue->loaded_from, queue->overflow_min);
        double recent = passed / (double)queue->loaded * content;
        if (recent < width) width = recent;
    }
    uint32_t shift = 0, least = shift_for(half, buckets);
    while (shift < QUEUE_SHIFT_MAX && (double)((uint64_t)1 << shift) * 1.5 < width)
        shift++;
    return shift > least ? shift : least;
}

static void lay_top(sim_queue *queue) {
    size_t events = queue_count(&queue->overflow);
    queue_list list = queue->overflow;
    int64_t base = queue->overflow_min;
    uint32_t buckets = buckets_for(events);
    uint32_t shift = shift_of_top(queue, events, queue_distance(base, median(queue)), buckets);
    queue_rung *rung = rung_add(queue, base, queue_reach(base, buckets, shift), shift);
    rung->buckets = buckets;
    queue->laid = true;
    queue->loaded = 0;
    queue->loaded_from = base;
    overflow_clear(queue);
    for (uint32_t i = 0; i < list.chunks; i++) {
        queue_chunk *chunk = take_first(&list);
        size_t held = queue_held(&list, chunk);
        for (size_t k = 0; k < held; k++) {
            const sim_event event = chunk->event[k];
            if (queue_distance(base, event.at) >> shift < buckets)
                rung_put(queue, rung, event);
            else
                sim_queue_overflow_add(queue, event);
        }
        queue_chunk_free(queue, chunk);
    }
}

/* ---- what is next ---- */

/* Moves to the first bucket with something in it; false: all rungs are spent. */
static bool find_bucket(sim_queue *queue) {
    for (; queue->depth > 0; queue->depth--) {
        queue_rung *rung = &queue->rung[queue->depth - 1];
        while (rung->at < rung->buckets && !rung->bucket[rung->at].last)
            rung->at++;
        if (rung->at < rung->buckets) return true;
    }
    return false;
}

static void load_few(sim_queue *queue) {
    int64_t min = queue->overflow_min, max = queue->overflow_max;
    sim_queue_load(queue, &queue->overflow, min, shift_for(queue_distance(min, max), 1));
    queue->limit = queue_later(max, 1);
}

void sim_queue_refill(sim_queue *queue) {
    queue->heap_crowded = QUEUE_HEAP_CROWDED;
    for (;;) {
        if (!find_bucket(queue)) {
            if (queue_count(&queue->overflow) <= QUEUE_FEW) {
                load_few(queue);
                return;
            }
            lay_top(queue);
            continue;
        }
        queue_rung *rung = &queue->rung[queue->depth - 1];
        queue_list *list = &rung->bucket[rung->at];
        int64_t begin = queue_reach(rung->base, rung->at, rung->shift);
        if (rung->shift == 0) { /* what is pushed for this very time has to queue up behind the rest */
            sim_queue_load_tied(queue, list);
            queue->limit = begin;
            return;
        }
        if (queue_count(list) <= QUEUE_READY) {
            sim_queue_load(queue, list, begin, rung->shift);
            queue->limit = queue_bucket_end(rung);
            return;
        }
        divide(queue, rung);
    }
}

static int64_t list_min(const queue_list *list) {
    int64_t min = INT64_MAX;
    const queue_chunk *chunk = list->last->next;
    for (uint32_t i = 0; i < list->chunks; i++, chunk = chunk->next)
        for (size_t k = 0; k < queue_held(list, chunk); k++)
            min = chunk->event[k].at < min ? chunk->event[k].at : min;
    return min;
}

int64_t sim_queue_listed_min(const sim_queue *queue) {
    for (uint32_t d = queue->depth; d-- > 0;) {
        const queue_rung *rung = &queue->rung[d];
        for (uint32_t i = rung->at; i < rung->buckets; i++)
            if (rung->bucket[i].last) return list_min(&rung->bucket[i]);
    }
    return queue->overflow_min;
}
