/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * supply.c - where units come from: the initial ones, orders and their lead times, deliveries at set times,
 * and the inventory trace.
 */
#include "sim/world.h"

#include <stdlib.h>

/* ---- orders: after a stockout, or by (s, Q) ---- */

/* Of a SKU's order, by its ordinal: at least 1, for one of nothing would end the supply for good. */
static int64_t ordered_units(sim_world *w, uint32_t sku, uint32_t ordinal) {
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku, MODEL_P_SUPPLY_UNITS, ordinal);
    int64_t units = model_units_draw(&w->p->supply.quantity, w->rng);
    return units < 1 ? 1 : units;
}

static void order_more(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    k->ordered = true;
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku, MODEL_P_SUPPLY_LEAD, k->restocks);
    int64_t lead = model_span_draw(&w->p->supply.lead_time, w->rng);
    sim_schedule(w, w->now + lead, SIM_EV_RESTOCK, sku, k->restocks);
    k->restocks++;
}

static void order_up_to_point(sim_world *w, uint32_t sku) {
    const sim_sku *k = &w->sku[sku];
    while (sim_units(w, sku) + w->on_order[sku] <= w->p->supply.reorder_point) {
        w->on_order[sku] += ordered_units(w, sku, k->restocks);
        order_more(w, sku);
    }
}

void sim_supply_fell(sim_world *w, uint32_t sku) {
    if (w->p->supply.mode == MODEL_SUPPLY_REORDER)
        order_up_to_point(w, sku);
    else if (w->p->supply.mode == MODEL_SUPPLY_LEAD_TIME && sim_units(w, sku) == 0 && !w->sku[sku].ordered)
        order_more(w, sku); /* units sent back may be sold before it comes: that orders no more */
}

void sim_on_restock(sim_world *w, const sim_event *e) {
    int64_t units = ordered_units(w, e->a, e->b);
    w->sku[e->a].ordered = false;
    if (w->on_order) w->on_order[e->a] -= units;
    sim_stock_arrive(w, e->a, units);
}

void sim_on_delivery(sim_world *w, const sim_event *e) {
    const sim_delivery *d = (const sim_delivery *)w->deliveries.at + e->a;
    sim_stock_arrive(w, d->sku, d->units);
}

/* ---- the inventory trace: a flag's rise is a restock of drawn units, its fall takes away what is left ----
 */

static int64_t trace_units(sim_world *w, uint32_t sku, uint32_t level) {
    if (w->p->inventory.kind != 0 || level == 0) return level;
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku, MODEL_P_TRACE_UNITS, w->sku[sku].flags_up++);
    int64_t units = model_units_draw(&w->p->supply.units_when_available, w->rng);
    return units > 0 ? units : 1; /* the flag says that there is something */
}

static void trace_fall(sim_world *w, uint32_t sku, int64_t units) {
    int64_t left = w->sku[sku].truth;
    if (units > left) units = left;
    if (units <= 0) return;
    SIM_COUNT(w, units_lost, units);
    sim_stock_remove(w, sku, units);
}

/* A level's change, with what the trace's own purchases since the last row have taken added to it, is what
 * came if it is above 0, and else what others have bought. */
static void trace_apply(sim_world *w, const scenario_stock_row *row) {
    sim_sku *k = &w->sku[row->sku];
    int64_t before = k->trace_level < 0 ? 0 : k->trace_level;
    k->trace_level = row->level;
    bool flags = w->p->inventory.kind == SCENARIO_FLAGS;
    int64_t change = (int64_t)row->level - before;
    if (!flags && w->replay) change += sim_replay_explains(w, row->sku);
    if (change > 0)
        sim_stock_arrive(w, row->sku, flags ? trace_units(w, row->sku, 1) : change);
    else if (change < 0)
        trace_fall(w, row->sku, flags && row->level == 0 ? k->truth : -change);
}

static void trace_schedule(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    if (w->trace_row < inv->rows) sim_schedule(w, inv->row[w->trace_row].at, SIM_EV_TRACE, 0, 0);
}

void sim_on_trace(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    if (w->replay) sim_replay_until_now(w); /* what was bought at this instant is in the level already */
    while (w->trace_row < inv->rows && inv->row[w->trace_row].at <= w->now)
        trace_apply(w, &inv->row[w->trace_row++]);
    trace_schedule(w);
}

/* ---- the start ---- */

static void set_initial(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    w->total[SIM_VIEWS] += units - k->truth;
    w->sku[k->leader].on_hand += units - k->truth;
    k->truth = units;
}

static void initial_from_trace(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    for (; w->trace_row < inv->rows && inv->row[w->trace_row].at <= w->start; w->trace_row++) {
        const scenario_stock_row *row = &inv->row[w->trace_row];
        if ((int64_t)row->level == w->sku[row->sku].trace_level) continue;
        w->sku[row->sku].trace_level = row->level;
        set_initial(w, row->sku, trace_units(w, row->sku, row->level));
    }
}

static void initial_drawn(sim_world *w) {
    for (uint32_t i = 0; i < w->skus; i++) {
        model_rng_seek(w->rng, w->key, MODEL_NOBODY, i, MODEL_P_CATALOG, 0);
        set_initial(w, i, model_units_draw(&w->p->supply.initial, w->rng));
    }
}

bool sim_supply_init(sim_world *w) {
    if (w->p->supply.mode == MODEL_SUPPLY_REORDER) {
        w->on_order = calloc(w->skus, sizeof *w->on_order);
        if (!w->on_order) return false;
    }
    if (w->s->inventory)
        initial_from_trace(w);
    else
        initial_drawn(w);
    return true;
}

/* Splits a delivery over the variants by the size curve: floors first, then the largest remainders. */
static void schedule_delivery(sim_world *w, const model_restock *r, uint32_t product) {
    uint32_t units[MODEL_VARIANTS_MAX] = {0};
    double rest[MODEL_VARIANTS_MAX] = {0};
    int64_t left = r->units;
    for (uint32_t v = 0; v < w->variants; v++) {
        double want = (double)r->units * w->curve[v];
        units[v] = (uint32_t)want;
        rest[v] = want - (double)units[v];
        left -= units[v];
    }
    for (; left > 0; left--) {
        uint32_t best = 0;
        for (uint32_t v = 1; v < w->variants; v++)
            if (rest[v] > rest[best]) best = v;
        units[best]++;
        rest[best] -= 1;
    }
    for (uint32_t v = 0; v < w->variants; v++) {
        if (!units[v]) continue;
        sim_delivery *delivery = sim_pool_add(&w->deliveries, sizeof *delivery);
        if (!delivery) {
            w->failed = true;
            return;
        }
        *delivery = (sim_delivery){product * w->variants + v, units[v]};
        sim_schedule(w, w->start + r->after, SIM_EV_DELIVERY, (uint32_t)(w->deliveries.n - 1), 0);
    }
}

static void schedule_explicit(sim_world *w) {
    for (size_t i = 0; i < w->p->supply.restocks; i++) {
        const model_restock *r = &w->p->supply.restock[i];
        for (uint32_t product = 0; product < w->products; product++)
            if (r->product < 0 || r->product == (int64_t)product) schedule_delivery(w, r, product);
    }
}

void sim_supply_start(sim_world *w) {
    if (w->p->supply.mode == MODEL_SUPPLY_EXPLICIT) schedule_explicit(w);
    if (w->s->inventory) trace_schedule(w);
}
