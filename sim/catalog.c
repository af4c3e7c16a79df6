/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * catalog.c - the SKUs: which product each belongs to, which are matched as one, and how much each is asked
 * for.
 */
#include "sim/world.h"

#include <stdlib.h>

static bool size_curve(sim_world *w) {
    const model_catalog *c = &w->p->catalog;
    w->variants = w->s->named ? 0 : (uint32_t)(c->variants ? c->variants : 1);
    w->curve = calloc(w->variants ? w->variants : 1, sizeof *w->curve);
    if (!w->curve) return false;
    double sum = 0;
    for (uint32_t v = 0; v < c->variants; v++)
        sum += c->variant[v].share;
    for (uint32_t v = 0; v < w->variants; v++)
        w->curve[v] = sum > 0 ? c->variant[v].share / sum : 1.0 / w->variants;
    return true;
}

/* Cumulative popularity, and each SKU's share of anonymous demand and of other channels'. */
static bool popularity(sim_world *w) {
    uint32_t n = w->variants ? w->products : w->skus;
    w->popularity = calloc(n, sizeof *w->popularity);
    if (!w->popularity) return false;
    model_zipf(w->p->catalog.popularity, n, w->popularity);
    for (uint32_t i = 0; i < w->skus; i++) {
        double share =
            w->variants ? w->popularity[i / w->variants] * w->curve[i % w->variants] : w->popularity[i];
        double rate = w->p->organic.rate * share;
        w->sku[i].organic_mean = rate > 0 ? SIM_DAY / rate : 0;
        sim_elsewhere_share(w, i, share);
    }
    for (uint32_t i = 1; i < n; i++)
        w->popularity[i] += w->popularity[i - 1];
    return true;
}

/* If an arm has match product, the SKUs of a product, else each SKU by itself. */
static bool form_groups(sim_world *w) {
    bool whole = false;
    for (uint32_t i = 0; i < w->arms; i++)
        whole = whole || w->arm[i].by_product;
    uint32_t *first = whole ? malloc(w->products * sizeof *first) : NULL;
    if (whole && !first) return false;
    for (uint32_t i = 0; whole && i < w->products; i++)
        first[i] = SIM_NONE;
    for (uint32_t i = 0; i < w->skus; i++) {
        sim_sku *k = &w->sku[i];
        if (whole && first[k->product] == SIM_NONE) first[k->product] = i;
        k->leader = whole ? first[k->product] : i;
        k->member = w->sku[k->leader].members++;
    }
    free(first);
    return true;
}

bool sim_catalog_init(sim_world *w) {
    const scenario_named *named = w->s->named;
    if (!size_curve(w)) return false;
    if (w->s->catalog) {
        w->price = w->s->catalog->price;
        w->margin = w->s->catalog->margin;
    }
    w->products = named ? named->products : (uint32_t)w->p->catalog.products;
    w->skus = named ? named->skus : w->products * w->variants;
    w->sku = calloc(w->skus, sizeof *w->sku);
    w->in_stock = calloc((size_t)w->skus + MODEL_VARIANTS_MAX,
                         sizeof *w->in_stock); /* a guess may read past the last */
    if (!w->sku || !w->in_stock) return false;
    w->one_product = w->variants && w->products == 1;
    for (uint32_t i = 0; i < w->skus; i++)
        w->sku[i].product = named ? named->product_of[i] : i / w->variants;
    return form_groups(w) && sim_elsewhere_init(w) && popularity(w);
}
