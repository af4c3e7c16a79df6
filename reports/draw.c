/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * draw.c - what all plots share. See draw.h.
 */
#include "reports/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/gnuplot.h"

enum { PARTS = 6, PARTS_OF_SHORT = 2, NAME = 41 };

void draw_style(FILE *gp, const char *title, const char *subtitle) {
    fputs("reset\n"
          "set border 3 lw 1 lc rgb '" DRAW_INK "'\n"
          "set grid xtics ytics lt 1 lw 0.8 lc rgb '" DRAW_GRID "'\n"
          "set xtics nomirror scale 0.5 noenhanced tc rgb '" DRAW_INK "'\n"
          "set ytics nomirror scale 0.5 noenhanced tc rgb '" DRAW_INK "'\n"
          "set key outside bottom center horizontal samplen 2 height 0.5 noenhanced tc rgb '" DRAW_INK "'\n"
          "set style fill solid 1 noborder\n"
          "set tmargin 4\nset rmargin 4\nset lmargin 11\n",
          gp);
    fputs("set label 1001 ", gp);
    gnuplot_quote(gp, title);
    fputs(" at screen 0.015, screen 1 offset 0,-1.1 left front font ',14' tc rgb '" DRAW_INK
          "'\nset label 1002 ",
          gp);
    gnuplot_quote(gp, subtitle);
    fputs(" at screen 0.015, screen 1 offset 0,-2.5 left front font ',11' tc rgb '" DRAW_INK "'\n", gp);
}

void draw_subtitle(const store_run *run, char *out, size_t size) {
    char name[NAME], full[FORMAT_SIZE];
    format_clean(name, sizeof name, run->scenario ? run->scenario : "run");
    format_clean(full, sizeof full, run->scenario ? run->scenario : "run");
    snprintf(out, size, "%s%s, %zu replication%s", name, strcmp(name, full) ? "..." : "", run->trials,
             run->trials == 1 ? "" : "s");
}

double draw_ceiling(double x) {
    static const double step[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    if (!(x > 0) || !isfinite(x)) return 1;
    double power = pow(10, floor(log10(x)));
    for (size_t i = 0; i < sizeof step / sizeof *step; i++)
        if (step[i] * power >= x * (1 - 1e-12)) return step[i] * power;
    return 10 * power;
}

/* A round distance that cuts `range` into about `parts`. */
static double step_for(double range, double parts) {
    double raw = range / parts, power = pow(10, floor(log10(raw))), lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10);
}

/* Tic labels all have the decimals that the step needs. gnuplot takes them as formats, so % is written twice.
 */
static void tic_label(FILE *gp, double x, double step, const char *unit) {
    char text[FORMAT_SIZE + 8];
    bool share = !strcmp(unit, "share");
    double scaled = share ? 100 * x : x, width = share ? 100 * step : step;
    if (fabs(x) < step * 1e-9) scaled = 0;
    int decimals = 0;
    while (decimals < 9 && fabs(width * pow(10, decimals) - round(width * pow(10, decimals))) > 1e-6)
        decimals++;
    if (decimals)
        snprintf(text, sizeof text, "%.*f%s", decimals, scaled, share ? " %%" : "");
    else
        snprintf(text, sizeof text, "%s%s", format_count(round(scaled)).text, share ? " %%" : "");
    gnuplot_quote(gp, text);
}

static void put_tics(FILE *gp, const char *axis, double lo, double hi, double parts, const char *unit) {
    double step = step_for(hi - lo, parts);
    if (!strcmp(unit, "count") && step != floor(step)) step = step < 1 ? 1 : 2 * step;
    fprintf(gp, "set %stics (", axis);
    const char *comma = "";
    for (double k = ceil(lo / step - 1e-9); k <= floor(hi / step + 1e-9); k++, comma = ", ") {
        fputs(comma, gp);
        tic_label(gp, k * step, step, unit);
        fprintf(gp, " %.17g", k * step);
    }
    fputs(")\n", gp);
}

void draw_axis(FILE *gp, const char *axis, double lo, double hi, const char *unit) {
    if (!isfinite(lo) || !isfinite(hi) || !(hi > lo)) {
        lo = isfinite(lo) ? lo : 0;
        hi = lo + 1;
    }
    fprintf(gp, "set %srange [%.17g:%.17g] noextend\n", axis, lo, hi);
    put_tics(gp, axis, lo, hi, PARTS, unit);
}

void draw_short_axis(FILE *gp, double top, const char *unit) {
    fprintf(gp, "set yrange [0:%.17g] noextend\n", top);
    put_tics(gp, "y", 0, top, PARTS_OF_SHORT, unit);
}

double draw_time_axis(FILE *gp, double hours, const char *what) {
    static const double steps[] = {1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 1440, 2880, 8760};
    bool days = hours > 96;
    double unit = days ? 24 : 1, step = steps[0];
    for (size_t i = 0; i < sizeof steps / sizeof *steps && hours / step > 14; i++)
        step = steps[i];
    if (days && step < 24) step = 24;
    if (hours < 3) step = step_for(hours > 0 ? hours : 1, 6);
    fprintf(gp, "set xrange [0:%.17g] noextend\nset xtics (", hours > 0 ? hours / unit : 1);
    for (double k = 0; k * step <= hours * (1 + 1e-9); k++)
        fprintf(gp, "%s'%g' %.17g", k > 0 ? ", " : "", k * step / unit, k * step / unit);
    fprintf(gp, ")\nset xlabel '%s %s' tc rgb '" DRAW_INK "'\n", days ? "days" : "hours", what);
    return unit;
}

