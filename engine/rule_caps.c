/* SPDX-License-Identifier: MIT
 *
 * rule_caps.c - frequency caps: at most `count` notices, of any SKU, in the last `per`.
 *
 * Every cap of the list must hold. Windows roll and are half open: a notice exactly `per` ago no longer
 * counts. Ghosts count as notices. A cap is looked at when a candidate's turn comes and, for put-off sends,
 * at the send if recheck_before_send is on; without it a shopper queued for two SKUs may exceed her cap.
 */
#include "rules.h"

static const bis_field_list caps = {
    .path = "policy.caps",
    .offset = offsetof(bis_policy, caps.cap),
    .stride = sizeof(bis_cap),
    .count_offset = offsetof(bis_policy, caps.n),
    .max = BIS_CAPS_MAX,
    .doc = "Limits on how often one shopper is notified; every one of them must hold.",
};

const bis_field bis_caps_fields[] = {
    {.path = "policy.caps[].count",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_cap, count),
     .unit = "notices",
     .min = 1,
     .max = 1e6,
     .def = "1",
     .list = &caps,
     .doc = "The most notices a shopper may get in the time."},
    {.path = "policy.caps[].per",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_cap, per),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "7d",
     .list = &caps,
     .doc = "The length of the rolling time in which notices are counted."},
};

static bool used(const bis_policy *p) {
    return p->caps.n > 0;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    for (size_t k = 0; k < e->policy.caps.n; k++) {
        const bis_cap *cap = &e->policy.caps.cap[k];
        int64_t n = 0;
        for (uint32_t i = c->shopper->notices; i != BIS_NONE; i = bis_past_at(e, i)->next) {
            if (c->now - bis_past_at(e, i)->at >= cap->per) break;
            if (++n >= cap->count) return BIS_CAPPED;
        }
    }
    return BIS_NO_REASON;
}

const bis_rule bis_caps_rule = {.used = used, .judge = judge, .rechecks = true};
