/* SPDX-License-Identifier: GPL-3.0-or-later
 * live_text.c - see live_text.h. */
#include "lab/live_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void live_text_clear(live_text *t) {
    free(t->at);
    *t = (live_text){0};
}

char *live_text_room(live_text *t, size_t n) {
    if (t->failed) return NULL;
    if (t->room - t->n >= n) return t->at + t->n;
    size_t room = t->room ? t->room : 1024;
    while (room - t->n < n)
        room *= 2;
    char *at = realloc(t->at, room);
    if (!at) {
        t->failed = true;
        return NULL;
    }
    t->at = at;
    t->room = room;
    return at + t->n;
}

void live_put(live_text *t, const char *bytes, size_t n) {
    char *to = n > 0 ? live_text_room(t, n) : NULL;
    if (!to) return;
    memcpy(to, bytes, n);
    t->n += n;
}

void live_put_word(live_text *t, const char *word) {
    live_put(t, word, strlen(word));
}

void live_put_int(live_text *t, int64_t v) {
    char digits[24];
    live_put(t, digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, v));
}

/* Bytes of the UTF-8 character at `at`; 0 if there is none: cut off, overlong, a surrogate, beyond U+10FFFF.
 */
static size_t character(const unsigned char *at, size_t left) {
    unsigned char c = at[0];
    size_t n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (n == 0 || n > left) return 0;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xc0) != 0x80) return 0;
    if ((c == 0xe0 && at[1] < 0xa0) || (c == 0xed && at[1] > 0x9f) || (c == 0xf0 && at[1] < 0x90) ||
        (c == 0xf4 && at[1] > 0x8f))
        return 0;
    return n;
}

static void put_escaped(live_text *t, unsigned char c) {
    char escape[8];
    if (c == '"' || c == '\\')
        snprintf(escape, sizeof escape, "\\%c", c);
    else if (c == '\n')
        snprintf(escape, sizeof escape, "\\n");
    else
        snprintf(escape, sizeof escape, "\\u%04x", c);
    live_put_word(t, escape);
}

void live_put_quoted(live_text *t, const char *bytes, size_t n) {
    const unsigned char *at = (const unsigned char *)bytes;
    live_put(t, "\"", 1);
    for (size_t i = 0, from = 0; i <= n;) {
        bool plain = i < n && at[i] >= 0x20 && at[i] != '"' && at[i] != '\\';
        size_t size = plain ? character(at + i, n - i) : 0;
        if (size > 0) {
            i += size;
            continue;
        }
        live_put(t, bytes + from, i - from);
        if (i == n) break;
        if (plain)
            live_put_word(t, "\xef\xbf\xbd");
        else
            put_escaped(t, at[i]);
        from = ++i;
    }
    live_put(t, "\"", 1);
}

void live_put_time(live_text *t, int64_t ms) {
    int64_t second = ms / 1000, rest = ms % 1000;
    if (rest < 0) {
        second--;
        rest += 1000;
    }
    time_t seconds = (time_t)second;
    struct tm utc;
    char shown[64];
    if (!gmtime_r(&seconds, &utc)) {
        live_put_int(t, ms); /* a year that does not fit an int: only a span of 10^16 ms leads there */
        return;
    }
    int n = snprintf(shown, sizeof shown, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)rest);
    live_put(t, shown, n > 0 ? (size_t)n : 0);
}
