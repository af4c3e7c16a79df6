/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_experiment_cells.c - pairs of a shopper and a product in a trial made by hand: which orders and
 * restocks count, and what the estimators make of them, against sums over the whole matrix of pairs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/experiment_job.h"
#include "models/population.h"
#include "stats/contrast.h"
#include "stats/twosided.h"
#include "stats/welch.h"
#include "tests/support.h"

enum { SHOPPERS = 12, PRODUCTS = 6, VARIANTS = 3, ROWS = 64, REPLICATION = 2, SEED = 7 };
static const int64_t HOUR = 3600000;

typedef struct {
    scenario *s;
    model_key key;
    bool shopper[SHOPPERS], product[PRODUCTS]; /* treated */
    double y[SHOPPERS][PRODUCTS];              /* orders that count */
    store_trial t;
} world;

/* Who is treated as the engine draws it: by this salt at least two of either side are in either arm. */
static void draw_arms(world *w) {
    bis_holdout_setup by_shopper = w->s->p.policy.holdout, by_product = by_shopper;
    by_product.fraction = by_shopper.product_fraction;
    for (uint32_t i = 0; i < SHOPPERS; i++)
        w->shopper[i] = bis_holdout_arm(&by_shopper, model_population_hash(w->key, i)) == BIS_TREATED;
    for (uint32_t i = 0; i < PRODUCTS; i++)
        w->product[i] = bis_holdout_arm(&by_product, i) == BIS_TREATED;
}

static void order(world *w, uint32_t shopper, uint32_t product, int64_t at) {
    w->t.order[w->t.orders++] = (store_order_row){
        .at = w->s->p.run.start + at, .shopper = shopper, .sku = product * VARIANTS + 1, .units = 1};
}

/* Orders of some pairs, of one twice, and of others that are not to count. */
static void make_orders(world *w) {
    w->t.order = calloc(ROWS, sizeof *w->t.order);
    assert_non_null(w->t.order);
    for (uint32_t i = 0; i < SHOPPERS; i++)
        for (uint32_t p = 0; p < PRODUCTS; p++) {
            w->y[i][p] = (7 * i + 5 * p) % 8 == 0 ? 2 : (3 * i + p) % 4 == 0;
            for (int k = 0; k < w->y[i][p]; k++)
                order(w, i, p, (30 + k) * HOUR);
        }
    order(w, 1, 1, 40 * HOUR), w->t.order[w->t.orders - 1].oversold = 1;
    order(w, 2, 1, 40 * HOUR), w->t.order[w->t.orders - 1].returned = 1;
    order(w, 3, 1, 23 * HOUR); /* in the warm-up */
    order(w, UINT32_MAX, 1, 40 * HOUR);
    assert_true(w->t.orders < ROWS);
}

static void restock(world *w, uint32_t sku, int64_t opened, int64_t depleted, bool counted) {
    int64_t start = w->s->p.run.start;
    w->t.restock[w->t.restocks++] =
        (store_restock_row){.sku = sku,
                            .opened = start + opened,
                            .depleted = depleted == STORE_NONE ? STORE_NONE : start + depleted,
                            .counted = counted};
}

/* A treated product's units are there for 6 of the 12 hours until the next come, which are there for the
 * whole window of 48; another variant's for 20 of 30 hours until the end, at 96. Beta is 74 / 90. */
static double make_restocks(world *w) {
    uint32_t treated = 0, held = 0;
    while (!w->product[treated])
        treated++;
    while (w->product[held])
        held++;
    w->t.restock = calloc(8, sizeof *w->t.restock);
    assert_non_null(w->t.restock);
    restock(w, treated * VARIANTS, 12 * HOUR, 13 * HOUR, false); /* in the warm-up */
    restock(w, treated * VARIANTS, 24 * HOUR, 30 * HOUR, true);
    restock(w, held * VARIANTS, 25 * HOUR, 26 * HOUR, true);
    restock(w, treated * VARIANTS, 36 * HOUR, STORE_NONE, true);
    restock(w, treated * VARIANTS + 1, 66 * HOUR, 86 * HOUR, true);
    return 74. / 90;
}

