/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit_plot.h - data beside what was fitted to them: times, counts by person, counts by rank.
 */
#ifndef REPORTS_FIT_PLOT_H
#define REPORTS_FIT_PLOT_H

#include <stdbool.h>

#include "stats/fit_counts.h"
#include "stats/fit_times.h"

/* Histogram, survival curve and quantile-quantile plot. Shares are by Kaplan-Meier, so that what had not
 * ended counts as it should. */
typedef struct {
    const char *title, *subtitle;
    const stat_time *time; /* sorted by stat_times_sort(); hours */
    size_t times;
    double unit; /* hours that times are rounded to; 0: they are not */
    const stat_times_fit *fit;
    const bool *good;
    const char *const *name; /* of each family */
    int best;
    double *at, *alive; /* room for `times`; filled by report_fit_times() */
    size_t steps;
} report_times_plot;

typedef struct {
    const char *title, *subtitle;
    const stat_count *count; /* rising */
    size_t counts;
    bool zeros;
    double mean, dispersion;
} report_counts_plot;

typedef struct {
    const char *title, *subtitle;
    const double *count; /* by rank, falling */
    size_t ranks;
    double exponent;
} report_ranks_plot;

/* Each writes DIR/plots/NAME.svg and .png. [out] error: at least 512 bytes, filled on false. */
bool report_fit_times(const char *dir, const char *name, report_times_plot *plot, char *error);
bool report_fit_counts(const char *dir, const char *name, const report_counts_plot *plot, char *error);
bool report_fit_ranks(const char *dir, const char *name, const report_ranks_plot *plot, char *error);

#endif
