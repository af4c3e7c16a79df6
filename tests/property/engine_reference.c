/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_reference.c - the engine against a slow twin, on random policies and random streams of events.
 *
 * The twin keeps the whole history and looks everything up in it anew each time: who is opted in, what the
 * level is, how often a source was seen, who stands before whom. It shares no code with the engine but the
 * public holdout function. After every call the decisions, the next wake and the open interests must be
 * equal; at the end the restocks and the ledger, too. Times and windows come in whole units out of a small
 * range, so that events fall exactly on the edges of windows, and several on one instant.
 */
#include "tests/support.h"

#include "engine/bis.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { TRIALS = 20000, STEPS = 200, UNIT = 1000, SHOPPERS = 8, SKUS = 3 };
enum { EVENTS = 2 * STEPS, CONTENDERS = 12000, DECISIONS = 24000, WAKES = 24000 };

/* ---- the twin's memory: lists that only grow ------------------------------------------------------ */

typedef struct {
    bis_id shopper, sku;
    bool open, in_line;
    int source; /* the strongest that counts */
    bis_time place;
    long arrival; /* among equal places */
    uint16_t quantity;
} wish;

typedef struct {
    int wish, source;
    bis_time at;
} seen;

typedef struct {
    bis_id restock;
    int wish, source;
    enum { IN_LINE, PUT_OFF, DONE } stage;
    bis_time assigned_at, place, send_at;
    bis_arm arm;
    bool overdue;
} contender;

typedef struct {
    bis_time at;
    enum { OPENING, ENDING, BATCH, SENDING } kind;
    uint32_t of; /* SKU, restock, restock, contender */
    bool dead;
} alarm_clock;

static struct {
    bis_policy p;
    bis_time now;
    bis_event event[EVENTS];
    bool heeded[EVENTS]; /* stock events that were not overtaken */
    wish wish[EVENTS];
    seen seen[EVENTS];
    contender contender[CONTENDERS];
    bis_decision said[DECISIONS];
    alarm_clock clock[WAKES];
    bis_restock restock[EVENTS];
    bis_time batch_at[EVENTS]; /* by restock */
    int queue_order[CONTENDERS], n_queue;
    int events, wishes, signals, contenders, decisions, clocks, restocks;
    long arrivals;
    bis_id touches;
} t;

#define ADD(list, count)                                                                                     \
    (assert_true((size_t)(count) < sizeof(list) / sizeof((list)[0])), (count)++, &(list)[(count)-1])

/* ---- looking things up in the history -------------------------------------------------------------- */

static bis_event *last_of(bis_event_kind kind, bis_id shopper) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.event[i].kind == kind && t.event[i].shopper == shopper) return &t.event[i];
    return NULL;
}

static int tier_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e && t.p.priority.mode == BIS_PRIORITY_TIER ? e->as.profile.tier : 0;
}

static uint64_t hash_of(bis_id shopper) {
    const bis_event *e = last_of(BIS_EV_PROFILE, shopper);
    return e ? e->as.profile.hash : 0;
}

static bool agreed(bis_id shopper, bool to_behaviour) {
    const bis_event *p = last_of(BIS_EV_PROFILE, shopper), *c = last_of(BIS_EV_CONSENT, shopper);
    if (c && c > p) return to_behaviour ? c->as.consent.behavioural_consent : c->as.consent.push_optin;
    return p && (to_behaviour ? p->as.profile.behavioural_consent : p->as.profile.push_optin);
}

static int devices_of(bis_id shopper) {
    int n = 0;
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->shopper != shopper) continue;
        if (e->kind == BIS_EV_PROFILE) n = e->as.profile.devices;
        if (e->kind == BIS_EV_RECEIPT && e->as.receipt.what == BIS_RECEIPT_UNREGISTERED && n > 0) n--;
    }
    return n;
}

static int64_t level_of(bis_id sku) {
    for (int i = t.events - 1; i >= 0; i--)
        if (t.heeded[i] && t.event[i].sku == sku)
            return t.event[i].as.stock.level > 0 ? t.event[i].as.stock.level : 0;
    return 0;
}

static bool alike(int scope, bis_id a, bis_id b) {
    if (scope == BIS_SCOPE_ANY || a == b) return true;
    if (scope == BIS_SCOPE_SKU) return false;
    bis_id group[2] = {BIS_NO_ID, BIS_NO_ID};
    for (int i = 0; i < t.events; i++)
        for (int k = 0; k < 2; k++)
            if (t.event[i].kind == BIS_EV_CATALOG && t.event[i].sku == (k ? b : a))
                group[k] = scope == BIS_SCOPE_PRODUCT ? t.event[i].as.catalog.product
                                                      : t.event[i].as.catalog.category;
    return group[0] == group[1] && group[0] != BIS_NO_ID;
}

