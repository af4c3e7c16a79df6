/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * twosided.h - what the four cells of a two-sided experiment say of telling everyone of everything.
 *
 * Shoppers and products are drawn apart, and a pair is told iff both are treated. Q11 is the mean outcome of
 * pairs of which both are treated, Q01 of held-out shoppers and treated products, Q10 of treated shoppers and
 * held-out products, Q00 of neither. Three cells are not told, and differ only by what the others do to them:
 *
 *   Q00 - Q01   what told shoppers take from the others off the same shelf
 *   Q00 - Q10   what told products take from the others in the same shopper's mind
 *
 * After R. Johari, H. Li, I. Liskovich, G. Y. Weintraub, Experimental Design in Two-Sided Platforms: An
 * Analysis of Bias, Management Science 68, 2022.
 */
#ifndef STATS_TWOSIDED_H
#define STATS_TWOSIDED_H

#include "stats/contrast.h"

/* Cell 2 x (shopper treated) + (product treated). */
enum { STAT_CELL_00, STAT_CELL_01, STAT_CELL_10, STAT_CELL_11, STAT_CELLS };

/* Of each side, in [0, 1). */
typedef struct {
    double shoppers, products;
} stat_two_sided_shares;

/* Weights of the cells' means, for stat_contrast(). With beta 1 shoppers are compared on treated products,
 * with 0 products by treated shoppers, and in between both by beta:
 *
 *   beta (Q11 - Q01) + (1 - beta) (Q11 - Q10) - k [beta hp (Q00 - Q10) + (1 - beta) hs (Q00 - Q01)]
 *
 * with hp, hs = share held out / share treated of products and of shoppers. The first comparison shares one
 * shelf and the second one shopper's purse, so beta should go to 1 where there is plenty and to 0 where units
 * are short. What the one chosen cannot see - that treated shoppers buy less of held-out products, that
 * held-out shoppers find less of treated ones - shows in these cells as far as the share treated goes; hp and
 * hs make of it what it lacks to all, if interference grows in proportion to that share. k takes it off once
 * for each time that it is missing: once at either end, in between, where both kinds are at work, more. A
 * loss that shows in no untold pair, as where nobody buys unless told, is not seen by any k. */
void stat_two_sided_weighted(double beta, double k, const stat_two_sided_shares *held,
                             double weight[STAT_CELLS]);

/* The naive estimator's two groups: [1] is cell 11, [0] all other pairs. */
void stat_two_sided_fold(const stat_cluster_sums *cells, stat_cluster_sums *out);

#endif
