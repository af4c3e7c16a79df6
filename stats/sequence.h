/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sequence.h - asymptotic confidence sequences: intervals that hold at all looks at once, however often one
 * looks and whenever one stops.
 *
 * I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, Time-uniform central limit theory and
 * asymptotic confidence sequences, Annals of Statistics 52, 2024; the normal mixture is H. Robbins's (1970).
 * At a look with t units in both arms and standard error se of the estimate, the half-width is se sqrt((1 +
 * rho / t) ln((t + rho) / (rho alpha^2))). It holds from samples on that a normal distribution describes: see
 * the least number of events in docs/ANALYZE.md.
 */
#ifndef STATS_SEQUENCE_H
#define STATS_SEQUENCE_H

/* rho that makes the sequence tightest near t = `units`: units / (ln(1 - 2 ln alpha) - 2 ln alpha). S. R.
 * Howard and others, Annals of Statistics 49, 2021. NaN unless units > 0 and alpha in (0, 1). Chosen before
 * the first look and kept. */
double stat_sequence_rho(double units, double alpha);

/* NaN unless se >= 0, t > 0, rho > 0 and alpha in (0, 1). */
double stat_sequence_half_width(double se, double t, double rho, double alpha);

/* The smallest alpha, rho kept, whose interval around `estimate` leaves out 0: valid at every look. The least
 * of them so far is valid too. NaN where se is not > 0. */
double stat_sequence_p(double estimate, double se, double t, double rho);

/* Robbins's boundary itself for a sum with variance v: sqrt((v + rho) ln((v + rho) / (rho alpha^2))). */
double stat_normal_mixture(double v, double rho, double alpha);

#endif
