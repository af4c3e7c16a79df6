/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * local_time.c - quiet hours and calendar caps of the engine around the days of 2026 on which clocks change.
 *
 * Zones are the system's own files. All instants are worked out by hand from the law: New York goes ahead at
 * 2:00 (7:00 UTC) on 8 March and back at 2:00 (6:00 UTC) on 1 November; London ahead at 1:00 UTC on 29 March
 * and back at 1:00 UTC on 25 October; Sydney back at 3:00 (16:00 UTC of the 4th) on 5 April and ahead at 2:00
 * (16:00 UTC of the 3rd) on 4 October; Kathmandu is at UTC+5:45 all year.
 */
#include "tests/unit/engine_rig.h"

#include "scenarios/zone.h"

static bis_time utc(int month, int of_month, int hour, int minute) { /* 2026 began 20,454 days after 1970 */
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return (20454 + before[month - 1] + of_month - 1) * DAY + hour * HOUR + minute * MINUTE;
}

/* An engine whose one shopper lives in `zone`; SKUs 0 and 1 are sold out, and she wants both. */
static rig *shop_in(const char *name, const bis_policy *p, bis_zone *zone) {
    scenario_error error;
    rig *r = set_up(p, 0);
    if (scenario_zone_load(name, zone, &error) != SCENARIO_OK) fail_msg("%s", error.text);
    assert_int_equal(bis_engine_zone(r->e, 3, zone), BIS_OK);
    bis_event her = {.at = 0, .kind = BIS_EV_PROFILE, .shopper = 0, .sku = BIS_NO_ID};
    her.as.profile.zone = 3;
    her.as.profile.devices = 1;
    her.as.profile.push_optin = her.as.profile.behavioural_consent = true;
    apply(r, her);
    stock(r, 0, 1, 0);
    want(r, 1, 0, 0);
    want(r, 1, 0, 1);
    return r;
}

static void close_shop(rig *r, bis_zone *zone) {
    bis_engine_destroy(r->e);
    free(r);
    scenario_zone_clear(zone);
}

/* The time of her last message, or BIS_NEVER. */
static bis_time told_at(const rig *r) {
    for (size_t i = r->n; i > 0; i--)
        if (r->said[i - 1].outcome == BIS_SENT) return r->said[i - 1].at;
    return BIS_NEVER;
}

/* ---- quiet hours ---- */

typedef struct {
    const char *zone;
    int start, end; /* minutes of her day */
    bis_time back, told;
} night;

static void quiet_hours_end_by_her_clock(void **state) {
    (void)state;
    const int ten = 22 * 60, eight = 8 * 60;
    const night nights[] = {
        {"America/New_York", ten, eight, utc(3, 8, 4, 0), utc(3, 8, 12, 0)},
        {"America/New_York", ten, eight, utc(11, 1, 3, 0), utc(11, 1, 13, 0)},
        {"America/New_York", ten, eight, utc(3, 7, 4, 0), utc(3, 7, 13, 0)}, /* the night before */
        {"Europe/London", ten, eight, utc(3, 28, 23, 0), utc(3, 29, 7, 0)},
        {"Europe/London", ten, eight, utc(10, 24, 22, 0), utc(10, 25, 8, 0)},
        {"Australia/Sydney", ten, eight, utc(4, 4, 12, 0), utc(4, 4, 22, 0)},
        {"Australia/Sydney", ten, eight, utc(10, 3, 13, 0), utc(10, 3, 21, 0)},
        {"Asia/Kathmandu", ten, eight, utc(3, 8, 17, 0), utc(3, 9, 2, 15)},
        {"Asia/Kathmandu", ten, eight, utc(10, 3, 17, 0), utc(10, 4, 2, 15)},
        /* Ends that the clocks jump over: the jump. */
        {"America/New_York", ten, 150, utc(3, 8, 4, 0), utc(3, 8, 7, 0)},
        {"Europe/London", ten, 90, utc(3, 28, 23, 0), utc(3, 29, 1, 0)},
        {"Australia/Sydney", ten, 150, utc(10, 3, 13, 0), utc(10, 3, 16, 0)},
        /* Ends that come twice: the first; and once more from where the clocks are put back to. */
        {"America/New_York", ten, 90, utc(11, 1, 3, 0), utc(11, 1, 5, 30)},
        {"America/New_York", ten, 90, utc(11, 1, 6, 10), utc(11, 1, 6, 30)},
        {"Europe/London", ten, 90, utc(10, 25, 1, 10), utc(10, 25, 1, 30)},
        {"Australia/Sydney", ten, 150, utc(4, 4, 16, 5), utc(4, 4, 16, 30)},
        /* Not quiet: at once. */
        {"Asia/Kathmandu", ten, eight, utc(3, 8, 2, 15), utc(3, 8, 2, 15)},
        {"Asia/Kathmandu", ten, eight, utc(3, 8, 16, 14), utc(3, 8, 16, 14)},
    };
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        const night *n = &nights[i];
        bis_policy p = open_policy();
        bis_zone zone = {0};
        p.quiet.start = n->start * MINUTE;
        p.quiet.end = n->end * MINUTE;
        rig *r = shop_in(n->zone, &p, &zone);
        stock(r, n->back, 0, 5);
        if (n->told > n->back) {
            advance(r, n->told - 1);
            assert_int_equal(told_at(r), BIS_NEVER);
        }
        advance(r, n->told + DAY);
        if (told_at(r) != n->told)
            fail_msg("%s, case %zu: told %+.2f h from where it should be", n->zone, i,
                     (double)(told_at(r) - n->told) / (double)HOUR);
        close_shop(r, &zone);
    }
}

