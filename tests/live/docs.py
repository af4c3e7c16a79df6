# SPDX-License-Identifier: GPL-3.0-or-later
"""docs.py - docs/LIVE.md says what is: its session is run, and every field that goes in or out is named in it.

    docs.py PROGRAM FOLDER [--update]    with --update the session's output is written into the page
"""
import os
import re
import subprocess
import sys

PAGE = "docs/LIVE.md"
program, folder = sys.argv[1:3]
with open(PAGE, encoding="utf-8") as file:
    page = file.read()
blocks = list(re.finditer(r"^```(yaml|json)\n(.*?)^```$", page, re.S | re.M))
if [block[1] for block in blocks] != ["yaml", "json", "json"]:
    sys.exit(f"{PAGE}: a policy (yaml), an input (json) and an output (json) are expected")
policy = os.path.join(folder, "policy.yaml")
with open(policy, "w", encoding="utf-8") as file:
    file.write(blocks[0][2])
done = subprocess.run([program, "engine", policy], input=blocks[1][2], capture_output=True, text=True, check=True)
if sys.argv[3:] == ["--update"]:
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page[:blocks[2].start(2)] + done.stdout + page[blocks[2].end(2):])
elif done.stdout != blocks[2][2]:
    sys.exit(f"{PAGE}: the session gives\n{done.stdout}and not\n{blocks[2][2]}")

FIELD = {"lab/live_fields.c": r'(?:ID|TEXT|WHOLE|WORD|FLAG|TIME)\("(\w+)"|\.name = "(\w+)"|\] = \{"(\w+)"',
         "lab/live_print.c": r'\b(?:put_\w+|name)\(t, "(\w+)"|\{\\"(\w+)\\"'}
for source, pattern in FIELD.items():
    with open(source, encoding="utf-8") as file:
        names = {"".join(found) for found in re.findall(pattern, file.read())}
    missing = sorted(name for name in names if f"`{name}`" not in page)
    if len(names) < 20 or missing:
        sys.exit(f"{PAGE}: of {len(names)} names in {source} there are missing: {' '.join(missing)}")
