/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * after.c - what follows an order: an oversold one is cancelled, others may be sent back or be followed by
 * one more; and contacts with support.
 *
 * Draws are addressed by the buyer, the SKU and the number of the order among hers, so that what becomes of
 * her first order is the same whatever led to it; of strangers, by the number of the arrival. A returned
 * order leaves net revenue and the outcomes that it counted in, whenever it comes back before the end.
 */
#include "sim/world.h"

#include "sim/memory.h"

bool sim_after_init(sim_world *w) {
    const scenario_params *p = w->p;
    w->retargets = p->retargeting.reach > 0 && w->twin != SIM_NOBODY_NO_ADS;
    w->follows = !model_span_is_zero(&p->after_order.cancel_after) || p->after_order.return_rate > 0 ||
                 p->support.oversold > 0 || p->repeat.rate > 0;
    size_t n = w->shoppers ? w->shoppers : 1;
    if (w->follows) w->ordered = sim_memory_zeroed(w->memory, n, sizeof *w->ordered);
    bool soon = p->repeat.rate > 0 && !w->frozen;
    if (soon) w->soon = sim_memory_zeroed(w->memory, n, sizeof *w->soon);
    return (!w->follows || w->ordered) && (!soon || w->soon);
}

void sim_after_free(sim_world *w) {
    sim_memory_free(w->ordered);
    sim_memory_free(w->soon);
    sim_memory_free(w->last_source);
}

/* ---- draws ---- */

static double drawn(const sim_world *w, const sim_after *a, model_purpose purpose) {
    return model_uniform(w->key, a->shopper, a->sku, purpose, a->number);
}

static int64_t later(sim_world *w, const model_span *span, const sim_after *a, model_purpose purpose) {
    if (model_span_is_zero(span)) return w->now;
    model_rng_seek(w->rng, w->key, a->shopper, a->sku, purpose, a->number);
    return w->now + model_span_draw(span, w->rng);
}

/* ---- support ---- */

void sim_after_sold_out(sim_world *w, const sim_touch *t) {
    double u = model_uniform(w->key, t->shopper, t->sku, MODEL_P_MONEY_SOLD_OUT, sim_touch_key(t));
    if (t->counted && u < w->p->support.sold_out)
        w->out->tally[t->later == SIM_LATER_NOT ? STORE_T_support_sends : STORE_T_support_later] += 1;
}

/* Whose fault it is goes by where the order was placed. */
static void may_contact(sim_world *w, const sim_after *a, double p) {
    if (!a->counted || p <= 0 || drawn(w, a, MODEL_P_MONEY_SUPPORT) >= p) return;
    store_tally tally = STORE_T_support_others;
    if (a->how == SIM_HOW_PUSH) tally = STORE_T_support_sends;
    if (a->how == SIM_HOW_REMINDER || a->how == SIM_HOW_FOLLOWUP) tally = STORE_T_support_later;
    w->out->tally[tally] += 1;
}

/* ---- what happens ---- */

static void cancelled(sim_world *w, const sim_after *a) {
    if (a->counted) w->out->tally[STORE_T_cancelled_orders] += 1;
    may_contact(w, a, w->p->support.oversold);
}

static void take_back_credit(sim_world *w, const sim_after *a, double price) {
    if (a->truly) w->out->tally[STORE_T_credited_revenue_true] -= price;
    if (a->credit == SIM_CREDIT_LATER) w->out->tally[STORE_T_later_revenue] -= price;
    if (a->credit != SIM_CREDIT_FIRST) return;
    w->out->tally[STORE_T_credited_revenue] -= price;
    if (w->by_template) w->out->template[a->template].revenue -= price;
}

static void returned(sim_world *w, const sim_after *a) {
    double price = sim_price(w, a->sku);
    if (a->counted) {
        w->out->tally[STORE_T_returned_orders] += 1;
        w->out->tally[STORE_T_returned_revenue] += price;
        sim_money_earn(w, a->sku, -1);
    }
    take_back_credit(w, a, price);
    if (a->order != SIM_NONE) SIM_ORDER(w, a->order)->returned = true;
    may_contact(w, a, w->p->support.returned);
    if (a->shopper != SIM_NONE) {
        sim_frame_take_back(w, a->shopper, a->sku, a->in);
        const bis_event e = {.at = w->now, .kind = BIS_EV_RETURN, .shopper = a->shopper, .sku = a->sku};
        sim_tell(w, &e);
    }
    if (a->restocks) sim_stock_back(w, a->sku);
}

