/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zone_rule.c - the rule at the end of a zone's file: how the clocks will change in the years to come.
 *
 * It is written as POSIX writes the variable TZ, with the wider range of times that RFC 8536 allows (-167 to
 * 167 hours). Offsets count west of UTC there. Of the three ways to name a date only that by month, week and
 * weekday is in use; the two that count the days of a year are refused.
 */
#include "scenarios/zone_inside.h"

#include <string.h>

#include "scenarios/internal.h"

typedef struct {
    const char *at, *end;
} cursor;

static bool take(cursor *c, char want) {
    if (c->at == c->end || *c->at != want) return false;
    c->at++;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* EST, or <+0545>. */
static bool take_name(cursor *c) {
    const char *begin = c->at;
    if (take(c, '<')) {
        while (c->at < c->end && (is_letter(*c->at) || is_digit(*c->at) || *c->at == '+' || *c->at == '-'))
            c->at++;
        return c->at > begin + 1 && take(c, '>');
    }
    while (c->at < c->end && is_letter(*c->at))
        c->at++;
    return c->at - begin >= 3;
}

static bool take_number(cursor *c, int64_t max, int64_t *out) {
    const char *begin = c->at;
    *out = 0;
    for (; c->at < c->end && is_digit(*c->at) && *out <= max; c->at++)
        *out = *out * 10 + (*c->at - '0');
    return c->at > begin && *out <= max;
}

/* [+-]hh[:mm[:ss]] */
static bool take_seconds(cursor *c, int64_t max_hours, int64_t *out) {
    int64_t hours, minutes = 0, seconds = 0;
    bool negative = take(c, '-');
    if (!negative) take(c, '+');
    if (!take_number(c, max_hours, &hours)) return false;
    if (take(c, ':') && (!take_number(c, 59, &minutes) || (take(c, ':') && !take_number(c, 59, &seconds))))
        return false;
    *out = (hours * 60 + minutes) * 60 + seconds;
    if (negative) *out = -*out;
    return true;
}

/* ,M3.2.0/2 */
static const char *take_date(cursor *c, zone_date *out) {
    static const char *const broken = "its rule for later years is broken";
    *out = (zone_date){.seconds = 7200};
    if (!take(c, ',')) return "its rule for later years names no dates";
    if (c->at < c->end && (*c->at == 'J' || is_digit(*c->at)))
        return "its rule for later years counts the days of the year (n or Jn), which is not supported";
    if (!take(c, 'M') || !take_number(c, 12, &out->month) || !take(c, '.') ||
        !take_number(c, 5, &out->week) || !take(c, '.') || !take_number(c, 6, &out->weekday) ||
        out->month < 1 || out->week < 1)
        return broken;
    return take(c, '/') && !take_seconds(c, 167, &out->seconds) ? broken : NULL;
}

const char *zone_rule_parse(const char *text, size_t size, zone_rule *out) {
    cursor c = {text, text + size};
    int64_t west;
    *out = (zone_rule){0};
    if (!take_name(&c) || !take_seconds(&c, 24, &west)) return "its rule for later years is broken";
    out->standard = -west;
    if (c.at == c.end) return NULL;
    if (!take_name(&c)) return "its rule for later years is broken";
    out->changes = true;
    out->summer = out->standard + 3600;
    if (c.at < c.end && *c.at != ',') {
        if (!take_seconds(&c, 24, &west)) return "its rule for later years is broken";
        out->summer = -west;
    }
    const char *wrong = take_date(&c, &out->to_summer);
    if (!wrong) wrong = take_date(&c, &out->to_standard);
    return wrong || c.at == c.end ? wrong : "its rule for later years is broken";
}

/* Seconds since 1970 by the clock on the wall. */
static int64_t date_in(const zone_date *d, int64_t year) {
    int64_t first = scenario_days_of(year, d->month, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970 began on a Thursday */
    int64_t day = (d->weekday - weekday + 7) % 7 + (d->week - 1) * 7;
    if (day >= scenario_month_length(year, d->month)) day -= 7;
    return (first + day) * 86400 + d->seconds;
}

void zone_rule_year(const zone_rule *rule, int64_t year, int64_t at[2], int64_t offset[2]) {
    int64_t to_summer = date_in(&rule->to_summer, year) - rule->standard;
    int64_t to_standard = date_in(&rule->to_standard, year) - rule->summer;
    int first = to_standard < to_summer; /* south of the equator summer ends first */
    at[first] = to_summer;
    offset[first] = rule->summer;
    at[!first] = to_standard;
    offset[!first] = rule->standard;
}
