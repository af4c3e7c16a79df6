/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * journal_read.c - a journal from its first row on; see journal.h. The file is not trusted.
 */
#include "store/journal_inside.h"

#include <stdio.h>

static store_status damaged(const store_journal *j, const char *table, uint64_t row, char *error) {
    snprintf(error, STORE_ERROR_SIZE, "%.300s: damaged: row %ju of %s is missing or wrong", j->name,
             (uintmax_t)row, table);
    return STORE_NOT_A_RUN;
}

/* [out] found: false after the last row; then the statement gives up its hold on the file. */
static store_status next(store_journal *j, int statement, bool *found, char *error) {
    int rc = sqlite3_step(j->statement[statement]);
    *found = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return STORE_OK;
    store_status status = rc == SQLITE_DONE ? STORE_OK : store_journal_says(j, error);
    sqlite3_reset(j->statement[statement]);
    return status;
}

static size_t text_at(sqlite3_stmt *s, int column, const char **line) {
    *line = (const char *)sqlite3_column_text(s, column);
    return *line ? (size_t)sqlite3_column_bytes(s, column) : 0;
}

store_status store_journal_next_input(store_journal *j, store_journal_input *out, bool *found,
                                      char error[STORE_ERROR_SIZE]) {
    sqlite3_stmt *s = j->statement[READ_INPUT];
    store_status status = next(j, READ_INPUT, found, error);
    if (status != STORE_OK || !*found) return status;
    int64_t n = sqlite3_column_int64(s, 0), seq = sqlite3_column_int64(s, 1);
    *out = (store_journal_input){.n = (uint64_t)n, .seq = (uint64_t)seq, .at = sqlite3_column_int64(s, 2)};
    out->size = text_at(s, 3, &out->line);
    bool whole = n == (int64_t)++j->read_inputs && seq >= 0 && (seq > 0) == (out->line != NULL);
    return whole ? STORE_OK : damaged(j, "input", j->read_inputs, error);
}

store_status store_journal_next_decision(store_journal *j, store_journal_decision *out, bool *found,
                                         char error[STORE_ERROR_SIZE]) {
    sqlite3_stmt *s = j->statement[READ_DECISION];
    store_status status = next(j, READ_DECISION, found, error);
    if (status != STORE_OK || !*found) return status;
    int64_t seq = sqlite3_column_int64(s, 0);
    *out = (store_journal_decision){.seq = (uint64_t)seq, .input = (uint64_t)sqlite3_column_int64(s, 1)};
    out->size = text_at(s, 2, &out->line);
    bool whole = seq == (int64_t)++j->read_decisions && out->line;
    return whole ? STORE_OK : damaged(j, "outbox", j->read_decisions, error);
}
