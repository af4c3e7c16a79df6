/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arms.c - the policies of a run that were set against each other, by arm, with intervals over the
 * replications.
 *
 * A difference to the first arm is taken within each replication, whose arms met the same shelf on the same
 * days, and then over replications: so what was common to both falls out.
 */
#include <math.h>
#include <stdlib.h>

#include "reports/report.h"
#include "stats/interval.h"

static const double LEVEL = 0.95;

typedef double field(const store_policy_arm *arm); /* NaN: nobody was drawn into it */

static double per_shopper(double x, const store_policy_arm *arm) {
    return arm->orders.n > 0 ? x / arm->orders.n : NAN;
}
static double shoppers(const store_policy_arm *a) {
    return a->orders.n;
}
static double recipients(const store_policy_arm *a) {
    return a->recipients;
}
static double sends(const store_policy_arm *a) {
    return a->sends;
}
static double ghosts(const store_policy_arm *a) {
    return a->ghosts;
}
static double clicks(const store_policy_arm *a) {
    return a->clicked;
}
static double clicked_oos(const store_policy_arm *a) {
    return a->clicked_oos;
}
static double orders_each(const store_policy_arm *a) {
    return per_shopper(a->orders.mean * a->orders.n, a);
}
static double revenue_each(const store_policy_arm *a) {
    return per_shopper(a->revenue.mean * a->revenue.n, a);
}
static double clicked_oos_each(const store_policy_arm *a) {
    return per_shopper(a->clicked_oos, a);
}

/* In the order of report_arm_value. */
static const struct {
    report_metric metric;
    field *value;
} rows[REPORT_ARM_VALUES] = {
    {{.name = "shoppers", .unit = "count"}, shoppers},
    {{.name = "recipients", .unit = "count"}, recipients},
    {{.name = "sends", .unit = "count"}, sends},
    {{.name = "ghosts", .unit = "count"}, ghosts},
    {{.name = "clicks", .unit = "count"}, clicks},
    {{.name = "clicked_oos", .unit = "count"}, clicked_oos},
    {{.name = "orders_per_shopper", .unit = "index"}, orders_each},
    {{.name = "revenue_per_shopper", .unit = "money"}, revenue_each},
    {{.name = "clicked_oos_per_shopper", .unit = "index"}, clicked_oos_each},
};

static report_value value_of(const report_metric *metric, const double *by_trial, size_t n) {
    stat_interval i = stat_mean_interval(by_trial, n, LEVEL);
    return (report_value){
        .metric = metric, .mean = i.mean, .lo = i.lo, .hi = i.hi, .sd = i.sd, .n = (uint32_t)i.n};
}

static void sum_up(const store_run *run, size_t which, double *by_trial, report_arm *out) {
    for (size_t k = 0; k < REPORT_ARM_VALUES; k++) {
        for (size_t i = 0; i < run->trials; i++)
            by_trial[i] = rows[k].value(&run->trial[i].policy_arm[which]);
        out->value[k] = value_of(&rows[k].metric, by_trial, run->trials);
        for (size_t i = 0; i < run->trials; i++)
            by_trial[i] -= rows[k].value(&run->trial[i].policy_arm[0]);
        out->difference[k] = value_of(&rows[k].metric, by_trial, which ? run->trials : 0);
    }
}

size_t report_arms(const store_run *run, report_arm *out) {
    double *by_trial = calloc(run->trials ? run->trials : 1, sizeof *by_trial), sum = 0;
    size_t n = by_trial ? run->policy_arms : 0;
    for (size_t i = 0; i < n; i++)
        sum += run->policy_arm_weight[i];
    for (size_t i = 0; i < n; i++) {
        out[i] = (report_arm){.name = run->policy_arm[i] ? run->policy_arm[i] : "",
                              .share = run->policy_arm_weight[i] / sum};
        sum_up(run, i, by_trial, &out[i]);
    }
    free(by_trial);
    return n;
}
