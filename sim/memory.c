/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.c - see memory.h.
 */
#define _DEFAULT_SOURCE /* madvise() */
#include "sim/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { LARGE = 2 * 1024 * 1024 };

void sim_memory_large(void *p, size_t size) {
#ifdef MADV_HUGEPAGE
    if (!p || size < 2 * (size_t)LARGE) return;
    size_t skip = (LARGE - (uintptr_t)p % LARGE) % LARGE;
    madvise((char *)p + skip, (size - skip) / LARGE * LARGE, MADV_HUGEPAGE); /* a wish: no harm if it fails */
#else
    (void)p, (void)size;
#endif
}

void *sim_memory_resize(void *context, void *p, size_t size) {
    (void)context;
    if (size == 0) {
        free(p);
        return NULL;
    }
    void *block = realloc(p, size);
    sim_memory_large(block, size);
    return block;
}

void *sim_memory_zeroed(size_t n, size_t size) {
    void *block = calloc(n, size);
    if (block) sim_memory_large(block, n * size);
    return block;
}
