/* SPDX-License-Identifier: MIT
 *
 * validate.c - the inner invariants, counted anew from the records. Slow: for tests.
 */
#include "rules.h"

#define ASK(condition, text)                                                                                 \
    do {                                                                                                     \
        if (!(condition)) return (text);                                                                     \
    } while (0)

typedef struct {
    uint32_t in_line, pending;
} tally;

static const char *check_slot(const bis_engine *e, bis_id leader, const bis_line *line, size_t i,
                              tally *sum) {
    const bis_group *group = bis_group_at(e, leader);
    uint32_t who = ((const uint32_t *)line->slots.items)[i];
    const bis_interest *it = bis_interest_at(e, who);
    ASK(bis_leader(e, it->sku) == leader && it->slot == i, "an interest and its slot disagree");
    ASK(it->source < BIS_SOURCE_COUNT, "an interest without a counting source stands in line");
    ASK(bis_priority_key(e, it) == line->key, "an interest stands in the line of another key");
    ASK(it->queued == BIS_NONE || it->seen == group->restock, "a queued interest was not evaluated");
    ASK(bis_interest_find(e, it->shopper, it->sku) == who,
        "an interest in line is not the shopper's one open interest in the SKU");
    bool pending = bis_is_pending(it, group->restock), walks = e->n_admits == 0 && !e->by_score;
    bool met = e->policy.priority.mode == BIS_PRIORITY_LIFO ? i >= line->back : i < line->cursor;
    ASK(!pending || !walks || !met, "the walk passed over a candidate");
    sum->in_line++;
    sum->pending += pending;
    return NULL;
}

static const char *check_line(const bis_engine *e, bis_id leader, const bis_line *line, tally *sum) {
    uint32_t live = 0;
    bis_time place = INT64_MIN;
    for (size_t i = 0; i < line->slots.n; i++) {
        uint32_t who = ((const uint32_t *)line->slots.items)[i];
        if (who == BIS_NONE) continue;
        ASK(who < e->interests.array.n, "a slot points outside the interests");
        const char *wrong = check_slot(e, leader, line, i, sum);
        if (wrong) return wrong;
        ASK(bis_interest_at(e, who)->place >= place, "a line is out of order");
        place = bis_interest_at(e, who)->place;
        live++;
    }
    ASK(live == line->live, "a line miscounts those who wait");
    return NULL;
}

static const char *check_queue(const bis_engine *e, bis_id leader, uint32_t *queued) {
    const bis_group *group = bis_group_at(e, leader);
    uint32_t previous = BIS_NONE;
    *queued = 0;
    for (uint32_t q = group->queue_head; q != BIS_NONE;
         previous = q, q = bis_queued_at(e, q)->next, ++*queued) {
        ASK(bis_queued_at(e, q)->previous == previous && bis_leader(e, bis_queued_at(e, q)->sku) == leader,
            "a queue is torn");
        ASK(bis_interest_at(e, bis_queued_at(e, q)->interest)->queued == q,
            "a queued send lost its interest");
    }
    ASK(group->queue_tail == previous, "a queue has a wrong tail");
    return NULL;
}

/* What the members say of their group: level, interests in line, units not yet seen in the levels. */
static const char *check_members(const bis_engine *e, bis_id leader) {
    const bis_group *group = bis_group_at(e, leader);
    int64_t level = 0, unseen = 0;
    uint32_t waiting = 0;
    for (bis_id id = 0; id < e->skus.n; id++) {
        const bis_sku *sku = bis_sku_at(e, id);
        if (sku->leader != leader) continue;
        level += sku->level;
        waiting += sku->waiting;
        for (uint32_t i = sku->orders; i != BIS_NONE; i = bis_past_at(e, i)->next)
            unseen += bis_past_at(e, i)->sku;
    }
    ASK(level == group->level && waiting == group->in_line && unseen == group->unseen,
        "a group is not the sum of its SKUs");
    return NULL;
}

static const char *check_group(const bis_engine *e, bis_id leader) {
    const bis_group *group = bis_group_at(e, leader);
    tally sum = {0};
    for (size_t i = 0; i < group->lines.n; i++) {
        const bis_line *line = (const bis_line *)group->lines.items + i;
        ASK(i == 0 || line[-1].key > line->key, "the lines of a SKU are out of order");
        const char *wrong = check_line(e, leader, line, &sum);
        if (wrong) return wrong;
    }
    ASK(sum.in_line == group->in_line, "a group miscounts its open interests");
    uint32_t queued;
    const char *wrong = check_queue(e, leader, &queued);
    if (wrong) return wrong;
    if (group->restock == BIS_NO_ID) {
        ASK(queued == 0 && group->pending == 0, "a SKU without a restock has candidates");
        return NULL;
    }
    const bis_restock *restock = bis_restock_at(e, group->restock);
    ASK(bis_leader(e, restock->sku) == leader && restock->closed == BIS_NEVER,
        "a SKU and its restock disagree");
    ASK(sum.pending == group->pending, "a restock miscounts those whose turn has not come");
    ASK(queued == restock->outcome[BIS_QUEUED], "a restock miscounts its queue");
    return NULL;
}

