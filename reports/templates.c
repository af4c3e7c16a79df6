/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * templates.c - the answers to first pushes by template, with intervals over the replications.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/report.h"
#include "stats/interval.h"

static const double LEVEL = 0.95;

static const report_metric ctr = {.name = "ctr", .unit = "share"};
static const report_metric orders_per_send = {.name = "orders_per_send", .unit = "index"};

/* Of the trials in which the template was used at all. */
static report_value ratio_of(const report_metric *metric, const double *by_trial, size_t n) {
    stat_interval i = stat_mean_interval(by_trial, n, LEVEL);
    return (report_value){
        .metric = metric, .mean = i.mean, .lo = i.lo, .hi = i.hi, .sd = i.sd, .n = (uint32_t)i.n};
}

static double divide(double a, double b) {
    return b > 0 ? a / b : NAN;
}

static void sum_up(const store_run *run, size_t which, double *ratio, report_template *out) {
    for (size_t i = 0; i < run->trials; i++) {
        const store_template *t = &run->trial[i].template[which];
        out->sends += t->sends;
        out->delivered += t->delivered;
        out->opened += t->opened;
        out->clicked += t->clicked;
        out->orders += t->orders;
        ratio[i] = divide(t->clicked, t->delivered);
    }
    out->ctr = ratio_of(&ctr, ratio, run->trials);
    for (size_t i = 0; i < run->trials; i++)
        ratio[i] = divide(run->trial[i].template[which].orders, run->trial[i].template[which].sends);
    out->orders_per_send = ratio_of(&orders_per_send, ratio, run->trials);
}

size_t report_templates(const store_run *run, report_template *out) {
    double *ratio = calloc(run->trials ? run->trials : 1, sizeof *ratio);
    size_t n = ratio && run->templates > 1 ? run->templates : 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = (report_template){.name = run->template[i] ? run->template[i] : ""};
        sum_up(run, i, ratio, &out[i]);
    }
    free(ratio);
    return n;
}
