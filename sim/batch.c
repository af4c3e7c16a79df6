/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch.c - hands trials to threads; see batch.h.
 */
#include "sim/batch_inside.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/batch_mpi.h"
#include "sim/trial.h"

bool sim_batch_take(sim_batch *b, size_t *job) {
    pthread_mutex_lock(&b->lock);
    bool go = b->status == SIM_OK && b->next < b->n;
    if (go) *job = b->next++;
    pthread_mutex_unlock(&b->lock);
    return go;
}

void sim_batch_give(sim_batch *b, size_t job, sim_status status, const char *broken, store_trial *trial,
                    double loop_s) {
    pthread_mutex_lock(&b->lock);
    if (status == SIM_OK && b->status == SIM_OK) {
        if (!b->sink->take(b->sink->context, job, trial, loop_s)) b->status = SIM_STOPPED;
    } else {
        store_trial_clear(trial);
    }
    if (status != SIM_OK && b->status == SIM_OK) {
        b->status = status;
        if (broken) snprintf(b->broken, sizeof b->broken, "%s", broken);
        b->broken_in = job;
    }
    pthread_mutex_unlock(&b->lock);
}

static void no_memory(sim_batch *b) {
    pthread_mutex_lock(&b->lock);
    if (b->status == SIM_OK) b->status = SIM_NO_MEMORY;
    pthread_mutex_unlock(&b->lock);
}

void *sim_batch_work(void *context) {
    sim_batch *b = context;
    size_t job;
    store_trial *trial = malloc(sizeof *trial);
    sim_memory *memory = sim_memory_create();
    if (!trial || !memory) no_memory(b);
    while (trial && memory && sim_batch_take(b, &job)) {
        const sim_job *j = &b->jobs[job];
        const char *broken = NULL;
        double loop_s;
        sim_status status = sim_trial_run_in(memory, j->s, j->seed, j->replication, j->twins, j->log, trial,
                                             &loop_s, &broken);
        sim_batch_give(b, job, status, broken, trial, loop_s);
    }
    sim_memory_destroy(memory);
    free(trial);
    return NULL;
}

/* The calling thread works too, so a system that refuses threads only makes the batch slower. */
static void run_all(sim_batch *b, uint32_t threads) {
    size_t extra = threads > 1 ? threads - 1 : 0;
    if (b->n <= extra) extra = b->n ? b->n - 1 : 0;
    pthread_t *thread = calloc(extra ? extra : 1, sizeof *thread);
    size_t started = 0;
    while (thread && started < extra && pthread_create(&thread[started], NULL, sim_batch_work, b) == 0)
        started++;
    sim_batch_work(b);
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    free(thread);
}

sim_status sim_batch_run(const sim_job *jobs, size_t n, uint32_t threads, const sim_sink *sink,
                         char error[STORE_ERROR_SIZE]) {
    sim_batch b = {.jobs = jobs, .n = n, .sink = sink, .lock = PTHREAD_MUTEX_INITIALIZER, .status = SIM_OK};
    if (sim_ranks_count() > 1)
        sim_ranks_run(&b);
    else
        run_all(&b, threads);
    pthread_mutex_destroy(&b.lock);
    if (b.status == SIM_BROKEN || b.status == SIM_LIMIT)
        snprintf(error, STORE_ERROR_SIZE, "replication %u: %s%s", jobs[b.broken_in].replication, b.broken,
                 b.status == SIM_BROKEN ? " (a defect of the program: please report it)" : "");
    return b.status;
}
