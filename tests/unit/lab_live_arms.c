/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_live_arms.c - a live policy with arms: each shopper is told by the engine of hers, touches, restocks
 * and keys are told apart over all, receipts find their engine, no engine is always first, and a journal is
 * of what the arms' policies have come to.
 */
#include "lab/live_session.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "tests/place.h"
#include "tests/unit/live_rig.h"

enum { PEOPLE = 40, HOUR = 3600000 };

/* People p0, p1, ... wait for s, who is out, and can be reached. */
static void line_up(rig *r, int people) {
    char text[256];
    line(r, "{\"event\":\"stock\",\"at\":1,\"sku\":\"s\",\"level\":0}");
    for (int i = 0; i < people; i++) {
        snprintf(text, sizeof text,
                 "{\"event\":\"profile\",\"at\":1,\"shopper\":\"p%d\",\"devices\":1,\"push_optin\":true,"
                 "\"email_optin\":true}",
                 i);
        line(r, text);
        snprintf(
            text, sizeof text,
            "{\"event\":\"interest\",\"at\":1,\"shopper\":\"p%d\",\"sku\":\"s\",\"source\":\"notify_me\"}",
            i);
        line(r, text);
    }
}

/* The decisions printed since the last call; the caller's. */
static json_t *decisions(rig *r) {
    json_t *all = json_array();
    const char *at = printed(r);
    for (const char *newline; (newline = strchr(at, '\n')) != NULL; at = newline + 1) {
        json_t *one = json_loadb(at, (size_t)(newline - at), 0, NULL);
        assert_non_null(one);
        if (json_object_get(one, "outcome"))
            json_array_append_new(all, one);
        else
            json_decref(one);
    }
    return all;
}

static const char *text(const json_t *d, const char *field) {
    const char *v = json_string_value(json_object_get(d, field));
    return v ? v : "";
}

static long long whole(const json_t *d, const char *field) {
    const json_t *v = json_object_get(d, field);
    assert_true(json_is_integer(v));
    return json_integer_value(v);
}

static const json_t *at(const json_t *all, size_t i) {
    return json_array_get(all, i);
}

static size_t arm_of(const rig *r, const char *shopper) {
    return scenario_arm_of(r->s, XXH3_64bits(shopper, strlen(shopper)));
}

static void each_is_told_by_the_engine_of_her_arm(void **state) {
    (void)state;
    static const char policy[] = "policy:\n"
                                 "  throttle: {mode: none}\n"
                                 "  arms: {now: , later: {set: debounce_in=1h}}\n";
    rig r;
    begin(&r, policy, false, NULL);
    line_up(&r, PEOPLE);
    line(&r, "{\"event\":\"stock\",\"at\":10,\"sku\":\"s\",\"level\":9}");
    line(&r, "{\"event\":\"tick\",\"at\":7200000}");
    json_t *all = decisions(&r);
    assert_int_equal(json_array_size(all), PEOPLE);
    size_t later = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        const json_t *d = at(all, i);
        size_t arm = arm_of(&r, text(d, "shopper"));
        later += arm;
        assert_string_equal(text(d, "policy_arm"), arm ? "later" : "now");
        assert_string_equal(text(d, "at"), arm ? "1970-01-01T01:00:00.010Z" : "1970-01-01T00:00:00.010Z");
        assert_int_equal(whole(d, "seq"), i + 1);
        assert_int_equal(whole(d, "touch"), i);
        assert_int_equal(whole(d, "restock"), arm);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(text(d, "key"), text(at(all, k), "key"));
    }
    assert_true(later > 5 && later < PEOPLE - 5);
    json_decref(all);
    end(&r);
}

