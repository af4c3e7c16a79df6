/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.c - see intern.h.
 */
#include "scenarios/intern.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static size_t find_slot(const scenario_intern *t, const char *text, size_t size) {
    size_t at = (size_t)XXH3_64bits(text, size) & (t->slots - 1);
    for (; t->slot[at]; at = (at + 1) & (t->slots - 1)) {
        const char *name = t->name[t->slot[at] - 1];
        if (strncmp(name, text, size) == 0 && name[size] == '\0') break;
    }
    return at;
}

static bool grow(scenario_intern *t) {
    size_t slots = t->slots ? t->slots * 2 : 64;
    uint32_t *slot = calloc(slots, sizeof *slot);
    char **name = slot ? realloc(t->name, slots / 2 * sizeof *name) : NULL;
    if (!name) {
        free(slot);
        return false;
    }
    t->name = name;
    t->room = slots / 2;
    free(t->slot);
    t->slot = slot;
    t->slots = slots;
    for (uint32_t i = 0; i < t->n; i++)
        t->slot[find_slot(t, t->name[i], strlen(t->name[i]))] = i + 1;
    return true;
}

bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id) {
    if (table->n == table->room && (table->n > INT32_MAX / 2 || !grow(table))) return false;
    size_t at = find_slot(table, text, size);
    if (!table->slot[at]) {
        char *name = malloc(size + 1);
        if (!name) return false;
        memcpy(name, text, size);
        name[size] = '\0';
        table->name[table->n++] = name;
        table->slot[at] = table->n;
    }
    *id = table->slot[at] - 1;
    return true;
}

void scenario_intern_clear(scenario_intern *table) {
    for (uint32_t i = 0; i < table->n; i++)
        free(table->name[i]);
    free(table->name);
    free(table->slot);
    *table = (scenario_intern){0};
}
