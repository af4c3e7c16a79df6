/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planning.h - the plan of a test: what was asked, what it takes, and how that moves with size and holdout.
 */
#ifndef REPORTS_PLANNING_H
#define REPORTS_PLANNING_H

#include "reports/format.h"
#include "reports/report.h"
#include "stats/plan.h"

typedef enum { PLANNING_SIZE, PLANNING_EFFECT, PLANNING_POWER } planning_solved; /* what was worked out */

enum { PLANNING_CURVE = 41, PLANNING_HOLDOUTS = 6, PLANNING_NOTES = 6, PLANNING_NOTE = 240 };

typedef struct {
    double n, mde; /* units in all, and the smallest difference that is found with the power; NaN: none */
} planning_point;

typedef struct {
    double control, n; /* share held out; units in all for the difference at that power. INFINITY: never; NaN:
                          no such plan */
} planning_holdout;

typedef struct {
    const char *outcome; /* borrowed; NULL: not from a file */
    bool ratio;
    stat_plan plan;
    double n, diff, power; /* one of them was worked out */
    planning_solved solved;
    planning_point curve[PLANNING_CURVE];
    planning_holdout holdout[PLANNING_HOLDOUTS];
    size_t holdouts;
    double curve_power; /* of curve and holdout */
    char note[PLANNING_NOTES][PLANNING_NOTE];
    size_t notes;
} report_planning;

/* Fills curve and holdout from the rest. */
void report_planning_fill(report_planning *p);

const char *report_planning_kind(const report_planning *p); /* "rate", "mean" or "ratio" */

/* Whole units of both arms for a real number of them in all: each up, but for the dust of the search. */
double report_planning_held(double n, double control);
double report_planning_units(double n, double control);

/* Units of the plan itself. [out] control: of them, held out. */
double report_planning_in_all(const report_planning *p, double *control);

/* The units that another share held out needs, or in words that no number is enough. */
format_text report_planning_needed(const planning_holdout *h);

void report_planning_text(FILE *out, const report_planning *p, const char *dir);
json_t *report_planning_json(const report_planning *p, const char *dir); /* NULL: no memory */
void report_planning_plot(FILE *gp, const void *planning); /* the smallest difference over the units */

/* Writes DIR/power.csv, DIR/plots/power.{svg,png} and last DIR/power.html. [out] error on false. */
bool report_planning_write(const char *dir, const report_planning *p, char error[STORE_ERROR_SIZE]);

#endif
