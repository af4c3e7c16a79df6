/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store_journal.c - what was committed is there again, what was not is gone, and a journal of something else
 * or a damaged one is refused by name.
 */
#include "store/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/place.h"

static const store_journal_head head = {
    .clock = "event", .policy = "policy.a=1\npolicy.b=two\npolicy.c=3\n", .program = "restocklab 1.2"};

typedef struct {
    char folder[PLACE_PATH], path[PLACE_PATH];
    store_journal *journal;
    store_journal_marks marks;
    char error[STORE_ERROR_SIZE];
} rig;

static void open_it(rig *r) {
    if (store_journal_open(r->path, &head, &r->journal, &r->marks, r->error) != STORE_OK)
        fail_msg("%s", r->error);
}

static int begin(void **state) {
    rig *r = *state = place_enter(sizeof *r);
    place_path(r->path, "%s/j", r->folder);
    open_it(r);
    return 0;
}

static int end(void **state) {
    rig *r = *state;
    store_journal_close(r->journal);
    return place_leave(state);
}

static void again(rig *r) {
    store_journal_close(r->journal);
    r->journal = NULL;
    open_it(r);
}

static void add(rig *r, uint64_t seq, int64_t at, const char *line) {
    const store_journal_input input = {.seq = seq, .at = at, .line = line, .size = line ? strlen(line) : 0};
    assert_int_equal(store_journal_add_input(r->journal, &input, r->error), STORE_OK);
}

static void decide(rig *r, const char *line) {
    assert_int_equal(store_journal_add_decision(r->journal, line, strlen(line), r->error), STORE_OK);
}

static void commit(rig *r) {
    assert_int_equal(store_journal_commit(r->journal, r->error), STORE_OK);
}

static void expect_input(rig *r, uint64_t n, uint64_t seq, int64_t at, const char *line) {
    store_journal_input input;
    bool found;
    assert_int_equal(store_journal_next_input(r->journal, &input, &found, r->error), STORE_OK);
    assert_true(found);
    assert_int_equal(input.n, n);
    assert_int_equal(input.seq, seq);
    assert_int_equal(input.at, at);
    assert_int_equal(input.size, line ? strlen(line) : 0);
    if (line)
        assert_memory_equal(input.line, line, input.size);
    else
        assert_null(input.line);
}

static void expect_decision(rig *r, uint64_t seq, uint64_t input, const char *line) {
    store_journal_decision decision;
    bool found;
    assert_int_equal(store_journal_next_decision(r->journal, &decision, &found, r->error), STORE_OK);
    assert_true(found);
    assert_int_equal(decision.seq, seq);
    assert_int_equal(decision.input, input);
    assert_int_equal(decision.size, strlen(line));
    assert_memory_equal(decision.line, line, decision.size);
}

static void expect_end(rig *r) {
    store_journal_input input;
    store_journal_decision decision;
    bool found = true;
    assert_int_equal(store_journal_next_input(r->journal, &input, &found, r->error), STORE_OK);
    assert_false(found);
    found = true;
    assert_int_equal(store_journal_next_decision(r->journal, &decision, &found, r->error), STORE_OK);
    assert_false(found);
}

static void what_was_committed_is_there_again(void **state) {
    rig *r = *state;
    assert_int_equal(r->marks.inputs, 0);
    add(r, 7, -5, "{\"a\":1}");
    decide(r, "first");
    decide(r, "second");
    add(r, 0, 1000, NULL);
    decide(r, "third");
    add(r, 9, 2000, "");
    commit(r);
    again(r);
    assert_int_equal(r->marks.inputs, 3);
    assert_int_equal(r->marks.decisions, 3);
    assert_int_equal(r->marks.taken, 9);
    assert_int_equal(r->marks.printed, 0);
    expect_input(r, 1, 7, -5, "{\"a\":1}");
    expect_decision(r, 1, 1, "first");
    expect_decision(r, 2, 1, "second");
    expect_input(r, 2, 0, 1000, NULL);
    expect_decision(r, 3, 2, "third");
    expect_input(r, 3, 9, 2000, "");
    expect_end(r);
    add(r, 10, 3000, "more"); /* counting goes on */
    decide(r, "fourth");
    commit(r);
    again(r);
    assert_int_equal(r->marks.inputs, 4);
    assert_int_equal(r->marks.decisions, 4);
}

static void what_was_not_committed_is_gone(void **state) {
    rig *r = *state;
    add(r, 1, 0, "kept");
    commit(r);
    commit(r); /* nothing to do */
    add(r, 2, 0, "dropped");
    decide(r, "dropped");
    again(r);
    assert_int_equal(r->marks.inputs, 1);
    assert_int_equal(r->marks.decisions, 0);
    assert_int_equal(r->marks.taken, 1);
}

