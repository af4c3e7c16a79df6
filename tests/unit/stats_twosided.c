/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two-sided estimators by hand and over all assignments of markets of four shoppers and four products; and
 * contrasts of groups in few clusters against R 4.2.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/contrast.h"
#include "stats/twosided.h"

/* Sums of cells 00, 01, 10 and 11 as those of one cluster, which an estimate needs no more than. */
static stat_cluster_sums sums_of(const double x[STAT_CELLS], const double n[STAT_CELLS]) {
    stat_cluster_sums s = {{0}, {0}, {0}};
    for (int k = 0; k < STAT_CELLS; k++) {
        s.x[k] = x[k];
        s.y[k] = s.units[k] = n[k];
    }
    return s;
}

static double naive(const stat_cluster_sums *cells) {
    static const double weight[] = {-1, 1};
    stat_cluster_sums two;
    stat_two_sided_fold(cells, &two);
    return stat_contrast(&two, 1, weight, 2, .95).estimate;
}

static double weighted(const stat_cluster_sums *cells, double beta, double k, stat_two_sided_shares held) {
    double weight[STAT_CELLS];
    stat_two_sided_weighted(beta, k, &held, weight);
    return stat_contrast(cells, 1, weight, STAT_CELLS, .95).estimate;
}

static const stat_two_sided_shares halves = {.5, .5};

static void by_hand(void **state) {
    (void)state;
    /* means .3, .1, .2, .7 */
    const stat_cluster_sums cells = sums_of((double[]){3, 2, 1, 28}, (double[]){10, 20, 5, 40});
    assert_near(naive(&cells), .7 - 6. / 35, 1e-15);
    assert_near(weighted(&cells, 1, 0, halves), .6, 1e-15);     /* .7 - .1 */
    assert_near(weighted(&cells, 0, 0, halves), .5, 1e-15);     /* .7 - .2 */
    assert_near(weighted(&cells, .25, 0, halves), .525, 1e-15); /* .25 x .6 + .75 x .5 */
    assert_near(weighted(&cells, .25, 2, halves), .175, 1e-15); /* less 2 (.25 x .1 + .75 x .2) */
    /* of shoppers a fifth held out, of products three quarters: less .25 x 3 x .1 + .75 x 1/4 x .2 */
    assert_near(weighted(&cells, .25, 1, (stat_two_sided_shares){.2, .75}), .525 - .075 - .0375, 1e-15);
}

static void empty_cells(void **state) {
    (void)state;
    const stat_cluster_sums cells = sums_of((double[]){3, 2, 0, 28}, (double[]){10, 20, 0, 40});
    assert_near(naive(&cells), .7 - 5. / 30, 1e-15);
    /* with beta 1 and k 0 no pair of a treated shopper and a held-out product is asked for */
    assert_near(weighted(&cells, 1, 0, halves), .6, 1e-15);
    assert_true(isnan(weighted(&cells, .5, 0, halves)));
    const stat_cluster_sums none_told = sums_of((double[]){3, 2, 1, 0}, (double[]){10, 20, 5, 0});
    assert_true(isnan(naive(&none_told)));
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

typedef struct {
    bool naive;
    double beta, k;
} estimator;

/* Means over all ways to treat so many shoppers and products. */
static double expectation(market *m, unsigned shoppers, unsigned products, estimator how) {
    const stat_two_sided_shares held = {1 - (double)shoppers / SIDE, 1 - (double)products / SIDE};
    double sum = 0, ways = 0;
    for (unsigned a = 0; a < ALL; a++)
        for (unsigned b = 0; b < ALL; b++) {
            if (members(a) != shoppers || members(b) != products) continue;
            double x[STAT_CELLS] = {0}, n[STAT_CELLS] = {0};
            for (unsigned i = 0; i < SIDE * SIDE; i++) {
                unsigned s = i / SIDE, p = i % SIDE, k = 2 * (a >> s & 1u) + (b >> p & 1u);
                x[k] += m(a, b, s, p);
                n[k]++;
            }
            const stat_cluster_sums cells = sums_of(x, n);
            sum += how.naive ? naive(&cells) : weighted(&cells, how.beta, how.k, held);
            ways++;
        }
    return sum / ways;
}

static double of_halves(market *m, double beta, double k) {
    return expectation(m, 2, 2, (estimator){false, beta, k});
}

/* Cells 1/2, 0, 1/4, 1/4: shoppers show 1/2, products 1/4, of which the two told can win twice as much as
 * all four could, and so 0. */
static void where_units_are_short(void **state) {
    (void)state;
    assert_near(truth(short_of_units), 0, 1e-15);
    assert_near(expectation(short_of_units, 2, 2, (estimator){true, 0, 0}), .5 - .5 / 3, 1e-15);
    assert_near(of_halves(short_of_units, 1, 0), .5, 1e-15);
    assert_near(of_halves(short_of_units, 0, 0), .25, 1e-15);
    assert_near(of_halves(short_of_units, 0, 1), 0, 1e-15);
}

static void where_there_is_plenty(void **state) {
    (void)state;
    assert_near(truth(one_purse), 0, 1e-15);
    assert_near(of_halves(one_purse, 0, 0), .5, 1e-15);
    assert_near(of_halves(one_purse, 1, 0), .25, 1e-15);
    assert_near(of_halves(one_purse, 1, 1), 0, 1e-15);
    assert_near(of_halves(one_purse, 0, 1), .5, 1e-15); /* weighed the wrong way round */
}

static void interference_in_proportion(void **state) {
    (void)state;
    assert_near(truth(in_proportion), .3 - .04 - .08, 1e-15);
    /* between the ends k = 2 takes off more than 1: .3 - .06 and - .03 more for each beta's share */
    assert_near(of_halves(in_proportion, .5, 1), .24, 1e-15);
    assert_near(of_halves(in_proportion, .5, 2), .21, 1e-15);
    /* k = 1 makes up for any share held out: at the ends of what the comparison cannot see, which is the
     * other side's loss, .08 or .04, and nothing else is taken off */
    for (unsigned shoppers = 1; shoppers < SIDE; shoppers++)
        for (unsigned products = 1; products < SIDE; products++) {
            assert_near(expectation(in_proportion, shoppers, products, (estimator){false, 1, 1}), .3 - .08,
                        1e-14);
            assert_near(expectation(in_proportion, shoppers, products, (estimator){false, 0, 1}), .3 - .04,
                        1e-14);
        }
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
