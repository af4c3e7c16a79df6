/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_values.c - values as text: numbers, spans and points of time; and --set.
 */
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scenarios/internal.h"

static void durations(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
        const char *printed;
    } good[] = {
        {"0", 0, "0"},
        {"0s", 0, "0"},
        {"500ms", 500, "500ms"},
        {"30s", 30000, "30s"},
        {"10min", 600000, "10min"},
        {"90min", 5400000, "90min"},
        {"2h", 7200000, "2h"},
        {"24h", 86400000, "1d"},
        {"14d", 1209600000, "2w"},
        {"1w", 604800000, "1w"},
        {"1.5h", 5400000, "90min"},
        {"0.25s", 250, "250ms"},
        {"1.0005s", 1001, "1001ms"},
        {"0.1ms", 0, "0"},
        {"-5min", -300000, "-5min"},
        {"0.1w", 60480000, "1008min"},
        {"36500d", 3153600000000, "36500d"},
    };
    static const char *const bad[] = {"",
                                      "5",
                                      "1m",
                                      "10 min",
                                      "min",
                                      "1.h",
                                      ".5h",
                                      "1,5h",
                                      "1e3s",
                                      "+1h",
                                      "1h30min",
                                      "1H",
                                      "--1h",
                                      "0x1s",
                                      "1.5",
                                      "-",
                                      "1s ",
                                      " 1s",
                                      "99999999999999999999s",
                                      "99999999999999w",
                                      "1dd",
                                      "1µs"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t v = -1;
        char text[40];
        if (!scenario_duration_parse(good[i].text, strlen(good[i].text), &v))
            fail_msg("%s refused", good[i].text);
        assert_int_equal(v, good[i].ms);
        scenario_duration_print(v, text, sizeof text);
        assert_string_equal(text, good[i].printed);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t v;
        if (scenario_duration_parse(bad[i], strlen(bad[i]), &v)) fail_msg("'%s' taken", bad[i]);
    }
}

static void times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
        const char *printed;
    } good[] = {
        {"1970-01-01", 0, "1970-01-01"},
        {"2026-03-01", 1772323200000, "2026-03-01"},
        {"2026-03-01T08:00", 1772352000000, "2026-03-01T08:00:00"},
        {"2026-03-01 08:00:30", 1772352030000, "2026-03-01T08:00:30"},
        {"2026-03-01T08:00:30Z", 1772352030000, "2026-03-01T08:00:30"},
        {"2026-03-01T08:00:30.2505", 1772352030250, "2026-03-01T08:00:30.250"},
        {"2026-03-01T08:00:30.25+01:00", 1772348430250, "2026-03-01T07:00:30.250"},
        {"2026-03-01T08:00-0530", 1772371800000, "2026-03-01T13:30:00"},
        {"2026-03-01T00:00+02", 1772316000000, "2026-02-28T22:00:00"},
        {"2024-02-29", 1709164800000, "2024-02-29"},
        {"2000-02-29", 951782400000, "2000-02-29"},
        {"1969-12-31T23:59:59.999", -1, "1969-12-31T23:59:59.999"},
        {"0001-01-01", -62135596800000, "0001-01-01"},
        {"9999-12-31T23:59:59.999", 253402300799999, "9999-12-31T23:59:59.999"},
    };
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-03",
                                      "2026-3-1",
                                      "2026-02-29",
                                      "1900-02-29",
                                      "2026-13-01",
                                      "2026-00-01",
                                      "2026-03-00",
                                      "2026-03-32",
                                      "0000-01-01",
                                      "2026-03-01T",
                                      "2026-03-01T8:00",
                                      "2026-03-01T08",
                                      "2026-03-01T24:00",
                                      "2026-03-01T08:60",
                                      "2026-03-01T08:00:60",
                                      "2026-03-01T08:00:00.",
                                      "2026-03-01T08:00z",
                                      "2026-03-01T08:00+1",
                                      "2026-03-01T08:00+24:00",
                                      "2026-03-01T08:00+01:",
                                      "2026-03-01T08:00Zx",
                                      "2026-03-01Z",
                                      "2026/03/01",
                                      " 2026-03-01",
                                      "2026-03-01 ",
                                      "20260301",
                                      "-026-03-01",
                                      "2026-03-01  08:00"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t v = 1;
        char text[40];
        if (!scenario_time_parse(good[i].text, strlen(good[i].text), &v))
            fail_msg("%s refused", good[i].text);
        if (v != good[i].ms) fail_msg("%s: %lld", good[i].text, (long long)v);
        scenario_time_print(v, text, sizeof text);
        assert_string_equal(text, good[i].printed);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t v;
        if (scenario_time_parse(bad[i], strlen(bad[i]), &v)) fail_msg("'%s' taken", bad[i]);
    }
}

