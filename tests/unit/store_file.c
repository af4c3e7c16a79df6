/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run store as a file: what people find in it, and what is left of it when writing or reading fails.
 */
#define _XOPEN_SOURCE 700 /* SIGXFSZ */
#include "tests/place.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/store.h"

static char folder[PLACE_PATH], file[PLACE_PATH], error[STORE_ERROR_SIZE];

static int make_folder(void **state) {
    (void)state;
    place_make(folder);
    place_path(file, "%s/run.db", folder);
    error[0] = '\0';
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(file);
    return rmdir(folder); /* fails if a temporary file was left behind */
}

/* `trials` replications with a few counts each. */
static store_run small_run(size_t trials) {
    store_run run = {.scenario = strdup("sneakers"), .seed = UINT64_MAX, .trials = trials};
    run.trial = calloc(trials, sizeof *run.trial);
    for (size_t i = 0; i < trials; i++) {
        run.trial[i].replication = (uint32_t)i;
        run.trial[i].tally[STORE_T_sends] = 100 + (double)i;
        run.trial[i].ledger[0] = (store_ledger_row){"suppressed", "capped", 7};
        run.trial[i].ledger_rows = 1;
    }
    return run;
}

static void write_small(size_t trials) {
    store_run run = small_run(trials);
    assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_OK);
    store_run_clear(&run);
}

/* The first column of every row, joined by spaces. */
static void query(const char *sql, char *out, size_t size) {
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    out[0] = '\0';
    assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(s, 0);
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", used ? " " : "", text ? (const char *)text : "null");
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void assert_query(const char *sql, const char *want) {
    char got[4096];
    query(sql, got, sizeof got);
    assert_string_equal(got, want);
}

static void metrics_are_columns_of_a_view(void **state) {
    (void)state;
    const double ctr[] = {0.25, NAN, 0.1}, odd[] = {1, 2, 3};
    const store_metric metric[] = {
        {.name = "ctr",
         .unit = "share",
         .definition = "clicked / delivered",
         .direction = "up",
         .by_trial = ctr,
         .mean = 0.175,
         .lo = NAN,
         .hi = NAN,
         .sd = 0.1,
         .n = 2},
        {.name = "it's \"odd\"",
         .unit = "",
         .definition = "",
         .direction = "",
         .by_trial = odd,
         .mean = 2,
         .lo = 1,
         .hi = 3,
         .sd = 1,
         .n = 3},
    };
    store_run run = small_run(3);
    assert_int_equal(store_write(file, &run, metric, 2, error), STORE_OK);
    store_run_clear(&run);
    assert_query("SELECT name FROM pragma_table_info('trial_metrics')", "replication ctr it's \"odd\"");
    assert_query("SELECT ctr FROM trial_metrics ORDER BY replication", "0.25 null 0.1");
    assert_query("SELECT \"it's \"\"odd\"\"\" FROM trial_metrics ORDER BY replication", "1.0 2.0 3.0");
    assert_query("SELECT lo FROM summary WHERE name = 'ctr'", "null");
    assert_query("SELECT n FROM summary ORDER BY name", "2 3");
    assert_query("SELECT count(*) FROM metric", "6");
    assert_query("SELECT seed FROM run", "18446744073709551615");
    assert_query("SELECT sum(n) FROM ledger WHERE reason = 'capped'", "21.0");
    assert_query("SELECT value FROM tally WHERE name = 'sends' ORDER BY replication", "100.0 101.0 102.0");
}

static void without_metrics_the_view_is_there(void **state) {
    (void)state;
    write_small(2);
    assert_query("SELECT replication FROM trial_metrics", "0 1");
}

static void every_counted_name_is_explained(void **state) {
    (void)state;
    char want[4096] = "";
    write_small(1);
    for (int i = 0; i < STORE_TALLY_COUNT; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT meaning FROM dictionary WHERE kind = 'tally' AND name = '%s'",
                 store_tally_name((store_tally)i));
        assert_query(sql, store_tally_doc((store_tally)i));
    }
    snprintf(want, sizeof want, "%d",
             STORE_TALLY_COUNT + STORE_HIST_COUNT + STORE_SERIES_COUNT + STORE_SINCE_COUNT);
    assert_query("SELECT count(*) FROM dictionary WHERE meaning <> ''", want);
    /* the columns of the wide tables are the names of the dictionary */
    assert_query("SELECT name FROM pragma_table_info('series') WHERE name NOT IN"
                 " (SELECT name FROM dictionary WHERE kind = 'series')",
                 "replication bin");
    assert_query("SELECT name FROM pragma_table_info('since') WHERE name NOT IN"
                 " (SELECT name FROM dictionary WHERE kind = 'since')",
                 "replication bin");
}

/* ---- failures of writing ---- */

