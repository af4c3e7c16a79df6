/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * observe.c - what is written down while the world runs (series, campaigns), and the sums and checks at its
 * end.
 */
#include "sim/world.h"

#include <stdlib.h>

#include "stats/gini.h"

#define SINCE_BIN (10 * SIM_MINUTE)

/* ---- series ---- */

void sim_observe_bins(sim_world *w, int64_t at) {
    while (w->bin < STORE_BINS && w->bin_ends <= at) {
        w->out->series[STORE_S_on_hand][w->bin] = (double)w->total[SIM_VIEWS];
        w->out->series[STORE_S_feed][w->bin] = (double)w->total[SIM_FEED];
        w->out->series[STORE_S_storefront][w->bin] = (double)w->total[SIM_STOREFRONT];
        w->out->series[STORE_S_waiting][w->bin] = sim_arms_waiting(w);
        w->bin++;
        w->bin_ends = w->start + w->p->run.horizon * (int64_t)(w->bin + 1) / STORE_BINS;
    }
}

void sim_observe_flow(sim_world *w, store_series series, store_since since, uint32_t sku, double x) {
    if (w->bin < STORE_BINS) w->out->series[series][w->bin] += x;
    int64_t restocked = w->sku[sku].restocked_at;
    if (since == STORE_SINCE_COUNT || restocked == STORE_NONE || restocked < w->warm) return;
    int64_t bin = (w->now - restocked) / SINCE_BIN;
    if (bin < STORE_SINCE_BINS) w->out->since[since][bin] += x;
}

/* ---- campaigns ---- */

static bool room_for_pushed(sim_world *w, sim_campaign *c, uint32_t skus) {
    c->pushed = (uint32_t)w->pushed_taken.n;
    for (; skus > 0; skus--)
        if (!sim_pool_add(&w->pushed_taken, sizeof(uint64_t))) return false;
    return true;
}

/* Joins the other arms' campaigns of the same true restock, unless one of its own arm is among them. */
static void join_peers(sim_world *w, uint32_t id) {
    sim_campaign *c = SIM_CAMPAIGN(w, id);
    c->peer = id;
    for (uint32_t i = 0; i < w->arms && c->row.restocked != STORE_NONE; i++) {
        uint32_t other = i == c->arm ? SIM_NONE : *sim_latest(w, &w->arm[i], c->row.sku);
        if (other == SIM_NONE || SIM_CAMPAIGN(w, other)->row.restocked != c->row.restocked) continue;
        uint32_t last = other;
        while (SIM_CAMPAIGN(w, last)->peer != other && SIM_CAMPAIGN(w, last)->arm != c->arm)
            last = SIM_CAMPAIGN(w, last)->peer;
        if (SIM_CAMPAIGN(w, last)->arm == c->arm) continue;
        c->peer = other;
        SIM_CAMPAIGN(w, last)->peer = id;
        return;
    }
}

/* [in] id: in the arm's engine. false: no memory. */
static bool take_campaign(sim_world *w, sim_arm *arm, uint32_t id) {
    const bis_restock *r = bis_engine_restock(arm->engine, id);
    const sim_sku *k = &w->sku[r->sku];
    uint32_t number = (uint32_t)w->campaigns.n, skus = arm->by_product ? w->sku[k->leader].members : 1;
    uint32_t *known = sim_pool_add(&arm->campaigns, sizeof *known), *latest = sim_latest(w, arm, r->sku);
    sim_campaign *c = sim_pool_add(&w->campaigns, sizeof *c);
    if (!c || !known || !room_for_pushed(w, c, skus)) return false;
    int64_t on_hand = sim_on_hand(w, arm, r->sku);
    c->row = (store_restock_row){
        .restock = number, .sku = r->sku, .opened = r->opened, .restocked = k->restocked_at};
    c->row.policy_arm = w->arms > 1 ? arm->number : UINT32_MAX;
    c->row.first_sent = c->row.closed = STORE_NONE;
    c->row.depleted = on_hand == 0 ? w->now : STORE_NONE;
    c->row.units = skus == 1 && k->rise != SIM_NONE ? SIM_RISE(w, k->rise)->base : (uint32_t)on_hand;
    c->counted = r->opened >= w->warm;
    c->row.counted = c->counted;
    c->superseded = STORE_NONE;
    c->id = id;
    c->arm = (uint8_t)arm->number;
    if (*latest != SIM_NONE) SIM_CAMPAIGN(w, *latest)->superseded = r->opened;
    *known = *latest = number;
    join_peers(w, number);
    return true;
}