void draw_warmup(FILE *gp, const store_run *run, double hours_in_unit, bool label) {
    if (run->warmup <= 0) return;
    double end = (double)run->warmup / 3600000 / hours_in_unit;
    fprintf(gp,
            "set object 1 rectangle from 0, graph 0 to %.9g, graph 1 behind fc rgb '" DRAW_GREY
            "' fs transparent "
            "solid 0.15 noborder\n",
            end);
    if (label && run->warmup * 12 > run->horizon)
        fprintf(gp,
                "set label 3 'warm-up' at %.9g, graph 1 right offset -0.5,-0.8 font ',10' tc rgb '" DRAW_INK
                "'\n",
                end);
}

void draw_panel(FILE *gp, double top, double bottom, const char *label, bool lowest) {
    fprintf(gp, "set tmargin at screen %g\nset bmargin at screen %g\nset ylabel '%s' tc rgb '" DRAW_INK "'\n",
            top, bottom, label);
    if (!lowest) fputs("set format x ''\nunset xlabel\n", gp);
}

void draw_span_axis(FILE *gp, double lo, double hi, const char *label) {
    static const struct {
        double seconds;
        const char *text;
    } tic[] = {{1, "1 s"},      {5, "5 s"},      {15, "15 s"},      {60, "1 min"},    {300, "5 min"},
               {900, "15 min"}, {3600, "1 h"},   {10800, "3 h"},    {28800, "8 h"},   {86400, "1 d"},
               {259200, "3 d"}, {604800, "7 d"}, {2592000, "30 d"}, {7776000, "90 d"}};
    fprintf(gp, "set logscale x\nset xrange [%.17g:%.17g] noextend\nset xtics (", lo, hi);
    const char *comma = "";
    for (size_t i = 0; i < sizeof tic / sizeof *tic; i++) {
        if (tic[i].seconds < lo || tic[i].seconds > hi) continue;
        fprintf(gp, "%s'%s' %.17g", comma, tic[i].text, tic[i].seconds);
        comma = ", ";
    }
    fprintf(gp, ")\nset xlabel '%s' tc rgb '" DRAW_INK "'\n", label);
}

static double furthest(const draw_bar *bar, size_t bars) {
    double most = 0;
    for (size_t i = 0; i < bars; i++)
        most = fmax(most, fmax(fmax(bar[i].from, bar[i].to), isfinite(bar[i].hi) ? bar[i].hi : 0));
    return most;
}

/* Room for the longest label, as a share of the width. */
static double left_margin(const draw_bar *bar, size_t bars) {
    double most = 0;
    for (size_t i = 0; i < bars; i++)
        most = fmax(most, (double)format_width(bar[i].label));
    return fmin(fmax(0.03 + 0.0083 * most, 0.12), 0.4);
}

static void put_bar_data(FILE *gp, const draw_bar *bar, size_t bars, bool *intervals) {
    fputs("$bars << EOD\n", gp);
    for (size_t i = 0; i < bars; i++)
        fprintf(gp, "%zu %.17g %.17g %ld\n", i, bar[i].from, bar[i].to, strtol(bar[i].colour + 1, NULL, 16));
    fputs("EOD\n$whiskers << EOD\n", gp);
    *intervals = false;
    for (size_t i = 0; i < bars; i++) {
        if (!(bar[i].hi > bar[i].lo)) continue;
        fprintf(gp, "%zu %.17g %.17g %.17g\n", i, bar[i].to, fmax(bar[i].lo, 0), bar[i].hi);
        *intervals = true;
    }
    fputs("EOD\n", gp);
}

void draw_bars(FILE *gp, const draw_bar *bar, size_t bars, const char *axis_label, const char *unit) {
    double most = furthest(bar, bars), scale = most > 0 ? most : 1;
    bool intervals;
    draw_axis(gp, "x", 0, draw_ceiling(most), unit);
    /* room for the notes on the right */
    fprintf(gp, "set xrange [0:%.17g] noextend\nset yrange [%g:-0.6] noextend\nset ytics (", scale * 1.3,
            (double)bars - 0.4);
    for (size_t i = 0; i < bars; i++) {
        fputs(i ? ", " : "", gp);
        gnuplot_quote(gp, bar[i].label);
        fprintf(gp, " %zu", i);
    }
    fputs(") scale 0\nset grid xtics noytics\nset border 1\nset key off\n", gp);
    fprintf(gp, "set lmargin at screen %g\n", left_margin(bar, bars));
    fprintf(gp, "set xlabel '%s' tc rgb '" DRAW_INK "'\n", axis_label);
    for (size_t i = 0; i < bars; i++) {
        double end = fmax(fmax(bar[i].from, bar[i].to), isfinite(bar[i].hi) ? bar[i].hi : 0);
        fprintf(gp, "set label %zu ", i + 1);
        gnuplot_quote(gp, bar[i].note);
        fprintf(gp, " at %.17g,%zu left offset 0.8,0 front tc rgb '" DRAW_INK "'\n", end, i);
    }
    put_bar_data(gp, bar, bars, &intervals);
    fputs("plot $bars using 2:1:2:3:($1-0.34):($1+0.34):4 with boxxyerror lc rgb variable notitle", gp);
    if (intervals)
        fputs(", $whiskers using 2:1:3:4 with xerrorbars pt 0 lw 1.5 lc rgb '" DRAW_INK "' notitle", gp);
    fputc('\n', gp);
}
