/* SPDX-License-Identifier: MIT
 *
 * rule_priority.c - who goes first.
 *
 * fifo and lifo go by place alone. tier and intent keep one line per key, walked from the highest key down;
 * who gets another key while she waits moves to that line, where she stands by her place and behind those of
 * the same place. value, weighted and lottery go by a score that she gets as she becomes a candidate; see
 * order.c. fair_share lets a part of the slots go by place whatever the mode, and so bounds how far others
 * may jump the line: who stands r-th by place is told by slot r / fair_share at the latest.
 */
#include "rules.h"

static const char *const modes[] = {"fifo", "tier", "lifo", "intent", "value", "lottery", "weighted", NULL};

#define WEIGHT(NAME, ID, DEF)                                                                                \
    {                                                                                                        \
        .path = "policy.weights." NAME, .type = BIS_FIELD_REAL,                                              \
        .offset = offsetof(bis_policy, priority.weight[ID]), .unit = "", .min = 0, .max = 1e6, .def = DEF,   \
        .active = "policy.priority=weighted",                                                                \
        .doc =                                                                                               \
            "How likely someone with a " NAME " signal is to buy, beside the others; times her value it is " \
            "her score."                                                                                     \
    }

const bis_field bis_priority_fields[] = {
    {.path = "policy.priority",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, priority.mode),
     .unit = "",
     .def = "fifo",
     .choices = modes,
     .doc = "The order of the line: first come first told; higher tiers first; last come first; stronger "
            "signals "
            "first; more valuable shoppers first; by lot; or by likelihood to buy times value."},
    WEIGHT("notify_me", BIS_NOTIFY_ME, "0.3"),
    WEIGHT("wishlist", BIS_WISHLIST, "0.2"),
    WEIGHT("cart", BIS_CART, "0.25"),
    WEIGHT("browse", BIS_BROWSE, "0.1"),
    {.path = "policy.fair_share",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_policy, priority.fair_share),
     .unit = "share",
     .min = 0,
     .max = 1,
     .def = "0",
     .active = "policy.priority=tier|lifo|intent|value|lottery|weighted",
     .doc =
         "The share of a restock's slots that go to those who have waited longest, whatever the priority."},
};

uint8_t bis_priority_key(const bis_engine *e, const bis_interest *it) {
    if (e->policy.priority.mode == BIS_PRIORITY_TIER) return (uint8_t)bis_shopper_at(e, it->shopper)->tier;
    if (e->policy.priority.mode == BIS_PRIORITY_INTENT) return (uint8_t)(BIS_SOURCE_COUNT - it->source);
    return 0;
}

float bis_priority_score(const bis_engine *e, const bis_group *group, const bis_interest *it) {
    const bis_shopper *who = bis_shopper_at(e, it->shopper);
    if (e->policy.priority.mode == BIS_PRIORITY_VALUE) return who->value;
    if (e->policy.priority.mode == BIS_PRIORITY_WEIGHTED)
        return (float)(e->policy.priority.weight[it->source] * (double)who->value);
    uint64_t words[] = {who->hash, bis_sku_at(e, it->sku)->hash, group->ordinal, BIS_FOR_LOTTERY};
    return -(float)bis_hash_fraction(e->salt, words, 4);
}

static bool by_score(const bis_policy *p) {
    return p->priority.mode == BIS_PRIORITY_VALUE || p->priority.mode == BIS_PRIORITY_LOTTERY ||
           p->priority.mode == BIS_PRIORITY_WEIGHTED;
}

const bis_rule bis_priority_rule = {.sorts = by_score};
