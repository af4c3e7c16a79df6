/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interference.c - two lessons against exact arithmetic: what a shared shelf does to a holdout (closed form
 * 5, in the shipped scenario shared-shelf), and what common random numbers save on batches of 50 against 100.
 */
#include "tests/validation/quiet_world.h"

#include "stats/closed_form.h"
#include "stats/interval.h"

/* ---- a shared shelf ---- */

enum { SHOPPERS = 1000, SHELF_REPS = 500 };
static const double WANT_TOLD = .3, WANT = .1, HELD = .5;

typedef struct {
    sample naive, truth, residual; /* of naive = ratio x truth */
    double ratio;
} shelf;

static void read_shelf(const store_trial *t, void *context) {
    shelf *x = context;
    const store_moments *treated = &t->moments[STORE_ASSIGNED][STORE_TREATED][STORE_ORDERS];
    const store_moments *held = &t->moments[STORE_ASSIGNED][STORE_HELD][STORE_ORDERS];
    double naive = treated->mean - held->mean;
    double truth = t->tally[STORE_T_true_orders] / t->tally[STORE_T_population];
    sample_add(&x->naive, naive);
    sample_add(&x->truth, truth);
    sample_add(&x->residual, naive - x->ratio * truth);
}

static double exact_ratio(uint32_t units) {
    return stat_interference_naive(500, 500, WANT_TOLD, WANT, units) /
           stat_interference_truth(SHOPPERS, WANT_TOLD, WANT, units);
}

/* The design page's ratios, to their digits; and the shelf from which a holdout shows more than twice. */
static void where_it_doubles(void **state) {
    (void)state;
    assert_near(exact_ratio(400), 1, 0.005);
    assert_near(exact_ratio(200), 1.95, 0.05);
    assert_near(exact_ratio(150), 3, 0.05);
    assert_near(exact_ratio(100), 26, 0.5);
    uint32_t units = 400;
    while (exact_ratio(units) <= 2)
        units--;
    print_message("the ratio passes 2 at %u units: %.4f, and %.4f at one more\n", units, exact_ratio(units),
                  exact_ratio(units + 1));
    assert_in_range(units, 180, 210); /* expected demand without a holdout is 300, with half held out 200 */
}

static void shared_shelf(void **state) {
    (void)state;
    static const char *const units[] = {"400", "200", "150", "100"};
    for (size_t i = 0; i < 4; i++) {
        scenario *s;
        scenario_error why;
        char set[64];
        snprintf(set, sizeof set, "supply.restocks[0].units=%s", units[i]);
        const char *const sets[] = {set};
        if (scenario_load("scenarios/library/shared-shelf.yaml", sets, 1, &s, &why) != SCENARIO_OK)
            fail_msg("%s", why.text);
        uint32_t u = (uint32_t)atoi(units[i]);
        /* the number held out is Bin(1000, .5) */
        double naive = stat_interference_naive_mean(SHOPPERS, HELD, WANT_TOLD, WANT, u);
        double truth = stat_interference_truth(SHOPPERS, WANT_TOLD, WANT, u);
        shelf x = {.ratio = naive / truth};
        run_trials(s, 500 + i, SHELF_REPS, true, read_shelf, &x);
        print_message("%s units: naive %.4f (%.4f), truth %.4f (%.4f), ratio %.2f (%.2f)\n", units[i],
                      x.naive.mean, naive, x.truth.mean, truth, x.naive.mean / x.truth.mean, x.ratio);
        assert_mean(&x.naive, naive);
        assert_mean(&x.truth, truth);
        assert_mean(&x.residual, 0);
        scenario_destroy(s);
    }
}

/* ---- batches on common random numbers ---- */

enum { UNITS = 12, FIFTY = 50, LONGEST = 4000, BATCH_REPS = 2400, BLOCKS = 24 };
static const double CLICK = .2, BUY = .3;

/* With T shoppers told up to the last unit's buyer - a negative binomial number, the same under both rules,
 * as they tell the same shoppers in the same order - a batch of n sends n ceil(T / n), and those after T
 * click on sold out with probability c each. */
