/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_replay.c - traces of stock and of shoppers replayed together: what happens to the units is counted by
 * hand, in open and in closed loop.
 */
#include "tests/unit/replay_rig.h"

static const char world[] = REPLAY_WORLD("", "  optin: {ios: 1}\n");

/* One trial of that stock and those events, times being of 2026-03-01. `sets` ends with NULL. */
static const double *run(fixture *f, const char *stock, const char *events, const char *const *sets) {
    return replay(f, world, false, stock, events, sets);
}

#define RUN(F, ...) run((F), __VA_ARGS__, (const char *const[]){NULL})

static void falls_are_purchases_and_others(void **state) {
    const double *t =
        RUN(*state, DAY "00:00:00,A,0\n" DAY "01:00:00,A,10\n" DAY "02:00:00,A,5\n" DAY "03:00:00,A,7\n",
            DAY "01:10:00,s1,purchase,A,1\n" DAY "01:20:00,s2,purchase,A,\n" /* one unit */
            DAY "02:00:00,,purchase,A,1\n" /* nobody's, and in the level of that instant */
            DAY "02:30:00,s1,purchase,A,2\n");
    /* 10 came; of the fall by 5 the trace's purchases are 3; then 2 left and 2 more are there, so 4 came. */
    assert_near(t[STORE_T_units_restocked], 14, 0);
    assert_near(t[STORE_T_units_sold], 5, 0);
    assert_near(t[STORE_T_units_lost], 2, 0);
    assert_near(t[STORE_T_units_end], 7, 0);
    assert_near(t[STORE_T_trace_purchases], 4, 0);
    assert_near(t[STORE_T_trace_lost], 0, 0);
    assert_near(t[STORE_T_orders], 4, 0);
    assert_near(t[STORE_T_orders_visit], 3, 0);
    assert_near(t[STORE_T_orders_organic], 1, 0);
    assert_near(t[STORE_T_units_ordered], 5, 0);
    assert_near(t[STORE_T_gross_revenue], 50, 0);
}

static const char one_unit[] = DAY "00:00:00,A,0\n" DAY "01:00:00,A,1\n" DAY "01:31:00,A,0\n";
static const char told_and_late[] = DAY "00:30:00,s1,notify_me,A,\n" DAY "01:30:00,s2,purchase,A,1\n";

static void a_push_displaces_in_closed_loop(void **state) {
    const double *t = RUN(*state, one_unit, told_and_late);
    assert_near(t[STORE_T_sends], 1, 0);
    assert_near(t[STORE_T_orders_push], 1, 0);
    assert_near(t[STORE_T_units_sold], 1, 0);
    assert_near(t[STORE_T_trace_purchases], 1, 0);
    assert_near(t[STORE_T_trace_lost], 1, 0);
    assert_near(t[STORE_T_trace_displaced], 1, 0);
    assert_near(t[STORE_T_units_lost], 0, 0); /* the fall is that of the purchase that failed */
    assert_near(t[STORE_T_units_end], 0, 0);
}

static void a_push_moves_nothing_in_open_loop(void **state) {
    const char *const sets[] = {"traces.mode=open", NULL};
    const double *t = run(*state, one_unit, told_and_late, sets);
    assert_near(t[STORE_T_sends], 1, 0);
    assert_near(t[STORE_T_orders_push], 1, 0);
    assert_near(t[STORE_T_orders_visit], 1, 0);
    assert_near(t[STORE_T_trace_lost], 0, 0);
    assert_near(t[STORE_T_trace_displaced], 0, 0);
    assert_near(t[STORE_T_units_sold], 0, 0);
    assert_near(t[STORE_T_units_lost], 1, 0); /* the trace's own fall */
    assert_near(t[STORE_T_units_end], 0, 0);
}

/* 10 units for one who is told and for purchases of 6 and 6: told, she takes one from the second of them,
 * which is one order more for the store and no unit. In open loop nobody takes anything from anybody. */
static void twins_count_orders(void **state) {
    fixture *f = *state;
    static const char stock[] = DAY "00:00:00,A,0\n" DAY "01:00:00,A,10\n" DAY "09:00:00,A,0\n";
    static const char events[] =
        DAY "00:30:00,s1,notify_me,A,\n" DAY "02:00:00,s2,purchase,A,6\n" DAY "03:00:00,s3,purchase,A,6\n";
    static const char *const mode[] = {"traces.mode=closed", "traces.mode=open"};
    for (int open = 0; open < 2; open++) {
        const char *const sets[] = {mode[open], NULL};
        run(f, stock, events, sets);
        const char *broken = "no memory";
        double loop_s;
        store_trial_clear(&f->t);
        assert_int_equal(sim_trial_run(f->s, 1, 0, true, SIM_LOG_FULL, &f->t, &loop_s, &broken), SIM_OK);
        const double *t = f->t.tally;
        assert_near(t[STORE_T_true_orders], 1, 0);
        assert_near(t[STORE_T_true_store_orders], 1, 0);
        assert_near(t[STORE_T_true_revenue], 10, 0);
        assert_near(t[STORE_T_true_store_revenue], open ? 10 : 0, 0);
    }
}

static void who_comes_first_is_not_displaced(void **state) {
    const double *t =
        RUN(*state, DAY "00:00:00,A,0\n" DAY "01:00:00,A,0\n", DAY "00:30:00,s2,purchase,A,1\n");
    assert_near(t[STORE_T_trace_lost], 1, 0);
    assert_near(t[STORE_T_trace_displaced], 0, 0);
}

