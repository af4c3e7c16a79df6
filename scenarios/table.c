/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table.c - see table.h.
 */
#include "scenarios/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REJECTS_MAX = 4 << 20, PATH_SIZE = 2 * SCENARIO_FILE_SIZE + SCENARIO_PATH_SIZE };

scenario_status scenario_table_fail(const scenario_table *t, uint64_t line, const char *what) {
    scenario_say(t->l->error, "%.500s:%" PRIu64 ": %.450s", t->file->path, line, what);
    return SCENARIO_BAD_INPUT;
}

static scenario_status unreadable(const scenario_table *t) {
    scenario_say(t->l->error, "%.500s: %s", t->file->path, scenario_csv_reason(t->csv));
    return SCENARIO_BAD_INPUT;
}

/* ---- finding the file ---- */

static bool beside_scenario(const scenario_table *t, char path[PATH_SIZE]) {
    const char *file = t->setup->file, *slash = strrchr(t->l->name, '/');
    int folder = file[0] != '/' && slash ? (int)(slash - t->l->name) + 1 : 0;
    int n = snprintf(path, PATH_SIZE, "%.*s%s", folder, t->l->name, file);
    return n > 0 && n < PATH_SIZE && access(path, F_OK) == 0;
}

static bool in_data_folder(const scenario_table *t, const char *data, char path[PATH_SIZE]) {
    if (!data || !data[0] || t->setup->file[0] == '/') return false;
    int n = snprintf(path, PATH_SIZE, "%s/%s", data, t->setup->file);
    return n > 0 && n < PATH_SIZE && access(path, F_OK) == 0;
}

