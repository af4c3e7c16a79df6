/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_metrics.c - every metric against numbers made by hand, intervals over replications, and the page of
 * definitions.
 */
#include "tests/unit/metric_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/format.h"
#include "reports/report.h"
#include "reports/sums.h"

/* Every tally its own prime, so that no two ratios agree by accident. */
static void fill_with_primes(store_trial *t) {
    unsigned candidate = 2;
    for (int i = 0; i < STORE_TALLY_COUNT; i++, candidate++) {
        for (unsigned d = 2; d * d <= candidate; d++)
            if (candidate % d == 0) {
                candidate++;
                d = 1;
            }
        t->tally[i] = candidate;
    }
}

static void counts_and_ratios(void **state) {
    (void)state;
    store_trial t = {.twins = true};
    fill_with_primes(&t);
    double sold_out = N(oos_stale_storefront) + N(oos_stale_feed) + N(oos_organic) + N(oos_push_latency) +
                      N(oos_late_open) + N(oos_batch_too_large);
    double delivered = N(reminders_delivered) + N(followups_email_delivered) + N(followups_sms_delivered) +
                       N(followups_in_app_delivered);
    double clicked = N(reminders_clicked) + N(followups_email_clicked) + N(followups_sms_clicked) +
                     N(followups_in_app_clicked);
    N(clicked) = 5;
    const metric_wanted row[] = {
        {"candidates", N(candidates)},
        {"sends", N(sends)},
        {"recipients", N(recipients)},
        {"ghosts", N(ghosts)},
        {"messages", N(messages)},
        {"accepted_rate", N(accepted) / N(sends)},
        {"delivery_rate", N(delivered) / N(sends)},
        {"failures_unregistered", N(fail_unregistered)},
        {"failures_quota", N(fail_quota)},
        {"failures_unavailable", N(fail_unavailable)},
        {"failures_too_large", N(fail_too_large)},
        {"failures_ttl", N(fail_ttl)},
        {"unavailable_at_delivery_rate", N(delivered_oos) / N(delivered)},
        {"open_rate", N(opened) / N(delivered)},
        {"ctr", 5 / N(delivered)},
        {"conversion_after_click", N(credited_clicked_sends) / 5},
        {"conversion_view_through", N(credited_viewed_sends) / (N(delivered) - 5)},
        {"optout_rate", N(optouts) / N(delivered)},
        {"optout_excess", N(optouts) / N(delivered) - N(ghost_optouts) / N(ghosts)},
        {"optouts_latent", N(optouts_latent)},
        {"credited_orders_true", N(credited_orders_true)},
        {"credited_revenue_true", N(credited_revenue_true)},
        {"click_to_view_rate", N(pages) / N(clicked)},
        {"orders_substitute", N(orders_substitute)},
        {"permission_churn", (N(reachable_start) - N(reachable_end)) / N(reachable_start)},
        {"reminders", N(reminders)},
        {"followups", N(followups_email) + N(followups_sms) + N(followups_in_app)},
        {"followups_email", N(followups_email)},
        {"followups_sms", N(followups_sms)},
        {"followups_in_app", N(followups_in_app)},
        {"reminder_ghosts", N(reminder_ghosts)},
        {"followup_ghosts", N(followup_ghosts)},
        {"later_delivery_rate",
         delivered / (N(reminders) + N(followups_email) + N(followups_sms) + N(followups_in_app))},
        {"reminder_open_rate", N(reminders_opened) / N(reminders_delivered)},
        {"reminder_ctr", N(reminders_clicked) / N(reminders_delivered)},
        {"followup_email_open_rate", N(followups_email_opened) / N(followups_email_delivered)},
        {"followup_email_ctr", N(followups_email_clicked) / N(followups_email_delivered)},
        {"followup_sms_open_rate", N(followups_sms_opened) / N(followups_sms_delivered)},
        {"followup_sms_ctr", N(followups_sms_clicked) / N(followups_sms_delivered)},
        {"followup_in_app_open_rate", N(followups_in_app_opened) / N(followups_in_app_delivered)},
        {"followup_in_app_ctr", N(followups_in_app_clicked) / N(followups_in_app_delivered)},
        {"later_conversion_after_click", N(later_credited_clicked) / clicked},
        {"later_clicked_oos_rate", N(later_oos) / clicked},
        {"later_checkout_oos", N(later_checkout_oos)},
        {"later_optout_rate", N(later_optouts) / delivered},
        {"orders_reminder", N(orders_reminder)},
        {"orders_followup", N(orders_followup)},
        {"later_orders", N(later_orders)},
        {"later_revenue", N(later_revenue)},
        {"revenue_per_later_touch",
         N(later_revenue) / (N(reminders) + N(followups_email) + N(followups_sms) + N(followups_in_app))},
        {"predictive_sends", N(predictive_sends)},
        {"predictive_ghosts", N(predictive_ghosts)},
        {"predictive_chance", N(predictive_chance) / N(predictive_sends)},
        {"predictive_kept_rate", N(predictive_kept) / (N(predictive_kept) + N(predictive_broken))},
        {"predictive_open_rate", N(predictive_opened) / N(predictive_delivered)},
        {"predictive_optout_rate", N(predictive_optouts) / N(predictive_delivered)},
        {"clicked_oos", sold_out},
        {"clicked_oos_rate", sold_out / 5},
        {"clicked_oos_stale_storefront", N(oos_stale_storefront)},
        {"clicked_oos_stale_feed", N(oos_stale_feed)},
        {"clicked_oos_organic", N(oos_organic)},
        {"clicked_oos_push_latency", N(oos_push_latency)},
        {"clicked_oos_late_open", N(oos_late_open)},
        {"clicked_oos_batch_too_large", N(oos_batch_too_large)},
        {"checkout_oos", N(checkout_oos)},
        {"disappointed_recipients", N(disappointed)},
        {"orders", N(orders)},
        {"orders_push", N(orders_push)},
        {"orders_return", N(orders_return)},
        {"orders_visit", N(orders_visit)},
        {"orders_organic", N(orders_organic)},
        {"revenue", N(gross_revenue) - N(cancelled_revenue) - N(returned_revenue)},
        {"cancelled_revenue", N(cancelled_revenue)},
        {"credited_orders", N(credited_orders)},
        {"credited_revenue", N(credited_revenue)},
        {"revenue_per_send", N(credited_revenue) / N(sends)},
        {"revenue_per_recipient", N(credited_revenue) / N(recipients)},
        {"aov_notified", N(credited_revenue) / N(credited_orders)},
        {"organic_lost", N(organic_lost)},
        {"restocks", N(restocks)},
        {"campaigns", N(campaigns)},
        {"units_restocked", N(units_restocked)},
        {"units_sold", N(units_sold)},
        {"units_lost", N(units_lost)},
        {"units_other_channels", N(units_other_channels)},
        {"other_channels_lost", N(other_channels_lost)},
        {"reservations", N(reservations)},
        {"units_end", N(units_end)},
        {"oversold_units", N(oversold_units)},
        {"oversell_rate", N(oversold_orders) / N(orders)},
        {"depleted_1h_share", N(campaigns_gone_1h) / N(campaigns_sent)},
        {"sell_through_24h", N(through_24h_sold) / N(through_24h_base)},
        {"sell_through_72h", N(through_72h_sold) / N(through_72h_base)},
        {"waiting_interests", N(waiting_interests)},
        {"unmet_demand", N(waiting_units)},
        {"fairness_gini_wait", N(gini_wait)},
        {"fairness_unreached_share", N(waiting_interests) / (N(waiting_interests) + N(reached_interests))},
        {"population", N(population)},
        {"reach", N(population_reached) / N(population)},
        {"lift_true", N(true_orders) / N(population)},
        {"lift_true_store", N(true_store_orders) / N(population)},
        {"lift_true_revenue", N(true_revenue) / N(population)},
        {"lift_true_store_revenue", N(true_store_revenue) / N(population)},
    };
    assert_metrics(&t, row, sizeof row / sizeof *row);
}

