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

enum { REJECTS_MAX = 256 * 1024, PATH_SIZE = 2 * SCENARIO_FILE_SIZE + SCENARIO_PATH_SIZE };

scenario_status scenario_table_fail(const scenario_table *t, uint64_t line, const char *what) {
    scenario_say(t->l->error, "%.500s:%" PRIu64 ": %.450s", t->file->path, line, what);
    return SCENARIO_BAD_INPUT;
}

static scenario_status io_fail(const scenario_table *t, const char *path) {
    scenario_say(t->l->error, "%.500s: %s", path, strerror(errno));
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
    return status == SCENARIO_CSV_ROW ? SCENARIO_OK : io_fail(t, path);
}

/* ---- the header ---- */

static scenario_status no_column(scenario_table *t, const scenario_table_column *c, bool twice) {
    char list[240] = "", what[SCENARIO_ERROR_SIZE], quoted[80];
    size_t used = 0;
    for (size_t i = 0; i < scenario_csv_count(t->csv) && used + 1 < sizeof list; i++) {
        scenario_csv_field f = scenario_csv_at(t->csv, i);
        scenario_quote(f.text, f.size, quoted, sizeof quoted);
        int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", quoted);
        used += n > 0 ? (size_t)n : 0;
    }
    snprintf(what, sizeof what, "%s '%s' (%s.columns.%s); the columns are %s%s",
             twice ? "more than one column" : "no column", c->name, t->section, c->key, list,
             used + 1 < sizeof list ? "" : "...");
    return scenario_table_fail(t, scenario_csv_line(t->csv), what);
}

static scenario_status find_column(scenario_table *t, const scenario_table_column *c, size_t *at) {
    size_t found = 0;
    *at = SIZE_MAX;
    if (!c->name[0]) return SCENARIO_OK;
    for (size_t i = 0; i < t->columns; i++) {
        if (strcmp(scenario_csv_at(t->csv, i).text, c->name) != 0) continue;
        *at = i;
        found++;
    }
    return found == 1 ? SCENARIO_OK : no_column(t, c, found > 1);
}

static scenario_status read_header(scenario_table *t) {
    scenario_csv_status status = scenario_csv_next(t->csv);
    if (status == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
    if (status == SCENARIO_CSV_IO) return io_fail(t, t->file->path);
    if (status == SCENARIO_CSV_END)
        return scenario_table_fail(t, 1, "the file is empty; it begins with a line of column names");
    if (status == SCENARIO_CSV_BAD)
        return scenario_table_fail(t, scenario_csv_line(t->csv), scenario_csv_reason(t->csv));
    t->columns = scenario_csv_count(t->csv);
    return SCENARIO_OK;
}

scenario_status scenario_table_open(scenario_table *t, scenario_loader *l, const char *section,
                                    const scenario_table_setup *setup, const scenario_table_column *column,
                                    size_t n, size_t *at, scenario_trace_file *file) {
    *t = (scenario_table){.l = l, .section = section, .setup = setup, .file = file};
    scenario_status status = find_file(t);
    if (status == SCENARIO_OK) status = read_header(t);
    for (size_t i = 0; i < n && status == SCENARIO_OK; i++)
        status = find_column(t, &column[i], &at[i]);
    return status;
}

/* ---- rows ---- */

scenario_status scenario_table_reject(scenario_table *t, const char *what) {
    scenario_trace_file *f = t->file;
    if (t->setup->on_bad_row == SCENARIO_BAD_ROW_FAIL)
        return scenario_table_fail(t, scenario_csv_line(t->csv), what);
    f->rejected++;
    size_t need = strlen(what) + 64;
    if (f->rejects_used + need > REJECTS_MAX) return SCENARIO_OK; /* counted, no longer listed */
    if (f->rejects_used + need > f->rejects_room) {
        size_t room = f->rejects_room * 2 > need ? f->rejects_room * 2 : 4096;
        char *more = realloc(f->rejects, room);
        if (!more) return SCENARIO_NO_MEMORY;
        f->rejects = more;
        f->rejects_room = room;
    }
    int n =
        snprintf(f->rejects + f->rejects_used, need, "%" PRIu64 ": %s\n", scenario_csv_line(t->csv), what);
    f->rejects_used += n > 0 ? (size_t)n : 0;
    return SCENARIO_OK;
}

scenario_status scenario_table_reject_field(scenario_table *t, scenario_csv_field f, const char *is_what) {
    char what[SCENARIO_ERROR_SIZE / 2], quoted[100];
    snprintf(what, sizeof what, "%s %s", scenario_quote(f.text, f.size, quoted, sizeof quoted), is_what);
    return scenario_table_reject(t, what);
}

/* Whether the row that was read is one, or booked as bad. [out] status. */
static bool is_row(scenario_table *t, scenario_csv_status read, scenario_status *status) {
    char what[100];
    *status = SCENARIO_OK;
    if (read == SCENARIO_CSV_BAD) {
        *status = scenario_table_reject(t, scenario_csv_reason(t->csv));
        return false;
    }
    size_t columns = scenario_csv_count(t->csv);
    if (columns == t->columns) return true;
    snprintf(what, sizeof what, "%zu columns, but the header has %zu", columns, t->columns);
    *status = scenario_table_reject(t, what);
    return false;
}

scenario_status scenario_table_next(scenario_table *t, bool *more) {
    for (;;) {
        scenario_status status;
        scenario_csv_status read = scenario_csv_next(t->csv);
        *more = read == SCENARIO_CSV_ROW || read == SCENARIO_CSV_BAD;
        if (read == SCENARIO_CSV_IO) return io_fail(t, t->file->path);
        if (read == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
        if (!*more) return SCENARIO_OK;
        if (is_row(t, read, &status) || status != SCENARIO_OK) return status;
    }
}

scenario_status scenario_table_end(scenario_table *t, bool any) {
    t->file->hash = scenario_csv_hash(t->csv);
    if (any) return SCENARIO_OK;
    return scenario_table_fail(t, 1, t->file->rejected ? "every row is bad" : "no rows below the header");
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

/* ---- times ---- */

const char *scenario_table_time_hint(const scenario_table *t, char *buffer, size_t size) {
    static const char *const hint[SCENARIO_TIME_FORMATS] = {
        [SCENARIO_ISO8601] = "is not a time such as 2026-03-01T08:00:00 (%s.time_format is iso8601)",
        [SCENARIO_EPOCH_S] = "is not a number of seconds since 1970 (%s.time_format is epoch_s)",
        [SCENARIO_EPOCH_MS] = "is not a whole number of milliseconds since 1970 (%s.time_format is epoch_ms)",
    };
    const char *text = hint[t->setup->time_format], *gap = strstr(text, "%s");
    snprintf(buffer, size, "%.*s%s%s", (int)(gap - text), text, t->section, gap + 2);
    return buffer;
}

bool scenario_table_time(scenario_table *t, scenario_csv_field f, int64_t *at) {
    static const int64_t limit = 253402300800000; /* year 10000 in ms */
    double seconds;
    switch (t->setup->time_format) {
    case SCENARIO_EPOCH_S:
        if (f.size > 18 || !scenario_real_parse(f.text, f.size, &seconds) || seconds < 0) return false;
        if (seconds >= (double)limit / 1000) return false;
        *at = (int64_t)(seconds * 1000 + 0.001); /* cut to the millisecond; the sum undoes binary fractions */
        return true;
    case SCENARIO_EPOCH_MS: return scenario_int_parse(f.text, f.size, at) && *at >= 0 && *at < limit;
    default: return scenario_time_parse(f.text, f.size, at);
    }
}
