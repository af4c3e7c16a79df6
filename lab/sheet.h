/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sheet.h - columns of a CSV file in memory: numbers, and texts as numbers of a list of values.
 *
 * Open, say which columns are wanted, read. Empty fields, NA, NaN, nan and null are missing numbers (NaN). A
 * bad row is an error with file and line: an experiment from which rows were dropped is another experiment.
 */
#ifndef LAB_SHEET_H
#define LAB_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/lab.h"

typedef struct lab_sheet lab_sheet;

/* Reads the header. [out] out: owned by the caller. LAB_BAD_INPUT: cannot be read, or no proper header. */
lab_status lab_sheet_open(const char *path, lab_sheet **out, lab_error *error);
void lab_sheet_close(lab_sheet *table); /* NULL is fine */

size_t lab_sheet_width(const lab_sheet *table);
const char *lab_sheet_header(const lab_sheet *table, size_t i);
bool lab_sheet_has(const lab_sheet *table, const char *name);

typedef enum {
    LAB_NUMBER, /* missing ones are NaN */
    LAB_TEXT    /* an empty one is a bad row */
} lab_kind;

/* Wants a column; the same one twice is fine, as a number and as a text too. [in] option: who wants it, for
 * the message ("--arm"). [out] index: for the functions below. */
lab_status lab_sheet_want(lab_sheet *table, const char *name, lab_kind kind, const char *option,
                          size_t *index, lab_error *error);

/* The same for "NUMERATOR/DENOMINATOR", unless a column has that very name. [out] denominator: SIZE_MAX:
 * none. */
lab_status lab_sheet_want_ratio(lab_sheet *table, const char *name, const char *option, size_t *numerator,
                                size_t *denominator, lab_error *error);

/* LAB_BAD_INPUT if the covariate is one of the outcome's own columns: then it would explain the effect away.
 */
lab_status lab_sheet_check_covariate(const lab_sheet *table, size_t covariate, const char *outcome,
                                     size_t numerator, size_t denominator, lab_error *error);

lab_status lab_sheet_read(lab_sheet *table, lab_error *error);

size_t lab_sheet_rows(const lab_sheet *table);
double *lab_sheet_numbers(lab_sheet *table, size_t index);           /* rows values, owned by the table */
const uint32_t *lab_sheet_ids(const lab_sheet *table, size_t index); /* rows ids below values() */
size_t lab_sheet_values(const lab_sheet *table, size_t index);       /* different texts */
const char *lab_sheet_value(const lab_sheet *table, size_t index, uint32_t id); /* in order of appearance */
uint64_t lab_sheet_hash(const lab_sheet *table); /* XXH64 of the file's bytes, once it has been read */
uint64_t lab_sheet_line(const lab_sheet *table, size_t row); /* of the file, 1-based */

#endif
