/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preset.c - policy: {preset: NAME}: a rule of a vendor, from policies/NAME.yaml, under the scenario's own
 * policy.
 *
 * A preset is read like a scenario of its own, from the defaults, and must be sound by itself. Then what it
 * gives and the scenario's file does not is taken over, a list as a whole, wherever in the file the preset is
 * named. Its values are defaults from then on: one that a mode of the scenario switches off is forgotten
 * without a word. Their marks point into the preset's file.
 */
#include "scenarios/rows.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/places.h"

#define PATH "policy.preset"

enum { NAMES_MAX = 64, NAMES_TEXT = 600 };

const bis_field scenario_preset_rows[] = {
    TEXT(PATH, AT(preset), SCENARIO_PRESET_SIZE, "", NULL,
         "A rule that vendors document, to start from: notify-all, users-per-10min, people-per-unit, "
         "recount-1h, "
         "recount-12h, min-stock-5, debounced, jitter-30min, oversell-safe, or a file of your own in "
         "policies below "
         "RESTOCKLAB_DATA. What the policy says itself goes before it."),
};
const size_t scenario_preset_row_count = sizeof scenario_preset_rows / sizeof scenario_preset_rows[0];

/* ---- names ---- */

static bool is_name(const char *name) {
    for (const char *c = name; *c; c++)
        if (!((*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-' ||
              *c == '_'))
            return false;
    return name[0] != '\0';
}

typedef struct {
    char name[NAMES_MAX][SCENARIO_PRESET_SIZE];
    size_t n;
} names;

/* In order, each once. */
static void add(names *all, const char *file) {
    char name[SCENARIO_PRESET_SIZE];
    size_t size = strlen(file), at = 0;
    if (size < 6 || size - 5 >= sizeof name || strcmp(file + size - 5, ".yaml") != 0) return;
    snprintf(name, sizeof name, "%.*s", (int)size - 5, file);
    while (at < all->n && strcmp(all->name[at], name) < 0)
        at++;
    if (all->n == NAMES_MAX || !is_name(name) || (at < all->n && strcmp(all->name[at], name) == 0)) return;
    memmove(all->name + at + 1, all->name + at, (all->n++ - at) * sizeof all->name[0]);
    memcpy(all->name[at], name, sizeof name);
}

static void list_all(names *all) {
    char folder[SCENARIO_PLACE_SIZE];
    for (size_t i = 0; i < SCENARIO_PLACES; i++) {
        DIR *dir = scenario_place("policies", i, folder) ? opendir(folder) : NULL;
        for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
            add(all, entry->d_name);
        if (dir) closedir(dir);
    }
}

static bool unknown(scenario_loader *l, scenario_mark mark, const char *name) {
    char list[NAMES_TEXT] = "", quoted[SCENARIO_PATH_TEXT];
    names *all = calloc(1, sizeof *all);
    scenario_near near = {.wrong = name};
    if (!all) {
        l->no_memory = true;
        return false;
    }
    list_all(all);
    for (size_t i = 0, used = 0; i < all->n && used + 1 < sizeof list; i++) {
        int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", all->name[i]);
        used += n > 0 ? (size_t)n : 0;
        scenario_near_consider(&near, all->name[i], strlen(all->name[i]));
    }
    size_t size = 0;
    const char *meant = scenario_near_found(&near, &size);
    scenario_quote(name, strlen(name), quoted, sizeof quoted);
    if (all->n == 0)
        scenario_fail_at(l, mark, "unknown preset %s; there is no folder of presets, scenarios/policies",
                         quoted);
    else if (meant)
        scenario_fail_at(l, mark, "unknown preset %s; did you mean '%.*s'? There are %s", quoted, (int)size,
                         meant, list);
    else
        scenario_fail_at(l, mark, "unknown preset %s; there are %s", quoted, list);
    free(all);
    return false;
}

/* ---- reading ---- */

static bool holds_a_policy_alone(scenario_loader *l) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        bool fits = strncmp(f->path, "policy.", 7) == 0 && strcmp(f->path, PATH) != 0 &&
                    strncmp(f->path, "policy.arms[", 12) != 0;
        for (size_t k = 0; !fits && k < (f->list ? f->list->max : 1); k++)
            if (l->mark[l->first[i] + k].line)
                return scenario_fail_at(l, l->mark[l->first[i] + k],
                                        "a preset holds a policy and nothing else; move '%s' to the scenario",
                                        f->path);
    }
    return true;
}

