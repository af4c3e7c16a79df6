/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_input.h - lines out of a descriptor, as they come, in bounded memory (inside lab/ only).
 */
#ifndef LAB_LIVE_INPUT_H
#define LAB_LIVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { LIVE_LINE_MAX = 1024 * 1024 }; /* bytes without the newline */

/* A zero-filled one with its descriptor is ready. */
typedef struct {
    int fd;
    char *at; /* bytes [from, to) have been read and not handed out */
    size_t from, to, room;
    size_t looked; /* bytes from `from` on that hold no newline */
    bool skipping; /* in a line that is too long */
    bool ended;
} live_input;

typedef struct {
    const char *text; /* without newline; valid until the next read */
    size_t size;
    bool too_long; /* text is not all of it */
} live_line;

/* The next line that is there whole; at the end of the input what is left counts as one. */
bool live_input_next(live_input *input, live_line *line);

bool live_input_waits(const live_input *input); /* whether live_input_next() would give a line */

/* Reads once, which may block; at the end of the input `ended` is set. false: errno says why. */
bool live_input_read(live_input *input);

void live_input_clear(live_input *input);

#endif
