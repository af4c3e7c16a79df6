/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * shopper.c - what shoppers do of their own accord: visits, signals, organic return, anonymous demand.
 *
 * An intent is a shopper's wish for one SKU, which the engine knows only through its signals. It ends when
 * she buys, when it lapses, or when a sold-out landing drives her away. While it lives she looks again by
 * herself at Poisson times: that is what a held-out shopper does.
 */
#include "sim/world.h"

#include <gsl/gsl_randist.h>

#include "sim/memory.h"
#include "sim/substitute.h"

static bool happens(const sim_world *w, double p, uint32_t shopper, uint32_t sku, model_purpose purpose,
                    uint32_t ordinal) {
    if (p <= 0) return false;
    return p >= 1 || model_uniform(w->key, shopper, sku, purpose, ordinal) < p;
}

/* At least 1. */
static int64_t in_ms(double ms) {
    return ms < 4e15 ? (int64_t)ms + 1 : INT64_MAX / 4;
}

int64_t sim_exponential_gap(double mean, double u) {
    return in_ms(mean * model_exponential((uint64_t)(u * 0x1p53)));
}

/* When something comes that comes at random, at least 1 ms from now: an exponential time of that mean in ms,
 * from one uniform, which is a multiple of 2^-53. By the clock of a shopper, if the hours differ. */
static int64_t next_at(const sim_world *w, uint32_t shopper, double mean, double u) {
    double ms = mean * model_exponential((uint64_t)(u * 0x1p53));
    if (!(ms < 4e15)) return INT64_MAX / 4;
    return 1 + (w->rhythm.on ? sim_rhythm_after(w, shopper, w->now, ms) : w->now + (int64_t)ms);
}

/* ---- intents ---- */

uint32_t sim_intent_find(const sim_world *w, uint32_t shopper, uint32_t sku) {
    uint32_t id = shopper;
    while (id != SIM_NONE && sim_intent_at(w, id)->sku != sku)
        id = sim_intent_at(w, id)->next;
    return id;
}

/* When the intent lapses is not kept but drawn again each time: the draw has an address. */
bool sim_intent_alive(sim_world *w, uint32_t shopper, const sim_intent *intent) {
    const model_interest *m = &w->p->interest;
    if (intent->state != SIM_INTENT_LIVE) return false;
    if (m->lapse_scale <= 0) return true;
    model_rng_seek(w->rng, w->key, shopper, intent->sku, MODEL_P_LAPSE, intent->cause);
    double ms = gsl_ran_weibull(w->rng, (double)m->lapse_scale, m->lapse_shape);
    return ms >= (double)(w->now - intent->formed);
}

int64_t sim_intent_lapses(sim_world *w, uint32_t shopper, const sim_intent *intent) {
    const model_interest *m = &w->p->interest;
    if (m->lapse_scale <= 0) return INT64_MAX;
    model_rng_seek(w->rng, w->key, shopper, intent->sku, MODEL_P_LAPSE, intent->cause);
    double ms = gsl_ran_weibull(w->rng, (double)m->lapse_scale, m->lapse_shape);
    return ms < 4e15 ? intent->formed + (int64_t)ms + 1 : INT64_MAX;
}

static void schedule_return(sim_world *w, uint32_t shopper, uint32_t id, uint32_t ordinal) {
    double rate = w->p->interest.return_rate;
    if (rate <= 0) return;
    sim_intent *intent = sim_intent_at(w, id);
    if (w->p->shoppers.tiers) rate *= w->p->shoppers.tier[w->shopper[shopper].tier].returns;
    if (rate <= 0) return;
    intent->return_pending = true;
    uint32_t cause = sim_return_key(intent, ordinal);
    double u = model_uniform(w->key, shopper, intent->sku, MODEL_P_RETURN_GAP, cause);
    sim_schedule(w, next_at(w, shopper, SIM_DAY / rate, u), SIM_EV_RETURN, id, ordinal);
}

