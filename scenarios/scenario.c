/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenario.c - loads a scenario: the steps of a load in order, and what comes out of it.
 */
#include "scenarios/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static char *copy_of(const char *text) {
    size_t n = strlen(text) + 1;
    char *copy = malloc(n);
    return copy ? memcpy(copy, text, n) : NULL;
}

void scenario_destroy(scenario *s) {
    if (!s) return;
    scenario_inventory_destroy(s->inventory);
    scenario_events_destroy(s->events);
    scenario_profiles_destroy(s->profiles);
    scenario_catalog_destroy(s->catalog);
    scenario_sends_destroy(s->sends);
    scenario_people_clear(s);
    free(s->arm);
    free(s->path);
    free(s->text);
    free(s);
}

/* ---- what identifies a scenario ---- */

/* Byte by byte: the same hash on any machine. */
static void hash_number(XXH64_state_t *state, uint64_t v) {
    for (int shift = 0; shift < 64; shift += 8) {
        unsigned char byte = (unsigned char)(v >> shift);
        XXH64_update(state, &byte, 1);
    }
}

/* An offset that holds from before the run counts without the time since when. */
static void hash_zone(XXH64_state_t *state, const scenario *s, const bis_zone *zone) {
    bool first = true;
    for (size_t i = 0; i < zone->n; i++) {
        if (!scenario_zone_step_matters(s, zone, i)) continue;
        hash_number(state, first ? 0 : (uint64_t)zone->step[i].from);
        hash_number(state, (uint64_t)zone->step[i].offset);
        first = false;
    }
}

/* Names of presets are not what counts, but the values that come of them. */
static bool hashed(const bis_field *f) {
    return strcmp(f->path, "policy.preset") != 0 && strcmp(f->path, "policy.arms[].policy") != 0 &&
           strcmp(f->path, "policy.arms[].set") != 0;
}

static void hash_row(XXH64_state_t *state, const scenario_params *p, scenario_param q) {
    for (size_t k = 0; k < scenario_param_elements(p, q); k++) {
        char path[SCENARIO_PATH_TEXT], value[SCENARIO_VALUE_SIZE],
            line[SCENARIO_PATH_TEXT + SCENARIO_VALUE_SIZE];
        scenario_path_join(q.field->path, k, path, sizeof path);
        scenario_value_print(q.field, scenario_param_address_const(p, q, k), value, sizeof value);
        int length = snprintf(line, sizeof line, "%s=%s\n", path, value);
        XXH64_update(state, line, length > 0 ? (size_t)length : 0);
    }
}

/* [in] policy: only what the engine is given of it. */
static void hash_rows(XXH64_state_t *state, const scenario_params *p, bool policy) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        if (policy ? q.base == offsetof(scenario_params, policy) : hashed(q.field)) hash_row(state, p, q);
    }
}

static bool hash_of(scenario *s) {
    XXH64_state_t state;
    scenario_params *arm = malloc(sizeof *arm);
    if (!arm) return false;
    XXH64_reset(&state, 0);
    hash_rows(&state, &s->p, false);
    hash_number(&state, s->inventory ? s->inventory->file.hash : 0);
    if (s->events) hash_number(&state, s->events->file.hash);
    if (s->profiles) hash_number(&state, s->profiles->file.hash);
    if (s->catalog) hash_number(&state, s->catalog->file.hash);
    if (s->sends) hash_number(&state, s->sends->file.hash);
    for (size_t i = 0; i < s->zones; i++)
        hash_zone(&state, s, &s->zone[i]);
    for (size_t i = 0; i < s->p.arms; i++) {
        arm->policy = s->arm[i];
        hash_rows(&state, arm, true);
    }
    s->hash = XXH64_digest(&state);
    free(arm);
    return true;
}

/* The file's text, then the overrides as comments. */
static bool keep_text(scenario *s, const char *text, size_t size, const char *const *sets, size_t n) {
    size_t total = size + 2;
    for (size_t i = 0; i < n; i++)
        total += strlen(sets[i]) + sizeof "# --set \n";
    char *out = malloc(total);
    if (!out) return false;
    if (size) memcpy(out, text, size);
    size_t used = size;
    if (n && used && out[used - 1] != '\n') out[used++] = '\n';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(out + used, total - used, "# --set %s\n", sets[i]);
    out[used] = '\0';
    s->text = out;
    s->text_size = used;
    return true;
}

/* ---- the steps ---- */

