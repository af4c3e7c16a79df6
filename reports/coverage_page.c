/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_page.c - the files of a coverage study: coverage.csv, the plot, manifest.json and coverage.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/coverage.h"
#include "reports/document.h"
#include "reports/file.h"
#include "reports/html.h"
#include "reports/plots.h"

static void put_top(FILE *out, const report_coverage *c) {
    fprintf(out,
            "<header>\n<p class=\"brand\">restocklab</p>\n<h1>Coverage of the program's own statistics</h1>\n"
            "<p class=\"what\">Experiments whose truth is known: %s, seed %llu. A 95 %% interval "
            "should hold the truth in 95 %% of them, and a test at 5 %% should find an effect of nothing in "
            "5 %%.</p>\n</header>\n<main>\n",
            report_coverage_size(c).text, (unsigned long long)c->seed);
    html_open_section(out, "headline", "Bars");
    fprintf(out, "<p class=\"lead %s\">%s.</p>\n</section>\n", c->missed ? "wrong" : "ok",
            report_coverage_summary(c).text);
}

static void put_check(FILE *out, const coverage_row *r, const coverage_check *k) {
    char text[120];
    html_cell_number(out, report_coverage_share(k).text);
    snprintf(text, sizeof text, "%s", report_coverage_bar(k).text);
    html_cell_number(out, text);
    fprintf(out, "<td class=\"when %s\">%s</td>", k->verdict == COVERAGE_MISSED ? "wrong" : "",
            report_coverage_check_word(r, k));
}

static void put_row(FILE *out, const report_coverage *c, size_t i) {
    const coverage_row *r = &c->row[i];
    char text[60] = "";
    bool anew;
    size_t note = report_coverage_note(c, i, &anew);
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, r->estimator);
    if (note) fprintf(out, " <a href=\"#note-%zu\">[%zu]</a>", note, note);
    fputs("</th>", out);
    html_cell(out, r->data);
    if (isfinite(r->held)) snprintf(text, sizeof text, "%g %%", 100 * r->held);
    html_cell_number(out, text);
    html_cell_number(out, isfinite(r->events) ? format_count(round(r->events)).text : "");
    html_cell_number(out, format_count(fmax(r->cover.of, r->alarm.of)).text);
    html_cell_number(out, r->resamples ? format_count(r->resamples).text : "");
    put_check(out, r, &r->cover);
    put_check(out, r, &r->alarm);
    fputs("</tr>\n", out);
}

static void put_rows(FILE *out, const report_coverage *c, bool wrong) {
    html_open_section(out, wrong ? "wrong" : "rows", wrong ? "What goes wrong otherwise" : "Estimators");
    html_open_table(out,
                    "estimator|data|#held out|#control events|#experiments|#resamples|#intervals hold the "
                    "truth|#bar, %||#false positives|#bar, %|");
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].goes_wrong == wrong) put_row(out, c, i);
    html_close_table(out);
    if (!wrong)
        fputs(
            "<p class=\"note\">In brackets: Monte Carlo intervals, 95 %. From 10,000 experiments on a bar is "
            "met if the share itself is within it; with fewer it is not met only if a right program would "
            "show as much less than once in 10,000 studies, and open if it is outside but not so far.</p>\n",
            out);
    fputs("</section>\n", out);
}

static void put_notes(FILE *out, const report_coverage *c) {
    html_open_section(out, "notes", "Notes");
    fputs("<dl class=\"words\">\n", out);
    for (size_t i = 0; i < c->rows; i++) {
        bool anew;
        size_t note = report_coverage_note(c, i, &anew);
        if (!note || !anew) continue;
        fprintf(out, "<dt id=\"note-%zu\">[%zu]</dt><dd>", note, note);
        html_text(out, c->row[i].note);
        fputs("</dd>\n", out);
    }
    fputs("</dl>\n</section>\n", out);
}

static void put_manifest(FILE *out, const report_coverage *c, const report_host *host) {
    html_open_section(out, "manifest", "Manifest");
    html_open_table(out, "what|value");
    html_pairs(out, c->program, c->program_rows);
    fputs("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"2\">where it ran</th></tr>\n", out);
    if (host) html_pairs(out, host->row, host->rows);
    html_close_table(out);
    fputs("</section>\n", out);
}

static void put_page(FILE *out, const report_coverage *c, const report_host *host, const char *svg) {
    html_head(out, "Coverage");
    put_top(out, c);
    put_rows(out, c, false);
    put_rows(out, c, true);
    put_notes(out, c);
    html_open_section(out, "plots", "The same as a picture");
    fputs("<figure id=\"plot-coverage\">\n", out);
    if (svg) html_svg(out, svg, "coverage", "Misses and false positives of each row");
    fputs("<figcaption>What is beyond 40 % is drawn at the edge.</figcaption>\n</figure>\n</section>\n", out);
    put_manifest(out, c, host);
    fputs("</main>\n</body>\n</html>\n", out);
}

static bool write_manifest(const char *dir, const report_coverage *c, const report_host *host, char *error) {
    json_t *doc = report_coverage_json(c, host), *manifest = json_object_get(doc, "manifest");
    double repetitions = c->repetitions ? (double)c->repetitions : (double)NAN;
    if (!manifest || json_object_set_new(manifest, "seed", document_seed(c->seed)) != 0 ||
        json_object_set_new(manifest, "repetitions", document_integer(repetitions)) != 0) {
        json_decref(doc);
        doc = NULL;
    }
    return document_write_manifest(dir, doc, host, error);
}

bool report_coverage_write(const char *dir, const report_coverage *c, const report_host *host,
                           char error[STORE_ERROR_SIZE]) {
    const report_plot plot = {
        .name = "coverage", .height = report_coverage_plot_height(c), .draw = report_coverage_plot};
    char *svg = NULL;
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "coverage.csv", error);
    if (!good) return false;
    report_coverage_csv(w.out, c);
    good = file_close(&w, true, error) && write_manifest(dir, c, host, error) &&
           file_folder(dir, "plots", error) && report_write_plot(dir, &plot, c, &svg, error);
    if (good && (good = file_open(&w, dir, "coverage.html", error))) {
        put_page(w.out, c, host, svg);
        good = file_close(&w, true, error);
    }
    free(svg);
    return good;
}
