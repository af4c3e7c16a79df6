/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pool.c - arrays that grow.
 */
#include "sim/pool.h"

bool sim_pool_reserve(sim_pool *pool, size_t room, size_t size) {
    if (room <= pool->cap) return true;
    void *at = sim_memory_resize(pool->memory, pool->at, room * size);
    if (!at) return false;
    pool->at = at;
    pool->cap = room;
    return true;
}

bool sim_pool_grow(sim_pool *pool, size_t size) {
    return sim_pool_reserve(pool, pool->cap ? pool->cap * 2 : 256, size);
}
