/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_plot.c - the main metrics along the axes: lines with intervals, or maps where both axes have many
 * values.
 *
 * With two axes the one of fewer values becomes the colour. Three and more axes have no such picture; the
 * table and the frontier stand for them.
 */
#include <math.h>
#include <string.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/gnuplot.h"
#include "reports/sweep.h"

enum { HEAD = 66, PANEL = 235, FOOT = 64, LINES_MOST = 7, TICS_LETTERS = 44, KEY_LETTERS = 20 };

static const char *const line_colour[LINES_MOST] = {DRAW_BLUE, DRAW_ORANGE, DRAW_GREEN, DRAW_RED,
                                                    DRAW_PINK, DRAW_SKY,    DRAW_GREY};

typedef struct {
    const report_sweep *s;
    size_t x, line; /* axes; line == s->axes: there is one line */
    bool map;
    size_t shown[SWEEP_SHOWN], metrics;
    double height;
} figure;

static size_t rows_of(size_t metrics) {
    return (metrics + 1) / 2;
}

static figure figure_of(const report_sweep *s) {
    figure f = {.s = s, .x = 0, .line = s->axes};
    if (s->axes == 2) {
        f.x = s->axis[0].values >= s->axis[1].values ? 0 : 1;
        f.line = 1 - f.x;
        f.map = s->axis[f.line].values > LINES_MOST;
    }
    f.metrics = report_sweep_shown(s, f.shown);
    f.height = HEAD + PANEL * (double)rows_of(f.metrics) + FOOT;
    return f;
}

bool sweep_plot_has_axes(const report_sweep *s) {
    return s->axes <= 2 && s->points > 1;
}

int sweep_plot_height(const report_sweep *s) {
    figure f = figure_of(s);
    return (int)f.height;
}

/* Where a value stands: its number, or its place among words and in maps. */
static double place(const figure *f, size_t axis, size_t value) {
    const report_axis *a = &f->s->axis[axis];
    return f->map || isnan(a->number[0]) ? (double)value : a->number[value];
}

static void put_tic(FILE *gp, const char *label, double at) {
    char twice[48], *to = twice;
    for (const char *c = label; *c; c++) { /* tics are formats */
        if (*c == '%') *to++ = '%';
        *to++ = *c;
    }
    *to = '\0';
    gnuplot_quote(gp, twice);
    fprintf(gp, " %.17g", at);
}

/* Every value has its tic, and its label unless that would run into the one before. */
static void put_tics(FILE *gp, const figure *f, size_t axis, const char *name) {
    const report_axis *a = &f->s->axis[axis];
    bool numbers = !f->map && !isnan(a->number[0]);
    double lo = place(f, axis, 0), hi = lo;
    for (size_t i = 0; i < a->values; i++) {
        lo = fmin(lo, place(f, axis, i));
        hi = fmax(hi, place(f, axis, i));
    }
    double gap = numbers ? (hi - lo) * 0.04 : 0.5;
    if (numbers && a->log)
        fprintf(gp, "set logscale %s\nset %srange [%.17g:%.17g] noextend\n", name, name, lo / 1.1, hi * 1.1);
    else
        fprintf(gp, "set %srange [%.17g:%.17g] noextend\n", name, lo - (gap > 0 ? gap : 1),
                hi + (gap > 0 ? gap : 1));
    double width = numbers && a->log ? log(hi / lo) : hi - lo, last = -INFINITY;
    size_t before = 0;
    fprintf(gp, "set %stics (", name);
    for (size_t i = 0; i < a->values; i++) {
        double at = place(f, axis, i), from = numbers && a->log ? log(at / lo) : at - lo;
        char label[24];
        snprintf(label, sizeof label, "%s", a->value[i]);
        size_t letters = strlen(label);
        double room = *name == 'y' ? 0.09 : ((double)(letters + before) / 2 + 1) / TICS_LETTERS;
        bool shown = width <= 0 || fabs(from / width - last) >= room;
        fputs(i ? ", " : "", gp);
        put_tic(gp, shown ? label : "", at);
        if (!shown) continue;
        last = width > 0 ? from / width : 0;
        before = letters;
    }
    fputs(")\n", gp);
}

/* Spans of time in the unit that suits their largest. */
static double scale_of(const char *unit, double most, const char **shown) {
    *shown = strcmp(unit, "share") == 0 || strcmp(unit, "count") == 0 ? "" : unit;
    if (strcmp(unit, "s") != 0) return 1;
    *shown = most < 120 ? "s" : most < 7200 ? "min" : most <= 259200 ? "h" : "d";
    return most < 120 ? 1 : most < 7200 ? 60 : most <= 259200 ? 3600 : 86400;
}

