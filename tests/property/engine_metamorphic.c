/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_metamorphic.c - what must hold between two runs of the engine that differ in one thing.
 *
 * No model of the engine is needed for that: a random policy meets a random stream twice, the second time
 * with one thing changed, and the two stories are compared. Above each test stands for which policies and
 * streams its claim holds, and what it would be refuted by elsewhere.
 */
#include "tests/property/engine_stream.h"

#include <math.h>

enum { TRIALS = 1500, SAID = 6000 };

/* ---- a stream, and the story that comes of it -------------------------------------------------------- */

typedef struct {
    bool passes; /* only time does, until event.at */
    bis_event event;
} step;

typedef struct {
    step step[STEPS];
    int n;
} stream;

typedef struct {
    bis_decision said[SAID];
    int n;
    bis_ledger books;
} story;

static int trial;

static void take_outbox(bis_engine *e, story *s) {
    const bis_decision *d;
    size_t n = bis_engine_outbox(e, &d);
    assert_true((size_t)s->n + n <= SAID);
    for (size_t i = 0; i < n; i++)
        s->said[s->n++] = d[i];
}

static bis_id touches_in(const story *s) {
    bis_id n = 0;
    for (int i = 0; i < s->n; i++)
        n += s->said[i].touch != BIS_NO_ID;
    return n;
}

/* A stream does not know the touches: its receipts are for one of those that there are. */
static bool aim_receipt(bis_event *e, const story *s) {
    bis_id n = touches_in(s);
    if (n == 0) return false;
    e->as.receipt.touch %= n;
    for (int i = 0; i < s->n; i++)
        if (s->said[i].touch == e->as.receipt.touch) {
            e->shopper = s->said[i].shopper;
            e->sku = s->said[i].sku;
        }
    return true;
}

/* The ledger conserves: what came in is what went out, in each restock and in all. */
static void check_books(bis_engine *e, story *s) {
    const char *why = "";
    if (!bis_engine_validate(e, &why)) fail_msg("trial %d: %s", trial, why);
    bis_engine_ledger(e, &s->books);
    uint64_t candidates = 0, states = 0, later = 0, later_said = 0;
    for (size_t i = 0; i < bis_engine_restock_count(e); i++) {
        const bis_restock *r = bis_engine_restock(e, (bis_id)i);
        uint32_t left = 0;
        for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
            left += r->outcome[o];
        assert_int_equal(left, r->candidates);
        candidates += r->candidates;
    }
    for (int o = 0; o < BIS_OUTCOME_COUNT; o++)
        for (int r = 0; r < BIS_REASON_COUNT; r++)
            states += s->books.n[o][r];
    for (int k = 0; k < BIS_KIND_COUNT; k++)
        for (int c = 0; c < BIS_CHANNEL_COUNT; c++)
            later += s->books.later[k][c][BIS_TREATED] + s->books.later[k][c][BIS_HELD_OUT];
    for (int i = 0; i < s->n; i++)
        later_said += s->said[i].kind != BIS_KIND_RESTOCK;
    assert_int_equal(s->books.candidates, candidates);
    assert_int_equal(s->books.candidates, states);
    assert_int_equal(later, later_said);
}

static void tell(const bis_policy *p, const stream *in, story *out) {
    bis_engine *e = NULL;
    const char *wrong = bis_policy_check(p);
    if (wrong) fail_msg("trial %d: %s", trial, wrong);
    out->n = 0;
    assert_int_equal(bis_engine_create(p, NULL, &e), BIS_OK);
    for (int i = 1; i < ZONES; i++)
        assert_int_equal(bis_engine_zone(e, (uint8_t)i, zone_table(i)), BIS_OK);
    for (int i = 0; i < in->n; i++) {
        bis_event event = in->step[i].event;
        if (in->step[i].passes || (event.kind == BIS_EV_RECEIPT && !aim_receipt(&event, out)))
            assert_int_equal(bis_engine_advance(e, event.at), BIS_OK);
        else
            assert_int_equal(bis_engine_apply(e, &event), BIS_OK);
        take_outbox(e, out);
    }
    assert_int_equal(bis_engine_settle(e, in->step[in->n - 1].event.at), BIS_OK);
    take_outbox(e, out);
    check_books(e, out);
    bis_engine_destroy(e);
}

