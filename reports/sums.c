/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sums.c - sums over the replications of a run. See sums.h.
 */
#include "reports/sums.h"

#include <math.h>
#include <string.h>

static const char *const outcome[] = {"sent", "ghost", "suppressed", "dropped", "expired", "waiting"};
enum { OUTCOMES = sizeof outcome / sizeof *outcome };

const char *sums_outcome(size_t i) {
    return i < OUTCOMES ? outcome[i] : NULL;
}

static size_t rank(const char *name) {
    size_t i = 0;
    while (i < OUTCOMES && strcmp(outcome[i], name) != 0)
        i++;
    return i;
}

static int compare(const store_ledger_row *a, const store_ledger_row *b) {
    size_t x = rank(a->outcome), y = rank(b->outcome);
    if (x != y) return x < y ? -1 : 1;
    int by_outcome = strcmp(a->outcome, b->outcome);
    return by_outcome ? by_outcome : strcmp(a->reason, b->reason);
}

/* Keeps the rows sorted: insertion into a few dozen. */
static void ledger_add(sums_ledger *l, const store_ledger_row *row) {
    size_t i = 0;
    while (i < l->rows && compare(&l->row[i], row) < 0)
        i++;
    if (i < l->rows && compare(&l->row[i], row) == 0) {
        l->row[i].n += row->n;
    } else if (l->rows < sizeof l->row / sizeof *l->row) {
        memmove(&l->row[i + 1], &l->row[i], (l->rows - i) * sizeof *l->row);
        l->row[i] = *row;
        l->rows++;
    }
    l->booked += row->n;
}

void sums_ledger_of(const store_run *run, sums_ledger *out) {
    *out = (sums_ledger){0};
    for (size_t i = 0; i < run->trials; i++)
        for (size_t k = 0; k < run->trial[i].ledger_rows; k++)
            ledger_add(out, &run->trial[i].ledger[k]);
    out->candidates = sums_tally(run, STORE_T_candidates);
}

double sums_ledger_count(const sums_ledger *ledger, const char *name) {
    double n = 0;
    for (size_t i = 0; i < ledger->rows; i++)
        if (!strcmp(ledger->row[i].outcome, name)) n += ledger->row[i].n;
    return n;
}

double sums_tally(const store_run *run, store_tally t) {
    double sum = 0;
    for (size_t i = 0; i < run->trials; i++)
        sum += run->trial[i].tally[t];
    return sum;
}

sums_balance sums_balance_of(const store_run *run) {
    sums_balance out = {0, 0};
    for (size_t i = 0; i < run->trials; i++) {
        const store_trial *t = &run->trial[i];
        double units = t->tally[STORE_T_units_start] + t->tally[STORE_T_units_restocked] +
                       t->tally[STORE_T_units_returned] - t->tally[STORE_T_units_lost] -
                       t->tally[STORE_T_units_sold] - t->tally[STORE_T_units_other_channels];
        double booked = 0;
        for (size_t k = 0; k < t->ledger_rows; k++)
            booked += t->ledger[k].n;
        out.units += units == t->tally[STORE_T_units_end];
        out.ledger += booked == t->tally[STORE_T_candidates];
    }
    return out;
}

report_lift sums_merged_lift(const store_run *run, store_population population, store_outcome which) {
    store_trial all = {0};
    for (size_t i = 0; i < run->trials; i++)
        for (int arm = 0; arm < STORE_ARMS; arm++)
            store_moments_merge(&all.moments[population][arm][which],
                                &run->trial[i].moments[population][arm][which]);
    return report_trial_lift(&all, population, which);
}

bool sums_uses(const store_run *run, const char *group) {
    static const struct {
        const char *group;
        store_tally tally;
    } sign[] = {
        {REPORT_LATER, STORE_T_reminders},
        {REPORT_LATER, STORE_T_followups_email},
        {REPORT_LATER, STORE_T_followups_sms},
        {REPORT_LATER, STORE_T_followups_in_app},
        {REPORT_LATER, STORE_T_reminder_ghosts},
        {REPORT_LATER, STORE_T_followup_ghosts},
        {REPORT_PREDICTIVE, STORE_T_predictive_sends},
        {REPORT_PREDICTIVE, STORE_T_predictive_ghosts},
        {REPORT_AFTER, STORE_T_returned_orders},
        {REPORT_AFTER, STORE_T_repeat_population_treated},
        {REPORT_AFTER, STORE_T_repeat_population_held},
        {REPORT_AFTER, STORE_T_support_sends},
        {REPORT_AFTER, STORE_T_support_later},
        {REPORT_AFTER, STORE_T_support_others},
        {REPORT_PROFIT, STORE_T_cost_messages},
        {REPORT_PROFIT, STORE_T_cost_campaigns},
        {REPORT_PROFIT, STORE_T_cost_support},
        {REPORT_PROFIT, STORE_T_cost_cancellations},
        {REPORT_PROFIT, STORE_T_cost_returns},
        {REPORT_PROFIT, STORE_T_retargeting_spend},
        {REPORT_RETARGETING, STORE_T_retargeted},
        {REPORT_RETARGETING, STORE_T_none_retargeting_spend},
        {REPORT_CAMPAIGNS, STORE_T_other_push},
        {REPORT_CAMPAIGNS, STORE_T_other_email},
        {REPORT_CAMPAIGNS, STORE_T_other_sms},
        {REPORT_CAMPAIGNS, STORE_T_other_in_app},
    };
    bool optional = false, some = false;
    for (size_t i = 0; i < sizeof sign / sizeof *sign; i++) {
        if (strcmp(sign[i].group, group) != 0) continue;
        optional = true;
        some = some || sums_tally(run, sign[i].tally) > 0;
    }
    return !optional || some;
}

double sums_mean(const report_summary *s, const char *metric) {
    const report_value *v = report_find(s, metric);
    return v && v->n ? v->mean : NAN;
}

void sums_label(const store_run *run, const report_metric *m, char *out, size_t size) {
    bool tier = !strncmp(m->name, "fairness_share_by_tier_", 23) && m->which < run->tiers;
    char name[FORMAT_SIZE];
    if (tier && run->tier[m->which])
        snprintf(out, size, "%s (%s)", m->name, format_clean(name, sizeof name, run->tier[m->which]));
    else
        snprintf(out, size, "%s", m->name);
}
