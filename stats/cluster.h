/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cluster.h - units that are not independent: cluster-robust intervals, and randomisation inference where the
 * clusters are few.
 *
 * A unit has a numerator x and a denominator y (NULL: 1, and the ratio is a mean). Units of one cluster (a
 * restock, a store, a household) may depend on each other in any way; clusters do not.
 */
#ifndef STATS_CLUSTER_H
#define STATS_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/bootstrap.h"
#include "stats/welch.h"

typedef struct {
    const double *x, *y;     /* NaN: the unit is left out */
    const bool *treated;     /* the unit's arm */
    const uint32_t *cluster; /* 0 .. clusters - 1 */
    size_t n, clusters;
} stat_clustered;

typedef struct {
    stat_welch_result welch;
    double clusters[2]; /* with units in the control, in the treatment; one in both counts in both */
    bool crossed;       /* some cluster has units in both arms */
} stat_cluster_result;

/* Sums by cluster. Where every cluster lies in one arm, the ratio of the sums by the delta method and Welch
 * over clusters. Where clusters cross the arms, each one's effect on the difference is added up first, so
 * that what is common to both arms cancels: stat_contrast(). Under about 40 clusters an arm the interval of
 * the first is too narrow (A. C. Cameron, D. L. Miller, Journal of Human Resources 50, 2015). Fewer than two
 * clusters in an arm: no interval. false: no memory; untouched. */
bool stat_cluster(const stat_clustered *data, double level, stat_cluster_result *out);

typedef struct {
    double p;           /* two-sided; NaN if an arm has no cluster, or clusters cross the arms */
    double assignments; /* that were looked at */
    double least;       /* the smallest p that these cluster counts allow */
    bool exact;         /* all assignments; else drawn ones */
} stat_randomisation_result;

/* Under the sharp null that no unit's outcome depends on its arm: the share of assignments of whole clusters
 * to arms of the same sizes whose absolute difference of ratios is at least the one seen (R. A. Fisher, The
 * Design of Experiments, 1935). All of them if there are at most 100,000; else `draws` by `draw` plus the one
 * seen. With 3 clusters a side no p is below .1, with 4 the smallest is 2/70. false: no memory; untouched. */
bool stat_randomisation(const stat_clustered *data, uint32_t draws, stat_draws draw,
                        stat_randomisation_result *out);

#endif
