/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios_yaml.c - scenarios as files: what loads, and the exact message where one does not.
 *
 * tests/golden/scenarios/bad holds pairs: NAME.yaml, and NAME.txt with the message that it must give. With
 * GOLDEN_UPDATE=1 in the environment the messages are written instead of compared; read them before they are
 * committed. tests/golden/scenarios/good holds scenarios that must load.
 */
#include "tests/support.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenarios/params.h"

#define GOLDEN "tests/golden/scenarios"

typedef void visitor(const char *name);

/* Calls visit for each .yaml of a folder, from inside that folder. Returns how many there were. */
static size_t each_yaml(const char *folder, visitor *visit) {
    char here[4096];
    DIR *dir = opendir(folder);
    size_t n = 0;
    assert_non_null(getcwd(here, sizeof here));
    assert_non_null(dir);
    assert_int_equal(chdir(folder), 0);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t size = strlen(entry->d_name);
        if (size < 6 || strcmp(entry->d_name + size - 5, ".yaml") != 0) continue;
        visit(entry->d_name);
        n++;
    }
    closedir(dir);
    assert_int_equal(chdir(here), 0);
    return n;
}

static void expect_message(const char *name) {
    char file[256], want[SCENARIO_ERROR_SIZE + 2] = "", got[SCENARIO_ERROR_SIZE + 2];
    scenario *s = NULL;
    scenario_error error = {""};
    scenario_status status = scenario_load(name, NULL, 0, &s, &error);
    snprintf(got, sizeof got, "%s\n", error.text);
    snprintf(file, sizeof file, "%.*s.txt", (int)strlen(name) - 5, name);
    bool update = getenv("GOLDEN_UPDATE") != NULL;
    FILE *f = fopen(file, update ? "w" : "r");
    if (f && update) fputs(got, f);
    if (f && !update) want[fread(want, 1, sizeof want - 1, f)] = '\0';
    if (f) fclose(f);
    if (status != SCENARIO_BAD_INPUT || s || (!update && strcmp(got, want) != 0))
        fail_msg("%s: got\n%swanted\n%s", name, got, want);
}

static void bad_files_give_their_message(void **state) {
    (void)state;
    unsetenv("RESTOCKLAB_DATA");
    unsetenv("ZONEINFO");
    assert_true(each_yaml(GOLDEN "/bad", expect_message) >= 60);
}

static void expect_loads(const char *name) {
    scenario *s = NULL;
    scenario_error error = {""};
    if (scenario_load(name, NULL, 0, &s, &error) != SCENARIO_OK) fail_msg("%s", error.text);
    assert_string_equal(s->path, name);
    scenario_destroy(s);
}

static void good_files_load(void **state) {
    (void)state;
    assert_true(each_yaml(GOLDEN "/good", expect_loads) >= 8);
}

static scenario *parse(const char *text, size_t size) {
    scenario *s = NULL;
    scenario_error error = {""};
    if (scenario_parse("mem.yaml", text, size, NULL, 0, &s, &error) != SCENARIO_OK)
        fail_msg("%s", error.text);
    return s;
}

static void every_kind_of_value_arrives(void **state) {
    (void)state;
    const char text[] = "run: {title: \"A: caf\\u00e9\", horizon: 1.5d, start: 2026-03-01T08:30:00Z}\n"
                        "catalog:\n"
                        "  price: 12.50\n"
                        "  variants: [{name: S}, {name: M, share: 3}]\n"
                        "supply:\n"
                        "  mode: explicit\n"
                        "  restocks:\n"
                        "    - {after: 1h, units: 24}\n"
                        "    - {units: 2, after: 6h, product: 0}\n"
                        "policy:\n"
                        "  throttle: {mode: per_unit, per_unit: 7}\n"
                        "  require_optin: false\n"
                        "  caps:\n"
                        "    - {count: 2, per: 1d}\n";
    scenario *s = parse(text, sizeof text - 1);
    assert_string_equal(s->p.run.title, "A: caf\xc3\xa9");
    assert_int_equal(s->p.run.horizon, 36 * 3600000);
    assert_int_equal(s->p.run.start, 1772353800000);
    assert_true(s->p.catalog.price == 12.5);
    assert_int_equal(s->p.catalog.variants, 2);
    assert_string_equal(s->p.catalog.variant[1].name, "M");
    assert_true(s->p.catalog.variant[0].share == 1 && s->p.catalog.variant[1].share == 3);
    assert_int_equal(s->p.supply.restocks, 2);
    assert_int_equal(s->p.supply.restock[0].product, -1);
    assert_int_equal(s->p.supply.restock[1].product, 0);
    assert_int_equal(s->p.supply.restock[1].units, 2);
    assert_int_equal(s->p.supply.restock[1].after, 6 * 3600000);
    assert_int_equal(s->p.policy.throttle.mode, BIS_THROTTLE_PER_UNIT);
    assert_int_equal(s->p.policy.throttle.per_unit, 7);
    assert_false(s->p.policy.consent.require_optin);
    assert_int_equal(s->p.policy.caps.n, 1);
    assert_int_equal(s->p.policy.caps.cap[0].count, 2);
    assert_int_equal(s->p.policy.caps.cap[0].per, 86400000);
    assert_string_equal(s->text, text);
    assert_int_equal(s->text_size, sizeof text - 1);
    scenario_destroy(s);
}

