/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * land.c - from a click to the end: whether a page shows, which, whether it is in stock, and whether she
 * pays.
 *
 * A link may not open, the page may take so long that she leaves, and from the page of the product or the
 * shop's home page she may not find her variant. Who does not get to see it neither buys it nor finds it sold
 * out. Where there is none of this, each click lands on the variant's page at once.
 */
#include "sim/push_inside.h"
#include "sim/substitute.h"

#include <math.h>

bool sim_lands_somehow(const model_landing *m) {
    return m->failure > 0 || !model_span_is_zero(&m->delay) || m->target[MODEL_PAGE_PRODUCT] > 0 ||
           m->target[MODEL_PAGE_HOME] > 0;
}

static sim_how how_of(const sim_touch *t) {
    return t->later == SIM_LATER_NOT ? SIM_HOW_PUSH : sim_is_push(t) ? SIM_HOW_REMINDER : SIM_HOW_FOLLOWUP;
}

/* Something else, at once, if she wants anything still. */
static bool buys_instead(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    return sim_may_substitute(w) && sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)) &&
           sim_substitutes(w, t->shopper, t->sku, how_of(t), touch, MODEL_P_SUBSTITUTE_LANDING,
                           sim_touch_key(t));
}

static void disappoint(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_unit *her = &w->unit[t->shopper];
    if (t->counted && !her->disappointed) {
        w->out->tally[STORE_T_disappointed] += 1;
        her->disappointed = true;
    }
    if (buys_instead(w, touch)) return;
    const model_response *m = &w->p->response;
    if (w->p->support.sold_out > 0) sim_after_sold_out(w, t);
    if (sim_touch_drawn(w, m->sold_out_leaves, t, MODEL_P_SOLD_OUT)) {
        sim_intent *intent = sim_intent_at(w, t->intent);
        if (w->retargets && sim_intent_alive(w, t->shopper, intent)) sim_retarget_touch(w, t);
        intent->state = SIM_INTENT_DONE;
    }
    if (m->optout_sold_out > 0 && model_uniform(w->key, t->shopper, t->sku, MODEL_P_SOLD_OUT,
                                                sim_touch_key(t) | SIM_OTHER_HALF) < m->optout_sold_out)
        sim_touch_schedule(w, w->now, SIM_EV_OPTOUT, touch, 0);
}

static void on_sold_out(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_cause cause = sim_sold_out_cause(w, t);
    t->cause = (uint8_t)(cause + 1);
    COUNT_ARM(w, t, clicked_oos);
    if (t->later == SIM_LATER_NOT) {
        if (t->counted) w->out->tally[STORE_T_oos_stale_storefront + (int)cause] += 1;
        SIM_CAMPAIGN(w, t->campaign)->row.sold_out_clicks++;
        sim_observe_flow(w, STORE_S_sold_out_clicks, STORE_SINCE_sold_out_clicks, t->sku, 1);
    } else if (t->counted) {
        w->out->tally[STORE_T_later_oos] += 1;
    }
    uint32_t shopper = t->shopper;
    disappoint(w, touch);
    if (sim_probes(w, shopper)) sim_probe_touch(w, touch, SIM_SEEN_LANDED, sim_cause_name(cause), STORE_NONE);
}

static void buy(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_order_place(w, t->shopper, t->sku, how_of(t), touch);
}

/* It was credited with an order as a viewed one until now. */
static void credited_click(sim_world *w, const sim_touch *t) {
    double *tally = w->out->tally;
    if (t->later == SIM_LATER_NOT) {
        tally[STORE_T_credited_viewed_sends] -= 1;
        tally[STORE_T_credited_clicked_sends] += 1;
    } else {
        tally[STORE_T_later_credited_clicked] += 1;
    }
}

/* She sees how things stand with the variant. */
static void see(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    bool in_stock = w->sku[t->sku].shown[SIM_STOREFRONT] > 0;
    if (in_stock && sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_LANDED, NULL, STORE_NONE);
    if (!in_stock) {
        on_sold_out(w, touch);
    } else if (sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)) &&
               t->buys < w->answers.buy[t->source]) {
        int64_t delay = sim_touch_span(w, &w->p->response.checkout, t, MODEL_P_LANDING_BUY, SIM_OTHER_HALF);
        if (w->held)
            sim_cart_fill_touch(w, touch, how_of(t), delay);
        else if (delay > 0)
            sim_touch_schedule(w, w->now + delay, SIM_EV_CHECKOUT, touch, 0);
        else
            buy(w, touch);
    }
}

