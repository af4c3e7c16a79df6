/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * push.c - from a decision to what the shopper does about it: provider, delivery, opening, landing, checkout.
 *
 * Draws are keyed by the ordinal of the shopper's touches for the SKU, ghosts included, so that a policy that
 * tells her later meets the same answer. A ghost gets its ordinal and nothing else.
 */
#include "sim/world.h"

#include "models/response.h"
#include "stats/gini.h"

static bool drawn(const sim_world *w, double p, const sim_touch *t, model_purpose purpose) {
    if (p <= 0) return false;
    return p >= 1 || model_uniform(w->key, t->shopper, t->sku, purpose, t->ordinal) < p;
}

/* Set in a touch's ordinal for what comes second under a purpose. */
static const uint32_t OTHER_HALF = 0x80000000u;

static int64_t span(sim_world *w, const model_span *s, const sim_touch *t, model_purpose purpose,
                    uint32_t half) {
    if (model_span_is_zero(s)) return 0;
    model_rng_seek(w->rng, w->key, t->shopper, t->sku, purpose, t->ordinal | half);
    return model_span_draw(s, w->rng);
}

#define COUNT_TOUCH(w, t, name)                                                                              \
    do {                                                                                                     \
        if ((t)->counted) (w)->out->tally[STORE_T_##name] += 1;                                              \
    } while (0)

static void tell_receipt(sim_world *w, uint32_t touch, bis_receipt what) {
    if (!bis_engine_needs(w->engine, what)) return;
    const sim_touch *t = sim_touch_at(w, touch);
    bis_event e = {.at = w->now, .kind = BIS_EV_RECEIPT, .shopper = t->shopper, .sku = t->sku};
    e.as.receipt.touch = touch;
    e.as.receipt.what = what;
    sim_tell(w, &e);
}

/* Something that will happen to a touch; until then it is not let go. */
static void schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t touch, uint32_t b) {
    if (at >= w->end) return; /* the world ends before it */
    sim_touch_at(w, touch)->pending++;
    sim_schedule(w, at, kind, touch, b);
}

/* ---- delivery ---- */

void sim_push_init(sim_world *w) {
    for (int platform = 0; platform < MODEL_PLATFORMS; platform++)
        w->answers.open[platform] = model_below(w->p->response.open[platform]);
    w->answers.optout = model_below(w->p->response.optout);
    for (int source = 0; source < MODEL_SOURCES; source++)
        w->answers.buy[source] = model_below(w->p->response.buy[source]);
}

static void opt_out_later(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    double after = model_uniform(w->key, t->shopper, t->sku, MODEL_P_OPTOUT, t->ordinal);
    schedule(w, w->now + (int64_t)(after * (double)w->p->response.optout_within), SIM_EV_OPTOUT, touch, 0);
}

/* Those of `a` who open: how long each takes, and whether she will buy. */
static void open_later(sim_world *w, sim_answers *a) {
    model_lanes_draw(&w->rounds, MODEL_P_OPEN_DELAY, a->n, &a->lanes);
    for (uint32_t i = 0; i < a->n; i++) {
        const sim_touch *t = sim_touch_at(w, a->touch[i]);
        const model_span *delay = &w->p->response.open_delay[w->shopper[t->shopper].platform];
        int64_t ms = model_span_inverts(delay) ? model_span_at(delay, (double)a->lanes.first[i] * 0x1p-53)
                                               : span(w, delay, t, MODEL_P_OPEN_DELAY, 0);
        schedule(w, w->now + ms, SIM_EV_OPEN, a->touch[i], 0);
    }
    model_lanes_draw(&w->rounds, MODEL_P_LANDING_BUY, a->n, &a->lanes);
    for (uint32_t i = 0; i < a->n; i++)
        sim_touch_at(w, a->touch[i])->buys = a->lanes.first[i];
}

/* By the two numbers of one block: whether she opens, whether she opts out. */
void sim_push_answers(sim_world *w) {
    sim_answers *a = &w->answers;
    model_lanes_draw(&w->rounds, MODEL_P_OPEN, a->n, &a->lanes);
    uint32_t open = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->lanes.second[i] < a->optout) opt_out_later(w, a->touch[i]);
        /* Those who open move up, without a branch. */
        uint64_t opens = a->lanes.first[i], below = a->open[w->shopper[a->lanes.entity[i]].platform];
        a->touch[open] = a->touch[i];
        a->lanes.entity[open] = a->lanes.entity[i];
        a->lanes.sku[open] = a->lanes.sku[i];
        a->lanes.ordinal[open] = a->lanes.ordinal[i];
        open += opens < below;
    }
    a->n = open;
    if (open > 0) open_later(w, a);
    a->n = 0;
}

