/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_mpi_serve.c - what every rank but the first does: simulate; see batch_mpi_inside.h.
 */
#include "sim/batch_mpi.h"

#ifdef RESTOCKLAB_MPI

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/batch_mpi_inside.h"
#include "sim/trial.h"
#include "store/blob.h"

/* Scenarios that a server holds. A batch goes through them in some order, and each costs one message. */
enum { SLOTS = 8 };

typedef struct {
    const sim_ranks *me;
    sim_mpi_scenario *slot[SLOTS];
    size_t next; /* slot to be filled */
    store_trial *trial;
    sim_memory *memory;  /* NULL: nothing is kept */
    sim_mpi_posts posts; /* answers */
} server;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* NULL: no memory, here or on rank 0. */
static const scenario *find(server *v, const sim_mpi_job *job) {
    sim_mpi_message m;
    sim_mpi_nap nap = {0};
    for (size_t i = 0; i < SLOTS; i++)
        if (v->slot[i] && sim_mpi_scenario_of(v->slot[i])->hash == job->scenario)
            return sim_mpi_scenario_of(v->slot[i]);
    sim_mpi_send(0, SIM_TAG_WANT, job, sizeof *job);
    while (!sim_mpi_receive(0, SIM_TAG_SCENARIO, &m))
        sim_mpi_doze(&nap);
    size_t at = v->next++ % SLOTS;
    sim_mpi_scenario_destroy(v->slot[at]);
    v->slot[at] = m.bytes ? sim_mpi_unpack(m.bytes, m.size) : NULL;
    return v->slot[at] ? sim_mpi_scenario_of(v->slot[at]) : NULL;
}

/* Sends the head and what comes after it as one message; without the latter, if there is no memory for that.
 */
static void answer(server *v, sim_mpi_done *done, const void *body, size_t size) {
    unsigned char *message = malloc(sizeof *done + size);
    if (message) {
        memcpy(message, done, sizeof *done);
        if (size) memcpy(message + sizeof *done, body, size);
    }
    if (!message || !sim_mpi_post(&v->posts, 0, SIM_TAG_DONE, message, sizeof *done + size)) {
        done->status = SIM_NO_MEMORY;
        sim_mpi_send(0, SIM_TAG_DONE, done, sizeof *done);
    }
}

static void run(server *v, const sim_mpi_job *job) {
    const char *broken = NULL;
    double start = seconds();
    sim_mpi_done done = {.job = job->job, .status = SIM_NO_MEMORY};
    const scenario *s = find(v, job);
    void *blob = NULL;
    size_t size = 0;
    if (s) {
        done.status = (int32_t)sim_trial_run_in(v->memory, s, job->seed, job->replication, job->twins != 0,
                                                (sim_log)job->log, v->trial, &done.loop_s, &broken);
        if (done.status == SIM_OK && !store_blob_write(v->trial, &blob, &size)) done.status = SIM_NO_MEMORY;
        store_trial_clear(v->trial);
    }
    done.busy_s = seconds() - start;
    if (broken)
        answer(v, &done, broken, strlen(broken));
    else
        answer(v, &done, blob, size);
    free(blob);
}

/* false: the program ends. */
static bool obey(server *v, const sim_mpi_message *m) {
    const unsigned char fit = v->me->fit && v->trial;
    sim_mpi_job job;
    switch (m->tag) {
    case SIM_TAG_HELLO: sim_mpi_send(0, SIM_TAG_READY, &fit, 1); return true;
    case SIM_TAG_JOB:
        if (!m->bytes) abort(); /* no memory for a few bytes: not even for an answer */
        memcpy(&job, m->bytes, sizeof job);
        run(v, &job);
        return true;
    default: return false;
    }
}

void sim_ranks_serve(const sim_ranks *me) {
    server v = {.me = me, .trial = malloc(sizeof *v.trial), .memory = sim_memory_create()};
    sim_mpi_message m;
    sim_mpi_nap nap = {0};
    for (bool on = true; on;) {
        if (!sim_mpi_receive(0, -1, &m)) {
            sim_mpi_doze(&nap);
            continue;
        }
        nap.ns = 0;
        on = obey(&v, &m);
        free(m.bytes);
    }
    sim_mpi_posts_end(&v.posts);
    for (size_t i = 0; i < SLOTS; i++)
        sim_mpi_scenario_destroy(v.slot[i]);
    sim_memory_destroy(v.memory);
    free(v.trial);
}

#endif