/* ---- comparing stories ------------------------------------------------------------------------------- */

static bool same_time(bis_time a, bis_time b, bis_time shift) {
    return a == BIS_NEVER || b == BIS_NEVER ? a == b : a + shift == b;
}

static bool same_times(const bis_decision *a, const bis_decision *b, bis_time shift) {
    return same_time(a->at, b->at, shift) && same_time(a->assigned_at, b->assigned_at, shift) &&
           same_time(a->place, b->place, shift) && same_time(a->send_at, b->send_at, shift) &&
           same_time(a->again_at, b->again_at, shift) && same_time(a->back_by, b->back_by, shift) &&
           same_time(a->back_from, b->back_from, shift);
}

/* All but times, ids, and what tells a ghost from a send. */
static bool same_numbers(const bis_decision *a, const bis_decision *b) {
    return a->level == b->level && a->restock == b->restock && a->touch == b->touch &&
           a->follows == b->follows && a->n == b->n && a->reason == b->reason && a->source == b->source &&
           a->kind == b->kind && a->channel == b->channel && a->turn == b->turn && a->count == b->count &&
           a->limit == b->limit && !(a->chance < b->chance) && !(a->chance > b->chance) &&
           a->template_id == b->template_id;
}

static bool same_fate(const bis_decision *a, const bis_decision *b) {
    return a->outcome == b->outcome && a->arm == b->arm && a->devices == b->devices;
}

static bool same_ids(const bis_decision *a, const bis_decision *b) {
    return a->shopper == b->shopper && a->sku == b->sku;
}

static void told_apart(const bis_decision *a, const bis_decision *b) {
    fail_msg("trial %d: restock %d shopper %d sku %d at %.6g %s/%s, and then restock %d shopper %d sku %d at "
             "%.6g %s/%s",
             trial, (int)a->restock, (int)a->shopper, (int)a->sku, (double)a->at / UNIT,
             bis_outcome_name(a->outcome), bis_reason_name(a->reason), (int)b->restock, (int)b->shopper,
             (int)b->sku, (double)b->at / UNIT, bis_outcome_name(b->outcome), bis_reason_name(b->reason));
}

/* When a shopper was first told that it is back, as a ghost or not; BIS_NEVER if she was not. */
static bis_time first_told(const story *s, bis_id shopper) {
    for (int i = 0; i < s->n; i++)
        if (s->said[i].touch != BIS_NO_ID && s->said[i].kind == BIS_KIND_RESTOCK &&
            s->said[i].shopper == shopper)
            return s->said[i].at;
    return BIS_NEVER;
}

static int told_in(const story *s) {
    int n = 0;
    for (int i = 0; i < s->n; i++)
        n += s->said[i].touch != BIS_NO_ID && s->said[i].kind == BIS_KIND_RESTOCK;
    return n;
}

/* ---- streams ----------------------------------------------------------------------------------------- */

static bis_time a_while(void) {
    return chance(60) ? 0 : span(chance(10) ? 20 : 2);
}

/* Of everything. With shift and renaming in mind the SKUs are all in the catalog before they are named: one
 * that is not is hashed by its number. `fixed_zones`: none whose clocks change. */
static void draw_stream(stream *s, bool fixed_zones) {
    bis_time now = 0;
    for (s->n = 0; s->n < STEPS; s->n++) {
        step *it = &s->step[s->n];
        now += a_while();
        *it = (step){.passes = s->n > SHOPPERS + SKUS && chance(25)};
        it->event = random_event(now, s->n);
        if (s->n >= SHOPPERS && s->n < SHOPPERS + SKUS)
            it->event = catalog_of_sku((bis_id)(s->n - SHOPPERS), now);
        if (it->event.kind == BIS_EV_RECEIPT) it->event.as.receipt.touch = below(1000);
        if (it->event.kind == BIS_EV_PROFILE && fixed_zones && zone_table(it->event.as.profile.zone)->n > 1)
            it->event.as.profile.zone = 3;
        if (it->passes) it->event.kind = BIS_EV_STOCK; /* its time alone is looked at */
    }
}

