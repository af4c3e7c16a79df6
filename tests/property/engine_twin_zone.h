/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_twin_zone.h - local time as the engine's slow twin reckons it.
 *
 * A zone is cut at its steps into spans of one offset; every question is answered by going through all spans.
 */
#ifndef TESTS_ENGINE_TWIN_ZONE_H
#define TESTS_ENGINE_TWIN_ZONE_H

#include "tests/property/engine_history.h"

/* The spans of one offset: span i lasts from *from to before *to. False behind the last one. */
static inline bool zone_span(const bis_zone *z, size_t i, bis_time *from, bis_time *to, bis_time *offset) {
    if (i > 0 && i >= z->n) return false;
    *from = i == 0 ? INT64_MIN : z->step[i].from;
    *to = i + 1 < z->n ? z->step[i + 1].from : INT64_MAX;
    *offset = z->n == 0 ? 0 : z->step[i].offset;
    return true;
}

static inline bis_time local_time(const bis_zone *z, bis_time at) {
    bis_time from, to, offset;
    for (size_t i = 0; zone_span(z, i, &from, &to, &offset); i++)
        if (at >= from && at < to) return at + offset;
    fail();
    return 0;
}

static inline bis_time local_day(const bis_zone *z, bis_time at) {
    bis_time local = local_time(z, at);
    return local >= 0 ? local / DAY : -((DAY - 1 - local) / DAY);
}

static inline bis_time time_of_day(const bis_zone *z, bis_time at) {
    return local_time(z, at) - local_day(z, at) * DAY;
}

/* The first instant at which that local day has begun, or a later one. */
static inline bis_time day_begins(const bis_zone *z, bis_time day) {
    bis_time from, to, offset;
    for (size_t i = 0; zone_span(z, i, &from, &to, &offset); i++) {
        bis_time first = day * DAY - offset;
        if (first < from) first = from;
        if (first < to) return first;
    }
    fail();
    return 0;
}

/* The first instant at or after `at` that is good, among those at which the local clock jumps or shows one of
 * the times of day given on one of the next days. BIS_NEVER: none. */
static inline bis_time first_good(const bis_zone *z, bis_time at, const bis_time *times, int n,
                                  bool (*good)(const void *, bis_time), const void *context) {
    bis_time best = good(context, at) ? at : BIS_NEVER, from, to, offset;
    for (size_t i = 0; zone_span(z, i, &from, &to, &offset); i++) {
        if (from >= at && from < best && good(context, from)) best = from;
        for (bis_time day = local_day(z, at) - 2; day <= local_day(z, at) + 12; day++)
            for (int k = 0; k < n; k++) {
                bis_time instant = day * DAY + times[k] - offset;
                if (instant >= at && instant >= from && instant < to && instant < best &&
                    good(context, instant))
                    best = instant;
            }
    }
    return best;
}

/* ---- quiet hours ------------------------------------------------------------------------------------- */

static inline bool time_lies_in(bis_time of_day, bis_time start, bis_time end) {
    return start < end ? of_day >= start && of_day < end : of_day >= start || of_day < end;
}

static inline bool quiet_in(const bis_zone *z, bis_time at) {
    const bis_quiet_setup *q = &t.p.quiet;
    bis_time now = time_of_day(z, at);
    if (q->start != q->end && time_lies_in(now, q->start, q->end)) return true;
    return q->window_start != q->window_end && !time_lies_in(now, q->window_start, q->window_end);
}

static inline bool quiet_for(bis_id shopper, bis_time at) {
    return quiet_in(zone_of(shopper), at);
}

static inline bool loud(const void *zone, bis_time at) {
    return !quiet_in(zone, at);
}

static inline bis_time quiet_ends(bis_id shopper, bis_time at) {
    const bis_time turns[] = {t.p.quiet.end, t.p.quiet.window_start};
    return first_good(zone_of(shopper), at, turns, 2, loud, zone_of(shopper));
}

#endif
