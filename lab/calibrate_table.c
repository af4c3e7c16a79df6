/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_table.c - see calibrate_table.h.
 */
#include "lab/calibrate_table.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/format.h"
#include "scenarios/time.h"

static bool is_there(char *out, const char *folder, size_t size, const char *file) {
    int n = snprintf(out, LAB_PATH_SIZE, "%.*s%s", (int)size, folder, file);
    return n > 0 && n < LAB_PATH_SIZE && access(out, F_OK) == 0;
}

static lab_status find(const lab_table_setup *setup, const char *beside, char *path, lab_error *error) {
    const char *data = getenv("RESTOCKLAB_DATA"), *slash = strrchr(beside, '/');
    char folder[LAB_PATH_SIZE];
    bool whole = setup->file[0] == '/';
    size_t size = !whole && slash ? (size_t)(slash - beside) + 1 : 0;
    if (is_there(path, beside, size, setup->file)) return LAB_OK;
    int n = snprintf(folder, sizeof folder, "%s/", data ? data : "");
    if (data && !whole && n > 0 && n < LAB_PATH_SIZE && is_there(path, folder, (size_t)n, setup->file))
        return LAB_OK;
    return lab_fail(error, LAB_BAD_INPUT,
                    "%s: %s.file: no file '%s' beside it%s%s%s; docs/CALIBRATE.md says how to shape it",
                    beside, setup->section, setup->file,
                    data ? ", nor below RESTOCKLAB_DATA" : " (and RESTOCKLAB_DATA is not set)",
                    setup->origin[0] ? "; it comes from " : "", setup->origin);
}

static lab_status at_line(lab_table *t, const char *what) {
    return lab_fail(t->error, LAB_BAD_INPUT, "%s:%" PRIu64 ": %s", t->source->path, scenario_csv_line(t->csv),
                    what);
}

/* [in] name: of the column; key: "columns.sku", or "where". */
static lab_status no_column(lab_table *t, const char *name, const char *below, const char *key,
                            size_t found) {
    char list[LAB_ERROR_SIZE / 2] = "", clean[80];
    size_t used = 0;
    for (size_t i = 0; i < t->columns && used + 1 < sizeof list; i++) {
        format_clean(clean, sizeof clean, scenario_csv_at(t->csv, i).text);
        int n = snprintf(list + used, sizeof list - used, "%s'%s'", i ? ", " : "", clean);
        used += n > 0 ? (size_t)n : 0;
    }
    return lab_fail(t->error, LAB_BAD_INPUT, "%s:%" PRIu64 ": %s '%s' (%s.%s%s); the columns are %s",
                    t->source->path, scenario_csv_line(t->csv), found ? "more than one column" : "no column",
                    name, t->setup->section, below, key, list);
}

static size_t find_column(const lab_table *t, const char *name, size_t *at) {
    size_t found = 0;
    for (size_t i = 0; i < t->columns; i++) {
        if (strcmp(scenario_csv_at(t->csv, i).text, name) != 0) continue;
        *at = i;
        found++;
    }
    return found;
}

/* What csv's status comes to, other than a row or a bad one. */
static lab_status trouble(lab_table *t, scenario_csv_status status) {
    if (status == SCENARIO_CSV_NO_MEMORY) return lab_fail(t->error, LAB_FAILED, "out of memory");
    return lab_fail(t->error, LAB_BAD_INPUT, "%s: %s", t->source->path, strerror(errno));
}