typedef struct {
    double lo, hi; /* of means and intervals */
} extent;

static extent extent_of(const report_sweep *s, size_t metric, bool intervals) {
    extent e = {INFINITY, -INFINITY};
    for (size_t p = 0; p < s->points; p++) {
        const report_value *v = report_sweep_value(s, p, metric);
        if (isnan(v->mean)) continue;
        e.lo = fmin(e.lo, intervals && isfinite(v->lo) ? v->lo : v->mean);
        e.hi = fmax(e.hi, intervals && isfinite(v->hi) ? v->hi : v->mean);
    }
    return e;
}

static size_t point_at(const figure *f, size_t x, size_t line) {
    const report_sweep *s = f->s;
    if (s->axes == 1) return x;
    return f->x == 0 ? x * s->axis[1].values + line : line * s->axis[1].values + x;
}

/* Data of one line; false: it has no point. */
static bool put_line(FILE *gp, const figure *f, size_t metric, size_t line, double scale) {
    bool any = false;
    fprintf(gp, "$line%zu << EOD\n", line);
    for (size_t x = 0; x < f->s->axis[f->x].values; x++) {
        const report_value *v = report_sweep_value(f->s, point_at(f, x, line), metric);
        if (isnan(v->mean)) continue;
        bool interval = isfinite(v->lo) && isfinite(v->hi);
        fprintf(gp, "%.17g %.17g %.17g %.17g\n", place(f, f->x, x), v->mean / scale,
                (interval ? v->lo : v->mean) / scale, (interval ? v->hi : v->mean) / scale);
        any = true;
    }
    fputs("EOD\n", gp);
    return any;
}

/* The values of the axis that is told by colour, in one line at the bottom; gnuplot's own key would be as
 * narrow as a panel. */
static void put_key(FILE *gp, const figure *f) {
    const report_axis *a = f->line < f->s->axes && !f->map ? &f->s->axis[f->line] : NULL;
    char text[96];
    double x = 0.085, y = 18 / f->height;
    if (a) {
        snprintf(text, sizeof text, "%.60s:", a->path);
        fputs("set label 1005 ", gp);
        gnuplot_quote(gp, text);
        fprintf(gp, " at screen %g, screen %g left tc rgb '" DRAW_INK "'\n", x, y);
        x += 0.0095 * (double)format_width(text) + 0.02;
    }
    for (size_t l = 0; a && l < a->values && l < LINES_MOST; l++) {
        snprintf(text, sizeof text, "%.*s", KEY_LETTERS, a->value[l]);
        fprintf(gp, "set label %zu ", 1006 + l);
        gnuplot_quote(gp, text);
        fprintf(gp,
                " at screen %g, screen %g left offset 0.9,0 point pt 7 ps 0.8 lc rgb '%s' tc rgb '" DRAW_INK
                "'\n",
                x, y, line_colour[l]);
        x += 0.0095 * (double)format_width(text) + 0.035;
    }
}

static void put_lines(FILE *gp, const figure *f, size_t metric, double scale) {
    size_t lines = f->line < f->s->axes ? f->s->axis[f->line].values : 1;
    bool any[LINES_MOST];
    const char *comma = "plot ";
    for (size_t l = 0; l < lines; l++)
        any[l] = put_line(gp, f, metric, l, scale);
    for (size_t l = 0; l < lines; l++) {
        if (any[l] && lines == 1) {
            fprintf(gp,
                    "%s$line%zu using 1:3:4 with filledcurves fs transparent solid 0.22 lc rgb '%s' notitle",
                    comma, l, line_colour[l]);
            comma = ", ";
        }
        if (any[l]) {
            fprintf(gp, "%s$line%zu using 1:2:3:4 with yerrorlines pt 7 ps 0.6 lw 1.6 lc rgb '%s' notitle",
                    comma, l, line_colour[l]);
        } else {
            fprintf(gp, "%sNaN with lines lw 1.6 lc rgb '%s' notitle", comma, line_colour[l]);
        }
        comma = ", ";
    }
    fputc('\n', gp);
}