static void add(store_trial *t, store_population p, store_arm arm, double orders, double revenue) {
    store_moments_add(&t->moments[p][arm][STORE_ORDERS], orders);
    store_moments_add(&t->moments[p][arm][STORE_REVENUE], revenue);
}

/* Treated buy 1, 0, 1, 2 (mean 1), held out 0, 1 (mean 1/2); reached 2 against 0. */
static void fill_arms(store_trial *t) {
    static const double treated[] = {1, 0, 1, 2}, held[] = {0, 1};
    for (int i = 0; i < 4; i++)
        add(t, STORE_ASSIGNED, STORE_TREATED, treated[i], 10 * treated[i]);
    for (int i = 0; i < 2; i++)
        add(t, STORE_ASSIGNED, STORE_HELD, held[i], 12 * held[i]);
    add(t, STORE_REACHED, STORE_TREATED, 2, 20);
    add(t, STORE_REACHED, STORE_HELD, 0, 5);
}

static void lift_and_bias(void **state) {
    (void)state;
    store_trial t = {.twins = true};
    fill_arms(&t);
    N(population) = 6, N(true_orders) = 1.5, N(true_revenue) = 9;
    assert_near(value_of("orders_per_treated", &t), 1, 1e-12);
    assert_near(value_of("orders_per_held", &t), 0.5, 1e-12);
    assert_near(value_of("lift_abs", &t), 0.5, 1e-12);
    assert_near(value_of("lift_rel", &t), 1, 1e-12);
    assert_near(value_of("lift_reached", &t), 2, 1e-12);
    assert_near(value_of("bias", &t), 0.25, 1e-12);
    assert_near(value_of("revenue_per_treated", &t), 10, 1e-12);
    assert_near(value_of("revenue_per_held", &t), 6, 1e-12);
    assert_near(value_of("lift_abs_revenue", &t), 4, 1e-12);
    assert_near(value_of("lift_rel_revenue", &t), 4.0 / 6, 1e-12);
    assert_near(value_of("incremental_revenue_per_recipient", &t), 15, 1e-12);
    assert_near(value_of("bias_revenue", &t), 4 - 1.5, 1e-12);
    t.twins = false;
    assert_true(isnan(value_of("lift_true", &t)) && isnan(value_of("bias", &t)) &&
                isnan(value_of("lift_true_store", &t)));
    assert_near(value_of("lift_abs", &t), 0.5, 1e-12);
}

