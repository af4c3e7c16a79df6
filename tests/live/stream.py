# SPDX-License-Identifier: GPL-3.0-or-later
"""stream.py - a stream of events for the live engine that makes it decide a lot, from a seed.

Thirty SKUs of ten products go in and out, four hundred shoppers in several zones signal, buy, leave, change their minds
and answer touches. A few lines are bad on purpose.
"""
import json
import random

START = 1772438400000  # 2026-03-02T08:00:00Z
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"]
SOURCES = ["notify_me", "wishlist", "cart", "browse"]
BAD = ['{"event":"stock","sku":"s1"', '{"event":"stok","at":1}', "[]", '{"event":"tick","at":"yesterday"}',
       '{"event":"interest","at":1,"shopper":"a","sku":"b","source":"cart"}', "", '{"event":"tick","at":1,"at":2}']


def catalog(rng, at, sku):
    return {"event": "catalog", "at": at, "sku": f"s{sku}", "product": f"p{sku // 3}", "category": f"c{sku // 9}",
            "title": f"Shoe \u201c{sku}\u201d", "variant": str(38 + sku % 3), "price": f"{sku * 10}.00 EUR",
            "url": f"https://shop.example/s{sku}?x=\"1\""}


def profile(rng, at, who):
    return {"event": "profile", "at": at, "shopper": f"b\u00fcyer {who}", "tier": rng.randrange(3), "devices": rng.randrange(4),
            "value": rng.randrange(1000) / 7, "zone": rng.choice(ZONES), "push_optin": rng.random() < 0.9,
            "email_optin": rng.random() < 0.5, "behavioural_consent": rng.random() < 0.8}


def one(rng, at, touches):
    """An event that may happen at any time."""
    who, sku, dice = f"b\u00fcyer {rng.randrange(400)}", f"s{rng.randrange(30)}", rng.random()
    if dice < 0.50:
        return {"event": "interest", "at": at, "shopper": who, "sku": sku, "source": rng.choice(SOURCES),
                "quantity": rng.randrange(1, 4)}
    if dice < 0.75:
        return {"event": "stock", "at": at, "sku": sku, "level": rng.choice([0, 0, 1, 3, 8, 20])}
    if dice < 0.80:
        return {"event": "order", "at": at, "shopper": rng.choice([who, None]), "sku": sku}
    if dice < 0.82:
        return {"event": "withdraw", "at": at, "shopper": who, "sku": sku}
    if dice < 0.84:
        return {"event": "consent", "at": at, "shopper": who, "push_optin": rng.random() < 0.7}
    if dice < 0.86:
        return {"event": "other", "at": at, "shopper": who, "channel": rng.choice(["push", "email"])}
    if dice < 0.87:
        return {"event": "return", "at": at, "shopper": who, "sku": sku}
    if dice < 0.90:
        return profile(rng, at, rng.randrange(400))
    if dice < 0.96:
        return {"event": "receipt", "at": at, "touch": rng.randrange(touches + 1),
                "what": rng.choice(["accepted", "delivered", "failed", "unregistered", "opened", "clicked"])}
    return {"event": "tick", "at": at}


def lines(seed, n, own_numbers):
    """n lines of bytes, each with its newline. own_numbers: the events carry "seq", with gaps."""
    rng = random.Random(seed)
    at, seq, touches, out = START, 0, 0, []
    events = [catalog(rng, at, sku) for sku in range(30)] + [profile(rng, at, who) for who in range(400)]
    events += [{"event": "stock", "at": at, "sku": f"s{sku}", "level": 0} for sku in range(30)]
    while len(events) < n:
        at += rng.choice([0, 1, 500, 20000, 120000, 600000])
        touches = len(events) // 12
        events.append(one(rng, at, touches))
    for event in events[:n]:
        if rng.random() < 0.02:
            out.append(rng.choice(BAD).encode() + b"\n")
            continue
        if own_numbers:
            seq += rng.randrange(1, 4)
            event["seq"] = seq
        out.append(json.dumps(event, ensure_ascii=rng.random() < 0.5).encode() + b"\n")
    return out
