/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * survival.h - quantiles from histograms, with and without censoring.
 *
 * Bin i holds the values in [edge[i], edge[i + 1]); edges rise. Inside a bin values count as spread evenly.
 * E. L. Kaplan, P. Meier, JASA 53, 1958: the survival curve falls by the factor 1 - events / at risk; what is
 * censored in a bin still counts as at risk for that bin's events.
 */
#ifndef STATS_SURVIVAL_H
#define STATS_SURVIVAL_H

#include <stddef.h>

/* The q quantile of `bins` counts, q in [0, 1]. [in] edge: bins + 1 edges. NaN if every count is 0. */
double stat_histogram_quantile(const double *count, const double *edge, size_t bins, double q);

/* The first time at which the Kaplan-Meier curve is at or under 1 - q; q in (0, 1), .5 for the median.
 * [in] event, censored: counts by bin. NaN if the curve never falls that far. Without censoring it equals
 * stat_histogram_quantile. */
double stat_survival_quantile(const double *event, const double *censored, const double *edge, size_t bins,
                              double q);

#endif