/* Welch by hand: variances 2/3 and 1/2, se^2 = 1/6 + 1/4 = 5/12; df = se^4 / ((1/6)^2/3 + (1/4)^2/1). */
static void a_trials_own_lift(void **state) {
    (void)state;
    store_trial t = {0};
    fill_arms(&t);
    report_lift l = report_trial_lift(&t, STORE_ASSIGNED, STORE_ORDERS);
    assert_near(l.abs, 0.5, 1e-12);
    assert_near(l.n_treated, 4, 0);
    assert_near(l.n_held, 2, 0);
    assert_near((l.hi + l.lo) / 2, 0.5, 1e-9);
    /* df = (5/12)^2 / (1/108 + 1/16) = 2.419, so t(.975) lies between those of 3 and of 2 degrees */
    assert_true(l.hi - l.lo > 2 * 3.18 * sqrt(5.0 / 12) && l.hi - l.lo < 2 * 4.31 * sqrt(5.0 / 12));
    assert_true(l.p > 0.49 && l.p < 0.53);
    l = report_trial_lift(&t, STORE_REACHED, STORE_ORDERS);
    assert_near(l.abs, 2, 1e-12);
    assert_true(isnan(l.lo) && isnan(l.p));
}

static void spans_in_seconds(void **state) {
    (void)state;
    store_trial t = {0};
    uint32_t bin = store_hist_bin(3600000);
    t.hist[STORE_H_TIME_TO_PURCHASE][bin] = 10;
    t.hist[STORE_H_FRESHNESS][store_hist_bin(60000)] = 1;
    double lo = store_hist_edge(bin) / 1000, hi = store_hist_edge(bin + 1) / 1000;
    static const char *const name[] = {"time_to_purchase_p10", "time_to_purchase_p50",
                                       "time_to_purchase_p90"};
    for (int i = 0; i < 3; i++)
        assert_near(value_of(name[i], &t), lo + (hi - lo) * (0.1 + 0.4 * i), 1e-6);
    assert_near(value_of("freshness_p50", &t), 61, 2);
    assert_true(value_of("freshness_p99", &t) > value_of("freshness_p95", &t));
    /* Of two at risk one goes at 1,000 s: the median. With nine more at risk then it takes the other one, at
     * 2,000 s. */
    t.hist[STORE_H_DEPLETION][store_hist_bin(1000000)] = 1;
    t.hist[STORE_H_DEPLETION][store_hist_bin(2000000)] = 1;
    t.hist[STORE_H_DEPLETION_CENSORED][store_hist_bin(500000)] = 3;
    assert_near(value_of("depletion_time_p50", &t), 1000, 50);
    t.hist[STORE_H_DEPLETION_CENSORED][store_hist_bin(1500000)] = 9;
    assert_near(value_of("depletion_time_p50", &t), 2000, 100);
}

