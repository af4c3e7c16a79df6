/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intern.h - external ids as dense numbers, in order of first appearance.
 */
#ifndef SCENARIOS_INTERN_H
#define SCENARIOS_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zero-filled table is empty and ready. */
typedef struct {
    char **name; /* [i] is owned by the table until the caller takes the array */
    uint32_t n;
    size_t room;
    uint32_t *slot; /* open addressing: index + 1, 0 for empty; at most half full */
    size_t slots;   /* a power of two */
} scenario_intern;

/* [out] id: of the text, new or known. false: no memory, or 2^31 texts. */
bool scenario_intern_get(scenario_intern *table, const char *text, size_t size, uint32_t *id);
void scenario_intern_clear(scenario_intern *table);

#endif