/* Who opens is followed up by no e-mail. Each engine numbers its touches from 0. */
static void receipts_find_their_engine(void **state) {
    (void)state;
    static const char policy[] = "policy:\n"
                                 "  throttle: {mode: none}\n"
                                 "  channels: [{name: email, after: 2h, if: not_opened}]\n"
                                 "  arms: {a: , b: {set: priority=lifo}, c: {weight: 2}}\n";
    rig r;
    begin(&r, policy, false, NULL);
    line_up(&r, PEOPLE);
    line(&r, "{\"event\":\"stock\",\"at\":10,\"sku\":\"s\",\"level\":9}");
    json_t *first = decisions(&r);
    assert_int_equal(json_array_size(first), PEOPLE);
    for (int i = 0; i < PEOPLE; i += 3) {
        char receipt[128];
        snprintf(receipt, sizeof receipt,
                 "{\"event\":\"receipt\",\"at\":20,\"touch\":%d,\"what\":\"opened\"}", i);
        line(&r, receipt);
    }
    line(&r, "{\"event\":\"tick\",\"at\":7200010}");
    json_t *after = decisions(&r);
    assert_int_equal(json_array_size(after), PEOPLE - (PEOPLE + 2) / 3);
    bool followed[PEOPLE] = {false};
    for (size_t i = 0; i < json_array_size(after); i++) {
        const json_t *d = at(after, i);
        long long follows = whole(d, "follows");
        assert_true(follows >= 0 && follows < PEOPLE && follows % 3 != 0 && !followed[follows]);
        followed[follows] = true;
        assert_string_equal(text(d, "kind"), "followup");
        assert_string_equal(text(d, "shopper"), text(at(first, (size_t)follows), "shopper"));
        assert_string_equal(text(d, "policy_arm"), text(at(first, (size_t)follows), "policy_arm"));
        assert_int_equal(whole(d, "touch"), PEOPLE + (long long)i);
    }
    json_decref(first);
    json_decref(after);
    end(&r);
}

/* Of what all engines say at one instant, any stretch holds each arm's part, give or take one or two. */
static void the_engines_take_turns(void **state) {
    (void)state;
    enum { MANY = 300 };
    static const char policy[] = "policy:\n  throttle: {mode: none}\n  arms: {a: {weight: 3}, b: }\n";
    rig r;
    begin(&r, policy, false, NULL);
    line_up(&r, MANY);
    line(&r, "{\"event\":\"stock\",\"at\":10,\"sku\":\"s\",\"level\":9}");
    json_t *all = decisions(&r);
    assert_int_equal(json_array_size(all), MANY);
    double of_b = 0, so_far = 0;
    for (size_t i = 0; i < MANY; i++)
        of_b += strcmp(text(at(all, i), "policy_arm"), "b") == 0;
    assert_near(of_b / MANY, .25, 4 * sqrt(.25 * .75 / MANY));
    for (size_t i = 0; i < MANY; i++) {
        so_far += strcmp(text(at(all, i), "policy_arm"), "b") == 0;
        assert_near(so_far, of_b * (double)(i + 1) / MANY, 2);
    }
    json_decref(all);
    end(&r);
}

/* A message's text is that of the shopper's own arm; a policy without arms says nothing of arms. */
static void what_is_said_is_the_arms(void **state) {
    (void)state;
    rig r;
    begin(&r,
          "policy:\n  throttle: {mode: none}\n  templates: [{name: plain, title: back}]\n"
          "  arms: {a: , b: {set: \"templates[0].name=loud templates[0].title=BACK!\"}}\n",
          false, NULL);
    line_up(&r, 10);
    line(&r, "{\"event\":\"stock\",\"at\":10,\"sku\":\"s\",\"level\":9}");
    json_t *all = decisions(&r);
    for (size_t i = 0; i < 10; i++) {
        bool b = strcmp(text(at(all, i), "policy_arm"), "b") == 0;
        assert_string_equal(text(at(all, i), "template"), b ? "loud" : "plain");
        assert_string_equal(text(at(all, i), "title"), b ? "BACK!" : "back");
    }
    json_decref(all);
    end(&r);
    begin(&r, "policy:\n  throttle: {mode: none}\n", false, NULL);
    line_up(&r, 1);
    line(&r, "{\"event\":\"stock\",\"at\":10,\"sku\":\"s\",\"level\":9}");
    assert_null(strstr(printed(&r), "policy_arm"));
    end(&r);
}

