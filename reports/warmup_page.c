/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warmup_page.c - the warm-up in report.html, and its plot.
 */
#include <math.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/html.h"
#include "reports/plots.h"
#include "reports/warmup.h"

static void put_row(FILE *out, const warmup_answer *w, const warmup_series *s) {
    char interval[2 * FORMAT_SIZE + 16];
    fprintf(out, "<tr><th scope=\"row\">%s</th>", s->label);
    html_cell_number(out, s->settles ? format_span((double)s->drop * w->bin).text : "not in the first half");
    html_cell_number(out, format_number(s->counted, "count").text);
    html_cell_number(out, format_number(s->later, "count").text);
    html_cell_number(out, format_signed(s->off, "count").text);
    snprintf(interval, sizeof interval, "%s to %s", format_number(s->lo, "count").text,
             format_number(s->hi, "count").text);
    html_cell_number(out, isfinite(s->lo) ? interval : "");
    fputs("</tr>\n", out);
}

void html_warmup(FILE *out, const report_summary *s) {
    warmup_answer w;
    char words[512];
    if (!warmup_of(s->run, &w) || w.verdict == WARMUP_TRANSIENT) return;
    html_open_section(out, "warmup", "Warm-up");
    warmup_words(&w, words, sizeof words);
    fputs("<p>", out);
    html_text(out, words);
    fputs("</p>\n", out);
    html_open_table(
        out, "mean over replications|#settles after, by MSER-5|#as counted|#later on|#difference|#99 % "
             "interval");
    for (size_t i = 0; i < WARMUP_SERIES; i++)
        put_row(out, &w, &w.series[i]);
    html_close_table(out);
    fputs("<p class=\"note\">Sends and orders are of a day. As counted is the mean from the warm-up on; "
          "later on, from "
          "where the series has settled (else from the middle of the horizon).</p>\n</section>\n",
          out);
}

/* ---- plot ---- */

enum { SUBTITLE = 160 };

bool plot_has_warmup(const report_summary *s) {
    warmup_answer w;
    return warmup_of(s->run, &w) && w.verdict != WARMUP_TRANSIENT;
}

static void put_data(FILE *gp, const warmup_answer *w, double hours_in_unit) {
    fputs("$settling << EOD\n", gp);
    for (size_t bin = 0; bin < STORE_BINS; bin++) {
        fprintf(gp, "%.9g", (double)(bin + 1) * w->bin / 3600 / hours_in_unit);
        for (size_t i = 0; i < WARMUP_SERIES; i++)
            fprintf(gp, " %.17g", w->series[i].mean[bin]);
        fputc('\n', gp);
    }
    fputs("EOD\n", gp);
}

static void put_series(FILE *gp, const warmup_answer *w, size_t i, double hours_in_unit) {
    const warmup_series *s = &w->series[i];
    double most = 0, at = (double)s->drop * w->bin / 3600 / hours_in_unit;
    for (size_t bin = 0; bin < STORE_BINS; bin++)
        most = fmax(most, s->mean[bin]);
    draw_short_axis(gp, draw_ceiling(most), most < 1 ? "" : "count");
    fputs("unset arrow 1\nunset label 4\n", gp);
    if (!s->settles)
        fputs("set label 4 'does not settle in the first half' at graph 1, graph 0 right offset -0.5,0.8 "
              "front font "
              "',10' tc rgb '" DRAW_RED "'\n",
              gp);
    else
        fprintf(gp,
                "set arrow 1 from %.9g, graph 0 to %.9g, graph 1 nohead front dt 2 lw 2 lc rgb '" DRAW_RED
                "'\n",
                at, at);
    fprintf(gp, "set key off\nplot $settling using 1:%zu with lines lw 2 lc rgb '" DRAW_BLUE "' notitle\n",
            i + 2);
}

void plot_warmup(FILE *gp, const void *summary) {
    static const char *const label[WARMUP_SERIES] = {"in line", "on hand", "sends a day", "orders a day"};
    const store_run *run = ((const report_summary *)summary)->run;
    char name[SUBTITLE], subtitle[SUBTITLE + 64];
    warmup_answer w;
    if (!warmup_of(run, &w)) return;
    draw_subtitle(run, name, sizeof name);
    snprintf(subtitle, sizeof subtitle, "%s; MSER-5 would count from the broken line on", name);
    draw_style(gp, "When the shop settles", subtitle);
    double hours = (double)run->horizon / 3600000, unit = draw_time_axis(gp, hours, "since the start");
    put_data(gp, &w, unit);
    draw_warmup(gp, run, unit, true);
    fputs("set multiplot\n", gp);
    for (size_t i = 0; i < WARMUP_SERIES; i++) {
        bool lowest = i + 1 == WARMUP_SERIES;
        double top = 0.89 - 0.2075 * (double)i;
        draw_time_axis(gp, hours, "since the start");
        draw_panel(gp, top, top - 0.155, label[i], lowest);
        put_series(gp, &w, i, unit);
        fputs("unset label 1001\nunset label 1002\nunset label 3\n", gp);
    }
    fputs("unset multiplot\n", gp);
}
