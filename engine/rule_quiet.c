/* SPDX-License-Identifier: MIT
 *
 * rule_quiet.c - when a shopper is left in peace, by her own clock.
 *
 * Quiet is the local time of day in [start, end), and all outside send_window; over midnight if start > end,
 * off if they are equal. Local time follows the shopper's zone with its daylight saving, so quiet hours end
 * at the first instant whose local time of day is not quiet: where clocks jump over 08:00 that is the instant
 * of the jump.
 */
#include "rules.h"

static const char *const modes[] = {"defer", "drop", NULL};

#define CLOCK(PATH, M, DOC)                                                                                  \
    {                                                                                                        \
        .path = (PATH), .type = BIS_FIELD_CLOCK, .offset = offsetof(bis_policy, quiet.M), .unit = "",        \
        .min = 0, .max = BIS_DAY, .def = "00:00", .doc = (DOC)                                               \
    }

const bis_field bis_quiet_fields[] = {
    CLOCK("policy.quiet_hours.start", start,
          "Local time at which a shopper's quiet hours begin; start = end: none."),
    CLOCK("policy.quiet_hours.end", end, "Local time at which they end, on the next day if not after start."),
    {.path = "policy.quiet_hours.mode",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(bis_policy, quiet.mode),
     .unit = "",
     .def = "defer",
     .choices = modes,
     .doc = "Whether a message waits for the end of the quiet time, or is dropped."},
    CLOCK("policy.send_window.start", window_start,
          "Local time from which messages go out; all the rest is quiet. start = end: at any time."),
    CLOCK("policy.send_window.end", window_end, "Local time until which messages go out."),
};

static bool has_hours(const bis_quiet_setup *q) {
    return q->start != q->end;
}

static bool has_window(const bis_quiet_setup *q) {
    return q->window_start != q->window_end;
}

static bis_time quiet_end(const bis_quiet_setup *q, const bis_zone *zone, bis_time t) {
    bis_time before;
    do { /* the end of one may lie in the other */
        before = t;
        if (has_hours(q)) t = bis_zone_next(zone, t, q->end, q->start);
        if (has_window(q)) t = bis_zone_next(zone, t, q->window_start, q->window_end);
    } while (t != before);
    return t;
}

/* Most who are asked about in a batch live in few zones, and are asked about now or about the opening of the
 * next stage: two answers are kept for each zone. */
bis_time bis_quiet_end(const bis_engine *e, const bis_candidate *c, bis_time t) {
    const bis_quiet_setup *q = &e->policy.quiet;
    if ((!has_hours(q) && !has_window(q)) || c->channel == BIS_IN_APP) return t;
    bis_quiet_now *known = (bis_quiet_now *)e->quiet.items + 2 * c->shopper->zone + (t != e->now);
    if (known->at != t) *known = (bis_quiet_now){t, quiet_end(q, bis_zone_at(e, c->shopper->zone), t)};
    return known->until;
}

bool bis_quiet_init(bis_engine *e) {
    const bis_quiet_setup *q = &e->policy.quiet;
    if (!has_hours(q) && !has_window(q)) return true;
    if (!bis_array_exactly(&e->memory, &e->quiet, BIS_QUIET_ANSWERS, sizeof(bis_quiet_now), BIS_MEM_REST))
        return false;
    bis_quiet_forget(e);
    return true;
}

void bis_quiet_forget(bis_engine *e) {
    for (size_t i = 0; i < e->quiet.capacity; i++)
        ((bis_quiet_now *)e->quiet.items)[i] = (bis_quiet_now){BIS_NEVER, BIS_NEVER};
}

static bool inside(bis_time start, bis_time end, bis_time t) {
    return start <= end ? start <= t && t < end : t >= start || t < end;
}

/* Some time of day must be left; a span begins where it is left if any is. */
static const char *check(const bis_policy *p) {
    const bis_quiet_setup *q = &p->quiet;
    if (!has_hours(q) || !has_window(q)) return NULL;
    bool left = inside(q->window_start, q->window_end, q->end % BIS_DAY) ||
                !inside(q->start, q->end, q->window_start % BIS_DAY);
    return left ? NULL
                : "policy.quiet_hours: they cover the whole of policy.send_window, so nobody could ever be "
                  "told";
}

static bool used(const bis_policy *p) {
    return p->quiet.mode == BIS_QUIET_DEFER && (has_hours(&p->quiet) || has_window(&p->quiet));
}

const bis_rule bis_quiet_rule = {
    .check = check, .used = used, .admit = bis_quiet_end, .daily = true, .reason = BIS_QUIET_HOURS};
