/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rerun.c - see rerun.h.
 */
#include "lab/rerun.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lab/folder.h"
#include "lab/internal.h"
#include "lab/manifest.h"
#include "sim/runner.h"

static const char override[] = "# --set "; /* see scenario.h: how a kept text ends */

enum { PLACES_MAX = 8 };

typedef struct {
    const char *dir;
    const store_run *run;
    char place[PLACES_MAX][LAB_PATH_SIZE]; /* of a scenario's file, as whose neighbours traces are found */
    size_t places;
    char *lines; /* of the overrides, NUL-terminated */
    const char **set;
    size_t sets;
    char first[LAB_ERROR_SIZE];   /* why the first try failed */
    char changed[LAB_ERROR_SIZE]; /* a trace that was found and is another */
    bool other;                   /* loaded, but to other parameters */
} search;

/* ---- is this the same program? ---- */

static lab_status check_program(const char *dir, const store_run *run, lab_error *error) {
    store_run here = {0};
    lab_status status = LAB_OK;
    if (!lab_manifest_program(&here)) status = lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; status == LAB_OK && i < here.manifest_rows; i++) {
        const store_pair *row = &here.manifest[i];
        const char *then = lab_manifest_value(run, row->key);
        if (strcmp(then, row->value) != 0)
            status = lab_fail(error, LAB_BAD_INPUT,
                              "%s: made by another program or on another machine, where a replication may "
                              "come out otherwise (%s: '%s' then, '%s' here); run the scenario again, or use "
                              "the program that made it",
                              dir, row->key, then, row->value);
    }
    store_run_clear(&here);
    return status;
}

/* The file may come from anybody, and a text in it may be missing. */
static lab_status check_text(const char *dir, const store_run *run, lab_error *error) {
    char hash[17], seed[24];
    if (!run->text || !run->scenario || !run->title || (run->traces > 0 && !run->trace[0].file))
        return lab_fail(error, LAB_BAD_INPUT, "%s/run.db: it holds no scenario that could be run again", dir);
    snprintf(hash, sizeof hash, "%016" PRIx64, (uint64_t)XXH64(run->text, strlen(run->text), 0));
    snprintf(seed, sizeof seed, "%" PRIu64, run->seed);
    if (!strcmp(hash, lab_manifest_value(run, "scenario_text")) &&
        !strcmp(seed, lab_manifest_value(run, "seed")))
        return LAB_OK;
    return lab_fail(
        error, LAB_BAD_INPUT,
        "%s/run.db: the scenario or the seed in it has been changed since it was run; run it again", dir);
}

/* ---- where what its text names may lie: the first place does if it names no file ---- */

static void add_place(search *s, const char *path) {
    if (s->places < PLACES_MAX && strlen(path) < LAB_PATH_SIZE) strcpy(s->place[s->places++], path);
}

/* What a manifest.json says of where the scenario was. */
static void add_manifest(search *s, const char *format) {
    static const char *const key[] = {"scenario_file", "base_file", "candidate_file"};
    char path[LAB_PATH_SIZE];
    if ((size_t)snprintf(path, sizeof path, format, s->dir) >= sizeof path) return;
    json_t *manifest = json_load_file(path, 0, NULL);
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        const json_t *file = json_object_get(json_object_get(manifest, "host"), key[i]);
        if (json_is_string(file)) add_place(s, json_string_value(file));
    }
    json_decref(manifest);
}

static void find_places(search *s) {
    char path[LAB_PATH_SIZE];
    lab_error ignored;
    if ((size_t)snprintf(path, sizeof path, "%s/%s.yaml", s->dir, s->run->scenario) < sizeof path)
        add_place(s, path);
    add_manifest(s, "%s/manifest.json");
    add_manifest(s, "%s/../manifest.json"); /* of a comparison */
    if (lab_scenario_find(s->run->scenario, path, &ignored) == LAB_OK) add_place(s, path);
    if ((size_t)snprintf(path, sizeof path, "%s.yaml", s->run->scenario) < sizeof path) add_place(s, path);
}

/* ---- its text ---- */

/* The lines at the end of the text that are overrides, or look like them. false: no memory. */
static bool find_sets(search *s) {
    size_t size = strlen(s->run->text), lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += s->run->text[i] == '\n';
    s->lines = malloc(size + 1);
    s->set = calloc(lines + 1, sizeof *s->set);
    if (!s->lines || !s->set) return false;
    memcpy(s->lines, s->run->text, size + 1);
    size_t end = size;
    while (end > 0 && s->lines[end - 1] == '\n') {
        size_t begin = end - 1;
        while (begin > 0 && s->lines[begin - 1] != '\n')
            begin--;
        if (strncmp(s->lines + begin, override, strlen(override)) != 0) break;
        s->lines[end - 1] = '\0';
        s->set[lines - s->sets++] = s->lines + begin + strlen(override);
        end = begin;
    }
    memmove(s->set, s->set + lines + 1 - s->sets, s->sets * sizeof *s->set);
    return true;
}

/* The text's size without its last `sets` overrides. */
static size_t size_without(const search *s, size_t sets) {
    return sets ? (size_t)(s->set[s->sets - sets] - s->lines) - strlen(override) : strlen(s->run->text);
}