/* ---- the journal ---- */

static char folder[PLACE_PATH], path[PLACE_PATH];

static int make_folder(void **state) {
    (void)state;
    place_make(folder);
    place_path(path, "%s/j", folder);
    return 0;
}

static int drop_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static const char kept[] = "policy:\n"
                           "  throttle: {mode: batch, size: 4, every: 10min}\n"
                           "  holdout: {fraction: 0.2}\n"
                           "  reminder: {after: 30min}\n"
                           "  arms: {a: , b: {policy: recount-1h, set: priority=lifo}}\n";

/* Killed after each line, it says what an undisturbed one says. */
static void a_journal_brings_back_all_engines(void **state) {
    (void)state;
    static const char *const after[] = {
        "{\"event\":\"stock\",\"at\":1000,\"sku\":\"s\",\"level\":9}",
        "{\"event\":\"receipt\",\"at\":2000,\"touch\":3,\"what\":\"clicked\"}",
        "{\"event\":\"order\",\"at\":3000,\"shopper\":\"p3\",\"sku\":\"s\"}",
        "{\"event\":\"tick\",\"at\":1200000}",
        "{\"event\":\"stock\",\"at\":1800000,\"sku\":\"s\",\"level\":0}",
        "{\"event\":\"stock\",\"at\":7200000,\"sku\":\"s\",\"level\":6}",
        "{\"event\":\"tick\",\"at\":9000000}",
    };
    rig one, r;
    live_text said = {0};
    begin(&one, kept, false, NULL);
    begin(&r, kept, false, path);
    expect(&r, "{\"ack\":0}\n");
    line_up(&one, PEOPLE);
    line_up(&r, PEOPLE);
    printed(&r);
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        line(&one, after[i]);
        line(&r, after[i]);
        live_put(&said, r.session.out.at, r.session.out.n);
        assert_int_equal(live_session_commit(&r.session, &r.error), LAB_OK);
        assert_int_equal(live_session_printed(&r.session, true, &r.error), LAB_OK);
        end(&r);
        begin(&r, kept, false, path);
        printed(&r);
    }
    live_put(&said, "", 1);
    assert_true(r.session.decisions > 20);
    assert_string_equal(said.at, printed(&one));
    live_text_clear(&said);
    end(&one);
    end(&r);
}

static void a_journal_is_of_what_the_arms_come_to(void **state) {
    (void)state;
    rig r;
    begin(&r, kept, false, path);
    assert_non_null(strstr(r.session.policy, "policy.arms[1].name=b\n"));
    assert_non_null(strstr(r.session.policy, "policy.arms[1].throttle.mode=recount\n"));
    assert_non_null(strstr(r.session.policy, "policy.arms[1].priority=lifo\n"));
    assert_non_null(strstr(r.session.policy, "policy.arms[0].throttle.size=4\n"));
    assert_null(strstr(r.session.policy, "recount-1h"));
    end(&r);
    char *other = strdup(kept), *hour = strstr(other, "recount-1h");
    assert_non_null(hour);
    memcpy(hour, "notify-all", 10);
    begin(&r, other, false, NULL);
    assert_int_equal(live_session_journal(&r.session, path, &r.error), LAB_BAD_INPUT);
    assert_non_null(strstr(r.error.text, "under another policy: \"policy.arms[1]."));
    end(&r);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_by_the_engine_of_her_arm),
        cmocka_unit_test(receipts_find_their_engine),
        cmocka_unit_test(the_engines_take_turns),
        cmocka_unit_test(what_is_said_is_the_arms),
        cmocka_unit_test_setup_teardown(a_journal_brings_back_all_engines, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_journal_is_of_what_the_arms_come_to, make_folder, drop_folder),
    };
    return RUN_TESTS(tests);
}
