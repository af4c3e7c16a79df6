# SPDX-License-Identifier: GPL-3.0-or-later
"""rows.py - counts replication 0 of a run again, from its rows alone, and compares with what the run counted.

    rows.py RUN_DB NAME=VALUE...

The store must come from `run --log full`. What its rows do not tell is given by name, times in seconds:
  variants=N      SKUs per product
  click=S view=S outcome=S   the windows of attribution
  scope=any       whatever is ordered credits a push; else any SKU of its product
  match=product   the policy matches a product's SKUs as one
  shoppers=N      how many the policy's arms share
  checkout=S      the fixed time from landing to order, above 0
  supply=S:N,...  initial stock is 0 and every SKU gets N units S after the start, and nothing else. Then the
                  shelf is rebuilt from the orders, and with it sold-out causes, campaigns and levels
  returns=1       orders may be sent back: one that was not oversold and has no revenue was
  certain=1       all that land in stock check out, and nobody looks, lapses, returns or gives up by himself.
                  Then whoever lost a unit at checkout is known too
A mismatch is printed with both numbers; the exit code is then 1. The sums here follow the definitions of
docs/METRICS.md and store/trial.h and take as little as they can from how sim/ goes about them.
"""
import bisect
import sqlite3
import sys
from collections import Counter, defaultdict
from math import fsum

HOUR = 3600 * 1000
CAUSES = ("stale_storefront", "stale_feed", "organic", "push_latency", "late_open", "batch_too_large")
FAILURES = ("unregistered", "quota", "unavailable", "too_large", "ttl")
SLOTS = ("sent", "ghost")
BINS, SINCE_BINS, SINCE_MS = 240, 144, HOUR // 6

options = dict(word.split("=", 1) for word in sys.argv[2:])
variants = int(options["variants"])
windows = {name: int(float(options[name]) * 1000) for name in ("click", "view", "outcome", "checkout")}
certain = options.get("certain") == "1"

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
db.row_factory = sqlite3.Row


def rows(table, order="1"):
    return db.execute(f"SELECT * FROM {table} WHERE replication = 0 ORDER BY {order}").fetchall()


def rows_of_run(name):
    return db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()


run = db.execute("SELECT * FROM run").fetchone()
start, warm, end = run["start_at"], run["start_at"] + run["warmup"], run["start_at"] + run["horizon"]
price = run["price"]
tally = dict(db.execute("SELECT name, value FROM tally WHERE replication = 0"))
decisions, touches, orders = (rows(name, "rowid") for name in ("decision", "touch", "orders"))
campaigns = {r["restock"]: r for r in rows("restock")}
counted = {i for i, r in campaigns.items() if r["counted"]}
bad = 0


def same(name, mine, stored):
    global bad
    if mine is None or stored is None or isinstance(mine, str):
        equal = mine == stored
    else:
        equal = abs(mine - stored) <= 1e-9 * max(abs(mine), abs(stored))
    if not equal:
        bad += 1
        print(f"{name}: rows say {mine!r}, the run says {stored!r}")


def count(name, mine):
    same(name, mine, tally[name])


def between(name, low, high):
    global bad
    if not low <= tally[name] <= high:
        bad += 1
        print(f"{name}: rows allow {low} to {high}, the run says {tally[name]!r}")


def table(name, mine, stored):
    for key in sorted(set(mine) | set(stored), key=str):
        same(f"{name} {key}", mine.get(key, 0), stored.get(key, 0))


def product(sku):
    return sku // variants


def group(sku):
    """What the policy matches as one."""
    return product(sku) if options.get("match") == "product" else sku


# ---- spans of time in bins, moments, Gini ---------------------------------------------------------

EDGES = [0.0] + [1000 * 2 ** (i / 16) for i in range(415)]


def histogram(name, spans):
    mine = Counter(bisect.bisect_right(EDGES, max(0, ms)) - 1 for ms in spans)
    stored = db.execute("SELECT bin, n FROM histogram WHERE replication = 0 AND name = ?", (name,))
    table("histogram " + name, mine, dict(tuple(r) for r in stored))
    same(f"histogram {name}: all", len(spans), sum(mine.values()))


def gini(x):
    x, n = sorted(x), len(x)
    if not n or not sum(x):
        return 0
    return 2 * sum((i + 1) * v for i, v in enumerate(x)) / (n * sum(x)) - (n + 1) / n


