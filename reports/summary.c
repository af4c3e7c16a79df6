/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * summary.c - the metric table applied to every trial, with intervals over the trials; a single trial's lift.
 */
#include "reports/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/sweep.h"
#include "stats/interval.h"
#include "stats/welch.h"

static const double LEVEL = 0.95;

static void estimate(report_value *v, size_t trials) {
    stat_interval i = stat_mean_interval(v->by_trial, trials, LEVEL);
    v->mean = i.mean;
    v->lo = i.lo;
    v->hi = i.hi;
    v->sd = i.sd;
    v->n = (uint32_t)i.n;
}

/* Its interval holds 0, or there is none. */
static bool holds_zero(const char *metric, const report_value *value) {
    const report_value *v = &value[report_metric_index(metric)];
    return !(v->lo > 0 || v->hi < 0);
}

bool report_exists(const report_metric *m, const report_value *value) {
    for (size_t i = 0; i < 2 && m->divides_by[i]; i++)
        if (holds_zero(m->divides_by[i], value)) return false;
    return !m->times[1] || !holds_zero(m->times[1], value);
}

static double mean_of(const double *x, size_t step, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i * step];
    return sum / (double)n;
}

/* What the quotient would be with this replication's value of one part, the others at their means, is the
 * part of the derivative that is the replication's. */
void report_pool(const report_metric *m, const double *block, size_t of_metric, size_t of_trial,
                 size_t trials, double *out) {
    const double *part[4];
    double mean[4], all = 1;
    size_t parts = 0, above = 0;
    for (size_t i = 0; i < 2 && m->times[i]; i++, above++)
        part[parts++] = block + report_metric_index(m->times[i]) * of_metric;
    for (size_t i = 0; i < 2 && m->divides_by[i]; i++)
        part[parts++] = block + report_metric_index(m->divides_by[i]) * of_metric;
    for (size_t p = 0; p < parts; p++) {
        mean[p] = mean_of(part[p], of_trial, trials);
        all = p < above ? all * mean[p] : all / mean[p];
    }
    for (size_t i = 0; i < trials; i++) {
        out[i] = all;
        for (size_t p = 0; p < parts; p++) {
            double off = part[p][i * of_trial] - mean[p], others = 1;
            for (size_t q = 0; q < above; q++)
                if (q != p) others *= mean[q];
            for (size_t q = above; q < parts; q++)
                others /= mean[q];
            out[i] += p < above ? others * off : -all / mean[p] * off;
        }
        if (!isfinite(out[i])) out[i] = NAN;
    }
}

/* The values of all metrics are one block, which the first one holds. */
bool report_summarise(const store_run *run, report_summary *out) {
    size_t rows, n = run->trials ? run->trials : 1;
    const report_metric *metric = report_metrics(&rows);
    report_value *value = calloc(rows, sizeof *value);
    double *by_trial = calloc(rows, n * sizeof *by_trial);
    if (!value || !by_trial) {
        free(value);
        free(by_trial);
        return false;
    }
    for (size_t i = 0; i < rows; i++) {
        value[i] = (report_value){.metric = &metric[i], .by_trial = by_trial + i * n};
        for (size_t k = 0; k < run->trials; k++)
            value[i].by_trial[k] = metric[i].value(&metric[i], &run->trial[k]);
        estimate(&value[i], run->trials);
    }
    for (size_t i = 0; i < rows; i++) {
        if (!metric[i].times[0]) continue;
        if (report_exists(&metric[i], value))
            report_pool(&metric[i], by_trial, n, 1, run->trials, value[i].by_trial);
        for (size_t k = 0; k < run->trials && !report_exists(&metric[i], value); k++)
            value[i].by_trial[k] = NAN;
        estimate(&value[i], run->trials);
    }
    *out = (report_summary){run, value, rows};
    return true;
}

void report_summary_clear(report_summary *summary) {
    if (summary->value) free(summary->value[0].by_trial);
    free(summary->value);
    *summary = (report_summary){0};
}

const report_value *report_find(const report_summary *summary, const char *metric) {
    for (size_t i = 0; i < summary->values; i++)
        if (!strcmp(summary->value[i].metric->name, metric)) return &summary->value[i];
    return NULL;
}

report_lift report_trial_lift(const store_trial *trial, store_population population, store_outcome outcome) {
    const store_moments *t = &trial->moments[population][STORE_TREATED][outcome];
    const store_moments *h = &trial->moments[population][STORE_HELD][outcome];
    stat_sample treated = stat_sample_from_moments(t->n, t->mean, t->m2);
    stat_sample held = stat_sample_from_moments(h->n, h->mean, h->m2);
    stat_welch_result w = stat_welch(&treated, &held, LEVEL);
    return (report_lift){.abs = w.diff,
                         .lo = w.lo,
                         .hi = w.hi,
                         .p = w.p,
                         .rel = w.rel,
                         .rel_lo = w.rel_lo,
                         .rel_hi = w.rel_hi,
                         .rel_p = w.rel_p,
                         .n_treated = treated.n,
                         .n_held = held.n,
                         .mean_treated = treated.mean,
                         .mean_held = held.mean};
}
