#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty equal trials of the plain waitlist on one thread, on two, and in two processes of ten each; interleaved.

wall is what the program says of the simulation alone; of two processes, which run at the same time, the slower one's. The
speed-up is the median of those within rounds, which go through the ways forwards and backwards by turns.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile

import waitlist_programs as wp

WAYS = {"1 thread": (1, 1), "2 threads": (2, 1), "2 processes": (1, 2)}


def wall(build, shoppers, trials, threads, copies):
    with tempfile.TemporaryDirectory(prefix="restocklab-bench-") as folder:
        running = []
        for i in range(copies):
            command = [os.path.join(build, "restocklab"), "run", wp.SCENARIO, "--json", "--quiet"]
            command += ["--threads", str(threads), "--reps", str(trials // copies), "--seed", str(1 + i)]
            command += ["--set", f"shoppers.count={shoppers}", "-o", f"{folder}/{i}"]
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        said = [child.communicate()[0] for child in running]
        if any(child.returncode != 0 for child in running):
            raise SystemExit("threads: the program failed")
        return max(json.loads(text)["wall_s"] for text in said)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    seen = {name: [] for name in WAYS}
    for i in range(args.rounds):
        for name, way in list(WAYS.items())[:: -1 if i % 2 else 1]:
            seen[name].append(wall(args.build, 20000, args.trials, *way))
    middle = {name: statistics.median(times) for name, times in seen.items()}
    print(f"{args.trials} equal trials, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f},", end=" ")
    print(f"medians of {args.rounds} rounds\n{'':12} {'wall s':>8} {'lowest':>8} {'speed-up':>9}")
    with open(args.csv, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow("way trials wall_s lowest_wall_s speed_up".split())
        for name, s in middle.items():
            gain = statistics.median(one / w for one, w in zip(seen["1 thread"], seen[name]))
            low = min(seen[name])
            print(f"{name:12} {s:8.3f} {low:8.3f} {gain:9.2f}")
            out.writerow([name, args.trials, f"{s:.6f}", f"{low:.6f}", f"{gain:.4f}"])
    print()


if __name__ == "__main__":
    main()
