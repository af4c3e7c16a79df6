# SPDX-License-Identifier: GPL-3.0-or-later
"""run_facts.py - the JSON document of a run without what may differ between equal runs.

Reads what `run --json` or `report --json` prints from stdin and prints it with sorted keys, less the command, the
time, the folder and the hash of the sources.
"""
import json
import sys

OTHER_BUILD = {"source"}


def strip(value):
    if isinstance(value, dict):
        return {k: strip(v) for k, v in value.items() if k not in ("command", "wall_s", "out")}
    return value


document = strip(json.load(sys.stdin, parse_constant=lambda name: sys.exit("not JSON: " + name)))
manifest = document.get("manifest", {})
document["manifest"] = {k: v for k, v in manifest.items() if k not in OTHER_BUILD}
json.dump(document, sys.stdout, indent=1, sort_keys=True)
print()
