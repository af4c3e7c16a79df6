/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * write.c - a run into its file; see store.h and schema.sql.
 *
 * The file is made under a hidden temporary name, in one transaction without a journal (a failed file is
 * thrown away whole), synced, and renamed. Rows go in by an order that follows from the run alone, so equal
 * runs give equal bytes with the same SQLite.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/path.h"
#include "store/row.h"
#include "store/schema.h"

typedef struct {
    sqlite3 *db;
    store_row_cursor row;
    bool failed; /* nothing is done any more */
    const char *path;
    char *error;
} writer;

static void fail(writer *w, const char *why) {
    if (!w->failed) snprintf(w->error, STORE_ERROR_SIZE, "cannot write %s: %s", w->path, why);
    w->failed = true;
}

static void execute(writer *w, const char *sql) {
    if (!w->failed && sqlite3_exec(w->db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(w, sqlite3_errmsg(w->db));
}

static void close_table(writer *w) {
    sqlite3_finalize(w->row.statement);
    w->row.statement = NULL;
}

/* From here rows go into the table: the store_row_* or put_* calls for its columns, then end_row. */
static void open_table(writer *w, const char *table, const char *columns) {
    close_table(w);
    if (w->failed) return;
    sqlite3_str *sql = sqlite3_str_new(w->db);
    sqlite3_str_appendf(sql, "INSERT INTO %s (%s) VALUES (?", table, columns);
    for (const char *c = columns; *c; c++)
        if (*c == ',') sqlite3_str_appendall(sql, ", ?");
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    if (!text || sqlite3_prepare_v2(w->db, text, -1, &w->row.statement, NULL) != SQLITE_OK)
        fail(w, text ? sqlite3_errmsg(w->db) : "out of memory");
    sqlite3_free(text);
    w->row.column = 0;
}

static void end_row(writer *w) {
    w->row.column = 0;
    if (w->failed) return;
    if (w->row.rc != SQLITE_OK) fail(w, sqlite3_errstr(w->row.rc));
    if (!w->failed && sqlite3_step(w->row.statement) != SQLITE_DONE) fail(w, sqlite3_errmsg(w->db));
    sqlite3_reset(w->row.statement);
}

static void put_int(writer *w, int64_t v) {
    store_row_int64(&w->row, &v);
}
static void put_real(writer *w, double v) {
    store_row_real(&w->row, &v);
}
static void put_text(writer *w, const char *v) {
    store_row_word(&w->row, &v);
}

static void write_head(writer *w, const store_run *run) {
    store_run head = *run;
    open_table(w, "run", ROW_RUN_COLUMNS);
    store_row_run(&w->row, &head);
    end_row(w);
    open_table(w, "manifest", "key, value");
    for (size_t i = 0; i < run->manifest_rows && !w->failed; i++) {
        store_row_pair(&w->row, &run->manifest[i]);
        end_row(w);
    }
    open_table(w, "trace", ROW_TRACE_COLUMNS);
    for (size_t i = 0; i < run->traces && !w->failed; i++) {
        store_row_trace(&w->row, &run->trace[i]);
        end_row(w);
    }
    open_table(w, "tier", "tier, name");
    for (size_t i = 0; i < run->tiers && i < STORE_TIERS && !w->failed; i++) {
        put_int(w, (int64_t)i);
        store_row_text(&w->row, &head.tier[i]);
        end_row(w);
    }
    open_table(w, "policy_arm", "policy_arm, name, weight");
    for (size_t i = 0; i < run->policy_arms && i < STORE_POLICY_ARMS && !w->failed; i++) {
        put_int(w, (int64_t)i);
        store_row_text(&w->row, &head.policy_arm[i]);
        put_real(w, head.policy_arm_weight[i]);
        end_row(w);
    }
    open_table(w, "template", "template, name");
    for (size_t i = 0; i < run->templates && i < STORE_TEMPLATES && !w->failed; i++) {
        put_int(w, (int64_t)i);
        store_row_text(&w->row, &head.template[i]);
        end_row(w);
    }
}

static void explain(writer *w, const char *kind, const char *name, const char *meaning) {
    put_text(w, kind);
    put_text(w, name);
    put_text(w, meaning);
    end_row(w);
}

static void write_dictionary(writer *w) {
    open_table(w, "dictionary", "kind, name, meaning");
    for (int i = 0; i < STORE_TALLY_COUNT; i++)
        explain(w, "tally", store_tally_name((store_tally)i), store_tally_doc((store_tally)i));
    for (int i = 0; i < STORE_HIST_COUNT; i++)
        explain(w, "histogram", store_hist_name((store_hist_id)i), store_hist_doc((store_hist_id)i));
    for (int i = 0; i < STORE_SERIES_COUNT; i++)
        explain(w, "series", store_series_name((store_series)i), store_series_doc((store_series)i));
    for (int i = 0; i < STORE_SINCE_COUNT; i++)
        explain(w, "since", store_since_name((store_since)i), store_since_doc((store_since)i));
}

static void write_tallies(writer *w, const store_trial *t) {
    for (int i = 0; i < STORE_TALLY_COUNT; i++) {
        put_int(w, t->replication);
        put_text(w, store_tally_name((store_tally)i));
        put_real(w, t->tally[i]);
        end_row(w);
    }
}

static void write_moments(writer *w, const store_trial *t) {
    for (int p = 0; p < STORE_POPULATIONS; p++)
        for (int a = 0; a < STORE_ARMS; a++)
            for (int o = 0; o < STORE_OUTCOMES; o++) {
                const store_moments *m = &t->moments[p][a][o];
                put_int(w, t->replication);
                put_text(w, store_population_name((store_population)p));
                put_text(w, store_arm_name((store_arm)a));
                put_text(w, store_outcome_name((store_outcome)o));
                put_real(w, m->n);
                put_real(w, m->mean);
                put_real(w, m->m2);
                end_row(w);
            }
}

static void write_histograms(writer *w, const store_trial *t) {
    for (int h = 0; h < STORE_HIST_COUNT; h++)
        for (uint32_t bin = 0; bin < STORE_HIST_BINS; bin++) {
            if (t->hist[h][bin] == 0) continue;
            put_int(w, t->replication);
            put_text(w, store_hist_name((store_hist_id)h));
            put_int(w, bin);
            put_real(w, store_hist_edge(bin));
            put_real(w, store_hist_edge(bin + 1));
            put_int(w, t->hist[h][bin]);
            end_row(w);
        }
}

/* A table with a column a series; value(s, bin) is at s * bins + bin. */
static void write_bins(writer *w, const store_trial *t, const double *value, int series, int bins) {
    for (int bin = 0; bin < bins; bin++) {
        put_int(w, t->replication);
        put_int(w, bin);
        for (int s = 0; s < series; s++)
            put_real(w, value[s * bins + bin]);
        end_row(w);
    }
}

static void write_series(writer *w, const store_trial *t) {
    write_bins(w, t, &t->series[0][0], STORE_SERIES_COUNT, STORE_BINS);
}

static void write_since(writer *w, const store_trial *t) {
    write_bins(w, t, &t->since[0][0], STORE_SINCE_COUNT, STORE_SINCE_BINS);
}

static void write_tier_shares(writer *w, const store_trial *t) {
    for (int i = 0; i < STORE_TIERS; i++) {
        if (t->tier[i].asked == 0 && t->tier[i].won == 0) continue;
        put_int(w, t->replication);
        put_int(w, i);
        put_real(w, t->tier[i].asked);
        put_real(w, t->tier[i].won);
        end_row(w);
    }
}

static void write_templates(writer *w, const store_trial *t) {
    for (int i = 0; i < STORE_TEMPLATES; i++) {
        store_template answers = t->template[i];
        if (answers.sends == 0) continue;
        put_int(w, t->replication);
        put_int(w, i);
        store_row_template(&w->row, &answers);
        end_row(w);
    }
}

static void write_policy_arms(writer *w, const store_trial *t) {
    for (int i = 0; i < STORE_POLICY_ARMS; i++) {
        store_policy_arm arm = t->policy_arm[i];
        if (arm.orders.n == 0) continue; /* nobody was drawn into it */
        put_int(w, t->replication);
        put_int(w, i);
        store_row_policy_arm(&w->row, &arm);
        end_row(w);
    }
}

static void write_ledger(writer *w, const store_trial *t) {
    for (size_t i = 0; i < t->ledger_rows && i < STORE_LEDGER_MAX; i++) {
        put_int(w, t->replication);
        put_text(w, t->ledger[i].outcome);
        put_text(w, t->ledger[i].reason);
        put_real(w, t->ledger[i].n);
        end_row(w);
    }
}

static void write_trial(writer *w, const store_trial *t) {
    put_int(w, t->replication);
    put_int(w, t->twins);
    put_int(w, (int64_t)t->events);
    end_row(w);
}

static void write_trials(writer *w, const store_run *run) {
    static const struct {
        const char *table, *columns;
        void (*write)(writer *, const store_trial *);
    } part[] = {
        {"trial", "replication, twins, events", write_trial},
        {"tally", "replication, name, value", write_tallies},
        {"moment", "replication, population, arm, outcome, n, mean, m2", write_moments},
        {"histogram", "replication, name, bin, from_ms, to_ms, n", write_histograms},
        {"series", ROW_SERIES_COLUMNS, write_series},
        {"since", ROW_SINCE_COLUMNS, write_since},
        {"tier_share", "replication, tier, asked, won", write_tier_shares},
        {"template_answers", ROW_TEMPLATE_COLUMNS, write_templates},
        {"policy_arm_outcome", ROW_POLICY_ARM_COLUMNS, write_policy_arms},
        {"ledger", "replication, outcome, reason, n", write_ledger},
    };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        open_table(w, part[i].table, part[i].columns);
        for (size_t t = 0; t < run->trials && !w->failed; t++)
            part[i].write(w, &run->trial[t]);
    }
}

static void write_rows(writer *w, const store_run *run) {
    for (const store_row_kind *k = store_row_kinds; k < store_row_kinds + store_row_kind_count; k++) {
        char columns[256];
        snprintf(columns, sizeof columns, "replication, %s", k->columns);
        open_table(w, k->table, columns);
        for (size_t t = 0; t < run->trials; t++) {
            char *row = store_row_array(&run->trial[t], k);
            for (size_t i = 0; i < store_row_count(&run->trial[t], k) && !w->failed; i++) {
                put_int(w, run->trial[t].replication);
                k->fields(&w->row, row + i * k->size);
                end_row(w);
            }
        }
    }
}

/* One row a replication, one column a metric: what people who open the file want first. */
static void make_view(writer *w, const store_metric *metric, size_t metrics) {
    if (w->failed) return;
    sqlite3_str *sql = sqlite3_str_new(w->db);
    sqlite3_str_appendall(sql, "CREATE VIEW trial_metrics AS SELECT trial.replication AS replication");
    for (size_t i = 0; i < metrics; i++)
        sqlite3_str_appendf(sql, ",\n    max(CASE name WHEN %Q THEN value END) AS \"%w\"", metric[i].name,
                            metric[i].name);
    sqlite3_str_appendall(sql, "\nFROM trial LEFT JOIN metric ON metric.replication = trial.replication\n"
                               "GROUP BY trial.replication");
    char *text = sqlite3_str_finish(sql);
    if (text)
        execute(w, text);
    else
        fail(w, "out of memory");
    sqlite3_free(text);
}

static void write_metrics(writer *w, const store_run *run, const store_metric *metric, size_t metrics) {
    open_table(w, "summary", "name, unit, definition, direction, mean, lo, hi, sd, n");
    for (size_t i = 0; i < metrics && !w->failed; i++) {
        put_text(w, metric[i].name);
        put_text(w, metric[i].unit);
        put_text(w, metric[i].definition);
        put_text(w, metric[i].direction);
        put_real(w, metric[i].mean);
        put_real(w, metric[i].lo);
        put_real(w, metric[i].hi);
        put_real(w, metric[i].sd);
        put_int(w, metric[i].n);
        end_row(w);
    }
    open_table(w, "metric", "replication, name, value");
    for (size_t t = 0; t < run->trials; t++)
        for (size_t i = 0; i < metrics && !w->failed; i++) {
            put_int(w, run->trial[t].replication);
            put_text(w, metric[i].name);
            put_real(w, metric[i].by_trial[t]);
            end_row(w);
        }
    make_view(w, metric, metrics);
}

static void create_schema(writer *w) {
    char sql[256];
    snprintf(
        sql, sizeof sql,
        "PRAGMA page_size=4096; PRAGMA encoding='UTF-8'; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA application_id=%d; PRAGMA user_version=%d; BEGIN;",
        STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
    execute(w, sql);
    sqlite3_str *schema = sqlite3_str_new(w->db);
    for (size_t i = 0; i < store_schema_lines; i++)
        sqlite3_str_appendall(schema, store_schema_line[i]);
    char *text = sqlite3_str_finish(schema);
    if (text)
        execute(w, text);
    else
        fail(w, "out of memory");
    sqlite3_free(text);
}

static void fill(writer *w, const char *file, const store_run *run, const store_metric *metric,
                 size_t metrics) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file, &w->db, flags, NULL) != SQLITE_OK)
        fail(w, w->db ? sqlite3_errmsg(w->db) : "out of memory");
    create_schema(w);
    write_head(w, run);
    write_dictionary(w);
    write_metrics(w, run, metric, metrics);
    write_trials(w, run);
    write_rows(w, run);
    close_table(w);
    execute(w, "COMMIT");
    if (sqlite3_close(w->db) != SQLITE_OK) fail(w, "the database did not close");
    w->db = NULL;
}

