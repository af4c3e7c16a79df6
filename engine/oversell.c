/* SPDX-License-Identifier: MIT
 *
 * oversell.c - the budget of oversell_safe: as many as keep P(buyers > units) within alpha.
 *
 * The numbers are demand.c's; this file gathers what it needs - units, pushes in flight, what was learned of
 * clicks, purchases, delays and others' demand - and asks before each slot whether one more push still fits.
 * So as not to ask anew for each of a thousand, it keeps how many more would fit if all were of the source
 * that buys most: so many are given without asking. docs/OVERSELL.md says what it promises.
 */
#include "rules.h"

#include <string.h>

#include "demand.h"

_Static_assert(BIS_DEMAND_SOURCES == (int)BIS_SOURCE_COUNT, "as many sources");

struct bis_oversell {
    bis_demand demand;
    bis_demand_setup setup;
    bis_array flying; /* of bis_flying, those of one source behind those of the one before */
    bis_array room;   /* bytes */
    uint32_t extra[BIS_SOURCE_COUNT];
    double before, limit, chance; /* P without more; the highest P allowed; P as it stands */
    int64_t certain;              /* more pushes that fit whatever their source */
    bool on;
};

bool bis_oversell_init(bis_engine *e) {
    if (e->policy.throttle.mode != BIS_THROTTLE_OVERSELL_SAFE) return true;
    struct bis_oversell *o = e->memory.allocator.resize(e->memory.allocator.context, NULL, sizeof *o);
    if (!o) return false;
    *o = (struct bis_oversell){0};
    e->oversell = o;
    e->memory.held[BIS_MEM_REST] += sizeof *o;
    return true;
}

void bis_oversell_destroy(bis_engine *e) {
    if (!e->oversell) return;
    bis_array_free(&e->memory, &e->oversell->flying, sizeof(bis_flying), BIS_MEM_REST);
    bis_array_free(&e->memory, &e->oversell->room, 1, BIS_MEM_REST);
    e->memory.allocator.resize(e->memory.allocator.context, e->oversell, 0);
    e->memory.held[BIS_MEM_REST] -= sizeof *e->oversell;
    e->oversell = NULL;
}

/* ---- what is learned ---- */

int32_t bis_oversell_bin(const bis_engine *e, bis_time delay) {
    bis_time window = e->policy.throttle.oversell.response_window;
    if (e->policy.throttle.mode != BIS_THROTTLE_OVERSELL_SAFE || delay >= window) return -1;
    return (int32_t)((double)delay / (double)window * BIS_DELAY_BINS);
}

void bis_oversell_learn(bis_engine *e, const bis_flight *f) {
    bis_learned *l = &e->learned;
    if (f->ghost || f->restock == BIS_NO_ID) return;
    bool bought = f->delay_bin >= 0;
    l->sends[f->source]++;
    l->clicks[f->source] += f->clicked;
    l->landings[f->source] += f->landed;
    l->purchases[f->source] += f->landed && bought;
    if (!bought) return;
    l->delays[f->delay_bin]++;
    l->orders++;
}

static bis_beta belief(double mean, double weight, uint64_t yes, uint64_t of) {
    return (bis_beta){mean * weight + (double)yes, (1 - mean) * weight + (double)(of - yes)};
}

/* S(a): orders in the bin of a and behind it count as later than a. */
static double survival(const bis_engine *e, bis_time age) {
    const bis_oversell_setup *s = &e->policy.throttle.oversell;
    uint64_t later = 0;
    for (int32_t bin = bis_oversell_bin(e, age); bin >= 0 && bin < BIS_DELAY_BINS; bin++)
        later += e->learned.delays[bin];
    double prior =
        bis_delay_survival0((double)s->delay_median, s->delay_sigma, (double)age, (double)s->response_window);
    return (s->delay_weight * prior + (double)later) / (s->delay_weight + (double)e->learned.orders);
}

/* ---- what is in flight ---- */

static bool add_flying(bis_engine *e, bis_flying one) {
    bis_array *flying = &e->oversell->flying;
    if (!bis_array_room(&e->memory, flying, flying->n + 1, sizeof one, BIS_MEM_REST)) return false;
    ((bis_flying *)flying->items)[flying->n++] = one;
    return true;
}

/* Pushes of one source: those queued are as fresh as can be; those of one time share their survival. */
static bool gather_source(bis_engine *e, const bis_group *group, unsigned source, size_t *n) {
    bis_time window = e->policy.throttle.oversell.response_window, at = BIS_NEVER;
    size_t from = e->oversell->flying.n;
    uint32_t queued = 0;
    for (uint32_t q = group->queue_head; q != BIS_NONE; q = bis_queued_at(e, q)->next) {
        const bis_queued *one = bis_queued_at(e, q);
        queued += one->source == source && (one->arm == BIS_TREATED || e->policy.holdout.consumes_slot);
    }
    if (queued > 0 && !add_flying(e, (bis_flying){1, queued})) return false;
    for (bis_id touch = group->flights; touch != BIS_NO_ID;) {
        const bis_flight *f = bis_flight_at(e, touch);
        if (!f || e->now - f->at >= window) break;
        touch = f->previous;
        if (f->source != source || f->bought || !f->uses_slot) continue;
        if (f->at != at && !add_flying(e, (bis_flying){survival(e, e->now - f->at), 0})) return false;
        at = f->at;
        ((bis_flying *)e->oversell->flying.items)[e->oversell->flying.n - 1].n++;
    }
    *n = e->oversell->flying.n - from;
    return true;
}

