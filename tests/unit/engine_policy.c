/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_policy.c - the registry of rules, the rows of the parameter table, defaults and checks.
 */
#include "tests/unit/engine_rig.h"

#include <ctype.h>
#include <math.h>

#include "tests/unit/field_size.h"

typedef void visit(const bis_field *f, void *context);

static void each_row(visit *f, void *context) {
    size_t n;
    const bis_rule_info *rules = bis_rules(&n);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < rules[r].n_fields; i++)
            f(&rules[r].fields[i], context);
}

static void the_pipeline_is_in_order(void **state) {
    (void)state;
    static const char *const names[] = {"trigger",       "stages",        "quiet",        "interest",
                                        "duplicate",     "consent",       "reachability", "recent_purchase",
                                        "recent_return", "recent_notice", "caps",         "holdout",
                                        "priority",      "throttle",      "recheck",      "templates",
                                        "reminder",      "channels",      "predictive"};
    size_t n;
    const bis_rule_info *rules = bis_rules(&n);
    assert_int_equal(n, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(rules[i].name, names[i]);
        assert_true(strlen(rules[i].step) > 0 && strstr(rules[i].doc, "Example: ") != NULL);
    }
}

typedef struct {
    const char *path;
    const bis_field *found;
} wanted;

static void find(const bis_field *f, void *context) {
    wanted *w = context;
    if (strcmp(f->path, w->path) == 0) {
        assert_null(w->found); /* a path stands once */
        w->found = f;
    }
}

static const bis_field *row(const char *path) {
    wanted w = {path, NULL};
    each_row(find, &w);
    if (!w.found) fail_msg("no row %s", path);
    return w.found;
}

static void check_row(const bis_field *f, void *context) {
    (void)context;
    size_t end = f->list ? f->list->stride : sizeof(bis_policy);
    assert_true(f->offset + field_size(f) <= end);
    assert_true(f->unit != NULL && f->def != NULL);
    assert_true(isupper((unsigned char)f->doc[0]) && f->doc[strlen(f->doc) - 1] == '.');
    assert_true((strstr(f->path, "[]") != NULL) == (f->list != NULL));
    assert_int_equal(strncmp(f->path, "policy.", 7), 0);
    if (f->type == BIS_FIELD_INT || f->type == BIS_FIELD_REAL || f->type == BIS_FIELD_DURATION)
        assert_true(f->min < f->max);
    row(f->path);
    if (!f->active) return;
    char path[128];
    const char *equals = strchr(f->active, '=');
    snprintf(path, sizeof path, "%.*s", (int)(equals - f->active), f->active);
    const bis_field *on = row(path);
    assert_true(on->type == BIS_FIELD_CHOICE || on->type == BIS_FIELD_BOOL);
    for (const char *value = equals + 1; on->type == BIS_FIELD_CHOICE && *value;) {
        size_t length = strcspn(value, "|");
        int i = 0;
        while (on->choices[i] &&
               (strlen(on->choices[i]) != length || strncmp(on->choices[i], value, length) != 0))
            i++;
        assert_non_null(on->choices[i]);
        value += length + (value[length] == '|');
    }
}

