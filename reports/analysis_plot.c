/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis_plot.c - the forest plot: relative differences with their intervals, a line an estimate.
 *
 * Outcomes have units of their own; relative to the control's mean they share an axis. Lines that would leave
 * the picture are cut at its edge; the numbers stand beside them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/analysis.h"
#include "reports/analysis_words.h"
#include "reports/draw.h"
#include "reports/gnuplot.h"

enum { MOST = 40 };
static const double WIDEST = 1.5;

/* The first that have a line. [out] all: how many have one. */
static size_t collect(const report_analysis *a, const analysis_estimate **row, size_t *all) {
    *all = 0;
    for (size_t i = 0; i < a->estimates; i++) {
        const analysis_estimate *e = &a->estimate[i];
        if (!isfinite(e->rel_lo) || !isfinite(e->rel_hi)) continue;
        if (*all < MOST) row[*all] = e;
        ++*all;
    }
    return *all < MOST ? *all : MOST;
}

size_t report_analysis_plot_rows(const report_analysis *a, size_t *all) {
    const analysis_estimate *row[MOST];
    return collect(a, row, all);
}

static double cut(double x, double edge) {
    return fmin(fmax(x, -edge), edge);
}

static void put_tics(FILE *gp, const analysis_estimate *const *row, size_t n) {
    fputs("set ytics (", gp);
    for (size_t i = 0; i < n; i++) {
        char outcome[18], arm[15], label[60];
        snprintf(label, sizeof label, "%s, %s: %s", format_clean(outcome, sizeof outcome, row[i]->outcome),
                 format_clean(arm, sizeof arm, row[i]->arm), report_analysis_method(row[i]->method));
        fputs(i ? ", " : "", gp);
        gnuplot_quote(gp, label);
        fprintf(gp, " %zu", i);
    }
    fputs(") scale 0\n", gp);
    for (size_t i = 0; i < n; i++) {
        char note[DRAW_LABEL];
        snprintf(note, sizeof note, "%+.1f %% [%+.1f, %+.1f]", 100 * row[i]->rel, 100 * row[i]->rel_lo,
                 100 * row[i]->rel_hi);
        fprintf(gp, "set label %zu ", i + 1);
        gnuplot_quote(gp, note);
        fprintf(gp, " at graph 1.01, first %zu left font ',10' tc rgb '" DRAW_INK "'\n", i);
    }
}

void report_analysis_plot(FILE *gp, const void *analysis) {
    const report_analysis *a = analysis;
    const analysis_estimate *row[MOST];
    size_t all, n = collect(a, row, &all);
    double edge = 0.01;
    char subtitle[160], file[60];
    for (size_t i = 0; i < n; i++)
        edge = fmax(edge, fmin(fmax(fabs(row[i]->rel_lo), fabs(row[i]->rel_hi)), WIDEST));
    snprintf(subtitle, sizeof subtitle, "%s; difference / control mean, %g %% intervals%s",
             format_clean(file, sizeof file, a->file), 100 * (1 - a->alpha),
             report_analysis_mismatch(a) ? "; SAMPLE-RATIO MISMATCH" : "");
    draw_style(gp, "Arms against the control", subtitle);
    draw_axis(gp, "x", -edge * 1.05, edge * 1.05, "share");
    fprintf(gp,
            "set yrange [%g:-0.6] noextend\nset grid xtics noytics\nset border 1\n"
            "set lmargin at screen 0.36\nset rmargin at screen 0.77\nset bmargin 4\n"
            "set arrow 9 from 0, graph 0 to 0, graph 1 nohead back lw 1 lc rgb '" DRAW_INK "'\n",
            (double)n - 0.4);
    put_tics(gp, row, n);
    fputs("$lines << EOD\n", gp);
    for (size_t i = 0; i < n; i++) {
        bool clear = row[i]->rel_lo > 0 || row[i]->rel_hi < 0;
        fprintf(gp, "%zu %.17g %.17g %.17g %ld\n", i, cut(row[i]->rel, edge), cut(row[i]->rel_lo, edge),
                cut(row[i]->rel_hi, edge), strtol((clear ? DRAW_BLUE : DRAW_GREY) + 1, NULL, 16));
    }
    fputs("EOD\nplot $lines using 2:1:3:4:5 with xerrorbars pt 7 ps 0.7 lw 1.6 lc rgb variable notitle\n",
          gp);
}