static void tiers(void **state) {
    (void)state;
    store_trial t = {0};
    t.tier[1] = (store_tier){.asked = 8, .won = 2};
    assert_near(value_of("fairness_share_by_tier_1", &t), 0.25, 1e-12);
    assert_true(isnan(value_of("fairness_share_by_tier_0", &t)));
    char name[] = "gold", label[80];
    store_run run = {.tier = {NULL, name}, .tiers = 2};
    size_t n;
    const report_metric *m = report_metrics(&n);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(m[i].name, "fairness_share_by_tier_1")) {
            sums_label(&run, &m[i], label, sizeof label);
            assert_string_equal(label, "fairness_share_by_tier_1 (gold)");
        }
}

/* Clicks 4 of 40, 6 of 40 and none of none: 0.1 and 0.15, mean 0.125, SD 0.0353553, half-width t(1) x 0.025.
 */
static void templates(void **state) {
    (void)state;
    char plain[] = "plain", loud[] = "loud";
    store_trial t[3] = {0};
    store_run run = {.trial = t, .trials = 3, .template = {plain, loud}, .templates = 2};
    t[0].template[1] = (store_template){.sends = 50, .delivered = 40, .clicked = 4, .orders = 1};
    t[1].template[1] = (store_template){.sends = 50, .delivered = 40, .clicked = 6, .orders = 2};
    report_template row[STORE_TEMPLATES];
    assert_int_equal(report_templates(&run, row), 2);
    assert_string_equal(row[1].name, "loud");
    assert_near(row[1].sends, 100, 0);
    assert_near(row[1].clicked, 10, 0);
    assert_near(row[1].ctr.mean, .125, 1e-12);
    assert_near(row[1].ctr.hi, .125 + .025 * 12.7062, 1e-5);
    assert_near(row[1].ctr.lo, .125 - .025 * 12.7062, 1e-5);
    assert_int_equal(row[1].ctr.n, 2);
    assert_near(row[1].orders_per_send.mean, .03, 1e-12);
    assert_int_equal(row[0].ctr.n, 0);
    run.templates = 1; /* nothing to compare */
    assert_int_equal(report_templates(&run, row), 0);
}

/* Orders per shopper 0.1 and 0.3 in the first arm, 0.2 and 0.8 in the second, and a trial in which nobody was
 * drawn into it: differences 0.1 and 0.5, mean 0.3, half-width t(1) x 0.2. */