static void on_shown(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    t->shown_at = w->now;
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_SHOWN, NULL, STORE_NONE);
    COUNT_TOUCH(w, t, delivered);
    if (w->sku[t->sku].truth == 0) COUNT_TOUCH(w, t, delivered_oos);
    if (bis_engine_needs(w->engine, BIS_RECEIPT_DELIVERED))
        schedule(w, w->now, SIM_EV_RECEIPT, touch, BIS_RECEIPT_DELIVERED);
    sim_answers *a = &w->answers;
    a->touch[a->n] = touch;
    a->lanes.entity[a->n] = t->shopper;
    a->lanes.sku[a->n] = t->sku;
    a->lanes.ordinal[a->n] = t->ordinal;
    if (++a->n == MODEL_MANY_MAX) sim_push_answers(w);
}

/* An instant delivery is no event of its own. */
static void shown(sim_world *w, uint32_t touch, int64_t at) {
    if (at > w->now)
        schedule(w, at, SIM_EV_SHOWN, touch, 0);
    else {
        w->events++;
        on_shown(w, touch);
    }
}

/* ---- decisions ---- */

static void submit(sim_world *w, uint32_t touch, uint32_t attempt) {
    sim_touch *t = sim_touch_at(w, touch);
    model_message m = {.shopper = t->shopper, .sku = t->sku, .touch = t->ordinal, .attempt = attempt};
    m.platform = (model_platform)w->shopper[t->shopper].platform;
    model_answer a = model_transport_mock.submit(w->provider, w->now, &m);
    switch (a.verdict) {
    case MODEL_ACCEPTED:
        COUNT_TOUCH(w, t, accepted);
        if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_ACCEPTED, NULL, a.at);
        if (a.failure == MODEL_FAIL_NONE)
            shown(w, touch, a.at);
        else
            schedule(w, a.at, SIM_EV_FAILED, touch, a.failure);
        break;
    case MODEL_RETRY:
        if (sim_probes(w, t->shopper))
            sim_probe_touch(w, touch, SIM_SEEN_RETRY, model_failure_name(a.failure), a.at);
        schedule(w, a.at, SIM_EV_TRY, touch, attempt + 1);
        break;
    case MODEL_REJECTED: schedule(w, w->now, SIM_EV_FAILED, touch, a.failure); break;
    }
}

/* What --log full tells of a touch besides. */
static bool keep_times(sim_world *w) {
    if (w->log != SIM_LOG_FULL || !w->rows) return true;
    sim_touch_times *times = sim_pool_add(&w->times, sizeof *times);
    if (times) times->opened_at = times->ordered_at = STORE_NONE;
    return times != NULL;
}

/* Touches are numbered as the engine numbers them, ghosts too, so that its ids are our indices. */
static sim_touch *new_touch(sim_world *w, const bis_decision *d) {
    if (d->touch != w->touches.next) {
        w->broken = "the engine's touch ids are not consecutive";
        return NULL;
    }
    uint32_t id = sim_intent_find(w, d->shopper, d->sku);
    if (id == SIM_NONE) {
        w->broken = "a shopper was told who never asked";
        return NULL;
    }
    sim_touch *t = sim_touch_add(w, d->restock);
    if (!t || !keep_times(w)) {
        w->failed = true;
        return NULL;
    }
    int64_t truth = w->sku[d->sku].truth;
    *t = (sim_touch){.at = d->at,
                     .shown_at = STORE_NONE,
                     .landed_at = STORE_NONE,
                     .shopper = d->shopper,
                     .sku = d->sku,
                     .intent = id,
                     .campaign = d->restock,
                     .ordinal = sim_intent_at(w, id)->touches++,
                     .source = (uint8_t)d->source,
                     .none_left = truth == 0,
                     .counted = SIM_CAMPAIGN(w, d->restock)->counted};
    t->for_others = sim_cause_others(w, t) + truth;
    return t;
}

static void book_wait(sim_world *w, const bis_decision *d) {
    int64_t restocked = SIM_CAMPAIGN(w, d->restock)->row.restocked;
    if (restocked == STORE_NONE || d->at < restocked) return;
    double waited = (double)(d->at - restocked);
    stat_counted *last = w->waits.n ? (stat_counted *)w->waits.at + w->waits.n - 1 : NULL;
    if (!last || last->x < waited || last->x > waited) { /* a batch waits alike */
        last = sim_pool_add(&w->waits, sizeof *last);
        if (!last) {
            w->failed = true;
            return;
        }
        last->x = waited;
    }
    last->count += 1;
}

