/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plots_time.c - plots along time: stock and sends, the first day after a restock, spans.
 */
#include <math.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/plots.h"
#include "reports/sums.h"

enum { SUBTITLE = 160, COARSE = 4 /* fine bins of a span to one bar */, BARS = STORE_HIST_BINS / COARSE + 1 };

bool plot_has_trials(const report_summary *s) {
    return s->run->trials > 0 && s->run->horizon > 0;
}

static double since_sum(const store_run *run, store_since row, size_t bin) {
    double sum = 0;
    for (size_t i = 0; i < run->trials; i++)
        sum += run->trial[i].since[row][bin];
    return sum;
}

bool plot_has_restocks(const report_summary *s) {
    return since_sum(s->run, STORE_SINCE_observed, 0) > 0;
}

/* Largest of a series, in the first replication. */
static double most_of(const store_trial *t, store_series row) {
    double most = 0;
    for (size_t i = 0; i < STORE_BINS; i++)
        most = fmax(most, t->series[row][i]);
    return most;
}

static double mean_level(const store_run *run, store_series row, size_t bin) {
    double sum = 0;
    for (size_t i = 0; i < run->trials; i++)
        sum += run->trial[i].series[row][bin];
    return sum / (double)run->trials;
}

/* Columns: end of the bin, mean truth, truth, feed, storefront, sends, sends + ghosts. [out] the tops of both
 * panels. */
static void put_stock_data(FILE *gp, const store_run *run, double hours_in_unit, double *level,
                           double *flow) {
    const store_trial *t = &run->trial[0];
    double width = (double)run->horizon / 3600000 / STORE_BINS / hours_in_unit;
    *level =
        fmax(most_of(t, STORE_S_on_hand), fmax(most_of(t, STORE_S_feed), most_of(t, STORE_S_storefront)));
    *flow = 0;
    fputs("$path << EOD\n", gp);
    for (size_t i = 0; i < STORE_BINS; i++) {
        double mean = mean_level(run, STORE_S_on_hand, i), sent = t->series[STORE_S_sent][i];
        double all = sent + t->series[STORE_S_ghost][i];
        *level = fmax(*level, mean);
        *flow = fmax(*flow, all);
        fprintf(gp, "%.9g %.17g %.17g %.17g %.17g %.17g %.17g\n", (double)(i + 1) * width, mean,
                t->series[STORE_S_on_hand][i], t->series[STORE_S_feed][i], t->series[STORE_S_storefront][i],
                sent, all);
    }
    fputs("EOD\n", gp);
    fprintf(gp, "half = %.9g\n", width / 2);
}

void plot_stock(FILE *gp, const void *summary) {
    const store_run *run = ((const report_summary *)summary)->run;
    double hours = (double)run->horizon / 3600000, unit, level, flow;
    char subtitle[SUBTITLE], label[SUBTITLE];
    draw_subtitle(run, subtitle, sizeof subtitle);
    draw_style(gp, "Stock and sends over time", subtitle);
    unit = draw_time_axis(gp, hours, "since the start");
    put_stock_data(gp, run, unit, &level, &flow);
    fputs("set multiplot\n", gp);
    draw_panel(gp, 0.87, 0.50, "units on hand", false);
    draw_axis(gp, "y", 0, draw_ceiling(level), "count");
    draw_warmup(gp, run, unit, true);
    fputs("set xtics scale 0 format ''\n", gp);
    fputs("set key at screen 0.5, screen 0.43 center horizontal maxrows 1\nplot ", gp);
    if (run->trials > 1)
        fputs("$path using 1:2 with filledcurves y1=0 fs transparent solid 0.3 lc rgb '" DRAW_GREY
              "' title 'mean truth', ",
              gp);
    fputs("$path using 1:5 with steps lw 1.5 lc rgb '" DRAW_ORANGE "' title 'storefront', "
          "$path using 1:4 with steps lw 1.5 lc rgb '" DRAW_SKY "' title 'feed', "
          "$path using 1:3 with steps lw 2 lc rgb '" DRAW_BLUE "' title 'truth'\n"
          "unset label 1001\nunset label 1002\nunset label 3\n",
          gp);
    snprintf(label, sizeof label, "per %.40s", format_span((double)run->horizon / 1000 / STORE_BINS).text);
    draw_panel(gp, 0.36, 0.16, label, true);
    draw_time_axis(gp, hours, "since the start");
    draw_short_axis(gp, draw_ceiling(flow), "count");
    fputs("set key at screen 0.5, screen 0.03 center horizontal maxrows 1\n"
          "plot $path using ($1-half):7:(2*half) with boxes lc rgb '" DRAW_GREY "' title 'ghosts', "
          "$path using ($1-half):6:(2*half) with boxes lc rgb '" DRAW_RED
          "' title 'sends'\nunset multiplot\n",
          gp);
}

