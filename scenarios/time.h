/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * time.h - a point of time from text, the same in any locale and under any TZ.
 */
#ifndef SCENARIOS_TIME_H
#define SCENARIOS_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ISO 8601: 2026-03-01, or with T or a space 08:00, 08:00:30, 08:00:30.250, each with nothing (UTC), Z or an
 * offset such as +01:00. What is finer than a millisecond is cut off. Years 1 to 9999. No leap seconds.
 * [out] v: milliseconds since the epoch; untouched if false. */
bool scenario_time_parse(const char *text, size_t size, int64_t *v);

#endif
