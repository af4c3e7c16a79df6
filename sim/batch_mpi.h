/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_mpi.h - trials on many hosts: rank 0 runs the command, all others only simulate (make MPI=1).
 *
 * The others know nothing of command lines, files or results. Rank 0 sends them the compiled scenario, trace
 * included, and jobs, and gets back a trial's bytes (store/blob.h) or what went wrong. A trial is a pure
 * function of its job, so neither the number of ranks nor which of them ran what can show in a result - if
 * all compute the same bits, which is why a rank of another program or with another libm gets no jobs.
 *
 * One trial at a time on each rank. Rank 0 simulates too, on a second thread; only its main thread talks.
 */
#ifndef SIM_BATCH_MPI_H
#define SIM_BATCH_MPI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/batch_inside.h"

#ifdef RESTOCKLAB_MPI

typedef struct {
    int rank;     /* 0 runs the command; also if no launcher started the program */
    bool fit;     /* computes the same bits as rank 0 */
    bool started; /* by a launcher */
} sim_ranks;

/* Joins the other ranks, if a launcher started the program, and compares what they are with rank 0. To be
 * called once, first of all. [in] source: names the program's sources. [in] libm_probe: hash of some results
 * of libm. [in] complaints: where rank 0 says which ranks get no jobs, and why. */
sim_ranks sim_ranks_start(const char *source, uint64_t libm_probe, FILE *complaints);

void sim_ranks_serve(const sim_ranks *ranks); /* for all but rank 0: simulates until rank 0 stops */
void sim_ranks_stop(const sim_ranks *ranks);  /* to be called last, by every rank */

int sim_ranks_count(void);        /* 1 without a launcher */
void sim_ranks_run(sim_batch *b); /* on rank 0: runs a batch on all ranks */

#else

static inline int sim_ranks_count(void) {
    return 1;
}
static inline void sim_ranks_run(sim_batch *b) {
    (void)b;
}

#endif

#endif
