/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * peers.h - what the bench measures side by side: event lists behind one face, all with stable ties.
 */
#ifndef BENCH_QUEUE_PEERS_H
#define BENCH_QUEUE_PEERS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/queue.h"

/* What the calendar is tuned with: powers of two, so that no division is needed. */
typedef struct {
    uint32_t width_bits;  /* log2 of a day's length, ms */
    uint32_t bucket_bits; /* log2 of the days in a year */
    uint32_t ahead;       /* days whose first event is prefetched; 0: none */
} calendar_tuning;

typedef struct calendar calendar;
calendar *calendar_create(calendar_tuning tuning, size_t events); /* room for no more; NULL: no memory */
void calendar_destroy(calendar *c);
void calendar_push(calendar *c, const sim_event *event);
void calendar_pop(calendar *c, sim_event *out); /* it is not empty */

typedef struct heap heap;
heap *heap_create(size_t events);
void heap_destroy(heap *h);
void heap2_push(heap *h, const sim_event *event);
void heap2_pop(heap *h, sim_event *out);
void heap4_push(heap *h, const sim_event *event);
void heap4_pop(heap *h, sim_event *out);

#endif
