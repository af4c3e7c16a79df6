/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * runner.h - runs the replications of a scenario on threads.
 *
 * A replication is a pure function of (scenario, seed, replication): threads share nothing but the read-only
 * scenario, so the results are the same bits for any number of threads.
 */
#ifndef SIM_RUNNER_H
#define SIM_RUNNER_H

#include "sim/batch.h"

typedef struct {
    uint64_t seed;
    uint32_t replications; /* >= 1 */
    uint32_t threads;      /* >= 1 */
    bool twins;            /* run every replication again with everyone and with no one treated */
    sim_log log;
    /* Called after each finished replication from any thread, one call at a time; NULL for none. Returning
     * false stops the run: what is under way is thrown away. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
    sim_executor *executor; /* NULL: sim_batch_run */
    double *loop_s;         /* [out] seconds spent in trials, summed over them; NULL: not asked for */
} sim_run_options;

/* A run without trials: scenario, seed, tiers, traces, ... of the options' seed and twins. The manifest is
 * the caller's. [out] out: cleared first; the caller's to clear, on false (no memory) too. */
bool sim_run_describe(const scenario *s, const sim_run_options *options, store_run *out);

/* Fills out->trial and the run's own facts (scenario, seed, tiers, traces, ...). The manifest is the
 * caller's. [out] out: owned by the caller (store_run_clear), untouched on failure. [out] error: what broke,
 * if SIM_BROKEN (an invariant did not hold: a defect of the program, not of the input). */
sim_status sim_run(const scenario *s, const sim_run_options *options, store_run *out,
                   char error[STORE_ERROR_SIZE]);

#endif
