/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_stock.c - worlds with random settings of all that happens to units and to what is seen of them: each
 * sold-out click has one cause, those lost at checkout are apart, and no unit comes from or goes to nowhere.
 */
#include "tests/validation/quiet_world.h"

enum { WORLDS = 120 };

static uint64_t draw(uint64_t *s) {
    *s = *s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *s >> 33;
}

static const char *one_of(uint64_t *s, const char *const *choice, size_t n) {
    return choice[draw(s) % n];
}
#define ANY(s, path, ...)                                                                                    \
    do {                                                                                                     \
        const char *const any[] = {__VA_ARGS__};                                                             \
        set(w, path, one_of((s), any, sizeof any / sizeof *any));                                            \
    } while (0)

static void random_supply(scenario *w, uint64_t *s) {
    ANY(s, "supply.mode", "none", "explicit", "lead_time", "reorder");
    ANY(s, "supply.initial.mean", "0", "3", "40");
    ANY(s, "supply.restocks[0].after", "0", "1d");
    ANY(s, "supply.reorder.point", "0", "4", "15");
    ANY(s, "supply.lead_time.dist", "fixed", "exponential", "gamma");
    ANY(s, "supply.lead_time.mean", "0", "10h", "2d");
    ANY(s, "supply.quantity.dist", "fixed", "negative_binomial");
    ANY(s, "supply.quantity.mean", "1", "6", "30");
    ANY(s, "supply.other_channels.rate", "0", "0", "5", "40");
    ANY(s, "organic.rate", "0", "8", "60");
}

static void random_view(scenario *w, uint64_t *s, const char *view) {
    char path[64];
#define VIEW(field, ...)                                                                                     \
    do {                                                                                                     \
        snprintf(path, sizeof path, "%s." field, view);                                                      \
        ANY(s, path, __VA_ARGS__);                                                                           \
    } while (0)
    VIEW("mode", "stream", "stream", "poll");
    VIEW("period", "10min", "3h");
    VIEW("latency.dist", "fixed", "exponential");
    VIEW("latency.mean", "0", "1min", "2h");
    VIEW("loss", "0", "0", "0.3");
    VIEW("duplicate", "0", "0.5");
    VIEW("ordered", "true", "true", "false");
    VIEW("phantom.rate", "0", "0", "0.5");
    VIEW("phantom.units", "1", "5");
    VIEW("phantom.lasts.mean", "1h", "1d");
}

static scenario *random_world(uint64_t *s) {
    scenario *w = quiet_world();
    SET_ALL(w, {"run.horizon", "6d"}, {"shoppers.count", "300"}, {"shoppers.visit_rate", "0.5"},
            {"shoppers.visit_buy", "0.1"}, {"interest.initial.notify_me", "0.5"},
            {"interest.signal.notify_me", "0.4"}, {"interest.return_rate", "0.3"},
            {"interest.return_buy", "0.4"}, {"provider.latency.dist", "exponential"},
            {"response.click.notify_me", "0.5"}, {"response.buy.notify_me", "0.5"});
    random_supply(w, s);
    random_view(w, s, "feed");
    random_view(w, s, "storefront");
    ANY(s, "catalog.products", "1", "3");
    ANY(s, "run.warmup", "0", "1d");
    ANY(s, "reservation.ttl.dist", "fixed", "exponential");
    ANY(s, "reservation.ttl.mean", "0", "15min", "6h");
    ANY(s, "reservation.abandon", "0", "0.5");
    ANY(s, "response.checkout.mean", "0", "10min", "1h");
    ANY(s, "response.sold_out_leaves", "0", "0.5");
    ANY(s, "provider.latency.mean", "0", "30min");
    ANY(s, "policy.throttle.mode", "none", "batch", "per_unit", "oversell_safe");
    ANY(s, "policy.match", "variant", "product");
    ANY(s, "policy.holdout.fraction", "0", "0.2");
    ANY(s, "policy.reminder.after", "0", "6h");
    open_delay(w, "exponential", draw(s) % 2 ? "5min" : "3h");
    return w;
}

/* ---- what must hold ---- */

typedef struct {
    double causes[6], checkout, oversold, other, lost, reserved, abandoned, restocked;
} seen_sums;

