/* SPDX-License-Identifier: MIT
 *
 * rule_reachability.c - has the shopper at least one live device? Her devices count as one recipient.
 */
#include "rules.h"

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    (void)e;
    return c->shopper->devices > 0 ? BIS_NO_REASON : BIS_NO_DEVICE;
}

const bis_rule bis_reachability_rule = {.judge = judge, .rechecks = true};
