/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.c - see memory.h. A large block is a mapping of its own, cut so that it begins at a large page; a
 * small one comes from malloc(). What it is stands in the cache line before it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise() */
#include "sim/memory.h"

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

enum { LINE = 64, PAGE = 2 * 1024 * 1024, LARGE = 1024 * 1024 };

typedef struct {
    size_t size; /* as asked for */
    void *map;   /* NULL: from malloc() */
    size_t map_size;
} head;

static head *head_of(void *p) {
    return (head *)((char *)p - LINE);
}

#if MAPPED
static void *map_block(size_t size) {
    size_t whole = (LINE + size + PAGE - 1) / PAGE * PAGE;
    char *map = mmap(NULL, whole + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) return NULL;
    char *at = map + (PAGE - (uintptr_t)map % PAGE) % PAGE;
    madvise(at, whole, MADV_HUGEPAGE); /* a wish: it may not be heard */
    *(head *)at = (head){size, map, whole + PAGE};
    return at + LINE;
}
static void unmap_block(const head *h) {
    munmap(h->map, h->map_size);
}
#else
static void *map_block(size_t size) {
    (void)size;
    return NULL;
}
static void unmap_block(const head *h) {
    (void)h;
}
#endif

static void *make(size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    if (MAPPED && size >= LARGE) return map_block(size);
    char *at = aligned_alloc(LINE, (LINE + size + LINE - 1) / LINE * LINE);
    if (!at) return NULL;
    *(head *)at = (head){.size = size};
    return at + LINE;
}

void sim_memory_free(void *p) {
    if (!p) return;
    head h = *head_of(p);
    if (h.map)
        unmap_block(&h);
    else
        free(head_of(p));
}

void *sim_memory_resize(void *context, void *p, size_t size) {
    (void)context;
    void *to = size > 0 ? make(size) : NULL;
    if (size > 0 && !to) return NULL;
    if (p && to) {
        size_t old = head_of(p)->size;
        memcpy(to, p, old < size ? old : size);
    }
    sim_memory_free(p);
    return to;
}

void *sim_memory_zeroed(size_t n, size_t size) {
    if (size > 0 && n > SIZE_MAX / size) return NULL;
    void *p = make(n * size);
    if (p && !head_of(p)->map) memset(p, 0, n * size);
    return p;
}
