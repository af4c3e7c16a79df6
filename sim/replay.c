/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replay.c - the shoppers' trace: who did what is given, and meets the stock of this world.
 *
 * A view of a sold-out page, or a cart filled from one, is an interest, as are notify-me and wishlist always.
 * A purchase is an attempt: it takes units if the storefront shows some, and else is lost; whoever loses one
 * stands on a sold-out page and may leave a signal there, by interest.signal.
 */
#include "sim/world.h"

#include <stdlib.h>

/* By SKU. */
typedef struct {
    uint32_t asked;  /* units of purchases since the last row of the inventory trace */
    uint32_t rise;   /* which pushed counts for */
    uint32_t pushed; /* units that shoppers who were told took of it, and nobody is displaced by yet */
} replay_sku;

struct sim_replay {
    const scenario_events *trace;
    size_t next;
    model_population people;
    const scenario_profile *profile; /* by shopper; NULL: none is known */
    uint32_t *seen;                  /* by shopper: her events so far */
    replay_sku *sku;
};

bool sim_replay_init(sim_world *w) {
    const scenario_events *trace = w->s->events;
    if (!trace) return true;
    struct sim_replay *r = w->replay = calloc(1, sizeof *r);
    if (!r) return false;
    r->trace = trace;
    r->profile = w->s->profiles ? w->s->profiles->of : NULL;
    r->seen = calloc((size_t)w->shoppers + 1, sizeof *r->seen);
    r->sku = calloc((size_t)w->skus + 1, sizeof *r->sku);
    model_population_make(&w->p->shoppers, &w->p->catalog, w->key, &r->people);
    return r->seen && r->sku;
}

void sim_replay_destroy(sim_world *w) {
    if (!w->replay) return;
    free(w->replay->seen);
    free(w->replay->sku);
    free(w->replay);
}

static void schedule(sim_world *w) {
    const struct sim_replay *r = w->replay;
    if (r->next < r->trace->events)
        sim_schedule(w, scenario_event_at(&r->trace->event[r->next]), SIM_EV_REPLAY, 0, 0);
}

/* Events before the run are no part of it. */
void sim_replay_start(sim_world *w) {
    struct sim_replay *r = w->replay;
    while (r->next < r->trace->events && scenario_event_at(&r->trace->event[r->next]) < w->start)
        r->next++;
    schedule(w);
}

int64_t sim_replay_explains(sim_world *w, uint32_t sku) {
    uint32_t asked = w->replay->sku[sku].asked;
    w->replay->sku[sku].asked = 0;
    return w->p->traces_mode ? 0 : asked;
}

/* ---- who is displaced ---- */

/* Those that were taken of an earlier restock can displace nobody any more. */
static replay_sku *of_this_rise(sim_world *w, uint32_t sku) {
    replay_sku *k = &w->replay->sku[sku];
    if (k->rise != w->sku[sku].rise) {
        k->rise = w->sku[sku].rise;
        k->pushed = 0;
    }
    return k;
}

void sim_replay_pushed(sim_world *w, uint32_t sku) {
    if (!w->p->traces_mode) of_this_rise(w, sku)->pushed++;
}

/* ---- events ---- */

static void wants(sim_world *w, uint32_t shopper, uint32_t sku, int source) {
    sim_signal(w, shopper, sku, source, w->replay->seen[shopper], w->now);
}

static void lose(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units) {
    replay_sku *k = of_this_rise(w, sku);
    SIM_COUNT(w, trace_lost, 1);
    if (k->pushed > 0) {
        SIM_COUNT(w, trace_displaced, 1);
        k->pushed -= k->pushed < units ? k->pushed : units;
    }
    if (shopper == SIM_NONE) {
        SIM_COUNT(w, organic_lost, 1);
        return;
    }
    sim_visit there;
    sim_visit_draw(w, shopper, w->replay->seen[shopper], w->now, &there);
    if (there.signals) wants(w, shopper, sku, sim_visit_signal(w, &there));
}

/* Her first send in the log, if she has any; else another's, or the end. */
static const scenario_send *first_send(const scenario_sends *log, uint32_t shopper) {
    size_t from = 0, to = log->sends;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (log->send[middle].shopper < shopper)
            from = middle + 1;
        else
            to = middle;
    }
    return log->send + from;
}

/* Whether the shop itself would have credited a purchase to a send of its log. A logged send counts as shown
 * at once. */
