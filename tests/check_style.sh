#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What can be seen in the text of the sources: a licence line and a purpose at the top, a bounded length, no path of
# a machine, and no mutable static data by oversight.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
failed=0
complain() { echo "$*"; failed=1; }

while read -r file; do
    licence=GPL-3.0-or-later
    case $file in engine/* | docs/embed/*) licence=MIT ;; esac
    head -n 1 "$file" | grep -q "SPDX-License-Identifier: $licence" || complain "$file:1: no SPDX line with $licence"
    sed -n '1,4s/^ \* //p' "$file" | grep -q '[a-z]' ||
        complain "$file: does not open with its name and purpose"
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || complain "$file: $lines lines; more than 500"
    [ "$lines" -le 400 ] || [ "$lines" -gt 500 ] || echo "warning: $file has $lines lines, more than 400"
done < <(make -s print-styled)

while read -r file; do
    grep -q 'SPDX-License-Identifier' "$file" || complain "$file: no SPDX line"
done < <(find tests .ci store -name '*.sh' -o -name '*.py' -o -name '*.sql' -o -path '.ci/run')

# Nothing that ties the tree to a machine. The lists and build outputs are left out, and this line by its brackets.
grep -rnIE '/(hom[e]|roo[t]|wor[k]|User[s])/[a-z]|127[.]0[.]0[.]1|localhos[t]' --include='*' \
    --exclude-dir=.git --exclude-dir=build --exclude-dir=demo --exclude=LICENSE . && complain "a path or host of a machine, see above"
exit $failed
