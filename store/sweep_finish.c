/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep_finish.c - the complete sweep out of its part: every row in the order of its key; see sweep.h.
 *
 * Like a run store it is made under a hidden name, in one transaction without a journal, synced and renamed.
 */
#include "store/sweep_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/path.h"
#include "store/schema.h"

typedef struct {
    store_sweep *sweep;
    sqlite3 *db;
    sqlite3_stmt *row;
    bool failed;
    char *error;
} finisher;

static void fail(finisher *f, const char *why) {
    if (!f->failed) store_sweep_fail(f->error, f->sweep->path, why);
    f->failed = true;
}

static void run(finisher *f, const char *sql) {
    if (!f->failed && (!sql || sqlite3_exec(f->db, sql, NULL, NULL, NULL) != SQLITE_OK))
        fail(f, sql ? sqlite3_errmsg(f->db) : "out of memory");
}

/* From here on: put_* for each column, then end_row. */
static void open_table(finisher *f, const char *sql) {
    sqlite3_finalize(f->row);
    f->row = NULL;
    if (!f->failed && sqlite3_prepare_v2(f->db, sql, -1, &f->row, NULL) != SQLITE_OK)
        fail(f, sqlite3_errmsg(f->db));
}

static void put_text(finisher *f, int column, const char *text) {
    if (!f->failed && sqlite3_bind_text(f->row, column, text, -1, SQLITE_STATIC) != SQLITE_OK)
        fail(f, sqlite3_errmsg(f->db));
}

static void put_int(finisher *f, int column, int64_t v) {
    if (!f->failed) sqlite3_bind_int64(f->row, column, v);
}

static void put_real(finisher *f, int column, double v) {
    if (f->failed) return;
    if (isfinite(v))
        sqlite3_bind_double(f->row, column, v);
    else
        sqlite3_bind_null(f->row, column);
}

static void end_row(finisher *f) {
    if (f->failed) return;
    if (sqlite3_step(f->row) != SQLITE_DONE) fail(f, sqlite3_errmsg(f->db));
    sqlite3_reset(f->row);
    sqlite3_clear_bindings(f->row);
}

static void write_grid(finisher *f, const store_sweep_result *r) {
    open_table(f, "INSERT INTO axis (axis, path) VALUES (?, ?)");
    for (size_t a = 0; a < r->axes; a++) {
        put_int(f, 1, (int64_t)a);
        put_text(f, 2, r->axis[a]);
        end_row(f);
    }
    open_table(f, "INSERT INTO point (point, replications, frontier) VALUES (?, ?, ?)");
    for (size_t p = 0; p < r->points; p++) {
        put_int(f, 1, (int64_t)p);
        put_int(f, 2, r->replications[p]);
        if (r->frontier) put_int(f, 3, r->frontier[p]);
        end_row(f);
    }
    open_table(f, "INSERT INTO setting (point, axis, value) VALUES (?, ?, ?)");
    for (size_t i = 0; i < r->points * r->axes; i++) {
        put_int(f, 1, (int64_t)(i / r->axes));
        put_int(f, 2, (int64_t)(i % r->axes));
        put_text(f, 3, r->setting[i]);
        end_row(f);
    }
}

static void write_metrics(finisher *f, const store_sweep_result *r) {
    open_table(f, "INSERT INTO metric (name, unit, definition, direction) VALUES (?, ?, ?, ?)");
    for (size_t i = 0; i < r->metrics; i++) {
        put_text(f, 1, r->metric[i].name);
        put_text(f, 2, r->metric[i].unit);
        put_text(f, 3, r->metric[i].definition);
        put_text(f, 4, r->metric[i].direction);
        end_row(f);
    }
    open_table(f, "INSERT INTO summary (point, name, mean, lo, hi, sd, n) VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < r->points * r->metrics; i++) {
        const store_metric *m = &r->metric[i];
        put_int(f, 1, (int64_t)(i / r->metrics));
        put_text(f, 2, m->name);
        put_real(f, 3, m->mean);
        put_real(f, 4, m->lo);
        put_real(f, 5, m->hi);
        put_real(f, 6, m->sd);
        put_int(f, 7, m->n);
        end_row(f);
    }
}

