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
        {.path = "policy.sources." NAME ".min_views",                                                        \
         .type = BIS_FIELD_INT,                                                                              \
         .offset = offsetof(bis_policy, interest.source[ID].min_views),                                      \
         .unit = "signals",                                                                                  \
         .min = 1,                                                                                           \
         .max = 255,                                                                                         \
         .def = VIEWS,                                                                                       \
         .active = "policy.sources." NAME ".enabled=true",                                                   \
         .doc = "How many " NAME " signals it takes, each within the window of the one before."},            \
    {                                                                                                        \
        .path = "policy.sources." NAME ".exact", .type = BIS_FIELD_BOOL,                                     \
        .offset = offsetof(bis_policy, interest.source[ID].exact), .unit = "", .def = "false",               \
        .active = "policy.sources." NAME ".enabled=true&policy.match=product",                               \
        .doc = "Whether one with a " NAME " signal is told only if her own variant is in stock."             \
    }

static const char *const quantities[] = {"ignore", "require", NULL};

const bis_field bis_interest_fields[] = {
    SOURCE_ROWS("notify_me", BIS_NOTIFY_ME, "true", "90d", "1"),
    SOURCE_ROWS("wishlist", BIS_WISHLIST, "true", "60d", "1"),
    SOURCE_ROWS("cart", BIS_CART, "true", "14d", "1"),
    SOURCE_ROWS("browse", BIS_BROWSE, "false", "7d", "2"),
    {.path = "policy.requested_quantity",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, interest.requested_quantity),
     .unit = "",
     .def = "ignore",
     .choices = quantities,
     .doc = "Whether a shopper who wants several units is told only if as many are offered."},
};

static bool inside(bis_time window, bis_time last, bis_time now) {
    return window == 0 || now - last < window;
}

/* The strongest source that counts and is inside its window, or BIS_SOURCE_COUNT. */
static unsigned fresh(const bis_engine *e, const bis_interest *it, bis_time now) {
    const bis_source_setup *setup = e->policy.interest.source;
    if (inside(setup[it->source].window, it->last, now)) return it->source;
    unsigned best = BIS_SOURCE_COUNT;
    for (uint32_t i = it->signals; i != BIS_NONE; i = bis_signal_at(e, i)->next) {
        const bis_signal *s = bis_signal_at(e, i);
        bool counts = s->count >= setup[s->source].min_views && inside(setup[s->source].window, s->last, now);
        if (counts && s->source < best) best = s->source;
    }
    return best;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_interest *it = c->interest;
    unsigned source = fresh(e, it, c->now);
    if (source == BIS_SOURCE_COUNT) {
        c->closes = true;
        return BIS_OUT_OF_WINDOW;
    }
    c->source = (bis_source)source;
    const bis_interest_setup *setup = &e->policy.interest;
    if (e->policy.trigger.match == BIS_MATCH_PRODUCT && setup->source[source].exact &&
        bis_sku_at(e, c->sku)->level == 0)
        return BIS_VARIANT_MISMATCH;
    if (setup->requested_quantity == BIS_QUANTITY_IGNORE) return BIS_NO_REASON;
    int64_t offered = bis_throttle_offered(&e->policy.throttle, c->group->level);
    if (it->quantity <= offered) return BIS_NO_REASON;
    c->count = (uint32_t)offered;
    c->limit = it->quantity;
    return BIS_QUANTITY_SHORT;
}

bool bis_interest_lapsed(const bis_engine *e, const bis_interest *it, bis_time now) {
    return fresh(e, it, now) == BIS_SOURCE_COUNT;
}

static const char *check(const bis_policy *p) {
    for (int s = 0; s < BIS_SOURCE_COUNT; s++)
        if (p->interest.source[s].enabled) return NULL;
    return "policy.sources: no source is enabled, so nobody could ever be told";
}

const bis_rule bis_interest_rule = {.check = check, .judge = judge};