/* Against the C library's own calendar, a bit more than a month apart, over more than the 400 years of its
 * cycle. */
static void calendar_agrees_with_the_library(void **state) {
    (void)state;
    for (int64_t s = -6000000000; s < 13000000000; s += 3000017) {
        time_t t = (time_t)s;
        struct tm tm;
        char want[40], got[40];
        int64_t back;
        gmtime_r(&t, &tm);
        strftime(want, sizeof want, s % 86400 == 0 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S", &tm);
        scenario_time_print(s * 1000, got, sizeof got);
        assert_string_equal(got, want);
        assert_true(scenario_time_parse(got, strlen(got), &back));
        assert_true(back == s * 1000);
    }
}

static void numbers(void **state) {
    (void)state;
    static const char *const bad_real[] = {"",    "inf",   "nan", "0x10", "1.5x",     "1e",
                                           "1e+", ".",     "-",   "+",    " 1",       "1 ",
                                           "1,5", "1e999", "--1", "1..2", "infinity", "1_000"};
    static const char *const bad_int[] = {
        "", "1.0", "1e3", "-", "+", " 1", "0x1", "9223372036854775808", "-9223372036854775809", "1-"};
    double r;
    int64_t v;
    for (size_t i = 0; i < sizeof bad_real / sizeof bad_real[0]; i++)
        if (scenario_real_parse(bad_real[i], strlen(bad_real[i]), &r)) fail_msg("'%s' taken", bad_real[i]);
    for (size_t i = 0; i < sizeof bad_int / sizeof bad_int[0]; i++)
        if (scenario_int_parse(bad_int[i], strlen(bad_int[i]), &v)) fail_msg("'%s' taken", bad_int[i]);
    assert_true(scenario_real_parse("-.5e1", 5, &r) && r == -5);
    assert_true(scenario_real_parse("5.", 2, &r) && r == 5);
    assert_true(scenario_int_parse("9223372036854775807", 19, &v) && v == INT64_MAX);
    assert_true(scenario_int_parse("-9223372036854775808", 20, &v) && v == INT64_MIN);
    assert_true(scenario_int_parse("+7", 2, &v) && v == 7);
}

static void times_of_day(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"00:00", 0}, {"00:01", 60000}, {"07:30", 27000000}, {"23:59", 86340000}, {"24:00", 86400000}};
    static const char *const bad[] = {"",      "7:30",   "07:3",   "0730",   "07.30", "24:01",    "25:00",
                                      "07:60", "-01:00", "07:30 ", " 07:30", "07:",   "07:30:00", "ab:cd"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t v = -1;
        char text[16];
        if (!scenario_clock_parse(good[i].text, strlen(good[i].text), &v))
            fail_msg("%s refused", good[i].text);
        assert_int_equal(v, good[i].ms);
        scenario_clock_print(v, text, sizeof text);
        assert_string_equal(text, good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t v;
        if (scenario_clock_parse(bad[i], strlen(bad[i]), &v)) fail_msg("'%s' taken", bad[i]);
    }
}

/* ---- sets ---- */

static const char *const channels[] = {"push", "email", "sms", "in_app", NULL};
static const bis_field reach = {.path = "reach", .type = BIS_FIELD_SET, .unit = "", .choices = channels};

static void sets_are_words_joined(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t set;
        const char *printed;
    } good[] = {
        {"none", 0, "none"},
        {"push", 1, "push"},
        {"email+push", 3, "push+email"},
        {"push,in_app", 9, "push+in_app"},
        {"push , sms", 5, "push+sms"},
        {"push+email+sms+in_app", 15, "all"},
        {"all", 15, "all"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        scenario_value v = {0};
        scenario_error error = {""};
        char text[SCENARIO_VALUE_SIZE];
        uint32_t set = 99;
        if (!scenario_value_parse(&reach, "reach", good[i].text, strlen(good[i].text), &v, &error))
            fail_msg("%s: %s", good[i].text, error.text);
        scenario_value_store(&reach, &set, &v);
        assert_int_equal(set, good[i].set);
        scenario_value_print(&reach, &set, text, sizeof text);
        assert_string_equal(text, good[i].printed);
        assert_true(scenario_value_number(&reach, &set) == good[i].set);
    }
}

#define TAKES "'reach' takes any of push, email, sms, in_app, or all or none, not "

