/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trial.h - what one trial leaves behind: counts, moments, histograms, series and, where asked, rows.
 *
 * A store_trial is the only thing that passes from the simulation to the run store and from the store to the
 * reports. All but the row arrays is flat and of fixed size. Counts are doubles (exact below 2^53). Times in
 * rows are ms since the epoch; NONE marks one that does not exist.
 */
#ifndef STORE_TRIAL_H
#define STORE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_NONE INT64_MAX

/* Every count of a trial, after the warm-up: X(name, what is counted). */
#define STORE_TALLIES(X)                                                                                     \
    X(signals, "interests formed by shoppers")                                                               \
    X(candidates, "candidates of all restocks")                                                              \
    X(sends, "sent decisions")                                                                               \
    X(recipients, "distinct shoppers sent")                                                                  \
    X(ghosts, "ghost decisions")                                                                             \
    X(messages, "messages handed to the provider, retries not counted")                                      \
    X(accepted, "sends accepted by the provider")                                                            \
    X(delivered, "sends shown on a device before the TTL")                                                   \
    X(opened, "delivered sends opened")                                                                      \
    X(clicked, "delivered sends clicked")                                                                    \
    X(fail_unregistered, "messages refused: dead token")                                                     \
    X(fail_quota, "messages given up: quota")                                                                \
    X(fail_unavailable, "messages given up: server errors")                                                  \
    X(fail_too_large, "messages refused: payload")                                                           \
    X(fail_ttl, "messages accepted and never shown")                                                         \
    X(delivered_oos, "delivered while the SKU's truth was 0")                                                \
    X(oos_stale_storefront, "sold-out landings: units were there, the storefront did not show them")         \
    X(oos_stale_feed, "sold-out landings: nothing was there when it was announced")                          \
    X(oos_organic, "sold-out landings: buyers who were not pushed took them")                                \
    X(oos_push_latency, "sold-out landings: gone while the push was under way")                              \
    X(oos_late_open, "sold-out landings: gone by a late click")                                              \
    X(oos_batch_too_large, "sold-out landings: too many were told at once")                                  \
    X(checkout_oos, "clickers who lost the unit between landing and checkout")                               \
    X(disappointed, "distinct recipients with a sold-out landing or checkout_oos")                           \
    X(optouts, "opt-outs within 24 h of a delivered send")                                                   \
    X(reachable_start, "shoppers with push opt-in and a live token at the end of the warm-up")               \
    X(reachable_end, "the same at the end")                                                                  \
    X(credited_clicked_sends, "clicked sends with a credited order")                                         \
    X(credited_viewed_sends, "unclicked delivered sends with a credited order")                              \
    X(credited_orders, "orders credited to a send")                                                          \
    X(credited_revenue, "their net revenue, money")                                                          \
    X(orders, "orders accepted")                                                                             \
    X(orders_push, "of them, placed at a push landing")                                                      \
    X(orders_return, "of them, by an interested shopper who came back by himself")                           \
    X(orders_visit, "of them, on a visit that was not a return")                                             \
    X(orders_organic, "of them, by anonymous organic demand")                                                \
    X(orders_reminder, "of them, placed at a reminder's landing")                                            \
    X(orders_followup, "of them, placed at the landing of an e-mail, SMS or in-app follow-up")               \
    X(units_ordered, "units in accepted orders")                                                             \
    X(gross_revenue, "price x units of accepted orders, money")                                              \
    X(oversold_orders, "accepted orders with a unit that did not exist")                                     \
    X(oversold_units, "those units")                                                                         \
    X(cancelled_revenue, "money of cancelled orders")                                                        \
    X(units_sold, "units that left stock by orders")                                                         \
    X(units_start, "units on hand at the end of the warm-up")                                                \
    X(units_restocked, "units that arrived")                                                                 \
    X(units_lost, "units taken away by the trace's falls")                                                   \
    X(units_end, "units on hand at the end")                                                                 \
    X(restocks, "true restocks (0 to above 0)")                                                              \
    X(campaigns, "restocks opened by the engine")                                                            \
    X(campaigns_sent, "of them, with a send")                                                                \
    X(campaigns_gone_1h, "of those, truth 0 within 1 h of the first send")                                   \
    X(through_24h_sold, "units sold within 24 h of true restocks observed for 24 h")                         \
    X(through_24h_base, "units on hand just after those restocks")                                           \
    X(through_72h_sold, "units sold within 72 h of true restocks observed for 72 h")                         \
    X(through_72h_base, "units on hand just after those restocks")                                           \
    X(organic_lost, "anonymous orders that found the storefront sold out")                                   \
    X(visits, "visits of shoppers to a page, returns of those who want it apart")                            \
    X(waiting_interests, "interests in the engine's lines at the end, lapsed windows included")              \
    X(waiting_units, "units that shoppers still want at the end: intents alive and not satisfied")           \
    X(gini_wait, "Gini of slot time - true restock over reached interests (a value, not a count)")           \
    X(reached_interests, "slots with a known true restock")                                                  \
    X(population, "|E|: units that reached the holdout step")                                                \
    X(population_reached, "of them, with a slot")                                                            \
    X(true_orders, "twins: sum over E of net orders, all - none")                                            \
    X(true_revenue, "twins: sum over E of net revenue, all - none, money")                                   \
    X(true_store_orders, "twins: net orders of the whole store, all - none")                                 \
    X(true_store_revenue, "twins: net revenue of the whole store, all - none, money")                        \
    X(reminders, "reminders sent: pushes that follow a first one")                                           \
    X(followups_email, "e-mails that follow a push")                                                         \
    X(followups_sms, "SMS that follow a push")                                                               \
    X(followups_in_app, "in-app notes that follow a push")                                                   \
    X(predictive_sends, "notices by when it is likely to be back")                                           \
    X(reminder_ghosts, "reminders that the holdout kept back")                                               \
    X(followup_ghosts, "follow-ups that the holdout kept back")                                              \
    X(predictive_ghosts, "predictive notices that the holdout kept back")                                    \
    X(reminders_delivered, "of the reminders, shown")                                                        \
    X(followups_email_delivered, "of the e-mails, delivered")                                                \
    X(followups_sms_delivered, "of the SMS, delivered")                                                      \
    X(followups_in_app_delivered, "of the in-app notes, delivered")                                          \
    X(predictive_delivered, "of the predictive notices, shown")                                              \
    X(reminders_opened, "of the shown reminders, opened")                                                    \
    X(followups_email_opened, "of the delivered e-mails, opened")                                            \
    X(followups_sms_opened, "of the delivered SMS, opened")                                                  \
    X(followups_in_app_opened, "of the delivered in-app notes, opened")                                      \
    X(predictive_opened, "of the shown predictive notices, opened")                                          \
    X(reminders_clicked, "of the opened reminders, clicked")                                                 \
    X(followups_email_clicked, "of the opened e-mails, clicked")                                             \
    X(followups_sms_clicked, "of the opened SMS, clicked")                                                   \
    X(followups_in_app_clicked, "of the opened in-app notes, clicked")                                       \
    X(later_oos, "sold-out landings from reminders and follow-ups")                                          \
    X(later_checkout_oos, "their clickers who lost the unit between landing and checkout")                   \
    X(later_optouts, "opt-outs within 24 h of a delivered reminder or follow-up, of its channel")            \
    X(later_credited_clicked, "clicked reminders and follow-ups with a credited order")                      \
    X(later_orders, "orders credited to a reminder or a follow-up")                                          \
    X(later_revenue, "their net revenue, money")                                                             \
    X(predictive_optouts, "opt-outs within 24 h of a shown predictive notice")                               \
    X(predictive_kept, "predictive notices whose SKU was back by then, known after the warm-up")             \
    X(predictive_broken, "predictive notices whose SKU was not")                                             \
    X(predictive_chance, "sum of the chances that predictive notices promised (a value, not a count)")       \
    X(units_other_channels, "units that left stock through other sales channels")                            \
    X(other_channels_lost, "units that other sales channels asked for and did not find")                     \
    X(reservations, "units that carts held")                                                                 \
    X(reservations_paid, "of them, paid for in time")                                                        \
    X(unmet_listed, "1: this trial lists unmet demand by SKU (a value, not a count)")                        \
    X(fail_bad_token, "messages refused: a token that never was one")                                        \
    X(fail_device_limit, "messages given up: too many to one device")                                        \
    X(fail_internal, "messages given up: internal errors")                                                   \
    X(fail_collapsed, "messages accepted, and replaced by a newer one before they were shown")               \
    X(ghost_optouts, "opt-outs of push within 24 h of a ghost's slot")                                       \
    X(optouts_latent, "opt-outs of push that the engine does not know at the end")                           \
    X(orders_substitute, "orders of something else by who found it sold out; each is of another kind, too")  \
    X(pages, "product pages shown after the click of a send")                                                \
    X(credited_orders_true, "orders credited to a send by all clicks and orders, linked or not")             \
    X(credited_revenue_true, "their net revenue, money")                                                     \
    X(orders_repeat, "of the orders, by a shopper who buys again")                                           \
    X(orders_retargeting, "of the orders, by a shopper whom ads brought back")                               \
    X(later_messages, "reminders and predictive notices handed to the provider")                             \
    X(cancelled_orders, "oversold orders that were cancelled by the end")                                    \
    X(returned_orders, "orders that were sent back by the end")                                              \
    X(returned_revenue, "their price, money")                                                                \
    X(units_returned, "units sent back that are on hand again")                                              \
    X(support_sends, "contacts with support over a landing or an order at a landing of a send")              \
    X(support_later, "the same of a reminder or a follow-up")                                                \
    X(support_others, "contacts with support over all other orders")                                         \
    X(repeat_population_treated, "units of E assigned to treatment, where orders within 30 d are counted")   \
    X(repeat_population_held, "units of E held out, likewise")                                               \
    X(repeat_buyers, "units of E with a net order within 30 d of t_i")                                       \
    X(repeat_treated, "treated units with two net orders or more within 30 d of t_i")                        \
    X(repeat_held, "held-out units with two net orders or more within 30 d of t_i")                          \
    X(retargeted, "times that a lost shopper was shown ads")                                                 \
    X(other_push, "pushes of other campaigns")                                                               \
    X(other_email, "e-mails of other campaigns")                                                             \
    X(other_sms, "SMS of other campaigns")                                                                   \
    X(other_in_app, "in-app notes of other campaigns")                                                       \
    X(margin, "margin of net orders, money")                                                                 \
    X(cost_messages, "money for this engine's messages")                                                     \
    X(cost_campaigns, "money for other campaigns' messages")                                                 \
    X(cost_support, "money for contacts with support")                                                       \
    X(cost_cancellations, "money for cancelled orders")                                                      \
    X(cost_returns, "money for returned orders")                                                             \
    X(retargeting_spend, "money for ads")                                                                    \
    X(all_margin, "twins: margin with everyone treated, money; and so on")                                   \
    X(all_cost_messages, "twins")                                                                            \
    X(all_cost_campaigns, "twins")                                                                           \
    X(all_cost_support, "twins")                                                                             \
    X(all_cost_cancellations, "twins")                                                                       \
    X(all_cost_returns, "twins")                                                                             \
    X(all_retargeting_spend, "twins")                                                                        \
    X(none_margin, "twins: margin with no one treated, money; and so on")                                    \
    X(none_cost_messages, "twins")                                                                           \
    X(none_cost_campaigns, "twins")                                                                          \
    X(none_cost_support, "twins")                                                                            \
    X(none_cost_cancellations, "twins")                                                                      \
    X(none_cost_returns, "twins")                                                                            \
    X(none_retargeting_spend, "twins")                                                                       \
    X(retargeting_orders, "twins: net orders of the whole store, none - none without retargeting")           \
    X(trace_purchases, "purchases of a shoppers' trace")                                                     \
    X(trace_lost, "of them, those that found the storefront sold out")                                       \
    X(trace_displaced, "of those, as many as units had gone to shoppers who were told")                      \
    X(trace_short, "units of the others that were not there")                                                \
    X(trace_purchases_sent, "of its purchases, those that followed a send of the shop's own log")

