/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * time.c - spans and points of time, and times of day, as text.
 *
 * Own parsers: strptime() and mktime() look at the locale and at TZ, and a scenario must mean the same
 * everywhere. The calendar is the proleptic Gregorian one.
 */
#include "scenarios/internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"w", 604800000}, {"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};
enum { UNITS = sizeof units / sizeof units[0] };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool scenario_duration_parse(const char *text, size_t size, int64_t *v) {
    size_t i = 0;
    bool negative = size > 0 && text[0] == '-';
    if (negative) i++;
    size_t begin = i;
    int64_t whole = 0;
    for (; i < size && is_digit(text[i]); i++) {
        if (whole > INT64_MAX / 20)
            return false; /* far beyond any range; keeps the product below in bounds */
        whole = whole * 10 + (text[i] - '0');
    }
    if (i == begin) return false;
    double fraction = 0;
    if (i < size && text[i] == '.') {
        size_t point = i++;
        for (double place = 0.1; i < size && is_digit(text[i]); i++, place /= 10)
            fraction += (text[i] - '0') * place;
        if (i == point + 1) return false;
    }
    if (i == size) {
        *v = 0;
        return whole == 0 && fraction == 0;
    }
    for (size_t u = 0; u < UNITS; u++) {
        if (strlen(units[u].name) != size - i || memcmp(units[u].name, text + i, size - i) != 0) continue;
        if (whole > INT64_MAX / 2 / units[u].ms) return false;
        int64_t ms = whole * units[u].ms + llround(fraction * (double)units[u].ms);
        *v = negative ? -ms : ms;
        return true;
    }
    return false;
}

void scenario_duration_print(int64_t v, char *buffer, size_t size) {
    if (v == 0) {
        snprintf(buffer, size, "0");
        return;
    }
    size_t u = 0;
    while (v % units[u].ms != 0)
        u++;
    snprintf(buffer, size, "%" PRId64 "%s", v / units[u].ms, units[u].name);
}

/* Days from 1970-01-01. Years are counted from March, so that the leap day is a year's last; an era is the
 * 400 years after which the calendar repeats. */
int64_t scenario_days_of(int64_t year, int64_t month, int64_t day) {
    if (month <= 2) year--;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t scenario_year_of(int64_t day) {
    int64_t year = 1970 + day / 366; /* never too late; a step or two forward finds it */
    if (day < 0) year = 1970 + day / 365 - 1;
    while (scenario_days_of(year + 1, 1, 1) <= day)
        year++;
    return year;
}

int64_t scenario_month_length(int64_t year, int64_t month) {
    static const int8_t length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return length[month - 1] + (month == 2 && leap);
}

typedef struct {
    const char *at, *end;
} cursor;

static bool take_number(cursor *c, size_t digits, int64_t *out) {
    if ((size_t)(c->end - c->at) < digits) return false;
    int64_t v = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(c->at[i])) return false;
        v = v * 10 + (c->at[i] - '0');
    }
    c->at += digits;
    *out = v;
    return true;
}

static bool take(cursor *c, char want) {
    if (c->at == c->end || *c->at != want) return false;
    c->at++;
    return true;
}

static bool take_fraction(cursor *c, int64_t *ms) {
    const char *begin = c->at;
    int64_t weight = 100;
    *ms = 0;
    for (; c->at < c->end && is_digit(*c->at); c->at++, weight /= 10)
        *ms += weight * (*c->at - '0');
    return c->at > begin;
}

/* Z, +01:00, +0100, +01 or nothing. [out] minutes east of UTC. */
static bool take_zone(cursor *c, int64_t *minutes) {
    *minutes = 0;
    if (c->at == c->end || take(c, 'Z')) return true;
    bool east = take(c, '+');
    if (!east && !take(c, '-')) return false;
    int64_t h, m = 0;
    if (!take_number(c, 2, &h)) return false;
    bool colon = take(c, ':');
    if ((colon || c->at < c->end) && !take_number(c, 2, &m)) return false;
    *minutes = (east ? 1 : -1) * (h * 60 + m);
    return h <= 23 && m <= 59;
}

bool scenario_time_parse(const char *text, size_t size, int64_t *v) {
    cursor c = {text, text + size};
    int64_t year, month, day, hour = 0, minute = 0, second = 0, ms = 0, zone = 0;
    if (!take_number(&c, 4, &year) || !take(&c, '-') || !take_number(&c, 2, &month) || !take(&c, '-') ||
        !take_number(&c, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > scenario_month_length(year, month))
        return false;
    if (c.at < c.end) {
        if (!take(&c, 'T') && !take(&c, ' ')) return false;
        if (!take_number(&c, 2, &hour) || !take(&c, ':') || !take_number(&c, 2, &minute)) return false;
        if (take(&c, ':')) {
            if (!take_number(&c, 2, &second)) return false;
            if (take(&c, '.') && !take_fraction(&c, &ms)) return false;
        }
        if (!take_zone(&c, &zone) || hour > 23 || minute > 59 || second > 59) return false;
    }
    if (c.at < c.end) return false;
    int64_t minutes = (scenario_days_of(year, month, day) * 24 + hour) * 60 + minute - zone;
    *v = (minutes * 60 + second) * 1000 + ms;
    return true;
}

void scenario_time_print(int64_t v, char *buffer, size_t size) {
    int64_t day = v / 86400000, ms = v % 86400000;
    if (ms < 0) {
        ms += 86400000;
        day--;
    }
    int64_t year = scenario_year_of(day), month = 1, left = day - scenario_days_of(year, 1, 1);
    while (left >= scenario_month_length(year, month))
        left -= scenario_month_length(year, month++);
    int n = snprintf(buffer, size, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, left + 1);
    if (ms == 0 || n < 0 || (size_t)n >= size) return;
    int64_t s = ms / 1000;
    int m = snprintf(buffer + n, size - (size_t)n, "T%02" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                     s / 60 % 60, s % 60);
    if (ms % 1000 != 0 && m > 0 && (size_t)(n + m) < size)
        snprintf(buffer + n + m, size - (size_t)(n + m), ".%03" PRId64, ms % 1000);
}

/* ---- times of day ---- */

bool scenario_clock_parse(const char *text, size_t size, int64_t *v) {
    cursor c = {text, text + size};
    int64_t hour, minute;
    if (!take_number(&c, 2, &hour) || !take(&c, ':') || !take_number(&c, 2, &minute) || c.at < c.end)
        return false;
    if (minute > 59 || hour * 60 + minute > 24 * 60) return false;
    *v = (hour * 60 + minute) * 60000;
    return true;
}

void scenario_clock_print(int64_t v, char *buffer, size_t size) {
    snprintf(buffer, size, "%02" PRId64 ":%02" PRId64, v / 3600000, v / 60000 % 60);
}
