# SPDX-License-Identifier: GPL-3.0-or-later
"""kill.py - the live engine is killed again and again, and no decision is lost, none differs.

    kill.py PROGRAM POLICY FOLDER

A stream is run once undisturbed. Then it is run with a journal by a caller who kills the engine (SIGKILL) after a random
number of bytes and a random delay, and sends again what was not acknowledged. All lines that were printed in all lives
are put together by key and compared with the undisturbed run.
"""
import json
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stream
from engine import Engine, fail

PROGRAM, POLICY, FOLDER = sys.argv[1:4]
LINES = 3000


def undisturbed(events):
    done = subprocess.run([PROGRAM, "engine", POLICY], input=b"".join(events), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {d["key"]: d for d in found if "key" in d}, sum("error" in d for d in found)


def first_ack(life):
    """Lines have no numbers but those that the engine gives: it says where to go on."""
    if not life.wait_for(lambda said: b'{"ack":' in said and said.endswith(b"\n")):
        fail("no acknowledgement at the start")
    return collect(life.lines(), {}, [0])


def send(life, what, pieces):
    while what:
        n = len(what) if pieces == 1 else random.randrange(1, 2 + 2 * len(what) // pieces)
        life.write(what[:n])
        what = what[n:]


def end(life, kill):
    code = life.end(signal.SIGKILL if kill else None)
    if code != (-9 if kill else 0):
        fail(f"exit code {code}: {life.complaint}")
    return life.lines()


def collect(lines, found, seen_twice):
    """Adds the decisions of one life; returns its last acknowledgement."""
    ack = None
    for said in lines:
        if "ack" in said:
            if ack is not None and said["ack"] < ack:
                fail(f"acknowledged {said['ack']} after {ack}")
            ack = said["ack"]
        if "key" not in said:
            continue
        if said["key"] in found:
            seen_twice[0] += 1
            if found[said["key"]] != said:
                fail(f"two decisions with one key:\n{found[said['key']]}\n{said}")
        found[said["key"]] = said
    return ack


def numbers(events, own):
    """Under which number each line is acknowledged: its own, or that of the line; bad lines with the next good one."""
    if not own:
        return list(range(1, len(events) + 1))
    out, last = [], 1 << 60
    for line in reversed(events):
        try:
            last = json.loads(line)["seq"]
        except (ValueError, KeyError, TypeError):
            pass
        out.append(last)
    return out[::-1]


def wait_to_kill(life):
    """Some time passes, or until something, or a random number of bytes, has been printed."""
    dice = random.random()
    if dice < 0.4:
        time.sleep(random.random() * 0.03)
        return
    wanted = random.randrange(1, 3000) if dice < 0.7 else 1
    life.wait_for(lambda said: len(said) >= wanted, 0.05)
    time.sleep(random.random() ** 4 * 0.005)


def compare(want, found):
    lost = [want[key] for key in want if key not in found]
    new = [found[key] for key in found if key not in want]
    if lost or new:
        fail(f"{len(lost)} lost, {len(new)} new:\n{lost[:3]}\n{new[:3]}")
    for key, decision in want.items():
        if found[key] != decision:
            fail(f"differs:\n{decision}\n{found[key]}")


def harass(seed, kills, own):
    random.seed(seed)
    events = stream.lines(seed, LINES, own)
    want, errors = undisturbed(events)
    if len(want) < 2000 or errors < 20:
        fail(f"only {len(want)} decisions and {errors} errors: nothing is tested")
    number = numbers(events, own)
    journal = os.path.join(FOLDER, f"journal-{seed}")
    found, twice, acked, further = {}, [0], 0, 0
    for life_number in range(kills + 1):
        last = life_number == kills
        how = random.randrange(3)
        stalled = how == 1 and own and not last
        life = Engine(PROGRAM, POLICY, "--journal", journal, to_file=how == 0, stalled=stalled)
        if not own:
            acked = first_ack(life)
        rest = b"".join(line for line, n in zip(events, number) if n > acked)
        if not last:
            rest = rest[:random.randrange(1, 2 + 2 * len(rest) // (kills - life_number))]
        if stalled:
            rest = rest[:30000]  # what a pipe holds: the engine may not come to read it
        send(life, rest, random.choice([1, 1, 3, 20]))
        if not last:
            wait_to_kill(life)
        ack = collect(end(life, not last), found, twice)
        further += not last and ack is not None and ack > acked
        acked = ack if ack is not None else acked
    if not 0 <= number[-1] - acked < 20:  # the last lines may be bad ones
        fail(f"acknowledged {acked}, not about {number[-1]}")
    compare(want, found)
    if own and twice[0] == 0:
        fail("no decision was printed twice: nothing was killed between the journal and the output")
    print(f"killed {kills} times, {further} times after some progress; {len(want)} decisions, {twice[0]} printed twice")


harass(1, 150, True)
harass(2, 100, False)
