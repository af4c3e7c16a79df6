/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * contrast.h - a weighted sum of the means (or ratios) of a few groups whose units come in clusters, with an
 * interval for few clusters that may have units in several groups.
 */
#ifndef STATS_CONTRAST_H
#define STATS_CONTRAST_H

#include <stddef.h>

enum { STAT_GROUPS_MAX = 4 };

/* A cluster's sums by group: of what is counted, and of what it is divided by (a mean: the units). */
typedef struct {
    double x[STAT_GROUPS_MAX], y[STAT_GROUPS_MAX], units[STAT_GROUPS_MAX];
} stat_cluster_sums;

typedef struct {
    double estimate; /* sum of weight x total x / total y; NaN if a group of weight other than 0 is empty */
    double se, df, lo, hi;
    double p; /* two-sided test of estimate = 0 */
} stat_contrast_result;

/* With R = a group's ratio, Y its total y, h = a cluster's part of its units, a cluster pulls at the estimate
 * by the sum over groups of weight (x - R y) / (Y sqrt(1 - h)); the variance is the sum of the squares. The
 * root makes up for residuals that are too small because the cluster took part in R: the estimator CR2 of
 * R. M. Bell and D. F. McCaffrey (Survey Methodology 28, 2002), which for means has no bias where units are
 * independent with one variance. Degrees of freedom are Satterthwaite's in that model (ibid.; J. E.
 * Pustejovsky, E. Tipton, Journal of Business & Economic Statistics 36, 2018): the square of the trace of
 * what the variance is a quadratic form of, by the sum of its squares. What is common to two groups of a
 * cluster cancels, and few or uneven clusters widen the interval.
 *
 * A group of weight other than 0 with fewer than two clusters, or no spread at all: no interval, NaN. [in]
 * weight: of each group, at most STAT_GROUPS_MAX; level: .95 for 95 %. */
stat_contrast_result stat_contrast(const stat_cluster_sums *cluster, size_t clusters, const double *weight,
                                   size_t groups, double level);

/* The same where units depend on each other by either of two kinds of clusters, such as products and
 * shoppers: the variance by either added up, less that of units which share both (A. C. Cameron, J. B.
 * Gelbach, D. L. Miller, Journal of Business & Economic Statistics 29, 2011), but never below either's own;
 * the smaller degrees of freedom. [in] by: results of stat_contrast() on the same units; shared: variance by
 * the crossings of both kinds. */
stat_contrast_result stat_contrast_two_way(const stat_contrast_result by[2], double shared, double level);

#endif
