/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep.c - the part of a sweep: trials as they come; see sweep.h.
 *
 * Write-ahead logging under an exclusive lock: a commit is one write without waiting for the disk, a killed
 * process loses nothing that was committed, a power failure at most the last of it, and no memory is shared
 * with others, so that network folders will do.
 */
#include "store/sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/blob.h"
#include "store/path.h"
#include "store/schema.h"
#include "store/sweep_inside.h"

static bool exists(const char *path) {
    struct stat is;
    return lstat(path, &is) == 0;
}

static char *join(const char *path, const char *ending) {
    size_t n = strlen(path) + strlen(ending) + 1;
    char *name = malloc(n);
    if (name) snprintf(name, n, "%s%s", path, ending);
    return name;
}

store_sweep_found store_sweep_look(const char *path) {
    char *part = join(path, ".part");
    store_sweep_found found = {part && exists(part), exists(path)};
    free(part);
    return found;
}

store_status store_sweep_fail(char *error, const char *path, const char *why) {
    snprintf(error, STORE_ERROR_SIZE, "%.300s: %.180s", path, why);
    return STORE_FAILED;
}

static store_status sqlite_says(store_sweep *s, char *error) {
    int rc = s->db ? sqlite3_errcode(s->db) & 0xff : SQLITE_NOMEM;
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
        return store_sweep_fail(error, s->part, "another process is at work on this sweep");
    store_sweep_fail(error, s->part, s->db ? sqlite3_errmsg(s->db) : "out of memory");
    return rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT ? STORE_NOT_A_RUN : STORE_FAILED;
}

static store_status run(store_sweep *s, const char *sql, char *error) {
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STORE_OK : sqlite_says(s, error);
}

static store_status prepare(store_sweep *s, const char *sql, sqlite3_stmt **out, char *error) {
    return sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK ? STORE_OK : sqlite_says(s, error);
}

/* A fresh part: its tables and the manifest, in one transaction. */
static store_status begin(store_sweep *s, const store_pair *manifest, size_t rows, char *error) {
    static const char tables[] =
        "BEGIN IMMEDIATE; CREATE TABLE manifest (key TEXT NOT NULL, value TEXT NOT NULL) STRICT;"
        "CREATE TABLE trial (point INTEGER NOT NULL, replication INTEGER NOT NULL, bytes BLOB NOT NULL,"
        " PRIMARY KEY (point, replication)) STRICT;";
    sqlite3_stmt *row = NULL;
    char marks[96];
    store_status status = run(s, tables, error);
    if (status == STORE_OK)
        status = prepare(s, "INSERT INTO manifest (key, value) VALUES (?, ?)", &row, error);
    for (size_t i = 0; i < rows && status == STORE_OK; i++) {
        sqlite3_bind_text(row, 1, manifest[i].key, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 2, manifest[i].value, -1, SQLITE_STATIC);
        if (sqlite3_step(row) != SQLITE_DONE) status = sqlite_says(s, error);
        sqlite3_reset(row);
    }
    sqlite3_finalize(row);
    snprintf(marks, sizeof marks, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             STORE_SWEEP_ID, STORE_SWEEP_VERSION);
    return status == STORE_OK ? run(s, marks, error) : status;
}

static int pragma(store_sweep *s, const char *sql) {
    sqlite3_stmt *row = NULL;
    int value = -1;
    if (sqlite3_prepare_v2(s->db, sql, -1, &row, NULL) == SQLITE_OK && sqlite3_step(row) == SQLITE_ROW)
        value = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    return value;
}

/* Whether the rows of `table` are the manifest; the first that is not is named. */
static store_status compare(store_sweep *s, const char *table, const store_pair *manifest, size_t rows,
                            char *error) {
    sqlite3_stmt *row = NULL;
    char sql[80];
    size_t i = 0;
    snprintf(sql, sizeof sql, "SELECT key, value FROM %s ORDER BY rowid", table);
    store_status status = prepare(s, sql, &row, error);
    while (status == STORE_OK && sqlite3_step(row) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(row, 0);
        const char *value = (const char *)sqlite3_column_text(row, 1);
        bool same =
            key && value && i < rows && !strcmp(key, manifest[i].key) && !strcmp(value, manifest[i].value);
        if (!same) {
            bool known = key && value && i < rows && !strcmp(key, manifest[i].key);
            snprintf(error, STORE_ERROR_SIZE, "%.200s is of another sweep: %.60s is %.90s there, %.90s here",
                     s->path, known ? key : "what it is made of", known ? value : "something else",
                     known ? manifest[i].value : "not");
            status = STORE_NOT_A_RUN;
        }
        i++;
    }
    sqlite3_finalize(row);
    if (status == STORE_OK && i != rows) {
        snprintf(error, STORE_ERROR_SIZE, "%.200s is of another sweep or of another program", s->path);
        status = STORE_NOT_A_RUN;
    }
    return status;
}

/* A complete sweep's trials into the fresh part. */
static store_status take_over(store_sweep *s, const store_pair *manifest, size_t rows, char *error) {
    char *sql = sqlite3_mprintf("ATTACH %Q AS done", s->path);
    if (!sql) return store_sweep_fail(error, s->path, "out of memory");
    store_status status = run(s, sql, error);
    sqlite3_free(sql);
    if (status != STORE_OK) return status;
    status = compare(s, "done.manifest", manifest, rows, error);
    if (status == STORE_OK)
        status =
            run(s, "INSERT INTO trial SELECT point, replication, bytes FROM done.trial ORDER BY 1, 2", error);
    if (status == STORE_OK) status = run(s, "DETACH done", error);
    return status;
}

