/* SPDX-License-Identifier: MIT
 *
 * memory.c - the engine's only door to its allocator: growing arrays and pools, every byte counted.
 */
#include "state.h"

#include <string.h>

bool bis_array_exactly(bis_memory *memory, bis_array *array, size_t need, size_t item_size,
                       bis_mem_class class) {
    if (need <= array->capacity) return true;
    if (need > SIZE_MAX / item_size) return false;
    void *items = memory->allocator.resize(memory->allocator.context, array->items, need * item_size);
    if (!items) return false;
    memory->held[class] += (need - array->capacity) * item_size;
    array->items = items;
    array->capacity = need;
    return true;
}

bool bis_array_grow(bis_memory *memory, bis_array *array, size_t need, size_t item_size,
                    bis_mem_class class) {
    size_t grown = array->capacity + array->capacity / 2 + 4;
    return bis_array_exactly(memory, array, need > grown ? need : grown, item_size, class);
}

void bis_array_free(bis_memory *memory, bis_array *array, size_t item_size, bis_mem_class class) {
    if (array->items) memory->allocator.resize(memory->allocator.context, array->items, 0);
    memory->held[class] -= array->capacity * item_size;
    *array = (bis_array){0};
}

void bis_pool_init(bis_pool *pool, size_t item_size, size_t next_offset, bis_mem_class class) {
    *pool = (bis_pool){.item_size = item_size, .next_offset = next_offset, .class = class, .free = BIS_NONE};
}

static unsigned char *next_of(const bis_pool *pool, uint32_t item) {
    return (unsigned char *)pool->array.items + item * pool->item_size + pool->next_offset;
}

uint32_t bis_pool_take(bis_pool *pool) {
    pool->used++;
    if (pool->free == BIS_NONE) return (uint32_t)pool->array.n++;
    uint32_t item = pool->free;
    memcpy(&pool->free, next_of(pool, item), sizeof pool->free);
    /* The next one to be taken was given back long ago and has left the cache since. */
    if (pool->free != BIS_NONE) __builtin_prefetch(next_of(pool, pool->free), 1);
    return item;
}

void bis_pool_give(bis_pool *pool, uint32_t item) {
    pool->used--;
    memcpy(next_of(pool, item), &pool->free, sizeof pool->free);
    pool->free = item;
}

/* The array may hold free items besides; so this asks for a little more than it must. */
bool bis_pool_room_for(bis_memory *memory, bis_pool *pool, uint32_t more) {
    size_t need = pool->array.n + more;
    return need < BIS_NONE && bis_array_room(memory, &pool->array, need, pool->item_size, pool->class);
}
