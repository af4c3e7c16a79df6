/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * choice.c - values that are words of the row's list: one of them, or a set.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 80, LIST = 256 };

static bool is(const char *word, const char *text, size_t size) {
    return strlen(word) == size && memcmp(word, text, size) == 0;
}

static int find(const bis_field *f, const char *text, size_t size) {
    for (int i = 0; f->choices[i]; i++)
        if (is(f->choices[i], text, size)) return i;
    return -1;
}

void scenario_choices_print(const bis_field *f, char *buffer, size_t size) {
    size_t used = 0;
    buffer[0] = '\0';
    for (int i = 0; f->choices[i] && used + 1 < size; i++) {
        int n = snprintf(buffer + used, size - used, "%s%s", i ? ", " : "", f->choices[i]);
        used += n > 0 ? (size_t)n : 0;
    }
}

bool scenario_choice_parse(const bis_field *f, const char *shown, const char *text, size_t size, int64_t *v,
                           scenario_error *error) {
    char list[LIST], quoted[SHOWN];
    int i = find(f, text, size);
    if (i >= 0) {
        *v = i;
        return true;
    }
    scenario_choices_print(f, list, sizeof list);
    scenario_say(error, "'%s' must be one of %s, not %s", shown, list,
                 scenario_quote(text, size, quoted, sizeof quoted));
    return false;
}

/* ---- sets ---- */

static uint32_t all_of(const bis_field *f) {
    int n = 0;
    while (f->choices[n])
        n++;
    return n > 0 ? UINT32_MAX >> (32 - n) : 0;
}

static bool unknown(const bis_field *f, const char *shown, const char *name, size_t size,
                    scenario_error *error) {
    char wrong[SHOWN], list[LIST], quoted[SHOWN];
    snprintf(wrong, sizeof wrong, "%.*s", (int)(size < sizeof wrong ? size : sizeof wrong), name);
    scenario_near near = {.wrong = wrong};
    for (int i = 0; size > 2 && f->choices[i]; i++)
        scenario_near_consider(&near, f->choices[i], strlen(f->choices[i]));
    size_t length = 0;
    const char *meant = scenario_near_found(&near, &length);
    scenario_choices_print(f, list, sizeof list);
    scenario_quote(name, size, quoted, sizeof quoted);
    if (meant)
        scenario_say(error, "'%s' takes any of %s, or all or none, not %s; did you mean '%.*s'?", shown, list,
                     quoted, (int)length, meant);
    else
        scenario_say(error, "'%s' takes any of %s, or all or none, not %s", shown, list, quoted);
    return false;
}

bool scenario_set_add(const bis_field *f, const char *shown, const char *name, size_t size, int64_t *v,
                      scenario_error *error) {
    if (is("all", name, size) || is("none", name, size)) {
        scenario_say(error, "'%s': %.*s stands alone, without brackets and other names", shown, (int)size,
                     name);
        return false;
    }
    int i = find(f, name, size);
    if (i < 0) return unknown(f, shown, name, size, error);
    int64_t bit = (int64_t)1 << i;
    if (*v & bit) {
        scenario_say(error, "'%s' names %s twice", shown, f->choices[i]);
        return false;
    }
    *v |= bit;
    return true;
}

bool scenario_set_parse(const bis_field *f, const char *shown, const char *text, size_t size, int64_t *v,
                        scenario_error *error) {
    if (size == 0) {
        char list[LIST];
        scenario_choices_print(f, list, sizeof list);
        scenario_say(error, "'%s' has no value; it takes any of %s, or all or none", shown, list);
        return false;
    }
    *v = is("all", text, size) ? (int64_t)all_of(f) : 0;
    if (*v || is("none", text, size)) return true;
    for (size_t from = 0, to; from <= size; from = to + 1) {
        for (to = from; to < size && text[to] != '+' && text[to] != ',';)
            to++;
        size_t begin = from, end = to;
        while (begin < end && text[begin] == ' ')
            begin++;
        while (end > begin && text[end - 1] == ' ')
            end--;
        if (!scenario_set_add(f, shown, text + begin, end - begin, v, error)) return false;
    }
    return true;
}

void scenario_set_print(const bis_field *f, uint32_t set, char *buffer, size_t size) {
    size_t used = 0;
    snprintf(buffer, size, "%s", set ? "all" : "none");
    if (set == 0 || set == all_of(f)) return;
    for (int i = 0; f->choices[i] && used + 1 < size; i++) {
        if (!(set >> i & 1)) continue;
        int n = snprintf(buffer + used, size - used, "%s%s", used ? "+" : "", f->choices[i]);
        used += n > 0 ? (size_t)n : 0;
    }
}