static void rows_are_sound(void **state) {
    (void)state;
    each_row(check_row, NULL);
    static const char *const paths[] = {"policy.mode",
                                        "policy.min_stock",
                                        "policy.debounce_in",
                                        "policy.debounce_out",
                                        "policy.expire_after",
                                        "policy.sources.notify_me.enabled",
                                        "policy.sources.wishlist.window",
                                        "policy.sources.browse.min_views",
                                        "policy.require_optin",
                                        "policy.behavioural_needs_consent",
                                        "policy.recent_purchase.window",
                                        "policy.recent_purchase.scope",
                                        "policy.recent_notice.window",
                                        "policy.recent_notice.scope",
                                        "policy.caps[].count",
                                        "policy.caps[].per",
                                        "policy.holdout.fraction",
                                        "policy.holdout.salt",
                                        "policy.holdout.consumes_slot",
                                        "policy.priority",
                                        "policy.throttle.mode",
                                        "policy.throttle.size",
                                        "policy.throttle.every",
                                        "policy.throttle.per_unit",
                                        "policy.throttle.reserve_units",
                                        "policy.throttle.jitter",
                                        "policy.recheck_before_send"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        row(paths[i]);
}

static void defaults(void **state) {
    (void)state;
    bis_policy p;
    bis_policy_default(&p);
    assert_null(bis_policy_check(&p));
    assert_int_equal(p.trigger.mode, BIS_TRIGGER_TRANSITION);
    assert_int_equal(p.trigger.min_stock, 1);
    assert_int_equal(p.trigger.expire_after, 72 * HOUR);
    assert_true(p.interest.source[BIS_CART].enabled && !p.interest.source[BIS_BROWSE].enabled);
    assert_int_equal(p.interest.source[BIS_NOTIFY_ME].window, 90 * DAY);
    assert_int_equal(p.interest.source[BIS_BROWSE].min_views, 2);
    assert_true(p.consent.require_optin && p.consent.behavioural_needs_consent);
    assert_int_equal(p.recent_purchase.window, 14 * DAY);
    assert_int_equal(p.recent_notice.window, 48 * HOUR);
    assert_int_equal(p.caps.n, 0);
    assert_near(p.holdout.fraction, 0, 0);
    assert_string_equal(p.holdout.salt, "restocklab");
    assert_true(p.holdout.consumes_slot);
    assert_int_equal(p.throttle.mode, BIS_THROTTLE_BATCH);
    assert_int_equal(p.throttle.size, 200);
    assert_int_equal(p.throttle.every, 10 * MINUTE);
    assert_true(p.recheck.before_send);
}

#define REFUSED(change, path)                                                                                \
    do {                                                                                                     \
        bis_policy p;                                                                                        \
        bis_policy_default(&p);                                                                              \
        change;                                                                                              \
        const char *wrong = bis_policy_check(&p);                                                            \
        assert_non_null(wrong);                                                                              \
        assert_int_equal(strncmp(wrong, (path), strlen(path)), 0);                                           \
        bis_engine *e = NULL;                                                                                \
        assert_int_equal(bis_engine_create(&p, NULL, &e), BIS_BAD_POLICY);                                   \
        assert_null(e);                                                                                      \
    } while (0)

static void bad_policies_are_refused(void **state) {
    (void)state;
    REFUSED(p.trigger.mode = 2, "policy.mode");
    REFUSED(p.trigger.mode = -1, "policy.mode");
    REFUSED(p.trigger.min_stock = 0, "policy.min_stock");
    REFUSED(p.trigger.expire_after = -1, "policy.expire_after");
    REFUSED(p.trigger.debounce_in = INT64_MAX, "policy.debounce_in");
    REFUSED(p.interest.source[BIS_CART].min_views = 256, "policy.sources.cart.min_views");
    REFUSED(for (int s = 0; s < BIS_SOURCE_COUNT; s++) p.interest.source[s].enabled = false,
            "policy.sources:");
    REFUSED(p.recent_notice.scope = 4, "policy.recent_notice.scope");
    REFUSED(p.caps.n = BIS_CAPS_MAX + 1, "policy.caps");
    REFUSED((p.caps.n = 1, p.caps.cap[0] = a_cap(0, DAY)), "policy.caps[].count");
    REFUSED((p.caps.n = 1, p.caps.cap[0].count = 1, p.caps.cap[0].per = 0), "policy.caps[].per");
    REFUSED(p.holdout.fraction = 1.01, "policy.holdout.fraction");
    REFUSED(p.holdout.fraction = (double)NAN, "policy.holdout.fraction");
    REFUSED(memset(p.holdout.salt, 'x', BIS_SALT_SIZE), "policy.holdout.salt");
    REFUSED(p.throttle.every = 0, "policy.throttle.every");
    REFUSED(p.throttle.size = 0, "policy.throttle.size");
    REFUSED(p.throttle.reserve_units = -1, "policy.throttle.reserve_units");
}

static void names(void **state) {
    (void)state;
    assert_string_equal(bis_outcome_name(BIS_WAITING), "waiting");
    assert_string_equal(bis_reason_name(BIS_NO_CONSENT_BEHAVIOURAL), "no_consent_behavioural");
    assert_string_equal(bis_reason_name(BIS_CANCELLED), "cancelled");
    assert_string_equal(bis_source_name(BIS_BROWSE), "browse");
    assert_string_equal(bis_status_text(BIS_TIME_BACK), "time went back");
    assert_string_equal(bis_source_name(BIS_SOURCE_COUNT), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pipeline_is_in_order),
        cmocka_unit_test(rows_are_sound),
        cmocka_unit_test(defaults),
        cmocka_unit_test(bad_policies_are_refused),
        cmocka_unit_test(names),
    };
    return RUN_TESTS(tests);
}
