/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_traces.c - parameter rows of the traces that a scenario replays.
 */
#include "scenarios/rows.h"

static const char *const formats[] = {"iso8601", "epoch_s", "epoch_ms", NULL};
static const char *const bad_rows[] = {"fail", "skip", NULL};
static const char *const kinds[] = {"flags", "levels", NULL};
_Static_assert(sizeof formats / sizeof(char *) == SCENARIO_TIME_FORMATS + 1, "a name for each format");

#define TRACE "supply.mode=trace"
#define COLUMN(NAME, M, DEF, DOC)                                                                            \
    TEXT("traces.inventory.columns." NAME, AT(inventory.M), SCENARIO_COLUMN_SIZE, DEF, TRACE, DOC)

const bis_field scenario_trace_rows[] = {
    TEXT("traces.inventory.file", AT(inventory.table.file), SCENARIO_FILE_SIZE, "", TRACE,
         "CSV file of stock by SKU and time; looked for beside the scenario, then in the folder "
         "RESTOCKLAB_DATA."),
    TEXT("traces.inventory.origin", AT(inventory.table.origin), SCENARIO_ORIGIN_SIZE, "", TRACE,
         "Where the data can be had; said when the file is missing."),
    COLUMN("timestamp", timestamp, "timestamp", "Name of the column that holds the time of the row."),
    COLUMN("sku", sku, "sku", "Name of the column that holds the SKU's id."),
    COLUMN("available", available, "available", "Name of the column that holds the flag or the level."),
    COLUMN("product", product, "",
           "Name of the column that holds the product's id; empty: each SKU is a product."),
    CHOICE("traces.inventory.time_format", AT(inventory.table.time_format), formats, "iso8601", TRACE,
           "How times are written: 2026-03-01T08:00:00 (UTC unless an offset follows), or seconds or "
           "milliseconds "
           "since 1970."),
    CHOICE("traces.inventory.on_bad_row", AT(inventory.table.on_bad_row), bad_rows, "fail", TRACE,
           "What a row that cannot be read does: it stops the run, or it is left out, counted and listed."),
    CHOICE("traces.inventory.kind", AT(inventory.kind), kinds, "flags", TRACE,
           "What the available column holds: 0 and 1, or units."),
};
const size_t scenario_trace_row_count = sizeof scenario_trace_rows / sizeof scenario_trace_rows[0];