/* With a trace and unless given: the run begins at its first row and ends just after its last. */
static bool resolve_time(scenario_loader *l, int64_t first, int64_t last, const char *path) {
    scenario_run *r = &l->p->run;
    if (!scenario_given(l, "run.start")) r->start = first;
    if (r->start > last) return scenario_fail(l, "run.start", "run.start is after the last row of %s", path);
    if (!scenario_given(l, "run.horizon")) r->horizon = last - r->start + 1;
    if (first - r->start >= r->horizon)
        return scenario_fail(l, scenario_given(l, "run.start") ? "run.start" : "run.horizon",
                             "the run ends before the first row of %s", path);
    return true;
}

static scenario_status load_inventory(scenario_loader *l, scenario *s) {
    if (l->p->supply.mode != MODEL_SUPPLY_TRACE) return SCENARIO_OK;
    if (!l->p->inventory.table.file[0]) {
        scenario_fail(l, "supply.mode", "supply.mode trace needs traces.inventory.file");
        return SCENARIO_BAD_INPUT;
    }
    scenario_status status = scenario_inventory_load(l, &s->inventory);
    if (status != SCENARIO_OK) return status;
    const scenario_inventory *inv = s->inventory;
    s->named = &inv->named;
    return resolve_time(l, inv->first, inv->last, inv->file.path) ? SCENARIO_OK : SCENARIO_BAD_INPUT;
}

/* Its shoppers are those of the run, who do what it says and visit nothing else. */
static scenario_status load_events(scenario_loader *l, scenario *s) {
    if (!l->p->shoppers_mode) return SCENARIO_OK;
    if (!l->p->events.table.file[0]) {
        scenario_fail(l, "shoppers.mode", "shoppers.mode trace needs traces.events.file");
        return SCENARIO_BAD_INPUT;
    }
    if (l->p->supply.mode == MODEL_SUPPLY_EXPLICIT) {
        scenario_fail(l, "supply.mode",
                      "supply.mode explicit restocks products by number, but those of a shoppers' trace have "
                      "ids; set it to lead_time, trace or none");
        return SCENARIO_BAD_INPUT;
    }
    scenario_status status = scenario_events_load(l, s->inventory, &s->events);
    if (status != SCENARIO_OK) return status;
    const scenario_events *ev = s->events;
    l->p->shoppers.count = ev->shopper.n;
    l->p->shoppers.visit_rate = 0;
    if (s->inventory) return SCENARIO_OK;
    s->named = &ev->named;
    return resolve_time(l, ev->first, ev->last, ev->file.path) ? SCENARIO_OK : SCENARIO_BAD_INPUT;
}

/* What is said of a trace without its file would have no effect. */
static bool nothing_without_file(scenario_loader *l, const char *section, const char *file) {
    size_t length = strlen(section);
    for (size_t i = 0; !file[0] && i < scenario_param_count(); i++) {
        scenario_param q = scenario_param_at(i);
        if (strncmp(q.field->path, section, length) != 0 || q.field->path[length] != '.') continue;
        for (size_t k = 0; k < scenario_param_elements(l->p, q); k++) {
            char path[SCENARIO_PATH_TEXT];
            scenario_path_join(q.field->path, k, path, sizeof path);
            if (scenario_given(l, path))
                return scenario_fail(l, path, "'%s' has no effect without %s.file", path, section);
        }
    }
    return true;
}

static scenario_status load_profiles(scenario_loader *l, scenario *s) {
    const char *file = l->p->profiles.table.file;
    if (!nothing_without_file(l, "traces.profiles", file)) return SCENARIO_BAD_INPUT;
    return file[0] && s->events ? scenario_profiles_load(l, s->events, &s->profiles) : SCENARIO_OK;
}

static scenario_status load_catalog(scenario_loader *l, scenario *s) {
    const scenario_catalog_setup *setup = &l->p->listing;
    if (!nothing_without_file(l, "traces.catalog", setup->table.file)) return SCENARIO_BAD_INPUT;
    if (!setup->table.file[0]) return SCENARIO_OK;
    if (!s->named) {
        scenario_fail(l, "traces.catalog.file",
                      "traces.catalog lists SKUs by id, but those of this world have numbers; it goes with "
                      "supply.mode trace or shoppers.mode trace");
        return SCENARIO_BAD_INPUT;
    }
    if (s->inventory && setup->product[0] && l->p->inventory.product[0]) {
        scenario_fail(l, "traces.inventory.columns.product",
                      "products are given twice, by traces.inventory.columns.product and by "
                      "traces.catalog.columns.product; set one of them to ''");
        return SCENARIO_BAD_INPUT;
    }
    return scenario_catalog_load(l, s->inventory ? &s->inventory->named : &s->events->named, &s->catalog);
}

