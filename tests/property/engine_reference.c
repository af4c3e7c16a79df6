/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_reference.c - the engine against a slow twin, on random policies and random streams of events.
 *
 * After every call the decisions and the open interests of both must be equal, and the engine must validate;
 * at the end the restocks and the ledger, too. A second engine is advanced from wake to wake where the first
 * goes in one step, as a service that sleeps until next_wake would: it must say the same.
 */
#include "tests/property/engine_stream.h"
#include "tests/property/engine_twin.h"

enum { TRIALS = 20000 };

/* ---- comparing --------------------------------------------------------------------------------------- */

static int trial, compared; /* decisions of the twin that the engine has matched */

static bool same_decision(const bis_decision *a, const bis_decision *b) {
    return a->at == b->at && a->assigned_at == b->assigned_at && a->place == b->place &&
           a->send_at == b->send_at && a->level == b->level && a->restock == b->restock &&
           a->shopper == b->shopper && a->sku == b->sku && a->touch == b->touch && a->follows == b->follows &&
           a->n == b->n && a->outcome == b->outcome && a->reason == b->reason && a->source == b->source &&
           a->arm == b->arm && a->kind == b->kind && a->channel == b->channel && a->turn == b->turn &&
           a->count == b->count && a->limit == b->limit && a->again_at == b->again_at &&
           a->back_by == b->back_by && a->back_from == b->back_from && !(a->chance < b->chance) &&
           !(a->chance > b->chance) && a->template_id == b->template_id && a->devices == b->devices;
}

static void print_time(const char *name, bis_time at) {
    if (at == BIS_NEVER)
        print_error(" %s -", name);
    else
        print_error(" %s %.6g", name, (double)at / UNIT);
}

static void print_decision(const char *who, const bis_decision *d) {
    print_error("%s:", who);
    print_time("at", d->at);
    print_error(" restock %d shopper %d sku %d %s/%s %s %s n %u source %d arm %d", (int)d->restock,
                (int)d->shopper, (int)d->sku, bis_outcome_name(d->outcome), bis_reason_name(d->reason),
                bis_kind_name(d->kind), bis_channel_name(d->channel), d->n, (int)d->source, (int)d->arm);
    print_error(" turn %u level %d touch %d follows %d template %d devices %d count %u/%u", d->turn,
                (int)d->level, (int)d->touch, (int)d->follows, d->template_id, d->devices, d->count,
                d->limit);
    print_time("place", d->place);
    print_time("assigned", d->assigned_at);
    print_time("send", d->send_at);
    print_time("again", d->again_at);
    print_time("back from", d->back_from);
    print_time("by", d->back_by);
    print_error(" chance %g\n", d->chance);
}

static void compare_interests(const bis_engine *e) {
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

static void compare(bis_engine *e, int from, const char *who) {
    const char *reason = "";
    const bis_decision *d;
    if (!bis_engine_validate(e, &reason))
        fail_msg("trial %d, t %lld, %s: %s", trial, (long long)t.now, who, reason);
    size_t n = bis_engine_outbox(e, &d);
    for (size_t i = 0; i < n || from < t.decisions; i++, from++) {
        if (i < n && from < t.decisions && same_decision(&d[i], &t.said[from])) continue;
        if (i < n) print_decision(who, &d[i]);
        if (from < t.decisions) print_decision("twin", &t.said[from]);
        fail_msg("trial %d, t %.6g: the %s and its twin differ", trial, (double)t.now / UNIT, who);
    }
    compare_interests(e);
}

static bool same_restock(const bis_restock *a, const bis_restock *b) {
    return a->id == b->id && a->sku == b->sku && a->opened == b->opened && a->closed == b->closed &&
           a->first_sent == b->first_sent && a->last_sent == b->last_sent &&
           a->level_at_open == b->level_at_open && a->close_reason == b->close_reason &&
           a->candidates == b->candidates && memcmp(a->outcome, b->outcome, sizeof a->outcome) == 0;
}

/* The books that follow from what the twin said. */
static bis_ledger books(void) {
    bis_ledger sum = {
        .restocks = (uint64_t)t.restocks, .predicted_kept = t.kept, .predicted_broken = t.broken};
    for (int i = 0; i < t.restocks; i++) {
        memset(t.restock[i].outcome, 0, sizeof t.restock[i].outcome);
        sum.candidates += t.restock[i].candidates;
    }
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->kind != BIS_KIND_RESTOCK) {
            sum.later[d->kind][d->channel][d->arm]++;
        } else if (d->outcome != BIS_QUEUED) {
            sum.n[d->outcome][d->reason] += d->n;
            t.restock[d->restock].outcome[d->outcome] += d->n;
        }
    }
    return sum;
}

