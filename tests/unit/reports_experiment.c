/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reports_experiment.c - what is said of a design, from draws made up so that the answers can be worked out
 * by hand.
 */
#include "reports/experiment.h"

#include <math.h>
#include <string.h>

#include "tests/support.h"

enum { N = 4 };

/* Estimates 1, 2, 3, 4 of truths 2, 2, 2, 2: bias -1, 0, 1, 2, mean .5, sd sqrt(5/3); t(3) at .975 is
 * 3.182446. The intervals are estimate -+ 1.2, but the last has none. */
static void fill_design(experiment_design *d) {
    static const double p[N] = {0.2, 0.04, 0.01, NAN}, none_p[N] = {0.5, 0.01, 0.9, 0.8};
    for (int i = 0; i < N; i++) {
        double y = i + 1, half = i == 3 ? NAN : 1.2;
        d->by[0].effect[i] = (experiment_draw){y, y - half, y + half, p[i], 2};
        d->by[0].nothing[i] = (experiment_draw){y - 2.5, y - 2.5 - half, y - 2.5 + half, none_p[i], 0};
    }
}

static report_experiment make(size_t designs) {
    static const char *const name[] = {"shopper", "product", "restock"};
    report_experiment x = {.replications = N, .designs = designs};
    for (size_t i = 0; i < designs; i++)
        x.design[i] = (experiment_design){.name = name[i], .by = {{.method = "welch"}}, .methods = 1};
    assert_true(report_experiment_create(&x));
    for (size_t i = 0; i < designs; i++)
        fill_design(&x.design[i]);
    return x;
}

static void by_hand(void **state) {
    (void)state;
    report_experiment x = make(1);
    assert_true(report_experiment_fill(&x));
    const experiment_estimator *e = &x.design[0].by[0];
    double sd = sqrt(5. / 3);
    assert_near(e->estimate.mean, 2.5, 1e-12);
    assert_near(e->truth.mean, 2, 1e-12);
    assert_near(e->bias.mean, .5, 1e-12);
    assert_near(e->bias.lo, .5 - 3.182446 * sd / 2, 1e-6);
    assert_near(e->bias.hi, .5 + 3.182446 * sd / 2, 1e-6);
    assert_near(e->intervals, 3, 0);
    assert_near(e->coverage_true, 1, 0);         /* 2 lies in [-.2, 2.2], [.8, 3.2], [1.8, 4.2] */
    assert_near(e->coverage_own, 2. / 3, 1e-12); /* 2.5 does not lie in the first */
    assert_near(e->power, .5, 0);                /* two of four, the one without a p not among them */
    assert_near(e->false_positives, .25, 0);
    assert_near(e->mde, (3.182446 + 0.978472) * sd, 1e-5); /* t(3) at .8 is 0.978472 */
    report_experiment_clear(&x);
}

static void an_empty_arm_is_left_out(void **state) {
    (void)state;
    report_experiment x = make(1);
    x.design[0].by[0].effect[3] = (experiment_draw){NAN, NAN, NAN, NAN, 100};
    assert_true(report_experiment_fill(&x));
    assert_near(x.design[0].by[0].estimate.n, 3, 0);
    assert_near(x.design[0].by[0].truth.mean, 2, 0); /* its truth, too */
    assert_near(x.design[0].by[0].power, 2. / 3, 1e-12);
    report_experiment_clear(&x);
}

static void the_design_to_use(void **state) {
    (void)state;
    report_experiment x = make(3);
    for (int i = 0; i < N; i++) {
        x.design[0].by[0].effect[i].estimate = 12 + 0.1 * i; /* biased for sure, and always found */
        x.design[0].by[0].effect[i].p = 0.001;
        x.design[1].by[0].effect[i].p = 0.2; /* unbiased, and never found */
    }
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 2); /* unbiased, and found at times */
    assert_true(x.unbiased);
    assert_non_null(strstr(x.why, "2 sound designs"));
    for (int i = 0; i < N; i++)
        x.design[2].by[0].nothing[i].p = 0.001; /* but now it finds nothing's effect, too */
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 1);
    for (int i = 0; i < 3; i++) /* which has an interval in one of four experiments, and so is of no use */
        x.design[1].by[0].effect[i].lo = x.design[1].by[0].effect[i].hi = NAN;
    x.design[1].by[0].effect[3].lo = 1, x.design[1].by[0].effect[3].hi = 5;
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 0);
    assert_false(x.unbiased);
    for (int i = 0; i < N; i++)
        x.design[0].by[0].nothing[i].p = 0.001;
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 2);
    assert_non_null(strstr(x.why, "No design with intervals is sound"));
    report_experiment_clear(&x);
}

