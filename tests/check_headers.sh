#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone, with every warning on. Those of the benchmarks are templates of sorts, and exempt.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}" "${CC:=gcc}"
export CC
flags=$(make -s print-cflags BUILD="$BUILD")
export flags
make -s print-styled | grep '\.h$' | grep -v '^tests/bench/' | xargs -P 2 -I{} bash -c \
    'printf "#include \"%s\"\ntypedef int not_empty;\n" {} | $CC $flags -Werror -fsyntax-only -x c -o /dev/null - || { echo {}; exit 1; }'