# ---- campaigns, decisions, touches ---------------------------------------------------------------

LATER = {("reminder", "push"): "reminders", ("followup", "email"): "followups_email",
         ("followup", "sms"): "followups_sms", ("followup", "in_app"): "followups_in_app",
         ("predictive", "push"): "predictive"}
later_decisions = [d for d in decisions if d["kind"] != "restock"]
decisions = [d for d in decisions if d["kind"] == "restock"]
restock_of = {d["touch"]: d["restock"] for d in decisions + later_decisions if d["outcome"] == "sent"}
if sorted(restock_of) != sorted(t["touch"] for t in touches):
    bad += 1
    print("touch: the rows are not those of the sent decisions")
mine_counted = {i for i, r in campaigns.items() if r["opened_at"] >= warm}
if mine_counted != counted:
    bad += 1
    print("restock.counted: not the campaigns opened after the warm-up:", sorted(mine_counted ^ counted)[:9])
if {d["restock"] for d in decisions + later_decisions if d["kind"] != "predictive"} - set(campaigns):
    bad += 1
    print("decision.restock: campaigns without a row in restock")

final = [d for d in decisions if d["outcome"] != "queued"]
ledger = Counter()
for d in final:
    if d["restock"] in counted:
        ledger[d["outcome"], d["reason"]] += d["n"]
table("ledger", ledger, {(r["outcome"], r["reason"]): r["n"] for r in rows("ledger")})
told = [t for t in touches if restock_of.get(t["touch"]) in counted and t["kind"] == "restock"]
count("candidates", sum(ledger.values()))
count("sends", len(told))
count("recipients", len({t["shopper"] for t in told}))
count("ghosts", sum(d["restock"] in counted for d in final if d["outcome"] == "ghost"))
count("messages", len(told))  # one device each
count("delivered", sum(t["delivered_at"] is not None for t in told))
count("opened", sum(t["opened_at"] is not None for t in told))
count("clicked", sum(t["landed_at"] is not None for t in told))
for why in FAILURES:
    count("fail_" + why, sum(t["failure"] == why for t in told))
landed_out = [t for t in told if t["landing"] not in ("", "in_stock")]
for cause in CAUSES:
    count("oos_" + cause, sum(t["landing"] == cause for t in told))
taken_in = tally["delivered"] + tally["fail_ttl"]
between("accepted", taken_in, len(told) - sum(t["failure"] not in ("", "ttl") for t in told))
between("optouts", 0, tally["delivered"])
for t in touches:
    d = t["touch"]
    times = [t[c] for c in ("at", "delivered_at", "opened_at", "landed_at") if t[c] is not None]
    if times != sorted(times) or (t["landed_at"] is None) != (t["landing"] == "") or \
            (t["landed_at"] is not None and None in (t["opened_at"], t["delivered_at"])) or \
            (t["failure"] and t["delivered_at"] is not None):
        bad += 1
        print("touch", d, "is out of order:", tuple(t))

# Touches that are not a candidate's first: each follows one of its own shopper, SKU, restock and fate.
first_of = {d["touch"]: d for d in final if d["outcome"] in SLOTS}
for d in later_decisions:
    leads = first_of.get(d["follows"])
    alike = ("shopper", "sku", "restock", "outcome", "arm", "source")
    if d["kind"] == "predictive":
        ok = d["follows"] is None and d["restock"] is None
    else:
        ok = leads is not None and leads["at"] < d["at"] and all(leads[c] == d[c] for c in alike)
    if not ok or d["outcome"] not in SLOTS or (d["kind"], d["channel"]) not in LATER:
        bad += 1
        print("decision that follows nothing:", tuple(d))


def is_counted(restock, at):
    return restock in counted if restock is not None else at >= warm


later_told = [t for t in touches if t["kind"] != "restock" and is_counted(restock_of.get(t["touch"]), t["at"])]
after_push = [t for t in later_told if t["kind"] != "predictive"]
for way, name in LATER.items():
    mine = [t for t in later_told if (t["kind"], t["channel"]) == way]
    count("predictive_sends" if name == "predictive" else name, len(mine))
    count(name + "_delivered", sum(t["delivered_at"] is not None for t in mine))
    count(name + "_opened", sum(t["opened_at"] is not None for t in mine))
    if name != "predictive":
        count(name + "_clicked", sum(t["landed_at"] is not None for t in mine))
    elif any(t["landed_at"] is not None for t in mine):
        bad += 1
        print("predictive: somebody landed from a notice")
