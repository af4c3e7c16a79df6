/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * frame.c - E, the units that reached the holdout step after the warm-up, and what became of them.
 *
 * Y of a unit is its net orders (accepted, not cancelled, not returned by the end), or their revenue, on the
 * restocked product in [t_i, t_i + outcome_window]; the end of the run cuts the window for both arms alike.
 * Orders are counted as they come, and taken out again as they are returned. A twin counts over the base
 * run's E and t_i, frozen, so that the truth speaks of the same people and the same clocks.
 */
#include "sim/world.h"

#include <stdlib.h>

#include "sim/memory.h"

bool sim_frame_init(sim_world *w) {
    size_t n = w->shoppers ? w->shoppers : 1;
    bool rows = w->log != SIM_LOG_SUMMARY && w->log != SIM_LOG_EACH;
    w->unit = sim_memory_zeroed(w->memory, n, sizeof *w->unit);
    if (rows) w->unit_restock = sim_memory_zeroed(w->memory, n, sizeof *w->unit_restock);
    if (w->price) w->earned = sim_memory_zeroed(w->memory, n, sizeof *w->earned);
    return w->unit && (!rows || w->unit_restock) && (!w->price || w->earned);
}

/* A time as a unit keeps it, so that 0 can say that there is none. */
static uint64_t kept(const sim_world *w, int64_t at) {
    return (uint64_t)(at - w->start + 1);
}

void sim_frame_assign(sim_world *w, const bis_decision *d) {
    if (w->frozen || d->assigned_at < w->warm) return;
    sim_unit *u = &w->unit[d->shopper];
    if (u->in_at) return;
    u->in_at = kept(w, d->assigned_at) & SIM_UNIT_TIME_MAX;
    u->sku = d->sku;
    u->held = d->arm == BIS_HELD_OUT;
    if (w->unit_restock) w->unit_restock[d->shopper] = d->restock;
}

void sim_frame_slot(sim_world *w, const bis_decision *d) {
    if (w->frozen) return;
    sim_unit *u = &w->unit[d->shopper];
    if (!u->in_at || u->slot_at) return;
    u->slot_at = kept(w, d->at) & SIM_UNIT_TIME_MAX;
    u->slot_sku = d->sku;
    u->slot_held = d->outcome == BIS_GHOST;
}

/* Whether an order of `sku` now falls into a window that began at `from` for the product of `of`. */
static bool in_window(const sim_world *w, uint32_t sku, uint64_t from, uint32_t of) {
    uint64_t now = kept(w, w->now);
    return from && now >= from && now - from <= (uint64_t)w->p->attribution.outcome_window &&
           w->sku[sku].product == w->sku[of].product;
}

static bool count_bought(sim_world *w, uint32_t shopper, uint32_t units) {
    if (!w->bought || w->now < w->warm) return false;
    uint32_t bought = w->bought[shopper] + units;
    w->bought[shopper] = bought & SIM_Y_MAX;
    if (bought > SIM_Y_MAX) w->limit = "one shopper under policy.arms buys more than 65,535 times";
    return true;
}

/* Orders of anything soon after t_i, where that is counted. */
static bool count_soon(sim_world *w, uint32_t shopper, uint32_t units) {
    if (!w->soon || kept(w, w->now) - w->unit[shopper].in_at > (uint64_t)SIM_SOON) return false;
    uint32_t soon = w->soon[shopper] + units;
    w->soon[shopper] = soon & SIM_Y_MAX;
    if (soon > SIM_Y_MAX) w->limit = "one shopper buys more than 65,535 times within 30 days";
    return true;
}

/* The money of units that were counted in those, where SKUs have prices of their own. */
static void earn(sim_world *w, uint32_t shopper, uint32_t sku, unsigned in, double units) {
    double money = units * w->price[sku];
    if (in & SIM_IN_Y) w->earned[shopper].y += money;
    if (in & SIM_IN_SLOT_Y) w->earned[shopper].slot_y += money;
    if (in & SIM_IN_BOUGHT) w->earned[shopper].bought += money;
    if (in & SIM_IN_FROZEN) w->frozen_revenue += money;
}

static unsigned count_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units) {
    unsigned in = count_bought(w, shopper, units) ? SIM_IN_BOUGHT : 0;
    const sim_unit *frozen = w->frozen ? &w->frozen[shopper] : NULL;
    if (frozen) {
        if (!in_window(w, sku, frozen->in_at, frozen->sku)) return in;
        w->frozen_orders += units;
        return in | SIM_IN_FROZEN;
    }
    sim_unit *u = &w->unit[shopper];
    if (!u->in_at) return in;
    uint32_t y = (uint32_t)u->y, slot_y = (uint32_t)u->slot_y;
    if (in_window(w, sku, u->in_at, u->sku)) {
        y += units;
        in |= SIM_IN_Y;
    }
    if (in_window(w, sku, u->slot_at, u->slot_sku)) {
        slot_y += units;
        in |= SIM_IN_SLOT_Y;
    }
    if (count_soon(w, shopper, units)) in |= SIM_IN_SOON;
    u->y = y & SIM_Y_MAX;
    u->slot_y = slot_y & SIM_Y_MAX;
    if (y > SIM_Y_MAX || slot_y > SIM_Y_MAX)
        w->limit = "one shopper buys a product more than 65,535 times within attribution.outcome_window";
    return in;
}