static store_status connect(store_sweep *s, const store_pair *manifest, size_t rows, bool resume,
                            char *error) {
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_FULLMUTEX;
    bool old = exists(s->part);
    if (old && !resume) {
        snprintf(error, STORE_ERROR_SIZE, "%.400s is an unfinished sweep: go on with --resume, or remove it",
                 s->part);
        return STORE_NOT_A_RUN;
    }
    if (sqlite3_open_v2(s->part, &s->db, flags, NULL) != SQLITE_OK) return sqlite_says(s, error);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    store_status status = run(s,
                              "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
                              "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE; COMMIT",
                              error);
    if (status != STORE_OK) return status;
    if (pragma(s, "PRAGMA user_version") == 0) { /* new, or killed before its first commit */
        status = begin(s, manifest, rows, error);
        if (status == STORE_OK && resume && exists(s->path)) status = take_over(s, manifest, rows, error);
        return status;
    }
    if (pragma(s, "PRAGMA application_id") != STORE_SWEEP_ID ||
        pragma(s, "PRAGMA user_version") != STORE_SWEEP_VERSION) {
        snprintf(error, STORE_ERROR_SIZE, "%.400s is not an unfinished sweep of this program", s->part);
        return STORE_NOT_A_RUN;
    }
    return compare(s, "manifest", manifest, rows, error);
}

store_status store_sweep_open(const char *path, const store_pair *manifest, size_t rows, bool resume,
                              store_sweep **out, char error[STORE_ERROR_SIZE]) {
    store_sweep *s = calloc(1, sizeof *s);
    if (!s) return store_sweep_fail(error, path, "out of memory");
    s->path = store_path_resolve(path, NULL);
    s->part = s->path ? join(s->path, ".part") : NULL;
    bool began = s->part && !exists(s->part);
    store_status status =
        s->part ? connect(s, manifest, rows, resume, error) : store_sweep_fail(error, path, strerror(errno));
    if (status == STORE_OK)
        status =
            prepare(s, "INSERT INTO trial (point, replication, bytes) VALUES (?, ?, ?)", &s->insert, error);
    if (status == STORE_OK) {
        *out = s;
        return STORE_OK;
    }
    char *part = began && s->part ? strdup(s->part) : NULL;
    store_sweep_close(s);
    if (part) unlink(part); /* made here, and holding nothing of its own */
    free(part);
    return status;
}

store_status store_sweep_read(store_sweep *s, store_sweep_take *take, void *context,
                              char error[STORE_ERROR_SIZE]) {
    sqlite3_stmt *row = NULL;
    store_trial *trial = calloc(1, sizeof *trial);
    char why[STORE_ERROR_SIZE];
    if (!trial) return store_sweep_fail(error, s->part, "out of memory");
    store_status status =
        prepare(s, "SELECT point, replication, bytes FROM trial ORDER BY point, replication", &row, error);
    int rc = SQLITE_DONE;
    while (status == STORE_OK && (rc = sqlite3_step(row)) == SQLITE_ROW) {
        int64_t point = sqlite3_column_int64(row, 0);
        size_t size = (size_t)sqlite3_column_bytes(row, 2);
        const void *bytes = sqlite3_column_blob(row, 2);
        status = store_blob_read(bytes ? bytes : "", bytes ? size : 0, &s->words, trial, why);
        if (status == STORE_OK && (point < 0 || point > UINT32_MAX ||
                                   sqlite3_column_int64(row, 1) != (int64_t)trial->replication)) {
            snprintf(why, sizeof why, "a trial in the wrong place");
            status = STORE_NOT_A_RUN;
        }
        if (status != STORE_OK) {
            snprintf(error, STORE_ERROR_SIZE, "%.250s: %.200s", s->part, why);
        } else if (!take(context, (uint32_t)point, trial)) {
            status = store_sweep_fail(error, s->part, "stopped");
        }
        store_trial_clear(trial);
    }
    if (status == STORE_OK && rc != SQLITE_DONE) status = sqlite_says(s, error);
    sqlite3_finalize(row);
    free(trial);
    return status;
}

store_status store_sweep_add(store_sweep *s, uint32_t point, const store_trial *trial,
                             char error[STORE_ERROR_SIZE]) {
    void *bytes;
    size_t size;
    if (!store_blob_write(trial, &bytes, &size)) return store_sweep_fail(error, s->part, "out of memory");
    sqlite3_bind_int64(s->insert, 1, point);
    sqlite3_bind_int64(s->insert, 2, trial->replication);
    sqlite3_bind_blob64(s->insert, 3, bytes, size, SQLITE_STATIC);
    store_status status = sqlite3_step(s->insert) == SQLITE_DONE ? STORE_OK : sqlite_says(s, error);
    sqlite3_reset(s->insert);
    sqlite3_clear_bindings(s->insert);
    free(bytes);
    return status;
}

void store_sweep_close(store_sweep *s) {
    if (!s) return;
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db);
    store_run_clear(&s->words);
    free(s->path);
    free(s->part);
    free(s);
}
