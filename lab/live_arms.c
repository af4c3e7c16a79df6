/* SPDX-License-Identifier: GPL-3.0-or-later
 * live_arms.c - see live_arms.h. */
#include "lab/live_arms.h"

#include <stdlib.h>

bis_status live_arms_begin(live_arms *arms, const scenario *s) {
    bis_status status = BIS_OK;
    *arms = (live_arms){.s = s};
    for (size_t i = 0; status == BIS_OK && i < (s->p.arms ? s->p.arms : 1); i++) {
        live_arm *a = &arms->arm[i];
        a->policy = scenario_policy(s, i);
        a->name = s->p.arms ? s->p.arm[i].name : NULL;
        status = bis_engine_create(a->policy, NULL, &a->engine);
        if (status != BIS_OK) break;
        a->needs_orders = bis_engine_needs_orders(a->engine);
        arms->n++;
    }
    if (status != BIS_OK) live_arms_end(arms);
    return status;
}

void live_arms_end(live_arms *arms) {
    for (size_t i = 0; i < arms->n; i++) {
        bis_engine_destroy(arms->arm[i].engine);
        free(arms->arm[i].touches.at);
        free(arms->arm[i].restocks.at);
    }
    *arms = (live_arms){0};
}

/* ---- going in ---- */

bis_status live_arms_zone(live_arms *arms, uint8_t number, const bis_zone *zone) {
    bis_status status = BIS_OK;
    for (size_t i = 0; status == BIS_OK && i < arms->n; i++)
        status = bis_engine_zone(arms->arm[i].engine, number, zone);
    return status;
}

/* Whether the engine of another arm than the shopper's hears of it, and then as of nobody's. */
static bool is_of_all(const live_arm *other, const bis_event *event) {
    if (event->kind == BIS_EV_ORDER) return other->needs_orders;
    return event->kind == BIS_EV_CATALOG || event->kind == BIS_EV_STOCK;
}

bis_status live_arms_tell(live_arms *arms, const bis_event *event, size_t arm) {
    bis_status status = BIS_OK;
    for (size_t i = 0; status == BIS_OK && i < arms->n; i++) {
        live_arm *a = &arms->arm[i];
        bis_event told = *event;
        if (i != arm) {
            if (!is_of_all(a, event)) continue;
            told.shopper = BIS_NO_ID;
        }
        status = bis_engine_apply(a->engine, &told);
    }
    return status;
}

bis_time live_arms_next_wake(const live_arms *arms) {
    bis_time first = BIS_NEVER;
    for (size_t i = 0; i < arms->n; i++) {
        bis_time wake = bis_engine_next_wake(arms->arm[i].engine);
        if (wake < first) first = wake;
    }
    return first;
}

bis_status live_arms_advance(live_arms *arms, bis_time now) {
    bis_status status = BIS_OK;
    for (size_t i = 0; status == BIS_OK && i < arms->n; i++)
        status = bis_engine_advance(arms->arm[i].engine, now);
    return status;
}

/* ---- coming out ---- */

static bool add(live_numbers *numbers, bis_id id) {
    if (numbers->n == numbers->room) {
        size_t room = numbers->room ? 2 * numbers->room : 64;
        bis_id *at = realloc(numbers->at, room * sizeof *at);
        if (!at) return false;
        numbers->at = at;
        numbers->room = room;
    }
    numbers->at[numbers->n++] = id;
    return true;
}

bis_status live_arms_outbox(live_arms *arms) {
    for (size_t i = 0; i < arms->n; i++) {
        live_arm *a = &arms->arm[i];
        a->n = bis_engine_outbox(a->engine, &a->out);
        a->taken = 0;
        size_t restocks = arms->n > 1 ? bis_engine_restock_count(a->engine) : 0;
        while (a->restocks.n < restocks)
            if (!add(&a->restocks, arms->restocks++)) return BIS_NO_MEMORY;
    }
    return BIS_OK;
}

/* Whether a comes before b: by time, then by how much each has said of what it has to say. */
static bool before(const live_arm *a, const live_arm *b) {
    bis_time at = a->out[a->taken].at, other = b->out[b->taken].at;
    if (at != other) return at < other;
    return (double)a->taken * (double)b->n < (double)b->taken * (double)a->n;
}

bool live_arms_next(live_arms *arms, live_decided *out, bis_status *status) {
    live_arm *next = NULL;
    *status = BIS_OK;
    for (size_t i = 0; i < arms->n; i++) {
        live_arm *a = &arms->arm[i];
        if (a->taken < a->n && (!next || before(a, next))) next = a;
    }
    if (!next) return false;
    *out = (live_decided){.is = next->out[next->taken++], .arm = next};
    bis_decision *d = &out->is;
    out->own_touch = d->touch;
    if (arms->n == 1) return true;
    if (d->restock != BIS_NO_ID) d->restock = next->restocks.at[d->restock];
    if (d->follows != BIS_NO_ID) d->follows = next->touches.at[d->follows];
    if (d->touch == BIS_NO_ID) return true;
    d->touch = arms->touches++;
    if (add(&next->touches, d->touch)) return true;
    *status = BIS_NO_MEMORY;
    return false;
}
