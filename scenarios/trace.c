/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.c - see trace.h.
 */
#include "scenarios/internal.h"

scenario_status scenario_inventory_load(const scenario_trace_setup *setup, const char *scenario_path,
                                        scenario_inventory **out, scenario_error *error) {
    (void)setup, (void)scenario_path, (void)out;
    scenario_say(error, "traces are not read yet");
    return SCENARIO_BAD_INPUT;
}

void scenario_inventory_destroy(scenario_inventory *inventory) {
    (void)inventory;
}
