/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_differ.c - two ledgers made by hand, and what differs between them and why.
 */
#include "reports/differ.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support.h"

enum { SKU = 7, OTHER_SKU = 9, ROWS = 64, WARM = 500, BACK = 1000, AGAIN = 20000 };
#define NONE UINT32_MAX

/* ---- ledgers ---- */

static void begin(store_trial *t) {
    *t = (store_trial){0};
    t->restock = calloc(ROWS, sizeof *t->restock);
    t->decision = calloc(ROWS, sizeof *t->decision);
    t->touch = calloc(ROWS, sizeof *t->touch);
    t->order = calloc(ROWS, sizeof *t->order);
    t->signal = calloc(ROWS, sizeof *t->signal);
    assert_true(t->restock && t->decision && t->touch && t->order && t->signal);
}

/* Campaign 0 is of the warm-up, 1 of the units that came back, 2 of those that came back again. */
static void campaign(store_trial *t, int64_t restocked, int64_t closed, bool counted) {
    t->restock[t->restocks] = (store_restock_row){.restocked = restocked,
                                                  .opened = restocked + 5,
                                                  .closed = closed,
                                                  .sku = SKU,
                                                  .restock = (uint32_t)t->restocks,
                                                  .counted = counted,
                                                  .policy_arm = NONE};
    t->restocks++;
}

static void decide(store_trial *t, uint32_t restock, uint32_t shopper, int64_t at, const char *outcome,
                   const char *reason) {
    bool sent = strcmp(outcome, "sent") == 0;
    t->decision[t->decisions++] = (store_decision_row){.at = at,
                                                       .restock = restock,
                                                       .shopper = shopper,
                                                       .sku = SKU,
                                                       .touch = sent ? (uint32_t)t->touches : NONE,
                                                       .n = 1,
                                                       .outcome = outcome,
                                                       .reason = reason,
                                                       .kind = "restock",
                                                       .channel = "push"};
    if (!sent) return;
    t->restock[restock].sent++;
    t->touch[t->touches] = (store_touch_row){.at = at,
                                             .touch = (uint32_t)t->touches,
                                             .shopper = shopper,
                                             .sku = SKU,
                                             .failure = "",
                                             .landing = ""};
    t->touch[t->touches].delivered = t->touch[t->touches].opened = t->touch[t->touches].landed = STORE_NONE;
    t->touches++;
}

static store_touch_row *told(store_trial *t, uint32_t restock, uint32_t shopper, int64_t at) {
    decide(t, restock, shopper, at, "sent", "none");
    return &t->touch[t->touches - 1];
}

static void landed(store_touch_row *touch, const char *landing) {
    touch->delivered = touch->opened = touch->landed = touch->at + 1;
    touch->landing = landing;
}

static void order(store_trial *t, uint32_t shopper, uint32_t sku, int64_t at, bool oversold) {
    t->order[t->orders++] = (store_order_row){
        .at = at, .shopper = shopper, .sku = sku, .units = 1, .oversold = oversold, .how = "visit"};
}

static void ask(store_trial *t, uint32_t shopper, int64_t at) {
    t->signal[t->signals++] = (store_signal_row){at, shopper, SKU};
}

static store_trial base, candidate;
static differ_trial d;

static int set_up(void **state) {
    (void)state;
    begin(&base);
    begin(&candidate);
    store_trial *side[] = {&base, &candidate};
    for (int k = 0; k < 2; k++) {
        campaign(side[k], 0, 400, false);
        campaign(side[k], BACK, 9000, true);
    }
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    store_trial_clear(&base);
    store_trial_clear(&candidate);
    differ_trial_clear(&d);
    return 0;
}

static void difference(void) {
    differ_trial_clear(&d);
    assert_true(differ_trials(&base, &candidate, WARM, &d));
}

static const differ_pair *pair(uint32_t shopper, uint32_t sku) {
    for (size_t i = 0; i < d.pairs; i++)
        if (d.pair[i].shopper == shopper && d.pair[i].sku == sku) return &d.pair[i];
    return NULL;
}

static const char *why_not_told(uint32_t shopper, int side) {
    assert_non_null(pair(shopper, SKU));
    return d.reasons.text[pair(shopper, SKU)->told_why[side]];
}

