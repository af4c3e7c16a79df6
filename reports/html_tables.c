/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * html_tables.c - the tables of report.html.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/html.h"
#include "reports/sums.h"

enum { LABEL = 160, MOST_RESTOCKS = 20 };

void html_open_section(FILE *out, const char *id, const char *title) {
    fprintf(out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
}

void html_open_table(FILE *out, const char *columns) {
    fputs("<div class=\"wide\"><table>\n<thead><tr>", out);
    while (*columns) {
        size_t n = strcspn(columns, "|");
        bool is_number = *columns == '#';
        fprintf(out, "<th scope=\"col\"%s>%.*s</th>", is_number ? " class=\"n\"" : "", (int)(n - is_number),
                columns + is_number);
        columns += n + (columns[n] == '|');
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

void html_close_table(FILE *out) {
    fputs("</tbody>\n</table></div>\n", out);
}

void html_cell(FILE *out, const char *text) {
    fputs("<td>", out);
    html_text(out, text);
    fputs("</td>", out);
}

void html_cell_number(FILE *out, const char *text) {
    fprintf(out, "<td class=\"n\">%s</td>", text);
}

static void put_metric(FILE *out, const report_summary *s, const report_value *v) {
    char label[LABEL];
    sums_label(s->run, v->metric, label, sizeof label);
    fputs("<tr><th scope=\"row\"><code>", out);
    html_text(out, label);
    fputs("</code></th>", out);
    html_cell_number(out, format_value(v).text);
    html_cell_number(out, v->n > 1 ? format_interval(v).text : "");
    fprintf(out, "<td class=\"n\">%u</td>", v->n);
    html_cell(out, v->metric->definition);
    fputs("</tr>\n", out);
}

void html_metrics(FILE *out, const report_summary *s) {
    const char *group = "";
    size_t missing = 0;
    html_open_section(out, "metrics", "Metrics");
    html_open_table(out, "metric|#mean|#95 % interval|#replications|what it is");
    for (size_t i = 0; i < s->values; i++) {
        const report_value *v = &s->value[i];
        if (!sums_uses(s->run, v->metric->group)) continue;
        if (!v->n) {
            missing++;
            continue;
        }
        if (strcmp(group, v->metric->group) != 0)
            fprintf(out, "<tr class=\"group\"><th scope=\"colgroup\" colspan=\"5\">%s</th></tr>\n",
                    v->metric->group);
        group = v->metric->group;
        put_metric(out, s, v);
    }
    html_close_table(out);
    if (missing)
        fprintf(out,
                "<p class=\"note\">%zu metrics do not exist in this run (a denominator of 0, no holdout, no "
                "twins or "
                "no such tier) and are left out.</p>\n",
                missing);
    fputs("</section>\n", out);
}

void html_templates(FILE *out, const report_summary *s) {
    report_template row[STORE_TEMPLATES];
    size_t n = report_templates(s->run, row);
    if (n == 0) return;
    html_open_section(out, "templates", "Templates");
    fputs(
        "<p>What first pushes were answered with, by the template that they had. Counts are summed over all "
        "replications; a shopper always gets the same template.</p>\n",
        out);
    html_open_table(out, "template|#sends|#clicked|#clicked / delivered|#95 % interval|#orders|#orders / "
                         "send|#95 % interval");
    for (size_t i = 0; i < n; i++) {
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, row[i].name);
        fputs("</th>", out);
        html_cell_number(out, format_count(row[i].sends).text);
        html_cell_number(out, format_count(row[i].clicked).text);
        html_cell_number(out, format_value(&row[i].ctr).text);
        html_cell_number(out, row[i].ctr.n > 1 ? format_interval(&row[i].ctr).text : "");
        html_cell_number(out, format_count(row[i].orders).text);
        html_cell_number(out, format_value(&row[i].orders_per_send).text);
        html_cell_number(out,
                         row[i].orders_per_send.n > 1 ? format_interval(&row[i].orders_per_send).text : "");
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    fputs("</section>\n", out);
}

static void ledger_row(FILE *out, const char *style, const char *outcome, const char *reason, double n,
                       double of) {
    fprintf(out, "<tr%s><th scope=\"row\">", style);
    html_text(out, outcome);
    fputs("</th>", out);
    html_cell(out, reason);
    html_cell_number(out, format_count(n).text);
    html_cell_number(out, of > 0 ? format_number(n / of, "share").text : "");
    fputs("</tr>\n", out);
}

void html_ledger(FILE *out, const report_summary *s) {
    sums_ledger l;
    sums_ledger_of(s->run, &l);
    html_open_section(out, "ledger", "Ledger");
    fputs("<p>Every candidate of every restock ends in one line. Counts are summed over all "
          "replications.</p>\n",
          out);
    html_open_table(out, "outcome|reason|#candidates|#share");
    for (size_t i = 0; i < l.rows; i++) {
        const char *outcome = l.row[i].outcome;
        ledger_row(out, "", outcome, l.row[i].reason, l.row[i].n, l.booked);
        bool last = i + 1 == l.rows || strcmp(l.row[i + 1].outcome, outcome) != 0;
        bool several = i > 0 && !strcmp(l.row[i - 1].outcome, outcome);
        if (last && several)
            ledger_row(out, " class=\"sum\"", outcome, "in all", sums_ledger_count(&l, outcome), l.booked);
    }
    ledger_row(out, " class=\"sum\"", "sum of all lines", "", l.booked, l.booked);
    ledger_row(out, " class=\"sum\"", "candidates counted",
               l.booked == l.candidates ? "the same" : "NOT the same", l.candidates, l.booked);
    html_close_table(out);
    fputs("</section>\n", out);
}

/* A time as the span since the true restock. */
static void cell_since(FILE *out, int64_t from, int64_t at) {
    bool known = from != STORE_NONE && at != STORE_NONE;
    html_cell_number(out, known ? format_span((double)(at - from) / 1000).text : "-");
}

void html_restocks(FILE *out, const report_summary *s) {
    if (!s->run->trials || !s->run->trial[0].restocks) return;
    const store_trial *t = &s->run->trial[0];
    size_t shown = t->restocks < MOST_RESTOCKS ? t->restocks : MOST_RESTOCKS;
    html_open_section(out, "restocks", "Restocks of the first replication");
    fprintf(out,
            "<p>The first %zu of %zu, times in UTC, the warm-up included; spans count from the true "
            "restock.</p>\n",
            shown, t->restocks);
    html_open_table(
        out,
        "restocked|#SKU|#units|#seen by the engine|#first send|#sold out|#candidates|#sent|#ghosts|#clicks|"
        "#orders|#sold-out clicks");
    for (size_t i = 0; i < shown; i++) {
        const store_restock_row *r = &t->restock[i];
        int64_t from = r->restocked != STORE_NONE ? r->restocked : r->opened;
        uint32_t n[] = {r->candidates, r->sent, r->ghost, r->clicks, r->orders, r->sold_out_clicks};
        fprintf(out, "<tr><th scope=\"row\" class=\"when\">%s</th>", format_time(from).text);
        fprintf(out, "<td class=\"n\">%u</td>", r->sku);
        html_cell_number(out, format_count(r->units).text);
        cell_since(out, from, r->opened);
        cell_since(out, from, r->first_sent);
        cell_since(out, from, r->depleted);
        for (size_t k = 0; k < sizeof n / sizeof *n; k++)
            html_cell_number(out, format_count(n[k]).text);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    fputs("</section>\n", out);
}

void html_unmet(FILE *out, const report_summary *s) {
    report_unmet *row;
    size_t n = report_unmet_demand(s->run, &row), shown = n < REPORT_UNMET_SHOWN ? n : REPORT_UNMET_SHOWN;
    if (n > 0) {
        html_open_section(out, "unmet", "Unmet demand");
        fprintf(out,
                "<p>The %zu of %zu SKUs that are wanted most at the end, means over the replications; "
                "unmet_demand.csv has them all. In line is what the engine knows of; wanted are units that "
                "shoppers really still want. To reorder is what would have met them: wanted less on "
                "hand.</p>\n",
                shown, n);
        html_open_table(out,
                        "SKU|#open interests|#units asked for in line|#units wanted|#on hand|#to reorder");
        for (size_t i = 0; i < shown; i++) {
            double x[] = {row[i].interests, row[i].requested, row[i].wanted, row[i].on_hand, row[i].restock};
            fprintf(out, "<tr><th scope=\"row\">%u</th>", row[i].sku);
            for (size_t k = 0; k < sizeof x / sizeof *x; k++)
                html_cell_number(out, format_count(x[k]).text);
            fputs("</tr>\n", out);
        }
        html_close_table(out);
        fputs("</section>\n", out);
    }
    free(row);
}

void html_traces(FILE *out, const report_summary *s) {
    if (!s->run->traces) return;
    html_open_section(out, "traces", "Traces");
    html_open_table(out, "trace|file|hash|#rows|#SKUs|#restocks|#rejected rows");
    for (size_t i = 0; i < s->run->traces; i++) {
        const store_trace *t = &s->run->trace[i];
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, t->name);
        fputs("</th>", out);
        html_cell(out, t->file ? t->file : "");
        fprintf(out, "<td><code>%s</code></td>", format_hash(t->hash).text);
        html_cell_number(out, format_count(t->rows).text);
        html_cell_number(out, format_count(t->skus).text);
        html_cell_number(out, format_count(t->restocks).text);
        html_cell_number(out, format_count(t->rejected).text);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
    const char *past = sums_past_pushes(s->run);
    if (past) fprintf(out, "<p class=\"note\">%s</p>\n", past);
    fputs("</section>\n", out);
}

static void define(FILE *out, const char *word, const char *meaning) {
    fprintf(out, "<dt>%s</dt><dd>%s</dd>\n", word, meaning);
}

void html_definitions(FILE *out, const report_summary *s) {
    html_open_section(out, "definitions", "Definitions");
    fputs("<dl class=\"words\">\n", out);
    define(out, "Unit of the experiment",
           "A shopper and product that reached the holdout step at least once after the "
           "warm-up, followed from the first time on.");
    define(out, "Randomised unit", sums_unit_words(s->run));
    define(out, "Ghost",
           "A held-out shopper's send: it goes through the same rules, line and throttle, and the moment is "
           "noted, but nothing is sent. Lift compares sends with ghosts, so like with like.");
    define(out, "Lift by the holdout",
           "Mean outcome of units assigned to treatment less that of held-out units, whether "
           "their turn came or not.");
    define(out, "Truth",
           "The same units in two more runs on the same random numbers: everyone treated, nobody treated. "
           "The difference per unit is what the push did.");
    define(out, "Bias",
           "The lift by the holdout less the truth. Both arms buy from the same shelf: a unit that a treated "
           "shopper gets is one that a held-out shopper cannot get.");
    if (sums_uses(s->run, REPORT_LATER))
        define(out, "Later touch",
               "A reminder, or an e-mail, an SMS or an in-app note, that follows a candidate's first push. "
               "They are no candidates and are counted apart; ghosts have theirs as ghosts.");
    if (sums_uses(s->run, REPORT_PREDICTIVE))
        define(
            out, "Predictive notice",
            "Tells one who asks for what is sold out by when it is likely to be back, and with what chance "
            "at least. No order is credited to it.");
    define(out, "Sold-out click",
           "A click on a push that lands on a page that shows the variant as sold out. Its cause is "
           "the first that holds: late storefront, late feed, organic buyers, push latency, late "
           "open, batch too large.");
    define(out, "Credited",
           "An order is credited to at most one send: the last one clicked, else the last one delivered, "
           "inside the attribution window. Credit is not cause: see the lift.");
    define(out, "Interval",
           s->run->trials < 2 ? "Needs two replications or more."
                              : "95 % by Student's t over the replications in which the number exists.");
    fputs("</dl>\n</section>\n", out);
}

void html_pairs(FILE *out, const store_pair *row, size_t rows) {
    for (size_t i = 0; i < rows; i++) {
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, row[i].key);
        fputs("</th><td><code>", out);
        html_text(out, row[i].value ? row[i].value : "");
        fputs("</code></td></tr>\n", out);
    }
}

void html_manifest(FILE *out, const report_summary *s, const report_host *host) {
    html_open_section(out, "manifest", "Manifest");
    fputs("<p>What it takes to get the same numbers again.</p>\n", out);
    html_open_table(out, "what|value");
    fprintf(out, "<tr><th scope=\"row\">seed</th><td><code>%llu</code></td></tr>\n",
            (unsigned long long)s->run->seed);
    fprintf(out, "<tr><th scope=\"row\">replications</th><td><code>%zu</code></td></tr>\n", s->run->trials);
    html_pairs(out, s->run->manifest, s->run->manifest_rows);
    if (host) html_pairs(out, host->row, host->rows);
    if (host && host->wall_s >= 0)
        fprintf(out, "<tr><th scope=\"row\">wall time</th><td>%s</td></tr>\n",
                format_span(host->wall_s).text);
    html_close_table(out);
    fputs("</section>\n", out);
}

void html_file_manifest(FILE *out, const char *file, uint64_t hash, int64_t seed, const store_pair *row,
                        size_t rows) {
    html_open_section(out, "manifest", "Manifest");
    fputs("<p>What it takes to get the same numbers again.</p>\n", out);
    html_open_table(out, "what|value");
    fputs("<tr><th scope=\"row\">file</th><td><code>", out);
    html_text(out, file);
    fprintf(out,
            "</code></td></tr>\n<tr><th scope=\"row\">XXH64 of the file</th><td><code>%s</code></td></tr>\n",
            format_hash(hash).text);
    if (seed >= 0)
        fprintf(out, "<tr><th scope=\"row\">seed</th><td><code>%lld</code></td></tr>\n", (long long)seed);
    html_pairs(out, row, rows);
    html_close_table(out);
    fputs("</section>\n", out);
}
