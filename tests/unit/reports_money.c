/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_money.c - the metrics of money and of what follows an order, against numbers made by hand.
 */
#include "tests/unit/metric_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/report.h"

/* Every tally its own number, so that no two ratios agree by accident. */
static void counts_and_ratios(void **state) {
    (void)state;
    store_trial t = {.twins = true};
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        t.tally[i] = 1 + i * i;
    const metric_wanted row[] = {
        {"cancelled_orders", N(cancelled_orders)},
        {"returned_orders", N(returned_orders)},
        {"returned_revenue", N(returned_revenue)},
        {"units_returned", N(units_returned)},
        {"orders_repeat", N(orders_repeat)},
        {"repeat_purchase_rate_treated", N(repeat_treated) / N(repeat_population_treated)},
        {"repeat_purchase_rate_held", N(repeat_held) / N(repeat_population_held)},
        {"repeat_purchase_rate",
         (N(repeat_treated) + N(repeat_held)) / (N(repeat_population_treated) + N(repeat_population_held))},
        {"repeat_purchase_rate_buyers", (N(repeat_treated) + N(repeat_held)) / N(repeat_buyers)},
        {"support_contacts_per_1000", 1000 * N(support_sends) / N(sends)},
        {"support_contacts_later", N(support_later)},
        {"support_contacts_others", N(support_others)},
        {"other_messages", N(other_push) + N(other_email) + N(other_sms) + N(other_in_app)},
        {"cost_campaigns", N(cost_campaigns)},
        {"retargeted", N(retargeted)},
        {"retargeting_spend", N(retargeting_spend)},
        {"orders_retargeting", N(orders_retargeting)},
        {"retargeting_spend_saved", N(none_retargeting_spend) - N(all_retargeting_spend)},
        {"retargeting_orders_incremental", N(retargeting_orders)},
        {"retargeting_spend_alone", N(none_retargeting_spend)},
        {"cost_messages_incremental", N(all_cost_messages) - N(none_cost_messages)},
        {"retargeting_cost_per_incremental_order", N(none_retargeting_spend) / N(retargeting_orders)},
        {"roi_vs_retargeting", N(none_retargeting_spend) / N(retargeting_orders) /
                                   ((N(all_cost_messages) - N(none_cost_messages)) / N(true_store_orders))},
        {"margin", N(margin)},
        {"cost_messages", N(cost_messages)},
        {"cost_support", N(cost_support)},
        {"cost_cancellations", N(cost_cancellations)},
        {"cost_returns", N(cost_returns)},
        {"profit", N(margin) - N(cost_messages) - N(cost_campaigns) - N(cost_support) -
                       N(cost_cancellations) - N(cost_returns) - N(retargeting_spend)},
        {"orders_incremental", N(true_store_orders)},
        {"profit_incremental",
         N(all_margin) - N(all_cost_messages) - N(all_cost_campaigns) - N(all_cost_support) -
             N(all_cost_cancellations) - N(all_cost_returns) - N(all_retargeting_spend) -
             (N(none_margin) - N(none_cost_messages) - N(none_cost_campaigns) - N(none_cost_support) -
              N(none_cost_cancellations) - N(none_cost_returns) - N(none_retargeting_spend))},
        {"cost_per_incremental_order", (N(all_cost_messages) - N(none_cost_messages)) / N(true_store_orders)},
    };
    assert_metrics(&t, row, sizeof row / sizeof *row);
    t.twins = false;
    static const char *const of_twins[] = {"retargeting_spend_saved",
                                           "retargeting_orders_incremental",
                                           "retargeting_cost_per_incremental_order",
                                           "roi_vs_retargeting",
                                           "orders_incremental",
                                           "profit_incremental",
                                           "cost_per_incremental_order"};
    for (size_t i = 0; i < sizeof of_twins / sizeof *of_twins; i++)
        assert_true(isnan(value_of(of_twins[i], &t)));
}

/* Mean 3, SD 1 over three replications: t(2) = 4.303, so 3 -+ 2.48 is above 0; with SD 2 it is not. */
static void a_quotient_needs_a_denominator(void **state) {
    (void)state;
    static const double far[] = {2, 3, 4}, near[] = {1, 3, 5};
    for (int holds_zero = 0; holds_zero < 2; holds_zero++) {
        store_run run = {.trial = calloc(3, sizeof *run.trial), .trials = 3, .twins = true};
        report_summary s;
        assert_non_null(run.trial);
        for (int i = 0; i < 3; i++) {
            double *n = run.trial[i].tally;
            run.trial[i].twins = true;
            n[STORE_T_true_store_orders] = holds_zero ? near[i] : far[i];
            n[STORE_T_all_cost_messages] = 12;
            n[STORE_T_retargeting_orders] = 10 + i;
            n[STORE_T_none_retargeting_spend] = 20 * (10 + i);
        }
        assert_true(report_summarise(&run, &s));
        const report_value *cost = report_find(&s, "cost_per_incremental_order");
        const report_value *roi = report_find(&s, "roi_vs_retargeting");
        assert_int_equal(report_find(&s, "orders_incremental")->n, 3);
        assert_near(report_find(&s, "retargeting_cost_per_incremental_order")->mean, 20, 1e-12);
        assert_int_equal(cost->n, holds_zero ? 0 : 3);
        assert_int_equal(roi->n, holds_zero ? 0 : 3);
        if (holds_zero) {
            assert_true(isnan(cost->mean) && isnan(cost->by_trial[0]));
        } else {
            /* 12 of each by 3 of them, and by the delta method SD = 12 / 3^2 x 1; ads cost 20, 5 times 4 */
            assert_near(cost->mean, 4, 1e-12);
            assert_near(cost->sd, 12 / 9., 1e-12);
            assert_near(roi->mean, 5, 1e-12);
            assert_near(roi->sd, 5 / 3.,
                        1e-12); /* as orders_incremental alone varies; spend goes with its orders */
        }
        report_summary_clear(&s);
        free(run.trial);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_ratios),
        cmocka_unit_test(a_quotient_needs_a_denominator),
    };
    return RUN_TESTS(tests);
}
