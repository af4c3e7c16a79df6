/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * flat.h - a YAML file as a flat list of paths and texts, with the place of each, and no opinion on them.
 *
 * For files of which only a part is a scenario's: whoever reads one says what its paths mean. "a: {b: [x,
 * {c: y}]}" becomes a.b[0] = x and a.b[1].c = y. An empty node is a text of length 0. Keys given twice,
 * anchors, aliases, tags and further documents are refused, as in a scenario.
 */
#ifndef SCENARIOS_FLAT_H
#define SCENARIOS_FLAT_H

#include "scenarios/scenario.h"

enum { SCENARIO_FLAT_PATH = 256 };

typedef struct {
    char *path, *text;
    unsigned line, column; /* of the value, 1-based */
} scenario_flat_value;

/* A zero-filled one is empty. */
typedef struct {
    scenario_flat_value *value;
    size_t n, room;
} scenario_flat;

/* [out] out: the caller's to clear; untouched on failure. BAD_INPUT: error->text says what and where. */
scenario_status scenario_flat_read(const char *path, scenario_flat *out, scenario_error *error);
void scenario_flat_clear(scenario_flat *flat);

/* The value at that path, or NULL. */
const scenario_flat_value *scenario_flat_find(const scenario_flat *flat, const char *path);

#endif