static bool bought_lately(const wish *w) {
    const bis_recent_setup *r = &t.p.recent_purchase;
    for (int i = 0; i < t.events; i++) {
        const bis_event *e = &t.event[i];
        if (e->kind == BIS_EV_ORDER && e->shopper == w->shopper && t.now - e->at < r->window &&
            alike(r->scope, w->sku, e->sku))
            return true;
    }
    return false;
}

static bool told_lately(const wish *w) {
    const bis_recent_setup *r = &t.p.recent_notice;
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->touch != BIS_NO_ID && d->shopper == w->shopper && t.now - d->at < r->window &&
            alike(r->scope, w->sku, d->sku))
            return true;
    }
    return false;
}

static bool told_too_often(const wish *w) {
    for (size_t k = 0; k < t.p.caps.n; k++) {
        int64_t n = 0;
        for (int i = 0; i < t.decisions; i++)
            n += t.said[i].touch != BIS_NO_ID && t.said[i].shopper == w->shopper &&
                 t.now - t.said[i].at < t.p.caps.cap[k].per;
        if (n >= t.p.caps.cap[k].count) return true;
    }
    return false;
}

/* Replays the signals of a source: when it first counted (BIS_NEVER: does not) and its last signal. */
static bis_time counted_since(int w, int source, bis_time *last) {
    const bis_source_setup *s = &t.p.interest.source[source];
    bis_time since = BIS_NEVER;
    int64_t n = 0;
    *last = BIS_NEVER;
    for (int i = 0; i < t.signals; i++) {
        if (t.seen[i].wish != w || t.seen[i].source != source) continue;
        bool gap = *last != BIS_NEVER && s->window > 0 && t.seen[i].at - *last >= s->window;
        n = gap ? 1 : n + 1;
        *last = t.seen[i].at;
        if (since == BIS_NEVER && n >= s->min_views) since = t.seen[i].at;
    }
    return since;
}

/* The strongest source that counts and is inside its window, or BIS_SOURCE_COUNT. */
static int fresh_source(int w) {
    for (int s = 0; s < BIS_SOURCE_COUNT; s++) {
        bis_time last, window = t.p.interest.source[s].window;
        if (counted_since(w, s, &last) != BIS_NEVER && (window == 0 || t.now - last < window)) return s;
    }
    return BIS_SOURCE_COUNT;
}

static bis_restock *open_restock_of(bis_id sku) {
    for (int i = 0; i < t.restocks; i++)
        if (t.restock[i].sku == sku && t.restock[i].closed == BIS_NEVER) return &t.restock[i];
    return NULL;
}

static bool paused_at(int64_t level) {
    return level < t.p.trigger.min_stock || level - t.p.throttle.reserve_units <= 0;
}

/* ---- saying things ----------------------------------------------------------------------------------- */

static bis_decision *say(bis_id restock, bis_outcome outcome, bis_reason reason, uint32_t n) {
    bis_decision *d = ADD(t.said, t.decisions);
    bis_id sku = t.restock[restock].sku;
    *d = (bis_decision){.at = t.now, .level = level_of(sku), .restock = restock, .sku = sku, .n = n};
    d->assigned_at = d->place = d->send_at = BIS_NEVER;
    d->shopper = d->touch = BIS_NO_ID;
    d->outcome = outcome;
    d->reason = reason;
    d->source = BIS_SOURCE_COUNT;
    return d;
}

static bis_decision *say_of(const contender *c, bis_outcome outcome, bis_reason reason) {
    bis_decision *d = say(c->restock, outcome, reason, 1);
    d->shopper = t.wish[c->wish].shopper;
    d->place = c->place;
    d->source = (bis_source)c->source;
    d->assigned_at = c->assigned_at;
    d->send_at = c->send_at;
    d->arm = c->arm;
    return d;
}

static int wish_of(bis_id shopper, bis_id sku) {
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].shopper == shopper && t.wish[i].sku == sku) return i;
    return -1;
}

static contender *standing(int w) {
    for (int i = 0; i < t.contenders; i++)
        if (t.contender[i].wish == w && t.contender[i].stage != DONE) return &t.contender[i];
    return NULL;
}

static void enter(bis_restock *r, int w) {
    contender *c = ADD(t.contender, t.contenders);
    *c = (contender){.restock = r->id, .wish = w, .assigned_at = BIS_NEVER, .send_at = BIS_NEVER};
    r->candidates++;
}

