/* SPDX-License-Identifier: MIT
 *
 * wake.c - what is due when: a binary heap on (time, kind, sequence number).
 *
 * Wakes due at one instant come by kind, then in the order in which they were added: so that an end of a
 * campaign comes before what it would still have done, and it does not matter when a clock was set. Nothing
 * is removed from the middle: whoever waits for a wake remembers its sequence number, and a wake whose number
 * nobody remembers is stale and skipped. After each call into the engine the front is live, so next_wake() is
 * exact.
 */
#include "state.h"

static bis_wake *at(const bis_engine *e, size_t i) {
    return (bis_wake *)e->wakes.items + i;
}

static bool before(const bis_wake *a, const bis_wake *b) {
    return a->at < b->at || (a->at == b->at && a->sequence < b->sequence);
}

bool bis_wake_room(bis_engine *e, size_t more) {
    return bis_array_room(&e->memory, &e->wakes, e->wakes.n + more, sizeof(bis_wake), BIS_MEM_REST);
}

/* Their order at one instant. */
static const uint64_t rank[] = {[BIS_WAKE_OPEN] = 0,
                                [BIS_WAKE_EXPIRE] = 1,
                                [BIS_WAKE_SEND] = 2,
                                [BIS_WAKE_BATCH] = 3,
                                [BIS_WAKE_LATER] = 4};

uint64_t bis_wake_add(bis_engine *e, bis_time when, bis_wake_kind kind, uint32_t id, uint8_t what) {
    bis_wake wake = {.at = when, .id = id, .kind = (uint8_t)kind, .what = what};
    uint64_t order = kind == BIS_WAKE_LATER ? (uint64_t)id << 8 | (what & 0x7fu) : ++e->sequence;
    wake.sequence = rank[kind] << 56 | order;
    size_t i = e->wakes.n++;
    for (; i > 0 && before(&wake, at(e, (i - 1) / 2)); i = (i - 1) / 2)
        *at(e, i) = *at(e, (i - 1) / 2);
    *at(e, i) = wake;
    return wake.sequence;
}

static void drop_front(bis_engine *e) {
    size_t n = --e->wakes.n, i = 0;
    if (n == 0) return;
    bis_wake last = *at(e, n);
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && before(at(e, child + 1), at(e, child))) child++;
        if (!before(at(e, child), &last)) break;
        *at(e, i) = *at(e, child);
    }
    *at(e, i) = last;
}

bool bis_wake_live(const bis_engine *e, const bis_wake *wake) {
    if (wake->kind == BIS_WAKE_LATER) return true;
    if (wake->kind == BIS_WAKE_SEND) return bis_queued_at(e, wake->id)->wake == wake->sequence;
    return bis_group_at(e, wake->id)->wake[wake->kind] == wake->sequence;
}

void bis_wake_purge(bis_engine *e) {
    while (e->wakes.n > 0 && !bis_wake_live(e, at(e, 0)))
        drop_front(e);
}

bool bis_wake_take(bis_engine *e, bis_time until, bis_wake *out) {
    bis_wake_purge(e);
    if (e->wakes.n == 0 || at(e, 0)->at > until) return false;
    *out = *at(e, 0);
    drop_front(e);
    return true;
}
