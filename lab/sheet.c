/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sheet.c - see sheet.h.
 */
#include "lab/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scenarios/csv.h"

enum { FIRST_ROWS = 1024, FIRST_SLOTS = 64, SHOWN = 40 };

typedef struct {
    size_t field;
    lab_kind kind;
    double *number;
    uint32_t *id;
    char **value; /* of texts: id -> text */
    size_t values, value_room;
    uint32_t *slot; /* hash table of ids + 1, 0: free; a power of two, at most half full */
    size_t slots;
} column;

struct lab_sheet {
    const char *path;
    scenario_csv *csv;
    char **header;
    size_t width;
    column *column;
    size_t columns, rows, room;
    uint64_t *line;
};

static lab_status no_memory(const lab_sheet *t, lab_error *error) {
    return lab_fail(error, LAB_FAILED, "%s: out of memory", t->path);
}

static lab_status csv_fail(const lab_sheet *t, scenario_csv_status status, lab_error *error) {
    if (status == SCENARIO_CSV_BAD)
        return lab_fail(error, LAB_BAD_INPUT, "%s:%ju: %s", t->path, (uintmax_t)scenario_csv_line(t->csv),
                        scenario_csv_reason(t->csv));
    if (status == SCENARIO_CSV_IO) return lab_fail(error, LAB_BAD_INPUT, "%s: %s", t->path, strerror(errno));
    return no_memory(t, error);
}

static lab_status keep_header(lab_sheet *t, lab_error *error) {
    size_t n = scenario_csv_count(t->csv);
    t->header = calloc(n, sizeof *t->header);
    if (!t->header) return no_memory(t, error);
    for (t->width = 0; t->width < n; t->width++) {
        scenario_csv_field f = scenario_csv_at(t->csv, t->width);
        if (f.size == 0)
            return lab_fail(error, LAB_BAD_INPUT,
                            "%s:1: column %zu has no name; the first line is the header", t->path,
                            t->width + 1);
        if (lab_sheet_has(t, f.text))
            return lab_fail(error, LAB_BAD_INPUT, "%s:1: two columns are called '%.*s'; rename one", t->path,
                            SHOWN, f.text);
        t->header[t->width] = strdup(f.text);
        if (!t->header[t->width]) return no_memory(t, error);
    }
    return LAB_OK;
}

lab_status lab_sheet_open(const char *path, lab_sheet **out, lab_error *error) {
    lab_sheet *t = calloc(1, sizeof *t);
    if (!t) return lab_fail(error, LAB_FAILED, "out of memory");
    t->path = path;
    scenario_csv_status opened = scenario_csv_open(path, &t->csv);
    lab_status status = LAB_OK;
    if (opened != SCENARIO_CSV_ROW) status = csv_fail(t, opened, error);
    if (status == LAB_OK) {
        opened = scenario_csv_next(t->csv);
        if (opened == SCENARIO_CSV_END)
            status = lab_fail(error, LAB_BAD_INPUT, "%s: is empty; the first line names the columns", path);
        else
            status = opened == SCENARIO_CSV_ROW ? keep_header(t, error) : csv_fail(t, opened, error);
    }
    if (status == LAB_OK)
        *out = t;
    else
        lab_sheet_close(t);
    return status;
}

void lab_sheet_close(lab_sheet *t) {
    if (!t) return;
    scenario_csv_close(t->csv);
    for (size_t i = 0; i < t->width; i++)
        free(t->header[i]);
    free(t->header);
    for (size_t i = 0; i < t->columns; i++) {
        column *c = &t->column[i];
        for (size_t v = 0; v < c->values; v++)
            free(c->value[v]);
        free(c->number);
        free(c->id);
        free(c->value);
        free(c->slot);
    }
    free(t->column);
    free(t->line);
    free(t);
}

size_t lab_sheet_width(const lab_sheet *t) {
    return t->width;
}

const char *lab_sheet_header(const lab_sheet *t, size_t i) {
    return t->header[i];
}

static size_t find(const lab_sheet *t, const char *name) {
    size_t i = 0;
    while (i < t->width && strcmp(t->header[i], name) != 0)
        i++;
    return i;
}

