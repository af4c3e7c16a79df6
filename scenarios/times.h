/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * times.h - the times of a trace, in whatever way it writes them.
 */
#ifndef SCENARIOS_TIMES_H
#define SCENARIOS_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    SCENARIO_ISO8601,
    SCENARIO_EPOCH_S,
    SCENARIO_EPOCH_MS,
    SCENARIO_TIME_PATTERN
} scenario_time_kind;

typedef struct {
    scenario_time_kind kind;
    const char *pattern; /* as given; borrowed */
    char day[10];        /* the date that was read last, "2026-03-01", and when it begins; "": none */
    int64_t day_at;
} scenario_times;

/* iso8601, epoch_s, epoch_ms, or a pattern of %Y %y %m %b %d %H %M %S %% and literal characters that names
 * year, month and day. [in] format: borrowed. false: what[0, size) says what is wrong with it. */
bool scenario_times_open(scenario_times *t, const char *format, char *what, size_t size);

/* [out] at: ms since the epoch; without an offset it is UTC. false: not such a time. Pattern: numbers may go
 * without leading zeros but for %Y, which has four digits; %y from 69 on is 19.., before it 20..; %b is Jan
 * to Dec in any case. */
bool scenario_times_read(scenario_times *t, const char *text, size_t size, int64_t *at);

/* "is not a time such as ... (SECTION.time_format is ...)" */
void scenario_times_hint(const scenario_times *t, const char *section, char *buffer, size_t size);

#endif
