/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * params.c - the parameter table: the engine's rows and the world's rows as one list.
 *
 * Nothing is built at start-up: an index is resolved by walking some twenty tables, and a path by comparing
 * it with all rows. That is some microseconds for a key, against a file of at most a megabyte in which a key
 * may stand only once.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool rows_at(size_t table, scenario_rows *out) {
    size_t rules;
    const bis_rule_info *rule = bis_rules(&rules);
    if (table == 0)
        *out = (scenario_rows){scenario_world_rows, scenario_world_row_count, 0};
    else if (table == 1)
        *out = (scenario_rows){scenario_people_rows, scenario_people_row_count, 0};
    else if (table == 2)
        *out = (scenario_rows){scenario_trace_rows, scenario_trace_row_count, 0};
    else if (table == 3)
        *out = (scenario_rows){scenario_money_rows, scenario_money_row_count, 0};
    else if (table == 4)
        *out = (scenario_rows){scenario_preset_rows, scenario_preset_row_count, 0};
    else if (table == 5)
        *out = (scenario_rows){scenario_arm_rows, scenario_arm_row_count, 0};
    else if (table == 6)
        *out = (scenario_rows){scenario_page_rows, scenario_page_row_count, 0};
    else if (table - 7 < rules)
        *out = (scenario_rows){rule[table - 7].fields, rule[table - 7].n_fields,
                               offsetof(scenario_params, policy)};
    else
        return false;
    return true;
}

size_t scenario_param_count(void) {
    size_t n = 0;
    scenario_rows rows;
    for (size_t t = 0; rows_at(t, &rows); t++)
        n += rows.n;
    return n;
}

scenario_param scenario_param_at(size_t i) {
    scenario_rows rows = {0};
    for (size_t t = 0; rows_at(t, &rows); t++) {
        if (i < rows.n) return (scenario_param){rows.rows + i, rows.base};
        i -= rows.n;
    }
    return (scenario_param){NULL, 0};
}

/* ---- where a value lives ---- */

static size_t offset_of(scenario_param q, size_t element) {
    const bis_field_list *list = q.field->list;
    return q.base + q.field->offset + (list ? list->offset + element * list->stride : 0);
}

void *scenario_param_address(scenario_params *p, scenario_param q, size_t element) {
    return (char *)p + offset_of(q, element);
}

const void *scenario_param_address_const(const scenario_params *p, scenario_param q, size_t element) {
    return (const char *)p + offset_of(q, element);
}

size_t *scenario_list_count(scenario_params *p, scenario_param q) {
    return (size_t *)(void *)((char *)p + q.base + q.field->list->count_offset);
}

size_t scenario_param_elements(const scenario_params *p, scenario_param q) {
    if (!q.field->list) return 1;
    return *(const size_t *)(const void *)((const char *)p + q.base + q.field->list->count_offset);
}

/* ---- paths ---- */

bool scenario_path_split(const char *path, char pattern[SCENARIO_PATH_TEXT], size_t *element) {
    *element = 0;
    const char *open = strchr(path, '[');
    if (strlen(path) >= SCENARIO_PATH_TEXT) return false;
    if (!open) {
        strcpy(pattern, path);
        return true;
    }
    const char *close = strchr(open, ']');
    int64_t index;
    if (!close || open == path || close - open > 6) return false;
    if (!scenario_int_parse(open + 1, (size_t)(close - open - 1), &index) || index < 0) return false;
    size_t head = (size_t)(open - path) + 1;
    memcpy(pattern, path, head);
    strcpy(pattern + head, close);
    *element = (size_t)index;
    return true;
}

void scenario_path_join(const char *pattern, size_t element, char *buffer, size_t size) {
    const char *open = strchr(pattern, '[');
    if (!open || open[1] != ']')
        snprintf(buffer, size, "%s", pattern);
    else
        snprintf(buffer, size, "%.*s%zu%s", (int)(open - pattern) + 1, pattern, element, open + 1);
}

long scenario_param_find(const char *pattern) {
    scenario_rows rows;
    size_t before = 0;
    for (size_t t = 0; rows_at(t, &rows); before += rows.n, t++)
        for (size_t i = 0; i < rows.n; i++)
            if (strcmp(rows.rows[i].path, pattern) == 0) return (long)(before + i);
    return SCENARIO_NO_PARAM;
}

scenario_node scenario_node_find(const char *pattern, size_t *row) {
    scenario_rows rows;
    size_t before = 0, length = strlen(pattern);
    for (size_t t = 0; length > 0 && rows_at(t, &rows); before += rows.n, t++)
        for (size_t i = 0; i < rows.n; i++) {
            const char *path = rows.rows[i].path;
            if (strncmp(path, pattern, length) != 0) continue;
            *row = before + i;
            if (path[length] == '\0') return SCENARIO_NODE_LEAF;
            if (path[length] == '.') return SCENARIO_NODE_SECTION;
            if (path[length] == '[') return SCENARIO_NODE_LIST;
        }
    return SCENARIO_NODE_NONE;
}

long scenario_name_row(const char *list) {
    char path[SCENARIO_PATH_TEXT];
    int n = snprintf(path, sizeof path, "%s[].name", list);
    long row = n > 0 && (size_t)n < sizeof path ? scenario_param_find(path) : SCENARIO_NO_PARAM;
    bool text = row != SCENARIO_NO_PARAM && scenario_param_at((size_t)row).field->type == BIS_FIELD_TEXT;
    return text ? row : SCENARIO_NO_PARAM;
}

