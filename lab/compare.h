/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.h - the command compare: two scenarios on common random numbers, replication by replication.
 */
#ifndef LAB_COMPARE_H
#define LAB_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "sim/batch.h"

typedef struct {
    const char *const *set; /* "PATH=VALUE" */
    size_t sets;
} lab_sets;

typedef struct {
    const char *base, *candidate; /* paths or names of shipped scenarios; may be the same */
    lab_sets set;                 /* for both, before their own */
    lab_sets set_base, set_candidate;
    const char *out; /* folder; NULL: NAME-compare in the current folder, by the base's name */
    bool has_seed;   /* else the base's */
    uint64_t seed;
    uint32_t reps;         /* 0: the base's; with precision the most, and 0: LAB_PRECISION_MOST */
    uint32_t threads;      /* 0: one for each processor */
    const char *precision; /* "METRIC=SHARE" of the base's mean or "METRIC=abs:WIDTH": until the interval of
                              the difference is so narrow; or NULL */
    bool twins;
    bool json;
    bool colour;
    sim_executor *executor; /* NULL: threads of this process */
    /* As sim_run_options.progress; `of` counts the trials of both. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
} lab_compare_options;

/* Runs both, writes DIR/base/run.db, DIR/candidate/run.db, compare.csv, differences_*.csv, plots and
 * compare.html, and prints the comparison. LAB_IMPRECISE: all is written and printed, but the precision was
 * not reached. [out] error: filled unless LAB_OK. */
lab_status lab_compare(const lab_compare_options *options, FILE *print, lab_error *error);

#endif
