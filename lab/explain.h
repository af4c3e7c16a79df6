/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * explain.h - the command explain: the story of one shopper in a finished run.
 */
#ifndef LAB_EXPLAIN_H
#define LAB_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"

typedef struct {
    const char *dir;     /* of the run */
    const char *shopper; /* a trace's own id, or the number, as in run.db */
    const char *sku; /* a trace's own id, or the number, as in run.db; NULL: all that she has to do with */
    uint64_t replication;
    bool json;
} lab_explain_options;

/* Simulates that replication again, at which nothing that the run kept is looked but its scenario and its
 * counts, and prints what happened to her in order of time, then for each SKU in a few sentences.
 * LAB_BAD_INPUT: no such run, shopper, SKU or replication, or one that this program cannot repeat bit by bit.
 * LAB_FAILED also if it came out otherwise after all. [out] error: filled unless LAB_OK. */
lab_status lab_explain(const lab_explain_options *options, FILE *print, lab_error *error);

#endif
