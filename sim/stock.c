/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stock.c - units: the truth, what feed and storefront show of it and when, supply and the inventory trace.
 *
 * A view by stream gets each change after its own latency; updates may overtake each other and the view keeps
 * the newest version. A view by poll looks every period (phase uniform by SKU) and shows the answer after its
 * latency; a look is only put into the queue when something has changed since the last one. A view without
 * lag costs no events.
 */
#include "sim/world.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

static const model_view *view_setup(const sim_world *w, sim_view_id view) {
    return view == SIM_FEED ? &w->p->feed : &w->p->storefront;
}

/* ---- the truth and its past ---- */

static void remember(sim_world *w, uint32_t sku) {
    sim_history *past = &w->sku[sku].past;
    int32_t level = (int32_t)w->sku[sku].truth;
    if (past->n && past->at[past->n - 1] == w->now) { /* only the last level of an instant counts */
        past->level[past->n - 1] = level;
        return;
    }
    if (past->n == past->cap) {
        uint32_t cap = past->cap ? past->cap * 2 : 16;
        int64_t *at = realloc(past->at, cap * sizeof *at);
        if (at) past->at = at;
        int32_t *lv = at ? realloc(past->level, cap * sizeof *lv) : NULL;
        if (lv) past->level = lv;
        if (!at || !lv) {
            w->failed = true;
            return;
        }
        past->cap = cap;
    }
    past->at[past->n] = w->now;
    past->level[past->n++] = level;
}

int64_t sim_stock_level_at(const sim_world *w, uint32_t sku, int64_t at) {
    const sim_history *past = &w->sku[sku].past;
    uint32_t lo = 0, hi = past->n; /* first entry after `at` */
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (past->at[mid] <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo ? past->level[lo - 1] : 0;
}

/* ---- views ---- */

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

static void changed(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    k->version++;
    remember(w, sku);
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

/* ---- units come and go ---- */

static void rose(sim_world *w, uint32_t sku) {
    sim_rise *rise = sim_pool_add(&w->rises, sizeof *rise);
    if (!rise) {
        w->failed = true;
        return;
    }
    sim_sku *k = &w->sku[sku];
    *rise = (sim_rise){.at = w->now, .gone = STORE_NONE, .sku = sku, .base = (uint32_t)k->truth};
    if (k->rise != SIM_NONE) SIM_RISE(w, k->rise)->gone = w->now;
    k->rise = (uint32_t)(w->rises.n - 1);
    k->restocked_at = w->now;
    SIM_COUNT(w, restocks, 1);
}

void sim_stock_arrive(sim_world *w, uint32_t sku, int64_t units) {
    if (units <= 0) return;
    sim_sku *k = &w->sku[sku];
    bool rise = k->truth == 0;
    k->truth += units;
    w->sku[k->leader].on_hand += units;
    k->arrived += (uint64_t)units;
    w->total[SIM_VIEWS] += units;
    SIM_COUNT(w, units_restocked, units);
    if (rise) rose(w, sku);
    changed(w, sku);
}

static void went_to_zero(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    for (uint32_t i = 0; i < w->arms; i++) {
        uint32_t campaign = *sim_latest(w, &w->arm[i], sku);
        if (campaign == SIM_NONE || sim_on_hand(w, &w->arm[i], sku) > 0) continue;
        store_restock_row *row = &SIM_CAMPAIGN(w, campaign)->row;
        if (row->depleted == STORE_NONE) row->depleted = w->now;
    }
    if (w->p->supply.mode != MODEL_SUPPLY_LEAD_TIME) return;
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku, MODEL_P_SUPPLY_LEAD, k->restocks);
    int64_t lead = model_span_draw(&w->p->supply.lead_time, w->rng);
    sim_schedule(w, w->now + lead, SIM_EV_RESTOCK, sku, k->restocks);
    k->restocks++;
}

/* Takes units off the shelf; the caller has made sure that they are there. */
static void remove_units(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    k->truth -= units;
    w->sku[k->leader].on_hand -= units;
    w->total[SIM_VIEWS] -= units;
    if (k->truth == 0) went_to_zero(w, sku);
    changed(w, sku);
}

bool sim_stock_take(sim_world *w, uint32_t sku) {
    sim_sku *k = &w->sku[sku];
    if (k->truth <= 0) return false;
    if (w->p->traces_mode) return true; /* open loop: the trace's stock knows of no orders but its own */
    if (k->rise != SIM_NONE) {
        sim_rise *rise = SIM_RISE(w, k->rise);
        rise->sold_24h += w->now - rise->at <= 24 * SIM_HOUR;
        rise->sold_72h += w->now - rise->at <= 72 * SIM_HOUR;
    }
    k->taken++;
    remove_units(w, sku, 1);
    SIM_COUNT(w, units_sold, 1);
    return true;
}

int64_t sim_stock_take_more(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    if (units > k->truth) units = k->truth;
    if (units <= 0 || w->p->traces_mode) return units < 0 ? 0 : units;
    if (k->rise != SIM_NONE) {
        sim_rise *rise = SIM_RISE(w, k->rise);
        if (w->now - rise->at <= 24 * SIM_HOUR) rise->sold_24h += (uint32_t)units;
        if (w->now - rise->at <= 72 * SIM_HOUR) rise->sold_72h += (uint32_t)units;
    }
    k->taken += (uint64_t)units;
    remove_units(w, sku, units);
    SIM_COUNT(w, units_sold, units);
    return units;
}

void sim_on_restock(sim_world *w, const sim_event *e) {
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, e->a, MODEL_P_SUPPLY_UNITS, e->b);
    int64_t units = model_units_draw(&w->p->supply.quantity, w->rng);
    sim_stock_arrive(w, e->a,
                     units < 1 ? 1 : units); /* a delivery of nothing would end the supply for good */
}

