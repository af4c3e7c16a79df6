/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models_week.c - the pattern of a week: worked times, and against a sum over minutes.
 */
#include "tests/support.h"

#include <math.h>
#include <string.h>

#include "models/week.h"

#define MINUTE INT64_C(60000)
#define HOUR   INT64_C(3600000)
#define DAY    INT64_C(86400000)
#define MONDAY (INT64_C(20514) * DAY) /* 2026-03-02 */

static model_week make(const double *hour, const double *weekday) {
    model_weight h[MODEL_DAY_HOURS], d[MODEL_WEEKDAYS];
    model_week week;
    for (int i = 0; hour && i < MODEL_DAY_HOURS; i++)
        h[i].weight = hour[i];
    for (int i = 0; weekday && i < MODEL_WEEKDAYS; i++)
        d[i].weight = weekday[i];
    assert_true(model_week_make(h, hour ? MODEL_DAY_HOURS : 0, d, weekday ? MODEL_WEEKDAYS : 0, &week));
    return week;
}

static void equal_weights_are_no_pattern(void **state) {
    (void)state;
    model_weight h[MODEL_DAY_HOURS], d[MODEL_WEEKDAYS];
    model_week week;
    memset(&week, 7, sizeof week);
    const model_week untouched = week;
    for (int i = 0; i < MODEL_DAY_HOURS; i++)
        h[i].weight = 0.3;
    for (int i = 0; i < MODEL_WEEKDAYS; i++)
        d[i].weight = 5;
    assert_false(model_week_make(h, 0, d, 0, &week));
    assert_false(model_week_make(h, MODEL_DAY_HOURS, d, MODEL_WEEKDAYS, &week));
    assert_memory_equal(&week, &untouched, sizeof week);
    h[23].weight = 0.31;
    assert_true(model_week_make(h, MODEL_DAY_HOURS, d, MODEL_WEEKDAYS, &week));
}

/* All of a day's 24 operational hours lie between 8:00 and 9:00. */
static void one_busy_hour(void **state) {
    (void)state;
    const double hour[MODEL_DAY_HOURS] = {[8] = 3};
    model_week week = make(hour, NULL);
    assert_near(model_week_after(&week, MONDAY, 12.0 * (double)HOUR), (double)(MONDAY + 510 * MINUTE), 1e-3);
    assert_near(model_week_after(&week, MONDAY, 36.0 * (double)HOUR), (double)(MONDAY + DAY + 510 * MINUTE),
                1e-3);
    assert_near(model_week_after(&week, MONDAY + 10 * HOUR, 0), (double)(MONDAY + DAY + 8 * HOUR), 1e-3);
    assert_near(model_week_after(&week, MONDAY + 6 * DAY + 10 * HOUR, 6.0 * (double)HOUR),
                (double)(MONDAY + 7 * DAY + 495 * MINUTE), 1e-3);
    assert_near(model_week_between(&week, MONDAY, MONDAY + 8 * HOUR), 0, 0);
    assert_near(model_week_between(&week, MONDAY, MONDAY + 510 * MINUTE), 12.0 * (double)HOUR, 1e-3);
    assert_near(model_week_between(&week, MONDAY, MONDAY + 70 * DAY), 70.0 * (double)DAY, 1e-2);
}

/* Monday to Friday have 7/5 of a mean day each. */
static void closed_at_the_weekend(void **state) {
    (void)state;
    const double weekday[MODEL_WEEKDAYS] = {2, 2, 2, 2, 2, 0, 0};
    model_week week = make(NULL, weekday);
    double day = 7.0 / 5 * (double)DAY;
    assert_near(model_week_after(&week, MONDAY, 2.5 * day), (double)(MONDAY + 60 * HOUR), 1e-3);
    assert_near(model_week_after(&week, MONDAY + 4 * DAY, 1.25 * day), (double)(MONDAY + 7 * DAY + 6 * HOUR),
                1e-3);
    assert_near(model_week_after(&week, MONDAY + 6 * DAY, 9.5 * day), (double)(MONDAY + 444 * HOUR), 1e-3);
}

static const double uneven_hour[MODEL_DAY_HOURS] = {.2,  .1, 0,  0,  0,   .1,  .4, .8,  1.2, 1,   1, 1.1,
                                                    1.3, 1,  .9, .9, 1.1, 1.4, 2,  2.2, 2,   1.5, 1, .5};
static const double uneven_day[MODEL_WEEKDAYS] = {1.2, 1, .9, 1, .7, 0, 2};

/* As many ms at the weight of each minute, whose hour and day are counted from the first Monday of 1970. */
static double summed(int64_t from, int64_t to) {
    double sum = 0, hours = 0, days = 0;
    for (int i = 0; i < MODEL_DAY_HOURS; i++)
        hours += uneven_hour[i];
    for (int i = 0; i < MODEL_WEEKDAYS; i++)
        days += uneven_day[i];
    for (int64_t at = from; at < to; at += MINUTE) {
        int64_t since = at - 4 * DAY + 7000 * DAY; /* above 0 */
        sum += uneven_hour[since / HOUR % 24] * uneven_day[since / DAY % 7] * (double)MINUTE;
    }
    return sum / (hours / 24 * days / 7);
}

static void as_a_sum_over_minutes(void **state) {
    (void)state;
    model_week week = make(uneven_hour, uneven_day);
    static const int64_t from[] = {0, -3 * DAY - 7 * MINUTE, MONDAY + 5 * DAY - 61 * MINUTE,
                                   MONDAY + 3 * HOUR + MINUTE};
    static const int64_t span[] = {MINUTE, 59 * MINUTE, 30 * HOUR, 6 * DAY + 23 * HOUR, 20 * DAY};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        for (size_t k = 0; k < sizeof span / sizeof *span; k++) {
            double amount = summed(from[i], from[i] + span[k]);
            assert_near(model_week_between(&week, from[i], from[i] + span[k]), amount, 1e-2);
            double after = model_week_after(&week, from[i], amount + 1);
            assert_near(model_week_between(&week, from[i], (int64_t)after), amount + 1, 3);
        }
}

/* Beyond any run, and where many weeks pass at once. */
static void far_ahead(void **state) {
    (void)state;
    model_week week = make(uneven_hour, uneven_day);
    double weeks = 1e6, after = model_week_after(&week, MONDAY + 10 * HOUR, weeks * 7 * (double)DAY);
    assert_near(after, (double)(MONDAY + 10 * HOUR) + weeks * 7 * (double)DAY, 2000);
    assert_true(model_week_after(&week, MONDAY, 4e15) < 0x1p53);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_weights_are_no_pattern),
        cmocka_unit_test(one_busy_hour),
        cmocka_unit_test(closed_at_the_weekend),
        cmocka_unit_test(as_a_sum_over_minutes),
        cmocka_unit_test(far_ahead),
    };
    return RUN_TESTS(tests);
}