static void bad_sets_say_what_there_is(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"", "'reach' has no value; it takes any of push, email, sms, in_app, or all or none"},
        {"fax", TAKES "'fax'"},
        {"emial", TAKES "'emial'; did you mean 'email'?"},
        {"In-App", TAKES "'In-App'; did you mean 'in_app'?"},
        {"push+", TAKES "''"},
        {"push++sms", TAKES "''"},
        {"push sms", TAKES "'push sms'"},
        {"push+push", "'reach' names push twice"},
        {"all+push", "'reach': all stands alone, without brackets and other names"},
        {"push,none", "'reach': none stands alone, without brackets and other names"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        scenario_value v;
        scenario_error error = {""};
        assert_false(scenario_value_parse(&reach, "reach", pairs[i][0], strlen(pairs[i][0]), &v, &error));
        assert_string_equal(error.text, pairs[i][1]);
    }
}

/* As many names as there are bits, which is what tiers have. */
static void a_set_has_room_for_32_names(void **state) {
    (void)state;
    static char name[32][32];
    const char *names[33] = {NULL};
    const bis_field wide = {.path = "wide", .type = BIS_FIELD_SET, .unit = "", .choices = names};
    char text[SCENARIO_VALUE_SIZE];
    for (int i = 0; i < 32; i++) {
        snprintf(name[i], sizeof name[i], "number_%d_of_32", i);
        names[i] = name[i];
    }
    static const uint32_t sets[] = {0, 1, 0x80000000u, 0x7fffffffu, 0xfffffffeu, 0xffffffffu, 0xdeadbeefu};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        scenario_value v;
        uint32_t set = ~sets[i];
        scenario_set_print(&wide, sets[i], text, sizeof text);
        assert_true(scenario_value_parse(&wide, "wide", text, strlen(text), &v, NULL));
        scenario_value_store(&wide, &set, &v);
        assert_int_equal(set, sets[i]);
    }
    scenario_set_print(&wide, 0xffffffffu, text, sizeof text);
    assert_string_equal(text, "all");
}

