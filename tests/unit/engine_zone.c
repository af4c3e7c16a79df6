/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_zone.c - local time: offsets, midnights and the ends of quiet hours, where the clocks change and
 * where they do not.
 *
 * First by instants that are worked out by hand, from the days on which the law changes the clocks; then
 * against tables of every minute of some years, made by looking at each minute alone.
 */
#include "tests/support.h"

#include <stdlib.h>

#include "engine/bis.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Midnight of a day of 2026 in UTC; 2026 began 20,454 days after 1970. */
static bis_time utc(int month, int of_month, int hour, int minute) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return (20454 + before[month - 1] + of_month - 1) * DAY + hour * HOUR + minute * MINUTE;
}

/* New York: from UTC-5 to UTC-4 on the second Sunday in March, 8 March 2026, at 2:00 local, 7:00 UTC; back on
 * the first Sunday in November, 1 November, at 2:00 local, 6:00 UTC. */
static const bis_zone_step new_york[] = {
    {0, -5 * HOUR}, {INT64_C(1772953200000), -4 * HOUR}, {INT64_C(1793512800000), -5 * HOUR}};
/* London: UTC to UTC+1 on the last Sunday in March, 29 March, 1:00 UTC; back on the last in October, 25
 * October, at 1:00 UTC. */
static const bis_zone_step london[] = {{0, 0}, {INT64_C(1774746000000), HOUR}, {INT64_C(1792890000000), 0}};
/* Sydney: from UTC+11 to UTC+10 on the first Sunday in April, 5 April, at 3:00 local, 16:00 UTC of the 4th;
 * ahead again on the first Sunday in October, 4 October, at 2:00 local, 16:00 UTC of the 3rd. */
static const bis_zone_step sydney[] = {
    {0, 11 * HOUR}, {INT64_C(1775318400000), 10 * HOUR}, {INT64_C(1791043200000), 11 * HOUR}};
/* Kathmandu: from UTC+5:30 to UTC+5:45 as 1986 began by the old clock, 18:30 UTC on 31 December 1985. */
static const bis_zone_step kathmandu[] = {{INT64_C(-1577943676000), 330 * MINUTE},
                                          {INT64_C(504901800000), 345 * MINUTE}};
/* Cairo: ahead as the last Friday in April begins, so that its midnight does not exist, 24 April 2026; back
 * as the last Thursday in October ends, 29 October, so that its last hour comes twice. */
static const bis_zone_step cairo[] = {
    {0, 2 * HOUR}, {INT64_C(1776981600000), 3 * HOUR}, {INT64_C(1793307600000), 2 * HOUR}};
/* Havana: ahead at 0:00 on 8 March 2026; back from 1:00 to 0:00 on 1 November, which so has two midnights. */
static const bis_zone_step havana[] = {
    {0, -5 * HOUR}, {INT64_C(1772946000000), -4 * HOUR}, {INT64_C(1793509200000), -5 * HOUR}};
/* Apia went over the date line as 30 December 2011 would have begun, from UTC-10 to UTC+14. */
static const bis_zone_step apia[] = {{INT64_C(1316872800000), -10 * HOUR},
                                     {INT64_C(1325239200000), 14 * HOUR}};

#define ZONE(STEPS) ((bis_zone){STEPS, sizeof(STEPS) / sizeof(STEPS)[0]})

static void assert_instant(bis_time got, bis_time want, const char *what) {
    if (got != want)
        fail_msg("%s: %lld, not %lld, which is %lld min later", what, (long long)got, (long long)want,
                 (long long)((want - got) / MINUTE));
}

static void offsets_hold_from_their_step_on(void **state) {
    (void)state;
    const bis_zone none = {NULL, 0}, ny = ZONE(new_york), nepal = ZONE(kathmandu);
    assert_int_equal(bis_zone_offset(&none, utc(7, 1, 0, 0)), 0);
    assert_int_equal(bis_zone_offset(&ny, utc(3, 8, 7, 0) - 1), -5 * HOUR);
    assert_int_equal(bis_zone_offset(&ny, utc(3, 8, 7, 0)), -4 * HOUR);
    assert_int_equal(bis_zone_offset(&ny, utc(11, 1, 6, 0) - 1), -4 * HOUR);
    assert_int_equal(bis_zone_offset(&ny, utc(11, 1, 6, 0)), -5 * HOUR);
    assert_int_equal(bis_zone_offset(&ny, 100 * 365 * DAY), -5 * HOUR);
    assert_int_equal(bis_zone_offset(&ny, -100 * 365 * DAY),
                     -5 * HOUR); /* the first step holds before it, too */
    assert_int_equal(bis_zone_offset(&nepal, utc(3, 8, 7, 0)), 345 * MINUTE);
    assert_int_equal(bis_zone_offset(&nepal, 504901800000 - 1), 330 * MINUTE);
}

