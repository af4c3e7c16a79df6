/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.c - a sweep's points as numbers: intervals, the non-dominated set, what is worth showing. See
 * sweep.h.
 */
#include "reports/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/values.h"
#include "stats/interval.h"

static const double LEVEL = 0.95;

bool report_sweep_init(report_sweep *s, size_t points) {
    report_metrics(&s->metrics);
    s->points = points;
    s->value = calloc(points, s->metrics * sizeof *s->value);
    s->replications = calloc(points, sizeof *s->replications);
    s->front = calloc(points, sizeof *s->front);
    s->pcs = NAN;
    return s->value && s->replications && s->front;
}

void report_sweep_clear(report_sweep *s) {
    free(s->value);
    free(s->replications);
    free(s->front);
    *s = (report_sweep){0};
}

/* The same steps as report_summarise(), so that a point's numbers are those of a run of it. */
bool report_sweep_point(report_sweep *s, size_t point, const double *row, size_t stride,
                        uint32_t replications) {
    size_t n;
    const report_metric *metric = report_metrics(&n);
    double *by_trial = calloc(replications ? replications : 1, sizeof *by_trial);
    if (!by_trial) return false;
    for (size_t m = 0; m < s->metrics; m++) {
        for (uint32_t i = 0; i < replications; i++)
            by_trial[i] = row[i * stride + m];
        stat_interval v = stat_mean_interval(by_trial, replications, LEVEL);
        s->value[point * s->metrics + m] = (report_value){
            .metric = &metric[m], .mean = v.mean, .lo = v.lo, .hi = v.hi, .sd = v.sd, .n = (uint32_t)v.n};
    }
    report_value *value = &s->value[point * s->metrics];
    for (size_t m = 0; m < s->metrics; m++) {
        if (!metric[m].times[0]) continue;
        if (report_exists(&metric[m], value)) {
            report_pool(&metric[m], row, 1, stride, replications, by_trial);
            stat_interval v = stat_mean_interval(by_trial, replications, LEVEL);
            value[m] = (report_value){
                .metric = &metric[m], .mean = v.mean, .lo = v.lo, .hi = v.hi, .sd = v.sd, .n = (uint32_t)v.n};
        } else {
            value[m] = (report_value){.metric = &metric[m], .mean = NAN, .lo = NAN, .hi = NAN, .sd = NAN};
        }
    }
    s->replications[point] = replications;
    free(by_trial);
    return true;
}

const report_value *report_sweep_value(const report_sweep *s, size_t point, size_t metric) {
    return &s->value[point * s->metrics + metric];
}

size_t report_sweep_setting(const report_sweep *s, size_t point, size_t axis) {
    for (size_t i = s->axes; --i > axis;)
        point /= s->axis[i].values;
    return point % s->axis[axis].values;
}

void report_sweep_label(const report_sweep *s, size_t point, char *out, size_t size) {
    size_t at = 0;
    *out = '\0';
    for (size_t i = 0; i < s->axes && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s=%s", i ? ", " : "", s->axis[i].path,
                               s->axis[i].value[report_sweep_setting(s, point, i)]);
}

size_t report_metric_index(const char *name) {
    size_t n, i = 0;
    const report_metric *metric = report_metrics(&n);
    while (i < n && strcmp(metric[i].name, name) != 0)
        i++;
    return i;
}

bool report_metric_needs_twins(size_t metric) {
    size_t n;
    const report_metric *m = report_metrics(&n) + metric;
    return m->value == values_true || m->value == values_bias || m->value == values_of_twins ||
           m->value == values_profit_more || m->value == values_saved || m->value == values_per_order ||
           m->value == values_ads_per_order || m->value == values_against_ads;
}

/* ---- the non-dominated set ---- */

typedef struct {
    double x, y; /* more is better in both */
    size_t point;
} place;

static int by_place(const void *a, const void *b) {
    const place *p = a, *q = b;
    if (p->x != q->x) return p->x > q->x ? -1 : 1;
    if (p->y != q->y) return p->y > q->y ? -1 : 1;
    return (p->point > q->point) - (p->point < q->point);
}

/* In order of x, best first, a point stands if its y is above that of all with a better x, and is the best
 * among those with the same x (H. T. Kung, F. Luccio, F. P. Preparata, On finding the maxima of a set of
 * vectors, 1975). */