/* [out] own: of the preset; its params are on the heap. */
static bool read_preset(scenario_loader *own, const char *path) {
    size_t size = 0;
    own->p = malloc(sizeof *own->p);
    char *text =
        own->p && scenario_loader_init(own) ? scenario_file_read(path, SCENARIO_FILE_MAX, &size) : NULL;
    own->no_memory = !text && (!own->p || !own->mark || errno == ENOMEM);
    if (!text) return !own->no_memory && scenario_fail(own, "", "%s", strerror(errno));
    scenario_params_default(own->p);
    bool ok = size <= SCENARIO_FILE_MAX ? scenario_yaml_apply(own, text, size)
                                        : scenario_fail(own, "", "larger than 1 MiB");
    free(text);
    return ok && holds_a_policy_alone(own) && scenario_check_active(own, SCENARIO_OF_FILE);
}

/* ---- taking over ---- */

static bool list_given(const scenario_loader *l, const bis_field_list *list) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; scenario_param_at(i).field->list == list && k < list->max; k++)
            if (l->mark[l->first[i] + k].line) return true;
    return false;
}

/* [in] at: where the preset's values count as given; NULL: where they stand. */
static void take_row(scenario_loader *l, const scenario_loader *own, size_t row, const scenario_mark *at) {
    scenario_param q = scenario_param_at(row);
    const bis_field_list *list = q.field->list;
    if (list) *scenario_list_count(l->p, q) = *scenario_list_count(own->p, q);
    for (size_t k = 0; k < (list ? list->max : 1); k++) {
        scenario_mark *m = &l->mark[l->first[row] + k];
        *m = own->mark[l->first[row] + k];
        m->preset = m->line > 0;
        if (m->preset && at) *m = *at;
        memcpy(scenario_param_address(l->p, q, k), scenario_param_address(own->p, q, k),
               scenario_value_size(q.field));
    }
}

/* With `at` whatever is there gives way, else nothing that was given. */
static void take_over(scenario_loader *l, const scenario_loader *own, const scenario_mark *at) {
    size_t n = scenario_param_count();
    const bis_field_list *list = NULL; /* whose rows stand together */
    bool taken = false;
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        if (f->list && f->list != list) taken = list_given(own, f->list) && (at || !list_given(l, f->list));
        if (!f->list) taken = own->mark[l->first[i]].line && (at || !l->mark[l->first[i]].line);
        list = f->list;
        if (taken) take_row(l, own, i, at);
    }
}

/* What an earlier preset gave has its default again. */
static void give_back(scenario_loader *l) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        const bis_field_list *list = scenario_param_at(i).field->list;
        bool of_preset = false;
        for (size_t k = 0; k < (list ? list->max : 1); k++) {
            scenario_mark *m = &l->mark[l->first[i] + k];
            of_preset = of_preset || m->preset;
            if (m->preset) *m = (scenario_mark){0};
        }
        if (of_preset) scenario_forget(l, i);
    }
}

/* [out] file: where the preset was found. [in] named, at: where it is named, where its values count as given.
 */
static bool lay(scenario_loader *l, const char *name, char file[SCENARIO_PLACE_SIZE], scenario_mark named,
                const scenario_mark *at) {
    scenario_loader own = {.error = l->error, .name = file};
    if (!is_name(name) || !scenario_place_find("policies", name, file)) return unknown(l, named, name);
    bool ok = read_preset(&own, file);
    if (ok) take_over(l, &own, at);
    l->no_memory = l->no_memory || own.no_memory;
    free(own.p);
    scenario_loader_clear(&own);
    return ok;
}

static bool apply(scenario_loader *l, const char *name, scenario_mark mark) {
    give_back(l);
    return !name[0] || lay(l, name, l->preset_file, mark, NULL);
}

bool scenario_preset_overlay(scenario_loader *l, const char *name, scenario_mark mark) {
    char file[SCENARIO_PLACE_SIZE];
    return lay(l, name, file, mark, &mark);
}

bool scenario_preset_apply(scenario_loader *l) {
    return apply(l, l->p->preset, l->mark[l->first[scenario_param_find(PATH)]]);
}

bool scenario_preset_apply_sets(scenario_loader *l) {
    for (size_t i = 0; i < l->n_sets; i++)
        if (strncmp(l->sets[i], PATH "=", sizeof PATH) == 0 &&
            !apply(l, l->sets[i] + sizeof PATH, (scenario_mark){.set = (uint32_t)i + 1}))
            return false;
    return true;
}
