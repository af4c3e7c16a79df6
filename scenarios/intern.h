/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.h - external ids as dense numbers, in order of first appearance.
 *
 * Texts lie one behind the other in blocks that never move. An id takes 8 bytes for its place, 16 to 32 in
 * the table, and its own length + 5, rounded up to 4.
 */
#ifndef SCENARIOS_INTERN_H
#define SCENARIOS_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t cell; /* where id and text lie: 4-byte words from the first block's start + 1; 0: empty */
    uint32_t tag;
} scenario_intern_slot;

/* A zero-filled table is empty and ready. */
typedef struct {
    const char **name; /* by id; owned by the table */
    uint32_t n;
    size_t room;
    scenario_intern_slot *slot; /* open addressing; at most half full */
    size_t slots;               /* a power of two */
    uint32_t **block;
    size_t blocks, used; /* words of the last block */
} scenario_intern;

/* [out] id: of the text, new or known. false: no memory, or 2^30 texts or 16 GiB of them. [in] size: 65,536
 * at most. */
bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id);
/* false: the text is not known. */
bool scenario_intern_find(const scenario_intern *table, const char *text, size_t size, uint32_t *id);
void scenario_intern_clear(scenario_intern *table);

/* In a large table looking a text up waits for memory twice. Whoever has something else to do meanwhile asks
 * for the slot first, some time later for the text, and later still finds it. Changes nothing that can be
 * observed but the time it takes. */
uint32_t scenario_intern_expect(const scenario_intern *table, const char *text, size_t size); /* its tag */
void scenario_intern_near(const scenario_intern *table, uint32_t tag);

#endif
