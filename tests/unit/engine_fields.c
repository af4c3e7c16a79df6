/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_fields.c - rows of times of day and of sets: what the defaults mean, and what the check refuses.
 */
#include "tests/support.h"

#include <string.h>

#include "engine/bis.h"

static const bis_field *row(const char *path) {
    size_t n;
    const bis_rule_info *rules = bis_rules(&n);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < rules[r].n_fields; i++)
            if (strcmp(rules[r].fields[i].path, path) == 0) return &rules[r].fields[i];
    fail_msg("no row %s", path);
    return NULL;
}

static bis_time clock_in(const char *text) {
    unsigned hours, minutes;
    assert_int_equal(sscanf(text, "%u:%u", &hours, &minutes), 2);
    return (bis_time)(hours * 60 + minutes) * 60000;
}

static void times_of_day_have_their_default(void **state) {
    (void)state;
    bis_policy policy;
    bis_policy_default(&policy);
    assert_int_equal(policy.quiet.start, clock_in(row("policy.quiet_hours.start")->def));
    assert_int_equal(policy.quiet.end, clock_in(row("policy.quiet_hours.end")->def));
    assert_null(bis_policy_check(&policy));
}

static void a_time_of_day_lies_in_the_day(void **state) {
    (void)state;
    bis_policy policy;
    bis_policy_default(&policy);
    policy.quiet.start = 24 * 3600000;
    assert_null(bis_policy_check(&policy));
    policy.quiet.start = 24 * 3600000 + 1;
    assert_string_equal(bis_policy_check(&policy), "policy.quiet_hours.start");
    policy.quiet.start = -1;
    assert_string_equal(bis_policy_check(&policy), "policy.quiet_hours.start");
}

static void a_set_holds_its_names_alone(void **state) {
    (void)state;
    bis_policy policy;
    bis_policy_default(&policy);
    policy.caps.n = 1;
    policy.caps.cap[0] = (bis_cap){.count = 1, .per = 86400000, .channels = 1, .obeys = 1, .counts = 1};
    assert_null(bis_policy_check(&policy));
    policy.caps.cap[0].channels = (1u << BIS_CHANNEL_COUNT) - 1;
    assert_null(bis_policy_check(&policy));
    policy.caps.cap[0].channels = 1u << BIS_CHANNEL_COUNT;
    assert_string_equal(bis_policy_check(&policy), "policy.caps[].channels");
    policy.caps.cap[0].channels = 1;
    policy.caps.cap[0].counts = 1u << 31;
    assert_string_equal(bis_policy_check(&policy), "policy.caps[].counts");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_day_have_their_default),
        cmocka_unit_test(a_time_of_day_lies_in_the_day),
        cmocka_unit_test(a_set_holds_its_names_alone),
    };
    return RUN_TESTS(tests);
}
