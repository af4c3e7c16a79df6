/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench.c - writing a run store, beside bare prepared inserts of the same rows.
 *
 *   bench [--trials N] [--decisions N] [--rounds N] FOLDER FILE.csv
 *
 * The run has all that a trial leaves behind without its rows, and as many decisions as asked for, spread
 * over the trials. The bare program knows nothing of runs: once a store was written it reads how many rows
 * each of its tables has, and writes as many of the same columns, types and widths into a file of the same
 * tables, by one prepared statement a table, in one transaction without a journal. It syncs the file at the
 * end, as the store does. What its rows hold is at hand; it makes nothing up. The first round is not counted.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"
#include "tests/bench/bench.h"

enum { ROUNDS_MAX = 21, TABLES_MAX = 40, COLUMNS_MAX = 32, TEXT_SIZE = 64 };

static void *made(void *p) {
    if (!p) stop("no memory");
    return p;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the run ---- */

static uint64_t draw(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static char *text_of(const char *text) {
    return strcpy(made(malloc(strlen(text) + 1)), text);
}

static void fill_trial(store_trial *t, uint32_t replication, size_t decisions, uint64_t *state) {
    t->replication = replication;
    t->events = draw(state);
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        t->tally[i] = (double)(draw(state) % 100000);
    for (int h = 0; h < STORE_HIST_COUNT; h++)
        for (int bin = 100; bin < 250; bin++)
            t->hist[h][bin] = (uint32_t)(1 + draw(state) % 500);
    for (int i = 0; i < STORE_SERIES_COUNT; i++)
        for (int bin = 0; bin < STORE_BINS; bin++)
            t->series[i][bin] = (double)(draw(state) % 5000);
    for (int i = 0; i < STORE_SINCE_COUNT; i++)
        for (int bin = 0; bin < STORE_SINCE_BINS; bin++)
            t->since[i][bin] = (double)(draw(state) % 5000);
    t->decision = made(calloc(decisions ? decisions : 1, sizeof *t->decision));
    t->decisions = decisions;
    for (size_t i = 0; i < decisions; i++)
        t->decision[i] = (store_decision_row){
            .at = 1772409600000 + (int64_t)(i * 4000),
            .restock = (uint32_t)(i / 100),
            .shopper = (uint32_t)(draw(state) % 20000),
            .sku = (uint32_t)(draw(state) % 6),
            .touch = i % 10 ? (uint32_t)i : UINT32_MAX,
            .follows = UINT32_MAX,
            .n = 1,
            .outcome = i % 10 ? "sent" : "ghost",
            .reason = i % 10 ? "slot" : "holdout",
            .source = "notify_me",
            .kind = "restock",
            .channel = "push",
            .arm = i % 10 ? STORE_TREATED : STORE_HELD,
            .level = (int64_t)(draw(state) % 150),
        };
}

static store_run make_run(size_t trials, size_t decisions) {
    uint64_t state = 7;
    store_run run = {.seed = 7, .horizon = 60 * 86400000LL, .price = 60, .holdout = 0.1};
    run.scenario = text_of("waitlist");
    run.title = text_of("A run of the benchmark");
    run.text = text_of("run: {title: A run of the benchmark}\n");
    run.trial = made(calloc(trials, sizeof *run.trial));
    run.trials = trials;
    for (size_t i = 0; i < trials; i++) {
        size_t rows = decisions * (i + 1) / trials - decisions * i / trials;
        fill_trial(&run.trial[i], (uint32_t)i, rows, &state);
    }
    return run;
}

/* ---- what a store holds, for the bare program ---- */

typedef struct {
    char insert[512];
    int columns, type[COLUMNS_MAX];
    char text[COLUMNS_MAX][TEXT_SIZE];
    int64_t whole[COLUMNS_MAX];
    double real[COLUMNS_MAX];
    int64_t rows;
} bare_table;

typedef struct {
    bare_table table[TABLES_MAX];
    size_t tables;
    int64_t rows;
} bare_store;

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    return statement;
}

/* How many rows a table has, and what a row in the middle of it looks like. */
static void look_at_table(sqlite3 *db, const char *name, bare_table *t) {
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", name);
    sqlite3_stmt *statement = prepared(db, sql);
    if (sqlite3_step(statement) == SQLITE_ROW) t->rows = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    snprintf(sql, sizeof sql, "SELECT * FROM %s LIMIT 1 OFFSET %" PRId64, name, t->rows / 2);
    statement = prepared(db, sql);
    t->columns = sqlite3_column_count(statement);
    if (t->columns > COLUMNS_MAX) stop("too many columns");
    if (sqlite3_step(statement) == SQLITE_ROW)
        for (int c = 0; c < t->columns; c++) {
            t->type[c] = sqlite3_column_type(statement, c);
            t->whole[c] = sqlite3_column_int64(statement, c);
            t->real[c] = sqlite3_column_double(statement, c);
            const char *text = (const char *)sqlite3_column_text(statement, c);
            snprintf(t->text[c], TEXT_SIZE, "%s", text ? text : "");
        }
    sqlite3_finalize(statement);
    int used = snprintf(t->insert, sizeof t->insert, "INSERT INTO %s VALUES (?", name);
    for (int c = 1; c < t->columns; c++)
        used += snprintf(t->insert + used, sizeof t->insert - (size_t)used, ", ?");
    snprintf(t->insert + used, sizeof t->insert - (size_t)used, ")");
}

static bare_store *look_at(const char *path) {
    bare_store *b = made(calloc(1, sizeof *b));
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK) stop("the store cannot be opened");
    sqlite3_stmt *tables = prepared(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
    while (sqlite3_step(tables) == SQLITE_ROW) {
        if (b->tables == TABLES_MAX) stop("too many tables");
        look_at_table(db, (const char *)sqlite3_column_text(tables, 0), &b->table[b->tables]);
        b->rows += b->table[b->tables++].rows;
    }
    sqlite3_finalize(tables);
    sqlite3_close(db);
    return b;
}

/* ---- the two ways ---- */

static void write_ours(const char *path, const store_run *run) {
    char error[STORE_ERROR_SIZE];
    if (store_write(path, run, NULL, 0, error) != STORE_OK) stop(error);
}

static void insert_rows(sqlite3 *db, const bare_table *t) {
    sqlite3_stmt *statement = prepared(db, t->insert);
    for (int64_t i = 0; i < t->rows; i++) {
        for (int c = 0; c < t->columns; c++)
            switch (t->type[c]) {
            case SQLITE_INTEGER: sqlite3_bind_int64(statement, c + 1, t->whole[c]); break;
            case SQLITE_FLOAT: sqlite3_bind_double(statement, c + 1, t->real[c]); break;
            case SQLITE_TEXT: sqlite3_bind_text(statement, c + 1, t->text[c], -1, SQLITE_STATIC); break;
            default: sqlite3_bind_null(statement, c + 1);
            }
        if (sqlite3_step(statement) != SQLITE_DONE) stop(sqlite3_errmsg(db));
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
}

/* The tables as the store has them, without keys and indices where there are any: rows alone. */
static void write_bare(const char *path, const bare_store *b, const char *schema) {
    sqlite3 *db;
    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK) stop("no file for the bare inserts");
    static const char begin[] = "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                                "PRAGMA locking_mode=EXCLUSIVE; BEGIN;";
    if (sqlite3_exec(db, begin, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    if (sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    for (size_t i = 0; i < b->tables; i++)
        insert_rows(db, &b->table[i]);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) stop(sqlite3_errmsg(db));
    sqlite3_close(db);
    int fd = open(path, O_RDWR);
    if (fd < 0 || fsync(fd) != 0) stop("no file for the bare inserts");
    close(fd);
}

/* CREATE TABLE name (c1 TYPE, ...) of every table, from the store that was written. */
static char *bare_schema(const char *path) {
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK) stop("the store cannot be opened");
    sqlite3_str *sql = sqlite3_str_new(db);
    sqlite3_stmt *columns =
        prepared(db, "SELECT s.name, group_concat(c.name || ' ' || c.type, ', ') FROM sqlite_schema s, "
                     "pragma_table_info(s.name) c WHERE s.type = 'table' GROUP BY s.name");
    while (sqlite3_step(columns) == SQLITE_ROW)
        sqlite3_str_appendf(sql, "CREATE TABLE %s (%s);", (const char *)sqlite3_column_text(columns, 0),
                            (const char *)sqlite3_column_text(columns, 1));
    sqlite3_finalize(columns);
    char *text = made(sqlite3_str_finish(sql));
    sqlite3_close(db);
    return text;
}

/* ---- table ---- */

int main(int argc, char **argv) {
    size_t trials = number(&argc, &argv, "--trials", 200);
    size_t decisions = number(&argc, &argv, "--decisions", 1000000);
    size_t rounds = number(&argc, &argv, "--rounds", 5);
    if (argc != 3 || rounds > ROUNDS_MAX)
        stop("bench [--trials N] [--decisions N] [--rounds N] FOLDER FILE.csv");
    char ours[4096], bare[4096];
    if (snprintf(ours, sizeof ours, "%s/store.db", argv[1]) >= (int)sizeof ours) stop("too long a name");
    snprintf(bare, sizeof bare, "%s/bare.db", argv[1]);

    store_run run = make_run(trials, decisions);
    write_ours(ours, &run);
    bare_store *b = look_at(ours);
    char *schema = bare_schema(ours);
    double took[2][ROUNDS_MAX + 1], middle[2], begun;
    for (size_t k = 0; k <= rounds; k++) {
        unlink(ours);
        begun = now();
        write_ours(ours, &run);
        took[0][k] = now() - begun;
        unlink(bare);
        begun = now();
        write_bare(bare, b, schema);
        took[1][k] = now() - begun;
    }
    for (int i = 0; i < 2; i++) {
        qsort(took[i] + 1, rounds, sizeof(double), by_value);
        middle[i] = took[i][1 + rounds / 2];
    }
    static const char *const name[] = {"store_write", "bare prepared inserts"};
    FILE *csv = fopen(argv[2], "w");
    if (!csv) stop("the CSV file cannot be written");
    fputs("writer,trials,rows,seconds_median,seconds_least,ratio_to_bare\n", csv);
    printf("Store writing: %zu trials, %zu decisions, %" PRId64 " rows in all, medians of %zu rounds\n",
           trials, decisions, b->rows, rounds);
    printf("%-30s %9s %12s %14s\n", "", "s", "M rows/s", "time / bare's");
    for (int i = 0; i < 2; i++) {
        printf("%-30s %9.3f %12.2f %14.2f\n", name[i], middle[i], (double)b->rows / middle[i] / 1e6,
               middle[i] / middle[1]);
        fprintf(csv, "%s,%zu,%" PRId64 ",%.6f,%.6f,%.4f\n", name[i], trials, b->rows, middle[i], took[i][1],
                middle[i] / middle[1]);
    }
    unlink(ours);
    unlink(bare);
    free(b);
    sqlite3_free(schema);
    store_run_clear(&run);
    return fclose(csv) == 0 ? 0 : 2;
}
