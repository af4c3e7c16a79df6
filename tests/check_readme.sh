#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every block marked ```sh of the README and the lessons works as it stands: the blocks of a page are run one after the other in
# a fresh copy of the tree, with the program where `make` puts it.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failed=0
for page in README.md docs/lessons/*.md; do
    [ -e "$page" ] || continue
    tree=$temp/$(basename "$page" .md)
    mkdir -p "$tree/build/release"
    cp -R scenarios docs "$tree"
    cp "$BUILD/restocklab" "$tree/build/release/"
    awk '/^```/ { if (inside) inside = 0; else inside = ($0 == "```sh"); next } inside' "$page" >"$temp/script"
    [ -s "$temp/script" ] || continue
    if (cd "$tree" && PATH=$tree/build/release:$PATH bash -euxo pipefail "$temp/script") >"$temp/log" 2>&1; then
        echo "$page: $(grep -c . "$temp/script") lines ran"
    else
        echo "$page:"
        tail -n 20 "$temp/log"
        failed=1
    fi
done
exit $failed
