/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuped.h - less variance from what was known of the units before the test.
 *
 * A. Deng, Y. Xu, R. Kohavi, T. Walker, Improving the sensitivity of online controlled experiments by
 * utilizing pre-experiment data, WSDM 2013: instead of y, compare y - theta'(x - mean x), with x covariates
 * that the treatment cannot have touched. theta is the least-squares slope inside the arms, pooled over both,
 * so that a difference between the arms does not bend it. The means of both arms stay comparable with those
 * of y, and stat_welch() takes the result; with few units it is a little too narrow, as theta counts as
 * known.
 */
#ifndef STATS_CUPED_H
#define STATS_CUPED_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/moments.h"

enum { STAT_COVARIATES_MAX = 16 };

typedef struct {
    stat_sample treated, control;      /* of the adjusted outcome */
    double theta[STAT_COVARIATES_MAX]; /* 0 for a covariate without spread; of collinear ones, the shortest */
    double kept;          /* share of the variance inside the arms that is left; NaN if it was 0 */
    double units_without; /* units that lack a covariate */
} stat_cuped_result;

/* [in] y: outcomes; units with NaN are left out. treated: which arm each is in. x: k columns of n covariates;
 * a missing one (NaN) counts as the mean of those that are there, over both arms. k = 0 or covariates without
 * spread give the plain samples. [out] adjusted: n outcomes, may be y; or NULL. false: no memory or k above
 * the most; untouched. */
bool stat_cuped(const double *y, const bool *treated, size_t n, const double *const *x, size_t k,
                double *adjusted, stat_cuped_result *out);

#endif