static void set_clock(bis_time at, int kind, uint32_t of) {
    alarm_clock *a = ADD(t.clock, t.clocks);
    a->at = at;
    a->kind = (unsigned)kind;
    a->of = of;
    a->dead = false;
}

static void stop_clocks(int kind, uint32_t of) {
    for (int i = 0; i < t.clocks; i++)
        if ((int)t.clock[i].kind == kind && t.clock[i].of == of) t.clock[i].dead = true;
}

/* ---- a campaign --------------------------------------------------------------------------------------- */

static uint32_t count(bis_id restock, int stage) {
    uint32_t n = 0;
    for (int i = 0; i < t.contenders; i++)
        n += t.contender[i].restock == restock && (int)t.contender[i].stage == stage;
    return n;
}

static void close_it(bis_restock *r, bis_reason why, bis_outcome put_off, bis_outcome rest,
                     bis_reason reason) {
    for (int i = 0; i < t.n_queue; i++) {
        contender *c = &t.contender[t.queue_order[i]];
        if (c->restock != r->id || c->stage != PUT_OFF) continue;
        c->stage = DONE;
        say_of(c, put_off, reason);
    }
    if (count(r->id, IN_LINE) > 0) say(r->id, rest, reason, count(r->id, IN_LINE));
    for (int i = 0; i < t.contenders; i++)
        if (t.contender[i].restock == r->id) t.contender[i].stage = DONE;
    r->closed = t.now;
    r->close_reason = why;
    stop_clocks(ENDING, r->id);
    stop_clocks(BATCH, r->id);
}

static void close_if_done(bis_restock *r) {
    if (r && r->closed == BIS_NEVER && count(r->id, IN_LINE) + count(r->id, PUT_OFF) == 0)
        close_it(r, BIS_NO_REASON, BIS_WAITING, BIS_WAITING, BIS_NO_REASON);
}

static bis_reason objection(const wish *w, int source) {
    if (t.p.consent.require_optin && !agreed(w->shopper, false)) return BIS_NO_CONSENT;
    if (t.p.consent.behavioural_needs_consent && source != BIS_NOTIFY_ME && !agreed(w->shopper, true))
        return BIS_NO_CONSENT_BEHAVIOURAL;
    if (devices_of(w->shopper) == 0) return BIS_NO_DEVICE;
    if (bought_lately(w)) return BIS_RECENT_PURCHASE;
    if (told_lately(w)) return BIS_RECENT_NOTICE;
    return told_too_often(w) ? BIS_CAPPED : BIS_NO_REASON;
}

static void end_wish_if_satisfied(int w, bis_reason reason) {
    if (reason == BIS_RECENT_PURCHASE && t.p.recent_purchase.scope == BIS_SCOPE_SKU) t.wish[w].open = false;
}

static void touch_now(contender *c) {
    c->stage = DONE;
    bis_decision *d = say_of(c, c->arm == BIS_HELD_OUT ? BIS_GHOST : BIS_SENT, BIS_NO_REASON);
    d->touch = t.touches++;
    t.wish[c->wish].open = false;
    bis_restock *r = &t.restock[c->restock];
    if (c->arm == BIS_HELD_OUT) return;
    if (r->first_sent == BIS_NEVER) r->first_sent = t.now;
    r->last_sent = t.now;
}

static bis_time put_off_by(const wish *w, bis_id restock) {
    uint64_t words[3] = {hash_of(w->shopper), ((uint64_t)w->sku << 32) + restock, 1};
    uint64_t salt = XXH3_64bits(t.p.holdout.salt, strlen(t.p.holdout.salt));
    uint64_t h = XXH3_64bits_withSeed(words, sizeof words, salt);
    return (bis_time)((double)(h >> 11) / 9007199254740992.0 * (double)t.p.throttle.jitter);
}

