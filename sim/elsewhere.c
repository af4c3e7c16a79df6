/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * elsewhere.c - other sales channels that draw on the same units: shops, marketplaces, the telephone.
 *
 * Units asked for are Poisson, spread over the SKUs as anonymous demand is. Such a channel sees the truth: it
 * never sells what is not there, and what it sells is no order of this shop's.
 */
#include "sim/world.h"

#include <stdlib.h>

bool sim_elsewhere_init(sim_world *w) {
    if (w->p->supply.other_rate <= 0 || w->s->inventory) return true;
    w->elsewhere = calloc(w->skus, sizeof *w->elsewhere);
    return w->elsewhere != NULL;
}

void sim_elsewhere_share(sim_world *w, uint32_t sku, double share) {
    double rate = w->p->supply.other_rate * share;
    if (w->elsewhere && rate > 0) w->elsewhere[sku].mean = SIM_DAY / rate;
}

static void schedule(sim_world *w, uint32_t sku) {
    sim_elsewhere *o = &w->elsewhere[sku];
    if (o->mean <= 0) return;
    double u = model_uniform(w->key, MODEL_NOBODY, sku, MODEL_P_STOCK_OTHER_GAP, o->next++);
    sim_schedule(w, w->now + sim_exponential_gap(o->mean, u), SIM_EV_ELSEWHERE, sku, 0);
}

void sim_elsewhere_start(sim_world *w) {
    for (uint32_t i = 0; w->elsewhere && i < w->skus; i++)
        schedule(w, i);
}

void sim_on_elsewhere(sim_world *w, const sim_event *e) {
    schedule(w, e->a);
    if (!sim_stock_take_elsewhere(w, e->a)) SIM_COUNT(w, other_channels_lost, 1);
}