static void arms(void **state) {
    (void)state;
    char a[] = "as before", b[] = "new";
    store_trial t[3] = {0};
    store_run run = {
        .trial = t, .trials = 3, .policy_arm = {a, b}, .policy_arm_weight = {3, 1}, .policy_arms = 2};
    for (int i = 0; i < 3; i++)
        t[i].policy_arm[0] = (store_policy_arm){
            .sends = 10, .clicked_oos = 4, .orders = {40, .1 + .2 * i, 0}, .revenue = {40, 1 + 2 * i, 0}};
    t[0].policy_arm[1] =
        (store_policy_arm){.sends = 7, .clicked_oos = 1, .orders = {10, .2, 0}, .revenue = {10, 2, 0}};
    t[1].policy_arm[1] =
        (store_policy_arm){.sends = 8, .clicked_oos = 3, .orders = {10, .8, 0}, .revenue = {10, 8, 0}};
    report_arm row[STORE_POLICY_ARMS];
    assert_int_equal(report_arms(&run, row), 2);
    assert_string_equal(row[1].name, "new");
    assert_near(row[0].share, .75, 0);
    assert_near(row[0].value[REPORT_ARM_SHOPPERS].mean, 40, 0);
    assert_near(row[1].value[REPORT_ARM_SENDS].mean, 5, 1e-12);
    assert_near(row[1].value[REPORT_ARM_ORDERS].mean, .5, 1e-12);
    assert_int_equal(row[1].value[REPORT_ARM_ORDERS].n, 2);
    assert_near(row[1].value[REPORT_ARM_CLICKED_OOS_EACH].mean, .2, 1e-12);
    const report_value *d = &row[1].difference[REPORT_ARM_ORDERS];
    assert_int_equal(d->n, 2);
    assert_near(d->mean, .3, 1e-12);
    assert_near(d->lo, .3 - .2 * 12.7062, 1e-5);
    assert_near(d->hi, .3 + .2 * 12.7062, 1e-5);
    assert_near(row[1].difference[REPORT_ARM_REVENUE].mean, 3, 1e-12);
    assert_int_equal(row[0].difference[REPORT_ARM_ORDERS].n, 0); /* it is the first */
    run.trials = 1;
    assert_int_equal(report_arms(&run, row), 2);
    assert_near(row[1].difference[REPORT_ARM_ORDERS].mean, .1, 1e-12);
    assert_true(isnan(row[1].difference[REPORT_ARM_ORDERS].lo));
    run.policy_arms = 0;
    assert_int_equal(report_arms(&run, row), 0);
}

/* An empty trial has counts of 0 and no ratio at all; nothing is infinite. */
static void nothing_gives_no_ratios(void **state) {
    (void)state;
    store_trial t = {.twins = true};
    size_t n;
    const report_metric *m = report_metrics(&n);
    for (size_t i = 0; i < n; i++) {
        double x = m[i].value(&m[i], &t);
        bool money = !strcmp(m[i].unit, "money") && !strstr(m[i].name, "_per_") &&
                     strcmp(m[i].name, "aov_notified") != 0;
        bool plain = !strcmp(m[i].unit, "count") || money;
        if (plain ? x != 0 : !isnan(x)) fail_msg("%s of nothing is %g", m[i].name, x);
    }
}

static void names_are_a_contract(void **state) {
    (void)state;
    static const char *const units[] = {"count",           "share",          "money", "s",
                                        "orders per unit", "money per unit", "index", "money per order",
                                        "per 1000",        "times"};
    size_t n;
    const report_metric *m = report_metrics(&n);
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof units / sizeof *units; k++)
            known = known || !strcmp(m[i].unit, units[k]);
        assert_true(known);
        assert_int_equal(strspn(m[i].name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(m[i].name));
        assert_int_equal(m[i].definition[strlen(m[i].definition) - 1], '.');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(m[i].name, m[k].name);
    }
}

/* sends 10, 12, 14: mean 12, SD 2, half-width t(2) 2/sqrt(3) = 4.30265 x 1.154701. A ratio that one of them
 * does not have is left out of n. */
