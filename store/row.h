/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * row.h - one row of a table, in either direction (inside store/ only).
 *
 * A table's columns are named once, by a function that hands its fields to the store_row_* functions in
 * order: they bind the field when the row is written and set it when the row is read, so both ways cannot
 * drift apart. What does not exist (NaN, STORE_NONE, UINT32_MAX, a null text) is NULL in the table.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <sqlite3.h>

#include "store/store.h"

typedef struct {
    sqlite3_stmt *statement;
    bool writing;
    int column;     /* next column, from 0 */
    int rc;         /* writing: first error of SQLite, SQLITE_OK if none */
    bool damaged;   /* reading: a value that no run has */
    bool no_memory; /* reading */
    store_run *run; /* reading: owner of the texts */
} store_row_cursor;

void store_row_int64(store_row_cursor *c, int64_t *v);
void store_row_uint32(store_row_cursor *c, uint32_t *v); /* UINT32_MAX: none */
void store_row_time(store_row_cursor *c, int64_t *v);    /* STORE_NONE: none */
void store_row_real(store_row_cursor *c, double *v);
void store_row_bool(store_row_cursor *c, bool *v);
void store_row_arm(store_row_cursor *c, store_arm *v);
void store_row_text(store_row_cursor *c, char **v); /* read: a copy of its own */
void store_row_word(store_row_cursor *c,
                    const char **v);                   /* read: kept once in run->word; never NULL but "" */
void store_row_seed(store_row_cursor *c, uint64_t *v); /* as unsigned decimal text */
void store_row_hash(store_row_cursor *c, uint64_t *v); /* as 16 hexadecimal digits */

/* [reading] Index of the column's text among count names, or count and damaged. */
typedef const char *(*store_row_name)(unsigned i);
unsigned store_row_index(store_row_cursor *c, store_row_name name, unsigned count);

/* The text as it is kept in run->word, where it is put if it is new; NULL if there is no room: full (too many
 * words for any run) or out of memory. */
const char *store_run_word(store_run *run, const char *text, bool *full);

/* The whole of a run's single row, of a manifest row, of a trace. */
void store_row_run(store_row_cursor *c, store_run *r);
void store_row_pair(store_row_cursor *c, store_pair *p);
void store_row_trace(store_row_cursor *c, store_trace *t);
#define ROW_RUN_COLUMNS                                                                                      \
    "scenario, title, text, seed, start_at, horizon, warmup, price, holdout, holdout_unit, "                 \
    "holdout_products, twins"
#define ROW_COLUMN(name, doc) ", " #name
#define ROW_SERIES_COLUMNS    "replication, bin" STORE_SERIES(ROW_COLUMN)
#define ROW_SINCE_COLUMNS     "replication, bin" STORE_SINCE(ROW_COLUMN)
#define ROW_TRACE_COLUMNS     "name, file, hash, row_count, skus, restocks, rejected"

/* An arm's outcomes, behind replication and policy_arm. */
void store_row_policy_arm(store_row_cursor *c, store_policy_arm *a);
#define ROW_POLICY_ARM_COLUMNS                                                                               \
    "replication, policy_arm, recipients, sends, ghosts, clicked, clicked_oos, shoppers, orders_mean, "      \
    "orders_m2, revenue_mean, revenue_m2"

/* A template's answers, behind replication and template. */
void store_row_template(store_row_cursor *c, store_template *t);
#define ROW_TEMPLATE_COLUMNS "replication, template, sends, delivered, opened, clicked, orders, revenue"

/* The tables of rows that a trial owns as arrays. */
typedef struct {
    const char *table, *columns; /* without the leading replication */
    size_t size;                 /* of a row in memory */
    size_t array, count;         /* offsets in store_trial */
    void (*fields)(store_row_cursor *c, void *row);
} store_row_kind;
extern const store_row_kind store_row_kinds[];
extern const size_t store_row_kind_count;

void *store_row_array(const store_trial *t, const store_row_kind *k);
size_t store_row_count(const store_trial *t, const store_row_kind *k);
/* Room for one more row, zeroed and counted; NULL if there is no memory. */
void *store_row_append(store_trial *t, const store_row_kind *k);

#endif
