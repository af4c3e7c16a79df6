/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_logs.c - what profiles, a catalog and a log of sends do to a replay: all of it counted by hand.
 */
#include "tests/unit/replay_rig.h"

static const char world[] = REPLAY_WORLD(", margin: 0.5", "  tiers: [{name: basic}, {name: vip, share: 0}]\n"
                                                          "  optin: {ios: 1, web: 0}\n");

/* One trial, with twins, of those rows; times are of 2026-03-01. [in] log: log.csv. `sets` ends with NULL. */
static const double *run(fixture *f, const char *stock, const char *events, const char *log,
                         const char *const *sets) {
    put(f, "log.csv", "", log);
    return replay(f, world, true, stock, events, sets);
}

#define RESTOCK DAY "00:00:00,A,0\n" DAY "00:00:00,B,0\n" DAY "02:00:00,A,9\n" DAY "02:00:00,B,9\n"

/* ---- profiles ---- */

#define PROFILES                                                                                             \
    "traces.profiles.file=log.csv", "traces.profiles.columns.tier=tier",                                     \
        "traces.profiles.columns.platform=platform", "traces.profiles.columns.optin=optin"

static void profiles_stand_instead_of_draws(void **state) {
    fixture *f = *state;
    const char *const sets[] = {PROFILES, NULL};
    const double *t = run(f, RESTOCK,
                          DAY "01:00:00,s1,notify_me,A,\n" DAY "01:00:00,s2,notify_me,A,\n" DAY
                              "01:00:00,s3,notify_me,A,\n" DAY "01:00:00,s4,notify_me,A,\n",
                          "shopper,tier,platform,optin\n"
                          "s1,vip,,0\n"     /* not opted in, whatever the chance on her platform */
                          "s2,vip,web,1\n"  /* opted in, likewise */
                          "s3,basic,web,\n" /* as is likely on hers: not */
                          "s5,vip,ios,1\n", /* does nothing */
                          sets);
    assert_near(t[STORE_T_sends], 2, 0);           /* s2 and s4 */
    assert_near(t[STORE_T_reachable_start], 1, 0); /* s2: s4 is not known as yet */
    assert_near(t[STORE_T_reachable_end], 2, 0);
    assert_near(f->t.tier[0].asked, 2, 0);
    assert_near(f->t.tier[1].asked, 2, 0);
    assert_near(f->t.tier[1].won, 0, 0); /* a web push is opened by the chance of web */
}

/* A newsletter reaches whoever is known and has opted in, 24 times a day, also before her first event. */
static void profiles_are_known_from_the_start(void **state) {
    static const char events[] = DAY "23:59:59,s1,view,A,\n";
    const char *const with[] = {PROFILES, "response.open.web=0", "campaigns[0].rate=24", NULL};
    const double *t = run(*state, RESTOCK, events, "shopper,tier,platform,optin\ns1,vip,ios,1\n", with);
    assert_true(t[STORE_T_other_push] >= 3); /* Poisson of 24 */
    const char *const without[] = {"campaigns[0].rate=24", NULL};
    t = run(*state, RESTOCK, events, "", without);
    assert_near(t[STORE_T_other_push], 0, 0); /* but in the last second */
}

/* ---- catalog ---- */

#define CATALOG                                                                                              \
    "traces.catalog.file=log.csv", "traces.catalog.columns.price=price",                                     \
        "traces.catalog.columns.margin=margin"

static void skus_have_prices_and_margins(void **state) {
    fixture *f = *state;
    const char *const sets[] = {CATALOG, NULL};
    const double *t = run(f, RESTOCK DAY "02:00:00,C,9\n",
                          DAY "01:00:00,s1,notify_me,B,\n" /* told at 2:00, buys */
                          DAY "03:00:00,s2,purchase,A,2\n" DAY "03:00:00,,purchase,C,1\n",
                          "sku,product,price,margin\nA,P,4,\nB,P,30,0.1\n", sets);
    assert_near(t[STORE_T_orders_push], 1, 0);
    assert_near(t[STORE_T_gross_revenue], 30 + 2 * 4 + 10, 0);
    assert_near(t[STORE_T_margin], 30 * 0.1 + 2 * 4 * 0.5 + 10 * 0.5, 1e-12);
    assert_near(t[STORE_T_credited_revenue], 30, 0);
    assert_near(t[STORE_T_credited_revenue_true], 30, 0);
    assert_near(f->t.moments[STORE_ASSIGNED][STORE_TREATED][STORE_REVENUE].mean, 30, 0);
    assert_near(f->t.moments[STORE_REACHED][STORE_TREATED][STORE_REVENUE].mean, 30, 0);
    assert_near(t[STORE_T_true_revenue], 30, 0);
    assert_near(t[STORE_T_true_store_revenue], 30, 0);
    assert_near(t[STORE_T_all_margin] - t[STORE_T_none_margin], 3, 1e-12);
    assert_int_equal(f->t.shoppers, 1);
    assert_near(f->t.shopper[0].revenue, 30, 0);
    double rows = 0;
    for (size_t i = 0; i < f->t.orders; i++)
        rows += f->t.order[i].revenue;
    assert_near(rows, 30 + 4 + 10, 0); /* a row is of one unit */
}