static bool gather(bis_engine *e, const bis_group *group) {
    const bis_oversell_setup *s = &e->policy.throttle.oversell;
    const bis_learned *l = &e->learned;
    bis_demand_setup *setup = &e->oversell->setup;
    size_t n[BIS_SOURCE_COUNT], from = 0;
    e->oversell->flying.n = 0;
    for (unsigned source = 0; source < BIS_SOURCE_COUNT; source++)
        if (!gather_source(e, group, source, &n[source])) return false;
    for (unsigned i = 0; i < BIS_SOURCE_COUNT; i++) {
        bis_beta click = belief(s->click, s->click_weight, l->clicks[i], l->sends[i]);
        bis_beta buy = belief(s->buy, s->buy_weight, l->purchases[i], l->landings[i]);
        const bis_flying *flying = n[i] > 0 ? (bis_flying *)e->oversell->flying.items + from : NULL;
        setup->source[i] =
            (bis_demand_setup_source){.p = bis_beta_product(click, buy), .flying = flying, .n_flying = n[i]};
        from += n[i];
    }
    return true;
}

/* Units that others are expected to want in the response window. */
static double organic(const bis_engine *e, const bis_group *group) {
    const bis_oversell_setup *s = &e->policy.throttle.oversell;
    bis_time in_stock = group->in_stock;
    if (group->in_stock_since != BIS_NEVER) in_stock += e->now - group->in_stock_since;
    double units = s->organic * s->organic_weight + (double)group->others;
    double days = s->organic_weight + (double)in_stock / (double)BIS_DAY;
    return units / days * ((double)s->response_window / (double)BIS_DAY);
}

/* ---- a batch ---- */

bool bis_oversell_begin(bis_engine *e, bis_id leader, bool *any) {
    struct bis_oversell *o = e->oversell;
    const bis_group *group = bis_group_at(e, leader);
    const bis_oversell_setup *s = &e->policy.throttle.oversell;
    o->on = *any = false;
    o->setup.units = group->level - group->unseen - e->policy.throttle.reserve_units;
    if (o->setup.units <= 0) return true;
    o->setup.organic = organic(e, group);
    bis_flight_retire(e);
    if (!gather(e, group)) return false;
    size_t bytes = bis_demand_plan(&o->demand, &o->setup);
    if (!bis_array_room(&e->memory, &o->room, bytes, 1, BIS_MEM_REST)) return false;
    bis_demand_prepare(&o->demand, o->room.items);
    memset(o->extra, 0, sizeof o->extra);
    o->before = o->chance = bis_demand_tail(&o->demand, o->extra);
    o->limit = s->scope == BIS_ALPHA_BATCH ? s->alpha : o->before + s->alpha - group->spent;
    o->certain = -1;
    o->on = true;
    /* Where it is too likely already that some are let down, by others' demand or by chance, one more hardly
     * adds to that likelihood and would all but surely be let down: nobody is told. */
    *any = o->before <= s->alpha;
    return true;
}

static double with(struct bis_oversell *o, unsigned source, uint32_t more) {
    uint32_t extra[BIS_SOURCE_COUNT];
    memcpy(extra, o->extra, sizeof extra);
    extra[source] += more;
    return bis_demand_tail(&o->demand, extra);
}

/* The source of which one more push adds most. */
static unsigned worst_source(const bis_engine *e) {
    struct bis_oversell *o = e->oversell;
    unsigned worst = 0;
    double most = -1;
    for (unsigned i = 0; i < BIS_SOURCE_COUNT; i++) {
        if (!e->policy.interest.source[i].enabled) continue;
        double p = o->setup.source[i].p.a / (o->setup.source[i].p.a + o->setup.source[i].p.b);
        if (p > most) {
            most = p;
            worst = i;
        }
    }
    return worst;
}

/* How many more of a source fit: by doubling, then by halving. */
static uint32_t most_of(struct bis_oversell *o, unsigned source) {
    uint32_t fits = 0, not = 1;
    while (not < UINT32_MAX / 4 && with(o, source, not ) <= o->limit) {
        fits = not ;
        not *= 2;
    }
    while (not -fits > 1) {
        uint32_t middle = fits + (not -fits) / 2;
        if (with(o, source, middle) <= o->limit)
            fits = middle;
        else
            not = middle;
    }
    return fits;
}

bool bis_oversell_fits(bis_engine *e, bis_source source) {
    struct bis_oversell *o = e->oversell;
    unsigned worst = worst_source(e);
    /* A mixture could still exceed what its worst part alone does, as their Betas differ in spread; so only
     * those of the worst source itself are counted on. */
    if (o->certain < 0) o->certain = most_of(o, worst);
    if ((unsigned)source == worst) {
        if (o->certain == 0) return false;
        o->certain--;
        o->extra[source]++;
        return true;
    }
    if (with(o, (unsigned)source, 1) > o->limit) return false;
    o->extra[source]++;
    o->certain = -1;
    return true;
}

void bis_oversell_end(bis_engine *e, bis_group *group) {
    struct bis_oversell *o = e->oversell;
    if (!o->on) return;
    o->chance = bis_demand_tail(&o->demand, o->extra);
    group->spent += o->chance - o->before;
    o->on = false;
}
