/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sums.h - what the pages need of a run besides metrics: the ledger over all replications, whether the counts
 * add up, arms merged over replications, and sentences on what was found.
 */
#ifndef REPORTS_SUMS_H
#define REPORTS_SUMS_H

#include "reports/format.h"
#include "reports/report.h"

/* The ledger summed over replications: outcomes in the order of sums_outcome(), reasons by name. */
typedef struct {
    store_ledger_row row[STORE_LEDGER_MAX * 2]; /* texts borrowed from the run */
    size_t rows;
    double candidates, booked; /* what the tally says, and the sum of all rows */
} sums_ledger;

const char *sums_outcome(size_t i); /* "sent", "ghost", "suppressed", ...; NULL behind the last */
void sums_ledger_of(const store_run *run, sums_ledger *out);
double sums_ledger_count(const sums_ledger *ledger, const char *outcome);

double sums_tally(const store_run *run, store_tally t); /* over all replications */

/* Replications in which start + restocked + returned - lost - sold, other channels included, = end, and in
 * which the ledger's rows give candidates. */
typedef struct {
    size_t units, ledger;
} sums_balance;
sums_balance sums_balance_of(const store_run *run);

/* All replications' units as one experiment. */
report_lift sums_merged_lift(const store_run *run, store_population population, store_outcome outcome);

/* The mean of a metric, NaN if unknown or without a value. */
double sums_mean(const report_summary *s, const char *metric);

/* Two or three sentences on the lift, without line ends. [out] at most `size` bytes. */
void sums_lift_words(const report_summary *s, char *out, size_t size);

/* Whether the run uses the mechanism that a group of metrics is about; see REPORT_LATER. */
bool sums_uses(const store_run *run, const char *group);

/* "15 % held out", and of what, where that is not the shopper. */
format_text sums_held_out(const store_run *run);

/* What an arm is drawn for, and whose arm a unit of the experiment has: a sentence. */
const char *sums_unit_words(const store_run *run);

/* What a difference between policies in one world does not say. */
extern const char *const sums_arms_caveat;
/* What became of the shop's own notices of the time; NULL unless shoppers are from a trace. */
const char *sums_past_pushes(const store_run *run);
bool sums_has_trace(const store_run *run, const char *name); /* "inventory", "events", ... */

/* "fairness_share_by_tier_0 (gold)" where the run names the tier; else the metric's name. */
void sums_label(const store_run *run, const report_metric *m, char *out, size_t size);

#endif
