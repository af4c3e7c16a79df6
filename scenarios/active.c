/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * active.c - conditions of parameter rows: "policy.throttle.mode=batch|per_unit", several joined by "&".
 *
 * A condition holds if each of its clauses does; a clause holds if the parameter's value, as it prints, is
 * one of the alternatives.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *value, const char *alternatives, size_t size) {
    size_t length = strlen(value);
    for (const char *a = alternatives, *end = alternatives + size; a <= end;) {
        const char *bar = memchr(a, '|', (size_t)(end - a));
        size_t n = (size_t)((bar ? bar : end) - a);
        if (n == length && memcmp(a, value, n) == 0) return true;
        a += n + 1;
    }
    return false;
}

/* "a|b|c" as "a, b or c". */
static void say_alternatives(const char *alternatives, size_t size, char *buffer, size_t buffer_size) {
    size_t used = 0;
    for (size_t i = 0; i < size && used + 8 < buffer_size; i++) {
        if (alternatives[i] != '|') {
            buffer[used++] = alternatives[i];
            continue;
        }
        bool last = !memchr(alternatives + i + 1, '|', size - i - 1);
        used += (size_t)snprintf(buffer + used, buffer_size - used, "%s", last ? " or " : ", ");
    }
    buffer[used] = '\0';
}

bool scenario_param_active(const scenario_params *p, const bis_field *f, scenario_error *why) {
    const char *at = f->active ? f->active : "";
    while (*at) {
        size_t clause = strcspn(at, "&"), name = strcspn(at, "=");
        char path[SCENARIO_PATH_TEXT], value[SCENARIO_VALUE_SIZE], wanted[128];
        if (name >= clause || name >= sizeof path)
            return true; /* a malformed row; the table's test refuses it */
        memcpy(path, at, name);
        path[name] = '\0';
        bool known = scenario_param_get(p, path, value, sizeof value);
        const char *alternatives = at + name + 1;
        size_t size = clause - name - 1;
        if (known && !is_one_of(value, alternatives, size)) {
            say_alternatives(alternatives, size, wanted, sizeof wanted);
            scenario_say(why, "%s is %s; set %s to %s", path, value, path, wanted);
            return false;
        }
        at += clause + (at[clause] == '&');
    }
    return true;
}
