#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run counted is what its rows say: tests/tools/rows.py counts replication 0 again from `--log full`, in
# small busy worlds with and without a warm-up, and in the shipped sneaker.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# Two products in two variants; everything late, in doubt or in the way that can be.
cat >"$temp/busy.yaml" <<'YAML'
run: {title: Busy, replications: 1, horizon: 12d}
catalog:
  products: 2
  price: 79.9
  variants: [{name: S, share: 0.5}, {name: M, share: 0.5}]
supply:
  mode: explicit
  initial: {dist: fixed, mean: 0}
  restocks: [{after: 20h, units: 16}, {after: 50h, units: 24}, {after: 53h, units: 6}, {after: 5d, units: 40},
             {after: 150h, units: 12}, {after: 8d, units: 30}, {after: 230h, units: 40}, {after: 11d, units: 60}]
feed: {mode: stream, latency: {dist: exponential, mean: 4min}}
storefront: {mode: poll, period: 7min, latency: {dist: fixed, mean: 20s}}
organic: {rate: 12}
shoppers:
  count: 600
  tiers: [{name: member, share: 0.7}, {name: loyal, share: 0.3, visits: 2, returns: 1.5, click: 1.25}]
  optin: {ios: 0.9, android: 0.9, web: 0.8}
  behavioural_consent: 0.9
  visit_rate: 0.4
interest:
  initial: {notify_me: 0.4, wishlist: 0.2, cart: 0.2}
  signal: {notify_me: 0.4, wishlist: 0.2, cart: 0.1}
  lapse_scale: 12d
  return_rate: 0.3
response:
  open: {ios: 0.7, android: 0.6, web: 0.6}
  click: {notify_me: 0.8, wishlist: 0.7, cart: 0.7, browse: 0.5}
  buy: {notify_me: 0.5, wishlist: 0.4, cart: 0.6, browse: 0.2}
  checkout: {dist: fixed, mean: 4min}
  sold_out_leaves: 0.2
  optout: 0.03
  optout_sold_out: 0.1
provider: {unregistered: 0.02, unavailable: 0.3, too_large: 0.02, retries: 1, offline: 0.3, ttl: 4h, quota: 8}
attribution: {outcome_window: 3d, click: 1d, view: 1d}
policy:
  recent_notice: {window: 6h, scope: sku}
  recent_purchase: {window: 1d}
  caps: [{count: 6, per: 7d}]
  expire_after: 30h
  throttle: {mode: batch, size: 12, every: 10min, jitter: 25min}
  holdout: {fraction: 0.3}
YAML

names=()
# shellcheck disable=SC2086 # facts are words
check() { # NAME SCENARIO FACTS OPTION...: in the background
    local name=$1 scenario=$2 facts=$3
    shift 3
    names+=("$name")
    {
        "$BUILD/restocklab" run "$scenario" -o "$temp/$name" --reps 1 --threads 1 --log full --quiet "$@" >/dev/null &&
            python3 tests/tools/rows.py "$temp/$name/run.db" $facts && touch "$temp/$name.good"
    } >"$temp/$name.txt" 2>&1 &
}

supply=supply=72000:8,180000:12,190800:3,432000:20,540000:6,691200:15,828000:20,950400:30
windows="variants=2 click=86400 view=86400 outcome=259200 checkout=240"
all=sends,ghosts,fail_unregistered,fail_quota,fail_unavailable,fail_too_large,fail_ttl,delivered_oos,optouts
all+=,oos_stale_feed,oos_late_open,checkout_oos,disappointed
all+=,credited_clicked_sends,credited_viewed_sends,orders_push,orders_return,orders_visit,orders_organic
all+=,oversold_units,campaigns_gone_1h,population_reached
for seed in 1 2; do
    check "busy-$seed" "$temp/busy.yaml" "$windows $supply" --seed $seed
    check "warm-$seed" "$temp/busy.yaml" "$windows $supply" --seed $seed --set run.warmup=4d
done
check busy "$temp/busy.yaml" "$windows $supply exercised=$all" --seed 8

# Strangers take much and the shop's page is far behind.
check late "$temp/busy.yaml" "$windows $supply exercised=oos_stale_storefront,oos_organic" --seed 8 \
    --set storefront.period=25min --set organic.rate=40

# Narrow windows, so that the last click lies outside of its own and the last view does not; batches without jitter.
check narrow "$temp/busy.yaml" "variants=2 click=3600 view=172800 outcome=43200 checkout=240 $supply" --seed 5 \
    --set attribution.click=1h --set attribution.view=2d --set attribution.outcome_window=12h \
    --set policy.throttle.jitter=0s --set policy.recent_notice.window=0s

# An order of either product may follow a click on one and a view of the other.
check any "$temp/busy.yaml" "variants=2 click=172800 view=172800 outcome=259200 checkout=240 scope=any $supply" \
    --seed 9 --set attribution.scope=any --set attribution.click=2d --set attribution.view=2d

# Units come a lead time after the last one went.
check lead "$temp/busy.yaml" "$windows" --seed 6 --set run.warmup=3d --set supply.mode=lead_time \
    --set supply.lead_time.dist=exponential --set supply.lead_time.mean=14h --set supply.quantity.mean=9

