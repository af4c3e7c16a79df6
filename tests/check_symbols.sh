#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# No mutable globals in any library: tables are const (relocated ones lie in .data.rel.ro), all else is passed in.
# And the engine, which a shop links into its own program, exports only names that begin with bis_.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
failed=0
for library in "$BUILD"/lib*.a; do
    mutable=$(objdump -t "$library" 2>/dev/null | awk '
        /^[^ ]+:     file format/ { file = $1 }
        / (\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && !/ d  \./ && !/ \.data\.rel\.ro/ { print file " " $NF }')
    [ -z "$mutable" ] || { echo "$library: mutable data:"; echo "$mutable"; failed=1; }
done
foreign=$(nm -g --defined-only "$BUILD/libengine.a" 2>/dev/null | awk 'NF == 3 && $3 !~ /^bis_/ { print $3 }')
[ -z "$foreign" ] || { echo "libengine.a exports names without bis_:"; echo "$foreign"; failed=1; }
exit $failed
