/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_grid.c - axes of a sweep: lists, ranges, units, the order of points, and what is refused with which
 * words.
 */
#include "lab/grid.h"

#include <math.h>
#include <string.h>

#include "tests/support.h"

static void assert_axis(const char *vary, const char *values) {
    lab_grid grid;
    lab_error error = {""};
    char got[400] = "";
    lab_status status = lab_grid_parse(&vary, 1, &grid, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, LAB_OK);
    for (size_t i = 0; i < grid.axis[0].values; i++) {
        size_t at = strlen(got);
        snprintf(got + at, sizeof got - at, "%s%s", i ? " " : "", grid.axis[0].value[i]);
    }
    assert_string_equal(got, values);
    lab_grid_clear(&grid);
}

static void assert_refused(const char *vary, const char *message) {
    lab_grid grid;
    lab_error error = {""};
    assert_int_equal(lab_grid_parse(&vary, 1, &grid, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, message);
    lab_grid_clear(&grid);
}

static void lists_and_ranges(void **state) {
    (void)state;
    assert_axis("policy.min_stock=1,3,5", "1 3 5");
    assert_axis("policy.min_stock=7", "7");
    assert_axis("policy.throttle.mode=none,batch", "none batch");
    assert_axis("policy.min_stock=1:9:5", "1 3 5 7 9");
    assert_axis("policy.min_stock=1:10:4", "1 4 7 10");
    assert_axis("policy.min_stock=1:10:3", "1 6 10"); /* whole: 5.5 is rounded away from 0 */
    assert_axis("policy.throttle.size=10:1000:5:log", "10 32 100 316 1000");
    assert_axis("policy.holdout.fraction=0:0.5:3", "0 0.25 0.5");
    assert_axis("policy.holdout.fraction=0.1:0.4:4", "0.1 0.2 0.3 0.4");
    assert_axis("response.click.notify_me=0.001:0.1:3:log", "0.001 0.01 0.1");
    assert_axis("policy.throttle.every=5min:20min:4", "5min 10min 15min 20min");
    assert_axis("policy.throttle.every=30s:2min:4", "30s 60s 90s 120s");
    assert_axis("policy.throttle.every=1min:2h:3:log", "1min 11min 120min");
    assert_axis("run.start=2026-03-02T08:00:00,2026-03-02T20:00:00",
                "2026-03-02T08:00:00 2026-03-02T20:00:00");
    assert_axis("supply.restocks[0].units=5:15:3", "5 10 15");
    assert_axis("policy.throttle.size=1:1000000:2", "1 1000000");
}

static void numbers_for_plots(void **state) {
    (void)state;
    const char *const vary[] = {"policy.throttle.every=30s,2min,0", "policy.throttle.mode=none,batch",
                                "policy.min_stock=1:9:5:log"};
    lab_grid grid;
    lab_error error;
    assert_int_equal(lab_grid_parse(vary, 3, &grid, &error), LAB_OK);
    assert_string_equal(grid.axis[0].unit, "s");
    assert_near(grid.axis[0].number[1], 120, 0);
    assert_near(grid.axis[0].number[2], 0, 0);
    assert_true(isnan(grid.axis[1].number[0]) && isnan(grid.axis[1].number[1]));
    assert_true(grid.axis[2].log && !grid.axis[0].log);
    assert_near(grid.axis[2].number[4], 9, 0);
    assert_int_equal(grid.points, 30);
    lab_grid_clear(&grid);
}

static void the_last_axis_is_the_fastest(void **state) {
    (void)state;
    const char *const vary[] = {"policy.min_stock=1,2", "policy.throttle.size=10,20,30",
                                "policy.throttle.every=1h,2h"};
    lab_grid grid;
    lab_error error;
    char label[200];
    assert_int_equal(lab_grid_parse(vary, 3, &grid, &error), LAB_OK);
    assert_int_equal(grid.points, 12);
    for (size_t p = 0, i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            for (size_t k = 0; k < 2; k++, p++) {
                assert_int_equal(lab_grid_value(&grid, p, 0), i);
                assert_int_equal(lab_grid_value(&grid, p, 1), j);
                assert_int_equal(lab_grid_value(&grid, p, 2), k);
            }
    lab_grid_label(&grid, 9, label, sizeof label);
    assert_string_equal(label, "policy.min_stock=2, policy.throttle.size=20, policy.throttle.every=2h");
    lab_grid_label(&grid, 9, label, 30);
    assert_int_equal(strlen(label), 29);
    lab_grid_clear(&grid);
}

static void what_is_refused(void **state) {
    (void)state;
    assert_refused("policy.min_stock",
                   "--vary policy.min_stock: write it as PATH=a,b,c or PATH=lo:hi:n[:log], such as "
                   "policy.min_stock=1,3,5");
    assert_refused(
        "=1,2", "--vary =1,2: write it as PATH=a,b,c or PATH=lo:hi:n[:log], such as policy.min_stock=1,3,5");
    assert_refused("policy.min_stok=1,2",
                   "--vary policy.min_stok: unknown parameter; did you mean 'policy.min_stock'?");
    assert_refused("xyzzy=1,2", "--vary xyzzy: unknown parameter; `restocklab params` lists them");
    assert_refused("run.seed=1,2",
                   "--vary run.seed: all points share one seed and their number of replications; use "
                   "--seed and --reps");
    assert_refused("policy.min_stock=1,,2", "--vary policy.min_stock: an empty value in the list");
    assert_refused("policy.min_stock=", "--vary policy.min_stock: an empty value in the list");
    assert_refused("policy.min_stock=1,2,1", "--vary policy.min_stock: the value '1' is there twice");
    assert_refused("policy.min_stock=1:3:9",
                   "--vary policy.min_stock: the value '1' is there twice"); /* whole */
    assert_refused("policy.min_stock=9:1:3",
                   "--vary policy.min_stock: the range must rise: '9' is not below '1'");
    assert_refused("policy.min_stock=1:9:1",
                   "--vary policy.min_stock: a range has 2 to 1000 values, not '1'");
    assert_refused("policy.min_stock=1:9:x",
                   "--vary policy.min_stock: a range has 2 to 1000 values, not 'x'");
    assert_refused("policy.min_stock=1:9:5:exp",
                   "--vary policy.min_stock: after the number of values stands 'log' or nothing, not 'exp'");
    assert_refused("policy.min_stock=a:9:5",
                   "--vary policy.min_stock: a range goes from a number to a number, not from 'a' to '9'");
    assert_refused("policy.holdout.fraction=0:1:5:log",
                   "--vary policy.holdout.fraction: equal ratios need a range above 0");
    assert_refused("policy.throttle.every=5min:7:2",
                   "--vary policy.throttle.every: '5min' and '7' have units that do not go together");
}

static void grids_that_are_refused(void **state) {
    (void)state;
    lab_grid grid;
    lab_error error;
    const char *const twice[] = {"policy.min_stock=1,2", "policy.min_stock=3"};
    assert_int_equal(lab_grid_parse(twice, 2, &grid, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "--vary policy.min_stock: there twice");
    lab_grid_clear(&grid);
    const char *const large[] = {"policy.min_stock=1:1000:1000", "policy.throttle.size=1:11:11"};
    assert_int_equal(lab_grid_parse(large, 2, &grid, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "--vary: more than 10000 points");
    lab_grid_clear(&grid);
    assert_int_equal(lab_grid_parse(NULL, 0, &grid, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "--vary is missing: a sweep needs an axis");
    lab_grid_clear(&grid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_and_ranges),
        cmocka_unit_test(numbers_for_plots),
        cmocka_unit_test(the_last_axis_is_the_fastest),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(grids_that_are_refused),
    };
    return RUN_TESTS(tests);
}
