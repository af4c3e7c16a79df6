#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C during a simulation: out at once with exit code 1 and a message; nothing on stdout, no folder.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
for signal in INT TERM; do
    set -m # a job of its own, so that the shell does not have it ignore SIGINT
    "$BUILD/restocklab" run tests/golden/cli/files/small.yaml --reps 1000 --set shoppers.count=100000 --json -o "$temp/run" >"$temp/out" 2>"$temp/err" &
    set +m
    sleep 1
    start=$(date +%s)
    kill -s $signal $!
    code=0
    wait $! || code=$?
    [ $code = 1 ] || { echo "SIG$signal: exit code $code, not 1"; cat "$temp/err"; exit 1; }
    [ $(($(date +%s) - start)) -le 3 ] || { echo "SIG$signal: took too long"; exit 1; }
    [ ! -s "$temp/out" ] && [ ! -e "$temp/run" ] || { echo "SIG$signal: left something behind"; exit 1; }
    diff - "$temp/err" <<<'restocklab run: stopped; nothing was written'
done
