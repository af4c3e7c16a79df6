#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws time an event and time a trial against shoppers, restocklab and its peers, by gnuplot, from the CSV files."""

import argparse
import csv
import os
import statistics
import subprocess
import sys

import waitlist_programs as wp

COLORS = dict(zip(wp.PROGRAMS, ("#c1272d", "#7a5195", "#bc8f34", "#2a7f62", "#88c0a0", "#1f4e79", "#6fa8dc")))


def read(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def points(folder):
    """program -> {shoppers: (seconds, ns an event)}, medians of the rounds that count."""
    runs = {}
    rows = read(os.path.join(folder, "waitlist.csv"))
    several = any(row["round"] != "0" for row in rows)
    for row in rows:
        if row["round"] != "0" or not several:
            key = row["program"], int(row["shoppers"])
            runs.setdefault(key, []).append((float(row["loop_s"]), float(row["events"])))
    found = {name: {} for name in wp.PROGRAMS}
    for (name, shoppers), pairs in runs.items():
        seconds = statistics.median(s for s, _ in pairs)
        found[name][shoppers] = (seconds, seconds / statistics.median(e for _, e in pairs) * 1e9)
    memory = os.path.join(folder, "memory.csv")
    for row in read(memory) if os.path.exists(memory) else ():
        if row["what"] == "huge":
            found["restocklab"][int(row["count"])] = (float(row["loop_s"]), float(row["ns_per_event"]))
    return {name: at for name, at in found.items() if at}


def script(found, out):
    lines = [
        "set terminal pngcairo size 1600,720 font 'sans,15' background rgb 'white'",
        f"set output '{out}'",
        "set multiplot layout 1,2",
        "set logscale xy",
        "set xrange [1.4e4:1.6e7]",
        "set format x '10^{%T}'",
        "set xlabel 'shoppers'",
        "set grid lc rgb '#dddddd'",
        "set border 3",
        "set tics nomirror",
    ]
    for title, column, low, high, key in (
        ("nanoseconds an event", 3, 30, 2e4, "set key top right"),
        ("seconds of the loop, 60 days", 2, 5e-3, 300, "unset key"),
    ):
        lines += [f"set title '{title}'", f"set yrange [{low:g}:{high:g}]", key]
        plots = []
        for name in found:
            wide = 4 if name == "restocklab" else 2
            style = f"with linespoints lw {wide} pt 7 ps {wide / 2:g} lc rgb '{COLORS[name]}'"
            plots.append(f"${name} using 1:{column} {style} title '{wp.PROGRAMS[name][0]}'")
        lines.append("plot " + ", ".join(plots))
    data = []
    for name, at in found.items():
        data += [f"${name} << EOD", *(f"{n} {s:g} {ns:g}" for n, (s, ns) in sorted(at.items())), "EOD"]
    return "\n".join(data + lines + ["unset multiplot", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--out", required=True, help="a PNG")
    args = parser.parse_args()
    if "'" in args.out:
        parser.error("no quotes in file names, please")
    text = script(points(os.path.join(args.build, "bench")), args.out)
    done = subprocess.run(["gnuplot"], input=text, text=True, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0 or done.stderr.strip():
        sys.exit(f"scaling: gnuplot: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