static int cause_of(const char *landing) {
    static const char *const name[] = {"stale_storefront", "stale_feed", "organic",
                                       "push_latency",     "late_open",  "batch_too_large"};
    for (int i = 0; i < 6; i++)
        if (strcmp(landing, name[i]) == 0) return i;
    return -1;
}

/* Each landing of a first push met units or one cause; they are the clicks. */
static void check_clicks(const store_trial *t, int64_t warm) {
    double by[6] = {0}, clicks = 0, in_stock = 0, all = 0, rows = 0;
    for (size_t i = 0; i < t->touches; i++) {
        const store_touch_row *x = &t->touch[i];
        if (strcmp(x->kind, "restock") != 0 || x->landed == STORE_NONE || x->at < warm) continue;
        clicks += 1;
        int cause = cause_of(x->landing);
        if (cause >= 0)
            by[cause] += 1;
        else
            in_stock += strcmp(x->landing, "in_stock") == 0;
    }
    for (size_t i = 0; i < t->restocks; i++)
        rows += t->restock[i].counted ? t->restock[i].sold_out_clicks : 0;
    for (int i = 0; i < 6; i++)
        all += t->tally[STORE_T_oos_stale_storefront + i];
    assert_near(all, sold_out_clicks(t), 0);
    assert_near(rows, all, 0);
    if (warm == 0) { /* else a touch may belong to a restock of the warm-up */
        assert_near(clicks, t->tally[STORE_T_clicked], 0);
        for (int i = 0; i < 6; i++)
            assert_near(by[i], t->tally[STORE_T_oos_stale_storefront + i], 0);
        assert_near(in_stock + all, clicks, 0);
        assert_true(t->tally[STORE_T_checkout_oos] <= in_stock); /* apart: they landed on units */
    }
}

static void check_units(const store_trial *t) {
    const double *n = t->tally;
    double left = n[STORE_T_units_start] + n[STORE_T_units_restocked] - n[STORE_T_units_sold] -
                  n[STORE_T_units_other_channels] - n[STORE_T_units_lost];
    assert_near(left, n[STORE_T_units_end], 0);
    assert_true(n[STORE_T_units_end] >= 0);
    assert_near(n[STORE_T_units_sold] + n[STORE_T_oversold_units], n[STORE_T_units_ordered], 0);
    assert_true(n[STORE_T_unmet_listed] == 1);
    double wanted = 0;
    for (size_t i = 0; i < t->unmets; i++)
        wanted += t->unmet[i].wanted;
    assert_near(wanted, n[STORE_T_waiting_units], 0);
}

static void check(const scenario *w, const store_trial *t, seen_sums *sum) {
    const double *n = t->tally;
    check_clicks(t, w->p.run.warmup ? w->p.run.start + w->p.run.warmup : 0);
    check_units(t);
    for (int i = 0; i < 6; i++)
        sum->causes[i] += n[STORE_T_oos_stale_storefront + i];
    sum->checkout += n[STORE_T_checkout_oos];
    sum->oversold += n[STORE_T_oversold_units];
    sum->other += n[STORE_T_units_other_channels];
    sum->reserved += n[STORE_T_reservations];
    sum->abandoned += n[STORE_T_reservations] - n[STORE_T_reservations_paid];
    sum->restocked += n[STORE_T_units_restocked];
}

static void random_worlds_add_up(void **state) {
    (void)state;
    uint64_t s = 20260301;
    seen_sums sum = {0};
    store_trial *t = malloc(sizeof *t);
    assert_non_null(t);
    for (uint32_t i = 0; i < WORLDS; i++) {
        scenario *w = random_world(&s);
        const char *broken = "no memory";
        double loop_s;
        if (sim_trial_run(w, i, 0, i % 4 == 0, SIM_LOG_FULL, t, &loop_s, &broken) != SIM_OK)
            fail_msg("world %u: %s", i, broken); /* the world checks its own sums as well */
        check(w, t, &sum);
        store_trial_clear(t);
        free(w);
    }
    free(t);
    for (int i = 0; i < 6; i++)
        assert_true(sum.causes[i] > 20); /* every cause and every mechanism was met */
    assert_true(sum.checkout > 20 && sum.oversold > 20 && sum.other > 20 && sum.reserved > 20);
    assert_true(sum.abandoned > 20 && sum.restocked > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_worlds_add_up),
    };
    return RUN_TESTS(tests);
}
