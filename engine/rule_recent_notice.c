/* SPDX-License-Identifier: MIT
 *
 * rule_recent_notice.c - has she been told of this, or of something like it, a short while ago?
 *
 * A ghost counts as a notice, for her alone, so that both arms meet the same rule. The window is half open.
 */
#include "rules.h"

const bis_field bis_recent_notice_fields[] = {
    {.path = "policy.recent_notice.window",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, recent_notice.window),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "48h",
     .doc = "Leave out shoppers who got a notice within this time; 0 switches the rule off."},
    {.path = "policy.recent_notice.scope",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, recent_notice.scope),
     .unit = "",
     .def = "sku",
     .choices = bis_scope_names,
     .doc = "What the notice must have been about: the same SKU, its product, its category, or anything."},
    {.path = "policy.on_recent_notice",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, recent_notice.on),
     .unit = "",
     .def = "drop",
     .choices = bis_on_names,
     .doc =
         "Whether a shopper who was just told has no turn in this restock, or waits until the time is over."},
};

static bool used(const bis_policy *p) {
    return p->recent_notice.window > 0;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_recent_setup *setup = &e->policy.recent_notice;
    const bis_past *past = bis_past_within(e, c->shopper, bis_past_notice(BIS_KIND_RESTOCK, BIS_PUSH),
                                           setup->scope, setup->window, c->sku, c->now);
    if (!past) return BIS_NO_REASON;
    c->again_at = bis_past_time(past) + setup->window;
    return BIS_RECENT_NOTICE;
}

static bis_time admit(const bis_engine *e, const bis_candidate *c, bis_time t) {
    if (c->shopper->past == BIS_NONE) return t;
    bis_candidate copy = *c;
    if (e->policy.recent_notice.on == BIS_ON_DROP || judge(e, &copy) == BIS_NO_REASON) return t;
    return copy.again_at > t ? copy.again_at : t;
}

static bool defers(const bis_policy *p) {
    return p->recent_notice.on == BIS_ON_DEFER;
}

const bis_rule bis_recent_notice_rule = {.used = used,
                                         .judge = judge,
                                         .rechecks = true,
                                         .admit = admit,
                                         .admits = defers,
                                         .reason = BIS_RECENT_NOTICE};
