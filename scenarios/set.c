/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * set.c - overrides from the command line: --set PATH=VALUE, in order, a later one over an earlier one.
 *
 * PATH[N].FIELD with N one past the end appends an element; PATH=none and PATH=[] empty a list.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

/* What was said of the elements from `element` on is void. */
static void unmark(scenario_loader *l, const bis_field_list *list, size_t element) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++)
        for (size_t k = element; scenario_param_at(i).field->list == list && k < list->max; k++)
            l->mark[l->first[i] + k] = (scenario_mark){0};
}

bool scenario_set_apply(scenario_loader *l, const char *path, const char *value, scenario_mark mark) {
    char pattern[SCENARIO_PATH_TEXT];
    scenario_error what;
    size_t element, emptied;
    long row =
        scenario_path_split(path, pattern, &element) ? scenario_param_find(pattern) : SCENARIO_NO_PARAM;
    if (scenario_list_emptied(path, value, &emptied)) { /* its first row carries the mark, as in a file */
        row = (long)emptied;
        unmark(l, scenario_param_at(emptied).field->list, 0);
    } else if (row != SCENARIO_NO_PARAM) {
        scenario_param q = scenario_param_at((size_t)row);
        if (q.field->list && element == scenario_param_elements(l->p, q)) unmark(l, q.field->list, element);
    }
    if (!scenario_param_set(l->p, path, value, &what)) return scenario_fail_at(l, mark, "%s", what.text);
    scenario_mark *m = &l->mark[l->first[row] + element];
    if (mark.arm)
        *m = mark;
    else
        m->set = mark.set; /* the file's line stays, and is outranked */
    return true;
}

static bool apply(scenario_loader *l, size_t number) {
    const char *set = l->sets[number], *equals = strchr(set, '=');
    scenario_mark mark = {.set = (uint32_t)number + 1};
    char path[SCENARIO_PATH_TEXT];
    size_t bad = 0;
    if (!scenario_utf8_valid(set, strlen(set), &bad)) return scenario_fail_at(l, mark, "not valid UTF-8");
    if (!equals || equals == set)
        return scenario_fail_at(l, mark, "write it as PATH=VALUE, such as policy.throttle.size=100");
    size_t size = (size_t)(equals - set);
    if (size >= sizeof path) return scenario_fail_at(l, mark, "unknown parameter: the path is too long");
    memcpy(path, set, size);
    path[size] = '\0';
    return scenario_set_apply(l, path, equals + 1, mark);
}

bool scenario_sets_apply(scenario_loader *l) {
    for (size_t i = 0; i < l->n_sets; i++)
        if (!apply(l, i)) return false;
    return true;
}
