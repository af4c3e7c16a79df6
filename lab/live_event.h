/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_event.h - one line of the live engine's input as an event (inside lab/ only). docs/LIVE.md is the
 * reference of the fields.
 */
#ifndef LAB_LIVE_EVENT_H
#define LAB_LIVE_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bis.h"

enum { LIVE_TICK = BIS_EV_KIND_COUNT, LIVE_KINDS }; /* time goes by; the other kinds are bis_event_kind's */

typedef enum {
    LIVE_SEQ,
    LIVE_AT,
    LIVE_SHOPPER,
    LIVE_SKU,
    LIVE_PRODUCT,
    LIVE_CATEGORY,
    LIVE_TITLE, /* the five tokens of a template, in the order of bis_tokens */
    LIVE_VARIANT,
    LIVE_PRICE,
    LIVE_IMAGE,
    LIVE_URL,
    LIVE_TIER,
    LIVE_VALUE,
    LIVE_DEVICES,
    LIVE_REGION,
    LIVE_ZONE,
    LIVE_PUSH,
    LIVE_EMAIL,
    LIVE_SMS,
    LIVE_BEHAVIOURAL,
    LIVE_LEVEL,
    LIVE_AS_OF,
    LIVE_VERSION,
    LIVE_SOURCE,
    LIVE_QUANTITY,
    LIVE_CHANNEL,
    LIVE_TOUCH,
    LIVE_WHAT,
    LIVE_SOLD_OUT,
    LIVE_FIELDS
} live_field;

enum { LIVE_TOKENS = LIVE_URL - LIVE_TITLE + 1, LIVE_ID_MAX = 255, LIVE_WHAT_SIZE = 320 };

/* Latest time that an event can have: the end of the year 9999. */
#define LIVE_TIME_MAX INT64_C(253402300799999)

typedef struct {
    const char *text; /* texts: `size` bytes of UTF-8 without NUL, NUL-terminated */
    size_t size;
    int64_t i; /* whole numbers, times (ms since the epoch), flags, words (index) */
    double r;  /* other numbers */
} live_value;

typedef struct {
    int kind;
    uint64_t given; /* bit i: value[i] was given, and is in its range */
    live_value value[LIVE_FIELDS];
    json_t *document; /* keeps the texts */
} live_event;

static inline bool live_has(const live_event *event, live_field field) {
    return (event->given >> field & 1) != 0;
}

/* What is wrong with a line, as a text that may hold pieces of it, so perhaps cut within a character. */
typedef struct {
    int column; /* in characters, from 1; 0: not known */
    char what[LIVE_WHAT_SIZE];
} live_fault;

/* Reads a line. [out] event: to be cleared if true; else it holds nothing but the caller's number (LIVE_SEQ),
 * if that could be read. false: fault says why. */
bool live_event_read(const char *line, size_t size, live_event *event, live_fault *fault);
void live_event_clear(live_event *event);

bool live_refuse(live_fault *fault, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* false */

/* ---- the table of what an event may hold (live_fields.c) ---- */

typedef enum {
    LIVE_IS_ID,
    LIVE_IS_TEXT,
    LIVE_IS_TIME,
    LIVE_IS_WHOLE,
    LIVE_IS_REAL,
    LIVE_IS_FLAG,
    LIVE_IS_WORD
} live_type;

typedef struct {
    const char *name;
    live_type type;
    int64_t min, max;         /* WHOLE, REAL; TEXT: most bytes */
    const char *const *words; /* WORD: NULL-terminated */
} live_field_row;

typedef struct {
    const char *name;
    uint64_t must, may; /* masks of live_field; LIVE_SEQ and LIVE_AT are common to all and in neither */
} live_kind_row;

extern const live_field_row live_field_rows[LIVE_FIELDS];
extern const live_kind_row live_kind_rows[LIVE_KINDS];

#endif