/* One row a point: its settings and the means of all metrics. */
static void make_view(finisher *f, const store_sweep_result *r) {
    if (f->failed) return;
    sqlite3_str *sql = sqlite3_str_new(f->db);
    sqlite3_str_appendall(sql, "CREATE VIEW points AS SELECT point.point AS point");
    for (size_t a = 0; a < r->axes; a++)
        sqlite3_str_appendf(
            sql, ",\n    (SELECT value FROM setting s WHERE s.point = point.point AND axis = %d) AS \"%w\"",
            (int)a, r->axis[a]);
    sqlite3_str_appendall(sql, ",\n    replications, frontier");
    for (size_t i = 0; i < r->metrics; i++)
        sqlite3_str_appendf(sql, ",\n    max(CASE name WHEN %Q THEN mean END) AS \"%w\"", r->metric[i].name,
                            r->metric[i].name);
    sqlite3_str_appendall(sql, "\nFROM point LEFT JOIN summary ON summary.point = point.point\n"
                               "GROUP BY point.point");
    char *text = sqlite3_str_finish(sql);
    run(f, text);
    sqlite3_free(text);
}

static void copy_manifest(finisher *f) {
    sqlite3_stmt *from = NULL;
    open_table(f, "INSERT INTO manifest (key, value) VALUES (?, ?)");
    if (sqlite3_prepare_v2(f->sweep->db, "SELECT key, value FROM manifest ORDER BY rowid", -1, &from, NULL) !=
        SQLITE_OK)
        fail(f, sqlite3_errmsg(f->sweep->db));
    while (!f->failed && sqlite3_step(from) == SQLITE_ROW) {
        sqlite3_bind_value(f->row, 1, sqlite3_column_value(from, 0));
        sqlite3_bind_value(f->row, 2, sqlite3_column_value(from, 1));
        end_row(f);
    }
    sqlite3_finalize(from);
}

static void copy_trials(finisher *f, const store_sweep_result *r) {
    sqlite3_stmt *from = NULL;
    int64_t copied = 0, asked = 0;
    open_table(f, "INSERT INTO trial (point, replication, bytes) VALUES (?, ?, ?)");
    if (sqlite3_prepare_v2(f->sweep->db,
                           "SELECT point, replication, bytes FROM trial WHERE point = ? AND replication < ? "
                           "ORDER BY replication",
                           -1, &from, NULL) != SQLITE_OK)
        fail(f, sqlite3_errmsg(f->sweep->db));
    for (size_t p = 0; p < r->points && !f->failed; p++) {
        asked += r->replications[p];
        sqlite3_bind_int64(from, 1, (int64_t)p);
        sqlite3_bind_int64(from, 2, r->replications[p]);
        while (!f->failed && sqlite3_step(from) == SQLITE_ROW) {
            for (int i = 0; i < 3; i++)
                sqlite3_bind_value(f->row, i + 1, sqlite3_column_value(from, i));
            end_row(f);
            copied++;
        }
        sqlite3_reset(from);
    }
    sqlite3_finalize(from);
    if (copied != asked) fail(f, "the part does not hold all trials");
}

static void create(finisher *f) {
    char sql[256];
    snprintf(
        sql, sizeof sql,
        "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN;",
        STORE_SWEEP_ID, STORE_SWEEP_VERSION);
    run(f, sql);
    sqlite3_str *schema = sqlite3_str_new(f->db);
    for (size_t i = 0; i < store_sweep_lines; i++)
        sqlite3_str_appendall(schema, store_sweep_line[i]);
    char *text = sqlite3_str_finish(schema);
    run(f, text);
    sqlite3_free(text);
}

static void fill(finisher *f, const char *file, const store_sweep_result *r) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file, &f->db, flags, NULL) != SQLITE_OK)
        fail(f, f->db ? sqlite3_errmsg(f->db) : "out of memory");
    create(f);
    copy_manifest(f);
    write_grid(f, r);
    write_metrics(f, r);
    copy_trials(f, r);
    make_view(f, r);
    sqlite3_finalize(f->row);
    run(f, "COMMIT");
    if (sqlite3_close(f->db) != SQLITE_OK) fail(f, "the database did not close");
}

/* Closed first, so that SQLite removes the log beside it. */
static void remove_part(store_sweep *s) {
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db);
    s->insert = NULL;
    s->db = NULL;
    unlink(s->part);
}

store_status store_sweep_finish(store_sweep *sweep, const store_sweep_result *result,
                                char error[STORE_ERROR_SIZE]) {
    finisher f = {.sweep = sweep, .error = error};
    char *temporary = store_path_temporary(sweep->path, 0);
    if (temporary) unlink(temporary); /* of a process of this number that was killed */
    int fd = temporary ? open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    if (fd < 0) {
        fail(&f, strerror(errno));
        free(temporary);
        return STORE_FAILED;
    }
    fill(&f, temporary, result);
    if (!f.failed && fsync(fd) != 0) fail(&f, strerror(errno));
    if (close(fd) != 0) fail(&f, strerror(errno));
    if (!f.failed && rename(temporary, sweep->path) != 0) fail(&f, strerror(errno));
    if (f.failed)
        unlink(temporary);
    else
        remove_part(sweep);
    free(temporary);
    return f.failed ? STORE_FAILED : STORE_OK;
}
