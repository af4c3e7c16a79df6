/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.c - see intern.h.
 *
 * A slot holds 32 bits of the text's hash, by which it is found: a text is only looked at when they agree,
 * and a table that grows needs none. With a million ids each look at memory is one that the cache misses.
 */
#include "scenarios/intern.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { BLOCK = 1 << 20 };

static inline size_t find_slot(const scenario_intern *t, const char *text, size_t size, uint32_t tag) {
    size_t at = tag & (t->slots - 1);
    for (; t->slot[at].id; at = (at + 1) & (t->slots - 1)) {
        if (t->slot[at].tag != tag) continue;
        const char *name = t->name[t->slot[at].id - 1];
        if (strncmp(name, text, size) == 0 && name[size] == '\0') break;
    }
    return at;
}

static inline uint32_t tag_of(const char *text, size_t size) {
    return (uint32_t)XXH3_64bits(text, size);
}

static bool grow(scenario_intern *t) {
    size_t slots = t->slots ? t->slots * 2 : 64;
    scenario_intern_slot *slot = calloc(slots, sizeof *slot);
    const char **name = slot ? realloc(t->name, slots / 2 * sizeof *name) : NULL;
    if (!name) {
        free(slot);
        return false;
    }
    for (size_t i = 0; i < t->slots; i++) {
        if (!t->slot[i].id) continue;
        size_t at = t->slot[i].tag & (slots - 1);
        while (slot[at].id)
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

/* A copy of the text in the last block, or in a new one. */
static const char *keep(scenario_intern *t, const char *text, size_t size) {
    if (t->left < size + 1) {
        size_t room = size + 1 > BLOCK ? size + 1 : BLOCK;
        char **block = realloc(t->block, (t->blocks + 1) * sizeof *block);
        if (block) t->block = block;
        char *fresh = block ? malloc(room) : NULL;
        if (!fresh) return NULL;
        t->block[t->blocks++] = fresh;
        t->used = 0;
        t->left = room;
    }
    char *at = t->block[t->blocks - 1] + t->used;
    memcpy(at, text, size);
    at[size] = '\0';
    t->used += size + 1;
    t->left -= size + 1;
    return at;
}

bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id) {
    if (table->n == table->room && (table->n >= 1u << 30 || !grow(table))) return false;
    uint32_t tag = tag_of(text, size);
    scenario_intern_slot *slot = &table->slot[find_slot(table, text, size, tag)];
    if (!slot->id) {
        const char *name = keep(table, text, size);
        if (!name) return false;
        table->name[table->n++] = name;
        *slot = (scenario_intern_slot){table->n, tag};
    }
    *id = slot->id - 1;
    return true;
}

bool scenario_intern_find(const scenario_intern *table, const char *text, size_t size, uint32_t *id) {
    if (!table->slots) return false;
    const scenario_intern_slot *slot = &table->slot[find_slot(table, text, size, tag_of(text, size))];
    if (!slot->id) return false;
    *id = slot->id - 1;
    return true;
}

void scenario_intern_clear(scenario_intern *table) {
    for (size_t i = 0; i < table->blocks; i++)
        free(table->block[i]);
    free(table->block);
    free(table->name);
    free(table->slot);
    *table = (scenario_intern){0};
}
