#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures restocklab on the plain waitlist beside the same model in other tools, and prints tables.

Rounds are interleaved, so that a slow spell of the machine falls on all programs alike; the first round of a size is
there to warm caches and is not counted if there is more than one. Ratios are of medians of one invocation. The trials
of restocklab and of the programs in C are so short at the small sizes that a new process's first one may take a third
longer than the next, by what the machine has to do for its memory: there they run several in one process, as one does.
"""

import argparse
import csv
import os
import platform
import statistics
import subprocess
import sys

import waitlist_programs as wp


def machine():
    model = "unknown"
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
            model = next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), model)
    except OSError:
        pass
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "system": f"{platform.system()} {platform.machine()}"}


def said(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def compiler(build):
    """The compiler and its flags as the build folder has noted them."""
    try:
        with open(os.path.join(build, "flags"), encoding="utf-8") as f:
            name = f.read().split()[0]
    except (OSError, IndexError):
        name = "cc"
    return said([name, "--version"])


SMALL, TRIALS = 100000, 20  # up to so many shoppers a process runs the replications that the scenario asks for


def rounds(args, names, size, write):
    """Runs of one size by program, those of the first round left out; each result is passed to `write` too."""
    results = {name: [] for name in names}
    for k in range(args.rounds):
        for place, name in enumerate(names):
            trials = TRIALS if size <= SMALL else 1
            runs = wp.run_trials(args.build, name, size, 1 + trials * k, trials)
            for out in runs:
                write(size, name, k, out)
            if k > 0 or args.rounds == 1:
                results[name] += runs
            if sys.stderr.isatty():
                print(f"\r\033[K{size} shoppers, round {k + 1} of {args.rounds}: {place + 1} of {len(names)}",
                      end="", file=sys.stderr)  # fmt: skip
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return results


def median(runs, key):
    return statistics.median(run[key] for run in runs)


def table(rows):
    width = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for k, row in enumerate(rows):
        cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, width))]
        print("| " + " | ".join(cells) + " |")
        if k == 0:
            print("|" + "|".join("-" * (w + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(width)) + "|")
    print()


def print_size(size, results):
    base = median(results["restocklab"], "loop_s") if "restocklab" in results else None
    rows = [["program", "loop s", "events", "M events/s", "ns/event", "time / restocklab's", "peak MiB"]]
    for name, runs in results.items():
        loop_s, events = median(runs, "loop_s"), median(runs, "events")
        label = wp.PROGRAMS[name][0] + ("" if runs[0]["timed"] == "loop" else " *")
        ratio = f"{loop_s / base:.2f}" if base else "-"
        rows.append(
            [
                label,
                f"{loop_s:.3f}",
                f"{events:,.0f}",
                f"{events / loop_s / 1e6:.2f}",
                f"{loop_s / events * 1e9:.0f}",
                ratio,
                f"{median(runs, 'peak_rss_kib') / 1024:.0f}",
            ]
        )
    print(f"### {size:,} shoppers\n")
    table(rows)
    rows = [["count", *(wp.PROGRAMS[name][0] for name in results)]]
    for count in wp.COUNTS:
        cells = []
        for runs in results.values():
            mark = "~" if count in runs[0].get("assumed", ()) else ""
            cells.append(f"{mark}{statistics.mean(run[count] for run in runs):,.0f}")
        rows.append([count, *cells])
    table(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="folder of the built programs")
    parser.add_argument("--sizes", default="20000,100000,1000000", help="numbers of shoppers")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of each size, the first not counted")
    parser.add_argument("--programs", default=",".join(wp.PROGRAMS), help="which, by comma")
    parser.add_argument("--all", action="store_true", help="run the slow programs at the large sizes too")
    parser.add_argument("--csv", help="where to; default: bench/waitlist.csv in the build folder")
    args = parser.parse_args()
    names = wp.choose(parser, args.programs)
    try:
        sizes = [int(size) for size in args.sizes.split(",")]
    except ValueError:
        parser.error("--sizes wants numbers, by comma")
    if args.rounds < 1 or min(sizes) < 100:
        parser.error("at least one round, of at least 100 shoppers")
    wp.stop_unless_ready(args.build, names)

    path = args.csv or os.path.join(args.build, "bench", "waitlist.csv")
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    about = {**machine(), "compiler": compiler(args.build)}
    about["commit"] = said(["git", "-C", wp.HERE, "describe", "--always", "--dirty"])
    print("The plain waitlist, medians of", max(args.rounds - 1, 1), "rounds:", ", ".join(f"{v}" for v in about.values()))
    print("Load average at the start:", " ".join(f"{x:.2f}" for x in os.getloadavg()), "\n")
    unit_row = ["shoppers", "program", "round", "timed", "loop_s", "events", "peak_rss_kib", *wp.COUNTS, *about]
    starred = False
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(unit_row)

        def write(size, name, k, run):
            fixed = [size, name, k, run["timed"], f"{run['loop_s']:.6f}", f"{run['events']:.0f}", run["peak_rss_kib"]]
            out.writerow([*fixed, *(f"{run[c]:.0f}" for c in wp.COUNTS), *about.values()])
            f.flush()

        for size in sizes:
            fit = [n for n in names if args.all or wp.PROGRAMS[n][1] is None or size <= wp.PROGRAMS[n][1]]
            results = rounds(args, fit, size, write)
            starred |= any(runs[0]["timed"] != "loop" for runs in results.values())
            print_size(size, results)
    if starred:
        print("* the whole trial: setting up the world and summing it up are in this time, unlike the others'.")
    print("~ not counted by the program: its expectation.")
    print("Written:", path)


if __name__ == "__main__":
    try:
        main()
    except wp.Failed as failed:
        sys.exit(f"waitlist: {failed}")