static int enter(void **state) {
    static const char *const sets[] = {"catalog.products=6",
                                       "shoppers.count=12",
                                       "run.warmup=1d",
                                       "attribution.outcome_window=48h",
                                       "policy.holdout.unit=two_sided",
                                       "policy.holdout.fraction=0.3",
                                       "policy.holdout.product_fraction=0.6",
                                       "policy.holdout.salt=c"};
    world *w = calloc(1, sizeof *w);
    *state = w;
    if (!w) return 1;
    scenario_error why;
    if (scenario_load("tests/golden/cli/files/small.yaml", sets, sizeof sets / sizeof *sets, &w->s, &why))
        return 1;
    w->key = model_key_make(SEED, REPLICATION);
    draw_arms(w);
    make_orders(w);
    return 0;
}

static int leave(void **state) {
    world *w = *state;
    store_trial_clear(&w->t);
    scenario_destroy(w->s);
    free(w);
    return 0;
}

/* ---- by hand: sums over the matrix, by shopper and by product, with the cells' numbers in `cell` ---- */

typedef struct {
    stat_cluster_sums of_shopper[SHOPPERS], of_product[PRODUCTS];
    double x[STAT_CELLS], n[STAT_CELLS], squares[STAT_CELLS];
} sums;

static size_t two_sided_cell(const world *w, uint32_t i, uint32_t p) {
    return 2u * w->shopper[i] + w->product[p];
}

static size_t pair_cell(const world *w, uint32_t i, uint32_t p) {
    return bis_holdout_arm_for(&w->s->p.policy.holdout, model_population_hash(w->key, i), p, 0, 0) ==
           BIS_TREATED;
}

static sums add_up(const world *w, size_t cell(const world *, uint32_t, uint32_t)) {
    sums s = {.x = {0}};
    for (uint32_t i = 0; i < SHOPPERS; i++)
        for (uint32_t p = 0; p < PRODUCTS; p++) {
            size_t k = cell(w, i, p);
            stat_cluster_sums *of[] = {&s.of_shopper[i], &s.of_product[p]};
            for (int c = 0; c < 2; c++) {
                of[c]->x[k] += w->y[i][p];
                of[c]->y[k]++;
                of[c]->units[k]++;
            }
            s.x[k] += w->y[i][p];
            s.n[k]++;
            s.squares[k] += w->y[i][p] * w->y[i][p];
        }
    return s;
}

/* Both ways less that of pairs, times the products. [in] groups: cells, or two. */
static void assert_two_way(const sums *s, const double *weight, size_t groups, const experiment_draw *got) {
    double shared = 0;
    for (size_t g = 0; g < groups; g++)
        shared += weight[g] * weight[g] / (s->n[g] * s->n[g]) * (s->squares[g] - s->x[g] * s->x[g] / s->n[g]);
    const stat_contrast_result by[2] = {stat_contrast(s->of_product, PRODUCTS, weight, groups, .95),
                                        stat_contrast(s->of_shopper, SHOPPERS, weight, groups, .95)};
    assert_true(by[0].se > 0 && by[1].se > 0 && shared > 0);
    stat_contrast_result r = stat_contrast_two_way(by, shared, .95);
    assert_near(got->estimate, PRODUCTS * r.estimate, 1e-12);
    assert_near(got->lo, PRODUCTS * r.lo, 1e-12);
    assert_near(got->hi, PRODUCTS * r.hi, 1e-12);
    assert_near(got->p, r.p, 1e-12);
}

static const double apart[] = {-1, 1};

static size_t told_or_not(const world *w, uint32_t i, uint32_t p) {
    return w->shopper[i] && w->product[p];
}

static void four_cells(void **state) {
    world *w = *state;
    double beta = make_restocks(w);
    const experiment_design d = {.by = {{.kind = EXPERIMENT_DIFFERENCE},
                                        {.kind = EXPERIMENT_WEIGHTED_1},
                                        {.kind = EXPERIMENT_WEIGHTED_2}},
                                 .methods = 3};
    experiment_draw got[EXPERIMENT_METHODS];
    assert_true(lab_experiment_cells(&d, true, w->s, w->key, &w->t, got));
    const sums cells = add_up(w, two_sided_cell), two = add_up(w, told_or_not);
    assert_two_way(&two, apart, 2, &got[0]);
    for (int k = 1; k <= 2; k++) {
        double weight[STAT_CELLS];
        stat_two_sided_weighted(beta, k, &(stat_two_sided_shares){.3, .6}, weight);
        assert_two_way(&cells, weight, STAT_CELLS, &got[k]);
    }
}

static void drawn_pairs(void **state) {
    world *w = *state;
    w->s->p.policy.holdout.unit = BIS_UNIT_SHOPPER_PRODUCT;
    const experiment_design d = {.by = {{.kind = EXPERIMENT_DIFFERENCE}}, .methods = 1};
    experiment_draw got[EXPERIMENT_METHODS];
    assert_true(lab_experiment_cells(&d, true, w->s, w->key, &w->t, got));
    const sums two = add_up(w, pair_cell);
    assert_two_way(&two, apart, 2, &got[0]);
}

