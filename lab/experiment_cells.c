/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_cells.c - pairs of a shopper and a product by which of them are treated, and what estimators
 * make of the cells.
 *
 * Outcomes are those of E, each unit the pair of a shopper and the product that she waited for; or, of the
 * store, all net orders by shoppers whom the shop knows, over all pairs that there are, whether anybody
 * waited or not. The latter are kept as pairs with an order, for the others are 0.
 */
#include "lab/experiment_job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/population.h"
#include "stats/contrast.h"
#include "stats/stream.h"
#include "stats/twosided.h"
#include "stats/welch.h"

static const double LEVEL = 0.95;

/* Who is treated, and what was bought. Sums of clusters are by cell. */
typedef struct {
    const scenario *s;
    model_key key;
    uint32_t shoppers, products;
    uint64_t *shopper_hash, *product_hash;
    bool *shopper, *product; /* treated */
    stat_cluster_sums *of_shopper, *of_product;
    double x[STAT_CELLS], n[STAT_CELLS], squares[STAT_CELLS]; /* of pairs */
} cells;

static bool make_arms(cells *c) {
    const scenario *s = c->s;
    const scenario_named *named = s->named;
    const bis_holdout_setup *by_shopper = &s->p.policy.holdout;
    bis_holdout_setup by_product = *by_shopper;
    if (by_shopper->unit == BIS_UNIT_TWO_SIDED) by_product.fraction = by_shopper->product_fraction;
    bool draws_shoppers = by_shopper->unit == BIS_UNIT_SHOPPER || by_shopper->unit == BIS_UNIT_TWO_SIDED;
    bool draws_products = by_shopper->unit == BIS_UNIT_PRODUCT || by_shopper->unit == BIS_UNIT_TWO_SIDED;
    c->shoppers = (uint32_t)s->p.shoppers.count;
    c->products = named ? (uint32_t)named->products : (uint32_t)s->p.catalog.products;
    c->shopper_hash = malloc((c->shoppers + 1) * sizeof *c->shopper_hash);
    c->product_hash = malloc((c->products + 1) * sizeof *c->product_hash);
    c->shopper = calloc(c->shoppers + 1, sizeof *c->shopper);
    c->product = calloc(c->products + 1, sizeof *c->product);
    c->of_shopper = calloc(c->shoppers + 1, sizeof *c->of_shopper);
    c->of_product = calloc(c->products + 1, sizeof *c->of_product);
    if (!c->shopper_hash || !c->product_hash || !c->shopper || !c->product || !c->of_shopper ||
        !c->of_product)
        return false;
    for (uint32_t i = 0; i < c->products; i++)
        c->product_hash[i] = i;
    for (uint32_t i = 0; named && i < named->skus; i++)
        c->product_hash[named->product_of[i]] = named->product_hash[i];
    for (uint32_t i = 0; i < c->shoppers; i++) {
        c->shopper_hash[i] = model_population_hash(c->key, i);
        c->shopper[i] = !draws_shoppers || bis_holdout_arm(by_shopper, c->shopper_hash[i]) == BIS_TREATED;
    }
    for (uint32_t i = 0; i < c->products; i++) {
        c->product[i] = !draws_products || bis_holdout_arm(&by_product, c->product_hash[i]) == BIS_TREATED;
    }
    return true;
}

static void clear(cells *c) {
    free(c->shopper_hash);
    free(c->product_hash);
    free(c->shopper);
    free(c->product);
    free(c->of_shopper);
    free(c->of_product);
}

/* Where pairs are drawn there are two cells: 00 and 11. */
static size_t cell_of(const cells *c, uint32_t shopper, uint32_t product) {
    const bis_holdout_setup *setup = &c->s->p.policy.holdout;
    if (setup->unit != BIS_UNIT_SHOPPER_PRODUCT) return 2u * c->shopper[shopper] + c->product[product];
    bis_arm arm = bis_holdout_arm_for(setup, c->shopper_hash[shopper], c->product_hash[product], 0, 0);
    return arm == BIS_TREATED ? STAT_CELL_11 : STAT_CELL_00;
}

static void add_pairs(cells *c, uint32_t shopper, uint32_t product, double n) {
    size_t k = cell_of(c, shopper, product);
    c->of_product[product].y[k] = c->of_product[product].units[k] += n;
    c->of_shopper[shopper].y[k] = c->of_shopper[shopper].units[k] += n;
    c->n[k] += n;
}

