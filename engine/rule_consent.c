/* SPDX-License-Identifier: MIT
 *
 * rule_consent.c - may this shopper be pushed to, and for this kind of interest?
 *
 * notify_me is asked for; wishlist, cart and browse are inferred from behaviour and may need a consent of
 * their own.
 */
#include "rules.h"

static const bis_field_list regions = {
    .path = "policy.regions",
    .offset = offsetof(bis_policy, consent.region),
    .stride = sizeof(bis_region),
    .count_offset = offsetof(bis_policy, consent.regions),
    .max = BIS_REGIONS_MAX,
    .doc = "Rules of consent by the shopper's region; shoppers of other regions follow the two above.",
};

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
    {.path = "policy.regions[].name",
     .type = BIS_FIELD_TEXT,
     .offset = offsetof(bis_region, name),
     .size = BIS_NAME_SIZE,
     .unit = "",
     .def = "",
     .list = &regions,
     .doc = "The region's name, as profiles give it."},
    {.path = "policy.regions[].require_optin",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_region, require_optin),
     .unit = "",
     .def = "true",
     .list = &regions,
     .doc = "Tell only those of its shoppers who have opted in."},
    {.path = "policy.regions[].behavioural_needs_consent",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_region, behavioural_needs_consent),
     .unit = "",
     .def = "true",
     .list = &regions,
     .doc = "Whether inferred interest of its shoppers also needs the consent to use behaviour."},
};

static bool used(const bis_policy *p) {
    return p->consent.require_optin || p->consent.behavioural_needs_consent || p->consent.regions > 0;
}

static bool opted_in(const bis_candidate *c) {
    switch (c->channel) {
    case BIS_PUSH: return c->shopper->push_optin;
    case BIS_EMAIL: return c->shopper->email_optin;
    case BIS_SMS: return c->shopper->sms_optin;
    case BIS_IN_APP:
    case BIS_CHANNEL_COUNT: break;
    }
    return true; /* who opens the app is asked nothing */
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    const bis_consent_setup *setup = &e->policy.consent;
    bool optin = setup->require_optin, behavioural = setup->behavioural_needs_consent;
    unsigned region = c->shopper->region;
    if (region > 0 && region <= setup->regions) {
        optin = setup->region[region - 1].require_optin;
        behavioural = setup->region[region - 1].behavioural_needs_consent;
    }
    if (optin && !opted_in(c)) return BIS_NO_CONSENT;
    if (behavioural && c->source != BIS_NOTIFY_ME && !c->shopper->behavioural)
        return BIS_NO_CONSENT_BEHAVIOURAL;
    return BIS_NO_REASON;
}

const bis_rule bis_consent_rule = {.used = used, .judge = judge, .rechecks = true, .later = true};