static void a_send_window_is_the_rest_turned_round(void **state) {
    (void)state;
    bis_policy p = open_policy();
    bis_zone zone = {0};
    p.quiet.window_start = 9 * HOUR;
    p.quiet.window_end = 20 * HOUR;
    p.quiet.start = 8 * HOUR; /* and from eight to ten it is quiet besides */
    p.quiet.end = 10 * HOUR;
    rig *r = shop_in("America/New_York", &p, &zone);
    stock(r, utc(3, 8, 0, 30), 0, 5); /* 19:30 on the 7th */
    assert_int_equal(told_at(r), utc(3, 8, 0, 30));
    stock(r, utc(3, 8, 1, 30), 1, 5);
    advance(r, utc(3, 10, 0, 0));
    assert_int_equal(told_at(r), utc(3, 8, 14, 0)); /* ten in the summer's time */
    close_shop(r, &zone);
}

/* ---- calendar caps ---- */

typedef struct {
    const char *zone;
    bis_time begins, ends; /* her day */
} day;

static void a_calendar_day_is_hers_and_may_have_23_or_25_hours(void **state) {
    (void)state;
    const day days[] = {
        {"America/New_York", utc(3, 8, 5, 0), utc(3, 9, 4, 0)},
        {"America/New_York", utc(11, 1, 4, 0), utc(11, 2, 5, 0)},
        {"Europe/London", utc(3, 29, 0, 0), utc(3, 29, 23, 0)},
        {"Europe/London", utc(10, 24, 23, 0), utc(10, 26, 0, 0)},
        {"Australia/Sydney", utc(4, 4, 13, 0), utc(4, 5, 14, 0)},
        {"Australia/Sydney", utc(10, 3, 14, 0), utc(10, 4, 13, 0)},
        {"Asia/Kathmandu", utc(3, 7, 18, 15), utc(3, 8, 18, 15)},
        {"Asia/Kathmandu", utc(10, 24, 18, 15), utc(10, 25, 18, 15)},
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        for (int last = 0; last < 3;
             last++) { /* the second: the last millisecond of the day, the first of the next */
            bis_policy p = open_policy();
            bis_zone zone = {0};
            p.caps.n = 1;
            p.caps.cap[0] = a_cap(1, DAY);
            p.caps.cap[0].window = BIS_CAP_CALENDAR_DAY;
            p.caps.on = last == 2 ? BIS_ON_DEFER : BIS_ON_DROP;
            rig *r = shop_in(days[i].zone, &p, &zone);
            stock(r, days[i].begins, 0, 5);
            assert_int_equal(told_at(r), days[i].begins);
            stock(r, last == 1 ? days[i].ends : days[i].ends - 1, 1, 5);
            if (last == 0) {
                assert_int_equal(said(r, BIS_SUPPRESSED, BIS_CAPPED), 1);
                assert_int_equal(r->said[r->n - 1].again_at, days[i].ends);
            }
            advance(r, days[i].ends + DAY);
            assert_int_equal(told_at(r), last == 0 ? days[i].begins : days[i].ends);
            close_shop(r, &zone);
        }
}

static void the_day_before_does_not_count(void **state) {
    (void)state;
    bis_policy p = open_policy();
    bis_zone zone = {0};
    p.caps.n = 1;
    p.caps.cap[0] = a_cap(1, 2 * DAY);
    p.caps.cap[0].window = BIS_CAP_CALENDAR_DAY;
    rig *r = shop_in("America/New_York", &p, &zone);
    stock(r, utc(3, 8, 4, 59), 0, 5); /* 23:59 on the 7th; the two days of the 9th begin on the 8th */
    stock(r, utc(3, 9, 3, 59), 1, 5);
    assert_int_equal(said(r, BIS_SUPPRESSED, BIS_CAPPED), 1);
    want(r, utc(3, 9, 4, 0), 0, 0);
    stock(r, utc(3, 9, 4, 0), 0, 0);
    stock(r, utc(3, 9, 4, 0), 0, 5);
    assert_int_equal(told_at(r), utc(3, 9, 4, 0));
    close_shop(r, &zone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_hours_end_by_her_clock),
        cmocka_unit_test(a_send_window_is_the_rest_turned_round),
        cmocka_unit_test(a_calendar_day_is_hers_and_may_have_23_or_25_hours),
        cmocka_unit_test(the_day_before_does_not_count),
    };
    return RUN_TESTS(tests);
}