static void add_outcome(cells *c, uint32_t shopper, uint32_t product, double y) {
    size_t k = cell_of(c, shopper, product);
    c->of_product[product].x[k] += y;
    c->of_shopper[shopper].x[k] += y;
    c->x[k] += y;
    c->squares[k] += y * y;
}

/* ---- outcomes ---- */

static void take_units(cells *c, const store_trial *t) {
    for (size_t i = 0; i < t->shoppers; i++) {
        const store_shopper_row *u = &t->shopper[i];
        uint32_t product = scenario_product(c->s, u->sku);
        add_pairs(c, u->shopper, product, 1);
        add_outcome(c, u->shopper, product, u->orders);
    }
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool is_net(const scenario *s, const store_order_row *o) {
    return !o->oversold && !o->returned && o->shopper != UINT32_MAX &&
           o->at >= s->p.run.start + s->p.run.warmup;
}

static void add_all_pairs(cells *c) {
    for (uint32_t i = 0; i < c->shoppers; i++)
        for (uint32_t p = 0; p < c->products; p++)
            add_pairs(c, i, p, 1);
}

/* The same where a cell is a group of shoppers by a group of products. */
static void add_sides(cells *c) {
    double n[2][2] = {{0, 0}, {0, 0}}; /* shoppers, products: held out, treated */
    for (uint32_t i = 0; i < c->shoppers; i++)
        n[0][c->shopper[i]]++;
    for (uint32_t i = 0; i < c->products; i++)
        n[1][c->product[i]]++;
    for (size_t k = 0; k < STAT_CELLS; k++) {
        c->n[k] = n[0][k / 2] * n[1][k % 2];
        for (uint32_t i = 0; i < c->shoppers; i++)
            if (c->shopper[i] == k / 2) c->of_shopper[i].y[k] = c->of_shopper[i].units[k] = n[1][k % 2];
        for (uint32_t i = 0; i < c->products; i++)
            if (c->product[i] == k % 2) c->of_product[i].y[k] = c->of_product[i].units[k] = n[0][k / 2];
    }
}

static bool take_orders(cells *c, const store_trial *t) {
    uint64_t *pair = malloc((t->orders + 1) * sizeof *pair);
    size_t n = 0;
    if (!pair) return false;
    for (size_t i = 0; i < t->orders; i++)
        if (is_net(c->s, &t->order[i]))
            pair[n++] = (uint64_t)t->order[i].shopper << 32 | scenario_product(c->s, t->order[i].sku);
    qsort(pair, n, sizeof *pair, by_value);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && pair[end] == pair[i];)
            end++;
        add_outcome(c, (uint32_t)(pair[i] >> 32), (uint32_t)pair[i], (double)(end - i));
    }
    free(pair);
    if (c->s->p.policy.holdout.unit == BIS_UNIT_SHOPPER_PRODUCT)
        add_all_pairs(c);
    else
        add_sides(c);
    return true;
}

/* [out] share: of their windows in which treated products were there; NaN if none came. */
static bool in_stock(const cells *c, const store_trial *t, double *share) {
    const scenario *s = c->s;
    size_t skus =
        s->named ? s->named->skus : c->products * (s->p.catalog.variants ? s->p.catalog.variants : 1);
    int64_t *next = malloc((skus + 1) * sizeof *next), end = s->p.run.start + s->p.run.horizon;
    double there = 0, all = 0;
    if (!next) return false;
    for (size_t i = 0; i < skus; i++)
        next[i] = end;
    for (size_t i = t->restocks; i-- > 0;) {
        const store_restock_row *r = &t->restock[i];
        int64_t until = r->opened + s->p.attribution.outcome_window;
        if (until > next[r->sku]) until = next[r->sku];
        next[r->sku] = r->opened;
        if (!r->counted || !c->product[scenario_product(s, r->sku)]) continue;
        all += (double)(until - r->opened);
        there += (double)((r->depleted < until ? r->depleted : until) - r->opened);
    }
    free(next);
    *share = all > 0 ? there / all : NAN;
    return true;
}

/* ---- estimators ---- */

static bool contrast_by(const stat_cluster_sums *of, uint32_t n, bool folded, const double *weight,
                        stat_contrast_result *out) {
    stat_cluster_sums *two = folded ? malloc((n + 1) * sizeof *two) : NULL;
    if (folded && !two) return false;
    for (uint32_t i = 0; folded && i < n; i++)
        stat_two_sided_fold(&of[i], &two[i]);
    *out = stat_contrast(folded ? two : of, n, weight, folded ? 2 : STAT_CELLS, LEVEL);
    free(two);
    return true;
}

