/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run.h - the commands run and report: from a scenario to a folder, and from a folder to its report again.
 */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "sim/runner.h"

typedef struct {
    const char *scenario;   /* a path or the name of a shipped scenario */
    const char *const *set; /* "PATH=VALUE" */
    size_t sets;
    const char *out; /* folder; NULL: NAME-run in the current folder */
    bool has_seed;   /* else the scenario's */
    uint64_t seed;
    uint32_t reps;    /* 0: the scenario's; with precision the most, and 0: LAB_PRECISION_MOST */
    uint32_t threads; /* 0: one for each processor; never more than replications */
    const char
        *precision; /* "METRIC=SHARE" or "METRIC=abs:WIDTH": until its interval is so narrow; or NULL */
    bool twins;
    sim_log log;
    bool json;
    bool colour; /* of the text summary */
    /* As sim_run_options.progress. After the call with done = of the run can no longer be stopped. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
} lab_run_options;

/* Runs and writes everything; then prints the summary (text or JSON) to `print`. On LAB_FAILED from the
 * report on, run.db is there and `report` can be tried again; earlier failures leave the folder as it was.
 * LAB_IMPRECISE: all is written and printed, but the precision was not reached.
 * [out] error: filled unless LAB_OK. */
lab_status lab_run(const lab_run_options *options, FILE *print, lab_error *error);

/* Renders the report of DIR again from DIR/run.db and prints the summary. */
lab_status lab_report(const char *dir, bool json, bool colour, FILE *print, lab_error *error);

/* Loads and checks a scenario and prints a few facts about it. On LAB_BAD_INPUT with json the document
 * {"ok": false, "error": ...} is printed as well. */
lab_status lab_validate(const char *named, const char *const *set, size_t sets, bool json, FILE *print,
                        lab_error *error);

#endif
