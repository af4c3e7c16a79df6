#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two threads, two ranks and two separate processes on the same trials, interleaved; medians.

The work is the plain waitlist, as many trials as take --seconds on two threads. wall is what the program says of the
simulation alone; in all is the whole process, start and report included; cpu is processor time, all threads and ranks
and mpirun included. Two processes run half of the trials each at the same time, and the slower one counts. Other load
on the machine makes single rounds slow, processor time least: look at that and at the lowest wall time as well. The ratio
is the median of those within rounds, which go through the ways forwards and backwards by turns.
A second table does the same with the smallest trials, where handing them out costs most.
"""

import argparse
import csv
import json
import os
import resource
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


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Bench:
    def __init__(self, build):
        self.program = os.path.realpath(os.path.join(build, "restocklab"))

    def measure(self, launcher, scenario, trials, threads, copies=1):
        """Seconds: of the simulation and in all, of the slowest copy; and of processors, of all."""
        with tempfile.TemporaryDirectory() as temp:
            start, used = time.monotonic(), cpu()
            running = []
            for i in range(copies):
                command = [self.program, "run", SCENARIOS[scenario], "--json", "--threads", str(threads)]
                command += ["--reps", str(trials // copies), "--seed", str(1 + i), "-o", f"{temp}/{i}"]
                running.append(subprocess.Popen(launcher + command, env=ENV, stdout=subprocess.PIPE))
            walls = [json.loads(child.communicate()[0])["wall_s"] for child in running]
            return max(walls), time.monotonic() - start, cpu() - used

    def ways(self, scenario, trials):
        return {
            "2 threads": lambda: self.measure([], scenario, trials, 2),
            "2 ranks": lambda: self.measure(MPIRUN, scenario, trials, 1),
            "2 processes": lambda: self.measure([], scenario, trials, 1, copies=2),
        }

    def table(self, scenario, seconds, rounds, rows):
        """Trials enough for `seconds`, in steps of two, then every way in every round."""
        first = 40
        wall = self.measure([], scenario, first, 2)[0]
        if wall < 1:
            first = 400
            wall = self.measure([], scenario, first, 2)[0]
        trials = max(2, 2 * round(seconds * 1.15 * first / wall / 2))
        ways = self.ways(scenario, trials)
        seen = {name: [] for name in ways}
        for i in range(rounds):
            for name, run in list(ways.items())[:: -1 if i % 2 else 1]:
                seen[name].append(run())
        middle = {name: [statistics.median(column) for column in zip(*times)] for name, times in seen.items()}
        print(f"\n{scenario}: {trials} trials, medians of {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        print(f"  {'':12} {'wall s':>8} {'lowest':>8} {'in all s':>9} {'cpu s':>8} {'trials/s':>9} {'wall to 2 threads':>18}")
        for name, (wall, whole, used) in middle.items():
            low = min(w for w, _, _ in seen[name])
            ratio = statistics.median(w / of for (w, _, _), (of, _, _) in zip(seen[name], seen["2 threads"]))
            line = f"  {name:12} {wall:8.2f} {low:8.2f} {whole:9.2f} {used:8.2f} {trials / wall:9.1f} {ratio:18.3f}"
            print(line, flush=True)
            rows.append([scenario, name, trials, *(f"{x:.3f}" for x in (wall, low, whole, used)), f"{ratio:.4f}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rows, bench = [], Bench(args.build)
    print(f"{os.cpu_count()} processors", flush=True)
    bench.table("waitlist", args.seconds, args.rounds, rows)
    bench.table("smallest", min(args.seconds, 3), args.rounds, rows)
    with open(args.csv, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("scenario way trials wall_s lowest_wall_s in_all_s cpu_s wall_to_2_threads".split())
        writer.writerows(rows)


if __name__ == "__main__":
    main()
