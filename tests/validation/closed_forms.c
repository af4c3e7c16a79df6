/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * closed_forms.c - the whole simulator (engine, world, provider, accounting) against closed forms 1 to 6
 * and 8.
 */
#include "tests/validation/quiet_world.h"

#include "stats/closed_form.h"

typedef struct {
    sample orders, sold_out, sends, any, lift, attributed, truth;
} samples;

static void read_counts(const store_trial *t, void *context) {
    samples *x = context;
    sample_add(&x->orders, t->tally[STORE_T_orders]);
    sample_add(&x->sold_out, sold_out_clicks(t));
    sample_add(&x->sends, t->tally[STORE_T_sends]);
}

/* ---- 1: one blast ---- */

static void one_blast(void **state) {
    (void)state;
    const struct {
        const char *line, *units, *click, *buy;
    } point[] = {{"200", "12", "0.2", "0.3"}, {"400", "30", "0.25", "0.4"}, {"20", "1", "0.2", "0.25"}};
    for (size_t i = 0; i < 3; i++) {
        scenario *s = quiet_world();
        SET_ALL(s, {"shoppers.count", point[i].line}, {"supply.restocks[0].units", point[i].units},
                {"response.click.notify_me", point[i].click}, {"response.buy.notify_me", point[i].buy});
        samples x = {0};
        run_trials(s, 11 + i, 3000, false, read_counts, &x);
        uint32_t n = (uint32_t)atoi(point[i].line), u = (uint32_t)atoi(point[i].units);
        double c = atof(point[i].click), b = atof(point[i].buy);
        assert_mean(&x.orders, stat_blast_orders(n, u, c * b));
        assert_mean(&x.sold_out, stat_blast_sold_out_clicks(n, u, c, b));
        assert_near(x.sends.mean, n, 0); /* everybody, always */
        free(s);
    }
}

/* ---- 2: batches that are answered before the next ---- */

static void batches(void **state) {
    (void)state;
    const char *size[] = {"50", "100", "20"};
    for (size_t i = 0; i < 3; i++) {
        scenario *s = quiet_world();
        SET_ALL(s, {"shoppers.count", "2000"}, {"policy.throttle.mode", "batch"},
                {"policy.throttle.size", size[i]}, {"policy.throttle.every", "10min"});
        samples x = {0};
        run_trials(s, 21 + i, 1500, false, read_counts, &x);
        uint32_t n = (uint32_t)atoi(size[i]);
        assert_mean(&x.sends, stat_batches_sends(2000, n, 12, .06));
        assert_mean(&x.sold_out, stat_batches_sold_out_clicks(2000, n, 12, .2, .3));
        free(s);
    }
}

/* ---- 3: depletion with organic demand and delayed pushes, at several times at once ---- */

enum { CUTS = 4 };
typedef struct {
    uint32_t bin[CUTS];
    sample gone[CUTS];
} depletion;

static void read_depletion(const store_trial *t, void *context) {
    depletion *d = context;
    for (int k = 0; k < CUTS; k++) {
        double n = 0;
        for (uint32_t bin = 0; bin < d->bin[k]; bin++)
            n += t->hist[STORE_H_DEPLETION][bin];
        sample_add(&d->gone[k], n);
    }
}

static void check_depletion(const char *line, const char *units, const char *click, double per_day,
                            double mean_h, uint64_t seed) {
    scenario *s = quiet_world();
    char rate[32], delay[32];
    snprintf(rate, sizeof rate, "%g", per_day);
    snprintf(delay, sizeof delay, "%gh", mean_h);
    SET_ALL(s, {"shoppers.count", line}, {"supply.restocks[0].units", units}, {"organic.rate", rate},
            {"response.click.notify_me", click}, {"response.buy.notify_me", "0.5"});
    open_delay(s, "exponential", delay);
    depletion d = {.bin = {store_hist_bin(20 * 60000), store_hist_bin(3600000), store_hist_bin(2 * 3600000),
                           store_hist_bin(6 * 3600000)}};
    run_trials(s, seed, 3000, false, read_depletion, &d);
    for (int k = 0; k < CUTS; k++) {
        double hours = store_hist_edge(d.bin[k]) / 3600000;
        double told = .5 * atof(click) * (1 - exp(-hours / mean_h));
        double exact =
            stat_depletion_cdf(per_day / 24 * hours, (uint32_t)atoi(line), told, (uint32_t)atoi(units));
        /* binomial standard error of the exact value, so that a sample of all zeros has a bound too */
        assert_near(d.gone[k].mean, exact, 4 * sqrt(exact * (1 - exact) / d.gone[k].n) + 1e-9);
    }
    free(s);
}

