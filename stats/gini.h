/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gini.h - how unequal values are.
 */
#ifndef STATS_GINI_H
#define STATS_GINI_H

#include <stddef.h>

/* A value that occurs `count` times. */
typedef struct {
    double x, count;
} stat_counted;

/* Gini's coefficient: half the mean absolute difference of two values drawn with replacement, over the mean;
 * 0 all equal, (n - 1)/n one has everything. With the values sorted, x_1 <= ... <= x_n,
 *   G = sum_i (2 i - n - 1) x_i / (n sum_i x_i)
 * (A. Sen, On Economic Inequality, 1973). [in, out] value: n groups of values >= 0, sorted in place; the same
 * value may stand in several. NaN if there is none, or one is negative or NaN; 0 if all are 0. */
double stat_gini(stat_counted *value, size_t n);

#endif
