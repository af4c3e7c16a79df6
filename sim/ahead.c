/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ahead.c - what the next events will need: their records fetched into the cache, their random numbers drawn.
 *
 * A world of millions of shoppers does not fit into the cache, and a draw takes longer than what is done with
 * it. The queue knows the next events in their order, so both are begun before an event's turn, for SIM_AHEAD
 * events at a time, in three steps, each of which needs what the one before has fetched:
 *
 *   fetch  two to three steps ahead: the event's own record, a shopper or a touch
 *   draw   one to two steps ahead: the visits' numbers, several in one go; then what those who will act need
 *   near   up to one step ahead: her interest, which the engine finds through her
 *
 * All of it is a guess that costs time when it is wrong and changes nothing: a visit whose numbers are not at
 * the front when its turn comes, because an event pushed meanwhile went first, draws its own.
 */
#include "sim/world.h"

void sim_ahead_init(sim_world *w) {
    sim_visit_odds *odds = &w->ahead.odds;
    odds->buys = model_below(w->p->shoppers.visit_buy);
    double sum = 0;
    for (int source = 0; source < MODEL_SOURCES; source++)
        odds->signal[source] = model_below(sum += w->p->interest.signal[source]);
    odds->sold_out = odds->signal[MODEL_SOURCES - 1];
    if (w->p->substitution.visits && odds->buys > odds->sold_out) odds->sold_out = odds->buys;
    for (int i = 0; i < MODEL_MANY_MAX; i++)
        w->ahead.lanes.sku[i] = MODEL_NOBODY;
}

/* The signal left on a sold-out page, if one is: at most one, by one uniform. */
int sim_visit_signal(const sim_world *w, const sim_visit *v) {
    int source = 0;
    while (v->act >= w->ahead.odds.signal[source])
        source++;
    return source;
}

/* From the two numbers of a visit's block: the time to the next one, at least 1 ms, and what she does. */
static inline void meaning(const sim_world *w, uint32_t shopper, uint32_t ordinal, int64_t at, double wait,
                           uint64_t act, sim_visit *out) {
    const sim_shopper *her = &w->shopper[shopper];
    out->next_at = at + 1 + (int64_t)((double)her->visit_gap * wait);
    out->act = act;
    out->shopper = shopper;
    out->ordinal = ordinal;
    out->sku = her->variant;
    out->signals = act < w->ahead.odds.sold_out;
    out->buys = act < w->ahead.odds.buys;
}

/* Likewise by her clock, where the hours differ. */
static void by_the_hour(const sim_world *w, int64_t at, double wait, sim_visit *v) {
    double ms = (double)w->shopper[v->shopper].visit_gap * wait;
    v->next_at = 1 + sim_rhythm_after(w, v->shopper, at, ms);
}

void sim_visit_draw(const sim_world *w, uint32_t shopper, uint32_t ordinal, int64_t at, sim_visit *out) {
    uint32_t word[4];
    const uint32_t counter[4] = {shopper, MODEL_NOBODY, ordinal, (uint32_t)MODEL_P_VISIT << MODEL_BLOCK_BITS};
    model_philox(w->key, counter, word);
    double wait = model_exponential(model_bits_of(word[0], word[1]));
    meaning(w, shopper, ordinal, at, wait, model_bits_of(word[2], word[3]), out);
    if (w->rhythm.on) by_the_hour(w, at, wait, out);
}

/* Visit 0 is none: its block only says when the first one is. */
void sim_visit_first(sim_world *w, uint32_t from, uint32_t n) {
    sim_ahead *a = &w->ahead;
    for (uint32_t i = 0; i < n; i++) {
        a->lanes.entity[i] = from + i;
        a->lanes.ordinal[i] = 0;
    }
    model_lanes_draw(&w->rounds, MODEL_P_VISIT, n, &a->lanes);
    model_exponential_many(&w->rounds, n, a->lanes.first, a->wait);
    for (uint32_t i = 0; i < n; i++) {
        sim_visit none;
        meaning(w, from + i, 0, w->start, a->wait[i], a->lanes.second[i], &none);
        if (w->rhythm.on) by_the_hour(w, w->start, a->wait[i], &none);
        if (w->shopper[from + i].visit_gap > 0) sim_schedule(w, none.next_at, SIM_EV_VISIT, from + i, 1);
    }
}

/* GCC takes a function that only prefetches for one that does nothing, and drops its calls: so these are
 * inlined before it gets to think so. */
#define SIM_HINT inline __attribute__((always_inline))

static SIM_HINT void fetch(const sim_world *w, const sim_event *e) {
    if (e->kind == SIM_EV_VISIT) {
        __builtin_prefetch(&w->shopper[e->a], 1);
        return;
    }
    switch (e->kind) {
    case SIM_EV_RETURN: __builtin_prefetch(sim_intent_at(w, e->a), 1); break;
    case SIM_EV_SHOWN:
    case SIM_EV_OPEN:
    case SIM_EV_LAND: __builtin_prefetch(sim_touch_at(w, e->a), 1); break;
    default: break;
    }
}