unsigned sim_frame_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units) {
    unsigned in = count_order(w, shopper, sku, units);
    if (w->price) earn(w, shopper, sku, in, units);
    return in;
}

void sim_frame_take_back(sim_world *w, uint32_t shopper, uint32_t sku, unsigned in) {
    if (w->price) earn(w, shopper, sku, in, -1);
    sim_unit *u = &w->unit[shopper];
    if (in & SIM_IN_Y) u->y = (u->y - 1u) & SIM_Y_MAX;
    if (in & SIM_IN_SLOT_Y) u->slot_y = (u->slot_y - 1u) & SIM_Y_MAX;
    if (in & SIM_IN_FROZEN) w->frozen_orders -= 1;
    if (in & SIM_IN_BOUGHT) w->bought[shopper]--;
    if (in & SIM_IN_SOON) w->soon[shopper]--;
}

static void add_outcome(sim_world *w, store_population population, bool held, double y, double revenue) {
    store_moments *m = w->out->moments[population][held ? STORE_HELD : STORE_TREATED];
    store_moments_add(&m[STORE_ORDERS], y);
    store_moments_add(&m[STORE_REVENUE], revenue);
}

/* Money of her orders in E's window, in that of her first slot, of all. */
static double revenue_y(const sim_world *w, uint32_t i) {
    return w->earned ? w->earned[i].y : w->unit[i].y * w->p->catalog.price;
}
static double revenue_slot(const sim_world *w, uint32_t i) {
    return w->earned ? w->earned[i].slot_y : w->unit[i].slot_y * w->p->catalog.price;
}
static double revenue_bought(const sim_world *w, uint32_t i) {
    return w->earned ? w->earned[i].bought : w->bought[i] * w->p->catalog.price;
}

/* --log shopper: a row for each unit of E. */
static bool keep_units(sim_world *w) {
    store_trial *out = w->out;
    out->shopper = malloc((size_t)(out->tally[STORE_T_population] + 1) * sizeof *out->shopper);
    if (!out->shopper) return false;
    for (uint32_t i = 0; i < w->shoppers; i++) {
        const sim_unit *u = &w->unit[i];
        if (!u->in_at) continue;
        out->shopper[out->shoppers++] =
            (store_shopper_row){.at = w->start + (int64_t)u->in_at - 1,
                                .shopper = i,
                                .sku = u->sku,
                                .arm = u->held ? STORE_HELD : STORE_TREATED,
                                .reached = u->slot_at != 0,
                                .policy_arm = w->arms > 1 ? w->shopper[i].arm : UINT32_MAX,
                                .restock = w->unit_restock[i],
                                .orders = u->y,
                                .revenue = revenue_y(w, i)};
    }
    return true;
}

/* Over all shoppers of an arm, for that is what was drawn: also those who never wanted anything. */
static void add_arms(sim_world *w) {
    for (uint32_t i = 0; w->bought && i < w->shoppers; i++) {
        store_policy_arm *arm = &w->out->policy_arm[w->shopper[i].arm];
        store_moments_add(&arm->orders, w->bought[i]);
        store_moments_add(&arm->revenue, revenue_bought(w, i));
    }
}

/* Repeat purchases of a unit of E. */
static void add_soon(sim_world *w, uint32_t shopper) {
    double *tally = w->out->tally;
    bool held = w->unit[shopper].held;
    if (!w->soon) return;
    tally[held ? STORE_T_repeat_population_held : STORE_T_repeat_population_treated] += 1;
    tally[STORE_T_repeat_buyers] += w->soon[shopper] > 0;
    tally[held ? STORE_T_repeat_held : STORE_T_repeat_treated] += w->soon[shopper] > 1;
}

bool sim_frame_outcomes(sim_world *w) {
    add_arms(w);
    for (uint32_t i = 0; i < w->shoppers; i++) {
        const sim_unit *u = &w->unit[i];
        if (!u->in_at) continue;
        w->out->tally[STORE_T_population] += 1;
        add_outcome(w, STORE_ASSIGNED, u->held, u->y, revenue_y(w, i));
        add_soon(w, i);
        if (!u->slot_at) continue;
        w->out->tally[STORE_T_population_reached] += 1;
        add_outcome(w, STORE_REACHED, u->slot_held, u->slot_y, revenue_slot(w, i));
    }
    return !w->unit_restock || keep_units(w);
}