/* The variance if all pairs were independent. */
static double of_pairs(const cells *c, bool folded, const double *weight) {
    double x[STAT_CELLS] = {0}, n[STAT_CELLS] = {0}, squares[STAT_CELLS] = {0}, sum = 0;
    for (size_t k = 0; k < STAT_CELLS; k++) {
        size_t g = folded ? k == STAT_CELL_11 : k;
        x[g] += c->x[k];
        n[g] += c->n[k];
        squares[g] += c->squares[k];
    }
    for (size_t g = 0; g < (folded ? 2 : STAT_CELLS); g++)
        if (n[g] > 0) sum += weight[g] * weight[g] / (n[g] * n[g]) * (squares[g] - x[g] * x[g] / n[g]);
    return sum;
}

/* Of E each shopper is in one pair only, so products are all the clusters there are. */
static bool estimate(const cells *c, bool store, bool folded, const double *weight, experiment_draw *out) {
    stat_contrast_result by[2], r;
    if (!contrast_by(c->of_product, c->products, folded, weight, &by[0])) return false;
    r = by[0];
    if (store) {
        if (!contrast_by(c->of_shopper, c->shoppers, folded, weight, &by[1])) return false;
        r = stat_contrast_two_way(by, of_pairs(c, folded, weight), LEVEL);
    }
    double scale = store ? c->products : 1; /* from a pair to all that a shopper buys */
    *out = (experiment_draw){r.estimate * scale, r.lo * scale, r.hi * scale, r.p, NAN};
    return true;
}

static bool add_up(cells *c, const store_trial *t, bool store) {
    if (!make_arms(c)) return false;
    if (store) return take_orders(c, t);
    take_units(c, t);
    return true;
}

static double total(const stat_cluster_sums *of) {
    double x = 0;
    for (size_t k = 0; k < STAT_CELLS; k++)
        x += of->x[k];
    return x;
}

/* All that treated shoppers or products sell against all that the others do, by shopper or product. */
static experiment_draw compare_sides(const cells *c, bool products) {
    stat_stream arm[2] = {{.n = 0}, {.n = 0}};
    for (uint32_t i = 0; i < (products ? c->products : c->shoppers); i++)
        stat_stream_add(&arm[products ? c->product[i] : c->shopper[i]],
                        total(products ? &c->of_product[i] : &c->of_shopper[i]));
    stat_sample held = stat_stream_sample(&arm[0]), treated = stat_stream_sample(&arm[1]);
    stat_welch_result w = stat_welch(&treated, &held, LEVEL);
    double scale = products ? (double)c->products / c->shoppers : 1;
    return (experiment_draw){w.diff * scale, w.lo * scale, w.hi * scale, w.p, NAN};
}

/* [in] beta: see docs/EXPERIMENT.md. */
static bool by_cells(const cells *c, bool store, experiment_kind kind, double beta, experiment_draw *out) {
    static const double naive[2] = {-1, 1};
    const bis_holdout_setup *h = &c->s->p.policy.holdout;
    const stat_two_sided_shares held = {h->fraction, h->product_fraction};
    double weight[STAT_CELLS];
    if (kind == EXPERIMENT_DIFFERENCE) return estimate(c, store, true, naive, out);
    stat_two_sided_weighted(beta, kind == EXPERIMENT_WEIGHTED_2 ? 2 : 1, &held, weight);
    return estimate(c, store, false, weight, out);
}

bool lab_experiment_cells(const experiment_design *d, bool store, const scenario *s, model_key key,
                          const store_trial *t, experiment_draw out[EXPERIMENT_METHODS]) {
    cells c = {.s = s, .key = key};
    const int unit = s->p.policy.holdout.unit;
    double beta = NAN;
    bool good = add_up(&c, t, store) && (unit != BIS_UNIT_TWO_SIDED || in_stock(&c, t, &beta));
    for (size_t k = 0; good && k < d->methods; k++) {
        if (d->by[k].kind == EXPERIMENT_INDEPENDENT) continue;
        if (unit == BIS_UNIT_SHOPPER || unit == BIS_UNIT_PRODUCT)
            out[k] = compare_sides(&c, unit == BIS_UNIT_PRODUCT);
        else
            good = by_cells(&c, store, d->by[k].kind, beta, &out[k]);
    }
    clear(&c);
    return good;
}
