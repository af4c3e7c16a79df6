/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_calibrate.c - from rows to facts, counted by hand; the config; and the fragment, which is a scenario.
 */
#include "lab/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/calibrate_job.h"
#include "scenarios/scenario.h"
#include "tests/place.h"

static void read_config(const char *text, lab_traces *traces, lab_facts *facts) {
    lab_error error = {""};
    place_put("shop.yaml", text);
    if (lab_traces_read("shop.yaml", traces, &error) != LAB_OK) fail_msg("%s", error.text);
    assert_true(lab_facts_take(traces, facts));
}

static void refuse(const char *text, const char *message) {
    lab_traces traces = {0};
    lab_error error = {""};
    place_put("shop.yaml", text);
    assert_int_equal(lab_traces_read("shop.yaml", &traces, &error), LAB_BAD_INPUT);
    if (!strstr(error.text, message)) fail_msg("'%s' lacks '%s'", error.text, message);
}

/* a: in from the start (left out), out 4 h, in 5 h, out to the end (7 h, not ended). b: out from the start
 * (left out), in 3 h, still out when the trace ends, 1 h later; a row that changes nothing. */
static void spells_begin_where_they_are_seen(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("stock.csv",
              "timestamp,sku,available\n"
              "2026-03-01T00:00,a,1\n2026-03-01T00:00,b,0\n2026-03-01T04:00,a,0\n2026-03-01T08:00,a,1\n"
              "2026-03-01T09:00,a,1\n2026-03-01T13:00,a,0\n2026-03-01T16:00,b,1\n2026-03-01T19:00,b,0\n"
              "2026-03-01T20:00,c,1\n");
    read_config("traces: {inventory: {file: stock.csv}}\n", &t, &f);
    assert_int_equal(f.out.n, 3);
    assert_int_equal(f.out.ended, 1);
    assert_int_equal(f.out.unseen_start, 1);
    assert_near(f.out.spell[0].length, 4, 1e-12);
    assert_near(f.out.spell[0].window, 16, 1e-12);
    assert_near(f.out.spell[1].length, 7, 1e-12);
    assert_near(f.out.spell[2].length, 1, 1e-12);
    assert_false(f.out.spell[1].ended || f.out.spell[2].ended);
    assert_int_equal(f.in.n, 2);
    assert_int_equal(f.in.ended, 2);
    assert_int_equal(f.in.unseen_start, 2);
    assert_near(f.in.spell[0].length + f.in.spell[1].length, 8, 1e-12);
    assert_near(f.in.unit, 1, 1e-12); /* 5 and 3 */
    assert_true(f.in.rounded);
    assert_near(f.restocks, 2, 0);
    assert_near(f.sku_days, 40.0 / 24, 1e-12);
    assert_near(f.restock_hour[8] + f.restock_hour[16], 2, 0);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
}

/* Two whole units are seen as (1.5, 2.5], the least as (0, 1.5]. */
static void rounded_spells_become_intervals(void **state) {
    (void)state;
    lab_spell spell[] = {{2, 9, true}, {1, 9, true}, {2, 9, true}, {3, 3, false}};
    lab_spells s = {.spell = spell, .n = 4, .ended = 3, .unit = 1, .rounded = true};
    stat_time time[4];
    assert_int_equal(lab_spells_times(&s, time), 3);
    assert_near(time[0].lo, 0, 0);
    assert_near(time[0].hi, 1.5, 0);
    assert_near(time[1].lo, 1.5, 0);
    assert_near(time[1].hi, 2.5, 0);
    assert_near(time[1].weight, 2, 0);
    assert_near(time[2].lo, 3, 0);
    assert_true(isinf(time[2].hi));
}

