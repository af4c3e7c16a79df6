/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * twosided.c - see twosided.h.
 */
#include "stats/twosided.h"

#include <math.h>
#include <stddef.h>

void stat_two_sided_weighted(double beta, double k, double weight[STAT_CELLS]) {
    weight[STAT_CELL_11] = 1;
    weight[STAT_CELL_01] = k * (1 - beta) - beta;
    weight[STAT_CELL_10] = k * beta - (1 - beta);
    weight[STAT_CELL_00] = -k;
}

double stat_two_sided(const stat_cell cell[STAT_CELLS], const double weight[STAT_CELLS]) {
    double sum = 0;
    for (size_t i = 0; i < STAT_CELLS; i++) {
        if (weight[i] == 0) continue;
        sum += cell[i].n > 0 ? weight[i] * cell[i].x / cell[i].n : NAN;
    }
    return sum;
}

double stat_two_sided_naive(const stat_cell cell[STAT_CELLS]) {
    stat_cell others = {0, 0};
    for (size_t i = 0; i < STAT_CELLS; i++) {
        if (i == STAT_CELL_11) continue;
        others.x += cell[i].x;
        others.n += cell[i].n;
    }
    const stat_cell *both = &cell[STAT_CELL_11];
    return both->n > 0 && others.n > 0 ? both->x / both->n - others.x / others.n : NAN;
}
