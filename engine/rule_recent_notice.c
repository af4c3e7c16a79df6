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
};

static bool used(const bis_policy *p) {
    return p->recent_notice.window > 0;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    bool recent = bis_past_within(e, c->shopper->notices, &e->policy.recent_notice, c->sku, c->now);
    return recent ? BIS_RECENT_NOTICE : BIS_NO_REASON;
}

const bis_rule bis_recent_notice_rule = {.used = used, .judge = judge, .rechecks = true};
