/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * later.c - the touches that are not a candidate's first: reminders, follow-ups by e-mail, SMS or in the app,
 * and notices of when it is likely to be back.
 *
 * They are numbered among the others, and they are counted apart. A reminder is a push like a first
 * one. A message by another channel reaches its shopper at once or not at all; from its opening on all goes
 * the same way. A predictive notice is a push that is opened or not and has no other effect than an opt-out:
 * she has nothing to click, and wants it as before. A ghost gets its number and nothing else.
 */
#include "sim/push_inside.h"

bool sim_later_keep(sim_world *w, uint16_t ordinal) {
    sim_leading *leading = sim_pool_add(&w->leading, sizeof *leading);
    if (leading) leading->ordinal = ordinal;
    return leading != NULL;
}

/* ---- other channels ---- */

/* By the two numbers of one block, as for a push: whether she opens, whether she opts out. */
static void deliver(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    unsigned channel = sim_way_of(t) - SIM_EMAIL;
    const model_channel *m = &w->p->response.channel[channel];
    if (!sim_touch_drawn(w, m->delivered, t, MODEL_P_CHANNEL)) return;
    w->events++; /* an instant delivery is no event of its own */
    t->shown_at = w->now;
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_SHOWN, NULL, STORE_NONE);
    COUNT_TOUCH(w, t, delivered);
    if (bis_engine_needs(sim_engine_of(w, t->shopper), BIS_RECEIPT_DELIVERED))
        sim_touch_schedule(w, w->now, SIM_EV_RECEIPT, touch, BIS_RECEIPT_DELIVERED);
    double u[2];
    model_uniform2(w->key, t->shopper, t->sku, MODEL_P_OPEN, sim_touch_key(t), u);
    double tired = sim_patience_shown(w, t->shopper);
    if (channel < MODEL_IN_APP &&
        u[1] < sim_patience_optout(w, w->p->response.channel_optout[channel], tired))
        sim_opt_out_later(w, touch);
    if (!(u[0] < m->open)) return;
    t->buys =
        (uint64_t)(model_uniform(w->key, t->shopper, t->sku, MODEL_P_LANDING_BUY, sim_touch_key(t)) * 0x1p53);
    int64_t delay = sim_touch_span(w, &m->open_delay, t, MODEL_P_OPEN_DELAY, 0);
    sim_touch_schedule(w, w->now + delay, SIM_EV_OPEN, touch, 0);
}

/* ---- decisions ---- */

/* The address of what follows a first touch: by which channel, and the how many-th. */
static sim_touch *following(sim_world *w, const bis_decision *d) {
    sim_leading *first = (sim_leading *)w->leading.at + d->follows;
    unsigned before = first->followed[d->channel]++;
    unsigned later =
        d->channel == BIS_PUSH
            ? 1 + before
            : SIM_LATER_FOLLOWUP + SIM_LATER_CHANNEL * ((unsigned)d->channel - BIS_EMAIL) + before;
    return sim_touch_make(w, d, first->ordinal, (uint8_t)later);
}

/* It is sent as she leaves the signal, by which she can be told apart from herself at other times. */
static sim_touch *predictive(sim_world *w, const bis_decision *d) {
    uint32_t id = sim_intent_find(w, d->shopper, d->sku);
    uint32_t visit = id == SIM_NONE ? 0 : sim_intent_at(w, id)->cause;
    if (visit >= SIM_PREDICTIVE_MAX) {
        w->limit = "one shopper visits more than 1,048,575 times under policy.predictive; lower the rate or "
                   "run.horizon";
        return NULL;
    }
    return sim_touch_make(w, d, (uint16_t)(visit & 0xffff), (uint8_t)(SIM_LATER_PREDICTIVE | visit >> 16));
}

static void count_ghost(sim_world *w, const sim_touch *t) {
    if (!t->counted) return;
    sim_way way = sim_way_of(t);
    w->out->tally[way == SIM_REMINDER     ? STORE_T_reminder_ghosts
                  : way == SIM_PREDICTIVE ? STORE_T_predictive_ghosts
                                          : STORE_T_followup_ghosts] += 1;
}

static void count_sent(sim_world *w, const sim_touch *t, const bis_decision *d) {
    if (!t->counted) return;
    w->out->tally[STORE_T_reminders + (int)sim_way_of(t) - SIM_REMINDER] += 1;
    if (sim_is_push(t)) w->out->tally[STORE_T_later_messages] += d->devices;
    if (d->kind == BIS_KIND_PREDICTIVE) w->out->tally[STORE_T_predictive_chance] += d->chance;
}

void sim_on_later(sim_world *w, const bis_decision *d) {
    w->later++;
    sim_touch *t = d->kind == BIS_KIND_PREDICTIVE ? predictive(w, d) : following(w, d);
    if (!t) return;
    if (d->outcome == BIS_GHOST) {
        count_ghost(w, t);
        return;
    }
    t->sent = true;
    count_sent(w, t, d);
    if (d->kind != BIS_KIND_PREDICTIVE) sim_touch_told(w, d); /* no order is credited to a promise */
    if (!sim_is_push(t))
        deliver(w, d->touch);
    else
        sim_push_out(w, d);
}
