/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan.h - how many units a test needs, what it can see, and how surely: of two rates, or of two means.
 *
 * Two-sided tests at `alpha`; both tails count, as in R's power.prop.test and power.t.test with strict =
 * TRUE. Means: Welch's test with Satterthwaite's degrees of freedom, by the noncentral t. Rates: the score
 * test with the pooled share under the null (J. L. Fleiss, Statistical Methods for Rates and Proportions,
 * 1981), normal; in clusters Welch's test of them, as of means, each arm with its own variance. Anything that
 * multiplies the variance of an estimate stands in `factor`.
 */
#ifndef STATS_PLAN_H
#define STATS_PLAN_H

#include <stdbool.h>

typedef struct {
    bool rate;       /* outcomes are yes and no */
    double baseline; /* the control's rate or mean */
    double sd;       /* of a unit's outcome, in both arms; rates have none */
    double control;  /* share of the units that is held out, in (0, 1) */
    double alpha;    /* of the two-sided test */
    double factor;   /* of the variance: stat_design_effect(), 1 - correlation^2 with CUPED; 1: none */
    double cluster;  /* units in a cluster, for the degrees of freedom; 1: none */
} stat_plan;

/* Chance to find a difference of `diff` (treated - control) with `n` units in all. NaN if a rate leaves [0,
 * 1], or an arm has under two units or clusters. */
double stat_plan_power(const stat_plan *plan, double n, double diff);

/* Units in all, a real number (round it up), for that power; INFINITY if no 1e15 are enough; NaN as above. */
double stat_plan_size(const stat_plan *plan, double diff, double power);

/* The smallest difference that is found with that power, upwards (or downwards, then negative). NaN if there
 * is none: a rate cannot rise above 1 or fall below 0. */
double stat_plan_mde(const stat_plan *plan, double n, double power, bool upwards);

/* What drawing whole clusters multiplies the variance with: 1 + ((1 + cv^2) size - 1) icc, with cv the
 * coefficient of variation of the cluster sizes, 0 if all are equal (S. M. Eldridge, D. Ashby, S. Kerry,
 * International Journal of Epidemiology 35, 2006; for equal sizes L. Kish, 1965). NaN outside size >= 1, icc
 * in [0, 1], cv >= 0. */
double stat_design_effect(double size, double icc, double cv);

/* Share of the variance that lies between clusters, from a one-way analysis of variance (A. Donner,
 * International Statistical Review 54, 1986): (MSB - MSW) / (MSB + (m0 - 1) MSW); negative estimates count as
 * 0. [in] sums of squares between and within, n units in g clusters, sum of squared cluster sizes. NaN if n
 * <= g or g < 2. */
double stat_icc(double between, double within, double n, double g, double squared_sizes);

/* P(T > q), T noncentral t of that noncentrality: the mean of a normal tail over the chi distribution of the
 * standard deviation. */
double stat_noncentral_t_upper(double q, double df, double noncentrality);

#endif
