/* SPDX-License-Identifier: MIT
 *
 * standing.c - how one shopper stands in a line, for those who explain it. Counts anew; slow.
 */
#include "rules.h"

static bool stands_before(const bis_engine *e, const bis_group *group, const bis_interest *a,
                          const bis_interest *b) {
    uint8_t a_key = bis_priority_key(e, a), b_key = bis_priority_key(e, b);
    if (a_key != b_key) return a_key > b_key;
    if (e->by_score) {
        float x = bis_priority_score(e, group, a), y = bis_priority_score(e, group, b);
        if (x > y || y > x) return x > y;
    }
    return e->policy.priority.mode == BIS_PRIORITY_LIFO ? a->slot > b->slot : a->slot < b->slot;
}

static uint32_t count_ahead(const bis_engine *e, const bis_group *group, const bis_interest *her) {
    uint32_t n = 0;
    for (size_t l = 0; l < group->lines.n; l++) {
        const bis_line *line = (const bis_line *)group->lines.items + l;
        for (size_t i = 0; i < line->slots.n; i++) {
            uint32_t who = ((const uint32_t *)line->slots.items)[i];
            if (who == BIS_NONE || bis_interest_at(e, who) == her) continue;
            n += stands_before(e, group, bis_interest_at(e, who), her);
        }
    }
    return n;
}

static void say_why(const bis_engine *e, const bis_interest *it, bis_standing *out) {
    const bis_group *group = bis_group_of(e, it->sku);
    bis_candidate c = bis_candidate_of(e, group, it, it->source);
    if (group->restock != BIS_NO_ID) {
        out->again_at = bis_admitted(e, &c);
        out->why = bis_not_admitted(e, &c);
        if (out->why != BIS_NO_REASON) return;
    }
    out->again_at = BIS_NEVER;
    for (uint32_t k = 0; k < e->n_judges && out->why == BIS_NO_REASON; k++)
        if (group->restock != BIS_NO_ID || e->judge[k] != bis_duplicate_rule.judge)
            out->why = e->judge[k](e, &c);
    out->count = c.count;
    out->limit = c.limit;
    out->again_at = c.again_at;
    if (out->why == BIS_NO_REASON && group->restock != BIS_NO_ID && bis_restock_paused(e, group))
        out->why = BIS_BELOW_MIN_STOCK;
}

void bis_engine_standing(const bis_engine *e, bis_id shopper, bis_id sku, bis_standing *out) {
    *out = (bis_standing){.restock = BIS_NO_ID, .send_at = BIS_NEVER, .again_at = BIS_NEVER};
    uint32_t i = bis_interest_find(e, shopper, sku);
    if (i == BIS_NONE || bis_interest_at(e, i)->slot == BIS_NONE) return;
    const bis_interest *it = bis_interest_at(e, i);
    const bis_group *group = bis_group_of(e, sku);
    out->in_line = true;
    out->source = (bis_source)it->source;
    out->place = it->place;
    out->waiting = group->in_line;
    out->ahead = count_ahead(e, group, it);
    out->restock = group->restock;
    out->had_turn = group->restock != BIS_NO_ID && it->seen == group->restock;
    if (it->queued != BIS_NONE) out->send_at = bis_queued_at(e, it->queued)->send_at;
    say_why(e, it, out);
}
