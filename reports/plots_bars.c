/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plots_bars.c - plots made of horizontal bars: funnel, ledger, sold-out clicks, revenue by arm.
 */
#include <math.h>
#include <string.h>

#include "reports/draw.h"
#include "reports/format.h"
#include "reports/plots.h"
#include "reports/sums.h"

enum { SUBTITLE = 160, MOST_REASONS = 12 };

bool plot_has_sends(const report_summary *s) {
    return sums_tally(s->run, STORE_T_sends) > 0;
}

bool plot_has_candidates(const report_summary *s) {
    return sums_tally(s->run, STORE_T_candidates) > 0;
}

bool plot_has_sold_out(const report_summary *s) {
    return sums_tally(s->run, STORE_T_clicked) > 0;
}

bool plot_has_arms(const report_summary *s) {
    const report_value *v = report_find(s, "lift_abs");
    return v && v->n > 0;
}

static void start(FILE *gp, const report_summary *s, const char *title) {
    char subtitle[SUBTITLE];
    draw_subtitle(s->run, subtitle, sizeof subtitle);
    draw_style(gp, title, subtitle);
}

void plot_funnel(FILE *gp, const void *summary) {
    static const struct {
        const char *label;
        store_tally tally;
    } step[] = {{"sent", STORE_T_sends},
                {"delivered", STORE_T_delivered},
                {"opened", STORE_T_opened},
                {"clicked", STORE_T_clicked},
                {"bought", STORE_T_credited_clicked_sends}};
    enum { STEPS = sizeof step / sizeof *step };
    const report_summary *s = summary;
    draw_bar bar[STEPS] = {0};
    for (size_t i = 0; i < STEPS; i++) {
        double x = sums_tally(s->run, step[i].tally) / (double)s->run->trials;
        bar[i] = (draw_bar){.to = x, .lo = NAN, .hi = NAN, .colour = i + 1 < STEPS ? DRAW_BLUE : DRAW_GREEN};
        snprintf(bar[i].label, sizeof bar[i].label, "%s", step[i].label);
        if (i && bar[i - 1].to > 0)
            snprintf(bar[i].note, sizeof bar[i].note, "%.30s  (%.1f %% of %.12s)", format_count(x).text,
                     100 * x / bar[i - 1].to, step[i - 1].label);
        else
            snprintf(bar[i].note, sizeof bar[i].note, "%.30s", format_count(x).text);
    }
    start(gp, s, "From send to order");
    draw_bars(gp, bar, STEPS, "sends per replication", "count");
}

/* Bars of one candidate's fate each; the smallest ones beyond the room are one bar. */
typedef struct {
    draw_bar bar[DRAW_BARS];
    size_t bars;
    double left, trials;
} waterfall;

static void waterfall_bar(waterfall *w, const char *label, double n, double from, const char *colour) {
    draw_bar *b = &w->bar[w->bars++];
    *b = (draw_bar){
        .from = from / w->trials, .to = (from + n) / w->trials, .lo = NAN, .hi = NAN, .colour = colour};
    snprintf(b->label, sizeof b->label, "%.40s", label);
    snprintf(b->note, sizeof b->note, "%.40s", format_count(n / w->trials).text);
}

static void waterfall_take(waterfall *w, const char *label, double n) {
    w->left -= n;
    waterfall_bar(w, label, n, w->left, DRAW_ORANGE);
}

/* Index of the largest row that is neither sent, ghost nor taken; rows if none. */
static size_t largest(const sums_ledger *l, const bool *taken) {
    size_t best = l->rows;
    for (size_t i = 0; i < l->rows; i++) {
        const char *outcome = l->row[i].outcome;
        if (taken[i] || !strcmp(outcome, "sent") || !strcmp(outcome, "ghost")) continue;
        if (best == l->rows || l->row[i].n > l->row[best].n) best = i;
    }
    return best;
}

void plot_ledger(FILE *gp, const void *summary) {
    const report_summary *s = summary;
    sums_ledger l;
    bool taken[STORE_LEDGER_MAX * 2] = {false};
    double rest = 0;
    size_t i, used = 0;
    sums_ledger_of(s->run, &l);
    waterfall w = {.left = l.booked, .trials = (double)s->run->trials};
    waterfall_bar(&w, "candidates", l.booked, 0, DRAW_GREY);
    for (; (i = largest(&l, taken)) < l.rows; taken[i] = true, used++) {
        char label[DRAW_LABEL];
        bool plain = !l.row[i].reason[0] || !strcmp(l.row[i].reason, "none");
        snprintf(label, sizeof label, "%.12s%s%.26s", l.row[i].outcome, plain ? "" : ": ",
                 plain ? "" : l.row[i].reason);
        for (char *p = label; *p; p++)
            *p = (char)(*p == '_' ? ' ' : *p);
        if (used < MOST_REASONS)
            waterfall_take(&w, label, l.row[i].n);
        else
            rest += l.row[i].n;
    }
    if (rest > 0) waterfall_take(&w, "all other reasons", rest);
    double ghosts = sums_ledger_count(&l, "ghost"), sent = sums_ledger_count(&l, "sent");
    waterfall_bar(&w, "ghost", ghosts, sent, DRAW_SKY);
    waterfall_bar(&w, "sent", sent, 0, DRAW_BLUE);
    start(gp, s, "Where the candidates went");
    draw_bars(gp, w.bar, w.bars, "candidates per replication", "count");
}

static void metric_bar(draw_bar *bar, const report_summary *s, const char *metric, const char *label,
                       const char *colour) {
    const report_value *v = report_find(s, metric);
    *bar = (draw_bar){.to = v->n ? v->mean : 0, .lo = v->lo, .hi = v->hi, .colour = colour};
    snprintf(bar->label, sizeof bar->label, "%s", label);
    snprintf(bar->note, sizeof bar->note, "%.60s", v->n ? format_value(v).text : "none");
}

void plot_sold_out(FILE *gp, const void *summary) {
    static const char *const cause[][2] = {{"clicked_oos_batch_too_large", "batch too large"},
                                           {"clicked_oos_organic", "organic buyers"},
                                           {"clicked_oos_late_open", "late open"},
                                           {"clicked_oos_push_latency", "push latency"},
                                           {"clicked_oos_stale_feed", "stale feed"},
                                           {"clicked_oos_stale_storefront", "stale storefront"},
                                           {"checkout_oos", "lost at checkout"}};
    enum { CAUSES = sizeof cause / sizeof *cause };
    draw_bar bar[CAUSES];
    for (size_t i = 0; i < CAUSES; i++)
        metric_bar(&bar[i], summary, cause[i][0], cause[i][1], i + 1 < CAUSES ? DRAW_RED : DRAW_PINK);
    start(gp, summary, "Sold-out clicks by cause");
    draw_bars(gp, bar, CAUSES, "clicks per replication", "count");
}

void plot_revenue(FILE *gp, const void *summary) {
    draw_bar bar[2];
    metric_bar(&bar[0], summary, "revenue_per_treated", "assigned to treatment", DRAW_BLUE);
    metric_bar(&bar[1], summary, "revenue_per_held", "held out", DRAW_GREY);
    start(gp, summary, "Revenue by arm");
    draw_bars(gp, bar, 2, "net revenue per unit of the experiment", "money per unit");
}