bool lab_sheet_has(const lab_sheet *t, const char *name) {
    return find(t, name) < t->width;
}

static lab_status no_column(const lab_sheet *t, const char *name, const char *option, lab_error *error) {
    char list[600] = "";
    const char *near = lab_nearest(name, (const char *const *)t->header, t->width);
    if (near)
        return lab_fail(error, LAB_BAD_INPUT, "%s: there is no column '%.*s' (%s); did you mean '%s'?",
                        t->path, SHOWN, name, option, near);
    for (size_t i = 0, at = 0; i < t->width && at < sizeof list - 60; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%.*s", i ? ", " : "", SHOWN, t->header[i]);
    return lab_fail(error, LAB_BAD_INPUT, "%s: there is no column '%.*s' (%s); there are: %s", t->path, SHOWN,
                    name, option, list);
}

lab_status lab_sheet_want(lab_sheet *t, const char *name, lab_kind kind, const char *option, size_t *index,
                          lab_error *error) {
    size_t field = find(t, name);
    if (field == t->width) return no_column(t, name, option, error);
    for (size_t i = 0; i < t->columns; i++)
        if (t->column[i].field == field && t->column[i].kind == kind) {
            *index = i;
            return LAB_OK;
        }
    column *more = realloc(t->column, (t->columns + 1) * sizeof *more);
    if (!more) return no_memory(t, error);
    t->column = more;
    more[t->columns] = (column){.field = field, .kind = kind};
    *index = t->columns++;
    return LAB_OK;
}

lab_status lab_sheet_want_ratio(lab_sheet *t, const char *name, const char *option, size_t *numerator,
                                size_t *denominator, lab_error *error) {
    const char *slash = strchr(name, '/');
    *denominator = SIZE_MAX;
    if (!slash || lab_sheet_has(t, name))
        return lab_sheet_want(t, name, LAB_NUMBER, option, numerator, error);
    char *over = strndup(name, (size_t)(slash - name));
    if (!over) return no_memory(t, error);
    lab_status status = lab_sheet_want(t, over, LAB_NUMBER, option, numerator, error);
    free(over);
    return status == LAB_OK ? lab_sheet_want(t, slash + 1, LAB_NUMBER, option, denominator, error) : status;
}

lab_status lab_sheet_check_covariate(const lab_sheet *t, size_t covariate, const char *outcome,
                                     size_t numerator, size_t denominator, lab_error *error) {
    if (covariate != numerator && covariate != denominator) return LAB_OK;
    const char *name = t->header[t->column[covariate].field];
    return lab_fail(error, LAB_BAD_INPUT, "--covariate %.*s is %s; a covariate must be known before the test",
                    SHOWN, name, strcmp(name, outcome) == 0 ? "the outcome itself" : "part of the outcome");
}

/* ---- rows ---- */

static bool is_missing(const char *text) {
    static const char *const word[] = {"", "NA", "NaN", "nan", "null"};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (strcmp(text, word[i]) == 0) return true;
    return false;
}

/* Decimal numbers only: no spaces, no hexadecimal digits, no "inf". */
static bool parse(const char *text, double *out) {
    char *end;
    if (text[strspn(text, "0123456789.+-eE")] != '\0') return false;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*out);
}

static void place(column *c, uint32_t id) {
    size_t mask = c->slots - 1, at = (size_t)XXH3_64bits(c->value[id], strlen(c->value[id])) & mask;
    while (c->slot[at])
        at = (at + 1) & mask;
    c->slot[at] = id + 1;
}

static bool grow_values(column *c) {
    size_t slots = c->slots ? c->slots * 2 : FIRST_SLOTS;
    char **value = realloc(c->value, slots / 2 * sizeof *value);
    if (value) c->value = value;
    uint32_t *slot = value ? calloc(slots, sizeof *slot) : NULL;
    if (!slot) return false;
    free(c->slot);
    c->slot = slot;
    c->slots = slots;
    c->value_room = slots / 2;
    for (size_t i = 0; i < c->values; i++)
        place(c, (uint32_t)i);
    return true;
}