/* ann: order 1 of two rows, order 2; bob: order 3. One order of nobody known; one return by quantity. */
static void occasions_are_orders(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("orders.csv", "at,who,item,n,money,no\n"
                            "1772323200,ann,a,1,10,1\n1772323260,ann,b,2,30,1\n1772409600,ann,a,1,10,2\n"
                            "1772330400,bob,a,4,40,3\n1772416800,,b,1,15,4\n1772416800,ann,a,-1,-10,5\n"
                            "1772416800,bob,a,0,0,6\n");
    read_config(
        "traces:\n  events:\n    file: orders.csv\n    time_format: epoch_s\n"
        "    columns: {timestamp: at, shopper: who, sku: item, quantity: n, revenue: money, order: no}\n",
        &t, &f);
    assert_int_equal(t.events, 6);
    assert_int_equal(t.events_of.other, 1);
    assert_near(f.occasions, 3, 0);
    assert_near(f.shoppers, 2, 0);
    assert_near(f.anonymous, 1, 0);
    assert_near(f.purchases, 4, 0);
    assert_near(f.bought, 5, 0);
    assert_near(f.returned, 1, 0);
    assert_int_equal(f.visit_counts, 2);
    assert_near(f.visits[0].x, 1, 0);
    assert_near(f.visits[1].x, 2, 0);
    assert_int_equal(f.between.n, 3); /* ann 24 h, then 2 h to the end; bob 24 h to the end */
    assert_int_equal(f.between.ended, 1);
    assert_near(f.between.spell[0].length, 24, 1e-12);
    assert_near(f.between.spell[1].length, 2, 1e-12);
    assert_int_equal(f.skus, 2);
    assert_near(f.sku[0], 3, 0);
    assert_near(f.sku[1], 2, 0);
    assert_near(f.price, 105.0 / 9, 1e-12);
    /* 1772323200 is Sunday 2026-03-01, 00:00 UTC */
    assert_near(f.weekday[6], 2, 0);
    assert_near(f.weekday[0], 2, 0);
    assert_near(f.hour[0] + f.hour[2], 4, 0);
    assert_near(f.days, 93600.0 / 86400, 1e-12);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
}

static void views_go_before_purchases(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("events.csv",
              "timestamp,shopper,sku,event\n"
              "2026-03-01T10:00,ann,a,look\n2026-03-01T10:01,ann,a,buy\n2026-03-01T12:00,ann,b,look\n"
              "2026-03-01T13:00,bob,b,look\n2026-03-02T13:00,bob,b,back\n2026-03-02T14:00,bob,b,wave\n");
    read_config("traces:\n  events:\n    file: events.csv\n    columns: {event: event}\n"
                "    values: {view: look, purchase: buy, return: back}\n",
                &t, &f);
    assert_true(f.views);
    assert_near(f.occasions, 3, 0);
    assert_near(f.purchases, 1, 0);
    assert_near(f.returned, 1, 0);
    assert_int_equal(t.events_of.other, 1);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
}

static void rows_elsewhere_are_left_out(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("orders.csv", "timestamp,shopper,sku,country,web\n"
                            "2026-03-01T10:00,ann,a,UK,1\n2026-03-01T11:00,ann,a,FR,1\n"
                            "2026-03-01T12:00,bob,b,UK,0\n2026-03-01T13:00,bob,b,UK,1\nsoon,bob,b,FR,1\n");
    place_put("sends.csv", "timestamp,opened,kind\n2026-03-01T10:00,,push\n2026-03-01T10:00,,mail\n");
    read_config("traces:\n  events: {file: orders.csv, where: {country: UK, web: 1}}\n"
                "  sends: {file: sends.csv, where: {kind: push}}\n",
                &t, &f);
    assert_int_equal(t.events, 2);
    assert_int_equal(t.events_of.filtered, 3); /* the bad one too */
    assert_int_equal(t.sends, 1);
    assert_int_equal(t.sends_of.filtered, 1);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
    refuse("traces: {events: {file: orders.csv, where: {land: UK}}}\n",
           "orders.csv:1: no column 'land' (traces.events.where); the columns are");
}