static const char *why_no_order(uint32_t shopper, int side) {
    assert_non_null(pair(shopper, SKU));
    return d.reasons.text[pair(shopper, SKU)->order_why[side]];
}

/* ---- whom ---- */

static void who_was_told(void **state) {
    (void)state;
    told(&base, 0, 1, 100); /* in the warm-up, which does not count */
    told(&base, 1, 2, 2000), told(&candidate, 1, 2, 2000);
    told(&base, 1, 3, 2000), told(&candidate, 1, 3, 2600);
    told(&base, 1, 4, 2000), decide(&candidate, 1, 4, 2000, "suppressed", "recent_notice");
    decide(&base, 1, 5, 2100, "ghost", "none"), told(&candidate, 1, 5, 2000);
    decide(&base, 1, 6, 2100, "suppressed", "capped");
    decide(&candidate, 1, 6, 2100, "suppressed", "capped");
    difference();
    assert_near(d.told[DIFFER_BOTH], 2, 0);
    assert_near(d.told[DIFFER_BASE_ONLY], 1, 0);
    assert_near(d.told[DIFFER_CANDIDATE_ONLY], 1, 0);
    assert_int_equal(d.pairs, 3);
    assert_null(pair(2, SKU));
    assert_int_equal(pair(3, SKU)->told_at[0], 2000);
    assert_int_equal(pair(3, SKU)->told_at[1], 2600);
    assert_int_equal(pair(3, SKU)->told_why[0] + pair(3, SKU)->told_why[1], 0);
    assert_string_equal(why_not_told(4, DIFFER_CANDIDATE), "suppressed/recent_notice");
    assert_string_equal(why_not_told(4, DIFFER_BASE), "");
    assert_string_equal(why_not_told(5, DIFFER_BASE), "ghost");
    assert_int_equal(pair(5, SKU)->told_at[0], STORE_NONE);
}

/* Nobody has looked at them: were they in line? */
static void who_was_not_reached(void **state) {
    (void)state;
    decide(&base, 1, NONE, 9000, "waiting", "stock_gone");
    for (uint32_t who = 1; who <= 10; who++)
        told(&candidate, 1, who, 2000);
    ask(&base, 1, 600);                        /* in line */
    ask(&base, 3, 9001);                       /* too late; 2 never */
    ask(&base, 4, 50), told(&base, 0, 4, 100); /* told before, */
    ask(&base, 5, 50), told(&base, 0, 5, 100); /* likewise, and has asked anew */
    ask(&base, 5, 700);                        /* */
    ask(&base, 6, 50), decide(&base, 0, 6, 100, "ghost", "none");
    ask(&base, 7, 50), decide(&base, 0, 7, 100, "suppressed", "capped"); /* stays in line */
    static const char *const over[] = {"out_of_window", "cancelled", "recent_purchase"};
    for (uint32_t i = 0; i < 3; i++)
        ask(&base, 8 + i, 50), decide(&base, 0, 8 + i, 100, "suppressed", over[i]); /* these do not */
    difference();
    static const char *const want[] = {
        "waiting/stock_gone", "not_in_line",        "not_in_line", "told_before", "waiting/stock_gone",
        "ghost_before",       "waiting/stock_gone", "not_in_line", "not_in_line", "not_in_line"};
    for (uint32_t who = 1; who <= 10; who++)
        assert_string_equal(why_not_told(who, DIFFER_BASE), want[who - 1]);
    decide(&base, 1, NONE, 9000, "waiting", "stage_pending");
    difference();
    assert_string_equal(why_not_told(1, DIFFER_BASE), "waiting/several");
    base.decision[0].shopper = base.decision[base.decisions - 1].shopper = 11; /* nobody is left over */
    difference();
    assert_string_equal(why_not_told(1, DIFFER_BASE), "not_in_line");
}

static bool is_why(size_t i, uint32_t restock, int side, const char *reason) {
    return i < d.whys && d.why[i].restock == restock && d.why[i].side == side && d.why[i].n == 1 &&
           strcmp(d.reasons.text[d.why[i].reason], reason) == 0;
}

/* Units that came at another time, or for another SKU: of who was told then the other side has a last word.
 */
