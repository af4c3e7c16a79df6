/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * money.c - what a world has brought and cost since the warm-up, from what was counted.
 */
#include "sim/world.h"

void sim_money_earn(sim_world *w, uint32_t sku, int64_t units) {
    if (w->price || w->margin) w->margin_money += (double)units * sim_margin(w, sku) * sim_price(w, sku);
}

void sim_money_sum(sim_world *w) {
    const model_costs *c = &w->p->costs;
    double *t = w->out->tally;
    double net = t[STORE_T_gross_revenue] - t[STORE_T_cancelled_revenue] - t[STORE_T_returned_revenue];
    double contacts = t[STORE_T_support_sends] + t[STORE_T_support_later] + t[STORE_T_support_others];
    t[STORE_T_margin] = w->price || w->margin ? w->margin_money : w->p->catalog.margin * net;
    t[STORE_T_cost_messages] = c->push * (t[STORE_T_messages] + t[STORE_T_later_messages]) +
                               c->email * t[STORE_T_followups_email] + c->sms * t[STORE_T_followups_sms] +
                               c->in_app * t[STORE_T_followups_in_app];
    t[STORE_T_cost_campaigns] = c->push * t[STORE_T_other_push] + c->email * t[STORE_T_other_email] +
                                c->sms * t[STORE_T_other_sms] + c->in_app * t[STORE_T_other_in_app];
    t[STORE_T_cost_support] = c->support * contacts;
    t[STORE_T_cost_cancellations] = c->cancellation * t[STORE_T_cancelled_orders];
    t[STORE_T_cost_returns] = c->returned * t[STORE_T_returned_orders];
    t[STORE_T_retargeting_spend] = w->p->retargeting.cost * t[STORE_T_retargeted];
}
