/* SPDX-License-Identifier: MIT
 *
 * rule_caps.c - frequency caps: at most `count` messages in the last `per`.
 *
 * Every cap of the list must hold. Which messages a cap holds back (`obeys`) and which use it up (`counts`)
 * are said apart, by kind, for those that go by its channels; other campaigns' messages count as kind other.
 * Ghosts count as messages. Rolling windows are half open: a message exactly `per` ago no longer counts. A
 * calendar window holds `per`/1d days of the shopper's zone, the last being today. A cap is looked at when a
 * candidate's turn comes and, for put-off sends, at the send if recheck_before_send is on; without it a
 * shopper queued for two SKUs may exceed her cap.
 */
#include "rules.h"

static const char *const windows[] = {"rolling", "calendar_day", NULL};

static const bis_field_list caps = {
    .path = "policy.caps",
    .offset = offsetof(bis_policy, caps.cap),
    .stride = sizeof(bis_cap),
    .count_offset = offsetof(bis_policy, caps.n),
    .max = BIS_CAPS_MAX,
    .doc = "Limits on how often one shopper is told something; every one of them must hold.",
};

const bis_field bis_caps_fields[] = {
    {.path = "policy.caps[].count",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_cap, count),
     .unit = "messages",
     .min = 1,
     .max = 1e6,
     .def = "1",
     .list = &caps,
     .doc = "The most messages a shopper may get in the time."},
    {.path = "policy.caps[].per",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_cap, per),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "7d",
     .list = &caps,
     .doc = "The length of the time in which messages are counted; whole days with window calendar_day."},
    {.path = "policy.caps[].window",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_cap, window),
     .unit = "",
     .def = "rolling",
     .choices = windows,
     .list = &caps,
     .doc = "The last `per` up to now, or so many days of the shopper's own calendar, today being the last."},
    {.path = "policy.caps[].channels",
     .type = BIS_FIELD_SET,
     .offset = offsetof(bis_cap, channels),
     .unit = "",
     .def = "all",
     .choices = bis_channel_names,
     .list = &caps,
     .doc = "The channels that it is about."},
    {.path = "policy.caps[].obeys",
     .type = BIS_FIELD_SET,
     .offset = offsetof(bis_cap, obeys),
     .unit = "",
     .def = "all",
     .choices = bis_kind_names,
     .list = &caps,
     .doc = "The kinds of messages that it holds back."},
    {.path = "policy.caps[].counts",
     .type = BIS_FIELD_SET,
     .offset = offsetof(bis_cap, counts),
     .unit = "",
     .def = "all",
     .choices = bis_kind_names,
     .list = &caps,
     .doc = "The kinds of messages that use it up; `other` are those of other campaigns."},
    {.path = "policy.on_capped",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, caps.on),
     .unit = "",
     .def = "drop",
     .choices = bis_on_names,
     .doc = "Whether a shopper whose cap is full has no turn in this restock, or waits until it is not."},
};

static const char *check(const bis_policy *p) {
    for (size_t i = 0; i < p->caps.n; i++)
        if (p->caps.cap[i].window == BIS_CAP_CALENDAR_DAY && p->caps.cap[i].per % BIS_DAY != 0)
            return "policy.caps[].per: with window calendar_day it is a number of whole days, such as 1d or "
                   "7d";
    return NULL;
}

static bool used(const bis_policy *p) {
    return p->caps.n > 0;
}

static bool counts(const bis_cap *cap, const bis_past *past) {
    if (!bis_past_is_notice(past)) return false;
    unsigned what = bis_past_is(past) - BIS_PAST_NOTICE;
    return BIS_SET_HAS(cap->counts, what / BIS_CHANNEL_COUNT) &&
           BIS_SET_HAS(cap->channels, what % BIS_CHANNEL_COUNT);
}

/* When the message of time `at` leaves the window, for good: where clocks are put back over midnight, a day
 * that is over does not begin anew. */
static bis_time leaves(const bis_engine *e, const bis_cap *cap, const bis_shopper *who, bis_time at) {
    if (cap->window == BIS_CAP_ROLLING) return at + cap->per;
    const bis_zone *zone = bis_zone_at(e, who->zone);
    bis_time midnight = bis_zone_midnight(zone, at, (int)(cap->per / BIS_DAY));
    return midnight > at ? midnight
                         : bis_zone_next(zone, at, 0, BIS_DAY / 2); /* clocks were put back over it */
}

/* BIS_NEVER: it is not full. Else when it will not be, and [out] n: messages counted. */
static bis_time full_until(const bis_engine *e, const bis_cap *cap, const bis_candidate *c, uint32_t *n) {
    bis_time none_before = c->now - cap->per - (cap->window == BIS_CAP_CALENDAR_DAY ? 2 * BIS_DAY : 0);
    bis_time until = BIS_NEVER;
    int64_t met = 0;
    *n = 0;
    for (uint32_t i = c->shopper->past; i != BIS_NONE; i = bis_past_at(e, i)->next) {
        const bis_past *past = bis_past_at(e, i);
        if (bis_past_time(past) <= none_before) break;
        if (!counts(cap, past)) continue;
        bis_time left = leaves(e, cap, c->shopper, bis_past_time(past));
        *n += left > c->now;
        if (++met == cap->count) until = left; /* with it so many leave that one more has room */
    }
    return *n >= cap->count ? until : BIS_NEVER;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    if (c->shopper->past == BIS_NONE) return BIS_NO_REASON; /* counts are at least 1 */
    bool full = false;
    for (size_t k = 0; k < e->policy.caps.n; k++) {
        const bis_cap *cap = &e->policy.caps.cap[k];
        uint32_t n;
        if (!BIS_SET_HAS(cap->obeys, c->kind) || !BIS_SET_HAS(cap->channels, c->channel)) continue;
        bis_time until = full_until(e, cap, c, &n);
        if (until == BIS_NEVER || (full && until <= c->again_at)) continue;
        full = true;
        c->again_at = until;
        c->count = n;
        c->limit = (uint32_t)cap->count;
    }
    return full ? BIS_CAPPED : BIS_NO_REASON;
}

static bis_time admit(const bis_engine *e, const bis_candidate *c, bis_time t) {
    if (c->shopper->past == BIS_NONE) return t;
    bis_candidate copy = *c;
    if (judge(e, &copy) == BIS_NO_REASON) return t;
    return copy.again_at > t ? copy.again_at : t;
}

static bool defers(const bis_policy *p) {
    return p->caps.on == BIS_ON_DEFER;
}

const bis_rule bis_caps_rule = {.check = check,
                                .used = used,
                                .judge = judge,
                                .rechecks = true,
                                .later = true,
                                .admit = admit,
                                .admits = defers,
                                .reason = BIS_CAPPED};
