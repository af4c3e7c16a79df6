/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_arms.c - policy.arms: what each arm's policy comes to, whose an error is, and what identifies a
 * scenario that has arms.
 */
#include "tests/unit/preset_rig.h"

#include <math.h>

/* The k-th arm's policy is, value by value, that of a scenario which says it without arms. */
static void assert_arm(const scenario *s, size_t k, const char *alone) {
    scenario *other = parse(alone);
    scenario_params *p = malloc(sizeof *p);
    assert_non_null(p);
    *p = s->p;
    p->policy = s->arm[k];
    for (size_t i = 0; i < scenario_param_count(); i++) {
        const bis_field *f = scenario_param_at(i).field;
        char mine[640], theirs[640], path[128];
        if (scenario_param_at(i).base == 0) continue;
        for (size_t e = 0; e < (f->list ? f->list->max : 1); e++) {
            const char *bracket = strstr(f->path, "[]");
            if (bracket)
                snprintf(path, sizeof path, "%.*s[%zu%s", (int)(bracket - f->path), f->path, e, bracket + 1);
            else
                snprintf(path, sizeof path, "%s", f->path);
            bool there = scenario_param_get(&other->p, path, theirs, sizeof theirs);
            if (scenario_param_get(p, path, mine, sizeof mine) != there) fail_msg("%s: one lacks it", path);
            if (there && strcmp(mine, theirs) != 0) fail_msg("%s: %s, wanted %s", path, mine, theirs);
        }
    }
    free(p);
    scenario_destroy(other);
}

/* ---- what an arm comes to ---- */

static void an_arm_is_the_policy_under_its_preset_under_its_set(void **state) {
    (void)state;
    scenario *s = parse("policy:\n"
                        "  throttle: {mode: batch, size: 20, every: 2h}\n"
                        "  min_stock: 3\n"
                        "  caps: [{count: 2, per: 1d}, {count: 9, per: 7d}]\n"
                        "  arms:\n"
                        "    as it is:\n"
                        "    unit: {policy: people-per-unit}\n"
                        "    both: {weight: 2, policy: people-per-unit,\n"
                        "           set: \"throttle.per_unit=9  caps[1].count=4 priority=tier\"}\n"
                        "    none: {set: throttle.mode=none caps=none}\n");
    assert_int_equal(s->p.arms, 4);
    assert_string_equal(s->p.arm[2].name, "both");
    assert_true(s->p.arm[1].weight == 1 && s->p.arm[2].weight == 2);
#define REST "min_stock: 3, caps: [{count: 2, per: 1d}, {count: 9, per: 7d}]"
    assert_arm(s, 0, "policy: {throttle: {mode: batch, size: 20, every: 2h}, " REST "}\n");
    assert_arm(s, 1, "policy: {preset: people-per-unit, " REST "}\n");
    assert_arm(s, 2,
               "policy: {preset: people-per-unit, throttle: {per_unit: 9}, priority: tier, min_stock: 3,\n"
               "  caps: [{count: 2, per: 1d}, {count: 4, per: 7d}]}\n");
    assert_arm(s, 3, "policy: {throttle: {mode: none}, min_stock: 3}\n");
    assert_ptr_equal(scenario_policy(s, 3), &s->arm[3]);
    scenario_destroy(s);
}

static void a_preset_of_an_arm_gives_whole_lists(void **state) {
    (void)state;
    write_preset("capped", "policy: {caps: [{count: 1, per: 2d}], throttle: {mode: none}}\n");
    scenario *s = parse("policy:\n"
                        "  caps: [{count: 2, per: 1d}, {count: 9, per: 7d}]\n"
                        "  arms: {a: , b: {policy: capped}}\n");
    assert_int_equal(s->arm[0].caps.n, 2);
    assert_arm(s, 1, "policy: {caps: [{count: 1, per: 2d}], throttle: {mode: none}}\n");
    scenario_destroy(s);
}

