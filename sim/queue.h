/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.h - the pending-event set of a simulated world.
 *
 * Tie-break: events of equal time come out in the order in which they were pushed. Nothing else decides the
 * order: no address, no clock, no setting. A test compares every sequence of operations with a sorted list.
 *
 * How the tie-break is kept: every list inside takes events at its end and is read from its start, sorting
 * and dividing a list are stable, and an event is only put into a list whose earlier inhabitants of the same
 * time were pushed earlier. Events pushed into the stretch of time being drained right now go to a small heap
 * on (time, sequence of the push); they are younger than all that lie sorted for that stretch, so of equal
 * times the sorted one goes first. The sequence has 64 bits: it never comes round.
 *
 * Cost: nearly flat from a thousand to ten million pending events, without tuning; see docs/QUEUE.md. A far
 * event is stored and left alone until its time comes near. Memory is asked for only by create and push.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/memory.h"

/* kind, a and b are the caller's: what happens, to whom, and a number beside it. Anything more is kept in the
 * caller's own records, so that four events fit into a cache line. */
typedef struct {
    int64_t at; /* ms */
    uint32_t a;
    uint32_t kind : 5, b : 27;
} sim_event;
enum { SIM_EVENT_KIND_MAX = 31, SIM_EVENT_B_MAX = (1 << 27) - 1 };

typedef struct sim_queue sim_queue;

/* [in] memory: where its chunks come from; may be NULL. NULL: no memory. */
sim_queue *sim_queue_create(sim_memory *memory);
void sim_queue_destroy(sim_queue *queue); /* NULL is fine */

/* Room for so many events at once. A push makes room too, a quarter more each time; but one large block can
 * lie in large pages, which many small ones cannot. false: no memory, nothing changed. */
bool sim_queue_reserve(sim_queue *queue, size_t events);

/* false: no memory, nothing changed. The time may lie before the last pop's (the
 * caller's own fault to allow); such an event is simply next. */
bool sim_queue_push(sim_queue *queue, sim_event event);

/* Takes out the next event. false: empty, and out is untouched. Needs no memory. */
bool sim_queue_pop(sim_queue *queue, sim_event *out);

/* The events that lie sorted already, in the order in which they will be popped unless pushes come between. A
 * guess for prefetching what their handlers will read; it costs two loads. [out] n: how many, 0 if none is
 * known yet. Valid until the next push or pop. */
const sim_event *sim_queue_sorted(const sim_queue *queue, size_t *n);

/* The next event's time, ms; INT64_MAX: empty. Mostly two loads; now and then a look through a bucket. */
int64_t sim_queue_next_time(const sim_queue *queue);
size_t sim_queue_size(const sim_queue *queue);
size_t sim_queue_memory(const sim_queue *queue); /* bytes held, reserves that were never touched included */

/* For tests: whether the inside is as it must be. false: *reason (may be NULL) tells what is not; static
 * text. */
bool sim_queue_validate(const sim_queue *queue, const char **reason);

#endif
