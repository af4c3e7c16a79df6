# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that run the plain waitlist, each run as a process of its own; docs/BENCH.md defines the counts."""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "peers")
SCENARIO = os.path.join(HERE, "..", "..", "scenarios", "library", "waitlist.yaml")
PYTHON = "/usr/bin/python3"  # Debian's own, which sees Debian's packages
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

# of the scenario, by shopper
VISITS, ORGANIC, UNITS, DAYS = 0.12, 0.01, 0.0075, 60

# name: label, most shoppers that are run unless --all is given
PROGRAMS = {
    "restocklab": ("restocklab", None),
    "simpy": ("SimPy 3", 100000),
    "heapq": ("Python heapq", 100000),
    "numpy_scan": ("numpy, own clocks", None),
    "numpy": ("numpy, merged visits", None),
    "heap": ("C, 4-ary heap", None),
    "calendar": ("C, calendar queue", None),
}
IN_C = ("heap", "calendar")


class Failed(Exception):
    pass


def domain_events(n):
    """Things that happen; a send is a send and a delivery."""
    keys = ("visits", "organic_arrivals", "restocks", "batches", "ghosts", "opens", "orders")
    return sum(n[k] for k in keys) + 2 * n["sends"]


def measured(command):
    """A command's standard output and its peak resident memory in KiB.

    Linux hands the peak of whoever starts a program down to it, so a small one would show Python's. Hence the shell
    between: what it forks begins anew, and a program that prints its own peak prints the right one. The peak given
    here is good for those that are larger than Python.
    """
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(["/bin/sh", "-c", '"$@"; exit $?', "sh", *command], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Failed(f"{' '.join(command)}: exit code {child.returncode}")
        out.seek(0)
        return out.read().decode(), usage.ru_maxrss


def peer_command(build, name, shoppers, seed):
    tail = [str(shoppers), str(seed)]
    if name in IN_C:
        return [os.path.join(build, "tests", "bench", "peers", "waitlist_" + name), *tail]
    if name == "numpy_scan":
        return [PYTHON, os.path.join(PEERS, "waitlist_numpy.py"), *tail, "scan"]
    return [PYTHON, os.path.join(PEERS, f"waitlist_{name}.py"), *tail]


def restocklab(build, shoppers, seed, reps, threads):
    """The JSON of a run, and the tallies of each replication."""
    folder = tempfile.mkdtemp(prefix="restocklab-bench-")
    try:
        command = [os.path.join(build, "restocklab"), "run", SCENARIO, "--json", "--quiet"]
        command += ["--reps", str(reps), "--threads", str(threads), "--seed", str(seed)]
        command += ["-o", os.path.join(folder, "run")]
        for path, value in (
            ("shoppers.count", shoppers),
            ("organic.rate", ORGANIC * shoppers),
            ("supply.initial.mean", UNITS * shoppers),
            ("supply.quantity.mean", UNITS * shoppers),
        ):
            command += ["--set", f"{path}={value:g}" if value < 1e5 else f"{path}={value:.0f}"]
        text, rss = measured(command)
        with sqlite3.connect(os.path.join(folder, "run", "run.db")) as db:
            tallies = [{} for _ in range(reps)]
            for replication, name, value in db.execute("SELECT replication, name, value FROM tally"):
                tallies[replication][name] = value
        doc = json.loads(text)
        with open(os.path.join(folder, "run", "manifest.json"), encoding="utf-8") as manifest:
            doc["loop_s"] = json.load(manifest)["loop_s"]
        return doc, tallies, rss
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def counts_of(tally, shoppers):
    """The counts of one replication. What the store does not know stands in `assumed` too, at its expectation."""
    n = {
        "organic_arrivals": tally["orders_organic"] + tally["organic_lost"],
        "organic_orders": tally["orders_organic"],
        "restocks": tally["restocks"],
        "sends": tally["sends"],
        "ghosts": tally["ghosts"],
        "opens": tally["opened"],
        "clicks": tally["clicked"],
        "sold_out_clicks": sum(v for k, v in tally.items() if k.startswith("oos_")),
        "orders": tally["orders"],
        "joined": tally["sends"] + tally["ghosts"] + tally["waiting_interests"],
        "assumed": [],
    }
    slots = n["sends"] + n["ghosts"]
    for name, expected in (("visits", VISITS * shoppers * DAYS), ("batches", slots / 200 + tally["restocks"] / 2)):
        if name in tally:
            n[name] = tally[name]
        else:
            n[name] = round(expected)
            n["assumed"].append(name)
    return n


def run_trials(build, name, shoppers, seed, trials):
    """Trials of a program in one process, with their seeds or replications one after the other: of each its counts,
    events and peak_rss_kib, and as loop_s the mean of all of them, which is what restocklab tells. The programs in
    Python run one trial, which is so long that it does not matter what came before it."""
    if name in IN_C:
        lines = measured([*peer_command(build, name, shoppers, seed), str(trials)])[0].splitlines()
    elif name != "restocklab":
        lines = [measured(peer_command(build, name, shoppers, seed))[0]]
    else:
        doc, tallies, rss = restocklab(build, shoppers, seed, trials, 1)
        out = [counts_of(tally, shoppers) for tally in tallies]
        for run in out:
            run.update(events=domain_events(run), timed="loop", loop_s=doc["loop_s"] / trials, peak_rss_kib=rss)
        return out
    out = [json.loads(line) for line in lines]
    mean = statistics.mean(run["loop_s"] for run in out)
    for run in out:
        run["loop_s"] = mean
        if run["events"] != domain_events(run):
            raise Failed(f"{name}: its events are not the sum of its counts")
        run["timed"] = "loop"
    return out


def missing(build, names):
    """What has to be built or installed before these programs can run; empty if nothing."""
    need = []
    for name in names:
        path = os.path.join(build, "restocklab") if name == "restocklab" else peer_command(build, name, 1, 1)[0]
        if not os.access(path, os.X_OK):
            need.append(f"{path} is missing: make BUILD={build} bench-programs")
    for names_of, module, package in (
        (("simpy",), "simpy", "python3-simpy3"),
        (("numpy", "numpy_scan"), "numpy", "python3-numpy"),
    ):
        if not set(names_of) & set(names):
            continue
        found = subprocess.run([PYTHON, "-c", f"import {module}"], stderr=subprocess.DEVNULL, check=False)
        if found.returncode != 0:
            need.append(f"{PYTHON} has no {module}: apt-get install --no-install-recommends {package}")
    return need


def choose(parser, text):
    names = text.split(",")
    for name in names:
        if name not in PROGRAMS:
            parser.error(f"no program named {name}; there are {', '.join(PROGRAMS)}")
    return names


def stop_unless_ready(build, names):
    need = missing(build, names)
    for line in need:
        print(line, file=sys.stderr)
    if need:
        sys.exit(2)
