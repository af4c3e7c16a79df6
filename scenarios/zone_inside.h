/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zone_inside.h - between zone.c, which reads a zone's file, and zone_rule.c, which reads the rule at its
 * end.
 */
#ifndef SCENARIOS_ZONE_INSIDE_H
#define SCENARIOS_ZONE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Day w of week k of a month, such as the last Sunday in March, and a time of that day by the clock that is
 * then to be changed; the time may lie in another day, before or after. */
typedef struct {
    int64_t month, week, weekday; /* 1..12; 1..5, 5 being the last; 0 is Sunday */
    int64_t seconds;
} zone_date;

typedef struct {
    int64_t standard, summer; /* seconds east of UTC */
    bool changes;             /* else standard all the year */
    zone_date to_summer, to_standard;
} zone_rule;

/* A POSIX TZ text, such as EST5EDT,M3.2.0,M11.1.0. NULL, or what is wrong. */
const char *zone_rule_parse(const char *text, size_t size, zone_rule *out);

/* Both changes of a year in order of time, as seconds since 1970, UTC, and the offset from then on. */
void zone_rule_year(const zone_rule *rule, int64_t year, int64_t at[2], int64_t offset[2]);

#endif
