/* SPDX-License-Identifier: MIT
 *
 * field.h - a row of the parameter table: where a setting lives in a struct, and what it may hold.
 *
 * Each rule file lists the rows of its own setup struct; offsets count from the start of bis_policy. The
 * scenario module uses the same row type for the world's parameters, and everything that reads, writes,
 * checks or documents a parameter is driven by these rows.
 */
#ifndef BIS_FIELD_H
#define BIS_FIELD_H

#include <stddef.h>

typedef enum {
    BIS_FIELD_BOOL,     /* bool */
    BIS_FIELD_INT,      /* int64_t */
    BIS_FIELD_REAL,     /* double */
    BIS_FIELD_DURATION, /* int64_t milliseconds; written 500ms, 30s, 10min, 2h, 14d, 1w */
    BIS_FIELD_TIME,   /* int64_t milliseconds since the epoch; written 2026-03-01 or 2026-03-01T08:00:00 (UTC)
                       */
    BIS_FIELD_CLOCK,  /* int64_t milliseconds since midnight; written 22:00, 07:30 or 24:00 */
    BIS_FIELD_CHOICE, /* int; index into choices */
    BIS_FIELD_SET,    /* uint32_t; bit i stands for choices[i]; written push+email, all or none */
    BIS_FIELD_TEXT    /* char[size], NUL-terminated UTF-8 */
} bis_field_type;

/* An array inside the struct. A path with "[]" names a field of its elements. */
typedef struct {
    const char *path;    /* "policy.caps" */
    size_t offset;       /* of the first element */
    size_t stride;       /* bytes from one element to the next */
    size_t count_offset; /* of a size_t that holds how many elements are set */
    size_t max;
    const char *doc;
} bis_field_list;

typedef struct {
    const char *path; /* "policy.throttle.every", or "policy.caps[].count" for a list's element */
    bis_field_type type;
    size_t offset;    /* from the start of the struct, or of the element */
    size_t size;      /* TEXT: capacity with the NUL; else 0 */
    const char *unit; /* "", "units", "share", "per day", ... for people */
    double min, max;  /* inclusive; ignored for BOOL, CLOCK, CHOICE, SET, TEXT. Durations in milliseconds */
    const char *def;  /* the default, written as a scenario would */
    const char *const *choices; /* CHOICE, SET: NULL-terminated, at most 32 for a SET */
    const char *active; /* NULL: always. "policy.throttle.mode=batch|per_unit": an error if set otherwise */
    const bis_field_list *list; /* NULL for a plain field */
    const char *doc;
} bis_field;

#endif
