/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * respond.c - what a shopper does about a message once she has opened it: whether she clicks, and when. The
 * same for a push and for what follows it by any channel.
 */
#include "sim/push_inside.h"

#include "models/response.h"

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
        double p = model_click_probability(&w->p->response, t->source, times, age,
                                           w->moods ? sim_patience_click(w, touch) : 0);
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