#define STORE_TALLY_ENUM(name, doc) STORE_T_##name,
typedef enum { STORE_TALLIES(STORE_TALLY_ENUM) STORE_TALLY_COUNT } store_tally;
enum {
    STORE_MONEY = STORE_T_all_margin - STORE_T_margin
}; /* tallies of a world's money, from its margin on */
const char *store_tally_name(store_tally t);
const char *store_tally_doc(store_tally t);

/* Streaming moments (Welford; merged by Chan, Golub and LeVeque). */
typedef struct {
    double n, mean, m2; /* m2: sum of squared distances from the mean; variance = m2 / (n - 1) */
} store_moments;

typedef enum { STORE_TREATED, STORE_HELD, STORE_ARMS } store_arm;
typedef enum { STORE_ORDERS, STORE_REVENUE, STORE_OUTCOMES } store_outcome;
/* ASSIGNED: all of E by assignment, from t_i. REACHED: each unit's first slot, sent against ghost. */
typedef enum { STORE_ASSIGNED, STORE_REACHED, STORE_POPULATIONS } store_population;
const char *store_arm_name(store_arm a);               /* treated, held */
const char *store_outcome_name(store_outcome o);       /* orders, revenue */
const char *store_population_name(store_population p); /* assigned, reached */

/* Log-histograms of spans of time: bin 0 is [0, 1 s); then 16 bins an octave from 1 s up. */
typedef enum {
    STORE_H_TIME_TO_PURCHASE,   /* send -> credited order */
    STORE_H_DEPLETION,          /* first send -> truth 0 */
    STORE_H_DEPLETION_CENSORED, /* first send -> next restock or end, truth still above 0 */
    STORE_H_FRESHNESS,          /* true restock -> first send */
    STORE_HIST_COUNT
} store_hist_id;
enum {
    STORE_HIST_BINS = 416,
    STORE_BINS = 240,
    STORE_TIERS = 8,
    STORE_TEMPLATES = 8,
    STORE_POLICY_ARMS = 8,
    STORE_SINCE_BINS = 144
};
const char *store_hist_name(store_hist_id h);
const char *store_hist_doc(store_hist_id h);

