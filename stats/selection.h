/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * selection.h - which of k systems has the best mean, and where the next replications help most to tell.
 *
 * Optimal computing budget allocation: C.-H. Chen, J. Lin, E. Yucesan, S. E. Chick, Simulation budget
 * allocation for further enhancing the efficiency of ordinal optimization, Discrete Event Dynamic Systems 10,
 * 2000. With b the best system, d_i the distance of i's mean from b's and s_i its standard deviation, the
 * replications that maximise the approximate probability of correct selection stand as N_i / N_j = (s_i /
 * d_i)^2 / (s_j / d_j)^2 for i, j other than b,   N_b = s_b sqrt(sum over i of N_i^2 / s_i^2). The derivation
 * takes systems as independent and normal. On common random numbers they are not: see the note at
 * stat_selection_pcs().
 */
#ifndef STATS_SELECTION_H
#define STATS_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    double mean, sd; /* of the replications */
    double n;
} stat_system;

/* The system with the largest (or smallest) mean; the first of equal ones. NaN means are passed over; k if
 * all are NaN. */
size_t stat_selection_best(const stat_system *system, size_t k, bool largest);

/* [out] fraction: k shares that sum to 1. A distance below a tenth of its standard error counts as that much,
 * so that equal systems do not take everything; a system without spread or mean gets nothing; if none has
 * spread, all get the same. */
void stat_ocba_fractions(const stat_system *system, size_t k, size_t best, double *fraction);

/* Gives out `more` replications so that the totals come as near to the fractions as they can, by largest
 * remainder; the first of equal ones first. [out] add: k numbers that sum to `more`. false: no memory. */
bool stat_ocba_allocate(const stat_system *system, size_t k, size_t best, uint32_t more, uint32_t *add);

/* A lower bound of the probability that `best` has the best mean, by Bonferroni's inequality:
 *     1 - sum over i other than b of P(N(d_i, s_b^2 / n_b + s_i^2 / n_i) < 0), at least 0.
 * Bonferroni's inequality needs no independence, but the variance of each difference is here the sum of the
 * two, as if they were independent. Common random numbers that make the systems move together make it
 * smaller, so that the bound is then too low: the selection is safer than stated. NaN if any system has fewer
 * than two replications. */
double stat_selection_pcs(const stat_system *system, size_t k, size_t best);

#endif
