/* SPDX-License-Identifier: MIT
 *
 * rule_reachability.c - has the shopper at least one live device? Her devices count as one recipient, and a
 * send goes to at most max_devices of them.
 */
#include "rules.h"

const bis_field bis_reachability_fields[] = {
    {.path = "policy.max_devices",
     .type = BIS_FIELD_INT,
     .offset = offsetof(bis_policy, reach.max_devices),
     .unit = "devices",
     .min = 1,
     .max = BIS_DEVICES_MAX,
     .def = "5",
     .doc = "A send goes to so many of a shopper's devices at most; it stays one send."},
};

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    (void)e;
    return c->shopper->devices > 0 || c->channel != BIS_PUSH ? BIS_NO_REASON : BIS_NO_DEVICE;
}

const bis_rule bis_reachability_rule = {.judge = judge, .rechecks = true, .later = true};
