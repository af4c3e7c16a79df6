/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two-sided estimators by hand and over all assignments of markets of four shoppers and four products; and
 * contrasts of groups in few clusters against R 4.2.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/contrast.h"
#include "stats/twosided.h"

static void by_hand(void **state) {
    (void)state;
    /* means .3, .1, .2, .7 */
    const stat_cell cell[STAT_CELLS] = {{3, 10}, {2, 20}, {1, 5}, {28, 40}};
    double w[STAT_CELLS];
    assert_near(stat_two_sided_naive(cell), .7 - 6. / 35, 1e-15);
    stat_two_sided_weighted(1, 0, w); /* .7 - .1 */
    assert_near(stat_two_sided(cell, w), .6, 1e-15);
    stat_two_sided_weighted(0, 0, w); /* .7 - .2 */
    assert_near(stat_two_sided(cell, w), .5, 1e-15);
    stat_two_sided_weighted(.25, 0, w); /* .25 x .6 + .75 x .5 */
    assert_near(stat_two_sided(cell, w), .525, 1e-15);
    stat_two_sided_weighted(.25, 2, w); /* less 2 (.25 x .1 + .75 x .2) */
    assert_near(stat_two_sided(cell, w), .175, 1e-15);
}

static void empty_cells(void **state) {
    (void)state;
    stat_cell cell[STAT_CELLS] = {{3, 10}, {2, 20}, {0, 0}, {28, 40}};
    double w[STAT_CELLS];
    assert_near(stat_two_sided_naive(cell), .7 - 5. / 30, 1e-15);
    stat_two_sided_weighted(1, 0, w); /* asks for no pair of a treated shopper and a held-out product */
    assert_near(stat_two_sided(cell, w), .6, 1e-15);
    stat_two_sided_weighted(.5, 0, w);
    assert_true(isnan(stat_two_sided(cell, w)));
    cell[STAT_CELL_11] = (stat_cell){0, 0};
    assert_true(isnan(stat_two_sided_naive(cell)));
}

/* ---- markets whose every assignment is looked at ---- */

enum { SIDE = 4, ALL = 1 << SIDE };

/* Outcome of pair (s, p) where the bits of `shoppers` and `products` are treated. */
typedef double market(unsigned shoppers, unsigned products, unsigned s, unsigned p);

static double members(unsigned set) {
    double n = 0;
    for (; set; set >>= 1)
        n += set & 1u;
    return n;
}

/* One unit of each product, which all want: by lot among who is told, if any, else among all. */
static double short_of_units(unsigned shoppers, unsigned products, unsigned s, unsigned p) {
    unsigned told = products >> p & 1u ? shoppers : 0;
    return !told ? 1. / SIDE : told >> s & 1u ? 1 / members(told) : 0;
}

/* Plenty of all, and each buys one thing: one of those that she was told of, if any, else anything. */
static double one_purse(unsigned shoppers, unsigned products, unsigned s, unsigned p) {
    return short_of_units(products, shoppers, p, s);
}

/* A push brings .3 to a pair at .25. Each that is told takes .04 / 4 from all of that product's pairs, and
 * .08 / 4 from all of that shopper's. */
static double in_proportion(unsigned shoppers, unsigned products, unsigned s, unsigned p) {
    bool told = shoppers >> s & 1u, on = products >> p & 1u;
    return .25 + (told && on ? .3 : 0) - (on ? .01 * members(shoppers) : 0) -
           (told ? .02 * members(products) : 0);
}

static double truth(market *m) {
    double all = 0, none = 0;
    for (unsigned i = 0; i < SIDE * SIDE; i++) {
        all += m(ALL - 1, ALL - 1, i / SIDE, i % SIDE);
        none += m(0, 0, i / SIDE, i % SIDE);
    }
    return (all - none) / (SIDE * SIDE);
}

/* Means over all ways to treat so many shoppers and products. [in] weight: NULL for the naive estimator. */
static double expectation(market *m, unsigned shoppers, unsigned products, const double *weight) {
    double sum = 0, ways = 0;
    for (unsigned a = 0; a < ALL; a++)
        for (unsigned b = 0; b < ALL; b++) {
            if (members(a) != shoppers || members(b) != products) continue;
            stat_cell cell[STAT_CELLS] = {{0, 0}};
            for (unsigned i = 0; i < SIDE * SIDE; i++) {
                unsigned s = i / SIDE, p = i % SIDE;
                stat_cell *c = &cell[2 * (a >> s & 1u) + (b >> p & 1u)];
                c->x += m(a, b, s, p);
                c->n++;
            }
            sum += weight ? stat_two_sided(cell, weight) : stat_two_sided_naive(cell);
            ways++;
        }
    return sum / ways;
}

static double weighted(market *m, double beta, double k) {
    double w[STAT_CELLS];
    stat_two_sided_weighted(beta, k, w);
    return expectation(m, 2, 2, w);
}

/* Cells 1/2, 0, 1/4, 1/4: shoppers show 1/2, products 1/4, of which the two told can win twice as much as
 * all four could, and so 0. */
static void where_units_are_short(void **state) {
    (void)state;
    assert_near(truth(short_of_units), 0, 1e-15);
    assert_near(expectation(short_of_units, 2, 2, NULL), .5 - .5 / 3, 1e-15);
    assert_near(weighted(short_of_units, 1, 0), .5, 1e-15);
    assert_near(weighted(short_of_units, 0, 0), .25, 1e-15);
    assert_near(weighted(short_of_units, 0, 1), 0, 1e-15);
}