/* With a chance of 5 % each, one find of nothing in two has 1 - .95^2 = 9.75 %, two in four 1.4 %. */
static void how_many_finds_are_rare(void **state) {
    (void)state;
    report_experiment x = make(1);
    experiment_draw *nothing = x.design[0].by[0].nothing;
    nothing[2].estimate = nothing[3].estimate = NAN;
    assert_true(report_experiment_fill(&x));
    assert_near(x.design[0].by[0].false_positives, .5, 0);
    assert_true(x.unbiased); /* so sound */
    nothing[2] = nothing[3] = nothing[0];
    nothing[0].p = .01;
    assert_true(report_experiment_fill(&x));
    assert_near(x.design[0].by[0].false_positives, .5, 0);
    assert_false(x.unbiased);
    report_experiment_clear(&x);
}

static void the_least_bad(void **state) {
    (void)state;
    report_experiment x = make(2);
    for (int i = 0; i < N; i++) {
        x.design[0].by[0].effect[i].estimate = 12 + 0.1 * i;
        x.design[1].by[0].effect[i].estimate = 6 + 0.1 * i;
    }
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 1);
    assert_false(x.unbiased);
    assert_non_null(strstr(x.why, "3.08 times")); /* 6.15 / 2 */
    report_experiment_clear(&x);
}

/* Of one design: naive is biased, what takes units as independent is not but is never to be used. */
static void the_estimator_to_use(void **state) {
    (void)state;
    report_experiment x = {.replications = N, .designs = 1};
    x.design[0] = (experiment_design){.name = "two_sided",
                                      .by = {{.kind = EXPERIMENT_DIFFERENCE, .method = "cluster"},
                                             {.kind = EXPERIMENT_INDEPENDENT, .method = "welch"},
                                             {.kind = EXPERIMENT_WEIGHTED_1, .method = "cluster"}},
                                      .methods = 3};
    assert_true(report_experiment_create(&x));
    fill_design(&x.design[0]);
    for (int i = 0; i < N; i++) {
        x.design[0].by[1].effect[i] = x.design[0].by[2].effect[i] = x.design[0].by[0].effect[i];
        x.design[0].by[1].nothing[i] = x.design[0].by[2].nothing[i] = x.design[0].by[0].nothing[i];
        x.design[0].by[0].effect[i].estimate = 12 + 0.1 * i;
        x.design[0].by[1].effect[i].p = 0.001; /* it finds the effect more often */
    }
    assert_true(report_experiment_fill(&x));
    assert_int_equal(x.best, 0);
    assert_int_equal(x.by, 2);
    assert_true(x.unbiased);
    assert_string_equal(report_experiment_estimator(&x.design[0], x.design[0].by[x.by].kind), "weighted_1");
    assert_non_null(strstr(x.why, "Its bias is not told apart from 0 by 4 experiments. It finds"));
    report_experiment_clear(&x);
}

/* The control's clock: what the treated do less what the control does without a throttle. */
static void clocks(void **state) {
    (void)state;
    report_experiment x = make(1);
    for (int i = 0; i < N; i++) {
        x.slots[0].nothing[CLOCK_UNTHROTTLED][i] = 3 + i;
        x.unthrottled[i] = 2;
    }
    assert_true(report_experiment_fill(&x));
    assert_near(x.slots[0].none[CLOCK_UNTHROTTLED].mean, 2.5, 1e-12);
    assert_true(isnan(x.slots[0].none[CLOCK_ASSIGNED].mean));
    report_experiment_clear(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(an_empty_arm_is_left_out),
        cmocka_unit_test(the_design_to_use),
        cmocka_unit_test(how_many_finds_are_rare),
        cmocka_unit_test(the_least_bad),
        cmocka_unit_test(the_estimator_to_use),
        cmocka_unit_test(clocks),
    };
    return RUN_TESTS(tests);
}
