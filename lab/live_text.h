/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_text.h - a text that grows, and JSON written into it (inside lab/ only).
 *
 * Running out of memory is noted and looked at once, at the end: what is put after it is lost.
 */
#ifndef LAB_LIVE_TEXT_H
#define LAB_LIVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zero-filled one is empty and ready. */
typedef struct {
    char *at; /* n bytes, without a NUL */
    size_t n, room;
    bool failed;
} live_text;

void live_text_clear(live_text *text); /* frees it */

/* Room for n more bytes. NULL: no memory. The caller writes up to n bytes there and raises text->n. */
char *live_text_room(live_text *text, size_t n);

void live_put(live_text *text, const char *bytes, size_t n);
void live_put_word(live_text *text, const char *word); /* as it is */
void live_put_int(live_text *text, int64_t v);

/* In quotes, escaped. Bytes that are not UTF-8 become U+FFFD, so that what is printed is always JSON. */
void live_put_quoted(live_text *text, const char *bytes, size_t n);

/* "2026-03-02T10:00:00.000Z" in quotes. [in] ms: since the epoch. */
void live_put_time(live_text *text, int64_t ms);

#endif
