/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * read.c - a run from its file; see store.h and schema.sql.
 *
 * The file may come from anybody. It is opened read-only as unchanging (so no journal beside it is replayed),
 * with SQLite's defences on and views and triggers off, checked page by page, and every number and name that
 * becomes an index is checked here. Memory is asked for only in proportion to rows that are really there.
 */
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/path.h"
#include "store/row.h"
#include "store/schema.h"

typedef struct {
    sqlite3 *db;
    store_row_cursor row;
    const char *table; /* being read */
    store_run run;
    size_t last; /* index of the trial found last: rows come in that order */
    store_status status;
    const char *path;
    char *error;
} reader;

/* The first reason is kept. */
static void stop(reader *r, store_status status, const char *why, ...) {
    if (r->status != STORE_OK) return;
    const char *head = status == STORE_NOT_A_RUN ? "%s is not a restocklab run store: " : "cannot read %s: ";
    r->status = status;
    int used = snprintf(r->error, STORE_ERROR_SIZE, head, r->path);
    if (used < 0 || used >= STORE_ERROR_SIZE) return;
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(r->error + used, STORE_ERROR_SIZE - (size_t)used, why, arguments);
    va_end(arguments);
}

static bool ok(const reader *r) {
    return r->status == STORE_OK;
}

/* What SQLite says: trouble of the machine, or of the file. */
static void stop_sqlite(reader *r) {
    int rc = r->db ? sqlite3_errcode(r->db) : SQLITE_NOMEM;
    const char *message = r->db ? sqlite3_errmsg(r->db) : "out of memory";
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_BUSY: stop(r, STORE_FAILED, "%s", message); break;
    default: stop(r, STORE_NOT_A_RUN, "%s", message);
    }
}

static void close_table(reader *r) {
    sqlite3_finalize(r->row.statement);
    r->row.statement = NULL;
}

static void open_query(reader *r, const char *table, const char *sql) {
    close_table(r);
    r->table = table;
    if (ok(r) && sqlite3_prepare_v2(r->db, sql, -1, &r->row.statement, NULL) != SQLITE_OK) stop_sqlite(r);
}

static void open_table(reader *r, const char *table, const char *columns, const char *order) {
    char sql[512];
    snprintf(sql, sizeof sql, "SELECT %s FROM %s ORDER BY %s", columns, table, order);
    open_query(r, table, sql);
}

/* The end of one row's columns: was there something that no run has? */
static void check_row(reader *r) {
    if (r->row.no_memory) stop(r, STORE_FAILED, "out of memory");
    if (r->row.damaged) stop(r, STORE_NOT_A_RUN, "table %s holds a value that no run has", r->table);
}

static bool next_row(reader *r) {
    if (!ok(r)) return false;
    r->row.column = 0;
    int rc = sqlite3_step(r->row.statement);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) stop_sqlite(r);
    return false;
}

static int64_t get_int(reader *r) {
    int64_t v = 0;
    store_row_int64(&r->row, &v);
    return v;
}

static double get_real(reader *r) {
    double v = 0;
    store_row_real(&r->row, &v);
    return v;
}

/* An index below count; outside it the row is damaged and the result is 0. */
static size_t get_index(reader *r, size_t count) {
    int64_t v = get_int(r);
    if (v >= 0 && (uint64_t)v < count) return (size_t)v;
    r->row.damaged = true;
    return 0;
}

static size_t get_name(reader *r, store_row_name name, unsigned count) {
    unsigned i = store_row_index(&r->row, name, count);
    return i < count ? i : 0;
}

static int64_t query_int(reader *r, const char *table, const char *sql) {
    open_query(r, table, sql);
    int64_t v = next_row(r) ? get_int(r) : 0;
    close_table(r);
    return v;
}

/* A pragma or a count of a table that must hold exactly that many rows. */
static void expect_rows(reader *r, const char *table, size_t rows) {
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    if (query_int(r, table, sql) != (int64_t)rows)
        stop(r, STORE_NOT_A_RUN, "table %s is not complete", table);
}