static void depletion_times(void **state) {
    (void)state;
    check_depletion("300", "20", "0.2", 120, 1, 31);
    check_depletion("100", "8", "0.3", 24, 0.5, 32);
    check_depletion("1", "5", "0", 60, 1, 33); /* organic alone: a gamma time */
}

/* ---- 4: ample stock, organic purchase, lapse ---- */

static void read_lift(const store_trial *t, void *context) {
    samples *x = context;
    const store_moments *treated = &t->moments[STORE_ASSIGNED][STORE_TREATED][STORE_ORDERS];
    const store_moments *held = &t->moments[STORE_ASSIGNED][STORE_HELD][STORE_ORDERS];
    if (treated->n > 0 && held->n > 0) sample_add(&x->lift, treated->mean - held->mean);
    if (t->tally[STORE_T_sends] > 0)
        sample_add(&x->attributed, t->tally[STORE_T_credited_orders] / t->tally[STORE_T_sends]);
    if (t->twins) sample_add(&x->truth, t->tally[STORE_T_true_orders] / t->tally[STORE_T_population]);
}

static void check_exponential(stat_exponential_world m, const char *lapse, const char *push, uint64_t seed) {
    scenario *s = quiet_world();
    char want[32], organic[32], horizon[32];
    snprintf(want, sizeof want, "%.17g", m.want);
    snprintf(organic, sizeof organic, "%.17g", m.organic);
    snprintf(horizon, sizeof horizon, "%gd", m.horizon);
    SET_ALL(s, {"run.horizon", horizon}, {"shoppers.count", "1000"}, {"supply.restocks[0].units", "100000"},
            {"response.click.notify_me", want}, {"response.buy.notify_me", "1"},
            {"interest.return_rate", organic}, {"interest.return_buy", "1"}, {"interest.lapse_scale", lapse},
            {"interest.lapse_shape", "1"}, {"policy.holdout.fraction", "0.5"});
    open_delay(s, "exponential", push);
    samples x = {0};
    run_trials(s, seed, 400, true, read_lift, &x);
    double lift = stat_lift_exponential(&m);
    assert_mean(&x.lift, lift);
    assert_mean(&x.truth, lift); /* ample stock: no interference, so the holdout tells the truth */
    assert_mean(&x.attributed, stat_attributed_exponential(&m));
    assert_true(x.attributed.mean > x.lift.mean);
    free(s);
}

static void ample_stock(void **state) {
    (void)state;
    /* hazards per day: organic g, lapse kappa, push mu */
    check_exponential(
        (stat_exponential_world){.organic = .2, .lapse = .5, .push = 4, .want = .3, .horizon = 7}, "2d", "6h",
        41);
    check_exponential(
        (stat_exponential_world){.organic = .5, .lapse = .1, .push = 1, .want = .5, .horizon = 3}, "10d",
        "24h", 42);
}

/* ---- 5: shared stock ---- */

/* Three kinds of shoppers, as tiers: those who come by themselves (want0), those whom only a push brings
 * (want1 - want0), and the rest. Both kinds arrive after the same exponential time, so the order is
 * exchangeable. */
static void check_interference(const char *units, uint64_t seed) {
    enum { N = 400 };
    const double want1 = .3, want0 = .1, holdout = .5;
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "400"}, {"supply.restocks[0].units", units},
            {"response.click.notify_me", "1"}, {"response.buy.notify_me", "1"}, {"interest.return_rate", "1"},
            {"interest.return_buy", "1"}, {"policy.holdout.fraction", "0.5"},
            {"shoppers.tiers[0].name", "other"}, {"shoppers.tiers[0].share", "0.7"},
            {"shoppers.tiers[0].click", "0"}, {"shoppers.tiers[0].returns", "0"},
            {"shoppers.tiers[1].name", "comes-by-herself"}, {"shoppers.tiers[1].share", "0.1"},
            {"shoppers.tiers[1].click", "0"}, {"shoppers.tiers[1].returns", "1"},
            {"shoppers.tiers[2].name", "needs-a-push"}, {"shoppers.tiers[2].share", "0.2"},
            {"shoppers.tiers[2].click", "1"}, {"shoppers.tiers[2].returns", "0"});
    open_delay(s, "exponential", "1d");
    samples x = {0};
    run_trials(s, seed, 1500, true, read_lift, &x);
    uint32_t u = (uint32_t)atoi(units);
    double naive = stat_interference_naive_mean(N, holdout, want1, want0, u);
    double truth = stat_interference_truth(N, want1, want0, u);
    assert_mean(&x.lift, naive);
    assert_mean(&x.truth, truth);
    free(s);
}

