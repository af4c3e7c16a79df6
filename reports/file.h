/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file.h - files that are whole or not there: written beside their place under another name, then renamed.
 */
#ifndef REPORTS_FILE_H
#define REPORTS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

enum { FILE_PATH_SIZE = 4096 };

typedef struct {
    FILE *out;
    char path[FILE_PATH_SIZE], temporary[FILE_PATH_SIZE];
} file_writer;

/* Opens DIR/NAME for writing. [out] error: at least 512 bytes, filled on false. */
bool file_open(file_writer *w, const char *dir, const char *name, char *error);

/* Flushes, closes and renames if `good` and nothing failed; else removes what was written. */
bool file_close(file_writer *w, bool good, char *error);

/* A whole file at once. */
bool file_write(const char *dir, const char *name, const char *bytes, size_t size, char *error);

/* Makes the folder DIR or DIR/NAME (NAME may be NULL) if it is missing. */
bool file_folder(const char *dir, const char *name, char *error);

/* Removes DIR/NAME, which an earlier writing left and this one has not: beside it, it would be taken for
 * ours. That it is not there is fine. [in] begins: what the file has to begin with, or it is somebody else's
 * and stays; NULL: none but ours has that name. */
void file_forget(const char *dir, const char *name, const char *begins);

#endif
