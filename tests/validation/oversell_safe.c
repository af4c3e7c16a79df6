/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * oversell_safe.c - does the throttle keep its promise, and does it send as much as it may?
 *
 * A small shop of its own around the engine: one SKU, a line that never runs dry, restocks of U units far
 * apart. Each push is clicked with chance C and bought at an in-stock landing with chance B, after a
 * lognormal delay that is cut off at the response window; so p = C B. A restock breaks the promise if a buyer
 * comes and finds nothing left. The engine believes what is true (priors worth a billion observations), or
 * has to learn it.
 */
#include "tests/support.h"

#include "engine/bis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const double C = 0.2, B = 0.3;
enum { PEOPLE = 6000, KNOWN = 1000000000 };

typedef struct {
    bis_time at;
    bis_id shopper, touch;
    bool buys;
} arrival;

typedef struct {
    bis_engine *e;
    bis_policy p;
    uint64_t seed, version;
    bis_time now;
    int64_t units;
    bool waits[PEOPLE];
    arrival arrivals[65536]; /* a heap by time */
    size_t n;
    double organic; /* a day */
    bis_time next_organic;
    long sends, resolved, broken;
    bool sold_out;
} shop;

static double uniform(shop *s) {
    uint64_t z = (s->seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return ((double)((z ^ z >> 31) >> 11) + 0.5) * 0x1p-53;
}

static bis_time delay(shop *s) {
    const bis_oversell_setup *o = &s->p.throttle.oversell;
    for (;;) {
        double normal = sqrt(-2 * log(uniform(s))) * cos(6.283185307179586 * uniform(s));
        double ms = (double)o->delay_median * exp(o->delay_sigma * normal);
        if (ms < (double)o->response_window) return (bis_time)ms;
    }
}

static void push_arrival(shop *s, arrival a) {
    assert_true(s->n < sizeof s->arrivals / sizeof s->arrivals[0]);
    size_t i = s->n++;
    for (; i > 0 && a.at < s->arrivals[(i - 1) / 2].at; i = (i - 1) / 2)
        s->arrivals[i] = s->arrivals[(i - 1) / 2];
    s->arrivals[i] = a;
}

static arrival pop_arrival(shop *s) {
    arrival first = s->arrivals[0], last = s->arrivals[--s->n];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < s->n; i = child) {
        if (child + 1 < s->n && s->arrivals[child + 1].at < s->arrivals[child].at) child++;
        if (s->arrivals[child].at >= last.at) break;
        s->arrivals[i] = s->arrivals[child];
    }
    s->arrivals[i] = last;
    return first;
}

/* ---- the engine's side ---- */

static void listen(shop *s) {
    const bis_decision *d;
    size_t n = bis_engine_outbox(s->e, &d);
    for (size_t i = 0; i < n; i++) {
        if (d[i].outcome != BIS_SENT) continue;
        assert_true(s->units > 0); /* never into nothing */
        s->waits[d[i].shopper] = false;
        s->sends++;
        if (uniform(s) >= C) continue;
        push_arrival(s, (arrival){d[i].at + delay(s), d[i].shopper, d[i].touch, uniform(s) < B});
    }
}

static void apply(shop *s, bis_event ev) {
    ev.at = s->now;
    assert_int_equal(bis_engine_apply(s->e, &ev), BIS_OK);
    listen(s);
}

static void tell_level(shop *s) {
    bis_event ev = {.kind = BIS_EV_STOCK, .shopper = BIS_NO_ID};
    ev.as.stock.level = s->units;
    ev.as.stock.as_of = s->now;
    ev.as.stock.version = ++s->version;
    apply(s, ev);
}

static void buys(shop *s, bis_id shopper) {
    if (s->units == 0) {
        s->sold_out |= shopper != BIS_NO_ID;
        return;
    }
    bis_event ev = {.kind = BIS_EV_ORDER, .shopper = shopper};
    ev.as.order.quantity = 1;
    s->units--;
    apply(s, ev);
    tell_level(s);
}

static void arrives(shop *s, const arrival *a) {
    bis_event ev = {.kind = BIS_EV_RECEIPT, .shopper = a->shopper};
    ev.as.receipt.touch = a->touch;
    ev.as.receipt.what = BIS_RECEIPT_CLICKED;
    ev.as.receipt.sold_out = s->units == 0;
    apply(s, ev);
    if (a->buys) buys(s, a->shopper);
}

/* ---- time ---- */

static void run_until(shop *s, bis_time end) {
    for (;;) {
        bis_time wake = bis_engine_next_wake(s->e), next = end;
        bool organic = s->organic > 0 && s->next_organic < next;
        if (organic) next = s->next_organic;
        bool come = s->n > 0 && s->arrivals[0].at < next;
        if (come) next = s->arrivals[0].at;
        if (wake <= next && wake < end) {
            s->now = wake;
            assert_int_equal(bis_engine_advance(s->e, wake), BIS_OK);
            listen(s);
        } else if (come) {
            arrival a = pop_arrival(s);
            s->now = a.at;
            arrives(s, &a);
        } else if (organic) {
            s->now = next;
            s->next_organic = next + 1 + (bis_time)(-log(uniform(s)) / s->organic * (double)DAY);
            buys(s, BIS_NO_ID);
        } else {
            break;
        }
    }
    s->now = end;
    assert_int_equal(bis_engine_advance(s->e, end), BIS_OK);
    listen(s);
}

