/* SPDX-License-Identifier: MIT
 *
 * demand_normal.c - the chance that buyers outnumber units, where the units are many.
 *
 * Given p, a source's buyers are taken as normal with their own mean and variance; only p is integrated over.
 * The means are brought onto cells of one width, each shared between the two cells beside it so that the mean
 * stays; a cell also holds the average variance of what came to it. Sources are added up cell by cell, and
 * the normal tails are taken at the end. The cells span what the means can be, 1.5 times the units per source
 * at most: a source whose p is all but known is seen that sharply only beside others of its kind.
 *
 * Nodes further apart than their deviations would make steps of a smooth function. So a node has at least the
 * deviation step / sqrt(2) of its own distance to the next: d mean / d logit(p) is the variance given p, for
 * fresh pushes and for those in flight.
 */
#include "demand.h"

#include <math.h>
#include <string.h>

enum { CELLS = 512, MARGIN = 2 * BIS_DEMAND_SOURCES };

size_t bis_demand_normal_cells(void) {
    return CELLS + MARGIN;
}

void bis_demand_normal_node(const bis_demand_source *s, bis_demand_node *node) {
    node->mean = node->variance = 0;
    for (size_t g = 0; g < s->n_groups; g++) {
        double y = s->group[g].survival * node->odds, p = y / (1 + y);
        node->mean += s->group[g].n * p;
        node->variance += s->group[g].n * p / (1 + y);
    }
}

/* The buyers of one source with `fresh` fresh pushes. */
typedef struct {
    const bis_demand_source *source;
    double fresh, low, high; /* least and largest mean given p */
} buyers;

static double node_mean(const buyers *b, const bis_demand_node *node) {
    return node->mean + b->fresh * node->odds / (1 + node->odds);
}

static buyers buyers_of(const bis_demand_source *s, uint32_t extra) {
    buyers b = {.source = s, .fresh = s->fresh + extra};
    if (s->kind == BIS_DEMAND_NEVER) return b;
    double all = b.fresh + s->flying;
    b.low = b.high = all;
    if (s->kind == BIS_DEMAND_ALWAYS || all == 0) return b;
    b.low = s->grid.zero > 0 ? 0 : node_mean(&b, &s->node[0]);
    b.high = s->grid.one > 0 ? all : node_mean(&b, &s->node[s->grid.n - 1]);
    return b;
}

/* Weights of cells, and weights times variances. */
typedef struct {
    double *weight, *spread;
} cells;

static void clear(cells c) {
    memset(c.weight, 0, (CELLS + MARGIN) * sizeof *c.weight);
    memset(c.spread, 0, (CELLS + MARGIN) * sizeof *c.spread);
}

/* Shares a mean between two cells. That has a variance of its own, which comes off where enough is left to
 * keep what lies on cells smooth. */
static void put(cells c, double width, double cell, double weight, double variance) {
    if (!(cell < CELLS + MARGIN - 1)) return; /* surely more than the units */
    size_t whole = (size_t)cell;
    double part = cell - (double)whole, square = width * width;
    double left = fmax(variance - part * (1 - part) * square, fmin(variance, square / 2));
    c.weight[whole] += weight * (1 - part);
    c.weight[whole + 1] += weight * part;
    c.spread[whole] += weight * (1 - part) * left;
    c.spread[whole + 1] += weight * part * left;
}

static void put_buyers(cells c, const buyers *b, double width) {
    const bis_demand_source *s = b->source;
    double smooth = s->grid.step * s->grid.step / 2;
    for (size_t j = 0; j < s->grid.n; j++) {
        const bis_demand_node *node = &s->node[j];
        double p = node->odds / (1 + node->odds);
        double variance = node->variance + b->fresh * p / (1 + node->odds);
        put(c, width, (node_mean(b, node) - b->low) / width, exp(node->log_weight),
            variance * fmax(1, smooth * variance));
    }
    put(c, width, 0, s->grid.zero, 0);
    put(c, width, (b->high - b->low) / width, s->grid.one, 0);
}

/* Weights multiply, means and variances add up. `to` is clear, and shares no memory with the others. */
static void add_up(cells to, cells a, cells b) {
    for (size_t i = 0; i < CELLS + MARGIN; i++) {
        if (a.weight[i] <= 0) continue;
        double weight = a.weight[i], spread = a.spread[i];
        double *restrict to_weight = to.weight + i, *restrict to_spread = to.spread + i;
        for (size_t k = 0; k < CELLS + MARGIN - i; k++) {
            to_weight[k] += weight * b.weight[k];
            to_spread[k] += weight * b.spread[k] + spread * b.weight[k];
        }
    }
}

/* The chance of at most `most` buyers, the first cell standing for a mean of `first`. */
static double cells_below(cells c, double first, double width, double most) {
    const double sqrt_half = 0.7071067811865476;
    double below = 0;
    for (size_t i = 0; i < CELLS + MARGIN; i++) {
        if (c.weight[i] <= 0) continue;
        double deviation = sqrt(fmax(c.spread[i] / c.weight[i], 1e-12));
        below += c.weight[i] * 0.5 * erfc((first + (double)i * width - most) / deviation * sqrt_half);
    }
    return below;
}

double bis_demand_normal_tail(bis_demand *d, const uint32_t extra[BIS_DEMAND_SOURCES]) {
    buyers of[BIS_DEMAND_SOURCES];
    double most = d->units + 0.5, first = d->organic, span = 0;
    for (int i = 0; i < BIS_DEMAND_SOURCES; i++) {
        of[i] = buyers_of(&d->source[i], extra[i]);
        first += of[i].low;
        /* A mean of half as much again is 10 deviations and more above the units. */
        span += fmin(of[i].high - of[i].low, 1.5 * most);
    }
    double width = span > 0 ? span / CELLS : 1;
    cells sum = {d->cell[0], d->cell[1]}, next = {d->cell[2], d->cell[3]}, own = {d->cell[4], d->cell[5]};
    clear(sum);
    sum.weight[0] = 1;
    sum.spread[0] = d->organic;
    for (int i = 0; i < BIS_DEMAND_SOURCES; i++) {
        const bis_demand_source *s = of[i].source;
        if (s->kind != BIS_DEMAND_BETA || (of[i].fresh == 0 && s->flying == 0)) continue;
        clear(own);
        put_buyers(own, &of[i], width);
        clear(next);
        add_up(next, sum, own);
        cells swap = sum;
        sum = next;
        next = swap;
    }
    double tail = 1 - cells_below(sum, first, width, most);
    return tail > 0 ? tail : 0;
}
