/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stock.c - units: the truth and its past. Where they come from is in supply.c, what is seen of them in
 * view.c.
 */
#include "sim/world.h"

#include <stdlib.h>

/* ---- the truth and its past ---- */

static void remember(sim_world *w, uint32_t sku) {
    sim_history *past = &w->sku[sku].past;
    int32_t level = (int32_t)w->sku[sku].truth;
    if (past->n && past->at[past->n - 1] == w->now) { /* only the last level of an instant counts */
        past->level[past->n - 1] = level;
        return;
    }
    if (past->n == past->cap) {
        uint32_t cap = past->cap ? past->cap * 2 : 16;
        int64_t *at = realloc(past->at, cap * sizeof *at);
        if (at) past->at = at;
        int32_t *lv = at ? realloc(past->level, cap * sizeof *lv) : NULL;
        if (lv) past->level = lv;
        if (!at || !lv) {
            w->failed = true;
            return;
        }
        past->cap = cap;
    }
    past->at[past->n] = w->now;
    past->level[past->n++] = level;
}

int64_t sim_stock_level_at(const sim_world *w, uint32_t sku, int64_t at) {
    const sim_history *past = &w->sku[sku].past;
    uint32_t lo = 0, hi = past->n; /* first entry after `at` */
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (past->at[mid] <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? past->level[lo - 1] : 0;
}

/* ---- units come and go ---- */

static void changed(sim_world *w, uint32_t sku) {
    w->sku[sku].version++;
    remember(w, sku);
    sim_view_changed(w, sku);
}

static void rose(sim_world *w, uint32_t sku) {
    sim_rise *rise = sim_pool_add(&w->rises, sizeof *rise);
    if (!rise) {
        w->failed = true;
        return;
    }
    sim_sku *k = &w->sku[sku];
    *rise = (sim_rise){.at = w->now, .gone = STORE_NONE, .sku = sku, .base = (uint32_t)k->truth};
    if (k->rise != SIM_NONE) SIM_RISE(w, k->rise)->gone = w->now;
    k->rise = (uint32_t)(w->rises.n - 1);
    k->restocked_at = w->now;
    SIM_COUNT(w, restocks, 1);
}

static void arrive(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    bool rise = sim_units(w, sku) == 0;
    k->truth += units;
    w->sku[k->leader].on_hand += units;
    k->arrived += (uint64_t)units;
    w->total[SIM_VIEWS] += units;
    if (rise) rose(w, sku);
    changed(w, sku);
}

void sim_stock_arrive(sim_world *w, uint32_t sku, int64_t units) {
    if (units <= 0) return;
    SIM_COUNT(w, units_restocked, units);
    arrive(w, sku, units);
}

void sim_stock_back(sim_world *w, uint32_t sku) {
    SIM_COUNT(w, units_returned, 1);
    arrive(w, sku, 1);
}

static void went_to_zero(sim_world *w, uint32_t sku) {
    for (uint32_t i = 0; i < w->arms; i++) {
        uint32_t campaign = *sim_latest(w, &w->arm[i], sku);
        if (campaign == SIM_NONE || sim_on_hand(w, &w->arm[i], sku) > 0) continue;
        store_restock_row *row = &SIM_CAMPAIGN(w, campaign)->row;
        if (row->depleted == STORE_NONE) row->depleted = w->now;
    }
}

/* Units have been taken off the shelf or out of a cart, and go. */
static void leave(sim_world *w, uint32_t sku, int64_t units) {
    w->sku[w->sku[sku].leader].on_hand -= units;
    w->total[SIM_VIEWS] -= units;
    if (sim_units(w, sku) == 0) went_to_zero(w, sku);
    sim_supply_fell(w, sku);
    changed(w, sku);
}

void sim_stock_remove(sim_world *w, uint32_t sku, int64_t units) {
    w->sku[sku].truth -= units;
    leave(w, sku, units);
}

static void count_sold(sim_world *w, const sim_sku *k, uint32_t units) {
    if (k->rise != SIM_NONE) {
        sim_rise *rise = SIM_RISE(w, k->rise);
        if (w->now - rise->at <= 24 * SIM_HOUR) rise->sold_24h += units;
        if (w->now - rise->at <= 72 * SIM_HOUR) rise->sold_72h += units;
    }
}

/* A unit is sold off the shelf, if there is one. */
static bool sell(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    if (k->truth <= 0) return false;
    count_sold(w, k, 1);
    k->taken++;
    sim_stock_remove(w, sku, 1);
    return true;
}

bool sim_stock_take(sim_world *w, uint32_t sku) {
    if (w->p->traces_mode)
        return w->sku[sku].truth > 0; /* open loop: the trace's stock knows its own orders only */
    if (!sell(w, sku)) return false;
    SIM_COUNT(w, units_sold, 1);
    return true;
}

int64_t sim_stock_take_more(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    if (units > k->truth) units = k->truth;
    if (units <= 0 || w->p->traces_mode) return units < 0 ? 0 : units;
    count_sold(w, k, (uint32_t)units);
    k->taken += (uint64_t)units;
    sim_stock_remove(w, sku, units);
    SIM_COUNT(w, units_sold, units);
    return units;
}

bool sim_stock_take_elsewhere(sim_world *w, uint32_t sku) {
    if (!sell(w, sku)) return false;
    SIM_COUNT(w, units_other_channels, 1);
    return true;
}

/* ---- carts: what they hold is on hand, and on nobody's shelf ---- */

static void into_carts(sim_world *w, uint32_t sku, int units) {
    sim_sku *k = &w->sku[sku];
    k->truth -= units;
    w->held[sku] += units;
    k->taken += (uint64_t)(int64_t)units;
    changed(w, sku);
}

bool sim_stock_hold(sim_world *w, uint32_t sku) {
    if (w->sku[sku].truth <= 0) return false;
    into_carts(w, sku, 1);
    return true;
}

void sim_stock_release(sim_world *w, uint32_t sku) {
    into_carts(w, sku, -1);
}

void sim_stock_take_held(sim_world *w, uint32_t sku) {
    count_sold(w, &w->sku[sku], 1);
    w->held[sku]--;
    leave(w, sku, 1);
    SIM_COUNT(w, units_sold, 1);
    SIM_COUNT(w, reservations_paid, 1);
}

/* ---- the start ---- */

bool sim_stock_init(sim_world *w) {
    if (!sim_catalog_init(w)) return false;
    for (uint32_t i = 0; i < w->skus; i++) {
        w->sku[i].trace_level = -1;
        w->sku[i].restocked_at = STORE_NONE;
        w->sku[i].rise = SIM_NONE;
        w->sku[i].version = w->sku[i].seen[SIM_FEED] = w->sku[i].seen[SIM_STOREFRONT] = 1;
    }
    return sim_view_init(w) && sim_carts_init(w) && sim_supply_init(w);
}

void sim_stock_start(sim_world *w) {
    for (uint32_t i = 0; i < w->skus; i++) {
        remember(w, i);
        sim_view_start(w, i);
        if (w->sku[i].truth == 0) went_to_zero(w, i);
        sim_supply_fell(w, i);
    }
    sim_supply_start(w);
    sim_elsewhere_start(w);
}
