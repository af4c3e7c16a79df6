/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * carts.c - units that carts hold, against Erlang's loss formula and the blast of one instant.
 */
#include "tests/validation/quiet_world.h"

/* ---- nobody pays ---- */

typedef struct {
    sample lost, held;
} cart_sample;

static void read_carts(const store_trial *t, void *context) {
    cart_sample *x = context;
    sample_add(&x->lost, t->tally[STORE_T_organic_lost]);
    sample_add(&x->held, t->tally[STORE_T_reservations]);
    assert_near(t->tally[STORE_T_orders], 0, 0);
    assert_near(t->tally[STORE_T_units_end], 5, 0);
}

/* A buyer an hour, 5 units, carts that hold one for 4 h: M/G/5/5 at 4 erlang. Arrivals see time averages. */
static void abandoned_carts_lose_as_erlang_says(void **state) {
    (void)state;
    double share = 1;
    for (int i = 1; i <= 5; i++)
        share = 4 * share / (i + 4 * share);
    assert_near(share, 0.19907, 1e-5); /* tables of Erlang B */
    const char *kind[] = {"exponential", "fixed"};
    for (size_t i = 0; i < 2; i++) {
        scenario *s = quiet_world();
        SET_ALL(s, {"shoppers.count", "1"}, {"interest.initial.notify_me", "0"}, {"organic.rate", "24"},
                {"supply.mode", "none"}, {"supply.initial.mean", "5"}, {"reservation.abandon", "1"},
                {"reservation.ttl.dist", kind[i]}, {"reservation.ttl.mean", "4h"}, {"run.warmup", "3d"},
                {"run.horizon", "13d"});
        cart_sample x = {0};
        run_trials(s, 91 + i, 500, false, read_carts, &x);
        assert_mean(&x.lost, 240 * share);
        assert_mean(&x.held, 240 * (1 - share));
        free(s);
    }
}

/* ---- one blast: all land in the same minute ---- */

typedef struct {
    sample orders, sold_out;
    double causes[6], checkout, oversold, returned;
} blast_sample;

static void read_blast(const store_trial *t, void *context) {
    blast_sample *x = context;
    sample_add(&x->orders, t->tally[STORE_T_orders_push]);
    sample_add(&x->sold_out, sold_out_clicks(t));
    for (int i = 0; i < 6; i++)
        x->causes[i] += t->tally[STORE_T_oos_stale_storefront + i];
    x->checkout += t->tally[STORE_T_checkout_oos];
    x->oversold += t->tally[STORE_T_oversold_units];
    x->returned += t->tally[STORE_T_reservations] - t->tally[STORE_T_reservations_paid];
}

static scenario *blast(const char *checkout, const char *ttl, const char *abandon) {
    scenario *s = quiet_world();
    SET_ALL(s, {"response.checkout.mean", checkout}, {"reservation.ttl.mean", ttl},
            {"reservation.abandon", abandon});
    return s;
}

/* The carts take the units as orders would, so who finds none is as many as in closed form 1; of the units
 * held the share that is not abandoned is paid for, and nobody comes for the others. */
static void carts_take_units_as_orders_would(void **state) {
    (void)state;
    scenario *s = blast("10min", "1h", "0.25");
    blast_sample x = {0};
    run_trials(s, 93, 2000, false, read_blast, &x);
    assert_mean(&x.orders, .75 * 10.6694); /* N 200, U 12, c .2, b .3 */
    assert_mean(&x.sold_out, 4.43523);
    for (int i = 0; i < 5; i++)
        assert_near(x.causes[i], 0, 0);
    assert_near(x.checkout + x.oversold, 0, 0);
    assert_true(x.returned > 0);
    free(s);
}

static void a_cart_in_time_is_never_lost(void **state) {
    (void)state;
    scenario *s = blast("10min", "0", "0"); /* without carts all who landed go for the same units */
    blast_sample without = {0}, late = {0}, held = {0};
    run_trials(s, 94, 200, false, read_blast, &without);
    assert_true(without.checkout > 20);
    set(s, "reservation.ttl.mean", "9min"); /* all run out before the payment: then it is as without */
    run_trials(s, 94, 200, false, read_blast, &late);
    assert_true(late.sold_out.mean > 1);
    assert_near(late.checkout, 0, 0); /* who found none has left, so there are units for all who pay */
    set(s, "reservation.ttl.mean", "10min");
    run_trials(s, 94, 200, false, read_blast, &held);
    assert_near(held.checkout, 0, 0);
    assert_near(held.returned, 0, 0);
    assert_near(held.orders.mean, without.orders.mean, 0); /* min(U, buyers), whoever they are */
    assert_near(late.orders.mean, without.orders.mean, 0);
    free(s);
}

/* Anonymous carts hold all there is while the pushes are unread: buyers who were not pushed took it. */
static void units_in_carts_are_taken(void **state) {
    (void)state;
    scenario *s = blast("0", "20d", "1");
    set(s, "run.horizon", "10d");
    set(s, "organic.rate", "28800");
    open_delay(s, "fixed", "30min");
    blast_sample x = {0};
    run_trials(s, 95, 30, false, read_blast, &x);
    assert_true(x.causes[2] > 20);
    assert_near(x.sold_out.mean * 30 - x.causes[2], 0, 1e-9);
    assert_near(x.orders.mean, 0, 0);
    free(s);
}

/* Pushed carts hold all there is for ten minutes and give it back; then other channels take it, and who opens
 * after two hours finds none because of them. A unit that went back must count as nobody's. */
static void units_given_back_are_taken_by_nobody(void **state) {
    (void)state;
    scenario *s = blast("0", "10min", "1");
    SET_ALL(s, {"response.open_delay.android.mean", "2h"}, {"response.open_delay.web.mean", "2h"},
            {"response.click.notify_me", "0.5"}, {"response.buy.notify_me", "0.9"},
            {"supply.other_channels.rate", "720"}, {"run.horizon", "1d"});
    blast_sample x = {0};
    run_trials(s, 96, 60, false, read_blast, &x);
    assert_true(x.causes[2] > 100 && x.causes[5] > 100);
    assert_near(x.causes[0] + x.causes[1] + x.causes[3] + x.causes[4], 0, 0);
    free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abandoned_carts_lose_as_erlang_says),
        cmocka_unit_test(carts_take_units_as_orders_would),
        cmocka_unit_test(a_cart_in_time_is_never_lost),
        cmocka_unit_test(units_in_carts_are_taken),
        cmocka_unit_test(units_given_back_are_taken_by_nobody),
    };
    return RUN_TESTS(tests);
}
