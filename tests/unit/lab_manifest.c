/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_manifest.c - the manifest's rows depend on the input alone; the probe of libm repeats itself.
 */
#include "lab/manifest.h"

#include <string.h>

#include "tests/support.h"

static const char *value_of(const store_run *run, const char *key) {
    for (size_t i = 0; i < run->manifest_rows; i++)
        if (strcmp(run->manifest[i].key, key) == 0) return run->manifest[i].value;
    return NULL;
}

static void the_rows_say_what_was_run(void **state) {
    (void)state;
    char text[] = "run: {}\n", name[] = "inventory", file[] = "stock.csv";
    scenario s = {.text = text, .text_size = sizeof text - 1, .hash = 0x1234};
    store_trace trace = {.name = name, .file = file, .hash = 0xabcdef};
    store_run run = {.seed = 42, .trace = &trace, .traces = 1};
    assert_true(lab_manifest_fill(&run, &s, 20));
    assert_string_equal(value_of(&run, "program"), "restocklab");
    assert_string_equal(value_of(&run, "version"), lab_version());
    assert_int_equal(strlen(value_of(&run, "source")), 16);
    assert_string_equal(value_of(&run, "parameters"), "0000000000001234");
    assert_string_equal(value_of(&run, "trace_inventory"), "0000000000abcdef");
    assert_string_equal(value_of(&run, "seed"), "42");
    assert_string_equal(value_of(&run, "replications"), "20");
    assert_null(value_of(&run, "threads")); /* the host's facts stand elsewhere */
    store_run rows = {.manifest = run.manifest, .manifest_rows = run.manifest_rows};
    store_run_clear(&rows); /* the rest is not its own */
}

static void the_probe_repeats_itself(void **state) {
    (void)state;
    assert_true(lab_libm_probe() == lab_libm_probe());
    assert_true(lab_libm_probe() != 0);
}

static void the_host_has_no_empty_row(void **state) {
    (void)state;
    lab_host host;
    lab_host_fill(&host, 2, 1772323200);
    assert_true(host.rows >= 6 && host.rows <= LAB_HOST_ROWS);
    for (size_t i = 0; i < host.rows; i++)
        assert_true(strlen(host.row[i].value) > 0);
    assert_string_equal(host.row[0].key, "threads");
    assert_string_equal(host.row[0].value, "2");
    for (size_t i = 0; i < host.rows; i++)
        if (strcmp(host.row[i].key, "started") == 0)
            assert_string_equal(host.row[i].value, "2026-03-01T00:00:00Z");
}

static void the_scenarios_place_is_whole_or_left_out(void **state) {
    (void)state;
    lab_host host;
    char path[LAB_HOST_TEXT + 1];
    lab_host_fill(&host, 2, 1772323200);
    size_t rows = host.rows;
    memset(path, 'x', sizeof path);
    path[LAB_HOST_TEXT] = '\0';
    lab_host_scenario(&host, "scenario_file", path);
    assert_int_equal(host.rows, rows);
    path[LAB_HOST_TEXT - 1] = '\0';
    lab_host_scenario(&host, "scenario_file", path);
    assert_int_equal(host.rows, rows + 1);
    assert_string_equal(host.row[rows].key, "scenario_file");
    assert_string_equal(host.row[rows].value, path);
    while (host.rows < LAB_HOST_ROWS)
        lab_host_scenario(&host, "scenario_file", "a");
    lab_host_scenario(&host, "scenario_file", "a");
    assert_int_equal(host.rows, LAB_HOST_ROWS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_say_what_was_run),
        cmocka_unit_test(the_probe_repeats_itself),
        cmocka_unit_test(the_host_has_no_empty_row),
        cmocka_unit_test(the_scenarios_place_is_whole_or_left_out),
    };
    return RUN_TESTS(tests);
}