/* [out] the new, empty file and its descriptor, or NULL with w failed. */
static char *create_temporary(writer *w, const char *full, int *fd) {
    for (unsigned attempt = 0; attempt < 1000; attempt++) {
        char *temporary = store_path_temporary(full, attempt);
        if (!temporary) break;
        *fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*fd >= 0) return temporary;
        free(temporary);
        if (errno != EEXIST) break;
    }
    fail(w, strerror(errno));
    return NULL;
}

static void sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return; /* the file is complete either way; a crash may only forget its name */
    (void)fsync(fd);
    (void)close(fd);
}

store_status store_write(const char *path, const store_run *run, const store_metric *metric, size_t metrics,
                         char error[STORE_ERROR_SIZE]) {
    writer w = {.row = {.writing = true}, .path = path, .error = error};
    char *folder = NULL, *full = store_path_resolve(path, &folder), *temporary = NULL;
    int fd = -1;
    if (!full)
        fail(&w, strerror(errno));
    else
        temporary = create_temporary(&w, full, &fd);
    if (temporary) {
        fill(&w, temporary, run, metric, metrics);
        if (!w.failed && fsync(fd) != 0) fail(&w, strerror(errno));
        if (close(fd) != 0) fail(&w, strerror(errno));
        if (!w.failed && rename(temporary, full) != 0) fail(&w, strerror(errno));
        if (w.failed)
            unlink(temporary);
        else
            sync_folder(folder);
    }
    free(temporary);
    free(full);
    free(folder);
    return w.failed ? STORE_FAILED : STORE_OK;
}
