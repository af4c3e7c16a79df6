/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * yaml.c - reads a scenario through libyaml's events and sets parameters as they come by.
 *
 * No document tree is built: a path grows with each key and is looked up in the parameter table at once, so
 * an unknown key stops the load where it stands. What YAML offers and a scenario has no use for is refused:
 * anchors, aliases, tags, further documents, keys that are not plain text, keys given twice.
 *
 * A list is a sequence of mappings or, where its elements have a name, a mapping NAME -> the other fields, in
 * the order written. A set is one word, or a sequence of names.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

enum { DEPTH_MAX = 32, SEEN_MAX = 1024 };

typedef enum { MAPPING, LIST, NAMED_LIST, SET } node_kind;

typedef struct {
    node_kind kind;
    bool named;       /* an element of a named list */
    bool has_key;     /* a mapping or named list whose key has been read and whose value comes next */
    size_t path_size; /* of the node itself */
    size_t element;   /* of the list's element that the node is or is in */
    size_t seen;      /* where its keys begin in `seen` */
    yaml_mark_t start;
} frame;

typedef struct {
    scenario_loader *l;
    yaml_parser_t parser;
    char path[SCENARIO_PATH_TEXT]; /* pattern of the node that is being read */
    frame frame[DEPTH_MAX];
    size_t depth;
    yaml_mark_t key_mark;
    struct {
        size_t row; /* first row of the key's node: no two siblings share it */
        size_t line;
    } seen[SEEN_MAX];
    size_t n_seen;
    scenario_value set; /* the set that is being read */
    bool done;          /* the root has been read */
} reader;

static scenario_mark mark_of(yaml_mark_t m) {
    return (scenario_mark){.line = (uint32_t)m.line + 1, .column = (uint32_t)m.column + 1};
}

#define FAIL(R, MARK, ...) scenario_fail_at((R)->l, mark_of(MARK), __VA_ARGS__)

static frame *top(reader *r) {
    return r->depth ? &r->frame[r->depth - 1] : NULL;
}

static void shown_path(const reader *r, char *buffer, size_t size) {
    size_t element = r->depth ? r->frame[r->depth - 1].element : 0;
    scenario_path_join(r->path, element, buffer, size);
}

static bool push(reader *r, node_kind kind, size_t element, yaml_mark_t start) {
    if (r->depth == DEPTH_MAX) return FAIL(r, start, "nested deeper than %d levels", DEPTH_MAX);
    r->frame[r->depth++] = (frame){
        .kind = kind, .path_size = strlen(r->path), .element = element, .seen = r->n_seen, .start = start};
    return true;
}

/* Ends a node: its key, if it has one, is done with. */
static void node_ends(reader *r) {
    frame *f = top(r);
    if (!f) {
        r->done = true;
        return;
    }
    r->path[f->path_size] = '\0';
    f->has_key = false;
}

/* ---- keys ---- */

static bool key_unknown(reader *r, const char *key, size_t size, yaml_mark_t mark) {
    char whole[2 * SCENARIO_PATH_TEXT + 1], shown[SCENARIO_PATH_TEXT], quoted[128];
    scenario_error what;
    size_t row;
    shown_path(r, shown, sizeof shown);
    if (size == 0 || size >= SCENARIO_PATH_TEXT || memchr(key, '\0', size))
        return FAIL(r, mark, "unknown parameter %s", scenario_quote(key, size, quoted, sizeof quoted));
    snprintf(whole, sizeof whole, "%s%s%.*s", shown, shown[0] ? "." : "", (int)size, key);
    if (scenario_node_find(whole, &row) != SCENARIO_NODE_NONE)
        return FAIL(r, mark,
                    "'%s' is written nested: a line for each part, each indented more than the one above",
                    whole);
    scenario_unknown(whole, &what);
    return FAIL(r, mark, "%s", what.text);
}

