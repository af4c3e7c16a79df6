#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The closing table of `make bench`: every bar, what was measured, and whether it is met.

It reads the CSV files of the benchmarks, adds machine and commit to those that lack them, and writes bars.csv. A bar
that is missed is said to be missed and is no error; a benchmark whose CSV is missing or strange is one.
"""

import argparse
import csv
import os
import statistics
import sys

import waitlist

ROUND_0 = "0"  # of the waitlist: warms caches, does not count


def read(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    if not rows:
        raise ValueError(f"{name} has no rows")
    return rows


def stamp(folder, name, rows, about):
    """Machine and commit as columns of the file, unless it has them."""
    if "commit" in rows[0]:
        return
    path = os.path.join(folder, name)
    with open(path + ".new", "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, [*rows[0], *about], lineterminator="\n")
        out.writeheader()
        out.writerows({**row, **about} for row in rows)
    os.replace(path + ".new", path)


def one(rows, column, **where):
    found = [row for row in rows if all(row[k] == str(v) for k, v in where.items())]
    return float(found[0][column]) if found else None


class Bars:
    def __init__(self):
        self.rows = []

    def add(self, what, sign, bar, measured, unit="x", instead=None):
        """sign: at least, at most, or "" where no bar is set. measured: None if it was not. instead: of a verdict."""
        if instead:
            verdict = instead
        elif measured is None:
            verdict = "not measured"
        elif not sign:
            verdict = "no bar"
        else:
            verdict = "met" if (measured >= bar if sign == ">=" else measured <= bar) else "NOT MET"
        self.rows.append((what, f"{sign} {bar:g} {unit}" if sign else "-", measured, unit, verdict))

    def show(self):
        shown = [("bar", "wanted", "measured", "verdict")]
        for what, wanted, measured, unit, verdict in self.rows:
            number = "-" if measured is None else f"{measured:.3g}" if measured < 100 else f"{measured:.0f}"
            shown.append((what, wanted, number + (f" {unit}" if number != "-" else ""), verdict))
        waitlist.table(shown)

    def write(self, path, about):
        with open(path, "w", newline="", encoding="utf-8") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(["what", "wanted", "measured", "unit", "verdict", *about])
            for what, wanted, measured, unit, verdict in self.rows:
                number = "" if measured is None else f"{measured:.4g}"
                out.writerow([what, wanted, number, unit, verdict, *about.values()])


def waitlist_bars(bars, rows):
    loops = {}
    several = any(row["round"] != ROUND_0 for row in rows)
    for row in rows:
        if row["round"] != ROUND_0 or not several:
            loops.setdefault((row["program"], row["shoppers"]), []).append(float(row["loop_s"]))
    middle = {key: statistics.median(times) for key, times in loops.items()}
    for program, size, bar in (
        ("simpy", 100000, 80),
        ("heap", 100000, 1.5),
        ("calendar", 1000000, 1.5),
        ("numpy_scan", 1000000, 2),
        ("numpy", 1000000, None),  # it keeps no clocks: another model of the same counts
    ):
        ours, peer = middle.get(("restocklab", str(size))), middle.get((program, str(size)))
        label = waitlist.wp.PROGRAMS[program][0]
        found = peer / ours if ours and peer else None
        bars.add(f"waitlist, {size:,}: faster than {label}", ">=" if bar else "", bar, found)


def other_bars(bars, files):
    queue, memory, threads = files["queue.csv"], files["memory.csv"], files["threads.csv"]
    for pending, bar in ((1000, 1.2), (100000, 1.2), (1000000, 0.5), (10000000, 0.5)):
        found = one(queue, "ratio_to_calendar", load="exponential", pending=pending, peer="sim/queue")
        bars.add(f"event queue, {pending:,} pending: time / calendar's", "<=", bar, found)
    bars.add("10,000,000 shoppers: time an event", "<=", 300, one(memory, "ns_per_event", what="huge"), "ns")
    peak = one(memory, "peak_bytes", what="huge")
    bars.add("10,000,000 shoppers: peak memory", "<=", 2.5, peak / 1e9 if peak else None, "GB")
    bars.add("memory a shopper", "<=", 100, one(memory, "bytes_each", what="shoppers"), "bytes")
    bars.add("memory an open interest", "<=", 64, one(memory, "bytes_each", what="interests"), "bytes")
    engine = files["engine.csv"]
    rate = one(engine, "decisions_per_s", rules="all")
    bars.add("1,000,000 waiting, all rules: decisions a second", ">=", 5, rate / 1e6 if rate else None, "M")
    bars.add("their memory an open interest, at most", "<=", 64, one(engine, "bytes_per_interest", rules="all"), "bytes")
    pair = one(threads, "speed_up", way="2 processes")
    bar = min(1.9, pair)
    how = "1.9" if bar == 1.9 else "two processes"
    found = one(threads, "speed_up", way="2 threads")
    busy = "no idle core" if pair < 1.5 else None  # the machine had no second one to give: this says nothing
    bars.add(f"2 threads / 1 thread: trials a second ({how})", ">=", round(bar, 3), found, instead=busy)
    ranks = files.get("ranks.csv")
    found = one(ranks, "wall_to_2_threads", scenario="waitlist", way="2 ranks") if ranks else None
    bars.add("2 ranks: time / 2 threads'", "<=", 1.05, found)
    bars.add("trace reading: time / bare libcsv's", "", 0, one(files["csv.csv"], "ratio_to_bare", reader="trace"))
    bars.add("its rows alone: time / bare libcsv's", "", 0, one(files["csv.csv"], "ratio_to_bare", reader="rows"))
    slower = one(files["csv-events.csv"], "ratio_to_bare", reader="trace")
    bars.add("shoppers' trace reading: speed / bare libcsv's", ">=", 0.3, 1 / slower if slower else None)
    found = one(files["store.csv"], "ratio_to_bare", writer="store_write")
    bars.add("store writing: time / bare inserts'", "", 0, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--ranks", help="CSV of bench-mpi, if it was run")
    args = parser.parse_args()
    folder = os.path.join(args.build, "bench")
    about = {**waitlist.machine(), "compiler": waitlist.compiler(args.build)}
    about["commit"] = waitlist.said(["git", "-C", waitlist.wp.HERE, "describe", "--always", "--dirty"])
    names = ("queue.csv", "waitlist.csv", "csv.csv", "csv-events.csv", "store.csv", "memory.csv", "threads.csv", "engine.csv")
    files = {name: read(folder, name) for name in names}
    for name, rows in files.items():
        stamp(folder, name, rows, about)
    if args.ranks and os.path.exists(args.ranks):
        files["ranks.csv"] = read(*os.path.split(args.ranks))
    bars = Bars()
    waitlist_bars(bars, files["waitlist.csv"])
    other_bars(bars, files)
    print("\nAll bars, ratios of medians:", ", ".join(str(v) for v in about.values()))
    print("Load average at the end:", " ".join(f"{x:.2f}" for x in os.getloadavg()), "\n")
    bars.show()
    bars.write(os.path.join(folder, "bars.csv"), about)
    missed = sum(row[-1] == "NOT MET" for row in bars.rows)
    open_ = sum(row[-1] in ("not measured", "no idle core") for row in bars.rows)
    print(f"{missed} not met, {open_} not measured (BENCH_FULL=1 measures all). Written: {folder}/*.csv")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError, TypeError) as broken:
        sys.exit(f"bars: a benchmark left nothing usable: {broken!r}")
