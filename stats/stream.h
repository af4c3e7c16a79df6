/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stream.h - moments of one value, and of a pair, kept while the values go by.
 *
 * B. P. Welford, Technometrics 4, 1962. Means are kept as distances from the first value seen, so that values
 * which agree in many leading digits lose none of the others. An all-zero value is an empty stream. NaN
 * values are left out and not counted; of a pair, both are.
 */
#ifndef STATS_STREAM_H
#define STATS_STREAM_H

#include "stats/moments.h"

typedef struct {
    double n, origin; /* the first value */
    double mean, m2;  /* mean of the distances from origin; sum of squared distances from the mean */
} stat_stream;

void stat_stream_add(stat_stream *s, double x);
stat_sample stat_stream_sample(const stat_stream *s);

typedef struct {
    double n, origin_x, origin_y;
    double mean_x, mean_y, m2_x, m2_y, m_xy; /* as in stat_stream; m_xy: sum of products of both distances */
} stat_pair_stream;

void stat_pair_add(stat_pair_stream *s, double x, double y);

/* What pairs leave behind. NaN as in stat_sample. */
typedef struct {
    double n, mean_x, mean_y;
    double var_x, var_y, cov; /* divisor n - 1 */
} stat_pairs;
stat_pairs stat_pair_moments(const stat_pair_stream *s);
stat_pairs stat_pairs_of(const double *x, const double *y, size_t n); /* y = NULL: 1 everywhere */

#endif