static bool take_key(reader *r, const char *key, size_t size, yaml_mark_t mark) {
    frame *f = top(r);
    size_t at = f->path_size, row = 0;
    bool simple = size > 0 && at + 1 + size < sizeof r->path && !memchr(key, '\0', size) &&
                  !memchr(key, '.', size) && !memchr(key, '[', size);
    if (simple) {
        if (at > 0) r->path[at++] = '.';
        memcpy(r->path + at, key, size);
        r->path[at + size] = '\0';
    }
    if (simple && f->named && strcmp(r->path + at, "name") == 0) {
        char shown[SCENARIO_PATH_TEXT];
        shown_path(r, shown, sizeof shown);
        return FAIL(r, mark, "'%s' is given already: the element is listed by its name; remove this", shown);
    }
    if (!simple || scenario_node_find(r->path, &row) == SCENARIO_NODE_NONE) {
        r->path[f->path_size] = '\0';
        return key_unknown(r, key, size, mark);
    }
    for (size_t i = f->seen; i < r->n_seen; i++)
        if (r->seen[i].row == row) {
            char shown[SCENARIO_PATH_TEXT];
            shown_path(r, shown, sizeof shown);
            return FAIL(r, mark, "'%s' is given twice; the first is on line %zu", shown, r->seen[i].line);
        }
    if (r->n_seen == SEEN_MAX) return FAIL(r, mark, "more keys than there are parameters");
    r->seen[r->n_seen].row = row;
    r->seen[r->n_seen++].line = mark.line + 1;
    f->has_key = true;
    r->key_mark = mark;
    return true;
}

/* ---- lists ---- */

/* A list that is given replaces the default one. */
static void empty_list(reader *r, size_t row) {
    *scenario_list_count(r->l->p, scenario_param_at(row)) = 0;
}

/* A list that stays empty has no element to carry the mark of where it was given, so its first field does. */
static void mark_empty_list(reader *r, size_t row) {
    if (scenario_param_elements(r->l->p, scenario_param_at(row)) == 0)
        r->l->mark[r->l->first[row]] = mark_of(r->key_mark);
}

/* Puts an element at the end of the list that is being read, and the path into it. */
static bool append(reader *r, yaml_mark_t mark, size_t *element) {
    frame *f = top(r);
    size_t row = 0;
    scenario_node_find(r->path, &row);
    scenario_param q = scenario_param_at(row);
    *element = *scenario_list_count(r->l->p, q);
    if (!scenario_list_append(r->l->p, q))
        return FAIL(r, mark, "'%s' holds at most %zu elements", r->path, q.field->list->max);
    if (f->path_size + 3 > sizeof r->path) return FAIL(r, mark, "the path is too long");
    strcpy(r->path + f->path_size, "[]");
    return true;
}

/* The key of a named list. */
static bool take_name(reader *r, const char *text, size_t size, yaml_mark_t mark) {
    frame *f = top(r);
    size_t row = (size_t)scenario_name_row(r->path), element;
    scenario_param q = scenario_param_at(row);
    scenario_value v = {0};
    scenario_error what;
    char shown[SCENARIO_PATH_TEXT], quoted[SCENARIO_PATH_TEXT];
    for (size_t i = 0; i < scenario_param_elements(r->l->p, q); i++) {
        const char *other = scenario_param_address_const(r->l->p, q, i);
        if (strlen(other) == size && memcmp(other, text, size) == 0)
            return FAIL(r, mark, "%s stands twice in '%s'; the first is on line %u",
                        scenario_quote(text, size, quoted, sizeof quoted), r->path,
                        (unsigned)r->l->mark[r->l->first[row] + i].line);
    }
    if (!append(r, mark, &element)) return false;
    scenario_path_join(q.field->path, element, shown, sizeof shown);
    if (!scenario_value_parse(q.field, shown, text, size, &v, &what)) return FAIL(r, mark, "%s", what.text);
    scenario_value_store(q.field, scenario_param_address(r->l->p, q, element), &v);
    r->l->mark[r->l->first[row] + element] = mark_of(mark);
    f->element = element;
    f->has_key = true;
    return true;
}

/* A list of pairs, each a name and a value, may be written NAME: VALUE. r->path ends in [] here. */
static bool is_pair(reader *r) {
    char path[SCENARIO_PATH_TEXT];
    int n = snprintf(path, sizeof path, "%s.value", r->path);
    return n > 0 && (size_t)n < sizeof path && scenario_param_find(path) != SCENARIO_NO_PARAM;
}

