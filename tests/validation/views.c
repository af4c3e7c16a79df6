/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * views.c - what goes wrong on the way from the truth to a view, against arithmetic: updates that are lost,
 * come twice or out of turn, and units that are not there.
 */
#include "tests/validation/quiet_world.h"

/* Anonymous buyers, `rate` a day, and `units` that nothing follows. */
static scenario *shop(const char *rate, const char *units) {
    scenario *s = quiet_world();
    SET_ALL(s, {"shoppers.count", "1"}, {"interest.initial.notify_me", "0"}, {"organic.rate", rate},
            {"supply.mode", "none"}, {"supply.initial.mean", units}, {"run.horizon", "20d"});
    return s;
}

typedef struct {
    sample orders, any, storefront, campaigns;
} samples;

static void read_oversell(const store_trial *t, void *context) {
    samples *x = context;
    sample_add(&x->orders, t->tally[STORE_T_oversold_units]);
    sample_add(&x->any, t->tally[STORE_T_oversold_units] > 0);
    sample_add(&x->storefront, t->series[STORE_S_storefront][STORE_BINS - 1]);
    sample_add(&x->campaigns, t->tally[STORE_T_campaigns]);
}

static samples look(const scenario *s, uint64_t seed, uint32_t replications) {
    samples x = {0};
    run_trials(s, seed, replications, false, read_oversell, &x);
    return x;
}

/* One unit, N ~ Poisson(a) orders. The first takes it; with chance p the page is never told, and the other
 * N - 1 are oversold. */
static void a_lost_update_oversells_to_the_end(void **state) {
    (void)state;
    const double p = .3, a = 3;
    scenario *s = shop("0.15", "1");
    set(s, "storefront.loss", "0.3");
    samples x = look(s, 81, 2000);
    assert_mean(&x.any, p * (1 - exp(-a) * (1 + a)));
    assert_mean(&x.orders, p * (a - 1 + exp(-a)));
    free(s);
}

/* The last unit goes at a uniform time between two looks; of those that follow, each answer is lost with
 * chance p, so the lag is period x (1/2 + p / (1 - p)) on average. */
static void a_lost_answer_is_made_up_for_by_the_next(void **state) {
    (void)state;
    const double p = .4;
    scenario *s = shop("24", "5");
    SET_ALL(s, {"storefront.mode", "poll"}, {"storefront.period", "2h"}, {"storefront.loss", "0.4"});
    samples x = look(s, 82, 2000);
    assert_mean(&x.orders, 2 * (.5 + p / (1 - p)));
    free(s);
}

/* Of two copies with exponential lags of mean m the first counts, and that has mean m / 2. */
static void the_first_of_two_copies_counts(void **state) {
    (void)state;
    const double d = .6, load = 2; /* 4 an hour, 30 min */
    scenario *s = shop("96", "5");
    SET_ALL(s, {"storefront.latency.dist", "exponential"}, {"storefront.latency.mean", "30min"},
            {"storefront.duplicate", "0.6"});
    samples x = look(s, 83, 2000);
    assert_mean(&x.any, (1 - d) * load / (1 + load) + d * (load / 2) / (1 + load / 2));
    assert_mean(&x.orders, (1 - d) * load + d * load / 2);
    free(s);
}

/* Two units. The sale of the second comes E after that of the first, exponential with the rate of orders, and
 * both updates take exponential times L1, L2 of mean m. The older comes last if L1 > E + L2: L1 outlasts E
 * with chance rho / (1 + rho), rho = rate x m, and being without memory then outlasts L2 in one of two cases.
 * A view with versions drops it; one without shows one unit for good. */
