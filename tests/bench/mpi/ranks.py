#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two threads, two ranks and two separate processes on the same trials, interleaved; medians.

The work is the plain waitlist, as many trials as take --seconds on two threads. wall is what the program says of the
simulation alone; in all is the whole process, start and report included. Two processes run half of the trials each
at the same time, and the slower one counts. Other load on the machine makes single rounds slow: look at the spread.
A second table does the same with the smallest trials, where handing them out costs most.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
SCENARIOS = {
    "waitlist": os.path.join(ROOT, "scenarios", "library", "waitlist.yaml"),
    "smallest": os.path.join(ROOT, "tests", "golden", "cli", "files", "small.yaml"),
}
ENV = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "2"]


class Bench:
    def __init__(self, build):
        self.program = os.path.realpath(os.path.join(build, "restocklab"))

    def measure(self, launcher, scenario, trials, threads, copies=1):
        """Seconds of the simulation and in all; of the slowest copy."""
        with tempfile.TemporaryDirectory() as temp:
            start = time.monotonic()
            running = []
            for i in range(copies):
                command = [self.program, "run", SCENARIOS[scenario], "--json", "--threads", str(threads)]
                command += ["--reps", str(trials // copies), "--seed", str(1 + i), "-o", f"{temp}/{i}"]
                running.append(subprocess.Popen(launcher + command, env=ENV, stdout=subprocess.PIPE))
            walls = [json.loads(child.communicate()[0])["wall_s"] for child in running]
            return max(walls), time.monotonic() - start

    def ways(self, scenario, trials):
        return {
            "1 thread": lambda: self.measure([], scenario, trials, 1),
            "2 threads": lambda: self.measure([], scenario, trials, 2),
            "2 ranks": lambda: self.measure(MPIRUN, scenario, trials, 1),
            "2 processes": lambda: self.measure([], scenario, trials, 1, copies=2),
        }

    def table(self, scenario, seconds, rounds, rows):
        """Trials enough for `seconds`, in steps of two, then every way in every round."""
        first = 40
        wall, _ = self.measure([], scenario, first, 2)
        wall, first = (wall, first) if wall > 1 else (self.measure([], scenario, 400, 2)[0], 400)
        trials = max(2, 2 * round(seconds * 1.15 * first / wall / 2))
        ways = self.ways(scenario, trials)
        seen = {name: [] for name in ways}
        for _ in range(rounds):
            for name, run in ways.items():
                seen[name].append(run())
        print(f"\n{scenario}: {trials} trials, medians of {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        print(f"  {'':12} {'wall s':>8} {'lowest':>8} {'in all s':>9} {'trials/s':>9} {'to 2 threads':>13}")
        base = statistics.median(wall for wall, _ in seen["2 threads"])
        for name, times in seen.items():
            wall = statistics.median(w for w, _ in times)
            low = min(w for w, _ in times)
            whole = statistics.median(a for _, a in times)
            print(f"  {name:12} {wall:8.2f} {low:8.2f} {whole:9.2f} {trials / wall:9.1f} {wall / base:13.3f}")
            rows.append([scenario, name, trials, f"{wall:.3f}", f"{low:.3f}", f"{whole:.3f}", f"{wall / base:.4f}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rows, bench = [], Bench(args.build)
    print(f"{os.cpu_count()} processors")
    bench.table("waitlist", args.seconds, args.rounds, rows)
    bench.table("smallest", min(args.seconds, 3), args.rounds, rows)
    with open(args.csv, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("scenario way trials wall_s lowest_wall_s in_all_s to_2_threads".split())
        writer.writerows(rows)


if __name__ == "__main__":
    main()
