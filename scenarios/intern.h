/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.h - external ids as dense numbers, in order of first appearance.
 *
 * Texts lie one behind the other in blocks that never move. An id takes 8 bytes for its place, 16 to 32 in
 * the table and its own length + 1.
 */
#ifndef SCENARIOS_INTERN_H
#define SCENARIOS_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t id; /* + 1; 0: empty */
    uint32_t tag;
} scenario_intern_slot;

/* A zero-filled table is empty and ready. */
typedef struct {
    const char **name; /* by id; owned by the table */
    uint32_t n;
    size_t room;
    scenario_intern_slot *slot; /* open addressing; at most half full */
    size_t slots;               /* a power of two */
    char **block;
    size_t blocks, used, left; /* of the last block */
} scenario_intern;

/* [out] id: of the text, new or known. false: no memory, or 2^30 texts. */
bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id);
/* false: the text is not known. */
bool scenario_intern_find(const scenario_intern *table, const char *text, size_t size, uint32_t *id);
void scenario_intern_clear(scenario_intern *table);

#endif
