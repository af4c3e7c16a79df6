/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tails.h - quantiles of a sample, and winsorising: values beyond two of them are set to them.
 */
#ifndef STATS_TAILS_H
#define STATS_TAILS_H

#include <stdbool.h>
#include <stddef.h>

void stat_sort(double *x, size_t n); /* ascending; no NaN */

/* The q quantile of sorted values without NaN, between neighbours by their distance (R. J. Hyndman, Y. Fan,
 * The American Statistician 50, 1996, definition 7: R's and NumPy's default). NaN if n = 0 or q is outside
 * [0, 1].
 */
double stat_quantile(const double *sorted, size_t n, double q);

/* Sets values below the 1 - q quantile to it, and those above the q quantile to that (J. W. Tukey, 1962).
 * Give the units of all arms at once: bounds for each arm of its own would hide a difference of the tails.
 * What is estimated afterwards is the difference of winsorised means, which is not that of the means. NaN
 * stay. [in] q in [.5, 1]; [out] lo, hi: the bounds, NaN without values. false: no memory, nothing is
 * changed. */
bool stat_winsorize(double *x, size_t n, double q, double *lo, double *hi);

#endif
