/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * view.c - what feed and storefront show of the truth, and when.
 *
 * A view by stream gets each change after its own latency; updates may overtake each other and the view keeps
 * the newest version. A view by poll looks every period (phase uniform by SKU) and shows the answer after its
 * latency; a look is only put into the queue when something has changed since the last one. A view without
 * lag costs no events.
 */
#include "sim/world.h"

static const model_view *view_setup(const sim_world *w, sim_view_id view) {
    return view == SIM_FEED ? &w->p->feed : &w->p->storefront;
}

static void show(sim_world *w, uint32_t sku, sim_view_id view, int64_t level, uint32_t version,
                 int64_t as_of) {
    sim_sku *k = &w->sku[sku];
    if (version <= k->seen[view]) return; /* overtaken */
    k->seen[view] = version;
    w->total[view] += level - k->shown[view];
    k->shown[view] = level;
    if (view != SIM_FEED) {
        w->in_stock[sku] = level > 0;
        return;
    }
    bis_event e = {.at = w->now, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = sku};
    e.as.stock.level = level;
    e.as.stock.as_of = as_of;
    e.as.stock.version = version;
    if (sim_probing(w)) sim_probe_feed(w, sku);
    sim_tell(w, &e);
    if (sim_probing(w)) sim_probe_stock(w, sku);
}

/* Sends what the truth is now on its way to the view. */
static void publish(sim_world *w, uint32_t sku, sim_view_id view) {
    const model_view *setup = view_setup(w, view);
    sim_sku *k = &w->sku[sku];
    int64_t latency = 0;
    if (!model_span_is_zero(&setup->latency)) {
        model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku,
                       view == SIM_FEED ? MODEL_P_VIEW_FEED : MODEL_P_VIEW_STORE, k->updates[view]);
        latency = model_span_draw(&setup->latency, w->rng);
    }
    k->updates[view]++;
    if (latency == 0) {
        show(w, sku, view, k->truth, k->version, w->now);
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
    *SIM_UPDATE(w, id) =
        (sim_update){.as_of = w->now, .level = k->truth, .version = k->version, .sku = sku, .view = view};
    sim_schedule(w, w->now + latency, SIM_EV_VIEW, id, 0);
}

void sim_on_view(sim_world *w, const sim_event *e) {
    sim_update u = *SIM_UPDATE(w, e->a);
    SIM_UPDATE(w, e->a)->next_free = w->updates_free;
    w->updates_free = e->a;
    show(w, u.sku, (sim_view_id)u.view, u.level, u.version, u.as_of);
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

void sim_on_poll(sim_world *w, const sim_event *e) {
    w->sku[e->a].polling[e->b] = false;
    publish(w, e->a, (sim_view_id)e->b);
}

void sim_view_changed(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    for (int v = SIM_VIEWS - 1; v >= 0;
         v--) { /* storefront first: a push sent at once lands on what is there */
        sim_view_id view = (sim_view_id)v;
        if (view_setup(w, view)->mode == MODEL_VIEW_STREAM) {
            publish(w, sku, view);
        } else if (!k->polling[view]) {
            k->polling[view] = true;
            sim_schedule(w, next_poll(w, sku, view), SIM_EV_POLL, sku, view);
        }
    }
}

void sim_view_start(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    for (int v = 0; v < SIM_VIEWS; v++) {
        k->shown[v] = k->truth;
        w->total[v] += k->truth;
    }
    w->in_stock[sku] = k->truth > 0;
}