static void intervals_over_replications(void **state) {
    (void)state;
    store_trial t[3] = {0};
    store_run run = {.trial = t, .trials = 3};
    report_summary s;
    for (int i = 0; i < 3; i++)
        t[i].tally[STORE_T_sends] = 10 + 2 * i;
    t[0].tally[STORE_T_orders] = 4, t[0].tally[STORE_T_oversold_orders] = 1;
    assert_true(report_summarise(&run, &s));
    const report_value *v = report_find(&s, "sends");
    assert_near(v->mean, 12, 1e-12);
    assert_near(v->sd, 2, 1e-12);
    assert_near(v->lo, 12 - 4.96828, 1e-4);
    assert_near(v->hi, 12 + 4.96828, 1e-4);
    assert_int_equal(v->n, 3);
    v = report_find(&s, "oversell_rate");
    assert_int_equal(v->n, 1);
    assert_near(v->mean, 0.25, 1e-12);
    assert_true(isnan(v->lo) && isnan(v->hi) && isnan(v->by_trial[1]));
    v = report_find(&s, "ctr");
    assert_true(v->n == 0 && isnan(v->mean));
    assert_null(report_find(&s, "no_such_metric"));
    report_summary_clear(&s);
    assert_null(s.value);
}

static void the_page_is_the_table(void **state) {
    (void)state;
    char *made = NULL;
    size_t size = 0, at = 0;
    FILE *f = open_memstream(&made, &size), *page = fopen("docs/METRICS.md", "r");
    assert_non_null(f);
    report_metrics_markdown(f);
    fclose(f);
    if (!page) fail_msg("docs/METRICS.md cannot be read: run the tests from the top folder");
    for (int c; (c = fgetc(page)) != EOF; at++)
        if (at >= size || made[at] != (char)c)
            fail_msg("docs/METRICS.md differs from the table at byte %zu: write it anew with "
                     "report_metrics_markdown",
                     at);
    assert_int_equal(at, size);
    fclose(page);
    free(made);
}

static void numbers_for_people(void **state) {
    (void)state;
    assert_string_equal(format_count(1234567).text, "1,234,567");
    assert_string_equal(format_count(-1000).text, "-1,000");
    assert_string_equal(format_number(0.1234, "share").text, "12.3 %");
    assert_string_equal(format_number(0.1, "share").text, "10 %");
    assert_string_equal(format_number(5400, "s").text, "90 min");
    assert_string_equal(format_span(7560).text, "2.1 h");
    assert_string_equal(format_span(20).text, "20 s");
    assert_string_equal(format_number(NAN, "s").text, "-");
    assert_string_equal(format_signed(0.5, "orders per unit").text, "+0.500");
    assert_string_equal(format_number(12.5, "money").text, "12.50");
    assert_string_equal(format_time(INT64_C(1740787200000)).text, "2025-03-01 00:00:00");
    assert_string_equal(format_time(STORE_NONE).text, "-");
    size_t n;
    report_value v = {.metric = report_metrics(&n), .mean = 123.456, .lo = 120, .hi = 126.912, .n = 9};
    assert_string_equal(format_mean_interval(&v).text, "123 [120, 127]");
    v.lo = v.hi = NAN;
    assert_string_equal(format_mean_interval(&v).text, "123");
    char out[64];
    assert_string_equal(format_clean(out, sizeof out, "a\nb\xff\xc3\xa9\xc2\x85\xed\xa0\x80|"),
                        "a b?\xc3\xa9 ???|");
    assert_string_equal(format_clean(out, 4, "ab\xc3\xa9"), "ab");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_ratios),
        cmocka_unit_test(lift_and_bias),
        cmocka_unit_test(a_trials_own_lift),
        cmocka_unit_test(spans_in_seconds),
        cmocka_unit_test(tiers),
        cmocka_unit_test(templates),
        cmocka_unit_test(arms),
        cmocka_unit_test(nothing_gives_no_ratios),
        cmocka_unit_test(names_are_a_contract),
        cmocka_unit_test(intervals_over_replications),
        cmocka_unit_test(the_page_is_the_table),
        cmocka_unit_test(numbers_for_people),
    };
    return RUN_TESTS(tests);
}