static void overrides_come_before_the_arms(void **state) {
    (void)state;
    static const char text[] = "policy:\n  throttle: {mode: batch, size: 20}\n  arms:\n    a:\n"
                               "    b: {set: throttle.size=50}\n";
    scenario *s = parse_with(text, "policy.throttle.every=2h");
    assert_int_equal(s->arm[0].throttle.every, 2 * 3600000);
    assert_int_equal(s->arm[1].throttle.every, 2 * 3600000);
    assert_int_equal(s->arm[1].throttle.size, 50);
    scenario_destroy(s);
    s = parse_with(text, "policy.preset=users-per-10min"); /* lies below the file's own values */
    assert_int_equal(s->arm[0].throttle.size, 20);
    assert_int_equal(s->arm[0].throttle.every, 600000);
    scenario_destroy(s);
    s = parse_with(text, "policy.arms[1].set=throttle.size=7");
    assert_int_equal(s->arm[1].throttle.size, 7);
    scenario_destroy(s);
    s = parse_with(text, "policy.arms[2].name=c");
    assert_int_equal(s->p.arms, 3);
    scenario_destroy(s);
}

static void arms_can_be_taken_away(void **state) {
    (void)state;
    scenario *s =
        parse_with("policy:\n  min_stock: 2\n  arms: {a: , b: {set: min_stock=5}}\n", "policy.arms=none");
    scenario *without = parse("policy: {min_stock: 2}\n");
    assert_int_equal(s->p.arms, 0);
    assert_null(s->arm);
    assert_ptr_equal(scenario_policy(s, 0), &s->p.policy);
    assert_int_equal(scenario_arm_of(s, 12345), 0);
    assert_true(s->hash == without->hash);
    scenario_destroy(s);
    scenario_destroy(without);
}

static void shoppers_are_drawn_by_weight(void **state) {
    (void)state;
    enum { SHOPPERS = 40000 };
    size_t second = 0;
    scenario *s = parse("policy: {holdout: {salt: pepper}, arms: {a: {weight: 3}, b: }}\n");
    const double weights[] = {3, 1};
    for (uint64_t i = 0; i < SHOPPERS; i++) {
        size_t arm = scenario_arm_of(s, i);
        assert_int_equal(arm, bis_arm_of("pepper", weights, 2, i));
        second += arm;
    }
    assert_near((double)second / SHOPPERS, 0.25, 4 * sqrt(0.25 * 0.75 / SHOPPERS));
    scenario_destroy(s);
}

/* ---- errors ---- */

static void errors_name_the_arm(void **state) {
    (void)state;
    assert_error(
        "policy:\n  arms:\n    a:\n    b: {policy: people-per-unlt}\n",
        "mem.yaml:4:9: in arm 'b': unknown preset 'people-per-unlt'; did you mean 'people-per-unit'? There "
        "are capped, debounced, jitter-30min, min-stock-5, notify-all, oversell-safe, people-per-unit, "
        "recount-12h, recount-1h, users-per-10min");
    assert_error(
        "policy:\n  arms:\n    a:\n    b: {policy: notify-all, set: throttle.size=5}\n",
        "mem.yaml:4:29: in arm 'b': 'policy.throttle.size' has no effect here: policy.throttle.mode is "
        "none; set policy.throttle.mode to batch or rate, or leave this out");
    /* what the scenario's own policy says is forgotten where the arm switches it off, but not in itself */
    assert_error(
        "policy:\n  throttle: {mode: none, size: 5}\n  arms: {a: , b: {set: throttle.mode=batch}}\n",
        "mem.yaml:2:26: 'policy.throttle.size' has no effect here: policy.throttle.mode is none; set "
        "policy.throttle.mode to batch or rate, or leave this out");
}