for kind in ("reminder", "followup", "predictive"):
    count(kind + "_ghosts", sum(d["kind"] == kind and d["outcome"] == "ghost" and is_counted(d["restock"], d["at"])
                                for d in later_decisions))
later_out = [t for t in after_push if t["landing"] not in ("", "in_stock")]
count("later_oos", len(later_out))

by_restock = defaultdict(list)
for d in final:
    by_restock[d["restock"]].append(d)
following = {}  # campaign -> when the next one of its SKUs opened
latest = {}
for i in sorted(campaigns):
    sku = group(campaigns[i]["sku"]), campaigns[i]["policy_arm"]
    if sku in latest:
        following[latest[sku]] = campaigns[i]["opened_at"]
    latest[sku] = i
peers = defaultdict(set)  # campaign -> itself and the other arms' campaigns of the same true restock
for i, r in campaigns.items():
    peers[i] = {i} | {j for j, q in campaigns.items() if r["restocked_at"] is not None and
                      q["policy_arm"] != r["policy_arm"] and group(q["sku"]) == group(r["sku"]) and
                      q["restocked_at"] == r["restocked_at"]}
firsts = [t for t in touches if t["kind"] == "restock"]
clicks = Counter(restock_of[t["touch"]] for t in firsts if t["landed_at"] is not None)
outs = Counter(restock_of[t["touch"]] for t in firsts if t["landing"] not in ("", "in_stock"))
at_landing = defaultdict(list)  # (kind, shopper, SKU, time) -> touches that would order then
for t in touches:
    if t["landing"] == "in_stock":
        at_landing[t["kind"], t["shopper"], t["sku"], t["landed_at"] + windows["checkout"]].append(t["touch"])
pushed = Counter()
for o in orders:
    if o["how"] in ("push", "reminder", "followup"):
        cause = at_landing.get((o["how"].replace("push", "restock"), o["shopper"], o["sku"], o["at"]))
        if not cause:
            bad += 1
            print("order by a message without a landing before it:", tuple(o))
        elif o["how"] == "push":
            pushed[restock_of[cause.pop()]] += 1
for i, r in campaigns.items():
    sent_at = [d["at"] for d in by_restock[i] if d["outcome"] == "sent"]
    same(f"restock {i} candidates", sum(d["n"] for d in by_restock[i]), r["candidates"])
    same(f"restock {i} sent", len(sent_at), r["sent"])
    same(f"restock {i} ghost", sum(d["outcome"] == "ghost" for d in by_restock[i]), r["ghost"])
    same(f"restock {i} first_sent_at", min(sent_at, default=None), r["first_sent_at"])
    same(f"restock {i} clicks", clicks[i], r["clicks"])
    same(f"restock {i} sold_out_clicks", outs[i], r["sold_out_clicks"])
    same(f"restock {i} orders", pushed[i], r["orders"])

count("campaigns", len(counted))
with_send = [i for i in counted if any(d["outcome"] == "sent" for d in by_restock[i])]
count("campaigns_sent", len(with_send))
fresh, gone, censored = [], [], []
for i in with_send:
    r = campaigns[i]
    first = min(d["at"] for d in by_restock[i] if d["outcome"] == "sent")
    if r["restocked_at"] is not None:
        fresh.append(first - r["restocked_at"])
    if r["depleted_at"] is not None:
        gone.append(max(0, r["depleted_at"] - first))
    else:
        until = following.get(i, end)
        censored.append((until if until >= first else end) - first)
histogram("freshness", fresh)
histogram("depletion", gone)
histogram("depletion_censored", censored)
count("campaigns_gone_1h", sum(span <= HOUR for span in gone))
waits = []
for d in final:
    since = campaigns[d["restock"]]["restocked_at"]
    if d["outcome"] in SLOTS and d["restock"] in counted and since is not None and d["at"] >= since:
        waits.append(d["at"] - since)
count("reached_interests", len(waits))
count("gini_wait", gini(waits))

# ---- orders and what they are credited to ---------------------------------------------------------

late = [o for o in orders if o["at"] >= warm]
count("orders", len(late))
for how in ("push", "return", "visit", "organic", "reminder", "followup", "repeat", "retargeting"):
    count("orders_" + how, sum(o["how"] == how for o in late))
