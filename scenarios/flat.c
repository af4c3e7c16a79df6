/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * flat.c - see flat.h. Reads libyaml's events; the path grows and shrinks with them.
 */
#include "scenarios/flat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "scenarios/internal.h"

enum { DEPTH_MAX = 32 };

typedef struct {
    bool list, has_key;
    size_t path_size, element;
} level;

typedef struct {
    const char *name; /* of the file */
    scenario_flat flat;
    scenario_error *error;
    char path[SCENARIO_FLAT_PATH];
    level level[DEPTH_MAX];
    size_t depth;
    bool done, no_memory;
} reader;

static bool fail(reader *r, yaml_mark_t at, const char *what) {
    scenario_say(r->error, "%.300s:%zu:%zu: %.400s", r->name, at.line + 1, at.column + 1, what);
    return false;
}

/* Puts a key or an index behind the path of the node that it stands in. */
static bool extend(reader *r, yaml_mark_t at, const char *text, size_t size, bool index) {
    level *l = &r->level[r->depth - 1];
    const char *dot = index || l->path_size == 0 ? "" : ".";
    if (memchr(text, '\0', size) || size == 0) return fail(r, at, "a key must be plain text");
    if (l->path_size + size + 2 > sizeof r->path) return fail(r, at, "the path is too long");
    snprintf(r->path + l->path_size, sizeof r->path - l->path_size, "%s%.*s", dot, (int)size, text);
    return true;
}

/* A node begins: as an element of a list it has a path of its own. */
static bool begin(reader *r, yaml_mark_t at) {
    if (r->done) return fail(r, at, "a second document begins here; the file is one document");
    if (!r->depth) return true;
    level *l = &r->level[r->depth - 1];
    if (!l->list) return l->has_key || fail(r, at, "a key must be plain text");
    char index[24];
    int n = snprintf(index, sizeof index, "[%zu]", l->element++);
    return extend(r, at, index, (size_t)n, true);
}

static void end(reader *r) {
    if (!r->depth) {
        r->done = true;
        return;
    }
    level *l = &r->level[r->depth - 1];
    r->path[l->path_size] = '\0';
    l->has_key = false;
}

static bool keep(reader *r, const char *text, size_t size, yaml_mark_t at) {
    scenario_flat *flat = &r->flat;
    if (flat->n == flat->room) {
        size_t room = flat->room ? 2 * flat->room : 64;
        scenario_flat_value *more = realloc(flat->value, room * sizeof *more);
        if (!more) {
            r->no_memory = true;
            return false;
        }
        flat->value = more;
        flat->room = room;
    }
    scenario_flat_value v = {malloc(strlen(r->path) + 1), malloc(size + 1), (unsigned)at.line + 1,
                             (unsigned)at.column + 1};
    if (!v.path || !v.text) {
        free(v.path);
        free(v.text);
        r->no_memory = true;
        return false;
    }
    strcpy(v.path, r->path);
    memcpy(v.text, text, size);
    v.text[size] = '\0';
    flat->value[flat->n++] = v;
    return true;
}

/* Whether something stands at or below the path of the key that was just read. */
static bool is_taken(const reader *r) {
    size_t size = strlen(r->path);
    for (size_t i = 0; i < r->flat.n; i++) {
        const char *other = r->flat.value[i].path;
        if (!strncmp(other, r->path, size) && (!other[size] || other[size] == '.' || other[size] == '['))
            return true;
    }
    return false;
}

static bool take_scalar(reader *r, const yaml_event_t *e) {
    const char *text = (const char *)e->data.scalar.value;
    size_t size = e->data.scalar.length;
    level *l = r->depth ? &r->level[r->depth - 1] : NULL;
    if (!l) return fail(r, e->start_mark, "the file is a mapping of sections, such as 'traces:'");
    if (!l->list && !l->has_key) {
        if (!extend(r, e->start_mark, text, size, false)) return false;
        if (is_taken(r)) return fail(r, e->start_mark, "this key stands twice");
        l->has_key = true;
        return true;
    }
    if (memchr(text, '\0', size)) return fail(r, e->start_mark, "a NUL byte");
    if (!begin(r, e->start_mark) || !keep(r, text, size, e->start_mark)) return false;
    end(r);
    return true;
}

