/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare_page.c - the files of a comparison: compare.csv, the plot, manifest.json and compare.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/compare.h"
#include "reports/document.h"
#include "reports/file.h"
#include "reports/format.h"
#include "reports/html.h"
#include "reports/plots.h"

static const char *const verdict_word[COMPARE_VERDICTS] = {
    [COMPARE_MISSING] = "",       [COMPARE_UNKNOWN] = "too few", [COMPARE_SAME] = "same",
    [COMPARE_UNDECIDED] = "open", [COMPARE_BETTER] = "better",   [COMPARE_WORSE] = "worse",
    [COMPARE_OTHER] = "differs",
};

static void put_top(FILE *out, const report_comparison *c) {
    const store_run *run = c->base->run;
    fputs(
        "<header>\n<p class=\"brand\">restocklab</p>\n<h1>Comparison</h1>\n<p class=\"what\">base: <strong>",
        out);
    html_text(out, c->base_label);
    fputs("</strong><br>candidate: <strong>", out);
    html_text(out, c->candidate_label);
    fprintf(out,
            "</strong><br>%zu pairs of replications on common random numbers, seed %llu. Differences are "
            "candidate less base; intervals are 95 %% by Student's t over pairs%s.</p>\n</header>\n<main>\n",
            run->trials, (unsigned long long)run->seed,
            run->trials < 10 ? "; with so few they are rough" : "");
}

static size_t count(const report_comparison *c, compare_verdict verdict) {
    size_t n = 0;
    for (size_t i = 0; i < c->differences; i++)
        n += report_verdict(&c->difference[i]) == verdict;
    return n;
}

static void put_words(FILE *out, const report_comparison *c) {
    size_t better = count(c, COMPARE_BETTER), worse = count(c, COMPARE_WORSE),
           other = count(c, COMPARE_OTHER), open = count(c, COMPARE_UNDECIDED), same = count(c, COMPARE_SAME);
    double factor = report_compare_factor(c);
    html_open_section(out, "headline", "In short");
    if (c->base->run->trials < 2)
        fputs("<p class=\"lead\">One pair of replications says nothing on chance: run more.</p>\n", out);
    else
        fprintf(
            out,
            "<p class=\"lead\">%zu metrics are better, %zu worse, %zu differ without a better way; for %zu "
            "the interval holds 0, which is no proof that nothing changed; %zu are the same in every "
            "pair.</p>\n",
            better, worse, other, open, same);
    if (isfinite(factor))
        fprintf(out,
                "<p>Both met the same shoppers on the same random numbers: the variance of a difference is "
                "divided by %.3g (median over metrics) against independent runs. Intervals stand for "
                "themselves: about one in twenty leaves out 0 by chance alone.</p>\n",
                factor);
    fputs("</section>\n", out);
}

static void put_number(FILE *out, double x, const char *format) {
    char text[32] = "";
    if (isfinite(x)) snprintf(text, sizeof text, format, x);
    html_cell_number(out, text);
}

static void put_row(FILE *out, const report_difference *d) {
    const stat_paired *p = &d->paired;
    compare_verdict verdict = report_verdict(d);
    fputs("<tr><th scope=\"row\" title=\"", out);
    html_text(out, d->metric->definition);
    fputs("\"><code>", out);
    html_text(out, d->metric->name);
    fputs("</code></th>", out);
    html_cell_number(out, format_number(p->mean_a, d->metric->unit).text);
    html_cell_number(out, format_number(p->mean_b, d->metric->unit).text);
    html_cell_number(out, report_difference_text(d).text);
    html_cell_number(out, p->n > 1 ? report_difference_interval(d).text : "");
    html_cell_number(out, isfinite(p->p) ? format_p(p->p).text : "");
    html_cell_number(out, isfinite(d->p_adjusted) ? format_p(d->p_adjusted).text : "");
    put_number(out, p->variance_reduction, "%.3g");
    fprintf(out, "<td class=\"when %s\">%s%s</td></tr>\n",
            verdict == COMPARE_BETTER  ? "ok"
            : verdict == COMPARE_WORSE ? "wrong"
                                       : "",
            verdict >= COMPARE_BETTER ? p->diff > 0 ? "↑ " : "↓ " : "", verdict_word[verdict]);
}