enum { UNITS, PUSH, OTHER, SENT, SOLD_OUT, DAY_COLUMNS };

/* Columns: hour, units left, cumulative push orders, other orders, sends, sold-out clicks, each per restock.
 */
static void put_day_data(FILE *gp, const store_run *run, double most[DAY_COLUMNS]) {
    static const store_since row[DAY_COLUMNS] = {STORE_SINCE_on_hand, STORE_SINCE_orders_push,
                                                 STORE_SINCE_orders_other, STORE_SINCE_sent,
                                                 STORE_SINCE_sold_out_clicks};
    double so_far[DAY_COLUMNS] = {0};
    fputs("$day << EOD\n", gp);
    for (size_t i = 0; i < STORE_SINCE_BINS; i++) {
        double observed = since_sum(run, STORE_SINCE_observed, i);
        if (!(observed > 0)) break;
        for (int k = 0; k < DAY_COLUMNS; k++) {
            double x = since_sum(run, row[k], i) / observed;
            so_far[k] = k == UNITS ? x : so_far[k] + x;
            most[k] = fmax(most[k], so_far[k]);
        }
        fprintf(gp, "%.9g %.17g %.17g %.17g %.17g %.17g\n", (double)(i + 1) / 6, so_far[UNITS], so_far[PUSH],
                so_far[OTHER], so_far[SENT], so_far[SOLD_OUT]);
    }
    fputs("EOD\n", gp);
}

static void lower_panel(FILE *gp, int column, double top, double bottom, const char *label, double most,
                        const char *colour, bool lowest) {
    draw_panel(gp, top, bottom, label, lowest);
    draw_short_axis(gp, draw_ceiling(most), most < 1 ? "" : "count");
    fprintf(gp, "set key off\nplot $day using 1:%d with lines lw 2 lc rgb '%s' notitle\n", column, colour);
}

void plot_first_day(FILE *gp, const void *summary) {
    const store_run *run = ((const report_summary *)summary)->run;
    double most[DAY_COLUMNS] = {0};
    char name[SUBTITLE], subtitle[SUBTITLE + 60];
    draw_subtitle(run, name, sizeof name);
    snprintf(subtitle, sizeof subtitle, "%s, mean of %.40s restocks", name,
             format_count(since_sum(run, STORE_SINCE_observed, 0)).text);
    draw_style(gp, "The first day after a restock", subtitle);
    put_day_data(gp, run, most);
    fputs("set multiplot\n", gp);
    draw_time_axis(gp, 24, "since the true restock");
    draw_panel(gp, 0.88, 0.54, "units per restock", false);
    double top = fmax(most[UNITS], fmax(most[PUSH], most[OTHER]));
    draw_axis(gp, "y", 0, draw_ceiling(top), top < 1 ? "" : "count");
    fputs("set key at screen 0.5, screen 0.485 center horizontal maxrows 1\n"
          "plot $day using 1:2 with filledcurves y1=0 fs transparent solid 0.3 lc rgb '" DRAW_GREY
          "' title 'units left', $day using 1:4 with lines lw 2 lc rgb '" DRAW_GREEN
          "' title 'other orders so far', $day using 1:3 with lines lw 2 lc rgb '" DRAW_BLUE
          "' title 'push orders so far'\nunset label 1001\nunset label 1002\n",
          gp);
    lower_panel(gp, 5, 0.42, 0.29, "sends so far", most[SENT], DRAW_BLUE, false);
    draw_time_axis(gp, 24, "since the true restock");
    fputs("set format x '%h'\n", gp);
    lower_panel(gp, 6, 0.23, 0.10, "sold-out clicks", most[SOLD_OUT], DRAW_RED, true);
    fputs("unset multiplot\n", gp);
}

/* A log-histogram over all replications in coarse bars. [out] first, last: bars that hold anything. */
static double coarse(const store_run *run, store_hist_id h, double bar[BARS], size_t *first, size_t *last) {
    double total = 0;
    for (size_t k = 0; k < BARS; k++)
        bar[k] = 0;
    for (size_t i = 0; i < run->trials; i++)
        for (size_t b = 0; b < STORE_HIST_BINS; b++)
            bar[b ? (b - 1) / COARSE + 1 : 0] += run->trial[i].hist[h][b];
    for (size_t k = 0; k < BARS; k++) {
        total += bar[k];
        if (bar[k] <= 0) continue;
        *last = k > *last ? k : *last;
        *first = k < *first ? k : *first;
    }
    return total;
}

