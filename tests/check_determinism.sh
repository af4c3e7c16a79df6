#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same seed gives the same bits: equal JSON (less the wall time) and equal stores on 1, 2 and 3 threads and
# with a repetition; another seed gives another result; `report` says what `run` said.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
small=tests/golden/cli/files/small.yaml

run() { # NAME OPTION...
    local name=$1
    shift
    "$BUILD/restocklab" run "$small" -o "$temp/$name" --json --twins --log full "$@" >"$temp/$name.json"
    python3 tests/tools/run_facts.py <"$temp/$name.json" >"$temp/$name.facts"
    if command -v sqlite3 >/dev/null; then sqlite3 "$temp/$name/run.db" .dump >"$temp/$name.sql"; fi
}
same() {
    cmp "$temp/$1.facts" "$temp/$2.facts"
    [ ! -e "$temp/$1.sql" ] || cmp "$temp/$1.sql" "$temp/$2.sql"
    cmp "$temp/$1/metrics.csv" "$temp/$2/metrics.csv"
}

run one --threads 1
run again --threads 1
run two --threads 2
run three --threads 3
run other --threads 2 --seed 4711
same one again
same one two
same one three
python3 - "$temp/one.json" "$temp/other.json" <<'PY'
import json, sys
one, other = (json.load(open(path)) for path in sys.argv[1:])
assert one["metrics"] != other["metrics"], "another seed gave the same metrics"
PY
cp "$temp/one.facts" "$temp/before.facts"
"$BUILD/restocklab" report "$temp/one" --json | python3 tests/tools/run_facts.py >"$temp/one.facts"
diff "$temp/before.facts" "$temp/one.facts"

# Several engines in one world, too; and arms that are no arms are none.
arms=(--set policy.arms[0].name=a --set policy.arms[1].name=b --set policy.arms[2].name=c
    --set "policy.arms[1].set=throttle.mode=none" --set "policy.arms[2].set=throttle.mode=oversell_safe reminder.after=6h"
    --set shoppers.optin.ios=1 --set interest.initial.notify_me=0.3)
run arms-one --threads 1 "${arms[@]}"
run arms-three --threads 3 "${arms[@]}"
same arms-one arms-three
run none --threads 2 --set policy.arms[0].name=a --set policy.arms=none
grep -v -e "INSERT INTO manifest" -e "^# --set" -e "INSERT INTO run" "$temp/one.sql" >"$temp/one.rows"
grep -v -e "INSERT INTO manifest" -e "^# --set" -e "INSERT INTO run" "$temp/none.sql" >"$temp/none.rows"
cmp "$temp/one.rows" "$temp/none.rows"

# How much is kept of a run changes no number of it. With --log full every touch is kept to the end; without, thousands
# of them are let go on the way, while some are still waited for: openings take days, and clicks count for days.
long=(--reps 1 --threads 1 --seed 5 --set shoppers.count=6000 --set organic.rate=60 --set supply.initial.mean=45
    --set supply.quantity.mean=45 --set response.open_delay.ios.median=30h --set response.open_delay.android.median=20h
    --set response.click_delay.dist=exponential --set response.click_delay.mean=5h --set attribution.click=2d
    --set attribution.view=6h --set response.optout=0.02 --set response.optout_within=3d --set provider.offline=0.2
    --set response.checkout.dist=exponential --set response.checkout.mean=3h --set run.warmup=5d)
# What follows a first touch comes when that has long been let go.
later=(--set policy.reminder.after=4d --set policy.reminder.max=3 --set shoppers.email_optin=0.6
    --set policy.channels[0].name=email --set policy.channels[0].after=5d --set policy.channels[1].name=in_app
    --set policy.channels[1].after=6d --set policy.predictive.enabled=true --set policy.predictive.threshold=0.5
    --set response.in_app.open_delay.median=2d --set response.email.optout=0.05
    --set policy.templates[0].name=a --set policy.templates[1].name=b)
for log in full summary; do
    "$BUILD/restocklab" run waitlist -o "$temp/$log" --json --log $log "${long[@]}" |
        python3 tests/tools/run_facts.py >"$temp/$log.facts"
    "$BUILD/restocklab" run waitlist -o "$temp/later-$log" --json --log $log "${long[@]}" "${later[@]}" |
        python3 tests/tools/run_facts.py >"$temp/later-$log.facts"
done
diff "$temp/full.facts" "$temp/summary.facts"
diff "$temp/later-full.facts" "$temp/later-summary.facts"
python3 - "$temp/summary/metrics.csv" "$temp/later-summary/metrics.csv" <<'PY'
import csv, sys
def mean(path, metric):
    return next(float(row["mean"]) for row in csv.DictReader(open(path)) if row.get("metric", row.get("name")) == metric)
sends = mean(sys.argv[1], "sends")
assert sends > 5000, f"too few sends for any to be let go: {sends}"
for metric in ("reminders", "followups_email", "followups_in_app", "predictive_sends", "later_orders"):
    assert mean(sys.argv[2], metric) > 100, f"too few to tell: {metric}"
PY
