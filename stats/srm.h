/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * srm.h - sample-ratio mismatch: whether the arms have the sizes that they were to have.
 *
 * A mismatch means that assignment or logging lost units, and not at random: no estimate of such a test can
 * be believed (A. Fabijan and others, Diagnosing sample ratio mismatch in online controlled experiments, KDD
 * 2019). Pearson's chi-square; for two arms with fewer than 1,000 units in all, the exact binomial test,
 * whose p is the probability of all splits not likelier than the one seen.
 */
#ifndef STATS_SRM_H
#define STATS_SRM_H

#include <stdbool.h>
#include <stddef.h>

/* A p below this is a mismatch: the test is repeated on every look and every experiment, so .05 would cry
 * wolf.
 */
#define STAT_SRM_ALPHA 0.001

typedef struct {
    double chi_square, df;
    double p;   /* NaN: fewer than two arms, no units, or weights that are not all > 0 */
    bool exact; /* p is the binomial's; chi_square is filled all the same */
} stat_srm_result;

/* [in] count: units of each of k arms; weight: their intended shares, of any sum; NULL: equal. */
stat_srm_result stat_srm(const double *count, const double *weight, size_t k);

#endif
