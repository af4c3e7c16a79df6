/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * times.c - see times.h.
 *
 * Own parsers, for strptime() looks at the locale. A trace has thousands of rows for a day, so the date that
 * was read last is remembered, and only the time of day is read anew.
 */
#include "scenarios/times.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/internal.h"

enum { DAY_MS = 86400000 };
static const char fields[] = "YymbdHMS";
static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};

/* ---- patterns ---- */

/* The fields that a pattern names, as bits in the order of `fields`. false: one is unknown or stands twice.
 */
static bool fields_of(const char *pattern, unsigned *seen, char *bad) {
    *seen = 0;
    for (const char *p = pattern; *p; p++) {
        if (*p != '%' || *++p == '%') continue;
        const char *field = *p ? strchr(fields, *p) : NULL;
        *bad = *p;
        if (!field || *seen & 1u << (field - fields)) return false;
        *seen |= 1u << (field - fields);
    }
    return true;
}

static bool pattern_is_whole(const char *pattern, char *what, size_t size) {
    unsigned seen;
    char bad = '\0';
    if (!fields_of(pattern, &seen, &bad)) {
        snprintf(what, size,
                 "in '%.60s' %%%.*s is %s; there are %%Y %%y %%m %%b %%d %%H %%M %%S and %%%%, each once",
                 pattern, bad != '\0', &bad, bad && strchr(fields, bad) ? "there twice" : "unknown");
        return false;
    }
    bool year = (seen & 1) != (seen >> 1 & 1), month = (seen >> 2 & 1) != (seen >> 3 & 1),
         day = seen >> 4 & 1;
    if (year && month && day) return true;
    snprintf(what, size,
             "'%.60s' is neither iso8601, epoch_s nor epoch_ms, nor a pattern such as '%%d/%%m/%%Y %%H:%%M' "
             "with one year, month and day",
             pattern);
    return false;
}

static bool number(const char **at, const char *end, int least, int most, int64_t *out) {
    int n = 0;
    for (*out = 0; n < most && *at < end && **at >= '0' && **at <= '9'; n++, ++*at)
        *out = *out * 10 + (**at - '0');
    return n >= least;
}

static bool month_name(const char **at, const char *end, int64_t *month) {
    for (int m = 0; end - *at >= 3 && m < 12; m++) {
        if (tolower((unsigned char)(*at)[0]) != months[m][0] ||
            tolower((unsigned char)(*at)[1]) != months[m][1] ||
            tolower((unsigned char)(*at)[2]) != months[m][2])
            continue;
        *month = m + 1;
        *at += 3;
        return true;
    }
    return false;
}

static bool read_pattern(const char *pattern, const char *text, size_t size, int64_t *out) {
    const char *at = text, *end = text + size;
    int64_t year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    for (const char *p = pattern; *p; p++) {
        bool ok;
        if (*p != '%' || *++p == '%') {
            ok = at < end && *at++ == *p;
        } else
            switch (*p) {
            case 'Y': ok = number(&at, end, 4, 4, &year); break;
            case 'y':
                ok = number(&at, end, 2, 2, &year);
                year += year >= 69 ? 1900 : 2000;
                break;
            case 'm': ok = number(&at, end, 1, 2, &month); break;
            case 'b': ok = month_name(&at, end, &month); break;
            case 'd': ok = number(&at, end, 1, 2, &day); break;
            case 'H': ok = number(&at, end, 1, 2, &hour); break;
            case 'M': ok = number(&at, end, 1, 2, &minute); break;
            default: ok = number(&at, end, 1, 2, &second); break;
            }
        if (!ok) return false;
    }
    if (at != end || year < 1 || month < 1 || month > 12 || day < 1 ||
        day > scenario_month_length(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    *out = scenario_days_of(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
    return true;
}

/* ---- iso8601 ---- */

static inline int two(const char *s) {
    unsigned a = (unsigned)(s[0] - '0'), b = (unsigned)(s[1] - '0');
    return a < 10 && b < 10 ? (int)(a * 10 + b) : 99;
}

/* HH:MM or HH:MM:SS, then perhaps Z. */
static inline bool of_day(const char *s, size_t size, int64_t *ms) {
    if (size > 0 && s[size - 1] == 'Z') size--;
    if (size != 5 && size != 8) return false;
    int h = two(s), m = two(s + 3), sec = size == 8 ? two(s + 6) : 0;
    *ms = ((int64_t)(h * 60 + m) * 60 + sec) * 1000;
    return h < 24 && m < 60 && sec < 60 && s[2] == ':' && (size == 5 || s[5] == ':');
}

static bool read_iso(scenario_times *t, const char *text, size_t size, int64_t *at) {
    int64_t ms;
    bool plain = size > 10 && (text[10] == 'T' || text[10] == ' ') && of_day(text + 11, size - 11, &ms);
    if (plain && memcmp(text, t->day, sizeof t->day) == 0) {
        *at = t->day_at + ms;
        return true;
    }
    if (!scenario_time_parse(text, size, at)) return false;
    if (plain) {
        memcpy(t->day, text, sizeof t->day);
        t->day_at = *at - ms;
    }
    return true;
}

/* ---- all ---- */

bool scenario_times_open(scenario_times *t, const char *format, char *what, size_t size) {
    static const char *const name[] = {"iso8601", "epoch_s", "epoch_ms"};
    *t = (scenario_times){.kind = SCENARIO_TIME_PATTERN, .pattern = format};
    for (int k = 0; k < SCENARIO_TIME_PATTERN; k++)
        if (strcmp(format, name[k]) == 0) t->kind = (scenario_time_kind)k;
    return t->kind != SCENARIO_TIME_PATTERN || pattern_is_whole(format, what, size);
}

bool scenario_times_read(scenario_times *t, const char *text, size_t size, int64_t *at) {
    static const int64_t limit = 253402300800000; /* year 10000 in ms */
    double seconds;
    switch (t->kind) {
    case SCENARIO_ISO8601: return read_iso(t, text, size, at);
    case SCENARIO_EPOCH_S:
        if (size > 18 || !scenario_real_parse(text, size, &seconds) || seconds < 0) return false;
        if (seconds >= (double)limit / 1000) return false;
        *at = (int64_t)(seconds * 1000 + 0.001); /* cut to the millisecond; the sum undoes binary fractions */
        return true;
    case SCENARIO_EPOCH_MS: return scenario_int_parse(text, size, at) && *at >= 0 && *at < limit;
    case SCENARIO_TIME_PATTERN: return read_pattern(t->pattern, text, size, at);
    }
    return false;
}

void scenario_times_hint(const scenario_times *t, const char *section, char *buffer, size_t size) {
    static const char *const is[] = {"a time such as 2026-03-01T08:00:00", "a number of seconds since 1970",
                                     "a whole number of milliseconds since 1970", "such a time"};
    snprintf(buffer, size, "is not %s (%s.time_format is %.60s)", is[t->kind], section, t->pattern);
}
