/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_params.c - the parameter table: each row is sound, each field of the setups has a row, and what
 * is printed is read back as the same bits.
 */
#include "tests/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "scenarios/internal.h"
#include "tests/unit/field_size.h"

static bool has_words(const bis_field *f) {
    return f->type == BIS_FIELD_CHOICE || f->type == BIS_FIELD_SET;
}

/* The names of a set must leave room for what has a meaning of its own, and print in any combination. */
static void check_names(const bis_field *f) {
    size_t n = 0, size = 0;
    for (; f->choices[n]; n++) {
        size += strlen(f->choices[n]) + 1;
        bool odd = strpbrk(f->choices[n], "+, ") || !f->choices[n][0];
        if (odd || !strcmp(f->choices[n], "all") || !strcmp(f->choices[n], "none"))
            fail_msg("%s: a set cannot have the name '%s'", f->path, f->choices[n]);
    }
    if (n > 32 || size > SCENARIO_VALUE_SIZE) fail_msg("%s: too many names", f->path);
}

/* A value at either end of the row's range; false if there are no ends. */
static bool end_value(const bis_field *f, bool upper, scenario_value *out) {
    double x = upper ? fmin(f->max, 9e18) : f->min;
    int names = 0;
    *out = (scenario_value){.i = (int64_t)x, .r = x};
    if (f->type == BIS_FIELD_CLOCK) out->i = upper ? 24 * 3600000 : 0;
    while (f->type == BIS_FIELD_SET && f->choices[names])
        names++;
    if (f->type == BIS_FIELD_SET) out->i = upper ? ((int64_t)1 << names) - 1 : 0;
    return scenario_has_range(f) || f->type == BIS_FIELD_CLOCK || f->type == BIS_FIELD_SET;
}

static void rows_are_sound(void **state) {
    (void)state;
    size_t n = scenario_param_count();
    assert_true(n > 200);
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        scenario_value v;
        scenario_error error = {""};
        for (size_t j = 0; j < i; j++)
            if (strcmp(f->path, scenario_param_at(j).field->path) == 0) fail_msg("%s stands twice", f->path);
        if (!f->doc || strlen(f->doc) < 10 || f->doc[strlen(f->doc) - 1] != '.') fail_msg("%s: doc", f->path);
        if (!f->unit || strlen(f->path) >= SCENARIO_PATH_TEXT) fail_msg("%s: unit or path", f->path);
        if ((strstr(f->path, "[]") != NULL) != (f->list != NULL)) fail_msg("%s: list", f->path);
        if (scenario_has_range(f) && !(f->min <= f->max)) fail_msg("%s: range", f->path);
        if (has_words(f) != (f->choices != NULL)) fail_msg("%s: choices", f->path);
        if (f->type == BIS_FIELD_SET) check_names(f);
        for (size_t j = 0; f->list && j + 1 < i; j++) /* a list's rows stand together */
            if (scenario_param_at(j).field->list == f->list &&
                scenario_param_at(i - 1).field->list != f->list)
                fail_msg("%s: other rows of the list stand elsewhere", f->path);
        if (!f->def && !f->list) fail_msg("%s: no default", f->path);
        if (f->def && !scenario_value_parse(f, f->path, f->def, strlen(f->def), &v, &error))
            fail_msg("default of %s", error.text);
    }
    assert_null(scenario_param_at(n).field);
}

/* A condition names choices, booleans or texts that exist, and alternatives that they can take. */
static void conditions_are_sound(void **state) {
    (void)state;
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        char all[512], *save = NULL, *inner = NULL;
        snprintf(all, sizeof all, "%s", f->active ? f->active : "");
        for (char *clause = strtok_r(all, "&", &save); clause; clause = strtok_r(NULL, "&", &save)) {
            char *equals = strchr(clause, '=');
            if (!equals) fail_msg("%s: %s", f->path, clause);
            *equals = '\0';
            long row = scenario_param_find(clause);
            if (row == SCENARIO_NO_PARAM) fail_msg("%s depends on unknown %s", f->path, clause);
            const bis_field *on = scenario_param_at((size_t)row).field;
            for (char *a = strtok_r(equals + 1, "|", &inner); a; a = strtok_r(NULL, "|", &inner)) {
                scenario_value v;
                scenario_error error;
                if (!scenario_value_parse(on, clause, a, strlen(a), &v, &error))
                    fail_msg("%s: %s", f->path, error.text);
            }
        }
    }
}

/* Which bytes of scenario_params rows speak of: elements of lists in all their places, and their counts. */
static unsigned char *coverage(void) {
    unsigned char *seen = calloc(sizeof(scenario_params), 1);
    scenario_params *p = malloc(sizeof *p);
    assert_non_null(seen);
    assert_non_null(p);
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        for (size_t k = 0; k < (q.field->list ? q.field->list->max : 1); k++) {
            size_t at = (size_t)((char *)scenario_param_address(p, q, k) - (char *)p),
                   size = field_size(q.field);
            assert_true(at + size <= sizeof *p);
            for (size_t b = 0; b < size; b++)
                if (seen[at + b]++) fail_msg("%s overlaps another row", q.field->path);
        }
        if (q.field->list) memset(seen + ((char *)scenario_list_count(p, q) - (char *)p), 1, sizeof(size_t));
    }
    free(p);
    return seen;
}

