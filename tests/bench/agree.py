#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the programs run one model? Compares the mean of every outcome count between each pair of programs.

Each program runs with seeds of its own; two means agree if they are within 4 standard errors of their difference. The
two numpy programs put what happens in ten minutes into a fixed order, so pairs with one of them may differ by
NUMPY_TOLERANCE of the mean besides. The two C programs share their model and differ in their pending events only: with
one seed they must agree in every count, to the last one. Exit code 1 if anything disagrees.
"""

import argparse
import itertools
import json
import math
import statistics
import sys

import waitlist_programs as wp

NUMPY_TOLERANCE = {"sold_out_clicks": 0.05}
NUMPY_TOLERANCE_ELSE = 0.01
ERRORS = 4.0


def series(args, name, first_seed):
    """Counts of each of the trials of a program."""
    if name == "restocklab":
        _, tallies, _ = wp.restocklab(args.build, args.shoppers, first_seed, args.seeds, 2)
        return [wp.counts_of(tally, args.shoppers) for tally in tallies]
    return [wp.run_trials(args.build, name, args.shoppers, first_seed + k, 1)[0] for k in range(args.seeds)]


def tolerance(a, b, count):
    if not any(name.startswith("numpy") for name in (a, b)):
        return 0.0
    return NUMPY_TOLERANCE.get(count, NUMPY_TOLERANCE_ELSE)


def compare(runs, a, b, count):
    """How far two means are apart, in units of what is allowed; None where a program does not count it."""
    if any(count in run.get("assumed", ()) for run in (*runs[a], *runs[b])):
        return None
    x, y = [run[count] for run in runs[a]], [run[count] for run in runs[b]]
    mean_x, mean_y = statistics.mean(x), statistics.mean(y)
    error = math.sqrt(statistics.variance(x) / len(x) + statistics.variance(y) / len(y))
    allowed = ERRORS * error + tolerance(a, b, count) * (mean_x + mean_y) / 2
    return abs(mean_x - mean_y) / allowed if allowed > 0 else (0.0 if mean_x == mean_y else math.inf)


def twins_differ(args):
    """The counts in which the two C programs differ with one seed."""
    heap, calendar = (json.loads(wp.measured(wp.peer_command(args.build, p, args.shoppers, 1))[0]) for p in wp.IN_C)
    return [c for c in wp.COUNTS if heap[c] != calendar[c]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="folder of the built programs")
    parser.add_argument("--shoppers", type=int, default=20000)
    parser.add_argument("--seeds", type=int, default=20, help="trials of each program")
    parser.add_argument("--programs", default=",".join(wp.PROGRAMS), help="which, by comma")
    parser.add_argument("--quick", action="store_true", help="5,000 shoppers, restocklab and the C programs only")
    args = parser.parse_args()
    if args.quick:
        args.shoppers, args.programs = 5000, "restocklab,heap,calendar"
    names = wp.choose(parser, args.programs)
    if args.seeds < 5:
        parser.error("--seeds: at least 5, or there is no spread to speak of")
    wp.stop_unless_ready(args.build, names)

    runs = {name: series(args, name, 1 + 1000 * k) for k, name in enumerate(names)}
    print(f"{args.shoppers:,} shoppers, {args.seeds} trials each: mean (standard error)")
    width = max(len(name) for name in names) + 8
    print(" " * 18 + "".join(name.rjust(width) for name in names))
    for count in wp.COUNTS:
        cells = []
        for name in names:
            x = [run[count] for run in runs[name]]
            text = f"{statistics.mean(x):.1f} ({statistics.stdev(x) / math.sqrt(len(x)):.1f})"
            cells.append("assumed" if count in runs[name][0].get("assumed", ()) else text)
        print(count.ljust(18) + "".join(cell.rjust(width) for cell in cells))

    worst, bad = (0.0, ""), []
    for (a, b), count in itertools.product(itertools.combinations(names, 2), wp.COUNTS):
        far = compare(runs, a, b, count)
        if far is None:
            continue
        worst = max(worst, (far, f"{count} of {a} and {b}"))
        if far > 1:
            bad.append(f"{count}: {a} and {b} differ by {far:.2f} times what is allowed")
    if set(wp.IN_C) <= set(names):
        bad += [f"{count}: heap and calendar differ with one seed" for count in twins_differ(args)]
    for line in bad:
        print("DISAGREE", line)
    if not bad:
        print(f"All agree; the nearest to disagreement is {worst[1]}, at {worst[0]:.2f} of what is allowed.")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except wp.Failed as failed:
        sys.exit(f"agree: {failed}")