static scenario_status load_sends(scenario_loader *l, scenario *s) {
    const char *file = l->p->sends.table.file;
    if (!nothing_without_file(l, "traces.sends", file)) return SCENARIO_BAD_INPUT;
    return file[0] && s->events ? scenario_sends_load(l, s->events, s->inventory, &s->sends) : SCENARIO_OK;
}

static scenario_status load_traces(scenario_loader *l, scenario *s) {
    scenario_status status = load_inventory(l, s);
    if (status == SCENARIO_OK) status = load_events(l, s);
    if (status == SCENARIO_OK) status = load_profiles(l, s);
    if (status == SCENARIO_OK) status = load_catalog(l, s);
    return status == SCENARIO_OK ? load_sends(l, s) : status;
}

static scenario_status load_steps(scenario_loader *l, const char *text, size_t size, scenario *s) {
    bool ok = scenario_yaml_apply(l, text, size) && scenario_preset_apply(l) &&
              scenario_check_active(l, SCENARIO_OF_FILE) && scenario_preset_apply_sets(l) &&
              scenario_sets_apply(l) && scenario_check_active(l, SCENARIO_OF_OVERRIDES);
    if (l->no_memory) return SCENARIO_NO_MEMORY;
    if (!ok) return SCENARIO_BAD_INPUT;
    scenario_status status = load_traces(l, s);
    if (status != SCENARIO_OK) return status;
    if (!scenario_check_all(l)) return SCENARIO_BAD_INPUT;
    status = scenario_arms_resolve(l, s);
    return status == SCENARIO_OK ? scenario_people_resolve(l, s) : status;
}

bool scenario_loader_init(scenario_loader *l) {
    size_t n = scenario_param_count(), total = 0;
    l->first = malloc(n * sizeof *l->first);
    if (!l->first) return false;
    for (size_t i = 0; i < n; i++) {
        const bis_field_list *list = scenario_param_at(i).field->list;
        l->first[i] = total;
        total += list ? list->max : 1;
    }
    l->marks = total;
    l->mark = calloc(total, sizeof *l->mark);
    return l->mark != NULL;
}

void scenario_loader_clear(scenario_loader *l) {
    free(l->first);
    free(l->mark);
}

scenario_status scenario_parse(const char *name, const char *text, size_t size, const char *const *sets,
                               size_t n, scenario **out, scenario_error *error) {
    scenario_error unused;
    scenario_status status = SCENARIO_NO_MEMORY;
    scenario *s = calloc(1, sizeof *s);
    scenario_loader l = {.name = name, .sets = sets, .n_sets = n, .error = error ? error : &unused};
    if (!s) goto cleanup;
    if (size > SCENARIO_FILE_MAX) {
        scenario_fail(&l, "",
                      "larger than 1 MiB; a scenario holds parameters, and data belongs in trace files");
        status = SCENARIO_BAD_INPUT;
        goto cleanup;
    }
    l.p = &s->p;
    if (!scenario_loader_init(&l)) goto cleanup;
    scenario_params_default(&s->p);
    status = load_steps(&l, text, size, s);
    if (status != SCENARIO_OK) goto cleanup;
    s->path = copy_of(name);
    if (!s->path || !keep_text(s, text, size, sets, n) || !hash_of(s)) status = SCENARIO_NO_MEMORY;

cleanup:
    scenario_loader_clear(&l);
    if (status == SCENARIO_NO_MEMORY) scenario_say(error, "%.500s: out of memory", name);
    if (status == SCENARIO_OK)
        *out = s;
    else
        scenario_destroy(s);
    return status;
}

scenario_status scenario_load(const char *path, const char *const *sets, size_t n, scenario **out,
                              scenario_error *error) {
    size_t size = 0;
    char *text = scenario_file_read(path, SCENARIO_FILE_MAX, &size);
    if (!text) {
        bool memory = errno == ENOMEM;
        scenario_say(error, "%.500s: %s", path, memory ? "out of memory" : strerror(errno));
        return memory ? SCENARIO_NO_MEMORY : SCENARIO_BAD_INPUT;
    }
    scenario_status status = scenario_parse(path, text, size, sets, n, out, error);
    free(text);
    return status;
}
