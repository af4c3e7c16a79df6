/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_holdout.c - arms: shares, steadiness, independence, and what a ghost does to the batch.
 */
#include "tests/unit/engine_rig.h"

#include <math.h>

enum { UNITS = 100000 };

static bis_holdout_setup holdout(double fraction, const char *salt) {
    bis_holdout_setup h = {.fraction = fraction, .consumes_slot = true};
    snprintf(h.salt, sizeof h.salt, "%s", salt);
    return h;
}

/* Units 0, 1, 2, ...: the least random hashes that there are. |share - f| <= 4 sd of a binomial. */
static void shares_are_as_asked(void **state) {
    (void)state;
    static const double fractions[] = {0.001, 0.05, 0.1, 0.5, 0.9};
    for (size_t i = 0; i < sizeof fractions / sizeof fractions[0]; i++) {
        double f = fractions[i];
        bis_holdout_setup h = holdout(f, "a salt");
        int held = 0;
        for (uint64_t unit = 0; unit < UNITS; unit++)
            held += bis_holdout_arm(&h, unit) == BIS_HELD_OUT;
        assert_near((double)held / UNITS, f, 4 * sqrt(f * (1 - f) / UNITS));
    }
    bis_holdout_setup none = holdout(0, "a salt"), all = holdout(1, "a salt");
    for (uint64_t unit = 0; unit < UNITS; unit++) {
        assert_int_equal(bis_holdout_arm(&none, unit), BIS_TREATED);
        assert_int_equal(bis_holdout_arm(&all, unit), BIS_HELD_OUT);
    }
}

static void raising_the_fraction_only_adds_units(void **state) {
    (void)state;
    for (uint64_t unit = 0; unit < UNITS; unit++) {
        bool before = false;
        for (int percent = 0; percent <= 100; percent += 10) {
            bis_holdout_setup h = holdout(percent / 100.0, "s");
            bool held = bis_holdout_arm(&h, unit) == BIS_HELD_OUT;
            assert_true(held || !before);
            before = held;
        }
    }
}

static void another_salt_draws_independently(void **state) {
    (void)state;
    bis_holdout_setup a = holdout(0.5, "one"), b = holdout(0.5, "two");
    int both = 0;
    for (uint64_t unit = 0; unit < UNITS; unit++)
        both += bis_holdout_arm(&a, unit) == BIS_HELD_OUT && bis_holdout_arm(&b, unit) == BIS_HELD_OUT;
    assert_near((double)both / UNITS, 0.25, 4 * sqrt(0.25 * 0.75 / UNITS));
}

/* The arm hangs on the salt and the hash alone; if these change, arms of running experiments change. */
static void arms_never_change(void **state) {
    (void)state;
    bis_holdout_setup h = holdout(0.5, "restocklab");
    static const bis_arm arms[] = {0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    for (uint64_t unit = 0; unit < sizeof arms / sizeof arms[0]; unit++)
        assert_int_equal(bis_holdout_arm(&h, unit), arms[unit]);
}

static void the_engine_uses_the_same_arms(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.holdout = holdout(0.3, "x");
    rig *r = set_up(&p, 500);
    for (bis_id i = 0; i < 500; i++)
        want(r, 0, i, 0);
    stock(r, 1, 0, 1);
    for (bis_id i = 0; i < 500; i++) {
        bis_arm arm = bis_holdout_arm(&p.holdout, i * UINT64_C(0x9e3779b97f4a7c15));
        assert_int_equal(r->said[i].arm, arm);
        assert_said(r, i, i, arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, BIS_NO_REASON);
    }
    tear_down(r);
}

/* Walks batches of `size` over 60 people; each batch must be what the line and the arms say. */
static void check_batches(bool consumes_slot, bis_throttle_mode mode) {
    enum { PEOPLE = 60, SIZE = 4 };
    bis_policy p = open_policy();
    p.holdout = holdout(0.4, "slots");
    p.holdout.consumes_slot = consumes_slot;
    p.throttle.mode = (int)mode;
    p.throttle.size = SIZE;
    p.throttle.every = MINUTE;
    p.throttle.per_unit = 2;
    rig *r = set_up(&p, PEOPLE);
    for (bis_id i = 0; i < PEOPLE; i++)
        want(r, 0, i, 0);
    stock(r, 0, 0, SIZE / 2);
    advance(r, HOUR);
    assert_int_equal(r->n, PEOPLE);
    int used = 0;
    bis_time at = 0;
    for (bis_id i = 0; i < PEOPLE; i++) {
        bool ghost = r->said[i].outcome == BIS_GHOST;
        /* A full batch ends at its last slot: a ghost behind that waits for the next one. */
        if (used == SIZE) {
            used = 0;
            at += MINUTE;
        }
        used += !ghost || consumes_slot;
        assert_int_equal(r->said[i].shopper, i);
        assert_int_equal(r->said[i].at, at);
    }
    tear_down(r);
}

static void ghosts_use_slots_or_not(void **state) {
    (void)state;
    for (int consumes = 0; consumes < 2; consumes++) {
        check_batches(consumes, BIS_THROTTLE_BATCH);
        check_batches(consumes, BIS_THROTTLE_PER_UNIT);
    }
}

static void ghosts_at_the_end_of_the_line_go_with_the_batch(void **state) {
    (void)state;
    bis_policy p = open_policy();
    p.holdout = holdout(1, "all");
    p.holdout.consumes_slot = false;
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 1;
    p.throttle.every = MINUTE;
    rig *r = set_up(&p, 10);
    for (bis_id i = 0; i < 10; i++)
        want(r, 0, i, 0);
    stock(r, 5, 0, 1);
    assert_int_equal(said(r, BIS_GHOST, BIS_NO_REASON), 10);
    assert_int_equal(bis_engine_restock(r->e, 0)->closed, 5);
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_as_asked),
        cmocka_unit_test(raising_the_fraction_only_adds_units),
        cmocka_unit_test(another_salt_draws_independently),
        cmocka_unit_test(arms_never_change),
        cmocka_unit_test(the_engine_uses_the_same_arms),
        cmocka_unit_test(ghosts_use_slots_or_not),
        cmocka_unit_test(ghosts_at_the_end_of_the_line_go_with_the_batch),
    };
    return RUN_TESTS(tests);
}
