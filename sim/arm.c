/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arm.c - the engines of a world, one for each arm of the policy, and the pump between them and the world.
 *
 * Every engine hears of the shop: catalog, stock, orders. Of a shopper - her profile, signals, consents and
 * receipts - only the engine of her arm does, and an order of hers is to the others an order of somebody whom
 * they do not know: so each arm reckons with the others' buyers as with any demand that it did not cause.
 *
 * The engines are only ever called from here. Their decisions are handled after the call that made them, and
 * handlers never call them back: what they cause becomes an event, at the same instant if need be.
 */
#include "sim/world.h"

#include <stdlib.h>

#include "sim/memory.h"

/* ---- their life ---- */

/* Of a twin, the holdout is all or nobody, in every arm alike. */
static bool create_engine(sim_world *w, sim_arm *a) {
    bis_policy policy = *a->policy;
    if (w->twin != SIM_BASE) { /* by shopper, or a restock's unit would let predictive notices through */
        policy.holdout.unit = BIS_UNIT_SHOPPER;
        policy.holdout.fraction = w->twin != SIM_ALL;
        policy.holdout.product_fraction = 0;
    }
    const bis_allocator allocator = {.resize = sim_memory_resize, .context = w->memory};
    if (bis_engine_create(&policy, &allocator, &a->engine) != BIS_OK) return false;
    a->needs_orders = bis_engine_needs_orders(a->engine);
    for (size_t i = 0; i < w->s->zones; i++)
        if (bis_engine_zone(a->engine, (uint8_t)i, &w->s->zone[i]) != BIS_OK) return false;
    return /* Room costs nothing until it is used, and an array that never grows is never copied. */
        bis_engine_reserve(a->engine, w->shoppers, w->skus, w->shoppers) == BIS_OK;
}

void sim_arms_init(sim_world *w) {
    uint8_t template[SCENARIO_ARMS_MAX][BIS_TEMPLATES_MAX] = {0};
    scenario_templates(w->s, NULL, template);
    w->arms = w->p->arms ? (uint32_t)w->p->arms : 1;
    for (uint32_t i = 0; i < w->arms; i++) {
        sim_arm *a = &w->arm[i];
        a->number = i;
        a->campaigns.memory = a->touches.memory = w->memory;
        a->policy = scenario_policy(w->s, i);
        a->wake_at = BIS_NEVER;
        a->by_product = a->policy->trigger.match == BIS_MATCH_PRODUCT;
        for (size_t k = 0; k < BIS_TEMPLATES_MAX; k++)
            a->template[k] = template[i][k];
    }
}

bool sim_arms_create(sim_world *w) {
    w->latest = malloc((size_t)w->skus * w->arms * sizeof *w->latest);
    if (!w->latest) return false;
    for (size_t i = 0; i < (size_t)w->skus * w->arms; i++)
        w->latest[i] = SIM_NONE;
    if (w->arms > 1) {
        w->bought = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *w->bought);
        if (!w->bought) return false;
    }
    for (uint32_t i = 0; i < w->arms; i++)
        if (!create_engine(w, &w->arm[i])) return false;
    return true;
}

void sim_arms_destroy(sim_world *w) {
    for (uint32_t i = 0; i < w->arms; i++) {
        bis_engine_destroy(w->arm[i].engine);
        sim_memory_free(w->arm[i].campaigns.at);
        sim_memory_free(w->arm[i].touches.at);
    }
    sim_memory_free(w->bought);
    free(w->latest);
}

/* ---- numbers ---- */

static uint32_t number(const sim_pool *numbers, uint32_t id) {
    return ((const uint32_t *)numbers->at)[id];
}

