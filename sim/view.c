/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * view.c - what feed and storefront show of the truth, and when.
 *
 * A view by stream gets each change after its own latency; updates may overtake each other and the view keeps
 * the newest version. A view by poll looks every period (phase uniform by SKU) and shows the answer after its
 * latency; a look is only put into the queue when something has changed since the last one. A view without
 * lag costs no events. Updates can be lost, come twice, and without versions overwrite newer ones; and a view
 * can show phantom units besides what it was told.
 */
#include "sim/world.h"

#include <stdlib.h>

static const model_view *view_setup(const sim_world *w, sim_view_id view) {
    return view == SIM_FEED ? &w->p->feed : &w->p->storefront;
}

static void show(sim_world *w, uint32_t sku, sim_view_id view, int64_t level, uint32_t version,
                 int64_t as_of) {
    sim_sku *k = &w->sku[sku];
    w->total[view] += level - k->shown[view];
    k->shown[view] = level;
    if (view != SIM_FEED) {
        w->in_stock[sku] = level > 0;
        return;
    }
    bis_event e = {.at = w->now, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = sku};
    e.as.stock.level = level;
    e.as.stock.as_of = as_of;
    e.as.stock.version = w->arrivals ? ++w->arrivals[sku] : version;
    if (sim_probing(w)) sim_probe_feed(w, sku);
    sim_tell(w, &e);
    if (sim_probing(w)) sim_probe_stock(w, sku);
}

/* A level has come. Where no version says that it is old news, it is news, and true as of now. */
static void arrive(sim_world *w, uint32_t sku, sim_view_id view, int64_t level, uint32_t version,
                   int64_t as_of) {
    sim_sku *k = &w->sku[sku];
    if (!view_setup(w, view)->ordered)
        as_of = w->now;
    else if (version <= k->seen[view])
        return; /* overtaken, or here already */
    k->seen[view] = version;
    if (w->phantom[view]) {
        sim_phantom *p = &w->phantom[view][sku];
        p->level = level;
        p->as_of = as_of;
        level += p->extra;
    }
    show(w, sku, view, level, version, as_of);
}

/* Sends a level on its way. */
static void send(sim_world *w, int64_t latency, const sim_update *update) {
    if (latency == 0) {
        arrive(w, update->sku, (sim_view_id)update->view, update->level, update->version, update->as_of);
        return;
    }
    if (w->now + latency >= w->end) return;
    uint32_t id = w->updates_free;
    if (id != SIM_NONE) {
        w->updates_free = SIM_UPDATE(w, id)->next_free;
    } else {
        if (!sim_pool_add(&w->updates, sizeof(sim_update))) {
            w->failed = true;
            return;
        }
        id = (uint32_t)(w->updates.n - 1);
    }
    *SIM_UPDATE(w, id) = *update;
    sim_schedule(w, w->now + latency, SIM_EV_VIEW, id, 0);
}

static int64_t latency_of(sim_world *w, const model_view *setup, uint32_t entity, uint32_t sku,
                          model_purpose purpose, uint32_t ordinal) {
    if (model_span_is_zero(&setup->latency)) return 0;
    model_rng_seek(w->rng, w->key, entity, sku, purpose, ordinal);
    return model_span_draw(&setup->latency, w->rng);
}

/* Sends what the truth is now to the view. false: it is lost. */
static bool publish(sim_world *w, uint32_t sku, sim_view_id view) {
    const model_view *setup = view_setup(w, view);
    sim_sku *k = &w->sku[sku];
    const sim_update update = {
        .as_of = w->now, .level = k->truth, .version = k->version, .sku = sku, .view = view};
    uint32_t ordinal = k->updates[view]++;
    bool twice = false;
    if (setup->loss > 0 || setup->duplicate > 0) {
        double u[2];
        model_uniform2(w->key, view, sku, MODEL_P_VIEW_FATE, ordinal, u);
        if (u[0] < setup->loss) return false;
        twice = u[1] < setup->duplicate;
    }
    model_purpose purpose = view == SIM_FEED ? MODEL_P_VIEW_FEED : MODEL_P_VIEW_STORE;
    send(w, latency_of(w, setup, MODEL_NOBODY, sku, purpose, ordinal), &update);
    if (twice) send(w, latency_of(w, setup, view, sku, MODEL_P_VIEW_AGAIN, ordinal), &update);
    return true;
}

