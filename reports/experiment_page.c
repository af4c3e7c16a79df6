/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_page.c - the files of an experiment: experiment.csv, plots, manifest.json and experiment.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/document.h"
#include "reports/experiment.h"
#include "reports/file.h"
#include "reports/html.h"
#include "reports/plots.h"

enum { PLOTS = 2 };

static void put_top(FILE *out, const report_experiment *x) {
    char products[60] = "";
    for (size_t i = 0; i < x->designs; i++)
        if (!strcmp(x->design[i].name, "two_sided"))
            snprintf(products, sizeof products, "; in two_sided %g %% of products",
                     100 * x->product_fraction);
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>Designs of a holdout</h1>\n<p class=\"what\">"
          "<strong>",
          out);
    html_text(out, x->scenario);
    fprintf(
        out,
        "</strong>: %u experiments with each design, on the same shoppers, seed %llu; %g %% held out%s%s. "
        "The truth is known here: every experiment is run again with everyone and with no one treated.</p>\n"
        "</header>\n<main>\n",
        x->replications, (unsigned long long)x->run->seed, 100 * x->fraction,
        x->chosen ? ", as the scenario holds nobody out" : "", products);
}

static void put_use(FILE *out, const report_experiment *x) {
    const experiment_design *d = &x->design[x->best];
    experiment_kind kind = d->by[x->by].kind;
    bool named = x->by > 0;
    fprintf(out, "Use <strong>%s</strong>%s%s: %s. ", d->name, named ? ", " : "",
            named ? report_experiment_estimator(d, kind) : "", report_experiment_contrast(x, d, kind));
}

static void put_headline(FILE *out, const report_experiment *x) {
    html_open_section(out, "headline", "Which design to use");
    fputs("<p class=\"lead\">", out);
    if (x->best < x->designs) put_use(out, x);
    html_text(out, x->why);
    fputs("</p>\n<p>Where treated and held-out shoppers want the same units, a push takes what the control "
          "would have bought, and comparing shoppers overstates it; drawing whole products or restocks keeps "
          "the shelf within one arm, but leaves few things to draw. Which matters more depends on the shop: "
          "so it is tried out here. The bias of a design is not a fault of its arithmetic: more shoppers do "
          "not make it smaller.</p>\n</section>\n",
          out);
}

static void cell(FILE *out, double x, bool share) {
    char text[40] = "";
    if (isfinite(x)) snprintf(text, sizeof text, share ? "%.1f %%" : "%.4g", share ? 100 * x : x);
    html_cell_number(out, text);
}

static void put_estimator(FILE *out, const report_experiment *x, size_t i, size_t k) {
    const experiment_estimator *e = &x->design[i].by[k];
    const format_text warning = report_experiment_warning(e);
    char bias[80] = "";
    fprintf(out, "<tr><th scope=\"row\"><code>%s</code> %s%s</th><td>%s</td>", x->design[i].name,
            report_experiment_estimator(&x->design[i], e->kind), i == x->best && k == x->by ? " ★" : "",
            e->method);
    cell(out, e->estimate.mean, false);
    cell(out, e->truth.mean, false);
    if (isfinite(e->bias.lo))
        snprintf(bias, sizeof bias, "%+.3g [%.3g, %.3g]", e->bias.mean, e->bias.lo, e->bias.hi);
    html_cell_number(out, bias);
    cell(out, e->coverage_true, true);
    cell(out, e->coverage_own, true);
    cell(out, e->power, true);
    cell(out, e->false_positives, true);
    cell(out, e->mde, false);
    fprintf(out, "<td class=\"when %s\">", *warning.text ? "wrong" : "");
    html_text(out, warning.text);
    fputs("</td></tr>\n", out);
}

static void put_designs(FILE *out, const report_experiment *x) {
    html_open_section(out, "designs", "All designs");
    html_open_table(out, "design|by|#mean estimate|#truth|#bias|#holds truth|#holds own mean|#finds "
                         "effect|#finds nothing's|#smallest found|");
    for (size_t i = 0; i < x->designs; i++)
        for (size_t k = 0; k < x->design[i].methods; k++)
            put_estimator(out, x, i, k);
    html_close_table(out);
    fprintf(
        out, "<p class=\"note\">%s ",
        x->store
            ? "All net orders per shopper of the shop. Truth: the orders that all the pushes bring to the "
              "store, per shopper."
            : "Net orders per unit. Truth: the orders that all the pushes bring to these units, per unit.");
    fputs(
        "Bias: estimate less truth, with its 95 % interval by the paired t over experiments. Holds "
        "truth, holds own mean: how often an experiment's own 95 % interval holds the mean truth, and the "
        "mean of all estimates; under shared stock the first is meant to fail, for the estimate is of "
        "something else. Finds effect: how often p &lt; .05 (no interval counts as not found). Finds "
        "nothing's: the same in a world where pushes are shown and never clicked; it should be 5 %. Smallest "
        "found: the effect that is found in 80 % of experiments, from the spread of the estimates. "
        "Where clusters are drawn, <code>welch</code> shows what taking their shoppers as independent would "
        "do; in <code>two_sided</code> the estimators weighted_1 and weighted_2 weigh the four cells.</p>\n",
        out);
    fputs("<dl>\n", out);
    for (size_t i = 0; i < x->designs; i++)
        fprintf(out, "<dt><code>%s</code></dt><dd>%s; %s units an experiment, %.1f %% held out</dd>\n",
                x->design[i].name, report_experiment_contrast(x, &x->design[i], EXPERIMENT_DIFFERENCE),
                format_count(round(x->design[i].units / x->replications)).text,
                x->design[i].units > 0 ? 100 * x->design[i].held / x->design[i].units : 0);
    fputs("</dl>\n</section>\n", out);
}

