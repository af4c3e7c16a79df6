/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab_folder.c - which folders a run may be written to, and where a named scenario is found.
 */
#include "lab/folder.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/place.h"

static void touch(const char *path) {
    place_put(path, "");
}

static void names_lose_folder_and_ending(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"sneaker", "sneaker"}, {"a/b/sneaker.yaml", "sneaker"},
        {"x.YML", "x"},         {"v1.2", "v1.2"},
        {".yaml", ".yaml"},     {"a.b/c.yaml", "c"},
    };
    char name[64];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        lab_scenario_name(pairs[i][0], name, sizeof name);
        assert_string_equal(name, pairs[i][1]);
    }
}

static void a_run_goes_only_where_no_one_else_writes(void **state) {
    (void)state;
    lab_error error;
    assert_int_equal(lab_folder_check("new/deep/er", &error), LAB_OK);
    assert_int_equal(access("new", F_OK), -1); /* looking changes nothing */
    assert_int_equal(mkdir("empty", 0777), 0);
    assert_int_equal(lab_folder_check("empty", &error), LAB_OK);
    assert_int_equal(mkdir("theirs", 0777), 0);
    touch("theirs/thesis.txt");
    assert_int_equal(lab_folder_check("theirs", &error), LAB_BAD_INPUT);
    assert_string_equal(error.text,
                        "theirs: the folder is not empty and holds no run.db of an earlier run; name "
                        "another one with -o");
    touch("theirs/run.db");
    assert_int_equal(lab_folder_check("theirs", &error), LAB_OK);
    assert_int_equal(lab_folder_check("theirs/thesis.txt", &error), LAB_BAD_INPUT);
    assert_int_equal(lab_folder_check("theirs/thesis.txt/run", &error), LAB_BAD_INPUT);
    assert_int_equal(lab_folder_check("", &error), LAB_BAD_INPUT);
}

static void folders_are_made_with_their_parents(void **state) {
    (void)state;
    lab_error error;
    struct stat info;
    assert_int_equal(lab_folder_make("a/b//c/", &error), LAB_OK);
    assert_int_equal(stat("a/b/c", &info), 0);
    assert_int_equal(lab_folder_make("a/b/c", &error), LAB_OK);
    touch("file");
    assert_int_equal(lab_folder_make("file", &error), LAB_FAILED);
    assert_int_equal(lab_folder_make("file/x", &error), LAB_FAILED);
}

static void scenarios_are_found_by_path_and_by_name(void **state) {
    (void)state;
    lab_error error;
    char path[LAB_PATH_SIZE];
    touch("mine.yaml");
    assert_int_equal(lab_scenario_find("mine.yaml", path, &error), LAB_OK);
    assert_string_equal(path, "mine.yaml");
    assert_int_equal(lab_folder_make("scenarios/library", &error), LAB_OK);
    touch("scenarios/library/shoe-of-the-test.yaml");
    assert_int_equal(lab_scenario_find("shoe-of-the-test", path, &error), LAB_OK);
    assert_string_equal(path, "scenarios/library/shoe-of-the-test.yaml");
    setenv("RESTOCKLAB_DATA", "data", 1);
    assert_int_equal(lab_folder_make("data/library", &error), LAB_OK);
    touch("data/library/shoe-of-the-data.yaml");
    touch("data/library/shoe-of-the-test.yaml");
    assert_int_equal(lab_scenario_find("shoe-of-the-data", path, &error), LAB_OK);
    assert_string_equal(path, "data/library/shoe-of-the-data.yaml");
    assert_int_equal(lab_scenario_find("shoe-of-the-test", path, &error), LAB_OK);
    assert_string_equal(path, "scenarios/library/shoe-of-the-test.yaml"); /* the current folder goes first */
    unsetenv("RESTOCKLAB_DATA");
    assert_int_equal(lab_scenario_find("shoe-of-the-data", path, &error), LAB_BAD_INPUT);
    assert_int_equal(lab_scenario_find("no-such-shoe", path, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "no-such-shoe: neither a file nor the name of a shipped scenario");
    assert_int_equal(lab_scenario_find("no/such.yaml", path, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "no/such.yaml: No such file or directory");
    assert_int_equal(lab_scenario_find("scenarios", path, &error), LAB_BAD_INPUT);
    assert_string_equal(error.text, "scenarios: is a folder, not a scenario file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_folder_and_ending),
        cmocka_unit_test_setup_teardown(a_run_goes_only_where_no_one_else_writes, place_go, place_return),
        cmocka_unit_test_setup_teardown(folders_are_made_with_their_parents, place_go, place_return),
        cmocka_unit_test_setup_teardown(scenarios_are_found_by_path_and_by_name, place_go, place_return),
    };
    return RUN_TESTS(tests);
}