/* What only a simulation asks for is left alone; an order C.. is a return, a quantity below 0 alone is not.
 */
static void a_scenario_is_read_as_it_stands(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("orders.csv", "timestamp,shopper,sku,did,n,each,no\n"
                            "2026-03-01T10:00,ann,a,buys,2,4.5,17\n2026-03-01T11:00,ann,a,buys,-1,4.5,C18\n"
                            "2026-03-01T12:00,bob,b,buys,-3,2,19\n2026-03-01T13:00,bob,b,looks,1,2,20\n"
                            "2026-03-01T14:00,bob,b,mails,1,2,21\n2026-03-01T15:00,bob,b,buys,1,2,22\n");
    read_config("run: {seed: 3}\nshoppers: {mode: trace}\n"
                "traces:\n  mode: open\n  profiles: {file: who.csv}\n"
                "  events:\n    file: orders.csv\n    join: rank\n    align: day\n"
                "    columns: {event: did, quantity: n, price: each, order: no}\n"
                "    values: {event: {buys: purchase, looks: view, mails: ignore}}\n"
                "    return_if: {order: C}\n",
                &t, &f);
    assert_int_equal(t.events, 4);
    assert_int_equal(t.events_of.other, 2); /* mails, and the row of -3 */
    assert_near(f.purchases, 2, 0);
    assert_near(f.returned, 1, 0);
    assert_near(f.price, 11.0 / 3, 1e-12); /* 2 x 4.5 + 1 x 2 for 3 units */
    assert_true(f.views);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
    refuse("traces: {events: {file: orders.csv, columns: {price: each, revenue: each}}}\n", "not both");
    refuse("traces: {events: {file: orders.csv, duplicates: drop}}\n",
           "shop.yaml:1:49: calibrate keeps rows");
    refuse("traces: {events: {file: orders.csv, values: {event: {buys: sale}}}}\n",
           "an event is one of view");
}

/* The log ends on the 10th at 12:00: sends after the 8th at 12:00 are too young for two days, an open after
 * three days is none. */
static void sends_have_a_window(void **state) {
    (void)state;
    lab_traces t = {0};
    lab_facts f;
    place_put("sends.csv", "timestamp,opened,clicked\n"
                           "2026-03-01T10:00,2026-03-01T10:30,2026-03-01T10:31\n2026-03-01T10:00,,\n"
                           "2026-03-02T10:00,2026-03-05T10:00,\n2026-03-03T10:00,2026-03-03T12:00,\n"
                           "2026-03-08T13:00,2026-03-08T13:01,\n2026-03-10T12:00,,\n");
    read_config("traces: {sends: {file: sends.csv, days: 2, columns: {clicked: clicked}}}\n", &t, &f);
    assert_near(f.sent, 4, 0);
    assert_near(f.opened, 2, 0);
    assert_near(f.clicked, 1, 0);
    assert_near(f.young, 2, 0);
    assert_int_equal(f.open_delay.n, 2);
    assert_near(f.open_delay.spell[0].length, 0.5, 1e-12);
    assert_near(f.open_delay.spell[1].length, 2, 1e-12);
    lab_facts_clear(&f);
    lab_traces_clear(&t);
}

