/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mser.h - where the warm-up of a simulated series ends: MSER-5.
 *
 * K. P. White, Simulation 69, 1997; K. P. White, M. J. Cobb, S. C. Spratt, Winter Simulation Conference 2000:
 * of batch means of 5 observations, drop the first d that make the squared half-width of the rest's mean,
 * sum (z - mean)^2 / (k - d)^2, smallest. Only d up to half of the batches count: a least value that late
 * says that the series is too short.
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
