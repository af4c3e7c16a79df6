/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.c - see memory.h. A large block is a mapping of its own, cut so that it begins at a large page; a
 * small one comes from malloc(). What it is stands in the cache line before it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise() */
#include "sim/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Under AddressSanitizer everything comes from malloc(), whose bounds it watches. */
#if defined(__SANITIZE_ADDRESS__)
#define MAPPED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MAPPED 0
#endif
#endif
#ifndef MAPPED
#ifdef MADV_HUGEPAGE
#define MAPPED 1
#else
#define MAPPED 0
#endif
#endif

enum { LINE = 64, PAGE = 2 * 1024 * 1024, LARGE = 1024 * 1024, KEPT_MAX = 64 };

typedef struct {
    size_t size; /* as asked for */
    void *map;   /* NULL: from malloc() */
    size_t map_size;
    sim_memory *owner;
    bool fresh; /* mapped just now: all zeros */
} head;

typedef struct {
    head *block;
    bool idle; /* was there when this trial began */
} kept_block;

struct sim_memory {
    size_t n;
    kept_block kept[KEPT_MAX];
};

static head *head_of(void *p) {
    return (head *)((char *)p - LINE);
}

#if MAPPED
/* Of that very size: a world of other sizes leaves it, and soon it goes back to the system. */
static head *take_kept(sim_memory *m, size_t map_size) {
    for (size_t i = 0; m && i < m->n; i++)
        if (m->kept[i].block->map_size == map_size) {
            head *block = m->kept[i].block;
            m->kept[i] = m->kept[--m->n];
            return block;
        }
    return NULL;
}

static void unmap_block(head *block) {
    munmap(block->map, block->map_size);
}

/* This trial asks for something that the last one did not have, so it may not ask for this either. */
static bool drop_idle(sim_memory *m) {
    for (size_t i = 0; m && i < m->n; i++)
        if (m->kept[i].idle) {
            unmap_block(m->kept[i].block);
            m->kept[i] = m->kept[--m->n];
            return true;
        }
    return false;
}

static void *map_block(sim_memory *m, size_t size) {
    size_t whole = (LINE + size + PAGE - 1) / PAGE * PAGE;
    head *kept = take_kept(m, whole + PAGE);
    if (kept) {
        kept->size = size;
        kept->fresh = false;
        return (char *)kept + LINE;
    }
    drop_idle(m);
    char *map;
    do {
        map = mmap(NULL, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    } while (map == MAP_FAILED && drop_idle(m));
    if (map == MAP_FAILED) return NULL;
    char *at = map + (PAGE - (uintptr_t)map % PAGE) % PAGE;
    madvise(at, whole, MADV_HUGEPAGE); /* a wish: it may not be heard */
    *(head *)at = (head){size, map, whole + PAGE, m, true};
    return at + LINE;
}
#else
static void *map_block(sim_memory *m, size_t size) {
    (void)m, (void)size;
    return NULL;
}
static void unmap_block(head *block) {
    (void)block;
}
#endif

sim_memory *sim_memory_create(void) {
    return calloc(1, sizeof(sim_memory));
}

void sim_memory_destroy(sim_memory *memory) {
    for (size_t i = 0; memory && i < memory->n; i++)
        unmap_block(memory->kept[i].block);
    free(memory);
}

void sim_memory_turn(sim_memory *memory) {
    size_t n = 0;
    for (size_t i = 0; memory && i < memory->n; i++) {
        kept_block one = memory->kept[i];
        if (one.idle)
            unmap_block(one.block);
        else
            memory->kept[n++] = (kept_block){one.block, true};
    }
    if (memory) memory->n = n;
}

size_t sim_memory_kept(const sim_memory *memory) {
    size_t bytes = 0;
    for (size_t i = 0; i < memory->n; i++)
        bytes += memory->kept[i].block->map_size;
    return bytes;
}

static void *make(sim_memory *m, size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    if (MAPPED && size >= LARGE) return map_block(m, size);
    char *at = aligned_alloc(LINE, (LINE + size + LINE - 1) / LINE * LINE);
    if (!at) return NULL;
    *(head *)at = (head){.size = size};
    return at + LINE;
}

void sim_memory_free(void *p) {
    if (!p) return;
    head *h = head_of(p);
    sim_memory *owner = h->owner;
    if (!h->map)
        free(h);
    else if (owner && owner->n < KEPT_MAX)
        owner->kept[owner->n++] = (kept_block){h, false};
    else
        unmap_block(h);
}

void sim_memory_release(void *p) {
    if (p) head_of(p)->owner = NULL;
    sim_memory_free(p);
}

void *sim_memory_resize(void *context, void *p, size_t size) {
    void *to = size > 0 ? make(context, size) : NULL;
    if (size > 0 && !to) return NULL;
    if (!p || !to) {
        sim_memory_free(p);
        return to;
    }
    size_t old = head_of(p)->size;
    memcpy(to, p, old < size ? old : size);
    sim_memory_release(p); /* it would stand beside the larger one for the rest of the trial */
    return to;
}

void *sim_memory_zeroed(sim_memory *memory, size_t n, size_t size) {
    if (size > 0 && n > SIZE_MAX / size) return NULL;
    void *p = make(memory, n * size);
    if (p && !head_of(p)->fresh) memset(p, 0, n * size);
    return p;
}