static void compare_books(const bis_engine *e) {
    bis_ledger want = books(), got;
    assert_int_equal(bis_engine_restock_count(e), t.restocks);
    for (int i = 0; i < t.restocks; i++) {
        const bis_restock *r = bis_engine_restock(e, (bis_id)i);
        if (!same_restock(r, &t.restock[i])) fail_msg("trial %d: restock %d", trial, i);
        uint32_t sum = 0;
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
            sum += r->outcome[o];
        assert_int_equal(sum, r->candidates);
    }
    bis_engine_ledger(e, &got);
    if (memcmp(&got, &want, sizeof got) != 0)
        fail_msg("trial %d: the ledger; predictions kept %d, not %d, broken %d, not %d", trial,
                 (int)got.predicted_kept, (int)want.predicted_kept, (int)got.predicted_broken,
                 (int)want.predicted_broken);
}

/* ---- a trial ----------------------------------------------------------------------------------------- */

static uint64_t covered[BIS_OUTCOME_COUNT][BIS_REASON_COUNT];
static uint64_t covered_later[BIS_KIND_COUNT][BIS_CHANNEL_COUNT][BIS_ARM_COUNT];
static uint64_t covered_line[BIS_THROTTLE_RATE + 1][BIS_PRIORITY_WEIGHTED + 1]; /* sends but the first */
static uint64_t covered_promises[2];

static void cover(void) {
    for (int i = 0; i < t.decisions; i++) {
        const bis_decision *d = &t.said[i];
        if (d->kind == BIS_KIND_RESTOCK)
            covered[d->outcome][d->reason]++;
        else
            covered_later[d->kind][d->channel][d->arm]++;
        if (d->outcome == BIS_SENT && d->kind == BIS_KIND_RESTOCK && d->turn > 1)
            covered_line[t.p.throttle.mode][t.p.priority.mode]++;
    }
    covered_promises[0] += t.kept;
    covered_promises[1] += t.broken;
}

static bis_engine *new_engine(void) {
    bis_engine *e = NULL;
    const char *wrong = bis_policy_check(&t.p);
    if (wrong) fail_msg("trial %d: %s", trial, wrong);
    assert_int_equal(bis_engine_create(&t.p, NULL, &e), BIS_OK);
    for (int i = 1; i < ZONES; i++)
        assert_int_equal(bis_engine_zone(e, (uint8_t)i, zone_table(i)), BIS_OK);
    return e;
}

/* Sleeps until the next wake, again and again, as long as it is not after `until`. */
static void sleep_until(bis_engine *e, bis_time until) {
    for (bis_time wake; (wake = bis_engine_next_wake(e)) <= until;) {
        assert_int_equal(bis_engine_advance(e, wake), BIS_OK);
        if (bis_engine_next_wake(e) <= wake) fail_msg("trial %d: awake at %lld", trial, (long long)wake);
    }
}

/* Lets the twin's time pass, which must say nothing while the engine says that nothing is pending. */
static void pass_until(bis_time until, bis_time wake) {
    int n = t.decisions;
    run_until(until);
    if (t.decisions > n && t.said[n].at < wake)
        fail_msg("trial %d: %lld, before the wake of %lld", trial, (long long)t.said[n].at, (long long)wake);
}

static bis_event next_event(bis_time now) {
    bis_event e = random_event(now, t.events);
    if (e.kind == BIS_EV_RECEIPT && t.touches > 0)
        draw_receipt(&e, t.said, t.decisions, t.touches);
    else if (e.kind == BIS_EV_RECEIPT)
        e.kind = BIS_EV_WITHDRAW;
    return e;
}

static void apply_to_all(bis_engine *e, bis_engine *sleeper, const bis_event *event) {
    if (event->at > t.now) pass_until(event->at - 1, bis_engine_next_wake(e));
    t.now = event->at;
    on_event(event);
    assert_int_equal(bis_engine_apply(e, event), BIS_OK);
    sleep_until(sleeper, event->at - 1);
    assert_int_equal(bis_engine_apply(sleeper, event), BIS_OK);
}

static void advance_all(bis_engine *e, bis_engine *sleeper, bis_time now) {
    pass_until(now, bis_engine_next_wake(e));
    assert_int_equal(bis_engine_advance(e, now), BIS_OK);
    sleep_until(sleeper, now);
}

