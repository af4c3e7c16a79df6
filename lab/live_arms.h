/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_arms.h - the engines of a live policy, one for each of its arms, as if they were one (inside lab/
 * only). Without policy.arms there is one.
 *
 * All engines hear of catalog, stock and orders; of a shopper only that of her arm. Each numbers touches and
 * restocks for itself; those that come out of here are numbered over all.
 */
#ifndef LAB_LIVE_ARMS_H
#define LAB_LIVE_ARMS_H

#include "engine/bis.h"
#include "scenarios/scenario.h"

/* By the engine's numbers, those over all; empty where there is one engine, for they are the same. */
typedef struct {
    bis_id *at;
    size_t n, room;
} live_numbers;

typedef struct {
    bis_engine *engine;
    const bis_policy *policy;
    const char *name; /* NULL: there are no arms */
    bool needs_orders;
    live_numbers touches, restocks;
    const bis_decision *out; /* its outbox, */
    size_t n, taken;         /* how many are in it, and how many of them were taken */
} live_arm;

typedef struct {
    const scenario *s; /* the caller's */
    live_arm arm[SCENARIO_ARMS_MAX];
    size_t n;
    bis_id touches, restocks; /* numbered so far, where there are several engines */
} live_arms;

/* [in] s: must outlive them. BIS_NO_MEMORY or BIS_BAD_POLICY: nothing to end. */
bis_status live_arms_begin(live_arms *arms, const scenario *s);
void live_arms_end(live_arms *arms);

/* Makes a zone known to all; see bis_engine_zone(). */
bis_status live_arms_zone(live_arms *arms, uint8_t number, const bis_zone *zone);

/* Tells those whom an event concerns. [in] arm: of its shopper. A receipt names its engine's own touch. */
bis_status live_arms_tell(live_arms *arms, const bis_event *event, size_t arm);

bis_time live_arms_next_wake(const live_arms *arms);
bis_status live_arms_advance(live_arms *arms, bis_time now);

typedef struct {
    bis_decision is; /* in numbers over all */
    bis_id own_touch;
    const live_arm *arm;
} live_decided;

/* What was decided since the last call, by time; of one time the engines take turns, in proportion to how
 * much each has to say, so that none of them is always first. Begins, then hands out one after another until
 * it says false. No call but _next in between. BIS_NO_MEMORY is final. */
bis_status live_arms_outbox(live_arms *arms);
bool live_arms_next(live_arms *arms, live_decided *out, bis_status *status);

#endif