bool report_nondominated(const double *x, const double *y, size_t n, bool more_x, bool more_y, bool *front) {
    place *list = calloc(n ? n : 1, sizeof *list);
    size_t known = 0;
    if (!list) return false;
    for (size_t i = 0; i < n; i++) {
        front[i] = false;
        if (isnan(x[i]) || isnan(y[i])) continue;
        list[known++] = (place){more_x ? x[i] : -x[i], more_y ? y[i] : -y[i], i};
    }
    qsort(list, known, sizeof *list, by_place);
    double above = -INFINITY; /* the best y of all with a better x */
    for (size_t i = 0; i < known;) {
        size_t end = i;
        for (; end < known && list[end].x == list[i].x; end++)
            front[list[end].point] = list[end].y == list[i].y && (i == 0 || list[i].y > above);
        above = fmax(above, list[i].y);
        i = end;
    }
    free(list);
    return true;
}

bool report_sweep_frontier(report_sweep *s) {
    size_t n;
    const report_metric *metric = report_metrics(&n);
    double *x = calloc(2 * s->points, sizeof *x), *y = x + s->points;
    if (!x) return false;
    for (size_t p = 0; p < s->points; p++) {
        x[p] = report_sweep_value(s, p, s->x)->mean;
        y[p] = report_sweep_value(s, p, s->y)->mean;
    }
    bool good = report_nondominated(x, y, s->points, metric[s->x].direction == REPORT_MORE_IS_BETTER,
                                    metric[s->y].direction == REPORT_MORE_IS_BETTER, s->front);
    free(x);
    return good;
}

/* ---- what is shown ---- */

static bool differs(const report_sweep *s, size_t metric) {
    double lo = INFINITY, hi = -INFINITY;
    for (size_t p = 0; p < s->points; p++) {
        double mean = report_sweep_value(s, p, metric)->mean;
        if (isnan(mean)) continue;
        lo = fmin(lo, mean);
        hi = fmax(hi, mean);
    }
    return hi > lo;
}

static size_t show(size_t shown[SWEEP_SHOWN], size_t n, size_t metric) {
    for (size_t i = 0; i < n; i++)
        if (shown[i] == metric) return n;
    if (n < SWEEP_SHOWN) shown[n++] = metric;
    return n;
}

size_t report_sweep_shown(const report_sweep *s, size_t shown[SWEEP_SHOWN]) {
    static const char *const known[] = {"sends",
                                        "clicked_oos_rate",
                                        "disappointed_recipients",
                                        "lift_true",
                                        "lift_abs",
                                        "incremental_revenue_per_recipient",
                                        "orders",
                                        "revenue",
                                        "oversell_rate",
                                        "revenue_per_recipient",
                                        "depletion_time_p50",
                                        "sell_through_24h",
                                        "freshness_p50",
                                        "optout_rate"};
    size_t n = 0;
    if (s->has_best) n = show(shown, n, s->best_metric);
    n = show(shown, n, s->x);
    n = show(shown, n, s->y);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t metric = report_metric_index(known[i]);
        if (metric < s->metrics && differs(s, metric)) n = show(shown, n, metric);
    }
    return n;
}

void report_default_frontier(report_sweep *s) {
    static const char *const gain[] = {"lift_true_store", "lift_true", "revenue", "credited_revenue"};
    s->y = report_metric_index("clicked_oos_rate");
    s->x = report_metric_index(s->twins ? "lift_true_store" : "revenue");
    for (size_t i = s->twins ? 0 : 2; i < sizeof gain / sizeof *gain; i++) {
        size_t metric = report_metric_index(gain[i]);
        if (!differs(s, metric)) continue;
        s->x = metric;
        return;
    }
}

void report_sweep_best_words(const report_sweep *s, char *out, size_t size) {
    char label[400];
    if (!s->has_best) {
        *out = '\0';
        return;
    }
    const report_value *v = report_sweep_value(s, s->best, s->best_metric);
    report_sweep_label(s, s->best, label, sizeof label);
    int n = snprintf(out, size, "Best by %s: %s, with %s in %u replications. ", v->metric->name, label,
                     format_mean_interval(v).text, s->replications[s->best]);
    if (n < 0 || (size_t)n >= size) return;
    if (s->pcs <= 0)
        snprintf(
            out + n, size - (size_t)n,
            "These replications do not tell it from the next best: no probability above 0 can be promised.");
    else if (isnan(s->pcs))
        snprintf(out + n, size - (size_t)n,
                 "How sure this is cannot be said: a point has fewer than two values.");
    else
        snprintf(
            out + n, size - (size_t)n,
            "That it has the best mean is at least %.1f %% probable (Bonferroni's bound; variances as of "
            "independent points, so on common random numbers rather more).",
            100 * s->pcs);
}