/* Quiet from 22:00 to 8:00. Who is to be told at some time of the night is told as it ends. */
static void assert_morning(const bis_zone *zone, bis_time night, bis_time morning, const char *what) {
    assert_instant(bis_zone_next(zone, night, 8 * HOUR, 22 * HOUR), morning, what);
    assert_instant(bis_zone_next(zone, morning - 1, 8 * HOUR, 22 * HOUR), morning, what);
    assert_instant(bis_zone_next(zone, morning, 8 * HOUR, 22 * HOUR), morning, what);
    assert_instant(bis_zone_next(zone, morning + 14 * HOUR - 1, 8 * HOUR, 22 * HOUR), morning + 14 * HOUR - 1,
                   what);
}

static void quiet_hours_end_at_eight_by_the_wall_clock(void **state) {
    (void)state;
    const bis_zone ny = ZONE(new_york), uk = ZONE(london), syd = ZONE(sydney), nepal = ZONE(kathmandu);
    /* 8:00 at UTC-5 is 13:00 UTC, at UTC-4 12:00: the night of the change is an hour short, or long. */
    assert_morning(&ny, utc(3, 7, 4, 0), utc(3, 7, 13, 0), "New York, the night before summer time");
    assert_morning(&ny, utc(3, 8, 4, 0), utc(3, 8, 12, 0), "New York, into summer time");
    assert_morning(&ny, utc(10, 31, 4, 0), utc(10, 31, 12, 0), "New York, the last night of summer time");
    assert_morning(&ny, utc(11, 1, 4, 0), utc(11, 1, 13, 0), "New York, out of summer time");
    assert_morning(&uk, utc(3, 28, 23, 0), utc(3, 29, 7, 0), "London, into summer time");
    assert_morning(&uk, utc(10, 24, 23, 0), utc(10, 25, 8, 0), "London, out of summer time");
    /* 8:00 at UTC+11 is 21:00 UTC of the day before, at UTC+10 22:00. */
    assert_morning(&syd, utc(4, 3, 13, 0), utc(4, 3, 21, 0), "Sydney, the last night of summer time");
    assert_morning(&syd, utc(4, 4, 13, 0), utc(4, 4, 22, 0), "Sydney, out of summer time");
    assert_morning(&syd, utc(10, 3, 13, 0), utc(10, 3, 21, 0), "Sydney, into summer time");
    /* 8:00 at UTC+5:45 is 2:15 UTC, all the year. */
    assert_morning(&nepal, utc(3, 7, 18, 0), utc(3, 8, 2, 15), "Kathmandu in March");
    assert_morning(&nepal, utc(10, 31, 18, 0), utc(11, 1, 2, 15), "Kathmandu in November");
    /* 31 December 1985, 22:00 at UTC+5:30 is 16:30 UTC; 8:00 on New Year's Day is 2:15 UTC. */
    assert_morning(&nepal, 504901800000 - 2 * HOUR, 504901800000 + 5 * HOUR + 30 * MINUTE + 135 * MINUTE,
                   "Kathmandu, the year of the shift");
}

static void a_time_that_is_skipped_ends_with_the_jump(void **state) {
    (void)state;
    const bis_zone ny = ZONE(new_york);
    /* Quiet from 22:00 to 2:30, which the clocks jump over: 3:00 local, 7:00 UTC, is the first that is not.
     */
    assert_instant(bis_zone_next(&ny, utc(3, 8, 5, 0), 150 * MINUTE, 22 * HOUR), utc(3, 8, 7, 0),
                   "2:30 in March");
    /* Wholly inside the hour that is skipped: the next day's. */
    assert_instant(bis_zone_next(&ny, utc(3, 8, 5, 0), 130 * MINUTE, 150 * MINUTE), utc(3, 9, 6, 10), "2:10");
    /* From 1:00 to 1:30 local, which comes twice in November: from 5:00 and again from 6:00 UTC. */
    assert_instant(bis_zone_next(&ny, utc(11, 1, 4, 0), HOUR, 90 * MINUTE), utc(11, 1, 5, 0),
                   "the first 1:00");
    assert_instant(bis_zone_next(&ny, utc(11, 1, 5, 29), HOUR, 90 * MINUTE), utc(11, 1, 5, 29), "1:29");
    assert_instant(bis_zone_next(&ny, utc(11, 1, 5, 30), HOUR, 90 * MINUTE), utc(11, 1, 6, 0),
                   "the second 1:00");
    assert_instant(bis_zone_next(&ny, utc(11, 1, 6, 30), HOUR, 90 * MINUTE), utc(11, 2, 6, 0),
                   "1:00 on Monday");
}

