#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The documents: the size of the architecture page, links to files that exist, a man page that formats without a
# warning and names every option of the program.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
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
if command -v groff >/dev/null; then
    warnings=$(groff -man -Tutf8 -ww -z docs/restocklab.1 2>&1)
    [ -z "$warnings" ] || complain "$warnings"
fi
exit $failed
