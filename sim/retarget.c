/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * retarget.c - paid ads for lost shoppers, some of whom they bring back.
 *
 * A shopper is lost when she leaves a sold-out page without a signal, when a sold-out landing ends her
 * interest, and when her interest lapses. Of the lost a share is shown ads, once for each loss, and each
 * showing costs. Who has a new reason to come, or has bought, before her interest lapses is not lost.
 */
#include "sim/substitute.h"

/* Beside the visits' ordinals. */
#define BY_TOUCH 0x80000000u

static sim_ad *at(const sim_world *w, uint32_t id) {
    return (sim_ad *)w->ads.at + id;
}

static uint32_t room(sim_world *w) {
    uint32_t id = w->ads_free;
    if (id != SIM_NONE) {
        w->ads_free = at(w, id)->next_free;
        return id;
    }
    if (sim_pool_add(&w->ads, sizeof(sim_ad))) return (uint32_t)(w->ads.n - 1);
    w->failed = true;
    return SIM_NONE;
}

/* She is lost at `when`, unless, where there is an intent, something comes between. */
static void lost(sim_world *w, const sim_ad *who, int64_t when) {
    const model_retargeting *m = &w->p->retargeting;
    double u[2];
    model_uniform2(w->key, who->shopper, who->sku, MODEL_P_MONEY_AD, who->cause, u);
    if (!(u[0] < m->reach)) return;
    if (!model_span_is_zero(&m->delay)) {
        model_rng_seek(w->rng, w->key, who->shopper, who->sku, MODEL_P_MONEY_AD_DELAY, who->cause);
        when += model_span_draw(&m->delay, w->rng);
    }
    uint32_t id = when < w->end ? room(w) : SIM_NONE;
    if (id == SIM_NONE) return;
    *at(w, id) = *who;
    at(w, id)->buys = u[1] < m->buy;
    sim_schedule(w, when, SIM_EV_AD, id, 0);
}

void sim_retarget_visit(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t visit) {
    const sim_ad who = {.shopper = shopper, .sku = sku, .cause = visit, .intent = SIM_NONE};
    lost(w, &who, w->now);
}

void sim_retarget_touch(sim_world *w, const sim_touch *t) {
    const sim_ad who = {
        .shopper = t->shopper, .sku = t->sku, .cause = sim_touch_key(t) | BY_TOUCH, .intent = SIM_NONE};
    lost(w, &who, w->now);
}

void sim_retarget_wish(sim_world *w, uint32_t shopper, uint32_t id) {
    const sim_intent *intent = sim_intent_at(w, id);
    const sim_ad who = {.shopper = shopper, .sku = intent->sku, .cause = intent->cause, .intent = id};
    int64_t lapses = sim_intent_lapses(w, shopper, intent);
    if (lapses >= w->start && lapses < w->end) lost(w, &who, lapses);
}

void sim_on_ad(sim_world *w, const sim_event *e) {
    sim_ad ad = *at(w, e->a);
    at(w, e->a)->next_free = w->ads_free;
    w->ads_free = e->a;
    if (ad.intent != SIM_NONE) {
        const sim_intent *intent = sim_intent_at(w, ad.intent);
        if (intent->state != SIM_INTENT_LIVE || intent->cause != ad.cause) return;
    }
    if (sim_sated(w, ad.shopper)) return; /* she needs nothing more */
    SIM_COUNT(w, retargeted, 1);
    if (sim_probes(w, ad.shopper)) sim_probe_after(w, ad.sku, SIM_SEEN_AD, ad.buys);
    if (ad.buys && w->in_stock[ad.sku]) sim_order_place(w, ad.shopper, ad.sku, SIM_HOW_RETARGETING, SIM_NONE);
}
