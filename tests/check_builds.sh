#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Any build gives the same numbers: the optimised program and the one built with -O0 (BUILD/debug or build/debug,
# which `make check` builds before) agree on a small scenario to the last bit.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
debug=build/debug
[ -x "$BUILD/debug/restocklab" ] && debug=$BUILD/debug
[ -x "$debug/restocklab" ] || { echo "skipped: no debug build"; exit 0; }
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
for build in "$BUILD" "$debug"; do
    "$build/restocklab" run tests/golden/cli/files/small.yaml --twins --json -o "$temp/run" |
        python3 tests/tools/run_facts.py >"$temp/$([ "$build" = "$BUILD" ] && echo a || echo b)"
done
diff "$temp/a" "$temp/b"
