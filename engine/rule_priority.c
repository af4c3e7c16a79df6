/* SPDX-License-Identifier: MIT
 *
 * rule_priority.c - who goes first.
 *
 * Each SKU has one line per key, walked from the highest key down; inside a line the place decides, and the
 * order of arrival among equal places. fifo has one key. A shopper whose tier changes while she waits moves
 * to her new tier's line, where she stands by her place and behind those of the same place.
 */
#include "rules.h"

static const char *const modes[] = {"fifo", "tier", NULL};

const bis_field bis_priority_fields[] = {
    {.path = "policy.priority",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, priority.mode),
     .unit = "",
     .def = "fifo",
     .choices = modes,
     .doc = "The order of the line: first come first told, or higher tiers first and then first come."},
};

uint8_t bis_priority_key(const bis_policy *policy, const bis_shopper *shopper) {
    return policy->priority.mode == BIS_PRIORITY_TIER ? shopper->tier : 0;
}

const bis_rule bis_priority_rule = {0};
