#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How resident memory grows with shoppers and with open interests; with --huge one trial of ten million shoppers.

Every point is a process of its own, one trial of the plain waitlist on one thread; its peak resident memory is the
kernel's. Shoppers: nobody asks to be told and no size sells out, so each holds only herself and her next visit.
Interests: the number of shoppers stays, no unit ever comes, and a share of them waits from the start on. Points take
turns over the rounds, medians count; the slope is between the first and the last point.
"""

import argparse
import csv
import os
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import waitlist_programs as wp  # noqa: E402

HUGE = 10_000_000


def peak_bytes(build, settings):
    with tempfile.TemporaryDirectory(prefix="restocklab-bench-") as folder:
        command = [os.path.join(build, "restocklab"), "run", wp.SCENARIO, "--json", "--quiet"]
        command += ["--reps", "1", "--threads", "1", "-o", os.path.join(folder, "run")]
        for setting in settings:
            command += ["--set", setting]
        return wp.measured(command)[1] * 1024


def nobody_waits(shoppers):
    stock = ["supply.mode=none", f"supply.initial.mean={10 * shoppers}", f"organic.rate={shoppers // 100}"]
    return [f"shoppers.count={shoppers}", *stock, "interest.signal.notify_me=0"]


def some_wait(shoppers, interests):
    never = ["supply.mode=none", "supply.initial.mean=0", "organic.rate=0", "run.horizon=10d"]
    share = f"interest.initial.notify_me={interests / shoppers:g}"
    return [f"shoppers.count={shoppers}", *never, "interest.signal.notify_me=0", share]


def slope(title, points, settings_of, args, rows):
    seen = {n: [] for n in points}
    for _ in range(args.rounds):
        for n in points:
            seen[n].append(peak_bytes(args.build, settings_of(n)))
    middle = {n: statistics.median(peaks) for n, peaks in seen.items()}
    first, last = points[0], points[-1]
    each = (middle[last] - middle[first]) / (last - first)
    for n in points:
        print(f"{n:>12,} {title:10} {middle[n] / 2**20:9.1f} MiB")
        rows.append([title, n, f"{middle[n]:.0f}", f"{each:.2f}", "", "", ""])
    print(f"{'':12} {title:10} {each:9.1f} bytes each\n", flush=True)


def huge(args, rows):
    doc, tallies, rss = wp.restocklab(args.build, HUGE, 1, 1, 1)
    events = wp.domain_events(wp.counts_of(tallies[0], HUGE))
    ns = doc["loop_s"] / events * 1e9
    print(f"{HUGE:,} shoppers, 60 days: loop {doc['loop_s']:.1f} s, {events:,.0f} events, {ns:.0f} ns each;", end=" ")
    print(f"peak {rss * 1024 / 1e9:.2f} GB\n")
    rows.append(["huge", HUGE, rss * 1024, "", f"{doc['loop_s']:.3f}", f"{events:.0f}", f"{ns:.2f}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shoppers", type=int, default=1_000_000, help="most shoppers of the two slopes")
    parser.add_argument("--huge", action="store_true", help=f"one trial of {HUGE:,} shoppers too: about 2 GB, a minute")
    args = parser.parse_args()
    most, rows = args.shoppers, []
    if args.rounds < 1 or most < 1000:
        parser.error("at least one round, of at least 1000 shoppers")
    print(f"Peak resident memory, medians of {args.rounds} rounds")
    slope("shoppers", [most // 2, most], nobody_waits, args, rows)
    slope("interests", [0, most // 2, most], lambda n: some_wait(most, n), args, rows)
    if args.huge:
        huge(args, rows)
    with open(args.csv, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow("what count peak_bytes bytes_each loop_s events ns_per_event".split())
        out.writerows(rows)


if __name__ == "__main__":
    try:
        main()
    except wp.Failed as failed:
        sys.exit(f"memory: {failed}")
