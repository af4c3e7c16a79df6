/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * queue.h - the pending-event set of a simulated world.
 *
 * Tie-break: events of equal time come out in the order in which they were pushed. A test compares every
 * sequence of operations with a sorted list.
 */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int64_t at;    /* ms */
    uint32_t kind; /* the caller's */
    uint32_t a, b; /* the caller's */
    uint32_t c;    /* the caller's */
} sim_event;

typedef struct sim_queue sim_queue;

sim_queue *sim_queue_create(void);        /* NULL: no memory */
void sim_queue_destroy(sim_queue *queue); /* NULL is fine */

/* false: no memory, nothing changed. The event is copied. The time may lie before the last pop's (the
 * caller's own fault to allow); such an event is simply next. */
bool sim_queue_push(sim_queue *queue, const sim_event *event);

/* Takes out the next event. false: empty, and out is untouched. */
bool sim_queue_pop(sim_queue *queue, sim_event *out);

/* The next event's time, ms; INT64_MAX: empty. */
int64_t sim_queue_next_time(const sim_queue *queue);
size_t sim_queue_size(const sim_queue *queue);
size_t sim_queue_memory(const sim_queue *queue); /* bytes held */

/* For tests: whether the inside is as it must be. false: *reason (may be NULL) tells what is not; static
 * text. */
bool sim_queue_validate(const sim_queue *queue, const char **reason);

#endif
