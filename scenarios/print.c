/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * print.c - the parameter reference, as text of at most 100 columns and as JSON.
 */
#include "scenarios/internal.h"

#include <string.h>

#include <jansson.h>

enum { WIDTH = 100, INDENT = 6, PATH_COLUMN = 42, TYPE_COLUMN = 9, DEFAULT_COLUMN = 18, LINE = 1024 };

static const char *const type_name[] = {
    [BIS_FIELD_BOOL] = "bool",         [BIS_FIELD_INT] = "int",   [BIS_FIELD_REAL] = "real",
    [BIS_FIELD_DURATION] = "duration", [BIS_FIELD_TIME] = "time", [BIS_FIELD_CLOCK] = "clock",
    [BIS_FIELD_CHOICE] = "choice",     [BIS_FIELD_SET] = "set",   [BIS_FIELD_TEXT] = "text",
};

/* The condition without the "&" that a distribution's rows may end in; "" if there is none. */
static void condition(const bis_field *f, char *buffer, size_t size) {
    snprintf(buffer, size, "%s", f->active ? f->active : "");
    size_t n = strlen(buffer);
    if (n && buffer[n - 1] == '&') buffer[n - 1] = '\0';
}

/* ---- text ---- */

static void wrapped(FILE *out, const char *text) {
    size_t column = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (column && column + 1 + n > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        column += (size_t)(column ? fprintf(out, " %.*s", (int)n, text)
                                  : fprintf(out, "%*s%.*s", INDENT, "", (int)n, text));
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_condition(FILE *out, const bis_field *f) {
    char all[LINE / 2], line[LINE] = "Only with ";
    condition(f, all, sizeof all);
    if (!all[0]) return;
    size_t used = strlen(line);
    for (const char *c = all; *c && used + 8 < sizeof line; c++) {
        if (*c == '&')
            used += (size_t)snprintf(line + used, sizeof line - used, " and ");
        else
            line[used++] = *c;
    }
    snprintf(line + used, sizeof line - used, ".");
    wrapped(out, line);
}

static void say_range(const bis_field *f, char *range, size_t size) {
    size_t used = 0;
    scenario_range_print(f, range, size);
    for (size_t i = 0; f->type == BIS_FIELD_CHOICE && f->choices[i] && used < size; i++)
        used += (size_t)snprintf(range + used, size - used, "%s%s", i ? " | " : "", f->choices[i]);
    if (f->type == BIS_FIELD_SET) {
        snprintf(range, size, "any of ");
        scenario_choices_print(f, range + strlen(range), size - strlen(range));
    }
    if (f->type == BIS_FIELD_TEXT) snprintf(range, size, "at most %zu bytes", f->size - 1);
    if (f->type == BIS_FIELD_BOOL) snprintf(range, size, "true | false");
}

/* Path, type, default and range in columns; a range that does not fit goes below. */
static size_t print_row(FILE *out, const bis_field *f) {
    char range[LINE / 2];
    const char *def = !f->def ? "(required)" : f->def[0] ? f->def : "(empty)";
    say_range(f, range, sizeof range);
    bool fits = 2 + PATH_COLUMN + 1 + TYPE_COLUMN + 1 + DEFAULT_COLUMN + 1 + strlen(range) <= WIDTH;
    fprintf(out, "  %-*s %-*s ", PATH_COLUMN, f->path, TYPE_COLUMN, type_name[f->type]);
    if (fits)
        fprintf(out, "%-*s %s\n", DEFAULT_COLUMN, def, range);
    else
        fprintf(out, "%s\n", def);
    if (!fits) wrapped(out, range);
    print_condition(out, f);
    wrapped(out, f->doc);
    return 1;
}

/* A heading wherever the first part of the path changes. */
static size_t section_size(const char *path) {
    return strcspn(path, ".");
}

static size_t print_text(FILE *out, const char *prefix) {
    size_t printed = 0, n = scenario_param_count();
    const char *section = "";
    const bis_field_list *list = NULL;
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        if (strncmp(f->path, prefix, strlen(prefix)) != 0) continue;
        size_t size = section_size(f->path);
        if (size != section_size(section) || strncmp(f->path, section, size) != 0)
            fprintf(out, "%s%.*s\n", printed ? "\n" : "", (int)size, f->path);
        section = f->path;
        if (f->list && f->list != list) {
            char head[SCENARIO_PATH_TEXT];
            snprintf(head, sizeof head, "%s[]", f->list->path);
            const char *as = scenario_name_row(f->list->path) != SCENARIO_NO_PARAM ? ", also by name"
                             : scenario_list_is_plain(i)                           ? ", as plain values"
                                                                                   : "";
            fprintf(out, "  %-*s %-*s at most %zu elements%s\n", PATH_COLUMN, head, TYPE_COLUMN, "list",
                    f->list->max, as);
            wrapped(out, f->list->doc);
        }
        list = f->list;
        printed += print_row(out, f);
    }
    return printed;
}

/* ---- JSON ---- */

static json_t *bound(const bis_field *f, double v) {
    char text[64];
    if (!scenario_has_range(f)) return json_null();
    if (f->type == BIS_FIELD_INT && v > -9e18 && v < 9e18) return json_integer((json_int_t)v);
    if (f->type == BIS_FIELD_REAL || f->type == BIS_FIELD_INT) return json_real(v);
    if (f->type == BIS_FIELD_TIME)
        scenario_time_print((int64_t)v, text, sizeof text);
    else
        scenario_duration_print((int64_t)v, text, sizeof text);
    return json_string(text);
}

static json_t *text_or_null(const char *text) {
    return text && text[0] ? json_string(text) : json_null();
}

static json_t *row_json(const bis_field *f) {
    char active[LINE];
    condition(f, active, sizeof active);
    json_t *choices = f->choices ? json_array() : json_null();
    for (size_t i = 0; f->choices && f->choices[i]; i++)
        json_array_append_new(choices, json_string(f->choices[i]));
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "path", f->path, "type",
                     type_name[f->type], "unit", text_or_null(f->unit), "default",
                     f->def ? json_string(f->def) : json_null(), "min", bound(f, f->min), "max",
                     bound(f, f->max), "choices", choices, "active", text_or_null(active), "doc", f->doc);
}

static size_t print_json(FILE *out, const char *prefix) {
    json_t *all = json_array();
    size_t n = scenario_param_count(), printed = 0;
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        if (strncmp(f->path, prefix, strlen(prefix)) != 0) continue;
        if (json_array_append_new(all, row_json(f)) == 0) printed++;
    }
    json_dumpf(all, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(all);
    return printed;
}

size_t scenario_params_print(FILE *out, const char *prefix, bool json) {
    return json ? print_json(out, prefix) : print_text(out, prefix);
}