static void spans_may_be_all_or_go_over_midnight(void **state) {
    (void)state;
    const bis_zone none = {NULL, 0};
    bis_time noon = utc(6, 1, 12, 0), next_day = utc(6, 2, 0, 0);
    assert_instant(bis_zone_next(&none, noon, 0, 0), noon, "0:00 to 0:00");
    assert_instant(bis_zone_next(&none, noon, 9 * HOUR, 9 * HOUR), noon, "9:00 to 9:00");
    assert_instant(bis_zone_next(&none, noon, 0, DAY), noon, "0:00 to 24:00");
    assert_instant(bis_zone_next(&none, noon, DAY, 0), noon, "24:00 to 0:00");
    assert_instant(bis_zone_next(&none, noon, DAY, 6 * HOUR), next_day, "24:00 to 6:00");
    assert_instant(bis_zone_next(&none, noon, 20 * HOUR, DAY), utc(6, 1, 20, 0), "20:00 to 24:00");
    assert_instant(bis_zone_next(&none, next_day - 1, 20 * HOUR, DAY), next_day - 1, "just before 24:00");
    assert_instant(bis_zone_next(&none, next_day, 20 * HOUR, DAY), utc(6, 2, 20, 0), "24:00 is out");
    assert_instant(bis_zone_next(&none, next_day, 20 * HOUR, 6 * HOUR), next_day, "20:00 to 6:00 at 0:00");
    assert_instant(bis_zone_next(&none, noon, 20 * HOUR, 6 * HOUR), utc(6, 1, 20, 0),
                   "20:00 to 6:00 at noon");
}

static void midnights_are_the_zones_own(void **state) {
    (void)state;
    const bis_zone ny = ZONE(new_york), uk = ZONE(london), syd = ZONE(sydney), nepal = ZONE(kathmandu);
    /* Midnight at UTC-5 is 5:00 UTC, at UTC-4 4:00. 8 March is 23 h long, 1 November 25 h. */
    assert_instant(bis_zone_midnight(&ny, utc(3, 8, 15, 0), 0), utc(3, 8, 5, 0), "New York, 8 March");
    assert_instant(bis_zone_midnight(&ny, utc(3, 8, 15, 0), 1), utc(3, 9, 4, 0), "New York, 9 March");
    assert_instant(bis_zone_midnight(&ny, utc(3, 8, 4, 59), 0), utc(3, 7, 5, 0), "New York, still 7 March");
    assert_instant(bis_zone_midnight(&ny, utc(11, 1, 15, 0), 0), utc(11, 1, 4, 0), "New York, 1 November");
    assert_instant(bis_zone_midnight(&ny, utc(11, 1, 15, 0), 1), utc(11, 2, 5, 0), "New York, 2 November");
    assert_instant(bis_zone_midnight(&ny, utc(11, 1, 15, 0), -1), utc(10, 31, 4, 0), "New York, 31 October");
    assert_instant(bis_zone_midnight(&ny, utc(11, 1, 15, 0), -250), utc(2, 24, 5, 0),
                   "New York, 250 days before");
    assert_instant(bis_zone_midnight(&uk, utc(3, 29, 12, 0), 0), utc(3, 29, 0, 0), "London, 29 March");
    assert_instant(bis_zone_midnight(&uk, utc(3, 29, 12, 0), 1), utc(3, 29, 23, 0), "London, 30 March");
    assert_instant(bis_zone_midnight(&uk, utc(10, 25, 12, 0), 0), utc(10, 24, 23, 0), "London, 25 October");
    assert_instant(bis_zone_midnight(&uk, utc(10, 25, 12, 0), 1), utc(10, 26, 0, 0), "London, 26 October");
    /* Midnight at UTC+11 is 13:00 UTC of the day before, at UTC+10 14:00. */
    assert_instant(bis_zone_midnight(&syd, utc(4, 5, 3, 0), 0), utc(4, 4, 13, 0), "Sydney, 5 April");
    assert_instant(bis_zone_midnight(&syd, utc(4, 5, 3, 0), 1), utc(4, 5, 14, 0), "Sydney, 6 April");
    assert_instant(bis_zone_midnight(&syd, utc(10, 4, 3, 0), 0), utc(10, 3, 14, 0), "Sydney, 4 October");
    assert_instant(bis_zone_midnight(&syd, utc(10, 4, 3, 0), 1), utc(10, 4, 13, 0), "Sydney, 5 October");
    /* Midnight at UTC+5:45 is 18:15 UTC of the day before. */
    assert_instant(bis_zone_midnight(&nepal, utc(3, 8, 12, 0), 0), utc(3, 7, 18, 15), "Kathmandu, 8 March");
    assert_instant(bis_zone_midnight(&nepal, utc(3, 8, 18, 15), 0), utc(3, 8, 18, 15), "Kathmandu, 9 March");
    /* 1986 began at 0:15: its midnight was jumped over, and the jump stands for it. */
    assert_instant(bis_zone_midnight(&nepal, 504901800000 + HOUR, 0), 504901800000,
                   "Kathmandu, 1 January 1986");
    assert_instant(bis_zone_midnight(&nepal, 504901800000 + HOUR, -1), 504901800000 - DAY,
                   "Kathmandu, 31 December");
}

