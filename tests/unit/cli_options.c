/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli_options.c - strict numbers, choices, the nearest word, and the text of the progress bar.
 */
#include "cli/options.h"
#include "cli/progress.h"
#include "tests/support.h"

static void whole_numbers_are_digits_only(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      " 1",
                                      "1 ",
                                      "+1",
                                      "-1",
                                      "0x10",
                                      "1e3",
                                      "1.0",
                                      "12a",
                                      "1_000",
                                      "1,000",
                                      "\xd9\xa3",
                                      "\t1",
                                      "18446744073709551616",
                                      "99999999999999999999"};
    uint64_t n = 77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(cli_parse_whole(bad[i], 0, UINT64_MAX, &n));
    assert_int_equal(n, 77); /* untouched on failure */
    assert_true(cli_parse_whole("18446744073709551615", 0, UINT64_MAX, &n));
    assert_true(n == UINT64_MAX);
    assert_true(cli_parse_whole("007", 0, 9, &n));
    assert_int_equal(n, 7);
}

static void whole_numbers_keep_their_bounds(void **state) {
    (void)state;
    uint64_t n = 0;
    assert_true(cli_parse_whole("1", 1, 5, &n));
    assert_true(cli_parse_whole("5", 1, 5, &n));
    assert_false(cli_parse_whole("0", 1, 5, &n));
    assert_false(cli_parse_whole("6", 1, 5, &n));
}

static void choices_are_whole_words(void **state) {
    (void)state;
    static const char *const choices[] = {"summary", "shopper", "full", NULL};
    assert_int_equal(cli_parse_choice("summary", choices), 0);
    assert_int_equal(cli_parse_choice("full", choices), 2);
    assert_int_equal(cli_parse_choice("ful", choices), -1);
    assert_int_equal(cli_parse_choice("", choices), -1);
}

static void the_nearest_word_is_near(void **state) {
    (void)state;
    static const char *const words[] = {"run", "validate", "params", "report"};
    assert_string_equal(lab_nearest("rnu", words, 4), "run"); /* neighbours swapped: one edit */
    assert_string_equal(lab_nearest("validte", words, 4), "validate");
    assert_string_equal(lab_nearest("reprot", words, 4), "report");
    assert_string_equal(lab_nearest("parms", words, 4), "params");
    assert_null(lab_nearest("frobnicate", words, 4));
    assert_null(lab_nearest("", words, 4));
    assert_null(
        lab_nearest("a word far longer than any that the table of edits would have room for", words, 4));
}

static void the_bar_tells_what_is_left(void **state) {
    (void)state;
    char text[128];
    cli_progress_text(text, sizeof text, 10, 40, 25.0);
    assert_string_equal(text, "[#######.......................] 10/40 replications, 1:15 left");
    cli_progress_text(text, sizeof text, 40, 40, 100.0);
    assert_string_equal(text, "[##############################] 40/40 replications, 0:00 left");
    cli_progress_text(text, sizeof text, 0, 40, 0.0);
    assert_string_equal(text, "[..............................] 0/40 replications, 0:00 left");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_digits_only), cmocka_unit_test(whole_numbers_keep_their_bounds),
        cmocka_unit_test(choices_are_whole_words),       cmocka_unit_test(the_nearest_word_is_near),
        cmocka_unit_test(the_bar_tells_what_is_left),
    };
    return RUN_TESTS(tests);
}
