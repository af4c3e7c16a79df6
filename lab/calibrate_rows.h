/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_rows.h - rows of the tables of events and of sends.
 */
#ifndef LAB_CALIBRATE_ROWS_H
#define LAB_CALIBRATE_ROWS_H

#include "lab/calibrate_table.h"

/* The columns of either table, as lab_table_setup counts them. */
enum {
    LAB_EVENTS_TIMESTAMP,
    LAB_EVENTS_SHOPPER,
    LAB_EVENTS_SKU,
    LAB_EVENTS_EVENT,
    LAB_EVENTS_QUANTITY,
    LAB_EVENTS_REVENUE,
    LAB_EVENTS_ORDER
};
enum { LAB_SENDS_SENT_AT, LAB_SENDS_OPENED, LAB_SENDS_CLICKED };

/* Adds a table's rows to `out`, which stays the caller's to clear on failure too. [in] kind: what stands in
 * the column event for each lab_event_kind; beside: the file beside which the table is looked for. */
lab_status lab_rows_events(const lab_table_setup *setup, char (*kind)[LAB_TABLE_TEXT], const char *beside,
                           lab_traces *out, lab_error *error);
lab_status lab_rows_sends(const lab_table_setup *setup, const char *beside, lab_traces *out,
                          lab_error *error);

#endif