void sim_observe_campaigns(sim_world *w, sim_arm *arm) {
    size_t n = bis_engine_restock_count(arm->engine);
    while (arm->campaigns.n < n)
        if (!take_campaign(w, arm, (uint32_t)arm->campaigns.n)) {
            w->failed = true;
            return;
        }
}

static void close_campaign(sim_world *w, uint32_t id) {
    sim_campaign *c = SIM_CAMPAIGN(w, id);
    const bis_restock *r = bis_engine_restock(w->arm[c->arm].engine, c->id);
    store_restock_row *row = &c->row;
    row->closed = r->closed == BIS_NEVER ? STORE_NONE : r->closed;
    row->candidates = r->candidates;
    if (!c->counted) return;
    double *tally = w->out->tally;
    tally[STORE_T_campaigns] += 1;
    tally[STORE_T_candidates] += r->candidates;
    if (row->first_sent == STORE_NONE) return;
    tally[STORE_T_campaigns_sent] += 1;
    if (row->restocked != STORE_NONE)
        w->out->hist[STORE_H_FRESHNESS][store_hist_bin(row->first_sent - row->restocked)]++;
    if (row->depleted != STORE_NONE) {
        int64_t span = row->depleted > row->first_sent ? row->depleted - row->first_sent : 0;
        w->out->hist[STORE_H_DEPLETION][store_hist_bin(span)]++;
        tally[STORE_T_campaigns_gone_1h] += span <= SIM_HOUR;
    } else {
        int64_t until =
            c->superseded == STORE_NONE || c->superseded < row->first_sent ? w->end : c->superseded;
        w->out->hist[STORE_H_DEPLETION_CENSORED][store_hist_bin(until - row->first_sent)]++;
    }
}

/* ---- the end of the warm-up ---- */

static double reachable(const sim_world *w) {
    double n = 0;
    for (uint32_t i = 0; i < w->shoppers; i++)
        n += w->shopper[i].optin;
    return n;
}

/* Units that a shopper wants now and has not got. */
static uint32_t wanted(sim_world *w, uint32_t shopper) {
    uint32_t n = 0;
    for (uint32_t i = shopper; i != SIM_NONE; i = sim_intent_at(w, i)->next)
        n += sim_intent_alive(w, shopper, sim_intent_at(w, i));
    return n;
}

void sim_observe_warm(sim_world *w) {
    w->visits = 0;
    w->out->tally[STORE_T_units_start] = (double)w->total[SIM_VIEWS];
    w->out->tally[STORE_T_reachable_start] = reachable(w);
    for (uint32_t i = 0; i < w->arms; i++) {
        bis_ledger ledger;
        bis_engine_ledger(w->arm[i].engine, &ledger);
        w->arm[i].kept_before = ledger.predicted_kept;
        w->arm[i].broken_before = ledger.predicted_broken;
    }
    if (w->warm == w->start) return; /* nothing was asked before, or it has been counted as it came */
    for (uint32_t i = 0; i < w->shoppers; i++)
        w->out->tier[w->shopper[i].tier].asked += wanted(w, i);
}

/* ---- the end ---- */

static void sum_rises(sim_world *w) {
    double *tally = w->out->tally;
    for (size_t i = 0; i < w->rises.n; i++) {
        const sim_rise *r = SIM_RISE(w, i);
        if (r->at < w->warm) continue;
        if (r->at + 24 * SIM_HOUR <= w->end) {
            tally[STORE_T_through_24h_sold] += r->sold_24h;
            tally[STORE_T_through_24h_base] += r->base;
        }
        if (r->at + 72 * SIM_HOUR <= w->end) {
            tally[STORE_T_through_72h_sold] += r->sold_72h;
            tally[STORE_T_through_72h_base] += r->base;
        }
    }
}

/* Units left of each true restock at each bin's end; the next restock's units are not counted in. */
static void sum_since(sim_world *w) {
    for (size_t i = 0; i < w->rises.n; i++) {
        const sim_rise *r = SIM_RISE(w, i);
        if (r->at < w->warm) continue;
        const sim_history *past = &w->sku[r->sku].past;
        uint32_t lo = 0, hi = past->n; /* last entry at or before the rise: found once, then walked */
        while (hi - lo > 1) {
            uint32_t mid = lo + (hi - lo) / 2;
            if (past->at[mid] <= r->at)
                lo = mid;
            else
                hi = mid;
        }
        for (int bin = 0; bin < STORE_SINCE_BINS; bin++) {
            int64_t until = r->at + (bin + 1) * SINCE_BIN;
            if (until > w->end) break;
            while (lo + 1 < past->n && past->at[lo + 1] <= until)
                lo++;
            if (until < r->gone) w->out->since[STORE_SINCE_on_hand][bin] += past->level[lo];
            w->out->since[STORE_SINCE_observed][bin] += 1;
        }
    }
}

