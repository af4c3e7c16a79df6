/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * touch.c - the touches that something can still happen to.
 *
 * A world makes a touch for each send and ghost, but few of them matter for long: once its events are over
 * and the windows of attribution have passed, all that is ever asked of a touch is in which restock its
 * shopper was told. So touches live in a ring, by number, and the oldest go when it is full. One that is
 * still waited for then, such as a late opening, moves to a list in order of numbers, which is kept to the
 * end: it is short unless answers take longer than the windows and half a day. What stays of every touch is
 * sim_told.
 */
#include "sim/world.h"

#include "sim/memory.h"

/* Beyond the windows: deliveries and clicks come some hours after the decision, and their windows begin then.
 */
static const int64_t GRACE = 12 * SIM_HOUR;

static int64_t longest_window(const sim_world *w) {
    const model_attribution *m = &w->p->attribution;
    return m->click > m->view ? m->click : m->view;
}

static int64_t latest(const sim_touch *t) {
    int64_t at = t->shown_at == STORE_NONE || t->shown_at < t->at ? t->at : t->shown_at;
    return t->landed_at == STORE_NONE || t->landed_at < at ? at : t->landed_at;
}

/* Lets the oldest go. false: no memory. */
static bool retire(sim_world *w) {
    sim_touches *p = &w->touches;
    if (w->full) return true; /* every touch becomes a row */
    int64_t window = longest_window(w);
    for (; p->base != p->next; p->base++) {
        const sim_touch *t = &p->ring[p->base & p->mask];
        if (t->at + window + GRACE >= w->now) break;
        if (t->pending == 0 && latest(t) + window < w->now) continue;
        sim_late *late = sim_pool_add(&p->late, sizeof *late);
        if (!late) return false;
        late->touch = *t;
        late->id = p->base;
    }
    return true;
}

static bool grow(sim_touches *p, size_t room) {
    sim_touch *ring = sim_memory_resize(p->told.memory, NULL, room * sizeof *ring);
    if (!ring) return false;
    for (uint32_t id = p->base; id != p->next; id++)
        ring[id & (room - 1)] = p->ring[id & p->mask];
    sim_memory_release(p->ring);
    p->ring = ring;
    p->mask = (uint32_t)(room - 1);
    return true;
}

bool sim_touches_init(sim_world *w) {
    size_t room = 1024;
    while (room < w->shoppers / 8)
        room *= 2;
    /* Room for one each: it costs nothing until it is used. */
    return grow(&w->touches, room) && sim_pool_reserve(&w->touches.told, w->shoppers, sizeof(sim_told));
}

sim_touch *sim_touch_add(sim_world *w, uint32_t campaign) {
    sim_touches *p = &w->touches;
    if (p->next - p->base > p->mask) {
        if (!retire(w)) return NULL;
        /* A ring that stays nearly full would be looked through again too soon. */
        if (p->next - p->base > p->mask / 4 * 3 && !grow(p, 2 * ((size_t)p->mask + 1))) return NULL;
    }
    sim_told *told = sim_pool_add(&p->told, sizeof *told);
    if (!told) return NULL;
    *told = (sim_told){.campaign = campaign, .prev = SIM_NONE};
    return &p->ring[p->next++ & p->mask];
}

sim_touch *sim_touch_late(const sim_world *w, uint32_t id) {
    sim_late *late = w->touches.late.at;
    size_t lo = 0, hi = w->touches.late.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (late[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < w->touches.late.n && late[lo].id == id ? &late[lo].touch : NULL;
}
