/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_arms.c - which of several policies is a shopper's: shares, steadiness, and independence of the other
 * draws under the same salt.
 */
#include "tests/unit/engine_rig.h"

#include <math.h>

enum { UNITS = 100000, ARMS = 3 };
static const double weights[ARMS] = {3, 0, 1};

/* |share - f| <= 4 sd of a binomial. */
static void assert_share(size_t counted, double f) {
    assert_near((double)counted / UNITS, f, 4 * sqrt(f * (1 - f) / UNITS));
}

/* Units 0, 1, 2, ...: the least random hashes that there are. */
static void shares_are_as_weighted(void **state) {
    (void)state;
    size_t count[ARMS] = {0}, equal[8] = {0};
    const double alike[8] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    for (uint64_t unit = 0; unit < UNITS; unit++) {
        size_t arm = bis_arm_of("a salt", weights, ARMS, unit);
        assert_true(arm < ARMS);
        count[arm]++;
        equal[bis_arm_of("a salt", alike, 8, unit)]++;
    }
    assert_share(count[0], 0.75);
    assert_int_equal(count[1], 0);
    for (size_t i = 0; i < 8; i++)
        assert_share(equal[i], 0.125);
}

static void fewer_than_two_are_no_draw(void **state) {
    (void)state;
    for (uint64_t unit = 0; unit < 100; unit++) {
        assert_int_equal(bis_arm_of("s", weights, 1, unit), 0);
        assert_int_equal(bis_arm_of("s", NULL, 0, unit), 0);
    }
}

/* If these change, arms of running experiments change. */
static void arms_never_change(void **state) {
    (void)state;
    static const double two[] = {1, 1}, three[] = {1, 2, 1};
    static const size_t of_two[] = {1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1},
                        of_three[] = {2, 1, 1, 0, 1, 1, 1, 1, 2, 2, 1, 1, 0, 1, 1, 0, 0, 1, 1, 2, 1, 1, 1, 2};
    for (uint64_t unit = 0; unit < sizeof of_two / sizeof of_two[0]; unit++) {
        assert_int_equal(bis_arm_of("restocklab", two, 2, unit), of_two[unit]);
        assert_int_equal(bis_arm_of("restocklab", three, 3, unit), of_three[unit]);
    }
}

/* Every pair of draws of one shopper under one salt falls as often together as the shares multiply to. */
static void draws_are_independent(void **state) {
    (void)state;
    bis_policy p;
    bis_policy_default(&p);
    p.holdout.fraction = 0.25;
    p.templates.n = 2;
    p.templates.text[0].weight = 3;
    p.templates.text[1].weight = 1;
    const double arms[] = {3, 1};
    size_t with_holdout = 0, with_template = 0, with_other_salt = 0;
    for (uint64_t unit = 0; unit < UNITS; unit++) {
        if (bis_arm_of(p.holdout.salt, arms, 2, unit) != 1) continue;
        with_holdout += bis_holdout_arm(&p.holdout, unit) == BIS_HELD_OUT;
        with_template += bis_template_of(&p, unit) == 1;
        with_other_salt += bis_arm_of("another", arms, 2, unit) == 1;
    }
    assert_share(with_holdout, 1.0 / 16);
    assert_share(with_template, 1.0 / 16);
    assert_share(with_other_salt, 1.0 / 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_as_weighted),
        cmocka_unit_test(fewer_than_two_are_no_draw),
        cmocka_unit_test(arms_never_change),
        cmocka_unit_test(draws_are_independent),
    };
    return RUN_TESTS(tests);
}