static void where_there_is_plenty(void **state) {
    (void)state;
    assert_near(truth(one_purse), 0, 1e-15);
    assert_near(weighted(one_purse, 0, 0), .5, 1e-15);
    assert_near(weighted(one_purse, 1, 0), .25, 1e-15);
    assert_near(weighted(one_purse, 1, 1), 0, 1e-15);
    assert_near(weighted(one_purse, 0, 1), .5, 1e-15); /* weighed the wrong way round */
}

static void interference_in_proportion(void **state) {
    (void)state;
    assert_near(truth(in_proportion), .3 - .04 - .08, 1e-15);
    /* between the ends k = 2 takes off more than 1: .3 - .06 and - .03 more for each beta's share */
    assert_near(weighted(in_proportion, .5, 1), .24, 1e-15);
    assert_near(weighted(in_proportion, .5, 2), .21, 1e-15);
}

/* ---- contrasts ---- */

/* y and R's root, as in stats_contrasts.c; i <- 0:21; g <- i %% 6; k <- (i %/% 2 + i %/% 5) %% 4
 * X <- outer(k, 0:3, "==")*1; l <- c(-1.5, .2, .3, 1); est <- sum(l * (M %*% crossprod(X, y))), and V and df
 * as there; qt(.95, df) */
static void contrast_in_r(void **state) {
    (void)state;
    static const double y[] = {4, 1, 8, 0, 6, 5, 9, 2, 3, 7, 3, 0, 5, 2, 0, 7, 1, 4, 0, 6, 2, 3};
    stat_cluster_sums cluster[6] = {{{0}, {0}, {0}}};
    for (unsigned i = 0; i < 22; i++) {
        stat_cluster_sums *c = &cluster[i % 6];
        unsigned k = (i / 2 + i / 5) % 4;
        c->x[k] += y[i];
        c->y[k]++;
        c->units[k]++;
    }
    const double weight[] = {-1.5, .2, .3, 1};
    stat_contrast_result r = stat_contrast(cluster, 6, weight, 4, .9);
    assert_near(r.estimate, -.76749999999999996, 1e-12);
    assert_near(r.se, 1.39633676227176617, 1e-12);
    assert_near(r.df, 2.17253697665339285, 1e-11);
    assert_near(r.lo, -4.63231707416726746, 1e-11);
    assert_near(r.p, .63384652812161602, 1e-12);
}

/* Two groups of three clusters of one size, apart: the t test on their means, whose 4 degrees are exact. */
static void as_a_t_test(void **state) {
    (void)state;
    static const double mean[] = {1, 2, 6, 4, 8, 9};
    stat_cluster_sums cluster[6] = {{{0}, {0}, {0}}};
    for (unsigned i = 0; i < 6; i++) {
        cluster[i].x[i / 3] = 10 * mean[i];
        cluster[i].y[i / 3] = cluster[i].units[i / 3] = 10;
    }
    const double weight[] = {-1, 1};
    stat_contrast_result r = stat_contrast(cluster, 6, weight, 2, .95);
    assert_near(r.estimate, 4, 1e-14);
    assert_near(r.df, 4, 1e-12);
    assert_near(r.se, sqrt(7. / 3 + 7. / 3), 1e-14); /* both variances are 7 */
}

static void too_few(void **state) {
    (void)state;
    stat_cluster_sums cluster[2] = {{{2, 1}, {2, 2}, {2, 2}}, {{1, 0}, {2, 0}, {2, 0}}};
    const double both[] = {-1, 1}, first[] = {1, 0};
    stat_contrast_result r = stat_contrast(cluster, 2, both, 2, .95);
    assert_near(r.estimate, .5 - .75, 1e-15);
    assert_true(isnan(r.se) && isnan(r.lo) && isnan(r.p));
    r = stat_contrast(cluster, 2, first, 2, .95);
    assert_near(r.estimate, .75, 1e-15);
    assert_near(r.df, 1, 1e-12);
    cluster[0].units[1] = cluster[0].x[1] = cluster[0].y[1] = 0; /* an empty group */
    assert_true(isnan(stat_contrast(cluster, 2, both, 2, .95).estimate));
}

static void two_ways(void **state) {
    (void)state;
    const stat_contrast_result by[2] = {{.estimate = 2, .se = 3, .df = 8}, {.estimate = 2, .se = 4, .df = 5}};
    stat_contrast_result r = stat_contrast_two_way(by, 5, .95);
    assert_near(r.se, sqrt(20), 1e-14);
    assert_near(r.df, 5, 0);
    assert_near(r.hi, 2 + 2.570581835636314 * sqrt(20), 1e-9); /* qt(.975, 5) */
    assert_near(stat_contrast_two_way(by, 20, .95).se, 4, 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(empty_cells),
        cmocka_unit_test(where_units_are_short),
        cmocka_unit_test(where_there_is_plenty),
        cmocka_unit_test(interference_in_proportion),
        cmocka_unit_test(contrast_in_r),
        cmocka_unit_test(as_a_t_test),
        cmocka_unit_test(too_few),
        cmocka_unit_test(two_ways),
    };
    return RUN_TESTS(tests);
}
