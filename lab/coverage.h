/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.h - the command coverage: the program's own statistics, tried where the truth is known.
 */
#ifndef LAB_COVERAGE_H
#define LAB_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lab/lab.h"
#include "reports/coverage.h"
#include "sim/batch.h"

enum { LAB_COVERAGE_SEED = 7 }; /* unless another is given */

typedef struct {
    const char *out; /* folder; NULL: "coverage" in the current folder */
    uint64_t seed;
    uint32_t reps;    /* repetitions of each row; those that are slow have a part of it */
    bool brief;       /* the short form: seconds, with repetitions of its own for each row in place of reps */
    uint32_t threads; /* 0: one for each processor */
    bool drawn_only;  /* without the simulated rows */
    bool json;
    bool colour;
    sim_executor *executor; /* of the simulated rows; NULL: threads of this process */
    /* As sim_run_options.progress; the unit of done and of is a slice of work. */
    bool (*progress)(void *context, uint32_t done, uint32_t of);
    void *context;
} lab_coverage_options;

/* Runs the whole study, writes coverage.csv, a plot and coverage.html to the folder, and prints the table.
 * The same for any number of threads. LAB_ALERT: all of it is written, but a bar was missed.
 * [out] error: filled unless LAB_OK. */
lab_status lab_coverage(const lab_coverage_options *options, FILE *print, lab_error *error);

/* The study itself: rows and verdicts. [out] result: `program` is not set; the caller frees row. */
lab_status lab_coverage_measure(const lab_coverage_options *options, report_coverage *result,
                                lab_error *error);

#endif