/* The engine's number of one of its touches: they rise alike. */
static uint32_t touch_in_engine(const sim_arm *a, uint32_t touch) {
    size_t lo = 0, hi = a->touches.n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (number(&a->touches, (uint32_t)mid) <= touch)
            lo = mid;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

/* From its engine's numbers to the world's. */
static void renumber(sim_world *w, sim_arm *a, bis_decision *d) {
    if (d->restock != BIS_NO_ID) d->restock = number(&a->campaigns, d->restock);
    if (d->follows != BIS_NO_ID) d->follows = number(&a->touches, d->follows);
    if (d->touch == BIS_NO_ID) return;
    if (d->touch != a->touches.n) w->broken = "an engine's touch ids are not consecutive";
    uint32_t *next = sim_pool_add(&a->touches, sizeof *next);
    if (next)
        *next = d->touch = w->touches.next;
    else
        w->failed = true;
}

uint32_t sim_decision_arm(const sim_world *w, const bis_decision *d) {
    return d->shopper != BIS_NO_ID ? sim_arm_number(w, d->shopper) : SIM_CAMPAIGN(w, d->restock)->arm;
}

/* ---- what they decide ---- */

/* Decisions come in batches, and their shoppers from all over memory: those of the next ones are asked for
 * ahead, in two steps. Inlined, for GCC takes a function that only prefetches for one that does nothing. */
#define SIM_HINT inline __attribute__((always_inline))
enum { FAR = 10, NEAR = 4 };

static SIM_HINT void expect_decision(const sim_world *w, uint32_t shopper) {
    if (shopper == BIS_NO_ID) return;
    __builtin_prefetch(&w->shopper[shopper]);
    __builtin_prefetch(&w->unit[shopper], 1);
    __builtin_prefetch(&w->first[shopper].formed, 1);
    __builtin_prefetch(&w->first[shopper].state, 1);
}

static SIM_HINT void expect_intent(const sim_world *w, uint32_t shopper) {
    if (shopper != BIS_NO_ID && w->first[shopper].next != SIM_NONE)
        __builtin_prefetch(sim_intent_at(w, w->first[shopper].next), 1);
}

static inline bool probed(sim_world *w, const sim_arm *a) {
    return sim_probing(w) && sim_arm_of(w, w->probe->shopper) == a;
}

/* Takes in what the last call of the engine decided, and sees that its next wake is in the queue. */
static void take_in(sim_world *w, sim_arm *a, const bis_decision *d, size_t n) {
    sim_observe_campaigns(w, a);
    if (probed(w, a)) sim_probe_opened(w);
    for (size_t i = 0; i < n && i < FAR; i++)
        expect_decision(w, d[i].shopper);
    for (size_t i = 0; i < n && !sim_over(w); i++) {
        if (i + FAR < n) expect_decision(w, d[i + FAR].shopper);
        if (i + NEAR < n) expect_intent(w, d[i + NEAR].shopper);
        if (w->arms == 1) {
            sim_on_decision(w, &d[i]);
            continue;
        }
        bis_decision here = d[i];
        renumber(w, a, &here);
        if (!sim_over(w)) sim_on_decision(w, &here);
    }
    if (w->answers.n > 0) sim_push_answers(w);
    if (probed(w, a)) sim_probe_closed(w);
    int64_t wake = bis_engine_next_wake(a->engine);
    if (wake < a->wake_at) {
        a->wake_at = wake;
        sim_schedule(w, wake, SIM_EV_WAKE, a->number, 0);
    }
}

/* Mostly there is nothing. */
static inline void pump(sim_world *w, sim_arm *a) {
    const bis_decision *d;
    size_t n = bis_engine_outbox(a->engine, &d);
    if (n > 0 || bis_engine_next_wake(a->engine) < a->wake_at ||
        bis_engine_restock_count(a->engine) != a->campaigns.n)
        take_in(w, a, d, n);
}

static void check(sim_world *w, bis_status status) {
    if (status == BIS_NO_MEMORY)
        w->failed = true;
    else if (status != BIS_OK && !w->broken)
        w->broken = bis_status_text(status);
}

/* ---- what they are told ---- */

static inline void tell(sim_world *w, sim_arm *a, const bis_event *event) {
    check(w, bis_engine_apply(a->engine, event));
    pump(w, a);
}

/* Where all would send at once, the first to hear of units is the first at the provider: so who that is, is
 * drawn anew for each level. */
static void tell_all(sim_world *w, const bis_event *event) {
    uint32_t first = 0;
    if (event->kind == BIS_EV_STOCK) {
        double u = model_uniform(w->key, MODEL_NOBODY, event->sku, MODEL_P_ARM_FIRST,
                                 (uint32_t)event->as.stock.version);
        first = (uint32_t)(u * w->arms);
    }
    for (uint32_t i = 0; i < w->arms; i++)
        tell(w, &w->arm[(first + i) % w->arms], event);
}

static void tell_hers(sim_world *w, const bis_event *event) {
    sim_arm *a = sim_arm_of(w, event->shopper);
    bis_event to = *event;
    if (to.kind == BIS_EV_RECEIPT) to.as.receipt.touch = touch_in_engine(a, to.as.receipt.touch);
    tell(w, a, &to);
}

void sim_tell(sim_world *w, const bis_event *event) {
    if (w->arms == 1)
        tell(w, w->arm, event);
    else if (event->shopper != BIS_NO_ID)
        tell_hers(w, event);
    else
        tell_all(w, event);
}

void sim_tell_order(sim_world *w, const bis_event *event) {
    if (w->arms == 1) {
        if (event->shopper != BIS_NO_ID || w->arm->needs_orders) tell(w, w->arm, event);
        return;
    }
    for (uint32_t i = 0; i < w->arms; i++) {
        sim_arm *a = &w->arm[i];
        bis_event order = *event;
        if (order.shopper != BIS_NO_ID && sim_arm_of(w, order.shopper) != a) order.shopper = BIS_NO_ID;
        if (order.shopper != BIS_NO_ID || a->needs_orders) tell(w, a, &order);
    }
}

/* ---- their time ---- */

void sim_on_wake(sim_world *w, const sim_event *e) {
    sim_arm *a = &w->arm[e->a];
    a->wake_at = BIS_NEVER;
    if (probed(w, a)) sim_probe_wake(w);
    check(w, bis_engine_advance(a->engine, w->now));
    pump(w, a);
}

void sim_arms_settle(sim_world *w) {
    for (uint32_t i = 0; i < w->arms; i++) {
        check(w, bis_engine_settle(w->arm[i].engine, w->end));
        pump(w, &w->arm[i]);
    }
}

double sim_arms_waiting(const sim_world *w) {
    double sum = 0;
    for (uint32_t i = 0; i < w->arms; i++)
        for (uint32_t sku = 0; sku < w->skus; sku++) {
            uint32_t n;
            uint64_t units;
            bis_engine_waiting(w->arm[i].engine, sku, &n, &units);
            sum += n;
        }
    return sum;
}