static void put_table(FILE *out, const report_comparison *c) {
    const char *group = "";
    html_open_section(out, "metrics", "All metrics");
    html_open_table(
        out, "metric|#base|#candidate|#difference|#95 % interval|#p|#p by Holm|#variance factor|verdict");
    for (size_t i = 0; i < c->differences; i++) {
        const report_difference *d = &c->difference[i];
        if (report_verdict(d) == COMPARE_MISSING) continue;
        if (strcmp(group, d->metric->group) != 0)
            fprintf(out, "<tr class=\"group\"><th scope=\"colgroup\" colspan=\"9\">%s</th></tr>\n",
                    d->metric->group);
        group = d->metric->group;
        put_row(out, d);
    }
    html_close_table(out);
    fputs("<p class=\"note\">p tests that the mean difference is 0, by the paired t test; by Holm, adjusted "
          "for all metrics that differ in some pair: below .05 even "
          "the first of them is hardly chance. The variance "
          "factor is "
          "(variance of base + variance of candidate) / variance of the difference: how many times the "
          "replications independent runs would need. It does not exist where all differences are equal. "
          "Differences of shares are in percentage points (pp). &ldquo;open&rdquo;: the interval holds "
          "0.</p>\n</section>\n",
          out);
}

static void put_manifest(FILE *out, const report_comparison *c, const report_host *host) {
    html_open_section(out, "manifest", "Manifest");
    fputs(
        "<p>base/ and candidate/ beside this page hold the two runs: <code>restocklab report</code> renders "
        "them.</p>\n",
        out);
    html_open_table(out, "what|value");
    fputs("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"2\">base</th></tr>\n", out);
    html_pairs(out, c->base->run->manifest, c->base->run->manifest_rows);
    fputs("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"2\">candidate</th></tr>\n", out);
    html_pairs(out, c->candidate->run->manifest, c->candidate->run->manifest_rows);
    fputs("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"2\">where it ran</th></tr>\n", out);
    html_pairs(out, host->row, host->rows);
    html_close_table(out);
    fputs("</section>\n", out);
}

void report_compare_page(FILE *out, const report_comparison *c, const report_host *host, const char *svg) {
    html_head(out, "Comparison");
    put_top(out, c);
    put_words(out, c);
    if (svg) {
        html_open_section(out, "plots", "Differences");
        fputs("<figure id=\"plot-compare\">\n", out);
        html_svg(out, svg, "compare", "Relative differences of the main metrics with 95 % intervals");
        fputs(
            "<figcaption>The difference as a share of the base's mean, which counts as exact here. A metric "
            "whose base is 0 has no line. Lines are cut at the edge of the picture; the numbers beside them "
            "are not.</figcaption>\n</figure>\n</section>\n",
            out);
    }
    put_table(out, c);
    if (c->who) report_differences_page(out, c->who);
    put_manifest(out, c, host);
    fputs("</main>\n</body>\n</html>\n", out);
}

/* Without what they are about, files of an earlier one would stay: so they are always written. */
static bool write_differences(const char *dir, const report_differences *who, char *error) {
    file_writer w;
    if (!who) return true;
    if (!file_open(&w, dir, "differences_shoppers.csv", error)) return false;
    report_differences_shoppers_csv(w.out, who);
    if (!file_close(&w, true, error) || !file_open(&w, dir, "differences_restocks.csv", error)) return false;
    report_differences_restocks_csv(w.out, who);
    return file_close(&w, true, error);
}

bool report_compare_write(const char *dir, const report_comparison *c, const report_host *host,
                          char error[STORE_ERROR_SIZE]) {
    size_t rows = report_compare_plot_rows(c);
    const report_plot plot = {.name = "compare", .height = 150 + 24 * (int)rows, .draw = report_compare_plot};
    char *svg = NULL;
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "compare.csv", error);
    if (!good) return false;
    report_compare_csv(w.out, c);
    good = file_close(&w, true, error) && write_differences(dir, c->who, error) &&
           document_write_manifest(dir, report_compare_json(c, host), host, error);
    if (!rows) report_forget_plot(dir, plot.name);
    if (good && rows)
        good = file_folder(dir, "plots", error) && report_write_plot(dir, &plot, c, &svg, error);
    if (good && (good = file_open(&w, dir, "compare.html", error))) {
        report_compare_page(w.out, c, host, svg);
        good = file_close(&w, true, error);
    }
    free(svg);
    return good;
}
