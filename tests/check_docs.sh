#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The documents: the size of the architecture page, links to files that exist, man pages that format without a
# warning and name every option of the program and every function of libbis.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${CC:=gcc}"
failed=0
complain() { echo "$*"; failed=1; }
[ "$(wc -l <docs/ARCHITECTURE.md)" -lt 100 ] || complain "docs/ARCHITECTURE.md: 100 lines or more"
for page in *.md docs/*.md docs/lessons/*.md; do
    [ -e "$page" ] || continue
    while read -r link; do
        [ -e "$(dirname "$page")/$link" ] && continue
        case $link in
        *.png) echo "warning: $page: the picture $link is missing" ;; # made by a run, so it may come later
        *) complain "$page: $link does not exist" ;;
        esac
    done < <(grep -oE '\]\([^)# ]+' "$page" | cut -c3- | grep -v '://')
done
for option in $(grep -ohE '^ *"? *(-[a-z], )?--[a-z-]+' cli/*.c | grep -oE '\-\-[a-z-]+' | sort -u); do
    grep -qF -- "${option//-/\\-}" docs/restocklab.1 || complain "docs/restocklab.1: $option is missing"
done
functions=$($CC -E -P engine/bis.h | grep -oE '\bbis_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u)
[ -n "$functions" ] || complain "engine/bis.h: found no functions"
for function in $functions; do
    grep -q "$function(" docs/bis.3 || complain "docs/bis.3: $function() is missing"
done
if command -v groff >/dev/null; then
    for page in docs/restocklab.1 docs/bis.3; do
        warnings=$(groff -man -Tutf8 -ww -z $page 2>&1)
        [ -z "$warnings" ] || complain "$warnings"
    done
fi
exit $failed
