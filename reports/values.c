/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * values.c - how the rows of the metric table get their numbers from a trial.
 */
#include "reports/values.h"

#include <math.h>

#include "stats/survival.h"

static double divide(double a, double b) {
    return b != 0 ? a / b : NAN;
}

double values_count(const report_metric *m, const store_trial *t) {
    return t->tally[m->over];
}

double values_ratio(const report_metric *m, const store_trial *t) {
    return divide(t->tally[m->over], t->tally[m->under]);
}

static double sum(const store_trial *t, unsigned first, unsigned n) {
    double all = 0;
    for (unsigned i = 0; i < n; i++)
        all += t->tally[first + i];
    return all;
}

double values_sum(const report_metric *m, const store_trial *t) {
    return sum(t, m->over, m->which);
}

double values_sums(const report_metric *m, const store_trial *t) {
    return divide(sum(t, m->over, m->which), sum(t, m->under, m->which));
}

double values_per_sum(const report_metric *m, const store_trial *t) {
    return divide(t->tally[m->over], sum(t, m->under, m->which));
}

double values_part(const report_metric *m, const store_trial *t) {
    return divide(t->tally[m->over], t->tally[m->over] + t->tally[m->under]);
}

double values_true(const report_metric *m, const store_trial *t) {
    return t->twins ? values_ratio(m, t) : NAN;
}

double values_view_through(const report_metric *m, const store_trial *t) {
    return divide(t->tally[m->over], t->tally[m->under] - t->tally[STORE_T_clicked]);
}

double values_optout_excess(const report_metric *m, const store_trial *t) {
    return values_ratio(m, t) - divide(t->tally[STORE_T_ghost_optouts], t->tally[STORE_T_ghosts]);
}

double values_churn(const report_metric *m, const store_trial *t) {
    return divide(t->tally[m->under] - t->tally[m->over], t->tally[m->under]);
}

double values_sold_out(const report_metric *m, const store_trial *t) {
    double sum = 0;
    for (unsigned cause = m->over; cause <= STORE_T_oos_batch_too_large; cause++)
        sum += t->tally[cause];
    return sum;
}

double values_sold_out_rate(const report_metric *m, const store_trial *t) {
    return divide(values_sold_out(m, t), t->tally[m->under]);
}

double values_revenue(const report_metric *m, const store_trial *t) {
    return t->tally[m->over] - t->tally[STORE_T_cancelled_revenue] - t->tally[STORE_T_returned_revenue];
}

double values_per_1000(const report_metric *m, const store_trial *t) {
    return 1000 * values_ratio(m, t);
}

double values_repeat(const report_metric *m, const store_trial *t) {
    return divide(t->tally[STORE_T_repeat_treated] + t->tally[STORE_T_repeat_held],
                  sum(t, m->under, m->which));
}

/* ---- money ---- */

double values_profit(const report_metric *m, const store_trial *t) {
    return t->tally[m->over] - sum(t, m->over + 1, STORE_MONEY - 1);
}

double values_of_twins(const report_metric *m, const store_trial *t) {
    return t->twins ? t->tally[m->over] : NAN;
}

double values_profit_more(const report_metric *m, const store_trial *t) {
    if (!t->twins) return NAN;
    double costs_all = sum(t, m->over + 1, STORE_MONEY - 1),
           costs_none = sum(t, m->under + 1, STORE_MONEY - 1);
    return t->tally[m->over] - costs_all - (t->tally[m->under] - costs_none);
}

double values_saved(const report_metric *m, const store_trial *t) {
    return t->twins ? t->tally[m->under] - t->tally[m->over] : NAN;
}

double values_more(const report_metric *m, const store_trial *t) {
    return t->twins ? t->tally[m->over] - t->tally[m->under] : NAN;
}

static double per_order(const store_trial *t) {
    double cost = t->tally[STORE_T_all_cost_messages] - t->tally[STORE_T_none_cost_messages];
    return t->twins ? divide(cost, t->tally[STORE_T_true_store_orders]) : NAN;
}

static double ads_per_order(const store_trial *t) {
    double spend = t->tally[STORE_T_none_retargeting_spend];
    return t->twins ? divide(spend, t->tally[STORE_T_retargeting_orders]) : NAN;
}

double values_per_order(const report_metric *m, const store_trial *t) {
    (void)m;
    return per_order(t);
}

double values_ads_per_order(const report_metric *m, const store_trial *t) {
    (void)m;
    return ads_per_order(t);
}

double values_against_ads(const report_metric *m, const store_trial *t) {
    (void)m;
    return divide(ads_per_order(t), per_order(t));
}

double values_gini(const report_metric *m, const store_trial *t) {
    return t->tally[m->under] > 0 ? t->tally[m->over] : NAN;
}

double values_tier(const report_metric *m, const store_trial *t) {
    return divide(t->tier[m->which].won, t->tier[m->which].asked);
}

double values_arm(const report_metric *m, const store_trial *t) {
    const store_moments *arm = &t->moments[STORE_ASSIGNED][m->which][m->over];
    return arm->n > 0 ? arm->mean : NAN;
}

static double lift(const store_trial *t, unsigned population, unsigned outcome) {
    const store_moments *treated = &t->moments[population][STORE_TREATED][outcome];
    const store_moments *held = &t->moments[population][STORE_HELD][outcome];
    return treated->n > 0 && held->n > 0 ? treated->mean - held->mean : NAN;
}

double values_lift(const report_metric *m, const store_trial *t) {
    return lift(t, m->which, m->over);
}

double values_lift_rel(const report_metric *m, const store_trial *t) {
    return divide(lift(t, m->which, m->over), t->moments[m->which][STORE_HELD][m->over].mean);
}

double values_bias(const report_metric *m, const store_trial *t) {
    return lift(t, STORE_ASSIGNED, m->which) - values_true(m, t);
}

/* Edges of the bins in seconds; the last bin, which is open, gets the width of an octave's sixteenth. */
static void edges_of(double edge[STORE_HIST_BINS + 1]) {
    for (uint32_t i = 0; i < STORE_HIST_BINS; i++)
        edge[i] = store_hist_edge(i) / 1000;
    edge[STORE_HIST_BINS] = edge[STORE_HIST_BINS - 1] * edge[2] / edge[1];
}

static void counts_of(const store_trial *t, unsigned histogram, double count[STORE_HIST_BINS]) {
    for (size_t i = 0; i < STORE_HIST_BINS; i++)
        count[i] = t->hist[histogram][i];
}

double values_quantile(const report_metric *m, const store_trial *t) {
    double edge[STORE_HIST_BINS + 1], count[STORE_HIST_BINS];
    edges_of(edge);
    counts_of(t, m->over, count);
    return stat_histogram_quantile(count, edge, STORE_HIST_BINS, m->which / 100.0);
}

double values_depletion(const report_metric *m, const store_trial *t) {
    double edge[STORE_HIST_BINS + 1], event[STORE_HIST_BINS], censored[STORE_HIST_BINS];
    edges_of(edge);
    counts_of(t, m->over, event);
    counts_of(t, m->under, censored);
    return stat_survival_quantile(event, censored, edge, STORE_HIST_BINS, m->which / 100.0);
}
