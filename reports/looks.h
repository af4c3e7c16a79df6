/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looks.h - experiments that were looked at again and again: fixed intervals and confidence sequences, look
 * by look.
 */
#ifndef REPORTS_LOOKS_H
#define REPORTS_LOOKS_H

#include "reports/report.h"

enum { LOOKS_NONE = -1 };

/* Arm less control at one look. NaN: does not exist. */
typedef struct {
    const char *name; /* borrowed */
    double n_control, n_arm, mean_control, mean_arm;
    size_t place;                 /* among all looks of the series, those without numbers too */
    double diff, se, lo, hi, p;   /* the fixed interval, as if this were the only look */
    bool enough;                  /* both arms have the least number of events */
    double any_lo, any_hi, any_p; /* the confidence sequence; NaN before the least number of events */
} looks_row;

typedef struct {
    char *name;                  /* its own: values of the series columns, or "" */
    const char *arm;             /* borrowed */
    looks_row *row;              /* its own */
    size_t rows, empty;          /* looks with numbers; without */
    double planned;              /* units at which the sequence is tightest */
    long fixed_first, any_first; /* first look whose interval leaves out 0; LOOKS_NONE */
    bool fixed_last, any_last;   /* whether the last one does */
} looks_series;

typedef struct {
    const char *file, *control; /* borrowed */
    double alpha, min_events;
    bool events_bounded; /* some arm has no events_ARM: as few as mean and variance allow are counted */
    bool too_few;        /* and at some look these are under min_events */
    size_t falls;        /* counts below those of the look before */
    looks_series *series;
    size_t count;
    uint64_t file_hash;
    const store_pair *program; /* borrowed, as in analysis.h */
    size_t program_rows;
} report_looks;

typedef struct {
    size_t usable, fixed_early, fixed_last, any_early, any_last; /* early: at a look before the last */
    size_t fixed_lost; /* early by the fixed interval, but not at the last look */
} looks_totals;

void report_looks_clear(report_looks *l);
/* Fills the first and last fields of a series from its rows. */
void report_looks_mark(looks_series *s);
looks_totals report_looks_totals(const report_looks *l);

void report_looks_text(FILE *out, const report_looks *l, const char *dir);
json_t *report_looks_json(const report_looks *l, const char *dir); /* NULL: no memory */

/* Writes DIR/looks.csv, DIR/plots/looks.{svg,png} of the first series, and last DIR/analyze.html. */
bool report_looks_write(const char *dir, const report_looks *l, char error[STORE_ERROR_SIZE]);
void report_looks_plot(FILE *gp, const void *series);

#endif
