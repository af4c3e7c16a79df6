/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * html.c - report.html: one file that needs no network and no scripts.
 */
#include "reports/html.h"

#include <math.h>
#include <string.h>

#include "reports/format.h"
#include "reports/plots.h"
#include "reports/sums.h"

static void escaped(FILE *out, const char *clean) {
    for (; *clean; clean++)
        switch (*clean) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\'': fputs("&#39;", out); break;
        default: fputc(*clean, out);
        }
}

/* Long texts go in pieces: a piece ends where format_clean() found no more room, between characters. */
static void put_piece(FILE *out, const char *text, size_t n) {
    char raw[256], clean[sizeof raw];
    while (n > 0) {
        size_t take = n < sizeof raw - 1 ? n : sizeof raw - 1;
        while (take < n && take > sizeof raw - 8 && ((unsigned char)text[take] & 0xc0) == 0x80)
            take--;
        memcpy(raw, text, take);
        raw[take] = 0;
        escaped(out, format_clean(clean, sizeof clean, raw));
        text += take;
        n -= take;
    }
}

void html_text(FILE *out, const char *text) {
    put_piece(out, text, strlen(text));
}

void html_lines(FILE *out, const char *text) {
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_piece(out, text, n);
        if (text[n]) fputc('\n', out);
        text += n + (text[n] == '\n');
    }
}

static const char *title_of(const store_run *run) {
    return run->title && *run->title ? run->title : run->scenario ? run->scenario : "Run";
}

void html_head(FILE *out, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
          out);
    html_text(out, title);
    fprintf(out, " - restocklab</title>\n<style>\n%s</style>\n</head>\n<body>\n", html_style);
}

static void put_top(FILE *out, const store_run *run) {
    fputs("<header>\n<p class=\"brand\">restocklab</p>\n<h1>", out);
    html_text(out, title_of(run));
    fputs("</h1>\n<p class=\"what\">", out);
    html_text(out, run->scenario ? run->scenario : "run");
    fprintf(out, ": %zu replication%s of %s", run->trials, run->trials == 1 ? "" : "s",
            format_span((double)(run->horizon - run->warmup) / 1000).text);
    if (run->warmup) fprintf(out, " after %s of warm-up", format_span((double)run->warmup / 1000).text);
    fprintf(out, ", seed %llu, %s%s. ", (unsigned long long)run->seed, sums_held_out(run).text,
            run->twins ? ", each with twins (everyone treated, nobody treated) on the same random numbers"
                       : "");
    if (run->trials < 2)
        fputs("One replication: there are no intervals.", out);
    else
        fprintf(out, "Intervals are 95 %% by Student's t over replications%s.",
                run->trials < 10 ? "; with so few they are rough" : "");
    fputs("</p>\n</header>\n<main>\n", out);
}

static void put_tile(FILE *out, const report_summary *s, const char *metric, const char *label) {
    const report_value *v = report_find(s, metric);
    if (!v || !v->n) return;
    fputs("<div class=\"tile\"><dt title=\"", out);
    html_text(out, v->metric->definition);
    fprintf(out, "\">%s</dt><dd>%s", label, format_value(v).text);
    if (v->n > 1) fprintf(out, "<small>%s</small>", format_interval(v).text);
    fputs("</dd></div>\n", out);
}

static void put_sold_out_words(FILE *out, const report_summary *s) {
    const report_value *rate = report_find(s, "clicked_oos_rate"), *over = report_find(s, "oversold_units");
    if (!rate->n) return;
    fprintf(out, "<p>Of the sends that were clicked, %s met a sold-out page",
            format_mean_interval(rate).text);
    if (over->n && over->mean > 0)
        fprintf(out, "; %s units were sold that did not exist", format_mean_interval(over).text);
    fputs(".</p>\n", out);
}

static void put_balance_words(FILE *out, const store_run *run) {
    sums_balance ok = sums_balance_of(run);
    if (ok.units == run->trials && ok.ledger == run->trials)
        fprintf(
            out,
            "<p class=\"ok\">It adds up: in every replication start + restocked + sent back - lost - sold, "
            "other channels included, gives the units that are left, and each candidate is in "
            "exactly one line of the ledger.</p>\n");
    else
        fprintf(out,
                "<p class=\"wrong\">It does not add up: units in %zu and ledger in %zu of %zu replications. "
                "Please "
                "report this as a defect.</p>\n",
                run->trials - ok.units, run->trials - ok.ledger, run->trials);
}

static void put_headline(FILE *out, const report_summary *s) {
    char words[1024];
    sums_lift_words(s, words, sizeof words);
    fputs("<section id=\"headline\">\n<h2>In short</h2>\n<p class=\"lead\">", out);
    html_text(out, words);
    fputs("</p>\n", out);
    put_sold_out_words(out, s);
    put_balance_words(out, s->run);
    fputs("<dl class=\"tiles\">\n", out);
    put_tile(out, s, "sends", "sends");
    put_tile(out, s, "lift_abs", "lift by the holdout, orders per unit");
    put_tile(out, s, "lift_true", "true lift, orders per unit");
    put_tile(out, s, "clicked_oos_rate", "sold-out clicks / clicks");
    put_tile(out, s, "oversell_rate", "oversold orders / orders");
    put_tile(out, s, "revenue_per_recipient", "credited revenue per recipient");
    put_tile(out, s, "incremental_revenue_per_recipient", "incremental revenue per recipient");
    put_tile(out, s, "revenue", "net revenue, whole store");
    fputs("</dl>\n</section>\n", out);
}

static void put_plots(FILE *out, const html_plots *plots) {
    size_t n;
    const report_plot *plot = report_plots(&n);
    fputs("<section id=\"plots\">\n<h2>Plots</h2>\n", out);
    for (size_t i = 0; i < n && i < HTML_PLOTS; i++) {
        if (!plots->svg[i]) continue;
        fprintf(out, "<figure id=\"plot-%s\">\n", plot[i].name);
        html_svg(out, plots->svg[i], plot[i].name, plot[i].title);
        fputs("<figcaption>", out);
        html_text(out, plot[i].caption);
        fputs("</figcaption>\n</figure>\n", out);
    }
    fputs("</section>\n", out);
}

void html_page(FILE *out, const report_summary *s, const report_host *host, const html_plots *plots) {
    html_head(out, title_of(s->run));
    put_top(out, s->run);
    put_headline(out, s);
    put_plots(out, plots);
    html_warmup(out, s);
    html_metrics(out, s);
    html_arms(out, s);
    html_templates(out, s);
    html_ledger(out, s);
    html_restocks(out, s);
    html_unmet(out, s);
    html_traces(out, s);
    html_definitions(out, s);
    fputs("<section id=\"scenario\">\n<h2>Scenario</h2>\n<details><summary>The scenario as it was "
          "run</summary>\n<pre>",
          out);
    html_lines(out, s->run->text ? s->run->text : "");
    fputs("</pre>\n</details>\n</section>\n", out);
    html_manifest(out, s, host);
    fputs("</main>\n</body>\n</html>\n", out);
}
