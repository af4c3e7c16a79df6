/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * patience.c - what moves the log-odds of her answers besides what she wants: the messages that she has been
 * shown lately, the hour, and whether she was told of her own variant.
 *
 * Messages of all kinds tire alike. One that was shown x ago counts for exp(-x / window), so that what counts
 * of them is one number a shopper, and as many as fall into a window if they come evenly. A message does not
 * tire of itself.
 */
#include "sim/world.h"

#include <math.h>

#include "models/response.h"
#include "sim/memory.h"

bool sim_patience_init(sim_world *w) {
    const model_response *m = &w->p->response;
    bool tires = m->fatigue_click > 0 || m->fatigue_optout > 0;
    w->moods = tires || m->hours > 0 || m->other_variant < 0 || m->other_variant > 0;
    if (!tires) return true;
    w->tired = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->tired);
    return w->tired != NULL;
}

/* What is left of a message after so many ms. */
static double left(const sim_world *w, int64_t ms) {
    return exp(-(double)ms / (double)w->p->response.fatigue_window);
}

static double counting(const sim_world *w, uint32_t shopper) {
    const sim_tired *tired = &w->tired[shopper];
    return tired->count > 0 ? tired->count * left(w, w->now - tired->at) : 0;
}

double sim_patience_shown(sim_world *w, uint32_t shopper) {
    if (!w->tired) return 0;
    double before = counting(w, shopper);
    w->tired[shopper] = (sim_tired){.at = w->now, .count = before + 1};
    return before;
}

double sim_patience_optout(const sim_world *w, double p, double tired) {
    return model_shift_log_odds(p, w->p->response.fatigue_optout * tired);
}

/* By what the engine's feed shows, which is what a message can say. */
bool sim_patience_keep(sim_world *w, uint32_t sku) {
    double shift = w->p->response.other_variant;
    if (!(shift < 0) && !(shift > 0)) return true;
    bool *kept = sim_pool_add(&w->not_variant, sizeof *kept);
    if (kept) *kept = w->sku[sku].shown[SIM_FEED] <= 0;
    return kept != NULL;
}

double sim_patience_click(const sim_world *w, uint32_t touch) {
    const model_response *m = &w->p->response;
    const sim_touch *t = sim_touch_at(w, touch);
    double shift = 0;
    if (m->hours > 0) shift += m->hour[sim_rhythm_hour(w, t->shopper, w->now)].log_odds;
    if (w->not_variant.n && ((const bool *)w->not_variant.at)[touch]) shift += m->other_variant;
    if (w->tired) {
        double others = counting(w, t->shopper) - left(w, w->now - t->shown_at);
        if (others > 0) shift -= m->fatigue_click * others;
    }
    return shift;
}
