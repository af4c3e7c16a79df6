/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looks_page.c - the files of an experiment's looks: looks.csv, the plot and analyze.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/analysis_words.h"
#include "reports/csv.h"
#include "reports/draw.h"
#include "reports/file.h"
#include "reports/gnuplot.h"
#include "reports/html.h"
#include "reports/looks.h"
#include "reports/plots.h"

enum { MOST_SERIES = 50, TICS = 8 };

static void put_csv(FILE *out, const report_looks *l) {
    fputs("series,arm,look,n_control,n_arm,mean_control,mean_arm,abs,abs_lo,abs_hi,p,anytime_lo,anytime_hi,"
          "anytime_p\n",
          out);
    for (size_t k = 0; k < l->count; k++)
        for (size_t i = 0; i < l->series[k].rows; i++) {
            const looks_row *r = &l->series[k].row[i];
            const double x[] = {r->n_control, r->n_arm, r->mean_control, r->mean_arm, r->diff, r->lo,
                                r->hi,        r->p,     r->any_lo,       r->any_hi,   r->any_p};
            csv_text(out, l->series[k].name);
            fputc(',', out);
            csv_text(out, l->series[k].arm);
            fputc(',', out);
            csv_text(out, r->name);
            for (size_t j = 0; j < sizeof x / sizeof *x; j++)
                csv_number(out, x[j]);
            fputc('\n', out);
        }
}

/* Early looks are so wide that they would flatten the rest: the axis shows three times the last interval. */
static double edge_of(const looks_series *s) {
    double edge = 0, last = 0;
    for (size_t i = 0; i < s->rows; i++) {
        const looks_row *r = &s->row[i];
        if (isfinite(r->any_lo))
            last = fmax(fabs(r->any_lo), fabs(r->any_hi));
        else if (isfinite(r->lo))
            last = fmax(last, fmax(fabs(r->lo), fabs(r->hi)));
        if (isfinite(r->lo)) edge = fmax(edge, fmax(fabs(r->lo), fabs(r->hi)));
        if (isfinite(r->any_lo)) edge = fmax(edge, fmax(fabs(r->any_lo), fabs(r->any_hi)));
    }
    return fmin(edge, 3 * last);
}

static void put_block(FILE *gp, const looks_series *s, const char *name, bool any, double edge) {
    fprintf(gp, "$%s << EOD\n", name);
    for (size_t i = 0; i < s->rows; i++) {
        const looks_row *r = &s->row[i];
        double lo = any ? r->any_lo : r->lo, hi = any ? r->any_hi : r->hi;
        if (isfinite(lo))
            fprintf(gp, "%zu %.17g %.17g %.17g\n", i, fmax(fmin(r->diff, edge), -edge), fmax(lo, -edge),
                    fmin(hi, edge));
    }
    fputs("EOD\n", gp);
}

static bool has(const looks_series *s, bool any) {
    for (size_t i = 0; i < s->rows; i++)
        if (isfinite(any ? s->row[i].any_lo : s->row[i].lo)) return true;
    return false;
}

void report_looks_plot(FILE *gp, const void *series) {
    const looks_series *s = series;
    double edge = edge_of(s);
    char subtitle[160], name[60], arm[40], tic[11];
    snprintf(subtitle, sizeof subtitle, "%s%s%s: difference to the control and its intervals",
             format_clean(name, sizeof name, s->name), *s->name ? ", " : "",
             format_clean(arm, sizeof arm, s->arm));
    draw_style(gp, "Look by look", subtitle);
    draw_axis(gp, "y", -edge * 1.05, edge * 1.05, "");
    fprintf(gp, "set xrange [-0.5:%zu.5] noextend\nset xlabel 'look' tc rgb '" DRAW_INK "'\nset xtics (",
            s->rows - 1);
    size_t step = s->rows / TICS + 1;
    for (size_t i = 0; i < s->rows; i += step) {
        fputs(i ? ", " : "", gp);
        gnuplot_quote(gp, format_clean(tic, sizeof tic, s->row[i].name));
        fprintf(gp, " %zu", i);
    }
    fprintf(gp, ")\nset arrow 9 from graph 0, first 0 to graph 1, first 0 nohead back lw 1 lc rgb '" DRAW_INK
                "'\n");
    put_block(gp, s, "fixed", false, edge);
    put_block(gp, s, "any", true, edge);
    fputs("plot ", gp);
    if (has(s, true))
        fputs("$any using 1:3:4 with filledcurves fs transparent solid 0.25 lc rgb '" DRAW_SKY
              "' title 'anytime-valid', ",
              gp);
    if (has(s, false))
        fputs("$fixed using 1:2:3:4 with yerrorbars pt 7 ps 0.6 lw 1.4 lc rgb '" DRAW_RED
              "' title 'fixed, made for one look'\n",
              gp);
}