static bool open_node(reader *r, bool list, yaml_mark_t at) {
    if (!begin(r, at)) return false;
    if (!r->depth && list) return fail(r, at, "the file is a mapping of sections, not a list");
    if (r->depth == DEPTH_MAX) return fail(r, at, "nested too deep");
    r->level[r->depth++] = (level){.list = list, .path_size = strlen(r->path)};
    return true;
}

static bool take_event(reader *r, const yaml_event_t *e) {
    bool scalar = e->type == YAML_SCALAR_EVENT, mapping = e->type == YAML_MAPPING_START_EVENT,
         list = e->type == YAML_SEQUENCE_START_EVENT;
    const yaml_char_t *anchor = scalar    ? e->data.scalar.anchor
                                : mapping ? e->data.mapping_start.anchor
                                : list    ? e->data.sequence_start.anchor
                                          : NULL;
    const yaml_char_t *tag = scalar    ? e->data.scalar.tag
                             : mapping ? e->data.mapping_start.tag
                             : list    ? e->data.sequence_start.tag
                                       : NULL;
    if (anchor || e->type == YAML_ALIAS_EVENT)
        return fail(r, e->start_mark, "anchors and aliases are not supported; write the value out");
    if (tag) return fail(r, e->start_mark, "tags (!name) are not supported; write the value alone");
    if (scalar) return take_scalar(r, e);
    if (mapping || list) return open_node(r, list, e->start_mark);
    if (e->type == YAML_MAPPING_END_EVENT || e->type == YAML_SEQUENCE_END_EVENT) {
        r->depth--;
        end(r);
    }
    return true;
}

static bool parse(reader *r, const char *text, size_t size) {
    yaml_parser_t parser;
    yaml_event_t e;
    bool good = true, ends = false;
    if (!yaml_parser_initialize(&parser)) {
        r->no_memory = true;
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    while (good && !ends) {
        if (!yaml_parser_parse(&parser, &e)) {
            good = fail(r, parser.problem_mark, parser.problem ? parser.problem : "not valid YAML");
            break;
        }
        good = take_event(r, &e);
        ends = e.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&parser);
    return good;
}

scenario_status scenario_flat_read(const char *path, scenario_flat *out, scenario_error *error) {
    reader r = {.name = path, .error = error};
    size_t size;
    char *text = scenario_file_read(path, SCENARIO_FILE_MAX, &size);
    if (!text && errno == ENOMEM) return SCENARIO_NO_MEMORY;
    if (!text || size > SCENARIO_FILE_MAX) {
        scenario_say(error, "%.500s: %s", path, text ? "the file is larger than 1 MiB" : strerror(errno));
        free(text);
        return SCENARIO_BAD_INPUT;
    }
    bool good = parse(&r, text, size);
    free(text);
    if (good)
        *out = r.flat;
    else
        scenario_flat_clear(&r.flat);
    return good ? SCENARIO_OK : r.no_memory ? SCENARIO_NO_MEMORY : SCENARIO_BAD_INPUT;
}

void scenario_flat_clear(scenario_flat *flat) {
    for (size_t i = 0; i < flat->n; i++) {
        free(flat->value[i].path);
        free(flat->value[i].text);
    }
    free(flat->value);
    *flat = (scenario_flat){0};
}

const scenario_flat_value *scenario_flat_find(const scenario_flat *flat, const char *path) {
    for (size_t i = 0; i < flat->n; i++)
        if (!strcmp(flat->value[i].path, path)) return &flat->value[i];
    return NULL;
}
