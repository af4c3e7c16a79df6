/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rhythm.c - when in the week shoppers come: the pattern of models/week.h by each zone's clock.
 *
 * Between two steps of a zone local time runs as fast as UTC, so the pattern is walked from step to step. An
 * hour that the clocks leave out has no activity, one that they repeat has it twice: so the week in which
 * they are set forward holds a little less than others, and the other one a little more.
 */
#include "sim/world.h"

#include "sim/memory.h"

static const int64_t DAY = 24 * SIM_HOUR;

/* UTC, where a world has no zones. */
static bis_zone zone_of(const sim_world *w, uint32_t number) {
    return number < w->s->zones ? w->s->zone[number] : (bis_zone){0};
}

static bool ends_by(const bis_zone *zone, uint32_t stretch, int64_t at) {
    return stretch + 1 < zone->n && zone->step[stretch + 1].from <= at;
}

bool sim_rhythm_init(sim_world *w) {
    sim_rhythm *r = &w->rhythm;
    const model_shoppers *m = &w->p->shoppers;
    r->on = model_week_make(m->hour, m->hours, m->weekday, m->weekdays, &r->week);
    if (!r->on && w->p->response.hours == 0) return true;
    for (uint32_t i = 0; i < m->zones; i++) {
        const bis_zone zone = zone_of(w, i);
        while (ends_by(&zone, r->stretch[i], w->start))
            r->stretch[i]++;
        if (m->zone[i].share > m->zone[r->main].share) r->main = i;
    }
    r->zone = sim_memory_zeroed(w->memory, w->shoppers ? w->shoppers : 1, sizeof *r->zone);
    return r->zone != NULL;
}

uint32_t sim_rhythm_hour(const sim_world *w, uint32_t shopper, int64_t at) {
    const bis_zone zone = zone_of(w, w->rhythm.zone[shopper]);
    int64_t local = (at + bis_zone_offset(&zone, at)) % DAY;
    return (uint32_t)((local + DAY) % DAY / SIM_HOUR);
}

int64_t sim_rhythm_after(const sim_world *w, uint32_t shopper, int64_t at, double ms) {
    const sim_rhythm *r = &w->rhythm;
    uint32_t number = shopper == SIM_NONE ? r->main : r->zone[shopper];
    const bis_zone zone = zone_of(w, number);
    uint32_t i = r->stretch[number];
    while (ends_by(&zone, i, at))
        i++;
    for (;; i++) {
        int64_t offset = zone.n > 0 ? zone.step[i].offset : 0;
        double next = model_week_after(&r->week, at + offset, ms) - (double)offset;
        if (i + 1 >= zone.n || next < (double)zone.step[i + 1].from) return (int64_t)next;
        int64_t end = zone.step[i + 1].from;
        double left = ms - model_week_between(&r->week, at + offset, end + offset);
        ms = left > 0 ? left : 0;
        at = end;
    }
}
