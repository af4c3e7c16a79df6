/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * substitute.c - what is bought instead by who finds it sold out: another variant of the product, else
 * another product, else nothing.
 *
 * Another variant is one of those that the storefront shows, by the size curve. Another product is a choice
 * by a multinomial logit: of those that the storefront shows in the variant wanted, each has the weight
 * across x its share of the popularity of all others, and buying nothing has 1 - across (McFadden,
 * Conditional logit analysis of qualitative choice behavior, 1974). So `across` is the chance that something
 * is bought if all others are there. With a trace SKUs have no variants, and popularity is theirs.
 *
 * And the other side of it: for a share of shoppers all products meet one need, so that one of them bought
 * makes all others needless, also where everything is there.
 */
#include "sim/substitute.h"

#include "sim/memory.h"

/* How much a SKU is asked for, against others of its product, or of other products. */
static double weight_in_product(const sim_world *w, uint32_t sku) {
    if (w->variants) return w->curve[sku % w->variants];
    return w->popularity[sku] - (sku > 0 ? w->popularity[sku - 1] : 0);
}

static double popularity(const sim_world *w, uint32_t option) {
    return w->popularity[option] - (option > 0 ? w->popularity[option - 1] : 0);
}

/* The SKUs among which those of one product lie. */
static uint32_t first_of(const sim_world *w, uint32_t sku) {
    return w->variants ? sku - sku % w->variants : 0;
}
static uint32_t end_of(const sim_world *w, uint32_t sku) {
    return w->variants ? first_of(w, sku) + w->variants : w->skus;
}

static bool other_variant(const sim_world *w, uint32_t sku, uint32_t wanted) {
    return sku != wanted && w->in_stock[sku] && w->sku[sku].product == w->sku[wanted].product;
}

/* u in [0, 1); SIM_NONE: there is no other. */
static uint32_t within(const sim_world *w, uint32_t wanted, double u) {
    double all = 0;
    uint32_t taken = SIM_NONE;
    for (uint32_t i = first_of(w, wanted); i < end_of(w, wanted); i++)
        if (other_variant(w, i, wanted)) all += weight_in_product(w, i);
    u *= all;
    for (uint32_t i = first_of(w, wanted); i < end_of(w, wanted) && u >= 0; i++) {
        if (!other_variant(w, i, wanted) || !(weight_in_product(w, i) > 0)) continue;
        taken = i;
        u -= weight_in_product(w, i);
    }
    return taken;
}

/* The SKU of another product that an option of popularity stands for; SIM_NONE if it is none, or sold out. */
static uint32_t offered(const sim_world *w, uint32_t option, uint32_t wanted) {
    uint32_t sku = w->variants ? option * w->variants + wanted % w->variants : option;
    return w->in_stock[sku] && w->sku[sku].product != w->sku[wanted].product ? sku : SIM_NONE;
}

static uint32_t across(const sim_world *w, uint32_t wanted, double u) {
    const double p = w->p->substitution.across;
    const uint32_t options = w->variants ? w->products : w->skus;
    double others = 0, there = 0;
    for (uint32_t i = 0; i < options; i++) {
        bool other = (w->variants ? i : w->sku[i].product) != w->sku[wanted].product;
        if (!other) continue;
        others += popularity(w, i);
        if (offered(w, i, wanted) != SIM_NONE) there += popularity(w, i);
    }
    if (!(there > 0)) return SIM_NONE;
    u *= (1 - p) * others + p * there;
    if (u >= p * there) return SIM_NONE;
    uint32_t taken = SIM_NONE;
    for (uint32_t i = 0; i < options && u >= 0; i++) {
        uint32_t sku = offered(w, i, wanted);
        if (sku == SIM_NONE || !(popularity(w, i) > 0)) continue;
        taken = sku;
        u -= p * popularity(w, i);
    }
    return taken;
}

uint32_t sim_substitute(const sim_world *w, uint32_t shopper, uint32_t wanted, model_purpose purpose,
                        uint32_t ordinal) {
    const model_substitution *m = &w->p->substitution;
    double u[2];
    if (!sim_may_substitute(w)) return SIM_NONE;
    model_uniform2(w->key, shopper, wanted, purpose, ordinal, u);
    uint32_t taken = u[0] < m->within ? within(w, wanted, u[0] / m->within) : SIM_NONE;
    return taken == SIM_NONE && m->across > 0 ? across(w, wanted, u[1]) : taken;
}

bool sim_substitutes(sim_world *w, uint32_t shopper, uint32_t wanted, sim_how how, uint32_t touch,
                     model_purpose purpose, uint32_t ordinal) {
    uint32_t taken = sim_substitute(w, shopper, wanted, purpose, ordinal);
    if (taken == SIM_NONE) return false;
    SIM_COUNT(w, orders_substitute, 1);
    sim_order_place(w, shopper, taken, how, touch);
    uint32_t id = shopper == SIM_NONE ? SIM_NONE : sim_intent_find(w, shopper, wanted);
    if (id != SIM_NONE) sim_intent_at(w, id)->state = SIM_INTENT_DONE;
    return true;
}

bool sim_needs_init(sim_world *w) {
    if (!(w->p->substitution.one_need > 0)) return true;
    w->sated = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->sated);
    return w->sated != NULL;
}

void sim_need_met(sim_world *w, uint32_t shopper) {
    double u = model_uniform(w->key, shopper, MODEL_NOBODY, MODEL_P_ONE_NEED, 0);
    if (!(u < w->p->substitution.one_need)) return;
    w->sated[shopper] = true;
    for (uint32_t i = shopper; i != SIM_NONE; i = sim_intent_at(w, i)->next)
        sim_intent_at(w, i)->state = SIM_INTENT_DONE;
}
