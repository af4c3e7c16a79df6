/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * order.c - orders: accepted whenever the storefront let them through, oversold if the truth was 0, and
 * credited to at most one send.
 *
 * An oversold order is cancelled: it brings no revenue, is nobody's conversion and does not count as a net
 * order, but the shopper believes that she has bought, so her intent ends. When she hears of it, and what
 * else follows an order, is in after.c.
 */
#include "sim/substitute.h"

bool sim_same_scope(const sim_world *w, uint32_t a, uint32_t b) {
    switch (w->p->attribution.scope) {
    case 0: return a == b;
    case 1: return w->sku[a].product == w->sku[b].product;
    default: return true;
    }
}

/* The send that an order is credited to: the last click inside its window, else the last delivery inside
 * its own; SIM_NONE if neither. [in] observed: by the clicks that the shop can link, else by all. */
static uint32_t credited_touch(const sim_world *w, uint32_t shopper, uint32_t sku, bool observed) {
    const model_attribution *m = &w->p->attribution;
    uint32_t by_click = SIM_NONE, by_view = SIM_NONE;
    int64_t click_at = w->now - m->click, view_at = w->now - m->view;
    for (uint32_t i = w->unit[shopper].told - 1; i != SIM_NONE; i = sim_told_at(w, i)->prev) {
        const sim_touch *t = sim_touch_at(w, i);
        if (!t) continue; /* its windows have passed */
        if (!sim_same_scope(w, t->sku, sku)) continue;
        if (m->click > 0 && t->landed_at != STORE_NONE && t->landed_at >= click_at &&
            (!observed || sim_click_linked(w, t))) {
            if (by_click == SIM_NONE || t->landed_at > sim_touch_at(w, by_click)->landed_at) by_click = i;
        }
        if (m->view > 0 && t->shown_at != STORE_NONE && t->shown_at >= view_at) {
            if (by_view == SIM_NONE || t->shown_at > sim_touch_at(w, by_view)->shown_at) by_view = i;
        }
    }
    return by_click != SIM_NONE ? by_click : by_view;
}

static void credit(sim_world *w, uint32_t touch, double revenue) {
    sim_touch *t = sim_touch_at(w, touch);
    if (w->times.n) {
        sim_touch_times *times = (sim_touch_times *)w->times.at + touch;
        if (times->ordered_at == STORE_NONE) times->ordered_at = w->now;
    }
    if (!t->counted) return;
    double *tally = w->out->tally;
    if (t->later != SIM_LATER_NOT) {
        tally[STORE_T_later_orders] += 1;
        tally[STORE_T_later_revenue] += revenue;
        tally[STORE_T_later_credited_clicked] += t->clicked && !t->credited;
        t->credited = true;
        return;
    }
    tally[STORE_T_credited_orders] += 1;
    tally[STORE_T_credited_revenue] += revenue;
    w->out->hist[STORE_H_TIME_TO_PURCHASE][store_hist_bin(w->now - t->at)]++;
    if (!t->credited) tally[t->clicked ? STORE_T_credited_clicked_sends : STORE_T_credited_viewed_sends] += 1;
    t->credited = true;
    if (!w->by_template) return;
    w->out->template[t->template].orders += 1;
    w->out->template[t->template].revenue += revenue;
}

/* What it is credited to by all that has happened, and by what the shop knows of it, which it returns. */
static uint32_t attribute(sim_world *w, uint32_t shopper, uint32_t sku, bool linked, uint8_t *truly) {
    const double revenue = sim_price(w, sku);
    uint32_t truth = credited_touch(w, shopper, sku, false);
    const sim_touch *t = truth != SIM_NONE ? sim_touch_at(w, truth) : NULL;
    if (t && t->counted && t->later == SIM_LATER_NOT) {
        w->out->tally[STORE_T_credited_orders_true] += 1;
        w->out->tally[STORE_T_credited_revenue_true] += revenue;
        *truly = 1;
    }
    uint32_t observed = truth;
    if (w->p->identity.other_device > 0) observed = linked ? credited_touch(w, shopper, sku, true) : SIM_NONE;
    if (observed != SIM_NONE) credit(w, observed, revenue);
    return observed;
}

/* Whether a campaign is about this SKU, or those that are matched with it. */
static bool is_about(const sim_world *w, uint32_t campaign, uint32_t sku) {
    const sim_campaign *c = SIM_CAMPAIGN(w, campaign);
    const sim_arm *arm = &w->arm[c->arm];
    return sim_leader(w, arm, c->row.sku) == sim_leader(w, arm, sku);
}

/* In each restock in which she was told, and for the other arms' campaigns of it, which did not push her but
 * whose shoppers may find the unit gone. */