count("units_ordered", sum(o["units"] for o in late))
count("units_sold", sum(o["units"] - o["oversold"] for o in late))
count("oversold_orders", sum(o["oversold"] > 0 for o in late))
count("oversold_units", sum(o["oversold"] for o in late))
count("gross_revenue", fsum(price * o["units"] for o in late))
count("cancelled_revenue", fsum(price * o["units"] for o in late if o["oversold"]))

def sent_back(o):
    return options.get("returns") == "1" and not o["oversold"] and o["revenue"] == 0


def worth(o):
    """What an order brings in the end."""
    return 0 if o["oversold"] or sent_back(o) else price * o["units"]


for o in orders:
    same(f"revenue of the order at {o['at']}", worth(o), o["revenue"])
count("returned_orders", sum(sent_back(o) for o in late))
count("returned_revenue", fsum(price * o["units"] for o in late if sent_back(o)))

touches_of = defaultdict(list)
for t in touches:
    touches_of[t["shopper"], product(t["sku"])].append(t)


def last(candidates, when, at, window):
    """The touch with the latest time `when` in the window that ends at `at`; of equal ones the newest."""
    inside = [(t[when], t["touch"]) for t in candidates if t[when] is not None and at - window <= t[when] <= at]
    return max(inside)[1] if inside and window > 0 else None


def scope(sku):
    return 0 if options.get("scope") == "any" else product(sku)


in_scope = defaultdict(list)
for t in touches:
    if t["kind"] == "predictive":
        continue  # promises nothing that an order could be credited to
    in_scope[t["shopper"], scope(t["sku"])].append(t)
credits = defaultdict(list)
for o in orders:
    expected = None
    if o["shopper"] is not None and not o["oversold"]:
        hers = in_scope[o["shopper"], scope(o["sku"])]
        expected = last(hers, "landed_at", o["at"], windows["click"])
        if expected is None:
            expected = last(hers, "delivered_at", o["at"], windows["view"])
    same(f"credit of the order of {o['shopper']} at {o['at']}", expected, o["credited_touch"])
    if expected is not None:
        credits[expected].append(o)
for t in touches:
    same(f"touch {t['touch']} ordered_at", min((o["at"] for o in credits[t["touch"]]), default=None), t["ordered_at"])
credited = [(t, o) for t in told for o in credits[t["touch"]]]
count("credited_orders", len(credited))
count("credited_revenue", fsum(worth(o) for _, o in credited))
count("credited_clicked_sends", sum(t["landed_at"] is not None for t in told if credits[t["touch"]]))
count("credited_viewed_sends", sum(t["landed_at"] is None for t in told if credits[t["touch"]]))
histogram("time_to_purchase", [o["at"] - t["at"] for t, o in credited])
credited_later = [(t, o) for t in after_push for o in credits[t["touch"]]]
count("later_orders", len(credited_later))
count("later_revenue", fsum(worth(o) for _, o in credited_later))
count("later_credited_clicked", sum(t["landed_at"] is not None for t in after_push if credits[t["touch"]]))
templates = rows("template_answers")
several = db.execute("SELECT count(*) FROM template").fetchone()[0] > 1
for i in sorted({t["template"] for t in told if several} | {r["template"] for r in templates}):
    mine = [t for t in told if t["template"] == i]
    answers = dict(sends=len(mine), delivered=sum(t["delivered_at"] is not None for t in mine),
                   opened=sum(t["opened_at"] is not None for t in mine),
                   clicked=sum(t["landed_at"] is not None for t in mine),
                   orders=sum(len(credits[t["touch"]]) for t in mine),
                   revenue=fsum(worth(o) for t in mine for o in credits[t["touch"]]))
    stored = next((dict(r) for r in templates if r["template"] == i), {})
    table(f"template {i}", answers, {name: stored.get(name, 0) for name in answers})

# ---- disappointed recipients ----------------------------------------------------------------------

let_down = {t["shopper"] for t in landed_out + later_out}
bought_at = defaultdict(list)
for o in orders:
    bought_at[o["shopper"], o["sku"]].append(o["at"])
lost, lost_later = [], []  # those who landed on a unit and had no order when they checked out, though none before either
for t in told + after_push:
    due = t["landed_at"] + windows["checkout"] if t["landing"] == "in_stock" else end
    if due < end and not any(at <= due for at in bought_at[t["shopper"], t["sku"]]):
        (lost if t["kind"] == "restock" else lost_later).append(t)