static bool not_fields(reader *r, yaml_mark_t mark) {
    const frame *f = top(r);
    char list[SCENARIO_PATH_TEXT], quoted[SCENARIO_PATH_TEXT];
    snprintf(list, sizeof list, "%.*s", (int)f->path_size, r->path);
    scenario_param q = scenario_param_at((size_t)scenario_name_row(list));
    const char *name = scenario_param_address_const(r->l->p, q, f->element);
    return FAIL(
        r, mark,
        "'%s' is listed by name here, so %s is a name, and its fields go on indented lines below it; to "
        "list without names as keys, begin each element with '- '",
        list, scenario_quote(name, strlen(name), quoted, sizeof quoted));
}

/* ---- values ---- */

static void store(reader *r, size_t row, const scenario_value *v) {
    scenario_param q = scenario_param_at(row);
    size_t element = q.field->list ? top(r)->element : 0;
    scenario_value_store(q.field, scenario_param_address(r->l->p, q, element), v);
    r->l->mark[r->l->first[row] + element] = mark_of(r->key_mark);
}

static bool take_leaf(reader *r, size_t row, const char *text, size_t size, yaml_mark_t mark) {
    scenario_value v = {0};
    scenario_error what;
    char shown[SCENARIO_PATH_TEXT];
    shown_path(r, shown, sizeof shown);
    if (!scenario_value_parse(scenario_param_at(row).field, shown, text, size, &v, &what))
        return FAIL(r, mark, "%s", what.text);
    store(r, row, &v);
    node_ends(r);
    return true;
}

static bool take_pair(reader *r, const char *text, size_t size, yaml_mark_t mark) {
    strcat(r->path, ".value"); /* is_pair() has seen that it fits */
    r->key_mark = mark;
    return take_leaf(r, (size_t)scenario_param_find(r->path), text, size, mark);
}

static bool take_set_name(reader *r, const char *text, size_t size, yaml_mark_t mark) {
    scenario_error what;
    char shown[SCENARIO_PATH_TEXT];
    size_t row = 0;
    shown_path(r, shown, sizeof shown);
    scenario_node_find(r->path, &row);
    const bis_field *f = scenario_param_at(row).field;
    return scenario_set_add(f, shown, text, size, &r->set.i, &what) || FAIL(r, mark, "%s", what.text);
}

/* The value of a section or of a list: nothing but "nothing" is a scalar. */
static bool take_no_leaf(reader *r, scenario_node node, size_t row, bool nothing, yaml_mark_t mark) {
    char shown[SCENARIO_PATH_TEXT];
    shown_path(r, shown, sizeof shown);
    if (!nothing && node == SCENARIO_NODE_LIST)
        return FAIL(r, mark, "'%s' is a list; begin each element with '- '", shown);
    if (!nothing)
        return FAIL(r, mark, "'%s' is a section; its parameters go on indented lines below it", shown);
    if (node == SCENARIO_NODE_LIST) { /* all elements commented out */
        empty_list(r, row);
        mark_empty_list(r, row);
    }
    node_ends(r);
    return true;
}

/* An element of a list whose elements have one field: its value alone. */
static bool take_element(reader *r, const char *text, size_t size, yaml_mark_t mark) {
    size_t row = 0, element = 0;
    scenario_value v = {0};
    scenario_error what;
    char shown[SCENARIO_PATH_TEXT];
    scenario_node_find(r->path, &row);
    if (!scenario_list_is_plain(row))
        return FAIL(r, mark, "each element of '%s' is a mapping of its fields", r->path);
    if (!append(r, mark, &element)) return false;
    scenario_param q = scenario_param_at(row);
    scenario_path_join(q.field->path, element, shown, sizeof shown);
    if (!scenario_value_parse(q.field, shown, text, size, &v, &what)) return FAIL(r, mark, "%s", what.text);
    scenario_value_store(q.field, scenario_param_address(r->l->p, q, element), &v);
    r->l->mark[r->l->first[row] + element] = mark_of(mark);
    node_ends(r);
    return true;
}