static void put_map(FILE *gp, const figure *f, size_t metric, double scale, extent e) {
    double flat = e.hi > e.lo ? 0 : 1;
    if (!isfinite(e.lo)) { /* no point has it */
        fputs("plot NaN notitle\n", gp);
        return;
    }
    fprintf(gp, "set cbrange [%.17g:%.17g]\n$map << EOD\n", e.lo / scale, (e.hi + flat) / scale);
    for (size_t l = 0; l < f->s->axis[f->line].values; l++)
        for (size_t x = 0; x < f->s->axis[f->x].values; x++) {
            const report_value *v = report_sweep_value(f->s, point_at(f, x, l), metric);
            if (!isnan(v->mean)) fprintf(gp, "%zu %zu %.17g\n", x, l, v->mean / scale);
        }
    fputs("EOD\nplot $map using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror fs solid 1 lc "
          "palette "
          "notitle\n",
          gp);
}

static void put_panel(FILE *gp, const figure *f, size_t i) {
    const report_sweep *s = f->s;
    size_t metric = f->shown[i];
    const report_value *any = report_sweep_value(s, 0, metric);
    extent e = extent_of(s, metric, !f->map);
    const char *unit;
    char title[96];
    double scale = scale_of(any->metric->unit, fmax(fabs(e.lo), fabs(e.hi)), &unit);
    if (f->map && !strcmp(any->metric->unit, "share")) {
        scale = 0.01;
        unit = "%";
    }
    double top = HEAD + 24 + PANEL * (double)(i / 2), bottom = top + PANEL - 80;
    double left = i % 2 ? 0.59 : 0.085;
    fprintf(gp,
            "set tmargin at screen %g\nset bmargin at screen %g\nset lmargin at screen %g\nset rmargin at "
            "screen %g\n",
            1 - top / f->height, 1 - bottom / f->height, left, left + (f->map ? 0.33 : 0.395));
    snprintf(title, sizeof title, "%s%s%s%s", any->metric->name, *unit ? " (" : "", unit, *unit ? ")" : "");
    fputs("set label 1003 ", gp);
    gnuplot_quote(gp, title);
    fputs(" at graph 0, graph 1 offset 0,0.9 left font ',11' tc rgb '" DRAW_INK "'\n", gp);
    put_tics(gp, f, f->x, "x");
    if (f->map) {
        put_tics(gp, f, f->line, "y");
        fputs("set xtics rotate by -35\n", gp);
        put_map(gp, f, metric, scale, e);
        return;
    }
    double lo = e.lo / scale, hi = e.hi / scale, pad = hi > lo ? (hi - lo) * 0.08 : fabs(hi) * 0.1 + 0.1;
    bool from_zero = lo >= 0 && lo < hi * 0.5;
    if (isfinite(lo))
        draw_axis(gp, "y", from_zero ? 0 : lo - pad, hi + pad,
                  strcmp(any->metric->unit, "share") ? "" : "share");
    else
        draw_axis(gp, "y", 0, 1, "");
    put_lines(gp, f, metric, scale);
}

void sweep_plot_axes(FILE *gp, const void *sweep) {
    const report_sweep *s = sweep;
    figure f = figure_of(s);
    char subtitle[200], name[60], label[200];
    snprintf(subtitle, sizeof subtitle, "%s, %zu points on common random numbers%s",
             format_clean(name, sizeof name, s->scenario), s->points, f.map ? "; means" : "; 95 % intervals");
    draw_style(gp, "Along the axes", subtitle);
    if (f.map)
        snprintf(label, sizeof label, "across: %s, up: %s", s->axis[f.x].path, s->axis[f.line].path);
    else
        snprintf(label, sizeof label, "across: %s", s->axis[f.x].path);
    fputs("set label 1004 ", gp);
    gnuplot_quote(gp, label);
    fprintf(gp, " at screen 0.5, screen %g center tc rgb '" DRAW_INK "'\n", 42 / f.height);
    put_key(gp, &f);
    fputs("set key off\nset multiplot\n", gp);
    fputs("set palette defined (0 '#f3f8fb', 0.5 '#7fb8d8', 1 '#00456c')\nset grid noxtics noytics\n", gp);
    if (!f.map) fputs("set grid xtics ytics\n", gp);
    for (size_t i = 0; i < f.metrics; i++) {
        put_panel(gp, &f, i);
        fputs("unset label 1001\nunset label 1002\nunset label 1004\nunset label 1005\n", gp);
        for (int l = 0; i == 0 && l < LINES_MOST; l++)
            fprintf(gp, "unset label %d\n", 1006 + l);
    }
    fputs("unset multiplot\n", gp);
}
