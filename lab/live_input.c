/* SPDX-License-Identifier: GPL-3.0-or-later
 * live_input.c - see live_input.h. */
#include "lab/live_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

static const char *newline(const live_input *in) {
    size_t left = in->to - in->from - in->looked;
    return left ? memchr(in->at + in->from + in->looked, '\n', left) : NULL;
}

bool live_input_waits(const live_input *in) {
    return newline(in) || (in->ended && (in->to > in->from || in->skipping));
}

bool live_input_next(live_input *in, live_line *line) {
    const char *end = newline(in);
    size_t size = end ? (size_t)(end - (in->at + in->from)) : in->to - in->from;
    if (!end && !(in->ended && (size > 0 || in->skipping))) {
        in->looked = size;
        if (size <= LIVE_LINE_MAX) return false;
        in->skipping = true; /* what there is of it can go */
        in->from = in->to = in->looked = 0;
        return false;
    }
    *line = (live_line){in->at + in->from, size, in->skipping || size > LIVE_LINE_MAX};
    in->from += size + (end ? 1 : 0);
    in->looked = 0;
    in->skipping = false;
    return true;
}

bool live_input_read(live_input *in) {
    if (in->from == in->to) in->from = in->to = 0;
    if (in->room - in->to < CHUNK && in->from > 0) {
        memmove(in->at, in->at + in->from, in->to - in->from);
        in->to -= in->from;
        in->from = 0;
    }
    if (in->room - in->to < CHUNK) {
        size_t room = in->room ? in->room * 2 : 2 * (size_t)CHUNK;
        char *at = realloc(in->at, room);
        if (!at) return false;
        in->at = at;
        in->room = room;
    }
    ssize_t n;
    do {
        n = read(in->fd, in->at + in->to, CHUNK);
    } while (n < 0 && errno == EINTR);
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (n == 0) in->ended = true;
    in->to += (size_t)n;
    return true;
}

void live_input_clear(live_input *in) {
    free(in->at);
    *in = (live_input){.fd = in->fd};
}
