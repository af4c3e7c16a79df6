/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plots_lift.c - what single tests report, beside their mean and the truth.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/plots.h"

enum { MOST = 30, SUBTITLE = 160 };

typedef struct {
    report_lift lift;
    double truth;
} test;

typedef struct {
    test row[MOST];
    size_t rows;
    double lo, hi; /* of everything drawn */
} tests;

static int by_estimate(const void *a, const void *b) {
    double x = ((const test *)a)->lift.abs, y = ((const test *)b)->lift.abs;
    return (x > y) - (x < y);
}

static void widen(tests *t, double x) {
    if (!isfinite(x)) return;
    t->lo = fmin(t->lo, x);
    t->hi = fmax(t->hi, x);
}

static void collect(tests *t, const report_summary *s, const report_value *naive, const report_value *truth) {
    for (size_t i = 0; i < s->run->trials && t->rows < MOST; i++) {
        test one = {report_trial_lift(&s->run->trial[i], STORE_ASSIGNED, STORE_ORDERS), truth->by_trial[i]};
        if (!isfinite(one.lift.abs)) continue;
        widen(t, one.lift.abs);
        widen(t, one.lift.lo);
        widen(t, one.lift.hi);
        widen(t, one.truth);
        t->row[t->rows++] = one;
    }
    widen(t, naive->lo);
    widen(t, naive->hi);
    widen(t, truth->lo);
    widen(t, truth->hi);
    qsort(t->row, t->rows, sizeof *t->row, by_estimate);
}

static double or_else(double x, double otherwise) {
    return isfinite(x) ? x : otherwise;
}

/* Bands of the means behind everything, lines at the means. */
static void put_band(FILE *gp, int id, const report_value *v, const char *colour) {
    if (!v->n) return;
    if (isfinite(v->lo) && isfinite(v->hi) && v->hi > v->lo)
        fprintf(gp,
                "set object %d rectangle from %.17g, graph 0 to %.17g, graph 1 behind fc rgb '%s' fs "
                "transparent solid "
                "0.2 noborder\n",
                id, v->lo, v->hi, colour);
    fprintf(gp, "set arrow %d from %.17g, graph 0 to %.17g, graph 1 nohead back lw 2 lc rgb '%s'\n", id,
            v->mean, v->mean, colour);
}

static void put_rows(FILE *gp, const tests *t, bool twins) {
    fputs("$tests << EOD\n", gp);
    for (size_t i = 0; i < t->rows; i++) {
        const report_lift *l = &t->row[i].lift;
        fprintf(gp, "%zu %.17g %.17g %.17g\n", i + 1, l->abs, or_else(l->lo, l->abs), or_else(l->hi, l->abs));
    }
    fputs("EOD\n", gp);
    if (!twins) return;
    fputs("$truths << EOD\n", gp);
    for (size_t i = 0; i < t->rows; i++)
        if (isfinite(t->row[i].truth)) fprintf(gp, "%zu %.17g\n", i + 1, t->row[i].truth);
    fputs("EOD\n", gp);
}

void plot_lift(FILE *gp, const void *summary) {
    const report_summary *s = summary;
    const report_value *naive = report_find(s, "lift_abs"), *truth = report_find(s, "lift_true");
    bool twins = truth->n > 0;
    tests t = {.lo = 0, .hi = 0};
    char name[SUBTITLE], subtitle[SUBTITLE * 3];
    collect(&t, s, naive, truth);
    double pad = t.hi > t.lo ? (t.hi - t.lo) * 0.06 : 0.5;
    draw_subtitle(s->run, name, sizeof name);
    snprintf(subtitle, sizeof subtitle, "%s; mean estimate %s%s%s", name, format_mean_interval(naive).text,
             twins ? ", truth " : "", twins ? format_mean_interval(truth).text : "");
    draw_style(gp, twins ? "Lift: the estimate beside the truth" : "Lift: the estimates", subtitle);
    draw_axis(gp, "x", t.lo - pad, t.hi + pad, "");
    fprintf(
        gp,
        "set yrange [0.3:%zu.7] noextend\nunset ytics\nset grid xtics noytics\nset border 1\nset lmargin 5\n",
        t.rows);
    fputs("set bmargin 6.5\nset key bottom center outside horizontal\n"
          "set xlabel 'lift, net orders per unit of the experiment' tc rgb '" DRAW_INK "'\n"
          "set ylabel 'replications, by estimate' tc rgb '" DRAW_INK "'\n"
          "set arrow 9 from 0, graph 0 to 0, graph 1 nohead back lw 1 lc rgb '" DRAW_INK "'\n",
          gp);
    put_band(gp, 1, naive, DRAW_BLUE);
    put_band(gp, 2, truth, DRAW_RED);
    put_rows(gp, &t, twins);
    fputs("plot $tests using 2:1:3:4 with xerrorbars pt 7 ps 0.6 lw 1.2 lc rgb '" DRAW_BLUE
          "' title 'one test: estimate, 95 % interval', NaN with lines lw 2 lc rgb '" DRAW_BLUE
          "' title 'mean estimate'",
          gp);
    if (twins)
        fputs(", $truths using 2:1 with points pt 9 ps 0.7 lc rgb '" DRAW_RED
              "' title 'truth of each', NaN with lines lw 2 lc rgb '" DRAW_RED "' title 'mean truth'",
              gp);
    fputc('\n', gp);
}
