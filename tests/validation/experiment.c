/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment.c - the command experiment against worlds whose answers are known.
 *
 * Ample stock: every design's contrast is the true effect, click x buy, and nothing is found in nothing more
 * often than 5 %. One scarce shelf a product: comparing shoppers gives closed form 5's naive lift, while
 * whole products tell the truth, as no shopper goes from one product to another. A line: where pushes do
 * nothing a control that does not wait in it is biased, and one that waits is not.
 */
#include <math.h>
#include <string.h>

#include "lab/experiment.h"
#include "stats/closed_form.h"
#include "tests/document.h"
#include "tests/place.h"

enum { REPS = 300 };

static const char world[] =
    "run: {title: Known, seed: 11, replications: 300, horizon: 40d, start: 2026-03-02}\n"
    "catalog: {products: 20, price: 10, popularity: 0}\n"
    "supply: {mode: explicit, initial: {dist: fixed, mean: 0}, restocks: [{after: 0s, units: 4}]}\n"
    "feed: {mode: stream, latency: {dist: fixed, mean: 0s}}\n"
    "storefront: {mode: stream, latency: {dist: fixed, mean: 0s}}\n"
    "organic: {rate: 0}\n"
    "shoppers:\n"
    "  count: 400\n"
    "  optin: {ios: 1, android: 1, web: 1}\n"
    "  visit_rate: 0\n"
    "interest: {initial: {notify_me: 1}, initial_age: 0s, lapse_scale: 0s, return_rate: 0}\n"
    "response:\n"
    "  open: {ios: 1, android: 1, web: 1}\n"
    "  click: {notify_me: 0.5}\n"
    "  click_age: 0\n"
    "  buy: {notify_me: 0.6}\n"
    "  sold_out_leaves: 0\n"
    "  optout: 0\n"
    "  optout_sold_out: 0\n"
    "provider: {quota: 0, unregistered: 0, unavailable: 0, too_large: 0, offline: 0}\n"
    "attribution: {outcome_window: 40d}\n"
    "policy: {mode: transition, expire_after: 0s, throttle: {mode: none}, holdout: {fraction: 0.5}}\n";

static json_t *experiment(const char *const *set, size_t sets) {
    lab_error error = {""};
    char temp[PLACE_PATH], file[PLACE_PATH], out[PLACE_PATH];
    place_make(temp);
    place_put(place_path(file, "%s/world.yaml", temp), world);
    place_path(out, "%s/out", temp);
    const lab_experiment_options o = {
        .scenario = file, .out = out, .set = set, .sets = sets, .reps = REPS, .json = true};
    FILE *f = doc_file();
    json_t *doc = doc_of(lab_experiment(&o, f, &error), &error, f);
    assert_int_equal(place_remove(temp), 0);
    return doc;
}

static double value(const json_t *doc, const char *design, const char *key) {
    return doc_number(doc, "designs.%s.%s", design, key);
}

static double standard_error(const json_t *doc, const char *design) {
    return value(doc, design, "sd") / sqrt(value(doc, design, "n"));
}

/* P(X > 29), X ~ Bin(300, .05), is below 1e-4; a share of 300 within 4 standard errors of .95 is above .9. */
static void ample(void **state) {
    (void)state;
    static const char *const design[] = {"shopper", "product", "restock", "shopper_product", "two_sided"};
    const char *const set[] = {"supply.restocks[0].units=1000", "interest.return_rate=0.01",
                               "interest.return_buy=1"};
    json_t *doc = experiment(set, 3);
    for (size_t i = 0; i < 5; i++) {
        double bias = value(doc, design[i], "bias");
        double se = (value(doc, design[i], "bias_hi") - bias) / 1.9679; /* t(299) at .975 */
        assert_near(bias, 0, 4 * se);
        assert_true(value(doc, design[i], "false_positives") <= 29. / REPS);
        assert_true(value(doc, design[i], "coverage_own") > 0.9);
    }
    assert_true(value(doc, "shopper", "power") > 0.95); /* .2 of 400 units: the smallest found is about .13 */
    json_decref(doc);
}

/* 20 shoppers a product on average, Bin(400, 1/20) of them; nobody buys without a push, so the naive lift is
 * the treated mean: with half the shoppers told, E min(4, Bin(400, .3 / 40)) x 20 products over 200 treated.
 */
static void scarce(void **state) {
    (void)state;
    json_t *doc = experiment(NULL, 0);
    double naive = stat_expect_min_binomial(400, .3 / 40, 4) * 20;
    double truth = stat_expect_min_binomial(400, .3 / 20, 4) * 20 / 400;
    /* over the number treated, of which 1 / n is 1 / 200 (1 + 1 / 400 + ...) on average */
    assert_near(value(doc, "shopper", "estimate"), naive / 200,
                4 * standard_error(doc, "shopper") + naive / 80000);
    assert_near(value(doc, "product", "estimate"), truth, 4 * standard_error(doc, "product") + truth / 100);
    assert_near(value(doc, "shopper", "true"), truth, 0.004);
    assert_true(value(doc, "shopper", "bias_lo") > 0);
    assert_true(value(doc, "shopper", "bias") > 3 * fabs(value(doc, "product", "bias")));
    const char *use = doc_text(doc, "use");
    assert_true(!strcmp(use, "product") || !strcmp(use, "restock"));
    json_decref(doc);
}

static double clock_mean(const json_t *doc, const char *slots, const char *clock, const char *key) {
    const json_t *number = doc_at(doc, "consumes_slot.%s.no_effect.%s.%s", slots, clock, key);
    assert_true(json_is_number(number));
    return json_number_value(number);
}

/* One of a product's line is told a day, or with places that ghosts do not take about two; everyone comes by
 * himself at .1 a day. A control that waits its turn shows no effect of nothing. One that does not has all 40
 * days and so buys with 1 - exp(-4) = .982; a treated shopper whose turn comes on day d has 40 - d of them.
 * Of 20 who wait half are gone after a week, so turns come on days 0 to 11 or so, and the lift of nothing
 * lies between 0 and exp(-4) - exp(-.1 x 20) = -.117, by its interval as well. */
static void clocks(void **state) {
    (void)state;
    const char *const set[] = {"supply.restocks[0].units=1000", "interest.return_rate=0.1",
                               "interest.return_buy=1",         "policy.throttle.mode=batch",
                               "policy.throttle.size=1",        "policy.throttle.every=1d"};
    static const char *const slots[] = {"true", "false"};
    json_t *doc = experiment(set, 6);
    for (size_t i = 0; i < 2; i++) {
        double mean = clock_mean(doc, slots[i], "assigned", "mean");
        double se = (clock_mean(doc, slots[i], "assigned", "hi") - mean) / 1.9679;
        assert_near(mean, 0, 4 * se);
        assert_true(clock_mean(doc, slots[i], "unthrottled", "hi") < 0);
        assert_true(clock_mean(doc, slots[i], "unthrottled", "lo") > -0.117);
    }
    json_decref(doc);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(ample), cmocka_unit_test(scarce),
                                       cmocka_unit_test(clocks)};
    return RUN_TESTS(tests);
}
