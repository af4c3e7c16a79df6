/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_rig.h - a session of the live engine for tests: lines go in, what it would print comes out.
 */
#ifndef TESTS_LIVE_RIG_H
#define TESTS_LIVE_RIG_H

#include <string.h>

#include "lab/live_session.h"
#include "tests/support.h"

static const char live_policy[] =
    "policy:\n"
    "  throttle: {mode: batch, size: 2, every: 10min}\n"
    "  recent_purchase: {window: 0}\n"
    "  templates: [{name: only, title: \"{product}, {variant}\", body: \"{price}\", deep_link: \"{url}\"}]\n";

typedef struct {
    scenario *s;
    live_session session;
    lab_error error;
} rig;

static void begin(rig *r, const char *text, bool wall, const char *journal) {
    scenario_error why = {""};
    *r = (rig){0};
    if (scenario_parse("test.yaml", text, strlen(text), NULL, 0, &r->s, &why) != SCENARIO_OK)
        fail_msg("%s", why.text);
    assert_int_equal(live_session_begin(&r->session, r->s, wall, &r->error), LAB_OK);
    if (journal && live_session_journal(&r->session, journal, &r->error) != LAB_OK)
        fail_msg("%s", r->error.text);
}

static void end(rig *r) {
    live_session_end(&r->session);
    scenario_destroy(r->s);
}

static void line_at(rig *r, const char *text, bis_time now) {
    assert_int_equal(live_session_line(&r->session, text, strlen(text), false, now, &r->error), LAB_OK);
}

static void line(rig *r, const char *text) {
    line_at(r, text, 0);
}

/* What was printed since the last call, as a text; good until the next. */
static const char *printed(rig *r) {
    live_put(&r->session.out, "", 1);
    assert_false(r->session.out.failed);
    r->session.out.n = 0;
    return r->session.out.at;
}

static void expect(rig *r, const char *want) {
    const char *got = printed(r);
    if (!*want)
        assert_string_equal(got, want);
    else if (!strstr(got, want))
        fail_msg("not in the output: %s\n%s", want, got);
}

#endif