static scenario_status find_file(scenario_table *t) {
    char path[PATH_SIZE], second[PATH_SIZE], parameter[SCENARIO_PATH_TEXT];
    const char *data = getenv("RESTOCKLAB_DATA");
    bool found = beside_scenario(t, path);
    if (!found && in_data_folder(t, data, second)) {
        memcpy(path, second, sizeof path);
        found = true;
    }
    if (!found) {
        const char *origin = t->setup->origin;
        snprintf(parameter, sizeof parameter, "%s.file", t->section);
        scenario_fail(
            t->l, parameter, "no file '%.100s'%s%.100s%s; %s%s%sdocs/TRACES.md says how to shape it", path,
            data ? ", nor below " : "; the folder RESTOCKLAB_DATA would be looked in too, but is not set",
            data ? data : "", data ? " (RESTOCKLAB_DATA)" : "", origin[0] ? "it comes from " : "", origin,
            origin[0] ? "; " : "");
        return SCENARIO_BAD_INPUT;
    }
    t->file->path = malloc(strlen(path) + 1);
    if (!t->file->path) return SCENARIO_NO_MEMORY;
    strcpy(t->file->path, path);
    scenario_csv_status status = scenario_csv_open(path, &t->csv);
    if (status == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
    if (status == SCENARIO_CSV_ROW) return SCENARIO_OK;
    scenario_say(t->l->error, "%.500s: %s", path, strerror(errno));
    return SCENARIO_BAD_INPUT;
}

/* ---- the header ---- */

static scenario_status no_column(scenario_table *t, const char *name, const char *key, bool twice) {
    char list[240] = "", what[SCENARIO_ERROR_SIZE], quoted[80];
    size_t used = 0;
    for (size_t i = 0; i < scenario_csv_count(t->csv) && used + 1 < sizeof list; i++) {
        scenario_csv_field f = scenario_csv_at(t->csv, i);
        scenario_quote(f.text, f.size, quoted, sizeof quoted);
        int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", quoted);
        used += n > 0 ? (size_t)n : 0;
    }
    snprintf(what, sizeof what, "%s '%s' (%s.%s%s); the columns are %s%s",
             twice ? "more than one column" : "no column", name, t->section, key ? "columns." : "where",
             key ? key : "", list, used + 1 < sizeof list ? "" : "...");
    return scenario_table_fail(t, scenario_csv_line(t->csv), what);
}

/* key: below columns; NULL for one that `where` looks at. */
static scenario_status find_column(scenario_table *t, const char *name, const char *key, size_t *at) {
    size_t found = 0;
    *at = SIZE_MAX;
    if (!name[0]) return SCENARIO_OK;
    for (size_t i = 0; i < t->columns; i++) {
        if (strcmp(scenario_csv_at(t->csv, i).text, name) != 0) continue;
        *at = i;
        found++;
    }
    return found == 1 ? SCENARIO_OK : no_column(t, name, key, found > 1);
}

static scenario_status read_header(scenario_table *t) {
    scenario_csv_status status = scenario_csv_next(t->csv);
    if (status == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
    if (status == SCENARIO_CSV_IO) return unreadable(t);
    if (status == SCENARIO_CSV_END)
        return scenario_table_fail(t, 1, "the file is empty; it begins with a line of column names");
    if (status == SCENARIO_CSV_BAD)
        return scenario_table_fail(t, scenario_csv_line(t->csv), scenario_csv_reason(t->csv));
    t->columns = scenario_csv_count(t->csv);
    return SCENARIO_OK;
}

scenario_status scenario_table_open(scenario_table *t, scenario_loader *l, const char *section,
                                    const scenario_table_setup *setup, const char *time_format,
                                    const scenario_table_column *column, size_t n, size_t *at,
                                    scenario_trace_file *file) {
    *t = (scenario_table){.l = l, .section = section, .setup = setup, .file = file};
    char what[SCENARIO_ERROR_SIZE / 2], path[SCENARIO_PATH_TEXT];
    snprintf(path, sizeof path, "%s.time_format", section);
    if (time_format && !scenario_times_open(&t->times, time_format, what, sizeof what)) {
        scenario_fail(l, path, "'%s': %s", path, what);
        return SCENARIO_BAD_INPUT;
    }
    scenario_status status = find_file(t);
    if (status == SCENARIO_OK) status = read_header(t);
    for (size_t i = 0; i < n && status == SCENARIO_OK; i++)
        status = find_column(t, column[i].name, column[i].key, &at[i]);
    for (size_t i = 0; i < setup->wheres && status == SCENARIO_OK; i++)
        status = find_column(t, setup->where[i].name, NULL, &t->where[i]);
    return status;
}

/* ---- rows ---- */

static bool room_for_reject(scenario_trace_file *f, size_t need) {
    if (f->rejects_used + need <= f->rejects_room) return true;
    size_t room = f->rejects_room * 2 > f->rejects_used + need ? f->rejects_room * 2 : f->rejects_used + need;
    char *more = realloc(f->rejects, room);
    if (!more) return false;
    f->rejects = more;
    f->rejects_room = room;
    return true;
}

/* In quotes, those inside doubled; what a C text cannot hold is replaced. */
static void list_cell(scenario_trace_file *f, const char *text, size_t size, char after) {
    char *at = f->rejects + f->rejects_used;
    *at++ = '"';
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"') *at++ = '"';
        *at++ = text[i] ? text[i] : '?';
    }
    *at++ = '"';
    *at++ = after;
    *at = '\0';
    f->rejects_used = (size_t)(at - f->rejects);
}

scenario_status scenario_table_reject(scenario_table *t, const char *what) {
    scenario_trace_file *f = t->file;
    if (t->setup->on_bad_row == SCENARIO_BAD_ROW_FAIL)
        return scenario_table_fail(t, scenario_csv_line(t->csv), what);
    f->rejected++;
    scenario_csv_field row = scenario_csv_raw(t->csv);
    size_t need = 2 * (strlen(what) + row.size) + 80;
    if (f->rejects_used + need > REJECTS_MAX) return SCENARIO_OK; /* counted, no longer listed */
    if (!room_for_reject(f, need)) return SCENARIO_NO_MEMORY;
    int n = snprintf(f->rejects + f->rejects_used, need, "%s,%" PRIu64 ",", t->section + strlen("traces."),
                     scenario_csv_line(t->csv));
    f->rejects_used += n > 0 ? (size_t)n : 0;
    list_cell(f, what, strlen(what), ',');
    list_cell(f, row.text, row.size, '\n');
    return SCENARIO_OK;
}

scenario_status scenario_table_reject_field(scenario_table *t, scenario_csv_field f, const char *is_what) {
    char what[SCENARIO_ERROR_SIZE / 2], quoted[100];
    snprintf(what, sizeof what, "%s %s", scenario_quote(f.text, f.size, quoted, sizeof quoted), is_what);
    return scenario_table_reject(t, what);
}

scenario_status scenario_table_reject_time(scenario_table *t, scenario_csv_field f) {
    char hint[SCENARIO_PATH_TEXT * 2];
    scenario_times_hint(&t->times, t->section, hint, sizeof hint);
    return scenario_table_reject_field(t, f, hint);
}

static bool is_wanted(const scenario_table *t) {
    for (size_t i = 0; i < t->setup->wheres; i++)
        if (strcmp(scenario_csv_at(t->csv, t->where[i]).text, t->setup->where[i].value) != 0) return false;
    return true;
}

/* Whether the row that was read is one, or booked as bad. [out] status. */
static bool is_row(scenario_table *t, scenario_csv_status read, scenario_status *status) {
    char what[100];
    *status = SCENARIO_OK;
    t->file->rows++;
    if (read == SCENARIO_CSV_BAD) {
        *status = scenario_table_reject(t, scenario_csv_reason(t->csv));
        return false;
    }
    size_t columns = scenario_csv_count(t->csv);
    if (columns == t->columns) {
        bool wanted = is_wanted(t);
        t->file->filtered += !wanted;
        return wanted;
    }
    snprintf(what, sizeof what, "%zu columns, but the header has %zu", columns, t->columns);
    *status = scenario_table_reject(t, what);
    return false;
}

scenario_status scenario_table_next(scenario_table *t, bool *more) {
    for (;;) {
        scenario_status status;
        scenario_csv_status read = scenario_csv_next(t->csv);
        *more = read == SCENARIO_CSV_ROW || read == SCENARIO_CSV_BAD;
        if (read == SCENARIO_CSV_IO) return unreadable(t);
        if (read == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
        if (!*more) return SCENARIO_OK;
        if (is_row(t, read, &status) || status != SCENARIO_OK) return status;
    }
}

scenario_status scenario_table_end(scenario_table *t, bool any) {
    t->file->hash = scenario_csv_hash(t->csv);
    if (any) return SCENARIO_OK;
    return scenario_table_fail(t, 1,
                               !t->file->rows       ? "no rows below the header"
                               : !t->file->filtered ? "every row is bad"
                               : !t->file->rejected ? "every row is left out"
                                                    : "every row is bad or left out");
}

void scenario_table_close(scenario_table *t) {
    scenario_csv_close(t->csv);
    t->csv = NULL;
}

void scenario_trace_file_clear(scenario_trace_file *file) {
    free(file->path);
    free(file->rejects);
    *file = (scenario_trace_file){0};
}
