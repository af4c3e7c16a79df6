#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain waitlist in SimPy 3 (Debian: python3-simpy3).

Shoppers, anonymous demand, supply and campaigns are processes, as SimPy's users write them. The answer to a push is a
Timeout with a callback, cheaper than a process of its own. Times are days. docs/BENCH.md defines the model
and the counts.
"""

import json
import resource
import sys
import time
from collections import deque
from math import log, sqrt
from random import Random

import simpy

DAYS, EVERY, BATCH, MIN_STOCK = 60.0, 10 / 1440, 200, 5
SHARES = (0.10, 0.16, 0.22, 0.22, 0.18, 0.12)
VISITS, VISIT_BUYS, SIGNS_UP, HELD_OUT = 0.12, 0.03, 0.5, 0.1
ORGANIC, UNITS, UNITS_SIGMA = 0.01, 0.0075, sqrt(log(1 + 0.5**2))
OPENS, OPEN_MU, OPEN_SIGMA, LANDING_BUYS = 0.35, log(40 / 1440), 1.5, 0.3
LEAD_SHAPE, LEAD_SCALE = 4.0, 5.0 / 4

COUNTS = (
    "visits",
    "organic_arrivals",
    "organic_orders",
    "restocks",
    "batches",
    "sends",
    "ghosts",
    "opens",
    "clicks",
    "sold_out_clicks",
    "orders",
    "joined",
)


class Size:
    """One size: its units and its line."""

    __slots__ = ("units", "line", "sold_out", "share")

    def __init__(self, env, units, share):
        self.units = units
        self.line = deque()
        self.sold_out = env.event()
        self.share = share


class Shopper:
    __slots__ = ("size", "rate", "held", "waits", "wants")

    def __init__(self, size, rate, held):
        self.size = size
        self.rate = rate
        self.held = held
        self.waits = self.wants = False


class Shop:
    def __init__(self, shoppers, seed):
        self.env = env = simpy.Environment()
        self.rng = rng = Random(seed)
        self.n = dict.fromkeys(COUNTS, 0)
        self.units_mean = UNITS * shoppers
        self.sizes = [Size(env, round(self.units_mean), share) for share in SHARES]
        for size in self.sizes:
            env.process(self.supply(size))
            env.process(self.demand(size, ORGANIC * shoppers * size.share))
        for size in rng.choices(self.sizes, SHARES, k=shoppers):
            rate = VISITS * rng.expovariate(1)
            env.process(self.shopper(Shopper(size, rate, rng.random() < HELD_OUT)))

    def take(self, size):
        self.n["orders"] += 1
        size.units -= 1
        if size.units == 0:
            size.sold_out.succeed()

    def shopper(self, who):
        timeout, expovariate, random = self.env.timeout, self.rng.expovariate, self.rng.random
        n, size, rate = self.n, who.size, who.rate
        while True:
            yield timeout(expovariate(rate))
            n["visits"] += 1
            if size.units:
                if random() < VISIT_BUYS:
                    who.wants = False
                    self.take(size)
            elif random() < SIGNS_UP:
                who.wants = True
                if not who.waits:
                    who.waits = True
                    size.line.append(who)
                    n["joined"] += 1

    def demand(self, size, rate):
        timeout, expovariate, n = self.env.timeout, self.rng.expovariate, self.n
        while True:
            yield timeout(expovariate(rate))
            n["organic_arrivals"] += 1
            if size.units:
                n["organic_orders"] += 1
                self.take(size)

    def supply(self, size):
        env, rng = self.env, self.rng
        mu = log(self.units_mean) - UNITS_SIGMA**2 / 2
        while True:
            yield size.sold_out
            yield env.timeout(rng.gammavariate(LEAD_SHAPE, LEAD_SCALE))
            self.n["restocks"] += 1
            size.sold_out = env.event()
            size.units = max(1, round(rng.lognormvariate(mu, UNITS_SIGMA)))
            env.process(self.campaign(size, size.sold_out))

    def campaign(self, size, sold_out):
        """Ends with the line, with fewer than MIN_STOCK units, and with its own stockout."""
        while size.line and size.units >= MIN_STOCK and not sold_out.triggered:
            self.n["batches"] += 1
            for _ in range(min(BATCH, len(size.line))):
                self.tell(size.line.popleft())
            yield self.env.timeout(EVERY)

    def tell(self, who):
        who.waits = False
        if who.held:
            self.n["ghosts"] += 1
            return
        self.n["sends"] += 1
        rng = self.rng
        if rng.random() < OPENS:
            opened = self.env.timeout(rng.lognormvariate(OPEN_MU, OPEN_SIGMA), who)
            opened.callbacks.append(self.opened)

    def opened(self, event):
        who, n = event.value, self.n
        n["opens"] += 1
        if not who.wants:
            return
        n["clicks"] += 1
        if not who.size.units:
            n["sold_out_clicks"] += 1
        elif self.rng.random() < LANDING_BUYS:
            who.wants = False
            self.take(who.size)


def main():
    if len(sys.argv) != 3:
        sys.exit("Usage: waitlist_simpy.py SHOPPERS SEED")
    shoppers, seed = int(sys.argv[1]), int(sys.argv[2])
    shop = Shop(shoppers, seed)
    start = time.perf_counter()
    shop.env.run(until=DAYS)
    loop_s = time.perf_counter() - start
    n = shop.n
    events = sum(n[k] for k in ("visits", "organic_arrivals", "restocks", "batches", "ghosts", "opens", "orders"))
    out = {"program": "waitlist_simpy", "shoppers": shoppers, "seed": seed, "loop_s": loop_s}
    out.update({"events": events + 2 * n["sends"], **n})
    out["peak_rss_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(out))


main()
