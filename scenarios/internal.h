/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * internal.h - what the files of scenarios/ share and nobody else needs.
 *
 * A load goes: defaults -> YAML -> preset -> conditions of the file -> preset of the overrides -> overrides
 * -> conditions of the overrides -> trace -> start and horizon -> cross checks -> arms -> time zones -> hash.
 * The loader carries the marks: where each value was given, so that a later check can point at the line.
 */
#ifndef SCENARIOS_INTERNAL_H
#define SCENARIOS_INTERNAL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/params.h"
#include "scenarios/places.h"
#include "scenarios/scenario.h"
#include "scenarios/time.h"

enum {
    SCENARIO_VALUE_SIZE = 640,      /* any value as text: the longest is a file name */
    SCENARIO_PATH_TEXT = 128,       /* any parameter path */
    SCENARIO_FILE_MAX = 1024 * 1024 /* bytes of a scenario file */
};

/* ---- values (value.c, time.c) -------------------------------------------------------------------- */

typedef struct {
    int64_t i; /* BOOL, INT, DURATION, TIME, CLOCK, CHOICE, SET */
    double r;  /* REAL */
    const char *text;
    size_t size; /* TEXT */
} scenario_value;

/* Reads and checks one value. `shown` names the parameter in the message, a whole sentence without place. */
bool scenario_value_parse(const bis_field *f, const char *shown, const char *text, size_t size,
                          scenario_value *out, scenario_error *error);
size_t scenario_value_size(const bis_field *f); /* bytes that it takes where it is stored */
void scenario_value_store(const bis_field *f, void *at, const scenario_value *v);
void scenario_value_print(const bis_field *f, const void *at, char *buffer, size_t size);
double scenario_value_number(const bis_field *f, const void *at); /* any type but TEXT */
bool scenario_has_range(const bis_field *f);                      /* whether min and max mean something */
void scenario_range_print(const bis_field *f, char *buffer,
                          size_t size); /* "0 to 1 share"; "" if it has none */

/* [out] v. Durations: 500ms, 30s, 10min, 1.5h, 14d, 1w, 0; rounded to the millisecond. */
bool scenario_duration_parse(const char *text, size_t size, int64_t *v);
void scenario_duration_print(int64_t v, char *buffer, size_t size); /* in the largest unit that is exact */

void scenario_time_print(int64_t v, char *buffer, size_t size);

int64_t scenario_days_of(int64_t year, int64_t month, int64_t day); /* since 1970-01-01 */
int64_t scenario_year_of(int64_t day);
int64_t scenario_month_length(int64_t year, int64_t month);

bool scenario_clock_parse(const char *text, size_t size, int64_t *v); /* 00:00 to 24:00; ms since midnight */
void scenario_clock_print(int64_t v, char *buffer, size_t size);

bool scenario_real_parse(const char *text, size_t size, double *v); /* plain decimal, finite */
bool scenario_int_parse(const char *text, size_t size, int64_t *v); /* plain decimal */

/* `text` in quotes, cut if long, with control characters and bad UTF-8 replaced: safe to show. */
const char *scenario_quote(const char *text, size_t size, char *buffer, size_t buffer_size);
bool scenario_utf8_valid(const char *text, size_t size,
                         size_t *bad); /* [out] bad: offset of the first bad byte */
