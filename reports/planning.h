/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planning.h - the plan of a test: what was asked, what it takes, and how that moves with size and holdout.
 */
#ifndef REPORTS_PLANNING_H
#define REPORTS_PLANNING_H

#include "reports/report.h"
#include "stats/plan.h"

typedef enum { PLANNING_SIZE, PLANNING_EFFECT, PLANNING_POWER } planning_solved; /* what was worked out */

enum { PLANNING_CURVE = 41, PLANNING_HOLDOUTS = 6, PLANNING_NOTES = 6, PLANNING_NOTE = 240 };

typedef struct {
    double n, mde; /* units in all, and the smallest difference that is found with the power; NaN: none */
} planning_point;

typedef struct {
    double control, n; /* share held out; units in all for the difference at that power. INFINITY: never */
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
    char note[PLANNING_NOTES][PLANNING_NOTE];
    size_t notes;
} report_planning;

/* Fills curve and holdout from the rest. */
void report_planning_fill(report_planning *p);

/* Whole units for a real number of them: up, but for the dust of the search. */
double report_planning_whole(double n);

void report_planning_text(FILE *out, const report_planning *p, const char *dir);
json_t *report_planning_json(const report_planning *p, const char *dir); /* NULL: no memory */
void report_planning_plot(FILE *gp, const void *planning); /* the smallest difference over the units */

/* Writes DIR/power.csv, DIR/plots/power.{svg,png} and last DIR/power.html. [out] error on false. */
bool report_planning_write(const char *dir, const report_planning *p, char error[STORE_ERROR_SIZE]);

#endif
