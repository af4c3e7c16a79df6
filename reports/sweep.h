/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.h - the points of a sweep as numbers with intervals, and those as table, CSV, JSON, plots and page.
 */
#ifndef REPORTS_SWEEP_H
#define REPORTS_SWEEP_H

#include "reports/report.h"

enum { SWEEP_AXES = 8, SWEEP_SHOWN = 8 };

typedef struct {
    const char *path;
    const char *const *value; /* as texts */
    const double *number;     /* the same for a plot; NaN if they are words */
    const char *unit;         /* of number */
    size_t values;
    bool log;
} report_axis;

/* Borrows all texts. Points count with the last axis fastest. */
typedef struct {
    const char *scenario, *title;
    uint64_t seed;
    bool twins;
    uint32_t budget; /* replications given out; 0: each point has the same number */
    report_axis axis[SWEEP_AXES];
    size_t axes, points;
    report_value *value; /* points x metrics, in the order of the metric table; by_trial is NULL */
    size_t metrics;
    uint32_t *replications; /* of each point */
    size_t x, y;            /* metrics of the frontier */
    bool *front;            /* of each point */
    bool has_best;
    size_t best_metric, best;
    double pcs;    /* lower bound of the probability that the selection is right; NaN: none */
    double events; /* of all trials */
    const store_pair *manifest;
    size_t manifest_rows;
} report_sweep;

/* Room for points x metrics; the rest is the caller's to fill. false: no memory. */
bool report_sweep_init(report_sweep *s, size_t points);
void report_sweep_clear(report_sweep *s);

/* Fills a point's values. [in] row: of replication i, all metrics from row[i * stride] on. false: no memory.
 */
bool report_sweep_point(report_sweep *s, size_t point, const double *row, size_t stride,
                        uint32_t replications);

const report_value *report_sweep_value(const report_sweep *s, size_t point, size_t metric);
size_t report_sweep_setting(const report_sweep *s, size_t point,
                            size_t axis); /* index among the axis' values */
void report_sweep_label(const report_sweep *s, size_t point, char *out, size_t size);

size_t report_metric_index(const char *name); /* the number of metrics if there is no such one */
bool report_metric_needs_twins(size_t metric);
/* What pushes bring against sold-out clicks. The first of these that differs between the points: with twins
 * lift_true_store and lift_true; revenue, credited_revenue. */
void report_default_frontier(report_sweep *s);

/* [out] front: the points that no other is as good as in both and better in one. NaN is never in it. false:
 * no memory. */
bool report_nondominated(const double *x, const double *y, size_t n, bool more_x, bool more_y, bool *front);
bool report_sweep_frontier(report_sweep *s); /* of s->x and s->y into s->front; false: no memory */

/* The metrics that pages show: the frontier's, the one selected by, then well-known ones that differ between
 * points. Returns how many. */
size_t report_sweep_shown(const report_sweep *s, size_t shown[SWEEP_SHOWN]);

void report_sweep_text(FILE *out, const report_sweep *s, const report_host *host);
void report_sweep_csv(FILE *out, const report_sweep *s);
json_t *report_sweep_json(const report_sweep *s, const report_host *host); /* NULL: no memory */
void report_sweep_best_words(const report_sweep *s, char *out, size_t size);

/* Writes DIR/sweep.csv, DIR/plots/, DIR/manifest.json and last DIR/sweep.html. [out] error on false. */
bool report_sweep_write(const char *dir, const report_sweep *s, const report_host *host,
                        char error[STORE_ERROR_SIZE]);

/* Rows of the plot table; context is the report_sweep. */
bool sweep_plot_has_axes(const report_sweep *s);
bool sweep_plot_has_frontier(const report_sweep *s);
int sweep_plot_height(const report_sweep *s); /* of the axes' plot */
void sweep_plot_axes(FILE *gp, const void *sweep);
void sweep_plot_frontier(FILE *gp, const void *sweep);

#endif