/* The cells that are not empty, by name. Returns their sum. */
static double write_ledger(sim_world *w) {
    double sum = 0;
    store_trial *out = w->out;
    static_assert((BIS_OUTCOME_COUNT - 1) * BIS_REASON_COUNT <= 2 * STORE_LEDGER_MAX,
                  "half the cells can be filled");
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
        for (int r = 0; r < BIS_REASON_COUNT; r++) {
            double n = (double)w->ledger[o][r];
            sum += n;
            if (n > 0 && out->ledger_rows < STORE_LEDGER_MAX)
                out->ledger[out->ledger_rows++] =
                    (store_ledger_row){bis_outcome_name((bis_outcome)o), bis_reason_name((bis_reason)r), n};
        }
    out->tally[STORE_T_ghosts] = (double)w->ledger[BIS_GHOST][BIS_NO_REASON];
    return sum;
}

/* What an engine knows of later touches. Returns their number. */
static uint64_t write_later(sim_world *w, const sim_arm *arm) {
    bis_ledger ledger;
    uint64_t all = 0;
    bis_engine_ledger(arm->engine, &ledger);
    for (int kind = 0; kind < BIS_KIND_COUNT; kind++)
        for (int channel = 0; channel < BIS_CHANNEL_COUNT; channel++)
            all += ledger.later[kind][channel][BIS_TREATED] + ledger.later[kind][channel][BIS_HELD_OUT];
    w->out->tally[STORE_T_predictive_kept] += (double)(ledger.predicted_kept - arm->kept_before);
    w->out->tally[STORE_T_predictive_broken] += (double)(ledger.predicted_broken - arm->broken_before);
    return all;
}

/* The sums that must hold in every world, whatever the scenario. */
static const char *sums_hold(sim_world *w) {
    const double *t = w->out->tally;
    const char *reason;
    uint64_t later = 0;
    for (uint32_t i = 0; i < w->arms; i++) {
        if (!bis_engine_validate(w->arm[i].engine, &reason)) return reason;
        later += write_later(w, &w->arm[i]);
    }
    double booked = write_ledger(w);
    double sent = (double)w->ledger[BIS_SENT][BIS_NO_REASON];
    if (booked != t[STORE_T_candidates]) return "the ledger does not add up to its candidates";
    if (sent != t[STORE_T_sends]) return "the ledger's sends are not the touches";
    if (later != w->later) return "the ledger's later touches are not the touches";
    double left = t[STORE_T_units_start] + t[STORE_T_units_restocked] + t[STORE_T_units_returned] -
                  t[STORE_T_units_sold] - t[STORE_T_units_other_channels] - t[STORE_T_units_lost];
    if (left != t[STORE_T_units_end])
        return "units start + restocked + returned - sold - by other channels - lost is not units at the end";
    bool open = w->p->traces_mode != 0; /* then orders take nothing */
    if (!open && t[STORE_T_units_sold] + t[STORE_T_oversold_units] != t[STORE_T_units_ordered])
        return "units ordered are not units sold + oversold";
    return NULL;
}

bool sim_observe_end(sim_world *w) {
    double *tally = w->out->tally;
    for (uint32_t i = 0; i < w->campaigns.n; i++)
        close_campaign(w, i);
    sum_rises(w);
    sum_since(w);
    if (!sim_unmet_sum(w)) return false;
    tally[STORE_T_visits] = (double)w->visits;
    tally[STORE_T_units_end] = (double)w->total[SIM_VIEWS];
    tally[STORE_T_reachable_end] = reachable(w);
    sim_optouts_end(w);
    const stat_counted *wait = w->waits.at;
    for (size_t i = 0; i < w->waits.n; i++)
        tally[STORE_T_reached_interests] += wait[i].count;
    if (w->waits.n) tally[STORE_T_gini_wait] = stat_gini(w->waits.at, w->waits.n);
    sim_money_sum(w);
    w->broken = sums_hold(w);
    return !w->broken;
}
