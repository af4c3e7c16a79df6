/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * events_join.c - a shoppers' trace once it is read: rows that repeat others, and the inventory's SKUs and
 * days.
 */
#include "scenarios/events.h"

#include <stdlib.h>
#include <string.h>

static const int64_t DAY = 86400000;

/* ---- duplicates ---- */

/* The events of one time that were met so far. A slot of another time is an empty one. */
typedef struct {
    struct {
        uint32_t time, place; /* ordinal of the time from 1; place among the kept of that time */
    } * slot;
    size_t slots; /* a power of two, at least twice the events of any time */
    uint32_t time;
    size_t begin; /* the first kept of this time */
} repeats;

static bool is_repeat(repeats *r, const scenario_event *event, size_t kept, scenario_event e) {
    uint64_t mix = (e.word ^ ((uint64_t)e.shopper << 32 | e.sku)) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mix >> 32) & (r->slots - 1);
    for (; r->slot[at].time == r->time; at = (at + 1) & (r->slots - 1)) {
        const scenario_event *other = &event[r->begin + r->slot[at].place];
        if (other->word == e.word && other->shopper == e.shopper && other->sku == e.sku) return true;
    }
    r->slot[at].time = r->time;
    r->slot[at].place = (uint32_t)(kept - r->begin);
    return false;
}

static size_t most_at_a_time(const scenario_events *ev) {
    size_t most = 0;
    for (size_t i = 0, from = 0; i < ev->events; i++) {
        if (scenario_event_at(&ev->event[i]) != scenario_event_at(&ev->event[from])) from = i;
        if (i - from >= most) most = i - from + 1;
    }
    return most;
}

bool scenario_events_settle(scenario_events *ev, bool drop) {
    repeats r = {.slots = 2};
    while (r.slots < 2 * most_at_a_time(ev))
        r.slots *= 2;
    r.slot = calloc(r.slots, sizeof *r.slot);
    if (!r.slot) return false;
    size_t kept = 0;
    for (size_t i = 0; i < ev->events; i++) {
        scenario_event e = ev->event[i];
        if (i == 0 || scenario_event_at(&e) != scenario_event_at(&ev->event[r.begin])) {
            r.begin = kept;
            r.time++;
        }
        bool again = is_repeat(&r, ev->event, kept, e);
        ev->duplicates += again;
        if (again && drop) {
            ev->kept--;
            ev->of[scenario_event_what(&e)]--;
            ev->anonymous -= e.shopper == SCENARIO_NOBODY;
        } else
            ev->event[kept++] = e;
    }
    ev->events = kept;
    free(r.slot);
    return true;
}

/* ---- joining ---- */

typedef struct {
    size_t rows;
    uint32_t sku;
} ranked;

/* Most rows first; of equal ones, whichever the file names first. */
static int by_rank(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->rows != y->rows) return x->rows < y->rows ? 1 : -1;
    return (x->sku > y->sku) - (x->sku < y->sku);
}

static ranked *ranks(uint32_t skus) {
    ranked *r = calloc((size_t)skus + 1, sizeof *r);
    for (uint32_t i = 0; r && i < skus; i++)
        r[i].sku = i;
    return r;
}

/* The k-th most frequent SKU of the events is the k-th most frequent of the inventory. */
static bool join_by_rank(const scenario_events *ev, const scenario_inventory *inv, uint32_t *to) {
    uint32_t ours = ev->named.skus, theirs = inv->named.skus;
    ranked *a = ranks(ours), *b = ranks(theirs);
    for (size_t i = 0; a && i < ev->events; i++)
        if (ev->event[i].sku != SCENARIO_NOBODY) a[ev->event[i].sku].rows++;
    for (size_t i = 0; b && i < inv->rows; i++)
        b[inv->row[i].sku].rows++;
    bool ok = a && b;
    if (ok) {
        qsort(a, ours, sizeof *a, by_rank);
        qsort(b, theirs, sizeof *b, by_rank);
        for (uint32_t k = 0; k < ours; k++)
            to[a[k].sku] = k < theirs ? b[k].sku : SCENARIO_NOBODY;
    }
    free(a);
    free(b);
    return ok;
}

static void join_by_id(const scenario_events *ev, const scenario_inventory *inv, uint32_t *to) {
    for (uint32_t i = 0; i < ev->named.skus; i++) {
        const char *name = scenario_sku_name(&ev->named, i);
        if (!scenario_intern_find(&inv->named.sku, name, strlen(name), &to[i])) to[i] = SCENARIO_NOBODY;
    }
}

bool scenario_events_join(scenario_events *ev, const scenario_inventory *inv, bool rank) {
    uint32_t *to = malloc(((size_t)ev->named.skus + 1) * sizeof *to);
    if (!to) return false;
    bool ok = true;
    if (rank)
        ok = join_by_rank(ev, inv, to);
    else
        join_by_id(ev, inv, to);
    for (uint32_t i = 0; ok && i < ev->named.skus; i++)
        ev->joined += to[i] != SCENARIO_NOBODY;
    size_t kept = 0;
    for (size_t i = 0; ok && i < ev->events; i++) {
        scenario_event e = ev->event[i];
        bool about = e.sku != SCENARIO_NOBODY;
        if (about) e.sku = to[e.sku];
        if (about && e.sku == SCENARIO_NOBODY)
            ev->unjoined++;
        else
            ev->event[kept++] = e;
    }
    ev->events = kept;
    ev->world_sku = to;
    return ok;
}

static int64_t day_of(int64_t at) {
    return at >= 0 ? at / DAY : -((DAY - 1 - at) / DAY);
}

void scenario_events_align(scenario_events *ev, const scenario_inventory *inv) {
    ev->shift = (day_of(inv->first) - day_of(scenario_event_at(&ev->event[0]))) * DAY;
    for (size_t i = 0; i < ev->events; i++)
        ev->event[i].word += (uint64_t)ev->shift << 16;
}