static const char *path_of(const scenario *s, const store_trace *t) {
    if (s->inventory && strcmp(t->name, "inventory") == 0) return s->inventory->file.path;
    if (s->events && strcmp(t->name, "events") == 0) return s->events->file.path;
    if (s->profiles && strcmp(t->name, "profiles") == 0) return s->profiles->file.path;
    if (s->catalog && strcmp(t->name, "catalog") == 0) return s->catalog->file.path;
    if (s->sends && strcmp(t->name, "sends") == 0) return s->sends->file.path;
    return t->file;
}

/* Whether the traces are those of the run. [out] s->changed: which is not. */
static bool same_traces(search *s, const scenario *loaded, bool *memory) {
    const sim_run_options options = {.seed = s->run->seed};
    store_run now;
    *memory = sim_run_describe(loaded, &options, &now);
    bool same = *memory && now.traces == s->run->traces;
    if (*memory && !same)
        snprintf(s->changed, sizeof s->changed, "%s/run.db: the traces in it are not those of its scenario",
                 s->dir);
    for (size_t i = 0; same && i < now.traces; i++) {
        same = now.trace[i].hash == s->run->trace[i].hash;
        if (!same)
            snprintf(s->changed, sizeof s->changed,
                     "%s: not the file that the run replayed, but changed since or another one (its hash is "
                     "%016" PRIx64 ", the run's %016" PRIx64 ")",
                     path_of(loaded, &now.trace[i]), now.trace[i].hash, s->run->trace[i].hash);
    }
    store_run_clear(&now);
    return same;
}

/* One place: with all that look like overrides, else with fewer, for a file may end with such a comment of
 * its own. LAB_OK with *out NULL: not here. */
static lab_status try_place(search *s, const char *name, scenario **out, lab_error *error) {
    for (size_t sets = s->sets + 1; sets-- > 0;) {
        scenario *loaded = NULL;
        scenario_error why = {""};
        scenario_status status = scenario_parse(name, s->run->text, size_without(s, sets),
                                                s->set + (s->sets - sets), sets, &loaded, &why);
        if (status == SCENARIO_NO_MEMORY) return lab_fail(error, LAB_FAILED, "out of memory");
        if (status != SCENARIO_OK) {
            if (!s->first[0]) snprintf(s->first, sizeof s->first, "%s", why.text);
            continue;
        }
        bool memory, same = same_traces(s, loaded, &memory);
        char hash[17];
        snprintf(hash, sizeof hash, "%016" PRIx64, loaded->hash);
        if (same && !strcmp(hash, lab_manifest_value(s->run, "parameters"))) {
            *out = loaded;
            return LAB_OK;
        }
        scenario_destroy(loaded);
        if (!memory) return lab_fail(error, LAB_FAILED, "out of memory");
        if (!same) return LAB_OK;
        s->other = true;
    }
    return LAB_OK;
}

static lab_status say_not_found(const search *s, lab_error *error) {
    if (s->changed[0]) return lab_fail(error, LAB_BAD_INPUT, "%s", s->changed);
    if (s->other)
        return lab_fail(
            error, LAB_BAD_INPUT,
            "%s: its scenario no longer gives the parameters that were run, so something that it names "
            "has changed since; run it again",
            s->dir);
    if (s->run->traces > 0 && strstr(s->first, ": no file '"))
        return lab_fail(error, LAB_BAD_INPUT,
                        "%s: the run replays '%s', which is neither in this folder nor beside the scenario; "
                        "put it here, or name its folder in RESTOCKLAB_DATA",
                        s->dir, s->run->trace[0].file);
    return lab_fail(error, LAB_BAD_INPUT, "%s: its scenario cannot be loaded again: %.1500s", s->dir,
                    s->first);
}

static lab_status load(const char *dir, lab_rerun *out, lab_error *error) {
    search *s = calloc(1, sizeof *s);
    lab_status status = LAB_OK;
    if (s) {
        s->dir = dir;
        s->run = &out->run;
        find_places(s);
    }
    if (!s || !find_sets(s)) status = lab_fail(error, LAB_FAILED, "out of memory");
    for (size_t i = 0; status == LAB_OK && !out->scenario && i < s->places; i++)
        status = try_place(s, s->place[i], &out->scenario, error);
    if (status == LAB_OK && !out->scenario) status = say_not_found(s, error);
    if (s) {
        free(s->lines);
        free(s->set);
    }
    free(s);
    return status;
}

lab_status lab_rerun_open(const char *dir, lab_rerun *out, lab_error *error) {
    *out = (lab_rerun){0};
    lab_status status = lab_run_read(dir, &out->run, error);
    if (status == LAB_OK) status = check_program(dir, &out->run, error);
    if (status == LAB_OK) status = check_text(dir, &out->run, error);
    if (status == LAB_OK) status = load(dir, out, error);
    if (status != LAB_OK) lab_rerun_close(out);
    return status;
}

void lab_rerun_close(lab_rerun *rerun) {
    scenario_destroy(rerun->scenario);
    store_run_clear(&rerun->run);
    *rerun = (lab_rerun){0};
}
