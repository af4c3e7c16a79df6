/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * twosided.c - see twosided.h.
 */
#include "stats/twosided.h"

static double share_ratio(double held) {
    return held / (1 - held);
}

void stat_two_sided_weighted(double beta, double k, const stat_two_sided_shares *held,
                             double weight[STAT_CELLS]) {
    double of_products = k * beta * share_ratio(held->products),
           of_shoppers = k * (1 - beta) * share_ratio(held->shoppers);
    weight[STAT_CELL_11] = 1;
    weight[STAT_CELL_01] = of_shoppers - beta;
    weight[STAT_CELL_10] = of_products - (1 - beta);
    weight[STAT_CELL_00] = -of_products - of_shoppers;
}

void stat_two_sided_fold(const stat_cluster_sums *cells, stat_cluster_sums *out) {
    *out = (stat_cluster_sums){{0}, {0}, {0}};
    for (int k = 0; k < STAT_CELLS; k++) {
        int g = k == STAT_CELL_11;
        out->x[g] += cells->x[k];
        out->y[g] += cells->y[k];
        out->units[g] += cells->units[k];
    }
}
