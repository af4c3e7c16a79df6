/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_preset.c - policy: {preset: NAME}: what the shipped ones say, what goes before them, and what is
 * said of those that cannot be used.
 */
#include "tests/unit/preset_rig.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static void assert_same(scenario *a, scenario *b) {
    assert_true(a->hash == b->hash);
    scenario_destroy(a);
    scenario_destroy(b);
}

/* ---- the shipped ones ---- */

/* A preset is exactly what is documented, and nothing beside it. */
static void shipped_presets_say_what_is_documented(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"notify-all", "throttle: {mode: none}, expire_after: 0"},
        {"users-per-10min", "throttle: {mode: batch, size: 1000, every: 10min}, expire_after: 0"},
        {"people-per-unit", "throttle: {mode: per_unit, per_unit: 5, every: 60min}, expire_after: 0"},
        {"recount-1h", "throttle: {mode: recount, every: 1h}, expire_after: 0"},
        {"recount-12h", "throttle: {mode: recount, every: 12h}, expire_after: 0"},
        {"min-stock-5", "mode: threshold, min_stock: 5, throttle: {mode: none}"},
        {"debounced", "debounce_in: 2h, debounce_out: 7d, throttle: {mode: none}"},
        {"jitter-30min", "throttle: {mode: none, jitter: 30min}"},
        {"oversell-safe", "throttle: {mode: oversell_safe}, expire_after: 0"},
    };
    const char *doc = scenario_param_at(0).field->doc;
    for (size_t i = 0; i < scenario_param_count(); i++)
        if (!strcmp(scenario_param_at(i).field->path, "policy.preset")) doc = scenario_param_at(i).field->doc;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char preset[128], written[256];
        snprintf(preset, sizeof preset, "policy: {preset: %s}\n", pairs[i][0]);
        snprintf(written, sizeof written, "policy: {%s}\n", pairs[i][1]);
        scenario *s = parse(preset);
        assert_string_equal(s->p.preset, pairs[i][0]);
        assert_same(s, parse(written));
        if (!strstr(doc, pairs[i][0])) fail_msg("the reference does not name %s", pairs[i][0]);
    }
}

static void presets_are_found_in_a_data_folder(void **state) {
    (void)state;
    write_preset("mine", "policy: {min_stock: 3}\n");
    scenario *s = parse("policy: {preset: mine}\n");
    assert_int_equal(s->p.policy.trigger.min_stock, 3);
    scenario_destroy(s);
    write_preset("notify-all", "policy: {min_stock: 3}\n"); /* that of the current folder goes first */
    s = parse("policy: {preset: notify-all}\n");
    assert_int_equal(s->p.policy.trigger.min_stock, 1);
    scenario_destroy(s);
}

/* ---- what goes before what ---- */

static void the_scenarios_own_keys_go_first(void **state) {
    (void)state;
    scenario *s = parse("policy:\n  throttle: {size: 20}\n  preset: users-per-10min\n  min_stock: 2\n");
    assert_int_equal(s->p.policy.throttle.mode, BIS_THROTTLE_BATCH);
    assert_int_equal(s->p.policy.throttle.size, 20);
    assert_int_equal(s->p.policy.throttle.every, 10 * MINUTE);
    assert_int_equal(s->p.policy.trigger.min_stock, 2);
    assert_int_equal(s->p.policy.trigger.expire_after, 0);
    scenario_destroy(s);
    assert_same(parse("policy: {preset: min-stock-5, min_stock: 1}\n"),
                parse("policy: {min_stock: 1, mode: threshold, throttle: {mode: none}}\n"));
    assert_same(parse("policy: {preset: \"\"}\n"), parse("policy: {preset: }\n"));
    assert_same(parse("policy: {preset: }\n"), parse("policy:\n"));
}