/* The trial that a row belongs to (binary search behind a guess); damaged and NULL if there is none. */
static store_trial *get_trial(reader *r) {
    int64_t replication = get_int(r);
    store_trial *trial = r->run.trial;
    if (r->last < r->run.trials && trial[r->last].replication == replication) return &trial[r->last];
    size_t lo = 0, hi = r->run.trials;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (trial[middle].replication < replication)
            lo = middle + 1;
        else
            hi = middle;
    }
    r->last = lo;
    if (lo < r->run.trials && trial[lo].replication == replication) return &trial[lo];
    r->row.damaged = true;
    return NULL;
}

/* Numbered from 0, without gaps. */
static void read_names(reader *r, const char *table, const char *columns, char **name, size_t *n,
                       size_t most) {
    open_table(r, table, columns, table);
    while (next_row(r)) {
        if (get_index(r, most) != *n) r->row.damaged = true;
        if (!r->row.damaged) store_row_text(&r->row, &name[(*n)++]);
        check_row(r);
    }
}

static void read_policy_arms(reader *r) {
    store_run *run = &r->run;
    open_table(r, "policy_arm", "policy_arm, name, weight", "policy_arm");
    while (next_row(r)) {
        if (get_index(r, STORE_POLICY_ARMS) != run->policy_arms) r->row.damaged = true;
        if (!r->row.damaged) {
            size_t i = run->policy_arms++;
            store_row_text(&r->row, &run->policy_arm[i]);
            store_row_real(&r->row, &run->policy_arm_weight[i]);
        }
        check_row(r);
    }
}

static void read_head(reader *r) {
    open_table(r, "run", ROW_RUN_COLUMNS, "rowid");
    if (next_row(r))
        store_row_run(&r->row, &r->run);
    else
        stop(r, STORE_NOT_A_RUN, "table run is empty");
    check_row(r);
    read_names(r, "tier", "tier, name", r->run.tier, &r->run.tiers, STORE_TIERS);
    read_names(r, "template", "template, name", r->run.template, &r->run.templates, STORE_TEMPLATES);
    read_policy_arms(r);
}

/* One more element, zeroed; NULL with the reader stopped. */
static void *grow(reader *r, void **array, size_t *count, size_t size) {
    void *bigger = realloc(*array, (*count + 1) * size);
    if (!bigger) {
        stop(r, STORE_FAILED, "out of memory");
        return NULL;
    }
    *array = bigger;
    return memset((char *)bigger + size * (*count)++, 0, size);
}

static void read_lists(reader *r) {
    void *array = NULL;
    open_table(r, "manifest", "key, value", "rowid");
    while (next_row(r)) {
        store_pair *pair = grow(r, &array, &r->run.manifest_rows, sizeof *pair);
        r->run.manifest = array;
        if (pair) store_row_pair(&r->row, pair);
        check_row(r);
    }
    array = NULL;
    open_table(r, "trace", ROW_TRACE_COLUMNS, "rowid");
    while (next_row(r)) {
        store_trace *trace = grow(r, &array, &r->run.traces, sizeof *trace);
        r->run.trace = array;
        if (trace) store_row_trace(&r->row, trace);
        check_row(r);
    }
}

static const char *tally_name(unsigned i) {
    return store_tally_name((store_tally)i);
}
static const char *hist_name(unsigned i) {
    return store_hist_name((store_hist_id)i);
}
static const char *arm_name(unsigned i) {
    return store_arm_name((store_arm)i);
}
static const char *outcome_name(unsigned i) {
    return store_outcome_name((store_outcome)i);
}
static const char *population_name(unsigned i) {
    return store_population_name((store_population)i);
}

static void get_tally(reader *r, store_trial *t) {
    size_t i = get_name(r, tally_name, STORE_TALLY_COUNT);
    t->tally[i] = get_real(r);
}

