/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_live.c - sessions of the live engine: what a decision says, what fields that are left out mean, time by
 * the events and by the clock, and a journal taken up again.
 */
#include "lab/live_session.h"

#include <jansson.h>
#include <stdlib.h>

#include "tests/place.h"
#include "tests/unit/live_rig.h"

#define HOUR INT64_C(3600000)

static void events_must_be_in_order(void **state) {
    (void)state;
    rig r;
    begin(&r, live_policy, false, NULL);
    line(&r, "{\"event\":\"tick\",\"at\":2000}");
    line(&r, "{\"event\":\"stock\",\"at\":2000,\"sku\":\"a\",\"level\":0}");
    expect(&r, "");
    line(&r, "{\"event\":\"stock\",\"at\":1999,\"sku\":\"a\",\"level\":5}");
    expect(&r, "'at' is 1 ms before the time that has come already");
    line(&r, "{\"event\":\"tick\",\"at\":1000}");
    expect(&r, "'at' is 1000 ms before");
    end(&r);
}

/* ---- what is decided ---- */

static void wait_for_it(rig *r, const char *who, const char *also) {
    char text[256];
    snprintf(text, sizeof text, "{\"event\":\"profile\",\"at\":1,\"shopper\":\"%s\"%s}", who, also);
    line(r, text);
    snprintf(text, sizeof text,
             "{\"event\":\"interest\",\"at\":1,\"shopper\":\"%s\",\"sku\":\"s\",\"source\":\"notify_me\"}",
             who);
    line(r, text);
}

static void out_and_in(rig *r, bis_time out, bis_time in) {
    char text[128];
    snprintf(text, sizeof text, "{\"event\":\"stock\",\"at\":%jd,\"sku\":\"s\",\"level\":0}", (intmax_t)out);
    line(r, text);
    snprintf(text, sizeof text, "{\"event\":\"stock\",\"at\":%jd,\"sku\":\"s\",\"level\":9}", (intmax_t)in);
    line(r, text);
}

#define REACHED ",\"devices\":2,\"push_optin\":true"

