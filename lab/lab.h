/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lab.h - what every command of the lab shares: how it ended, and what it says if it failed.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <stddef.h>

/* The numbers are the program's exit codes. */
typedef enum {
    LAB_OK = 0,
    LAB_FAILED = 1,    /* it broke while running: memory, disk, a defect */
    LAB_BAD_INPUT = 2, /* wrong usage, scenario, trace or folder */
    LAB_IMPRECISE = 3, /* stopped before the precision asked for */
    LAB_ALERT = 4,     /* an alert limit was crossed */
    LAB_STATUS_COUNT
} lab_status;

enum { LAB_ERROR_SIZE = 2048, LAB_PATH_SIZE = 4096 };

/* One message, without a newline at the end; it says what is wrong and what to do. */
typedef struct {
    char text[LAB_ERROR_SIZE];
} lab_error;

/* Fills error->text as printf would and returns `status`, so that a failure is one statement. */
lab_status lab_fail(lab_error *error, lab_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The nearest of n words to a mistyped one, or NULL if none is near: at most a third of its letters are wrong
 * (Damerau-Levenshtein, optimal string alignment). */
const char *lab_nearest(const char *text, const char *const *words, size_t n);

#endif