static const char *check_sku(const bis_engine *e, bis_id id) {
    const bis_sku *sku = bis_sku_at(e, id);
    if (sku->leader != id) { /* another's, or never named */
        ASK(sku->group.lines.n == 0 && sku->group.restock == BIS_NO_ID, "a SKU that leads nobody has a line");
        return NULL;
    }
    const char *wrong = check_group(e, id);
    return wrong || e->policy.trigger.match == BIS_MATCH_VARIANT ? wrong : check_members(e, id);
}

/* candidates = still to come + all outcomes, per restock; and the ledger is the sum over restocks. */
static const char *check_ledger(const bis_engine *e) {
    uint64_t candidates = 0, outcome[BIS_OUTCOME_COUNT] = {0};
    for (size_t i = 0; i < e->restocks.n; i++) {
        const bis_restock *restock = bis_restock_at(e, (bis_id)i);
        bool open = restock->closed == BIS_NEVER;
        ASK(open == (bis_group_of(e, restock->sku)->restock == restock->id), "an open restock nobody holds");
        uint64_t sum = open ? bis_group_of(e, restock->sku)->pending : 0;
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++) {
            sum += restock->outcome[o];
            outcome[o] += restock->outcome[o];
        }
        ASK(open || restock->outcome[BIS_QUEUED] == 0, "a closed restock has a queue");
        ASK(sum == restock->candidates, "a restock's outcomes do not add up to its candidates");
        candidates += restock->candidates;
    }
    ASK(e->ledger.restocks == e->restocks.n && e->ledger.candidates == candidates,
        "the ledger miscounts restocks or candidates");
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++) {
        uint64_t sum = 0;
        for (int r = 0; r < BIS_REASON_COUNT; r++)
            sum += e->ledger.n[o][r];
        ASK(sum == outcome[o], "the ledger is not the sum of the restocks");
    }
    uint64_t touches = e->ledger.n[BIS_SENT][BIS_NO_REASON] + e->ledger.n[BIS_GHOST][BIS_NO_REASON];
    for (int k = 0; k < BIS_KIND_COUNT; k++)
        for (int c = 0; c < BIS_CHANNEL_COUNT; c++)
            touches += e->ledger.later[k][c][BIS_TREATED] + e->ledger.later[k][c][BIS_HELD_OUT];
    ASK(touches == e->touches, "touches and sends disagree");
    return NULL;
}

static uint32_t past_length(const bis_engine *e, uint32_t i) {
    uint32_t n = 0;
    for (; i != BIS_NONE; i = bis_past_at(e, i)->next)
        n++;
    return n;
}

/* Every record in use hangs on exactly one shopper. */
static const char *check_pools(const bis_engine *e) {
    uint32_t interests = 0, signals = 0, past = 0;
    for (bis_id s = 0; s < e->shoppers.n; s++) {
        const bis_shopper *who = bis_shopper_at(e, s);
        for (uint32_t i = who->interests; i != BIS_NONE; i = bis_interest_at(e, i)->next, interests++) {
            const bis_interest *it = bis_interest_at(e, i);
            ASK(it->shopper == s, "an interest hangs on another shopper");
            ASK((it->slot == BIS_NONE) == (it->source == BIS_SOURCE_COUNT), "in line and counting differ");
            for (uint32_t g = it->signals; g != BIS_NONE; g = bis_signal_at(e, g)->next) {
                ASK(bis_signal_at(e, g)->source != it->source, "a source stands twice in an interest");
                signals++;
            }
        }
        past += past_length(e, who->past);
    }
    for (bis_id id = 0; id < e->skus.n; id++)
        past += past_length(e, bis_sku_at(e, id)->orders) + past_length(e, bis_group_at(e, id)->promises);
    ASK(interests == e->interests.used && signals == e->signals.used && past == e->past.used,
        "a pool leaks or shares records");
    return NULL;
}

static const char *check_wakes(const bis_engine *e) {
    const bis_wake *wake = e->wakes.items;
    for (size_t i = 1; i < e->wakes.n; i++)
        ASK(wake[(i - 1) / 2].at <= wake[i].at, "the wakes are no heap");
    ASK(e->wakes.n == 0 || bis_wake_live(e, &wake[0]), "the next wake is stale");
    return NULL;
}

static const char *check_all(const bis_engine *e) {
    for (bis_id id = 0; id < e->skus.n; id++) {
        const char *wrong = check_sku(e, id);
        if (wrong) return wrong;
    }
    const char *wrong = check_ledger(e);
    if (!wrong) wrong = check_pools(e);
    return wrong ? wrong : check_wakes(e);
}

bool bis_engine_validate(const bis_engine *e, const char **reason) {
    const char *wrong = check_all(e);
    if (wrong && reason) *reason = wrong;
    return !wrong;
}
