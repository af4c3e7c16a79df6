#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain waitlist in numpy, in steps of ten minutes (Debian: python3-numpy).

What happens in one step happens in a fixed order: restock and batch, answers to pushes, visits, anonymous demand; that
is the price of arrays, and the reason for a tolerance of its own in agree.py. Visits are drawn a day at a time: their
number is Poisson, each belongs to a shopper in proportion to her rate, and the step is uniform. With "scan" as third
argument every shopper has a clock of her own instead, and each step looks through all of them, as one writes it first,
and as one must where a visit depends on the visits before. Times are steps. docs/BENCH.md defines the model and the
counts.
"""

import json
import math
import resource
import sys
import time

import numpy as np

DAYS, DAY, BATCH, MIN_STOCK = 60, 144, 200, 5  # DAY: steps in one
SHARES = np.array((0.10, 0.16, 0.22, 0.22, 0.18, 0.12))
SIZES = len(SHARES)
VISITS, VISIT_BUYS, SIGNS_UP, HELD_OUT = 0.12, 0.03, 0.5, 0.1
ORGANIC, UNITS, UNITS_SIGMA = 0.01, 0.0075, math.sqrt(math.log(1 + 0.5**2))
OPENS, OPEN_MU, OPEN_SIGMA, LANDING_BUYS = 0.35, math.log(4), 1.5, 0.3
LEAD_SHAPE, LEAD_SCALE = 4.0, 5.0 / 4 * DAY
NEVER = -1

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


class Shop:
    def __init__(self, shoppers, seed, scan):
        self.rng = rng = np.random.Generator(np.random.SFC64(seed))
        self.n = dict.fromkeys(COUNTS, 0)
        self.shoppers = shoppers
        self.size = np.searchsorted(np.cumsum(SHARES)[:-1], rng.random(shoppers), side="right").astype(np.int8)
        self.held = rng.random(shoppers) < HELD_OUT
        rates = VISITS * rng.standard_exponential(shoppers)
        self.scan = scan
        if scan:
            self.gap = (DAY / rates).astype(np.float32)
            self.next_visit = self.gap * rng.standard_exponential(shoppers, dtype=np.float32)
        else:
            self.rates = np.cumsum(rates)
        self.waits = np.zeros(shoppers, bool)
        self.wants = np.zeros(shoppers, bool)
        self.units = [round(UNITS * shoppers)] * SIZES
        self.in_stock = np.ones(SIZES, bool)
        self.acts = np.full(SIZES, VISIT_BUYS)  # the chance that a visit does something, by size
        self.restock_at = [float("inf")] * SIZES
        self.batch_at = [float("inf")] * SIZES
        self.line = [np.empty(0, np.int64)] * SIZES  # as of the last restock; who came since is in `newcomers`
        self.newcomers = []
        self.open_step = np.full(4096, NEVER, np.int32)  # pending answers
        self.open_who = np.zeros(4096, np.int64)
        self.pending = 0

    def sell(self, v, wanted, step):
        """Sells up to `wanted` units; how many."""
        sold = min(wanted, self.units[v])
        self.units[v] -= sold
        self.n["orders"] += sold
        if sold and not self.units[v]:
            self.in_stock[v] = False
            self.acts[v] = SIGNS_UP
            self.batch_at[v] = float("inf")
            lead = self.rng.standard_gamma(LEAD_SHAPE) * LEAD_SCALE
            self.restock_at[v] = max(step + self.rng.random() + lead, step + 1.0)
        return sold

    def sell_to(self, buyers, step):
        """Sells to as many of the buyers as there are units; how many are left without."""
        size = self.size[buyers]
        missed = 0
        for v, wanted in enumerate(np.bincount(size, minlength=SIZES).tolist()):
            if not wanted:
                continue
            sold = self.sell(v, wanted, step)
            if sold == wanted:
                continue
            missed += wanted - sold
            late = np.flatnonzero(size == v)[sold:]
            buyers[late] = -1
        self.wants[buyers[buyers >= 0] if missed else buyers] = False
        return missed

    def restock(self, v):
        self.n["restocks"] += 1
        rng = self.rng
        units = UNITS * self.shoppers * math.exp(UNITS_SIGMA * rng.standard_normal() - UNITS_SIGMA**2 / 2)
        self.units[v] = max(1, round(units))
        self.in_stock[v] = True
        self.acts[v] = VISIT_BUYS
        if self.newcomers:
            came = np.concatenate(self.newcomers)
            mine = self.size[came] == v
            self.line[v] = np.concatenate((self.line[v], came[mine]))
            self.newcomers = [came[~mine]]
        self.batch_at[v] = self.restock_at[v] if self.line[v].size else float("inf")
        self.restock_at[v] = float("inf")

    def batch(self, v):
        if self.units[v] < MIN_STOCK:
            self.batch_at[v] = float("inf")
            return
        rng, n = self.rng, self.n
        told, self.line[v] = self.line[v][:BATCH], self.line[v][BATCH:]
        self.waits[told] = False
        sent = told[~self.held[told]]
        n["batches"] += 1
        n["sends"] += sent.size
        n["ghosts"] += told.size - sent.size
        opens = sent[rng.random(sent.size) < OPENS]
        due = self.batch_at[v] + np.exp(OPEN_MU + OPEN_SIGMA * rng.standard_normal(opens.size))
        self.remember(opens, np.minimum(due, DAYS * DAY).astype(np.int32))
        self.batch_at[v] = self.batch_at[v] + 1 if self.line[v].size else float("inf")

    def remember(self, who, due):
        end = self.pending + who.size
        if end > self.open_who.size:
            self.open_who = np.concatenate((self.open_who, np.zeros(end, np.int64)))
            self.open_step = np.concatenate((self.open_step, np.full(end, NEVER, np.int32)))
        self.open_who[self.pending : end] = who
        self.open_step[self.pending : end] = due
        self.pending = end

    def forget_opened(self, step):
        left = np.flatnonzero(self.open_step[: self.pending] >= step)
        self.pending = left.size
        self.open_who[: left.size] = self.open_who[left]
        self.open_step[: left.size] = self.open_step[left]

    def answers(self, step):
        who = self.open_who[np.flatnonzero(self.open_step[: self.pending] == step)]
        if not who.size:
            return
        n = self.n
        n["opens"] += who.size
        who = who[self.wants[who]]
        n["clicks"] += who.size
        lands = self.in_stock[self.size[who]]
        n["sold_out_clicks"] += who.size - int(np.count_nonzero(lands))
        buyers = who[lands & (self.rng.random(who.size) < LANDING_BUYS)]
        if buyers.size:
            n["sold_out_clicks"] += self.sell_to(buyers, step)

    def visits(self, who, chance, step):
        size = self.size[who]
        acts = np.flatnonzero(chance < self.acts[size])
        if not acts.size:
            return
        who = who[acts]
        buys = self.in_stock[size[acts]]
        buyers = who[buys]
        joins = who[~buys]
        if joins.size:
            self.wants[joins] = True
            new = joins[~self.waits[joins]]
            if new.size:
                self.waits[new] = True
                if new.size > 1:  # one who came twice in a step joins once
                    new = new[np.sort(np.unique(new, return_index=True)[1])]
                self.newcomers.append(new)
                self.n["joined"] += new.size
        if buyers.size:
            self.sell_to(buyers, step)

    def day_of_visits(self):
        """Who comes in each step of a day: shoppers, their chances, where each step begins."""
        rng = self.rng
        total = rng.poisson(self.rates[-1])
        sums = np.cumsum(rng.standard_exponential(total + 1))  # uniforms in order, without sorting
        who = np.searchsorted(self.rates, sums[:-1] * (self.rates[-1] / sums[-1]), side="right")
        when = rng.integers(0, DAY, total, dtype=np.uint8)
        order = np.argsort(when, kind="stable")
        ends = np.cumsum(np.bincount(when, minlength=DAY))
        self.n["visits"] += total
        return who[order], rng.random(total), [0, *ends.tolist()]

    def visits_by_scan(self, step):
        who = np.flatnonzero(self.next_visit < step + 1)
        self.next_visit[who] += self.gap[who] * self.rng.standard_exponential(who.size, dtype=np.float32)
        self.n["visits"] += who.size
        self.visits(who, self.rng.random(who.size), step)

    def day(self, first):
        if not self.scan:
            who, chance, begins = self.day_of_visits()
        demand = self.rng.poisson(ORGANIC * self.shoppers / DAY * SHARES, (DAY, SIZES))
        self.n["organic_arrivals"] += int(demand.sum())
        self.forget_opened(first)
        for i, wanted in enumerate(demand.tolist()):
            step = first + i
            for v in range(SIZES):
                if self.restock_at[v] < step + 1:
                    self.restock(v)
                if self.batch_at[v] < step + 1:
                    self.batch(v)
            self.answers(step)
            if self.scan:
                self.visits_by_scan(step)
            else:
                self.visits(who[begins[i] : begins[i + 1]], chance[begins[i] : begins[i + 1]], step)
            for v in range(SIZES):
                if wanted[v] and self.units[v]:
                    self.n["organic_orders"] += self.sell(v, wanted[v], step)


def main():
    scan = sys.argv[3:] == ["scan"]
    if len(sys.argv) != 3 and not scan:
        sys.exit("Usage: waitlist_numpy.py SHOPPERS SEED [scan]")
    shoppers, seed = int(sys.argv[1]), int(sys.argv[2])
    shop = Shop(shoppers, seed, scan)
    start = time.perf_counter()
    for day in range(DAYS):
        shop.day(day * DAY)
    loop_s = time.perf_counter() - start
    n = shop.n
    events = sum(n[k] for k in ("visits", "organic_arrivals", "restocks", "batches", "ghosts", "opens", "orders"))
    program = "waitlist_numpy_scan" if scan else "waitlist_numpy"
    out = {"program": program, "shoppers": shoppers, "seed": seed, "loop_s": loop_s}
    out.update({"events": events + 2 * n["sends"], **n})
    out["peak_rss_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(out))


main()