void sim_order_book(sim_world *w, uint32_t told, uint32_t campaigns, uint32_t sku, int units) {
    uint32_t last = SIM_NONE;
    for (uint32_t i = told - 1; i != SIM_NONE; i = sim_told_at(w, i)->prev) {
        uint32_t campaign = sim_told_at(w, i)->campaign;
        if (campaign == last || campaign == SIM_NONE || !is_about(w, campaign, sku)) continue;
        last = campaign;
        do {
            if (campaign < campaigns && is_about(w, campaign, sku))
                *sim_pushed_taken(w, campaign, sku) += (uint64_t)(int64_t)units;
            campaign = SIM_CAMPAIGN(w, campaign)->peer;
        } while (campaign != last);
    }
}

/* Tallies were added as ways to buy were. */
static int tally_of(sim_how how) {
    return how < SIM_HOW_REPEAT ? STORE_T_orders_push + (int)how
                                : STORE_T_orders_repeat + (int)how - SIM_HOW_REPEAT;
}

static void count_order(sim_world *w, uint32_t sku, sim_how how, bool oversold) {
    double price = sim_price(w, sku);
    SIM_COUNT(w, orders, 1);
    SIM_COUNT(w, units_ordered, 1);
    SIM_COUNT(w, gross_revenue, price);
    if (w->now >= w->warm) w->out->tally[tally_of(how)] += 1;
    if (oversold) {
        SIM_COUNT(w, oversold_orders, 1);
        SIM_COUNT(w, oversold_units, 1);
        SIM_COUNT(w, cancelled_revenue, price);
    } else if (w->now >= w->warm)
        sim_money_earn(w, sku, 1);
    bool push = how == SIM_HOW_PUSH;
    sim_observe_flow(w, push ? STORE_S_orders_push : STORE_S_orders_other,
                     push ? STORE_SINCE_orders_push : STORE_SINCE_orders_other, sku, 1);
}

static void tell_order(sim_world *w, uint32_t shopper, uint32_t sku) {
    bis_event e = {.at = w->now, .kind = BIS_EV_ORDER, .shopper = shopper, .sku = sku};
    e.as.order.quantity = 1;
    sim_tell_order(w, &e);
}

static void satisfy(sim_world *w, uint32_t shopper, uint32_t sku, bool oversold) {
    uint32_t id = sim_intent_find(w, shopper, sku);
    if (id == SIM_NONE) return;
    sim_intent *intent = sim_intent_at(w, id);
    if (!oversold && intent->state == SIM_INTENT_LIVE && w->now >= w->warm)
        w->out->tier[w->shopper[shopper].tier].won += 1;
    intent->state = SIM_INTENT_DONE;
}

/* Where all orders are kept. Returns the number of its row; SIM_NONE: there is none. */
static uint32_t keep_order(sim_world *w, const sim_order *order) {
    if (!w->full && w->log != SIM_LOG_ORDERS) return SIM_NONE;
    sim_order *kept = sim_pool_add(&w->orders, sizeof *kept);
    if (kept)
        *kept = *order;
    else
        w->failed = true;
    return (uint32_t)w->orders.n - 1;
}

static void book_now(sim_world *w, uint32_t shopper, uint32_t sku) {
    sim_order_book(w, w->unit[shopper].told, (uint32_t)w->campaigns.n, sku, 1);
}

/* [in] held: a cart holds the unit, which was booked when it was filled. */
static inline void place(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t touch,
                         bool held) {
    bool oversold = !held && w->sku[sku].truth <= 0;
    sim_order o = {.at = w->now, .shopper = shopper, .sku = sku, .touch = SIM_NONE};
    o.how = (uint8_t)how;
    o.units = 1;
    o.oversold = oversold;
    bool linked = shopper == SIM_NONE || sim_order_linked(w, shopper, sku, touch);
    unsigned in = 0;
    count_order(w, sku, how, oversold);
    if (how == SIM_HOW_PUSH) SIM_CAMPAIGN(w, sim_touch_at(w, touch)->campaign)->row.orders++;
    if (shopper != SIM_NONE) {
        if (!oversold) {
            o.touch = attribute(w, shopper, sku, linked, &o.truly);
            if (!held) book_now(w, shopper, sku);
            in = sim_frame_order(w, shopper, sku, 1);
        }
        satisfy(w, shopper, sku, oversold);
        if (w->sated) sim_need_met(w, shopper);
    }
    uint32_t row = keep_order(w, &o);
    if (sim_probes(w, shopper)) sim_probe_order(w, &o);
    if (held)
        sim_stock_take_held(w, sku);
    else if (!oversold)
        sim_stock_take(w, sku);
    if (w->replay && how != SIM_HOW_VISIT && how != SIM_HOW_ORGANIC && !oversold) sim_replay_pushed(w, sku);
    tell_order(w, linked ? shopper : SIM_NONE, sku);
    if (w->follows)
        sim_after_order(w, &o, in, row);
    else if (oversold)
        SIM_COUNT(w, cancelled_orders, 1);
}

void sim_order_place(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t touch) {
    place(w, shopper, sku, how, touch, false);
}

void sim_order_held(sim_world *w, const sim_cart *cart) {
    place(w, cart->shopper, cart->sku, (sim_how)cart->how, cart->touch, true);
}
