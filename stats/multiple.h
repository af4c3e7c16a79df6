/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * multiple.h - p values of many tests, adjusted. NaN stays NaN and does not count as a test.
 *
 * Holm keeps the chance of any false positive at alpha under any dependence (S. Holm, Scandinavian Journal of
 * Statistics 6, 1979). Benjamini and Hochberg keep the expected share of false ones among the positives at
 * alpha, for independent or positively dependent tests (JRSS B 57, 1995). An adjusted p is compared with
 * alpha itself.
 */
#ifndef STATS_MULTIPLE_H
#define STATS_MULTIPLE_H

#include <stdbool.h>
#include <stddef.h>

/* [in] p: n values in [0, 1]; [out] adjusted: n values, may be p itself. false: no memory, nothing is
 * written.
 */
bool stat_holm(const double *p, size_t n, double *adjusted);
bool stat_benjamini_hochberg(const double *p, size_t n, double *adjusted);

#endif