/* Her turn has come; returns the slots used. */
static int turn(contender *c) {
    wish *w = &t.wish[c->wish];
    c->place = w->place;
    c->source = w->source;
    c->stage = DONE;
    if (fresh_source(c->wish) == BIS_SOURCE_COUNT) {
        say_of(c, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
        w->open = false;
        return 0;
    }
    c->source = fresh_source(c->wish);
    bis_reason reason = objection(w, c->source);
    if (reason != BIS_NO_REASON) {
        say_of(c, BIS_SUPPRESSED, reason);
        end_wish_if_satisfied(c->wish, reason);
        return 0;
    }
    c->assigned_at = t.now;
    c->arm = bis_holdout_arm(&t.p.holdout, hash_of(w->shopper));
    if (t.p.throttle.jitter > 0) {
        c->stage = PUT_OFF;
        c->send_at = t.now + put_off_by(w, c->restock);
        say_of(c, BIS_QUEUED, BIS_NO_REASON);
        t.queue_order[t.n_queue++] = (int)(c - t.contender);
        set_clock(c->send_at, SENDING, (uint32_t)(c - t.contender));
    } else {
        touch_now(c);
    }
    return c->arm == BIS_TREATED || t.p.holdout.consumes_slot;
}

static bool before(const wish *a, const wish *b) {
    if (tier_of(a->shopper) != tier_of(b->shopper)) return tier_of(a->shopper) > tier_of(b->shopper);
    return a->place != b->place ? a->place < b->place : a->arrival < b->arrival;
}

static void batch_now(bis_restock *r) {
    int64_t slots = INT64_MAX;
    if (t.p.throttle.mode == BIS_THROTTLE_BATCH) slots = t.p.throttle.size;
    if (t.p.throttle.mode == BIS_THROTTLE_PER_UNIT)
        slots = t.p.throttle.per_unit * (level_of(r->sku) - t.p.throttle.reserve_units);
    while (slots > 0) {
        contender *first = NULL;
        for (int i = 0; i < t.contenders; i++) {
            contender *c = &t.contender[i];
            if (c->restock != r->id || c->stage != IN_LINE) continue;
            if (!first || before(&t.wish[c->wish], &t.wish[first->wish])) first = c;
        }
        if (!first) break;
        slots -= turn(first);
    }
    close_if_done(r);
    if (r->closed != BIS_NEVER || t.p.throttle.mode == BIS_THROTTLE_NONE) return;
    stop_clocks(BATCH, r->id);
    t.batch_at[r->id] = t.now + t.p.throttle.every;
    set_clock(t.batch_at[r->id], BATCH, r->id);
}

static void open_now(bis_id sku) {
    bis_restock *r = ADD(t.restock, t.restocks);
    *r = (bis_restock){.id = (bis_id)t.restocks - 1, .sku = sku, .opened = t.now};
    r->closed = r->first_sent = r->last_sent = BIS_NEVER;
    r->level_at_open = level_of(sku);
    t.batch_at[r->id] = t.now;
    for (int i = 0; i < t.wishes; i++)
        if (t.wish[i].open && t.wish[i].in_line && t.wish[i].sku == sku) enter(r, i);
    if (t.p.trigger.expire_after > 0) set_clock(t.now + t.p.trigger.expire_after, ENDING, r->id);
    if (!paused_at(level_of(sku))) batch_now(r);
    close_if_done(r);
}

static void send_put_off(contender *c) {
    bis_reason reason = t.p.recheck.before_send ? objection(&t.wish[c->wish], c->source) : BIS_NO_REASON;
    if (reason == BIS_NO_REASON) {
        touch_now(c);
        return;
    }
    c->stage = DONE;
    say_of(c, BIS_DROPPED, reason);
    end_wish_if_satisfied(c->wish, reason);
}

/* ---- events -------------------------------------------------------------------------------------------- */

static bool counts_as_in(int64_t level) {
    return t.p.trigger.mode == BIS_TRIGGER_THRESHOLD ? level >= t.p.trigger.min_stock : level > 0;
}

/* Has the SKU, which comes in now, been out for long enough? Goes back through its times in and out. */
static bool out_long_enough(bis_id sku) {
    bis_time start[EVENTS];
    int n = 0;
    bool in = false;
    for (int i = 0; i < t.events; i++) {
        if (!t.heeded[i] || t.event[i].sku != sku) continue;
        bool is_in = counts_as_in(t.event[i].as.stock.level);
        if (n > 0 && is_in == in) continue;
        in = is_in;
        start[n++] = t.event[i].at;
    }
    int out = n - 2; /* start[n - 1] is now */
    while (out >= 2 && t.p.trigger.debounce_in > 0 && start[out] - start[out - 1] <= t.p.trigger.debounce_in)
        out -= 2;
    return t.now - start[out] >= t.p.trigger.debounce_out;
}

static void on_stock(const bis_event *e) {
    bool known = false;
    for (int i = 0; i < t.events - 1; i++) {
        if (!t.heeded[i] || t.event[i].sku != e->sku) continue;
        known = true;
        if (t.event[i].as.stock.version >= e->as.stock.version) return;
    }
    int64_t old = level_of(e->sku);
    t.heeded[t.events - 1] = true;
    int64_t level = level_of(e->sku);
    bis_restock *r = open_restock_of(e->sku);
    if (!counts_as_in(level)) stop_clocks(OPENING, e->sku);
    if (r && level == 0) {
        close_it(r, BIS_STOCK_GONE, BIS_DROPPED, BIS_WAITING, BIS_STOCK_GONE);
    } else if (r && paused_at(old) && !paused_at(level)) {
        for (int i = 0; i < t.n_queue; i++) {
            contender *c = &t.contender[t.queue_order[i]];
            if (c->restock == r->id && c->stage == PUT_OFF && c->overdue) send_put_off(c);
        }
        if (t.p.throttle.mode == BIS_THROTTLE_NONE || t.batch_at[r->id] <= t.now) batch_now(r);
        close_if_done(r);
    } else if (!r && known && counts_as_in(level) && !counts_as_in(old) && out_long_enough(e->sku)) {
        if (t.p.trigger.debounce_in == 0)
            open_now(e->sku);
        else
            set_clock(t.now + t.p.trigger.debounce_in, OPENING, e->sku);
    }
}

static void leave_early(int w, bis_outcome outcome, bis_reason reason) {
    contender *c = standing(w);
    if (c) {
        if (c->stage == IN_LINE) {
            c->place = t.wish[w].place;
            c->source = t.wish[w].source;
        }
        c->stage = DONE;
        say_of(c, outcome, reason);
    }
    t.wish[w].open = false;
}

static void on_interest(const bis_event *e) {
    if (!t.p.interest.source[e->as.interest.source].enabled) return;
    bis_restock *r = open_restock_of(e->sku);
    int w = wish_of(e->shopper, e->sku);
    if (w >= 0 && t.wish[w].in_line && fresh_source(w) == BIS_SOURCE_COUNT) {
        const contender *c = standing(w);
        if (!c || c->stage == IN_LINE) {
            leave_early(w, BIS_EXPIRED, BIS_OUT_OF_WINDOW);
            w = -1;
        }
    }
    if (w < 0) {
        wish *new = ADD(t.wish, t.wishes);
        *new = (wish){.shopper = e->shopper, .sku = e->sku, .open = true, .source = BIS_SOURCE_COUNT};
        w = t.wishes - 1;
    }
    wish *it = &t.wish[w];
    it->quantity = e->as.interest.quantity ? e->as.interest.quantity : 1;
    seen *s = ADD(t.seen, t.signals);
    *s = (seen){.wish = w, .source = (int)e->as.interest.source, .at = t.now};
    bool was_in_line = it->in_line;
    for (int source = 0; source < it->source; source++) {
        bis_time last;
        if (counted_since(w, source, &last) == BIS_NEVER) continue;
        it->source = source;
        it->place = counted_since(w, source, &last);
        it->arrival = t.arrivals++;
        it->in_line = true;
    }
    if (r && it->in_line && !was_in_line) {
        enter(r, w);
        if (t.p.throttle.mode == BIS_THROTTLE_NONE && !paused_at(level_of(e->sku))) batch_now(r);
    }
    close_if_done(r);
}

static void on_event(const bis_event *given) {
    int tier = given->kind == BIS_EV_PROFILE ? tier_of(given->shopper) : 0;
    bis_event *e = ADD(t.event, t.events);
    *e = *given;
    int w;
    switch (e->kind) {
    case BIS_EV_STOCK: on_stock(e); break;
    case BIS_EV_INTEREST: on_interest(e); break;
    case BIS_EV_WITHDRAW:
        if ((w = wish_of(e->shopper, e->sku)) >= 0) leave_early(w, BIS_DROPPED, BIS_CANCELLED);
        close_if_done(open_restock_of(e->sku));
        break;
    case BIS_EV_PROFILE:
        for (w = 0; w < t.wishes; w++)
            if (t.wish[w].shopper == e->shopper && tier != tier_of(e->shopper))
                t.wish[w].arrival = t.arrivals++;
        break;
    default: break; /* found in the history when needed */
    }
}

/* ---- time ------------------------------------------------------------------------------------------------
 */

static alarm_clock *next_clock(void) {
    alarm_clock *first = NULL;
    for (int i = 0; i < t.clocks; i++) {
        alarm_clock *a = &t.clock[i];
        if (a->kind == SENDING && t.contender[a->of].stage != PUT_OFF) a->dead = true;
        if (!a->dead && (!first || a->at < first->at)) first = a;
    }
    return first;
}

static void run_until(bis_time until) {
    for (alarm_clock *a; (a = next_clock()) && a->at <= until;) {
        a->dead = true;
        t.now = a->at;
        if (a->kind == OPENING) {
            open_now(a->of);
        } else if (a->kind == ENDING) {
            close_it(&t.restock[a->of], BIS_CAMPAIGN_EXPIRED, BIS_EXPIRED, BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED);
        } else if (a->kind == BATCH) {
            if (!paused_at(level_of(t.restock[a->of].sku))) batch_now(&t.restock[a->of]);
        } else {
            contender *c = &t.contender[a->of];
            if (paused_at(level_of(t.restock[c->restock].sku)))
                c->overdue = true;
            else
                send_put_off(c);
            close_if_done(&t.restock[c->restock]);
        }
    }
    t.now = until;
}

static void settle_twin(bis_time now) {
    run_until(now);
    for (int i = 0; i < t.restocks; i++) {
        bool paused = paused_at(level_of(t.restock[i].sku));
        if (t.restock[i].closed == BIS_NEVER)
            close_it(&t.restock[i], BIS_NO_REASON, BIS_WAITING, BIS_WAITING,
                     paused ? BIS_BELOW_MIN_STOCK : BIS_THROTTLED);
    }
}

/* ---- chance
 * ------------------------------------------------------------------------------------------------ */

static uint64_t seed;

static uint32_t below(uint32_t n) /* splitmix64 */
{
    uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ z >> 31) >> 32) % n;
}

