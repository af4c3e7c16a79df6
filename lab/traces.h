/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * traces.h - what was found in a scenario's traces, for people and for programs.
 */
#ifndef LAB_TRACES_H
#define LAB_TRACES_H

#include <stdio.h>

#include <jansson.h>

#include "lab/internal.h"
#include "scenarios/scenario.h"

enum { LAB_TRACE_COUNTS = 21 };

/* The traces whose rows are counted here; an inventory's are among what validate says of the stock. */
typedef enum { LAB_EVENTS, LAB_PROFILES, LAB_CATALOG, LAB_SENDS, LAB_COUNTED } lab_counted;
const char *lab_counted_name(lab_counted which);  /* "events": its section, and its key */
const char *lab_counted_title(lab_counted which); /* "shoppers' trace" */

typedef struct {
    const char *name; /* "purchases" */
    double value;     /* counts are whole; revenue need not be */
} lab_trace_count;

/* Returns how many; 0 without such a trace. */
size_t lab_trace_counts(const scenario *s, lab_counted which, lab_trace_count out[LAB_TRACE_COUNTS]);
/* The value as text: "%.0f", but revenue to the thousandth. */
const char *lab_trace_count_text(const lab_trace_count *count, char *buffer, size_t size);

json_t *lab_trace_json(const scenario *s, lab_counted which); /* null without one */

/* Writes the rows of all traces that were skipped (on_bad_row: skip) to DIR/rejects.csv; without any, an
 * earlier run's file goes. */
lab_status lab_rejects_keep(const char *dir, const scenario *s, lab_error *error);

#endif