static bool take_scalar(reader *r, const yaml_event_t *e) {
    const char *text = (const char *)e->data.scalar.value;
    size_t size = e->data.scalar.length, row = 0;
    yaml_mark_t mark = e->start_mark;
    bool nothing = size == 0 && e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    frame *f = top(r);
    if (!f) {
        node_ends(r);
        return nothing || FAIL(r, mark, "a scenario is a mapping of sections, such as 'run:' and 'supply:'");
    }
    if (f->kind == SET) return take_set_name(r, text, size, mark);
    if (f->kind == LIST) return take_element(r, text, size, mark);
    if (!f->has_key)
        return f->kind == NAMED_LIST ? take_name(r, text, size, mark) : take_key(r, text, size, mark);
    if (f->kind == NAMED_LIST && !nothing)
        return is_pair(r) ? take_pair(r, text, size, mark) : not_fields(r, mark);
    scenario_node node = scenario_node_find(r->path, &row);
    if (f->kind == NAMED_LIST) node = SCENARIO_NODE_SECTION; /* a name alone: defaults otherwise */
    if (node == SCENARIO_NODE_LEAF) return take_leaf(r, row, text, size, mark);
    return take_no_leaf(r, node, row, nothing, mark);
}

static bool open_element(reader *r, yaml_mark_t mark) {
    size_t element = 0;
    return append(r, mark, &element) && push(r, MAPPING, element, mark);
}

static bool open_list(reader *r, node_kind kind, size_t row, yaml_mark_t mark) {
    empty_list(r, row);
    return push(r, kind, 0, mark);
}

static bool open_mapping(reader *r, yaml_mark_t mark) {
    frame *f = top(r);
    size_t row = 0;
    char shown[SCENARIO_PATH_TEXT];
    if (!f) return push(r, MAPPING, 0, mark);
    if (f->kind == LIST) return open_element(r, mark);
    shown_path(r, shown, sizeof shown);
    if (f->kind == SET) return FAIL(r, mark, "'%s' takes names, not mappings", shown);
    if (!f->has_key) return FAIL(r, mark, "a key must be plain text");
    if (f->kind == NAMED_LIST) {
        if (!push(r, MAPPING, f->element, mark)) return false;
        top(r)->named = true;
        return true;
    }
    scenario_node node = scenario_node_find(r->path, &row);
    if (node == SCENARIO_NODE_LEAF) return FAIL(r, mark, "'%s' takes one value, not a mapping", shown);
    if (node != SCENARIO_NODE_LIST) return push(r, MAPPING, f->element, mark);
    if (scenario_name_row(r->path) == SCENARIO_NO_PARAM)
        return FAIL(r, mark, "'%s' is a list; begin each element with '- '", shown);
    return open_list(r, NAMED_LIST, row, mark);
}

static bool open_sequence(reader *r, yaml_mark_t mark) {
    frame *f = top(r);
    size_t row = 0;
    char shown[SCENARIO_PATH_TEXT];
    if (!f)
        return FAIL(r, mark, "a scenario is a mapping of sections, such as 'run:' and 'supply:', not a list");
    shown_path(r, shown, sizeof shown);
    if (f->kind == LIST) return FAIL(r, mark, "each element of '%s' is a mapping of its fields", shown);
    if (f->kind == SET) return FAIL(r, mark, "'%s' takes names, not lists", shown);
    if (!f->has_key) return FAIL(r, mark, "a key must be plain text");
    if (f->kind == NAMED_LIST) return not_fields(r, mark);
    scenario_node node = scenario_node_find(r->path, &row);
    if (node == SCENARIO_NODE_LEAF && scenario_param_at(row).field->type == BIS_FIELD_SET) {
        r->set = (scenario_value){0};
        return push(r, SET, f->element, mark);
    }
    if (node != SCENARIO_NODE_LIST)
        return FAIL(r, mark, "'%s' is not a list; remove the dash or the brackets", shown);
    return open_list(r, LIST, row, mark);
}

