/* SPDX-License-Identifier: MIT
 *
 * zone.c - local time: what a clock on the wall says at an instant, and when it will say something.
 *
 * Between two steps of a zone local time runs as fast as UTC, so each question is one about a stretch: find
 * the first stretch in which the answer can lie, and go on to the next while it does not. Where the clocks
 * jump ahead, local times are missing, and the jump itself is the first instant at or after them; where they
 * are set back, local times come twice, and both count.
 */
#include "bis.h"

static const bis_time day = 86400000;

/* No offset is as large, so that whatever happens at a local time happens within this of the same time in
 * UTC. */
static const bis_time farthest = 2 * 86400000;

/* The stretch in which `at` lies: the last step at or before it, or the first. n > 0. */
static size_t stretch_of(const bis_zone *zone, bis_time at) {
    size_t low = 0, high = zone->n; /* step[low].from <= at, or low is 0; step[high].from > at */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->step[middle].from <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bis_time end_of(const bis_zone *zone, size_t stretch) {
    return stretch + 1 < zone->n ? zone->step[stretch + 1].from : BIS_NEVER;
}

static bis_time offset_in(const bis_zone *zone, size_t stretch) {
    return zone->n > 0 ? zone->step[stretch].offset : 0;
}

bis_time bis_zone_offset(const bis_zone *zone, bis_time at) {
    return zone->n > 0 ? zone->step[stretch_of(zone, at)].offset : 0;
}

/* Of a local time; times before 1970 are below 0. */
static bis_time day_of(bis_time local) {
    return local / day - (local % day < 0);
}

bis_time bis_zone_midnight(const bis_zone *zone, bis_time at, int days) {
    bis_time local = (day_of(at + bis_zone_offset(zone, at)) + days) * day;
    size_t i = zone->n > 0 ? stretch_of(zone, local - farthest) : 0;
    bis_time begin = local - farthest;
    for (;; i++) {
        bis_time first = local - offset_in(zone, i);
        if (first < begin) first = begin;
        if (first < end_of(zone, i)) return first;
        begin = end_of(zone, i);
    }
}

bis_time bis_zone_next(const bis_zone *zone, bis_time at, bis_time start, bis_time end) {
    if (start % day == end % day) return at; /* from 0:00 to 24:00 is any time, too */
    start %= day;
    for (size_t i = zone->n > 0 ? stretch_of(zone, at) : 0;; i++) {
        bis_time local = at + offset_in(zone, i);
        bis_time clock = local - day_of(local) * day;
        bool inside = start < end ? clock >= start && clock < end : clock >= start || clock < end;
        bis_time next = inside ? at : at + (start - clock + day) % day;
        if (next < end_of(zone, i)) return next;
        at = end_of(zone, i);
    }
}
