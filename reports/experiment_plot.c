/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_plot.c - the estimates of many experiments by design, against the truth; and what clocks of
 * their own do to a comparison.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/draw.h"
#include "reports/experiment.h"
#include "reports/gnuplot.h"

enum { MOST_POINTS = 500 };
static const double SPREAD = 0.5, GOLDEN = 0.6180339887498949;

typedef struct {
    double lo, hi;
} range;

static void widen(range *r, double x) {
    if (!isfinite(x)) return;
    r->lo = fmin(r->lo, x);
    r->hi = fmax(r->hi, x);
}

/* The x axis has 0 in it and some room to both sides. */
static void put_axes(FILE *gp, range r, double rows, const char *label) {
    double room = r.hi > r.lo ? (r.hi - r.lo) / 20 : 0.5;
    draw_axis(gp, "x", r.lo - room, r.hi + room, "");
    fprintf(gp,
            "set yrange [%g:-0.6] noextend\nset grid xtics noytics\nset border 1\nset bmargin 6.5\n"
            "set lmargin at screen 0.22\nset xlabel '%s' tc rgb '" DRAW_INK "'\n"
            "set arrow 9 from 0, graph 0 to 0, graph 1 nohead back lw 1 lc rgb '" DRAW_INK "'\n",
            rows - 0.4, label);
}

static void put_key(FILE *gp, const char *const colour[3], const char *const word[3], const double at[3]) {
    for (size_t i = 0; i < 3; i++)
        fprintf(gp,
                "set label %zu '%s' at screen %g, screen 0.03 left offset 0.9,0 point pt 7 ps 0.8 lc rgb "
                "'%s' tc rgb '" DRAW_INK "'\n",
                100 + i, word[i], at[i], colour[i]);
}

/* A replication's place in its row: spread evenly, and the same in every picture. */
static double height(size_t row, uint32_t replication) {
    double u = replication * GOLDEN;
    return (double)row + SPREAD * (u - floor(u) - 0.5);
}

static void put_points(FILE *gp, const report_experiment *x) {
    fputs("$points << EOD\n", gp);
    for (size_t i = 0; i < x->designs; i++)
        for (uint32_t r = 0; r < x->replications && r < MOST_POINTS; r++)
            if (isfinite(x->design[i].by[0].effect[r].estimate))
                fprintf(gp, "%.17g %.17g\n", x->design[i].by[0].effect[r].estimate, height(i, r));
    fputs("EOD\n$means << EOD\n", gp);
    for (size_t i = 0; i < x->designs; i++)
        if (isfinite(x->design[i].by[0].estimate.mean))
            fprintf(gp, "%.17g %zu\n", x->design[i].by[0].estimate.mean, i);
    fputs("EOD\n$truths << EOD\n", gp);
    for (size_t i = 0; i < x->designs; i++) {
        double truth = x->design[i].by[0].truth.mean;
        if (isfinite(truth))
            fprintf(gp, "%.17g %g\n%.17g %g\n\n", truth, (double)i - 0.38, truth, (double)i + 0.38);
    }
    fputs("EOD\n", gp);
}

static bool any_point(const report_experiment *x) {
    for (size_t i = 0; i < x->designs; i++)
        if (x->design[i].by[0].estimate.n > 0) return true;
    return false;
}

void report_experiment_plot(FILE *gp, const void *experiment) {
    static const char *const colour[] = {DRAW_SKY, DRAW_BLUE, DRAW_RED}, *const word[] = {"an experiment",
                                                                                          "their mean",
                                                                                          "the truth (mean)"};
    static const double at[] = {0.27, 0.45, 0.6};
    const report_experiment *x = experiment;
    range r = {0, 0};
    char subtitle[160], name[60];
    for (size_t i = 0; i < x->designs; i++)
        for (uint32_t k = 0; k < x->replications; k++) {
            widen(&r, x->design[i].by[0].effect[k].estimate);
            widen(&r, x->design[i].by[0].truth.mean);
        }
    snprintf(subtitle, sizeof subtitle, "%s, %u experiments with each design",
             format_clean(name, sizeof name, x->scenario), x->replications);
    draw_style(gp, "What an experiment shows, and what is true", subtitle);
    put_axes(gp, r, (double)x->designs,
             x->store ? "all net orders per shopper: treated less held out"
                      : "net orders per unit: treated less held out");
    fputs("set ytics (", gp);
    for (size_t i = 0; i < x->designs; i++) {
        fputs(i ? ", " : "", gp);
        gnuplot_quote(gp, x->design[i].name);
        fprintf(gp, " %zu", i);
    }
    fputs(") scale 0\n", gp);
    put_key(gp, colour, word, at);
    if (!any_point(x)) {
        fputs("plot NaN notitle\n", gp);
        return;
    }
    put_points(gp, x);
    fputs("plot $points using 1:2 with points pt 7 ps 0.35 lc rgb '" DRAW_SKY
          "' notitle, $truths using 1:2 with lines lw 2.5 lc rgb '" DRAW_RED
          "' notitle, $means using 1:2 with points pt 7 ps 1.1 lc rgb '" DRAW_BLUE "' notitle\n",
          gp);
}

void report_experiment_clocks_plot(FILE *gp, const void *experiment) {
    static const char *const colour[] = {DRAW_BLUE, DRAW_GREEN, DRAW_RED}, *const word[] = {
                                                                               "control waits its turn",
                                                                               "sent less ghosts",
                                                                               "control not throttled"};
    static const char *const ghosts[] = {"ghosts take no slot", "ghosts take a slot"}; /* consumes_slot */
    static const double at[] = {0.2, 0.45, 0.65};
    const report_experiment *x = experiment;
    range r = {0, 0};
    bool any = false;
    for (size_t i = 0; i < 2; i++)
        for (size_t c = 0; c < CLOCK_COUNT; c++) {
            widen(&r, x->slots[i].none[c].lo);
            widen(&r, x->slots[i].none[c].hi);
            any = any || isfinite(x->slots[i].none[c].lo);
        }
    draw_style(gp, "A control with a clock of its own",
               "pushes do nothing here: what is not 0 is bias; means with 95 % intervals");
    put_axes(gp, r, 2, "net orders per unit: treated less held out");
    fprintf(gp, "set ytics ('%s' 0, '%s' 1) scale 0\n", ghosts[x->slots[0].consumes],
            ghosts[x->slots[1].consumes]);
    put_key(gp, colour, word, at);
    if (!any) {
        fputs("plot NaN notitle\n", gp);
        return;
    }
    fputs("$clocks << EOD\n", gp);
    for (size_t i = 0; i < 2; i++)
        for (size_t c = 0; c < CLOCK_COUNT; c++) {
            const stat_interval *v = &x->slots[i].none[c];
            if (isfinite(v->lo))
                fprintf(gp, "%.17g %.17g %.17g %g %ld\n", v->mean, v->lo, v->hi,
                        (double)i + 0.22 * ((double)c - 1), strtol(colour[c] + 1, NULL, 16));
        }
    fputs("EOD\nplot $clocks using 1:4:2:3:5 with xerrorbars pt 7 ps 0.8 lw 1.8 lc rgb variable notitle\n",
          gp);
}
