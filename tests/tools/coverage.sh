#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Line coverage per folder, from gcov's summaries of the build folder named.
#   coverage.sh BUILD FOLDER...
set -euo pipefail
build=$1
shift
for folder in "$@"; do
    find "$build/$folder" -name '*.gcno' 2>/dev/null | sort | while read -r notes; do
        gcov -n "$notes" 2>/dev/null || true
    done | awk -v folder="$folder" '
        /^File/ { ours = index($0, "\x27" folder "/") > 0 && /\.c\x27$/ }
        /^Lines executed/ && ours { split($0, a, /[:% ]+/); total += $NF; run += a[3] * $NF / 100; ours = 0 }
        END { if (total) printf "%-10s %5.1f %% of %d lines\n", folder, 100 * run / total, total }'
done
