/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * journal.c - see journal.h: opening a journal, and writing to it.
 *
 * Write-ahead logging under an exclusive lock, as for sweeps; but a commit waits for the disk (synchronous =
 * FULL), for what has been acknowledged must not be lost by a power failure. The note of what was printed
 * needs no such care: it is written without waiting.
 */
#include "store/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/journal_inside.h"
#include "store/path.h"
#include "store/schema.h"

store_status store_journal_says(store_journal *j, char *error) {
    int rc = j->db ? sqlite3_errcode(j->db) & 0xff : SQLITE_NOMEM;
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
        snprintf(error, STORE_ERROR_SIZE, "%.300s: another process holds this journal", j->name);
        return STORE_FAILED;
    }
    snprintf(error, STORE_ERROR_SIZE, "%.300s: %.180s", j->name,
             j->db ? sqlite3_errmsg(j->db) : "out of memory");
    return rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT ? STORE_NOT_A_RUN : STORE_FAILED;
}

static store_status run(store_journal *j, const char *sql, char *error) {
    return sqlite3_exec(j->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STORE_OK : store_journal_says(j, error);
}

static int64_t number(store_journal *j, const char *sql) {
    sqlite3_stmt *row = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(j->db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
        value = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return value;
}

/* ---- opening ---- */

static store_status put_head(store_journal *j, const char *key, const char *value, char *error) {
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(j->db, "INSERT INTO head (key, value) VALUES (?, ?)", -1, &row, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 2, value, -1, SQLITE_STATIC);
        sqlite3_step(row);
    }
    return sqlite3_finalize(row) == SQLITE_OK && row ? STORE_OK : store_journal_says(j, error);
}

static store_status make_tables(store_journal *j, char *error) {
    sqlite3_str *sql = sqlite3_str_new(j->db);
    sqlite3_str_appendf(sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_JOURNAL_ID,
                        STORE_JOURNAL_VERSION);
    for (size_t i = 0; i < store_journal_lines; i++)
        sqlite3_str_appendall(sql, store_journal_line[i]);
    sqlite3_str_appendall(sql, "INSERT INTO mark (one, printed) VALUES (1, 0)");
    char *text = sqlite3_str_finish(sql);
    store_status status = text ? run(j, text, error) : store_journal_says(j, error);
    sqlite3_free(text);
    return status;
}

static store_status begin(store_journal *j, const store_journal_head *head, char *error) {
    store_status status = run(j, "BEGIN IMMEDIATE", error);
    if (status == STORE_OK) status = make_tables(j, error);
    if (status == STORE_OK) status = put_head(j, "clock", head->clock, error);
    if (status == STORE_OK) status = put_head(j, "policy", head->policy, error);
    if (status == STORE_OK) status = put_head(j, "program", head->program, error);
    return status == STORE_OK ? run(j, "COMMIT", error) : status;
}

/* The value of a key of the head, in new memory; NULL if it is not there. */
static char *head_of(store_journal *j, const char *key) {
    sqlite3_stmt *row = NULL;
    char *value = NULL;
    if (sqlite3_prepare_v2(j->db, "SELECT value FROM head WHERE key = ?", -1, &row, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(row) == SQLITE_ROW) value = strdup((const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    return value;
}

/* Names the first line in which the policies differ. */
static store_status other_policy(store_journal *j, const char *there, const char *here, char *error) {
    while (*there && *there == *here)
        there++, here++;
    while (there > j->policy && there[-1] != '\n')
        there--, here--;
    if (!*there) there = "no more";
    if (!*here) here = "no more";
    int n = (int)strcspn(there, "\n"), m = (int)strcspn(here, "\n");
    snprintf(
        error, STORE_ERROR_SIZE,
        "%.200s was written under another policy: \"%.*s\" there, \"%.*s\" here; go on with the policy of "
        "then, or begin a new journal",
        j->name, n < 90 ? n : 90, there, m < 90 ? m : 90, here);
    return STORE_NOT_A_RUN;
}

static store_status compare(store_journal *j, const store_journal_head *head, char *error) {
    char *clock = head_of(j, "clock");
    j->policy = head_of(j, "policy");
    j->program = head_of(j, "program");
    store_status status = STORE_OK;
    if (!clock || !j->policy || !j->program) {
        snprintf(error, STORE_ERROR_SIZE, "%.400s: damaged: its head is not whole", j->name);
        status = STORE_NOT_A_RUN;
    } else if (strcmp(clock, head->clock) != 0) {
        snprintf(error, STORE_ERROR_SIZE, "%.300s was written with --clock %.20s, not %.20s", j->name, clock,
                 head->clock);
        status = STORE_NOT_A_RUN;
    } else if (strcmp(j->policy, head->policy) != 0) {
        status = other_policy(j, j->policy, head->policy, error);
    }
    free(clock);
    return status;
}

static store_status read_marks(store_journal *j, store_journal_marks *out, char *error) {
    int64_t inputs = number(j, "SELECT coalesce(max(n), 0) FROM input");
    int64_t taken = number(j, "SELECT coalesce(max(seq), 0) FROM input");
    int64_t decisions = number(j, "SELECT coalesce(max(seq), 0) FROM outbox");
    int64_t printed = number(j, "SELECT printed FROM mark");
    if (inputs < 0 || taken < 0 || printed < 0 || printed > decisions) {
        snprintf(error, STORE_ERROR_SIZE, "%.400s: damaged: its marks do not go with its rows", j->name);
        return STORE_NOT_A_RUN;
    }
    *out = (store_journal_marks){
        .inputs = (uint64_t)inputs,
        .decisions = (uint64_t)decisions,
        .taken = (uint64_t)taken,
        .printed = (uint64_t)printed,
    };
    j->inputs = out->inputs;
    j->decisions = out->decisions;
    j->printed = j->printed_kept = out->printed;
    return STORE_OK;
}

static store_status connect(store_journal *j, const store_journal_head *head, char *error) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(j->path, &j->db, flags, NULL) != SQLITE_OK) return store_journal_says(j, error);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* Before anything is written: the file may be somebody else's. */
    int64_t tables = number(j, "SELECT count(*) FROM sqlite_schema");
    if (tables < 0) return store_journal_says(j, error);
    if (tables > 0 && (number(j, "PRAGMA application_id") != STORE_JOURNAL_ID ||
                       number(j, "PRAGMA user_version") != STORE_JOURNAL_VERSION)) {
        snprintf(error, STORE_ERROR_SIZE, "%.400s is not a journal of this version of the program", j->name);
        return STORE_NOT_A_RUN;
    }
    store_status status = run(j,
                              "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT",
                              error);
    if (status != STORE_OK) return status;
    return tables > 0 ? compare(j, head, error) : begin(j, head, error);
}

static store_status prepare(store_journal *j, char *error) {
    static const char *const sql[JOURNAL_STATEMENTS] = {
        [ADD_INPUT] = "INSERT INTO input (n, seq, at_ms, line) VALUES (?, ?, ?, ?)",
        [ADD_DECISION] = "INSERT INTO outbox (seq, input, line) VALUES (?, ?, ?)",
        [SET_MARK] = "UPDATE mark SET printed = ?",
        [READ_INPUT] = "SELECT n, seq, at_ms, line FROM input ORDER BY n",
        [READ_DECISION] = "SELECT seq, input, line FROM outbox ORDER BY seq",
        [BEGIN] = "BEGIN IMMEDIATE",
        [COMMIT] = "COMMIT",
    };
    for (int i = 0; i < JOURNAL_STATEMENTS; i++)
        if (sqlite3_prepare_v2(j->db, sql[i], -1, &j->statement[i], NULL) != SQLITE_OK)
            return store_journal_says(j, error);
    return STORE_OK;
}

store_status store_journal_open(const char *path, const store_journal_head *head, store_journal **out,
                                store_journal_marks *marks, char error[STORE_ERROR_SIZE]) {
    store_journal *j = calloc(1, sizeof *j);
    store_status status = STORE_OK;
    if (j) j->path = store_path_resolve(path, NULL);
    if (j && j->path) j->name = strdup(path);
    if (!j || !j->name) {
        snprintf(error, STORE_ERROR_SIZE, "%.300s: %.180s", path, j ? strerror(errno) : "out of memory");
        status = STORE_FAILED;
    }
    if (status == STORE_OK) status = connect(j, head, error);
    if (status == STORE_OK) status = prepare(j, error);
    if (status == STORE_OK) status = read_marks(j, marks, error);
    if (status == STORE_OK)
        *out = j;
    else
        store_journal_close(j);
    return status;
}

const char *store_journal_program(const store_journal *j) {
    return j->program ? j->program : "this program";
}

/* ---- writing ---- */

static store_status step(store_journal *j, int statement, char *error) {
    sqlite3_stmt *s = j->statement[statement];
    int rc = sqlite3_step(s);
    store_status status = rc == SQLITE_DONE || rc == SQLITE_ROW ? STORE_OK : store_journal_says(j, error);
    sqlite3_reset(s);
    return status;
}

static store_status in_transaction(store_journal *j, char *error) {
    return sqlite3_get_autocommit(j->db) ? step(j, BEGIN, error) : STORE_OK;
}

store_status store_journal_add_input(store_journal *j, const store_journal_input *input,
                                     char error[STORE_ERROR_SIZE]) {
    store_status status = in_transaction(j, error);
    if (status != STORE_OK) return status;
    sqlite3_stmt *s = j->statement[ADD_INPUT];
    sqlite3_bind_int64(s, 1, (sqlite3_int64)++j->inputs);
    sqlite3_bind_int64(s, 3, input->at);
    if (input->line) {
        sqlite3_bind_int64(s, 2, (sqlite3_int64)input->seq);
        sqlite3_bind_text64(s, 4, input->line, input->size, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(s, 2);
        sqlite3_bind_null(s, 4);
    }
    return step(j, ADD_INPUT, error);
}

store_status store_journal_add_decision(store_journal *j, const char *line, size_t size,
                                        char error[STORE_ERROR_SIZE]) {
    sqlite3_stmt *s = j->statement[ADD_DECISION];
    sqlite3_bind_int64(s, 1, (sqlite3_int64)++j->decisions);
    sqlite3_bind_int64(s, 2, (sqlite3_int64)j->inputs);
    sqlite3_bind_text64(s, 3, line, size, SQLITE_STATIC, SQLITE_UTF8);
    return step(j, ADD_DECISION, error);
}

static store_status set_mark(store_journal *j, char *error) {
    sqlite3_bind_int64(j->statement[SET_MARK], 1, (sqlite3_int64)j->printed);
    return step(j, SET_MARK, error);
}

store_status store_journal_commit(store_journal *j, char error[STORE_ERROR_SIZE]) {
    if (sqlite3_get_autocommit(j->db)) return STORE_OK;
    store_status status = set_mark(j, error);
    if (status == STORE_OK) status = step(j, COMMIT, error);
    if (status == STORE_OK) j->printed_kept = j->printed;
    return status;
}

void store_journal_printed(store_journal *j, uint64_t seq) {
    j->printed = seq;
}

store_status store_journal_keep_printed(store_journal *j, char error[STORE_ERROR_SIZE]) {
    if (j->printed == j->printed_kept) return STORE_OK;
    store_status status = run(j, "PRAGMA synchronous = NORMAL", error);
    if (status == STORE_OK) status = set_mark(j, error);
    if (status == STORE_OK) status = run(j, "PRAGMA synchronous = FULL", error);
    if (status == STORE_OK) j->printed_kept = j->printed;
    return status;
}

void store_journal_close(store_journal *j) {
    if (!j) return;
    for (int i = 0; i < JOURNAL_STATEMENTS; i++)
        sqlite3_finalize(j->statement[i]);
    sqlite3_close(j->db);
    free(j->policy);
    free(j->program);
    free(j->path);
    free(j->name);
    free(j);
}