static lab_status read_header(lab_table *t) {
    scenario_csv_status status = scenario_csv_next(t->csv);
    if (status == SCENARIO_CSV_END)
        return lab_fail(t->error, LAB_BAD_INPUT,
                        "%s: the file is empty; it begins with a line of column names", t->source->path);
    if (status == SCENARIO_CSV_BAD) return at_line(t, scenario_csv_reason(t->csv));
    if (status != SCENARIO_CSV_ROW) return trouble(t, status);
    t->columns = scenario_csv_count(t->csv);
    const lab_table_setup *setup = t->setup;
    for (size_t c = 0; c < LAB_TABLE_COLUMNS; c++) {
        if (!setup->column[c][0]) continue;
        size_t found = find_column(t, setup->column[c], &t->at[c]);
        if (found != 1) return no_column(t, setup->column[c], "columns.", setup->key[c], found);
    }
    for (size_t i = 0; i < setup->wheres; i++) {
        size_t found = find_column(t, setup->where[i].name, &t->where[i]);
        if (found != 1) return no_column(t, setup->where[i].name, "", "where", found);
    }
    return LAB_OK;
}

lab_status lab_table_open(lab_table *table, const lab_table_setup *setup, const char *beside,
                          lab_trace_source *source, lab_error *error) {
    *table = (lab_table){.setup = setup, .source = source, .error = error};
    char what[LAB_TABLE_TEXT];
    if (!scenario_times_open(&table->times, setup->time_format, what, sizeof what))
        return lab_fail(error, LAB_BAD_INPUT, "%s.time_format: %s", setup->section, what);
    lab_status status = find(setup, beside, source->path, error);
    if (status != LAB_OK) return status;
    scenario_csv_status opened = scenario_csv_open(source->path, &table->csv);
    if (opened != SCENARIO_CSV_ROW) return trouble(table, opened);
    return read_header(table);
}

static lab_status reject(lab_table *t, const char *what) {
    if (!t->setup->skip_bad) return at_line(t, what);
    t->source->rejected++;
    return LAB_OK;
}

static bool is_wanted(const lab_table *t) {
    for (size_t i = 0; i < t->setup->wheres; i++)
        if (strcmp(scenario_csv_at(t->csv, t->where[i]).text, t->setup->where[i].value) != 0) return false;
    return true;
}

lab_status lab_table_next(lab_table *t, bool *end) {
    *end = false;
    for (;;) {
        scenario_csv_status next = scenario_csv_next(t->csv);
        lab_status status = LAB_OK;
        char what[100];
        switch (next) {
        case SCENARIO_CSV_ROW:
            if (scenario_csv_count(t->csv) == t->columns) {
                if (is_wanted(t)) return LAB_OK;
                t->source->filtered++;
                break;
            }
            snprintf(what, sizeof what, "%zu columns, but the header has %zu", scenario_csv_count(t->csv),
                     t->columns);
            status = reject(t, what);
            break;
        case SCENARIO_CSV_BAD: status = reject(t, scenario_csv_reason(t->csv)); break;
        case SCENARIO_CSV_END: *end = true; return LAB_OK;
        default: return trouble(t, next);
        }
        if (status != LAB_OK) return status;
    }
}

void lab_table_close(lab_table *table) {
    scenario_csv_close(table->csv);
}

scenario_csv_field lab_table_field(const lab_table *table, size_t column) {
    if (!table->setup->column[column][0]) return (scenario_csv_field){"", 0};
    return scenario_csv_at(table->csv, table->at[column]);
}

bool lab_table_number(const lab_table *table, size_t column, double *x) {
    scenario_csv_field f = lab_table_field(table, column);
    char *end;
    if (!f.size || strspn(f.text, "+-.0123456789eE") != f.size) return false;
    *x = strtod(f.text, &end);
    return end == f.text + f.size && isfinite(*x);
}

bool lab_table_time(lab_table *table, size_t column, int64_t *at) {
    scenario_csv_field f = lab_table_field(table, column);
    return scenario_times_read(&table->times, f.text, f.size, at);
}

lab_status lab_table_reject(lab_table *table, size_t column, const char *what) {
    char text[LAB_ERROR_SIZE / 2], clean[100];
    format_clean(clean, sizeof clean, lab_table_field(table, column).text);
    snprintf(text, sizeof text, "'%s' (column '%s') %s", clean, table->setup->column[column], what);
    return reject(table, text);
}
