/* SPDX-License-Identifier: MIT
 *
 * pipeline.c - the registry: every rule, in the order in which a candidate meets them.
 *
 * To add a rule: write rule_NAME.c with its rows and, where it judges candidates, its judge; declare both in
 * rules.h; add a line here. Its place in this table is its place in the pipeline.
 */
#include "rules.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* name, step, rows, what it does */
#define RULE(NAME, STEP, DOC)                                                                                \
    {                                                                                                        \
        .name = #NAME, .step = STEP, .doc = DOC, .fields = bis_##NAME##_fields,                              \
        .n_fields = COUNT(bis_##NAME##_fields), .rule = &bis_##NAME##_rule                                   \
    }
#define RULE_WITHOUT_ROWS(NAME, STEP, DOC)                                                                   \
    { .name = #NAME, .step = STEP, .doc = DOC, .rule = &bis_##NAME##_rule }

static const bis_rule_info registry[] = {
    RULE(trigger, "trigger",
         "Opens a restock when a SKU comes back, pauses it while stock is low and ends it in time. Example: "
         "mode "
         "threshold with min_stock 10 opens at ten units and pauses below ten."),
    RULE(interest, "interest",
         "Keeps in line those with a fresh enough signal. Example: a cart signal 15 days old is out of a "
         "window "
         "of 14d."),
    RULE(consent, "consent",
         "Leaves out those who may not be pushed to. Example: a wishlist without the consent to use "
         "behaviour."),
    RULE_WITHOUT_ROWS(
        reachability, "reachability",
        "Leaves out those without a live device. Example: the only token came back unregistered."),
    RULE(recent_purchase, "suppression",
         "Leaves out recent buyers. Example: bought the same SKU 3 days ago, with a window of 14d."),
    RULE(recent_notice, "suppression",
         "Leaves out those just notified. Example: told of the same SKU yesterday, with a window of 48h."),
    RULE(caps, "caps", "Limits notices per shopper. Example: 3 in any 7d, and 1 in any 24h."),
    RULE(holdout, "holdout",
         "Holds a share of shoppers out as a control group. Example: fraction 0.1 makes one in ten a ghost."),
    RULE(priority, "priority", "Puts the line in order. Example: tier 2 before tier 1 before tier 0."),
    RULE(throttle, "throttle",
         "Spreads sends over time. Example: 200 people every 10min, or 5 people per unit."),
    RULE(recheck, "recheck",
         "Looks again before a put-off send. Example: bought between the batch and the send, so dropped."),
};

const bis_rule_info *bis_rules(size_t *n) {
    *n = COUNT(registry);
    return registry;
}

void bis_pipeline_prepare(bis_engine *e) {
    _Static_assert(COUNT(registry) <= BIS_JUDGES_MAX, "room for every judge");
    for (size_t i = 0; i < COUNT(registry); i++) {
        const bis_rule *rule = registry[i].rule;
        if (!rule->judge || (rule->used && !rule->used(&e->policy))) continue;
        e->judge[e->n_judges++] = rule->judge;
        if (rule->rechecks && e->policy.recheck.before_send) e->recheck[e->n_rechecks++] = rule->judge;
    }
}
