/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_event.c - see live_event.h. A line is read whole and checked against the table before anything is done
 * with it, so that no event is ever half applied.
 */
#include "lab/live_event.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "scenarios/time.h"

bool live_refuse(live_fault *fault, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(fault->what, sizeof fault->what, format, args);
    va_end(args);
    return false;
}

void live_event_clear(live_event *event) {
    json_decref(event->document);
    event->document = NULL;
}

/* ---- values ---- */

static bool take_text(const live_field_row *row, const json_t *v, live_value *out, live_fault *fault) {
    if (!json_is_string(v)) return live_refuse(fault, "'%s' must be a text in quotes", row->name);
    *out = (live_value){.text = json_string_value(v), .size = json_string_length(v)};
    if (out->size < (size_t)row->min) return live_refuse(fault, "'%s' is empty", row->name);
    if (out->size > (size_t)row->max)
        return live_refuse(fault, "'%s' has %zu bytes; %" PRId64 " are allowed", row->name, out->size,
                           row->max);
    return true;
}

static bool take_time(const live_field_row *row, const json_t *v, live_value *out, live_fault *fault) {
    bool good = json_is_integer(v);
    if (good)
        out->i = json_integer_value(v);
    else if (json_is_string(v))
        good = scenario_time_parse(json_string_value(v), json_string_length(v), &out->i);
    if (good && out->i >= row->min && out->i <= row->max) return true;
    return live_refuse(
        fault,
        "'%s' must be a time from 1970 to 9999, as \"2026-03-02T10:00:00Z\" or in milliseconds "
        "since the epoch",
        row->name);
}

static bool take_number(const live_field_row *row, const json_t *v, live_value *out, live_fault *fault) {
    bool real = row->type == LIVE_IS_REAL;
    bool good = real ? json_is_number(v) : json_is_integer(v);
    if (good) *out = (live_value){.i = json_integer_value(v), .r = json_number_value(v)};
    if (good && real) good = out->r >= (double)row->min && out->r <= (double)row->max;
    if (good && !real) good = out->i >= row->min && out->i <= row->max;
    if (good) return true;
    return live_refuse(fault, "'%s' must be a %snumber from %" PRId64 " to %" PRId64, row->name,
                       real ? "" : "whole ", row->min, row->max);
}

static bool take_word(const live_field_row *row, const json_t *v, live_value *out, live_fault *fault) {
    char all[128] = "";
    size_t used = 0, n = 0;
    for (; row->words[n]; n++) {
        if (json_is_string(v) && strcmp(json_string_value(v), row->words[n]) == 0) {
            out->i = (int64_t)n;
            return true;
        }
        int more = snprintf(all + used, sizeof all - used, "%s%s", n ? ", " : "", row->words[n]);
        used += more > 0 ? (size_t)more : 0;
    }
    const char *near = json_is_string(v) ? lab_nearest(json_string_value(v), row->words, n) : NULL;
    if (near)
        return live_refuse(fault, "'%s' must be one of the texts %s; did you mean \"%s\"?", row->name, all,
                           near);
    return live_refuse(fault, "'%s' must be one of the texts %s", row->name, all);
}

static bool take_flag(const live_field_row *row, const json_t *v, live_value *out, live_fault *fault) {
    out->i = json_is_true(v);
    return json_is_boolean(v) || live_refuse(fault, "'%s' must be true or false", row->name);
}

static bool take_value(live_field field, const json_t *v, live_event *event, live_fault *fault) {
    const live_field_row *row = &live_field_rows[field];
    live_value *out = &event->value[field];
    if (json_is_null(v)) return true; /* the same as not given */
    event->given |= UINT64_C(1) << field;
    switch (row->type) {
    case LIVE_IS_ID:
    case LIVE_IS_TEXT: return take_text(row, v, out, fault);
    case LIVE_IS_TIME: return take_time(row, v, out, fault);
    case LIVE_IS_WHOLE:
    case LIVE_IS_REAL: return take_number(row, v, out, fault);
    case LIVE_IS_WORD: return take_word(row, v, out, fault);
    case LIVE_IS_FLAG: return take_flag(row, v, out, fault);
    }
    return false;
}

