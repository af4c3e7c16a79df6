/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * live_world.h - the engines and what has to be known beside it to speak with it by names: ids, what was last
 * said of each shopper and SKU, and whom each touch went to (inside lab/ only).
 *
 * Dense numbers are given in the order in which names first appear in events that are taken, and the engine
 * is told the hash of each name before anything else about it. So the same events give the same decisions.
 */
#ifndef LAB_LIVE_WORLD_H
#define LAB_LIVE_WORLD_H

#include "lab/live_arms.h"
#include "lab/live_event.h"
#include "scenarios/intern.h"
#include "scenarios/zone.h"

/* What was last said of a shopper: events may leave fields out, the engine's may not. */
typedef struct {
    uint64_t hash;
    float value;
    uint8_t tier, devices, region, zone, arm;
    bool push, email, sms, behavioural;
} live_person;

typedef struct {
    uint64_t hash, product_hash; /* product_hash: its own, without a known product */
    bis_id product, category;
    uint64_t version;         /* of the last stock event */
    char *token[LIVE_TOKENS]; /* texts of templates; NULL: not given */
} live_item;

typedef struct {
    bis_id shopper, sku;
    bis_id own; /* its engine's number of it */
} live_touch;

typedef struct {
    char *name;
    bis_zone table; /* the engine keeps its address */
} live_zone;

enum { LIVE_ZONES = 255 }; /* numbers from 1; 0 is UTC */

typedef struct {
    live_arms arms;
    bis_time now; /* of the last event or tick; 0 before the first */
    scenario_intern shoppers, skus, products, categories;
    live_person *person; /* by shopper */
    live_item *item;     /* by SKU */
    live_touch *touch;   /* by touch */
    size_t persons, items, touches, person_room, item_room, touch_room;
    live_zone zone[LIVE_ZONES]; /* [i] has number i + 1 */
    size_t zones;
} live_world;

/* [in] s: its policy is meant; must outlive the world, which must not be moved. BIS_NO_MEMORY or
 * BIS_BAD_POLICY: nothing to clear. */
bis_status live_world_begin(live_world *world, const scenario *s);
void live_world_end(live_world *world);

/* Whether the event can happen at `at`, which live_world_take() then cannot refuse. false: fault says why,
 * and nothing has changed. */
bool live_world_check(live_world *world, const live_event *event, bis_time at, live_fault *fault);

/* Lets time pass up to just before `at`, or to the end of it (whole). Decisions are in live_arms_outbox().
 * BIS_NO_MEMORY is final, as with the engine. */
bis_status live_world_pass(live_world *world, bis_time at, bool whole);

/* Tells the engine of an event that was checked, after live_world_pass(at, false). Not for ticks. */
bis_status live_world_take(live_world *world, const live_event *event, bis_time at);

/* Notes a touch that was decided. false: no memory. */
bool live_world_touched(live_world *world, const live_decided *decision);

#endif