static void large_orders_take_what_is_there(void **state) {
    const double *t =
        RUN(*state, DAY "00:00:00,A,3\n" DAY "05:00:00,A,0\n", DAY "01:00:00,s1,purchase,A,5\n");
    assert_near(t[STORE_T_orders], 1, 0);
    assert_near(t[STORE_T_units_sold], 3, 0);
    assert_near(t[STORE_T_units_ordered], 3, 0);
    assert_near(t[STORE_T_trace_short], 2, 0);
    /* 3 to 0 although 5 were bought: two must have come meanwhile. */
    assert_near(t[STORE_T_units_restocked], 2, 0);
    assert_near(t[STORE_T_units_end], 2, 0);
}

static void events_become_interests(void **state) {
    static const char stock[] = DAY "00:00:00,A,0\n" DAY "00:00:00,B,1\n" DAY "12:00:00,A,0\n";
    const double *t = RUN(*state, stock,
                          DAY "01:00:00,s1,view,A,\n"        /* sold out */
                          DAY "01:00:00,s2,view,B,\n"        /* not */
                          DAY "01:00:00,s3,add_to_cart,A,\n" /* sold out */
                          DAY "01:00:00,s4,add_to_cart,B,\n" /* not */
                          DAY "01:00:00,s5,notify_me,A,\n" DAY "01:00:00,s6,wishlist,B,\n");
    assert_near(t[STORE_T_signals], 4, 0);
    assert_near(t[STORE_T_visits], 2, 0);
    assert_near(t[STORE_T_waiting_units], 4, 0);
}

static void lost_purchases_leave_signals(void **state) {
    const char *const sets[] = {"interest.signal.notify_me=1", "interest.signal.wishlist=0",
                                "interest.signal.cart=0", "interest.signal.browse=0", NULL};
    const double *t = run(*state, DAY "00:00:00,A,0\n" DAY "02:00:00,A,5\n",
                          DAY "01:00:00,s1,purchase,A,1\n" DAY "01:00:00,,purchase,A,1\n", sets);
    assert_near(t[STORE_T_signals], 1, 0); /* nobody waits for nothing */
    assert_near(t[STORE_T_organic_lost], 1, 0);
    assert_near(t[STORE_T_sends], 1, 0);
    assert_near(t[STORE_T_orders_push], 1, 0);
}

static void consents_are_heard(void **state) {
    static const char stock[] = DAY "00:00:00,A,0\n" DAY "02:00:00,A,5\n";
    const double *t =
        RUN(*state, stock,
            DAY "01:00:00,s1,notify_me,A,\n" DAY "01:10:00,s1,optout,,\n" DAY "01:00:00,s2,notify_me,A,\n" DAY
                "01:10:00,s2,optout,,\n" DAY "01:20:00,s2,optin,,\n");
    assert_near(t[STORE_T_sends], 1, 0);
    assert_near(t[STORE_T_reachable_end], 1, 0);
    const char *const sets[] = {"policy.recent_return.window=1d", NULL};
    t = run(*state, stock, DAY "01:00:00,s1,notify_me,A,\n" DAY "01:10:00,s1,return,A,1\n", sets);
    assert_near(t[STORE_T_candidates], 1, 0);
    assert_near(t[STORE_T_sends], 0, 0);
}

/* The shipped scenarios of real purchases. The numbers of purchases were counted apart from the program, by
 * the rules of docs/TRACES.md: all 523,340 rows but the 10,206 returns; and those of the 938 most frequent
 * SKUs up to the flags' last hour. */
static void the_real_scenarios_replay(void **state) {
    fixture *f = *state;
    static const struct {
        const char *path;
        double purchases;
        size_t unjoined;
        uint32_t skus;
    } real[] = {{"scenarios/library/online-retail.yaml", 513134, 0, 4632},
                {"scenarios/library/joint.yaml", 64247, 151262, 938}};
    const char *data = support_data_dir();
    if (!data) {
        print_message("skipped: the public data sets are not here\n");
        return;
    }
    setenv("RESTOCKLAB_DATA", data, 1);
    for (size_t i = 0; i < 2; i++) {
        scenario_error error;
        const char *broken = "no memory";
        double loop_s;
        if (scenario_load(real[i].path, NULL, 0, &f->s, &error) != SCENARIO_OK) fail_msg("%s", error.text);
        assert_int_equal(f->s->events->unjoined, real[i].unjoined);
        assert_int_equal(f->s->events->joined, real[i].skus);
        assert_int_equal(f->s->named->skus, real[i].skus);
        assert_int_equal(f->s->p.shoppers.count, 4383);
        if (sim_trial_run(f->s, 1, 0, false, SIM_LOG_SUMMARY, &f->t, &loop_s, &broken) != SIM_OK)
            fail_msg("%s", broken);
        const double *t = f->t.tally;
        assert_near(t[STORE_T_trace_purchases], real[i].purchases, 0);
        assert_near(t[STORE_T_orders_visit] + t[STORE_T_orders_organic] + t[STORE_T_trace_lost],
                    real[i].purchases, 0);
        assert_true(t[STORE_T_sends] > 100 && t[STORE_T_orders_push] > 0);
        assert_true(t[STORE_T_trace_displaced] <= t[STORE_T_trace_lost]);
        store_trial_clear(&f->t);
        scenario_destroy(f->s);
        f->s = NULL;
    }
    unsetenv("RESTOCKLAB_DATA");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(falls_are_purchases_and_others),
        CASE(a_push_displaces_in_closed_loop),
        CASE(a_push_moves_nothing_in_open_loop),
        CASE(twins_count_orders),
        CASE(who_comes_first_is_not_displaced),
        CASE(large_orders_take_what_is_there),
        CASE(events_become_interests),
        CASE(lost_purchases_leave_signals),
        CASE(consents_are_heard),
        CASE(the_real_scenarios_replay),
    };
    return RUN_TESTS(tests);
}