static void restocks_of_one_side_are_not_compared(void **state) {
    (void)state;
    campaign(&candidate, AGAIN, 30000, true);
    campaign(&candidate, AGAIN, 30000, true);
    candidate.restock[3].sku = OTHER_SKU;
    campaign(&base, AGAIN + 1, 30000, true);
    told(&candidate, 2, 1, AGAIN + 10), ask(&base, 1, 600); /* and is not reached */
    decide(&candidate, 1, 2, 2000, "suppressed", "capped"), told(&base, 2, 2, AGAIN + 10);
    told(&base, 1, 3, 2000), told(&base, 1, 4, 2000), decide(&candidate, 1, 3, 2000, "ghost", "none");
    told(&candidate, 3, 5, AGAIN + 10), candidate.decision[candidate.decisions - 1].sku = OTHER_SKU;
    decide(&base, 2, NONE, 30000, "waiting", "throttled");
    difference();
    assert_int_equal(d.restocks, 4);
    assert_true(d.restock[0].there[0] && d.restock[0].there[1] && d.restock[0].at == BACK);
    assert_true(!d.restock[1].there[0] && d.restock[1].there[1] && d.restock[1].at == AGAIN);
    assert_true(d.restock[2].there[0] && !d.restock[2].there[1]);
    assert_true(!d.restock[3].there[0] && d.restock[3].there[1] && d.restock[3].sku == OTHER_SKU);
    assert_int_equal(d.restock[0].sends[0], 2);
    assert_int_equal(d.restock[0].sends[1], 0);
    assert_string_equal(why_not_told(1, DIFFER_BASE), "waiting/throttled");
    assert_string_equal(why_not_told(2, DIFFER_CANDIDATE), "suppressed/capped");
    assert_string_equal(d.reasons.text[pair(5, OTHER_SKU)->told_why[DIFFER_BASE]], "no_such_restock");
    assert_int_equal(d.whys, 5);
    assert_true(is_why(0, 0, DIFFER_CANDIDATE, "ghost"));
    assert_true(is_why(1, 0, DIFFER_CANDIDATE, "not_in_line"));
    assert_true(is_why(2, 1, DIFFER_BASE, "no_such_restock"));
    assert_true(is_why(3, 2, DIFFER_CANDIDATE, "no_such_restock"));
    assert_true(is_why(4, 3, DIFFER_BASE, "no_such_restock"));
}

/* Told in both restocks here and in the second alone there: the same shopper, but not the same restock. */
static void told_in_another_restock(void **state) {
    (void)state;
    campaign(&candidate, AGAIN, 30000, true);
    campaign(&base, AGAIN, 30000, true);
    told(&base, 1, 1, 2000), told(&base, 2, 1, AGAIN + 10);
    decide(&candidate, 1, 1, 2000, "suppressed", "capped"), told(&candidate, 2, 1, AGAIN + 10);
    difference();
    assert_near(d.told[DIFFER_BOTH], 1, 0);
    assert_int_equal(pair(1, SKU)->told_at[1], AGAIN + 10);
    assert_int_equal(d.whys, 1);
    assert_int_equal(d.why[0].n, 1);
    assert_string_equal(d.reasons.text[d.why[0].reason], "suppressed/capped");
}

/* ---- orders ---- */