static void without_versions_an_old_update_overwrites(void **state) {
    (void)state;
    const double load = 2, overtaken = load / (2 * (1 + load));
    scenario *s = shop("96", "2");
    SET_ALL(s, {"storefront.latency.dist", "exponential"}, {"storefront.latency.mean", "30min"});
    samples x = look(s, 84, 2000);
    assert_near(x.storefront.mean, 0, 0);
    set(s, "storefront.ordered", "false");
    set(s, "run.horizon", "2d"); /* from then on all orders are oversold */
    x = look(s, 84, 2000);
    assert_mean(&x.storefront, overtaken);
    free(s);
    /* the engine opens a restock of a unit that was sold long ago */
    s = shop("96", "2");
    SET_ALL(s, {"feed.latency.dist", "exponential"}, {"feed.latency.mean", "30min"});
    x = look(s, 85, 2000);
    assert_near(x.campaigns.mean, 0, 0);
    set(s, "feed.ordered", "false");
    x = look(s, 85, 2000);
    assert_mean(&x.campaigns, overtaken);
    free(s);
}

/* Nothing is there; the page shows phantom units from times of rate a to times of rate b, and orders of rate
 * l come. With P0, P1 the chances that it shows none, or some, and no order was let through yet, P0' = -a P0
 * + b P1,   P1' = a P0 - (b + l) P1,   P0(0) = 1, so S = P0 + P1 has S'' + (a + b + l) S' + a l S = 0, S(0) =
 * 1, S'(0) = 0: S(T) = (r1 e^(r2 T) - r2 e^(r1 T)) / (r1 - r2), r the roots of r^2 + (a + b + l) r + a l. The
 * mean is l times the time with phantom units, whose chance at t is a / (a + b) (1 - e^(-(a + b) t)). */
static void phantom_units_are_oversold(void **state) {
    (void)state;
    const double a = .25, b = 1, l = 2, t = 4;
    scenario *s = shop("2", "0");
    SET_ALL(s, {"storefront.phantom.rate", "0.25"}, {"storefront.phantom.units", "3"},
            {"storefront.phantom.lasts.dist", "exponential"}, {"storefront.phantom.lasts.mean", "1d"},
            {"run.horizon", "4d"});
    samples x = look(s, 86, 3000);
    double half = (a + b + l) / 2, root = sqrt(half * half - a * l), r1 = root - half, r2 = -root - half;
    assert_mean(&x.any, 1 - (r1 * exp(r2 * t) - r2 * exp(r1 * t)) / (r1 - r2));
    assert_mean(&x.orders, l * (a * t / (a + b) - a / ((a + b) * (a + b)) * (1 - exp(-(a + b) * t))));
    free(s);
}

/* A level that comes while there are phantom units does not end them. */
static void phantom_units_stand_on_what_there_is(void **state) {
    (void)state;
    scenario *s = shop("0", "5");
    SET_ALL(s, {"storefront.phantom.rate", "1000000"}, {"storefront.phantom.units", "3"},
            {"storefront.phantom.lasts.dist", "fixed"}, {"storefront.phantom.lasts.mean", "30d"},
            {"supply.mode", "explicit"}, {"supply.restocks[0].after", "10d"},
            {"supply.restocks[0].units", "4"});
    samples x = look(s, 87, 1);
    assert_near(x.storefront.mean, 5 + 4 + 3, 0);
    free(s);
}

static void read_clicks(const store_trial *t, void *context) {
    double *n = context;
    n[0] += sold_out_clicks(t);
    n[1] += t->tally[STORE_T_oos_stale_feed];
}

static void phantom_units_in_the_feed_are_announced(void **state) {
    (void)state;
    scenario *s = quiet_world();
    SET_ALL(s, {"supply.mode", "none"}, {"feed.phantom.rate", "0.1"});
    double n[2] = {0};
    run_trials(s, 89, 20, false, read_clicks, n);
    assert_true(n[0] > 100);
    assert_near(n[0] - n[1], 0, 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_update_oversells_to_the_end),
        cmocka_unit_test(a_lost_answer_is_made_up_for_by_the_next),
        cmocka_unit_test(the_first_of_two_copies_counts),
        cmocka_unit_test(without_versions_an_old_update_overwrites),
        cmocka_unit_test(phantom_units_are_oversold),
        cmocka_unit_test(phantom_units_stand_on_what_there_is),
        cmocka_unit_test(phantom_units_in_the_feed_are_announced),
    };
    return RUN_TESTS(tests);
}