static void shared_stock(void **state) {
    (void)state;
    check_interference("200", 51); /* ample: naive = truth */
    check_interference("80", 52);
    check_interference("40", 53); /* scarce: the holdout flatters the push many times over */
}

/* ---- 6: oversell from a late storefront ---- */

static void read_oversell(const store_trial *t, void *context) {
    samples *x = context;
    sample_add(&x->orders, t->tally[STORE_T_oversold_units]);
    sample_add(&x->any, t->tally[STORE_T_oversold_units] > 0);
}

static scenario *organic_only(const char *rate) {
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "1"}, {"shoppers.visit_rate", "0"}, {"interest.initial.notify_me", "0"},
            {"supply.restocks[0].units", "5"}, {"organic.rate", rate}, {"run.horizon", "20d"});
    return s;
}

static void oversell(void **state) {
    (void)state;
    const char *rate[] = {"24", "96"}; /* 1 and 4 an hour */
    for (size_t i = 0; i < 2; i++) {
        double per_hour = atof(rate[i]) / 24;
        scenario *s = organic_only(rate[i]);
        set(s, "storefront.latency.mean", "30min");
        samples fixed = {0}, exponential = {0}, poll = {0};
        run_trials(s, 61 + i, 3000, false, read_oversell, &fixed);
        assert_mean(&fixed.orders, stat_oversell_fixed_mean(per_hour, .5));
        assert_mean(&fixed.any, stat_oversell_fixed_any(per_hour, .5));
        set(s, "storefront.latency.dist", "exponential");
        run_trials(s, 63 + i, 3000, false, read_oversell, &exponential);
        assert_mean(&exponential.orders, stat_oversell_exponential_mean(per_hour, .5));
        assert_mean(&exponential.any, stat_oversell_exponential_any(per_hour, .5));
        SET_ALL(s, {"storefront.latency.dist", "fixed"}, {"storefront.latency.mean", "6min"},
                {"storefront.mode", "poll"}, {"storefront.period", "1h"});
        run_trials(s, 65 + i, 3000, false, read_oversell, &poll);
        assert_mean(&poll.orders, stat_oversell_poll_mean(per_hour, 1, .1));
        free(s);
    }
}

/* ---- 8: common random numbers ---- */

typedef struct {
    double *y;
    size_t n;
} outcomes;

static void read_outcome(const store_trial *t, void *context) {
    outcomes *o = context;
    o->y[o->n++] = t->tally[STORE_T_orders];
}

static void check_crn(const char *p, const char *q) {
    enum { R = 20000, BLOCKS = 20 };
    outcomes a = {.y = malloc(R * sizeof(double))}, b = {.y = malloc(R * sizeof(double))};
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "1"}, {"response.buy.notify_me", "1"}, {"response.click.notify_me", p});
    run_trials(s, 81, R, false, read_outcome, &a);
    set(s, "response.click.notify_me", q);
    run_trials(s, 81, R, false, read_outcome, &b);
    sample factor = {0};
    for (size_t block = 0; block < BLOCKS; block++) { /* a factor a block gives the factor a standard error */
        sample x = {0}, y = {0}, d = {0};
        for (size_t i = block * R / BLOCKS; i < (block + 1) * R / BLOCKS; i++) {
            sample_add(&x, a.y[i]);
            sample_add(&y, b.y[i]);
            sample_add(&d, b.y[i] - a.y[i]);
        }
        sample_add(&factor, d.m2 / (x.m2 + y.m2)); /* its inverse: a mean of ratios without a small divisor */
    }
    assert_mean(&factor, 1 / stat_crn_factor(atof(p), atof(q)));
    free(s);
    free(a.y);
    free(b.y);
}

static void common_random_numbers(void **state) {
    (void)state;
    check_crn("0.10", "0.12");
    check_crn("0.30", "0.50");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_blast),
        cmocka_unit_test(batches),
        cmocka_unit_test(depletion_times),
        cmocka_unit_test(ample_stock),
        cmocka_unit_test(shared_stock),
        cmocka_unit_test(oversell),
        cmocka_unit_test(common_random_numbers),
    };
    return RUN_TESTS(tests);
}