/* She comes for one more: to a product by popularity, in her own variant. */
static void buys_again(sim_world *w, const sim_after *a) {
    double u[2];
    uint32_t n = w->variants ? w->products : w->skus, sku = 0;
    model_uniform2(w->key, a->shopper, a->sku, MODEL_P_MONEY_REPEAT, a->number, u);
    if (n > 1) sku = model_pick(w->popularity, n, u[1]);
    if (w->variants) sku = sku * w->variants + w->shopper[a->shopper].variant;
    if (w->in_stock[sku]) sim_order_place(w, a->shopper, sku, SIM_HOW_REPEAT, SIM_NONE);
}

/* ---- from the order on ---- */

static sim_after *at(const sim_world *w, uint32_t id) {
    return (sim_after *)w->after.at + id;
}

/* A copy of `a` that stays until its events are over; its number, or SIM_NONE: no memory. */
static uint32_t keep(sim_world *w, const sim_after *a) {
    uint32_t id = w->after_free;
    if (id != SIM_NONE) {
        w->after_free = at(w, id)->next_free;
    } else {
        if (!sim_pool_add(&w->after, sizeof *a)) {
            w->failed = true;
            return SIM_NONE;
        }
        id = (uint32_t)(w->after.n - 1);
    }
    *at(w, id) = *a;
    return id;
}

static void follow(sim_world *w, uint32_t id, int64_t when, sim_after_what what) {
    if (when >= w->end) return;
    at(w, id)->pending++;
    sim_schedule(w, when, SIM_EV_AFTER, id, what);
}

static void was_oversold(sim_world *w, const sim_after *a) {
    int64_t when = later(w, &w->p->after_order.cancel_after, a, MODEL_P_MONEY_CANCEL_DELAY);
    if (when == w->now) { /* no event of its own */
        cancelled(w, a);
        return;
    }
    uint32_t id = when < w->end ? keep(w, a) : SIM_NONE;
    if (id != SIM_NONE) follow(w, id, when, SIM_AFTER_CANCELLED);
}

static void was_sold(sim_world *w, sim_after *a) {
    const model_after_order *m = &w->p->after_order;
    const model_repeat *repeat = &w->p->repeat;
    int64_t back_at = w->end, again_at = w->end;
    if (m->return_rate > 0) {
        double u[2];
        model_uniform2(w->key, a->shopper, a->sku, MODEL_P_MONEY_RETURN, a->number, u);
        a->restocks = u[1] < m->return_restocks;
        if (u[0] < m->return_rate) back_at = later(w, &m->return_delay, a, MODEL_P_MONEY_RETURN_DELAY);
    }
    if (a->shopper != SIM_NONE && repeat->rate > 0 && drawn(w, a, MODEL_P_MONEY_REPEAT) < repeat->rate)
        again_at = later(w, &repeat->delay, a, MODEL_P_MONEY_REPEAT_DELAY);
    if (back_at >= w->end && again_at >= w->end) return;
    uint32_t id = keep(w, a);
    if (id == SIM_NONE) return;
    follow(w, id, back_at, SIM_AFTER_RETURNED); /* first, if at the same time */
    follow(w, id, again_at, SIM_AFTER_AGAIN);
}

void sim_after_order(sim_world *w, const sim_order *o, unsigned in, uint32_t order) {
    sim_after a = {.shopper = o->shopper, .sku = o->sku, .order = order, .how = o->how};
    a.number = o->shopper != SIM_NONE ? w->ordered[o->shopper]++ : w->sku[o->sku].organic;
    a.in = (uint8_t)in;
    a.truly = o->truly;
    a.counted = w->now >= w->warm;
    const sim_touch *t = o->touch != SIM_NONE ? sim_touch_at(w, o->touch) : NULL;
    if (t && t->counted) {
        a.credit = t->later == SIM_LATER_NOT ? SIM_CREDIT_FIRST : SIM_CREDIT_LATER;
        a.template = t->template;
    }
    if (o->oversold)
        was_oversold(w, &a);
    else
        was_sold(w, &a);
}

/* The record may move or be used anew while others are told of it: a copy goes round. */
void sim_on_after(sim_world *w, const sim_event *e) {
    sim_after *kept = at(w, e->a);
    if (e->b == SIM_AFTER_RETURNED) kept->returned = true;
    sim_after a = *kept;
    if (--kept->pending == 0) {
        kept->next_free = w->after_free;
        w->after_free = e->a;
    }
    if (e->b != SIM_AFTER_AGAIN && sim_probes(w, a.shopper))
        sim_probe_after(w, a.sku, e->b == SIM_AFTER_RETURNED ? SIM_SEEN_RETURNED : SIM_SEEN_CANCELLED,
                        a.restocks);
    switch ((sim_after_what)e->b) {
    case SIM_AFTER_CANCELLED: cancelled(w, &a); break;
    case SIM_AFTER_RETURNED: returned(w, &a); break;
    case SIM_AFTER_AGAIN:
        if (!a.returned) buys_again(w, &a);
        break;
    }
}
