/* SPDX-License-Identifier: MIT
 *
 * rule_recent_return.c - leave out those who have just sent it, or the like of it, back.
 */
#include "rules.h"

const bis_field bis_recent_return_fields[] = {
    {.path = "policy.recent_return.window",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, recent_return.window),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .doc = "Leave out shoppers who sent something back within this time; 0 switches the rule off."},
    {.path = "policy.recent_return.scope",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, recent_return.scope),
     .unit = "",
     .def = "sku",
     .choices = bis_scope_names,
     .doc = "What they must have sent back: the same SKU, one of its product, one of its category, or "
            "anything."},
};

static bool used(const bis_policy *p) {
    return p->recent_return.window > 0;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_recent_setup *setup = &e->policy.recent_return;
    const bis_past *past =
        bis_past_within(e, c->shopper, BIS_PAST_RETURN, setup->scope, setup->window, c->sku, c->now);
    if (!past) return BIS_NO_REASON;
    c->again_at = bis_past_time(past) + setup->window;
    return BIS_RECENT_RETURN;
}

const bis_rule bis_recent_return_rule = {.used = used, .judge = judge, .rechecks = true};