static void tell_click(sim_world *w, uint32_t touch) {
    if (sim_click_linked(w, sim_touch_at(w, touch))) sim_touch_receipt(w, touch, BIS_RECEIPT_CLICKED);
}

/* ---- the way to it ---- */

/* She does not get to see it. */
static void miss(sim_world *w, uint32_t touch, sim_cause why) {
    sim_touch *t = sim_touch_at(w, touch);
    t->cause = (uint8_t)(why + 1);
    if (sim_probes(w, t->shopper))
        sim_probe_touch(w, touch, SIM_SEEN_NO_PAGE, sim_cause_name(why), STORE_NONE);
}

static model_page target_of(const model_landing *m, double u) {
    double cumulative[MODEL_PAGES];
    model_cumulative(m->target, MODEL_PAGES, cumulative);
    return (model_page)model_pick(cumulative, MODEL_PAGES, u);
}

/* The page shows. From the home page she gets to the product's if she finds it. */
static void show(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    const model_landing *m = &w->p->landing;
    double way[2], last[2];
    model_uniform2(w->key, t->shopper, t->sku, MODEL_P_LANDING_WAY, sim_touch_key(t), way);
    model_uniform2(w->key, t->shopper, t->sku, MODEL_P_LANDING_WAY, sim_touch_key(t) | SIM_OTHER_HALF, last);
    model_page page = target_of(m, way[1]);
    double find = page == MODEL_PAGE_VARIANT   ? 1
                  : page == MODEL_PAGE_PRODUCT ? m->find_product
                                               : m->find_home;
    bool finds = last[1] < find;
    t->landed_at = w->now;
    t->cause = 0;
    if (finds || page != MODEL_PAGE_HOME) COUNT_FIRST(w, t, pages);
    if (finds)
        see(w, touch);
    else
        miss(w, touch, SIM_PAGE_NOT_FOUND);
}

void sim_on_page(sim_world *w, uint32_t touch) {
    show(w, touch);
    tell_click(w, touch);
}

/* Whether all is over with the click by now; else its page is still to come. */
static bool follow(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    const model_landing *m = &w->p->landing;
    double u[2];
    model_uniform2(w->key, t->shopper, t->sku, MODEL_P_LANDING_WAY, sim_touch_key(t), u);
    if (u[0] < m->failure) {
        miss(w, touch, SIM_PAGE_LINK_FAILED);
        return true;
    }
    int64_t delay = sim_touch_span(w, &m->delay, t, MODEL_P_LANDING_DELAY, 0);
    if (delay == 0) {
        show(w, touch);
        return true;
    }
    model_uniform2(w->key, t->shopper, t->sku, MODEL_P_LANDING_WAY, sim_touch_key(t) | SIM_OTHER_HALF, u);
    if (u[0] < -expm1(-m->abandon_per_s * (double)delay / 1000)) {
        miss(w, touch, SIM_PAGE_LEFT);
        return true;
    }
    sim_touch_at(w, touch)->cause = SIM_PAGE_LOADING + 1;
    sim_touch_schedule(w, w->now + delay, SIM_EV_PAGE, touch, 0);
    return false;
}

void sim_on_land(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    t->landed_at = w->now;
    t->clicked = true;
    COUNT_TOUCH(w, t, clicked);
    COUNT_TEMPLATE(w, t, clicked);
    COUNT_ARM(w, t, clicked);
    if (t->credited) credited_click(w, t);
    if (t->later == SIM_LATER_NOT) SIM_CAMPAIGN(w, t->campaign)->row.clicks++;
    if (w->lands_somehow) {
        if (!follow(w, touch)) return;
    } else {
        COUNT_FIRST(w, t, pages);
        see(w, touch);
    }
    tell_click(w, touch);
}

/* ---- paying ---- */

void sim_on_checkout(sim_world *w, uint32_t touch, uint32_t b) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_cart cart;
    bool held = w->held && sim_cart_due(w, b, &cart);
    if (!sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent))) {
        if (held) sim_cart_put_back(w, &cart);
        return; /* she has it already, or wants it no longer */
    }
    if (held) {
        sim_order_held(w, &cart);
        return;
    }
    if (w->sku[t->sku].shown[SIM_STOREFRONT] > 0) {
        buy(w, touch);
        return;
    }
    if (t->counted)
        w->out->tally[t->later == SIM_LATER_NOT ? STORE_T_checkout_oos : STORE_T_later_checkout_oos] += 1;
    uint32_t shopper = t->shopper;
    disappoint(w, touch);
    if (sim_probes(w, shopper)) sim_probe_touch(w, touch, SIM_SEEN_CHECKOUT_LOST, NULL, STORE_NONE);
}
