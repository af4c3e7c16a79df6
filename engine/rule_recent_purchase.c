/* SPDX-License-Identifier: MIT
 *
 * rule_recent_purchase.c - has she bought it, or something like it, a short while ago?
 *
 * The window is half open: a purchase exactly `window` ago no longer counts. At scope sku a "no" also ends
 * the interest, for the want is satisfied; at a wider scope she may still want this one, and stays in line. A
 * purchase alone ends nothing: it is looked at when her turn comes.
 */
#include "rules.h"

const bis_field bis_recent_purchase_fields[] = {
    {.path = "policy.recent_purchase.window",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, recent_purchase.window),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "14d",
     .doc = "Leave out shoppers who bought within this time; 0 switches the rule off."},
    {.path = "policy.recent_purchase.scope",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, recent_purchase.scope),
     .unit = "",
     .def = "sku",
     .choices = bis_scope_names,
     .doc =
         "What they must have bought: the same SKU, one of its product, one of its category, or anything."},
};

static bool used(const bis_policy *p) {
    return p->recent_purchase.window > 0;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_recent_setup *setup = &e->policy.recent_purchase;
    const bis_past *past =
        bis_past_within(e, c->shopper, BIS_PAST_PURCHASE, setup->scope, setup->window, c->sku, c->now);
    if (!past) return BIS_NO_REASON;
    c->closes = setup->scope == BIS_SCOPE_SKU;
    c->again_at = bis_past_time(past) + setup->window;
    return BIS_RECENT_PURCHASE;
}

const bis_rule bis_recent_purchase_rule = {.used = used, .judge = judge, .rechecks = true};