/* Her first, if that is free still, or one more. SIM_NONE: no memory. */
static uint32_t new_intent(sim_world *w, uint32_t shopper, uint32_t sku) {
    sim_intent *first = &w->first[shopper];
    if (first->sku == SIM_NONE) {
        first->sku = sku;
        return shopper;
    }
    sim_further *further = sim_pool_add(&w->further, sizeof *further);
    if (!further) {
        w->failed = true;
        return SIM_NONE;
    }
    *further = (sim_further){.shopper = shopper, .intent = {.sku = sku, .state = SIM_INTENT_DONE}};
    further->intent.next = first->next;
    return first->next = w->shoppers + (uint32_t)(w->further.n - 1);
}

static void keep_signal(sim_world *w, uint32_t shopper, uint32_t sku, int64_t at) {
    store_signal_row *row = sim_pool_add(&w->signals, sizeof *row);
    if (row)
        *row = (store_signal_row){.at = at, .shopper = shopper, .sku = sku};
    else
        w->failed = true;
}

/* A signal at time `at` (before the start for those who wait already). It renews an intent that lapsed. */
void sim_signal(sim_world *w, uint32_t shopper, uint32_t sku, int source, uint32_t cause, int64_t at) {
    uint32_t id = sim_intent_find(w, shopper, sku);
    if (id == SIM_NONE && (id = new_intent(w, shopper, sku)) == SIM_NONE) return;
    sim_intent *intent = sim_intent_at(w, id);
    if (!sim_intent_alive(w, shopper, intent)) {
        SIM_COUNT(w, signals, 1);
        if (w->now >= w->warm) w->out->tier[w->shopper[shopper].tier].asked += 1;
    }
    intent->formed = at;
    intent->cause = cause;
    intent->state = SIM_INTENT_LIVE;
    if (w->retargets) sim_retarget_wish(w, shopper, id);
    if (w->last_source) w->last_source[shopper] = (uint8_t)source;
    if (!intent->return_pending) schedule_return(w, shopper, id, 0);
    bis_event e = {.at = at, .kind = BIS_EV_INTEREST, .shopper = shopper, .sku = sku};
    e.as.interest.source = (bis_source)source;
    e.as.interest.quantity = 1;
    if (w->log == SIM_LOG_EACH) keep_signal(w, shopper, sku, at);
    sim_tell(w, &e);
    if (sim_probes(w, shopper)) sim_probe_signal(w, sku, source, cause, at);
}

void sim_on_return(sim_world *w, const sim_event *e) {
    sim_intent *intent = sim_intent_at(w, e->a);
    uint32_t shopper = sim_intent_owner(w, e->a);
    intent->return_pending = false;
    if (!sim_intent_alive(w, shopper, intent)) return;
    uint32_t cause = sim_return_key(intent, e->b);
    uint32_t sku = intent->sku;
    bool in_stock = w->sku[sku].shown[SIM_STOREFRONT] > 0;
    if (!in_stock &&
        sim_substitutes(w, shopper, sku, SIM_HOW_RETURN, SIM_NONE, MODEL_P_SUBSTITUTE_RETURN, cause))
        return;
    bool buys = in_stock && happens(w, w->p->interest.return_buy, shopper, sku, MODEL_P_RETURN_BUY, cause);
    if (buys && w->held)
        sim_cart_fill(w, shopper, sku, SIM_HOW_RETURN, e->a, e->b);
    else if (buys)
        sim_order_place(w, shopper, sku, SIM_HOW_RETURN, SIM_NONE);
    else
        schedule_return(w, shopper, e->a, e->b + 1);
}

void sim_return_again(sim_world *w, uint32_t intent, uint32_t ordinal) {
    if (!sim_intent_at(w, intent)->return_pending)
        schedule_return(w, sim_intent_owner(w, intent), intent, ordinal + 1);
}

/* ---- visits ---- */

static uint32_t looked_at(const sim_world *w, uint32_t shopper, uint32_t ordinal) {
    uint32_t n = w->variants ? w->products : w->skus;
    uint32_t pick = 0;
    if (n > 1)
        pick = model_pick(w->popularity, n,
                          model_uniform(w->key, shopper, MODEL_NOBODY, MODEL_P_VISIT_WHAT, ordinal));
    return w->variants ? pick * w->variants + w->shopper[shopper].variant : pick;
}

