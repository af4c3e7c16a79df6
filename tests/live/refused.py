# SPDX-License-Identifier: GPL-3.0-or-later
"""refused.py - lines that are refused change nothing: without them the decisions are the same, byte by byte.

    refused.py PROGRAM POLICY FOLDER

A stream is run with thousands of broken copies of its lines among them (bytes changed, cut, doubled, NUL, no UTF-8, far
too long), then once more without what was refused. A broken copy may happen to be a good event; then it stays.
"""
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import stream
from engine import check

PROGRAM, POLICY, FOLDER = sys.argv[1:4]
NASTY = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{" * 5000, b"[" * 100000, b'{"event":"tick","at":' + b"9" * 400 + b"}",
         b'"' + b"x" * (1 << 20) + b'"', b'{"event":"order","at":1,"sku":"' + b"y" * (3 << 20) + b'"}', b"null", b"-0", b'""']


def broken(rng, line):
    at = rng.randrange(len(line) + 1)
    how = rng.randrange(6)
    if how == 0:
        return line[:at]
    if how == 1:
        return line[:at] + bytes([rng.randrange(256)]) + line[at + 1:]
    if how == 2:
        return line[:at] + line[at + 1:]
    if how == 3:
        return line[:at] + line[at // 2:]
    if how == 4:
        return line[:at] + rng.choice([b"\x00", b"\xc3", b'"', b"{", b":null,", b"\\u0000", b"\\ud800"]) + line[at:]
    return rng.choice(NASTY)


def run(lines):
    done = subprocess.run([PROGRAM, "engine", POLICY], input=b"".join(lines), capture_output=True)
    check(done.returncode == 0, "exit code", done.returncode, done.stderr.decode())
    return done.stdout.splitlines(), done.stderr.decode()


rng = random.Random(11)
lines = []
for good in stream.lines(11, 3000, False):
    if good.strip() and rng.random() < 0.6:
        copy = broken(rng, good.rstrip(b"\n")).replace(b"\n", b" ")
        lines.append(copy + b"\n")
    lines.append(good)
said, complaint = run(lines)
refused = {json.loads(line)["error"]["line"] for line in said if line.startswith(b'{"error"')}
decisions = [line for line in said if not line.startswith(b'{"error"')]
check(len(refused) > 1500 and len(decisions) > 2000, len(refused), "refused", len(decisions), "decisions")
check(f"{len(refused)} of {len(lines)} lines refused" in complaint, complaint)
again, complaint = run([line for i, line in enumerate(lines, 1) if i not in refused])
check(complaint == "", complaint)
check(again == decisions, "the same decisions without what was refused")
print(f"{len(refused)} of {len(lines)} lines refused")
