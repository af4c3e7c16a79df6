/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * table.h - columns of a CSV file in memory: numbers, and texts as numbers of a list of values.
 *
 * Open, say which columns are wanted, read. Empty fields, NA, NaN, nan and null are missing numbers (NaN). A
 * bad row is an error with file and line: an experiment from which rows were dropped is another experiment.
 */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/lab.h"

typedef struct lab_table lab_table;

/* Reads the header. [out] out: owned by the caller. LAB_BAD_INPUT: cannot be read, or no proper header. */
lab_status lab_table_open(const char *path, lab_table **out, lab_error *error);
void lab_table_close(lab_table *table); /* NULL is fine */

size_t lab_table_width(const lab_table *table);
const char *lab_table_header(const lab_table *table, size_t i);
bool lab_table_has(const lab_table *table, const char *name);

typedef enum {
    LAB_NUMBER, /* missing ones are NaN */
    LAB_TEXT    /* an empty one is a bad row */
} lab_kind;

/* Wants a column; the same one twice is fine, as a number and as a text too. [in] option: who wants it, for
 * the message ("--arm"). [out] index: for the functions below. */
lab_status lab_table_want(lab_table *table, const char *name, lab_kind kind, const char *option,
                          size_t *index, lab_error *error);

lab_status lab_table_read(lab_table *table, lab_error *error);

size_t lab_table_rows(const lab_table *table);
double *lab_table_numbers(lab_table *table, size_t index);           /* rows values, owned by the table */
const uint32_t *lab_table_ids(const lab_table *table, size_t index); /* rows ids below values() */
size_t lab_table_values(const lab_table *table, size_t index);       /* different texts */
const char *lab_table_value(const lab_table *table, size_t index, uint32_t id); /* in order of appearance */
uint64_t lab_table_hash(const lab_table *table); /* XXH64 of the file's bytes, once it has been read */
uint64_t lab_table_line(const lab_table *table, size_t row); /* of the file, 1-based */

#endif
