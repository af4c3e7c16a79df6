/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * push.c - from a decision to a push on her device: slots, provider, delivery, and the answers that follow
 * it.
 *
 * A ghost gets its ordinal and nothing else. What she does about what she sees is in respond.c, all messages
 * but a candidate's first are in later.c.
 */
#include "sim/push_inside.h"

#include <string.h>

#include "stats/gini.h"

void sim_touch_receipt(sim_world *w, uint32_t touch, bis_receipt what) {
    const sim_touch *t = sim_touch_at(w, touch);
    if (!bis_engine_needs(sim_engine_of(w, t->shopper), what)) return;
    bis_event e = {.at = w->now, .kind = BIS_EV_RECEIPT, .shopper = t->shopper, .sku = t->sku};
    e.as.receipt.touch = touch;
    e.as.receipt.what = what;
    e.as.receipt.sold_out = t->cause && sim_cause_sold_out((sim_cause)(t->cause - 1));
    sim_tell(w, &e);
}

/* Something that will happen to a touch; until then it is not let go. */
void sim_touch_schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t touch, uint32_t b) {
    if (at >= w->end) return; /* the world ends before it */
    sim_touch_at(w, touch)->pending++;
    sim_schedule(w, at, kind, touch, b);
}

/* ---- delivery ---- */

static double template_click(const model_response *m, const char *name) {
    for (size_t i = 0; i < m->template_clicks; i++)
        if (strcmp(m->template_click[i].name, name) == 0) return m->template_click[i].times;
    return 1;
}

void sim_push_init(sim_world *w) {
    const bis_template *template[BIS_TEMPLATES_MAX];
    size_t templates = scenario_templates(w->s, template, NULL);
    for (uint32_t i = 0; i < w->arms; i++)
        w->leads = w->leads || w->arm[i].policy->reminder.after > 0 || w->arm[i].policy->channels.n > 0;
    w->by_template = templates > 1;
    w->lands_somehow = sim_lands_somehow(&w->p->landing);
    for (size_t i = 0; i < BIS_TEMPLATES_MAX; i++)
        w->template_click[i] = i < templates ? template_click(&w->p->response, template[i] -> name) : 1;
    for (int platform = 0; platform < MODEL_PLATFORMS; platform++)
        w->answers.open[platform] = model_below(w->p->response.open[platform]);
    w->answers.optout = model_below(w->p->response.optout);
    for (int source = 0; source < MODEL_SOURCES; source++)
        w->answers.buy[source] = model_below(w->p->response.buy[source]);
}

void sim_opt_out_later(sim_world *w, uint32_t touch) {
    const sim_touch *t = sim_touch_at(w, touch);
    double after = model_uniform(w->key, t->shopper, t->sku, MODEL_P_OPTOUT, sim_touch_key(t));
    sim_touch_schedule(w, w->now + (int64_t)(after * (double)w->p->response.optout_within), SIM_EV_OPTOUT,
                       touch, 0);
}

static model_platform shown_on(const sim_world *w, uint32_t touch, uint32_t shopper) {
    return sim_by_device(w) ? sim_device_shown_on(w, touch, shopper)
                            : (model_platform)w->shopper[shopper].platform;
}

