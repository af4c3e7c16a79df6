/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_live_lines.c - the live engine's input and output as text: lines out of a descriptor, JSON out of any
 * bytes, and what is refused in which words.
 */
#include "lab/live_input.h"

#include <jansson.h>
#include <unistd.h>

#include "tests/unit/live_rig.h"

/* ---- text ---- */

static void bytes_become_json(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *want;
    } row[] = {
        {"", 0, "\"\""},
        {"a\"b\\c\nd\x01", 8, "\"a\\\"b\\\\c\\nd\\u0001\""},
        {"\0x", 2, "\"\\u0000x\""},
        {"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"a\xc3", 2, "\"a\xef\xbf\xbd\""},                               /* cut off */
        {"\xc0\x80\xff", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* overlong, never allowed */
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
        {"\xf4\x90\x80\x80z", 5, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\""}, /* too high */
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        live_text text = {0};
        live_put_quoted(&text, row[i].bytes, row[i].n);
        live_put(&text, "", 1);
        assert_string_equal(text.at, row[i].want);
        live_text_clear(&text);
    }
}

static void times_are_printed_in_utc(void **state) {
    (void)state;
    static const struct {
        int64_t ms;
        const char *want;
    } row[] = {
        {0, "\"1970-01-01T00:00:00.000Z\""},
        {-1, "\"1969-12-31T23:59:59.999Z\""},
        {INT64_C(951827696789), "\"2000-02-29T12:34:56.789Z\""},
        {LIVE_TIME_MAX, "\"9999-12-31T23:59:59.999Z\""},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        live_text text = {0};
        live_put_time(&text, row[i].ms);
        live_put(&text, "", 1);
        assert_string_equal(text.at, row[i].want);
        live_text_clear(&text);
    }
}

/* ---- input ---- */

static void push(int fd, const char *bytes, size_t n) {
    assert_int_equal(write(fd, bytes, n), n);
}

static void lines_come_out_whole(void **state) {
    (void)state;
    int ends[2];
    live_line got;
    assert_int_equal(pipe(ends), 0);
    live_input in = {.fd = ends[0]};
    push(ends[1], "one\n\ntw", 7);
    assert_true(live_input_read(&in));
    assert_true(live_input_waits(&in));
    assert_true(live_input_next(&in, &got));
    assert_int_equal(got.size, 3);
    assert_memory_equal(got.text, "one", 3);
    assert_true(live_input_next(&in, &got));
    assert_int_equal(got.size, 0);
    assert_false(live_input_waits(&in));
    assert_false(live_input_next(&in, &got));
    push(ends[1], "o", 1);
    assert_true(live_input_read(&in));
    assert_false(live_input_next(&in, &got));
    close(ends[1]);
    assert_true(live_input_read(&in));
    assert_true(in.ended);
    assert_true(live_input_waits(&in)); /* the last line needs no newline */
    assert_true(live_input_next(&in, &got));
    assert_int_equal(got.size, 3);
    assert_memory_equal(got.text, "two", 3);
    assert_false(live_input_waits(&in));
    assert_false(live_input_next(&in, &got));
    live_input_clear(&in);
    close(ends[0]);
}

/* Lines of the longest size allowed, of one byte more, and far longer, from a file. */
static void long_lines_cost_no_memory(void **state) {
    (void)state;
    static const size_t size[] = {5, LIVE_LINE_MAX, LIVE_LINE_MAX + 1, 20 * (size_t)LIVE_LINE_MAX, 7};
    FILE *file = tmpfile();
    live_line got;
    assert_non_null(file);
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < size[i]; k++)
            fputc('x', file);
        if (i < 4) fputc('\n', file);
    }
    rewind(file);
    live_input in = {.fd = fileno(file)};
    for (size_t i = 0; i < 5; i++) {
        while (!live_input_next(&in, &got))
            assert_true(live_input_read(&in));
        bool fits = size[i] <= LIVE_LINE_MAX;
        assert_int_equal(got.too_long, !fits);
        if (fits) assert_int_equal(got.size, size[i]);
    }
    assert_true(in.room <= 4 * (size_t)LIVE_LINE_MAX);
    live_input_clear(&in);
    fclose(file);
}

/* ---- what is refused ---- */

