/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pool.c - arrays that grow.
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
