#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs test programs and check scripts, JOBS at a time, and prints one line for each; the output of one that
# fails follows its line. Exits 1 if any failed.
#   run_tests.sh PROGRAM...
set -uo pipefail
unset MAKEFLAGS MFLAGS MAKELEVEL
: "${BUILD:=build/release}" "${JOBS:=1}" "${TEST_TIMEOUT:=300}"
export BUILD TEST_TIMEOUT

if [ "${1:-}" = --one ]; then # logs NUMBER PROGRAM
    logs=$2 program=$4 name=${4#"$BUILD"/tests/}
    name=${name#tests/}
    if [ ! -x "$program" ]; then
        echo "FAIL  $name   (was not built)"
        echo "$name" >>"$logs/failed"
        exit 0
    fi
    start=$(date +%s%N)
    timeout "$TEST_TIMEOUT" "$program" >"$logs/$3.out" 2>&1
    code=$?
    took=$((($(date +%s%N) - start) / 100000000))
    cases=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$logs/$3.out" | head -n 1)
    line=$(printf '%-44s %7s %4d.%d s' "$name" "${cases:+$cases ok}" $((took / 10)) $((took % 10)))
    if [ $code = 0 ]; then
        note=$(grep -m 1 -E '^(skipped|warning):' "$logs/$3.out")
        echo "ok    $line${note:+   $note}"
        exit 0
    fi
    [ $code = 124 ] && line="$line   (stopped after $TEST_TIMEOUT s)"
    { # in one write, for others print too
        echo "FAIL  $line   (exit code $code)"
        grep -vE '^\[ +(RUN|OK|PASSED) +\]|^\[=+\]' "$logs/$3.out" | tail -n 60 | sed 's/^/      | /'
    } >"$logs/$3.txt"
    cat "$logs/$3.txt"
    echo "$name" >>"$logs/failed"
    exit 0
fi

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
n=0
for program in "$@"; do
    n=$((n + 1))
    printf '%s\0%s\0' "$n" "$program"
done | xargs -0 -r -n 2 -P "$JOBS" "$0" --one "$logs"
if [ -e "$logs/failed" ]; then
    echo "$(wc -l <"$logs/failed") of $# failed: $(sort "$logs/failed" | tr '\n' ' ')"
    exit 1
fi
echo "all $# passed"
