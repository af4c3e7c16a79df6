/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine_metamorphic.c - what must hold between two runs of the engine that differ in one thing.
 *
 * No model of the engine is needed for that: a random policy meets a random stream twice, the second time
 * with one thing changed, and the two stories are compared. Above each test stands for which policies and
 * streams its claim holds, and what it would be refuted by elsewhere.
 */
#include "tests/property/engine_story.h"

#include <math.h>

enum { TRIALS = 5000 };

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

/* One SKU that is out while the signals come, and then stock levels and `others`, but no signals any more. No
 * two times are a whole number of units apart, so that no wake falls on an event. */
static void draw_two_phases(stream *s, const bool others[BIS_EV_KIND_COUNT]) {
    bis_time now = 0, pause;
    for (s->n = 0; s->n < STEPS / 2; s->n++) {
        step *it = &s->step[s->n];
        bool first = s->n < STEPS / 5;
        int kind;
        now += (pause = a_while()) > 0 ? pause - UNIT / 2 + below(UNIT) : 0;
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
 * threshold a SKU is out for longer, and opens later;
 *  - if no wake falls on an event: at the end of a pause there is a batch in the event itself, before another
 * event of that instant may take the stock. */
static void ask_for_time_alone(bis_policy *p) {
    p->throttle.mode = BIS_THROTTLE_NONE;
    p->throttle.jitter = 0;
    p->interest.requested_quantity = BIS_QUANTITY_IGNORE;
    p->recent_purchase.window = p->recent_return.window = 0;
    p->recent_notice.on = p->caps.on = BIS_ON_DEFER;
    p->quiet.mode = BIS_QUIET_DEFER;
    if (p->trigger.mode == BIS_TRIGGER_THRESHOLD) p->trigger.debounce_out = p->trigger.expire_after = 0;
}

/* Events that make nobody more willing. */
static const bool patient[BIS_EV_KIND_COUNT] = {[BIS_EV_OTHER] = true, [BIS_EV_WITHDRAW] = true};

static void more_min_stock_tells_nobody_sooner(void **state) {
    (void)state;
    static stream in;
    static story low, high;
    int told = 0, later = 0;
    for (trial = 0; trial < TRIALS; trial++) {
        seed = (uint64_t)trial * 1000003u + 1;
        bis_policy p = random_policy();
        ask_for_time_alone(&p);
        draw_two_phases(&in, patient);
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
 *  - for on defer as above: what defers is asked before the others, and so spares her a "no" that would have
 * been the last one. Under on drop the others stand before the caps and say the same at the same turn, so all
 * are welcome. */
static void another_cap_adds_no_sends(void **state) {
    (void)state;
    static const bool any[BIS_EV_KIND_COUNT] = {
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
        if (p.caps.on == BIS_ON_DEFER) ask_for_time_alone(&p);
        draw_two_phases(&in, p.caps.on == BIS_ON_DEFER ? patient : any);
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