/* No field without a row: what no row speaks of may only be padding, which is less than 8 bytes in a run. So
 * a forgotten int64_t, double or text is found; a forgotten bool or int only where it does not stand in a
 * hole. */
static void every_field_has_a_row(void **state) {
    (void)state;
    unsigned char *seen = coverage();
    size_t run = 0;
    for (size_t i = 0; i < sizeof(scenario_params); i++) {
        run = seen[i] ? 0 : run + 1;
        if (run >= 8) fail_msg("8 bytes without a row at offset %zu", i - 7);
    }
    free(seen);
}

static void defaults_are_the_engines_own(void **state) {
    (void)state;
    scenario_params *a = malloc(sizeof *a), *b = malloc(sizeof *b);
    assert_non_null(a);
    assert_non_null(b);
    scenario_params_default(a);
    scenario_params_default(b);
    bis_policy_default(&b->policy);
    assert_null(bis_policy_check(&a->policy));
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        char x[SCENARIO_VALUE_SIZE], y[SCENARIO_VALUE_SIZE];
        assert_int_equal(scenario_param_elements(a, q), scenario_param_elements(b, q));
        if (scenario_param_elements(a, q) == 0) continue;
        scenario_value_print(q.field, scenario_param_address_const(a, q, 0), x, sizeof x);
        scenario_value_print(q.field, scenario_param_address_const(b, q, 0), y, sizeof y);
        if (strcmp(x, y) != 0) fail_msg("%s: %s here, %s in the engine", q.field->path, x, y);
    }
    free(a);
    free(b);
}

/* Sets what is got, for every row, at the default and at both ends of its range: the bits must be the same.
 */
static void get_and_set_round_trip(void **state) {
    (void)state;
    scenario_params *p = malloc(sizeof *p), *before = malloc(sizeof *p);
    assert_non_null(p);
    assert_non_null(before);
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        char path[SCENARIO_PATH_TEXT], value[SCENARIO_VALUE_SIZE];
        scenario_error error = {""};
        scenario_params_default(p);
        scenario_path_join(q.field->path, 0, path, sizeof path);
        if (q.field->list && scenario_param_elements(p, q) == 0) assert_true(scenario_list_append(p, q));
        for (int end = 0; end < 3; end++) {
            scenario_value v;
            if (!end_value(q.field, end == 1, &v) && end < 2) continue;
            if (end < 2)
                scenario_value_store(q.field, scenario_param_address(p, q, 0), &v);
            else
                scenario_params_default(p);
            if (end == 2 && q.field->list && !q.field->def) continue; /* no default to read back */
            if (end == 2 && q.field->list && scenario_param_elements(p, q) == 0) scenario_list_append(p, q);
            memcpy(before, p, sizeof *p);
            assert_true(scenario_param_get(p, path, value, sizeof value));
            if (!scenario_param_set(p, path, value, &error)) fail_msg("%s=%s: %s", path, value, error.text);
            if (memcmp(before, p, sizeof *p) != 0) fail_msg("%s=%s changes its bits", path, value);
        }
    }
    free(p);
    free(before);
}

static const char *set_error(scenario_params *p, const char *path, const char *value) {
    static scenario_error error;
    error.text[0] = '\0';
    return scenario_param_set(p, path, value, &error) ? "" : error.text;
}

