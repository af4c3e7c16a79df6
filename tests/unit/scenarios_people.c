/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_people.c - what shoppers' parameters speak of by name: their time zones and their regions.
 */
#include "tests/place.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario.h"
#include "tests/unit/scenarios_zone_file.h"

#define HOUR INT64_C(3600000)

static scenario *parse(const char *text) {
    scenario *s = NULL;
    scenario_error error = {""};
    if (scenario_parse("mem.yaml", text, strlen(text), NULL, 0, &s, &error) != SCENARIO_OK)
        fail_msg("%s", error.text);
    return s;
}

static uint64_t hash_of(const char *text) {
    scenario *s = parse(text);
    uint64_t hash = s->hash;
    scenario_destroy(s);
    return hash;
}

static void everybody_is_in_utc_and_no_region(void **state) {
    (void)state;
    scenario *s = parse("run: {seed: 1}\n");
    assert_int_equal(s->p.shoppers.zones, 1);
    assert_string_equal(s->p.shoppers.zone[0].name, "UTC");
    assert_int_equal(s->zones, 1);
    assert_int_equal(s->zone[0].n, 0);
    assert_int_equal(s->p.shoppers.regions, 0);
    assert_int_equal(s->region[0], 0);
    assert_true(s->p.shoppers.value_mean == 0 && s->p.shoppers.email_optin == 0 &&
                s->p.shoppers.sms_optin == 0);
    scenario_destroy(s);
}

static void zones_come_in_the_order_of_the_list(void **state) {
    (void)state;
    unsetenv("ZONEINFO");
    scenario *s =
        parse("shoppers:\n  zones:\n    Asia/Kathmandu: {share: 2}\n    UTC:\n    America/New_York:\n");
    bis_time july = INT64_C(1783000000000);
    assert_int_equal(s->zones, 3);
    assert_int_equal(bis_zone_offset(&s->zone[0], july), 345 * 60000);
    assert_int_equal(bis_zone_offset(&s->zone[1], july), 0);
    assert_int_equal(bis_zone_offset(&s->zone[2], july), -4 * HOUR);
    scenario_destroy(s);
}

static void regions_have_the_policys_numbers(void **state) {
    (void)state;
    scenario *s =
        parse("shoppers:\n  regions: {US: {share: 1}, \"\": {share: 3}, EU: {share: 2}}\n"
              "policy:\n  regions: {EU: {require_optin: true}, UK: {require_optin: false}, US: }\n");
    assert_int_equal(s->region[0], 3);
    assert_int_equal(s->region[1], 0);
    assert_int_equal(s->region[2], 1);
    scenario_destroy(s);
}

static void a_region_that_a_set_takes_away_is_missed(void **state) {
    (void)state;
    static const char text[] = "shoppers: {regions: {EU: }}\npolicy: {regions: {EU: }}\n";
    const char *sets[] = {"policy.regions=none"};
    scenario *s = NULL;
    scenario_error error = {""};
    assert_int_equal(scenario_parse("mem.yaml", text, sizeof text - 1, sets, 1, &s, &error),
                     SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "mem.yaml:1:22: 'shoppers.regions[0].name' is 'EU', which is none of "
                                    "policy.regions; add it there, or write \"\" for shoppers in no region");
}

static void each_parameter_counts_in_the_hash(void **state) {
    (void)state;
    static const char *const texts[] = {
        "run: {seed: 1}\n",
        "shoppers: {zones: {Asia/Kathmandu: }}\n",
        "shoppers: {zones: {Asia/Kathmandu: , UTC: }}\n",
        "shoppers: {zones: {UTC: , Asia/Kathmandu: }}\n",
        "shoppers: {value_mean: 3}\n",
        "shoppers: {value_mean: 3, value_cv: 0}\n",
        "shoppers: {email_optin: 0.5}\n",
        "shoppers: {sms_optin: 0.5}\n",
        "shoppers: {regions: {\"\": }}\n",
    };
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    uint64_t hash[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
        hash[i] = hash_of(texts[i]);
        for (int k = 0; k < i; k++)
            assert_true(hash[i] != hash[k]);
    }
    assert_true(hash_of("shoppers: {zones: [{name: UTC, share: 1}]}\n") == hash[0]);
}

/* Writes the zone "Here" below `folder`, with one change at `at` seconds to `offset` seconds. */
static void write_zone(const char *folder, int64_t at, int64_t offset, const char *rule) {
    char path[PLACE_PATH];
    zone_file f;
    zone_file_make(&f, &at, 1, (const int64_t[]){0, offset}, rule);
    place_write(place_path(path, "%s/Here", folder), f.byte, f.n);
}

/* The tables count as far as a run can see them: a new edition of the files that says the same of its time,
 * and something else of 1950 or 2150, is the same scenario. */
static void local_time_counts_in_the_hash_while_it_matters(void **state) {
    (void)state;
    static const char text[] = "run: {start: 2026-03-01, horizon: 30d}\nshoppers: {zones: {Here: }}\n";
    char folder[PLACE_PATH];
    place_make(folder);
    setenv("ZONEINFO", folder, 1);
    write_zone(folder, 0, 3600, "AAA-1");
    uint64_t hash = hash_of(text);
    write_zone(folder, 500000000, 3600, "AAA-1"); /* in 1985 */
    assert_true(hash_of(text) == hash);
    write_zone(folder, 0, 3600, "BBB-1");
    assert_true(hash_of(text) == hash);
    write_zone(folder, 0, 7200, "AAA-2");
    assert_true(hash_of(text) != hash);
    write_zone(folder, 1773000000, 3600, "AAA-1"); /* on 8 March 2026 */
    assert_true(hash_of(text) != hash);
    write_zone(folder, 0, 3600, "AAA-1BBB,M4.1.0,M10.1.0");
    assert_true(hash_of(text) != hash);
    place_remove(folder);
    unsetenv("ZONEINFO");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_in_utc_and_no_region),
        cmocka_unit_test(zones_come_in_the_order_of_the_list),
        cmocka_unit_test(regions_have_the_policys_numbers),
        cmocka_unit_test(a_region_that_a_set_takes_away_is_missed),
        cmocka_unit_test(each_parameter_counts_in_the_hash),
        cmocka_unit_test(local_time_counts_in_the_hash_while_it_matters),
    };
    return RUN_TESTS(tests);
}
