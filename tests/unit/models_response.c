/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_response.c - the click's logit: worked numbers, exact ends, and input out of range.
 */
#include "tests/support.h"

#include <math.h>

#include "models/response.h"

static void worked_numbers(void **state) {
    (void)state;
    const model_response r = {.click = {0.2, 0.5, 0.1, 0.02}, .click_age = -0.1};
    assert_near(model_click_probability(&r, 0, 1, 0, 0), 0.2, 0);
    /* odds 1/4, ten days at -0.1: odds e^-1 / 4 */
    assert_near(model_click_probability(&r, 0, 1, 10, 0), exp(-1) / (4 + exp(-1)), 1e-15);
    assert_near(model_click_probability(&r, 1, 1, 10, 0), 1 / (1 + exp(1)), 1e-15);
    assert_near(model_click_probability(&r, 1, 1.5, 10, 0), 1.5 / (1 + exp(1)), 1e-15);
    assert_near(model_click_probability(&r, 1, 3, 0, 0), 1, 0); /* capped */
    assert_near(model_click_probability(&r, 3, 0, 0, 0), 0, 0);
}

static void shifts_add_up(void **state) {
    (void)state;
    const model_response r = {.click = {0.2, 0.5, 0.1, 0.02}, .click_age = -0.1};
    /* odds 1/4; -1 by age, and +1.5 */
    assert_near(model_click_probability(&r, 0, 1, 10, 1.5), exp(.5) / (4 + exp(.5)), 1e-15);
    assert_near(model_click_probability(&r, 1, 2, 0, -2), 2 / (1 + exp(2)), 1e-15);
    assert_true(model_click_probability(&r, 0, 1, 0, (double)NAN) == 0.2);
    assert_near(model_shift_log_odds(.02, log(3)), 3.0 / 52, 1e-15); /* odds 1/49 */
    assert_true(model_shift_log_odds(0, 9) == 0 && model_shift_log_odds(1, -9) == 1);
    assert_true(model_shift_log_odds(.3, 0) == .3);
    assert_true(model_shift_log_odds(.3, 1e308) <= 1 && model_shift_log_odds(.3, -1e308) >= 0);
}

static void without_age_effect_the_base_is_exact(void **state) {
    (void)state;
    const model_response r = {.click = {0.1, 0.3, 0.7, 1e-300}};
    for (int s = 0; s < MODEL_SOURCES; s++)
        assert_true(model_click_probability(&r, s, 1, 123.4, 0) == r.click[s]);
}

static void certain_and_impossible_stay_so(void **state) {
    (void)state;
    const model_response r = {.click = {0, 1, 0.5, 0.5}, .click_age = -5};
    assert_true(model_click_probability(&r, 0, 1, 50, 0) == 0);
    assert_true(model_click_probability(&r, 1, 1, 50, 0) == 1);
    assert_true(model_click_probability(&r, 1, 0.4, 50, 0) == 0.4);
}

static void older_intent_never_clicks_more(void **state) {
    (void)state;
    const model_response r = {.click = {0.05, 0.3, 0.6, 0.999}, .click_age = -0.04};
    for (int s = 0; s < MODEL_SOURCES; s++) {
        double last = 1;
        for (double age = 0; age < 2000; age += 0.5) {
            double p = model_click_probability(&r, s, 1, age, 0);
            assert_true(p < last && p > 0);
            last = p;
        }
    }
}

static void any_input_gives_a_probability(void **state) {
    (void)state;
    static const double odd[] = {(double)NAN, -(double)INFINITY, -1e308, -1, 0,     1e-320,
                                 0.5,         1 - 0x1p-53,       1,      30, 1e308, (double)INFINITY};
    enum { N = sizeof odd / sizeof *odd };
    for (int b = 0; b < N; b++)
        for (int a = 0; a < N; a++)
            for (int m = 0; m < N; m++)
                for (int t = 0; t < N; t++) {
                    const model_response r = {.click = {odd[b]}, .click_age = odd[a]};
                    double p = model_click_probability(&r, 0, odd[m], odd[t], 0);
                    assert_true(p >= 0 && p <= 1);
                }
    const model_response r = {.click = {1, 1, 1, 1}};
    assert_true(model_click_probability(&r, -1, 1, 0, 0) == 0);
    assert_true(model_click_probability(&r, MODEL_SOURCES, 1, 0, 0) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_numbers),
        cmocka_unit_test(shifts_add_up),
        cmocka_unit_test(without_age_effect_the_base_is_exact),
        cmocka_unit_test(certain_and_impossible_stay_so),
        cmocka_unit_test(older_intent_never_clicks_more),
        cmocka_unit_test(any_input_gives_a_probability),
    };
    return RUN_TESTS(tests);
}
