/* SPDX-License-Identifier: MIT
 *
 * rule_predictive.c - when it is likely to be back, for one who asks while it is out.
 *
 * The forecast assumes no distribution, only that times out are exchangeable: among n completed ones that
 * were longer than this one is by now, the next is at most the k-th shortest with chance k / (n + 1).
 * (Conformal prediction; Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005.) So the
 * date is the k-th shortest with the least k whose chance reaches the threshold, and with too few to go by
 * there is no notice. A notice is no candidate and stands apart in the ledger; whether its promise was kept
 * is counted when the SKU comes in.
 */
#include "rules.h"

#define WHEN "policy.predictive.enabled=true"

const bis_field bis_predictive_fields[] = {
    {.path = "policy.predictive.enabled",
     .type = BIS_FIELD_BOOL,
     .offset = offsetof(bis_policy, predictive.enabled),
     .unit = "",
     .def = "false",
     .doc = "Tell those who ask while it is out by when it is likely to be back, if that can be said."},
    {.path = "policy.predictive.threshold",
     .type = BIS_FIELD_REAL,
     .offset = offsetof(bis_policy, predictive.threshold),
     .unit = "chance",
     .min = 0.01,
     .max = 0.999,
     .def = "0.8",
     .active = WHEN,
     .doc = "The least chance of being back by the date that is named."},
    {.path = "policy.predictive.within",
     .type = BIS_FIELD_DURATION,
     .offset = offsetof(bis_policy, predictive.within),
     .unit = "",
     .min = 1,
     .max = BIS_SPAN_MAX,
     .def = "14d",
     .active = WHEN,
     .doc = "Only dates that are no further off than this are worth a message."},
    {.path = "policy.predictive.history",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, predictive.history),
     .unit = "",
     .def = "product",
     .choices = bis_scope_names,
     .active = WHEN,
     .doc = "Whose past times out of stock the date is taken from: the same SKU's, its product's, its "
            "category's, or all."},
};

enum { LOOK_BACK = 4096 };

static bis_out *out_at(const bis_engine *e, uint32_t i) {
    return (bis_out *)e->outs.items + i;
}

/* ---- times out ---- */

static void resolve(bis_engine *e, bis_group *group, bool back) {
    for (uint32_t *link = &group->promises; *link != BIS_NONE;) {
        uint32_t i = *link;
        bis_past *promise = bis_past_at(e, i);
        bool kept = e->now <= bis_past_time(promise);
        if (!back && kept) { /* its time has not come */
            link = &promise->next;
            continue;
        }
        *(kept ? &e->ledger.predicted_kept : &e->ledger.predicted_broken) += promise->sku;
        *link = promise->next;
        bis_pool_give(&e->past, i);
    }
}

void bis_outs_level(bis_engine *e, bis_id leader) {
    if (!e->policy.predictive.enabled) return;
    bis_sku *sku = bis_sku_at(e, leader);
    bis_group *group = &sku->group;
    if (!group->trigger.in) {
        group->went_out = e->now;
        return;
    }
    if (group->went_out == BIS_NEVER) return;
    *out_at(e, (uint32_t)e->outs.n) =
        (bis_out){.lasted = e->now - group->went_out, .sku = leader, .before = sku->outs};
    sku->outs = (uint32_t)e->outs.n++;
    group->went_out = BIS_NEVER;
    resolve(e, group, true);
}

void bis_outs_settle(bis_engine *e) {
    for (bis_id id = 0; id < e->skus.n; id++)
        resolve(e, bis_group_at(e, id), false);
}

/* ---- the forecast ---- */

/* [in] longer: than this, [out] n such times out. Returns how many of them last at most `most`. */
static uint32_t completed(const bis_engine *e, bis_id leader, bis_time longer, bis_time most, uint32_t *n) {
    int scope = e->policy.predictive.history;
    uint32_t short_ones = 0, i, end = (uint32_t)e->outs.n, from = end > LOOK_BACK ? end - LOOK_BACK : 0;
    *n = 0;
    if (scope == BIS_SCOPE_SKU) {
        for (i = bis_sku_at(e, leader)->outs; i != BIS_NONE; i = out_at(e, i)->before) {
            *n += out_at(e, i)->lasted > longer;
            short_ones += out_at(e, i)->lasted > longer && out_at(e, i)->lasted <= most;
        }
        return short_ones;
    }
    for (i = from; i < end; i++) {
        if (out_at(e, i)->lasted <= longer || !bis_same_scope(e, scope, leader, out_at(e, i)->sku)) continue;
        ++*n;
        short_ones += out_at(e, i)->lasted <= most;
    }
    return short_ones;
}