/* A mode of the scenario takes with it what the preset says of another one, without a word. */
static void a_mode_of_the_scenario_switches_off_what_the_preset_set_up(void **state) {
    (void)state;
    assert_same(parse("policy: {preset: users-per-10min, throttle: {mode: none}}\n"),
                parse("policy: {throttle: {mode: none}, expire_after: 0}\n"));
    assert_same(parse("policy: {preset: users-per-10min, throttle: {mode: per_unit, every: 2h}}\n"),
                parse("policy: {throttle: {mode: per_unit, every: 2h}, expire_after: 0}\n"));
    assert_same(parse_with("policy: {preset: users-per-10min}\n", "policy.throttle.mode=none"),
                parse("policy: {throttle: {mode: none}, expire_after: 0}\n"));
    /* what the preset said is not lost while a later override may want it */
    assert_same(parse_with("policy: {preset: users-per-10min, throttle: {mode: none}}\n",
                           "policy.throttle.mode=batch"),
                parse("policy: {preset: users-per-10min}\n"));
}

static void the_scenarios_own_idle_values_stay_errors(void **state) {
    (void)state;
    assert_error(
        "policy: {preset: notify-all, throttle: {per_unit: 5}}\n",
        "mem.yaml:1:41: 'policy.throttle.per_unit' has no effect here: policy.throttle.mode is none; set "
        "policy.throttle.mode to per_unit, or leave this out");
    assert_same(parse("policy: {preset: notify-all, throttle: {mode: per_unit, per_unit: 7}}\n"),
                parse("policy: {throttle: {mode: per_unit, per_unit: 7}, expire_after: 0}\n"));
}

static void an_override_names_another_preset(void **state) {
    (void)state;
    static const char file[] = "policy: {preset: users-per-10min, throttle: {size: 30}}\n";
    const char *sets[] = {"policy.throttle.every=5min", "policy.preset=people-per-unit"};
    scenario_error error;
    scenario *s = try(file, sets, 2, &error); /* in whatever order: the preset lies below all else */
    if (!s) fail_msg("%s", error.text);
    assert_string_equal(s->p.preset, "people-per-unit");
    assert_non_null(strstr(s->text, "\n# --set policy.preset=people-per-unit\n"));
    assert_same(s,
                parse("policy: {throttle: {mode: per_unit, per_unit: 5, every: 5min}, expire_after: 0}\n"));
    /* nothing is left of the first one, and what the file says for its sake alone falls back */
    assert_same(parse_with(file, "policy.preset=debounced"),
                parse("policy: {throttle: {mode: none}, debounce_in: 2h, debounce_out: 1w}\n"));
    assert_same(parse_with(file, "policy.preset="), parse("policy: {throttle: {size: 30}}\n"));
    assert_same(parse_with("run: {seed: 1}\n", "policy.preset=jitter-30min"),
                parse("policy: {preset: jitter-30min}\n"));
}

static void lists_are_taken_or_left_as_a_whole(void **state) {
    (void)state;
    write_preset("capped", "policy:\n  caps:\n    - {count: 3, per: 7d}\n    - {count: 1, per: 1d}\n"
                           "  regions: {EU: {require_optin: true}}\n");
    write_preset("uncapped", "policy: {caps: []}\n");
    scenario *s = parse("policy: {preset: capped}\n");
    assert_int_equal(s->p.policy.caps.n, 2);
    assert_int_equal(s->p.policy.caps.cap[0].count, 3);
    assert_int_equal(s->p.policy.caps.cap[1].per, DAY);
    assert_int_equal(s->p.policy.consent.regions, 1);
    assert_string_equal(s->p.policy.consent.region[0].name, "EU");
    scenario_destroy(s);
    s = parse("policy:\n  caps:\n    - {count: 9}\n  preset: capped\n");
    assert_int_equal(s->p.policy.caps.n, 1);
    assert_int_equal(s->p.policy.caps.cap[0].count, 9);
    assert_int_equal(s->p.policy.consent.regions, 1);
    scenario_destroy(s);
    s = parse("policy: {preset: capped, caps: []}\n");
    assert_int_equal(s->p.policy.caps.n, 0);
    scenario_destroy(s);
    s = parse_with("policy: {preset: capped}\n", "policy.caps[1].count=2");
    assert_int_equal(s->p.policy.caps.n, 2);
    assert_int_equal(s->p.policy.caps.cap[1].count, 2);
    scenario_destroy(s);
    assert_same(parse_with("policy: {preset: capped}\n", "policy.preset=uncapped"), parse("policy:\n"));
    assert_same(parse_with("policy: {preset: capped, regions: []}\n", "policy.caps=none"),
                parse("policy:\n"));
}