static void refill_line(shop *s) {
    bis_event ev = {.kind = BIS_EV_INTEREST};
    ev.as.interest.source = BIS_NOTIFY_ME;
    for (bis_id i = 0; i < PEOPLE; i++) {
        if (s->waits[i]) continue;
        ev.shopper = i;
        s->waits[i] = true;
        apply(s, ev);
    }
}

/* One restock, from the arrival of its units until all of it is answered. */
static void restock(shop *s, int64_t units) {
    refill_line(s);
    s->units = units;
    s->sold_out = false;
    if (s->organic > 0)
        s->next_organic = s->now + 1 + (bis_time)(-log(uniform(s)) / s->organic * (double)DAY);
    tell_level(s);
    run_until(s, s->now + s->p.trigger.expire_after + s->p.throttle.oversell.response_window);
    s->broken += s->sold_out;
    s->units = 0;
    tell_level(s);
    run_until(s, s->now + s->p.throttle.oversell.response_window);
}

static shop *open_shop(bis_time every, bis_time window, bool knows, double organic) {
    shop *s = calloc(1, sizeof *s);
    assert_non_null(s);
    bis_policy *p = &s->p;
    bis_policy_default(p);
    p->recent_purchase.window = p->recent_notice.window = 0;
    p->interest.source[BIS_NOTIFY_ME].window = 0;
    p->trigger.expire_after = 3 * window;
    p->throttle.mode = BIS_THROTTLE_OVERSELL_SAFE;
    p->throttle.every = every;
    bis_oversell_setup *o = &p->throttle.oversell;
    o->response_window = window;
    o->delay_median = window / 12;
    if (knows) {
        o->click = C;
        o->buy = B;
        o->organic = organic;
        o->click_weight = o->buy_weight = o->delay_weight = KNOWN;
        o->organic_weight = 1e6;
    }
    assert_int_equal(bis_engine_create(p, NULL, &s->e), BIS_OK);
    s->organic = organic;
    bis_event ev = {.kind = BIS_EV_PROFILE, .sku = BIS_NO_ID};
    for (bis_id i = 0; i < PEOPLE; i++) {
        ev.shopper = i;
        ev.as.profile.hash = i;
        ev.as.profile.devices = 1;
        ev.as.profile.value = 1;
        ev.as.profile.push_optin = true;
        apply(s, ev);
    }
    tell_level(s);
    return s;
}

static void close_shop(shop *s) {
    bis_engine_destroy(s->e);
    free(s);
}

/* ---- the promise ---- */

static void keeps_alpha(bis_time every, bis_time window, int64_t units, int restocks, double organic) {
    shop *s = open_shop(every, window, true, organic);
    s->seed = (uint64_t)units * 1000 + (uint64_t)every;
    for (int i = 0; i < restocks; i++)
        restock(s, units);
    double alpha = s->p.throttle.oversell.alpha, share = (double)s->broken / restocks;
    print_message(
        "every %3.0f min, %3d units, %g a day by others: %.4f of %d restocks broken, %.1f sends each\n",
        (double)every / (double)MINUTE, (int)units, organic, share, restocks, (double)s->sends / restocks);
    assert_true(share <= alpha + 4 * sqrt(alpha * (1 - alpha) / restocks));
    assert_true(share > alpha / 50); /* it does dare something */
    close_shop(s);
}

static void a_restock_breaks_it_at_most_as_often_as_alpha(void **state) {
    (void)state;
    int n = getenv("FULL") ? 10000 : 1700; /* of each kind: ten thousand in all, or each */
    static const bis_time every[] = {10 * MINUTE, HOUR, 6 * HOUR}, window[] = {2 * HOUR, 6 * HOUR, 24 * HOUR};
    for (int i = 0; i < 3; i++) {
        keeps_alpha(every[i], window[i], 20, n, 0);
        keeps_alpha(every[i], window[i], 100, n, 0);
    }
    keeps_alpha(HOUR, 6 * HOUR, 20, n / 2, 16);
}

/* ---- and how much it sends ---- */

static void having_learned_it_sends_nearly_as_much_as_if_it_knew(void **state) {
    (void)state;
    enum { RESTOCKS = 200 };
    for (int64_t units = 20; units <= 100; units += 80) {
        shop *learns = open_shop(HOUR, 6 * HOUR, false, 0), *knows = open_shop(HOUR, 6 * HOUR, true, 0);
        learns->seed = 5;
        knows->seed = 6;
        while (learns->sends < 1000) /* resolved at the end of each restock */
            restock(learns, units);
        long before = learns->sends;
        for (int i = 0; i < RESTOCKS; i++) {
            restock(learns, units);
            restock(knows, units);
        }
        double ratio = (double)(learns->sends - before) / (double)knows->sends;
        print_message("%d units: %.3f of the sends of one who knows\n", (int)units, ratio);
        assert_true(ratio >= 0.9);
        close_shop(learns);
        close_shop(knows);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restock_breaks_it_at_most_as_often_as_alpha),
        cmocka_unit_test(having_learned_it_sends_nearly_as_much_as_if_it_knew),
    };
    return RUN_TESTS(tests);
}
