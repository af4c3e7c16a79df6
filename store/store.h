/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store.h - the run store: one SQLite file a run (schema.sql says what stands where).
 *
 * A store is written under a temporary name in the same folder and renamed when complete, so a run.db that
 * exists is whole. Nothing in it depends on threads, hosts or the clock: equal runs give equal contents.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/trial.h"

enum { STORE_ERROR_SIZE = 512 };

typedef struct {
    char *name; /* "inventory" */
    char *file; /* base name of the file */
    uint64_t hash;
    double rows, skus, restocks, rejected;
} store_trace;

typedef struct {
    char *key, *value;
} store_pair;

/* A whole run in memory. All texts are owned by it (store_run_clear). */
typedef struct {
    char *scenario; /* name: file name without folder and ending */
    char *title;
    char *text; /* the scenario as loaded, overrides included */
    uint64_t seed;
    int64_t start, horizon, warmup; /* ms */
    double price;                   /* money per unit, but for SKUs that a catalog trace gives one */
    double holdout;                 /* fraction held out */
    char *unit;                     /* of what: shopper, product, restock, shopper_product, two_sided */
    double holdout_products;        /* two_sided: fraction of products besides; NaN: none */
    bool twins;
    char *tier[STORE_TIERS]; /* names; NULL from `tiers` on */
    size_t tiers;
    char *template[STORE_TEMPLATES]; /* names of the policy's templates, likewise */
    size_t templates;
    char *policy_arm[STORE_POLICY_ARMS]; /* names of policy.arms, likewise */
    double policy_arm_weight[STORE_POLICY_ARMS];
    size_t policy_arms;
    store_trace *trace;
    size_t traces;
    store_pair *manifest; /* deterministic: program, version, hashes, libm probe, parameters hash */
    size_t manifest_rows;
    store_trial *trial; /* in order of replication */
    size_t trials;
    char **word; /* texts that ledger rows, decisions, touches and orders of a run that was read point to */
    size_t words;
} store_run;

void store_run_clear(
    store_run *run); /* frees all that it owns, trials included, and zeroes it; NULL is safe */

/* A metric as it is kept beside the raw counts, for people who query the store. NaN is stored as NULL. */
typedef struct {
    const char *name, *unit, *definition, *direction;
    const double *by_trial; /* run->trials values */
    double mean, lo, hi, sd;
    uint32_t n;
} store_metric;

typedef enum {
    STORE_OK,
    STORE_FAILED,    /* the machine: no such file or folder, no room, no memory, no permission */
    STORE_NOT_A_RUN, /* the file: another format or version, damaged, or holding what no run has */
    STORE_STATUS_COUNT
} store_status;

/* Writes the run to `path`, over a file of that name. Trials need replication numbers of their own, metrics
 * names of their own; by_trial is in the order of run->trial. A writer that is killed may leave a hidden
 * ".NAME.PID-N.tmp" beside it, never half a run.
 * [out] error: filled unless STORE_OK; then no file of that name was made or changed. */
store_status store_write(const char *path, const store_run *run, const store_metric *metric, size_t metrics,
                         char error[STORE_ERROR_SIZE]);

/* Reads a run back, trials in order of replication. The metrics are not read: they are computed again from
 * the counts. The file is not trusted: whatever it holds, the answer is a run in range or a status, though
 * the numbers may be anything. A link in the place of the file is refused; its folder may be one. [out] out:
 * the caller's to clear; untouched unless STORE_OK. error: filled unless STORE_OK. */
store_status store_read(const char *path, store_run *out, char error[STORE_ERROR_SIZE]);

#endif
