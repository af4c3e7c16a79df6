/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plots.h - the plot table. Adding a plot is one row in plots.c and its two functions.
 */
#ifndef REPORTS_PLOTS_H
#define REPORTS_PLOTS_H

#include "reports/report.h"

typedef struct {
    const char *name; /* of its files */
    const char *title;
    const char *caption; /* how to read it */
    int height;          /* of PLOT_WIDTH */
    bool (*exists)(const report_summary *s);
    void (*draw)(FILE *gp, const void *summary);
} report_plot;

enum { PLOT_WIDTH = 900 };

const report_plot *report_plots(size_t *n);

/* Writes DIR/plots/NAME.svg and .png of what plot->draw makes of `context`. [out] svg: the caller's to free,
 * on false too. error: at least 512 bytes, filled on false. */
bool report_write_plot(const char *dir, const report_plot *plot, const void *context, char **svg,
                       char *error);

/* Removes the files of a plot that is not drawn this time. */
void report_forget_plot(const char *dir, const char *name);

bool plot_has_trials(const report_summary *s);
bool plot_has_restocks(const report_summary *s);
bool plot_has_sends(const report_summary *s);
bool plot_has_candidates(const report_summary *s);
bool plot_has_sold_out(const report_summary *s);
bool plot_has_arms(const report_summary *s);
bool plot_has_purchases(const report_summary *s);
bool plot_has_depletions(const report_summary *s);
bool plot_has_warmup(const report_summary *s);

void plot_stock(FILE *gp, const void *summary);
void plot_first_day(FILE *gp, const void *summary);
void plot_funnel(FILE *gp, const void *summary);
void plot_ledger(FILE *gp, const void *summary);
void plot_sold_out(FILE *gp, const void *summary);
void plot_revenue(FILE *gp, const void *summary);
void plot_lift(FILE *gp, const void *summary);
void plot_purchase_time(FILE *gp, const void *summary);
void plot_depletion(FILE *gp, const void *summary);
void plot_warmup(FILE *gp, const void *summary);

#endif
