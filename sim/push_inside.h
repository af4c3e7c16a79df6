/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * push_inside.h - what the files share that follow a message from its decision to its end: push.c, later.c,
 * respond.c, land.c and optout.c, inside sim/ only.
 *
 * Draws are keyed by the ordinal of the shopper's touches for the SKU, ghosts included, so that a policy that
 * tells her later meets the same answer. Later touches have ordinals apart, made of their first touch's.
 */
#ifndef SIM_PUSH_INSIDE_H
#define SIM_PUSH_INSIDE_H

#include "sim/world.h"

/* Set in a touch's key for what comes second under a purpose. */
#define SIM_OTHER_HALF 0x80000000u

static inline bool sim_touch_drawn(const sim_world *w, double p, const sim_touch *t, model_purpose purpose) {
    if (p <= 0) return false;
    return p >= 1 || model_uniform(w->key, t->shopper, t->sku, purpose, sim_touch_key(t)) < p;
}

static inline int64_t sim_touch_span(sim_world *w, const model_span *s, const sim_touch *t,
                                     model_purpose purpose, uint32_t half) {
    if (model_span_is_zero(s)) return 0;
    model_rng_seek(w->rng, w->key, t->shopper, t->sku, purpose, sim_touch_key(t) | half);
    return model_span_draw(s, w->rng);
}

/* Counts what happens to a touch after the warm-up: a first one as `first`; others as `later`, the reminders'
 * tally, or the one of their own way behind it. */
static inline void sim_count_touch(sim_world *w, const sim_touch *t, store_tally first, store_tally later) {
    if (!t->counted) return;
    bool is_first = __builtin_expect(t->later == SIM_LATER_NOT, 1);
    unsigned tally = is_first ? (unsigned)first : (unsigned)later + (unsigned)sim_way_of(t) - SIM_REMINDER;
    w->out->tally[tally] += 1;
}
#define COUNT_TOUCH(w, t, name) sim_count_touch(w, t, STORE_T_##name, STORE_T_reminders_##name)
#define COUNT_FIRST(w, t, name)                                                                              \
    do {                                                                                                     \
        if ((t)->counted && (t)->later == SIM_LATER_NOT) (w)->out->tally[STORE_T_##name] += 1;               \
    } while (0)
#define COUNT_TEMPLATE(w, t, name)                                                                           \
    do {                                                                                                     \
        if ((w)->by_template && (t)->counted && (t)->later == SIM_LATER_NOT)                                 \
            (w)->out->template[(t)->template].name += 1;                                                     \
    } while (0)

#define COUNT_ARM(w, t, name)                                                                                \
    do {                                                                                                     \
        if ((w)->arms > 1 && (t)->counted && (t)->later == SIM_LATER_NOT)                                    \
            (w)->out->policy_arm[(w)->shopper[(t)->shopper].arm].name += 1;                                  \
    } while (0)

/* push.c */
void sim_touch_schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t touch, uint32_t b);
void sim_touch_receipt(sim_world *w, uint32_t touch, bis_receipt what);
/* The next touch, not yet sent. [in] first: of a later touch, its first; else of no meaning. NULL: w->failed
 * or w->broken says why. */
sim_touch *sim_touch_make(sim_world *w, const bis_decision *d, uint16_t ordinal, uint8_t later);
void sim_touch_told(sim_world *w, const bis_decision *d);       /* as her last one */
void sim_push_out(sim_world *w, const bis_decision *d);         /* of a decision to send by push */
void sim_push_submit(sim_world *w, uint32_t touch, uint32_t b); /* b: as of SIM_EV_TRY */
void sim_opt_out_later(sim_world *w, uint32_t touch);

/* device.c, all where sim_by_device() */
bool sim_device_keep(sim_world *w); /* of a touch just made; false: no memory */
void sim_device_send(sim_world *w, const bis_decision *d);
void sim_device_address(const sim_world *w, uint32_t touch, uint32_t b, model_message *message);
/* Whether the answer, which is ACCEPTED, is the first of its touch. */
bool sim_device_accepts(sim_world *w, uint32_t touch, uint32_t device, const model_answer *answer);
/* Whether the message is shown, and is the first of its touch to be. */
bool sim_device_shows(sim_world *w, uint32_t touch, uint32_t device);
/* Whether the message has really failed: not if it has been replaced before. */
bool sim_device_fails(const sim_world *w, uint32_t touch, uint32_t device, model_failure why);
/* A token has turned out dead. [out] whether that is news; whether it was her last one. */
bool sim_device_dies(sim_world *w, uint32_t shopper, uint32_t device, bool *last);
model_platform sim_device_shown_on(const sim_world *w, uint32_t touch, uint32_t shopper);

/* later.c */
bool sim_later_keep(sim_world *w, uint16_t ordinal); /* of a first touch just made; false: no memory */
void sim_on_later(sim_world *w, const bis_decision *d);

/* respond.c */
void sim_on_open(sim_world *w, uint32_t touch);

/* land.c */
bool sim_lands_somehow(const model_landing *m);
void sim_on_page(sim_world *w, uint32_t touch);
void sim_on_land(sim_world *w, uint32_t touch);
void sim_on_checkout(sim_world *w, uint32_t touch, uint32_t cart); /* cart: see sim_cart_due() */

/* optout.c */
void sim_on_optout(sim_world *w, uint32_t touch);
void sim_optout_shown(sim_world *w, const sim_touch *t); /* where w->slots, */
void sim_optout_ghost(sim_world *w, const sim_touch *t); /* the slot of a first touch */

#endif