static void what_is_sent_back_leaves_its_price(void **state) {
    fixture *f = *state;
    const char *const sets[] = {CATALOG, "orders.return_rate=1", "orders.return_delay.dist=fixed",
                                "orders.return_delay.mean=1min", NULL};
    const double *t =
        run(f, RESTOCK, DAY "01:00:00,s1,notify_me,B,\n", "sku,product,price,margin\nB,P,30,0.1\n", sets);
    assert_near(t[STORE_T_gross_revenue], 30, 0);
    assert_near(t[STORE_T_returned_revenue], 30, 0);
    assert_near(t[STORE_T_margin], 0, 0);
    assert_near(t[STORE_T_credited_revenue], 0, 0);
    assert_near(f->t.moments[STORE_ASSIGNED][STORE_TREATED][STORE_REVENUE].mean, 0, 0);
    assert_near(t[STORE_T_true_revenue], 0, 0);
    assert_near(t[STORE_T_true_store_revenue], 0, 0);
}

static void arms_earn_what_their_shoppers_pay(void **state) {
    fixture *f = *state;
    const char *const sets[] = {CATALOG, "policy.arms[0].name=one", "policy.arms[1].name=other", NULL};
    run(f, RESTOCK, DAY "03:00:00,s1,purchase,A,1\n" DAY "03:00:00,s2,purchase,B,1\n",
        "sku,product,price,margin\nA,P,4,\nB,P,30,0.1\n", sets);
    double sum = 0;
    for (size_t i = 0; i < 2; i++)
        sum += (double)f->t.policy_arm[i].revenue.n * f->t.policy_arm[i].revenue.mean;
    assert_near(sum, 34, 1e-12);
}

/* ---- sends ---- */

static void purchases_after_a_logged_send_are_counted_apart(void **state) {
    static const char stock[] = DAY "00:00:00,A,99\n" DAY "23:00:00,B,0\n";
    static const char events[] = DAY "00:59:00,s1,purchase,A,1\n" /* 29 min after the send */
        DAY "01:01:00,s2,purchase,A,1\n"                          /* 31 min: too late */
        DAY "01:45:00,s3,purchase,A,3\n"                          /* 55 min after the click */
        DAY "01:51:00,s4,purchase,A,1\n"                          /* 61 min: too late */
        DAY "00:40:00,s5,purchase,A,1\n"                          /* told of B */
        DAY "01:59:00,s6,purchase,A,1\n"                          /* told afterwards */
        DAY "00:40:00,,purchase,A,1\n";
    static const char log[] =
        "timestamp,shopper,sku,opened,clicked\n" DAY "00:30:00,s1,A,,\n" DAY "00:30:00,s2,A,,\n" DAY
        "00:30:00,s3,A," DAY "00:40:00," DAY "00:50:00\n" DAY "00:30:00,s4,A," DAY "00:40:00," DAY
        "00:50:00\n" DAY "00:30:00,s5,B,,\n" DAY "02:00:00,s6,A,,\n";
#define LOG                                                                                                  \
    "traces.sends.file=log.csv", "traces.sends.columns.opened=opened",                                       \
        "traces.sends.columns.clicked=clicked", "attribution.view=30min", "attribution.click=1h"
    const char *const sku[] = {LOG, "attribution.scope=sku", NULL};
    const double *t = run(*state, stock, events, log, sku);
    assert_near(t[STORE_T_trace_purchases], 7, 0);
    assert_near(t[STORE_T_trace_purchases_sent], 2, 0); /* s1, s3 */
    assert_near(t[STORE_T_orders], 7, 0);               /* nothing else changes */
    const char *const any[] = {LOG, "attribution.scope=any", NULL};
    t = run(*state, stock, events, log, any);
    assert_near(t[STORE_T_trace_purchases_sent], 3, 0); /* and s5 */
    const char *const off[] = {LOG, "attribution.scope=any", "attribution.click=0", "attribution.view=0",
                               NULL};
    t = run(*state, stock, events, log, off);
    assert_near(t[STORE_T_trace_purchases_sent], 0, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(profiles_stand_instead_of_draws),   CASE(profiles_are_known_from_the_start),
        CASE(skus_have_prices_and_margins),      CASE(what_is_sent_back_leaves_its_price),
        CASE(arms_earn_what_their_shoppers_pay), CASE(purchases_after_a_logged_send_are_counted_apart),
    };
    return RUN_TESTS(tests);
}