typedef struct {
    double sends, clicks;
} factors;

static double variance(double mean, double square) {
    return square - mean * mean;
}

static factors exact_factors(void) {
    double q = CLICK * BUY, p = pow(q, UNITS); /* P(T = 12) */
    double m[3] = {0}, s[3] = {0}, rest[3] = {0}, rest2[3] = {0};
    for (int t = UNITS; t < LONGEST; t++) {
        double fifty = FIFTY * ceil((double)t / FIFTY), hundred = 2 * FIFTY * ceil(t / (2. * FIFTY));
        const double sent[3] = {fifty, hundred, hundred - fifty},
                     after[3] = {fifty - t, hundred - t, hundred - fifty};
        for (int k = 0; k < 3; k++) {
            m[k] += p * sent[k];
            s[k] += p * sent[k] * sent[k];
            rest[k] += p * after[k];
            rest2[k] += p * after[k] * after[k];
        }
        p *= (double)t / (t - UNITS + 1) * (1 - q);
    }
    double v[3], c[3];
    for (int k = 0; k < 3; k++) { /* of Bin(rest, c), rest random */
        v[k] = variance(m[k], s[k]);
        c[k] = CLICK * (1 - CLICK) * rest[k] + CLICK * CLICK * variance(rest[k], rest2[k]);
    }
    return (factors){(v[0] + v[1]) / v[2], (c[0] + c[1]) / c[2]};
}

typedef struct {
    double sends[BATCH_REPS], clicks[BATCH_REPS], orders[BATCH_REPS];
    size_t n;
} batch_run;

static void read_batches(const store_trial *t, void *context) {
    batch_run *b = context;
    b->sends[b->n] = t->tally[STORE_T_sends];
    b->clicks[b->n] = sold_out_clicks(t);
    b->orders[b->n++] = t->tally[STORE_T_orders];
}

/* Its inverse, block by block, has no small divisor, and so a standard error. A block's ratio of variances is
 * off by about 1 / its size: of 100 replications, about 1 %. */
static void check_factor(const double *a, const double *b, double exact) {
    enum { EACH = BATCH_REPS / BLOCKS };
    sample inverse = {0};
    for (size_t k = 0; k < BLOCKS; k++)
        sample_add(&inverse,
                   1 / stat_paired_difference(a + k * EACH, b + k * EACH, EACH, .95).variance_reduction);
    print_message("factor %.3f, exactly %.3f\n",
                  stat_paired_difference(a, b, BATCH_REPS, .95).variance_reduction, exact);
    assert_near(inverse.mean, 1 / exact, 4 * sample_sd(&inverse) / sqrt(BLOCKS) + 0.01 / exact);
}

static void batches_on_common_random_numbers(void **state) {
    (void)state;
    factors exact = exact_factors();
    assert_near(exact.sends, 11.6, 0.05);
    assert_near(exact.clicks, 1.83, 0.005);
    scenario *s = quiet_world();
    batch_run *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    assert_non_null(a);
    assert_non_null(b);
    SET_ALL(s, {"shoppers.count", "2000"}, {"policy.throttle.mode", "batch"}, {"policy.throttle.size", "50"},
            {"policy.throttle.every", "10min"});
    run_trials(s, 91, BATCH_REPS, false, read_batches, a);
    set(s, "policy.throttle.size", "100");
    run_trials(s, 91, BATCH_REPS, false, read_batches, b);
    check_factor(a->sends, b->sends, exact.sends);
    check_factor(a->clicks, b->clicks, exact.clicks);
    stat_paired orders = stat_paired_difference(a->orders, b->orders, BATCH_REPS, .95);
    assert_near(orders.diff, 0, 0);
    assert_true(isnan(orders.variance_reduction)); /* every difference is 0: there is no factor */
    free(a);
    free(b);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_it_doubles),
        cmocka_unit_test(shared_shelf),
        cmocka_unit_test(batches_on_common_random_numbers),
    };
    return RUN_TESTS(tests);
}
