#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs each libFuzzer program for FUZZ_SECONDS. Its first inputs are in tests/fuzz/corpus/NAME; what it finds
# itself stays in the build folder.
set -uo pipefail
: "${BUILD:=build/fuzz}" "${FUZZ_SECONDS:=20}"
failed=0
for fuzzer in "$@"; do
    name=$(basename "$fuzzer")
    found=$BUILD/corpus/$name
    mkdir -p "$found"
    seeds=()
    [ -d "tests/fuzz/corpus/$name" ] && seeds=("tests/fuzz/corpus/$name")
    if "$fuzzer" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$found-" "$found" "${seeds[@]}" >"$found.log" 2>&1; then
        echo "ok    $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found.log") inputs"
    else
        echo "FAIL  $name"
        tail -n 40 "$found.log" | sed 's/^/      | /'
        failed=1
    fi
done
exit $failed