static void bad_configs_are_refused_with_their_place(void **state) {
    (void)state;
    place_put("o.csv", "timestamp,shopper,sku\nsoon,ann,a\n");
    place_put("s.csv", "timestamp,opened\n2026-03-02,2026-03-01\n");
    refuse("traces:\n  evnts: {file: o.csv}\n",
           "shop.yaml:2:17: unknown key 'traces.evnts.file'; did you mean");
    refuse("traces: {events: {file: none.csv}}\n", "no file 'none.csv'");
    refuse("traces: {events: {file: o.csv}}\n", "o.csv:2: 'soon' (column 'timestamp') is no time");
    refuse("traces: {events: {file: o.csv, on_bad_row: skip}}\n", "no row is a view");
    refuse("traces: {events: {file: o.csv, columns: {sku: item}}}\n",
           "o.csv:1: no column 'item' (traces.events.columns.sku); the columns are 'timestamp', 'shopper', "
           "'sku'");
    refuse("traces: {sends: {file: s.csv}}\n", "is before the send");
    refuse("traces: {sends: {file: s.csv, days: 0}}\n", "shop.yaml:1:37: 'traces.sends.days' is a number");
    refuse("traces: {sends: {days: 3}}\n", "has no effect without traces.sends.file");
    refuse("traces: {inventory: {file: o.csv, kind: flag}}\n", "shop.yaml:1:41: ");
    refuse("traces: {events: {file: o.csv, file: o.csv}}\n", "this key stands twice");
    refuse("traces: {events: {file: o.csv}}\ntraces: {sends: {file: s.csv}}\n",
           "shop.yaml:2:1: this key stands twice");
    refuse("run: {seed: 1}\n", "no traces");
    refuse("- a\n", "a mapping of sections");
    refuse("traces: &a {}\n", "anchors");
}

/* Forty spells of 1 to 9 hours and shoppers who come 1 to 7 times: all of it is fitted. */
static void make_tables(void) {
    FILE *stock = fopen("stock.csv", "w"), *orders = fopen("orders.csv", "w"),
         *sends = fopen("sends.csv", "w");
    assert_true(stock && orders && sends);
    fputs("timestamp,sku,available\n", stock);
    fputs("timestamp,shopper,sku,n,revenue\n", orders);
    fputs("timestamp,opened,clicked\n", sends);
    long at = 0;
    for (int i = 0; i < 80; i++, at += 3600 * (1 + i * i % 9))
        fprintf(stock, "%ld,shoe,%d\n", at, i % 2);
    for (int i = 0; i < 60; i++)
        for (int k = 0; k <= (i % 10 ? i % 3 : 6); k++)
            fprintf(orders, "%d,p%d,s%d,1,%d\n", 100 + i * 7200 + k * 5000, i, i * k % 5, 10 + i % 2);
    fputs("500000,p1,s1,-1,-10\n500001,p1,s1,-1,-10\n", orders); /* two come back */
    for (int i = 0; i < 50; i++) {
        fprintf(sends, "%d,", i * 3600);
        if (i % 3)
            fprintf(sends, "%d,", i * 3600 + 60 * (i + 1));
        else
            fputc(',', sends);
        if (i % 3 == 1) fprintf(sends, "%d", i * 3600 + 60 * (i + 2));
        fputc('\n', sends);
    }
    fprintf(sends, "2000000,,\n");
    fclose(stock);
    fclose(orders);
    fclose(sends);
    place_put("shop.yaml",
              "traces:\n  inventory: {file: stock.csv, time_format: epoch_s}\n"
              "  events: {file: orders.csv, time_format: epoch_s, columns: {revenue: revenue, quantity: n}}\n"
              "  sends: {file: sends.csv, time_format: epoch_s, columns: {clicked: clicked}}\n"
              "shoppers: {visit_buy: 0.25}\n");
}

