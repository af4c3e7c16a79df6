/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pool.c - room for what a world makes as it goes: grown arrays, and slabs of touches.
 */
#include "sim/world.h"

#include <stdlib.h>

bool sim_pool_grow(sim_pool *pool, size_t size) {
    size_t cap = pool->cap ? pool->cap * 2 : 256;
    void *at = realloc(pool->at, cap * size);
    if (!at) return false;
    pool->at = at;
    pool->cap = cap;
    return true;
}

/* Slabs begin at a cache line and are never moved, as a grown array would be. */
static bool add_slab(sim_world *w, uint32_t n) {
    sim_touch **table = realloc(w->touch, (n + 1) * sizeof *table);
    if (!table) return false;
    w->touch = table;
    table[n] = aligned_alloc(64, SIM_SLAB * sizeof **table);
    return table[n] != NULL;
}

sim_touch *sim_touch_add(sim_world *w) {
    if ((w->touches & (SIM_SLAB - 1)) == 0 && !add_slab(w, w->touches >> SIM_SLAB_BITS)) return NULL;
    return sim_touch_at(w, w->touches++);
}

void sim_touches_free(sim_world *w) {
    for (size_t i = 0; i < (w->touches + SIM_SLAB - 1) >> SIM_SLAB_BITS; i++)
        free(w->touch[i]);
    free(w->touch);
}