static bool chance(uint32_t percent) {
    return below(100) < percent;
}
static bis_time span(uint32_t most) {
    return (bis_time)below(most + 1) * UNIT;
}

static bis_policy random_policy(void) {
    bis_policy p;
    bis_policy_default(&p);
    p.trigger.mode = (int)below(2);
    p.trigger.min_stock = 1 + below(4);
    p.trigger.debounce_in = chance(30) ? span(4) : 0;
    p.trigger.debounce_out = chance(30) ? span(8) : 0;
    p.trigger.expire_after = chance(70) ? span(30) : 0;
    for (int s = 0; s < BIS_SOURCE_COUNT; s++) {
        bis_source_setup *setup = &p.interest.source[s];
        *setup = (bis_source_setup){chance(80), chance(50) ? span(60) : 0, chance(70) ? 1 : 1 + below(3)};
    }
    p.interest.source[below(BIS_SOURCE_COUNT)].enabled = true;
    p.consent.require_optin = chance(60);
    p.consent.behavioural_needs_consent = chance(40);
    p.recent_purchase = (bis_recent_setup){chance(60) ? span(40) : 0, (int)below(4)};
    p.recent_notice = (bis_recent_setup){chance(60) ? span(40) : 0, (int)below(4)};
    p.caps.n = chance(50) ? below(3) : 0;
    for (size_t i = 0; i < p.caps.n; i++)
        p.caps.cap[i] = (bis_cap){1 + below(3), UNIT + span(30)};
    p.holdout.fraction = chance(60) ? below(11) / 10.0 : 0;
    snprintf(p.holdout.salt, sizeof p.holdout.salt, "salt%u", below(1000));
    p.holdout.consumes_slot = chance(50);
    p.priority.mode = (int)below(2);
    p.throttle = (bis_throttle_setup){.mode = (int)below(3),
                                      .size = 1 + below(4),
                                      .every = UNIT + span(6),
                                      .per_unit = 1 + below(2),
                                      .reserve_units = chance(30) ? below(4) : 0,
                                      .jitter = chance(50) ? span(20) : 0};
    p.recheck.before_send = chance(60);
    return p;
}

