/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace_rig.h - scenarios parsed from memory as if they stood beside their traces, in a folder of the test's
 * own.
 */
#ifndef TESTS_TRACE_RIG_H
#define TESTS_TRACE_RIG_H

#include <string.h>

#include "scenarios/scenario.h"
#include "tests/place.h"

typedef struct {
    char folder[PLACE_PATH]; /* stands first: place_enter() */
    scenario *s;             /* what was parsed last; NULL if that was refused */
    scenario_error error;
} fixture;

static int set_up(void **state) {
    *state = place_enter(sizeof(fixture));
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    scenario_destroy(f->s);
    return place_leave(state);
}

#define CASE(NAME) cmocka_unit_test_setup_teardown(NAME, set_up, tear_down)

/* Writes a file of the folder. */
static inline void put(const fixture *f, const char *name, const char *text) {
    char path[PLACE_PATH];
    place_put(place_path(path, "%s/%s", f->folder, name), text);
}

/* Parses the text as the folder's s.yaml; false if it is refused. */
static inline bool parse_beside(fixture *f, const char *yaml) {
    char name[PLACE_PATH];
    scenario_destroy(f->s);
    f->s = NULL;
    f->error.text[0] = '\0';
    place_path(name, "%s/s.yaml", f->folder);
    return scenario_parse(name, yaml, strlen(yaml), NULL, 0, &f->s, &f->error) == SCENARIO_OK;
}

#endif