static void who_ordered(void **state) {
    (void)state;
    static const char *const landing[] = {"in_stock", "organic", "left"};
    static const char *const want[] = {"in_stock",   "sold_out/organic", "page/left",
                                       "not_opened", "push/quota",       "not_shown"};
    for (uint32_t who = 1; who <= 6; who++) {
        store_touch_row *touch = told(&base, 1, who, 2000);
        if (who <= 3) landed(touch, landing[who - 1]);
        if (who == 4) touch->delivered = 2001;
        if (who == 5) touch->failure = "quota";
        told(&candidate, 1, who, 2000);
        order(&candidate, who, SKU, 3000, false);
    }
    order(&base, 8, SKU, 3000, true); /* more than there was */
    order(&candidate, 8, SKU, 3000, false);
    order(&base, 9, SKU, 3000, false); /* by herself */
    order(&base, 9, OTHER_SKU, 3000, false);
    order(&candidate, 9, OTHER_SKU, 4000, false);
    told(&candidate, 1, 10, 2000), order(&candidate, 10, SKU, 3000, false);
    decide(&base, 1, 10, 2000, "suppressed", "no_device");
    order(&base, 11, SKU, WARM - 1, false); /* in the warm-up */
    order(&base, NONE, SKU, 3000, false);   /* by nobody that is known */
    order(&base, 12, SKU, 3000, false), base.order[base.orders - 1].returned = 1;
    order(&candidate, 12, SKU, 3000, false);
    difference();
    for (uint32_t who = 1; who <= 6; who++)
        assert_string_equal(why_no_order(who, DIFFER_BASE), want[who - 1]);
    assert_string_equal(why_no_order(8, DIFFER_BASE), "order_cancelled");
    assert_string_equal(why_no_order(9, DIFFER_CANDIDATE), "no_push");
    assert_string_equal(why_no_order(10, DIFFER_BASE), "suppressed/no_device");
    assert_string_equal(why_no_order(12, DIFFER_BASE), "order_returned");
    size_t ordered = 0; /* of those whom the candidate told: 1 to 6 and 10 */
    for (size_t i = 0; i < d.whys; i++)
        if (d.why[i].deed == DIFFER_ORDERED) {
            ordered += d.why[i].n;
            assert_int_equal(d.why[i].restock, 0);
            assert_int_equal(d.why[i].side, DIFFER_BASE);
        }
    assert_int_equal(ordered, 7);
    assert_null(pair(9, OTHER_SKU));
    assert_null(pair(11, SKU));
    assert_near(d.ordered[DIFFER_BOTH], 1, 0); /* 9 has ordered the other one */
    assert_near(d.ordered[DIFFER_BASE_ONLY], 0, 0);
    assert_near(d.ordered[DIFFER_CANDIDATE_ONLY], 9, 0);
    assert_near(d.pairs_ordered[DIFFER_BASE_ONLY], 1, 0);
    assert_near(d.pairs_ordered[DIFFER_CANDIDATE_ONLY], 9, 0);
}

static void nothing_differs(void **state) {
    (void)state;
    store_trial *side[] = {&base, &candidate};
    for (int k = 0; k < 2; k++) {
        told(side[k], 1, 3, 2000);
        decide(side[k], 1, 4, 2000, "ghost", "none");
        order(side[k], 3, SKU, 2100, false);
    }
    difference();
    assert_int_equal(d.pairs + d.whys, 0);
    assert_near(d.told[DIFFER_BOTH], 1, 0);
    assert_near(d.told[DIFFER_BASE_ONLY] + d.told[DIFFER_CANDIDATE_ONLY], 0, 0);
    assert_near(d.ordered[DIFFER_BOTH], 1, 0);
}

/* ---- several replications ---- */

static differ_trial taken(void) {
    difference();
    differ_trial mine = d;
    d = (differ_trial){0};
    return mine;
}

static void means_and_the_most_frequent_first(void **state) {
    (void)state;
    report_differences all = {.trial = calloc(2, sizeof *all.trial), .trials = 2, .of = 5, .shoppers = 100};
    told(&base, 1, 1, 2000), told(&candidate, 1, 1, 62000);
    for (uint32_t who = 2; who <= 4; who++)
        told(&candidate, 1, who, 2000),
            decide(&base, 1, who, 2000, "suppressed", who < 4 ? "capped" : "no_device");
    all.trial[0] = taken();
    tear_down(NULL);
    set_up(NULL);
    told(&base, 1, 1, 2000), told(&candidate, 1, 1, 5000);
    told(&base, 1, 6, 2000), told(&candidate, 1, 6, 3000);
    told(&candidate, 1, 2, 2000), decide(&base, 1, 2, 2000, "suppressed", "no_device");
    told(&candidate, 1, 3, 2000), decide(&base, 1, 3, 2000, "suppressed", "no_device");
    all.trial[1] = taken();
    assert_true(differ_summarise(&all));
    assert_near(all.told[DIFFER_BOTH], 1.5, 1e-12);
    assert_near(all.told[DIFFER_CANDIDATE_ONLY], 2.5, 1e-12);
    assert_near(all.at_another_time, 1.5, 1e-12);
    assert_near(all.shift_s, 3, 1e-12); /* of 60, 3 and 1 s */
    assert_int_equal(all.told_why[DIFFER_BASE].n, 2);
    assert_string_equal(all.told_why[DIFFER_BASE].top[0].reason, "suppressed/no_device");
    assert_near(all.told_why[DIFFER_BASE].top[0].n, 1.5, 1e-12);
    assert_near(all.told_why[DIFFER_BASE].top[1].n, 1, 1e-12);
    assert_int_equal(all.told_why[DIFFER_CANDIDATE].n, 0);
    assert_near(all.restocks[DIFFER_BOTH], 1, 1e-12);
    assert_int_equal(all.restock_sums, 1);
    assert_near(all.restock[0].replications, 2, 0);
    assert_int_equal(all.restock[0].sum.sends[0], 3);
    assert_int_equal(all.restock[0].sum.sends[1], 8);
    assert_near(all.restock[0].score, 3 + 2, 0);
    assert_near(all.restock[0].why[DIFFER_TOLD][DIFFER_BASE].top[0].n, 1.5, 1e-12);
    report_differences_clear(&all);
}