static void midnight_may_be_skipped_or_come_twice(void **state) {
    (void)state;
    const bis_zone egypt = ZONE(cairo), cuba = ZONE(havana), samoa = ZONE(apia);
    /* 24 April 2026 begins at 1:00, 22:00 UTC of the 23rd. */
    assert_instant(bis_zone_midnight(&egypt, utc(4, 24, 12, 0), 0), utc(4, 23, 22, 0), "Cairo, 24 April");
    assert_instant(bis_zone_midnight(&egypt, utc(4, 24, 12, 0), 1), utc(4, 24, 21, 0), "Cairo, 25 April");
    /* At 24:00 of 29 October it is 23:00 again, so the 30th begins an hour later, 22:00 UTC. */
    assert_instant(bis_zone_midnight(&egypt, utc(10, 29, 21, 30), 0), utc(10, 28, 21, 0),
                   "Cairo, still 29 October");
    assert_instant(bis_zone_midnight(&egypt, utc(10, 29, 21, 30), 1), utc(10, 29, 22, 0),
                   "Cairo, 30 October");
    assert_instant(bis_zone_midnight(&cuba, utc(3, 8, 12, 0), 0), utc(3, 8, 5, 0), "Havana, 8 March");
    /* 1 November: 0:00 at UTC-4 is 4:00 UTC, and an hour later it is 0:00 once more. */
    assert_instant(bis_zone_midnight(&cuba, utc(11, 1, 5, 30), 0), utc(11, 1, 4, 0), "Havana, 1 November");
    assert_instant(bis_zone_midnight(&cuba, utc(10, 31, 12, 0), 1), utc(11, 1, 4, 0),
                   "Havana, from 31 October");
    /* There was no 30 December 2011 in Apia: the day after the 29th begins with the 31st. */
    bis_time jump = 1325239200000;
    assert_instant(bis_zone_midnight(&samoa, jump - 1, 0), jump - DAY, "Apia, 29 December");
    assert_instant(bis_zone_midnight(&samoa, jump - 1, 1), jump, "Apia, the day after");
    assert_instant(bis_zone_midnight(&samoa, jump - 1, 2), jump, "Apia, two days after");
    assert_instant(bis_zone_midnight(&samoa, jump, 0), jump, "Apia, 31 December");
    assert_instant(bis_zone_midnight(&samoa, jump + DAY, -2), jump, "Apia, 30 December from 1 January");
}

/* ---- every minute of some years ---- */

typedef struct {
    const char *name;
    bis_zone zone;
    bis_time from; /* a whole minute */
    int minutes;
} calendar;

static bis_time minute_at(const calendar *c, int m) {
    return c->from + m * MINUTE;
}

/* By looking through the steps from the end. */
static bis_time naive_local(const calendar *c, int m) {
    bis_time at = minute_at(c, m);
    for (size_t i = c->zone.n; i-- > 0;)
        if (c->zone.step[i].from <= at || i == 0) return at + c->zone.step[i].offset;
    return at;
}

static int naive_day(const calendar *c, int m) {
    bis_time local = naive_local(c, m), days = local / DAY;
    return (int)(days * DAY > local ? days - 1 : days);
}