/* ---- fields ---- */

static uint64_t allowed(int kind) {
    return live_kind_rows[kind].must | live_kind_rows[kind].may | UINT64_C(1) << LIVE_SEQ |
           UINT64_C(1) << LIVE_AT;
}

static bool unknown_field(int kind, const char *name, live_fault *fault) {
    const char *known[LIVE_FIELDS + 1] = {"event"};
    size_t n = 1;
    for (int f = 0; f < LIVE_FIELDS; f++)
        if (allowed(kind) >> f & 1) known[n++] = live_field_rows[f].name;
    const char *near = lab_nearest(name, known, n);
    if (near)
        return live_refuse(fault, "an event \"%s\" has no field '%.60s'; did you mean '%s'?",
                           live_kind_rows[kind].name, name, near);
    return live_refuse(fault, "an event \"%s\" has no field '%.60s'", live_kind_rows[kind].name, name);
}

static bool take_field(const char *name, const json_t *v, live_event *event, live_fault *fault) {
    for (int f = 0; f < LIVE_FIELDS; f++)
        if ((allowed(event->kind) >> f & 1) && strcmp(live_field_rows[f].name, name) == 0)
            return take_value((live_field)f, v, event, fault);
    return strcmp(name, "event") == 0 || unknown_field(event->kind, name, fault);
}

static bool take_kind(const json_t *document, live_event *event, live_fault *fault) {
    const char *names[LIVE_KINDS];
    const json_t *v = json_object_get(document, "event");
    if (!v) return live_refuse(fault, "'event' is missing: what happened, such as \"stock\"");
    if (!json_is_string(v)) return live_refuse(fault, "'event' must be a text, such as \"stock\"");
    for (event->kind = 0; event->kind < LIVE_KINDS; event->kind++) {
        names[event->kind] = live_kind_rows[event->kind].name;
        if (strcmp(names[event->kind], json_string_value(v)) == 0) return true;
    }
    const char *near = lab_nearest(json_string_value(v), names, LIVE_KINDS);
    if (near)
        return live_refuse(fault, "there is no event \"%.60s\"; did you mean \"%s\"?", json_string_value(v),
                           near);
    return live_refuse(fault, "there is no event \"%.60s\"", json_string_value(v));
}

static bool take_fields(live_event *event, live_fault *fault) {
    const char *name;
    json_t *v;
    if (!take_kind(event->document, event, fault)) return false;
    json_object_foreach(event->document, name, v) {
        if (!take_field(name, v, event, fault)) return false;
    }
    uint64_t missing = live_kind_rows[event->kind].must & ~event->given;
    for (int f = 0; f < LIVE_FIELDS; f++)
        if (missing >> f & 1)
            return live_refuse(fault, "an event \"%s\" needs '%s'", live_kind_rows[event->kind].name,
                               live_field_rows[f].name);
    return true;
}

/* Of what is refused only the caller's number is left, if it can be read. */
static void keep_number(live_event *event) {
    live_fault ignored;
    const json_t *v = json_object_get(event->document, live_field_rows[LIVE_SEQ].name);
    event->given = 0;
    if (v && json_is_integer(v) && !take_value(LIVE_SEQ, v, event, &ignored)) event->given = 0;
    live_event_clear(event);
}

bool live_event_read(const char *line, size_t size, live_event *event, live_fault *fault) {
    json_error_t error;
    *event = (live_event){0};
    *fault = (live_fault){0};
    if (memchr(line, '\0', size)) return live_refuse(fault, "a NUL byte");
    json_t *document = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        fault->column = error.column > 0 ? error.column : 0;
        return live_refuse(fault, "not JSON: %s", error.text);
    }
    event->document = document;
    bool good =
        json_is_object(document) ? take_fields(event, fault) : live_refuse(fault, "not a JSON object, {...}");
    if (!good) keep_number(event);
    return good;
}