/* One SKU that is out while the signals come, and then stock levels and `others`, but no signals any more. */
static void draw_two_phases(stream *s, const bool others[BIS_EV_KIND_COUNT]) {
    bis_time now = 0;
    for (s->n = 0; s->n < STEPS / 2; s->n++) {
        step *it = &s->step[s->n];
        bool first = s->n < STEPS / 5;
        int kind;
        now += a_while();
        do {
            it->event = random_event(now, s->n);
            kind = (int)it->event.kind;
        } while (kind == BIS_EV_RECEIPT || (first && kind == BIS_EV_STOCK) ||
                 (!first && kind != BIS_EV_STOCK && !others[kind]));
        it->passes = s->n > SHOPPERS && chance(15);
        if (it->event.sku != BIS_NO_ID) it->event.sku = 0;
        if (s->n == SHOPPERS) {
            it->event = (bis_event){.at = now, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID};
            it->event.as.stock.version = 1;
        }
    }
}

/* ---- more stock asked for ---------------------------------------------------------------------------- */

/* Raising min_stock tells nobody sooner. That is so
 *  - for one SKU and no throttle: with one, another's later turn may leave a slot to her;
 *  - if all signals came before the first stock: a restock that stays open for those who wait lets in who
 * joins, where a lower min_stock had told them all and closed it;
 *  - if nothing but time, pauses and caps on defer holds anyone back: who is turned away at an early turn has
 * no second one, and a later first one may find her willing; neither may a send be put off by jitter, which
 * is another in another restock;
 *  - with mode threshold if the time out has no least length and a restock no greatest: under a higher
 * threshold a SKU is out for longer, and opens later. */
static void ask_for_time_alone(bis_policy *p) {
    p->throttle.mode = BIS_THROTTLE_NONE;
    p->throttle.jitter = 0;
    p->interest.requested_quantity = BIS_QUANTITY_IGNORE;
    p->recent_purchase.window = p->recent_return.window = 0;
    p->recent_notice.on = p->caps.on = BIS_ON_DEFER;
    p->quiet.mode = BIS_QUIET_DEFER;
    if (p->trigger.mode == BIS_TRIGGER_THRESHOLD) p->trigger.debounce_out = p->trigger.expire_after = 0;
}

static void more_min_stock_tells_nobody_sooner(void **state) {
    (void)state;
    static const bool others[BIS_EV_KIND_COUNT] = {[BIS_EV_OTHER] = true, [BIS_EV_WITHDRAW] = true};
    static stream in;
    static story low, high;
    int told = 0, later = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 1;
        bis_policy p = random_policy();
        ask_for_time_alone(&p);
        draw_two_phases(&in, others);
        tell(&p, &in, &low);
        p.trigger.min_stock += 1 + below(4);
        tell(&p, &in, &high);
        for (bis_id shopper = 0; shopper < SHOPPERS; shopper++) {
            bis_time before = first_told(&low, shopper), after = first_told(&high, shopper);
            if (after < before)
                fail_msg("trial %d: shopper %d at %.6g, not %.6g", trial, (int)shopper, (double)after / UNIT,
                         (double)before / UNIT);
            told += before != BIS_NEVER;
            later += after > before;
        }
    }
    assert_true(told > 2 * TRIALS && later > TRIALS / 2);
}

/* ---- one cap more ------------------------------------------------------------------------------------ */