void sim_on_delivery(sim_world *w, const sim_event *e) {
    const sim_delivery *d = (const sim_delivery *)w->deliveries.at + e->a;
    sim_stock_arrive(w, d->sku, d->units);
}

/* ---- the inventory trace: a flag's rise is a restock of drawn units, its fall takes away what is left ----
 */

static int64_t trace_units(sim_world *w, uint32_t sku, uint32_t level) {
    if (w->p->inventory.kind != 0 || level == 0) return level;
    model_rng_seek(w->rng, w->key, MODEL_NOBODY, sku, MODEL_P_TRACE_UNITS, w->sku[sku].flags_up++);
    int64_t units = model_units_draw(&w->p->supply.units_when_available, w->rng);
    return units > 0 ? units : 1; /* the flag says that there is something */
}

static void trace_fall(sim_world *w, uint32_t sku, int64_t units) {
    int64_t left = w->sku[sku].truth;
    if (units > left) units = left;
    if (units <= 0) return;
    SIM_COUNT(w, units_lost, units);
    remove_units(w, sku, units);
}

/* A level's change, with what the trace's own purchases since the last row have taken added to it, is what
 * came if it is above 0, and else what others have bought. */
static void trace_apply(sim_world *w, const scenario_stock_row *row) {
    sim_sku *k = &w->sku[row->sku];
    int64_t before = k->trace_level < 0 ? 0 : k->trace_level;
    k->trace_level = row->level;
    bool flags = w->p->inventory.kind == SCENARIO_FLAGS;
    int64_t change = (int64_t)row->level - before;
    if (!flags && w->replay) change += sim_replay_explains(w, row->sku);
    if (change > 0)
        sim_stock_arrive(w, row->sku, flags ? trace_units(w, row->sku, 1) : change);
    else if (change < 0)
        trace_fall(w, row->sku, flags && row->level == 0 ? k->truth : -change);
}

static void trace_schedule(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    if (w->trace_row < inv->rows) sim_schedule(w, inv->row[w->trace_row].at, SIM_EV_TRACE, 0, 0);
}

void sim_on_trace(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    if (w->replay) sim_replay_until_now(w); /* what was bought at this instant is in the level already */
    while (w->trace_row < inv->rows && inv->row[w->trace_row].at <= w->now)
        trace_apply(w, &inv->row[w->trace_row++]);
    trace_schedule(w);
}