/* The id of a text, new or known. false: no memory. */
static bool intern(column *c, const char *text, size_t size, uint32_t *id) {
    if (c->values == c->value_room && !grow_values(c)) return false;
    size_t mask = c->slots - 1;
    for (size_t at = (size_t)XXH3_64bits(text, size) & mask; c->slot[at]; at = (at + 1) & mask) {
        *id = c->slot[at] - 1;
        if (strcmp(c->value[*id], text) == 0) return true;
    }
    *id = (uint32_t)c->values;
    c->value[c->values] = strdup(text);
    if (!c->value[c->values]) return false;
    c->values++;
    place(c, *id);
    return true;
}

static bool grow_rows(lab_sheet *t) {
    size_t room = t->room ? t->room * 2 : FIRST_ROWS;
    uint64_t *line = realloc(t->line, room * sizeof *line);
    if (!line) return false;
    t->line = line;
    for (size_t i = 0; i < t->columns; i++) {
        column *c = &t->column[i];
        double *number = c->kind == LAB_NUMBER ? realloc(c->number, room * sizeof *number) : NULL;
        uint32_t *id = c->kind == LAB_TEXT ? realloc(c->id, room * sizeof *id) : NULL;
        if (number) c->number = number;
        if (id) c->id = id;
        if (!number && !id) return false;
    }
    t->room = room;
    return true;
}

static lab_status take_row(lab_sheet *t, lab_error *error) {
    uintmax_t line = (uintmax_t)scenario_csv_line(t->csv);
    if (scenario_csv_count(t->csv) != t->width)
        return lab_fail(error, LAB_BAD_INPUT, "%s:%ju: %zu fields, but the header names %zu", t->path, line,
                        scenario_csv_count(t->csv), t->width);
    if (t->rows == UINT32_MAX)
        return lab_fail(error, LAB_BAD_INPUT, "%s:%ju: more rows than can be held", t->path, line);
    if (t->rows == t->room && !grow_rows(t)) return no_memory(t, error);
    for (size_t i = 0; i < t->columns; i++) {
        column *c = &t->column[i];
        scenario_csv_field f = scenario_csv_at(t->csv, c->field);
        if (c->kind == LAB_TEXT) {
            if (f.size == 0)
                return lab_fail(
                    error, LAB_BAD_INPUT,
                    "%s:%ju: column '%s' is empty; every row must have it, so drop the row or fill it",
                    t->path, line, t->header[c->field]);
            if (!intern(c, f.text, f.size, &c->id[t->rows])) return no_memory(t, error);
            continue;
        }
        c->number[t->rows] = NAN;
        if (!is_missing(f.text) && !parse(f.text, &c->number[t->rows]))
            return lab_fail(
                error, LAB_BAD_INPUT,
                "%s:%ju: column '%s': '%.*s' is not a number; leave the field empty if the value is missing",
                t->path, line, t->header[c->field], SHOWN, f.text);
    }
    t->line[t->rows++] = line;
    return LAB_OK;
}

lab_status lab_sheet_read(lab_sheet *t, lab_error *error) {
    for (;;) {
        scenario_csv_status got = scenario_csv_next(t->csv);
        if (got == SCENARIO_CSV_END) break;
        lab_status status = got == SCENARIO_CSV_ROW ? take_row(t, error) : csv_fail(t, got, error);
        if (status != LAB_OK) return status;
    }
    if (t->rows == 0)
        return lab_fail(error, LAB_BAD_INPUT, "%s: there are no rows below the header", t->path);
    return LAB_OK;
}

size_t lab_sheet_rows(const lab_sheet *t) {
    return t->rows;
}
double *lab_sheet_numbers(lab_sheet *t, size_t index) {
    return t->column[index].number;
}
const uint32_t *lab_sheet_ids(const lab_sheet *t, size_t index) {
    return t->column[index].id;
}
size_t lab_sheet_values(const lab_sheet *t, size_t index) {
    return t->column[index].values;
}
const char *lab_sheet_value(const lab_sheet *t, size_t index, uint32_t id) {
    return t->column[index].value[id];
}
uint64_t lab_sheet_hash(const lab_sheet *t) {
    return scenario_csv_hash(t->csv);
}
uint64_t lab_sheet_line(const lab_sheet *t, size_t row) {
    return t->line[row];
}
