/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arms.c - policy.arms: several policies in one world, each shopper under one of them.
 *
 * An arm's policy is the scenario's, under it as it stands in the end, over it what the arm's preset gives,
 * and over both the settings of the arm's `set`. It is resolved by a loader of its own, whose marks are those
 * of the scenario, and those of the arm's `policy` and `set` for what comes from there; so an error says
 * where the arm was written, and every check of a policy is the same as without arms.
 */
#include "scenarios/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const bis_field_list arms = {
    .path = "policy.arms",
    .offset = AT(arm),
    .stride = sizeof(scenario_arm),
    .count_offset = AT(arms),
    .max = SCENARIO_ARMS_MAX,
    .doc = "Policies that are set against each other in one world: each shopper is under one of them, all "
           "compete for the same units.",
};

#define ARM_TEXT(NAME, M, SIZE, DOC)                                                                         \
    ELEMENT(arms, "policy.arms[]." NAME, BIS_FIELD_TEXT, offsetof(scenario_arm, M), SIZE, "", 0, 0, "",      \
            NULL, DOC)

const bis_field scenario_arm_rows[] = {
    ARM_TEXT("name", name, BIS_NAME_SIZE, "What the arm is called; no two alike."),
    ELEMENT(arms, "policy.arms[].weight", BIS_FIELD_REAL, offsetof(scenario_arm, weight), 0, "weight", 0, 1e6,
            "1", NULL, "Its share of shoppers is its weight over the sum of all; policy.holdout.salt draws."),
    ARM_TEXT("policy", policy, SCENARIO_PRESET_SIZE,
             "A preset, as in policy.preset, that lies over the scenario's policy in this arm; empty: none."),
    ARM_TEXT("set", set, SCENARIO_SET_SIZE,
             "What else differs in this arm: PATH=VALUE with paths below policy, parted by spaces, such as "
             "throttle.size=500 priority=tier."),
};
const size_t scenario_arm_row_count = sizeof scenario_arm_rows / sizeof scenario_arm_rows[0];

size_t scenario_arm_of(const scenario *s, uint64_t shopper_hash) {
    double weight[SCENARIO_ARMS_MAX];
    for (size_t i = 0; i < s->p.arms; i++)
        weight[i] = s->p.arm[i].weight;
    return bis_arm_of(s->p.policy.holdout.salt, weight, s->p.arms, shopper_hash);
}

/* ---- templates ---- */

static bool same_template(const bis_template *a, const bis_template *b) {
    if (a->name[0] || b->name[0]) return strcmp(a->name, b->name) == 0;
    return strcmp(a->title, b->title) == 0 && strcmp(a->body, b->body) == 0 &&
           strcmp(a->deep_link, b->deep_link) == 0;
}

/* Those of one arm stay apart. What there is no room for is counted once. */
static size_t add_templates(const bis_templates_setup *own, const bis_template **all, size_t n, uint8_t *of) {
    size_t before = n;
    for (size_t i = 0; i < own->n && n <= BIS_TEMPLATES_MAX; i++) {
        size_t k = 0;
        while (k < before && !same_template(&own->text[i], all[k]))
            k++;
        if (k == before && n++ < BIS_TEMPLATES_MAX) all[n - 1] = &own->text[i];
        if (of) of[i] = (uint8_t)(k < before ? k : n - 1);
    }
    return n;
}

size_t scenario_templates(const scenario *s, const bis_template **out, uint8_t (*of)[BIS_TEMPLATES_MAX]) {
    const bis_template *all[BIS_TEMPLATES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < (s->p.arms ? s->p.arms : 1) && n <= BIS_TEMPLATES_MAX; i++)
        n = add_templates(&scenario_policy(s, i)->templates, all, n, of ? of[i] : NULL);
    for (size_t k = 0; out && k < n && k < BIS_TEMPLATES_MAX; k++)
        out[k] = all[k];
    return n;
}

/* Where a field of arm k was given. */
static scenario_mark mark_of(const scenario_loader *l, size_t k, const char *field) {
    char path[SCENARIO_PATH_TEXT];
    snprintf(path, sizeof path, "policy.arms[%zu].%s", k, field);
    return scenario_mark_of(l, path);
}

/* ---- set ---- */

