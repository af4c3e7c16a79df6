/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warmup.h - whether the warm-up of a run is long enough: MSER-5 on what the store keeps over time.
 *
 * Each series is averaged over replications, bin by bin, before it is looked at (P. D. Welch 1983;
 * stats/mser.h): noise falls with the replications and the bias of the start, which all of them have, stays.
 * docs/WARMUP.md says how to read the answers.
 */
#ifndef REPORTS_WARMUP_H
#define REPORTS_WARMUP_H

#include <jansson.h>

#include "reports/report.h"

enum { WARMUP_SERIES = 4, WARMUP_SPAN = 24 };

typedef enum {
    WARMUP_TRANSIENT,      /* none is set, and the run follows a given course from its start */
    WARMUP_ENOUGH,         /* what is counted is not shown to differ from what comes later */
    WARMUP_TOO_SHORT,      /* it does, and MSER-5 says from when on it would not */
    WARMUP_NO_STEADY_STATE /* it does, and a series does not settle in the first half of the horizon */
} warmup_verdict;

typedef struct {
    const char *name, *label; /* "on_hand", "units on hand" */
    double mean[STORE_BINS];  /* over replications; flows in one day */
    size_t drop;              /* bins that MSER-5 leaves out */
    bool settles;             /* inside the first half of the horizon */
    double counted, later;    /* means over the bins after the warm-up, and after `drop` bins and it */
    double off, lo, hi;       /* counted less later, 99 % interval over replications; NaN with one */
    bool early;               /* counting begins before that, and it shows */
} warmup_series;

typedef struct {
    warmup_series series[WARMUP_SERIES];
    warmup_verdict verdict;
    double chosen, bin;          /* s: run.warmup, and a bin of the series */
    char suggested[WARMUP_SPAN]; /* run.warmup that would do, as --set takes it; "" unless WARMUP_TOO_SHORT */
} warmup_answer;

/* false: there is nothing to look at. */
bool warmup_of(const store_run *run, warmup_answer *out);

/* The answer in a sentence or two, without line ends. [out] at most `size` bytes. */
void warmup_words(const warmup_answer *w, char *out, size_t size);

/* Whether the one-screen summary has a word on it: where a warm-up was chosen, or where the start shows in
 * what looks like a usual state. Who has set none and sees the shop on its way is not told so each time. */
bool warmup_told(const warmup_answer *w);

json_t *warmup_json(const store_run *run); /* NULL: no memory; null: there is nothing to look at */

#endif