if certain:
    count("checkout_oos", len(lost))
    count("later_checkout_oos", len(lost_later))
    count("disappointed", len(let_down | {t["shopper"] for t in lost + lost_later}))
else:
    between("checkout_oos", 0, sum(t["landing"] == "in_stock" for t in told))
    between("later_checkout_oos", 0, sum(t["landing"] == "in_stock" for t in after_push))
    between("disappointed", len(let_down), len(let_down) + tally["checkout_oos"] + tally["later_checkout_oos"])

# ---- E: who reached the holdout step, and what they bought ----------------------------------------

net = defaultdict(list)
for o in orders:
    if o["shopper"] is not None and not o["oversold"] and not sent_back(o):
        net[o["shopper"], product(o["sku"])].append(o)
queued, entered, first_slot = {}, {}, {}
for d in decisions:
    if d["shopper"] is None:
        continue
    key = d["restock"], d["shopper"]
    if d["outcome"] == "queued":
        queued[key] = step = d["at"]
    elif d["outcome"] in SLOTS:
        step = queued.get(key, d["at"])
    else:
        continue
    if step >= warm and d["shopper"] not in entered:
        entered[d["shopper"]] = step, d["sku"], d["arm"]
    if d["outcome"] in SLOTS and d["shopper"] in entered:
        first_slot.setdefault(d["shopper"], (d["at"], d["sku"], d["arm"]))


def outcome(shopper, at, sku):
    return sum(o["units"] for o in net[shopper, product(sku)] if at <= o["at"] <= at + windows["outcome"])


units = {r["shopper"]: r for r in rows("shopper")}
count("population", len(entered))
count("population_reached", len(first_slot))
table("units of E", {s: 1 for s in entered}, {s: 1 for s in units})
moments = {(r["population"], r["arm"], r["outcome"]): r for r in rows("moment")}
for name, frame in (("assigned", entered), ("reached", first_slot)):
    y = defaultdict(list)
    for shopper, (at, sku, arm) in frame.items():
        y[arm].append(outcome(shopper, at, sku))
    for arm in ("treated", "held"):
        for what, money in (("orders", 1), ("revenue", price)):
            stored = moments.get((name, arm, what))
            x = [v * money for v in y[arm]]
            mean = fsum(x) / len(x) if x else 0
            m2 = fsum((v - mean) ** 2 for v in x)
            for column, value in (("n", len(x)), ("mean", mean), ("m2", m2)):
                same(f"moment {name} {arm} {what} {column}", value, stored[column] if stored else 0)
for shopper, (at, sku, arm) in entered.items():
    r = units.get(shopper)
    if r is None:
        continue
    y = outcome(shopper, at, sku)
    mine = dict(at=at, sku=sku, arm=arm, reached=int(shopper in first_slot), orders=y, revenue=y * price)
    for column, value in mine.items():
        same(f"shopper {shopper} {column}", value, r[column])

# ---- arms of the policy ------------------------------------------------------------------------------

arm_of = {}
for d in decisions + later_decisions:
    if d["restock"] is not None:
        same(f"decision at {d['at']} policy_arm", campaigns[d["restock"]]["policy_arm"], d["policy_arm"])
for row in decisions + later_decisions + orders + list(units.values()):
    if row["shopper"] is not None:
        same(f"arm of shopper {row['shopper']}", arm_of.setdefault(row["shopper"], row["policy_arm"]),
             row["policy_arm"])
    elif "credited_touch" in row.keys():
        same(f"arm of the order at {row['at']}", None, row["policy_arm"])
arms = [r["policy_arm"] for r in rows_of_run("policy_arm")]
outcomes = {r["policy_arm"]: r for r in rows("policy_arm_outcome")}
table("policy_arm", {a: 1 for a in outcomes}, {a: 1 for a in set(arm_of.values()) - {None} | set(outcomes)})
bought = Counter()
for o in late:
    if o["shopper"] is not None:
        bought[o["shopper"]] += 0 if sent_back(o) else o["units"] - o["oversold"]
