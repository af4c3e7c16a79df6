/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * frame.c - E, the units that reached the holdout step after the warm-up, and what became of them.
 *
 * Y of a unit is its net orders (accepted and not cancelled), or their revenue, on the restocked product in
 * [t_i, t_i + outcome_window]; the end of the run cuts the window for both arms alike. The twins are summed
 * over the base run's E and t_i, frozen, so that the truth speaks of the same people and the same clocks.
 */
#include "sim/world.h"

#include <stdlib.h>

bool sim_frame_init(sim_world *w) {
    sim_frame *f = &w->frame;
    size_t n = w->shoppers ? w->shoppers : 1;
    f->at = malloc(n * sizeof *f->at);
    f->slot_at = malloc(n * sizeof *f->slot_at);
    f->sku = malloc(n * sizeof *f->sku);
    f->slot_sku = malloc(n * sizeof *f->slot_sku);
    f->arm = calloc(n, sizeof *f->arm);
    f->n = w->shoppers;
    if (!f->at || !f->slot_at || !f->sku || !f->slot_sku || !f->arm) return false;
    for (size_t i = 0; i < n; i++) {
        f->at[i] = f->slot_at[i] = STORE_NONE;
        f->sku[i] = f->slot_sku[i] = SIM_NONE;
    }
    return true;
}

void sim_frame_free(sim_frame *f) {
    free(f->at);
    free(f->slot_at);
    free(f->sku);
    free(f->slot_sku);
    free(f->arm);
    *f = (sim_frame){0};
}

void sim_frame_assign(sim_world *w, const bis_decision *d) {
    sim_frame *f = &w->frame;
    if (d->assigned_at < w->warm || f->at[d->shopper] != STORE_NONE) return;
    f->at[d->shopper] = d->assigned_at;
    f->sku[d->shopper] = d->sku;
    f->arm[d->shopper] = d->arm == BIS_HELD_OUT ? STORE_HELD : STORE_TREATED;
}

void sim_frame_slot(sim_world *w, const bis_decision *d) {
    sim_frame *f = &w->frame;
    if (f->at[d->shopper] == STORE_NONE || f->slot_at[d->shopper] != STORE_NONE) return;
    f->slot_at[d->shopper] = d->at;
    f->slot_sku[d->shopper] = d->sku;
}

/* Whether an order is a net order of a unit of E, on its product, inside its window. */
static bool in_window(const sim_world *w, const sim_order *o, const int64_t *at, const uint32_t *sku) {
    if (o->shopper == SIM_NONE || o->oversold) return false;
    int64_t from = at[o->shopper];
    if (from == STORE_NONE || o->at < from || o->at > from + w->p->attribution.outcome_window) return false;
    return w->sku[o->sku].product == w->sku[sku[o->shopper]].product;
}

static void count_outcomes(const sim_world *w, const int64_t *at, const uint32_t *sku, uint32_t *y) {
    for (size_t i = 0; i < w->orders.n; i++) {
        const sim_order *o = SIM_ORDER(w, i);
        if (in_window(w, o, at, sku)) y[o->shopper] += o->units;
    }
}

static void fill_moments(sim_world *w, store_population population, const int64_t *at, const uint32_t *y) {
    for (uint32_t i = 0; i < w->frame.n; i++) {
        if (at[i] == STORE_NONE) continue;
        store_moments *m = w->out->moments[population][w->frame.arm[i]];
        store_moments_add(&m[STORE_ORDERS], y[i]);
        store_moments_add(&m[STORE_REVENUE], y[i] * w->p->catalog.price);
    }
}

static bool keep_shoppers(sim_world *w, const uint32_t *y) {
    const sim_frame *f = &w->frame;
    store_trial *out = w->out;
    out->shopper = malloc((size_t)(out->tally[STORE_T_population] + 1) * sizeof *out->shopper);
    if (!out->shopper) return false;
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->at[i] == STORE_NONE) continue;
        out->shopper[out->shoppers++] = (store_shopper_row){.at = f->at[i],
                                                            .shopper = i,
                                                            .sku = f->sku[i],
                                                            .arm = (store_arm)f->arm[i],
                                                            .reached = f->slot_at[i] != STORE_NONE,
                                                            .orders = y[i],
                                                            .revenue = y[i] * w->p->catalog.price};
    }
    return true;
}

bool sim_frame_outcomes(sim_world *w) {
    const sim_frame *f = &w->frame;
    uint32_t *y = calloc(f->n ? f->n : 1, sizeof *y), *slot_y = calloc(f->n ? f->n : 1, sizeof *slot_y);
    bool ok = y && slot_y;
    if (ok) {
        for (uint32_t i = 0; i < f->n; i++) {
            w->out->tally[STORE_T_population] += f->at[i] != STORE_NONE;
            w->out->tally[STORE_T_population_reached] += f->slot_at[i] != STORE_NONE;
        }
        count_outcomes(w, f->at, f->sku, y);
        count_outcomes(w, f->slot_at, f->slot_sku, slot_y);
        fill_moments(w, STORE_ASSIGNED, f->at, y);
        fill_moments(w, STORE_REACHED, f->slot_at, slot_y);
        if (w->log != SIM_LOG_SUMMARY) ok = keep_shoppers(w, y);
    }
    free(y);
    free(slot_y);
    return ok;
}

void sim_frame_sum(const sim_world *w, const sim_frame *frame, double *orders, double *revenue) {
    *orders = 0;
    for (size_t i = 0; i < w->orders.n; i++) {
        const sim_order *o = SIM_ORDER(w, i);
        if (in_window(w, o, frame->at, frame->sku)) *orders += o->units;
    }
    *revenue = *orders * w->p->catalog.price;
}

void sim_store_sum(const sim_world *w, double *orders, double *revenue) {
    *orders = 0;
    for (size_t i = 0; i < w->orders.n; i++) {
        const sim_order *o = SIM_ORDER(w, i);
        if (!o->oversold && o->at >= w->warm) *orders += o->units;
    }
    *revenue = *orders * w->p->catalog.price;
}