static bis_event random_event(bis_time at) {
    enum { STOCK = BIS_EV_STOCK, INTEREST = BIS_EV_INTEREST };
    static const int often[] = {STOCK,          STOCK,          STOCK,          INTEREST,
                                INTEREST,       INTEREST,       INTEREST,       INTEREST,
                                BIS_EV_ORDER,   BIS_EV_CONSENT, BIS_EV_PROFILE, BIS_EV_WITHDRAW,
                                BIS_EV_RECEIPT, BIS_EV_CATALOG};
    bis_event e = {.at = at, .shopper = below(SHOPPERS), .sku = below(SKUS)};
    e.kind = (bis_event_kind)often[below(14)];
    switch (e.kind) {
    case BIS_EV_CATALOG:
        e.as.catalog.product = chance(80) ? below(2) : BIS_NO_ID;
        e.as.catalog.category = chance(80) ? below(2) : BIS_NO_ID;
        break;
    case BIS_EV_PROFILE:
        e.as.profile.hash = e.shopper * 7919u + 13;
        e.as.profile.tier = (uint8_t)below(3);
        e.as.profile.devices = (uint8_t)(chance(80) ? 1 + below(2) : 0);
        e.as.profile.push_optin = chance(80);
        e.as.profile.behavioural_consent = chance(70);
        break;
    case BIS_EV_STOCK:
        e.as.stock.level = chance(40) ? -(int64_t)below(2) : below(7);
        e.as.stock.version = (uint64_t)t.events + 2 - (chance(10) ? below(6) : 0);
        break;
    case BIS_EV_INTEREST:
        e.as.interest.source = (bis_source)below(BIS_SOURCE_COUNT);
        e.as.interest.quantity = (uint16_t)below(4);
        break;
    case BIS_EV_CONSENT:
        e.as.consent.push_optin = chance(70);
        e.as.consent.behavioural_consent = chance(60);
        break;
    case BIS_EV_RECEIPT:
        if (t.touches == 0) { /* nothing to answer yet */
            e.kind = BIS_EV_ORDER;
            break;
        }
        e.as.receipt.touch = below(t.touches);
        e.as.receipt.what = (bis_receipt)below(BIS_RECEIPT_COUNT);
        break;
    default: break;
    }
    return e;
}

