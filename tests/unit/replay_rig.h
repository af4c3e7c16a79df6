/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replay_rig.h - one trial of traces of stock and of shoppers, in a world in which nothing is left to chance:
 * whoever is told opens a minute later and buys if the page shows stock.
 */
#ifndef TESTS_REPLAY_RIG_H
#define TESTS_REPLAY_RIG_H

#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"
#include "sim/trial.h"
#include "tests/place.h"

/* The world's scenario, with more fields of its catalog and, in lines of their own, of its shoppers. */
#define REPLAY_WORLD(CATALOG, SHOPPERS)                                                                      \
    "run: {horizon: 1d}\n"                                                                                   \
    "supply: {mode: trace}\n"                                                                                \
    "catalog: {price: 10" CATALOG "}\n"                                                                      \
    "feed: {latency: {dist: fixed, mean: 0}}\n"                                                              \
    "storefront: {latency: {dist: fixed, mean: 0}}\n"                                                        \
    "organic: {rate: 0}\n"                                                                                   \
    "shoppers:\n"                                                                                            \
    "  mode: trace\n"                                                                                        \
    "  platform: {ios: 1, android: 0, web: 0}\n" SHOPPERS "interest: {lapse_scale: 0, return_rate: 0}\n"     \
    "response:\n"                                                                                            \
    "  open: {ios: 1}\n"                                                                                     \
    "  open_delay: {ios: {dist: fixed, mean: 1min}}\n"                                                       \
    "  click: {notify_me: 1}\n"                                                                              \
    "  click_age: 0\n"                                                                                       \
    "  click_delay: {dist: fixed, mean: 0}\n"                                                                \
    "  buy: {notify_me: 1}\n"                                                                                \
    "  checkout: {dist: fixed, mean: 0}\n"                                                                   \
    "  optout: 0\n"                                                                                          \
    "provider: {latency: {dist: fixed, mean: 0}, unregistered: 0, unavailable: 0, offline: 0}\n"             \
    "policy: {expire_after: 0, throttle: {mode: none}, holdout: {fraction: 0}}\n"                            \
    "traces:\n"                                                                                              \
    "  inventory: {file: stock.csv, kind: levels}\n"                                                         \
    "  events: {file: events.csv, columns: {quantity: units}}\n"

typedef struct {
    char folder[PLACE_PATH]; /* stands first: place_enter() */
    scenario *s;
    store_trial t;
} fixture;

static int set_up(void **state) {
    *state = place_enter(sizeof(fixture));
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    store_trial_clear(&f->t);
    scenario_destroy(f->s);
    return place_leave(state);
}

#define CASE(NAME) cmocka_unit_test_setup_teardown(NAME, set_up, tear_down)

static void put(const fixture *f, const char *name, const char *header, const char *rows) {
    char path[PLACE_PATH];
    FILE *out = fopen(place_path(path, "%s/%s", f->folder, name), "w");
    assert_non_null(out);
    fputs(header, out);
    fputs(rows, out);
    assert_int_equal(fclose(out), 0);
}

/* One trial of that stock and those events in the world of that text; its tallies. `sets` ends with NULL. */
static const double *replay(fixture *f, const char *world, bool twins, const char *stock, const char *events,
                            const char *const *sets) {
    char name[PLACE_PATH];
    scenario_error error;
    const char *broken = "no memory";
    double loop_s;
    size_t n = 0;
    put(f, "stock.csv", "timestamp,sku,available\n", stock);
    put(f, "events.csv", "timestamp,shopper,event,sku,units\n", events);
    place_path(name, "%s/s.yaml", f->folder);
    while (sets[n])
        n++;
    scenario_destroy(f->s);
    store_trial_clear(&f->t);
    f->s = NULL;
    if (scenario_parse(name, world, strlen(world), sets, n, &f->s, &error) != SCENARIO_OK)
        fail_msg("%s", error.text);
    if (sim_trial_run(f->s, 1, 0, twins, SIM_LOG_FULL, &f->t, &loop_s, &broken) != SIM_OK)
        fail_msg("%s", broken);
    return f->t.tally;
}

#define DAY "2026-03-01T"

#endif
