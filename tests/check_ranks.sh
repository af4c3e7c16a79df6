#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same bits from 1 thread, 2 threads, 1, 2 and 3 ranks: equal SQL dumps of the stores and equal JSON less the
# wall time, for run, compare and sweep. A rank with another libm or of another program gets no jobs, with a message.
# A rank that is killed costs its trials; sweep --resume runs them. An interrupt ends all ranks.
# BUILD holds a program built with MPI=1, PLAIN (if set) one built without. `make check-mpi` sets both.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release-mpi}" "${PLAIN:=$BUILD}"
command -v mpirun >/dev/null || { echo "skipped: no Open MPI here (apt-mpi.txt)"; exit 0; }
[ -x "$BUILD/restocklab" ] && ldd "$BUILD/restocklab" | grep libmpi >/dev/null ||
    { echo "skipped: $BUILD/restocklab is not built with MPI=1"; exit 0; }
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
program=$(realpath "$BUILD/restocklab") plain=$(realpath "$PLAIN/restocklab")
files=$(realpath tests/golden/cli/files)
export RESTOCKLAB_DATA=${RESTOCKLAB_DATA:-$files}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
MPIRUN=(timeout 120 mpirun --oversubscribe --bind-to none)
fail() { echo "$*"; exit 1; }

# What a command leaves behind, as text. In a folder of its own, so that the names are equal.
facts() { # FOLDER
    local store
    find "$1" -name '*.db' | sort | while read -r store; do sqlite3 "$store" .dump; done
    python3 -c 'import json, sys; d = json.load(sys.stdin); d.pop("wall_s"); d.pop("loop_s", 0); json.dump(d, sys.stdout, indent=1)' \
        <"$1/json"
}
go() { # NAME ENVELOPE... -- COMMAND...
    local name=$1 envelope=()
    shift
    while [ "$1" != -- ]; do envelope+=("$1"); shift; done
    shift
    mkdir "$temp/$name"
    (cd "$temp/$name" && "${envelope[@]}" "$@" -o out --json >json 2>err) || { cat "$temp/$name/err"; fail "$name failed"; }
    facts "$temp/$name" >"$temp/$name.facts"
}
same() { cmp "$temp/$1.facts" "$temp/$2.facts" || { diff "$temp/$1.facts" "$temp/$2.facts" | head; fail "$1 and $2 differ"; }; }