static bool was_sent(const sim_world *w, uint32_t shopper, uint32_t sku) {
    const scenario_sends *log = w->s->sends;
    const model_attribution *m = &w->p->attribution;
    if (!log || log->sends == 0 || shopper == SIM_NONE) return false;
    const scenario_send *end = log->send + log->sends;
    for (const scenario_send *s = first_send(log, shopper); s < end && s->shopper == shopper; s++) {
        if (s->at > w->now) break;
        if (!sim_same_scope(w, s->sku, sku)) continue;
        if (m->view > 0 && w->now - s->at <= m->view) return true;
        if (m->click > 0 && s->clicked != SCENARIO_NEVER && s->clicked <= w->now &&
            w->now - s->clicked <= m->click)
            return true;
    }
    return false;
}

/* One order; units of it beyond the first are taken as far as they go. */
static void buy(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units) {
    SIM_COUNT(w, trace_purchases, 1);
    SIM_COUNT(w, trace_purchases_sent, was_sent(w, shopper, sku));
    w->replay->sku[sku].asked += units;
    if (w->sku[sku].shown[SIM_STOREFRONT] <= 0) {
        lose(w, shopper, sku, units);
        return;
    }
    bool oversold = w->sku[sku].truth <= 0;
    sim_order_place(w, shopper, sku, shopper == SIM_NONE ? SIM_HOW_ORGANIC : SIM_HOW_VISIT, SIM_NONE);
    if (units == 1 || oversold) return;
    int64_t more = sim_stock_take_more(w, sku, (int64_t)units - 1);
    SIM_COUNT(w, units_ordered, more);
    SIM_COUNT(w, gross_revenue, (double)more * sim_price(w, sku));
    if (w->now >= w->warm) sim_money_earn(w, sku, more);
    SIM_COUNT(w, trace_short, (int64_t)units - 1 - more);
}

static void send_back(sim_world *w, uint32_t shopper, uint32_t sku) {
    if (shopper == SIM_NONE) return;
    bis_event e = {.at = w->now, .kind = BIS_EV_RETURN, .shopper = shopper, .sku = sku};
    sim_tell(w, &e);
}

static void opt(sim_world *w, uint32_t shopper, bool in) {
    sim_shopper *her = &w->shopper[shopper];
    her->optin = her->push = in;
    bis_event e = {.at = w->now, .kind = BIS_EV_CONSENT, .shopper = shopper, .sku = BIS_NO_ID};
    e.as.consent.push_optin = her->push;
    e.as.consent.email_optin = her->email;
    e.as.consent.sms_optin = her->sms;
    e.as.consent.behavioural_consent = her->behavioural;
    sim_tell(w, &e);
}

/* A shopper becomes known with her first event, but for those who have a profile. */
static void meet(sim_world *w, uint32_t shopper) {
    model_shopper who;
    const struct sim_replay *r = w->replay;
    if (shopper == SIM_NONE || r->seen[shopper]++ > 0 || (r->profile && r->profile[shopper].given)) return;
    model_population_draw(&r->people, shopper, 1, w->rng, &who);
    sim_tell_shopper(w, w->now, shopper, &who);
}

void sim_replay_profiles(sim_world *w, int64_t at) {
    model_shopper who;
    const struct sim_replay *r = w->replay;
    for (uint32_t i = 0; r->profile && i < w->shoppers; i++) {
        if (!r->profile[i].given) continue;
        model_population_draw_known(&r->people, i, &r->profile[i].known, w->rng, &who);
        sim_tell_shopper(w, at, i, &who);
    }
}

static void apply(sim_world *w, const scenario_event *e) {
    uint32_t shopper = e->shopper, sku = e->sku; /* SCENARIO_NOBODY is SIM_NONE */
    meet(w, shopper);
    switch (scenario_event_what(e)) {
    case SCENARIO_VIEW:
        w->visits++;
        if (!w->in_stock[sku]) wants(w, shopper, sku, BIS_BROWSE);
        break;
    case SCENARIO_ADD_TO_CART:
        if (!w->in_stock[sku]) wants(w, shopper, sku, BIS_CART);
        break;
    case SCENARIO_NOTIFY_ME: wants(w, shopper, sku, BIS_NOTIFY_ME); break;
    case SCENARIO_WISHLIST: wants(w, shopper, sku, BIS_WISHLIST); break;
    case SCENARIO_PURCHASE: buy(w, shopper, sku, scenario_event_units(e)); break;
    case SCENARIO_RETURN: send_back(w, shopper, sku); break;
    case SCENARIO_OPTIN: opt(w, shopper, true); break;
    case SCENARIO_OPTOUT: opt(w, shopper, false); break;
    case SCENARIO_EVENT_KINDS: break;
    }
}

void sim_replay_until_now(sim_world *w) {
    struct sim_replay *r = w->replay;
    while (r->next < r->trace->events && scenario_event_at(&r->trace->event[r->next]) <= w->now)
        apply(w, &r->trace->event[r->next++]);
}

void sim_on_replay(sim_world *w) {
    sim_replay_until_now(w);
    schedule(w);
}