/* The bin of a span. Below 0 counts as 0; the last bin also takes whatever lies above it (2 years). Only
 * comparisons with exact edges decide, never a logarithm, so the bin is the same on every machine:
 * edge(bin(x)) <= x < edge(bin(x) + 1). */
uint32_t store_hist_bin(int64_t ms);
/* Lower edge in ms of bin 0..STORE_HIST_BINS; the last of these is the upper edge of the last bin. */
double store_hist_edge(uint32_t bin);

/* Series over the horizon: STORE_BINS equal bins. Levels are at the bin's end, flows are counts in the bin.
 */
#define STORE_SERIES(X)                                                                                      \
    X(on_hand, "true units on hand, all SKUs")                                                               \
    X(feed, "units that the engine's feed shows")                                                            \
    X(storefront, "units that the storefront shows")                                                         \
    X(waiting, "open interests")                                                                             \
    X(sent, "sends")                                                                                         \
    X(ghost, "ghosts")                                                                                       \
    X(orders_push, "orders at push landings")                                                                \
    X(orders_other, "all other orders")                                                                      \
    X(sold_out_clicks, "landings on sold out")
#define STORE_SERIES_ENUM(name, doc) STORE_S_##name,
typedef enum { STORE_SERIES(STORE_SERIES_ENUM) STORE_SERIES_COUNT } store_series;
const char *store_series_name(store_series s);
const char *store_series_doc(store_series s);

