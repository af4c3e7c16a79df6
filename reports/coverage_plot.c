/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_plot.c - how far each row is from what it says: misses of its intervals and false positives, with
 * Monte Carlo intervals.
 *
 * Both would be 5 % of a 95 % interval, so one axis does for both; it ends at 40 %, where what goes wrong
 * is cut.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/coverage.h"
#include "reports/draw.h"
#include "reports/gnuplot.h"

static const double EDGE = 0.4;

int report_coverage_plot_height(const report_coverage *c) {
    return 150 + 19 * (int)c->rows;
}

/* Tic labels are formats to gnuplot: a % has to stand twice. */
static void put_label(FILE *gp, const char *text) {
    char label[DRAW_LABEL * 2];
    size_t n = 0;
    for (; *text && n + 2 < sizeof label; text++) {
        label[n++] = *text;
        if (*text == '%') label[n++] = '%';
    }
    label[n] = '\0';
    gnuplot_quote(gp, label);
}

static void put_tics(FILE *gp, const report_coverage *c) {
    fputs("set ytics (", gp);
    for (size_t i = 0; i < c->rows; i++) {
        const coverage_row *r = &c->row[i];
        char label[DRAW_LABEL * 2], held[24] = "";
        if (isfinite(r->held)) snprintf(held, sizeof held, ", %g %%", 100 * r->held);
        snprintf(label, sizeof label, "%s: %s%s", r->estimator, r->data, held);
        fputs(i ? ", " : "", gp);
        put_label(gp, label);
        fprintf(gp, " %zu", i);
    }
    fputs(") scale 0 font ',9'\n", gp);
}

static void put_point(FILE *gp, double share, double lo, double hi, double at, const char *colour) {
    if (isfinite(share))
        fprintf(gp, "%.17g %.17g %.17g %.17g %ld\n", fmin(share, EDGE), fmin(lo, EDGE), fmin(hi, EDGE), at,
                strtol(colour + 1, NULL, 16));
}

void report_coverage_plot(FILE *gp, const void *coverage) {
    static const char *const word[] = {"intervals that miss the truth", "false positives",
                                       "is there to go wrong"};
    static const char *const colour[] = {DRAW_BLUE, DRAW_GREEN, DRAW_RED};
    static const double at[] = {0.36, 0.62, 0.8};
    const report_coverage *c = coverage;
    char subtitle[160];
    bool any = false;
    snprintf(subtitle, sizeof subtitle, "%s; 95 %% Monte Carlo intervals; shaded: 3.5 to 6.5 %%",
             report_coverage_size(c).text);
    draw_style(gp, "How often intervals miss, and tests cry wolf", subtitle);
    draw_axis(gp, "x", 0, EDGE, "share");
    fprintf(gp,
            "set yrange [%g:-0.6] noextend\nset grid xtics noytics\nset border 1\nset bmargin 5.5\n"
            "set lmargin at screen 0.36\n"
            "set object 1 rect from 0.035, graph 0 to 0.065, graph 1 behind fs solid 0.35 noborder fc rgb "
            "'" DRAW_GRID "'\n",
            (double)c->rows - 0.4);
    put_tics(gp, c);
    for (size_t i = 0; i < 3; i++)
        fprintf(gp,
                "set label %zu '%s' at screen %g, screen 0.015 left offset 0.9,0 point pt 7 ps 0.8 lc rgb "
                "'%s' tc "
                "rgb '" DRAW_INK "'\n",
                100 + i, word[i], at[i], colour[i]);
    fputs("$rows << EOD\n", gp);
    for (size_t i = 0; i < c->rows; i++) {
        const coverage_row *r = &c->row[i];
        const stat_share *m = &r->cover.share, *f = &r->alarm.share;
        put_point(gp, 1 - m->share, 1 - m->hi, 1 - m->lo, (double)i - 0.16,
                  r->goes_wrong ? DRAW_RED : DRAW_BLUE);
        put_point(gp, f->share, f->lo, f->hi, (double)i + 0.16, r->goes_wrong ? DRAW_RED : DRAW_GREEN);
        any = any || isfinite(m->share) || isfinite(f->share);
    }
    fputs("EOD\n", gp);
    fputs(any ? "plot $rows using 1:4:2:3:5 with xerrorbars pt 7 ps 0.5 lw 1.4 lc rgb variable notitle\n"
              : "plot NaN notitle\n",
          gp);
}
