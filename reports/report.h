/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report.h - from a run to numbers with intervals, and from those to text, JSON, CSV, plots and a page.
 *
 * Every number comes from the metric table (metrics.c): name, unit, definition, direction and one function of
 * a trial. Adding a metric is one row there. Plots are rows of the plot table (plots.c) in the same way.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

#include "store/store.h"

typedef enum { REPORT_MORE_IS_BETTER, REPORT_LESS_IS_BETTER, REPORT_NEUTRAL } report_direction;

/* A metric that does not exist in a run (a denominator of 0, no twins) is left out of pages and null in JSON.
 */
typedef struct report_metric report_metric;
struct report_metric {
    const char *name; /* JSON key, database column and report label */
    const char *unit; /* "count", "share", "money", "s", "orders per unit", "money per unit", "index",
                       * "money per order", "per 1000", "times" */
    report_direction direction;
    const char *group;      /* heading: Sends, Response, Stock, Lift, ... */
    const char *definition; /* one sentence, as docs/METRICS.md prints it */
    double (*value)(const report_metric *self,
                    const store_trial *trial); /* NaN: does not exist in this trial */
    unsigned over, under;                      /* what `value` counts or divides: mostly tallies, */
    unsigned which; /* and whatever else it has to know: a tier, an arm, a percentage */
    /* A quotient of these metrics, `times` one or two of them by `divides_by` one or two, each as its mean
     * over all replications: single ones may have next to nothing to divide by. NULL: an ordinary metric, or
     * no second one. It does not exist where the interval of one that it divides by, or of a second that it
     * multiplies with, holds 0. */
    const char *times[2], *divides_by[2];
};

/* Groups of mechanisms that most runs do not use: pages have them only where there is something to say. */
#define REPORT_LATER       "Later touches"
#define REPORT_PREDICTIVE  "Predictive notices"
#define REPORT_AFTER       "After the order"
#define REPORT_PROFIT      "Profit"
#define REPORT_RETARGETING "Retargeting"
#define REPORT_CAMPAIGNS   "Other campaigns"

const report_metric *report_metrics(size_t *n);
void report_metrics_markdown(FILE *out); /* docs/METRICS.md */

/* Over replications: mean, SD and Student-t 95 % interval of the trials in which the metric exists. */
typedef struct {
    const report_metric *metric;
    double *by_trial; /* run->trials values, NaN where it does not exist; of a quotient, see report_pool() */
    double mean, lo, hi, sd;
    uint32_t n;
} report_value;

/* Lift as one experiment of this size sees it: a trial's own Welch interval (page: Lift). */
typedef struct {
    double abs, lo, hi, p, rel, rel_lo, rel_hi, rel_p;
    double n_treated, n_held, mean_treated, mean_held;
} report_lift;

typedef struct {
    const store_run *run; /* borrowed */
    report_value *value;
    size_t values;
} report_summary;

bool report_summarise(const store_run *run, report_summary *out); /* false: no memory */
void report_summary_clear(report_summary *summary);
/* Whether a metric exists over the replications. [in] value: of all metrics, in the table's order. */
bool report_exists(const report_metric *m, const report_value *value);
/* Of a metric that is a quotient: what each replication adds to it, by the delta method, so that their mean
 * is the quotient of the means and their spread over sqrt(n) its standard error. [in] block: metric m's value
 * in replication i is block[m * of_metric + i * of_trial]. */
void report_pool(const report_metric *m, const double *block, size_t of_metric, size_t of_trial,
                 size_t trials, double *out);
const report_value *report_find(const report_summary *summary, const char *metric); /* NULL if unknown */
report_lift report_trial_lift(const store_trial *trial, store_population population, store_outcome outcome);

/* What became of the first pushes with one template; counts over all replications, ratios as metrics are. */
typedef struct {
    const char *name; /* borrowed from the run */
    double sends, delivered, opened, clicked, orders;
    report_value ctr, orders_per_send; /* without by_trial */
} report_template;

/* [out] out: room for STORE_TEMPLATES. Returns how many: 0 unless the policy has several. */
size_t report_templates(const store_run *run, report_template *out);

/* What is known of each of the policies that were set against each other. Counts are a replication's; each is
 * of all shoppers of the arm. */
typedef enum {
    REPORT_ARM_SHOPPERS,
    REPORT_ARM_RECIPIENTS,
    REPORT_ARM_SENDS,
    REPORT_ARM_GHOSTS,
    REPORT_ARM_CLICKS,
    REPORT_ARM_CLICKED_OOS,
    REPORT_ARM_ORDERS, /* from here on per shopper */
    REPORT_ARM_REVENUE,
    REPORT_ARM_CLICKED_OOS_EACH,
    REPORT_ARM_VALUES
} report_arm_value;
typedef struct {
    const char *name;                                                     /* borrowed from the run */
    double share;                                                         /* of shoppers, by weight */
    report_value value[REPORT_ARM_VALUES], difference[REPORT_ARM_VALUES]; /* to the first; no by_trial */
} report_arm;

/* [out] out: room for STORE_POLICY_ARMS. Returns how many: 0 unless the policy has arms. */
size_t report_arms(const store_run *run, report_arm *out);

/* What is still wanted of a SKU at the end: means over the replications that list it. */
typedef struct {
    uint32_t sku;
    double interests, requested, wanted, on_hand, restock;
} report_unmet;
enum { REPORT_UNMET_SHOWN = 20, REPORT_UNMET_TOLD = 6 }; /* on the page, and in the text */

/* [out] row: the most wanted first, or NULL; the caller frees it. Returns how many; 0 also where there is no
 * memory. SKUs that nobody wants any more are not in it. on_hand: in the replications where somebody does. */
size_t report_unmet_demand(const store_run *run, report_unmet **row);

/* How far a run came that was to go on until an interval was narrow enough. Widths are half of it, in the
 * metric's unit. */
typedef struct {
    const char *metric; /* static */
    double asked;       /* as it was given: a width, or a share of a mean */
    bool absolute;      /* it is a width */
    double width;       /* that it comes to; NaN without a mean */
    double half_width;  /* that it is; NaN without an interval */
    bool reached;
    size_t replications;
    double would_take; /* replications in all, by the spread so far; NaN: nobody can say */
} report_precision;

/* What stands in manifest.json and not in the store: texts, in order. */
typedef struct {
    const store_pair *row;
    size_t rows;
    double wall_s;   /* from start to end of the simulation */
    double loop_s;   /* spent in trials, summed over them: more than wall_s on several threads */
    const char *out; /* the folder as the user named it */
    bool colour;     /* of the text summary */
    const report_precision *precision; /* of the document; NULL: none was asked for */
} report_host;

void report_text(FILE *out, const report_summary *summary,
                 const report_host *host); /* the one-screen summary */
json_t *report_json(const report_summary *summary,
                    const report_host *host); /* page 6's document; NULL: no memory */

/* Writes DIR/report.html, DIR/plots/NAME.{svg,png}, DIR/metrics.csv, DIR/ledger.csv, DIR/series.csv,
 * DIR/unmet_demand.csv and DIR/manifest.json. [out] error on false. */
bool report_write(const char *dir, const report_summary *summary, const report_host *host,
                  char error[STORE_ERROR_SIZE]);

#endif