static void get_moment(reader *r, store_trial *t) {
    size_t p = get_name(r, population_name, STORE_POPULATIONS);
    size_t a = get_name(r, arm_name, STORE_ARMS);
    size_t o = get_name(r, outcome_name, STORE_OUTCOMES);
    store_moments *m = &t->moments[p][a][o];
    store_row_real(&r->row, &m->n);
    store_row_real(&r->row, &m->mean);
    store_row_real(&r->row, &m->m2);
}

static void get_histogram(reader *r, store_trial *t) {
    size_t h = get_name(r, hist_name, STORE_HIST_COUNT);
    size_t bin = get_index(r, STORE_HIST_BINS);
    int64_t n = get_int(r);
    if (n < 0 || n > UINT32_MAX) r->row.damaged = true;
    t->hist[h][bin] = (uint32_t)n;
}

static void get_series(reader *r, store_trial *t) {
    size_t bin = get_index(r, STORE_BINS);
    for (int s = 0; s < STORE_SERIES_COUNT; s++)
        store_row_real(&r->row, &t->series[s][bin]);
}

static void get_since(reader *r, store_trial *t) {
    size_t bin = get_index(r, STORE_SINCE_BINS);
    for (int s = 0; s < STORE_SINCE_COUNT; s++)
        store_row_real(&r->row, &t->since[s][bin]);
}

static void get_tier_share(reader *r, store_trial *t) {
    size_t tier = get_index(r, STORE_TIERS);
    store_row_real(&r->row, &t->tier[tier].asked);
    store_row_real(&r->row, &t->tier[tier].won);
}

static void get_template(reader *r, store_trial *t) {
    store_row_template(&r->row, &t->template[get_index(r, STORE_TEMPLATES)]);
}

static void get_policy_arm(reader *r, store_trial *t) {
    store_row_policy_arm(&r->row, &t->policy_arm[get_index(r, STORE_POLICY_ARMS)]);
}

static void get_ledger(reader *r, store_trial *t) {
    if (t->ledger_rows == STORE_LEDGER_MAX) {
        r->row.damaged = true;
        return;
    }
    store_ledger_row *row = &t->ledger[t->ledger_rows++];
    store_row_word(&r->row, &row->outcome);
    store_row_word(&r->row, &row->reason);
    store_row_real(&r->row, &row->n);
}

/* Trials first, and only as many as their tallies vouch for. */
static void read_trial_list(reader *r) {
    int64_t trials = query_int(r, "trial", "SELECT count(*) FROM trial");
    expect_rows(r, "tally", (size_t)trials * STORE_TALLY_COUNT);
    if (!ok(r) || trials == 0) return;
    r->run.trial = calloc((size_t)trials, sizeof *r->run.trial);
    if (!r->run.trial) stop(r, STORE_FAILED, "out of memory");
    open_table(r, "trial", "replication, twins, events", "replication");
    while (next_row(r) && r->run.trials < (size_t)trials) {
        store_trial *t = &r->run.trial[r->run.trials++];
        store_row_uint32(&r->row, &t->replication);
        store_row_bool(&r->row, &t->twins);
        t->events = (uint64_t)get_int(r);
        check_row(r);
    }
}

