/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * journal_inside.h - what the two files of a journal share (inside store/ only).
 */
#ifndef STORE_JOURNAL_INSIDE_H
#define STORE_JOURNAL_INSIDE_H

#include <sqlite3.h>

#include "store/journal.h"

enum { ADD_INPUT, ADD_DECISION, SET_MARK, READ_INPUT, READ_DECISION, BEGIN, COMMIT, JOURNAL_STATEMENTS };

struct store_journal {
    sqlite3 *db;
    sqlite3_stmt *statement[JOURNAL_STATEMENTS];
    char *path, *name; /* the file, and as it was given, for messages */
    char *policy, *program;
    uint64_t inputs, decisions;     /* written, the transaction under way included */
    uint64_t printed, printed_kept; /* as known, and as the file says */
    uint64_t read_inputs, read_decisions;
};

store_status store_journal_says(store_journal *journal, char *error); /* what SQLite's last failure was */

#endif
