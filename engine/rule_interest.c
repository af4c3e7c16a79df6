/* SPDX-License-Identifier: MIT
 *
 * rule_interest.c - is there still an enabled signal inside its window?
 *
 * The strongest source counts. Where its window has lapsed but a weaker source is inside its own, the weaker
 * one counts instead, and the place in line stays. A window is measured from the last signal and is half
 * open: a signal exactly `window` ago is outside. A "no" ends the interest.
 */
#include "rules.h"

#define SOURCE_ROWS(NAME, ID, ENABLED, WINDOW, VIEWS)                                                        \
    {.path = "policy.sources." NAME ".enabled",                                                              \
     .type = BIS_FIELD_BOOL,                                                                                 \
     .offset = offsetof(bis_policy, interest.source[ID].enabled),                                            \
     .unit = "",                                                                                             \
     .def = ENABLED,                                                                                         \
     .doc = "Whether a " NAME " signal puts a shopper in line."},                                            \
        {.path = "policy.sources." NAME ".window",                                                           \
         .type = BIS_FIELD_DURATION,                                                                         \
         .offset = offsetof(bis_policy, interest.source[ID].window),                                         \
         .unit = "",                                                                                         \
         .min = 0,                                                                                           \
         .max = BIS_SPAN_MAX,                                                                                \
         .def = WINDOW,                                                                                      \
         .active = "policy.sources." NAME ".enabled=true",                                                   \
         .doc = "How long a " NAME " signal stays good, counted from the last one; 0 means for ever."},      \
    {                                                                                                        \
        .path = "policy.sources." NAME ".min_views", .type = BIS_FIELD_INT,                                  \
        .offset = offsetof(bis_policy, interest.source[ID].min_views), .unit = "signals", .min = 1,          \
        .max = 255, .def = VIEWS, .active = "policy.sources." NAME ".enabled=true",                          \
        .doc = "How many " NAME " signals it takes, each within the window of the one before."               \
    }

const bis_field bis_interest_fields[] = {
    SOURCE_ROWS("notify_me", BIS_NOTIFY_ME, "true", "90d", "1"),
    SOURCE_ROWS("wishlist", BIS_WISHLIST, "true", "60d", "1"),
    SOURCE_ROWS("cart", BIS_CART, "true", "14d", "1"),
    SOURCE_ROWS("browse", BIS_BROWSE, "false", "7d", "2"),
};

static bool inside(bis_time window, bis_time last, bis_time now) {
    return window == 0 || now - last < window;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_source_setup *setup = e->policy.interest.source;
    const bis_interest *it = c->interest;
    if (inside(setup[it->source].window, it->last, c->now)) return BIS_NO_REASON;

    unsigned best = BIS_SOURCE_COUNT;
    for (uint32_t i = it->signals; i != BIS_NONE; i = bis_signal_at(e, i)->next) {
        const bis_signal *s = bis_signal_at(e, i);
        bool counts =
            s->count >= setup[s->source].min_views && inside(setup[s->source].window, s->last, c->now);
        if (counts && s->source < best) best = s->source;
    }
    if (best < BIS_SOURCE_COUNT) {
        c->source = (bis_source)best;
        return BIS_NO_REASON;
    }
    c->closes = true;
    return BIS_OUT_OF_WINDOW;
}

bool bis_interest_lapsed(const bis_engine *e, const bis_interest *it, bis_time now) {
    bis_candidate c = {.now = now, .interest = it};
    return judge(e, &c) != BIS_NO_REASON;
}

static const char *check(const bis_policy *p) {
    for (int s = 0; s < BIS_SOURCE_COUNT; s++)
        if (p->interest.source[s].enabled) return NULL;
    return "policy.sources: no source is enabled, so nobody could ever be told";
}

const bis_rule bis_interest_rule = {.check = check, .judge = judge};
