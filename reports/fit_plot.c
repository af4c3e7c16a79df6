/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_plot.c - see fit_plot.h.
 */
#include "reports/fit_plot.h"

#include <math.h>
#include <stdlib.h>

#include "reports/draw.h"
#include "reports/file.h"
#include "reports/gnuplot.h"
#include "reports/plots.h"

enum { BINS_MAX = 40, QQ_MAX = 400, COUNTS_MAX = 25 };
static const char *const colour[STAT_FAMILIES] = {DRAW_GREEN, DRAW_BLUE, DRAW_RED, DRAW_ORANGE};

static bool write_plot(const char *dir, const char *name, int height, void (*draw)(FILE *, const void *),
                       const void *context, char *error) {
    const report_plot plot = {.name = name, .height = height, .draw = draw};
    char *svg = NULL;
    bool good = file_folder(dir, NULL, error) && file_folder(dir, "plots", error) &&
                report_write_plot(dir, &plot, context, &svg, error);
    free(svg);
    return good;
}

/* ---- times ---- */

static double curve_at(const report_times_plot *p, double t) {
    double alive = 1;
    for (size_t i = 0; i < p->steps && p->at[i] <= t * (1 + 1e-12); i++)
        alive = p->alive[i];
    return alive;
}

static double fit_at(const report_times_plot *p, int k, double t) {
    return exp(stat_times_log_survival(p->fit[k].family, p->fit[k].size, p->fit[k].shape, t));
}

/* Where all but a share of the times have ended. */
static double reach(const report_times_plot *p, double share) {
    for (size_t i = 0; i < p->steps; i++)
        if (p->alive[i] <= share) return p->at[i];
    return p->at[p->steps - 1];
}

static void panel(FILE *gp, double left, double right, const char *title) {
    fprintf(
        gp,
        "set lmargin at screen %g\nset rmargin at screen %g\nset tmargin at screen 0.76\nset bmargin at "
        "screen 0.17\nset label 1003 '%s' at graph 0, graph 1 offset 0,0.8 left font ',11' tc rgb '" DRAW_INK
        "'\n",
        left, right, title);
}

/* A logarithmic axis of spans, in seconds, with room between its few labels. */
static void span_axis(FILE *gp, const char *axis, double lo, double hi) {
    static const struct {
        double seconds;
        const char *text;
    } tic[] = {{1, "1 s"},        {10, "10 s"},       {60, "1 min"},    {600, "10 min"}, {3600, "1 h"},
               {10800, "3 h"},    {28800, "8 h"},     {86400, "1 d"},   {259200, "3 d"}, {864000, "10 d"},
               {2592000, "30 d"}, {8640000, "100 d"}, {31536000, "1 y"}};
    double last = lo, apart = pow(hi / lo, 0.19);
    const char *comma = "";
    fprintf(gp, "set logscale %s\nset %srange [%.17g:%.17g] noextend\nset %stics (", axis, axis, lo, hi,
            axis);
    for (size_t i = 0; i < sizeof tic / sizeof *tic; i++) {
        if (tic[i].seconds < lo || tic[i].seconds > hi || (*comma && tic[i].seconds < last * apart)) continue;
        fprintf(gp, "%s'%s' %.17g", comma, tic[i].text, tic[i].seconds);
        last = tic[i].seconds;
        comma = ", ";
    }
    fputs(")\n", gp);
}

/* In the title's second line, each in its colour. */
static void put_key(FILE *gp, const report_times_plot *p) {
    double x = 0.5;
    fprintf(gp, "set label 1 'data' at screen 0.43, screen 1 offset 0,-2.5 left tc rgb '" DRAW_GREY "'\n");
    for (int k = 0; k < STAT_FAMILIES; k++, x += 0.12) {
        if (!p->good[k]) continue;
        fprintf(gp, "set label %d '%s%s' at screen %g, screen 1 offset 0,-2.5 left tc rgb '%s'\n", k + 2,
                p->name[k], k == p->best ? " (best)" : "", x, colour[k]);
    }
}

