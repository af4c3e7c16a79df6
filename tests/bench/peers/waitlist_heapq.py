#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain waitlist in plain Python: a heap of (time, what) pairs.

`what` is one integer: a shopper's next visit is the shopper, the rest are offsets above the shoppers. Times are days.
docs/BENCH.md defines the model and the counts.
"""

import heapq
import json
import resource
import sys
import time
from collections import deque
from math import exp, log, sqrt
from random import Random

DAYS, EVERY, BATCH, MIN_STOCK = 60.0, 10 / 1440, 200, 5
SHARES = (0.10, 0.16, 0.22, 0.22, 0.18, 0.12)
SIZES = len(SHARES)
VISITS, VISIT_BUYS, SIGNS_UP, HELD_OUT = 0.12, 0.03, 0.5, 0.1
ORGANIC, UNITS, UNITS_SIGMA2 = 0.01, 0.0075, log(1 + 0.5**2)
OPENS, OPEN_MU, OPEN_SIGMA, LANDING_BUYS = 0.35, log(40 / 1440), 1.5, 0.3
LEAD_SHAPE, LEAD_SCALE = 4.0, 5.0 / 4


def simulate(shoppers, seed):
    rng = Random(seed)
    random, gauss, push = rng.random, rng.gauss, heapq.heappush
    pop, replace = heapq.heappop, heapq.heapreplace
    opens_from, organic_from = shoppers, 2 * shoppers
    batch_from, restock_from = organic_from + SIZES, organic_from + 2 * SIZES

    size = rng.choices(range(SIZES), SHARES, k=shoppers)
    held = [random() < HELD_OUT for _ in range(shoppers)]
    gap = [-1 / (VISITS * log(1 - random())) for _ in range(shoppers)]
    waits, wants = bytearray(shoppers), bytearray(shoppers)
    units_mean = UNITS * shoppers
    units = [round(units_mean)] * SIZES
    line = [deque() for _ in range(SIZES)]
    batch_at = [-1.0] * SIZES
    organic_gap = [1 / (ORGANIC * shoppers * share) for share in SHARES]

    heap = []
    for who in range(shoppers):
        at = -gap[who] * log(1 - random())
        if at < DAYS:
            heap.append((at, who))
    for v in range(SIZES):
        heap.append((-organic_gap[v] * log(1 - random()), organic_from + v))
    heapq.heapify(heap)

    visits = arrivals = organic_orders = restocks = batches = sends = ghosts = 0
    opens = clicks = sold_out_clicks = orders = joined = 0

    def take(v, now):
        units[v] -= 1
        if units[v] == 0:
            batch_at[v] = -1.0
            back = now + rng.gammavariate(LEAD_SHAPE, LEAD_SCALE)
            if back < DAYS:
                push(heap, (back, restock_from + v))

    def batch(v, now):
        nonlocal batches, sends, ghosts
        batches += 1
        waiting = line[v]
        for _ in range(min(BATCH, len(waiting))):
            who = waiting.popleft()
            waits[who] = 0
            if held[who]:
                ghosts += 1
                continue
            sends += 1
            if random() < OPENS:
                at = now + exp(OPEN_MU + OPEN_SIGMA * gauss(0.0, 1.0))
                if at < DAYS:
                    push(heap, (at, opens_from + who))
        batch_at[v] = -1.0
        if waiting:
            batch_at[v] = now + EVERY
            push(heap, (now + EVERY, batch_from + v))

    start = time.perf_counter()
    while heap:
        now, what = heap[0]
        if what < opens_from:
            visits += 1
            after = now - gap[what] * log(1 - random())
            if after < DAYS:
                replace(heap, (after, what))
            else:
                pop(heap)
            v = size[what]
            if units[v]:
                if random() < VISIT_BUYS:
                    wants[what] = 0
                    orders += 1
                    take(v, now)
            elif random() < SIGNS_UP:
                wants[what] = 1
                if not waits[what]:
                    waits[what] = 1
                    line[v].append(what)
                    joined += 1
        elif what < organic_from:
            pop(heap)
            opens += 1
            who = what - opens_from
            if wants[who]:
                clicks += 1
                v = size[who]
                if not units[v]:
                    sold_out_clicks += 1
                elif random() < LANDING_BUYS:
                    wants[who] = 0
                    orders += 1
                    take(v, now)
        elif what < batch_from:
            arrivals += 1
            v = what - organic_from
            after = now - organic_gap[v] * log(1 - random())
            if after < DAYS:
                replace(heap, (after, what))
            else:
                pop(heap)
            if units[v]:
                organic_orders += 1
                orders += 1
                take(v, now)
        elif what < restock_from:
            pop(heap)
            v = what - batch_from
            if batch_at[v] == now and units[v] >= MIN_STOCK and now < DAYS:
                batch(v, now)
        else:
            pop(heap)
            v = what - restock_from
            restocks += 1
            came = units_mean * exp(sqrt(UNITS_SIGMA2) * gauss(0.0, 1.0) - UNITS_SIGMA2 / 2)
            units[v] = max(1, round(came))
            if units[v] >= MIN_STOCK and line[v]:
                batch(v, now)
    loop_s = time.perf_counter() - start

    return {
        "loop_s": loop_s,
        "events": visits + arrivals + restocks + batches + 2 * sends + ghosts + opens + orders,
        "visits": visits,
        "organic_arrivals": arrivals,
        "organic_orders": organic_orders,
        "restocks": restocks,
        "batches": batches,
        "sends": sends,
        "ghosts": ghosts,
        "opens": opens,
        "clicks": clicks,
        "sold_out_clicks": sold_out_clicks,
        "orders": orders,
        "joined": joined,
    }


def main():
    if len(sys.argv) != 3:
        sys.exit("Usage: waitlist_heapq.py SHOPPERS SEED")
    shoppers, seed = int(sys.argv[1]), int(sys.argv[2])
    out = {"program": "waitlist_heapq", "shoppers": shoppers, "seed": seed, **simulate(shoppers, seed)}
    out["peak_rss_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(out))


main()
