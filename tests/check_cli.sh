#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line's goldens: tests/golden/cli/*.txt are sessions. A line "$ COMMAND" is run; below it stand its
# stdout ("  LINE"), its stderr ("! LINE") and its exit code ("[N]", left out if 0). All else is comment. Every
# session has a fresh folder with copies of tests/golden/cli/files and of the shipped scenarios.
#   check_cli.sh [--update] [SESSION...]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
root=$PWD
temp=$(mktemp -d)
trap 'chmod -R u+w "$temp"; rm -rf "$temp"' EXIT
mkdir "$temp/bin"
ln -s "$root/$BUILD/restocklab" "$temp/bin/restocklab"
[[ $BUILD = /* ]] && ln -sf "$BUILD/restocklab" "$temp/bin/restocklab"
export PATH=$temp/bin:$PATH LC_ALL=C TZ=UTC
unset NO_COLOR RESTOCKLAB_DATA POSIXLY_CORRECT ZONEINFO

replay() { # SESSION FOLDER: the session with what the program says now
    local line code
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        '$ '*)
            printf '%s\n' "$line"
            (cd "$2" && timeout 60 bash -c "${line#'$ '}") >"$temp/out" 2>"$temp/err" </dev/null
            code=$?
            sed 's/^/  /' "$temp/out"
            sed 's/^/! /' "$temp/err"
            [ $code = 0 ] || echo "[$code]" ;;
        '  '* | '! '* | '['*']' | '!') ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$1"
}

update=
[ "${1:-}" = --update ] && { update=1; shift; }
[ $# -gt 0 ] || set -- tests/golden/cli/*.txt
failed=0
for session in "$@"; do
    folder=$temp/$(basename "$session" .txt)
    mkdir "$folder"
    cp -R tests/golden/cli/files/. "$folder"
    cp -R scenarios "$folder/scenarios" # only *.yaml matter
    replay "$session" "$folder" >"$temp/now"
    cmp -s "$session" "$temp/now" && continue
    if [ -n "$update" ]; then
        cp "$temp/now" "$session"
        echo "updated $session"
    else
        diff -u --label "$session" --label "as it is now" "$session" "$temp/now"
        failed=1
    fi
done
exit $failed
