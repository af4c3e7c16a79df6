/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calendar.c - a peer for the bench: a calendar queue (Brown: Calendar queues, 1988), tuned to its load.
 *
 * Days are sorted lists, their number and length are given, so it never pays for resizing. Nodes come from
 * one array and are named by 32 bits; the node freed by a pop serves the next push from the cache. A day
 * knows its last event, so many of one time are appended, not walked past. On request the first events of the
 * days to come are prefetched.
 */
#include "tests/bench/queue/peers.h"

#include <stdlib.h>

#define NONE UINT32_MAX

typedef struct {
    sim_event event;
    uint32_t next;
} node;

typedef struct {
    uint32_t first, last;
} day;

struct calendar {
    node *node;
    day *days;
    uint64_t today; /* since time 0, not within the year */
    uint64_t mask;
    size_t size;
    uint32_t width_bits, ahead;
    uint32_t spare, fresh; /* freed nodes as a chain; nodes never used */
};

calendar *calendar_create(calendar_tuning tuning, size_t events) {
    calendar *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    size_t days = (size_t)1 << tuning.bucket_bits;
    c->node = aligned_alloc(64, (events + 2) / 2 * 2 * sizeof *c->node);
    c->days = aligned_alloc(64, (days + 8) * sizeof *c->days);
    if (!c->node || !c->days) {
        calendar_destroy(c);
        return NULL;
    }
    for (size_t i = 0; i < days; i++)
        c->days[i].first = NONE;
    c->mask = days - 1;
    c->width_bits = tuning.width_bits;
    c->ahead = tuning.ahead;
    c->spare = NONE;
    return c;
}

void calendar_destroy(calendar *c) {
    if (!c) return;
    free(c->node);
    free(c->days);
    free(c);
}

/* Times are not negative here, and none is pushed before the last pop's. */
void calendar_push(calendar *c, const sim_event *event) {
    uint32_t n = c->spare;
    if (n != NONE)
        c->spare = c->node[n].next;
    else
        n = c->fresh++;
    c->node[n].event = *event;
    uint64_t number = (uint64_t)event->at >> c->width_bits;
    if (number < c->today) c->today = number; /* today ran ahead to the next event */
    day *d = &c->days[number & c->mask];
    c->size++;
    if (d->first == NONE) {
        c->node[n].next = NONE;
        d->first = d->last = n;
        return;
    }
    if (c->node[d->last].event.at <= event->at) {
        c->node[n].next = NONE;
        c->node[d->last].next = n;
        d->last = n;
        return;
    }
    uint32_t *link = &d->first;
    while (c->node[*link].event.at <= event->at)
        link = &c->node[*link].next;
    c->node[n].next = *link;
    *link = n;
}

/* A year without events: look for the first one. */
static void seek(calendar *c) {
    uint64_t least = UINT64_MAX;
    for (uint64_t i = 0; i <= c->mask; i++) {
        uint32_t first = c->days[i].first;
        if (first != NONE && (uint64_t)c->node[first].event.at < least)
            least = (uint64_t)c->node[first].event.at;
    }
    c->today = least >> c->width_bits;
}

void calendar_pop(calendar *c, sim_event *out) {
    for (uint64_t gone = 0;; c->today++, gone++) {
        if (gone > c->mask) seek(c);
        day *d = &c->days[c->today & c->mask];
        uint32_t n = d->first;
        if (n != NONE && (uint64_t)c->node[n].event.at >> c->width_bits == c->today) {
            *out = c->node[n].event;
            d->first = c->node[n].next;
            c->node[n].next = c->spare;
            c->spare = n;
            c->size--;
            return;
        }
        if (c->ahead > 0) {
            uint32_t later = c->days[(c->today + c->ahead) & c->mask].first;
            if (later != NONE) __builtin_prefetch(&c->node[later]);
        }
    }
}