for a in arms:
    r, hers = outcomes[a], [t for t in told if arm_of[t["shopper"]] == a]
    same(f"arm {a} sends", len(hers), r["sends"])
    same(f"arm {a} recipients", len({t["shopper"] for t in hers}), r["recipients"])
    same(f"arm {a} ghosts", sum(d["outcome"] == "ghost" and d["restock"] in counted and d["policy_arm"] == a
                                for d in final), r["ghosts"])
    same(f"arm {a} clicked", sum(t["landed_at"] is not None for t in hers), r["clicked"])
    same(f"arm {a} clicked_oos", sum(t["landing"] not in ("", "in_stock") for t in hers), r["clicked_oos"])
    y = [n for shopper, n in bought.items() if arm_of[shopper] == a]
    mean = fsum(y) / r["shoppers"]
    m2 = fsum((n - mean) ** 2 for n in y) + mean ** 2 * (r["shoppers"] - len(y))
    for column, value in (("orders_mean", mean), ("orders_m2", m2), ("revenue_mean", mean * price),
                          ("revenue_m2", m2 * price ** 2)):
        same(f"arm {a} {column}", value, r[column])
if "shoppers" in options:
    same("shoppers of all arms", int(options["shoppers"]), sum(r["shoppers"] for r in outcomes.values()))

# ---- series: flows ---------------------------------------------------------------------------------

