/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_table.h - rows of a CSV table by named columns, with times, and bad rows refused or counted.
 */
#ifndef LAB_CALIBRATE_TABLE_H
#define LAB_CALIBRATE_TABLE_H

#include <stdbool.h>

#include "lab/calibrate_input.h"
#include "scenarios/csv.h"
#include "scenarios/times.h"

enum { LAB_TABLE_COLUMNS = 8, LAB_TABLE_TEXT = 512 };

typedef struct {
    char section[32]; /* "traces.events", for messages */
    char file[LAB_TABLE_TEXT], origin[LAB_TABLE_TEXT];
    char column[LAB_TABLE_COLUMNS][LAB_TABLE_TEXT]; /* "": not mapped */
    const char *key[LAB_TABLE_COLUMNS];             /* "timestamp"; NULL: the last was the one before */
    char time_format[LAB_TABLE_TEXT];               /* see scenarios/times.h */
    bool skip_bad;
    scenario_where where[SCENARIO_WHERE_MAX]; /* rows that do not match all of them are left out */
    size_t wheres;
} lab_table_setup;

typedef struct lab_table lab_table;
struct lab_table {
    const lab_table_setup *setup;
    scenario_csv *csv;
    scenario_times times;
    size_t at[LAB_TABLE_COLUMNS], where[SCENARIO_WHERE_MAX], columns;
    lab_trace_source *source;
    lab_error *error;
};

/* Opens the table and reads its header. [in] beside: the file beside which it is looked for, before the
 * folder RESTOCKLAB_DATA. [out] source: its path. */
lab_status lab_table_open(lab_table *table, const lab_table_setup *setup, const char *beside,
                          lab_trace_source *source, lab_error *error);

/* The next good row. LAB_OK with *end at the end. */
lab_status lab_table_next(lab_table *table, bool *end);
void lab_table_close(lab_table *table);

/* A field of the row; text "" where the column is not mapped. */
scenario_csv_field lab_table_field(const lab_table *table, size_t column);

/* A time. false: it is none. */
bool lab_table_time(lab_table *table, size_t column, int64_t *at);
bool lab_table_number(const lab_table *table, size_t column, double *x); /* finite, plain */

/* The row cannot be used, because of this field: refuses it, or counts it (LAB_OK). */
lab_status lab_table_reject(lab_table *table, size_t column, const char *what);

#endif