/* Adding a cap adds no sends, and brings none forward. That is so
 *  - for one SKU and no throttle, and if all signals came before the first stock, for the reasons above;
 *  - without jitter: a send that a cap has moved is looked at, or dropped, at another time;
 *  - not for on defer together with quiet hours that drop: who is passed over may have her turn after them.
 * Rules that turn people away are welcome here: they stand before the caps, and look at the same turn. */
static void another_cap_adds_no_sends(void **state) {
    (void)state;
    static const bool others[BIS_EV_KIND_COUNT] = {
        [BIS_EV_OTHER] = true, [BIS_EV_WITHDRAW] = true, [BIS_EV_PROFILE] = true, [BIS_EV_CONSENT] = true,
        [BIS_EV_ORDER] = true, [BIS_EV_RETURN] = true,   [BIS_EV_CATALOG] = true,
    };
    static stream in;
    static story without, with;
    int told = 0, fewer = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 2;
        bis_policy p = random_policy();
        p.throttle.mode = BIS_THROTTLE_NONE;
        p.throttle.jitter = 0;
        if (p.caps.on == BIS_ON_DEFER) p.quiet.mode = BIS_QUIET_DEFER;
        draw_two_phases(&in, others);
        tell(&p, &in, &without);
        p.caps.cap[p.caps.n++] = (bis_cap){.count = 1,
                                           .per = UNIT + span(40),
                                           .channels = 1u << BIS_PUSH | some_of(BIS_CHANNEL_COUNT),
                                           .obeys = 1u << BIS_KIND_RESTOCK,
                                           .counts = 1u << BIS_KIND_OTHER | some_of(BIS_KIND_COUNT)};
        tell(&p, &in, &with);
        for (bis_id shopper = 0; shopper < SHOPPERS; shopper++)
            if (first_told(&with, shopper) < first_told(&without, shopper))
                fail_msg("trial %d: shopper %d", trial, (int)shopper);
        assert_true(told_in(&with) <= told_in(&without));
        told += told_in(&without);
        fewer += told_in(&with) < told_in(&without);
    }
    assert_true(told > TRIALS && fewer > TRIALS / 20);
}

/* ---- a larger holdout -------------------------------------------------------------------------------- */

/* A larger holdout only turns sends into ghosts: who is eligible, when and why not stays the same, later
 * touches and notices included. That is so under every policy in which a ghost uses a slot, but for the
 * throttle oversell_safe, which learns from sends alone. */
static void a_larger_holdout_makes_ghosts_of_sends(void **state) {
    (void)state;
    static stream in;
    static story few, many;
    int ghosts = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 3;
        bis_policy p = random_policy();
        p.holdout.consumes_slot = true;
        draw_stream(&in, false);
        tell(&p, &in, &few);
        p.holdout.fraction = fmin(1, p.holdout.fraction + 0.1 + tenths(5));
        if (p.holdout.unit == BIS_UNIT_TWO_SIDED)
            p.holdout.product_fraction = fmin(1, p.holdout.product_fraction + tenths(4));
        tell(&p, &in, &many);
        assert_int_equal(few.n, many.n);
        for (int i = 0; i < few.n; i++) {
            const bis_decision *a = &few.said[i], *b = &many.said[i];
            bool became = a->arm == BIS_TREATED && b->arm == BIS_HELD_OUT &&
                          (a->outcome == BIS_SENT ? b->outcome == BIS_GHOST && b->devices == 0
                                                  : a->outcome == b->outcome && a->devices == b->devices);
            if (!same_times(a, b, 0) || !same_numbers(a, b) || !same_ids(a, b) ||
                !(same_fate(a, b) || became))
                told_apart(a, b);
            ghosts += became && b->outcome == BIS_GHOST;
        }
    }
    assert_true(ghosts > TRIALS);
}

/* ---- another week ------------------------------------------------------------------------------------ */

static void shift(bis_event *e, bis_time by) {
    e->at += by;
    if (e->kind == BIS_EV_STOCK) e->as.stock.as_of += by;
}

