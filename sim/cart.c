/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cart.c - carts that hold a unit from the landing until it is paid for or its time is over.
 *
 * Only with reservation.ttl. A held unit is on hand and not on the shelf: views show the shelf, others cannot
 * buy it. What will become of a cart is known when it is filled, so it has one event, or two if she pays
 * after its time: then she buys as one without a cart. Where the page shows units and none is there, nothing
 * can be held, and she goes on to pay all the same.
 */
#include "sim/push_inside.h"

#include <stdlib.h>

#define CART(w, i) (&((sim_cart *)(w)->carts.at)[i])

bool sim_carts_init(sim_world *w) {
    w->carts_free = SIM_NONE;
    if (model_span_is_zero(&w->p->reservation.ttl)) return true;
    w->held = calloc(w->skus, sizeof *w->held);
    return w->held != NULL;
}

/* ---- their records ---- */

/* SIM_NONE: no memory. */
static uint32_t keep(sim_world *w, const sim_cart *cart) {
    uint32_t id = w->carts_free;
    if (id != SIM_NONE) {
        w->carts_free = CART(w, id)->next_free;
    } else {
        if (!sim_pool_add(&w->carts, sizeof(sim_cart))) {
            w->failed = true;
            return SIM_NONE;
        }
        id = (uint32_t)(w->carts.n - 1);
    }
    *CART(w, id) = *cart;
    return id;
}

static void give_back(sim_world *w, uint32_t id) {
    CART(w, id)->next_free = w->carts_free;
    w->carts_free = id;
}

/* ---- what they hold ---- */

static void book(sim_world *w, const sim_cart *c, int units) {
    if (c->shopper != SIM_NONE) sim_order_book(w, c->told, c->campaigns, c->sku, units);
}

/* Into the cart, if there is one to hold. */
static void hold(sim_world *w, sim_cart *c) {
    if (w->sku[c->sku].truth <= 0) return;
    c->told = c->shopper == SIM_NONE ? 0 : w->unit[c->shopper].told;
    c->campaigns = (uint32_t)w->campaigns.n;
    c->holds = true;
    book(w, c, 1);
    sim_stock_hold(w, c->sku);
    SIM_COUNT(w, reservations, 1);
}

void sim_cart_put_back(sim_world *w, const sim_cart *c) {
    book(w, c, -1);
    sim_stock_release(w, c->sku);
    if (sim_probes(w, c->shopper)) sim_probe_after(w, c->sku, SIM_SEEN_CART_OVER, false);
}

/* ---- what becomes of them ---- */

typedef struct {
    bool abandons;
    int64_t delay, ttl; /* ms: to the payment; that a unit is held */
} outlook;

/* [in] purpose, entity, ordinal: the address. */
static outlook look(sim_world *w, model_purpose purpose, uint32_t entity, uint32_t sku, uint32_t ordinal,
                    int64_t delay) {
    const model_reservation *m = &w->p->reservation;
    model_rng_seek(w->rng, w->key, entity, sku, purpose, ordinal);
    outlook o = {.abandons = gsl_rng_uniform(w->rng) < m->abandon, .delay = delay};
    o.ttl = model_span_draw(&m->ttl, w->rng);
    return o;
}

/* Schedules what becomes of a cart just filled, but for the payment of one from a message, which is an event
 * of the touch's. Returns its number + 1; 0: it holds nothing and waits for nothing, or w->failed. */
static uint32_t begin(sim_world *w, sim_cart *c, const outlook *o) {
    c->pays = !o->abandons;
    hold(w, c);
    if (sim_probes(w, c->shopper)) sim_probe_cart(w, c, w->now + o->ttl);
    if (!c->holds && (!c->pays || c->touch != SIM_NONE)) return 0;
    uint32_t id = keep(w, c);
    if (id == SIM_NONE) return 0;
    bool in_time = c->pays && o->delay <= o->ttl;
    if (c->holds && !in_time) sim_schedule(w, w->now + o->ttl, SIM_EV_CART, id, SIM_CART_EXPIRE);
    if (c->pays && c->touch == SIM_NONE) sim_schedule(w, w->now + o->delay, SIM_EV_CART, id, SIM_CART_PAY);
    return id + 1;
}

void sim_cart_fill(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t intent,
                   uint32_t ordinal) {
    bool returns = how == SIM_HOW_RETURN;
    uint32_t entity = shopper == SIM_NONE ? MODEL_NOBODY : shopper;
    uint32_t key = returns ? sim_return_key(sim_intent_at(w, intent), ordinal) : ordinal;
    int64_t delay = 0;
    if (!model_span_is_zero(&w->p->response.checkout)) {
        model_rng_seek(w->rng, w->key, entity, sku,
                       returns ? MODEL_P_CART_PAY_RETURN : MODEL_P_CART_PAY_VISIT, key);
        delay = model_span_draw(&w->p->response.checkout, w->rng);
    }
    model_purpose purpose = returns ? MODEL_P_CART_RETURN : MODEL_P_CART_VISIT;
    const outlook o = look(w, purpose, entity, sku, key, delay);
    if (!o.abandons && delay == 0) {
        sim_order_place(w, shopper, sku, how, SIM_NONE);
        return;
    }
    sim_cart c = {.shopper = shopper, .sku = sku, .touch = SIM_NONE, .how = (uint8_t)how};
    c.intent = intent;
    c.ordinal = ordinal;
    begin(w, &c, &o);
    if (returns && o.abandons) sim_return_again(w, intent, ordinal);
}

void sim_cart_fill_touch(sim_world *w, uint32_t touch, sim_how how, int64_t delay) {
    const sim_touch *t = sim_touch_at(w, touch);
    sim_cart c = {.shopper = t->shopper, .sku = t->sku, .touch = touch, .how = (uint8_t)how};
    const outlook o = look(w, MODEL_P_CART_PUSH, t->shopper, t->sku, sim_touch_key(t), delay);
    if (!o.abandons && delay == 0) {
        sim_order_place(w, c.shopper, c.sku, how, touch);
        return;
    }
    uint32_t b = begin(w, &c, &o);
    if (c.pays) sim_touch_schedule(w, w->now + delay, SIM_EV_CHECKOUT, touch, b);
}

/* ---- and then ---- */

/* One that is not from a message. */
static void pay(sim_world *w, const sim_cart *c) {
    bool returns = c->how == SIM_HOW_RETURN;
    if (returns && !sim_intent_alive(w, c->shopper, sim_intent_at(w, c->intent))) {
        if (c->holds) sim_cart_put_back(w, c); /* she has it already, or wants it no longer */
    } else if (c->holds) {
        sim_order_held(w, c);
    } else if (w->sku[c->sku].shown[SIM_STOREFRONT] > 0) {
        sim_order_place(w, c->shopper, c->sku, (sim_how)c->how, SIM_NONE);
    } else if (returns) {
        sim_return_again(w, c->intent, c->ordinal);
    } else if (c->how == SIM_HOW_ORGANIC) {
        SIM_COUNT(w, organic_lost, 1);
    }
}

void sim_on_cart(sim_world *w, const sim_event *e) {
    sim_cart c = *CART(w, e->a);
    CART(w, e->a)->holds = false;
    if (e->b == SIM_CART_PAY || !c.pays) give_back(w, e->a);
    if (e->b == SIM_CART_PAY)
        pay(w, &c);
    else
        sim_cart_put_back(w, &c);
}

bool sim_cart_due(sim_world *w, uint32_t b, sim_cart *out) {
    if (b == 0) return false;
    *out = *CART(w, b - 1);
    give_back(w, b - 1);
    return out->holds;
}