void scenario_say(scenario_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- words (choice.c) ----------------------------------------------------------------------------- */

/* Of a CHOICE: its index. Of a SET: its mask, from "all", "none", or names joined by + or by commas. */
bool scenario_choice_parse(const bis_field *f, const char *shown, const char *text, size_t size, int64_t *v,
                           scenario_error *error);
bool scenario_set_parse(const bis_field *f, const char *shown, const char *text, size_t size, int64_t *v,
                        scenario_error *error);
/* Adds one name to a set; one that is there already is refused. */
bool scenario_set_add(const bis_field *f, const char *shown, const char *name, size_t size, int64_t *v,
                      scenario_error *error);
void scenario_set_print(const bis_field *f, uint32_t set, char *buffer, size_t size);
/* "push, email, sms", cut if there is no room. */
void scenario_choices_print(const bis_field *f, char *buffer, size_t size);

/* ---- did you mean (nearest.c) --------------------------------------------------------------------- */

typedef struct {
    const char *word;
    size_t size, score;
} scenario_found;

/* The nearest of the words that are shown to it, which are kept by address. Fill in the first two fields. */
typedef struct {
    const char *wrong;
    char separator; /* between the parts of a word, of which the last may be found alone; 0: none */
    scenario_found whole, part;
} scenario_near;

void scenario_near_consider(scenario_near *near, const char *word, size_t size);
/* NULL: none is near. [out] size: of the word. */
const char *scenario_near_found(const scenario_near *near, size_t *size);

/* ---- the table (params.c) ------------------------------------------------------------------------ */

typedef struct {
    const bis_field *rows;
    size_t n;
    size_t base;
} scenario_rows;

extern const bis_field scenario_world_rows[];
extern const size_t scenario_world_row_count;
extern const bis_field scenario_people_rows[];
extern const size_t scenario_people_row_count;
extern const bis_field scenario_page_rows[];
extern const size_t scenario_page_row_count;
extern const bis_field scenario_trace_rows[];
extern const size_t scenario_trace_row_count;
extern const bis_field scenario_money_rows[];
extern const size_t scenario_money_row_count;
extern const bis_field scenario_preset_rows[];
extern const size_t scenario_preset_row_count;
extern const bis_field scenario_arm_rows[];
extern const size_t scenario_arm_row_count;

enum { SCENARIO_NO_PARAM = -1 };

void *scenario_param_address(scenario_params *p, scenario_param q, size_t element);
const void *scenario_param_address_const(const scenario_params *p, scenario_param q, size_t element);
size_t *scenario_list_count(scenario_params *p, scenario_param q);
size_t scenario_param_elements(const scenario_params *p, scenario_param q); /* 1 for a plain field */

/* Splits "policy.caps[2].count" into "policy.caps[].count" and 2. false: not a path with one good index.
 * A path without brackets is copied, element 0. */
bool scenario_path_split(const char *path, char pattern[SCENARIO_PATH_TEXT], size_t *element);
/* The other way: fills the index in. */
void scenario_path_join(const char *pattern, size_t element, char *buffer, size_t size);

/* Index of the row with exactly this pattern, or SCENARIO_NO_PARAM. */
long scenario_param_find(const char *pattern);

typedef enum {
    SCENARIO_NODE_NONE,
    SCENARIO_NODE_LEAF,
    SCENARIO_NODE_SECTION,
    SCENARIO_NODE_LIST
} scenario_node;
/* What a pattern stands for. [out] row: the first row at or below it. */
scenario_node scenario_node_find(const char *pattern, size_t *row);

/* The row of the names of a list's elements, if they have names that a scenario can choose freely; such a
 * list may be written as a mapping. [in] list: its path. SCENARIO_NO_PARAM if not. */
long scenario_name_row(const char *list);

/* Whether the elements of the row's list have no field but this one; they may be written as its values. */
bool scenario_list_is_plain(size_t row);

/* Puts a new element with every default at the end of q's list. false: the list is full. */
bool scenario_list_append(scenario_params *p, scenario_param q);

/* Whether path=value empties a list. [out] row: its first. */
bool scenario_list_emptied(const char *path, const char *value, size_t *row);

/* ---- conditions (active.c) ----------------------------------------------------------------------- */

/* Does the row's condition hold? [out] why (may be NULL): the first clause that does not, as a sentence. */
bool scenario_param_active(const scenario_params *p, const bis_field *f, scenario_error *why);

/* ---- loading ------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t line, column; /* 1-based; line 0: not given in the file */
    uint32_t set;          /* 1-based number of the override; 0: none. An override outranks the file */
    bool preset;           /* line and column are of the preset's file */
    bool arm;              /* given by the set of the arm that is being resolved */
} scenario_mark;

typedef struct {
    scenario_params *p;
    const char *name;                      /* of the file, for messages */
    char preset_file[SCENARIO_PLACE_SIZE]; /* likewise, once there is a preset */
    const char *arm;                       /* NULL, or the name of the arm that is being resolved, */
    scenario_mark arm_mark; /* and what an error is laid to that nothing of the arm's alone has caused */
    const char *const *sets;
    size_t n_sets;
    scenario_mark *mark; /* one per parameter and element: mark[first[i] + element] */
    size_t *first;
    size_t marks;
    scenario_error *error;
    bool no_memory;
} scenario_loader;

