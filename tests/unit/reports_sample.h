/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_sample.h - a run that nobody simulated, plausible enough to look at its pages.
 */
#ifndef TESTS_UNIT_REPORTS_SAMPLE_H
#define TESTS_UNIT_REPORTS_SAMPLE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report.h"

static inline char *sample_text(const char *s) {
    size_t n = strlen(s) + 1;
    char *copy = malloc(n);
    return copy ? memcpy(copy, s, n) : NULL;
}

/* A fixed sequence in [0, 1). */
static inline double sample_draw(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

static inline void sample_ledger(store_trial *t, const char *outcome, const char *reason, double n) {
    t->ledger[t->ledger_rows++] = (store_ledger_row){outcome, reason, n};
    t->tally[STORE_T_candidates] += n;
}

static inline void sample_moments(store_trial *t, uint64_t *u, double treated, double held, double price) {
    static const double units[STORE_ARMS] = {900, 100};
    for (int p = 0; p < STORE_POPULATIONS; p++)
        for (int arm = 0; arm < STORE_ARMS; arm++)
            for (int i = 0; i < units[arm] / (p + 1); i++) {
                double y = sample_draw(u) < (arm == STORE_TREATED ? treated : held) * (p + 1);
                store_moments_add(&t->moments[p][arm][STORE_ORDERS], y);
                store_moments_add(&t->moments[p][arm][STORE_REVENUE], y * price);
            }
}

static inline void sample_counts(store_trial *t, uint64_t *u) {
    double *n = t->tally;
    double sent = 1800 + floor(400 * sample_draw(u));
    n[STORE_T_sends] = sent, n[STORE_T_recipients] = sent - 60, n[STORE_T_ghosts] = floor(sent / 9);
    n[STORE_T_messages] = floor(sent * 1.2), n[STORE_T_accepted] = floor(sent * .97);
    n[STORE_T_delivered] = floor(sent * .91), n[STORE_T_delivered_oos] = floor(sent * .2);
    n[STORE_T_opened] = floor(sent * .22), n[STORE_T_clicked] = floor(sent * .12);
    n[STORE_T_fail_unregistered] = floor(sent * .03);
    n[STORE_T_oos_batch_too_large] = 30 + floor(20 * sample_draw(u)),
    n[STORE_T_oos_organic] = floor(12 * sample_draw(u));
    n[STORE_T_oos_late_open] = floor(30 * sample_draw(u)),
    n[STORE_T_oos_stale_feed] = floor(3 * sample_draw(u));
    n[STORE_T_checkout_oos] = floor(4 * sample_draw(u)), n[STORE_T_disappointed] = 60;
    n[STORE_T_optouts] = floor(9 * sample_draw(u));
    n[STORE_T_reachable_start] = 12000, n[STORE_T_reachable_end] = 11950;
    n[STORE_T_credited_clicked_sends] = 55 + floor(9 * sample_draw(u)), n[STORE_T_credited_viewed_sends] = 12;
    n[STORE_T_credited_orders] = n[STORE_T_credited_clicked_sends] + 12;
    n[STORE_T_credited_revenue] = 120 * n[STORE_T_credited_orders];
    n[STORE_T_units_start] = 4, n[STORE_T_units_restocked] = 240,
    n[STORE_T_units_sold] = 228 + floor(16 * sample_draw(u));
    n[STORE_T_units_end] = 244 - n[STORE_T_units_sold];
    n[STORE_T_orders] = n[STORE_T_units_sold] + 3, n[STORE_T_oversold_orders] = n[STORE_T_oversold_units] = 3;
    n[STORE_T_orders_push] = 60, n[STORE_T_orders_organic] = n[STORE_T_orders] - 60;
    n[STORE_T_units_ordered] = n[STORE_T_orders], n[STORE_T_gross_revenue] = 120 * n[STORE_T_orders];
    n[STORE_T_cancelled_revenue] = 360, n[STORE_T_restocks] = 12, n[STORE_T_campaigns] = 12;
    n[STORE_T_campaigns_sent] = 12, n[STORE_T_campaigns_gone_1h] = floor(5 * sample_draw(u));
    n[STORE_T_through_24h_sold] = 180, n[STORE_T_through_24h_base] = 200;
    n[STORE_T_organic_lost] = 80, n[STORE_T_waiting_interests] = 9000, n[STORE_T_waiting_units] = 9100;
    n[STORE_T_gini_wait] = .3 + .1 * sample_draw(u), n[STORE_T_reached_interests] = 2000;
    n[STORE_T_population] = 1000, n[STORE_T_population_reached] = 500;
    n[STORE_T_true_orders] = 18 + 10 * sample_draw(u), n[STORE_T_true_revenue] = 120 * n[STORE_T_true_orders];
    n[STORE_T_true_store_orders] = 6, n[STORE_T_true_store_revenue] = 720;
    sample_ledger(t, "sent", "none", sent), sample_ledger(t, "ghost", "none", n[STORE_T_ghosts]);
    sample_ledger(t, "suppressed", "recent_purchase", 321),
        sample_ledger(t, "suppressed", "no_consent", 1523);
    sample_ledger(t, "suppressed", "capped", 88), sample_ledger(t, "dropped", "stock_gone", 210);
    sample_ledger(t, "expired", "out_of_window", 410), sample_ledger(t, "waiting", "throttled", 2800);
    sample_ledger(t, "waiting", "stock_gone", 1200);
}

static inline void sample_series(store_trial *t, uint64_t *u) {
    for (int i = 0; i < STORE_BINS; i++) {
        double left = fmax(0, 40 - (i % 60) * (2.0 + sample_draw(u)));
        t->series[STORE_S_on_hand][i] = floor(left);
        t->series[STORE_S_feed][i] = i ? t->series[STORE_S_on_hand][i - 1] : 0;
        t->series[STORE_S_storefront][i] = i > 1 ? t->series[STORE_S_on_hand][i - 2] : 0;
        t->series[STORE_S_sent][i] = i % 60 < 16 ? floor(40 * sample_draw(u)) : 0;
        t->series[STORE_S_ghost][i] = floor(t->series[STORE_S_sent][i] / 9);
    }
    for (int i = 0; i < STORE_SINCE_BINS; i++) {
        t->since[STORE_SINCE_observed][i] = 12;
        t->since[STORE_SINCE_on_hand][i] = fmax(0, 240 - i * 4);
        t->since[STORE_SINCE_sent][i] = i < 40 ? 50 : 0;
        t->since[STORE_SINCE_orders_push][i] = i < 50 ? 1.2 : 0;
        t->since[STORE_SINCE_orders_other][i] = i < 60 ? 3 : 0;
        t->since[STORE_SINCE_sold_out_clicks][i] = i > 50 && i < 100 ? 1 : 0;
    }
    for (int i = 0; i < 70; i++) {
        double z = sample_draw(u) + sample_draw(u) + sample_draw(u) - 1.5;
        t->hist[STORE_H_TIME_TO_PURCHASE][store_hist_bin((int64_t)(5400e3 * exp(1.5 * z)))]++;
        if (i < 12)
            t->hist[i % 4 ? STORE_H_DEPLETION : STORE_H_DEPLETION_CENSORED]
                   [store_hist_bin((int64_t)(3 * 3600e3 * exp(z)))]++;
        if (i < 12) t->hist[STORE_H_FRESHNESS][store_hist_bin((int64_t)(90e3 * exp(z)))]++;
    }
}

/* Reminders, follow-ups, predictive notices and two templates of these names. */
static inline void sample_later(store_run *run, const char *one, const char *other) {
    run->template[0] = sample_text(one);
    run->template[1] = sample_text(other);
    run->templates = 2;
    for (size_t i = 0; i < run->trials; i++) {
        store_trial *t = &run->trial[i];
        double *n = t->tally, more = (double)(i % 3);
        n[STORE_T_reminders] = 400 + more, n[STORE_T_reminder_ghosts] = 44, n[STORE_T_followups_email] = 900;
        n[STORE_T_followups_sms] = 150, n[STORE_T_followups_in_app] = 800, n[STORE_T_followup_ghosts] = 200;
        for (int way = 0; way < 4; way++) {
            n[STORE_T_reminders_delivered + way] = n[STORE_T_reminders + way] - 9;
            n[STORE_T_reminders_opened + way] = floor(n[STORE_T_reminders + way] * .3);
            n[STORE_T_reminders_clicked + way] = floor(n[STORE_T_reminders + way] * .1) + more;
        }
        n[STORE_T_later_orders] = 80 + more, n[STORE_T_later_credited_clicked] = 70;
        n[STORE_T_later_revenue] = 120 * n[STORE_T_later_orders];
        n[STORE_T_predictive_sends] = 500, n[STORE_T_predictive_chance] = 420 + more;
        n[STORE_T_predictive_kept] = 330 + more, n[STORE_T_predictive_broken] = 70;
        for (int k = 0; k < 2; k++)
            t->template[k] = (store_template){1000, 900, 200 + 20 * k, 90 + 10 * k + more, 30, 3600};
    }
}

/* Two arms of these names, the second with more orders and fewer sold-out clicks. */
static inline void sample_arms(store_run *run, const char *one, const char *other) {
    run->policy_arm[0] = sample_text(one);
    run->policy_arm[1] = sample_text(other);
    run->policy_arm_weight[0] = 1, run->policy_arm_weight[1] = 3;
    run->policy_arms = 2;
    for (size_t i = 0; i < run->trials; i++)
        for (int k = 0; k < 2; k++) {
            double n = k ? 3000 : 1000, mean = .01 + .002 * k + .0001 * (double)(i % 3);
            run->trial[i].policy_arm[k] =
                (store_policy_arm){.recipients = 400,
                                   .sends = 450,
                                   .ghosts = 50,
                                   .clicked = 40,
                                   .clicked_oos = k ? 6 : 12 + (double)(i % 2),
                                   .orders = {n, mean, n * mean * (1 - mean)},
                                   .revenue = {n, 120 * mean, 14400 * n * mean * (1 - mean)}};
        }
}

static inline void sample_trial(store_trial *t, uint32_t replication, bool twins) {
    uint64_t u = UINT64_C(0x9e3779b97f4a7c15) * (replication + 1);
    t->replication = replication;
    t->twins = twins;
    t->events = 100000 + replication;
    sample_counts(t, &u);
    sample_series(t, &u);
    sample_moments(t, &u, .09, .045, 120);
    for (int i = 0; i < 3; i++)
        t->tier[i] = (store_tier){.asked = 600 + 100 * i, .won = 60 * (i + 1)};
}

static inline void sample_rows(store_trial *t, int64_t start) {
    t->restocks = 25;
    t->restock = calloc(t->restocks, sizeof *t->restock);
    for (size_t i = 0; t->restock && i < t->restocks; i++) {
        int64_t at = start + (int64_t)i * 9876543;
        t->restock[i] = (store_restock_row){.restocked = at,
                                            .opened = at + 60000,
                                            .first_sent = at + 90000,
                                            .depleted = i % 3 ? at + 7200000 : STORE_NONE,
                                            .closed = STORE_NONE,
                                            .sku = (uint32_t)i % 5,
                                            .units = 20,
                                            .candidates = 900,
                                            .sent = 150,
                                            .ghost = 15,
                                            .clicks = 20,
                                            .orders = 19,
                                            .sold_out_clicks = 6};
    }
}

/* A run of `trials` replications. Cleared by store_run_clear(). */
static inline void sample_run(store_run *run, size_t trials, bool twins, const char *name) {
    *run = (store_run){.scenario = sample_text(name),
                       .title = sample_text("Sneaker drop: 12 pairs for 9,000 people"),
                       .text = sample_text("run:\n  title: sample\n  replications: 20\n"),
                       .seed = 1,
                       .start = INT64_C(1740787200000),
                       .horizon = 72 * 3600000,
                       .warmup = 12 * 3600000,
                       .price = 120,
                       .holdout = 0.1,
                       .twins = twins,
                       .tiers = 3};
    static const char *const tier[] = {"none", "silver", "gold"};
    for (int i = 0; i < 3; i++)
        run->tier[i] = sample_text(tier[i]);
    run->trial = calloc(trials ? trials : 1, sizeof *run->trial);
    run->trials = run->trial ? trials : 0;
    for (size_t i = 0; i < run->trials; i++)
        sample_trial(&run->trial[i], (uint32_t)i, twins);
    if (run->trials) sample_rows(&run->trial[0], run->start);
    run->trace = calloc(1, sizeof *run->trace);
    if (run->trace)
        *run->trace =
            (store_trace){sample_text("inventory"), sample_text("inventory.csv"), 0xfeedbeef, 900, 5, 12, 0};
    run->traces = run->trace != NULL;
    run->manifest = calloc(2, sizeof *run->manifest);
    run->manifest_rows = run->manifest ? 2 : 0;
    for (size_t i = 0; i < run->manifest_rows; i++)
        run->manifest[i] = (store_pair){sample_text(i ? "parameters_hash" : "program"),
                                        sample_text(i ? "00c0ffee" : "restocklab")};
}

#endif
