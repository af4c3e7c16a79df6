/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_zone.c - the files of time zones: those of the system, and files made byte by byte here.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/zone.h"
#include "tests/unit/scenarios_zone_file.h"

#define HOUR INT64_C(3600000)

/* ---- the system's ---- */

typedef struct {
    bis_time at;
    bis_time offset; /* from then on; before it another one holds */
} change;

static void expect(const char *name, const change *want, size_t n) {
    bis_zone zone = {0};
    scenario_error error = {""};
    if (scenario_zone_load(name, &zone, &error) != SCENARIO_OK) fail_msg("%s: %s", name, error.text);
    for (size_t i = 0; i < n; i++) {
        bis_time before = bis_zone_offset(&zone, want[i].at - 1), then = bis_zone_offset(&zone, want[i].at);
        if (then != want[i].offset || before == then)
            fail_msg("%s, change %zu: from %lld to %lld min", name, i, (long long)before / 60000,
                     (long long)then / 60000);
    }
    scenario_zone_clear(&zone);
    scenario_zone_clear(&zone); /* once more does no harm */
}

#define EXPECT(NAME, ...)                                                                                    \
    expect(NAME, (const change[]){__VA_ARGS__}, sizeof((const change[]){__VA_ARGS__}) / sizeof(change))

static void the_systems_files_know_the_changes(void **state) {
    (void)state;
    unsetenv("ZONEINFO");
    /* 2026 comes from the list of changes, 2098 and 2199 from the rule for later years. */
    EXPECT("America/New_York", {INT64_C(1772953200000), -4 * HOUR}, /* 8 March 2026, 7:00 UTC */
           {INT64_C(1793512800000), -5 * HOUR},                     /* 1 November 2026, 6:00 UTC */
           {INT64_C(4045186800000), -4 * HOUR},                     /* 9 March 2098, 7:00 UTC */
           {INT64_C(4065746400000), -5 * HOUR},                     /* 2 November 2098, 6:00 UTC */
           {INT64_C(7232482800000), -4 * HOUR},                     /* 10 March 2199, 7:00 UTC */
           {INT64_C(7253042400000), -5 * HOUR});                    /* 3 November 2199, 6:00 UTC */
    EXPECT("Europe/London", {INT64_C(1774746000000), HOUR},         /* 29 March 2026, 1:00 UTC */
           {INT64_C(1792890000000), 0});                            /* 25 October 2026, 1:00 UTC */
    EXPECT("Australia/Sydney", {INT64_C(1775318400000), 10 * HOUR}, /* 5 April 2026, 3:00 at UTC+11 */
           {INT64_C(1791043200000), 11 * HOUR},                     /* 4 October 2026, 2:00 at UTC+10 */
           {INT64_C(4047552000000), 10 * HOUR},                     /* 6 April 2098, 3:00 at UTC+11 */
           {INT64_C(4063276800000), 11 * HOUR});                    /* 5 October 2098, 2:00 at UTC+10 */
    EXPECT("Africa/Cairo", {INT64_C(1776981600000), 3 * HOUR},      /* 24 April 2026, 0:00 at UTC+2 */
           {INT64_C(1793307600000), 2 * HOUR});                     /* 29 October 2026, 24:00 at UTC+3 */
    EXPECT("Asia/Beirut", {INT64_C(1774735200000), 3 * HOUR},       /* 29 March 2026, 0:00 at UTC+2 */
           {INT64_C(1792875600000), 2 * HOUR});                     /* 25 October 2026, 0:00 at UTC+3 */
    EXPECT("Asia/Kathmandu", {INT64_C(504901800000), 345 * 60000}); /* 1 January 1986, 0:00 at UTC+5:30 */
    EXPECT("America/Asuncion", {INT64_C(1711249200000), -4 * HOUR}, /* 24 March 2024, 0:00 at UTC-3 */
           {INT64_C(1728187200000), -3 * HOUR}); /* 6 October 2024, 0:00 at UTC-4, for good */
}