/* ---- the start ---- */

static void set_initial(sim_world *w, uint32_t sku, int64_t units) {
    sim_sku *k = &w->sku[sku];
    w->total[SIM_VIEWS] += units - k->truth;
    w->sku[k->leader].on_hand += units - k->truth;
    k->truth = units;
}

static void initial_from_trace(sim_world *w) {
    const scenario_inventory *inv = w->s->inventory;
    for (; w->trace_row < inv->rows && inv->row[w->trace_row].at <= w->start; w->trace_row++) {
        const scenario_stock_row *row = &inv->row[w->trace_row];
        if ((int64_t)row->level == w->sku[row->sku].trace_level) continue;
        w->sku[row->sku].trace_level = row->level;
        set_initial(w, row->sku, trace_units(w, row->sku, row->level));
    }
}

static void initial_drawn(sim_world *w) {
    for (uint32_t i = 0; i < w->skus; i++) {
        model_rng_seek(w->rng, w->key, MODEL_NOBODY, i, MODEL_P_CATALOG, 0);
        set_initial(w, i, model_units_draw(&w->p->supply.initial, w->rng));
    }
}

bool sim_stock_init(sim_world *w) {
    if (!sim_catalog_init(w)) return false;
    for (uint32_t i = 0; i < w->skus; i++) {
        w->sku[i].trace_level = -1;
        w->sku[i].restocked_at = STORE_NONE;
        w->sku[i].rise = SIM_NONE;
        w->sku[i].version = w->sku[i].seen[SIM_FEED] = w->sku[i].seen[SIM_STOREFRONT] = 1;
    }
    if (w->s->inventory)
        initial_from_trace(w);
    else
        initial_drawn(w);
    return true;
}

/* Splits a delivery over the variants by the size curve: floors first, then the largest remainders. */
static void schedule_delivery(sim_world *w, const model_restock *r, uint32_t product) {
    uint32_t units[MODEL_VARIANTS_MAX] = {0};
    double rest[MODEL_VARIANTS_MAX] = {0};
    int64_t left = r->units;
    for (uint32_t v = 0; v < w->variants; v++) {
        double want = (double)r->units * w->curve[v];
        units[v] = (uint32_t)want;
        rest[v] = want - (double)units[v];
        left -= units[v];
    }
    for (; left > 0; left--) {
        uint32_t best = 0;
        for (uint32_t v = 1; v < w->variants; v++)
            if (rest[v] > rest[best]) best = v;
        units[best]++;
        rest[best] -= 1;
    }
    for (uint32_t v = 0; v < w->variants; v++) {
        if (!units[v]) continue;
        sim_delivery *delivery = sim_pool_add(&w->deliveries, sizeof *delivery);
        if (!delivery) {
            w->failed = true;
            return;
        }
        *delivery = (sim_delivery){product * w->variants + v, units[v]};
        sim_schedule(w, w->start + r->after, SIM_EV_DELIVERY, (uint32_t)(w->deliveries.n - 1), 0);
    }
}

static void schedule_explicit(sim_world *w) {
    for (size_t i = 0; i < w->p->supply.restocks; i++) {
        const model_restock *r = &w->p->supply.restock[i];
        for (uint32_t product = 0; product < w->products; product++)
            if (r->product < 0 || r->product == (int64_t)product) schedule_delivery(w, r, product);
    }
}

void sim_stock_start(sim_world *w) {
    for (uint32_t i = 0; i < w->skus; i++) {
        sim_sku *k = &w->sku[i];
        remember(w, i);
        for (int v = 0; v < SIM_VIEWS; v++) {
            k->shown[v] = k->truth;
            w->total[v] += k->truth;
        }
        w->in_stock[i] = k->truth > 0;
        if (k->truth == 0) went_to_zero(w, i);
    }
    if (w->p->supply.mode == MODEL_SUPPLY_EXPLICIT) schedule_explicit(w);
    if (w->s->inventory) trace_schedule(w);
}
