/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_reference.c - the engine against a slow twin, on random policies and random streams of events.
 *
 * After every call the decisions, the next wake and the open interests of both must be equal, and the engine
 * must validate; at the end the restocks and the ledger, too. Times and windows come in whole units out of a
 * small range, so that events fall exactly on the edges of windows, and several on one instant.
 */
#include "tests/property/engine_twin.h"

enum { TRIALS = 20000 };

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
        *setup = (bis_source_setup){.enabled = chance(80),
                                    .window = chance(50) ? span(60) : 0,
                                    .min_views = chance(70) ? 1 : 1 + below(3)};
    }
    p.interest.source[below(BIS_SOURCE_COUNT)].enabled = true;
    p.consent.require_optin = chance(60);
    p.consent.behavioural_needs_consent = chance(40);
    p.recent_purchase = (bis_recent_setup){.window = chance(60) ? span(40) : 0, .scope = (int)below(4)};
    p.recent_notice = (bis_recent_setup){.window = chance(60) ? span(40) : 0, .scope = (int)below(4)};
    p.caps.n = chance(50) ? below(3) : 0;
    for (size_t i = 0; i < p.caps.n; i++)
        p.caps.cap[i] = (bis_cap){
            .count = 1 + below(3), .per = UNIT + span(30), .channels = 0xf, .obeys = 0x1f, .counts = 0x1f};
    p.holdout.fraction = chance(60) ? below(11) / 10.0 : 0;
    snprintf(p.holdout.salt, sizeof p.holdout.salt, "salt%u", below(1000));
    p.holdout.consumes_slot = chance(50);
    p.priority.mode = (int)below(2);
    bis_oversell_setup o = p.throttle.oversell;
    p.throttle = (bis_throttle_setup){.mode = (int)below(3),
                                      .oversell = o,
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

static bool same_restock(const bis_restock *a, const bis_restock *b) {
    return a->id == b->id && a->sku == b->sku && a->opened == b->opened && a->closed == b->closed &&
           a->first_sent == b->first_sent && a->last_sent == b->last_sent &&
           a->level_at_open == b->level_at_open && a->close_reason == b->close_reason &&
           a->candidates == b->candidates && memcmp(a->outcome, b->outcome, sizeof a->outcome) == 0;
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
        assert_true(same_restock(r, &t.restock[i]));
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