static bool close_node(reader *r) {
    frame *f = top(r);
    char shown[SCENARIO_PATH_TEXT];
    size_t row = 0;
    bool element = r->depth > 1 && r->frame[r->depth - 2].kind == LIST;
    if (element && r->n_seen == f->seen) {
        shown_path(r, shown, sizeof shown);
        return FAIL(r, f->start, "'%s' says nothing; give its fields or remove it", shown);
    }
    scenario_node_find(r->path, &row);
    if (f->kind == LIST || f->kind == NAMED_LIST) mark_empty_list(r, row);
    if (f->kind == SET) store(r, row, &r->set);
    r->n_seen = f->seen;
    r->depth--;
    node_ends(r);
    return true;
}

/* ---- events ---- */

static bool plain_node(reader *r, const yaml_event_t *e, const yaml_char_t *anchor, const yaml_char_t *tag) {
    if (anchor) return FAIL(r, e->start_mark, "anchors (&name) are not supported; write the value out");
    if (tag) return FAIL(r, e->start_mark, "tags (!name) are not supported; write the value alone");
    return true;
}

static bool take_event(reader *r, const yaml_event_t *e) {
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return plain_node(r, e, e->data.scalar.anchor, e->data.scalar.tag) && take_scalar(r, e);
    case YAML_MAPPING_START_EVENT:
        return plain_node(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag) &&
               open_mapping(r, e->start_mark);
    case YAML_SEQUENCE_START_EVENT:
        return plain_node(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag) &&
               open_sequence(r, e->start_mark);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT: return close_node(r);
    case YAML_ALIAS_EVENT:
        return FAIL(r, e->start_mark, "aliases (*name) are not supported; write the value out");
    case YAML_DOCUMENT_START_EVENT:
        return !r->done ||
               FAIL(r, e->start_mark, "a second document begins here; a scenario is one document");
    case YAML_DOCUMENT_END_EVENT: r->done = true; break;
    case YAML_STREAM_END_EVENT:
        return r->done || FAIL(r, e->start_mark,
                               "there is nothing here; a scenario says at least one thing, such as "
                               "run: {title: My shop}");
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT: break;
    }
    return true;
}

/* Line and column, in characters, of a byte. */
static yaml_mark_t mark_at(const char *text, size_t offset) {
    yaml_mark_t m = {.index = offset};
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            m.line++;
            m.column = 0;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80)
            m.column++;
    }
    return m;
}

static bool parser_failed(reader *r, const char *text, size_t size) {
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR) {
        r->l->no_memory = true;
        return false;
    }
    if (p->error == YAML_READER_ERROR)
        return FAIL(r, mark_at(text, p->problem_offset < size ? p->problem_offset : size),
                    "a control character (code %d); remove it", p->problem_value);
    bool tab = p->problem_mark.index < size && text[p->problem_mark.index] == '\t';
    return FAIL(r, p->problem_mark, "not valid YAML: %s; %s", p->problem ? p->problem : "it ends too early",
                tab ? "indent with spaces, not tabs"
                    : "check the indentation, colons and quotes here and just above");
}

static bool text_is_sound(reader *r, const char *text, size_t size) {
    size_t bad = 0;
    const char *nul = size ? memchr(text, '\0', size) : NULL;
    if (nul)
        return FAIL(r, mark_at(text, (size_t)(nul - text)), "a NUL byte; a scenario is a text file in UTF-8");
    if (!scenario_utf8_valid(text, size, &bad))
        return FAIL(r, mark_at(text, bad), "not valid UTF-8; save the file as UTF-8");
    return true;
}

bool scenario_yaml_apply(scenario_loader *l, const char *text, size_t size) {
    reader r = {.l = l};
    bool ok, ends = false;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (!text_is_sound(&r, text, size)) return false;
    if (!yaml_parser_initialize(&r.parser)) {
        l->no_memory = true;
        return false;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, size);
    do {
        yaml_event_t e;
        if (!yaml_parser_parse(&r.parser, &e))
            ok = parser_failed(&r, text, size);
        else {
            ok = take_event(&r, &e);
            ends = e.type == YAML_STREAM_END_EVENT;
            yaml_event_delete(&e);
        }
    } while (ok && !ends);
    yaml_parser_delete(&r.parser);
    return ok;
}