static void a_decision_says_what_there_is_to_say(void **state) {
    (void)state;
    rig r;
    begin(&r, live_policy, false, NULL);
    line(&r, "{\"event\":\"catalog\",\"at\":0,\"sku\":\"s\",\"title\":\"A "
             "\\\"B\\\"\",\"variant\":\"42\",\"price\":\"9 EUR\"}");
    line(&r,
         "{\"event\":\"catalog\",\"at\":0,\"sku\":\"s\",\"price\":\"8 EUR\",\"product\":\"p\"}"); /* the rest
                                                                                                     stays */
    line(&r, "{\"event\":\"stock\",\"at\":0,\"sku\":\"s\",\"level\":0}");
    wait_for_it(&r, "ann", REACHED);
    line(&r, "{\"event\":\"stock\",\"at\":1000,\"sku\":\"s\",\"level\":9}");
    const char *got = printed(&r);
    json_t *d = json_loads(got, 0, NULL);
    assert_non_null(d);
    static const char *const want[][2] = {
        {"at", "1970-01-01T00:00:01.000Z"},
        {"outcome", "sent"},
        {"reason", "none"},
        {"kind", "restock"},
        {"shopper", "ann"},
        {"sku", "s"},
        {"arm", "treated"},
        {"source", "notify_me"},
        {"place", "1970-01-01T00:00:00.001Z"},
        {"channel", "push"},
        {"template", "only"},
        {"title", "A \"B\", 42"},
        {"body", "8 EUR"},
        {"deep_link", ""},
        {"assigned_at", "1970-01-01T00:00:01.000Z"},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_string_equal(json_string_value(json_object_get(d, want[i][0])), want[i][1]);
    static const struct {
        const char *name;
        json_int_t is;
    } number[] = {{"seq", 1}, {"restock", 0}, {"level", 9}, {"turn", 1}, {"touch", 0}, {"devices", 2}};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        assert_int_equal(json_integer_value(json_object_get(d, number[i].name)), number[i].is);
    assert_int_equal(strlen(json_string_value(json_object_get(d, "key"))), 32);
    assert_int_equal(json_object_size(d), 1 + sizeof want / sizeof *want + sizeof number / sizeof *number);
    json_decref(d);
    end(&r);
}

static void fields_that_are_left_out_stay(void **state) {
    (void)state;
    rig r;
    begin(&r, live_policy, false, NULL);
    line(&r, "{\"event\":\"stock\",\"at\":0,\"sku\":\"s\",\"level\":0}");
    wait_for_it(&r, "ann", REACHED);
    line(&r, "{\"event\":\"profile\",\"at\":2,\"shopper\":\"ann\",\"tier\":1}");         /* reachable still */
    line(&r, "{\"event\":\"consent\",\"at\":2,\"shopper\":\"ann\",\"sms_optin\":true}"); /* and opted in */
    line(&r, "{\"event\":\"consent\",\"at\":2,\"shopper\":\"ann\",\"push_optin\":null}");
    line(&r, "{\"event\":\"stock\",\"at\":5,\"sku\":\"s\",\"level\":9}");
    expect(&r, "\"outcome\":\"sent\"");
    /* A dead token is one device less, also for a profile that says nothing of devices. */
    line(&r, "{\"event\":\"receipt\",\"at\":6,\"touch\":0,\"what\":\"unregistered\"}");
    line(&r, "{\"event\":\"profile\",\"at\":6,\"shopper\":\"ann\",\"tier\":2}");
    assert_int_equal(r.session.world.person[0].devices, 1);
    line(&r, "{\"event\":\"receipt\",\"at\":7,\"touch\":0,\"what\":\"unregistered\"}");
    line(&r,
         "{\"event\":\"receipt\",\"at\":7,\"touch\":0,\"what\":\"unregistered\"}"); /* there is none left */
    line(&r, "{\"event\":\"interest\",\"at\":8,\"shopper\":\"ann\",\"sku\":\"t\",\"source\":\"notify_me\"}");
    line(&r, "{\"event\":\"stock\",\"at\":8,\"sku\":\"t\",\"level\":0}");
    line(&r, "{\"event\":\"stock\",\"at\":9,\"sku\":\"t\",\"level\":1}");
    expect(&r, "\"reason\":\"no_device\"");
    end(&r);
}

static void a_version_that_is_left_out_is_the_next(void **state) {
    (void)state;
    rig r;
    begin(&r, live_policy, false, NULL);
    line(&r, "{\"event\":\"stock\",\"at\":0,\"sku\":\"s\",\"level\":0,\"version\":7}");
    wait_for_it(&r, "ann", REACHED);
    line(&r, "{\"event\":\"stock\",\"at\":2,\"sku\":\"s\",\"level\":9,\"version\":7}"); /* old news */
    expect(&r, "");
    line(&r, "{\"event\":\"stock\",\"at\":3,\"sku\":\"s\",\"level\":9}");
    expect(&r, "\"outcome\":\"sent\"");
    end(&r);
}

static void names_decide_not_their_order(void **state) {
    (void)state;
    static const char held_out[] = "policy:\n  holdout: {fraction: 0.5, salt: x}\n  throttle: {mode: none}\n";
    rig r;
    bool ghost[2][8] = {{0}};
    for (int order = 0; order < 2; order++) {
        begin(&r, held_out, false, NULL);
        for (int i = 0; i < 8; i++) {
            char who[16];
            snprintf(who, sizeof who, "w%d", order ? 7 - i : i);
            wait_for_it(&r, who, REACHED);
        }
        out_and_in(&r, 2, 3);
        const char *got = printed(&r);
        for (int i = 0; i < 8; i++) {
            char who[32];
            snprintf(who, sizeof who, "\"shopper\":\"w%d\"", i);
            const char *at = strstr(got, who);
            assert_non_null(at);
            while (at > got && at[-1] != '\n')
                at--;
            ghost[order][i] = strncmp(strstr(at, "\"outcome\":\"") + 11, "ghost", 5) == 0;
        }
        end(&r);
    }
    assert_memory_equal(ghost[0], ghost[1], sizeof ghost[0]);
    int ghosts = 0;
    for (int i = 0; i < 8; i++)
        ghosts += ghost[0][i];
    assert_in_range(ghosts, 1, 7);
}

/* ---- time ---- */

static void time_passes_by_events(void **state) {
    (void)state;
    rig r;
    begin(&r, live_policy, false, NULL);
    for (char who[2] = "a"; *who < 'f'; ++*who)
        wait_for_it(&r, who, REACHED);
    out_and_in(&r, 2, HOUR); /* a and b at once, the next two after ten minutes */
    expect(&r, "\"shopper\":\"b\"");
    line(&r, "{\"event\":\"order\",\"at\":4200000,\"sku\":\"other\"}"); /* the wake is due at this instant,
                                                                           not before */
    expect(&r, "");
    line(&r, "{\"event\":\"tick\",\"at\":4200000}");
    expect(&r, "\"at\":\"1970-01-01T01:10:00.000Z\",\"outcome\":\"sent\"");
    line(&r, "{\"event\":\"order\",\"at\":9000000,\"sku\":\"other\"}");
    expect(&r, "\"at\":\"1970-01-01T01:20:00.000Z\",\"outcome\":\"sent\"");
    end(&r);
}

static void time_passes_by_the_clock(void **state) {
    (void)state;
    rig r;
    const bis_time begun = INT64_C(1772438400000);
    begin(&r, live_policy, true, NULL);
    for (char who[2] = "a"; *who < 'e'; ++*who) {
        char text[128];
        snprintf(text, sizeof text, "{\"event\":\"profile\",\"shopper\":\"%s\"" REACHED "}", who);
        line_at(&r, text, begun);
        snprintf(text, sizeof text,
                 "{\"event\":\"interest\",\"shopper\":\"%s\",\"sku\":\"s\",\"source\":\"cart\",\"at\":5}",
                 who);
        line_at(&r, text, begun); /* long ago: taken as now */
        snprintf(text, sizeof text, "{\"event\":\"consent\",\"shopper\":\"%s\",\"behavioural_consent\":true}",
                 who);
        line_at(&r, text, begun);
    }
    line_at(&r, "{\"event\":\"stock\",\"sku\":\"s\",\"level\":0}", begun);
    line_at(&r, "{\"event\":\"stock\",\"sku\":\"s\",\"level\":8}", begun + 1000);
    expect(&r, "\"place\":\"2026-03-02T08:00:00.000Z\"");
    assert_int_equal(bis_engine_next_wake(r.session.world.arms.arm[0].engine), begun + 601000);
    assert_int_equal(live_session_tick(&r.session, begun + 600999, &r.error), LAB_OK);
    expect(&r, "");
    assert_int_equal(live_session_tick(&r.session, begun + 601000, &r.error), LAB_OK);
    expect(&r, "\"at\":\"2026-03-02T08:10:01.000Z\",\"outcome\":\"sent\"");
    line_at(&r, "{\"event\":\"tick\"}", begun); /* the clock was put back: time stands */
    assert_int_equal(r.session.world.now, begun + 601000);
    line_at(&r, "{\"event\":\"tick\",\"at\":1772439100000}", begun + 610000); /* 90 s ahead */
    expect(&r, "'at' is 90 s ahead of the clock");
    line_at(&r, "{\"event\":\"tick\",\"at\":1772439060000}", begun + 610000); /* within a minute: now */
    expect(&r, "");
    assert_int_equal(r.session.world.now, begun + 610000);
    end(&r);
}

/* ---- the journal ---- */

typedef struct {
    char folder[PLACE_PATH], path[PLACE_PATH];
} place;

static int make_place(void **state) {
    place *p = *state = place_enter(sizeof *p);
    place_path(p->path, "%s/j", p->folder);
    return 0;
}

static void commit(rig *r) {
    assert_int_equal(live_session_commit(&r->session, &r->error), LAB_OK);
}

static void what_was_not_printed_is_printed_again(void **state) {
    const place *p = *state;
    rig r;
    begin(&r, live_policy, false, p->path);
    expect(&r, "{\"ack\":0}\n");
    wait_for_it(&r, "ann", REACHED);
    wait_for_it(&r, "bob", REACHED);
    out_and_in(&r, 2, 3);
    commit(&r);
    char *first = strdup(printed(&r)); /* ... but it is not known to have been: killed */
    end(&r);
    assert_non_null(strstr(first, "{\"ack\":6}\n"));
    begin(&r, live_policy, false, p->path);
    assert_string_equal(printed(&r), first);
    assert_int_equal(live_session_printed(&r.session, true, &r.error), LAB_OK);
    line(&r, "{\"event\":\"withdraw\",\"at\":4,\"shopper\":\"ann\",\"sku\":\"s\"}"); /* not committed: gone */
    end(&r);
    begin(&r, live_policy, false, p->path);
    expect(&r, "{\"ack\":6}\n");
    end(&r);
    free(first);
}

static void the_state_is_that_of_an_undisturbed_run(void **state) {
    const place *p = *state;
    static const char *const after[] = {
        "{\"event\":\"stock\",\"at\":2,\"sku\":\"s\",\"level\":0}",
        "{\"event\":\"stock\",\"at\":3600000,\"sku\":\"s\",\"level\":9}",
        "{\"event\":\"tick\",\"at\":4200000}",
        "{\"event\":\"receipt\",\"at\":4200000,\"touch\":3,\"what\":\"clicked\"}",
        "{\"event\":\"tick\",\"at\":4800000}",
    };
    rig whole, r;
    begin(&whole, live_policy, false, NULL);
    begin(&r, live_policy, false, p->path);
    printed(&r);
    for (char who[2] = "a"; *who < 'g'; ++*who) {
        wait_for_it(&whole, who, REACHED);
        wait_for_it(&r, who, REACHED);
    }
    live_text all = {0};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        line(&whole, after[i]);
        line(&r, after[i]);
        live_put(&all, r.session.out.at, r.session.out.n);
        commit(&r);
        assert_int_equal(live_session_printed(&r.session, true, &r.error), LAB_OK);
        end(&r); /* killed after each */
        begin(&r, live_policy, false, p->path);
        printed(&r);
    }
    live_put(&all, "", 1);
    assert_string_equal(all.at, printed(&whole));
    assert_int_equal(r.session.decisions, 6);
    live_text_clear(&all);
    end(&whole);
    end(&r);
}