static SIM_HINT void fetch_touched(sim_world *w, const sim_event *e) {
    const sim_touch *t = sim_touch_at(w, e->a);
    __builtin_prefetch(sim_intent_at(w, t->intent), 1);
    w->ahead.buying[w->ahead.n_buying++] = t->shopper;
    bis_engine_expect(sim_engine_of(w, t->shopper), t->shopper, 0);
}

/* Those who were found to act in the last step: the interest that a signal renews, and what an order is
 * credited to. */
static SIM_HINT void near(sim_world *w) {
    sim_ahead *a = &w->ahead;
    for (uint32_t i = 0; i < a->n_acting; i++)
        bis_engine_expect(sim_engine_of(w, a->acting[i]), a->acting[i], 1);
    for (uint32_t i = 0; i < a->n_acting; i++) {
        uint32_t further = w->first[a->acting[i]].next;
        if (further != SIM_NONE) __builtin_prefetch(sim_intent_at(w, further), 1);
    }
    for (uint32_t i = 0; i < a->n_buying; i++) {
        const sim_unit *her = &w->unit[a->buying[i]];
        if (her->told) __builtin_prefetch(sim_told_at(w, her->told - 1));
        if (her->told_before) __builtin_prefetch(sim_told_at(w, her->told_before - 1));
    }
    a->n_acting = a->n_buying = 0;
}

/* Writes down who will act, without branches, which could not be foreseen. Where there are more products than
 * one, it is not known which page she will see, and this guesses. */
static inline void list(sim_world *w, const sim_visit *v) {
    sim_ahead *a = &w->ahead;
    bool buys = w->one_product & w->in_stock[v->sku] & v->buys, signals = !w->in_stock[v->sku] & v->signals;
    a->acting[a->n_acting] = a->buying[a->n_buying] = v->shopper;
    a->n_acting += buys | signals;
    a->n_buying += buys;
}

static SIM_HINT void fetch_listed(const sim_world *w) {
    const sim_ahead *a = &w->ahead;
    for (uint32_t i = 0; i < a->n_acting; i++) {
        __builtin_prefetch(&w->first[a->acting[i]].formed, 1);
        __builtin_prefetch(&w->first[a->acting[i]].state, 1);
        bis_engine_expect(sim_engine_of(w, a->acting[i]), a->acting[i], 0);
    }
    for (uint32_t i = 0; i < a->n_buying; i++)
        __builtin_prefetch(&w->unit[a->buying[i]], 1);
}

/* Draws for the visits from a->drawn on and before `until`, and looks at the other events there. */
static void draw(sim_world *w, const sim_event *until) {
    sim_ahead *a = &w->ahead;
    model_lanes *l = &a->lanes;
    uint32_t n = 0;
    for (const sim_event *e = a->drawn; e < until; e++) {
        l->entity[n] = e->a;
        l->ordinal[n] = e->b;
        a->at[n] = e->at;
        n += e->kind == SIM_EV_VISIT;
        if (e->kind == SIM_EV_OPEN || e->kind == SIM_EV_LAND) fetch_touched(w, e);
    }
    a->drawn = until;
    model_lanes_draw(&w->rounds, MODEL_P_VISIT, n, l);
    model_exponential_many(&w->rounds, n, l->first, a->wait);
    for (uint32_t i = 0; i < n; i++) {
        sim_visit *v = &a->visit[(a->n + i) % SIM_AHEAD_RING];
        meaning(w, l->entity[i], l->ordinal[i], a->at[i], a->wait[i], l->second[i], v);
        list(w, v);
    }
    for (uint32_t i = 0; w->rhythm.on && i < n; i++)
        by_the_hour(w, a->at[i], a->wait[i], &a->visit[(a->n + i) % SIM_AHEAD_RING]);
    a->n += n;
}

void sim_ahead_look(sim_world *w, const sim_event *next, size_t n) {
    sim_ahead *a = &w->ahead;
    if (n == 0) {
        a->from = a->until = a->end = NULL;
        return;
    }
    if (next != a->until || next + n != a->end) { /* another bucket */
        a->fetched = a->drawn = next;
        a->n = a->taken = a->n_acting = a->n_buying = 0;
    }
    size_t step = n < SIM_AHEAD ? n : SIM_AHEAD;
    size_t two = n < 2 * SIM_AHEAD ? n : 2 * SIM_AHEAD, three = n < 3 * SIM_AHEAD ? n : 3 * SIM_AHEAD;
    a->from = next;
    a->until = next + step;
    a->end = next + n;
    near(w);
    for (const sim_event *e = a->fetched; e < next + three; e++)
        fetch(w, e);
    a->fetched = next + three;
    draw(w, next + two);
    fetch_listed(w);
}
