#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The sources are as clang-format 14 lays them out; other versions differ in detail, so they do not judge.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
format=$(command -v clang-format-14 || command -v clang-format)
[ -n "$format" ] && "$format" --version | grep 'version 14\.' >/dev/null || { echo "skipped: no clang-format 14 here"; exit 0; }
make -s print-styled | xargs "$format" --dry-run --Werror 2>&1 | { grep -E '(error|warning):' || true; } | cut -d: -f1 | sort | uniq -c |
    awk '{ print $2 ": " $1 " places; `make format` mends them"; bad = 1 } END { exit bad }'
