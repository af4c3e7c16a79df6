/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_front.c - two metrics against each other, and the points that no other dominates.
 */
#include <math.h>
#include <string.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/gnuplot.h"
#include "reports/sweep.h"

enum { LABELS_MOST = 24, CROSSES_MOST = 40 };

static bool known(const report_sweep *s, size_t p) {
    return !isnan(report_sweep_value(s, p, s->x)->mean) && !isnan(report_sweep_value(s, p, s->y)->mean);
}

bool sweep_plot_has_frontier(const report_sweep *s) {
    for (size_t p = 0; p < s->points; p++)
        if (known(s, p)) return true;
    return false;
}

static double or_mean(double x, const report_value *v) {
    return isfinite(x) ? x : v->mean;
}

/* Points with their intervals. [in] which: 0 those that are dominated, 1 the others, 2 the best. */
static bool put_points(FILE *gp, const report_sweep *s, const char *name, int which) {
    bool any = false;
    fprintf(gp, "$%s << EOD\n", name);
    for (size_t p = 0; p < s->points; p++) {
        bool wanted = which == 2 ? s->has_best && s->best == p : s->front[p] == (which == 1);
        if (!wanted || !known(s, p)) continue;
        const report_value *x = report_sweep_value(s, p, s->x), *y = report_sweep_value(s, p, s->y);
        fprintf(gp, "%.17g %.17g %.17g %.17g %.17g %.17g\n", x->mean, y->mean, or_mean(x->lo, x),
                or_mean(x->hi, x), or_mean(y->lo, y), or_mean(y->hi, y));
        any = true;
    }
    fputs("EOD\n", gp);
    return any;
}

static void put_axis(FILE *gp, const report_sweep *s, const char *axis, size_t metric) {
    double lo = INFINITY, hi = -INFINITY;
    for (size_t p = 0; p < s->points; p++) {
        const report_value *v = report_sweep_value(s, p, metric);
        if (!known(s, p)) continue;
        lo = fmin(lo, or_mean(v->lo, v));
        hi = fmax(hi, or_mean(v->hi, v));
    }
    const report_metric *m = report_sweep_value(s, 0, metric)->metric;
    double pad = hi > lo ? (hi - lo) * 0.06 : fabs(hi) * 0.1 + 0.1;
    draw_axis(gp, axis, lo - pad, hi + pad, strcmp(m->unit, "count") ? m->unit : "");
    fprintf(gp, "set %slabel '%s%s%s, %s is better' tc rgb '" DRAW_INK "'\n", axis, m->name,
            strcmp(m->unit, "share") && strcmp(m->unit, "count") ? ", " : "",
            strcmp(m->unit, "share") && strcmp(m->unit, "count") ? m->unit : "",
            m->direction == REPORT_MORE_IS_BETTER ? "more" : "less");
}

static void put_numbers(FILE *gp, const report_sweep *s) {
    size_t shown = 0;
    for (size_t p = 0; p < s->points && shown < LABELS_MOST; p++) {
        if (!s->front[p] && !(s->has_best && s->best == p)) continue;
        if (!known(s, p)) continue;
        fprintf(gp,
                "set label %zu '%zu' at %.17g,%.17g left offset 0.7,0.5 front font ',11' tc rgb '" DRAW_INK
                "'\n",
                ++shown, p, report_sweep_value(s, p, s->x)->mean, report_sweep_value(s, p, s->y)->mean);
    }
}

void sweep_plot_frontier(FILE *gp, const void *sweep) {
    const report_sweep *s = sweep;
    char subtitle[200], name[60];
    snprintf(subtitle, sizeof subtitle,
             "%s, %zu points; crosses are 95 %% intervals, numbers are points of the table",
             format_clean(name, sizeof name, s->scenario), s->points);
    draw_style(gp, "What can be had together", subtitle);
    put_axis(gp, s, "x", s->x);
    put_axis(gp, s, "y", s->y);
    fputs("set lmargin at screen 0.12\nset rmargin at screen 0.96\nset bmargin 6.5\n"
          "set key at screen 0.54, screen 0.03 center horizontal maxrows 1\n",
          gp);
    put_numbers(gp, s);
    bool other = put_points(gp, s, "other", 0), front = put_points(gp, s, "front", 1),
         best = put_points(gp, s, "best", 2);
    const char *comma = "plot ";
    if (other) {
        fprintf(gp, "%s$other using 1:2%s pt 7 ps 0.6 lw 0.8 lc rgb '" DRAW_GREY "' title 'dominated'", comma,
                s->points > CROSSES_MOST ? " with points" : ":3:4:5:6 with xyerrorbars");
        comma = ", ";
    }
    if (front) {
        fprintf(gp,
                "%s$front using 1:2 smooth unique with lines lw 1 dt 2 lc rgb '" DRAW_BLUE "' notitle,"
                " $front using 1:2:3:4:5:6 with xyerrorbars pt 7 ps 0.9 lw 1.4 lc rgb '" DRAW_BLUE
                "' title 'not dominated'",
                comma);
        comma = ", ";
    }
    if (best)
        fprintf(gp, "%s$best using 1:2 with points pt 6 ps 1.8 lw 2 lc rgb '" DRAW_RED "' title 'best by %s'",
                comma, report_sweep_value(s, s->best, s->best_metric)->metric->name);
    fputc('\n', gp);
}
