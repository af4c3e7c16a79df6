/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * curves.c - the four curves that everybody in the field expects to see: each rises, or falls, all the way.
 *
 * On common random numbers, over the same replications at each point, so that the difference of neighbours is
 * paired. A step the wrong way by more than 4 standard errors of that difference fails; from the first point
 * to the last it has to go the right way by more than 4 of them.
 */
#include "tests/validation/quiet_world.h"

#include "sim/runner.h"

enum { POINTS = 5, TRIALS = 60 };

/* What is looked at of a trial. */
typedef double look(const store_trial *t);

typedef struct {
    look *look;
    double value[TRIALS];
    size_t n;
} curve_point;

static void read_point(const store_trial *t, void *context) {
    curve_point *p = context;
    p->value[p->n++] = p->look(t);
}

static double standard_error(const sample *x) {
    return sample_sd(x) / sqrt(x->n);
}

/* later - earlier, over replications. */
static sample step(const curve_point *earlier, const curve_point *later) {
    sample d = {0};
    for (size_t i = 0; i < TRIALS; i++)
        sample_add(&d, later->value[i] - earlier->value[i]);
    return d;
}

/* rises: 1, or -1 for a curve that falls. */
static void assert_curve(scenario *s, const char *path, const char *const point[POINTS], look *of,
                         int rises) {
    static curve_point at[POINTS];
    for (int i = 0; i < POINTS; i++) {
        at[i] = (curve_point){.look = of};
        set(s, path, point[i]);
        run_trials(s, 11, TRIALS, false, read_point, &at[i]);
        assert_int_equal(at[i].n, TRIALS);
    }
    for (int i = 1; i < POINTS; i++) {
        sample d = step(&at[i - 1], &at[i]);
        assert_true(rises * d.mean >= -4 * standard_error(&d));
    }
    sample whole = step(&at[0], &at[POINTS - 1]);
    assert_true(rises * whole.mean > 4 * standard_error(&whole));
    assert_true(standard_error(&whole) > 0);
}

/* Many who wait for little, again and again. */
static scenario *scarce_world(void) {
    scenario *s = quiet_world();
    SET_ALL(s, {"run.horizon", "20d"}, {"shoppers.count", "800"}, {"shoppers.visit_rate", "0.5"},
            {"shoppers.visit_buy", "0.05"}, {"interest.signal.notify_me", "0.5"}, {"organic.rate", "4"},
            {"supply.mode", "lead_time"}, {"supply.lead_time.dist", "fixed"}, {"supply.lead_time.mean", "2d"},
            {"supply.quantity.dist", "poisson"}, {"supply.quantity.mean", "12"},
            {"response.click.notify_me", "0.5"}, {"response.buy.notify_me", "0.5"},
            {"policy.throttle.mode", "batch"}, {"policy.throttle.size", "20"},
            {"policy.throttle.every", "10min"}, {"policy.min_stock", "1"});
    open_delay(s, "exponential", "20min");
    return s;
}

static double sold_out_share(const store_trial *t) {
    double oos = 0;
    for (int i = 0; i < 6; i++)
        oos += t->tally[STORE_T_oos_stale_storefront + i];
    return oos / t->tally[STORE_T_sends];
}

static void sold_out_clicks_fall_as_the_batch_interval_grows(void **state) {
    (void)state;
    scenario *s = scarce_world();
    const char *const every[POINTS] = {"2min", "10min", "30min", "2h", "6h"};
    assert_curve(s, "policy.throttle.every", every, sold_out_share, -1);
    free(s);
}

static double oversell_share(const store_trial *t) {
    return t->tally[STORE_T_oversold_orders] / t->tally[STORE_T_orders];
}

static void oversell_rises_with_the_storefronts_lag(void **state) {
    (void)state;
    scenario *s = scarce_world();
    const char *const lag[POINTS] = {"0", "1min", "5min", "20min", "1h"};
    assert_curve(s, "storefront.latency.mean", lag, oversell_share, 1);
    free(s);
}

static double opt_outs(const store_trial *t) {
    return t->tally[STORE_T_optouts];
}

static void opt_outs_rise_with_frequency(void **state) {
    (void)state;
    scenario *s = scarce_world();
    SET_ALL(s, {"response.optout", "0.03"}, {"response.buy.notify_me", "0.05"}, {"policy.caps[0].per", "7d"});
    const char *const count[POINTS] = {"1", "2", "3", "5", "9"};
    assert_curve(s, "policy.caps[0].count", count, opt_outs, 1);
    free(s);
}

static double organic_share(const store_trial *t) {
    return t->tally[STORE_T_orders_return] / t->tally[STORE_T_orders];
}

static void organic_share_rises_with_the_return_rate(void **state) {
    (void)state;
    scenario *s = scarce_world();
    SET_ALL(s, {"interest.return_buy", "0.5"}, {"supply.quantity.mean", "60"});
    const char *const rate[POINTS] = {"0", "0.05", "0.2", "0.5", "2"};
    assert_curve(s, "interest.return_rate", rate, organic_share, 1);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sold_out_clicks_fall_as_the_batch_interval_grows),
        cmocka_unit_test(oversell_rises_with_the_storefronts_lag),
        cmocka_unit_test(opt_outs_rise_with_frequency),
        cmocka_unit_test(organic_share_rises_with_the_return_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