static void fails_to_write(const char *path, const char *reason) {
    store_run run = small_run(50);
    assert_int_equal(store_write(path, &run, NULL, 0, error), STORE_FAILED);
    store_run_clear(&run);
    assert_non_null(strstr(error, "cannot write "));
    assert_non_null(strstr(error, path));
    if (!strstr(error, reason)) fail_msg("'%s' does not say '%s'", error, reason);
}

static void a_folder_that_is_not_there(void **state) {
    (void)state;
    char path[PLACE_PATH];
    place_path(path, "%s/gone/run.db", folder);
    fails_to_write(path, "No such file");
    fails_to_write("/proc/run.db", "cannot write /proc/run.db: ");
    place_path(path, "%s/", folder);
    fails_to_write(path, "Is a directory");
}

static void a_folder_in_the_place_of_the_file(void **state) {
    (void)state;
    assert_int_equal(mkdir(file, 0700), 0);
    fails_to_write(file, "Is a directory");
    assert_int_equal(rmdir(file), 0);
}

static void a_full_disk_leaves_what_was_there(void **state) {
    (void)state;
    struct stat whole;
    write_small(50);
    assert_int_equal(stat(file, &whole), 0);
    write_small(2);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (rlim_t size = 0; size < (rlim_t)whole.st_size; size += (rlim_t)whole.st_size / 12 + 1) {
        small = (struct rlimit){.rlim_cur = size, .rlim_max = before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        store_run run = small_run(50);
        store_status status = store_write(file, &run, NULL, 0, error);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        store_run_clear(&run);
        assert_int_equal(status, STORE_FAILED);
        store_run old;
        assert_int_equal(store_read(file, &old, error), STORE_OK);
        assert_int_equal(old.trials, 2);
        store_run_clear(&old);
    }
    signal(SIGXFSZ, handler);
}

static void trials_of_one_number_are_refused(void **state) {
    (void)state;
    store_run run = small_run(2);
    run.trial[1].replication = 0;
    assert_int_equal(store_write(file, &run, NULL, 0, error), STORE_FAILED);
    assert_non_null(strstr(error, "UNIQUE"));
    assert_int_not_equal(access(file, F_OK), 0);
    store_run_clear(&run);
}

static void remove_temporaries(void) {
    DIR *d = opendir(folder);
    for (struct dirent *e; (e = readdir(d));) {
        char path[PLACE_PATH];
        place_path(path, "%s/%s", folder, e->d_name);
        if (strncmp(e->d_name, ".run.db.", 8) == 0) unlink(path);
    }
    closedir(d);
}

/* Whenever the writer is killed, run.db is either absent or whole. */
static void a_killed_writer_leaves_no_half_run(void **state) {
    (void)state;
    for (long wait_us = 0; wait_us < 60000; wait_us += 4000) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            store_run run = small_run(60);
            store_write(file, &run, NULL, 0, error);
            _exit(0);
        }
        nanosleep(&(struct timespec){.tv_nsec = wait_us * 1000}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        store_run back = {0};
        store_status status = store_read(file, &back, error);
        if (access(file, F_OK) == 0) {
            assert_int_equal(status, STORE_OK);
            assert_int_equal(back.trials, 60);
        } else {
            assert_int_equal(status, STORE_FAILED);
        }
        store_run_clear(&back);
        unlink(file);
        remove_temporaries();
    }
}

/* ---- files that are not runs ---- */

static void fails_to_read(store_status want, const char *reason) {
    store_run back;
    assert_int_equal(store_read(file, &back, error), want);
    assert_non_null(strstr(error, want == STORE_FAILED ? "cannot read " : "is not a restocklab run store: "));
    assert_non_null(strstr(error, file));
    if (!strstr(error, reason)) fail_msg("'%s' does not say '%s'", error, reason);
}

static void execute(const char *sql) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void files_that_are_no_stores(void **state) {
    (void)state;
    fails_to_read(STORE_FAILED, "No such file");
    place_put(file, "");
    fails_to_read(STORE_NOT_A_RUN, "another program's database");
    FILE *f = fopen(file, "w");
    for (int i = 0; i < 1000; i++)
        fputs("timestamp,sku,available\n", f);
    fclose(f);
    fails_to_read(STORE_NOT_A_RUN, "not a database");
    unlink(file);
    execute("CREATE TABLE notes(text)");
    fails_to_read(STORE_NOT_A_RUN, "another program's database");
    unlink(file);
    assert_int_equal(mkdir(file, 0700), 0);
    fails_to_read(STORE_NOT_A_RUN, "not a plain file");
    assert_int_equal(rmdir(file), 0);
    assert_int_equal(symlink("/etc/passwd", file), 0);
    fails_to_read(STORE_NOT_A_RUN, "not a plain file");
}