static void the_first_offset_is_that_before_all_changes(void **state) {
    (void)state;
    bis_zone zone = {0};
    assert_int_equal(scenario_zone_load("Asia/Kathmandu", &zone, NULL), SCENARIO_OK);
    assert_int_equal(zone.n, 3); /* local mean time, +5:30 from 1920, +5:45 */
    assert_int_equal(bis_zone_offset(&zone, -100 * 366 * 24 * HOUR), 20476000); /* 5 h 41 min 16 s */
    assert_int_equal(bis_zone_offset(&zone, 0), 330 * 60000);
    assert_int_equal(bis_zone_offset(&zone, 4000000000000), 345 * 60000);
    scenario_zone_clear(&zone);
}

static void utc_needs_no_file(void **state) {
    (void)state;
    bis_zone zone = {NULL, 7};
    setenv("ZONEINFO", "/nowhere", 1);
    assert_int_equal(scenario_zone_load("UTC", &zone, NULL), SCENARIO_OK);
    assert_true(zone.n == 0 && bis_zone_offset(&zone, 0) == 0);
    scenario_zone_clear(&zone);
    unsetenv("ZONEINFO");
}

static void unknown_zones_are_named(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"Europe/Lodon",
         "'Europe/Lodon' is not a time zone in /usr/share/zoneinfo; did you mean 'Europe/London'?"},
        {"europe/london",
         "'europe/london' is not a time zone in /usr/share/zoneinfo; did you mean 'Europe/London'?"},
        {"Kathmandu",
         "'Kathmandu' is not a time zone in /usr/share/zoneinfo; did you mean 'Asia/Kathmandu'?"},
        {"New York", "'New York' is not the name of a time zone, such as Europe/London; did you mean "
                     "'America/New_York'?"},
        {"America", "'America' is a folder of time zones in /usr/share/zoneinfo"},
        {"UTC/x", "'UTC/x' is not a time zone in /usr/share/zoneinfo"},
        {"", "'' is not the name of a time zone, such as Europe/London"},
        {"/etc/localtime", "'/etc/localtime' is not the name of a time zone, such as Europe/London"},
        {"../zoneinfo/UTC", "'../zoneinfo/UTC' is not the name of a time zone, such as Europe/London"},
        {"Europe//London",
         "'Europe//London' is not the name of a time zone, such as Europe/London; did you mean "
         "'Europe/London'?"},
        {"Europe/", "'Europe/' is not the name of a time zone, such as Europe/London"},
        {"a\x1b[2J", "'a?[2J' is not the name of a time zone, such as Europe/London"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        bis_zone untouched = {NULL, 7};
        scenario_error error = {""};
        assert_int_equal(scenario_zone_load(pairs[i][0], &untouched, &error), SCENARIO_BAD_INPUT);
        assert_string_equal(error.text, pairs[i][1]);
        assert_int_equal(untouched.n, 7);
    }
    scenario_error error = {""};
    bis_zone zone;
    setenv("ZONEINFO", "/no/such", 1);
    assert_int_equal(scenario_zone_load("Europe/London", &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(
        error.text,
        "there is no folder /no/such of time zones; install tzdata, or set ZONEINFO to such a folder");
    setenv("ZONEINFO", "tests/unit", 1);
    assert_int_equal(scenario_zone_load("no_zone", &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "'no_zone' is not a time zone in tests/unit");
    setenv("ZONEINFO", "scenarios", 1);
    assert_int_equal(scenario_zone_load("library", &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "'library' is a folder of time zones in scenarios");
    setenv("ZONEINFO", ".", 1);
    assert_int_equal(scenario_zone_load("LICENSE", &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "./LICENSE: not the file of a time zone");
    unsetenv("ZONEINFO");
}

/* ---- made here ---- */

/* A file that lists nothing after 2007 says the same of 2026 as one that lists all to 2037. */
static void a_short_file_says_as_much_as_a_long_one(void **state) {
    (void)state;
    /* 11 March 2007, 7:00 UTC, and 4 November, 6:00 UTC: the first year of today's rule. */
    const int64_t at[] = {-2717650800, 1173596400, 1194156000}, offset[] = {-17762, -18000, -14400, -18000};
    zone_file f;
    bis_zone ours = {0}, theirs = {0};
    zone_file_make(&f, at, 3, offset, "EST5EDT,M3.2.0,M11.1.0");
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &ours, NULL), SCENARIO_OK);
    assert_int_equal(scenario_zone_load("America/New_York", &theirs, NULL), SCENARIO_OK);
    size_t i = theirs.n, k = ours.n;
    while (i > 0 && k > 0 && theirs.step[i - 1].from >= 1194156000000) {
        i--;
        k--;
        assert_true(theirs.step[i].from == ours.step[k].from && theirs.step[i].offset == ours.step[k].offset);
    }
    assert_int_equal(ours.n - k, 1 + 2 * (SCENARIO_ZONE_LAST_YEAR - 2007));
    assert_int_equal(bis_zone_offset(&ours, INT64_MIN / 2), -17762000);
    scenario_zone_clear(&ours);
    scenario_zone_clear(&theirs);
}

/* Days since 1970. */
enum { MARCH_1 = 20454 + 59, OCTOBER_1 = 20454 + 273 };
#define IN_MARCH(OF, HOURS)   (((bis_time)(MARCH_1 + (OF)-1) * 24 + (HOURS)) * HOUR)
#define IN_OCTOBER(OF, HOURS) (((bis_time)(OCTOBER_1 + (OF)-1) * 24 + (HOURS)) * HOUR)

static void rules_are_understood(void **state) {
    (void)state;
    static const struct {
        const char *rule;
        bis_time winter, spring, summer, autumn; /* offset, change, offset, change */
    } good[] = {
        /* Summer time in Greenland begins an hour before the last Sunday in March: the 28th, 23:00 at UTC-2.
         */
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -2 * HOUR, IN_MARCH(29, 1), -1 * HOUR, IN_OCTOBER(25, 1)},
        /* Fifty hours after the fourth Thursday, the 26th: the 28th, 2:00 at UTC+2. In autumn after the 22nd.
         */
        {"EET-2EEST,M3.4.4/50,M10.4.4/50", 2 * HOUR, IN_MARCH(28, 0), 3 * HOUR, IN_OCTOBER(23, 23)},
        /* Ireland calls summer standard, and winter, an hour behind, the exception. */
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 0, IN_MARCH(29, 1), HOUR, IN_OCTOBER(25, 1)},
        /* South of the equator: until 1 March, 3:00 at UTC+11, and from 4 October, 2:00 at UTC+10. */
        {"ABC-10DEF,M10.1.0,M3.1.0/3", 11 * HOUR, IN_MARCH(1, 3 - 11), 10 * HOUR, IN_OCTOBER(4, 2 - 10)},
        /* All parts given: the first Tuesday, the 3rd, 0:30; the last Saturday, the 31st, 23:30 at UTC+3:30.
         */
        {"<+00>+0<+0330>-03:30:00,M3.1.2/00:30:00,M10.5.6/23:30", 0, IN_MARCH(3, 0) + HOUR / 2, 210 * 60000,
         IN_OCTOBER(31, 20)},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        zone_file f;
        bis_zone zone = {0};
        scenario_error error = {""};
        zone_file_make(&f, NULL, 0, (const int64_t[]){0}, good[i].rule);
        if (scenario_zone_parse(f.byte, f.n, &zone, &error) != SCENARIO_OK)
            fail_msg("%s: %s", good[i].rule, error.text);
        assert_int_equal(bis_zone_offset(&zone, good[i].spring - 1), good[i].winter);
        assert_int_equal(bis_zone_offset(&zone, good[i].spring), good[i].summer);
        assert_int_equal(bis_zone_offset(&zone, good[i].autumn - 1), good[i].summer);
        assert_int_equal(bis_zone_offset(&zone, good[i].autumn), good[i].winter);
        scenario_zone_clear(&zone);
    }
}

