/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * events.h - what is done to a shoppers' trace once it is read and sorted. Private to scenarios/.
 */
#ifndef SCENARIOS_EVENTS_H
#define SCENARIOS_EVENTS_H

#include "scenarios/trace.h"

/* Counts events of one time that say the same as another, and drops them if asked. false: no memory. */
bool scenario_events_settle(scenario_events *ev, bool drop);
/* Moves all events by whole days, so that times of day stay what they are, to begin on the inventory's first.
 */
void scenario_events_align(scenario_events *ev, const scenario_inventory *inv);
/* Gives the events the inventory's numbers of SKUs; those of SKUs that it has not go. false: no memory. */
bool scenario_events_join(scenario_events *ev, const scenario_inventory *inv, bool rank);

#endif