static void put_interval(FILE *out, const stat_interval *v) {
    char text[80] = "";
    if (isfinite(v->lo)) snprintf(text, sizeof text, "%+.3g [%.3g, %.3g]", v->mean, v->lo, v->hi);
    html_cell_number(out, text);
}

static void put_slots(FILE *out, const report_experiment *x, const char *svg) {
    html_open_section(out, "slots", "The control's clock, and its place in line");
    fprintf(
        out,
        "<p>A rate limit makes people wait for their turn, and whose turn comes is not anybody: who has "
        "bought meanwhile is out of the line, and the end of the line is never reached. A control that the "
        "limit does not hold back is counted at once, and all of it: a bias of time, even where pushes do "
        "nothing. Here the control waits in the same line as ghosts (<code>%s</code> design); the third "
        "contrast shows what that spares. All in net orders of the own product per unit that waited.</p>\n",
        x->design[0].name);
    if (svg) {
        fputs("<figure id=\"plot-clocks\">\n", out);
        html_svg(out, svg, "clocks", "Contrasts of three clocks where pushes do nothing");
        fputs("<figcaption>Everything that is not 0 is bias.</figcaption>\n</figure>\n", out);
    }
    html_open_table(out, "consumes_slot|pushes|#sends|#truth|#control waits its turn|#sent less "
                         "ghosts|#control not throttled");
    for (size_t i = 0; i < 2; i++)
        for (int effect = 0; effect < 2; effect++) {
            const experiment_slots *s = &x->slots[i];
            fprintf(out, "<tr><th scope=\"row\">%s</th><td>%s</td>", s->consumes ? "true" : "false",
                    effect ? "as they are" : "do nothing");
            html_cell_number(out, effect ? format_count(round(s->mean_sends.mean)).text : "");
            if (effect)
                put_interval(out, &s->mean_truth);
            else
                html_cell_number(out, "0");
            for (size_t c = 0; c < CLOCK_COUNT; c++)
                put_interval(out, effect ? &s->with[c] : &s->none[c]);
            fputs("</tr>\n", out);
        }
    html_close_table(out);
    fputs(
        "<p class=\"note\">true: a ghost takes a place in a batch as a push does, and fewer are told at once "
        "than without a holdout. false: it takes none and is stamped with the next push behind it.</p>\n"
        "</section>\n",
        out);
}

static void put_manifest(FILE *out, const report_experiment *x, const report_host *host) {
    html_open_section(out, "manifest", "Manifest");
    html_open_table(out, "what|value");
    html_pairs(out, x->run->manifest, x->run->manifest_rows);
    fputs("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"2\">where it ran</th></tr>\n", out);
    if (host) html_pairs(out, host->row, host->rows);
    html_close_table(out);
    fputs("</section>\n", out);
}

static void put_page(FILE *out, const report_experiment *x, const report_host *host, char *const svg[PLOTS]) {
    html_head(out, "Designs of a holdout");
    put_top(out, x);
    put_headline(out, x);
    html_open_section(out, "plots", "Estimates and truth");
    fputs("<figure id=\"plot-experiment\">\n", out);
    if (svg[0]) html_svg(out, svg[0], "experiment", "Estimates of each design against the truth");
    fputs(
        "<figcaption>Each point is one experiment; at most 500 a design are drawn.</figcaption>\n</figure>\n"
        "</section>\n",
        out);
    put_designs(out, x);
    put_slots(out, x, svg[1]);
    put_manifest(out, x, host);
    fputs("</main>\n</body>\n</html>\n", out);
}

bool report_experiment_write(const char *dir, const report_experiment *x, const report_host *host,
                             char error[STORE_ERROR_SIZE]) {
    const report_plot plot[PLOTS] = {
        {.name = "experiment", .height = 180 + 70 * (int)x->designs, .draw = report_experiment_plot},
        {.name = "clocks", .height = 340, .draw = report_experiment_clocks_plot},
    };
    char *svg[PLOTS] = {NULL};
    file_writer w;
    bool good = file_folder(dir, NULL, error) && file_open(&w, dir, "experiment.csv", error);
    if (!good) return false;
    report_experiment_csv(w.out, x);
    good = file_close(&w, true, error) &&
           document_write_manifest(dir, report_experiment_json(x, host), host, error) &&
           file_folder(dir, "plots", error);
    for (size_t i = 0; good && i < PLOTS; i++)
        good = report_write_plot(dir, &plot[i], x, &svg[i], error);
    if (good && (good = file_open(&w, dir, "experiment.html", error))) {
        put_page(w.out, x, host, svg);
        good = file_close(&w, true, error);
    }
    for (size_t i = 0; i < PLOTS; i++)
        free(svg[i]);
    return good;
}