static void compare_offsets_and_midnights(const calendar *c) {
    int first_day = naive_day(c, 0), days = c->minutes / 1440 + 4, reached = 0;
    int *first =
        malloc(sizeof(int) * (size_t)days); /* the first minute of each day, or of the first one after it */
    assert_non_null(first);
    for (int m = 0; m < c->minutes; m++)
        while (reached <= naive_day(c, m) - first_day && reached < days)
            first[reached++] = m;
    for (int m = 0; m < c->minutes; m++) {
        bis_time at = minute_at(c, m);
        int today = naive_day(c, m) - first_day;
        if (bis_zone_offset(&c->zone, at) != naive_local(c, m) - at)
            fail_msg("%s: offset at minute %d", c->name, m);
        for (int ahead = -2; ahead <= 2; ahead++) {
            int wanted = today + ahead;
            if (wanted < 1 || wanted >= reached) continue; /* its beginning is not in the table */
            assert_instant(bis_zone_midnight(&c->zone, at, ahead), minute_at(c, first[wanted]), c->name);
        }
    }
    free(first);
}

static void compare_spans(const calendar *c, int start, int end) {
    bis_time next = BIS_NEVER;
    for (int m = c->minutes; m-- > 0;) {
        int clock = (int)((naive_local(c, m) - (bis_time)naive_day(c, m) * DAY) / MINUTE);
        bool inside = start < end ? clock >= start && clock < end : clock >= start || clock < end;
        if (inside) next = minute_at(c, m);
        if (next == BIS_NEVER) continue;
        bis_time got = bis_zone_next(&c->zone, minute_at(c, m), start * MINUTE, end * MINUTE);
        if (got != next) fail_msg("%s: from minute %d, %d to %d", c->name, m, start, end);
    }
}

static void every_minute_agrees(void **state) {
    (void)state;
    /* Changes within hours of each other, by odd offsets, and at the very edge of a day. */
    static const bis_zone_step restless[] = {{0, -725 * MINUTE},
                                             {5 * DAY, 845 * MINUTE},
                                             {5 * DAY + HOUR, -1 * HOUR},
                                             {6 * DAY, 3 * HOUR},
                                             {6 * DAY + MINUTE, 0},
                                             {20 * DAY - HOUR, HOUR},
                                             {20 * DAY, 0},
                                             {20 * DAY + 2 * HOUR, 90 * MINUTE},
                                             {40 * DAY, -1439 * MINUTE},
                                             {41 * DAY, 1439 * MINUTE},
                                             {60 * DAY, 24 * HOUR},
                                             {61 * DAY, -24 * HOUR}};
    const int year = 366 * 1440;
    const bis_time jan_2026 = 20454 * DAY;
    const calendar calendars[] = {
        {"UTC", {NULL, 0}, jan_2026, 60 * 1440},
        {"New York", ZONE(new_york), jan_2026, year},
        {"London", ZONE(london), jan_2026, year},
        {"Sydney", ZONE(sydney), jan_2026, year},
        {"Kathmandu", ZONE(kathmandu), 504901800000 - 183 * DAY, year},
        {"Cairo", ZONE(cairo), jan_2026, year},
        {"Havana", ZONE(havana), jan_2026, year},
        {"Apia", ZONE(apia), 1325239200000 - 183 * DAY, year},
        {"restless", ZONE(restless), -10 * DAY, 90 * 1440},
    };
    static const int spans[][2] = {{480, 1320}, {1320, 480}, {0, 1},    {1439, 1440},
                                   {60, 180},   {125, 155},  {1380, 15}};
    for (size_t i = 0; i < sizeof calendars / sizeof calendars[0]; i++) {
        compare_offsets_and_midnights(&calendars[i]);
        for (size_t k = 0; k < sizeof spans / sizeof spans[0]; k++)
            compare_spans(&calendars[i], spans[k][0], spans[k][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_hold_from_their_step_on),
        cmocka_unit_test(quiet_hours_end_at_eight_by_the_wall_clock),
        cmocka_unit_test(a_time_that_is_skipped_ends_with_the_jump),
        cmocka_unit_test(spans_may_be_all_or_go_over_midnight),
        cmocka_unit_test(midnights_are_the_zones_own),
        cmocka_unit_test(midnight_may_be_skipped_or_come_twice),
        cmocka_unit_test(every_minute_agrees),
    };
    return RUN_TESTS(tests);
}