/* All that a shopper buys, by Welch; all that is bought of a product, per shopper for all products. */
static void sides(void **state) {
    world *w = *state;
    const experiment_design d = {.by = {{.kind = EXPERIMENT_DIFFERENCE}}, .methods = 1};
    experiment_draw got[EXPERIMENT_METHODS];
    for (int products = 0; products < 2; products++) {
        double all[2][SHOPPERS + PRODUCTS] = {{0}};
        size_t n[2] = {0, 0};
        for (uint32_t i = 0; i < (products ? PRODUCTS : SHOPPERS); i++) {
            bool treated = products ? w->product[i] : w->shopper[i];
            for (uint32_t j = 0; j < (products ? SHOPPERS : PRODUCTS); j++)
                all[treated][n[treated]] += products ? w->y[j][i] : w->y[i][j];
            n[treated]++;
        }
        stat_sample held = stat_sample_of(all[0], n[0]), told = stat_sample_of(all[1], n[1]);
        stat_welch_result r = stat_welch(&told, &held, .95);
        double scale = products ? (double)PRODUCTS / SHOPPERS : 1;
        w->s->p.policy.holdout.unit = products ? BIS_UNIT_PRODUCT : BIS_UNIT_SHOPPER;
        /* of one fraction only: that of products is for two_sided */
        w->s->p.policy.holdout.fraction = products ? .6 : .3;
        assert_true(lab_experiment_cells(&d, true, w->s, w->key, &w->t, got));
        assert_true(n[0] > 1 && n[1] > 1 && r.se > 0);
        assert_near(got[0].estimate, r.diff * scale, 1e-12);
        assert_near(got[0].lo, r.lo * scale, 1e-12);
        assert_near(got[0].hi, r.hi * scale, 1e-12);
        assert_near(got[0].p, r.p, 1e-12);
    }
}

/* Units of E, each one pair, and products for clusters. */
static void units_of_e(void **state) {
    world *w = *state;
    double beta = make_restocks(w);
    stat_cluster_sums cells[PRODUCTS] = {{{0}, {0}, {0}}}, two[PRODUCTS] = {{{0}, {0}, {0}}};
    w->t.shopper = calloc(SHOPPERS * 3, sizeof *w->t.shopper);
    assert_non_null(w->t.shopper);
    for (uint32_t i = 0; i < SHOPPERS * 3; i++) {
        uint32_t who = i % SHOPPERS, product = (i + i / SHOPPERS) % PRODUCTS;
        double y = w->y[who][product];
        w->t.shopper[w->t.shoppers++] =
            (store_shopper_row){.shopper = who, .sku = product * VARIANTS + i % VARIANTS, .orders = y};
        size_t k = two_sided_cell(w, who, product), g = told_or_not(w, who, product);
        cells[product].x[k] += y, cells[product].y[k]++, cells[product].units[k]++;
        two[product].x[g] += y, two[product].y[g]++, two[product].units[g]++;
    }
    const experiment_design d = {.by = {{.kind = EXPERIMENT_DIFFERENCE}, {.kind = EXPERIMENT_WEIGHTED_1}},
                                 .methods = 2};
    experiment_draw got[EXPERIMENT_METHODS];
    assert_true(lab_experiment_cells(&d, false, w->s, w->key, &w->t, got));
    double weight[STAT_CELLS];
    stat_two_sided_weighted(beta, 1, &(stat_two_sided_shares){.3, .6}, weight);
    const stat_contrast_result want[] = {stat_contrast(two, PRODUCTS, apart, 2, .95),
                                         stat_contrast(cells, PRODUCTS, weight, STAT_CELLS, .95)};
    for (int k = 0; k < 2; k++) {
        assert_true(want[k].se > 0);
        assert_near(got[k].estimate, want[k].estimate, 1e-12);
        assert_near(got[k].lo, want[k].lo, 1e-12);
        assert_near(got[k].hi, want[k].hi, 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(four_cells, enter, leave),
        cmocka_unit_test_setup_teardown(drawn_pairs, enter, leave),
        cmocka_unit_test_setup_teardown(sides, enter, leave),
        cmocka_unit_test_setup_teardown(units_of_e, enter, leave),
    };
    return RUN_TESTS(tests);
}