# Units come back, buyers buy again, ads bring some back, and other campaigns fill the caps.
check after "$temp/busy.yaml" \
    "$windows returns=1 exercised=returned_orders,units_returned,orders_repeat,orders_retargeting,other_push,credited_revenue" \
    --seed 7 --set run.warmup=2d --set supply.mode=lead_time --set supply.lead_time.dist=exponential \
    --set supply.lead_time.mean=14h --set supply.quantity.mean=30 --set orders.return_rate=0.4 \
    --set orders.return_delay.median=1d --set orders.return_restocks=0.7 --set orders.cancel_after.mean=1h \
    --set shoppers.repeat.rate=0.4 --set shoppers.repeat.delay.mean=1d --set retargeting.reach=0.5 \
    --set retargeting.buy=0.3 --set retargeting.delay.mean=6h --set 'campaigns[0].rate=0.2'

# Everyone who lands in stock checks out, and only pushes and strangers take units: who lost one is then known.
# The warm-up ends amid the opening of the first campaigns.
certain=(--set response.buy.notify_me=1 --set response.buy.wishlist=1 --set response.buy.cart=1
    --set response.checkout.mean=20min --set response.sold_out_leaves=0 --set shoppers.visit_rate=0
    --set interest.lapse_scale=0 --set interest.return_rate=0 --set policy.throttle.size=30
    --set policy.recent_notice.window=0s)
for warmup in 0 1203min; do
    check "certain-$warmup" "$temp/busy.yaml" \
        "variants=2 click=86400 view=86400 outcome=259200 checkout=1200 $supply certain=1
        exercised=checkout_oos,disappointed,oos_batch_too_large,oos_push_latency" \
        --seed 7 "${certain[@]}" --set run.warmup=$warmup
done

# What follows a first touch, by every channel, under two templates; and a product's SKUs matched as one.
later=(--set policy.reminder.after=3h --set policy.reminder.max=3
    --set policy.channels[0].name=email --set policy.channels[0].after=2h --set policy.channels[0].if=not_opened
    --set policy.channels[1].name=sms --set policy.channels[1].after=5h
    --set policy.channels[2].name=in_app --set policy.channels[2].after=1h
    --set policy.channels[3].name=email --set policy.channels[3].after=9h
    --set policy.predictive.enabled=true --set policy.predictive.threshold=0.4
    --set policy.templates[0].name=plain --set policy.templates[1].name=loud --set policy.templates[1].weight=2
    --set response.template_click[0].name=loud --set response.template_click[0].times=1.2
    --set response.email.optout=0.1 --set response.in_app.open_delay.median=2h
    --set shoppers.email_optin=0.8 --set shoppers.sms_optin=0.5)
names_of="reminders,followups_email,followups_sms,followups_in_app,predictive_sends,reminder_ghosts,followup_ghosts"
names_of+=,predictive_ghosts,reminders_opened,reminders_clicked,followups_email_clicked,followups_sms_clicked
names_of+=,followups_in_app_clicked,predictive_opened,later_oos,later_orders,later_optouts,later_credited_clicked
names_of+=,orders_reminder,orders_followup
for warmup in 0 4d; do
    check "later-$warmup" "$temp/busy.yaml" "$windows $supply exercised=$names_of" --seed 4 "${later[@]}" \
        --set run.warmup=$warmup
done
check product "$temp/busy.yaml" "$windows $supply match=product exercised=oos_stale_feed,oos_batch_too_large" \
    --seed 5 --set policy.match=product "${later[@]}"
check certain-later "$temp/busy.yaml" \
    "variants=2 click=86400 view=86400 outcome=259200 checkout=1200 $supply certain=1 exercised=later_checkout_oos" \
    --seed 3 "${certain[@]}" "${later[@]}"

# Three policies against each other: their engines compete for the same units, each for its own shoppers.
arms=(--set policy.arms[0].name=batches --set policy.arms[1].name=all --set policy.arms[1].weight=2
    --set "policy.arms[1].set=throttle.mode=none recent_notice.window=12h"
    --set policy.arms[2].name=safe --set "policy.arms[2].set=throttle.mode=oversell_safe throttle.every=30min")
exercised=oos_batch_too_large,population_reached,gini_wait
for warmup in 0 4d; do
    check "arms-$warmup" "$temp/busy.yaml" "$windows $supply shoppers=600 exercised=$exercised" --seed 11 "${arms[@]}" \
        --set run.warmup=$warmup
done
check arms-later "$temp/busy.yaml" "$windows $supply shoppers=600 exercised=$names_of" --seed 4 "${later[@]}" "${arms[@]}"
check arms-product "$temp/busy.yaml" "$windows $supply shoppers=600 match=product" --seed 5 --set policy.match=product \
    "${later[@]}" "${arms[@]}"

check sneaker sneaker "variants=8 click=86400 view=86400 outcome=604800 checkout=300" \
    --set response.checkout.dist=fixed --set response.checkout.mean=5min
wait
failed=0
for name in "${names[@]}"; do
    [ -e "$temp/$name.good" ] || failed=1
    head -n 20 "$temp/$name.txt" | sed "s/^/$name: /"
done
exit $failed