bin_ends = [start + run["horizon"] * (i + 1) // BINS for i in range(BINS)]
series = {r["bin"]: r for r in rows("series")}
sold_out_at = [(t["landed_at"], t["sku"]) for t in firsts if t["landing"] not in ("", "in_stock")]
flows = {
    "sent": [(d["at"], d["sku"]) for d in final if d["outcome"] == "sent"],
    "ghost": [(d["at"], d["sku"]) for d in final if d["outcome"] == "ghost"],
    "orders_push": [(o["at"], o["sku"]) for o in orders if o["how"] == "push"],
    "orders_other": [(o["at"], o["sku"]) for o in orders if o["how"] != "push"],
    "sold_out_clicks": sold_out_at,
}
for name, events in flows.items():
    table("series " + name, Counter(bisect.bisect_right(bin_ends, at) for at, _ in events),
          {i: r[name] for i, r in series.items()})

# ---- sums that hold in every world -----------------------------------------------------------------

left = (tally["units_start"] + tally["units_restocked"] + tally["units_returned"] - tally["units_sold"]
        - tally["units_other_channels"] - tally["units_lost"])
count("units_end", left)
count("units_ordered", tally["units_sold"] + tally["oversold_units"])
shares = rows("tier_share")
if warm == start:  # else some had asked before
    same("tier_share.asked, all tiers", tally["signals"], sum(r["asked"] for r in shares))
if certain and warm == start:
    shoppers_net = sum(len(v) for v in net.values())
    same("tier_share.won, all tiers", shoppers_net, sum(r["won"] for r in shares))


# ---- the shelf, rebuilt ----------------------------------------------------------------------------

class Shelf:
    """The true units of one SKU: arrivals first, then orders, at each instant."""

    def __init__(self, arrivals, sales):
        self.arrivals, self.at, self.level = arrivals, [], []
        self.rises, self.zeros, level = [], [start], 0
        moves = sorted([(at, 0, n) for at, n in arrivals] + [(at, 1, -1) for at in sales])
        for at, _, change in moves:
            if level == 0 and change > 0:
                self.rises.append((at, change))
            level += change
            if level == 0:
                self.zeros.append(at)
            self.at.append(at)
            self.level.append(level)

    def now(self, at):
        i = bisect.bisect_right(self.at, at)
        return self.level[i - 1] if i else 0

    def before(self, at):
        i = bisect.bisect_left(self.at, at)
        return self.level[i - 1] if i else 0

    def rise(self, at):
        i = bisect.bisect_right(self.rises, (at, 1 << 60))
        return self.rises[i - 1] if i else (None, None)


def cause_of(t, shelf, sold):
    sku, decided, shown, landed = t["sku"], t["at"], t["delivered_at"], t["landed_at"]
    if shelf.now(landed) > 0:
        return "stale_storefront"
    if shelf.now(decided) == 0:
        return "stale_feed"
    mine = peers[restock_of[t["touch"]]]
    others = 0
    for o in sold[sku]:
        if decided < o["at"] <= landed:
            others += not any(restock_of[h["touch"]] in mine and group(h["sku"]) == group(sku) and h["at"] <= o["at"]
                              for h in touches_of.get((o["shopper"], product(sku)), ()))
    came = sum(n for at, n in shelf.arrivals if decided < at <= landed)
    if others >= shelf.now(decided) + came:
        return "organic"
    if shelf.now(landed - (shown - decided)) > 0:
        return "push_latency"
    return "late_open" if shelf.now(shown + min(landed - shown, HOUR)) > 0 else "batch_too_large"


def check_shelves(deliveries):
    sold = defaultdict(list)
    for o in orders:
        if not o["oversold"]:
            sold[o["sku"]].append(o)
    skus = sorted({r["sku"] for r in campaigns.values()} | set(sold) | {t["sku"] for t in touches})
    skus = range(variants * (product(max(skus)) + 1))
    shelf = {k: Shelf(deliveries, [o["at"] for o in sold[k]]) for k in skus}
    for o in orders:
        if o["oversold"] and shelf[o["sku"]].now(o["at"]) > 0 or min(shelf[o["sku"]].level) < 0:
            same(f"units on hand at the order at {o['at']}", "enough", "not as its row says")
    count("units_start", sum(s.before(warm) for s in shelf.values()))
    count("units_end", sum(s.now(end) for s in shelf.values()))
    count("units_restocked", len(shelf) * sum(n for at, n in deliveries if at >= warm))
    count("units_lost", 0)
    rises = [(at, n, k) for k, s in shelf.items() for at, n in s.rises if at >= warm]
    count("restocks", len(rises))
    for hours in (24, 72):
        seen = [(at, n, k) for at, n, k in rises if at + hours * HOUR <= end]
        count(f"through_{hours}h_base", sum(n for _, n, _ in seen))
        count(f"through_{hours}h_sold", sum(
            at <= o["at"] <= at + hours * HOUR and shelf[k].rise(o["at"])[0] == at
            for at, _, k in seen for o in sold[k]))
    shown = [t for t in told if t["delivered_at"] is not None]
    count("delivered_oos", sum(shelf[t["sku"]].now(t["delivered_at"]) == 0 for t in shown))
    for t in touches:
        if t["landing"] not in ("", "in_stock"):
            same(f"touch {t['touch']} landing", cause_of(t, shelf[t["sku"]], sold), t["landing"])
    for i, r in campaigns.items():
        opened, of = r["opened_at"], [k for k in skus if group(k) == group(r["sku"])]
        at, base = shelf[r["sku"]].rise(opened)
        same(f"restock {i} restocked_at", at, r["restocked_at"])
        left = sum(shelf[k].now(opened) for k in of)
        same(f"restock {i} units", base if len(of) == 1 else left, r["units"])
        zeros = sorted(z for k in of for z in shelf[k].zeros if sum(shelf[j].now(z) for j in of) == 0)
        ended = opened if left == 0 else next((z for z in zeros if opened <= z < following.get(i, end)), None)
        same(f"restock {i} depleted_at", ended, r["depleted_at"])
    levels = {i: sum(s.before(bin_ends[i] if i < BINS - 1 else end) for s in shelf.values()) for i in range(BINS)}
    table("series on_hand", levels, {i: r["on_hand"] for i, r in series.items()})
    stored = {r["bin"]: r for r in rows("since")}
    for name in ("sent", "orders_push", "orders_other", "sold_out_clicks"):
        mine = Counter()
        for at, sku in flows[name]:
            since = shelf[sku].rise(at)[0]
            if since is not None and since >= warm and (at - since) // SINCE_MS < SINCE_BINS:
                mine[(at - since) // SINCE_MS] += 1
        table("since " + name, mine, {i: r[name] for i, r in stored.items()})
    observed, on_hand = Counter(), Counter()
    for at, _, k in rises:
        for i in range(SINCE_BINS):
            until = at + (i + 1) * SINCE_MS
            if until <= end:
                observed[i] += 1
                on_hand[i] += shelf[k].now(until) if shelf[k].rise(until)[0] == at else 0
    table("since observed", observed, {i: r["observed"] for i, r in stored.items()})
    table("since on_hand", on_hand, {i: r["on_hand"] for i, r in stored.items()})


if "supply" in options:
    pairs = (pair.split(":") for pair in options["supply"].split(","))
    planned = [(start + int(float(after) * 1000), int(n)) for after, n in pairs]
    check_shelves([(at, n) for at, n in planned if at < end])

for name in options.get("exercised", "").split(","):  # a count of nothing would prove nothing
    if name and not tally[name] > 0:
        bad += 1
        print(f"{name}: the scenario was to give some")
sys.exit(bad > 0)
