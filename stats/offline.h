/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * offline.h - what another policy would have earned, from the log of one that chose at random with known
 * probabilities.
 *
 * Round i of the log took an action with probability `logged`, which the other policy would have taken with
 * probability `target`, and saw `reward`; its weight is w = target / logged.
 *
 *   inverse propensity: mean of w r; unbiased (D. G. Horvitz, D. J. Thompson, JASA 47, 1952)
 *   self-normalised: sum w r / sum w; less variance, a small bias (A. Swaminathan, T. Joachims, NIPS 2015);
 * its error by the delta method doubly robust: mean of v + w (r - q); right if the propensities or the model
 * are (M. Dudik, J. Langford, L. Li, ICML 2011)
 *
 * q is a model's reward for the action taken, v the one it expects from the other policy; it must not have
 * been fitted on these rounds. Rounds must not depend on each other: shared stock breaks that.
 */
#ifndef STATS_OFFLINE_H
#define STATS_OFFLINE_H

#include <stddef.h>

#include "stats/interval.h"

typedef struct {
    const double *reward, *logged, *target; /* NaN anywhere: the round is left out */
    const double *q, *v;                    /* both NULL without a model */
    size_t n;
} stat_log;

typedef struct {
    stat_interval ips, snips, dr; /* dr: all NaN without a model. Student's t, n - 1; none without spread */
    double n;                     /* rounds with all that is needed */
    double effective;             /* (sum w)^2 / sum w^2: rounds that a log of the other policy would need to
                                     say as much (L. Kish, Survey Sampling, 1965) */
    double most_weight;           /* the largest w */
    double mean_weight;           /* should be near 1: if it is not, the propensities are wrong */
} stat_offline_result;

/* [in] logged in (0, 1], target in [0, 1]: the caller has seen to it. Weights that are all 0 leave the self-
 * normalised estimate and the effective size without a value. */
stat_offline_result stat_offline(const stat_log *log, double level);

#endif
