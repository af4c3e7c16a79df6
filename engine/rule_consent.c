/* SPDX-License-Identifier: MIT
 *
 * rule_consent.c - may this shopper be pushed to, and for this kind of interest?
 *
 * notify_me is asked for; wishlist, cart and browse are inferred from behaviour and may need a consent of
 * their own.
 */
#include "rules.h"

const bis_field bis_consent_fields[] = {
    {.path = "policy.require_optin",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_policy, consent.require_optin),
     .unit = "",
     .def = "true",
     .doc = "Tell only shoppers who have opted in to push."},
    {.path = "policy.behavioural_needs_consent",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_policy, consent.behavioural_needs_consent),
     .unit = "",
     .def = "true",
     .doc = "Interest inferred from a wishlist, a cart or browsing also needs the consent to use behaviour."},
};

static bool used(const bis_policy *p) {
    return p->consent.require_optin || p->consent.behavioural_needs_consent;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_consent_setup *setup = &e->policy.consent;
    if (setup->require_optin && !c->shopper->push_optin) return BIS_NO_CONSENT;
    if (setup->behavioural_needs_consent && c->source != BIS_NOTIFY_ME && !c->shopper->behavioural_consent)
        return BIS_NO_CONSENT_BEHAVIOURAL;
    return BIS_NO_REASON;
}

const bis_rule bis_consent_rule = {.used = used, .judge = judge, .rechecks = true};