/* Room for the marks: one for each parameter, and for each element that a list may have. */
bool scenario_loader_init(scenario_loader *l);
void scenario_loader_clear(scenario_loader *l); /* the marks; what else it names is not its own */

bool scenario_given(const scenario_loader *l, const char *path); /* by the file or an override */
scenario_mark scenario_mark_of(const scenario_loader *l, const char *path);
/* Fills the error with the place of `path` ("" or never given: just the file; in an arm, unless its set gave
 * it: that of the arm). Always false. */
bool scenario_fail(scenario_loader *l, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool scenario_fail_at(scenario_loader *l, scenario_mark m, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "unknown parameter 'policy.throtle'; did you mean 'policy.throttle'?" [in] path with indices. */
void scenario_unknown(const char *path, scenario_error *error);

bool scenario_yaml_apply(scenario_loader *l, const char *text, size_t size);
/* The preset that the file, or that an override names, under what the file says. */
bool scenario_preset_apply(scenario_loader *l);
bool scenario_preset_apply_sets(scenario_loader *l);
/* Whatever the preset gives over what there is, each marked as given at `mark`. */
bool scenario_preset_overlay(scenario_loader *l, const char *name, scenario_mark mark);
void scenario_forget(scenario_loader *l, size_t row); /* its default again; a list is empty */

bool scenario_sets_apply(scenario_loader *l);
/* One PATH=VALUE, which was given at `mark`. */
bool scenario_set_apply(scenario_loader *l, const char *path, const char *value, scenario_mark mark);

/* Whose values must all have an effect; what others have given, and has none, is forgotten but for OF_FILE.
 */
typedef enum { SCENARIO_OF_FILE, SCENARIO_OF_OVERRIDES, SCENARIO_OF_ARM } scenario_giver;
bool scenario_check_active(scenario_loader *l, scenario_giver giver);
bool scenario_check_all(scenario_loader *l);

/* ---- arms (arms.c) ------------------------------------------------------------------------------- */

/* Fills in s->arm. On BAD_INPUT l->error is filled. */
scenario_status scenario_arms_resolve(scenario_loader *l, scenario *s);

/* ---- people (people.c) --------------------------------------------------------------------------- */

/* Fills in s->zone and s->region. On BAD_INPUT l->error is filled; s may then be half filled. */
scenario_status scenario_people_resolve(scenario_loader *l, scenario *s);
void scenario_people_clear(scenario *s);
/* Whether the run may see local time in this stretch of the zone; it belongs to what identifies a scenario.
 */
bool scenario_zone_step_matters(const scenario *s, const bis_zone *zone, size_t step);

/* ---- traces (trace.c, events.c; table.c, named.c, csv.c, times.c, intern.c) ---------------------- */

/* Of l->p->inventory. [out] out: owned by the caller, untouched on failure. On BAD_INPUT l->error is filled.
 */
scenario_status scenario_inventory_load(scenario_loader *l, scenario_inventory **out);
void scenario_inventory_destroy(scenario_inventory *inventory);
/* Of l->p->events, likewise. [in] inventory: whose SKUs the events are about; NULL: their own. */
scenario_status scenario_events_load(scenario_loader *l, const scenario_inventory *inventory,
                                     scenario_events **out);
void scenario_events_destroy(scenario_events *events);
/* Of l->p->profiles, likewise: of the shoppers of `events`. */
scenario_status scenario_profiles_load(scenario_loader *l, const scenario_events *events,
                                       scenario_profiles **out);
void scenario_profiles_destroy(scenario_profiles *profiles);
/* Of l->p->listing, likewise. [in,out] named: the world's SKUs, which are given their products. */
scenario_status scenario_catalog_load(scenario_loader *l, scenario_named *named, scenario_catalog **out);
void scenario_catalog_destroy(scenario_catalog *catalog);
/* Of l->p->sends, likewise: to the shoppers of `events`, about their SKUs and those of `inventory`, which may
 * be NULL. */
scenario_status scenario_sends_load(scenario_loader *l, const scenario_events *events,
                                    const scenario_inventory *inventory, scenario_sends **out);
void scenario_sends_destroy(scenario_sends *sends);

#endif
