/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_memory.c - what the engine holds, and what it does when it cannot have more.
 */
#include "tests/unit/engine_rig.h"

#include <math.h>

/* An allocator that counts, and fails at its n-th request for memory. */
typedef struct {
    size_t held, calls, fail_at; /* fail_at 0: never */
} purse;

typedef union {
    size_t size;
    max_align_t align;
} header;

static void *purse_resize(void *context, void *p, size_t size) {
    purse *from = context;
    header *old = p ? (header *)p - 1 : NULL;
    size_t before = old ? old->size : 0;
    if (size == 0) {
        from->held -= before;
        free(old);
        return NULL;
    }
    if (++from->calls == from->fail_at) return NULL;
    header *new = realloc(old, sizeof *new + size);
    if (!new) return NULL;
    from->held += size - before;
    new->size = size;
    return new + 1;
}

/* Something of everything: people, tiers, upgrades, withdrawals, restocks, put-off sends, orders, receipts.
 */
static bis_event event_at(uint32_t step) {
    bis_event ev = {.at = step * MINUTE, .shopper = step % 23, .sku = step / 7 % 3};
    switch (step % 8) {
    case 0:
        ev.kind = BIS_EV_PROFILE;
        ev.as.profile.hash = step;
        ev.as.profile.tier = (uint8_t)(step % 3);
        ev.as.profile.devices = 1;
        ev.as.profile.push_optin = ev.as.profile.behavioural_consent = true;
        break;
    case 1: ev.kind = BIS_EV_CATALOG; break;
    case 2: ev.kind = step % 16 == 2 ? BIS_EV_ORDER : BIS_EV_CONSENT; break;
    case 3:
        ev.kind = BIS_EV_STOCK;
        ev.sku = step / 8 % 3;
        ev.as.stock.level = step / 24 % 2 ? 40 : 0;
        ev.as.stock.version = step;
        break;
    case 7: ev.kind = step % 40 == 7 ? BIS_EV_WITHDRAW : BIS_EV_INTEREST; break;
    default: ev.kind = BIS_EV_INTEREST; ev.as.interest.source = (bis_source)(3 - step / 31 % 4);
    }
    if (ev.kind == BIS_EV_CONSENT) ev.as.consent.push_optin = ev.as.consent.behavioural_consent = true;
    return ev;
}

static bis_status run(bis_engine *e, uint32_t steps) {
    for (uint32_t step = 0; step < steps; step++) {
        bis_event ev = event_at(step);
        bis_status status = bis_engine_apply(e, &ev);
        if (status != BIS_OK) return status;
    }
    return bis_engine_settle(e, steps * MINUTE);
}

static bis_policy busy_policy(void) {
    bis_policy p = open_policy();
    p.priority.mode = BIS_PRIORITY_TIER;
    p.throttle.mode = BIS_THROTTLE_BATCH;
    p.throttle.size = 3;
    p.throttle.every = 4 * MINUTE;
    p.throttle.jitter = 3 * MINUTE;
    p.recent_purchase.window = p.recent_notice.window = HOUR;
    p.trigger.expire_after = 10 * MINUTE;
    p.holdout.fraction = 0.2;
    return p;
}

static void every_failure_leaves_a_sound_engine(void **state) {
    (void)state;
    enum { STEPS = 600 };
    bis_policy p = busy_policy();
    bool failed = true;
    size_t k = 0;
    while (failed) {
        purse from = {.fail_at = ++k};
        bis_allocator allocator = {purse_resize, &from};
        bis_engine *e = NULL;
        bis_status status = bis_engine_create(&p, &allocator, &e);
        if (status != BIS_OK) {
            assert_int_equal(status, BIS_NO_MEMORY);
            assert_null(e);
            assert_int_equal(from.held, 0);
            continue;
        }
        status = run(e, STEPS);
        failed = status != BIS_OK;
        const char *reason = "";
        if (!bis_engine_validate(e, &reason)) fail_msg("failure %d: %s", (int)k, reason);
        if (failed) {
            assert_int_equal(status, BIS_NO_MEMORY);
            bis_event ev = event_at(STEPS);
            assert_int_equal(bis_engine_apply(e, &ev), BIS_NO_MEMORY); /* for good */
            assert_int_equal(bis_engine_advance(e, BIS_NEVER), BIS_NO_MEMORY);
            assert_int_equal(bis_engine_settle(e, BIS_NEVER), BIS_NO_MEMORY);
            const bis_decision *d;
            bis_engine_outbox(e, &d);
            bis_ledger ledger;
            bis_engine_ledger(e, &ledger);
        } else {
            bis_ledger ledger;
            bis_engine_ledger(e, &ledger);
            assert_true(ledger.n[BIS_SENT][BIS_NO_REASON] > 50); /* the stream does something */
        }
        bis_engine_destroy(e);
        assert_int_equal(from.held, 0);
    }
    assert_true(k > 30);
}