#define LATER "its rule for later years "

static void other_rules_are_refused(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"EST5EDT,J60,J300", LATER "counts the days of the year (n or Jn), which is not supported"},
        {"EST5EDT,M3.2.0,299/2", LATER "counts the days of the year (n or Jn), which is not supported"},
        {"EST5EDT", LATER "names no dates"},
        {"EST5EDT,M3.2.0", LATER "names no dates"},
        {"EST", LATER "is broken"},
        {"ES5", LATER "is broken"},
        {"<+05", LATER "is broken"},
        {"<>5", LATER "is broken"},
        {"EST25", LATER "is broken"},
        {"EST5:60", LATER "is broken"},
        {"EST5 EDT,M3.2.0,M11.1.0", LATER "is broken"},
        {"EST5EDT,M13.2.0,M11.1.0", LATER "is broken"},
        {"EST5EDT,M0.2.0,M11.1.0", LATER "is broken"},
        {"EST5EDT,M3.6.0,M11.1.0", LATER "is broken"},
        {"EST5EDT,M3.0.0,M11.1.0", LATER "is broken"},
        {"EST5EDT,M3.2.7,M11.1.0", LATER "is broken"},
        {"EST5EDT,M3.2.0/168,M11.1.0", LATER "is broken"},
        {"EST5EDT,M3.2.0,M11.1.0 ", LATER "is broken"},
        {"EST99999999999999999999", LATER "is broken"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        zone_file f;
        bis_zone zone = {NULL, 7};
        scenario_error error = {""};
        zone_file_make(&f, NULL, 0, (const int64_t[]){0}, pairs[i][0]);
        if (scenario_zone_parse(f.byte, f.n, &zone, &error) != SCENARIO_BAD_INPUT)
            fail_msg("%s", pairs[i][0]);
        if (strcmp(error.text, pairs[i][1]) != 0) fail_msg("%s: %s", pairs[i][0], error.text);
        assert_int_equal(zone.n, 7);
    }
}

