/* SPDX-License-Identifier: MIT
 *
 * line.c - waiting lines: append-only arrays with gaps.
 *
 * An interest's place is the time at which its strongest source first counted. Events come in order of time,
 * so a new interest and one whose source got stronger both belong at the tail, and no line is ever sorted.
 * Only a change of tier, under priority: tier, puts an interest into the middle. Who leaves makes a gap; gaps
 * are squeezed out when the array is full and when a restock opens, if they outnumber those who wait.
 */
#include "rules.h"

static uint32_t *slot(const bis_line *line, size_t i) {
    return (uint32_t *)line->slots.items + i;
}

static bis_line *line_at(const bis_group *group, size_t i) {
    return (bis_line *)group->lines.items + i;
}

bis_line *bis_line_search(const bis_group *group, uint8_t key) {
    for (size_t i = 0; i < group->lines.n; i++)
        if (line_at(group, i)->key == key) return line_at(group, i);
    return NULL;
}

static void squeeze(const bis_engine *e, bis_line *line) {
    size_t n = 0, cursor = line->cursor, back = line->back;
    for (size_t i = 0; i < line->slots.n; i++) {
        if (i == line->cursor) cursor = n;
        if (i == line->back) back = n;
        uint32_t who = *slot(line, i);
        if (who == BIS_NONE) continue;
        bis_interest_at(e, who)->slot = (uint32_t)n;
        *slot(line, n++) = who;
    }
    line->cursor = (uint32_t)(line->cursor >= line->slots.n ? n : cursor);
    line->back = (uint32_t)(line->back >= line->slots.n ? n : back);
    line->slots.n = n;
}

static bool gaps_dominate(const bis_line *line) {
    return line->slots.n - line->live > line->live;
}

bool bis_line_grow(bis_engine *e, bis_group *group, uint8_t key, size_t more) {
    bis_line *line = bis_line_find(group, key);
    if (!line) {
        if (!bis_array_room(&e->memory, &group->lines, group->lines.n + 1, sizeof(bis_line),
                            BIS_MEM_INTERESTS))
            return false;
        size_t i = group->lines.n++; /* highest key first */
        for (; i > 0 && line_at(group, i - 1)->key < key; i--)
            *line_at(group, i) = *line_at(group, i - 1);
        line = line_at(group, i);
        *line = (bis_line){.key = key};
    }
    if (line->slots.n + more <= line->slots.capacity) return true;
    /* Slots that an order by score refers to stay as they are. */
    if (gaps_dominate(line) && !(e->by_score && group->restock != BIS_NO_ID)) {
        squeeze(e, line);
    }
    if (line->slots.n + more >= BIS_NONE) return false;
    return bis_array_room(&e->memory, &line->slots, line->slots.n + more, sizeof(uint32_t),
                          BIS_MEM_INTERESTS);
}

void bis_line_append(bis_engine *e, bis_group *group, uint32_t interest) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = bis_line_find(group, bis_priority_key(e, it));
    it->slot = (uint32_t)line->slots.n;
    *slot(line, line->slots.n++) = interest;
    line->back = (uint32_t)line->slots.n;
    line->live++;
}

void bis_line_insert(bis_engine *e, uint32_t interest, uint8_t key) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = bis_line_find(bis_group_of(e, it->sku), key);
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

void bis_line_remove(bis_engine *e, bis_group *group, uint32_t interest, uint8_t key) {
    bis_interest *it = bis_interest_at(e, interest);
    bis_line *line = bis_line_find(group, key);
    *slot(line, it->slot) = BIS_NONE;
    it->slot = BIS_NONE;
    if (--line->live > 0) return;
    line->slots.n = 0;
    line->cursor = line->back = 0;
    if (e->by_score) group->order.n = group->late.n = group->heap = group->next = 0;
}

void bis_line_tidy(const bis_engine *e, bis_group *group) {
    for (size_t i = 0; i < group->lines.n; i++)
        if (gaps_dominate(line_at(group, i))) squeeze(e, line_at(group, i));
}
