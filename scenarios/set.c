/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * set.c - overrides from the command line: --set PATH=VALUE, in order, a later one over an earlier one.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

static bool apply(scenario_loader *l, size_t number) {
    const char *set = l->sets[number], *equals = strchr(set, '=');
    scenario_mark mark = {.set = (uint32_t)number + 1};
    char path[SCENARIO_PATH_TEXT], pattern[SCENARIO_PATH_TEXT];
    scenario_error what;
    size_t element, bad = 0;
    if (!scenario_utf8_valid(set, strlen(set), &bad)) return scenario_fail_at(l, mark, "not valid UTF-8");
    if (!equals || equals == set)
        return scenario_fail_at(l, mark, "write it as PATH=VALUE, such as policy.throttle.size=100");
    size_t size = (size_t)(equals - set);
    if (size >= sizeof path) return scenario_fail_at(l, mark, "unknown parameter: the path is too long");
    memcpy(path, set, size);
    path[size] = '\0';
    if (!scenario_param_set(l->p, path, equals + 1, &what)) return scenario_fail_at(l, mark, "%s", what.text);
    scenario_path_split(path, pattern, &element);
    size_t row = (size_t)scenario_param_find(pattern);
    l->mark[l->first[row] + element].set = mark.set;
    return true;
}

bool scenario_sets_apply(scenario_loader *l) {
    for (size_t i = 0; i < l->n_sets; i++)
        if (!apply(l, i)) return false;
    return true;
}