static void lists_sets_and_times_of_day_arrive(void **state) {
    (void)state;
    const char text[] = "catalog:\n"
                        "  variants:\n"
                        "    S: {share: 2}\n"
                        "    M:\n"
                        "    \"L: long\": {}\n"
                        "policy:\n"
                        "  caps:\n"
                        "    - {count: 1, channels: [push, email], obeys: none, counts: restock+other}\n"
                        "    - {channels: sms, obeys: []}\n"
                        "  stages:\n"
                        "    - name: first\n"
                        "      who: {tier: [2, 31], source: notify_me}\n"
                        "    - who:\n"
                        "        source: [cart, browse]\n"
                        "      after: 2h\n"
                        "  quiet_hours: {start: 22:00, end: 07:30}\n";
    scenario *s = parse(text, sizeof text - 1);
    assert_int_equal(s->p.catalog.variants, 3);
    assert_string_equal(s->p.catalog.variant[0].name, "S");
    assert_string_equal(s->p.catalog.variant[2].name, "L: long");
    assert_true(s->p.catalog.variant[0].share == 2 && s->p.catalog.variant[1].share == 1);
    const bis_cap *cap = s->p.policy.caps.cap;
    assert_int_equal(cap[0].channels, 1 << BIS_PUSH | 1 << BIS_EMAIL);
    assert_int_equal(cap[0].obeys, 0);
    assert_int_equal(cap[0].counts, 1 << BIS_KIND_RESTOCK | 1 << BIS_KIND_OTHER);
    assert_int_equal(cap[1].channels, 1 << BIS_SMS);
    assert_int_equal(cap[1].obeys, 0);
    const bis_stage *stage = s->p.policy.stages.stage;
    assert_int_equal(s->p.policy.stages.n, 2);
    assert_int_equal(stage[0].tiers, UINT32_C(1) << 31 | 1 << 2);
    assert_int_equal(stage[0].sources, 1 << BIS_NOTIFY_ME);
    assert_int_equal(stage[1].sources, 1 << BIS_CART | 1 << BIS_BROWSE);
    assert_int_equal(stage[1].after, 2 * 3600000);
    assert_int_equal(s->p.policy.quiet.start, 22 * 3600000);
    assert_int_equal(s->p.policy.quiet.end, 450 * 60000);
    scenario_destroy(s);
}

static void a_list_by_name_is_the_list(void **state) {
    (void)state;
    const char a[] = "shoppers: {tiers: {basic: {share: 3}, gold: {visits: 2}}}\n"
                     "policy: {stages: {gold: {who: {tier: 1}}, all: {after: 1h}}}\n";
    const char b[] = "policy: {stages: [{name: gold, who: {tier: [1]}}, {name: all, after: 1h}]}\n"
                     "shoppers: {tiers: [{name: basic, share: 3}, {name: gold, visits: 2}]}\n";
    scenario *x = parse(a, sizeof a - 1), *y = parse(b, sizeof b - 1);
    assert_true(x->hash == y->hash);
    assert_int_equal(x->p.shoppers.tiers, 2);
    scenario_destroy(x);
    scenario_destroy(y);
}

static void layout_does_not_change_the_hash(void **state) {
    (void)state;
    const char a[] = "run: {seed: 3, horizon: 168h}\n";
    const char b[] = "\xef\xbb\xbf# the same\r\n---\r\nrun:\r\n  horizon: 1w\r\n  seed: 3\r\nfeed:\r\n";
    const char c[] = "run: {seed: 4, horizon: 168h}\n";
    scenario *x = parse(a, sizeof a - 1), *y = parse(b, sizeof b - 1), *z = parse(c, sizeof c - 1);
    assert_true(x->hash == y->hash);
    assert_true(x->hash != z->hash);
    scenario_destroy(x);
    scenario_destroy(y);
    scenario_destroy(z);
}

