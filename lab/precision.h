/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * precision.h - run until the interval of a metric is narrow enough.
 */
#ifndef LAB_PRECISION_H
#define LAB_PRECISION_H

#include "lab/lab.h"
#include "reports/report.h"
#include "sim/runner.h"

typedef struct {
    size_t metric; /* of report_metrics() */
    double half;   /* half-width asked for, above 0 */
    bool absolute; /* in the metric's unit; else as a share of the mean */
} lab_precision;

/* Replications, where nobody says how many at most; and more than anybody may say. */
enum { LAB_PRECISION_MOST = 2000, LAB_REPS_MAX = 1000000 };

/* Reads "METRIC=0.01" (a share of the mean) or "METRIC=abs:0.5" (in its unit). LAB_BAD_INPUT: there is no
 * such metric or number, or the metric needs twins. */
lab_status lab_precision_read(const char *text, bool twins, lab_precision *out, lab_error *error);

/* As sim_run(), in rounds until the 95 % interval's half-width is small enough, at most
 * options->replications (A. M. Law, W. D. Kelton, Operations Research 32, 1984: sequential procedures). How
 * many a round adds depends on the finished ones alone, so it is the same on any number of threads. [out]
 * reached: how far it came, which is not to be looked at unless SIM_OK. */
sim_status lab_precision_run(const scenario *s, const sim_run_options *options, const lab_precision *p,
                             store_run *out, char error[STORE_ERROR_SIZE], report_precision *reached);

uint32_t lab_precision_first(uint32_t most); /* after how many to look for the first time */

/* Whether a half-width is small enough. half, mean: of the metric, in its unit; NaN if there is none yet.
 * [in] n: replications so far. */
report_precision lab_precision_judge(const lab_precision *p, double half, double mean, size_t n);

/* LAB_IMPRECISE, with what is missing of a precision that was not reached and how many replications it may
 * take. [in] difference: put before the metric's name, such as ""; mean: what is shared out, "the mean". */
lab_status lab_precision_say(const report_precision *r, const char *difference, const char *mean,
                             lab_error *out);

/* The number of replications after which to look again: what the spread so far asks for, but at least a tenth
 * more and at most twice as many. `half` and `want` in one unit; NaN if there is no interval yet. */
uint32_t lab_precision_next(uint32_t done, double half, double want, uint32_t most);

#endif