all_ways() { # COMMAND...
    local ranks
    rm -rf "${temp:?}"/*
    go one "$plain" -- "$@" --threads 1
    go two "$plain" -- "$@" --threads 2
    same one two
    go alone "$program" -- "$@" # no launcher
    same one alone
    for ranks in 1 2 3; do
        go "ranks$ranks" "${MPIRUN[@]}" -n $ranks "$program" -- "$@"
        [ ! -s "$temp/ranks$ranks/err" ] || { cat "$temp/ranks$ranks/err"; fail "$ranks ranks: a message"; }
        same one ranks$ranks
    done
}
all_ways run "$files/small.yaml" --reps 9 --twins --log full
all_ways run "$files/trace.yaml" --reps 5 --log shopper
all_ways run "$files/logs.yaml" --reps 5 --twins --log full --set organic.rate=20 # every kind of trace
all_ways run "$files/small.yaml" --reps 5 --log full --set policy.arms[0].name=a --set policy.arms[1].name=b \
    --set "policy.arms[1].set=throttle.mode=none" --set interest.initial.notify_me=0.2
# Local time, and what follows a first touch.
all_ways run "$files/small.yaml" --reps 5 --log full --set shoppers.zones[0].name=Asia/Tokyo --set shoppers.zones[1].name=America/New_York \
    --set policy.quiet_hours.start=21:00 --set policy.quiet_hours.end=08:00 --set policy.reminder.after=6h \
    --set policy.channels[0].name=in_app --set policy.channels[0].after=3h --set policy.templates[0].name=a \
    --set policy.templates[1].name=b
all_ways compare "$files/small.yaml" "$files/trace.yaml" --reps 5
vary=(--vary policy.throttle.size=1:12:12 --reps 3) # more points than a rank keeps scenarios
all_ways sweep "$files/small.yaml" "${vary[@]}"

# Another libm: glibc's plain code instead of that for FMA, where the processor has it. Another program: other sources.
mixed() { # WHAT ENVIRONMENT PROGRAM MESSAGE
    mkdir "$temp/$1"
    (cd "$temp/$1" && "${MPIRUN[@]}" -n 1 "$program" run "$files/small.yaml" --reps 6 -o out --json : \
        -n 1 -x "$2" "$3" >json 2>err) || { cat "$temp/$1/err"; fail "$1: failed"; }
    facts "$temp/$1" >"$temp/$1.facts"
    same one "$1"
    grep -q "restocklab: rank 1 on .* is left out: $4" "$temp/$1/err" || { cat "$temp/$1/err"; fail "$1: no message"; }
}
rm -rf "${temp:?}"/*
go one "$plain" -- run "$files/small.yaml" --reps 6
tunables=GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4
probe() { env "$@" "$program" run "$files/small.yaml" --reps 1 -o "$temp/probe" --json | grep '"libm_probe"'; }
if [ "$(probe NONE=)" != "$(probe $tunables)" ]; then mixed libm $tunables "$program" 'its libm computes other bits'; fi
real=$(grep -aoE "$(sed -n 's/.*_SOURCE "\(.*\)"/\1/p' "$BUILD/version.h")" "$program" | head -n 1)
sed "s/$real/0123456789abcdef/g" "$program" >"$temp/other"
chmod +x "$temp/other"
mixed program NONE= "$temp/other" 'its program has the sources 0123456789abcdef'

# What is wrong is said once, and all ranks end.
code=0
"${MPIRUN[@]}" -n 2 "$program" run "$files/bad-key.yaml" -o "$temp/bad" >"$temp/out" 2>"$temp/err" || code=$?
[ $code = 2 ] && [ ! -s "$temp/out" ] && [ "$(grep -c 'unknown parameter' "$temp/err")" = 1 ] || fail "bad input: exit code $code"

start() { # COMMAND...: in the background, as job $!
    set -m # so that the shell does not have it ignore SIGINT
    "${MPIRUN[@]:2}" -n 3 "$program" "$@" >"$temp/out" 2>"$temp/err" &
    set +m
}
rank_of() { tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^OMPI_COMM_WORLD_RANK=//p'; }
long=(--set shoppers.count=20000)

# Rank 0 of job $1, once a thread of it waits for an interrupt: from then on it has a last word. What tells is that
# SIGUSR2 is held back too, as cli/interrupt.c has it; SIGINT alone is, while MPI starts.
begun() {
    local child blocked
    for _ in $(seq 600); do
        for child in $(pgrep -P "$1"); do
            [ "$(rank_of "$child")" = 0 ] || continue
            blocked=$(sed -n 's/^SigBlk:[[:space:]]*//p' "/proc/$child/status")
            if ((0x$blocked & 0x800)); then echo "$child" && return; fi
        done
        sleep 0.1
    done
    fail "interrupt: rank 0 does not begin"
}
goes_on() { [ -e "/proc/$1" ] && grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; } # a zombie does not
interrupted() { # WHAT JOB CHILDREN: soon over, nothing left behind
    local code=0 child
    wait "$2" || code=$?
    [ $code != 0 ] && [ ! -s "$temp/out" ] && [ ! -e "$temp/stopped" ] || fail "$1: exit code $code, or something left"
    for child in $3; do
        for _ in $(seq 100); do
            ! goes_on "$child" || sleep 0.1
        done
        ! goes_on "$child" || fail "$1: a rank goes on"
    done
}

# An interrupt, as run has it. mpirun may be gone before it has handed on what rank 0 said, so the message is looked
# for where rank 0 alone is told.
for whom in mpirun rank; do
    start run "$files/small.yaml" "${long[@]}" --reps 100000 -o "$temp/stopped" --json
    job=$!
    first=$(begun $job)
    children=$(pgrep -P $job)
    if [ $whom = mpirun ]; then kill -s INT $job; else kill -s INT "$first"; fi
    interrupted "interrupt of $whom" $job "$children"
done
grep -q "restocklab run: stopped; nothing was written" "$temp/err" || { cat "$temp/err"; fail "interrupt: no message"; }

# A rank that dies ends the job; the sweep keeps what was finished, and one process completes it.
sweep=(sweep "$files/small.yaml" "${long[@]}" --vary policy.throttle.size=1:20:20 --reps 100 -o out --json)
mkdir "$temp/whole" "$temp/killed"
(cd "$temp/whole" && "$plain" "${sweep[@]}" >json)
cd "$temp/killed"
start "${sweep[@]}"
for _ in $(seq 600); do # some trials in the store, by its write-ahead log
    [ "$(stat -c %s out/sweep.db.part-wal 2>/dev/null || echo 0)" -lt 1000000 ] || break
    sleep 0.1
done
victim=
for child in $(pgrep -P $!); do [ "$(rank_of "$child")" != 2 ] || victim=$child; done
[ -n "$victim" ] || fail "found no rank to kill"
kill -s KILL "$victim"
code=0
wait $! || code=$?
cd - >/dev/null
[ $code != 0 ] || fail "a rank was killed, and the exit code is 0"
[ -s "$temp/killed/out/sweep.db.part" ] && [ ! -e "$temp/killed/out/sweep.db" ] || fail "a rank was killed: no part is left"
kept=$(sqlite3 "$temp/killed/out/sweep.db.part" 'select count(*) from trial')
[ "$kept" -gt 0 ] && [ "$kept" -lt 2000 ] || fail "a rank was killed: $kept of 2000 trials are kept"
(cd "$temp/killed" && "$plain" "${sweep[@]}" --resume >json)
for name in whole killed; do facts "$temp/$name" >"$temp/$name.facts"; done
same whole killed
echo "killed after $kept of 2000 trials, resumed"
