/* SPDX-License-Identifier: MIT
 *
 * order.c - whose turn it is: by priority or, for the fair share, by place.
 *
 * fifo, lifo, tier and intent walk the lines themselves, each with a cursor. value, weighted and lottery sort
 * those in line by score as a restock opens (a stable radix sort; equal scores stay in order of place) and
 * keep those who come later in a heap. Both refer to slots, and a slot that she has left is passed by.
 *
 * Who cannot have a turn yet is passed over: the walk goes on behind her, and readmit_at remembers when the
 * first of those may have one. From then on, and when something happens that may let one in sooner, all are
 * met again from the beginning.
 */
#include "rules.h"

#include <string.h>

static bis_line *line_at(const bis_group *group, size_t i) {
    return (bis_line *)group->lines.items + i;
}

static uint32_t *slot(const bis_line *line, size_t i) {
    return (uint32_t *)line->slots.items + i;
}

/* ---- admission ---- */

/* What only has to be waited for moves the time on once. What comes and goes by the day is asked last, and
 * again as long as it moves the time. */
bis_time bis_admitted(const bis_engine *e, const bis_candidate *c) {
    bis_time t = c->now, before;
    for (uint32_t k = 0; k < e->n_waits; k++) {
        t = e->waits[k](e, c, t);
        if (t == BIS_NEVER) return BIS_NEVER;
    }
    if (e->n_daily == 0) return t;
    do {
        before = t;
        for (uint32_t k = 0; k < e->n_daily; k++)
            t = e->daily[k](e, c, t);
    } while (t != before && e->n_daily > 1);
    return t;
}

bis_reason bis_not_admitted(const bis_engine *e, const bis_candidate *c) {
    for (uint32_t k = 0; k < e->n_admits; k++)
        if (e->admit[k](e, c, c->now) > c->now) return e->admit_reason[k];
    return BIS_NO_REASON;
}

static bool is_admitted(const bis_engine *e, bis_group *group, const bis_interest *it) {
    bis_candidate c = bis_candidate_of(e, group, it, it->source);
    bis_time t = bis_admitted(e, &c);
    if (t <= e->now) return true;
    if (t < group->readmit_at) group->readmit_at = t;
    return false;
}

/* Whether this one may have a turn now; else she is passed over. */
static inline bool may(const bis_engine *e, bis_group *group, uint32_t who) {
    if (who == BIS_NONE) return false;
    const bis_interest *it = bis_interest_at(e, who);
    if (it->seen == group->restock) return false;
    return e->n_admits == 0 || is_admitted(e, group, it);
}

/* ---- by line ---- */

/* Moves the cursor of a line to the first who may have a turn. */
static inline uint32_t first_of(const bis_engine *e, bis_group *group, bis_line *line) {
    enum { FAR = 16, NEAR = 8 };
    size_t n = line->slots.n;
    for (; line->cursor < n; line->cursor++) {
        uint32_t far = line->cursor + FAR < n ? *slot(line, line->cursor + FAR) : BIS_NONE;
        if (far != BIS_NONE) {
            bis_expect_interest(e, far);
            uint32_t near = *slot(line, line->cursor + NEAR);
            if (near != BIS_NONE) bis_expect_shopper(e, bis_interest_at(e, near)->shopper);
        }
        uint32_t who = *slot(line, line->cursor);
        if (may(e, group, who)) return who;
    }
    return BIS_NONE;
}

static uint32_t last_of(const bis_engine *e, bis_group *group, bis_line *line) {
    for (; line->back > 0; line->back--) {
        uint32_t who = *slot(line, line->back - 1);
        if (may(e, group, who)) return who;
    }
    return BIS_NONE;
}

static uint32_t by_key(const bis_engine *e, bis_group *group) {
    for (size_t i = 0; i < group->lines.n; i++) {
        uint32_t who = first_of(e, group, line_at(group, i));
        if (who != BIS_NONE) return who;
    }
    return BIS_NONE;
}