static void fragment_is_a_scenario_with_the_fit(void **state) {
    (void)state;
    lab_error error = {""};
    scenario_error why = {""};
    scenario *s = NULL;
    lab_traces t = {0};
    lab_calibration *c = calloc(1, sizeof *c);
    FILE *sink = fopen("summary.txt", "w");
    make_tables();
    const lab_calibrate_options options = {.config = "shop.yaml", .out = "made/fit.yaml"};
    if (lab_calibrate(&options, sink, &error) != LAB_OK) fail_msg("%s", error.text);
    assert_int_equal(lab_calibrate(&options, sink, &error), LAB_OK); /* over its own */
    fclose(sink);
    if (scenario_load("made/fit.yaml", NULL, 0, &s, &why) != SCENARIO_OK) fail_msg("%s", why.text);
    assert_int_equal(lab_traces_read("shop.yaml", &t, &error), LAB_OK);
    assert_true(lab_facts_take(&t, &c->facts) && lab_calibration_fit(c));
    const lab_times *lead = lab_calibration_times(c, "lead_time"),
                    *open = lab_calibration_times(c, "open_delay");
    assert_true(lead && open && c->has_nbd && c->has_zipf);
    const model_span *got = &s->p.supply.lead_time;
    static const int kind[] = {MODEL_SPAN_EXPONENTIAL, MODEL_SPAN_GAMMA, MODEL_SPAN_LOGNORMAL,
                               MODEL_SPAN_WEIBULL};
    assert_int_equal(got->kind, kind[lead->best]);
    double size = lead->best == STAT_LOGNORMAL ? (double)got->median
                  : lead->best == STAT_WEIBULL ? (double)got->scale
                                               : (double)got->mean;
    assert_near(size / 3600e3, lead->fit[lead->best].size, 1e-4 * lead->fit[lead->best].size);
    assert_near(s->p.catalog.popularity, c->zipf.exponent, 1e-5);
    assert_near(s->p.catalog.price, c->facts.price, 1e-3);
    assert_near(s->p.shoppers.visit_buy, 0.25, 0);
    assert_near(s->p.shoppers.visit_rate, c->nbd.mean / c->facts.days / 0.25, 1e-4);
    assert_near(s->p.shoppers.visit_cv, c->nbd.cv, 1e-4);
    assert_near((double)s->p.shoppers.count, 60 / (1 - c->nbd.zero), 0.51);
    assert_near(s->p.response.open[MODEL_ANDROID], 33.0 / 50, 1e-6);
    assert_near(s->p.response.click[BIS_CART], 17.0 / 33, 1e-6);
    assert_int_equal(s->p.response.open_delay[MODEL_WEB].kind, kind[open->best]);
    assert_int_equal(s->p.shoppers.hours, 0); /* too few for 24 weights */
    assert_int_equal(s->p.shoppers.weekdays, 7);
    for (int i = 0; i < 7; i++)
        assert_near(s->p.shoppers.weekday[i].weight, c->facts.weekday[i] / c->facts.purchases, 1e-4);
    assert_near(s->p.after_order.return_rate, 2.0 / c->facts.bought, 1e-5);
    scenario_destroy(s);
    lab_calibration_clear(c);
    lab_traces_clear(&t);
    free(c);
}

static void other_files_are_left_alone(void **state) {
    (void)state;
    lab_error error = {""};
    make_tables();
    place_put("mine.yaml", "run: {seed: 1}\n");
    const lab_calibrate_options mine = {.config = "shop.yaml", .out = "mine.yaml"};
    assert_int_equal(lab_calibrate(&mine, stdout, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "mine.yaml: there is a file here"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(spells_begin_where_they_are_seen, place_go, place_return),
        cmocka_unit_test(rounded_spells_become_intervals),
        cmocka_unit_test_setup_teardown(occasions_are_orders, place_go, place_return),
        cmocka_unit_test_setup_teardown(views_go_before_purchases, place_go, place_return),
        cmocka_unit_test_setup_teardown(a_scenario_is_read_as_it_stands, place_go, place_return),
        cmocka_unit_test_setup_teardown(rows_elsewhere_are_left_out, place_go, place_return),
        cmocka_unit_test_setup_teardown(sends_have_a_window, place_go, place_return),
        cmocka_unit_test_setup_teardown(bad_configs_are_refused_with_their_place, place_go, place_return),
        cmocka_unit_test_setup_teardown(fragment_is_a_scenario_with_the_fit, place_go, place_return),
        cmocka_unit_test_setup_teardown(other_files_are_left_alone, place_go, place_return),
    };
    return RUN_TESTS(tests);
}
