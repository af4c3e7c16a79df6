/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_inside.h - a batch under way, as its threads and ranks share it (inside sim/ only).
 */
#ifndef SIM_BATCH_INSIDE_H
#define SIM_BATCH_INSIDE_H

#include <pthread.h>

#include "sim/batch.h"

typedef struct {
    const sim_job *jobs;
    size_t n;
    const sim_sink *sink;
    pthread_mutex_t lock; /* guards all below, and the sink */
    size_t next;
    sim_status status; /* the first that was not OK */
    char broken[400];
    size_t broken_in;
} sim_batch;

/* The next job, or false if there is none or the batch is over. */
bool sim_batch_take(sim_batch *b, size_t *job);

/* Hands a job's result to the sink or, unless status is SIM_OK, notes why there is none and ends the batch.
 * [in] broken: what broke, if SIM_BROKEN. The trial's contents pass on or are cleared. */
void sim_batch_give(sim_batch *b, size_t job, sim_status status, const char *broken, store_trial *trial,
                    double loop_s);

/* Runs jobs until there is none left. [in] context: the sim_batch. Returns NULL: it is a thread's body. */
void *sim_batch_work(void *context);

#endif