static uint32_t by_place(const bis_engine *e, bis_group *group) {
    uint32_t first = BIS_NONE;
    for (size_t i = 0; i < group->lines.n; i++) {
        uint32_t who = first_of(e, group, line_at(group, i));
        if (who == BIS_NONE) continue;
        if (first == BIS_NONE || bis_interest_at(e, who)->place < bis_interest_at(e, first)->place)
            first = who;
    }
    return first;
}

/* ---- by score ---- */

static inline bool ahead(const bis_scored *a, const bis_scored *b) {
    if (a->score > b->score) return true;
    return !(a->score < b->score) && a->slot < b->slot;
}

/* The first `heap` of `late` are a heap; behind it stand those who were taken out of it and may come in
 * again. */
static void late_sift_up(bis_scored *heap, size_t i) {
    bis_scored one = heap[i];
    for (; i > 0 && ahead(&one, &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = one;
}

static void late_push(bis_group *group, bis_scored one) {
    bis_scored *heap = group->late.items;
    heap[group->late.n++] = heap[group->heap];
    heap[group->heap] = one;
    late_sift_up(heap, group->heap++);
}

static void late_pop(bis_group *group) {
    bis_scored *heap = group->late.items, out = heap[0];
    size_t n = --group->heap, i = 0;
    bis_scored last = heap[n];
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && ahead(&heap[child + 1], &heap[child])) child++;
        if (!ahead(&heap[child], &last)) break;
        heap[i] = heap[child];
    }
    heap[i] = last;
    heap[n] = out;
}

/* Rises as the score falls. */
static uint32_t rank_of(float score) {
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    uint32_t rising = bits >> 31 ? ~bits : bits | 0x80000000u;
    return ~rising;
}

