/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * named.h - the SKUs that a trace names, while it is read. Private to scenarios/.
 */
#ifndef SCENARIOS_NAMED_H
#define SCENARIOS_NAMED_H

#include "scenarios/table.h"

/* The dense number of a SKU, and its product with the first of its rows. A bad id, or a SKU that changes its
 * product, makes a bad row: then *id is SCENARIO_NOBODY. */
scenario_status scenario_named_sku(scenario_named *named, scenario_table *t, scenario_csv_field sku,
                                   scenario_csv_field product, uint32_t *id);
bool scenario_named_finish(scenario_named *named); /* counts and hashes; false: no memory */
/* Other products. [in] product: by SKU; SCENARIO_NOBODY: one of its own, named as it. texts: what those
 * numbers stand for. false: no memory. */
bool scenario_named_regroup(scenario_named *named, const uint32_t *product, const scenario_intern *texts);
void scenario_named_clear(scenario_named *named);

/* Puts rows of 16 bytes whose first 8 are a signed number into the order of that number >> shift; equal ones
 * keep their order. [in,out] row: may be another array then. false: no memory. */
bool scenario_rows_sort(void **row, size_t n, unsigned shift);

#endif
