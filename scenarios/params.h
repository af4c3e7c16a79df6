/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * params.h - the parameter table: every parameter of a scenario, from one list of rows.
 *
 * The rows of the policy belong to the engine's rules, the rows of the world stand in rows_*.c. Loading YAML,
 * --set, error messages, the reference and its JSON are all driven by this table: a new parameter is one row.
 *
 * A row's `active` may join several conditions by "&": "supply.mode=trace&traces.inventory.kind=flags". Each
 * names a parameter and the values, as they print, that it must have. A row of a list's elements whose `def`
 * is NULL must be given with each element.
 */
#ifndef SCENARIOS_PARAMS_H
#define SCENARIOS_PARAMS_H

#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>

#include "engine/field.h"
#include "scenarios/scenario.h"

typedef struct {
    const bis_field *field;
    size_t base; /* where in scenario_params the field's own struct begins */
} scenario_param;

size_t scenario_param_count(void);
scenario_param scenario_param_at(size_t i); /* grouped by section, in the order of the reference */

/* Every default filled in; the lists of variants, of tiers and of zones hold one element each, the others
 * none. */
void scenario_params_default(scenario_params *out);

/* Sets one parameter from text: "policy.throttle.size", "policy.caps[0].count" (an index one past the end
 * appends an element; a preset named is not applied); or empties a list: "policy.caps" with the value "none"
 * or "[]". Checks type and range; whether the parameter is active, and how it goes with others, is checked by
 * loading only. false: error->text says why, without a place; nothing changed. */
bool scenario_param_set(scenario_params *p, const char *path, const char *value, scenario_error *error);

/* The value as text, as scenario_param_set() would take it. [out] buffer. false: no such parameter. */
bool scenario_param_get(const scenario_params *p, const char *path, char *buffer, size_t size);

/* Prints the reference of all parameters whose path starts with `prefix` ("" for all), as text or JSON.
 * Returns how many were printed. */
size_t scenario_params_print(FILE *out, const char *prefix, bool json);

/* The known parameter, section or list nearest to a wrong path, for "did you mean". [out] buffer. Returns the
 * buffer, or NULL if none is near. */
const char *scenario_param_nearest(const char *path, char *buffer, size_t size);

#endif