static void on_slot(sim_world *w, const bis_decision *d) {
    sim_touch *t = new_touch(w, d);
    if (!t) return;
    sim_campaign *c = SIM_CAMPAIGN(w, d->restock);
    sim_frame_slot(w, d);
    if (t->counted) book_wait(w, d);
    if (d->outcome == BIS_GHOST) {
        c->row.ghost++;
        sim_observe_flow(w, STORE_S_ghost, STORE_SINCE_COUNT, d->sku, 1);
        return;
    }
    if (c->row.first_sent == STORE_NONE) c->row.first_sent = w->now;
    c->row.sent++;
    sim_unit *her = &w->unit[d->shopper];
    sim_told_at(w, d->touch)->prev = her->told - 1;
    her->told = d->touch + 1;
    t->sent = true;
    if (t->counted) {
        w->out->tally[STORE_T_messages] += 1;
        w->out->tally[STORE_T_sends] += 1;
        w->out->tally[STORE_T_recipients] += !her->recipient;
        her->recipient = true;
    }
    sim_observe_flow(w, STORE_S_sent, STORE_SINCE_sent, d->sku, 1);
    submit(w, d->touch, 0);
}

static void keep_decision(sim_world *w, const bis_decision *d) {
    bis_decision *kept = sim_pool_add(&w->decisions, sizeof *kept);
    if (kept)
        *kept = *d;
    else
        w->failed = true;
}

void sim_on_decision(sim_world *w, const bis_decision *d) {
    if (w->log == SIM_LOG_FULL && w->rows) keep_decision(w, d);
    if (sim_probes(w, d->shopper)) sim_probe_decision(w, d);
    if (d->assigned_at != BIS_NEVER) sim_frame_assign(w, d);
    if (d->outcome == BIS_QUEUED) return;
    if (SIM_CAMPAIGN(w, d->restock)->counted) w->ledger[d->outcome][d->reason] += d->n;
    if (d->outcome == BIS_SENT || d->outcome == BIS_GHOST) on_slot(w, d);
}

/* ---- delivery and response ---- */

static void on_failed(sim_world *w, uint32_t touch, model_failure why) {
    sim_touch *t = sim_touch_at(w, touch);
    t->failure = (uint8_t)why;
    if (sim_probes(w, t->shopper))
        sim_probe_touch(w, touch, SIM_SEEN_FAILED, model_failure_name(why), STORE_NONE);
    switch (why) {
    case MODEL_FAIL_UNREGISTERED:
        COUNT_TOUCH(w, t, fail_unregistered);
        w->shopper[t->shopper].optin = false; /* no live token any more */
        break;
    case MODEL_FAIL_QUOTA: COUNT_TOUCH(w, t, fail_quota); break;
    case MODEL_FAIL_UNAVAILABLE: COUNT_TOUCH(w, t, fail_unavailable); break;
    case MODEL_FAIL_TOO_LARGE: COUNT_TOUCH(w, t, fail_too_large); break;
    case MODEL_FAIL_TTL: COUNT_TOUCH(w, t, fail_ttl); break;
    case MODEL_FAIL_NONE:
    case MODEL_FAIL_COUNT: break;
    }
    tell_receipt(w, touch, why == MODEL_FAIL_UNREGISTERED ? BIS_RECEIPT_UNREGISTERED : BIS_RECEIPT_FAILED);
}

static void disappoint(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_unit *her = &w->unit[t->shopper];
    if (t->counted && !her->disappointed) {
        w->out->tally[STORE_T_disappointed] += 1;
        her->disappointed = true;
    }
    const model_response *m = &w->p->response;
    if (drawn(w, m->sold_out_leaves, t, MODEL_P_SOLD_OUT))
        sim_intent_at(w, t->intent)->state = SIM_INTENT_DONE;
    if (m->optout_sold_out > 0 && model_uniform(w->key, t->shopper, t->sku, MODEL_P_SOLD_OUT,
                                                t->ordinal | OTHER_HALF) < m->optout_sold_out)
        schedule(w, w->now, SIM_EV_OPTOUT, touch, 0);
}

static void on_sold_out(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_cause cause = sim_sold_out_cause(w, t);
    t->cause = (uint8_t)(cause + 1);
    if (t->counted) w->out->tally[STORE_T_oos_stale_storefront + (int)cause] += 1;
    SIM_CAMPAIGN(w, t->campaign)->row.sold_out_clicks++;
    sim_observe_flow(w, STORE_S_sold_out_clicks, STORE_SINCE_sold_out_clicks, t->sku, 1);
    disappoint(w, touch);
    if (sim_probes(w, t->shopper))
        sim_probe_touch(w, touch, SIM_SEEN_LANDED, sim_cause_name(cause), STORE_NONE);
}

