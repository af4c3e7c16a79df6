/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ahead.c - what the next events will need: their records fetched into the cache, their random numbers drawn.
 *
 * A world of millions of shoppers does not fit into the cache, and a draw takes longer than what is done with it. The
 * queue knows the next events in their order, so both are begun before an event's turn, for SIM_AHEAD events at a
 * time, in three steps, each of which needs what the one before has fetched:
 *
 *   fetch  two to three steps ahead: the event's own record, a shopper or a touch
 *   draw   one to two steps ahead: the visits' numbers, several in one go; then what those who will act need
 *   near   up to one step ahead: her interest, which the engine finds through her
 *
 * All of it is a guess that costs time when it is wrong and changes nothing: a visit whose numbers are not at the front
 * when its turn comes, because an event pushed meanwhile went first, draws its own.
 */
#include "sim/world.h"

#include <math.h>

/* The signal left on a sold-out page, or -1: at most one, by one uniform. */
static int signal_left(const sim_world *w, double u) {
    for (int source = 0; source < MODEL_SOURCES; source++) {
        if (u < w->p->interest.signal[source]) return source;
        u -= w->p->interest.signal[source];
    }
    return -1;
}

/* What the two numbers of a visit's block mean. 1 - u is exact: u is a multiple of 2^-53. */
static sim_visit meaning(const sim_world *w, uint32_t shopper, uint32_t ordinal, const double u[2]) {
    return (sim_visit){.shopper = shopper,
                       .ordinal = ordinal,
                       .wait = -log(1 - u[0]),
                       .source = (int8_t)signal_left(w, u[1]),
                       .buys = u[1] < w->p->shoppers.visit_buy};
}

sim_visit sim_visit_draw(const sim_world *w, uint32_t shopper, uint32_t ordinal) {
    double u[2];
    model_uniform2(w->key, shopper, MODEL_NOBODY, MODEL_P_VISIT, ordinal, u);
    return meaning(w, shopper, ordinal, u);
}

/* GCC takes a function that only prefetches for one that does nothing, and drops its calls: so these are inlined
 * before it gets to think so. */
#define SIM_HINT inline __attribute__((always_inline))

static SIM_HINT void fetch(const sim_world *w, const sim_event *e) {
    switch (e->kind) {
    case SIM_EV_VISIT: __builtin_prefetch(&w->shopper[e->a], 1); break;
    case SIM_EV_RETURN: __builtin_prefetch(sim_intent_at(w, e->a), 1); break;
    case SIM_EV_SHOWN:
    case SIM_EV_OPEN:
    case SIM_EV_LAND: __builtin_prefetch(sim_touch_at(w, e->a), 1); break;
    default: break;
    }
}

/* Which page she will see is known where there is one product; else she is taken to find it sold out. */
static SIM_HINT bool acts(const sim_world *w, const sim_visit *v) {
    bool in_stock =
        w->skus == w->variants && w->sku[w->shopper[v->shopper].variant].shown[SIM_STOREFRONT] > 0;
    return in_stock ? v->buys : v->source >= 0;
}

static SIM_HINT void fetch_visit(const sim_world *w, const sim_visit *v) {
    if (!acts(w, v)) return;
    const sim_intent *first = &w->shopper[v->shopper].first;
    if (first->next != SIM_NONE) __builtin_prefetch(sim_intent_at(w, first->next), 1);
    if (v->buys) __builtin_prefetch(&w->unit[v->shopper], 1);
    bis_engine_expect(w->engine, v->shopper, 0);
}

static SIM_HINT void fetch_touched(const sim_world *w, const sim_event *e) {
    const sim_touch *t = sim_touch_at(w, e->a);
    __builtin_prefetch(sim_intent_at(w, t->intent), 1);
    __builtin_prefetch(&w->unit[t->shopper], 1);
    bis_engine_expect(w->engine, t->shopper, 0);
}

/* Draws for the visits from a->drawn on and before `until`, and looks at the other events there. */
static void draw(sim_world *w, const sim_event *until) {
    enum { MOST = 2 * SIM_AHEAD };
    sim_ahead *a = &w->ahead;
    uint32_t *shopper = a->shopper, *ordinal = a->ordinal, n = 0;
    double u[MOST][2];
    for (; a->drawn < until; a->drawn++) {
        if (a->drawn->kind == SIM_EV_VISIT) {
            shopper[n] = a->drawn->a;
            ordinal[n++] = a->drawn->b;
        } else if (a->drawn->kind == SIM_EV_OPEN || a->drawn->kind == SIM_EV_LAND) {
            fetch_touched(w, a->drawn);
        }
    }
    model_uniform2_many(w->key, n, shopper, MODEL_NOBODY, MODEL_P_VISIT, ordinal, u);
    for (uint32_t i = 0; i < n; i++, a->n++) {
        sim_visit *v = &a->visit[a->n % SIM_AHEAD_RING];
        *v = meaning(w, shopper[i], ordinal[i], u[i]);
        fetch_visit(w, v);
    }
}

void sim_ahead_look(sim_world *w, const sim_event *next, size_t n) {
    sim_ahead *a = &w->ahead;
    if (n == 0) {
        a->from = a->until = NULL;
        return;
    }
    if (next != a->until) { /* another bucket */
        a->fetched = a->drawn = next;
        a->n = a->taken = a->neared = 0;
    }
    size_t step = n < SIM_AHEAD ? n : SIM_AHEAD;
    size_t two = n < 2 * SIM_AHEAD ? n : 2 * SIM_AHEAD, three = n < 3 * SIM_AHEAD ? n : 3 * SIM_AHEAD;
    a->from = next;
    a->until = next + step;
    for (; a->neared < a->n; a->neared++) {
        const sim_visit *v = &a->visit[a->neared % SIM_AHEAD_RING];
        if (acts(w, v)) bis_engine_expect(w->engine, v->shopper, 1);
    }
    for (; a->fetched < next + three; a->fetched++)
        fetch(w, a->fetched);
    draw(w, next + two);
}
