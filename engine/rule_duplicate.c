/* SPDX-License-Identifier: MIT
 *
 * rule_duplicate.c - with match product: one slot a shopper and restock, however many SKUs she asked for.
 */
#include "rules.h"

static bool used(const bis_policy *p) {
    return p->trigger.match == BIS_MATCH_PRODUCT;
}

static bis_reason judge(const bis_engine *e, bis_candidate *c) {
    bis_id leader = bis_leader(e, c->sku);
    for (uint32_t i = c->shopper->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next) {
        const bis_interest *other = bis_interest_at(e, i);
        if (other != c->interest && other->queued != BIS_NONE && bis_leader(e, other->sku) == leader)
            return BIS_DUPLICATE;
    }
    unsigned told = bis_past_notice(BIS_KIND_RESTOCK, BIS_PUSH);
    for (uint32_t i = c->shopper->past; i != BIS_NONE; i = bis_past_at(e, i)->next) {
        const bis_past *past = bis_past_at(e, i);
        if (bis_past_is(past) != told) continue;
        if (bis_past_time(past) < c->group->opened) break;
        if (past->sku != c->sku && bis_leader(e, past->sku) == leader) return BIS_DUPLICATE;
    }
    return BIS_NO_REASON;
}

const bis_rule bis_duplicate_rule = {.used = used, .judge = judge};
