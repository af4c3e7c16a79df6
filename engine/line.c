/* SPDX-License-Identifier: MIT
 *
 * line.c - waiting lines: append-only arrays with gaps.
 *
 * An interest's place is the time at which its strongest source first counted. Events come in order of time,
 * so a new interest and one whose source got stronger both belong at the tail, and no line is ever sorted.
 * Only a change of tier puts an interest into the middle. Who leaves makes a gap; gaps are squeezed out when
 * the array is full and when a restock opens, if they outnumber those who wait.
 */
#include "rules.h"

static uint32_t *slot(const bis_line *line, size_t i) {
    return (uint32_t *)line->slots.items + i;
}

static bis_line *line_at(const bis_sku *sku, size_t i) {
    return (bis_line *)sku->lines.items + i;
}

bis_line *bis_line_search(const bis_sku *sku, uint8_t key) {
    for (size_t i = 0; i < sku->lines.n; i++)
        if (line_at(sku, i)->key == key) return line_at(sku, i);
    return NULL;
}

static bis_line *line_of(const bis_engine *e, const bis_interest *it) {
    return bis_line_find(bis_sku_at(e, it->sku),
                         bis_priority_key(&e->policy, bis_shopper_at(e, it->shopper)));
}

static void squeeze(const bis_engine *e, bis_line *line) {
    size_t n = 0, cursor = line->cursor;
    for (size_t i = 0; i < line->slots.n; i++) {
        if (i == line->cursor) cursor = n;
        uint32_t who = *slot(line, i);
        if (who == BIS_NONE) continue;
        bis_interest_at(e, who)->slot = (uint32_t)n;
        *slot(line, n++) = who;
    }
    line->cursor = (uint32_t)(line->cursor >= line->slots.n ? n : cursor);
    line->slots.n = n;
}

static bool gaps_dominate(const bis_line *line) {
    return line->slots.n - line->live > line->live;
}

bool bis_line_room(bis_engine *e, bis_id id, uint8_t key) {
    bis_sku *sku = bis_sku_at(e, id);
    bis_line *line = bis_line_find(sku, key);
    if (!line) {
        if (!bis_array_room(&e->memory, &sku->lines, sku->lines.n + 1, sizeof(bis_line), BIS_MEM_INTERESTS))
            return false;
        size_t i = sku->lines.n++; /* highest key first */
        for (; i > 0 && line_at(sku, i - 1)->key < key; i--)
            *line_at(sku, i) = *line_at(sku, i - 1);
        line = line_at(sku, i);
        *line = (bis_line){.key = key};
    }
    if (line->slots.n < line->slots.capacity) return true;
    if (gaps_dominate(line)) {
        squeeze(e, line);
        return true;
    }
    if (line->slots.n >= BIS_NONE) return false;
    return bis_array_room(&e->memory, &line->slots, line->slots.n + 1, sizeof(uint32_t), BIS_MEM_INTERESTS);
}

void bis_line_append(bis_engine *e, uint32_t interest) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = line_of(e, it);
    it->slot = (uint32_t)line->slots.n;
    *slot(line, line->slots.n++) = interest;
    line->live++;
}

void bis_line_insert(bis_engine *e, uint32_t interest, uint8_t key) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = bis_line_find(bis_sku_at(e, it->sku), key);
    size_t to = line->slots.n++;
    for (; to > 0; to--) {
        uint32_t who = *slot(line, to - 1);
        if (who != BIS_NONE && bis_interest_at(e, who)->place <= it->place) break;
        if (who != BIS_NONE) bis_interest_at(e, who)->slot = (uint32_t)to;
        *slot(line, to) = who;
    }
    *slot(line, to) = interest;
    it->slot = (uint32_t)to;
    line->live++;
    if (to < line->cursor) line->cursor = (uint32_t)to; /* those behind her are met again, and passed over */
}

void bis_line_remove(bis_engine *e, uint32_t interest) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = line_of(e, it);
    *slot(line, it->slot) = BIS_NONE;
    it->slot = BIS_NONE;
    if (--line->live == 0) {
        line->slots.n = 0;
        line->cursor = 0;
    }
}

void bis_line_rewind(bis_sku *sku, bis_engine *e) {
    for (size_t i = 0; i < sku->lines.n; i++) {
        bis_line *line = line_at(sku, i);
        if (gaps_dominate(line)) squeeze(e, line);
        line->cursor = 0;
    }
}

uint32_t bis_line_next(const bis_engine *e, bis_sku *sku) {
    enum { FAR = 16, NEAR = 8 };
    for (size_t i = 0; i < sku->lines.n; i++) {
        bis_line *line = line_at(sku, i);
        size_t n = line->slots.n;
        for (; line->cursor < n; line->cursor++) {
            /* The walk is bound by cache misses: ask for the interests and shoppers of those soon to come.
             * Not in a function of its own: GCC takes one that only prefetches for one that does nothing. */
            uint32_t far = line->cursor + FAR < n ? *slot(line, line->cursor + FAR) : BIS_NONE;
            if (far != BIS_NONE) {
                __builtin_prefetch(bis_interest_at(e, far));
                uint32_t near = *slot(line, line->cursor + NEAR);
                if (near != BIS_NONE)
                    __builtin_prefetch(bis_shopper_at(e, bis_interest_at(e, near)->shopper));
            }
            uint32_t who = *slot(line, line->cursor);
            if (who != BIS_NONE && bis_interest_at(e, who)->seen != sku->restock) return who;
        }
    }
    return BIS_NONE;
}