static void put_summary(FILE *out, const report_looks *l) {
    looks_totals t = report_looks_totals(l);
    html_open_section(out, "headline", "In short");
    if (l->count > 1) {
        fprintf(
            out,
            "<p class=\"lead\">Of %zu series with numbers, a fixed interval leaves out 0 at a look before "
            "the "
            "last in %zu, and at the last look in %zu; the anytime-valid one in %zu and %zu. Of those that a "
            "fixed interval would have stopped early, %zu show nothing at the last look.</p>\n",
            t.usable, t.fixed_early, t.fixed_last, t.any_early, t.any_last, t.fixed_lost);
    } else if (t.usable) {
        const looks_series *s = &l->series[0];
        fputs("<p class=\"lead\">First look whose interval leaves out 0: fixed <strong>", out);
        html_text(out, s->fixed_first == LOOKS_NONE ? "never" : s->row[s->fixed_first].name);
        fputs("</strong>, anytime-valid <strong>", out);
        html_text(out, s->any_first == LOOKS_NONE ? "never" : s->row[s->any_first].name);
        fprintf(out, "</strong>.%s</p>\n",
                s->fixed_first != LOOKS_NONE && !s->fixed_last
                    ? " Stopping at the first of them would have shown an effect that the last look does not."
                    : "");
    }
    fprintf(
        out,
        "<p>A fixed interval is made for one look; looked at often, it leaves out 0 by chance far more often "
        "than %g %%. The anytime-valid one holds at all looks at once, from %g units with an event in every "
        "arm on.%s</p>\n",
        100 * l->alpha, l->min_events,
        l->events_bounded && l->too_few
            ? " Without a column events_ARM, as few units as mean and variance allow "
              "count as having an event."
            : "");
    if (l->falls)
        fprintf(
            out,
            "<p class=\"wrong\">%zu counts are below those of the look before: are the looks cumulative, in "
            "order, and each series told apart?</p>\n",
            l->falls);
    fputs("</section>\n", out);
}

static void put_series(FILE *out, const looks_series *s, size_t number) {
    fprintf(out, "<section id=\"series-%zu\">\n<h2>", number);
    if (*s->name) {
        html_text(out, s->name);
        fputs(", ", out);
    }
    html_text(out, s->arm);
    fputs("</h2>\n", out);
    html_open_table(
        out, "look|#control|#arm|#control mean|#arm mean|#difference|#fixed interval|#p|#anytime-valid");
    for (size_t i = 0; i < s->rows; i++) {
        const looks_row *r = &s->row[i];
        fputs("<tr>", out);
        html_cell(out, r->name);
        html_cell_number(out, format_count(r->n_control).text);
        html_cell_number(out, format_count(r->n_arm).text);
        html_cell_number(out, words_mean(r->mean_control).text);
        html_cell_number(out, words_mean(r->mean_arm).text);
        html_cell_number(out, words_change(r->diff, r->lo, r->hi).text);
        html_cell_number(out, words_interval(r->diff, r->lo, r->hi).text);
        html_cell_number(out, words_p(r->p).text);
        html_cell_number(out, words_interval(r->diff, r->any_lo, r->any_hi).text);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    fputs("</section>\n", out);
}

static void put_page(FILE *out, const report_looks *l, const char *svg) {
    html_head(out, l->file);
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>", out);
    html_text(out, l->file);
    fputs("</h1>\n<p class=\"what\">Cumulative looks against <strong>", out);
    html_text(out, l->control);
    fprintf(out, "</strong>. Intervals are %g %%.</p>\n</header>\n<main>\n", 100 * (1 - l->alpha));
    put_summary(out, l);
    if (svg) {
        html_open_section(out, "plots", l->count > 1 ? "The first series" : "Look by look");
        fputs("<figure id=\"plot-looks\">\n", out);
        html_svg(out, svg, "looks", "The difference with fixed and anytime-valid intervals at each look");
        fputs("<figcaption>The band is the anytime-valid interval; the bars are fixed ones. What is far "
              "wider than "
              "the last interval is cut at the edge of the picture.</figcaption>\n</figure>\n</section>\n",
              out);
    }
    for (size_t i = 0; i < l->count && i < MOST_SERIES; i++)
        if (l->series[i].rows) put_series(out, &l->series[i], i + 1);
    if (l->count > MOST_SERIES)
        fprintf(out, "<p class=\"note\">The first %d series; looks.csv has all of them.</p>\n", MOST_SERIES);
    html_file_manifest(out, l->file, l->file_hash, -1, l->program, l->program_rows);
    fputs("</main>\n</body>\n</html>\n", out);
}

bool report_looks_write(const char *dir, const report_looks *l, char error[STORE_ERROR_SIZE]) {
    const report_plot plot = {.name = "looks", .height = 420, .draw = report_looks_plot};
    char *svg = NULL;
    file_writer w;
    size_t shown = 0;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "looks.csv", error);
    if (!good) return false;
    put_csv(w.out, l);
    good = file_close(&w, true, error);
    while (shown < l->count && !has(&l->series[shown], false))
        shown++;
    if (good && shown < l->count)
        good =
            file_folder(dir, "plots", error) && report_write_plot(dir, &plot, &l->series[shown], &svg, error);
    if (good && (good = file_open(&w, dir, "analyze.html", error))) {
        put_page(w.out, l, svg);
        good = file_close(&w, true, error);
    }
    if (good) {
        file_forget(dir, "analyze.csv",
                    "arm,control,outcome,method,"); /* of units, which have the same page */
        report_forget_plot(dir, "analyze");
        if (shown == l->count) report_forget_plot(dir, plot.name);
    }
    free(svg);
    return good;
}
