#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep says the same on 1 and 2 threads, undisturbed or killed again and again and resumed: equal SQL dump, CSV and
# JSON (less wall_s). SIGINT leaves a sweep that can be resumed, and says so. Another sweep's part is refused.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
grid=(sweep tests/golden/cli/files/small.yaml --vary policy.min_stock=1,2,3 --vary policy.throttle.size=10:160:3:log
    --set supply.restocks[0].units=6 --twins --reps 12 --quiet)
complain() { echo "$*"; exit 1; }

facts() { # NAME: the document without what may differ
    python3 - "$temp/$1.json" >"$temp/$1.facts" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]), parse_constant=lambda name: sys.exit("not JSON: " + name))
del d["wall_s"], d["out"]
print(json.dumps(d, indent=1, sort_keys=True))
PY
    if command -v sqlite3 >/dev/null; then sqlite3 "$temp/$1/sweep.db" .dump >"$temp/$1.sql"; fi
    [ ! -e "$temp/$1/sweep.db.part" ] || complain "$1: the part was left behind"
}
same() { # NAME NAME
    cmp "$temp/$1.facts" "$temp/$2.facts"
    cmp "$temp/$1/sweep.csv" "$temp/$2/sweep.csv"
    cmp "$temp/$1/sweep.db" "$temp/$2/sweep.db"
    [ ! -e "$temp/$1.sql" ] || cmp "$temp/$1.sql" "$temp/$2.sql"
}
sweep() { # NAME OPTION...
    local name=$1
    shift
    "$BUILD/restocklab" "${grid[@]}" -o "$temp/$name" --json "$@" >"$temp/$name.json"
    facts "$name"
}

sweep one --threads 1
sweep two --threads 2
same one two

# killed at moments that have nothing to do with its work, until it is through
RANDOM=17
kills=0
for _ in $(seq 400); do
    set -m
    "$BUILD/restocklab" "${grid[@]}" -o "$temp/killed" --json --threads 2 --resume >"$temp/killed.json" 2>"$temp/err" &
    set +m
    child=$!
    sleep "0.0$((RANDOM % 6 + 2))"
    if kill -9 $child 2>/dev/null; then kills=$((kills + 1)); fi
    wait $child 2>/dev/null || true
    [ ! -e "$temp/killed/sweep.db" ] || break
done
[ $kills -ge 3 ] || complain "the sweep was through after $kills kills: nothing was tested"
[ -e "$temp/killed/sweep.db" ] || complain "no progress over $kills kills"
sweep killed --resume
same one killed
echo "killed $kills times"

# complete: nothing is run again, and more replications go on from what is there
sweep killed --resume --threads 1
same one killed
sweep more --reps 20
sweep killed --reps 20 --resume
same more killed

# SIGINT
set -m
"$BUILD/restocklab" "${grid[@]}" --reps 5000 --threads 2 -o "$temp/int" >"$temp/out" 2>"$temp/err" &
set +m
sleep 0.5
kill -s INT $!
code=0
wait $! || code=$?
[ $code = 1 ] || complain "SIGINT: exit code $code, not 1"
[ ! -s "$temp/out" ] || complain "SIGINT: something on stdout"
diff - "$temp/err" <<<"restocklab sweep: stopped; finished trials are kept in $temp/int: the same command with --resume goes on"
[ -e "$temp/int/sweep.db.part" ] && [ ! -e "$temp/int/sweep.db" ] || complain "SIGINT: no part, or too much"
refused() { # MESSAGE OPTION...
    local message=$1 code=0
    shift
    "$BUILD/restocklab" "${grid[@]}" --reps 5000 -o "$temp/int" "$@" >"$temp/out" 2>"$temp/err" || code=$?
    [ $code = 2 ] && grep -qF "$message" "$temp/err" || complain "$*: exit code $code, $(cat "$temp/err")"
}
refused 'is an unfinished sweep: go on with --resume, or remove it'
refused 'is of another sweep: seed is 7 there, 8 here' --resume --seed 8
refused 'is of another sweep: scenario_text is ' --resume --set policy.holdout.fraction=0.1
refused 'would drop it' --resume --reps 1

# a budget is given out alike on any number of threads, also when it is resumed
budget=(--best orders --budget 120)
grid=("${grid[@]/--reps/}")
grid=("${grid[@]/#12/}")
clean=()
for word in "${grid[@]}"; do [ -z "$word" ] || clean+=("$word"); done
grid=("${clean[@]}" "${budget[@]}" --set supply.restocks[0].units=3)
sweep first --threads 1
sweep second --threads 2
same first second
set -m
"$BUILD/restocklab" "${grid[@]}" -o "$temp/third" >/dev/null 2>&1 &
set +m
sleep 0.08
kill -9 $! 2>/dev/null || true
wait $! 2>/dev/null || true
sweep third --resume
same first third