bool plot_has_purchases(const report_summary *s) {
    double bar[BARS];
    size_t first = BARS, last = 0;
    return coarse(s->run, STORE_H_TIME_TO_PURCHASE, bar, &first, &last) > 0;
}

bool plot_has_depletions(const report_summary *s) {
    double bar[BARS];
    size_t first = BARS, last = 0;
    return coarse(s->run, STORE_H_DEPLETION, bar, &first, &last) > 0;
}

/* Lower edge in seconds; the bin from 0 to 1 s gets a place on the log axis. */
static double edge(size_t bar) {
    size_t bin = bar ? (bar - 1) * COARSE + 1 : 0;
    if (bin >= STORE_HIST_BINS) return store_hist_edge(STORE_HIST_BINS - 1) / 1000 * pow(2, 0.0625);
    return bar ? store_hist_edge((uint32_t)bin) / 1000 : 0.8;
}

static void put_coarse(FILE *gp, const char *name, const double bar[BARS], const double base[BARS],
                       size_t first, size_t last) {
    fprintf(gp, "$%s << EOD\n", name);
    for (size_t k = first; k <= last; k++) {
        double from = base ? base[k] : 0;
        fprintf(gp, "%.9g %.9g %.17g %.17g\n", edge(k), edge(k + 1), from, from + bar[k]);
    }
    fputs("EOD\n", gp);
}

static double tallest(const double *a, const double *b) {
    double most = 0;
    for (size_t k = 0; k < BARS; k++)
        most = fmax(most, a[k] + (b ? b[k] : 0));
    return most;
}

#define BOXES "using (sqrt($1*$2)):(($3+$4)/2):1:2:3:4 with boxxyerror lc rgb "

void plot_purchase_time(FILE *gp, const void *summary) {
    const store_run *run = ((const report_summary *)summary)->run;
    double bar[BARS];
    size_t first = BARS, last = 0;
    char name[SUBTITLE], subtitle[SUBTITLE + 60];
    double total = coarse(run, STORE_H_TIME_TO_PURCHASE, bar, &first, &last);
    draw_subtitle(run, name, sizeof name);
    snprintf(subtitle, sizeof subtitle, "%s, %.40s credited orders", name, format_count(total).text);
    draw_style(gp, "Time from send to order", subtitle);
    draw_span_axis(gp, edge(first > 8 ? first - 8 : 0), edge(last + 8 < BARS ? last + 8 : BARS),
                   "after the send");
    draw_axis(gp, "y", 0, draw_ceiling(tallest(bar, NULL)), "count");
    put_coarse(gp, "orders", bar, NULL, first, last);
    fputs("set ylabel 'orders' tc rgb '" DRAW_INK
          "'\nset key off\nset style fill solid 1 border rgb '#ffffff'\n"
          "plot $orders " BOXES "'" DRAW_BLUE "' notitle\n",
          gp);
}

void plot_depletion(FILE *gp, const void *summary) {
    const store_run *run = ((const report_summary *)summary)->run;
    double gone[BARS], unknown[BARS];
    size_t first = BARS, last = 0;
    char subtitle[SUBTITLE + 60];
    double restocks = coarse(run, STORE_H_DEPLETION, gone, &first, &last);
    double censored = coarse(run, STORE_H_DEPLETION_CENSORED, unknown, &first, &last);
    snprintf(
        subtitle, sizeof subtitle, "%.40s restocks with a send: %.40s sold out, %.40s not seen to the end",
        format_count(restocks + censored).text, format_count(restocks).text, format_count(censored).text);
    draw_style(gp, "How long the units last after the first send", subtitle);
    draw_span_axis(gp, edge(first > 8 ? first - 8 : 0), edge(last + 8 < BARS ? last + 8 : BARS),
                   "after the first send");
    draw_axis(gp, "y", 0, draw_ceiling(tallest(gone, unknown)), "count");
    put_coarse(gp, "gone", gone, NULL, first, last);
    put_coarse(gp, "unknown", unknown, gone, first, last);
    fputs("set ylabel 'restocks' tc rgb '" DRAW_INK
          "'\nset bmargin 6\nset style fill solid 1 border rgb '#ffffff'\n"
          "plot $gone " BOXES "'" DRAW_BLUE "' title 'sold out', $unknown " BOXES "'" DRAW_GREY
          "' title 'next restock or end first'\n",
          gp);
}