bool scenario_list_is_plain(size_t row) {
    const bis_field_list *list = scenario_param_at(row).field->list;
    size_t fields = 0, n = scenario_param_count();
    for (size_t i = 0; i < n; i++)
        fields += scenario_param_at(i).field->list == list;
    return list && fields == 1;
}

/* ---- defaults ---- */

static void set_default(scenario_params *p, scenario_param q, size_t element) {
    scenario_value v = {0};
    const char *def = q.field->def; /* NULL: an element's field that must be given */
    if (def && scenario_value_parse(q.field, q.field->path, def, strlen(def), &v, NULL))
        scenario_value_store(q.field, scenario_param_address(p, q, element), &v);
}

bool scenario_list_append(scenario_params *p, scenario_param q) {
    size_t *count = scenario_list_count(p, q), n = scenario_param_count();
    if (*count >= q.field->list->max) return false;
    memset((char *)p + q.base + q.field->list->offset + *count * q.field->list->stride, 0,
           q.field->list->stride);
    for (size_t i = 0; i < n; i++) {
        scenario_param other = scenario_param_at(i);
        if (other.field->list == q.field->list) set_default(p, other, *count);
    }
    ++*count;
    return true;
}

void scenario_params_default(scenario_params *out) {
    memset(out, 0, sizeof *out);
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++)
        if (!scenario_param_at(i).field->list) set_default(out, scenario_param_at(i), 0);
    /* The world always has a variant, a tier and a zone; the rows of those lists say so. */
    static const char *const one[][2] = {{"catalog.variants[].name", "one-size"},
                                         {"shoppers.tiers[].name", "member"},
                                         {"shoppers.zones[].name", "UTC"}};
    for (size_t i = 0; i < sizeof one / sizeof one[0]; i++) {
        scenario_param name = scenario_param_at((size_t)scenario_param_find(one[i][0]));
        scenario_list_append(out, name);
        snprintf(scenario_param_address(out, name, 0), name.field->size, "%s", one[i][1]);
    }
}

/* ---- get and set ---- */

bool scenario_param_get(const scenario_params *p, const char *path, char *buffer, size_t size) {
    char pattern[SCENARIO_PATH_TEXT];
    size_t element;
    if (!scenario_path_split(path, pattern, &element)) return false;
    long i = scenario_param_find(pattern);
    if (i == SCENARIO_NO_PARAM) return false;
    scenario_param q = scenario_param_at((size_t)i);
    if (element >= scenario_param_elements(p, q)) return false;
    scenario_value_print(q.field, scenario_param_address_const(p, q, element), buffer, size);
    return true;
}

bool scenario_list_emptied(const char *path, const char *value, size_t *row) {
    if (strcmp(value, "none") != 0 && strcmp(value, "[]") != 0) return false;
    return scenario_node_find(path, row) == SCENARIO_NODE_LIST;
}

/* The row that a path names; fills the error if there is none. */
static bool row_of(const char *path, scenario_param *q, size_t *element, scenario_error *error) {
    char pattern[SCENARIO_PATH_TEXT];
    size_t first = 0;
    long i = SCENARIO_NO_PARAM;
    scenario_node node = SCENARIO_NODE_NONE;
    if (scenario_path_split(path, pattern, element)) {
        i = scenario_param_find(pattern);
        node = scenario_node_find(pattern, &first);
    }
    if (i != SCENARIO_NO_PARAM) {
        *q = scenario_param_at((size_t)i);
        return true;
    }
    const char *below = scenario_param_at(first).field->path;
    char example[SCENARIO_PATH_TEXT];
    scenario_path_join(below, *element, example, sizeof example);
    if (node == SCENARIO_NODE_NONE)
        scenario_unknown(path, error);
    else
        scenario_say(error, "'%s' is a %s, not one parameter; set what is in it, such as %s%s", path,
                     node == SCENARIO_NODE_LIST ? "list" : "section", example,
                     node == SCENARIO_NODE_LIST ? ", or empty it with none" : "");
    return false;
}

bool scenario_param_set(scenario_params *p, const char *path, const char *value, scenario_error *error) {
    scenario_param q;
    size_t element, row;
    scenario_value v = {0};
    if (scenario_list_emptied(path, value, &row)) {
        *scenario_list_count(p, scenario_param_at(row)) = 0;
        return true;
    }
    if (!row_of(path, &q, &element, error)) return false;
    size_t n = scenario_param_elements(p, q);
    if (q.field->list && element > n) {
        scenario_say(error, "'%s': the list has %zu elements; the next index is %zu", path, n, n);
        return false;
    }
    if (q.field->list && element >= q.field->list->max) {
        scenario_say(error, "'%s': %s holds at most %zu elements", path, q.field->list->path,
                     q.field->list->max);
        return false;
    }
    if (!scenario_value_parse(q.field, path, value, strlen(value), &v, error)) return false;
    if (q.field->list && element == n) scenario_list_append(p, q);
    scenario_value_store(q.field, scenario_param_address(p, q, element), &v);
    return true;
}