static void own_numbers_are_taken_once(void **state) {
    const place *p = *state;
    rig r;
    begin(&r, live_policy, false, p->path);
    line(&r, "{\"event\":\"tick\",\"at\":1,\"seq\":10}");
    line(&r, "{\"event\":\"tick\",\"at\":5,\"seq\":10}"); /* the same again, whatever it says */
    line(&r, "{\"event\":\"tick\",\"at\":5,\"seq\":9}");
    assert_int_equal(r.session.repeated, 2);
    assert_int_equal(r.session.world.now, 1);
    line(&r, "{\"event\":\"tick\",\"at\":0,\"seq\":20}"); /* refused: answered, not acknowledged */
    line(&r, "garbage");
    commit(&r);
    expect(&r, "{\"ack\":10}\n");
    line(&r, "{\"event\":\"tick\",\"at\":2,\"seq\":15}"); /* garbage has not used up anybody's number */
    commit(&r);
    expect(&r, "{\"ack\":15}\n");
    line(&r, "");
    line(&r, "garbage");
    line(&r, "{\"event\":\"tick\",\"at\":3}"); /* without a number: every line counts */
    commit(&r);
    expect(&r, "{\"ack\":18}\n");
    end(&r);
    begin(&r, live_policy, false, p->path);
    line(&r, "{\"event\":\"tick\",\"at\":9,\"seq\":18}");
    assert_int_equal(r.session.repeated, 1);
    line(&r, "{\"event\":\"tick\",\"at\":9}");
    commit(&r);
    expect(&r, "{\"ack\":18}\n{\"ack\":20}\n"); /* of the start, and of now: every line counts */
    end(&r);
}