static void files_of_version_1_are_read(void **state) {
    (void)state;
    const int64_t at[] = {-2147483647, 1000000000}, offset[] = {0, 3600, 3600};
    zone_file f = {.n = 0};
    bis_zone zone = {0};
    zone_file_put_block(&f, 0, 4, at, 2, offset);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, NULL), SCENARIO_OK);
    assert_int_equal(zone.n, 2); /* the second change changes nothing */
    assert_int_equal(zone.step[1].from, -2147483647000);
    assert_int_equal(zone.step[1].offset, HOUR);
    scenario_zone_clear(&zone);
}

static void damaged_files_are_refused(void **state) {
    (void)state;
    const int64_t at[] = {-(INT64_C(1) << 59), 0, 100}, offset[] = {7200, 3600, 0, 3600};
    zone_file f;
    bis_zone zone = {NULL, 7};
    scenario_error error = {""};
    zone_file_make(&f, at, 3, offset, "CET-1");
    for (size_t n = 0; n < f.n; n++) { /* cut short anywhere */
        assert_int_equal(scenario_zone_parse(f.byte, n, &zone, &error), SCENARIO_BAD_INPUT);
        assert_true(error.text[0] != '\0');
    }
    assert_int_equal(zone.n, 7);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_OK);
    assert_int_equal(zone.n, 3); /* what "begins" before all time is the first offset */
    assert_int_equal(zone.step[0].offset, HOUR);
    scenario_zone_clear(&zone);
    zone_file_make(&f, (const int64_t[]){5, 5}, 2, (const int64_t[]){0, 1, 2}, "");
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "damaged: its times do not rise");
    zone_file_make(&f, NULL, 0, (const int64_t[]){100000}, "");
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "damaged: an offset is out of range");
    f.n = 0;
    zone_file_put_header(&f, 0, 0, 1, 1, 0);
    zone_file_put(&f, 5, 4);
    zone_file_put(&f, 1, 1); /* there is offset 0 alone */
    zone_file_put(&f, 0, 6);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "damaged: it has no such offset");
    f.n = 0;
    zone_file_put_header(&f, 0, 1, 0, 1, 0);
    zone_file_put(&f, 0, 6);
    zone_file_put(&f, 1, 8);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "a zone that counts leap seconds; use the one without");
    f.n = 0;
    zone_file_put_header(&f, 0, 0, 0, 0, 0);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "damaged: it has no offsets");
    f.n = 0;
    zone_file_put_header(&f, 0, 0, -1, 1, 0);
    assert_int_equal(scenario_zone_parse(f.byte, f.n, &zone, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "damaged: a count is out of range");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_systems_files_know_the_changes),
        cmocka_unit_test(the_first_offset_is_that_before_all_changes),
        cmocka_unit_test(utc_needs_no_file),
        cmocka_unit_test(unknown_zones_are_named),
        cmocka_unit_test(a_short_file_says_as_much_as_a_long_one),
        cmocka_unit_test(rules_are_understood),
        cmocka_unit_test(other_rules_are_refused),
        cmocka_unit_test(files_of_version_1_are_read),
        cmocka_unit_test(damaged_files_are_refused),
    };
    return RUN_TESTS(tests);
}
