/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metrics.c - the metric table: what every number is called, what it means and how a trial gives it.
 *
 * A metric is one row. Ratios are total over total inside a trial, never a mean of ratios. Spans of time are
 * in seconds. The functions that a row names stand in values.c.
 */
#include "reports/values.h"

#define MORE               REPORT_MORE_IS_BETTER
#define LESS               REPORT_LESS_IS_BETTER
#define PLAIN              REPORT_NEUTRAL
#define OF(counted)        .over = STORE_T_##counted
#define PER(counted, base) .over = STORE_T_##counted, .under = STORE_T_##base
#define TIER(i)                                                                                              \
    {                                                                                                        \
        "fairness_share_by_tier_" #i, "share", PLAIN, "Fairness",                                            \
            "Units that candidates of tier " #i " bought / units that they asked for.", values_tier,         \
            .which = (i)                                                                                     \
    }

/* What a message by a channel, or a reminder, was answered with. */
#define ANSWERS(name, tally, what)                                                                           \
    {name "_open_rate",                                                                                      \
     "share",                                                                                                \
     MORE,                                                                                                   \
     REPORT_LATER,                                                                                           \
     "Opened " what " / delivered ones.",                                                                    \
     values_ratio,                                                                                           \
     PER(tally##_opened, tally##_delivered)},                                                                \
    {                                                                                                        \
        name "_ctr", "share", MORE, REPORT_LATER, "Clicked " what " / delivered ones.", values_ratio,        \
            PER(tally##_clicked, tally##_delivered)                                                          \
    }
enum { WAYS = 4 }; /* of following a push, in the order of the tallies */

static const report_metric table[] = {
    /* Sends */
    {"candidates", "count", PLAIN, "Sends",
     "Interests that a restock matched, counted once for each restock.", values_count, OF(candidates)},
    {"sends", "count", PLAIN, "Sends",
     "Push decisions handed to the transport: one shopper, one SKU, one touch. What follows a first touch is "
     "counted apart, here and below.",
     values_count, OF(sends)},
    {"recipients", "count", PLAIN, "Sends", "Distinct shoppers who were sent at least one push.",
     values_count, OF(recipients)},
    {"ghosts", "count", PLAIN, "Sends",
     "Held-out shoppers' sends: the moment each would have been sent, had the holdout not kept it back.",
     values_count, OF(ghosts)},
    {"messages", "count", PLAIN, "Sends", "Hand-overs to single devices, retries not counted.", values_count,
     OF(messages)},
    {"accepted_rate", "share", MORE, "Sends",
     "Sends that the provider accepted for at least one device / sends.", values_ratio, PER(accepted, sends)},
    {"delivery_rate", "share", MORE, "Sends",
     "Sends shown on at least one device before their time to live ran out / sends.", values_ratio,
     PER(delivered, sends)},
    {"failures_unregistered", "count", LESS, "Sends", "Messages refused because the device's token is dead.",
     values_count, OF(fail_unregistered)},
    {"failures_quota", "count", LESS, "Sends", "Messages given up because the provider's quota was used up.",
     values_count, OF(fail_quota)},
    {"failures_unavailable", "count", LESS, "Sends",
     "Messages given up after errors of the provider's servers.", values_count, OF(fail_unavailable)},
    {"failures_too_large", "count", LESS, "Sends", "Messages refused because the payload is too large.",
     values_count, OF(fail_too_large)},
    {"failures_ttl", "count", LESS, "Sends",
     "Messages accepted but never shown before their time to live ran out.", values_count, OF(fail_ttl)},
    {"unavailable_at_delivery_rate", "share", LESS, "Sends",
     "Deliveries at a moment when not one unit was really on hand / deliveries.", values_ratio,
     PER(delivered_oos, delivered)},

    /* Response */
    {"open_rate", "share", MORE, "Response", "Opened sends / delivered sends.", values_ratio,
     PER(opened, delivered)},
    {"ctr", "share", MORE, "Response", "Distinct clicked sends / delivered sends.", values_ratio,
     PER(clicked, delivered)},
    {"conversion_after_click", "share", MORE, "Response",
     "Clicked sends with an order credited to them / clicked sends.", values_ratio,
     PER(credited_clicked_sends, clicked)},
    {"conversion_view_through", "share", MORE, "Response",
     "Delivered sends that were not clicked, with an order credited to them / all such sends.",
     values_view_through, PER(credited_viewed_sends, delivered)},
    {"time_to_purchase_p10", "s", LESS, "Response",
     "Send to credited order: a tenth of these orders were faster.", values_quantile,
     .over = STORE_H_TIME_TO_PURCHASE, .which = 10},
    {"time_to_purchase_p50", "s", LESS, "Response",
     "Send to credited order: half of these orders were faster.", values_quantile,
     .over = STORE_H_TIME_TO_PURCHASE, .which = 50},
    {"time_to_purchase_p90", "s", LESS, "Response",
     "Send to credited order: nine tenths of these orders were faster.", values_quantile,
     .over = STORE_H_TIME_TO_PURCHASE, .which = 90},
    {"optout_rate", "share", LESS, "Response",
     "Shoppers who opted out within 24 h of a delivered send / delivered sends.", values_ratio,
     PER(optouts, delivered)},
    {"permission_churn", "share", LESS, "Response",
     "Net loss of shoppers with push consent and a live token / those reachable when the warm-up ended.",
     values_churn, PER(reachable_end, reachable_start)},

    /* Later touches */
    {"reminders", "count", PLAIN, REPORT_LATER, "Reminders sent: pushes that follow a candidate's first one.",
     values_count, OF(reminders)},
    {"followups", "count", PLAIN, REPORT_LATER,
     "E-mails, SMS and in-app notes that follow a candidate's first push.", values_sum, OF(followups_email),
     .which = WAYS - 1},
    {"followups_email", "count", PLAIN, REPORT_LATER, "Of them, e-mails.", values_count, OF(followups_email)},
    {"followups_sms", "count", PLAIN, REPORT_LATER, "Of them, SMS.", values_count, OF(followups_sms)},
    {"followups_in_app", "count", PLAIN, REPORT_LATER, "Of them, in-app notes.", values_count,
     OF(followups_in_app)},
    {"reminder_ghosts", "count", PLAIN, REPORT_LATER, "Reminders that ghosts would have been sent.",
     values_count, OF(reminder_ghosts)},
    {"followup_ghosts", "count", PLAIN, REPORT_LATER,
     "E-mails, SMS and in-app notes that ghosts would have been sent.", values_count, OF(followup_ghosts)},
    {"later_delivery_rate", "share", MORE, REPORT_LATER, "Delivered reminders and follow-ups / all of them.",
     values_sums, PER(reminders_delivered, reminders), .which = WAYS},
    ANSWERS("reminder", reminders, "reminders"),
    ANSWERS("followup_email", followups_email, "e-mails"),
    ANSWERS("followup_sms", followups_sms, "SMS"),
    ANSWERS("followup_in_app", followups_in_app, "in-app notes"),
    {"later_conversion_after_click", "share", MORE, REPORT_LATER,
     "Clicked reminders and follow-ups with an order credited to them / clicked ones.", values_per_sum,
     PER(later_credited_clicked, reminders_clicked), .which = WAYS},
    {"later_clicked_oos_rate", "share", LESS, REPORT_LATER,
     "Their landings on a page that showed the variant as sold out / clicked ones.", values_per_sum,
     PER(later_oos, reminders_clicked), .which = WAYS},
    {"later_checkout_oos", "count", LESS, REPORT_LATER,
     "Their clickers who landed on a unit and lost it before they had paid.", values_count,
     OF(later_checkout_oos)},
    {"later_optout_rate", "share", LESS, REPORT_LATER,
     "Shoppers who opted out of its channel within 24 h of a delivered reminder or follow-up / delivered "
     "ones.",
     values_per_sum, PER(later_optouts, reminders_delivered), .which = WAYS},
    {"orders_reminder", "count", PLAIN, REPORT_LATER, "Accepted orders placed at the landing of a reminder.",
     values_count, OF(orders_reminder)},
    {"orders_followup", "count", PLAIN, REPORT_LATER, "Accepted orders placed at the landing of a follow-up.",
     values_count, OF(orders_followup)},
    {"later_orders", "count", MORE, REPORT_LATER,
     "Orders credited to a reminder or a follow-up by last click, else last view; no send has them besides.",
     values_count, OF(later_orders)},
    {"later_revenue", "money", MORE, REPORT_LATER, "Their net revenue.", values_count, OF(later_revenue)},
    {"revenue_per_later_touch", "money", MORE, REPORT_LATER,
     "Net revenue credited to reminders and follow-ups / all of them.", values_per_sum,
     PER(later_revenue, reminders), .which = WAYS},

    /* Predictive notices */
    {"predictive_sends", "count", PLAIN, REPORT_PREDICTIVE, "Notices of when it is likely to be back.",
     values_count, OF(predictive_sends)},
    {"predictive_ghosts", "count", PLAIN, REPORT_PREDICTIVE,
     "Notices that held-out shoppers would have been sent.", values_count, OF(predictive_ghosts)},
    {"predictive_chance", "share", PLAIN, REPORT_PREDICTIVE,
     "The chance of being back by then that the notices promised, mean over notices.", values_ratio,
     PER(predictive_chance, predictive_sends)},
    {"predictive_kept_rate", "share", MORE, REPORT_PREDICTIVE,
     "Notices whose SKU was back by then / those of which it is known, in the engine's feed.", values_part,
     PER(predictive_kept, predictive_broken)},
    {"predictive_open_rate", "share", MORE, REPORT_PREDICTIVE, "Opened notices / shown notices.",
     values_ratio, PER(predictive_opened, predictive_delivered)},
    {"predictive_optout_rate", "share", LESS, REPORT_PREDICTIVE,
     "Shoppers who opted out within 24 h of a shown notice / shown notices.", values_ratio,
     PER(predictive_optouts, predictive_delivered)},

    /* Sold-out clicks */
    {"clicked_oos", "count", LESS, "Sold-out clicks",
     "Landings on a page that showed the variant as sold out.", values_sold_out, OF(oos_stale_storefront)},
    {"clicked_oos_rate", "share", LESS, "Sold-out clicks",
     "Landings on a page that showed the variant as sold out / clicked sends.", values_sold_out_rate,
     PER(oos_stale_storefront, clicked)},
    {"clicked_oos_stale_storefront", "count", LESS, "Sold-out clicks",
     "Sold-out landings with a unit on hand at that moment: the storefront was late.", values_count,
     OF(oos_stale_storefront)},
    {"clicked_oos_stale_feed", "count", LESS, "Sold-out clicks",
     "Sold-out landings after a send decided when no unit was on hand: the engine's feed was late.",
     values_count, OF(oos_stale_feed)},
    {"clicked_oos_organic", "count", LESS, "Sold-out clicks",
     "Sold-out landings because buyers who got no push took all the units there were at the send.",
     values_count, OF(oos_organic)},
    {"clicked_oos_push_latency", "count", LESS, "Sold-out clicks",
     "Sold-out landings that an immediate delivery would have brought to a unit.", values_count,
     OF(oos_push_latency)},
    {"clicked_oos_late_open", "count", LESS, "Sold-out clicks",
     "Sold-out landings of shoppers who would have found a unit within an hour of delivery.", values_count,
     OF(oos_late_open)},
    {"clicked_oos_batch_too_large", "count", LESS, "Sold-out clicks",
     "Sold-out landings with no other cause: more shoppers were told than there were units.", values_count,
     OF(oos_batch_too_large)},
    {"checkout_oos", "count", LESS, "Sold-out clicks",
     "Clickers who landed on a unit and lost it before they had paid.", values_count, OF(checkout_oos)},
    {"disappointed_recipients", "count", LESS, "Sold-out clicks",
     "Distinct recipients who landed on sold out or lost the unit at checkout, from whichever message.",
     values_count, OF(disappointed)},

    /* Revenue */
    {"orders", "count", MORE, "Revenue", "Orders accepted by the storefront, whoever placed them.",
     values_count, OF(orders)},
    {"orders_push", "count", PLAIN, "Revenue", "Accepted orders placed at the landing of a push.",
     values_count, OF(orders_push)},
    {"orders_return", "count", PLAIN, "Revenue",
     "Accepted orders of interested shoppers who came back by themselves.", values_count, OF(orders_return)},
    {"orders_visit", "count", PLAIN, "Revenue",
     "Accepted orders of known shoppers on a visit that was not a return for the product.", values_count,
     OF(orders_visit)},
    {"orders_organic", "count", PLAIN, "Revenue", "Accepted orders of anonymous shoppers.", values_count,
     OF(orders_organic)},
    {"revenue", "money", MORE, "Revenue",
     "Money of accepted orders less that of cancelled ones, whole store.", values_revenue, OF(gross_revenue)},
    {"cancelled_revenue", "money", LESS, "Revenue",
     "Money of accepted orders that were cancelled because the unit did not exist.", values_count,
     OF(cancelled_revenue)},
    {"credited_orders", "count", MORE, "Revenue", "Orders credited to a send by last click, else last view.",
     values_count, OF(credited_orders)},
    {"credited_revenue", "money", MORE, "Revenue",
     "Net revenue of orders credited to a send; much of it would have come anyway.", values_count,
     OF(credited_revenue)},
    {"revenue_per_send", "money", MORE, "Revenue", "Net revenue credited to sends / sends.", values_ratio,
     PER(credited_revenue, sends)},
    {"revenue_per_recipient", "money", MORE, "Revenue",
     "Net revenue credited to sends / distinct recipients.", values_ratio, PER(credited_revenue, recipients)},
    {"aov_notified", "money", MORE, "Revenue", "Net revenue credited to sends / credited orders.",
     values_ratio, PER(credited_revenue, credited_orders)},
    {"organic_lost", "count", LESS, "Revenue",
     "Anonymous orders that were lost because the storefront showed sold out.", values_count,
     OF(organic_lost)},

    /* Stock */
    {"restocks", "count", PLAIN, "Stock", "True restocks: the units on hand rose from 0.", values_count,
     OF(restocks)},
    {"campaigns", "count", PLAIN, "Stock", "Restocks that the engine saw and opened.", values_count,
     OF(campaigns)},
    {"units_restocked", "count", PLAIN, "Stock", "Units that arrived.", values_count, OF(units_restocked)},
    {"units_sold", "count", MORE, "Stock", "Units that left the stock through orders.", values_count,
     OF(units_sold)},
    {"units_lost", "count", PLAIN, "Stock", "Units that left the stock without an order that we know of.",
     values_count, OF(units_lost)},
    {"units_end", "count", PLAIN, "Stock", "Units on hand at the end.", values_count, OF(units_end)},
    {"oversold_units", "count", LESS, "Stock", "Units in accepted orders that were not there.", values_count,
     OF(oversold_units)},
    {"oversell_rate", "share", LESS, "Stock",
     "Accepted orders with a unit that was not there / accepted orders.", values_ratio,
     PER(oversold_orders, orders)},
    {"depletion_time_p50", "s", PLAIN, "Stock",
     "First send of a restock to no unit on hand, sold or taken away by the trace, Kaplan-Meier median; the "
     "next restock and the end censor.",
     values_depletion, .over = STORE_H_DEPLETION, .under = STORE_H_DEPLETION_CENSORED, .which = 50},
    {"depleted_1h_share", "share", PLAIN, "Stock",
     "Restocks with a send whose units were gone within an hour of the first send / restocks with a send.",
     values_ratio, PER(campaigns_gone_1h, campaigns_sent)},
    {"sell_through_24h", "share", MORE, "Stock",
     "Units sold within 24 h of a true restock / units on hand just after it.", values_ratio,
     PER(through_24h_sold, through_24h_base)},
    {"sell_through_72h", "share", MORE, "Stock",
     "Units sold within 72 h of a true restock / units on hand just after it.", values_ratio,
     PER(through_72h_sold, through_72h_base)},
    {"waiting_interests", "count", PLAIN, "Stock",
     "Interests in the engine's lines at the end; one whose window is over leaves when its turn comes.",
     values_count, OF(waiting_interests)},
    {"unmet_demand", "count", LESS, "Stock",
     "Units that shoppers still want at the end: they asked, have not got one and have not lost interest.",
     values_count, OF(waiting_units)},

    {"trace_purchases", "count", PLAIN, "Stock", "Purchases of a shoppers' trace, each an attempt here.",
     values_count, OF(trace_purchases)},
    {"trace_lost", "count", LESS, "Stock", "Of them, those that found the storefront sold out.", values_count,
     OF(trace_lost)},
    {"trace_displaced", "count", LESS, "Stock",
     "Of those, as many as units of the same restock had gone to shoppers who were told.", values_count,
     OF(trace_displaced)},
    {"trace_short", "count", LESS, "Stock", "Units of the other purchases that were not there.", values_count,
     OF(trace_short)},

    /* Speed */
    {"freshness_p50", "s", LESS, "Speed", "True restock to its first send, median.", values_quantile,
     .over = STORE_H_FRESHNESS, .which = 50},
    {"freshness_p95", "s", LESS, "Speed", "True restock to its first send, 95th percentile.", values_quantile,
     .over = STORE_H_FRESHNESS, .which = 95},
    {"freshness_p99", "s", LESS, "Speed", "True restock to its first send, 99th percentile.", values_quantile,
     .over = STORE_H_FRESHNESS, .which = 99},

    /* Fairness */
    {"fairness_gini_wait", "index", LESS, "Fairness",
     "Gini coefficient of the time from true restock to slot over reached interests: 0 is the same wait for "
     "all.",
     values_gini, PER(gini_wait, reached_interests)},
    TIER(0),
    TIER(1),
    TIER(2),
    TIER(3),
    TIER(4),
    TIER(5),
    TIER(6),
    TIER(7),

    /* Lift */
    {"population", "count", PLAIN, "Lift", "Units of the experiment: those that reached the holdout step.",
     values_count, OF(population)},
    {"reach", "share", PLAIN, "Lift",
     "Units of the experiment that got a slot, sent or ghost / all of them. A candidate is assigned when her "
     "turn comes, so this is 1 unless slots are put off (jitter).",
     values_ratio, PER(population_reached, population)},
    {"orders_per_treated", "orders per unit", MORE, "Lift",
     "Net orders of a unit assigned to treatment, from its first holdout step on.", values_arm,
     .over = STORE_ORDERS, .which = STORE_TREATED},
    {"orders_per_held", "orders per unit", PLAIN, "Lift",
     "Net orders of a held-out unit, in the same window.", values_arm, .over = STORE_ORDERS,
     .which = STORE_HELD},
    {"lift_abs", "orders per unit", MORE, "Lift",
     "What the holdout says: mean net orders of units assigned to treatment less that of held-out units.",
     values_lift, .over = STORE_ORDERS, .which = STORE_ASSIGNED},
    {"lift_rel", "share", MORE, "Lift", "lift_abs / mean net orders of held-out units.", values_lift_rel,
     .over = STORE_ORDERS, .which = STORE_ASSIGNED},
    {"lift_reached", "orders per unit", MORE, "Lift",
     "The same difference over each unit's first slot: sent less ghost.", values_lift, .over = STORE_ORDERS,
     .which = STORE_REACHED},
    {"lift_true", "orders per unit", MORE, "Lift",
     "The truth: net orders of the same units with everyone treated less with nobody treated / units.",
     values_true, PER(true_orders, population)},
    {"lift_true_store", "orders per unit", MORE, "Lift",
     "The same over the whole store, so that orders taken from other shoppers count against the push / "
     "units.",
     values_true, PER(true_store_orders, population)},
    {"bias", "orders per unit", PLAIN, "Lift",
     "lift_abs - lift_true: what the holdout overstates because both arms buy from the same shelf.",
     values_bias, PER(true_orders, population), .which = STORE_ORDERS},

    /* Revenue lift */
    {"revenue_per_treated", "money per unit", MORE, "Revenue lift",
     "Net revenue of a unit assigned to treatment, from its first holdout step on.", values_arm,
     .over = STORE_REVENUE, .which = STORE_TREATED},
    {"revenue_per_held", "money per unit", PLAIN, "Revenue lift",
     "Net revenue of a held-out unit, in the same window.", values_arm, .over = STORE_REVENUE,
     .which = STORE_HELD},
    {"lift_abs_revenue", "money per unit", MORE, "Revenue lift",
     "What the holdout says in money: mean net revenue of units assigned to treatment less that of held-out "
     "units.",
     values_lift, .over = STORE_REVENUE, .which = STORE_ASSIGNED},
    {"lift_rel_revenue", "share", MORE, "Revenue lift",
     "lift_abs_revenue / mean net revenue of held-out units.", values_lift_rel, .over = STORE_REVENUE,
     .which = STORE_ASSIGNED},
    {"incremental_revenue_per_recipient", "money per unit", MORE, "Revenue lift",
     "Mean net revenue after the first slot: sent less ghost. What a push, and what followed it, brought in, "
     "by "
     "the holdout.",
     values_lift, .over = STORE_REVENUE, .which = STORE_REACHED},
    {"lift_true_revenue", "money per unit", MORE, "Revenue lift",
     "The truth in money: net revenue of the same units with everyone treated less with nobody treated / "
     "units.",
     values_true, PER(true_revenue, population)},
    {"lift_true_store_revenue", "money per unit", MORE, "Revenue lift",
     "The same over the whole store, so that sales taken from other shoppers count against the push / units.",
     values_true, PER(true_store_revenue, population)},
    {"bias_revenue", "money per unit", PLAIN, "Revenue lift", "lift_abs_revenue - lift_true_revenue.",
     values_bias, PER(true_revenue, population), .which = STORE_REVENUE},
};

const report_metric *report_metrics(size_t *n) {
    *n = sizeof table / sizeof *table;
    return table;
}
