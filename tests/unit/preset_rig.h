/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preset_rig.h - scenarios parsed from memory, and presets of the tests' own that they can name.
 */
#ifndef TESTS_PRESET_RIG_H
#define TESTS_PRESET_RIG_H

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenarios/params.h"
#include "tests/place.h"

static char folder[PLACE_PATH]; /* RESTOCKLAB_DATA, between the group's set-up and teardown: start and stop */

static int start(void **state) {
    (void)state;
    char path[PLACE_PATH];
    place_make(folder);
    setenv("RESTOCKLAB_DATA", folder, 1);
    return mkdir(place_path(path, "%s/policies", folder), 0777);
}

static int stop(void **state) {
    (void)state;
    return place_remove(folder);
}

static void write_preset(const char *name, const char *text) {
    char path[PLACE_PATH];
    place_put(place_path(path, "%s/policies/%s.yaml", folder, name), text);
}

/* NULL if it is refused, which it may only be as bad input. */
static scenario *try(const char *text, const char *const *sets, size_t n, scenario_error *error) {
    scenario *s = NULL;
    error->text[0] = '\0';
    scenario_status status = scenario_parse("mem.yaml", text, strlen(text), sets, n, &s, error);
    assert_true((status == SCENARIO_OK) == (s != NULL));
    assert_true(status == SCENARIO_OK || status == SCENARIO_BAD_INPUT);
    return s;
}

/* [in] set: an override, or NULL. */
static scenario *parse_with(const char *text, const char *set) {
    scenario_error error;
    scenario *s = try(text, &set, set ? 1 : 0, &error);
    if (!s) fail_msg("%s", error.text);
    return s;
}

static scenario *parse(const char *text) {
    return parse_with(text, NULL);
}

static void assert_error_with(const char *text, const char *set, const char *want) {
    scenario_error error;
    if (try(text, &set, set ? 1 : 0, &error)) fail_msg("taken: %s", text);
    assert_string_equal(error.text, want);
}

static void assert_error(const char *text, const char *want) {
    assert_error_with(text, NULL, want);
}

#endif
