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
    RULE(stages, "stages",
         "Lets groups of shoppers have their turn one after another. Example: tier 1 at once, the waitlist "
         "after 2h, "
         "browsers after 6h."),
    RULE(quiet, "quiet hours",
         "Leaves shoppers in peace by their own clock. Example: start 22:00, end 08:00; a turn at 23:30 in "
         "New York "
         "comes at 08:00 there."),
    RULE(interest, "interest",
         "Keeps in line those with a fresh enough signal. Example: a cart signal 15 days old is out of a "
         "window "
         "of 14d."),
    RULE_WITHOUT_ROWS(
        duplicate, "interest",
        "With match product gives a shopper one slot a restock. Example: she asked for EU 41 and EU 42."),
    RULE(consent, "consent",
         "Leaves out those who may not be pushed to. Example: a wishlist without the consent to use "
         "behaviour."),
    RULE(reachability, "reachability",
         "Leaves out those without a live device. Example: the only token came back unregistered."),
    RULE(recent_purchase, "suppression",
         "Leaves out recent buyers. Example: bought the same SKU 3 days ago, with a window of 14d."),
    RULE(recent_return, "suppression",
         "Leaves out those who sent it back. Example: returned another size a week ago, with scope product."),
    RULE(recent_notice, "suppression",
         "Leaves out those just notified. Example: told of the same SKU yesterday, with a window of 48h."),
    RULE(caps, "caps",
         "Limits messages per shopper. Example: 3 in any 7d, and 1 a calendar day in her zone."),
    RULE(holdout, "holdout",
         "Holds a share of units out as a control group. Example: fraction 0.1 makes one shopper in ten a "
         "ghost."),
    RULE(priority, "priority", "Puts the line in order. Example: tier 2 before tier 1 before tier 0."),
    RULE(throttle, "throttle",
         "Spreads sends over time. Example: 200 people every 10min, or 5 people per unit."),
    RULE(recheck, "recheck",
         "Looks again before a put-off send. Example: bought between the batch and the send, so dropped."),
    RULE(templates, "template", "Gives each shopper one of several texts. Example: two titles, half each."),
    RULE(reminder, "reminder",
         "Pushes once more. Example: after 24h to those who have not bought, while 5 units are left."),
    RULE(channels, "channels",
         "Follows up by another channel. Example: an e-mail after 12h if the push was not opened."),
    RULE(predictive, "predictive",
         "Says when it is likely to be back. Example: by Friday with a chance of 80 %, from its last ten "
         "times out."),
};

const bis_rule_info *bis_rules(size_t *n) {
    *n = COUNT(registry);
    return registry;
}

static void add(bis_engine *e, const bis_rule *rule) {
    const bis_policy *p = &e->policy;
    if (rule->sorts) e->by_score = rule->sorts(p);
    if (rule->used && !rule->used(p)) return;
    if (rule->judge) e->judge[e->n_judges++] = rule->judge;
    if (rule->judge && rule->rechecks && p->recheck.before_send) e->recheck[e->n_rechecks++] = rule->judge;
    if (rule->judge && rule->later) e->again[e->n_again++] = rule->judge;
    if (!rule->admit || (rule->admits && !rule->admits(p))) return;
    if (rule->daily)
        e->daily[e->n_daily++] = rule->admit;
    else
        e->waits[e->n_waits++] = rule->admit;
    e->admit_reason[e->n_admits] = rule->reason;
    e->admit[e->n_admits++] = rule->admit;
}

void bis_pipeline_prepare(bis_engine *e) {
    _Static_assert(COUNT(registry) <= BIS_JUDGES_MAX, "room for every judge");
    for (size_t i = 0; i < COUNT(registry); i++)
        add(e, registry[i].rule);
}
