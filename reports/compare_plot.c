/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare_plot.c - relative differences with their intervals, one line a metric.
 *
 * The base's mean counts as exact: the interval is that of the difference, divided by it. Lines that would
 * leave the picture are cut at its edge; the numbers stand beside them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "reports/draw.h"
#include "reports/format.h"
#include "reports/gnuplot.h"

enum { MOST = 24 };
static const double WIDEST = 1.5; /* of the axis, to either side */

/* What people look for first; others are in the tables. */
static const char *const shown[] = {"sends",
                                    "recipients",
                                    "ctr",
                                    "conversion_after_click",
                                    "time_to_purchase_p50",
                                    "optout_rate",
                                    "unavailable_at_delivery_rate",
                                    "clicked_oos",
                                    "clicked_oos_rate",
                                    "disappointed_recipients",
                                    "oversold_units",
                                    "oversell_rate",
                                    "depletion_time_p50",
                                    "depleted_1h_share",
                                    "sell_through_24h",
                                    "freshness_p50",
                                    "orders",
                                    "revenue",
                                    "revenue_per_recipient",
                                    "incremental_revenue_per_recipient",
                                    "lift_abs",
                                    "lift_true",
                                    "lift_true_store"};

typedef struct {
    const report_difference *d;
    double rel, lo, hi;
} line;

static size_t collect(const report_comparison *c, line *row) {
    size_t n = 0;
    for (size_t k = 0; k < sizeof shown / sizeof *shown && n < MOST; k++)
        for (size_t i = 0; i < c->differences; i++) {
            const report_difference *d = &c->difference[i];
            double base = fabs(d->paired.mean_a);
            if (strcmp(d->metric->name, shown[k]) != 0 || !(base > 0) || !isfinite(d->paired.diff)) continue;
            double lo = isfinite(d->paired.lo) ? d->paired.lo : d->paired.diff;
            double hi = isfinite(d->paired.hi) ? d->paired.hi : d->paired.diff;
            row[n++] = (line){d, d->paired.diff / base, lo / base, hi / base};
            break;
        }
    return n;
}

size_t report_compare_plot_rows(const report_comparison *c) {
    line row[MOST];
    return collect(c, row);
}

static double cut(double x, double edge) {
    return fmin(fmax(x, -edge), edge);
}

static const char *colour_of(const report_difference *d) {
    switch (report_verdict(d)) {
    case COMPARE_BETTER: return DRAW_GREEN;
    case COMPARE_WORSE: return DRAW_RED;
    case COMPARE_OTHER: return DRAW_BLUE;
    default: return DRAW_GREY;
    }
}

static void put_lines(FILE *gp, const line *row, size_t n, double edge) {
    fputs("$lines << EOD\n", gp);
    for (size_t i = 0; i < n; i++)
        fprintf(gp, "%zu %.17g %.17g %.17g %ld\n", i, cut(row[i].rel, edge), cut(row[i].lo, edge),
                cut(row[i].hi, edge), strtol(colour_of(row[i].d) + 1, NULL, 16));
    fputs("EOD\n", gp);
    fputs("set ytics (", gp);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", gp);
        gnuplot_quote(gp, row[i].d->metric->name);
        fprintf(gp, " %zu", i);
    }
    fputs(") scale 0\n", gp);
    for (size_t i = 0; i < n; i++) {
        char note[DRAW_LABEL];
        if (report_verdict(row[i].d) == COMPARE_SAME)
            strcpy(note, "the same");
        else
            snprintf(note, sizeof note, "%+.1f %% [%+.1f, %+.1f]", 100 * row[i].rel, 100 * row[i].lo,
                     100 * row[i].hi);
        fprintf(gp, "set label %zu ", i + 1);
        gnuplot_quote(gp, note);
        fprintf(gp, " at graph 1.01, first %zu left font ',10' tc rgb '" DRAW_INK "'\n", i);
    }
}

/* One line at the bottom; the margins leave gnuplot's own key no room. */
static void put_key(FILE *gp) {
    static const struct {
        const char *colour, *word;
        double at;
    } key[] = {{DRAW_GREEN, "better", 0.31},
               {DRAW_RED, "worse", 0.40},
               {DRAW_BLUE, "differs, neither better", 0.48},
               {DRAW_GREY, "not told apart from 0", 0.68}};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        fprintf(
            gp,
            "set label %zu '%s' at screen %g, screen 0.03 left offset 0.9,0 point pt 7 ps 0.8 lc rgb '%s' tc "
            "rgb '" DRAW_INK "'\n",
            100 + i, key[i].word, key[i].at, key[i].colour);
}

void report_compare_plot(FILE *gp, const void *comparison) {
    const report_comparison *c = comparison;
    line row[MOST];
    size_t n = collect(c, row);
    double edge = 0.01;
    char subtitle[160], a[60], b[60];
    for (size_t i = 0; i < n; i++)
        edge = fmax(edge, fmin(fmax(fabs(row[i].lo), fabs(row[i].hi)), WIDEST));
    snprintf(subtitle, sizeof subtitle, "%s against %s, %zu pairs of replications; 95 %% intervals",
             format_clean(b, sizeof b, c->candidate_label), format_clean(a, sizeof a, c->base_label),
             c->base->run->trials);
    draw_style(gp, "Candidate against base: relative differences", subtitle);
    draw_axis(gp, "x", -edge * 1.05, edge * 1.05, "share");
    fprintf(gp,
            "set yrange [%g:-0.6] noextend\nset grid xtics noytics\nset border 1\n"
            "set lmargin at screen 0.31\nset rmargin at screen 0.77\nset bmargin 6.5\n"
            "set xlabel 'difference / base' tc rgb '" DRAW_INK "'\n"
            "set arrow 9 from 0, graph 0 to 0, graph 1 nohead back lw 1 lc rgb '" DRAW_INK "'\n",
            (double)n - 0.4);
    put_lines(gp, row, n, edge);
    put_key(gp);
    fputs("plot $lines using 2:1:3:4:5 with xerrorbars pt 7 ps 0.7 lw 1.6 lc rgb variable notitle\n", gp);
}
