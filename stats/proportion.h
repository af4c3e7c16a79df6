/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proportion.h - intervals for shares of yes and no: Wilson's for one, Newcombe's for the difference of two.
 *
 * R. G. Newcombe, Statistics in Medicine 17, 1998: pages 857-872 (one proportion, method 3, E. B. Wilson
 * 1927) and 873-890 (difference, method 10). Neither degenerates at 0 % or 100 %. Counts may be doubles, as
 * tallies are. Successes outside [0, n] or n = 0 give NaN.
 */
#ifndef STATS_PROPORTION_H
#define STATS_PROPORTION_H

typedef struct {
    double share, lo, hi;
} stat_share;

/* Wilson's score interval without continuity correction. [in] level: .95 for 95 %. */
stat_share stat_wilson(double successes, double n, double level);

typedef struct {
    double diff, lo, hi; /* first share - second share */
    double p;            /* two-sided score test with the pooled share (chi-square of the 2 x 2 table, no
                            correction); NaN where all or none succeeded in both */
} stat_share_difference;

stat_share_difference stat_newcombe(double successes1, double n1, double successes2, double n2, double level);

#endif