static void set_takes_paths_with_an_index(void **state) {
    (void)state;
    scenario_params *p = malloc(sizeof *p);
    char value[SCENARIO_VALUE_SIZE];
    assert_non_null(p);
    scenario_params_default(p);
    assert_string_equal(set_error(p, "policy.caps[0].count", "3"), "");
    assert_string_equal(set_error(p, "policy.caps[1].per", "2d"), "");
    assert_int_equal(p->policy.caps.n, 2);
    assert_true(scenario_param_get(p, "policy.caps[0].per", value, sizeof value));
    assert_string_equal(value, "1w"); /* the default of a field that was not set */
    assert_string_equal(set_error(p, "policy.caps[3].per", "2d"),
                        "'policy.caps[3].per': the list has 2 elements; the next index is 2");
    assert_string_equal(set_error(p, "policy.caps[8].per", "2d"),
                        "'policy.caps[8].per': the list has 2 elements; the next index is 2");
    assert_string_equal(set_error(p, "policy.caps[2].per", "0"),
                        "'policy.caps[2].per' is '0'; it must be 1ms to 36500d");
    assert_int_equal(p->policy.caps.n, 2); /* nothing changed */
    assert_string_equal(set_error(p, "policy.caps[0].cuont", "2"),
                        "unknown parameter 'policy.caps[0].cuont'; did you mean 'policy.caps[0].count'?");
    assert_string_equal(
        set_error(p, "policy.caps[].count", "2"),
        "unknown parameter 'policy.caps[].count'; 'restocklab params' lists all that there are");
    assert_string_equal(set_error(p, "policy.caps", "2"),
                        "'policy.caps' is a list, not one parameter; set what is in it, such as "
                        "policy.caps[0].count, or empty "
                        "it with none");
    assert_string_equal(set_error(p, "policy.throttle", "2"),
                        "'policy.throttle' is a section, not one parameter; set what is in it, such as "
                        "policy.throttle.mode");
    assert_string_equal(set_error(p, "", "2"),
                        "unknown parameter ''; 'restocklab params' lists all that there are");
    for (int i = 2; i < BIS_CAPS_MAX; i++) {
        char path[32];
        snprintf(path, sizeof path, "policy.caps[%d].count", i);
        assert_string_equal(set_error(p, path, "1"), "");
    }
    assert_string_equal(set_error(p, "policy.caps[8].count", "2"),
                        "'policy.caps[8].count': policy.caps holds at most 8 elements");
    assert_false(scenario_param_get(p, "policy.caps[8].count", value, sizeof value));
    assert_string_equal(set_error(p, "policy.caps", "[]"), "");
    assert_int_equal(p->policy.caps.n, 0);
    assert_string_equal(set_error(p, "shoppers.tiers", "none"), "");
    assert_int_equal(p->shoppers.tiers, 0);
    assert_string_equal(set_error(p, "policy.throttle", "none"),
                        "'policy.throttle' is a section, not one parameter; set what is in it, such as "
                        "policy.throttle.mode");
    assert_false(scenario_param_get(p, "policy.nothing", value, sizeof value));
    free(p);
}

static void near_paths_are_found(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"policy.throtle.size", "policy.throttle.size"},
        {"policy.throttle.Size", "policy.throttle.size"},
        {"policy.min-stock", "policy.min_stock"},
        {"min_stock", "policy.min_stock"},
        {"polcy", "policy"},
        {"holdout.fraction", "policy.holdout.fraction"},
        {"shopers", "shoppers"},
        {"supply.restock", "supply.restocks"},
        {"supply.restocks[3].unit", "supply.restocks[3].units"},
        {"respone.open.ios", "response.open.ios"},
        {"feed.latncy.mean", "feed.latency.mean"},
    };
    char buffer[SCENARIO_PATH_TEXT];
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *near = scenario_param_nearest(pairs[i][0], buffer, sizeof buffer);
        if (!near || strcmp(near, pairs[i][1]) != 0) fail_msg("%s: %s", pairs[i][0], near ? near : "nothing");
    }
    assert_null(scenario_param_nearest("xyz", buffer, sizeof buffer));
    assert_null(scenario_param_nearest("", buffer, sizeof buffer));
}

static char *printed(const char *prefix, bool json, size_t *count) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    *count = scenario_params_print(out, prefix, json);
    fclose(out);
    return text;
}

static void the_reference_names_all(void **state) {
    (void)state;
    size_t n, all = scenario_param_count(), longest = 0;
    char *text = printed("", false, &n);
    assert_int_equal(n, all);
    for (size_t i = 0; i < all; i++)
        assert_non_null(strstr(text, scenario_param_at(i).field->path));
    for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        if ((size_t)(end - line) > longest) longest = (size_t)(end - line);
        assert_false(end > line && end[-1] == ' ');
    }
    assert_true(longest <= 100);
    free(text);
    text = printed("policy.throttle.", false, &n);
    assert_int_equal(n, 18);
    free(text);
    text = printed("nothing", true, &n);
    assert_int_equal(n, 0);
    assert_string_equal(text, "[]\n");
    free(text);
}

static void the_json_is_the_table(void **state) {
    (void)state;
    static const char *const keys[] = {"path", "type",    "unit",   "default", "min",
                                       "max",  "choices", "active", "doc"};
    size_t n;
    char *text = printed("", true, &n);
    json_t *all = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(all), scenario_param_count());
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array_get(all, i);
        assert_int_equal(json_object_size(row), sizeof keys / sizeof keys[0]);
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            assert_non_null(json_object_get(row, keys[k]));
        assert_string_equal(json_string_value(json_object_get(row, "path")),
                            scenario_param_at(i).field->path);
        const char *active = json_string_value(json_object_get(row, "active"));
        assert_false(active && active[strlen(active) - 1] == '&');
    }
    json_decref(all);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sound),         cmocka_unit_test(conditions_are_sound),
        cmocka_unit_test(every_field_has_a_row),  cmocka_unit_test(defaults_are_the_engines_own),
        cmocka_unit_test(get_and_set_round_trip), cmocka_unit_test(set_takes_paths_with_an_index),
        cmocka_unit_test(near_paths_are_found),   cmocka_unit_test(the_reference_names_all),
        cmocka_unit_test(the_json_is_the_table),
    };
    return RUN_TESTS(tests);
}
