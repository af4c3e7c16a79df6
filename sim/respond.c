/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * respond.c - what a shopper does about a message: opens it, lands on the page, finds it in stock or not,
 * pays, opts out. The same for a push and for what follows it by any channel.
 */
#include "sim/push_inside.h"

#include "models/response.h"

static void disappoint(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_unit *her = &w->unit[t->shopper];
    if (t->counted && !her->disappointed) {
        w->out->tally[STORE_T_disappointed] += 1;
        her->disappointed = true;
    }
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
    disappoint(w, touch);
    if (sim_probes(w, t->shopper))
        sim_probe_touch(w, touch, SIM_SEEN_LANDED, sim_cause_name(cause), STORE_NONE);
}

static void buy(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_how how = t->later == SIM_LATER_NOT ? SIM_HOW_PUSH
                  : sim_is_push(t)          ? SIM_HOW_REMINDER
                                            : SIM_HOW_FOLLOWUP;
    sim_order_place(w, t->shopper, t->sku, how, touch);
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

void sim_on_land(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    t->landed_at = w->now;
    t->clicked = true;
    COUNT_TOUCH(w, t, clicked);
    COUNT_TEMPLATE(w, t, clicked);
    COUNT_ARM(w, t, clicked);
    if (t->credited) credited_click(w, t);
    if (t->later == SIM_LATER_NOT) SIM_CAMPAIGN(w, t->campaign)->row.clicks++;
    bool in_stock = w->sku[t->sku].shown[SIM_STOREFRONT] > 0;
    if (in_stock && sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_LANDED, NULL, STORE_NONE);
    if (!in_stock) {
        on_sold_out(w, touch);
    } else if (sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)) &&
               t->buys < w->answers.buy[t->source]) {
        int64_t delay = sim_touch_span(w, &w->p->response.checkout, t, MODEL_P_LANDING_BUY, SIM_OTHER_HALF);
        if (delay > 0)
            sim_touch_schedule(w, w->now + delay, SIM_EV_CHECKOUT, touch, 0);
        else
            buy(w, touch);
    }
    sim_touch_receipt(w, touch, BIS_RECEIPT_CLICKED);
}

void sim_on_open(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    const sim_intent *intent = sim_intent_at(w, t->intent);
    if (w->times.n) ((sim_touch_times *)w->times.at)[touch].opened_at = w->now;
    COUNT_TOUCH(w, t, opened);
    COUNT_TEMPLATE(w, t, opened);
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_OPENED, NULL, STORE_NONE);
    int64_t delay = -1; /* until she lands; -1: she does not */
    /* Who has bought or lost interest does not click; and a promise has nothing to click. */
    if (t->later < SIM_LATER_PREDICTIVE && sim_intent_alive(w, t->shopper, intent)) {
        double times = w->p->shoppers.tiers ? w->p->shoppers.tier[w->shopper[t->shopper].tier].click : 1;
        if (sim_is_push(t)) times *= w->template_click[t->template];
        double age = (double)(w->now - intent->formed) / SIM_DAY;
        double p = model_click_probability(&w->p->response, t->source, times, age);
        if (sim_touch_drawn(w, p, t, MODEL_P_CLICK))
            delay = sim_touch_span(w, &w->p->response.click_delay, t, MODEL_P_CLICK_DELAY, 0);
    }
    sim_touch_receipt(w, touch, BIS_RECEIPT_OPENED);
    if (delay > 0) {
        sim_touch_schedule(w, w->now + delay, SIM_EV_LAND, touch, 0);
    } else if (delay == 0) { /* no event of its own, as with an instant delivery */
        w->events++;
        sim_on_land(w, touch);
    }
}

void sim_on_checkout(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    if (!sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)))
        return; /* she has it already, or wants it no longer */
    if (w->sku[t->sku].shown[SIM_STOREFRONT] > 0) {
        buy(w, touch);
        return;
    }
    if (t->counted)
        w->out->tally[t->later == SIM_LATER_NOT ? STORE_T_checkout_oos : STORE_T_later_checkout_oos] += 1;
    disappoint(w, touch);
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_CHECKOUT_LOST, NULL, STORE_NONE);
}

/* Takes back her consent to the channel. false: there was none to take back. */
static bool opts_out(sim_shopper *her, sim_way way) {
    bool had = false;
    switch (way) {
    case SIM_FIRST:
    case SIM_REMINDER:
    case SIM_PREDICTIVE:
        had = her->optin;
        if (had) her->optin = her->push = false;
        break;
    case SIM_EMAIL:
        had = her->email;
        her->email = false;
        break;
    case SIM_SMS:
        had = her->sms;
        her->sms = false;
        break;
    case SIM_IN_APP: break; /* who opens the app was asked nothing */
    }
    return had;
}

void sim_on_optout(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    sim_shopper *her = &w->shopper[t->shopper];
    sim_way way = sim_way_of(t);
    if (!opts_out(her, way)) return;
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_OPTED_OUT, NULL, STORE_NONE);
    if (t->counted && w->now - t->shown_at <= 24 * SIM_HOUR)
        w->out->tally[way == SIM_FIRST        ? STORE_T_optouts
                      : way == SIM_PREDICTIVE ? STORE_T_predictive_optouts
                                              : STORE_T_later_optouts] += 1;
    bis_event e = {.at = w->now, .kind = BIS_EV_CONSENT, .shopper = t->shopper, .sku = BIS_NO_ID};
    e.as.consent.push_optin = her->push;
    e.as.consent.email_optin = her->email;
    e.as.consent.sms_optin = her->sms;
    e.as.consent.behavioural_consent = her->behavioural;
    sim_tell(w, &e);
}
