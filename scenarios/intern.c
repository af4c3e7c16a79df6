/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.c - see intern.h.
 *
 * A slot holds 32 bits of the text's hash, by which it is found: a text is only looked at when they agree,
 * and a table that grows needs none. The id stands before the text, so that both are one look at memory.
 */
#define _DEFAULT_SOURCE /* madvise() */
#include "scenarios/intern.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    BLOCK_BITS = 19,
    BLOCK = 1 << BLOCK_BITS,
    SIZE_MOST = 65536,
    PAGE = 2 << 20
}; /* BLOCK: words, a page */

/* In large pages if it may be large: ids are looked up all over it. */
static void *spread(size_t size) {
    if (size < PAGE) return malloc(size);
    void *at = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);
#ifdef MADV_HUGEPAGE
    if (at) madvise(at, size, MADV_HUGEPAGE); /* a wish: it may not be heard */
#endif
    return at;
}

static inline const uint32_t *cell_at(const scenario_intern *t, uint32_t cell) {
    return t->block[(cell - 1) >> BLOCK_BITS] + ((cell - 1) & (BLOCK - 1));
}

static inline size_t find_slot(const scenario_intern *t, const char *text, size_t size, uint32_t tag) {
    size_t at = tag & (t->slots - 1);
    for (; t->slot[at].cell; at = (at + 1) & (t->slots - 1)) {
        if (t->slot[at].tag != tag) continue;
        const char *name = (const char *)(cell_at(t, t->slot[at].cell) + 1);
        if (strncmp(name, text, size) == 0 && name[size] == '\0') break;
    }
    return at;
}

static inline uint32_t tag_of(const char *text, size_t size) {
    return (uint32_t)XXH3_64bits(text, size);
}

static bool grow(scenario_intern *t) {
    size_t slots = t->slots ? t->slots * 2 : 64;
    scenario_intern_slot *slot = spread(slots * sizeof *slot);
    const char **name = slot ? realloc(t->name, slots / 2 * sizeof *name) : NULL;
    if (!name) {
        free(slot);
        return false;
    }
    memset(slot, 0, slots * sizeof *slot);
    for (size_t i = 0; i < t->slots; i++) {
        if (!t->slot[i].cell) continue;
        size_t at = t->slot[i].tag & (slots - 1);
        while (slot[at].cell)
            at = (at + 1) & (slots - 1);
        slot[at] = t->slot[i];
    }
    free(t->slot);
    t->name = name;
    t->room = slots / 2;
    t->slot = slot;
    t->slots = slots;
    return true;
}

/* The id and a copy of the text in the last block, or in a new one. 0: no memory. */
static uint32_t keep(scenario_intern *t, const char *text, size_t size) {
    size_t words = 1 + (size + 4) / 4;
    if (t->blocks == 0 || t->used + words > BLOCK) {
        uint32_t **block =
            t->blocks < UINT32_MAX >> BLOCK_BITS ? realloc(t->block, (t->blocks + 1) * sizeof *block) : NULL;
        if (block) t->block = block;
        size_t room = BLOCK * sizeof(uint32_t);
        uint32_t *fresh = !block ? NULL : t->blocks ? spread(room) : malloc(room); /* the first stays small */
        if (!fresh) return 0;
        t->block[t->blocks++] = fresh;
        t->used = 0;
    }
    uint32_t *cell = t->block[t->blocks - 1] + t->used;
    cell[0] = t->n;
    cell[words - 1] = 0;
    memcpy(cell + 1, text, size);
    t->name[t->n] = (const char *)(cell + 1);
    uint32_t place = (uint32_t)((t->blocks - 1) << BLOCK_BITS | t->used) + 1;
    t->used += words;
    return place;
}

bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id) {
    if (size > SIZE_MOST || (table->n == table->room && (table->n >= 1u << 30 || !grow(table)))) return false;
    uint32_t tag = tag_of(text, size);
    scenario_intern_slot *slot = &table->slot[find_slot(table, text, size, tag)];
    if (!slot->cell) {
        uint32_t cell = keep(table, text, size);
        if (!cell) return false;
        *slot = (scenario_intern_slot){cell, tag};
        table->n++;
    }
    *id = *cell_at(table, slot->cell);
    return true;
}

bool scenario_intern_find(const scenario_intern *table, const char *text, size_t size, uint32_t *id) {
    if (!table->slots) return false;
    const scenario_intern_slot *slot = &table->slot[find_slot(table, text, size, tag_of(text, size))];
    if (!slot->cell) return false;
    *id = *cell_at(table, slot->cell);
    return true;
}

uint32_t scenario_intern_expect(const scenario_intern *table, const char *text, size_t size) {
    uint32_t tag = tag_of(text, size);
    if (table->slots) __builtin_prefetch(&table->slot[tag & (table->slots - 1)]);
    return tag;
}

void scenario_intern_near(const scenario_intern *table, uint32_t tag) {
    if (!table->slots) return;
    size_t at = tag & (table->slots - 1);
    for (; table->slot[at].cell; at = (at + 1) & (table->slots - 1))
        if (table->slot[at].tag == tag) {
            __builtin_prefetch(cell_at(table, table->slot[at].cell));
            return;
        }
}

void scenario_intern_clear(scenario_intern *table) {
    for (size_t i = 0; i < table->blocks; i++)
        free(table->block[i]);
    free(table->block);
    free(table->name);
    free(table->slot);
    *table = (scenario_intern){0};
}