static void stores_that_were_edited(void **state) {
    (void)state;
    static const struct {
        const char *sql, *says;
    } edit[] = {
        {"PRAGMA user_version = 99", "version 99"},
        {"DROP TABLE decision", "no such table: decision"},
        {"DELETE FROM run", "table run is empty"},
        {"DELETE FROM tally WHERE name = 'sends' AND replication = 1", "table tally is not complete"},
        {"UPDATE tally SET name = 'likes' WHERE name = 'sends'", "table tally holds a value that no run has"},
        {"INSERT INTO histogram VALUES (0, 'depletion', 416, 0, 0, 1)", "histogram holds a value"},
        {"INSERT INTO histogram VALUES (0, 'depletion', 5, 0, 0, -1)", "histogram holds a value"},
        {"UPDATE series SET bin = bin + 1000 WHERE replication = 1", "series holds a value"},
        {"INSERT INTO tier_share VALUES (0, 8, 1, 1)", "tier_share holds a value"},
        {"INSERT INTO tier VALUES (3, 'gold')", "tier holds a value"},
        {"INSERT INTO template VALUES (8, 'loud')", "template holds a value"},
        {"INSERT INTO policy_arm VALUES (0, 'a', 1); INSERT INTO policy_arm VALUES (2, 'b', 1)",
         "policy_arm holds a value"},
        {"INSERT INTO policy_arm_outcome VALUES (0, 8, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)",
         "policy_arm_outcome holds a value"},
        {"INSERT INTO template_answers VALUES (0, 8, 1, 1, 1, 1, 1, 1)", "template_answers holds a value"},
        {"INSERT INTO ledger VALUES (7, 'sent', 'none', 1)", "ledger holds a value"},
        {"WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 80)"
         " INSERT INTO ledger SELECT 0, 'sent', 'none', i FROM c",
         "ledger holds a value"},
        {"INSERT INTO shopper(replication, arm, reached) VALUES (0, 'both', 1)", "shopper holds a value"},
        {"INSERT INTO restock(replication, sku) VALUES (0, -3)", "restock holds a value"},
        {"INSERT INTO restock(replication, sku) VALUES (0, 5000000000)", "restock holds a value"},
        {"INSERT INTO trace(hash) VALUES ('xyz')", "trace holds a value"},
        {"UPDATE run SET seed = ''", "run holds a value"},
        {"DELETE FROM trial WHERE replication = 1", "table tally is not complete"},
        {"DROP TABLE manifest; CREATE VIEW manifest AS SELECT 'a' AS key, 'b' AS value", "view"},
        {"WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM c WHERE i < 2000)"
         " INSERT INTO orders(replication, how) SELECT 0, 'word' || i FROM c",
         "orders holds a value"},
    };
    for (size_t i = 0; i < sizeof edit / sizeof *edit; i++) {
        write_small(2);
        execute(edit[i].sql);
        fails_to_read(STORE_NOT_A_RUN, edit[i].says);
        unlink(file);
    }
}

static void odd_names_of_files_work(void **state) {
    (void)state;
    char odd[PLACE_PATH];
    place_path(odd, "%s/a b%%41?x#y&'\"\xc3\xa9.db", folder);
    store_run run = small_run(1), back;
    assert_int_equal(store_write(odd, &run, NULL, 0, error), STORE_OK);
    assert_int_equal(access(odd, F_OK), 0);
    assert_int_equal(store_read(odd, &back, error), STORE_OK);
    assert_string_equal(back.scenario, "sneakers");
    unlink(odd);
    store_run_clear(&run);
    store_run_clear(&back);
}

static void a_linked_folder_works(void **state) {
    (void)state;
    char link_name[PLACE_PATH], linked[PLACE_PATH];
    place_path(link_name, "%s/link", folder);
    place_path(linked, "%s/run.db", link_name);
    assert_int_equal(symlink(folder, link_name), 0);
    store_run run = small_run(1), back;
    assert_int_equal(store_write(linked, &run, NULL, 0, error), STORE_OK);
    assert_int_equal(store_read(linked, &back, error), STORE_OK);
    store_run_clear(&run);
    store_run_clear(&back);
    unlink(link_name);
}

static void clear_is_safe_on_nothing(void **state) {
    (void)state;
    store_run run = {0};
    store_run_clear(NULL);
    store_run_clear(&run);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(metrics_are_columns_of_a_view),     IN_FOLDER(without_metrics_the_view_is_there),
        IN_FOLDER(every_counted_name_is_explained),   IN_FOLDER(a_folder_that_is_not_there),
        IN_FOLDER(a_folder_in_the_place_of_the_file), IN_FOLDER(a_full_disk_leaves_what_was_there),
        IN_FOLDER(trials_of_one_number_are_refused),  IN_FOLDER(a_killed_writer_leaves_no_half_run),
        IN_FOLDER(files_that_are_no_stores),          IN_FOLDER(stores_that_were_edited),
        IN_FOLDER(odd_names_of_files_work),           IN_FOLDER(a_linked_folder_works),
        cmocka_unit_test(clear_is_safe_on_nothing),
    };
    return RUN_TESTS(tests);
}