/* ---- comparing
 * ------------------------------------------------------------------------------------------------ */

static int compared; /* decisions of the twin that the engine has matched */

static bool same_decision(const bis_decision *a, const bis_decision *b) {
    return a->at == b->at && a->assigned_at == b->assigned_at && a->place == b->place &&
           a->send_at == b->send_at && a->level == b->level && a->restock == b->restock &&
           a->shopper == b->shopper && a->sku == b->sku && a->touch == b->touch && a->n == b->n &&
           a->outcome == b->outcome && a->reason == b->reason && a->source == b->source && a->arm == b->arm;
}

static void print_decision(const char *who, const bis_decision *d) {
    print_error("%s: at %lld restock %u shopper %d sku %u %s/%s n %u source %d arm %d place %lld level %lld "
                "assigned %lld send %lld touch %d\n",
                who, (long long)d->at, d->restock, (int)d->shopper, d->sku, bis_outcome_name(d->outcome),
                bis_reason_name(d->reason), d->n, (int)d->source, (int)d->arm, (long long)d->place,
                (long long)d->level, (long long)d->assigned_at, (long long)d->send_at, (int)d->touch);
}

static void compare(bis_engine *e, int trial) {
    const char *reason = "";
    if (!bis_engine_validate(e, &reason)) fail_msg("trial %d, t %lld: %s", trial, (long long)t.now, reason);
    const bis_decision *d;
    size_t n = bis_engine_outbox(e, &d);
    for (size_t i = 0; i < n || compared < t.decisions; i++, compared++) {
        if (i < n && compared < t.decisions && same_decision(&d[i], &t.said[compared])) continue;
        if (i < n) print_decision("engine", &d[i]);
        if (compared < t.decisions) print_decision("twin", &t.said[compared]);
        fail_msg("trial %d: the engine and its twin differ", trial);
    }
    const alarm_clock *a = next_clock();
    if (bis_engine_next_wake(e) != (a ? a->at : BIS_NEVER))
        fail_msg("trial %d, t %lld: next wake", trial, (long long)t.now);
    for (bis_id sku = 0; sku < SKUS; sku++) {
        uint32_t waiting, want = 0;
        uint64_t units, want_units = 0;
        for (int i = 0; i < t.wishes; i++) {
            bool here = t.wish[i].open && t.wish[i].in_line && t.wish[i].sku == sku;
            want += here;
            want_units += here ? t.wish[i].quantity : 0;
        }
        bis_engine_waiting(e, sku, &waiting, &units);
        assert_int_equal(waiting, want);
        assert_int_equal(units, want_units);
    }
}

static void compare_books(const bis_engine *e) {
    bis_ledger want = {.restocks = (uint64_t)t.restocks}, got;
    assert_int_equal(bis_engine_restock_count(e), t.restocks);
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->outcome == BIS_QUEUED) continue;
        want.n[d->outcome][d->reason] += d->n;
        t.restock[d->restock].outcome[d->outcome] += d->n;
    }
    for (int i = 0; i < t.restocks; i++) {
        const bis_restock *r = bis_engine_restock(e, (bis_id)i);
        assert_memory_equal(r, &t.restock[i], sizeof *r);
        uint32_t sum = 0;
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
            sum += r->outcome[o];
        assert_int_equal(sum, r->candidates);
        want.candidates += r->candidates;
    }
    bis_engine_ledger(e, &got);
    assert_memory_equal(&got, &want, sizeof got);
}