static void read_trial_parts(reader *r) {
    static const struct {
        const char *table, *columns, *order;
        size_t rows; /* a trial's, where they are always the same */
        void (*get)(reader *, store_trial *);
    } part[] = {
        {"tally", "replication, name, value", "replication", STORE_TALLY_COUNT, get_tally},
        {"moment", "replication, population, arm, outcome, n, mean, m2", "replication",
         STORE_POPULATIONS * STORE_ARMS * STORE_OUTCOMES, get_moment},
        {"histogram", "replication, name, bin, n", "replication", 0, get_histogram},
        {"series", ROW_SERIES_COLUMNS, "replication", STORE_BINS, get_series},
        {"since", ROW_SINCE_COLUMNS, "replication", STORE_SINCE_BINS, get_since},
        {"tier_share", "replication, tier, asked, won", "replication", 0, get_tier_share},
        {"template_answers", ROW_TEMPLATE_COLUMNS, "replication", 0, get_template},
        {"policy_arm_outcome", ROW_POLICY_ARM_COLUMNS, "replication", 0, get_policy_arm},
        {"ledger", "replication, outcome, reason, n", "rowid", 0, get_ledger},
    };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (part[i].rows > 0) expect_rows(r, part[i].table, part[i].rows * r->run.trials);
        open_table(r, part[i].table, part[i].columns, part[i].order);
        while (next_row(r)) {
            store_trial *t = get_trial(r);
            if (t) part[i].get(r, t);
            check_row(r);
        }
    }
}

static void read_rows(reader *r) {
    for (const store_row_kind *k = store_row_kinds; k < store_row_kinds + store_row_kind_count; k++) {
        char columns[256];
        snprintf(columns, sizeof columns, "replication, %s", k->columns);
        open_table(r, k->table, columns, "rowid");
        while (next_row(r)) {
            store_trial *t = get_trial(r);
            void *row = t ? store_row_append(t, k) : NULL;
            if (t && !row) r->row.no_memory = true;
            if (row) k->fields(&r->row, row);
            check_row(r);
        }
    }
}

/* NULL texts are no rows, so a check that says nothing fails too. */
static void check_pages(reader *r) {
    open_query(r, "", "PRAGMA quick_check(1)");
    bool sound = next_row(r);
    const char *says = sound ? (const char *)sqlite3_column_text(r->row.statement, 0) : NULL;
    if (!says || strcmp(says, "ok") != 0) stop(r, STORE_NOT_A_RUN, "damaged: %s", says ? says : "no answer");
    close_table(r);
}

static void check_marks(reader *r) {
    int64_t id = query_int(r, "", "PRAGMA application_id");
    if (ok(r) && id != STORE_APPLICATION_ID) stop(r, STORE_NOT_A_RUN, "another program's database");
    int64_t version = query_int(r, "", "PRAGMA user_version");
    if (ok(r) && version != STORE_SCHEMA_VERSION)
        stop(r, STORE_NOT_A_RUN, "its schema is version %lld, this program reads version %d",
             (long long)version, STORE_SCHEMA_VERSION);
}

static void defend(reader *r) {
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit(r->db, SQLITE_LIMIT_LENGTH, 256 << 20);
    if (sqlite3_exec(r->db, "PRAGMA cell_size_check=ON; PRAGMA query_only=ON", NULL, NULL, NULL) != SQLITE_OK)
        stop_sqlite(r);
}

static void open_file(reader *r) {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
    struct stat s;
    char *full = store_path_resolve(r->path, NULL), *uri = NULL;
    if (!full || lstat(full, &s) != 0)
        stop(r, STORE_FAILED, "%s", strerror(errno));
    else if (!S_ISREG(s.st_mode))
        stop(r, STORE_NOT_A_RUN, "not a plain file");
    else if (!(uri = store_path_immutable_uri(full)))
        stop(r, STORE_FAILED, "out of memory");
    else if (sqlite3_open_v2(uri, &r->db, flags, NULL) != SQLITE_OK)
        stop_sqlite(r);
    free(uri);
    free(full);
}

store_status store_read(const char *path, store_run *out, char error[STORE_ERROR_SIZE]) {
    reader r = {.path = path, .error = error};
    r.row.run = &r.run;
    open_file(&r);
    if (ok(&r)) defend(&r);
    check_marks(&r);
    check_pages(&r);
    read_head(&r);
    read_lists(&r);
    read_trial_list(&r);
    read_trial_parts(&r);
    read_rows(&r);
    close_table(&r);
    sqlite3_close(r.db);
    if (ok(&r))
        *out = r.run;
    else
        store_run_clear(&r.run);
    return r.status;
}
