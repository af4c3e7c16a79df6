#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The other compiler finds nothing to warn about either. The example of libbis is for check_install.sh, with both.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
command -v clang >/dev/null || { echo "skipped: no clang here"; exit 0; }
flags=$(make -s print-cflags BUILD="$BUILD" CC=clang)
export flags
make -s print-styled | grep '\.c$' | grep -v '^docs/' | xargs -P 2 -I{} bash -c 'clang $flags -Werror -fsyntax-only {} || { echo {}; exit 1; }'