/* A setting that only the arm's preset makes wrong: the file and line of the arm, which chose it. */
static void a_clash_with_a_preset_is_the_arms(void **state) {
    (void)state;
    write_preset("held", "policy: {holdout: {fraction: 0.5}}\n");
    assert_error("policy:\n  arms:\n    a:\n    b: {policy: held}\n",
                 "mem.yaml:4:9: in arm 'b': policy.holdout must be the same in all arms; say it once, in the "
                 "scenario's policy");
    write_preset("armed", "policy: {arms: {a: , b: }}\n");
    char want[SCENARIO_ERROR_SIZE];
    snprintf(want, sizeof want,
             "%s/policies/armed.yaml:1:17: a preset holds a policy and nothing else; move "
             "'policy.arms[].name' to the scenario",
             folder);
    assert_error("policy: {preset: armed}\n", want);
    assert_error("policy: {arms: {a: , b: {policy: armed}}}\n", want);
}

static void errors_of_overrides_name_the_override(void **state) {
    (void)state;
    static const char text[] = "policy: {arms: {a: , b: }}\n";
    assert_error_with(text, "policy.arms[1].set=throttle.sise=4",
                      "--set policy.arms[1].set=throttle.sise=4: in arm 'b': unknown parameter "
                      "'policy.throttle.sise'; did you mean 'policy.throttle.size'?");
    assert_error_with(
        text, "policy.arms[1].policy=nosuch",
        "--set policy.arms[1].policy=nosuch: in arm 'b': unknown preset 'nosuch'; there are armed, "
        "capped, debounced, held, jitter-30min, min-stock-5, notify-all, oversell-safe, "
        "people-per-unit, recount-12h, recount-1h, users-per-10min");
    assert_error_with(
        text, "policy.arms[3].name=d",
        "--set policy.arms[3].name=d: 'policy.arms[3].name': the list has 2 elements; the next index "
        "is 2");
}

/* ---- what identifies it ---- */

static uint64_t hash_of(const char *text) {
    scenario *s = parse(text);
    uint64_t hash = s->hash;
    scenario_destroy(s);
    return hash;
}

static void the_hash_is_of_what_the_arms_come_to(void **state) {
    (void)state;
    uint64_t plain = hash_of("policy: {arms: {a: , b: {set: throttle.mode=none}}}\n");
    assert_true(plain == hash_of("policy: {arms: {a: , b: {set: \" throttle.mode=none  min_stock=1\"}}}\n"));
    assert_true(plain != hash_of("policy: {arms: {a: , b: }}\n"));
    assert_true(plain != hash_of("policy: {arms: {a: {set: throttle.mode=none}, b: }}\n"));
    assert_true(plain != hash_of("policy: {arms: {a: , c: {set: throttle.mode=none}}}\n"));
    assert_true(plain != hash_of("policy: {arms: {a: , b: {weight: 2, set: throttle.mode=none}}}\n"));
    assert_true(plain != hash_of("policy: {throttle: {mode: none}}\n"));
    write_preset("changing", "policy: {min_stock: 3}\n");
    uint64_t before = hash_of("policy: {arms: {a: , b: {policy: changing}}}\n");
    assert_true(before == hash_of("policy: {arms: {a: , b: {set: min_stock=3}}}\n"));
    write_preset("changing", "policy: {min_stock: 4}\n");
    assert_true(before != hash_of("policy: {arms: {a: , b: {policy: changing}}}\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arm_is_the_policy_under_its_preset_under_its_set),
        cmocka_unit_test(a_preset_of_an_arm_gives_whole_lists),
        cmocka_unit_test(overrides_come_before_the_arms),
        cmocka_unit_test(arms_can_be_taken_away),
        cmocka_unit_test(shoppers_are_drawn_by_weight),
        cmocka_unit_test(errors_name_the_arm),
        cmocka_unit_test(a_clash_with_a_preset_is_the_arms),
        cmocka_unit_test(errors_of_overrides_name_the_override),
        cmocka_unit_test(the_hash_is_of_what_the_arms_come_to),
    };
    return cmocka_run_group_tests(tests, start, stop) != 0;
}