static bool apply_one(scenario_loader *l, const char *text, size_t size, scenario_mark mark) {
    char path[SCENARIO_PATH_TEXT], value[SCENARIO_SET_SIZE], quoted[SCENARIO_PATH_TEXT];
    const char *equals = memchr(text, '=', size);
    size_t name = equals ? (size_t)(equals - text) : 0;
    scenario_quote(text, size, quoted, sizeof quoted);
    if (name == 0 || name + sizeof "policy." > sizeof path)
        return scenario_fail_at(
            l, mark, "%s is not PATH=VALUE; write settings as throttle.size=500 priority=tier", quoted);
    snprintf(path, sizeof path, "policy.%.*s", (int)name, text);
    snprintf(value, sizeof value, "%.*s", (int)(size - name - 1), equals + 1);
    if (strncmp(path, "policy.policy.", 14) == 0)
        return scenario_fail_at(l, mark, "%s: paths begin below policy; leave out 'policy.'", quoted);
    if (strncmp(path, "policy.arms", 11) == 0)
        return scenario_fail_at(l, mark, "%s: an arm has no arms of its own", quoted);
    if (strcmp(path, "policy.preset") == 0)
        return scenario_fail_at(l, mark, "%s: name the preset in the arm's field policy", quoted);
    return scenario_set_apply(l, path, value, mark);
}

static bool apply_set(scenario_loader *l, const char *set, scenario_mark mark) {
    mark.arm = true;
    for (const char *at = set + strspn(set, " "); *at; at += strspn(at, " ")) {
        size_t size = strcspn(at, " ");
        if (!apply_one(l, at, size, mark)) return false;
        at += size;
    }
    return true;
}

/* ---- what must not differ ---- */

static bool same_regions(const bis_consent_setup *a, const bis_consent_setup *b) {
    bool same = a->regions == b->regions;
    for (size_t i = 0; same && i < a->regions; i++)
        same = strcmp(a->region[i].name, b->region[i].name) == 0;
    return same;
}

static bool same_holdout(const bis_holdout_setup *a, const bis_holdout_setup *b) {
    return a->fraction == b->fraction && a->product_fraction == b->product_fraction && a->unit == b->unit &&
           strcmp(a->salt, b->salt) == 0 && a->consumes_slot == b->consumes_slot;
}

/* The holdout is a control of the whole experiment, and shoppers have one region, whatever their arm. */
static bool fits(scenario_loader *l, const bis_policy *base) {
    const bis_policy *own = &l->p->policy;
    if (!same_holdout(&own->holdout, &base->holdout))
        return scenario_fail(
            l, "", "policy.holdout must be the same in all arms; say it once, in the scenario's policy");
    return same_regions(&own->consent, &base->consent) ||
           scenario_fail(l, "",
                         "policy.regions must have the same names in the same order in all arms; their rules "
                         "may differ");
}

/* ---- one arm, all arms ---- */

static bool resolve(scenario_loader *l, const scenario_loader *base, size_t k) {
    const scenario_arm *arm = &base->p->arm[k];
    scenario_mark policy = mark_of(base, k, "policy"), set = mark_of(base, k, "set");
    l->arm = arm->name;
    l->arm_mark = arm->set[0] ? set : policy;
    if (arm->policy[0] && !scenario_preset_overlay(l, arm->policy, policy)) return false;
    return apply_set(l, arm->set, set) && scenario_check_active(l, SCENARIO_OF_ARM) &&
           fits(l, &base->p->policy) && scenario_check_all(l);
}

static scenario_status resolve_one(scenario_loader *l, size_t k, bis_policy *out) {
    scenario_loader own = *l;
    own.p = malloc(sizeof *own.p);
    own.mark = NULL;
    own.first = NULL;
    bool ready = own.p && scenario_loader_init(&own), ok = false;
    if (ready) {
        memcpy(own.mark, l->mark, l->marks * sizeof *own.mark);
        *own.p = *l->p;
        ok = resolve(&own, l, k);
        *out = own.p->policy;
    }
    free(own.p);
    scenario_loader_clear(&own);
    if (!ready || own.no_memory) return SCENARIO_NO_MEMORY;
    return ok ? SCENARIO_OK : SCENARIO_BAD_INPUT;
}

scenario_status scenario_arms_resolve(scenario_loader *l, scenario *s) {
    size_t n = s->p.arms;
    scenario_status status = SCENARIO_OK;
    if (n == 0) return SCENARIO_OK;
    if (n == 1) {
        scenario_fail(l, "policy.arms[0].name",
                      "'policy.arms' lists one arm; list two at least, or none to have one policy");
        return SCENARIO_BAD_INPUT;
    }
    s->arm = calloc(n, sizeof *s->arm);
    if (!s->arm) return SCENARIO_NO_MEMORY;
    for (size_t k = 0; k < n && status == SCENARIO_OK; k++)
        status = resolve_one(l, k, &s->arm[k]);
    if (status != SCENARIO_OK || scenario_templates(s, NULL, NULL) <= BIS_TEMPLATES_MAX) return status;
    scenario_fail(l, "policy.arms[0].name",
                  "the arms have more than %d templates among them; give those that are the same one name",
                  BIS_TEMPLATES_MAX);
    return SCENARIO_BAD_INPUT;
}
