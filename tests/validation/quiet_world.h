/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quiet_world.h - a world with every mechanism switched off, to be switched on one by one against arithmetic.
 *
 * Bounds: a mean of R replications must lie within 4 standard errors of the exact value. Seeds are fixed, so
 * a test passes or fails for ever; a right program would fail a fresh seed once in about 16,000 times.
 */
#ifndef TESTS_QUIET_WORLD_H
#define TESTS_QUIET_WORLD_H

#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/params.h"
#include "sim/trial.h"

static inline void set(scenario *s, const char *path, const char *value) {
    scenario_error error;
    if (scenario_param_set(&s->p, path, value, &error)) return;
    print_error("%s\n", error.text);
    fail();
}

typedef struct {
    const char *path, *value;
} setting;

#define SET_ALL(s, ...)                                                                                      \
    do {                                                                                                     \
        const setting list[] = {__VA_ARGS__};                                                                \
        for (size_t set_i = 0; set_i < sizeof list / sizeof *list; set_i++)                                  \
            set((s), list[set_i].path, list[set_i].value);                                                   \
    } while (0)

/* All who exist wait for the one SKU and are reachable; nothing else happens. */
static inline scenario *quiet_world(void) {
    scenario *s = calloc(1, sizeof *s);
    assert_non_null(s);
    scenario_params_default(&s->p);
    SET_ALL(s, {"run.start", "2026-03-02"}, {"run.horizon", "60d"}, {"run.warmup", "0"},
            {"catalog.products", "1"}, {"catalog.price", "10"}, {"supply.mode", "explicit"},
            {"supply.initial.dist", "fixed"}, {"supply.initial.mean", "0"}, {"supply.restocks[0].after", "0"},
            {"supply.restocks[0].units", "12"}, {"feed.mode", "stream"}, {"feed.latency.dist", "fixed"},
            {"feed.latency.mean", "0"}, {"storefront.mode", "stream"}, {"storefront.latency.dist", "fixed"},
            {"storefront.latency.mean", "0"}, {"organic.rate", "0"}, {"shoppers.count", "200"},
            {"shoppers.optin.ios", "1"}, {"shoppers.optin.android", "1"}, {"shoppers.optin.web", "1"},
            {"shoppers.visit_rate", "0"}, {"interest.initial.notify_me", "1"}, {"interest.initial_age", "0"},
            {"interest.lapse_scale", "0"}, {"interest.return_rate", "0"}, {"response.open.ios", "1"},
            {"response.open.android", "1"}, {"response.open.web", "1"},
            {"response.open_delay.ios.dist", "fixed"}, {"response.open_delay.ios.mean", "1min"},
            {"response.open_delay.android.dist", "fixed"}, {"response.open_delay.android.mean", "1min"},
            {"response.open_delay.web.dist", "fixed"}, {"response.open_delay.web.mean", "1min"},
            {"response.click.notify_me", "0.2"}, {"response.click_age", "0"},
            {"response.click_delay.dist", "fixed"}, {"response.click_delay.mean", "0"},
            {"response.buy.notify_me", "0.3"}, {"response.checkout.dist", "fixed"},
            {"response.checkout.mean", "0"}, {"response.sold_out_leaves", "0"}, {"response.optout", "0"},
            {"response.optout_sold_out", "0"}, {"provider.quota", "0"}, {"provider.latency.dist", "fixed"},
            {"provider.latency.mean", "0"}, {"provider.unregistered", "0"}, {"provider.unavailable", "0"},
            {"provider.too_large", "0"}, {"provider.offline", "0"}, {"attribution.click", "60d"},
            {"attribution.view", "0"}, {"attribution.outcome_window", "60d"}, {"policy.mode", "transition"},
            {"policy.min_stock", "1"}, {"policy.expire_after", "0"}, {"policy.throttle.mode", "none"},
            {"policy.holdout.fraction", "0"});
    return s;
}

static inline void open_delay(scenario *s, const char *kind, const char *mean) {
    const char *platform[] = {"ios", "android", "web"};
    char path[64];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "response.open_delay.%s.dist", platform[i]);
        set(s, path, kind);
        snprintf(path, sizeof path, "response.open_delay.%s.mean", platform[i]);
        set(s, path, mean);
    }
}

/* A sample's mean and its standard error. */
typedef struct {
    double n, mean, m2;
} sample;

static inline void sample_add(sample *x, double v) {
    x->n += 1;
    double d = v - x->mean;
    x->mean += d / x->n;
    x->m2 += d * (v - x->mean);
}

static inline double sample_sd(const sample *x) {
    return sqrt(x->m2 / (x->n - 1));
}

#define assert_mean(x, exact) assert_near((x)->mean, (exact), 4 * sample_sd(x) / sqrt((x)->n) + 1e-9)

typedef void trial_reader(const store_trial *t, void *context);

/* Runs `replications` trials from the seed and shows each to `read`. */
static inline void run_trials(const scenario *s, uint64_t seed, uint32_t replications, bool twins,
                              trial_reader *read, void *context) {
    store_trial *t = malloc(sizeof *t);
    assert_non_null(t);
    for (uint32_t r = 0; r < replications; r++) {
        const char *broken = "no memory";
        double loop_s;
        if (sim_trial_run(s, seed, r, twins, SIM_LOG_SUMMARY, t, &loop_s, &broken) != SIM_OK) {
            print_error("replication %u: %s\n", r, broken);
            fail();
        }
        read(t, context);
        store_trial_clear(t);
    }
    free(t);
}

/* Samples of some tallies: OF(STORE_T_orders, STORE_T_sends) has orders in x[0] and sends in x[1]. */
enum { TALLIES = 8 };
typedef struct {
    store_tally of[TALLIES];
    sample x[TALLIES];
} tallies;

#define OF(...) ((tallies){.of = {__VA_ARGS__}})

static inline void read_tallies(const store_trial *t, void *context) {
    tallies *s = context;
    for (int i = 0; i < TALLIES; i++)
        sample_add(&s->x[i], t->tally[s->of[i]]);
}

static inline double sold_out_clicks(const store_trial *t) {
    double sum = 0;
    for (int i = STORE_T_oos_stale_storefront; i <= STORE_T_oos_batch_too_large; i++)
        sum += t->tally[i];
    return sum;
}

#endif