/* ---- the test
 * ------------------------------------------------------------------------------------------------ */

static uint64_t covered[BIS_OUTCOME_COUNT][BIS_REASON_COUNT];

static void run_trial(int trial) {
    memset(&t, 0, sizeof t);
    seed = (uint64_t)trial * 1000003u;
    compared = 0;
    t.p = random_policy();
    bis_engine *e = NULL;
    assert_int_equal(bis_engine_create(&t.p, NULL, &e), BIS_OK);
    bis_time now = 0;
    for (int i = 0; i < STEPS; i++) {
        now += chance(50) ? 0 : span(chance(10) ? 15 : 3);
        if (chance(25)) {
            const alarm_clock *a = next_clock();
            if (a && chance(50)) now = a->at > now ? a->at : now;
            run_until(now);
            assert_int_equal(bis_engine_advance(e, now), BIS_OK);
        } else {
            bis_event event = i < SHOPPERS
                                  ? (bis_event){.at = now, .kind = BIS_EV_PROFILE, .shopper = (bis_id)i}
                                  : random_event(now);
            if (i < SHOPPERS) {
                event.as.profile.hash = event.shopper * 7919u + 13;
                event.as.profile.devices = (uint8_t)(1 + below(2));
                event.as.profile.push_optin = event.as.profile.behavioural_consent = true;
            }
            if (now > t.now) run_until(now - 1);
            t.now = now;
            on_event(&event);
            assert_int_equal(bis_engine_apply(e, &event), BIS_OK);
        }
        compare(e, trial);
    }
    settle_twin(now);
    assert_int_equal(bis_engine_settle(e, now), BIS_OK);
    compare(e, trial);
    compare_books(e);
    for (int i = 0; i < t.decisions; i++)
        covered[t.said[i].outcome][t.said[i].reason]++;
    bis_engine_destroy(e);
}

static void engine_and_twin_agree(void **state) {
    (void)state;
    for (int trial = 0; trial < TRIALS; trial++)
        run_trial(trial);
}

/* The streams must have reached every outcome and reason that can be, or the test above says little. */
static void streams_reach_every_outcome(void **state) {
    (void)state;
    static const struct {
        bis_outcome outcome;
        bis_reason reason;
    } possible[] = {
        {BIS_QUEUED, BIS_NO_REASON},
        {BIS_SENT, BIS_NO_REASON},
        {BIS_GHOST, BIS_NO_REASON},
        {BIS_SUPPRESSED, BIS_NO_CONSENT},
        {BIS_SUPPRESSED, BIS_NO_CONSENT_BEHAVIOURAL},
        {BIS_SUPPRESSED, BIS_NO_DEVICE},
        {BIS_SUPPRESSED, BIS_RECENT_PURCHASE},
        {BIS_SUPPRESSED, BIS_RECENT_NOTICE},
        {BIS_SUPPRESSED, BIS_CAPPED},
        {BIS_DROPPED, BIS_NO_CONSENT},
        {BIS_DROPPED, BIS_NO_CONSENT_BEHAVIOURAL},
        {BIS_DROPPED, BIS_NO_DEVICE},
        {BIS_DROPPED, BIS_RECENT_PURCHASE},
        {BIS_DROPPED, BIS_RECENT_NOTICE},
        {BIS_DROPPED, BIS_CAPPED},
        {BIS_DROPPED, BIS_STOCK_GONE},
        {BIS_DROPPED, BIS_CANCELLED},
        {BIS_EXPIRED, BIS_OUT_OF_WINDOW},
        {BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED},
        {BIS_WAITING, BIS_STOCK_GONE},
        {BIS_WAITING, BIS_BELOW_MIN_STOCK},
        {BIS_WAITING, BIS_THROTTLED},
    };
    uint64_t sum = 0, all = 0;
    for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++) {
        uint64_t n = covered[possible[i].outcome][possible[i].reason];
        if (n < 20)
            fail_msg("%s/%s came up %d times", bis_outcome_name(possible[i].outcome),
                     bis_reason_name(possible[i].reason), (int)n);
        sum += n;
    }
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
        for (int r = 0; r < BIS_REASON_COUNT; r++)
            all += covered[o][r];
    assert_int_equal(sum, all); /* and no other */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(engine_and_twin_agree),
                                       cmocka_unit_test(streams_reach_every_outcome)};
    return RUN_TESTS(tests);
}