/* By one number: whoever would have bought may buy something else, and leaves no signal then. */
static void find_sold_out(sim_world *w, const sim_visit *v, uint32_t sku) {
    const uint32_t shopper = v->shopper, ordinal = v->ordinal;
    if (w->p->substitution.visits && v->buys &&
        sim_substitutes(w, shopper, sku, SIM_HOW_VISIT, SIM_NONE, MODEL_P_SUBSTITUTE_VISIT, ordinal))
        return;
    if (v->act < w->ahead.odds.signal[MODEL_SOURCES - 1])
        sim_signal(w, shopper, sku, sim_visit_signal(w, v), ordinal, w->now);
}

/* Visit k's block of two uniforms: the time to visit k + 1, and what she does on visit k. */
void sim_on_visit(sim_world *w, const sim_event *e) {
    sim_visit spare;
    const sim_visit *v = sim_visit_now(w, e, &spare);
    w->visits++;
    sim_schedule(w, v->next_at, SIM_EV_VISIT, v->shopper, v->ordinal + 1);
    uint32_t sku = w->one_product ? v->sku : looked_at(w, v->shopper, v->ordinal);
    bool in_stock = w->in_stock[sku];
    if (!(in_stock ? v->buys : v->signals)) { /* as most */
        if (__builtin_expect(w->retargets, 0) && !in_stock && !sim_sated(w, v->shopper))
            sim_retarget_visit(w, v->shopper, sku, v->ordinal);
        return;
    }
    if (sim_sated(w, v->shopper)) return;
    if (in_stock && w->held)
        sim_cart_fill(w, v->shopper, sku, SIM_HOW_VISIT, SIM_NONE, v->ordinal);
    else if (in_stock)
        sim_order_place(w, v->shopper, sku, SIM_HOW_VISIT, SIM_NONE);
    else
        find_sold_out(w, v, sku);
}

/* ---- anonymous demand ---- */

static void schedule_organic(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    if (k->organic_mean <= 0) return;
    double u = model_uniform(w->key, MODEL_NOBODY, sku, MODEL_P_ORGANIC_GAP, k->organic++);
    sim_schedule(w, next_at(w, SIM_NONE, k->organic_mean, u), SIM_EV_ORGANIC, sku, 0);
}

void sim_on_organic(sim_world *w, const sim_event *e) {
    uint32_t next = w->sku[e->a].organic;
    schedule_organic(w, e->a);
    bool shown = w->sku[e->a].shown[SIM_STOREFRONT] > 0;
    if (shown && w->held)
        sim_cart_fill(w, SIM_NONE, e->a, SIM_HOW_ORGANIC, SIM_NONE, next);
    else if (shown)
        sim_order_place(w, SIM_NONE, e->a, SIM_HOW_ORGANIC, SIM_NONE);
    else if (!w->p->substitution.organic ||
             !sim_substitutes(w, SIM_NONE, e->a, SIM_HOW_ORGANIC, SIM_NONE, MODEL_P_SUBSTITUTE_ORGANIC,
                              w->sku[e->a].organic))
        SIM_COUNT(w, organic_lost, 1);
}

/* ---- the start ---- */

bool sim_shoppers_init(sim_world *w) {
    w->shopper = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->shopper);
    w->first = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->first);
    if (!w->shopper || !w->first) return false;
    for (uint32_t i = 0; i < w->shoppers; i++)
        w->first[i] = (sim_intent){.sku = SIM_NONE, .next = SIM_NONE, .state = SIM_INTENT_DONE};
    return true;
}

void sim_shoppers_start(sim_world *w) {
    for (uint32_t i = 0; i < w->skus; i++)
        schedule_organic(w, i);
    for (uint32_t from = 0; from < w->shoppers; from += SIM_AHEAD)
        sim_visit_first(w, from, w->shoppers - from < SIM_AHEAD ? w->shoppers - from : SIM_AHEAD);
}