/* Loads `size` bytes made of `unit` over and over after `head`; returns the seconds it took. */
static double time_of(const char *head, const char *unit, size_t size, scenario_status *status,
                      scenario_error *error) {
    char *text = malloc(size);
    size_t n = strlen(head), step = strlen(unit);
    assert_non_null(text);
    memcpy(text, head, n);
    for (; n + step <= size; n += step)
        memcpy(text + n, unit, step);
    struct timespec a, b;
    scenario *s = NULL;
    clock_gettime(CLOCK_MONOTONIC, &a);
    *status = scenario_parse("big.yaml", text, n, NULL, 0, &s, error);
    clock_gettime(CLOCK_MONOTONIC, &b);
    scenario_destroy(s);
    free(text);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

/* A megabyte of anything takes a time in proportion: even a build with sanitizers is far below the bound, and
 * a quadratic step would be far above it. */
static void a_megabyte_is_read_in_linear_time(void **state) {
    (void)state;
    static const char *const shape[][2] = {
        {"", "# comment\n"},
        {"run:\n  title: ", "[[[[[[[["},
        {"", "{a: "},
        {"", "? - "},
        {"run:\n  title: ", "x x\n    "},
        {"", "a\n"},
        {"run: {title: \"", "\\u0041"},
        {"", "- - - - "},
        {"catalog:\n  variants:\n", "  - {name: x}\n"},
        {"", "a: 1\n"},
        {"", "&a "},
    };
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++) {
        scenario_status status;
        scenario_error error = {""};
        double seconds = time_of(shape[i][0], shape[i][1], 1024 * 1024, &status, &error);
        assert_int_equal(status, SCENARIO_BAD_INPUT);
        if (seconds > 5) fail_msg("shape %zu took %.1f s", i, seconds);
    }
}

static void a_larger_file_is_refused(void **state) {
    (void)state;
    scenario_status status;
    scenario_error error = {""};
    time_of("", "# comment\n", 1024 * 1024 + 10, &status, &error);
    assert_int_equal(status, SCENARIO_BAD_INPUT);
    assert_string_equal(
        error.text,
        "big.yaml: larger than 1 MiB; a scenario holds parameters, and data belongs in trace files");
}

static void absent_files_and_folders_are_named(void **state) {
    (void)state;
    scenario *s = NULL;
    scenario_error error;
    assert_int_equal(scenario_load("no/such.yaml", NULL, 0, &s, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "no/such.yaml: No such file or directory");
    assert_int_equal(scenario_load("tests", NULL, 0, &s, &error), SCENARIO_BAD_INPUT);
    assert_string_equal(error.text, "tests: Is a directory");
    assert_null(s);
    scenario_destroy(NULL);
}

static void shipped_scenarios_load(void **state) {
    (void)state;
    scenario *s = NULL;
    scenario_error error = {""};
    if (scenario_load("scenarios/library/sneaker.yaml", NULL, 0, &s, &error) != SCENARIO_OK)
        fail_msg("%s", error.text);
    assert_int_equal(s->p.catalog.variants, 8);
    assert_int_equal(s->p.supply.restocks, 3);
    scenario_destroy(s);
    const char *data = support_data_dir();
    if (!data) {
        print_message("skipped: the data set of fresh-store.yaml is not here\n");
        return;
    }
    setenv("RESTOCKLAB_DATA", data, 1);
    if (scenario_load("scenarios/library/fresh-store.yaml", NULL, 0, &s, &error) != SCENARIO_OK)
        fail_msg("%s", error.text);
    assert_int_equal(s->named->skus, 938);
    scenario_destroy(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_scenarios_load), /* first: another test takes RESTOCKLAB_DATA away */
        cmocka_unit_test(bad_files_give_their_message),
        cmocka_unit_test(good_files_load),
        cmocka_unit_test(every_kind_of_value_arrives),
        cmocka_unit_test(lists_sets_and_times_of_day_arrive),
        cmocka_unit_test(a_list_by_name_is_the_list),
        cmocka_unit_test(layout_does_not_change_the_hash),
        cmocka_unit_test(a_megabyte_is_read_in_linear_time),
        cmocka_unit_test(a_larger_file_is_refused),
        cmocka_unit_test(absent_files_and_folders_are_named),
    };
    return RUN_TESTS(tests);
}