static void a_journal_of_something_else_is_refused(void **state) {
    const place *p = *state;
    rig r;
    begin(&r, live_policy, false, p->path);
    end(&r);
    begin(&r, "policy:\n  throttle: {mode: batch, size: 3, every: 10min}\n", false, NULL);
    assert_int_equal(live_session_journal(&r.session, p->path, &r.error), LAB_BAD_INPUT);
    assert_non_null(strstr(r.error.text, "under another policy: \"policy."));
    end(&r);
    /* What is not of the policy may change; and a list's element that has only defaults counts. */
    begin(&r, "run: {seed: 9}\npolicy:\n  throttle: {size: 2}\n  caps: [{count: 1}]\n", false, NULL);
    assert_non_null(strstr(r.session.policy, "policy.caps[0].count=1\n"));
    assert_null(strstr(r.session.policy, "run."));
    end(&r);
}

static void other_decisions_than_then_are_found(void **state) {
    const place *p = *state;
    rig r;
    begin(&r, live_policy, false, p->path);
    wait_for_it(&r, "ann", REACHED);
    out_and_in(&r, 2, 3);
    static const char extra[] = "{\"seq\":2}";
    char why[STORE_ERROR_SIZE];
    assert_int_equal(store_journal_add_decision(r.session.journal, extra, strlen(extra), why), STORE_OK);
    commit(&r);
    end(&r);
    scenario_error ignored;
    r = (rig){0};
    assert_int_equal(scenario_parse("t", live_policy, strlen(live_policy), NULL, 0, &r.s, &ignored),
                     SCENARIO_OK);
    assert_int_equal(live_session_begin(&r.session, r.s, false, &r.error), LAB_OK);
    assert_int_equal(live_session_journal(&r.session, p->path, &r.error), LAB_FAILED);
    assert_non_null(strstr(r.error.text, "corrupted"));
    assert_non_null(strstr(r.error.text, "decision 2 is {\"seq\":2} there, and here nothing"));
    end(&r);
}

#define IN_PLACE(TEST) cmocka_unit_test_setup_teardown(TEST, make_place, place_leave)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_must_be_in_order),
        cmocka_unit_test(a_decision_says_what_there_is_to_say),
        cmocka_unit_test(fields_that_are_left_out_stay),
        cmocka_unit_test(a_version_that_is_left_out_is_the_next),
        cmocka_unit_test(names_decide_not_their_order),
        cmocka_unit_test(time_passes_by_events),
        cmocka_unit_test(time_passes_by_the_clock),
        IN_PLACE(what_was_not_printed_is_printed_again),
        IN_PLACE(the_state_is_that_of_an_undisturbed_run),
        IN_PLACE(own_numbers_are_taken_once),
        IN_PLACE(a_journal_of_something_else_is_refused),
        IN_PLACE(other_decisions_than_then_are_found),
    };
    return RUN_TESTS(tests);
}