/* Those of `a` who open: how long each takes, and whether she will buy. */
static void open_later(sim_world *w, sim_answers *a) {
    model_lanes_draw(&w->rounds, MODEL_P_OPEN_DELAY, a->n, &a->lanes);
    for (uint32_t i = 0; i < a->n; i++) {
        const sim_touch *t = sim_touch_at(w, a->touch[i]);
        const model_span *delay = &w->p->response.open_delay[shown_on(w, a->touch[i], t->shopper)];
        int64_t ms = model_span_inverts(delay) ? model_span_at(delay, (double)a->lanes.first[i] * 0x1p-53)
                                               : sim_touch_span(w, delay, t, MODEL_P_OPEN_DELAY, 0);
        sim_touch_schedule(w, w->now + ms, SIM_EV_OPEN, a->touch[i], 0);
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
        uint64_t optout =
            w->tired ? model_below(sim_patience_optout(w, w->p->response.optout, a->tired[i])) : a->optout;
        if (a->lanes.second[i] < optout) sim_opt_out_later(w, a->touch[i]);
        /* Those who open move up, without a branch. */
        uint64_t opens = a->lanes.first[i], below = a->open[shown_on(w, a->touch[i], a->lanes.entity[i])];
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

static void on_shown(sim_world *w, uint32_t touch, uint32_t device) {
    if (sim_by_device(w) && !sim_device_shows(w, touch, device)) return;
    sim_touch *t = sim_touch_at(w, touch);
    t->shown_at = w->now;
    if (sim_probes(w, t->shopper)) sim_probe_message(w, touch, device, SIM_SEEN_SHOWN, NULL, STORE_NONE);
    COUNT_TOUCH(w, t, delivered);
    COUNT_TEMPLATE(w, t, delivered);
    if (w->sku[t->sku].truth == 0) COUNT_FIRST(w, t, delivered_oos);
    if (bis_engine_needs(sim_engine_of(w, t->shopper), BIS_RECEIPT_DELIVERED))
        sim_touch_schedule(w, w->now, SIM_EV_RECEIPT, touch, BIS_RECEIPT_DELIVERED);
    sim_answers *a = &w->answers;
    if (w->slots) sim_optout_shown(w, t);
    if (w->tired) a->tired[a->n] = sim_patience_shown(w, t->shopper);
    a->touch[a->n] = touch;
    a->lanes.entity[a->n] = t->shopper;
    a->lanes.sku[a->n] = t->sku;
    a->lanes.ordinal[a->n] = sim_touch_key(t);
    if (++a->n == MODEL_MANY_MAX) sim_push_answers(w);
}

/* An instant delivery is no event of its own. */
static void shown(sim_world *w, uint32_t touch, uint32_t device, int64_t at) {
    if (at > w->now)
        sim_touch_schedule(w, at, SIM_EV_SHOWN, touch, SIM_ON_DEVICE(device));
    else {
        w->events++;
        on_shown(w, touch, device);
    }
}

/* ---- decisions ---- */

static void accepted(sim_world *w, uint32_t touch, uint32_t device, const model_answer *a) {
    sim_touch *t = sim_touch_at(w, touch);
    if (!sim_by_device(w) || sim_device_accepts(w, touch, device, a)) COUNT_FIRST(w, t, accepted);
    if (sim_probes(w, t->shopper)) sim_probe_message(w, touch, device, SIM_SEEN_ACCEPTED, NULL, a->at);
    if (a->failure == MODEL_FAIL_NONE)
        shown(w, touch, device, a->at);
    else
        sim_touch_schedule(w, a->at, SIM_EV_FAILED, touch, SIM_ON_DEVICE(device) | a->failure);
}

void sim_push_submit(sim_world *w, uint32_t touch, uint32_t b) {
    sim_touch *t = sim_touch_at(w, touch);
    if (w->latent && w->latent[t->shopper]) { /* which is how it comes out */
        uint32_t device = sim_by_device(w) ? SIM_DEVICE_OF(b) : 0;
        sim_touch_schedule(w, w->now, SIM_EV_FAILED, touch, SIM_ON_DEVICE(device) | MODEL_FAIL_UNREGISTERED);
        return;
    }
    model_message m = {.shopper = t->shopper, .sku = t->sku, .touch = sim_touch_key(t), .attempt = b};
    m.platform = (model_platform)w->shopper[t->shopper].platform;
    if (sim_by_device(w)) sim_device_address(w, touch, b, &m);
    model_answer a = w->transport->submit(w->provider, w->now, &m);
    switch (a.verdict) {
    case MODEL_ACCEPTED: accepted(w, touch, m.device, &a); break;
    case MODEL_RETRY:
        if (sim_probes(w, t->shopper))
            sim_probe_message(w, touch, m.device, SIM_SEEN_RETRY, model_failure_name(a.failure), a.at);
        sim_touch_schedule(w, a.at, SIM_EV_TRY, touch, b + 1);
        break;
    case MODEL_REJECTED:
        sim_touch_schedule(w, w->now, SIM_EV_FAILED, touch, SIM_ON_DEVICE(m.device) | a.failure);
        break;
    case MODEL_NO_MEMORY: w->failed = true; break;
    }
}

/* No device: her token died while she was queued. */
void sim_push_out(sim_world *w, const bis_decision *d) {
    if (sim_by_device(w))
        sim_device_send(w, d);
    else if (d->devices > 0)
        sim_push_submit(w, d->touch, 0);
}

/* What --log full tells of a touch besides. */
static bool keep_times(sim_world *w) {
    if (!w->full) return true;
    sim_touch_times *times = sim_pool_add(&w->times, sizeof *times);
    if (times) times->opened_at = times->ordered_at = STORE_NONE;
    return times != NULL;
}

/* Touches are numbered as the engine numbers them, ghosts too, so that its ids, once they have been made the
 * world's, are our indices. */
sim_touch *sim_touch_make(sim_world *w, const bis_decision *d, uint16_t ordinal, uint8_t later) {
    if (d->touch != w->touches.next) {
        w->broken = "the touch ids are not consecutive";
        return NULL;
    }
    uint32_t id = sim_intent_find(w, d->shopper, d->sku);
    if (id == SIM_NONE) {
        w->broken = "a shopper was told who never asked";
        return NULL;
    }
    bool first = later == SIM_LATER_NOT;
    if (first) ordinal = sim_intent_at(w, id)->touches++;
    sim_touch *t = sim_touch_add(w, first ? d->restock : SIM_NONE);
    if (!t || !keep_times(w) || (w->leads && !sim_later_keep(w, ordinal)) ||
        (w->moods && !sim_patience_keep(w, d->sku)) || (sim_by_device(w) && !sim_device_keep(w))) {
        w->failed = true;
        return NULL;
    }
    bool restock = d->restock != BIS_NO_ID;
    int64_t truth = w->sku[d->sku].truth;
    *t = (sim_touch){.at = d->at,
                     .shown_at = STORE_NONE,
                     .landed_at = STORE_NONE,
                     .shopper = d->shopper,
                     .sku = d->sku,
                     .intent = id,
                     .campaign = d->restock,
                     .ordinal = ordinal,
                     .later = later,
                     .source = (uint8_t)d->source,
                     .template = sim_arm_of(w, d->shopper)->template[d->template_id & 7u] & 7u,
                     .none_left = truth == 0,
                     .counted = restock ? SIM_CAMPAIGN(w, d->restock)->counted : d->at >= w->warm};
    if (restock) t->for_others = sim_cause_others(w, t) + truth;
    return t;
}

/* Those that were sent are chained, so that an order finds them. */
void sim_touch_told(sim_world *w, const bis_decision *d) {
    sim_unit *her = &w->unit[d->shopper];
    sim_told_at(w, d->touch)->prev = her->told - 1;
    her->told_before = her->told;
    her->told = d->touch + 1;
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
    sim_touch *t = sim_touch_make(w, d, 0, SIM_LATER_NOT);
    if (!t) return;
    sim_campaign *c = SIM_CAMPAIGN(w, d->restock);
    sim_frame_slot(w, d);
    if (t->counted) book_wait(w, d);
    if (d->outcome == BIS_GHOST) {
        COUNT_ARM(w, t, ghosts);
        if (w->slots) sim_optout_ghost(w, t);
        c->row.ghost++;
        sim_observe_flow(w, STORE_S_ghost, STORE_SINCE_COUNT, d->sku, 1);
        return;
    }
    if (c->row.first_sent == STORE_NONE) c->row.first_sent = w->now;
    c->row.sent++;
    sim_touch_told(w, d);
    sim_unit *her = &w->unit[d->shopper];
    t->sent = true;
    COUNT_TEMPLATE(w, t, sends);
    COUNT_ARM(w, t, sends);
    if (t->counted) {
        if (!her->recipient) COUNT_ARM(w, t, recipients);
        w->out->tally[STORE_T_messages] += d->devices;
        w->out->tally[STORE_T_sends] += 1;
        w->out->tally[STORE_T_recipients] += !her->recipient;
        her->recipient = true;
    }
    sim_observe_flow(w, STORE_S_sent, STORE_SINCE_sent, d->sku, 1);
    sim_push_out(w, d);
}

static void keep_decision(sim_world *w, const bis_decision *d) {
    bis_decision *kept = sim_pool_add(&w->decisions, sizeof *kept);
    if (kept)
        *kept = *d;
    else
        w->failed = true;
}

void sim_on_decision(sim_world *w, const bis_decision *d) {
    if (w->full) keep_decision(w, d);
    if (sim_probes(w, d->shopper)) sim_probe_decision(w, d);
    if (d->kind != BIS_KIND_RESTOCK) {
        sim_on_later(w, d);
        return;
    }
    if (d->assigned_at != BIS_NEVER) sim_frame_assign(w, d);
    if (d->outcome == BIS_QUEUED) return;
    if (SIM_CAMPAIGN(w, d->restock)->counted) w->ledger[d->outcome][d->reason] += d->n;
    if (d->outcome == BIS_SENT || d->outcome == BIS_GHOST) on_slot(w, d);
}

/* ---- what becomes of it ---- */

static void count_failed(sim_world *w, const sim_touch *t, model_failure why) {
    switch (why) {
    case MODEL_FAIL_UNREGISTERED: COUNT_FIRST(w, t, fail_unregistered); break;
    case MODEL_FAIL_QUOTA: COUNT_FIRST(w, t, fail_quota); break;
    case MODEL_FAIL_UNAVAILABLE: COUNT_FIRST(w, t, fail_unavailable); break;
    case MODEL_FAIL_TOO_LARGE: COUNT_FIRST(w, t, fail_too_large); break;
    case MODEL_FAIL_TTL: COUNT_FIRST(w, t, fail_ttl); break;
    case MODEL_FAIL_BAD_TOKEN: COUNT_FIRST(w, t, fail_bad_token); break;
    case MODEL_FAIL_DEVICE_LIMIT: COUNT_FIRST(w, t, fail_device_limit); break;
    case MODEL_FAIL_INTERNAL: COUNT_FIRST(w, t, fail_internal); break;
    case MODEL_FAIL_COLLAPSED: COUNT_FIRST(w, t, fail_collapsed); break;
    case MODEL_FAIL_NONE:
    case MODEL_FAIL_COUNT: break;
    }
}

/* The engine learns of each of her tokens once. */
static void token_dies(sim_world *w, uint32_t touch, uint32_t device) {
    uint32_t shopper = sim_touch_at(w, touch)->shopper;
    bool last = true;
    bool news = !sim_by_device(w) || sim_device_dies(w, shopper, device, &last);
    if (last) {
        w->shopper[shopper].optin = false;
        if (w->latent) w->latent[shopper] = false;
    }
    if (news) sim_touch_receipt(w, touch, BIS_RECEIPT_UNREGISTERED);
}

static void on_failed(sim_world *w, uint32_t touch, uint32_t device, model_failure why) {
    sim_touch *t = sim_touch_at(w, touch);
    if (sim_by_device(w) && !sim_device_fails(w, touch, device, why)) return;
    if (t->shown_at == STORE_NONE) t->failure = (uint8_t)why;
    if (sim_probes(w, t->shopper))
        sim_probe_message(w, touch, device, SIM_SEEN_FAILED, model_failure_name(why), STORE_NONE);
    count_failed(w, t, why);
    if (why == MODEL_FAIL_UNREGISTERED || why == MODEL_FAIL_BAD_TOKEN)
        token_dies(w, touch, device);
    else
        sim_touch_receipt(w, touch, BIS_RECEIPT_FAILED);
}

void sim_on_push_event(sim_world *w, const sim_event *e) {
    switch ((sim_event_kind)e->kind) {
    case SIM_EV_TRY: sim_push_submit(w, e->a, e->b); break;
    case SIM_EV_SHOWN: on_shown(w, e->a, SIM_DEVICE_OF(e->b)); break;
    case SIM_EV_RECEIPT: sim_touch_receipt(w, e->a, (bis_receipt)e->b); break;
    case SIM_EV_FAILED:
        on_failed(w, e->a, SIM_DEVICE_OF(e->b), (model_failure)SIM_WITHOUT_DEVICE(e->b));
        break;
    case SIM_EV_OPEN: sim_on_open(w, e->a); break;
    case SIM_EV_LAND: sim_on_land(w, e->a); break;
    case SIM_EV_CHECKOUT: sim_on_checkout(w, e->a, e->b); break;
    case SIM_EV_PAGE: sim_on_page(w, e->a); break;
    case SIM_EV_OPTOUT: sim_on_optout(w, e->a); break;
    default: break;
    }
    sim_touch_at(w, e->a)->pending--; /* not before, or it could be let go meanwhile */
    if (w->answers.n > 0) sim_push_answers(w);
}