/* Whole weeks later, or earlier, all is the same. That is so for every policy, and zones whose clocks do not
 * change: local days and times of day are then those of the same weekday. */
static void weeks_do_not_matter(void **state) {
    (void)state;
    static stream in;
    static story now, then;
    uint64_t told = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 4;
        bis_policy p = random_policy();
        if (chance(15)) p.throttle.mode = BIS_THROTTLE_OVERSELL_SAFE;
        draw_stream(&in, true);
        tell(&p, &in, &now);
        bis_time by = ((bis_time)below(4000) - 1000) * 7 * DAY;
        for (int i = 0; i < in.n; i++)
            shift(&in.step[i].event, by);
        tell(&p, &in, &then);
        assert_int_equal(now.n, then.n);
        for (int i = 0; i < now.n; i++) {
            const bis_decision *a = &now.said[i], *b = &then.said[i];
            if (!same_times(a, b, by) || !same_numbers(a, b) || !same_ids(a, b) || !same_fate(a, b))
                told_apart(a, b);
        }
        assert_memory_equal(&now.books, &then.books, sizeof now.books);
        told += touches_in(&now);
    }
    assert_true(told > 2 * TRIALS);
}

/* ---- other numbers ----------------------------------------------------------------------------------- */

static void draw_permutation(bis_id *to, bis_id n) {
    for (bis_id i = 0; i < n; i++) {
        bis_id k = below(i + 1);
        to[i] = to[k];
        to[k] = i;
    }
}

/* Other numbers for the same shoppers, SKUs, products and categories change nothing but the numbers: their
 * hashes stay with them. That is so for every policy if the catalog tells of all SKUs before they are named,
 * for the others are hashed by their numbers. Those of one instant stay in order: places are in order of
 * events, not of ids. */
static void numbers_do_not_matter(void **state) {
    (void)state;
    static stream in;
    static story old, new;
    uint64_t told = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 5;
        bis_policy p = random_policy();
        if (chance(15)) p.throttle.mode = BIS_THROTTLE_OVERSELL_SAFE;
        draw_stream(&in, false);
        tell(&p, &in, &old);
        bis_id shopper[SHOPPERS], sku[SKUS], product[PRODUCTS];
        draw_permutation(shopper, SHOPPERS);
        draw_permutation(sku, SKUS);
        draw_permutation(product, PRODUCTS);
        for (int i = 0; i < in.n; i++) {
            bis_event *e = &in.step[i].event;
            if (e->shopper != BIS_NO_ID) e->shopper = shopper[e->shopper];
            if (e->sku != BIS_NO_ID) e->sku = sku[e->sku];
            if (e->kind == BIS_EV_CATALOG && e->as.catalog.product != BIS_NO_ID)
                e->as.catalog.product = product[e->as.catalog.product];
            if (e->kind == BIS_EV_CATALOG && e->as.catalog.category != BIS_NO_ID)
                e->as.catalog.category = 1 - e->as.catalog.category;
        }
        tell(&p, &in, &new);
        assert_int_equal(old.n, new.n);
        for (int i = 0; i < old.n; i++) {
            bis_decision a = old.said[i];
            const bis_decision *b = &new.said[i];
            if (a.shopper != BIS_NO_ID) a.shopper = shopper[a.shopper];
            if (a.sku != BIS_NO_ID) a.sku = sku[a.sku];
            if (!same_times(&a, b, 0) || !same_numbers(&a, b) || !same_ids(&a, b) || !same_fate(&a, b))
                told_apart(&a, b);
        }
        assert_memory_equal(&old.books, &new.books, sizeof old.books);
        told += touches_in(&old);
    }
    assert_true(told > 2 * TRIALS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_min_stock_tells_nobody_sooner), cmocka_unit_test(another_cap_adds_no_sends),
        cmocka_unit_test(a_larger_holdout_makes_ghosts_of_sends), cmocka_unit_test(weeks_do_not_matter),
        cmocka_unit_test(numbers_do_not_matter)};
    return RUN_TESTS(tests);
}