static void memory_is_counted_to_the_byte(void **state) {
    (void)state;
    bis_policy p = busy_policy();
    purse from = {0};
    bis_allocator allocator = {purse_resize, &from};
    bis_engine *e = NULL;
    assert_int_equal(bis_engine_create(&p, &allocator, &e), BIS_OK);
    for (uint32_t step = 0; step < 600; step++) {
        bis_event ev = event_at(step);
        assert_int_equal(bis_engine_apply(e, &ev), BIS_OK);
        size_t interests, all = bis_engine_memory(e, &interests);
        assert_int_equal(all, from.held);
        assert_true(interests <= all);
    }
    bis_engine_destroy(e);
    assert_int_equal(from.held, 0);
    bis_engine_destroy(NULL);
}

/* Once the arrays have their size, events need no memory. */
static void no_allocation_in_the_steady_state(void **state) {
    (void)state;
    bis_policy p = busy_policy();
    purse from = {0};
    bis_allocator allocator = {purse_resize, &from};
    bis_engine *e = NULL;
    assert_int_equal(bis_engine_create(&p, &allocator, &e), BIS_OK);
    size_t calls = 0;
    const bis_decision *d;
    for (uint32_t step = 0; step < 40000; step++) {
        bis_event ev = event_at(step);
        assert_int_equal(bis_engine_apply(e, &ev), BIS_OK);
        bis_engine_outbox(e, &d);
        if (step == 20000) calls = from.calls;
    }
    /* What still grows is the table of restocks, and so does the room of it by half each time. */
    assert_in_range(from.calls - calls, 0, 2);
    bis_engine_destroy(e);
}

static void a_million_waiters_take_52_bytes_each(void **state) {
    (void)state;
    enum { WAITERS = 1000000 };
    bis_policy p = open_policy();
    bis_engine *e = NULL;
    assert_int_equal(bis_engine_create(&p, NULL, &e), BIS_OK);
    assert_int_equal(bis_engine_reserve(e, WAITERS, 1, WAITERS), BIS_OK);
    bis_event ev = {.kind = BIS_EV_INTEREST};
    for (ev.shopper = 0; ev.shopper < WAITERS; ev.shopper++)
        assert_int_equal(bis_engine_apply(e, &ev), BIS_OK);
    size_t interests;
    bis_engine_memory(e, &interests);
    /* 48 of the record, reserved exactly; a slot of 4 in a line that grows by half. */
    assert_in_range(interests / WAITERS, 52, 54);
    bis_engine_destroy(e);
}

static void bad_events_do_nothing(void **state) {
    (void)state;
    bis_policy p = open_policy();
    rig *r = set_up(&p, 1);
    bis_event source = {.kind = BIS_EV_INTEREST}, receipt = {.kind = BIS_EV_RECEIPT};
    source.as.interest.source = BIS_SOURCE_COUNT;
    receipt.as.receipt.touch = 0; /* nobody was touched yet */
    const bis_event bad[] = {
        {.kind = BIS_EV_KIND_COUNT},
        {.kind = (bis_event_kind)99},
        {.kind = BIS_EV_STOCK, .sku = BIS_NO_ID},
        {.kind = BIS_EV_CATALOG, .sku = BIS_NO_ID},
        {.kind = BIS_EV_PROFILE, .shopper = BIS_NO_ID},
        {.kind = BIS_EV_CONSENT, .shopper = BIS_NO_ID},
        {.kind = BIS_EV_INTEREST, .shopper = BIS_NO_ID},
        {.kind = BIS_EV_ORDER, .sku = BIS_NO_ID},
        {.kind = BIS_EV_RETURN, .shopper = BIS_NO_ID},
        {.kind = BIS_EV_OTHER, .shopper = BIS_NO_ID},
        {.kind = BIS_EV_OTHER, .as.other.channel = BIS_CHANNEL_COUNT},
        {.kind = BIS_EV_PROFILE, .as.profile.value = NAN},
        {.kind = BIS_EV_WITHDRAW, .sku = BIS_NO_ID},
        {.kind = BIS_EV_ORDER, .at = INT64_MAX},
        {.kind = BIS_EV_ORDER, .at = INT64_MIN},
        source,
        receipt,
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(bis_engine_apply(r->e, &bad[i]), BIS_BAD_EVENT);
    advance(r, 1);
    assert_int_equal(r->n, 0);
    assert_int_equal(bis_engine_restock_count(r->e), 0);
    assert_null(bis_engine_restock(r->e, 0));
    tear_down(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_leaves_a_sound_engine),
        cmocka_unit_test(memory_is_counted_to_the_byte),
        cmocka_unit_test(no_allocation_in_the_steady_state),
        cmocka_unit_test(a_million_waiters_take_52_bytes_each),
        cmocka_unit_test(bad_events_do_nothing),
    };
    return RUN_TESTS(tests);
}
