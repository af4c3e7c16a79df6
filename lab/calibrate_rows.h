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
    LAB_EVENTS_PRICE,
    LAB_EVENTS_ORDER
};
enum { LAB_SENDS_SENT_AT, LAB_SENDS_OPENED, LAB_SENDS_CLICKED };

/* What words of the column event stand for. */
typedef struct {
    char name[LAB_EVENT_KINDS][LAB_TABLE_TEXT]; /* one for each kind, unless `word` has it */
    scenario_where word[SCENARIO_VALUES_MAX];   /* name: the word; value: the event, as in a scenario */
    size_t words;
    char returned[64];  /* how the id of an order begins that is a return; "": none */
    bool negative_sold; /* a quantity below 0 makes no return of a purchase */
} lab_event_words;

/* Adds a table's rows to `out`, which stays the caller's to clear on failure too. [in] beside: the file
 * beside which the table is looked for. */
lab_status lab_rows_events(const lab_table_setup *setup, const lab_event_words *words, const char *beside,
                           lab_traces *out, lab_error *error);
lab_status lab_rows_sends(const lab_table_setup *setup, const char *beside, lab_traces *out,
                          lab_error *error);

#endif