static void run_trial(void) {
    seed = (uint64_t)trial * 1000003u;
    compared = 0;
    bis_policy policy = random_policy();
    reset_twin(&policy);
    bis_engine *e = new_engine(), *sleeper = new_engine();
    bis_time now = 0;
    for (int i = 0; i < STEPS; i++) {
        now += chance(60) ? 0 : span(chance(10) ? 20 : 2);
        if (chance(25) && t.events > SHOPPERS) {
            const alarm_clock *a = next_clock();
            if (a && chance(50)) now = a->at > now ? a->at : now;
            advance_all(e, sleeper, now);
        } else {
            bis_event event = next_event(now);
            apply_to_all(e, sleeper, &event);
        }
        compare(e, compared, "engine");
        compare(sleeper, compared, "engine that sleeps");
        compared = t.decisions;
    }
    settle_twin(now);
    assert_int_equal(bis_engine_settle(e, now), BIS_OK);
    assert_int_equal(bis_engine_settle(sleeper, now), BIS_OK);
    compare(e, compared, "engine");
    compare(sleeper, compared, "engine that sleeps");
    compare_books(e);
    compare_books(sleeper);
    cover();
    bis_engine_destroy(e);
    bis_engine_destroy(sleeper);
}

/* ---- the tests --------------------------------------------------------------------------------------- */

static void engine_and_twin_agree(void **state) {
    (void)state;
    for (trial = 0; trial < TRIALS; trial++)
        run_trial();
}

/* The streams must have reached every outcome and reason that can be, or the test above says little. */
static void streams_reach_every_outcome(void **state) {
    (void)state;
    static const struct {
        bis_outcome outcome;
        bis_reason first, last;
    } possible[] = {
        {BIS_QUEUED, BIS_NO_REASON, BIS_NO_REASON},
        {BIS_SENT, BIS_NO_REASON, BIS_NO_REASON},
        {BIS_GHOST, BIS_NO_REASON, BIS_NO_REASON},
        {BIS_SUPPRESSED, BIS_NO_CONSENT, BIS_CAPPED},
        {BIS_SUPPRESSED, BIS_VARIANT_MISMATCH, BIS_RECENT_RETURN},
        {BIS_SUPPRESSED, BIS_QUANTITY_SHORT, BIS_QUANTITY_SHORT},
        {BIS_DROPPED, BIS_NO_CONSENT, BIS_CAPPED},
        {BIS_DROPPED, BIS_RECENT_RETURN, BIS_QUIET_HOURS},
        {BIS_DROPPED, BIS_STOCK_GONE, BIS_STOCK_GONE},
        {BIS_DROPPED, BIS_CANCELLED, BIS_CANCELLED},
        {BIS_EXPIRED, BIS_OUT_OF_WINDOW, BIS_OUT_OF_WINDOW},
        {BIS_EXPIRED, BIS_CAMPAIGN_EXPIRED, BIS_CAMPAIGN_EXPIRED},
        {BIS_WAITING, BIS_RECENT_NOTICE, BIS_STOCK_GONE},
        {BIS_WAITING, BIS_QUIET_HOURS, BIS_STAGE_PENDING},
    };
    uint64_t sum = 0, all = 0;
    for (size_t i = 0; i < sizeof possible / sizeof possible[0]; i++)
        for (int r = (int)possible[i].first; r <= (int)possible[i].last; r++) {
            uint64_t n = covered[possible[i].outcome][r];
            if (n < 50)
                fail_msg("%s/%s came up %d times", bis_outcome_name(possible[i].outcome),
                         bis_reason_name((bis_reason)r), (int)n);
            sum += n;
        }
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
        for (int r = 0; r < BIS_REASON_COUNT; r++)
            all += covered[o][r];
    assert_int_equal(sum, all); /* and no other */
}

/* And later touches by each channel in both arms, promises kept and broken, and lines under each throttle. */
static void streams_reach_every_touch(void **state) {
    (void)state;
    for (int arm = 0; arm < BIS_ARM_COUNT; arm++) {
        assert_true(covered_later[BIS_KIND_REMINDER][BIS_PUSH][arm] >= 100);
        assert_true(covered_later[BIS_KIND_PREDICTIVE][BIS_PUSH][arm] >= 100);
        for (int channel = BIS_EMAIL; channel < BIS_CHANNEL_COUNT; channel++)
            assert_true(covered_later[BIS_KIND_FOLLOWUP][channel][arm] >= 100);
    }
    for (int mode = 0; mode <= BIS_THROTTLE_RATE; mode++)
        for (int priority = 0; priority <= BIS_PRIORITY_WEIGHTED; priority++)
            assert_true(covered_line[mode][priority] >= 100);
    assert_true(covered_promises[0] >= 50 && covered_promises[1] >= 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(engine_and_twin_agree),
                                       cmocka_unit_test(streams_reach_every_outcome),
                                       cmocka_unit_test(streams_reach_every_touch)};
    return RUN_TESTS(tests);
}
