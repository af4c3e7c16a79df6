/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch.h - a list of trials, run somewhere and delivered to one place.
 *
 * A trial is a pure function of its job, so it does not matter where it runs, beside what, or in which order
 * it comes back. Whoever makes results out of a batch puts them in the order of the jobs.
 */
#ifndef SIM_BATCH_H
#define SIM_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/scenario.h"
#include "store/store.h"

/* What a trial keeps besides its counts. SHOPPER: a row for each unit of E. FULL: the same, and of
 * replication 0 its decisions, touches and orders. ORDERS: as SHOPPER, and restocks and orders of any
 * replication. EACH: decisions, touches, orders, restocks and signals of any replication, but no units. */
typedef enum { SIM_LOG_SUMMARY, SIM_LOG_SHOPPER, SIM_LOG_FULL, SIM_LOG_ORDERS, SIM_LOG_EACH } sim_log;
typedef enum { SIM_OK, SIM_NO_MEMORY, SIM_STOPPED, SIM_BROKEN, SIM_LIMIT, SIM_STATUS_COUNT } sim_status;

typedef struct {
    const scenario *s;
    uint64_t seed;
    uint32_t replication;
    bool twins; /* run it again with everyone and with no one treated */
    sim_log log;
} sim_job;

/* Takes a finished trial: one call at a time, in any order, from any thread. What the trial owns passes to
 * the sink, which moves it out (*mine = *trial) or clears it; the struct itself stays the batch's. loop_s:
 * seconds spent in this trial. Returning false stops the batch: trials under way are thrown away. */
typedef struct {
    bool (*take)(void *context, size_t job, store_trial *trial, double loop_s);
    void *context;
} sim_sink;

/* What can run a batch. Jobs are tried in order, each at most once; on SIM_OK the sink has had each of them.
 * [out] error: what broke, if SIM_BROKEN (an invariant did not hold: a defect of the program, not of the
 * input); what there was too much of, if SIM_LIMIT. SIM_STOPPED: the sink said so. */
typedef sim_status sim_executor(const sim_job *jobs, size_t n, uint32_t threads, const sim_sink *sink,
                                char error[STORE_ERROR_SIZE]);

/* The executor: on `threads` threads of this process, of which the calling one is the first; or, in a program
 * that a launcher started as several ranks, on one thread of each rank (batch_mpi.h). */
sim_executor sim_batch_run;

#endif
