/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.h - two runs on common random numbers, metric by metric and pair by pair.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "reports/differ.h"
#include "reports/format.h"
#include "reports/report.h"
#include "stats/interval.h"

typedef struct {
    const report_metric *metric;
    bool unused;        /* neither run uses the mechanism that it is about */
    stat_paired paired; /* a: base, b: candidate; over replications in which both have the metric */
    double p_adjusted;  /* Holm's, over all metrics that differ in some pair; NaN: not one of them */
} report_difference;

typedef struct {
    const report_summary *base, *candidate;   /* borrowed; the same replications */
    const char *base_label, *candidate_label; /* for people; borrowed, the caller's to set */
    report_difference *difference;            /* one for each metric, in the order of the table */
    size_t differences;
    const report_differences
        *who; /* of shoppers and restocks; borrowed, the caller's to set; NULL: not known */
} report_comparison;

bool report_compare(const report_summary *base, const report_summary *candidate, report_comparison *out);
void report_comparison_clear(report_comparison *c);

typedef enum {
    COMPARE_MISSING,   /* no replication has it on both sides, or it is about what neither uses */
    COMPARE_UNKNOWN,   /* too few replications for an interval */
    COMPARE_SAME,      /* the same bits in every pair */
    COMPARE_UNDECIDED, /* the interval holds 0 */
    COMPARE_BETTER,
    COMPARE_WORSE,
    COMPARE_OTHER, /* it differs, and neither direction is better */
    COMPARE_VERDICTS
} compare_verdict;

compare_verdict report_verdict(const report_difference *d);

/* The difference with its sign, and its interval, rounded as the interval deserves. Those of shares are in
 * percentage points: "-14.0 pp". */
format_text report_difference_text(const report_difference *d);
format_text report_difference_interval(const report_difference *d);

/* The middle variance reduction factor of the metrics that have one; NaN if there are none. */
double report_compare_factor(const report_comparison *c);

void report_compare_text(FILE *out, const report_comparison *c, const report_host *host);
void report_compare_csv(FILE *out, const report_comparison *c);
json_t *report_compare_json(const report_comparison *c, const report_host *host); /* NULL: no memory */
void report_compare_page(FILE *out, const report_comparison *c, const report_host *host, const char *svg);
void report_compare_plot(FILE *gp, const void *comparison); /* relative differences; see compare_plot.c */
size_t report_compare_plot_rows(const report_comparison *c);

/* Writes DIR/compare.csv, DIR/differences_shoppers.csv, DIR/differences_restocks.csv,
 * DIR/plots/compare.{svg,png}, DIR/manifest.json and last DIR/compare.html. [out] error on false. */
bool report_compare_write(const char *dir, const report_comparison *c, const report_host *host,
                          char error[STORE_ERROR_SIZE]);

#endif
