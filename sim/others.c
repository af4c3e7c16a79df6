/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * others.c - messages of the shop's other campaigns: they cost, and the engine hears of each, so that they
 * use up the caps that count them.
 *
 * Each campaign has a Poisson process for each shopper; at its points she is told if the campaign is for her
 * then and she lets the shop use the channel. What she does about these messages is not simulated.
 */
#include "sim/world.h"

#include "models/many.h"
#include "sim/memory.h"

/* An event's b: the campaign, and above SIM_EVENT_B_MAX / 8 no more messages. */
enum { ORDINAL_BITS = 24, ORDINAL_MAX = (1 << ORDINAL_BITS) - 1 };
static_assert(MODEL_CAMPAIGNS_MAX << ORDINAL_BITS <= SIM_EVENT_B_MAX + 1, "a campaign and a number fit");

static void next(sim_world *w, uint32_t campaign, uint32_t shopper, uint32_t ordinal) {
    double rate = w->p->campaigns.campaign[campaign].rate;
    if (rate <= 0) return;
    if (ordinal > ORDINAL_MAX) {
        w->limit = "one shopper is told something by one of campaigns more than 16,777,215 times";
        return;
    }
    double u = model_uniform(w->key, shopper, campaign, MODEL_P_MONEY_OTHER_GAP, ordinal);
    double wait = SIM_DAY / rate * model_exponential((uint64_t)(u * 0x1p53));
    if (wait < (double)(w->end - w->now))
        sim_schedule(w, w->now + (int64_t)wait, SIM_EV_OTHER, shopper, campaign << ORDINAL_BITS | ordinal);
}

bool sim_others_init(sim_world *w) {
    bool carts = false;
    for (size_t i = 0; i < w->p->campaigns.n; i++)
        carts = carts || w->p->campaigns.campaign[i].kind == MODEL_ABANDONED_CART;
    if (carts)
        w->last_source = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->last_source);
    return !carts || w->last_source;
}

void sim_others_start(sim_world *w) {
    for (uint32_t c = 0; c < w->p->campaigns.n; c++)
        for (uint32_t i = 0; i < w->shoppers; i++)
            next(w, c, i, 0);
}

static bool wants_something(sim_world *w, uint32_t shopper) {
    for (uint32_t i = shopper; i != SIM_NONE; i = sim_intent_at(w, i)->next)
        if (sim_intent_alive(w, shopper, sim_intent_at(w, i))) return true;
    return false;
}

static bool is_for(sim_world *w, const model_campaign *c, uint32_t shopper) {
    if (c->kind == MODEL_NEWSLETTER) return true;
    if (c->kind == MODEL_ABANDONED_CART && w->last_source[shopper] != BIS_CART) return false;
    return wants_something(w, shopper);
}

static bool lets(const sim_shopper *her, int channel) {
    switch (channel) {
    case BIS_PUSH: return her->optin;
    case BIS_EMAIL: return her->email;
    case BIS_SMS: return her->sms;
    default: return true; /* in-app notes */
    }
}

void sim_on_other(sim_world *w, const sim_event *e) {
    uint32_t campaign = e->b >> ORDINAL_BITS;
    const model_campaign *c = &w->p->campaigns.campaign[campaign];
    next(w, campaign, e->a, (e->b & ORDINAL_MAX) + 1u);
    if (!lets(&w->shopper[e->a], c->channel) || !is_for(w, c, e->a)) return;
    if (sim_probes(w, e->a)) sim_probe_campaign(w, c);
    if (w->now >= w->warm) w->out->tally[STORE_T_other_push + c->channel] += 1;
    sim_patience_shown(w, e->a); /* it tires as any message does */
    bis_event told = {.at = w->now, .kind = BIS_EV_OTHER, .shopper = e->a, .sku = BIS_NO_ID};
    told.as.other.channel = (bis_channel)c->channel;
    sim_tell(w, &told);
}