/* Best first, stable; `other` is as large. Three passes of 11 bits, so the result is in `other`. */
static void sort(bis_scored *one, bis_scored *other, size_t n) {
    enum { BITS = 11, SIZE = 1 << BITS };
    for (unsigned shift = 0; shift < 33; shift += BITS) {
        size_t start[SIZE] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++)
            start[rank_of(one[i].score) >> shift & (SIZE - 1)]++;
        for (size_t d = 0; d < SIZE; d++) {
            size_t count = start[d];
            start[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            other[start[rank_of(one[i].score) >> shift & (SIZE - 1)]++] = one[i];
        bis_scored *swap = one;
        one = other;
        other = swap;
    }
}

static void sort_line(bis_engine *e, bis_group *group) {
    enum { FAR = 32, NEAR = 16 };
    group->order.n = group->late.n = group->heap = group->next = 0;
    if (group->lines.n == 0) return;
    const bis_line *line = line_at(group, 0);
    bis_scored *fresh = e->scratch.items, *sorted = group->order.items;
    size_t n = 0;
    for (size_t i = 0; i < line->slots.n; i++) {
        uint32_t far = i + FAR < line->slots.n ? *slot(line, i + FAR) : BIS_NONE;
        if (far != BIS_NONE) bis_expect_interest(e, far);
        uint32_t near = i + NEAR < line->slots.n ? *slot(line, i + NEAR) : BIS_NONE;
        if (near != BIS_NONE) bis_expect_shopper(e, bis_interest_at(e, near)->shopper);
        uint32_t who = *slot(line, i);
        if (who == BIS_NONE) continue;
        fresh[n++] = (bis_scored){bis_priority_score(e, group, bis_interest_at(e, who)), (uint32_t)i};
    }
    sort(fresh, sorted, n);
    group->order.n = n;
}

static uint32_t who_at(const bis_group *group, const bis_scored *one) {
    const bis_line *line = line_at(group, 0);
    return one->slot < line->slots.n ? *slot(line, one->slot) : BIS_NONE;
}

static uint32_t by_score(const bis_engine *e, bis_group *group) {
    if (group->lines.n == 0) return BIS_NONE;
    enum { SLOT = 16, INTEREST = 10, SHOPPER = 5 };
    const bis_scored *order = group->order.items;
    const bis_line *line = line_at(group, 0);
    for (; group->next < group->order.n; group->next++) {
        /* Those in order lie anywhere in the line, and their records anywhere in memory: three steps ahead of
         * the walk. */
        const bis_scored *at = order + group->next;
        if (group->next + SLOT < group->order.n) {
            __builtin_prefetch(slot(line, at[SLOT].slot));
            uint32_t far = who_at(group, &at[INTEREST]), near = who_at(group, &at[SHOPPER]);
            if (far != BIS_NONE) bis_expect_interest(e, far);
            if (near != BIS_NONE) bis_expect_shopper(e, bis_interest_at(e, near)->shopper);
        }
        if (may(e, group, who_at(group, at))) break;
    }
    while (group->heap > 0 && !may(e, group, who_at(group, group->late.items)))
        late_pop(group);
    bool some = group->next<group->order.n, late = group->heap> 0;
    if (!some && !late) return BIS_NONE;
    const bis_scored *heap = group->late.items;
    if (late && (!some || ahead(heap, &order[group->next]))) return who_at(group, heap);
    return who_at(group, &order[group->next]);
}

/* ---- all of them ---- */

bool bis_order_room(bis_engine *e, bis_group *group) {
    return !e->by_score ||
           bis_array_room(&e->memory, &group->late, group->late.n + 1, sizeof(bis_scored), BIS_MEM_INTERESTS);
}

bool bis_order_open_room(bis_engine *e, bis_group *group) {
    if (!e->by_score) return true;
    bis_memory *m = &e->memory;
    return bis_array_room(m, &group->order, group->in_line, sizeof(bis_scored), BIS_MEM_INTERESTS) &&
           bis_array_room(m, &e->scratch, group->in_line, sizeof(bis_scored), BIS_MEM_REST);
}

void bis_order_rewind(bis_group *group) {
    group->readmit_at = BIS_NEVER;
    group->rewind = false;
    for (size_t i = 0; i < group->lines.n; i++) {
        line_at(group, i)->cursor = 0;
        line_at(group, i)->back = (uint32_t)line_at(group, i)->slots.n;
    }
    group->next = 0;
    bis_scored *late = group->late.items;
    size_t n = group->late.n;
    group->heap = group->late.n = 0;
    for (size_t i = 0; i < n; i++)
        if (who_at(group, &late[i]) != BIS_NONE) late_push(group, late[i]);
}

void bis_order_open(bis_engine *e, bis_group *group) {
    bis_line_tidy(e, group);
    bis_order_rewind(group);
    if (e->by_score) sort_line(e, group);
}

void bis_order_joined(bis_engine *e, uint32_t interest) {
    const bis_interest *it = bis_interest_at(e, interest);
    bis_group *group = bis_group_of(e, it->sku);
    if (!e->by_score || group->restock == BIS_NO_ID) return;
    late_push(group, (bis_scored){bis_priority_score(e, group, it), it->slot});
}

void bis_order_changed(bis_engine *e, bis_id leader) {
    bis_group *group = bis_group_at(e, leader);
    if (e->n_admits == 0 || group->restock == BIS_NO_ID || group->pending == 0) return;
    group->rewind = true;
    if (!bis_throttle_immediate(&e->policy.throttle)) return;
    group->batch_at = e->now;
    group->wake[BIS_WAKE_BATCH] = bis_wake_add(e, e->now, BIS_WAKE_BATCH, leader, 0);
}

uint32_t bis_order_next(bis_engine *e, bis_group *group) {
    const bis_priority_setup *priority = &e->policy.priority;
    if (priority->fair_share > 0) {
        double k = (double)group->slots + 1, f = priority->fair_share;
        if ((uint64_t)(k * f) > (uint64_t)((k - 1) * f)) return by_place(e, group);
    }
    if (e->by_score) return by_score(e, group);
    if (priority->mode == BIS_PRIORITY_LIFO)
        return group->lines.n ? last_of(e, group, line_at(group, 0)) : BIS_NONE;
    return by_key(e, group);
}
