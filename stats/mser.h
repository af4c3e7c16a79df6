/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mser.h - where the warm-up of a simulated series ends: MSER-5.
 *
 * Of batch means of 5 observations, drop the first d that make the squared half-width of the rest's mean,
 * sum (z - mean)^2 / (k - d)^2, smallest: what is dropped costs observations, what is kept of the start costs
 * spread (K. P. White, Simulation 69, 1997; K. P. White, M. J. Cobb, S. C. Spratt, Winter Simulation
 * Conference 2000; why it works: W. W. Franklin, K. P. White, Winter Simulation Conference 2008). Only d up
 * to half of the batches count, for near the end a few batches may agree by chance: a least value at the half
 * says that the series is too short. Of several replications, give it their mean series (P. D. Welch, in
 * Computer Performance Modeling Handbook, 1983): noise falls with their number and the bias of the start,
 * which all have, stays.
 */
#ifndef STATS_MSER_H
#define STATS_MSER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t drop; /* observations to leave out at the start, a multiple of 5 */
    double mean; /* of the whole batches that stay; NaN if there is none */
    bool enough; /* false: the warm-up has not ended inside the first half, or there are under 10 batches */
} stat_mser;

/* Observations after the last whole batch are not used. A series without spread needs no warm-up: drop 0. NaN
 * anywhere in a whole batch: mean NaN, enough false. */
stat_mser stat_mser5(const double *x, size_t n);

#endif