/* ---- errors ---- */

static void unknown_presets_are_named(void **state) {
    (void)state;
    static const char *const names[] = {"notify-al", "users", "../policies/notify-all", "a b",
                                        "notify-all.yaml"};
    scenario_error error;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[128], begin[128];
        snprintf(text, sizeof text, "policy:\n  preset: %s\n", names[i]);
        snprintf(begin, sizeof begin, "mem.yaml:2:3: unknown preset '%s'; ", names[i]);
        assert_null(try(text, NULL, 0, &error));
        if (strncmp(error.text, begin, strlen(begin)) != 0 || !strstr(error.text, "here are ") ||
            !strstr(error.text, "min-stock-5, ") || !strstr(error.text, "users-per-10min"))
            fail_msg("%s", error.text);
        assert_int_equal(strstr(error.text, "did you mean 'notify-all'?") != NULL, i == 0);
    }
    assert_null(try("run: {seed: 1}\n", (const char *[]){"policy.preset=debounce"}, 1, &error));
    assert_non_null(strstr(error.text,
                           "--set policy.preset=debounce: unknown preset 'debounce'; did you mean "
                           "'debounced'? There are "));
}

static void errors_of_a_preset_are_at_its_own_lines(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"policy:\n  throttle:\n    size: 0\n",
         "3:11: 'policy.throttle.size' is '0'; it must be 1 to 1000000000 people"},
        {"policy:\n  throtle: {size: 1}\n",
         "2:3: unknown parameter 'policy.throtle'; did you mean 'policy.throttle'?"},
        {"policy: {\n",
         "2:1: not valid YAML: did not find expected node content; check the indentation, colons and "
         "quotes here and just above"},
        {"run: {seed: 1}\npolicy:\n",
         "1:7: a preset holds a policy and nothing else; move 'run.seed' to the scenario"},
        {"policy:\n  preset: notify-all\n",
         "2:3: a preset holds a policy and nothing else; move 'policy.preset' to the scenario"},
        {"shoppers:\n  tiers: []\n",
         "2:3: a preset holds a policy and nothing else; move 'shoppers.tiers[].name' to the scenario"},
        {"policy:\n  throttle: {mode: none, per_unit: 5}\n",
         "2:26: 'policy.throttle.per_unit' has no effect here: policy.throttle.mode is none; set "
         "policy.throttle.mode "
         "to per_unit, or leave this out"},
        /* found only when all is put together */
        {"policy:\n  sources:\n    notify_me: {enabled: false}\n    wishlist: {enabled: false}\n"
         "    cart: {enabled: false}\n",
         "3:17: policy.sources: no source is enabled, so nobody could ever be told"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char want[SCENARIO_ERROR_SIZE];
        write_preset("broken", pairs[i][0]);
        snprintf(want, sizeof want, "%s/policies/broken.yaml:%s", folder, pairs[i][1]);
        assert_error("policy: {preset: broken}\n", want);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_presets_say_what_is_documented),
        cmocka_unit_test(presets_are_found_in_a_data_folder),
        cmocka_unit_test(the_scenarios_own_keys_go_first),
        cmocka_unit_test(a_mode_of_the_scenario_switches_off_what_the_preset_set_up),
        cmocka_unit_test(the_scenarios_own_idle_values_stay_errors),
        cmocka_unit_test(an_override_names_another_preset),
        cmocka_unit_test(lists_are_taken_or_left_as_a_whole),
        cmocka_unit_test(unknown_presets_are_named),
        cmocka_unit_test(errors_of_a_preset_are_at_its_own_lines),
    };
    return cmocka_run_group_tests(tests, start, stop) != 0;
}