static size_t times(const char *text, const char *what) {
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static void text_page_and_document(void **state) {
    (void)state;
    static char text[40000];
    report_differences all = {.trial = calloc(1, sizeof *all.trial), .trials = 1, .of = 3, .shoppers = 1234};
    told(&base, 1, 1, 2000), decide(&candidate, 1, 1, 2000, "suppressed", "recent_notice");
    told(&base, 1, 2, 2000), told(&candidate, 1, 2, 62000);
    all.trial[0] = taken();
    assert_true(differ_summarise(&all));
    FILE *f = fmemopen(text, sizeof text, "w");
    report_differences_text(f, &all);
    report_differences_page(f, &all);
    fclose(f);
    assert_non_null(strstr(text, "Who (1,234 shoppers, of the first pair)"));
    assert_non_null(strstr(text, "          1  suppressed/recent_notice           notified lately\n"));
    assert_non_null(strstr(text, "median 60 s later in candidate"));
    assert_non_null(strstr(text, "1 told in base alone: <code>suppressed/recent_notice</code>"));
    static const char *const tag[] = {"section", "table", "tr", "th", "td", "p"};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) {
        char open[16], with[16], end[16];
        snprintf(open, sizeof open, "<%s>", tag[i]);
        snprintf(with, sizeof with, "<%s ", tag[i]);
        snprintf(end, sizeof end, "</%s>", tag[i]);
        assert_true(times(text, end) > 0);
        assert_int_equal(times(text, open) + times(text, with), times(text, end));
    }
    json_t *doc = report_differences_json(&all);
    assert_non_null(doc);
    const json_t *restock =
        json_array_get(json_object_get(json_object_get(doc, "restocks"), "most_different"), 0);
    assert_int_equal(json_integer_value(json_object_get(restock, "restocked_at")), BACK);
    json_decref(doc);
    report_differences_clear(&all);
}

/* Two hundred thousand shoppers, all of whom differ, in less than quadratic time. */
static void many(void **state) {
    (void)state;
    enum { MANY = 200000 };
    store_trial *side[] = {&base, &candidate};
    for (int k = 0; k < 2; k++) {
        side[k]->decision = realloc(side[k]->decision, MANY * sizeof *base.decision);
        side[k]->touch = realloc(side[k]->touch, MANY * sizeof *base.touch);
        side[k]->signal = realloc(side[k]->signal, MANY * sizeof *base.signal);
    }
    for (uint32_t i = 0; i < MANY - 1; i++) {
        told(&candidate, 1, i ^ 1, 2000);
        ask(&base, i ^ 1, 600);
    }
    decide(&base, 1, NONE, 9000, "waiting", "throttled");
    difference();
    assert_near(d.told[DIFFER_CANDIDATE_ONLY], MANY - 1, 0);
    assert_int_equal(d.whys, 1);
    assert_int_equal(d.why[0].n, MANY - 1);
    assert_string_equal(d.reasons.text[d.why[0].reason], "waiting/throttled");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_was_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_was_not_reached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(restocks_of_one_side_are_not_compared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(told_in_another_restock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_ordered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_differs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(means_and_the_most_frequent_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(text_page_and_document, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many, set_up, tear_down),
    };
    return RUN_TESTS(tests);
}
