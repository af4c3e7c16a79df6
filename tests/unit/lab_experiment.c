/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_experiment.c - the command experiment: threads, replications of its own, refusals, one product.
 */
#include "lab/experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/trial.h"
#include "tests/document.h"
#include "tests/place.h"

static const char small[] = "tests/golden/cli/files/small.yaml";
static const char *const many_wait[] = {"interest.initial.notify_me=0.3", "supply.restocks[0].units=3",
                                        "supply.restocks[1].after=3d", "supply.restocks[1].units=30"};

typedef struct {
    char temp[PLACE_PATH], out[PLACE_PATH];
    lab_experiment_options options;
} place;

static int enter(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->out, "%s/out", p->temp);
    p->options = (lab_experiment_options){.scenario = small,
                                          .out = p->out,
                                          .reps = 20,
                                          .threads = 1,
                                          .json = true,
                                          .designs = "shopper,restock"};
    return 0;
}

static json_t *experiment(place *p) {
    lab_error error = {""};
    FILE *f = doc_file();
    json_t *doc = doc_of(lab_experiment(&p->options, f, &error), &error, f);
    json_object_del(doc, "wall_s");
    return doc;
}

static void threads_do_not_show(void **state) {
    place *p = *state;
    json_t *one = experiment(p);
    p->options.threads = 3;
    json_t *three = experiment(p);
    assert_true(json_equal(one, three));
    json_decref(one);
    json_decref(three);
}

/* Everyone is the same to all designs: the truth hardly moves with who is asked about. With one product a
 * product-level holdout has nobody to compare with; a restock-level one draws anew each time. */
static void what_can_be_drawn(void **state) {
    place *p = *state;
    p->options.designs = "shopper,product,restock";
    p->options.set = many_wait;
    p->options.sets = 4;
    json_t *doc = experiment(p);
    assert_true(isfinite(doc_number(doc, "designs.shopper.bias_lo")));
    assert_near(doc_number(doc, "designs.shopper.n"), 20, 0);
    assert_near(doc_number(doc, "designs.product.n"), 0, 0);
    assert_true(isnan(doc_number(doc, "designs.product.estimate")));
    assert_true(doc_number(doc, "designs.restock.n") >
                5); /* three SKUs' restocks, 20 % held out: .488 have both arms */
    assert_true(doc_number(doc, "designs.restock.n") < 18);
    json_decref(doc);
}

/* Without clocks and files the designs show the same; 20 % of E are held out and buy something. */
static void scores_alone(void **state) {
    place *p = *state;
    lab_error error = {""};
    report_experiment x;
    assert_int_equal(lab_experiment_score(&p->options, &x, &error), LAB_OK);
    assert_int_not_equal(access(p->out, F_OK), 0);
    assert_int_equal(x.designs, 2);
    assert_true(x.design[0].held_orders > 0 && x.design[0].held_orders < x.design[0].held);
    json_t *doc = experiment(p);
    assert_near(x.design[0].by[0].estimate.mean, doc_number(doc, "designs.shopper.estimate"), 0);
    assert_near(x.design[0].by[0].coverage_own, doc_number(doc, "designs.shopper.coverage_own"), 0);
    assert_near(x.design[0].by[0].coverage_true, doc_number(doc, "designs.shopper.coverage"), 0);
    json_decref(doc);
    report_experiment_clear(&x);
}

static void fails(place *p, const char *what) {
    lab_error error = {""};
    FILE *f = doc_file();
    assert_int_equal(lab_experiment(&p->options, f, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, what));
    assert_int_not_equal(access(p->out, F_OK), 0);
    fclose(f);
}

static void refusals(void **state) {
    place *p = *state;
    p->options.designs = "shopper,store";
    fails(p, "there is no design 'store'");
    p->options.designs = "shopper,,product";
    fails(p, "there is no design ''");
    p->options.designs = "shopper,shopper";
    fails(p, "twice");
    p->options.designs = NULL;
    const char *set[] = {"policy.holdout.fraction=1"};
    p->options.set = set;
    p->options.sets = 1;
    fails(p, "nobody is left");
    set[0] = "policy.holdout.product_fraction=1";
    const char *const two_sided[] = {set[0], "policy.holdout.unit=two_sided"};
    p->options.set = two_sided;
    p->options.sets = 2;
    fails(p, "no product is left");
}

/* Cells are drawn again from hashes: all pairs that are not both treated must be those that the engine held
 * out, whose moments are counted in the world itself. */