static void what_was_printed_is_noted_at_once_or_with_the_next_commit(void **state) {
    rig *r = *state;
    add(r, 1, 0, "a");
    decide(r, "one");
    decide(r, "two");
    commit(r);
    store_journal_printed(r->journal, 1);
    again(r);
    assert_int_equal(r->marks.printed, 0); /* not kept yet */
    store_journal_printed(r->journal, 1);
    assert_int_equal(store_journal_keep_printed(r->journal, r->error), STORE_OK);
    again(r);
    assert_int_equal(r->marks.printed, 1);
    store_journal_printed(r->journal, 2);
    add(r, 2, 0, "b");
    commit(r);
    again(r);
    assert_int_equal(r->marks.printed, 2);
}

static store_status open_with(rig *r, const store_journal_head *other) {
    store_journal *journal = NULL;
    store_journal_marks marks;
    store_status status = store_journal_open(r->path, other, &journal, &marks, r->error);
    if (status == STORE_OK) store_journal_close(journal);
    return status;
}

static void another_policy_or_clock_is_refused(void **state) {
    rig *r = *state;
    store_journal_close(r->journal);
    r->journal = NULL;
    store_journal_head other = head;
    other.program = "restocklab 9"; /* alone no reason */
    assert_int_equal(open_with(r, &other), STORE_OK);
    other.policy = "policy.a=1\npolicy.b=twelve\npolicy.c=3\n";
    assert_int_equal(open_with(r, &other), STORE_NOT_A_RUN);
    assert_non_null(
        strstr(r->error, "under another policy: \"policy.b=two\" there, \"policy.b=twelve\" here"));
    other.policy = "policy.a=1\npolicy.b=two\n";
    assert_int_equal(open_with(r, &other), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "\"policy.c=3\" there, \"no more\" here"));
    other = head;
    other.clock = "wall";
    assert_int_equal(open_with(r, &other), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "was written with --clock event, not wall"));
    assert_int_equal(open_with(r, &head), STORE_OK);
}

static void one_process_at_a_time(void **state) {
    rig *r = *state;
    assert_int_equal(open_with(r, &head), STORE_FAILED);
    assert_non_null(strstr(r->error, "another process holds this journal"));
}

/* Changes the closed file by other means than the journal's. */
static void tamper(rig *r, const char *sql) {
    sqlite3 *db;
    store_journal_close(r->journal);
    r->journal = NULL;
    assert_int_equal(sqlite3_open(r->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void damage_is_found(void **state) {
    rig *r = *state;
    add(r, 1, 0, "a");
    decide(r, "x");
    add(r, 2, 0, "b");
    commit(r);
    tamper(r, "DELETE FROM input WHERE n = 1");
    open_it(r);
    store_journal_input input;
    bool found;
    assert_int_equal(store_journal_next_input(r->journal, &input, &found, r->error), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "row 1 of input is missing or wrong"));
    tamper(r, "UPDATE outbox SET seq = 2");
    open_it(r);
    store_journal_decision decision;
    assert_int_equal(store_journal_next_decision(r->journal, &decision, &found, r->error), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "row 1 of outbox is missing or wrong"));
    tamper(r, "UPDATE mark SET printed = 3");
    assert_int_equal(open_with(r, &head), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "its marks do not go with its rows"));
    tamper(r, "DELETE FROM head WHERE key = 'policy'");
    assert_int_equal(open_with(r, &head), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "its head is not whole"));
}

static void other_files_stay_as_they_are(void **state) {
    rig *r = *state;
    tamper(r, "PRAGMA journal_mode = DELETE; PRAGMA application_id = 5");
    assert_int_equal(open_with(r, &head), STORE_NOT_A_RUN);
    assert_non_null(strstr(r->error, "is not a journal of this version"));
    FILE *file = fopen(r->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 100; i++)
        fputs("a text, and no database at all\n", file);
    fclose(file);
    assert_int_equal(open_with(r, &head), STORE_NOT_A_RUN);
    char *text = place_read(r->path, NULL);
    assert_memory_equal(text, "a text", 6);
    free(text);
    place_path(r->path, "%s/none/j", r->folder);
    assert_int_equal(open_with(r, &head), STORE_FAILED);
    assert_non_null(strstr(r->error, "No such file"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_committed_is_there_again, begin, end),
        cmocka_unit_test_setup_teardown(what_was_not_committed_is_gone, begin, end),
        cmocka_unit_test_setup_teardown(what_was_printed_is_noted_at_once_or_with_the_next_commit, begin,
                                        end),
        cmocka_unit_test_setup_teardown(another_policy_or_clock_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(one_process_at_a_time, begin, end),
        cmocka_unit_test_setup_teardown(damage_is_found, begin, end),
        cmocka_unit_test_setup_teardown(other_files_stay_as_they_are, begin, end),
    };
    return RUN_TESTS(tests);
}
