/* SPDX-License-Identifier: MIT
 *
 * pmf.h - distributions of counts, cut off at a largest count. For libbis alone.
 *
 * Only p[from] to p[to - 1] mean anything, the other entries are 0; from = to: all is beyond the size. What
 * is beyond is just not there, so the entries sum to the chance of at most size - 1.
 */
#ifndef BIS_PMF_H
#define BIS_PMF_H

#include <stddef.h>

#include "beta.h"

typedef struct {
    double *p; /* the caller's, with room for `size` entries */
    size_t from, to;
} bis_pmf;

/* Each fills out with the entries below `size` (>= 1). The relative error is about 1e-12, the absolute one
 * 1e-255 if that is more. n and counts are whole; odds = p / (1 - p), finite; the Beta is bounded. */
void bis_pmf_point(bis_pmf *out, size_t size, double count);
void bis_pmf_poisson(bis_pmf *out, size_t size, double mean);
void bis_pmf_binomial(bis_pmf *out, size_t size, double n, double odds);
void bis_pmf_beta_binomial(bis_pmf *out, size_t size, double n, bis_beta p);

/* Leaves out the entries at both ends that are below `least`. */
void bis_pmf_trim(bis_pmf *, double least);

/* The distribution of the sum of two independent counts. out shares no memory with a and b. */
void bis_pmf_convolve(bis_pmf *out, size_t size, const bis_pmf *a, const bis_pmf *b);

/* The chance that the sum of two independent counts is at most size - 1. */
double bis_pmf_sum_below(const bis_pmf *a, const bis_pmf *b, size_t size);

#endif