void sim_on_view(sim_world *w, const sim_event *e) {
    sim_update u = *SIM_UPDATE(w, e->a);
    SIM_UPDATE(w, e->a)->next_free = w->updates_free;
    w->updates_free = e->a;
    arrive(w, u.sku, (sim_view_id)u.view, u.level, u.version, u.as_of);
}

/* The first look after now. */
static int64_t next_poll(sim_world *w, uint32_t sku, sim_view_id view) {
    int64_t period = view_setup(w, view)->period;
    double u = model_uniform(w->key, (uint32_t)view, sku, MODEL_P_POLL_PHASE, 0);
    int64_t phase = w->start + (int64_t)(u * (double)period);
    int64_t since = w->now - phase;
    if (since < 0) return phase;
    return phase + (since / period + 1) * period;
}

/* Whose answer is lost looks again. */
void sim_on_poll(sim_world *w, const sim_event *e) {
    sim_view_id view = (sim_view_id)e->b;
    bool lost = !publish(w, e->a, view);
    w->sku[e->a].polling[view] = lost;
    if (lost) sim_schedule(w, next_poll(w, e->a, view), SIM_EV_POLL, e->a, view);
}

/* ---- phantom units: each SKU has some, or none, by turns ---- */

static void change_later(sim_world *w, uint32_t sku, sim_view_id view) {
    const model_phantom *m = &view_setup(w, view)->phantom;
    sim_phantom *p = &w->phantom[view][sku];
    int64_t after;
    if (p->extra > 0) {
        model_rng_seek(w->rng, w->key, view, sku, MODEL_P_VIEW_PHANTOM, p->changes);
        after = model_span_draw(&m->lasts, w->rng);
    } else {
        double u = model_uniform(w->key, view, sku, MODEL_P_VIEW_PHANTOM, p->changes);
        after = sim_exponential_gap(SIM_DAY / m->rate, u);
    }
    p->changes++;
    sim_schedule(w, w->now + after, SIM_EV_PHANTOM, sku, view);
}

void sim_on_phantom(sim_world *w, const sim_event *e) {
    sim_view_id view = (sim_view_id)e->b;
    sim_phantom *p = &w->phantom[view][e->a];
    p->extra = p->extra > 0 ? 0 : view_setup(w, view)->phantom.units;
    change_later(w, e->a, view);
    show(w, e->a, view, p->level + p->extra, w->sku[e->a].version, p->as_of);
}

/* ---- what both do ---- */

/* It sees each change at once. */
static bool is_plain(const model_view *v) {
    return v->mode == MODEL_VIEW_STREAM && model_span_is_zero(&v->latency) && !(v->loss > 0) &&
           !(v->duplicate > 0);
}

void sim_view_changed(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    for (int v = SIM_VIEWS - 1; v >= 0;
         v--) { /* storefront first: a push sent at once lands on what is there */
        sim_view_id view = (sim_view_id)v;
        if (w->plain_view[view]) {
            arrive(w, sku, view, k->truth, k->version, w->now);
        } else if (view_setup(w, view)->mode == MODEL_VIEW_STREAM) {
            publish(w, sku, view);
        } else if (!k->polling[view]) {
            k->polling[view] = true;
            sim_schedule(w, next_poll(w, sku, view), SIM_EV_POLL, sku, view);
        }
    }
}

/* The engine's versions are those of the truth, unless it may hear of one twice, out of turn, or of phantom
 * units: then they count what it hears. */
bool sim_view_init(sim_world *w) {
    for (int v = 0; v < SIM_VIEWS; v++)
        w->plain_view[v] = is_plain(view_setup(w, (sim_view_id)v));
    bool counts = !w->p->feed.ordered || w->p->feed.phantom.rate > 0;
    if (counts && !(w->arrivals = calloc(w->skus, sizeof *w->arrivals))) return false;
    for (uint32_t i = 0; counts && i < w->skus; i++)
        w->arrivals[i] = w->sku[i].version;
    for (int v = 0; v < SIM_VIEWS; v++) {
        if (view_setup(w, (sim_view_id)v)->phantom.rate <= 0) continue;
        w->phantom[v] = calloc(w->skus, sizeof *w->phantom[v]);
        if (!w->phantom[v]) return false;
    }
    return true;
}

void sim_view_start(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    for (int v = 0; v < SIM_VIEWS; v++) {
        k->shown[v] = k->truth;
        w->total[v] += k->truth;
        if (!w->phantom[v]) continue;
        w->phantom[v][sku].level = k->truth;
        w->phantom[v][sku].as_of = w->start;
        change_later(w, sku, (sim_view_id)v);
    }
    w->in_stock[sku] = k->truth > 0;
}
