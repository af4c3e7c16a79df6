/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * detail.c - rows of replication 0: its restocks always; ledger, touches and orders with --log full. With
 * SIM_LOG_EACH all of them and the signals, of any replication.
 */
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

static const char *const cause_name[SIM_CAUSE_COUNT] = {
    "stale_storefront", "stale_feed",  "organic", "push_latency", "late_open",
    "batch_too_large",  "link_failed", "left",    "not_found",    "loading"};
static const char *const how_name[] = {"push",     "return",   "visit",  "organic",
                                       "reminder", "followup", "repeat", "retargeting"};

const char *sim_cause_name(sim_cause cause) {
    return cause_name[cause];
}

const char *sim_how_name(sim_how how) {
    return how_name[how];
}

static bool restock_rows(sim_world *w) {
    store_trial *out = w->out;
    out->restock = malloc((w->campaigns.n + 1) * sizeof *out->restock);
    if (!out->restock) return false;
    for (size_t i = 0; i < w->campaigns.n; i++)
        out->restock[out->restocks++] = SIM_CAMPAIGN(w, i)->row;
    return true;
}

static bool decision_rows(sim_world *w) {
    store_trial *out = w->out;
    out->decision = malloc((w->decisions.n + 1) * sizeof *out->decision);
    if (!out->decision) return false;
    const bis_decision *d = w->decisions.at;
    for (size_t i = 0; i < w->decisions.n; i++, d++) {
        store_decision_row *row = &out->decision[out->decisions++];
        *row = (store_decision_row){.at = d->at, .restock = d->restock, .shopper = d->shopper, .sku = d->sku};
        row->touch = d->touch;
        row->follows = d->follows;
        row->n = d->n;
        row->kind = bis_kind_name(d->kind);
        row->channel = bis_channel_name(d->channel);
        row->outcome = bis_outcome_name(d->outcome);
        row->reason = bis_reason_name(d->reason);
        row->source = d->shopper == BIS_NO_ID ? "" : bis_source_name(d->source);
        row->arm = d->arm == BIS_HELD_OUT ? STORE_HELD : STORE_TREATED;
        row->level = d->level;
        row->policy_arm = w->arms > 1 ? sim_decision_arm(w, d) : UINT32_MAX;
    }
    return true;
}

static void touch_row(const sim_world *w, uint32_t i, store_touch_row *row) {
    const sim_touch *t = sim_touch_at(w, i);
    const sim_touch_times *times = (const sim_touch_times *)w->times.at + i;
    *row = (store_touch_row){
        .at = t->at, .delivered = t->shown_at, .opened = times->opened_at, .landed = t->landed_at};
    row->ordered = times->ordered_at;
    row->touch = i;
    row->shopper = t->shopper;
    row->sku = t->sku;
    const bis_channel channel[] = {
        [SIM_EMAIL] = BIS_EMAIL, [SIM_SMS] = BIS_SMS, [SIM_IN_APP] = BIS_IN_APP, [SIM_PREDICTIVE] = BIS_PUSH};
    const bis_kind kind[] = {[SIM_FIRST] = BIS_KIND_RESTOCK,   [SIM_REMINDER] = BIS_KIND_REMINDER,
                             [SIM_EMAIL] = BIS_KIND_FOLLOWUP,  [SIM_SMS] = BIS_KIND_FOLLOWUP,
                             [SIM_IN_APP] = BIS_KIND_FOLLOWUP, [SIM_PREDICTIVE] = BIS_KIND_PREDICTIVE};
    sim_way way = sim_way_of(t);
    row->kind = bis_kind_name(kind[way]);
    row->channel = bis_channel_name(channel[way]);
    const bis_policy *policy = w->arm[sim_arm_number(w, t->shopper)].policy;
    bool has_template = policy->templates.n > 0 && sim_is_push(t) && way != SIM_PREDICTIVE;
    row->template = has_template ? t->template : UINT32_MAX;
    row->failure = t->failure == MODEL_FAIL_NONE ? "" : model_failure_name((model_failure)t->failure);
    row->landing = t->cause ? cause_name[t->cause - 1] : t->clicked ? "in_stock" : "";
}

/* Sent touches only: a ghost leaves nothing but its decision. */
static bool touch_rows(sim_world *w) {
    store_trial *out = w->out;
    out->touch = malloc(((size_t)w->touches.next + 1) * sizeof *out->touch);
    if (!out->touch) return false;
    for (uint32_t i = 0; i < w->touches.next; i++)
        if (sim_touch_at(w, i)->sent) touch_row(w, i, &out->touch[out->touches++]);
    return true;
}

static bool order_rows(sim_world *w) {
    store_trial *out = w->out;
    out->order = malloc((w->orders.n + 1) * sizeof *out->order);
    if (!out->order) return false;
    for (size_t i = 0; i < w->orders.n; i++) {
        const sim_order *o = SIM_ORDER(w, i);
        store_order_row *row = &out->order[out->orders++];
        *row = (store_order_row){.at = o->at, .shopper = o->shopper, .sku = o->sku, .units = o->units};
        row->oversold = o->oversold;
        row->how = how_name[o->how];
        row->revenue = o->oversold || o->returned ? 0 : sim_price(w, o->sku) * o->units;
        row->credited_touch = o->touch;
        row->returned = o->returned;
        row->policy_arm = w->arms > 1 && o->shopper != SIM_NONE ? w->shopper[o->shopper].arm : UINT32_MAX;
    }
    return true;
}

static bool signal_rows(sim_world *w) {
    store_trial *out = w->out;
    size_t size = w->signals.n * sizeof *out->signal;
    out->signal = malloc(size + 1);
    if (!out->signal) return false;
    if (size) memcpy(out->signal, w->signals.at, size);
    out->signals = w->signals.n;
    return true;
}

bool sim_detail_write(sim_world *w) {
    bool orders = w->full || w->log == SIM_LOG_ORDERS;
    if ((w->rows || orders) && !restock_rows(w)) return false;
    if (orders && !order_rows(w)) return false;
    if (w->full && !(decision_rows(w) && touch_rows(w))) return false;
    return w->log != SIM_LOG_EACH || signal_rows(w);
}
