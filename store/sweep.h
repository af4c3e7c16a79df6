/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.h - the store of a sweep: one SQLite file that survives being killed (sweep.sql says what stands
 * where).
 *
 * Trials go into NAME.part as they come, each committed before store_sweep_add() returns;
 * store_sweep_finish() makes NAME out of it, with all rows in order, and removes the part. One process at a
 * time may write a part.
 */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "store/store.h"

typedef struct store_sweep store_sweep;

/* What is left of earlier times at this path. */
typedef struct {
    bool part, complete;
} store_sweep_found;
store_sweep_found store_sweep_look(const char *path);

/* Opens PATH.part, made new unless `resume` is set. Resuming goes on with PATH.part, else with what PATH
 * holds, else begins anew; the manifest must be the same row by row, or STORE_NOT_A_RUN with an error that
 * names the first row that differs. [out] out: the caller's (store_sweep_close); untouched unless STORE_OK.
 */
store_status store_sweep_open(const char *path, const store_pair *manifest, size_t rows, bool resume,
                              store_sweep **out, char error[STORE_ERROR_SIZE]);

/* Hands over every trial that is kept, in order of point and replication. The trial is the callee's only for
 * the call; its texts live as long as `owner`'s words. take returns false to stop, which gives STORE_FAILED.
 */
typedef bool store_sweep_take(void *context, uint32_t point, const store_trial *trial);
store_status store_sweep_read(store_sweep *sweep, store_sweep_take *take, void *context,
                              char error[STORE_ERROR_SIZE]);

/* Keeps a trial of a point for good. */
store_status store_sweep_add(store_sweep *sweep, uint32_t point, const store_trial *trial,
                             char error[STORE_ERROR_SIZE]);

typedef struct {
    const char *const *axis; /* paths */
    size_t axes;
    const char *const *setting;   /* points x axes: values as text */
    const uint32_t *replications; /* of each point: 0..n-1 are taken over, others are left behind */
    const bool *frontier;         /* of each point; NULL: there is none */
    size_t points;
    const store_metric *metric; /* points x metrics; by_trial is not looked at */
    size_t metrics;
} store_sweep_result;

/* Writes PATH and removes PATH.part. STORE_FAILED: PATH.part is still there, and PATH as it was. */
store_status store_sweep_finish(store_sweep *sweep, const store_sweep_result *result,
                                char error[STORE_ERROR_SIZE]);

void store_sweep_close(store_sweep *sweep); /* a part stays where it is; NULL is fine */

#endif