/* Series since the true restock, bins of 10 min up to 24 h, summed over restocks; levels are bin-end sums. */
#define STORE_SINCE(X)                                                                                       \
    X(on_hand, "units left of the restocks that were observed so long")                                      \
    X(observed, "restocks observed to the end of the bin")                                                   \
    X(sent, "sends")                                                                                         \
    X(orders_push, "orders at push landings")                                                                \
    X(orders_other, "other orders")                                                                          \
    X(sold_out_clicks, "landings on sold out")
#define STORE_SINCE_ENUM(name, doc) STORE_SINCE_##name,
typedef enum { STORE_SINCE(STORE_SINCE_ENUM) STORE_SINCE_COUNT } store_since;
const char *store_since_name(store_since s);
const char *store_since_doc(store_since s);

/* Ledger: outcome x reason, as the engine names them (the names go into the store, not the numbers). */
enum { STORE_LEDGER_MAX = 64 };
typedef struct {
    const char *outcome, *reason; /* static texts, or owned by the run that was read */
    double n;
} store_ledger_row;

typedef struct {
    double asked, won; /* units wanted by candidates, units bought, by tier */
} store_tier;

/* First touches with one of the policy's templates, where it has several, and the orders credited to them. */
typedef struct {
    double sends, delivered, opened, clicked, orders, revenue;
} store_template;

/* What became of the shoppers of one of policy.arms; all zero where there are none. Sends and what follows
 * are counted as the tallies of these names are; orders and revenue are a shopper's, net, over all shoppers
 * of the arm. */
typedef struct {
    double recipients, sends, ghosts, clicked, clicked_oos;
    store_moments orders, revenue;
} store_policy_arm;

