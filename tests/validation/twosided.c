/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * twosided.c - the lesson on two-sided interference (docs/lessons/two-sided.md) in the shipped scenario
 * shelves: comparing shoppers is right where units are plenty, comparing products where they are short, the
 * weighted cells near the better one at either end; without substitution products are right everywhere.
 *
 * At the ample end it is arithmetic. Whoever has bought needs nothing more, visits bring an order with a
 * hazard of h = .02 a day over T = 30 days, and a push is clicked with q = .4 if she opens it, an exponential
 * day later, before she has bought: so pushes win q exp(-hT) orders a shopper in all, whenever they are
 * opened. But q / (1 + h) are bought at the landing, of the product told of, while the visits that they
 * replace are spread evenly over all products, treated or not: that is what comparing products shows.
 */
#include <math.h>

#include "lab/experiment.h"
#include "tests/document.h"
#include "tests/place.h"

enum { REPS = 40 };
static const double T40 = 2.0226909; /* t(39) at .975 */

typedef struct {
    double truth, estimate, bias, se;
} finding;

static json_t *experiment(const char *designs, const char *units, const char *const *more, size_t mores) {
    char temp[PLACE_PATH], out[PLACE_PATH], set[64];
    const char *sets[4] = {set};
    lab_error error = {""};
    place_make(temp);
    place_path(out, "%s/out", temp);
    snprintf(set, sizeof set, "supply.restocks[0].units=%s", units);
    for (size_t i = 0; i < mores; i++)
        sets[1 + i] = more[i];
    const lab_experiment_options o = {.scenario = "scenarios/library/shelves.yaml",
                                      .set = sets,
                                      .sets = 1 + mores,
                                      .designs = designs,
                                      .store = true,
                                      .out = out,
                                      .reps = REPS,
                                      .json = true};
    FILE *f = doc_file();
    json_t *doc = doc_of(lab_experiment(&o, f, &error), &error, f);
    assert_int_equal(place_remove(temp), 0);
    return doc;
}

/* [in] estimator: NULL for the only one. */
static finding found(const json_t *doc, const char *design, const char *estimator) {
    const json_t *d = doc_at(doc, "designs.%s", design);
    if (estimator) d = doc_at(d, "estimators.%s", estimator);
    finding f = {doc_number(d, "true"), doc_number(d, "estimate"), doc_number(d, "bias"), 0};
    f.se = (doc_number(d, "bias_hi") - f.bias) / T40;
    print_message("%s %s: estimate %.4f, truth %.4f, bias %+.4f (%.4f)\n", design, estimator ? estimator : "",
                  f.estimate, f.truth, f.bias, f.se);
    return f;
}

static void plenty(void **state) {
    (void)state;
    const double h = .02, q = .4, told = q / (1 + h), truth = q * exp(-30 * h);
    json_t *doc = experiment("shopper,product,two_sided", "100", NULL, 0);
    finding shopper = found(doc, "shopper", NULL), product = found(doc, "product", NULL);
    finding naive = found(doc, "two_sided", "naive"), weighted = found(doc, "two_sided", "weighted_1");
    /* of 1,600 all - none has a standard deviation below 1 / 40 */
    assert_near(shopper.truth, truth, 4 * .025 / sqrt(REPS));
    assert_near(shopper.bias, 0, 4 * shopper.se);
    assert_near(product.bias, told - truth, 4 * product.se);
    assert_true(product.bias > .1); /* .173 */
    assert_true(naive.bias > 4 * naive.se);
    assert_near(weighted.bias, 0, 4 * weighted.se);
    assert_true(fabs(weighted.bias) < product.bias / 4);
    json_decref(doc);
}

/* Two units of each: all are sold without any push, and pushes only say to whom. */
static void short_of_units(void **state) {
    (void)state;
    json_t *doc = experiment("shopper,product,two_sided", "2", NULL, 0);
    finding shopper = found(doc, "shopper", NULL), product = found(doc, "product", NULL);
    finding naive = found(doc, "two_sided", "naive"), weighted = found(doc, "two_sided", "weighted_1");
    assert_near(product.truth, 0, 0);
    assert_near(product.estimate, 0, 1e-12);
    assert_true(shopper.bias > 4 * shopper.se);
    assert_true(shopper.bias > .05); /* of 80 units for 1,600 shoppers: .05 are sold a shopper */
    assert_true(naive.bias > 4 * naive.se);
    assert_true(fabs(weighted.bias) < shopper.bias / 10);
    json_decref(doc);
}

static void without_substitution(void **state) {
    (void)state;
    static const char *const off[] = {"substitution.one_need=0", "substitution.across=0"};
    static const char *const units[] = {"2", "24", "100"};
    for (size_t i = 0; i < 3; i++) {
        json_t *doc = experiment("product", units[i], off, 2);
        finding product = found(doc, "product", NULL);
        assert_near(product.bias, 0, 4 * product.se + 1e-12);
        json_decref(doc);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plenty),
        cmocka_unit_test(short_of_units),
        cmocka_unit_test(without_substitution),
    };
    return RUN_TESTS(tests);
}
