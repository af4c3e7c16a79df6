/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * frame.c - E, the units that reached the holdout step after the warm-up, and what became of them.
 *
 * Y of a unit is its net orders (accepted and not cancelled), or their revenue, on the restocked product in
 * [t_i, t_i + outcome_window]; the end of the run cuts the window for both arms alike. Orders are counted as
 * they come. A twin counts over the base run's E and t_i, frozen, so that the truth speaks of the same people
 * and the same clocks.
 */
#include "sim/world.h"

#include <stdlib.h>

bool sim_frame_init(sim_world *w) {
    if (w->frozen) return true;
    w->unit = malloc((w->shoppers ? w->shoppers : 1) * sizeof *w->unit);
    if (!w->unit) return false;
    for (uint32_t i = 0; i < w->shoppers; i++)
        w->unit[i] = (sim_unit){STORE_NONE, STORE_NONE, SIM_NONE, SIM_NONE, 0, 0, STORE_TREATED};
    return true;
}

void sim_frame_assign(sim_world *w, const bis_decision *d) {
    if (!w->unit || d->assigned_at < w->warm) return;
    sim_unit *u = &w->unit[d->shopper];
    if (u->at != STORE_NONE) return;
    u->at = d->assigned_at;
    u->sku = d->sku;
    u->arm = d->arm == BIS_HELD_OUT ? STORE_HELD : STORE_TREATED;
}

void sim_frame_slot(sim_world *w, const bis_decision *d) {
    if (!w->unit) return;
    sim_unit *u = &w->unit[d->shopper];
    if (u->at == STORE_NONE || u->slot_at != STORE_NONE) return;
    u->slot_at = d->at;
    u->slot_sku = d->sku;
}

/* Whether an order of `sku` now falls into a window that began at `from` for the product of `of`. */
static bool in_window(const sim_world *w, uint32_t sku, int64_t from, uint32_t of) {
    return from != STORE_NONE && w->now >= from && w->now <= from + w->p->attribution.outcome_window &&
           w->sku[sku].product == w->sku[of].product;
}

void sim_frame_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units) {
    const sim_unit *frozen = w->frozen ? &w->frozen[shopper] : NULL;
    if (frozen) {
        if (in_window(w, sku, frozen->at, frozen->sku)) w->frozen_orders += units;
        return;
    }
    sim_unit *u = &w->unit[shopper];
    if (in_window(w, sku, u->at, u->sku)) u->y = (uint16_t)(u->y + units);
    if (in_window(w, sku, u->slot_at, u->slot_sku)) u->slot_y = (uint16_t)(u->slot_y + units);
}

static void add_outcome(sim_world *w, store_population population, const sim_unit *u, double y) {
    store_moments *m = w->out->moments[population][u->arm];
    store_moments_add(&m[STORE_ORDERS], y);
    store_moments_add(&m[STORE_REVENUE], y * w->p->catalog.price);
}

/* --log shopper: a row for each unit of E. */
static bool keep_units(sim_world *w) {
    store_trial *out = w->out;
    out->shopper = malloc((size_t)(out->tally[STORE_T_population] + 1) * sizeof *out->shopper);
    if (!out->shopper) return false;
    for (uint32_t i = 0; i < w->shoppers; i++) {
        const sim_unit *u = &w->unit[i];
        if (u->at == STORE_NONE) continue;
        out->shopper[out->shoppers++] = (store_shopper_row){.at = u->at,
                                                            .shopper = i,
                                                            .sku = u->sku,
                                                            .arm = (store_arm)u->arm,
                                                            .reached = u->slot_at != STORE_NONE,
                                                            .orders = u->y,
                                                            .revenue = u->y * w->p->catalog.price};
    }
    return true;
}

bool sim_frame_outcomes(sim_world *w) {
    for (uint32_t i = 0; i < w->shoppers; i++) {
        const sim_unit *u = &w->unit[i];
        if (u->at == STORE_NONE) continue;
        w->out->tally[STORE_T_population] += 1;
        add_outcome(w, STORE_ASSIGNED, u, u->y);
        if (u->slot_at == STORE_NONE) continue;
        w->out->tally[STORE_T_population_reached] += 1;
        add_outcome(w, STORE_REACHED, u, u->slot_y);
    }
    return w->log == SIM_LOG_SUMMARY || keep_units(w);
}