/* Others that are out still, and for longer. Their ends are not known, so they count as longer than any that
 * is: without them the sample would lack its long times, since short ones are over first. */
static uint32_t still_out(const bis_engine *e, bis_id leader, bis_time longer) {
    int scope = e->policy.predictive.history;
    uint32_t n = 0;
    for (bis_id id = 0; scope != BIS_SCOPE_SKU && id < e->skus.n; id++) {
        bis_time since = bis_group_at(e, id)->went_out;
        if (id == leader || since == BIS_NEVER || e->now - since <= longer) continue;
        n += bis_same_scope(e, scope, leader, id);
    }
    return n;
}

/* The least time of the sample that at least `k` of them do not exceed. By halving: times are whole
 * milliseconds. */
static bis_time at_least(const bis_engine *e, bis_id leader, bis_time longer, uint32_t k, bis_time most) {
    uint32_t n;
    bis_time low = longer; /* fewer than k are that short */
    while (most - low > 1) {
        bis_time middle = low + (most - low) / 2;
        if (completed(e, leader, longer, middle, &n) >= k)
            most = middle;
        else
            low = middle;
    }
    return most;
}

/* [out] by, chance. false: nothing can be said. */
static bool forecast(const bis_engine *e, bis_id sku, bis_time *by, double *chance) {
    const bis_predictive_setup *setup = &e->policy.predictive;
    bis_id leader = bis_leader(e, sku);
    bis_time out_since = bis_group_at(e, leader)->went_out, elapsed = e->now - out_since;
    uint32_t n, in_time = completed(e, leader, elapsed, elapsed + setup->within, &n), k = 1;
    n += still_out(e, leader, elapsed);
    while (k <= n && (double)k / ((double)n + 1) < setup->threshold)
        k++;
    if (k > n || in_time < k) return false;
    *by = out_since + at_least(e, leader, elapsed, k, elapsed + setup->within);
    *chance = (double)k / ((double)n + 1);
    return true;
}

/* ---- the notice ---- */

static void promise(bis_engine *e, bis_group *group, bis_time by) {
    uint32_t i = bis_pool_take(&e->past);
    *bis_past_at(e, i) = (bis_past){.when = by * 256, .sku = 1, .next = group->promises};
    group->promises = i;
}

bool bis_predict(bis_engine *e, uint32_t interest) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_group *group = bis_group_of(e, it->sku);
    bis_time by;
    double chance;
    if (it->predicted || group->went_out == BIS_NEVER) return true;
    if (!forecast(e, it->sku, &by, &chance)) return true;
    if (!bis_pool_room_for(&e->memory, &e->past, 4) || !bis_decide_room(e, 1) || !bis_flight_room(e))
        return false;
    bis_candidate c = bis_candidate_of(e, group, it, it->source);
    c.kind = BIS_KIND_PREDICTIVE;
    if (bis_judged(e, e->again, e->n_again, &c) != BIS_NO_REASON || bis_quiet_end(e, &c, e->now) > e->now)
        return true;
    it->predicted = true;
    bis_arm arm = bis_holdout_of(e, c.shopper, it->sku, group);
    bool unit_is_restock = e->policy.holdout.unit == BIS_UNIT_RESTOCK;
    bool held = arm == BIS_HELD_OUT && !unit_is_restock;
    bis_decision *d = bis_say(e, group->level, it->sku, held ? BIS_GHOST : BIS_SENT, BIS_NO_REASON, 1);
    d->shopper = it->shopper;
    d->place = it->place;
    d->source = (bis_source)it->source;
    d->arm = held ? BIS_HELD_OUT : BIS_TREATED;
    d->kind = BIS_KIND_PREDICTIVE;
    d->back_from = e->now;
    d->back_by = by;
    d->chance = chance;
    bis_touch(e, d);
    if (e->flies) bis_flight_add(e, d, false);
    e->ledger.later[d->kind][d->channel][d->arm]++;
    if (!held) promise(e, group, by);
    return true;
}

const bis_rule bis_predictive_rule = {0};