static void bad_lines_are_answered(void **state) {
    (void)state;
    static const char *const row[][2] = {
        {"{\"event\":\"stock\"", "\"column\":16,\"what\":\"not JSON: '}' expected near end of file\""},
        {"nonsense", "\"column\":8,\"what\":\"not JSON: "},
        {"{} {}", "not JSON: end of file expected near '{'"},
        {"[1]", "not a JSON object, {...}"},
        {"{}", "'event' is missing: what happened, such as \\\"stock\\\""},
        {"{\"event\":1}", "'event' must be a text, such as"},
        {"{\"event\":\"stok\"}", "there is no event \\\"stok\\\"; did you mean \\\"stock\\\"?"},
        {"{\"event\":\"frobnicate\"}", "there is no event \\\"frobnicate\\\"\""},
        {"{\"event\":\"tick\",\"at\":1,\"at\":2}", "duplicate object key"},
        {"{\"event\":\"tick\"}", "an event \\\"tick\\\" needs 'at', when it happened"},
        {"{\"event\":\"tick\",\"at\":\"yesterday\"}", "'at' must be a time from 1970 to 9999"},
        {"{\"event\":\"tick\",\"at\":-1}", "'at' must be a time from 1970 to 9999"},
        {"{\"event\":\"tick\",\"at\":1.5}", "'at' must be a time"},
        {"{\"event\":\"tick\",\"at\":99999999999999999999}", "not JSON: too big integer"},
        {"{\"event\":\"tick\",\"at\":1,\"sku\":\"a\"}", "an event \\\"tick\\\" has no field 'sku'\""},
        {"{\"event\":\"tick\",\"at\":1,\"seq\":0}",
         "'seq' must be a whole number from 1 to 9007199254740992"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\"}", "an event \\\"stock\\\" needs 'level'"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\",\"level\":1.0}", "'level' must be a whole number from"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\",\"level\":\"1\"}",
         "'level' must be a whole number from"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\",\"lvl\":1}",
         "has no field 'lvl'; did you mean 'level'?"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\",\"levl\":1}",
         "has no field 'levl'; did you mean 'level'?"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":5,\"level\":1}", "'sku' must be a text in quotes"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"\",\"level\":1}", "'sku' is empty"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":null,\"level\":1}", "an event \\\"stock\\\" needs 'sku'"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"\\u0000\",\"level\":1}", "\\\\u0000 is not allowed"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":[\"a\"],\"level\":1}", "'sku' must be a text in quotes"},
        {"{\"event\":\"stock\",\"at\":1,\"sku\":\"a\xff\",\"level\":1}",
         "not JSON: unable to decode byte 0xff"},
        {"{\"event\":\"interest\",\"at\":1,\"shopper\":\"a\",\"sku\":\"b\",\"source\":\"wishlst\"}",
         "'source' must be one of the texts notify_me, wishlist, cart, browse; did you mean "
         "\\\"wishlist\\\"?"},
        {"{\"event\":\"interest\",\"at\":1,\"shopper\":\"a\",\"sku\":\"b\",\"source\":0}",
         "'source' must be one of the texts notify_me, wishlist, cart, browse"},
        {"{\"event\":\"consent\",\"at\":1,\"shopper\":\"a\",\"push_optin\":1}",
         "'push_optin' must be true or false"},
        {"{\"event\":\"profile\",\"at\":1,\"shopper\":\"a\",\"value\":-1}",
         "'value' must be a number from 0 to"},
        {"{\"event\":\"profile\",\"at\":1,\"shopper\":\"a\",\"value\":1e400}",
         "not JSON: real number overflow"},
        {"{\"event\":\"profile\",\"at\":1,\"shopper\":\"a\",\"zone\":\"Europe/Pariss\"}", "'zone': "},
        {"{\"event\":\"profile\",\"at\":1,\"shopper\":\"a\",\"zone\":\"../../etc/passwd\"}", "'zone': "},
        {"{\"event\":\"receipt\",\"at\":1,\"touch\":0,\"what\":\"opened\"}", "there is no touch 0 yet"},
        {"{\"event\":\"receipt\",\"at\":1,\"touch\":-1,\"what\":\"opened\"}",
         "'touch' must be a whole number from 0"},
        {"{\"event\":\"tick\",\"at\":\"1969-12-31\",\"seq\":12}",
         "\"seq\":12,\"what\":\"'at' must be a time"},
    };
    rig r;
    char want[64];
    begin(&r, live_policy, false, NULL);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        line(&r, row[i][0]);
        const char *got = printed(&r);
        snprintf(want, sizeof want, "{\"error\":{\"line\":%zu,", i + 1);
        if (strncmp(got, want, strlen(want)) != 0 || !strstr(got, row[i][1]))
            fail_msg("%s\ngives %sand not %s", row[i][0], got, row[i][1]);
        json_t *document = json_loads(got, 0, NULL);
        assert_non_null(document);
        json_decref(document);
    }
    assert_int_equal(r.session.refused, sizeof row / sizeof *row);
    assert_int_equal(r.session.world.persons, 0); /* nothing is known of any name in them */
    assert_int_equal(r.session.world.items, 0);
    assert_int_equal(live_session_line(&r.session, "{\"a\0", 4, false, 0, &r.error), LAB_OK);
    expect(&r, "a NUL byte");
    assert_int_equal(live_session_line(&r.session, "x", 1, true, 0, &r.error), LAB_OK);
    expect(&r, "longer than 1 MiB");
    line(&r, "  \t\r"); /* no event, and no error */
    expect(&r, "");
    end(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_json),      cmocka_unit_test(times_are_printed_in_utc),
        cmocka_unit_test(lines_come_out_whole),   cmocka_unit_test(long_lines_cost_no_memory),
        cmocka_unit_test(bad_lines_are_answered),
    };
    return RUN_TESTS(tests);
}