typedef struct {
    int64_t restocked, opened, first_sent, depleted, closed; /* true restock, campaign, ...; STORE_NONE */
    uint32_t sku;
    uint32_t units; /* on hand just after */
    uint32_t candidates, sent, ghost, clicks, orders, sold_out_clicks;
    uint32_t restock;    /* the campaign's number, as in decisions */
    uint32_t counted;    /* 1: opened after the warm-up, so that the tallies know it */
    uint32_t policy_arm; /* UINT32_MAX: there are none; here and below */
} store_restock_row;

/* A SKU that somebody still wants at the end. */
typedef struct {
    uint32_t sku;
    uint32_t interests, requested; /* open in the engine's line, and the units that they ask for */
    uint32_t wanted;               /* units that shoppers really still want: in line or not */
    uint32_t on_hand;
    uint32_t restock; /* what would have met them: wanted less on hand, at least 0 */
} store_unmet_row;

typedef struct { /* --log shopper: one row for each unit of E */
    int64_t at;  /* t_i */
    uint32_t shopper, sku;
    store_arm arm;
    bool reached;
    double orders, revenue;
    uint32_t policy_arm;
    uint32_t restock; /* the campaign in which the unit first reached the holdout step, as in decisions */
} store_shopper_row;

typedef struct { /* --log full: the ledger, a decision a row */
    int64_t at;
    uint32_t restock, shopper, sku, touch, n; /* UINT32_MAX: none */
    uint32_t follows;                         /* the first touch that this one follows; UINT32_MAX: none */
    const char *outcome, *reason, *source, *kind, *channel; /* static texts */
    store_arm arm;
    int64_t level;
    uint32_t policy_arm;
} store_decision_row;

typedef struct {                                    /* --log full */
    int64_t at, delivered, opened, landed, ordered; /* STORE_NONE */
    uint32_t touch, shopper, sku;
    uint32_t template;          /* UINT32_MAX: none */
    const char *kind, *channel; /* restock and push, as the engine names them */
    const char *failure;        /* "" if none */
    const char *landing; /* "", "in_stock", why she did not get to see it, or a cause of a sold-out click */
} store_touch_row;

typedef struct { /* --log full */
    int64_t at;
    uint32_t shopper; /* UINT32_MAX: anonymous */
    uint32_t sku, units, oversold;
    const char *how;         /* push, return, visit, organic, reminder, followup, repeat, retargeting */
    double revenue;          /* 0 if it was cancelled, or sent back by the end */
    uint32_t credited_touch; /* UINT32_MAX: none */
    uint32_t policy_arm;     /* UINT32_MAX: anonymous, too */
    uint32_t returned;       /* 1: sent back by the end; not kept in run.db */
} store_order_row;

typedef struct { /* an interest that the engine is told of; not kept in run.db */
    int64_t at;  /* before the start: she stood in line then */
    uint32_t shopper, sku;
} store_signal_row;

typedef struct {
    uint32_t replication;
    bool twins;
    uint64_t events; /* world events of the base run */
    double tally[STORE_TALLY_COUNT];
    store_moments moments[STORE_POPULATIONS][STORE_ARMS][STORE_OUTCOMES];
    uint32_t hist[STORE_HIST_COUNT][STORE_HIST_BINS];
    double series[STORE_SERIES_COUNT][STORE_BINS];
    double since[STORE_SINCE_COUNT][STORE_SINCE_BINS];
    store_tier tier[STORE_TIERS];
    store_template template[STORE_TEMPLATES];
    store_policy_arm policy_arm[STORE_POLICY_ARMS];
    store_ledger_row ledger[STORE_LEDGER_MAX]; /* non-zero cells */
    size_t ledger_rows;
    /* rows: owned by the trial; empty unless asked for (restock rows: replication 0 only) */
    store_restock_row *restock;
    size_t restocks;
    store_unmet_row *unmet; /* with unmet_listed; by SKU */
    size_t unmets;
    store_shopper_row *shopper;
    size_t shoppers;
    store_decision_row *decision;
    size_t decisions;
    store_touch_row *touch;
    size_t touches;
    store_order_row *order;
    size_t orders;
    store_signal_row *signal;
    size_t signals;
} store_trial;

void store_trial_clear(store_trial *trial); /* frees the rows and zeroes everything; NULL is safe */

/* B. P. Welford, Note on a method for calculating corrected sums of squares and products, 1962. */
void store_moments_add(store_moments *m, double x);
/* T. F. Chan, G. H. Golub, R. J. LeVeque, Updating formulae and a pairwise algorithm, 1979. `from` may have n
 * 0. */
void store_moments_merge(store_moments *into, const store_moments *from);

#endif
