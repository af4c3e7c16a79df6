/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage.h - the coverage study: how often intervals hold the truth and tests cry wolf, against the bars
 * that the program sets itself.
 *
 * A row is an estimator on data of one shape. NaN is a number that does not exist.
 */
#ifndef REPORTS_COVERAGE_H
#define REPORTS_COVERAGE_H

#include "reports/format.h"
#include "reports/report.h"
#include "stats/proportion.h"

/* From so many repetitions on a share itself has to be within its bar. */
enum { COVERAGE_FULL = 10000 };

typedef enum {
    COVERAGE_NOT_ASKED, /* no bar, or nothing was counted */
    COVERAGE_MET,
    COVERAGE_OPEN, /* outside, but so few repetitions do not tell it from the bar's edge */
    COVERAGE_MISSED
} coverage_verdict;

typedef struct {
    double hits, of; /* hits may be a sum of shares (of false ones among the positives) */
    double lo, hi;   /* the bar, both ends included; NaN: none */
    /* filled by report_coverage_fill() */
    stat_share share; /* with its Monte Carlo interval, Wilson's of 95 %; NaN if nothing was counted */
    coverage_verdict verdict;
} coverage_check;

typedef struct {
    const char *estimator, *data; /* borrowed, as the note is */
    const char *note;             /* what stands below the table; "" for nothing */
    double held;                  /* share of the units in the control */
    double events;                /* conversions of the control, on average */
    uint32_t repetitions;         /* experiments with an effect, and as many without */
    uint32_t resamples;           /* in each; 0: none */
    bool goes_wrong;              /* is there to show what happens without it: the bar is that it does */
    coverage_check cover, alarm;  /* intervals that hold the truth; effects found in nothing */
} coverage_row;

typedef struct {
    uint64_t seed;
    uint32_t repetitions; /* asked for; a row may have others. 0: the short form, each has its own */
    coverage_row *row;
    size_t rows;
    const store_pair *program; /* manifest: program and libraries */
    size_t program_rows;
    size_t checks, met, open, missed; /* with a bar; filled by report_coverage_fill() */
} report_coverage;

/* Works out shares and verdicts. From COVERAGE_FULL repetitions on a check is met if its share is within the
 * bar. Below, it is missed only if a share at the bar's edge would give one as far off less than once in
 * 10,000 studies, by the binomial tail and over all checks of the study together (Bonferroni); a sum of
 * shares has lighter tails than the binomial. */
void report_coverage_fill(report_coverage *c);

void report_coverage_text(FILE *out, const report_coverage *c, const report_host *host);
json_t *report_coverage_json(const report_coverage *c, const report_host *host); /* NULL: no memory */
void report_coverage_csv(FILE *out, const report_coverage *c);
/* Of both checks of a row: "met", "open", "NOT MET"; of rows that go wrong "shown", ..., "NOT SHOWN"; "". */
const char *report_coverage_word(const coverage_row *row);
const char *report_coverage_check_word(const coverage_row *row, const coverage_check *check);
/* Number of the row's note, from 1 in the order of the rows; 0: it has none. The first row with it has it
 * anew. */
size_t report_coverage_note(const report_coverage *c, size_t row, bool *anew);
/* "10,000 repetitions", "short form". */
format_text report_coverage_size(const report_coverage *c);
/* What the study comes to, in a sentence. */
format_text report_coverage_summary(const report_coverage *c);
/* "95.12 % [94.68, 95.53]"; a dash if nothing was counted. */
format_text report_coverage_share(const coverage_check *check);
format_text report_coverage_bar(const coverage_check *check); /* "93.5 to 96.5", "at most 5"; "" for none */
/* Both bars of a row in per cent, "" where they are the common ones. */
format_text report_coverage_bars(const coverage_row *row);

void report_coverage_plot(FILE *gp, const void *coverage);
int report_coverage_plot_height(const report_coverage *c);

/* Writes DIR/coverage.csv, DIR/plots, DIR/manifest.json and last DIR/coverage.html. [out] error on false. */
bool report_coverage_write(const char *dir, const report_coverage *c, const report_host *host,
                           char error[STORE_ERROR_SIZE]);

#endif
