/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim_batch.c - a list of trials: each is delivered once and is the same on any number of threads; a sink may
 * stop it.
 */
#include "sim/batch.h"

#include <stdlib.h>
#include <string.h>

#include "sim/runner.h"
#include "sim/trial.h"
#include "tests/support.h"

enum { JOBS = 12 };

typedef struct {
    store_trial *trial; /* JOBS */
    double loop_s[JOBS];
    unsigned taken[JOBS], calls, stop_at;
} basket;

static bool take(void *context, size_t job, store_trial *trial, double loop_s) {
    basket *b = context;
    assert_true(job < JOBS);
    b->taken[job]++;
    b->loop_s[job] = loop_s;
    b->calls++;
    b->trial[job] = *trial;
    return b->calls != b->stop_at;
}

static void empty(basket *b) {
    for (size_t i = 0; i < JOBS; i++)
        store_trial_clear(&b->trial[i]);
    free(b->trial);
}

static scenario *load(const char *set) {
    scenario *s = NULL;
    scenario_error error = {""};
    assert_int_equal(scenario_load("tests/golden/cli/files/small.yaml", &set, 1, &s, &error), SCENARIO_OK);
    return s;
}

/* Two scenarios, two seeds: what a job says is what is run. */
static sim_status run(const scenario *a, const scenario *b, uint32_t threads, basket *out) {
    sim_job job[JOBS];
    char error[STORE_ERROR_SIZE] = "";
    for (uint32_t i = 0; i < JOBS; i++)
        job[i] = (sim_job){i % 2 ? b : a, 5 + i / 6, i % 6 / 2, i % 3 == 0, SIM_LOG_SUMMARY};
    const sim_sink sink = {take, out};
    out->trial = calloc(JOBS, sizeof *out->trial);
    assert_non_null(out->trial);
    return sim_batch_run(job, JOBS, threads, &sink, error);
}

static double outcomes(const store_trial *t, const char *outcome) {
    double n = 0;
    for (size_t i = 0; i < t->decisions; i++)
        if (!strcmp(t->decision[i].outcome, outcome) && !strcmp(t->decision[i].kind, "restock"))
            n += t->decision[i].n;
    return n;
}

/* Of any replication, with the same counts, which its rows add up to. */
static void all_rows_of_a_later_replication(void **state) {
    (void)state;
    scenario *s = load("interest.initial.notify_me=0.05");
    store_trial *trial = calloc(2, sizeof *trial), *plain = trial, *each = trial + 1;
    const char *broken = "no memory";
    double loop_s, orders = 0, early = 0;
    assert_int_equal(sim_trial_run(s, 5, 3, false, SIM_LOG_SUMMARY, plain, &loop_s, &broken), SIM_OK);
    assert_int_equal(sim_trial_run(s, 5, 3, false, SIM_LOG_EACH, each, &loop_s, &broken), SIM_OK);
    assert_memory_equal(plain->tally, each->tally, sizeof plain->tally);
    assert_int_equal(plain->decisions + plain->restocks + plain->signals + plain->orders, 0);
    assert_true(each->tally[STORE_T_sends] > 0 && each->tally[STORE_T_ghosts] > 0);
    assert_near(outcomes(each, "sent"), each->tally[STORE_T_sends], 0); /* there is no warm-up */
    assert_near(outcomes(each, "ghost"), each->tally[STORE_T_ghosts], 0);
    assert_int_equal(each->touches, each->tally[STORE_T_sends]);
    assert_int_equal(each->restocks, each->tally[STORE_T_campaigns]);
    for (size_t i = 0; i < each->orders; i++)
        orders += each->order[i].units;
    assert_near(orders, each->tally[STORE_T_units_ordered], 0);
    for (size_t i = 0; i < each->signals; i++)
        early += each->signal[i].at < s->p.run.start;
    assert_true(early > 0 && (double)each->signals >= each->tally[STORE_T_signals]); /* some renew a wish */
    assert_int_equal(each->shoppers, 0);
    store_trial_clear(plain);
    store_trial_clear(each);
    free(trial);
    scenario_destroy(s);
}

static void threads_change_nothing(void **state) {
    (void)state;
    scenario *a = load("policy.holdout.fraction=0.1"), *b = load("policy.holdout.fraction=0.4");
    basket one = {0}, three = {0}, many = {0};
    assert_int_equal(run(a, b, 1, &one), SIM_OK);
    assert_int_equal(run(a, b, 3, &three), SIM_OK);
    assert_int_equal(run(a, b, 64, &many), SIM_OK); /* more than jobs */
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(one.taken[i], 1);
        assert_int_equal(three.taken[i], 1);
        assert_int_equal(many.taken[i], 1);
        assert_true(one.loop_s[i] > 0 && one.loop_s[i] < 60);
        assert_memory_equal(one.trial[i].tally, three.trial[i].tally, sizeof one.trial[i].tally);
        assert_memory_equal(one.trial[i].tally, many.trial[i].tally, sizeof one.trial[i].tally);
        assert_int_equal(one.trial[i].replication, i % 6 / 2);
        assert_int_equal(one.trial[i].twins, i % 3 == 0);
    }
    assert_true(memcmp(one.trial[0].tally, one.trial[1].tally, sizeof one.trial[0].tally) !=
                0); /* scenario */
    assert_true(memcmp(one.trial[1].tally, one.trial[7].tally, sizeof one.trial[0].tally) != 0); /* seed */
    empty(&one);
    empty(&three);
    empty(&many);
    scenario_destroy(a);
    scenario_destroy(b);
}

static void a_sink_can_stop(void **state) {
    (void)state;
    scenario *a = load("policy.holdout.fraction=0.1");
    for (uint32_t threads = 1; threads <= 4; threads += 3) {
        basket b = {.stop_at = 5};
        assert_int_equal(run(a, a, threads, &b), SIM_STOPPED);
        assert_int_equal(b.calls, 5); /* none after it */
        empty(&b);
    }
    scenario_destroy(a);
}

static void an_empty_list_is_done(void **state) {
    (void)state;
    char error[STORE_ERROR_SIZE];
    basket b = {0};
    const sim_sink sink = {take, &b};
    assert_int_equal(sim_batch_run(NULL, 0, 2, &sink, error), SIM_OK);
    assert_int_equal(b.calls, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_rows_of_a_later_replication),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(a_sink_can_stop),
        cmocka_unit_test(an_empty_list_is_done),
    };
    return RUN_TESTS(tests);
}