static void buy(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    sim_order_place(w, t->shopper, t->sku, SIM_HOW_PUSH, touch);
}

static void on_land(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    t->landed_at = w->now;
    t->clicked = true;
    COUNT_TOUCH(w, t, clicked);
    if (t->credited) { /* as a viewed one until now */
        w->out->tally[STORE_T_credited_viewed_sends] -= 1;
        w->out->tally[STORE_T_credited_clicked_sends] += 1;
    }
    SIM_CAMPAIGN(w, t->campaign)->row.clicks++;
    bool in_stock = w->sku[t->sku].shown[SIM_STOREFRONT] > 0;
    if (in_stock && sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_LANDED, NULL, STORE_NONE);
    if (!in_stock) {
        on_sold_out(w, touch);
    } else if (sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)) &&
               t->buys < w->answers.buy[t->source]) {
        int64_t delay = span(w, &w->p->response.checkout, t, MODEL_P_LANDING_BUY, OTHER_HALF);
        if (delay > 0)
            schedule(w, w->now + delay, SIM_EV_CHECKOUT, touch, 0);
        else
            buy(w, touch);
    }
    tell_receipt(w, touch, BIS_RECEIPT_CLICKED);
}

static void on_open(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    const sim_intent *intent = sim_intent_at(w, t->intent);
    if (w->times.n) ((sim_touch_times *)w->times.at)[touch].opened_at = w->now;
    COUNT_TOUCH(w, t, opened);
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_OPENED, NULL, STORE_NONE);
    int64_t delay = -1;                            /* until she lands; -1: she does not */
    if (sim_intent_alive(w, t->shopper, intent)) { /* who has bought or lost interest does not click */
        double tier = w->p->shoppers.tiers ? w->p->shoppers.tier[w->shopper[t->shopper].tier].click : 1;
        double age = (double)(w->now - intent->formed) / SIM_DAY;
        double p = model_click_probability(&w->p->response, t->source, tier, age);
        if (drawn(w, p, t, MODEL_P_CLICK))
            delay = span(w, &w->p->response.click_delay, t, MODEL_P_CLICK_DELAY, 0);
    }
    tell_receipt(w, touch, BIS_RECEIPT_OPENED);
    if (delay > 0) {
        schedule(w, w->now + delay, SIM_EV_LAND, touch, 0);
    } else if (delay == 0) { /* no event of its own, as with an instant delivery */
        w->events++;
        on_land(w, touch);
    }
}

static void on_checkout(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    if (!sim_intent_alive(w, t->shopper, sim_intent_at(w, t->intent)))
        return; /* she has it already, or wants it no longer */
    if (w->sku[t->sku].shown[SIM_STOREFRONT] > 0) {
        buy(w, touch);
        return;
    }
    COUNT_TOUCH(w, t, checkout_oos);
    disappoint(w, touch);
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_CHECKOUT_LOST, NULL, STORE_NONE);
}

static void on_optout(sim_world *w, uint32_t touch) {
    sim_touch *t = sim_touch_at(w, touch);
    if (!w->shopper[t->shopper].optin) return;
    w->shopper[t->shopper].optin = false;
    if (sim_probes(w, t->shopper)) sim_probe_touch(w, touch, SIM_SEEN_OPTED_OUT, NULL, STORE_NONE);
    if (w->now - t->shown_at <= 24 * SIM_HOUR) COUNT_TOUCH(w, t, optouts);
    bis_event e = {.at = w->now, .kind = BIS_EV_CONSENT, .shopper = t->shopper, .sku = BIS_NO_ID};
    e.as.consent.push_optin = false;
    e.as.consent.behavioural_consent = false;
    sim_tell(w, &e);
}

void sim_on_push_event(sim_world *w, const sim_event *e) {
    switch ((sim_event_kind)e->kind) {
    case SIM_EV_TRY: submit(w, e->a, e->b); break;
    case SIM_EV_SHOWN: on_shown(w, e->a); break;
    case SIM_EV_RECEIPT: tell_receipt(w, e->a, (bis_receipt)e->b); break;
    case SIM_EV_FAILED: on_failed(w, e->a, (model_failure)e->b); break;
    case SIM_EV_OPEN: on_open(w, e->a); break;
    case SIM_EV_LAND: on_land(w, e->a); break;
    case SIM_EV_CHECKOUT: on_checkout(w, e->a); break;
    case SIM_EV_OPTOUT: on_optout(w, e->a); break;
    default: break;
    }
    sim_touch_at(w, e->a)->pending--; /* not before, or it could be let go meanwhile */
    if (w->answers.n > 0) sim_push_answers(w);
}
