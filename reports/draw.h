/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * draw.h - what all plots share: palette, title, axes with human labels, horizontal bars.
 *
 * The palette is Okabe and Ito's, which people with colour blindness can tell apart. Ink and grid have exact
 * values of their own because the page swaps them on a dark background (svg.c).
 */
#ifndef REPORTS_DRAW_H
#define REPORTS_DRAW_H

#include "reports/report.h"

#define DRAW_INK    "#333333"
#define DRAW_GRID   "#e2e2e2"
#define DRAW_GREY   "#8c8c8c"
#define DRAW_BLUE   "#0072b2"
#define DRAW_SKY    "#56b4e9"
#define DRAW_ORANGE "#e69f00"
#define DRAW_RED    "#d55e00"
#define DRAW_GREEN  "#009e73"
#define DRAW_PINK   "#cc79a7"

enum { DRAW_LABEL = 64, DRAW_BARS = 24 };

typedef struct {
    char label[DRAW_LABEL]; /* left of the bar */
    char note[DRAW_LABEL];  /* right of it */
    double from, to;
    double lo, hi; /* interval of `to`; NaN: none */
    const char *colour;
} draw_bar;

void draw_style(FILE *gp, const char *title, const char *subtitle); /* resets everything else */
void draw_subtitle(const store_run *run, char *out, size_t size);   /* "name, 20 replications" */

double draw_ceiling(double x); /* a round number not below x; 1 if x <= 0 */

/* Range and round labelled tics of an axis ("x", "y"). [in] hi > lo, or both 0. */
void draw_axis(FILE *gp, const char *axis, double lo, double hi, const char *unit);

/* The same for the y axis of a low panel, from 0 to `top`. */
void draw_short_axis(FILE *gp, double top, const char *unit);

/* An x axis of time from 0 to `hours`. Returns hours in one of its units: data must be divided by it. */
double draw_time_axis(FILE *gp, double hours, const char *what);

/* Shades the warm-up of a plot along time, with a name where there is room (label 3). [in] hours_in_unit: of
 * draw_time_axis(). */
void draw_warmup(FILE *gp, const store_run *run, double hours_in_unit, bool label);

/* The next panel of a multiplot, between two heights of the screen. Panels share the left margin and the x
 * axis; only the lowest one names it. */
void draw_panel(FILE *gp, double top, double bottom, const char *label, bool lowest);

/* A log x axis of spans; data in seconds. */
void draw_span_axis(FILE *gp, double lo, double hi, const char *label);

void draw_bars(FILE *gp, const draw_bar *bar, size_t bars, const char *axis_label, const char *unit);

#endif
