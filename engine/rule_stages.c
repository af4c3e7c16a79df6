/* SPDX-License-Identifier: MIT
 *
 * rule_stages.c - who may be told from when on: loyal past buyers first, then the waitlist, then browsers.
 *
 * A stage admits, so long after the opening, those whose tier is in `tier` AND whose strongest counting
 * source is in `source` AND who have bought what `bought_before` says. Who fits several is admitted by the
 * earliest. Stages order nobody: all who are admitted stand in one line, by the policy's priority.
 */
#include "rules.h"

static const char *const tiers[] = {"0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10",
                                    "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
                                    "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", NULL};
static const char *const bought[] = {"ignored", "sku", "product", "category", "any", NULL};

static const bis_field_list stages = {
    .path = "policy.stages",
    .offset = offsetof(bis_policy, stages.stage),
    .stride = sizeof(bis_stage),
    .count_offset = offsetof(bis_policy, stages.n),
    .max = BIS_STAGES_MAX,
    .doc = "Who may be told from when on; whoever fits no stage waits. Without a list, everyone at once.",
};

const bis_field bis_stages_fields[] = {
    {.path = "policy.stages[].name",
     .type = BIS_FIELD_TEXT,
     .offset = offsetof(bis_stage, name),
     .size = BIS_NAME_SIZE,
     .unit = "",
     .def = "",
     .list = &stages,
     .doc = "What the stage is called."},
    {.path = "policy.stages[].after",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_stage, after),
     .unit = "",
     .min = 0,
     .max = BIS_SPAN_MAX,
     .def = "0s",
     .list = &stages,
     .doc = "How long after the opening the stage begins."},
    {.path = "policy.stages[].who.tier",
     .type = BIS_FIELD_SET,
     .offset = offsetof(bis_stage, tiers),
     .unit = "",
     .def = "all",
     .choices = tiers,
     .list = &stages,
     .doc = "Tiers that it admits, by number, the lowest being 0; 31 stands for all from there on."},
    {.path = "policy.stages[].who.source",
     .type = BIS_FIELD_SET,
     .offset = offsetof(bis_stage, sources),
     .unit = "",
     .def = "all",
     .choices = bis_source_names,
     .list = &stages,
     .doc = "Signals that it admits: the strongest one of a shopper that counts must be among them."},
    {.path = "policy.stages[].who.bought_before",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_stage, bought_before),
     .unit = "",
     .def = "ignored",
     .choices = bought,
     .list = &stages,
     .doc = "What a shopper must have bought before: the same SKU, one of its product, of its category, or "
            "anything."},
};

static bool used(const bis_policy *p) {
    return p->stages.n > 0;
}

static unsigned row_of(unsigned tier) {
    return tier < BIS_TIERS_MAX - 1 ? tier : BIS_TIERS_MAX - 1;
}

/* Stages that do not ask what she bought admit by tier and source alone: found once. */
void bis_stages_init(bis_engine *e) {
    for (unsigned tier = 0; tier < BIS_TIERS_MAX; tier++)
        for (unsigned source = 0; source < BIS_SOURCE_COUNT; source++)
            e->stage_after[tier][source] = BIS_NEVER;
    for (size_t i = 0; i < e->policy.stages.n; i++) {
        const bis_stage *stage = &e->policy.stages.stage[i];
        if (stage->bought_before != BIS_BOUGHT_IGNORED) continue;
        for (unsigned tier = 0; tier < BIS_TIERS_MAX; tier++)
            for (unsigned source = 0; source < BIS_SOURCE_COUNT; source++)
                if (BIS_SET_HAS(stage->tiers, tier) && BIS_SET_HAS(stage->sources, source) &&
                    stage->after < e->stage_after[tier][source])
                    e->stage_after[tier][source] = stage->after;
    }
}

static bool fits(const bis_engine *e, const bis_stage *stage, const bis_candidate *c) {
    if (stage->bought_before == BIS_BOUGHT_IGNORED || !BIS_SET_HAS(stage->tiers, row_of(c->shopper->tier)) ||
        !BIS_SET_HAS(stage->sources, c->interest->source))
        return false;
    return bis_past_within(e, c->shopper, BIS_PAST_PURCHASE, stage->bought_before - BIS_BOUGHT_SKU, BIS_NEVER,
                           c->sku, c->now) != NULL;
}

static bis_time admit(const bis_engine *e, const bis_candidate *c, bis_time t) {
    const bis_stages_setup *setup = &e->policy.stages;
    bis_time first = e->stage_after[row_of(c->shopper->tier)][c->interest->source];
    for (size_t i = 0; e->asks_bought && i < setup->n; i++)
        if (setup->stage[i].after < first && fits(e, &setup->stage[i], c)) first = setup->stage[i].after;
    if (first == BIS_NEVER) return BIS_NEVER;
    bis_time at = c->group->opened + first;
    return at > t ? at : t;
}

const bis_rule bis_stages_rule = {.used = used, .admit = admit, .reason = BIS_STAGE_PENDING};
