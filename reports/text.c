/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text.c - the one-screen summary of a run: at most 40 lines of 100 columns, and some more where there is
 * more to tell than of first pushes alone.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/sums.h"
#include "reports/warmup.h"

enum { TITLE = 300 };

typedef struct {
    FILE *out;
    const report_summary *s;
    bool colour;
} page;

static void heading(const page *p, const char *text) {
    fprintf(p->out, p->colour ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

/* Clean text cut to `columns` characters. */
static void put_cut(FILE *out, const char *text, size_t columns) {
    for (; *text; text++) {
        if (((unsigned char)*text & 0xc0) != 0x80 && columns-- == 0) return;
        fputc(*text, out);
    }
}

/* Paragraphs, each left out where there is nothing to say. */
static void put_paragraphs(const page *p, void (*const part[])(FILE *, const page *), size_t parts) {
    for (size_t i = 0; i < parts; i++) {
        char line[1024] = "";
        FILE *out = fmemopen(line, sizeof line - 1, "w");
        if (!out) continue;
        part[i](out, p);
        fclose(out);
        if (*line) format_wrap(p->out, line, 0, 2);
    }
}

static double mean_of(const page *p, store_tally t) {
    return p->s->run->trials ? sums_tally(p->s->run, t) / (double)p->s->run->trials : NAN;
}

static void put_settled(const page *p) {
    warmup_answer w;
    char words[512];
    if (!warmup_of(p->s->run, &w) || !warmup_told(&w)) return;
    warmup_words(&w, words, sizeof words);
    format_wrap(p->out, words, 0, 0);
}

static void put_what(const page *p) {
    const store_run *run = p->s->run;
    char title[TITLE];
    put_cut(p->out, format_clean(title, sizeof title, run->scenario ? run->scenario : "run"), 40);
    fputs("  ", p->out);
    put_cut(p->out, format_clean(title, sizeof title, run->title ? run->title : ""), FORMAT_COLUMNS - 42);
    char warmup[64] = "", line[512];
    if (run->warmup)
        snprintf(warmup, sizeof warmup, " after %.24s of warm-up",
                 format_span((double)run->warmup / 1000).text);
    snprintf(line, sizeof line, "%zu replication%s of %s%s, seed %llu, %s%s", run->trials,
             run->trials == 1 ? "" : "s", format_span((double)(run->horizon - run->warmup) / 1000).text,
             warmup, (unsigned long long)run->seed, sums_held_out(run).text,
             run->twins ? ", with twins" : "");
    fputc('\n', p->out);
    format_wrap(p->out, line, 0, 0);
    if (run->trials < 2)
        fputs("Numbers are of one replication: there are no intervals. Use --reps for more.\n", p->out);
    else
        fprintf(p->out, "Numbers are means over %zu replications, [95 %% intervals] by Student's t%s.\n",
                run->trials, run->trials < 10 ? "; so few make them rough" : "");
    put_settled(p);
}

/* No blanks, so that it stays one word when a line is broken. */
static void put_verdict(FILE *out, const page *p, size_t good) {
    size_t n = p->s->run->trials;
    if (good == n)
        fputs(p->colour ? " \033[32mok\033[0m" : " ok", out);
    else
        fprintf(out, p->colour ? " \033[1;31mWRONG\033[0m in %zu of %zu" : " WRONG in %zu of %zu", n - good,
                n);
}

static void put_units(FILE *out, const page *p) {
    fprintf(out, "units: %s at the start + %s restocked", format_count(mean_of(p, STORE_T_units_start)).text,
            format_count(mean_of(p, STORE_T_units_restocked)).text);
    if (sums_tally(p->s->run, STORE_T_units_returned) != 0)
        fprintf(out, " + %s sent back", format_count(mean_of(p, STORE_T_units_returned)).text);
    if (sums_tally(p->s->run, STORE_T_units_lost) != 0)
        fprintf(out, " - %s lost", format_count(mean_of(p, STORE_T_units_lost)).text);
    if (sums_tally(p->s->run, STORE_T_units_other_channels) != 0)
        fprintf(out, " - %s by other channels", format_count(mean_of(p, STORE_T_units_other_channels)).text);
    fprintf(out, " - %s sold = %s left:", format_count(mean_of(p, STORE_T_units_sold)).text,
            format_count(mean_of(p, STORE_T_units_end)).text);
    put_verdict(out, p, sums_balance_of(p->s->run).units);
}

static void put_ledger(FILE *out, const page *p) {
    double n = p->s->run->trials ? (double)p->s->run->trials : 1;
    const char *between = "=";
    sums_ledger l;
    sums_ledger_of(p->s->run, &l);
    fprintf(out, "ledger: %s candidates", format_count(l.candidates / n).text);
    for (size_t i = 0; sums_outcome(i); i++) {
        double count = sums_ledger_count(&l, sums_outcome(i));
        if (count == 0) continue;
        fprintf(out, " %s %s %s", between, format_count(count / n).text, sums_outcome(i));
        between = "+";
    }
    fputs(":", out);
    put_verdict(out, p, sums_balance_of(p->s->run).ledger);
}

static void put_balance(const page *p) {
    static void (*const part[])(FILE *, const page *) = {put_units, put_ledger};
    heading(p, "Does it add up? (means)");
    put_paragraphs(p, part, sizeof part / sizeof *part);
}

/* " 1,607 reminders (5.6 %)" */
static void put_way(FILE *out, const page *p, store_tally sent, const char *name, const char *ctr,
                    bool *first) {
    if (sums_tally(p->s->run, sent) == 0) return;
    fprintf(out, "%s %s %s (%s%s)", *first ? "then" : ",", format_count(mean_of(p, sent)).text, name,
            format_number(sums_mean(p->s, ctr), "share").text, *first ? " clicked" : "");
    *first = false;
}

static void put_later(FILE *out, const page *p) {
    bool first = true;
    if (!sums_uses(p->s->run, REPORT_LATER)) return;
    put_way(out, p, STORE_T_reminders, "reminders", "reminder_ctr", &first);
    put_way(out, p, STORE_T_followups_email, "e-mails", "followup_email_ctr", &first);
    put_way(out, p, STORE_T_followups_sms, "SMS", "followup_sms_ctr", &first);
    put_way(out, p, STORE_T_followups_in_app, "in-app notes", "followup_in_app_ctr", &first);
    fprintf(out, "%s %s orders credited to them",
            first ? "then reminders and follow-ups of ghosts alone:" : ":",
            format_count(mean_of(p, STORE_T_later_orders)).text);
}

static void put_predictive(FILE *out, const page *p) {
    if (!sums_uses(p->s->run, REPORT_PREDICTIVE)) return;
    fprintf(out, "%s notices of when it is back: %s kept of those due, %s promised",
            format_count(mean_of(p, STORE_T_predictive_sends)).text,
            format_number(sums_mean(p->s, "predictive_kept_rate"), "share").text,
            format_number(sums_mean(p->s, "predictive_chance"), "share").text);
}

static void put_templates(FILE *out, const page *p) {
    report_template row[STORE_TEMPLATES];
    char name[64];
    size_t n = report_templates(p->s->run, row);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s %.40s %s",
                i ? "," : "clicked / delivered by template:", format_clean(name, sizeof name, row[i].name),
                format_mean_interval(&row[i].ctr).text);
}

static void put_step(const page *p, const char *label, store_tally t, double before) {
    double x = mean_of(p, t);
    fprintf(p->out, "  %-11s %12s", label, format_count(x).text);
    if (before > 0) fprintf(p->out, "  %7.1f %% of the line above", 100 * x / before);
    fputc('\n', p->out);
}

static void put_funnel(const page *p) {
    heading(p, "From send to order");
    put_step(p, "sent", STORE_T_sends, 0);
    put_step(p, "delivered", STORE_T_delivered, mean_of(p, STORE_T_sends));
    put_step(p, "opened", STORE_T_opened, mean_of(p, STORE_T_delivered));
    put_step(p, "clicked", STORE_T_clicked, mean_of(p, STORE_T_opened));
    put_step(p, "bought", STORE_T_credited_clicked_sends, mean_of(p, STORE_T_clicked));
    static void (*const part[])(FILE *, const page *) = {put_later, put_predictive, put_templates};
    put_paragraphs(p, part, sizeof part / sizeof *part);
}

/* One metric a line: name, mean, interval. Left out where it does not exist. */
static void put_metric(const page *p, const char *metric, const char *label) {
    const report_value *v = report_find(p->s, metric);
    if (!v || v->n == 0) return;
    format_text interval = format_interval(v);
    fprintf(p->out, "  %-34s %12s", label, format_value(v).text);
    if (v->n > 1) fprintf(p->out, "  [%s]", interval.text);
    if (v->n != p->s->run->trials) fprintf(p->out, "  in %u of %zu", v->n, p->s->run->trials);
    fputc('\n', p->out);
}

/* The SKUs that are wanted most, and what would have met that. */
static void put_unmet(FILE *out, const page *p) {
    report_unmet *row;
    size_t n = report_unmet_demand(p->s->run, &row), shown = n < REPORT_UNMET_TOLD ? n : REPORT_UNMET_TOLD;
    for (size_t i = 0; i < shown && row[i].wanted > 0; i++)
        fprintf(out, "%s SKU %u %s (%s)", i ? "," : "units still wanted (to reorder):", row[i].sku,
                format_count(row[i].wanted).text, format_count(row[i].restock).text);
    if (n > shown && row[shown].wanted > 0) fprintf(out, ", and others of %zu", n);
    free(row);
}

static void put_sold_out(const page *p) {
    static const struct {
        store_tally tally;
        const char *label;
    } cause[] = {{STORE_T_oos_batch_too_large, "batch too large"},
                 {STORE_T_oos_organic, "organic buyers"},
                 {STORE_T_oos_late_open, "late open"},
                 {STORE_T_oos_push_latency, "push latency"},
                 {STORE_T_oos_stale_feed, "stale feed"},
                 {STORE_T_oos_stale_storefront, "stale storefront"}};
    char line[512] = "by cause:";
    for (size_t i = 0; i < sizeof cause / sizeof *cause; i++) {
        double n = mean_of(p, cause[i].tally);
        size_t at = strlen(line);
        if (n > 0)
            snprintf(line + at, sizeof line - at, "%s %s %s", at > 9 ? "," : "", cause[i].label,
                     format_count(n).text);
    }
    heading(p, "Sold out");
    put_metric(p, "clicked_oos_rate", "sold-out clicks / clicks");
    if (strlen(line) > 9) format_wrap(p->out, line, 0, 2);
    put_metric(p, "disappointed_recipients", "disappointed recipients");
    put_metric(p, "oversold_units", "oversold units");
    put_metric(p, "oversell_rate", "oversold orders / orders");
    static void (*const part[])(FILE *, const page *) = {put_unmet};
    put_paragraphs(p, part, sizeof part / sizeof *part);
}

static void put_money(const page *p) {
    heading(p, "Money");
    put_metric(p, "revenue", "net revenue, whole store");
    put_metric(p, "revenue_per_recipient", "credited revenue per recipient");
    put_metric(p, "incremental_revenue_per_recipient", "incremental, by the holdout");
    if (!sums_uses(p->s->run, REPORT_PROFIT)) return;
    put_metric(p, "profit", "profit, whole store");
    put_metric(p, "profit_incremental", "profit that messages add");
    put_metric(p, "cost_per_incremental_order", "message cost per order added");
}

static void put_lift(const page *p) {
    char words[1024];
    heading(p, "Lift (net orders per unit of the experiment)");
    put_metric(p, "lift_abs", "the holdout says");
    put_metric(p, "lift_true", "the truth, same units");
    put_metric(p, "lift_true_store", "the truth, whole store");
    put_metric(p, "bias", "bias of the holdout");
    sums_lift_words(p->s, words, sizeof words);
    format_wrap(p->out, words, 0, 2);
}

static void put_arms(const page *p) {
    report_arm row[STORE_POLICY_ARMS];
    size_t n = report_arms(p->s->run, row);
    char name[64];
    if (n == 0) return;
    heading(p, "Arms (net revenue per shopper, over all who were drawn into the arm)");
    for (size_t i = 0; i < n; i++) {
        const report_value *value = row[i].value;
        fputs("  ", p->out);
        size_t width = format_width(format_clean(name, sizeof name, row[i].name));
        put_cut(p->out, name, 20);
        fprintf(
            p->out, "%*s %9s shoppers %9s sends %7s sold-out clicks  %s\n", width < 20 ? 20 - (int)width : 0,
            "", format_value(&value[REPORT_ARM_SHOPPERS]).text, format_value(&value[REPORT_ARM_SENDS]).text,
            format_value(&value[REPORT_ARM_CLICKED_OOS]).text, format_value(&value[REPORT_ARM_REVENUE]).text);
        if (row[i].difference[REPORT_ARM_REVENUE].n > 1)
            fprintf(p->out, "%22s less the first: %s\n", "",
                    format_mean_interval(&row[i].difference[REPORT_ARM_REVENUE]).text);
    }
    format_wrap(p->out, sums_arms_caveat, 0, 2);
}

static void put_traces(const page *p) {
    const store_run *run = p->s->run;
    if (!sums_has_trace(run, "events")) return;
    heading(p, "Shoppers' trace");
    put_metric(p, "trace_purchases", "its purchases");
    if (sums_has_trace(run, "sends")) put_metric(p, "trace_purchases_sent", "after a notice of the shop's");
    put_metric(p, "trace_lost", "found it sold out");
    put_metric(p, "trace_displaced", "as units had gone to the told");
    format_wrap(p->out, sums_past_pushes(run), 0, 2);
}

void report_text(FILE *out, const report_summary *summary, const report_host *host) {
    page p = {out, summary, host && host->colour};
    char where[TITLE];
    put_what(&p);
    put_balance(&p);
    put_funnel(&p);
    put_sold_out(&p);
    put_money(&p);
    put_lift(&p);
    put_arms(&p);
    put_traces(&p);
    if (host && host->out)
        fprintf(out, "\nReport: %s/report.html\n", format_clean(where, sizeof where, host->out));
}