static void cells_are_the_engines_arms(void **state) {
    place *p = *state;
    static const char *const fractions[][7] = {
        {"interest.initial.notify_me=0.3", "supply.restocks[0].units=30", "catalog.products=12",
         "policy.holdout.fraction=0.3", "policy.holdout.unit=two_sided",
         "policy.holdout.product_fraction=0.6"},
        {"interest.initial.notify_me=0.3", "supply.restocks[0].units=30", "catalog.products=12",
         "policy.holdout.fraction=0.7", "policy.holdout.unit=two_sided",
         "policy.holdout.product_fraction=0.2", "run.seed=9"}};
    p->options.designs = "two_sided";
    for (size_t i = 0; i < 2; i++) {
        p->options.set = fractions[i];
        p->options.sets = 6 + i;
        json_t *doc = experiment(p);
        const json_t *d = doc_at(doc, "designs.two_sided");
        double naive = doc_number(d, "estimators.naive.estimate");
        assert_true(naive > 0);
        assert_near(naive, doc_number(d, "as_if_independent.estimate"), 1e-12);
        assert_near(naive, doc_number(d, "estimate"), 0);
        assert_true(json_is_number(doc_at(d, "estimators.weighted_1.estimate")));
        assert_true(json_is_number(doc_at(d, "estimators.weighted_2.bias_lo")));
        json_decref(doc);
    }
    /* products that a trace names are drawn by the hashes of their names */
    static const char *const named[] = {"interest.initial.notify_me=0.6", "policy.holdout.fraction=0.4"};
    p->options.scenario = "tests/golden/cli/files/trace.yaml";
    p->options.set = named;
    p->options.sets = 2;
    json_t *doc = experiment(p);
    double all = doc_number(doc, "designs.two_sided.estimate");
    assert_true(fabs(all) > .001);
    assert_near(doc_number(doc, "designs.two_sided.as_if_independent.estimate"), all, 1e-12);
    json_decref(doc);
}

/* One product that all wait for, none of whom buys otherwise: what they buy of it is all that they buy. */
static void all_that_shoppers_buy(void **state) {
    place *p = *state;
    static const char *const one[] = {"interest.initial.notify_me=1", "catalog.products=1",
                                      "shoppers.visit_rate=0", "organic.rate=0",
                                      "supply.restocks[0].units=1000"};
    p->options.designs = "shopper";
    p->options.set = one;
    p->options.sets = 5;
    json_t *own = experiment(p);
    p->options.store = true;
    json_t *store = experiment(p);
    assert_string_equal(doc_text(own, "outcome"), "own");
    assert_string_equal(doc_text(store, "outcome"), "store");
    /* per shopper instead of per unit of E, which those without an opt-in are not in */
    double shoppers = 2000, units = doc_number(own, "designs.shopper.units");
    assert_near(doc_number(store, "designs.shopper.true") * shoppers,
                doc_number(own, "designs.shopper.true") * units, 1);
    assert_true(doc_number(store, "designs.shopper.estimate") > 0);
    json_decref(own);
    json_decref(store);
    p->options.designs = "product,restock";
    p->options.out = p->temp; /* nothing is made there */
    lab_error error = {""};
    FILE *f = doc_file();
    assert_int_equal(lab_experiment(&p->options, f, &error), LAB_BAD_INPUT);
    assert_non_null(strstr(error.text, "Leave the design restock out"));
    fclose(f);
}

/* The rows of units name the restock in which a unit was assigned: the one of its first decision. */
static void units_know_their_restock(void **state) {
    (void)state;
    scenario *s;
    scenario_error why;
    assert_int_equal(scenario_load(small, many_wait, 4, &s, &why), SCENARIO_OK);
    store_trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    double loop_s;
    const char *broken = "";
    assert_int_equal(sim_trial_run(s, 7, 0, false, SIM_LOG_FULL, t, &loop_s, &broken), SIM_OK);
    size_t checked = 0, later = 0;
    for (size_t i = 0; i < t->shoppers; i++)
        for (size_t k = 0; k < t->decisions; k++) {
            const store_decision_row *d = &t->decision[k];
            bool slot = !strcmp(d->outcome, "sent") || !strcmp(d->outcome, "ghost");
            if (!slot || d->shopper != t->shopper[i].shopper || strcmp(d->kind, "restock") != 0) continue;
            assert_int_equal(d->restock, t->shopper[i].restock);
            checked++;
            later += d->restock > 2; /* of the second restock: there are three SKUs */
            break;
        }
    assert_true(checked > 20);
    assert_true(later > 5);
    store_trial_clear(t);
    free(t);
    scenario_destroy(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_do_not_show, enter, place_leave),
        cmocka_unit_test_setup_teardown(what_can_be_drawn, enter, place_leave),
        cmocka_unit_test_setup_teardown(scores_alone, enter, place_leave),
        cmocka_unit_test_setup_teardown(refusals, enter, place_leave),
        cmocka_unit_test_setup_teardown(cells_are_the_engines_arms, enter, place_leave),
        cmocka_unit_test_setup_teardown(all_that_shoppers_buy, enter, place_leave),
        cmocka_unit_test(units_know_their_restock),
    };
    return RUN_TESTS(tests);
}