/* [in] how: of plot's with; unit: that x is divided by. */
static void put_families(FILE *gp, const report_times_plot *p, const char *how, double unit) {
    for (int k = 0; k < STAT_FAMILIES; k++)
        if (p->good[k])
            fprintf(gp, ", $data using ($1/%.9g):%d with %s lw %g lc rgb '%s' notitle", unit, k + 3, how,
                    k == p->best ? 2.5 : 1.2, colour[k]);
    fputc('\n', gp);
}

static void put_row(FILE *gp, const report_times_plot *p, double x, double data, const double *fit) {
    fprintf(gp, "%.9g %.9g", x, data);
    for (int k = 0; k < STAT_FAMILIES; k++)
        fprintf(gp, " %.9g", p->good[k] ? fit[k] : 0);
    fputc('\n', gp);
}

static void put_histogram(FILE *gp, const report_times_plot *p) {
    double end = reach(p, 0.03), width = end / BINS_MAX, most = 0, fit[STAT_FAMILIES];
    if (p->unit > 0) width = p->unit * fmax(ceil(width / p->unit - 1e-9), 1);
    double first = p->unit > 0 ? p->unit / 2 : 0; /* half a unit counts to the first bin */
    fputs("$data << EOD\n", gp);
    for (int i = 0; i < BINS_MAX; i++) {
        double lo = i ? first + i * width : 0, hi = first + (i + 1) * width;
        if (lo >= end) break;
        double mass = curve_at(p, lo) - curve_at(p, hi);
        most = fmax(most, mass);
        for (int k = 0; k < STAT_FAMILIES; k++) {
            fit[k] = fit_at(p, k, lo) - fit_at(p, k, hi);
            if (p->good[k]) most = fmax(most, fmin(fit[k], 3 * most));
        }
        put_row(gp, p, (lo + hi) / 2, mass, fit);
    }
    fputs("EOD\n", gp);
    panel(gp, 0.07, 0.34, "Share by length");
    draw_axis(gp, "y", 0, draw_ceiling(most), "share");
    double unit = end > 96 ? 24 : end < 0.5 ? 1.0 / 60 : 1;
    draw_axis(gp, "x", 0, end / unit, "");
    fprintf(gp, "set xlabel '%s' tc rgb '" DRAW_INK "'\n",
            unit == 24  ? "days"
            : unit == 1 ? "hours"
                        : "minutes");
    fprintf(gp, "plot $data using ($1/%.9g):2:(%.9g) with boxes lc rgb '" DRAW_GREY "' notitle", unit,
            width * 0.92 / unit);
    put_families(gp, p, "lines", unit);
    fputs("unset label\n", gp);
}

static void put_survival(FILE *gp, const report_times_plot *p, double lo, double hi) {
    double fit[STAT_FAMILIES];
    fputs("$data << EOD\n", gp);
    for (int i = 0; i <= 200; i++) {
        double t = lo * pow(hi / lo, i / 200.0);
        for (int k = 0; k < STAT_FAMILIES; k++)
            fit[k] = fit_at(p, k, t);
        put_row(gp, p, 3600 * t, curve_at(p, t), fit);
    }
    fputs("EOD\n", gp);
    panel(gp, 0.41, 0.66, "Share still going on");
    draw_axis(gp, "y", 0, 1, "share");
    span_axis(gp, "x", 3600 * lo, 3600 * hi);
    fputs("set xlabel 'after'\nplot $data using 1:2 with lines lw 3 lc rgb '" DRAW_GREY "' notitle", gp);
    put_families(gp, p, "lines", 1);
}

static void put_quantiles(FILE *gp, const report_times_plot *p, double lo, double hi) {
    size_t stride = p->steps / QQ_MAX + 1;
    fputs("$data << EOD\n", gp);
    for (size_t i = 0; i < p->steps; i += stride) {
        double fit[STAT_FAMILIES] = {0}, q = 1 - p->alive[i];
        if (!(q > 0 && q < 1)) continue;
        for (int k = 0; k < STAT_FAMILIES; k++)
            if (p->good[k])
                fit[k] = 3600 * stat_times_quantile(p->fit[k].family, p->fit[k].size, p->fit[k].shape, q);
        put_row(gp, p, 3600 * p->at[i], 0, fit);
    }
    fputs("EOD\n", gp);
    panel(gp, 0.735, 0.985, "Quantiles: fit over data");
    span_axis(gp, "x", 3600 * lo, 3600 * hi);
    span_axis(gp, "y", 3600 * lo, 3600 * hi);
    fputs("set xlabel 'data'\nplot x with lines lw 1 lc rgb '" DRAW_INK "' notitle", gp);
    put_families(gp, p, "points pt 7 ps 0.35", 1);
}

