#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The live engine from outside: the session of its page, broken lines, kills, and the clock. tests/live/ has the parts.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
program=$BUILD/restocklab policy=tests/live/policy.yaml
python3 tests/live/docs.py "$program" "$temp"
python3 tests/live/refused.py "$program" "$policy" "$temp"
python3 tests/live/kill.py "$program" "$policy" "$temp"
python3 tests/live/wall.py "$program" "$temp"

# output that cannot be written; a state that cannot be kept
code=0
printf '%s\n' garbage | "$program" engine "$policy" >/dev/full 2>"$temp/err" || code=$?
[ $code = 1 ] && grep -q 'cannot write the decisions: No space left' "$temp/err" || { echo "/dev/full: exit code $code, $(cat "$temp/err")"; exit 1; }
code=0
"$program" engine "$policy" --journal "$temp/none/journal" </dev/null >"$temp/out" 2>"$temp/err" || code=$?
[ $code = 1 ] && [ ! -s "$temp/out" ] || { echo "no folder for the journal: exit code $code, $(cat "$temp/err")"; exit 1; }
