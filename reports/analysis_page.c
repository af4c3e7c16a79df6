/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * analysis_page.c - the files of an analysis: analyze.csv, the forest plot and analyze.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/analysis.h"
#include "reports/analysis_words.h"
#include "reports/file.h"
#include "reports/html.h"
#include "reports/plots.h"

static void put_top(FILE *out, const report_analysis *a) {
    double units = 0;
    for (size_t i = 0; i < a->arms; i++)
        units += a->arm[i].units;
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>", out);
    html_text(out, a->file);
    fprintf(out, "</h1>\n<p class=\"what\">%s units in %zu arms by <code>", format_count(units).text,
            a->arms);
    html_text(out, a->arm_column);
    fputs("</code>, each against <strong>", out);
    html_text(out, a->arm[0].name);
    fprintf(out, "</strong>. Intervals are %g %%.</p>\n</header>\n<main>\n", 100 * (1 - a->alpha));
}

static void put_sizes(FILE *out, const report_analysis *a) {
    double all = 0, weights = 0;
    for (size_t i = 0; i < a->arms; i++) {
        all += a->srm_by_cluster ? a->arm[i].clusters : a->arm[i].units;
        weights += a->arm[i].weight;
    }
    html_open_section(out, "srm", "Do the arms have their sizes?");
    if (report_analysis_mismatch(a))
        fprintf(out,
                "<p class=\"wrong\">Sample-ratio mismatch: p %s. The arms do not have the sizes that they "
                "were to "
                "have. Units were lost or counted twice, and hardly at random: believe none of the estimates "
                "below "
                "until the cause is found.%s</p>\n",
                words_p(a->srm.p).text,
                a->weights_given ? ""
                                 : " Equal sizes were expected, as <code>--weights</code> was not given.");
    else
        fprintf(out, "<p class=\"ok\">No sample-ratio mismatch: p %s%s.</p>\n", words_p(a->srm.p).text,
                a->srm.exact ? " (exact binomial)" : "");
    html_open_table(out, a->srm_by_cluster ? "arm|#units|#clusters|#clusters expected"
                                           : "arm|#units|#clusters|#units expected");
    for (size_t i = 0; i < a->arms; i++) {
        fputs("<tr>", out);
        html_cell(out, a->arm[i].name);
        html_cell_number(out, format_count(a->arm[i].units).text);
        html_cell_number(out, format_count(a->arm[i].clusters).text);
        html_cell_number(out, format_count(round(all * a->arm[i].weight / weights)).text);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    fprintf(out, "<p class=\"note\">A mismatch is called at p &lt; %g.</p>\n</section>\n", STAT_SRM_ALPHA);
}

static void put_words(FILE *out, const report_analysis *a) {
    html_open_section(out, "headline", "In short");
    fputs("<ul>\n", out);
    for (size_t i = 0; i < a->estimates; i++) {
        const analysis_estimate *e = &a->estimate[i];
        if (e->method > ANALYSIS_CLUSTER) continue;
        fputs("<li><strong>", out);
        html_text(out, e->outcome);
        fputs("</strong>, ", out);
        html_text(out, e->arm);
        fprintf(out, ": %s %s against the control's %s", words_change(e->abs, e->abs_lo, e->abs_hi).text,
                words_interval(e->abs, e->abs_lo, e->abs_hi).text, words_mean(e->mean_control).text);
        fprintf(out, "; %s.</li>\n",
                isnan(e->p) ? "there is no interval"
                : report_analysis_clear_of_0(e)
                    ? "the interval leaves out 0"
                    : "this test cannot tell it from 0, which does not show that there "
                      "is no effect");
    }
    fputs("</ul>\n", out);
    size_t tests = 0;
    for (size_t i = 0; i < a->estimates; i++)
        tests += a->estimate[i].method <= ANALYSIS_CLUSTER;
    if (tests > 1)
        fprintf(out, "<p>%zu comparisons: each interval stands for itself%s.</p>\n", tests,
                strcmp(a->correction, "none")
                    ? "; the adjusted p does not"
                    : ", and <code>--correct holm</code> would adjust the p values");
    fputs("</section>\n", out);
}

static void put_row(FILE *out, const analysis_estimate *e, bool adjusted) {
    fputs("<tr>", out);
    html_cell(out, e->arm);
    fprintf(out, "<td title=\"%s\"><code>%s</code></td>", report_analysis_about(e->method),
            report_analysis_method(e->method));
    html_cell_number(out, words_mean(e->mean_control).text);
    html_cell_number(out, words_mean(e->mean_arm).text);
    html_cell_number(out, words_change(e->abs, e->abs_lo, e->abs_hi).text);
    html_cell_number(out, words_interval(e->abs, e->abs_lo, e->abs_hi).text);
    html_cell_number(out, words_per_cent(e->rel, e->rel_lo, e->rel_hi).text);
    html_cell_number(out, words_per_cents(e->rel, e->rel_lo, e->rel_hi).text);
    html_cell_number(out, !e->has_fieller ? ""
                          : e->fieller.bound == STAT_UNBOUNDED
                              ? "unbounded"
                              : words_per_cents(e->rel, e->fieller.lo, e->fieller.hi).text);
    html_cell_number(out, words_p(e->p).text);
    if (adjusted) html_cell_number(out, words_p(e->p_adjusted).text);
    html_cell(out, e->why);
    fputs("</tr>\n", out);
}

static void put_table(FILE *out, const report_analysis *a) {
    bool adjusted = strcmp(a->correction, "none") != 0;
    const char *outcome = NULL;
    html_open_section(out, "estimates", "All estimates");
    html_open_table(out, adjusted ? "arm|method|#control|#arm|#difference|#interval|#relative|#interval|#by "
                                    "Fieller|#p|#adjusted|what to know"
                                  : "arm|method|#control|#arm|#difference|#interval|#relative|#interval|#by "
                                    "Fieller|#p|what to know");
    for (size_t i = 0; i < a->estimates; i++) {
        if (a->estimate[i].outcome != outcome) {
            fprintf(out, "<tr class=\"group\"><th scope=\"colgroup\" colspan=\"%d\">", adjusted ? 12 : 11);
            html_text(out, a->estimate[i].outcome);
            fputs("</th></tr>\n", out);
        }
        outcome = a->estimate[i].outcome;
        put_row(out, &a->estimate[i], adjusted);
    }
    html_close_table(out);
    fputs(
        "<p class=\"note\">p tests that the difference is 0. Relative differences are to the control's mean.",
        out);
    if (adjusted)
        fprintf(out, " The adjusted p is %s over all arms and outcomes, for each kind of method.",
                strcmp(a->correction, "holm") == 0 ? "Holm's" : "Benjamini and Hochberg's");
    fputs("</p>\n", out);
    for (size_t i = 0; i < a->notes; i++) {
        fputs("<p class=\"note\">", out);
        html_text(out, a->note[i]);
        fputs("</p>\n", out);
    }
    fputs("</section>\n", out);
}

static void put_methods(FILE *out, const report_analysis *a) {
    html_open_section(out, "methods", "Methods");
    fputs("<dl class=\"words\">\n", out);
    for (int m = 0; m < ANALYSIS_METHODS; m++) {
        bool used = false;
        for (size_t i = 0; i < a->estimates; i++)
            used |= a->estimate[i].method == (analysis_method)m;
        if (used)
            fprintf(out, "<dt><code>%s</code></dt><dd>%s</dd>\n", report_analysis_method((analysis_method)m),
                    report_analysis_about((analysis_method)m));
    }
    fputs("</dl>\n</section>\n", out);
}

void report_analysis_page(FILE *out, const report_analysis *a, const char *svg) {
    html_head(out, a->file);
    put_top(out, a);
    put_sizes(out, a);
    put_words(out, a);
    size_t lines, drawn = report_analysis_plot_rows(a, &lines);
    if (svg) {
        html_open_section(out, "plots", "Forest plot");
        fputs("<figure id=\"plot-analyze\">\n", out);
        html_svg(out, svg, "analyze", "Relative differences of all estimates with their intervals");
        fputs("<figcaption>", out);
        if (drawn < lines) fprintf(out, "The first %zu of %zu lines. ", drawn, lines);
        fputs(
            "Blue intervals leave out 0. An estimate without a relative interval has no line. Lines are cut "
            "at "
            "the edge of the picture; the numbers beside them are not.</figcaption>\n</figure>\n</section>\n",
            out);
    }
    put_table(out, a);
    put_methods(out, a);
    html_file_manifest(out, a->file, a->file_hash, (int64_t)a->seed, a->program, a->program_rows);
    fputs("</main>\n</body>\n</html>\n", out);
}

bool report_analysis_write(const char *dir, const report_analysis *a, char error[STORE_ERROR_SIZE]) {
    size_t all, rows = report_analysis_plot_rows(a, &all);
    const report_plot plot = {
        .name = "analyze", .height = 130 + 24 * (int)rows, .draw = report_analysis_plot};
    char *svg = NULL;
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "analyze.csv", error);
    if (!good) return false;
    report_analysis_csv(w.out, a);
    good = file_close(&w, true, error);
    if (good && rows)
        good = file_folder(dir, "plots", error) && report_write_plot(dir, &plot, a, &svg, error);
    if (good && (good = file_open(&w, dir, "analyze.html", error))) {
        report_analysis_page(w.out, a, svg);
        good = file_close(&w, true, error);
    }
    if (good) {
        file_forget(dir, "looks.csv", "series,arm,look,n_control,"); /* of looks, which have the same page */
        report_forget_plot(dir, "looks");
        if (!rows) report_forget_plot(dir, plot.name);
    }
    free(svg);
    return good;
}
