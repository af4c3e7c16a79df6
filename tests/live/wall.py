# SPDX-License-Identifier: GPL-3.0-or-later
"""wall.py - the live engine by the clock: wakes, signals, kills, and who else may hold the journal.

    wall.py PROGRAM FOLDER

Nothing here is measured but orders and least distances, so that a slow machine passes too.
"""
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from engine import Engine, check

PROGRAM, FOLDER = sys.argv[1:3]
POLICY = os.path.join(FOLDER, "batches.yaml")
EVERY = 150  # ms
with open(POLICY, "w", encoding="utf-8") as file:
    file.write(f"policy:\n  throttle: {{mode: batch, size: 2, every: {EVERY}ms}}\n")


def journal(name):
    return os.path.join(FOLDER, name)


def now():
    return time.time() * 1000


def ms(text):
    """Milliseconds since the epoch of a time as decisions have it."""
    seconds = time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")
    return (time.mktime(seconds) - time.timezone) * 1000 + int(text[20:23])


def opening(who):
    """So many wait, and units come."""
    events = [{"event": "profile", "shopper": f"w{i}", "devices": 1, "push_optin": True} for i in range(who)]
    events += [{"event": "stock", "sku": "s", "level": 0}]
    events += [{"event": "interest", "shopper": f"w{i}", "sku": "s", "source": "notify_me"} for i in range(who)]
    return events + [{"event": "stock", "sku": "s", "level": 100}]


def sent(lines):
    return [said for said in lines if said.get("outcome") == "sent"]


def wakes_fire_by_the_clock():
    began = now()
    engine = Engine(PROGRAM, POLICY, "--clock", "wall")
    engine.tell(*opening(6))
    check(engine.wait_for(lambda said: said.count(b'"outcome":"sent"') == 6), "six messages", engine.lines())
    at = [ms(said["at"]) for said in sent(engine.lines())]
    check(at[0] >= began - 1 and at[5] <= now(), "times of the clock", began, at)
    check(at[0] == at[1] and at[2] == at[1] + EVERY and at[4] == at[3] + EVERY, "batches by their interval", at)
    check(now() - began >= 2 * EVERY, "not before their time")
    check(not any("ack" in said for said in engine.lines()), "no acknowledgement without a journal")
    check(engine.end() == 0, "end of input", engine.complaint)


def times_of_events():
    engine = Engine(PROGRAM, POLICY, "--clock", "wall", "--journal", journal("times"))
    began = now()
    engine.tell({"event": "stock", "sku": "s", "level": 0, "at": int(began) - 3600000},
                {"event": "tick"}, {"event": "tick", "at": "1999-12-31"}, {"event": "tick", "at": int(began) + 3600000})
    check(engine.wait_for(lambda said: b'{"ack":3}' in said), "three taken", engine.lines())
    check(engine.end() == 0, engine.complaint)
    error = [said["error"] for said in engine.lines() if "error" in said]
    check(len(error) == 1 and error[0]["line"] == 4 and "ahead of the clock" in error[0]["what"], error)
    rows = sqlite3.connect(journal("times")).execute("SELECT at_ms FROM input ORDER BY n").fetchall()
    check(len(rows) == 3 and all(began - 1 <= at <= now() for (at,) in rows), "taken as now", rows)


def signals_end_it_cleanly():
    for by, clock in ((signal.SIGTERM, "wall"), (signal.SIGINT, "event")):
        path = journal(f"signal-{clock}")
        engine = Engine(PROGRAM, POLICY, "--clock", clock, "--journal", path)
        events = [dict(event, at=1000 + i) for i, event in enumerate(opening(2))]
        engine.tell(*events)
        check(engine.wait_for(lambda said: f'{{"ack":{len(events)}}}'.encode() in said), engine.lines())
        check(engine.end(by) == 0, "exit code", engine.complaint)
        check(f"stopped by a signal after line {len(events)}" in engine.complaint, engine.complaint)
        again = Engine(PROGRAM, POLICY, "--clock", clock, "--journal", path)
        check(again.end() == 0, again.complaint)
        check(again.lines() == [{"ack": len(events)}], "nothing is told twice", again.lines())


def one_at_a_time():
    first = Engine(PROGRAM, POLICY, "--journal", journal("shared"))
    check(first.wait_for(lambda said: b'{"ack":0}' in said), "the first one runs")
    second = Engine(PROGRAM, POLICY, "--journal", journal("shared"))
    check(second.end() == 1 and "another process" in second.complaint, second.complaint)
    check(second.lines() == [], second.lines())
    check(first.end() == 0, first.complaint)
    other = Engine(PROGRAM, POLICY, "--journal", journal("shared"), "--clock", "wall")
    check(other.end() == 2 and "--clock event, not wall" in other.complaint, other.complaint)


def whoever_reads_may_leave():
    with subprocess.Popen([PROGRAM, "engine", POLICY, "--journal", journal("left")], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        check(process.stdout.readline() == b'{"ack":0}\n', "it runs")
        process.stdout.close()
        process.stdin.write(b'{"event":"tick","at":1}\n')
        process.stdin.flush()
        check(process.wait(60) == 1, "exit code")
        complaint = process.stderr.read()
        check(b"cannot write the decisions: Broken pipe" in complaint, complaint)


def killed_by_the_clock():
    """Wakes are in the journal as the time at which they ran, and what fell due meanwhile runs at the start."""
    path, found, random_pause = journal("killed"), {}, random.Random(3)
    events = [dict(event, seq=i + 1) for i, event in enumerate(opening(60))]
    acked, lives = 0, 0
    while len([said for said in found.values() if said["outcome"] == "sent"]) < 60:
        engine = Engine(PROGRAM, POLICY, "--clock", "wall", "--journal", path, to_file=lives % 2 == 0)
        engine.tell(*[event for event in events if event["seq"] > acked][:random_pause.randrange(60)])
        engine.wait_for(lambda said: b'"ack"' in said)
        time.sleep(random_pause.random() * 2 * EVERY / 1000)
        check(engine.end(signal.SIGKILL) == -9, engine.complaint)
        for said in engine.lines():
            acked = said.get("ack", acked)
            if "key" in said:
                check(found.get(said["key"], said) == said, "one key, two decisions", said)
                found[said["key"]] = said
        lives += 1
        check(lives < 400, "no progress")
    engine = Engine(PROGRAM, POLICY, "--clock", "wall", "--journal", path)
    check(engine.end() == 0, engine.complaint)
    database = sqlite3.connect(path)
    outbox = [json.loads(line) for (line,) in database.execute("SELECT line FROM outbox ORDER BY seq")]
    check(sorted(found) == sorted(said["key"] for said in outbox), "printed is what the journal has")
    check(all(found[said["key"]] == said for said in outbox), "as the journal has it")
    at = [ms(said["at"]) for said in sent(outbox)]
    check(len(at) == 60 and all(at[i + 2] >= at[i] + EVERY for i in range(58)), "two at a time", at)
    ticks = database.execute("SELECT count(*) FROM input WHERE line IS NULL").fetchone()[0]
    check(ticks >= 20, ticks, "wakes ran by the clock")
    print(f"by the clock: killed {lives} times, {ticks} wakes")


wakes_fire_by_the_clock()
times_of_events()
signals_end_it_cleanly()
one_at_a_time()
whoever_reads_may_leave()
killed_by_the_clock()
