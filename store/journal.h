/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * journal.h - the journal of a live engine: one SQLite file that survives being killed (journal.sql says what
 * stands where).
 *
 * Inputs and the decisions that they caused go into one transaction; what store_journal_commit() has returned
 * STORE_OK for is on the disk, and only then may it be shown to anybody. One process at a time may hold a
 * journal.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

typedef struct store_journal store_journal;

/* What makes two journals the same. Lines of `policy` are "PATH=VALUE", in an order of their own. */
typedef struct {
    const char *clock;
    const char *policy;
    const char *program; /* who writes it; kept for messages, and not compared */
} store_journal_head;

typedef struct {
    uint64_t inputs, decisions; /* how many there are */
    uint64_t taken;             /* highest number (seq) of an input */
    uint64_t printed;           /* decisions that were printed for certain */
} store_journal_marks;

/* Opens or makes the journal. An existing one must have the same head, or STORE_NOT_A_RUN with an error that
 * names what differs. [out] out: the caller's (store_journal_close); marks: as of now. Both untouched unless
 * STORE_OK. */
store_status store_journal_open(const char *path, const store_journal_head *head, store_journal **out,
                                store_journal_marks *marks, char error[STORE_ERROR_SIZE]);

const char *store_journal_program(const store_journal *journal); /* that made it */

/* ---- reading back, before anything is added ---- */

typedef struct {
    uint64_t n;       /* 1, 2, 3, ... */
    uint64_t seq;     /* 0: time went by, and there is no line */
    int64_t at;       /* ms since the epoch */
    const char *line; /* valid until the next call */
    size_t size;
} store_journal_input;

typedef struct {
    uint64_t seq; /* 1, 2, 3, ... */
    uint64_t input;
    const char *line; /* valid until the next call */
    size_t size;
} store_journal_decision;

/* The next input, and the next decision, from the first on. [out] found: false after the last one.
 * STORE_NOT_A_RUN: damaged. */
store_status store_journal_next_input(store_journal *journal, store_journal_input *out, bool *found,
                                      char error[STORE_ERROR_SIZE]);
store_status store_journal_next_decision(store_journal *journal, store_journal_decision *out, bool *found,
                                         char error[STORE_ERROR_SIZE]);

/* ---- writing ---- */

/* Adds an input (line NULL: time went by) to the transaction under way. */
store_status store_journal_add_input(store_journal *journal, const store_journal_input *input,
                                     char error[STORE_ERROR_SIZE]);

/* Adds a decision that the last input caused. */
store_status store_journal_add_decision(store_journal *journal, const char *line, size_t size,
                                        char error[STORE_ERROR_SIZE]);

/* Ends the transaction, if there is one: with STORE_OK all that was added is on the disk, else nothing of it.
 */
store_status store_journal_commit(store_journal *journal, char error[STORE_ERROR_SIZE]);

/* Notes that decisions up to `seq` were printed. It is kept with the next commit, or by _keep_printed(),
 * which does not wait for the disk: a power failure may forget it. */
void store_journal_printed(store_journal *journal, uint64_t seq);
store_status store_journal_keep_printed(store_journal *journal, char error[STORE_ERROR_SIZE]);

void store_journal_close(store_journal *journal); /* drops what is not committed; NULL is fine */

#endif
