/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * demand_rig.h - what the tests of demand.h share.
 */
#ifndef TESTS_DEMAND_RIG_H
#define TESTS_DEMAND_RIG_H

#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

#include "engine/demand.h"

typedef uint32_t counts[BIS_DEMAND_SOURCES];

/* In a room of exactly the size asked for, so that the sanitizer sees every step out of it. */
typedef struct {
    bis_demand demand;
    void *room;
} prepared;

static inline prepared *prepare(const bis_demand_setup *setup) {
    prepared *p = malloc(sizeof *p);
    assert_non_null(p);
    size_t bytes = bis_demand_plan(&p->demand, setup);
    p->room = malloc(bytes);
    assert_non_null(p->room);
    memset(p->room, 0xff, bytes);
    bis_demand_prepare(&p->demand, p->room);
    return p;
}

static inline void release(prepared *p) {
    free(p->room);
    free(p);
}

static inline double tail(const bis_demand_setup *setup, const uint32_t *extra) {
    prepared *p = prepare(setup);
    double chance = bis_demand_tail(&p->demand, extra);
    assert_near(bis_demand_tail(&p->demand, extra), chance, 0); /* the first left nothing behind */
    release(p);
    return chance;
}

static inline double uniform(uint64_t *state) { /* splitmix64 */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53 + 0x1p-54;
}

#endif
