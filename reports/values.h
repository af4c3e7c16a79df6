/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * values.h - the functions that the rows of the metric table name. Each gives NaN where the metric does not
 * exist in the trial.
 */
#ifndef REPORTS_VALUES_H
#define REPORTS_VALUES_H

#include "reports/report.h"

double values_count(const report_metric *m, const store_trial *t); /* tally `over` */
double values_ratio(const report_metric *m, const store_trial *t); /* `over` / `under` */
/* The same of sums of `which` tallies each, `over` and `under` being the first of them. */
double values_sum(const report_metric *m, const store_trial *t);
double values_sums(const report_metric *m, const store_trial *t);
/* `over` / the sum of `which` tallies from `under` on. */
double values_per_sum(const report_metric *m, const store_trial *t);
double values_part(const report_metric *m, const store_trial *t); /* `over` / (`over` + `under`) */
double values_true(const report_metric *m, const store_trial *t); /* the same, where there are twins */
double values_quantile(const report_metric *m,
                       const store_trial *t); /* histogram `over` at `which` per cent */
/* Kaplan-Meier: events `over`, censored `under`, at `which` per cent. */
double values_depletion(const report_metric *m, const store_trial *t);
double values_view_through(const report_metric *m, const store_trial *t);
/* `over` / `under` less the same of ghosts, where there are any. */
double values_optout_excess(const report_metric *m, const store_trial *t);
double values_churn(const report_metric *m, const store_trial *t);
double values_sold_out(const report_metric *m, const store_trial *t);
double values_sold_out_rate(const report_metric *m, const store_trial *t);
double values_revenue(const report_metric *m, const store_trial *t);
double values_per_1000(const report_metric *m, const store_trial *t); /* 1000 `over` / `under` */
/* Units with two orders or more / the sum of `which` tallies from `under` on. */
double values_repeat(const report_metric *m, const store_trial *t);
/* Of a world's money, STORE_MONEY tallies from `over` on: margin less costs. */
double values_profit(const report_metric *m, const store_trial *t);
/* With twins only: a tally; the profit from `over` on less that from `under` on; `under` - `over`. */
double values_of_twins(const report_metric *m, const store_trial *t);
double values_profit_more(const report_metric *m, const store_trial *t);
double values_saved(const report_metric *m, const store_trial *t);
/* Costs of messages, and of ads, per order that they brought; the latter over the former. */
double values_more(const report_metric *m, const store_trial *t);
double values_per_order(const report_metric *m, const store_trial *t);
double values_ads_per_order(const report_metric *m, const store_trial *t);
double values_against_ads(const report_metric *m, const store_trial *t);
double values_gini(const report_metric *m, const store_trial *t);
double values_tier(const report_metric *m, const store_trial *t); /* tier `which` */
double values_arm(const report_metric *m, const store_trial *t);  /* outcome `over`, arm `which`, ASSIGNED */
double values_lift(const report_metric *m, const store_trial *t); /* outcome `over`, population `which` */
double values_lift_rel(const report_metric *m, const store_trial *t);
double values_bias(const report_metric *m,
                   const store_trial *t); /* lift of outcome `which` - `over`/`under` */

#endif
