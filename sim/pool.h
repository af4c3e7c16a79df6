/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pool.h - arrays that grow, of elements of one size.
 */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "sim/memory.h"

/* `n` used of `cap`. All zero is an empty one; sim_memory_free(at) at the end. memory: where it takes its own
 * from; may be NULL. */
typedef struct {
    void *at;
    size_t n, cap;
    sim_memory *memory;
} sim_pool;

/* Room for `room` elements in all, of `size` bytes; false: no memory, nothing changed. */
bool sim_pool_reserve(sim_pool *pool, size_t room, size_t size);
bool sim_pool_grow(sim_pool *pool, size_t size); /* twice the room */

/* One more element; its address, zeroed, or NULL (no memory). It moves when the array grows. */
static inline void *sim_pool_add(sim_pool *pool, size_t size) {
    if (pool->n == pool->cap && !sim_pool_grow(pool, size)) return NULL;
    return memset((char *)pool->at + size * pool->n++, 0, size);
}

#endif
