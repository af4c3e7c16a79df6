/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table.h - the rows of a trace's CSV file: found, its columns named, bad rows booked. What a row says is up
 * to the kind of trace.
 */
#ifndef SCENARIOS_TABLE_H
#define SCENARIOS_TABLE_H

#include "scenarios/csv.h"
#include "scenarios/internal.h"
#include "scenarios/times.h"

typedef struct {
    const char *key;  /* "timestamp": below SECTION.columns */
    const char *name; /* what the file calls it; "": the trace goes without */
} scenario_table_column;

typedef struct {
    scenario_loader *l;
    const char *section; /* "traces.inventory", for messages */
    const scenario_table_setup *setup;
    scenario_trace_file *file;
    scenario_csv *csv;
    scenario_times times;
    size_t columns; /* of the header */
    size_t where[SCENARIO_WHERE_MAX];
} scenario_table;

/* Finds the file, opens it, reads its header. [in] section, setup: borrowed. [out] file: what becomes of the
 * rows is counted in it; the caller's to clear, whatever is returned. at: where each of the n columns stands;
 * SIZE_MAX for one that is not wanted. [in] time_format: borrowed; NULL: of a trace without times. On
 * BAD_INPUT l->error is filled. */
scenario_status scenario_table_open(scenario_table *t, scenario_loader *l, const char *section,
                                    const scenario_table_setup *setup, const char *time_format,
                                    const scenario_table_column *column, size_t n, size_t *at,
                                    scenario_trace_file *file);
/* The next row with as many fields as the header that is not left out by `where`. [out] more: false at the
 * end. */
scenario_status scenario_table_next(scenario_table *t, bool *more);
/* A field of that row; of a column that is not wanted, an empty one. */
static inline scenario_csv_field scenario_table_field(const scenario_table *t, size_t at) {
    return at == SIZE_MAX ? (scenario_csv_field){"", 0} : scenario_csv_at(t->csv, at);
}
/* Books the row as bad, or ends the load with it. */
scenario_status scenario_table_reject(scenario_table *t, const char *what);
/* "'FIELD' is_what" */
scenario_status scenario_table_reject_field(scenario_table *t, scenario_csv_field f, const char *is_what);
/* Ends the load at a line. */
scenario_status scenario_table_fail(const scenario_table *t, uint64_t line, const char *what);

/* [out] at: ms since the epoch. false: not a time. */
static inline bool scenario_table_time(scenario_table *t, scenario_csv_field f, int64_t *at) {
    return scenario_times_read(&t->times, f.text, f.size, at);
}
scenario_status scenario_table_reject_time(scenario_table *t, scenario_csv_field f);

/* After the last row: what identifies the file. An error if it has no good row. */
scenario_status scenario_table_end(scenario_table *t, bool any);
void scenario_table_close(scenario_table *t);
void scenario_trace_file_clear(scenario_trace_file *file);

#endif
