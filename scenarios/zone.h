/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zone.h - time zones by their IANA name, from the files that the system or ZONEINFO has, as the engine's
 * tables.
 *
 * The files are TZif, RFC 8536, versions 1 to 4. Debian's list every change to 2037 and end in a rule for the
 * years after that; others list only what the rule does not give. Both come out as the same table, to the
 * last year that a run can reach.
 */
#ifndef SCENARIOS_ZONE_H
#define SCENARIOS_ZONE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/bis.h"
#include "scenarios/scenario.h"

enum { SCENARIO_ZONE_LAST_YEAR = 2210 }; /* a run starts by 2200, and lasts ten years at most */

/* "UTC" needs no file and has no steps. [out] out: owned by the caller, given back to scenario_zone_clear();
 * untouched on failure. SCENARIO_BAD_INPUT: error->text says why, without a place. */
scenario_status scenario_zone_load(const char *name, bis_zone *out, scenario_error *error);

/* The same from a file's bytes. */
scenario_status scenario_zone_parse(const unsigned char *bytes, size_t size, bis_zone *out,
                                    scenario_error *error);
void scenario_zone_clear(bis_zone *zone); /* an all-zero one is fine */

#endif