static void texts_are_shown_safely(void **state) {
    (void)state;
    char buffer[20];
    assert_string_equal(scenario_quote("caf\xc3\xa9", 5, buffer, sizeof buffer), "'caf\xc3\xa9'");
    assert_string_equal(scenario_quote("a\x1b[2J\xff", 6, buffer, sizeof buffer), "'a?[2J?'");
    assert_string_equal(scenario_quote("0123456789abcdef", 16, buffer, sizeof buffer), "'0123456789...'");
    size_t bad;
    static const char *const broken[] = {"\x80",
                                         "\xc0\x80",
                                         "\xc3",
                                         "\xe0\x9f\xbf",
                                         "\xed\xa0\x80",
                                         "\xf0\x8f\xbf\xbf",
                                         "\xf4\x90\x80\x80",
                                         "\xf8\x88\x80\x80",
                                         "\xe2\x82"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_false(scenario_utf8_valid(broken[i], strlen(broken[i]), &bad));
    assert_true(scenario_utf8_valid("\xf0\x9f\x91\x9f\xe2\x82\xac", 7, NULL));
}

/* ---- --set ---- */

static const char base[] = "run: {seed: 3}\n"
                           "supply:\n"
                           "  mode: explicit\n"
                           "  restocks:\n"
                           "    - {after: 1d, units: 5}\n"
                           "policy:\n"
                           "  throttle: {mode: batch, size: 10}\n";

static scenario *load(const char *const *sets, size_t n, scenario_error *error) {
    scenario *s = NULL;
    error->text[0] = '\0';
    scenario_status status = scenario_parse("base.yaml", base, sizeof base - 1, sets, n, &s, error);
    assert_true((status == SCENARIO_OK) == (s != NULL));
    return s;
}

static void sets_apply_in_order(void **state) {
    (void)state;
    scenario_error error;
    const char *sets[] = {"run.seed=4", "run.seed=5", "supply.restocks[1].units=7",
                          "supply.restocks[1].after=2d", "run.title=a=b"};
    scenario *s = load(sets, 5, &error);
    if (!s) fail_msg("%s", error.text);
    assert_int_equal(s->p.run.seed, 5);
    assert_int_equal(s->p.supply.restocks, 2);
    assert_int_equal(s->p.supply.restock[1].after, 2 * 86400000);
    assert_string_equal(s->p.run.title, "a=b");
    assert_non_null(strstr(s->text, "size: 10}\n# --set run.seed=4\n# --set run.seed=5\n"));
    assert_int_equal(s->text_size, strlen(s->text));
    scenario_destroy(s);
}

static void a_set_may_empty_a_list(void **state) {
    (void)state;
    scenario_error error;
    const char *sets[] = {"policy.caps[0].count=2",    "policy.caps[1].count=3",
                          "policy.caps=none",          "policy.caps[0].per=1d",
                          "supply.restocks=[]",        "supply.restocks[0].after=2d",
                          "supply.restocks[0].units=9"};
    scenario *s = load(sets, 7, &error);
    if (!s) fail_msg("%s", error.text);
    assert_int_equal(s->p.policy.caps.n, 1);
    assert_int_equal(s->p.policy.caps.cap[0].count, 1); /* the default again */
    assert_int_equal(s->p.supply.restocks, 1);
    assert_int_equal(s->p.supply.restock[0].units, 9);
    scenario_destroy(s);
    /* what the file said of the elements is void, and so is the mark of the emptying */
    assert_null(load((const char *[]){"supply.restocks=none", "supply.restocks[0].units=7"}, 2, &error));
    assert_string_equal(error.text,
                        "--set supply.restocks[0].units=7: 'supply.restocks[0].after' is missing; "
                        "it has no default");
}

/* A mode switched off from outside takes with it what the file says of it, and the world is then the same as
 * if the file had never spoken of it. */
static void a_set_may_switch_off_what_the_file_set_up(void **state) {
    (void)state;
    static const char plain[] = "run: {seed: 3}\nsupply: {mode: none}\npolicy: {throttle: {mode: none}}\n";
    scenario_error error;
    const char *sets[] = {"policy.throttle.mode=none", "supply.mode=none"};
    scenario *s = load(sets, 2, &error), *t = NULL;
    if (!s) fail_msg("%s", error.text);
    assert_int_equal(s->p.supply.restocks, 0);
    assert_int_equal(scenario_parse("p.yaml", plain, sizeof plain - 1, NULL, 0, &t, &error), SCENARIO_OK);
    assert_true(s->hash == t->hash);
    scenario_destroy(s);
    scenario_destroy(t);
}

static void bad_sets_give_their_message(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"policy.throtle.size=5", "--set policy.throtle.size=5: unknown parameter 'policy.throtle.size'; did "
                                  "you mean 'policy.throttle.size'?"},
        {"policy.throttle.size",
         "--set policy.throttle.size: write it as PATH=VALUE, such as policy.throttle.size=100"},
        {"=5", "--set =5: write it as PATH=VALUE, such as policy.throttle.size=100"},
        {"policy.throttle.size=0",
         "--set policy.throttle.size=0: 'policy.throttle.size' is '0'; it must be 1 to 1000000000 people"},
        {"policy.throttle.size=",
         "--set policy.throttle.size=: 'policy.throttle.size' has no value; it expects a whole number"},
        {"policy.throttle.per_unit=2", "--set policy.throttle.per_unit=2: 'policy.throttle.per_unit' has no "
                                       "effect here: policy.throttle.mode is batch; "
                                       "set policy.throttle.mode to per_unit, or leave this out"},
        {"run.title=a\nb", "--set run.title=a?b: 'run.title' holds a line break or another control "
                           "character; write it on one line"},
        {"run.title=\xff", "--set run.title=?: not valid UTF-8"},
        {"run.horizon=12h",
         "base.yaml:5:8: 'supply.restocks[0].after' is 1d, but the run ends after 12h (run.horizon)"},
        {"supply.restocks[1].units=7",
         "--set supply.restocks[1].units=7: 'supply.restocks[1].after' is missing; it has no default"},
        {"supply.restocks=none",
         "--set supply.restocks=none: supply.mode explicit needs supply.restocks: list one at least"},
        {"shoppers.tiers=[]",
         "--set shoppers.tiers=[]: 'shoppers.tiers' is empty; list one at least, or leave it out"},
        {"policy.caps=[1]",
         "--set policy.caps=[1]: 'policy.caps' is a list, not one parameter; set what is in it, "
         "such as policy.caps[0].count, or empty it with none"},
        {"policy.stages[0].who=gold",
         "--set policy.stages[0].who=gold: 'policy.stages[0].who' is a section, not "
         "one parameter; set what is in it, such as policy.stages[0].who.tier"},
        {"policy.caps[0].channels=push,push",
         "--set policy.caps[0].channels=push,push: 'policy.caps[0].channels' names push twice"},
        {"run.warmup=14d", "--set run.warmup=14d: run.warmup (2w) must be shorter than run.horizon (2w)"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        scenario_error error;
        const char *sets[] = {pairs[i][0]};
        assert_null(load(sets, 1, &error));
        assert_string_equal(error.text, pairs[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations),
        cmocka_unit_test(times),
        cmocka_unit_test(calendar_agrees_with_the_library),
        cmocka_unit_test(numbers),
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(sets_are_words_joined),
        cmocka_unit_test(bad_sets_say_what_there_is),
        cmocka_unit_test(a_set_has_room_for_32_names),
        cmocka_unit_test(texts_are_shown_safely),
        cmocka_unit_test(sets_apply_in_order),
        cmocka_unit_test(a_set_may_empty_a_list),
        cmocka_unit_test(a_set_may_switch_off_what_the_file_set_up),
        cmocka_unit_test(bad_sets_give_their_message),
    };
    return RUN_TESTS(tests);
}
