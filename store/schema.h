/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schema.h - schema.sql inside the program, and the marks by which a file is known as a run store.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

enum {
    STORE_APPLICATION_ID = 0x72736c62, /* "rslb", in SQLite's application_id */
    STORE_SCHEMA_VERSION = 6,          /* user_version: raised whenever schema.sql changes */
    STORE_SWEEP_ID = 0x72736c77,       /* "rslw": a sweep */
    STORE_SWEEP_VERSION = 5,           /* for sweep.sql and the blobs in it */
    STORE_JOURNAL_ID = 0x7273626a,     /* "rsbj": a live engine's journal */
    STORE_JOURNAL_VERSION = 1          /* for journal.sql and the lines in it */
};

/* The lines of schema.sql, each with its newline. */
extern const char *const store_schema_line[];
extern const size_t store_schema_lines;

/* The lines of sweep.sql. */
extern const char *const store_sweep_line[];
extern const size_t store_sweep_lines;

/* The lines of journal.sql. */
extern const char *const store_journal_line[];
extern const size_t store_journal_lines;

#endif