static void draw_times(FILE *gp, const void *context) {
    const report_times_plot *p = context;
    double lo = p->at[0], hi = p->at[p->steps - 1];
    if (!(hi > 1.01 * lo)) hi = 2 * lo;
    draw_style(gp, p->title, p->subtitle);
    put_key(gp, p);
    fputs("set key off\nset multiplot\n", gp);
    put_histogram(gp, p);
    put_survival(gp, p, lo, hi);
    put_quantiles(gp, p, lo, hi);
    fputs("unset multiplot\n", gp);
}

bool report_fit_times(const char *dir, const char *name, report_times_plot *plot, char *error) {
    plot->steps = stat_times_curve(plot->time, plot->times, plot->at, plot->alive);
    return write_plot(dir, name, 360, draw_times, plot, error);
}

/* ---- counts by person ---- */

static void draw_counts(FILE *gp, const void *context) {
    const report_counts_plot *p = context;
    double all = 0, most = 0;
    for (size_t i = 0; i < p->counts; i++)
        all += p->count[i].weight;
    draw_style(gp, p->title, p->subtitle);
    fputs("$data << EOD\n", gp);
    for (int x = p->zeros ? 0 : 1; x <= COUNTS_MAX; x++) {
        double seen = 0, fit = stat_nbd_chance(p->mean, p->dispersion, p->zeros, x);
        for (size_t i = 0; i < p->counts; i++)
            if (p->count[i].x == x) seen = p->count[i].weight / all;
        most = fmax(most, fmax(seen, fit));
        fprintf(gp, "%d %.9g %.9g\n", x, seen, fit);
    }
    fputs("EOD\n", gp);
    draw_axis(gp, "x", 0, COUNTS_MAX + 1, "count");
    draw_axis(gp, "y", 0, draw_ceiling(most), "share");
    fputs("set xlabel 'how often' tc rgb '" DRAW_INK "'\n"
          "plot $data using 1:2:(0.8) with boxes lc rgb '" DRAW_GREY "' title 'shoppers', "
          "$data using 1:3 with linespoints pt 7 ps 0.7 lw 2 lc rgb '" DRAW_BLUE
          "' title 'negative binomial'\n",
          gp);
}

bool report_fit_counts(const char *dir, const char *name, const report_counts_plot *plot, char *error) {
    return write_plot(dir, name, 340, draw_counts, plot, error);
}

/* ---- counts by rank ---- */

static void draw_ranks(FILE *gp, const void *context) {
    const report_ranks_plot *p = context;
    double all = 0, weights = 0;
    for (size_t i = p->ranks; i-- > 0;) {
        all += p->count[i];
        weights += pow((double)i + 1, -p->exponent);
    }
    draw_style(gp, p->title, p->subtitle);
    fputs("$data << EOD\n", gp);
    for (double r = 1; r <= (double)p->ranks; r = fmax(r + 1, floor(r * 1.02)))
        fprintf(gp, "%.0f %.9g %.9g\n", r, p->count[(size_t)r - 1], all * pow(r, -p->exponent) / weights);
    fputs("EOD\n", gp);
    fprintf(gp,
            "set logscale xy\nset xrange [0.8:%zu] noextend\nset yrange [0.5:%.9g] noextend\nset xlabel "
            "'rank' tc rgb '" DRAW_INK "'\nset ylabel 'rows' tc rgb '" DRAW_INK "'\n",
            p->ranks + p->ranks / 4 + 1, fmax(p->count[0], all / weights) * 1.5);
    fputs("plot $data using 1:2 with points pt 7 ps 0.4 lc rgb '" DRAW_GREY "' title 'SKUs', "
          "$data using 1:3 with lines lw 2 lc rgb '" DRAW_BLUE "' title 'Zipf'\n",
          gp);
}

bool report_fit_ranks(const char *dir, const char *name, const report_ranks_plot *plot, char *error) {
    return write_plot(dir, name, 380, draw_ranks, plot, error);
}
