/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The estimators of real experiments on drawn data whose truth is known: intervals cover as often as they
 * say, confidence sequences hold at all looks together, and what they are there for goes wrong without them.
 * Seeds are fixed; a share over R rounds must lie within 4 standard errors of its value, plus what an
 * approximation may miss.
 */
#include "tests/validation/seeded.h"

#include <gsl/gsl_randist.h>

#include "stats/cluster.h"
#include "stats/cuped.h"
#include "stats/offline.h"
#include "stats/ratio.h"
#include "stats/sequence.h"
#include "stats/welch.h"

/* Control 40 of 400 on average, where the delta method is already lopsided; unbounded counts as covering. */
static void fieller_covers(void **state) {
    (void)state;
    enum { ROUNDS = 20000 };
    gsl_rng *rng = seeded(11);
    int covered = 0, under = 0, over = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double c = gsl_ran_binomial(rng, .1, 400), t = gsl_ran_binomial(rng, .13, 400);
        stat_sample control = stat_sample_from_sums(400, c, c), treated = stat_sample_from_sums(400, t, t);
        stat_fieller_result f = stat_fieller(&treated, &control, .95);
        covered += f.bound == STAT_UNBOUNDED || (f.lo <= .3 && .3 <= f.hi);
        under += f.bound == STAT_BOUNDED && f.hi < .3;
        over += f.bound == STAT_BOUNDED && f.lo > .3;
    }
    assert_near(covered / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .005);
    assert_near(under / (double)ROUNDS, .025, four_errors(.025, ROUNDS) + .005);
    assert_near(over / (double)ROUNDS, .025, four_errors(.025, ROUNDS) + .005);
    gsl_rng_free(rng);
}

/* Orders per visit, 300 shoppers an arm with 1 to many visits and a leaning of their own: the truth is .2 in
 * the control and .25 in the treatment, weighted by visits. Taking visits as independent instead covers too
 * seldom. */
static void ratios_cover(void **state) {
    (void)state;
    enum { ROUNDS = 10000, N = 300 };
    gsl_rng *rng = seeded(12);
    int covered = 0, naive = 0;
    for (int r = 0; r < ROUNDS; r++) {
        stat_sample arm[2];
        double total[2][2] = {{0}};
        for (int a = 0; a < 2; a++) {
            stat_pair_stream s = {0};
            for (int i = 0; i < N; i++) {
                unsigned visits = 1 + gsl_ran_poisson(rng, 4);
                double p = (a ? .25 : .2) * 2 * gsl_ran_beta(rng, 1, 1);
                double orders = gsl_ran_binomial(rng, fmin(p, 1), visits);
                stat_pair_add(&s, orders, visits);
                total[a][0] += orders;
                total[a][1] += visits;
            }
            stat_pairs pairs = stat_pair_moments(&s);
            arm[a] = stat_ratio_sample(&pairs);
        }
        stat_welch_result w = stat_welch(&arm[1], &arm[0], .95);
        covered += w.lo <= .05 && .05 <= w.hi;
        stat_sample c = stat_sample_from_sums(total[0][1], total[0][0], total[0][0]),
                    t = stat_sample_from_sums(total[1][1], total[1][0], total[1][0]);
        w = stat_welch(&t, &c, .95);
        naive += w.lo <= .05 && .05 <= w.hi;
    }
    assert_near(covered / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .005);
    assert_true(naive / (double)ROUNDS < .92);
    gsl_rng_free(rng);
}

/* y = 3 x + noise of the same size as x: a correlation of .95, so CUPED keeps a tenth of the variance. */
static void cuped_covers_and_is_narrower(void **state) {
    (void)state;
    enum { ROUNDS = 10000, N = 200 };
    gsl_rng *rng = seeded(13);
    int covered = 0;
    double kept = 0, narrower = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double y[N], x[N];
        bool treated[N];
        const double *covariate[] = {x};
        for (int i = 0; i < N; i++) {
            treated[i] = i < N / 4;
            x[i] = gsl_ran_gaussian(rng, 1);
            y[i] = 3 * x[i] + gsl_ran_gaussian(rng, 1) + (treated[i] ? .4 : 0);
        }
        stat_cuped_result c;
        assert_true(stat_cuped(y, treated, N, covariate, 1, NULL, &c));
        stat_welch_result w = stat_welch(&c.treated, &c.control, .95);
        stat_sample t = stat_sample_of(y, N / 4), h = stat_sample_of(y + N / 4, N - N / 4);
        covered += w.lo <= .4 && .4 <= w.hi;
        narrower += w.se / stat_welch(&t, &h, .95).se;
        kept += c.kept;
    }
    assert_near(covered / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .005);
    assert_near(kept / ROUNDS, .1, .002);
    assert_near(narrower / ROUNDS, sqrt(.1), .005);
    gsl_rng_free(rng);
}

/* Fifty stores an arm of ten shoppers, a fifth of the variance between stores. Shoppers as units cover too
 * seldom. And six stores an arm by randomisation: no more than 5 % of A/A tests are called, at most 1 / 924
 * above. */
static void clusters_cover(void **state) {
    (void)state;
    enum { ROUNDS = 4000, STORES = 100, EACH = 10, N = STORES * EACH, FEW = 12 };
    gsl_rng *rng = seeded(14);
    static double y[N];
    static bool treated[N];
    static uint32_t store[N];
    int covered = 0, naive = 0, called = 0, rounds_of_few = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double of_store = 0;
        for (int i = 0; i < N; i++) {
            if (i % EACH == 0) of_store = gsl_ran_gaussian(rng, .5);
            store[i] = (uint32_t)(i / EACH);
            treated[i] = store[i] % 2;
            y[i] = of_store + gsl_ran_gaussian(rng, 1);
        }
        stat_clustered data = {y, NULL, treated, store, N, STORES};
        stat_cluster_result c;
        assert_true(stat_cluster(&data, .95, &c));
        covered += c.welch.lo <= 0 && 0 <= c.welch.hi;
        stat_stream arm[2] = {{.n = 0}, {.n = 0}};
        for (int i = 0; i < N; i++)
            stat_stream_add(&arm[treated[i]], y[i]);
        stat_sample h = stat_stream_sample(&arm[0]), t = stat_stream_sample(&arm[1]);
        stat_welch_result w = stat_welch(&t, &h, .95);
        naive += w.lo <= 0 && 0 <= w.hi;
        if (r % 4) continue;
        data.n = FEW * EACH;
        data.clusters = FEW;
        stat_randomisation_result p;
        assert_true(stat_randomisation(&data, 0, (stat_draws){0}, &p));
        called += p.p <= .05;
        rounds_of_few++;
    }
    assert_near(covered / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .005);
    assert_true(naive / (double)ROUNDS < .85);
    double attainable = 46. / 924; /* whole pairs of mirror images below .05 */
    assert_near(called / (double)rounds_of_few, attainable, four_errors(attainable, rounds_of_few));
    gsl_rng_free(rng);
}

/* A/A tests of a rate of 2 % with a tenth held out, looked at after every `step` units. [out] share of tests
 * that any look calls: by the fixed interval, by the sequence; both from `min_events` in both arms on. */
static void peek(gsl_rng *rng, int rounds, int looks, unsigned step, double min_events, double *fixed,
                 double *sequence) {
    int called = 0, always = 0;
    double rho = stat_sequence_rho((double)looks * step, .05);
    for (int r = 0; r < rounds; r++) {
        double n[2] = {0, 0}, x[2] = {0, 0};
        bool by_fixed = false, by_sequence = false;
        for (int k = 0; k < looks && !(by_fixed && by_sequence); k++) {
            for (int a = 0; a < 2; a++) {
                unsigned more = a ? step / 10 * 9 : step / 10;
                n[a] += more;
                x[a] += gsl_ran_binomial(rng, .02, more);
            }
            stat_sample c = stat_sample_from_sums(n[0], x[0], x[0]),
                        t = stat_sample_from_sums(n[1], x[1], x[1]);
            stat_welch_result w = stat_welch(&t, &c, .95);
            bool enough = x[0] >= min_events && x[1] >= min_events;
            by_fixed |= enough && w.p < .05;
            by_sequence |= enough && fabs(w.diff) > stat_sequence_half_width(w.se, n[0] + n[1], rho, .05);
        }
        called += by_fixed;
        always += by_sequence;
    }
    *fixed = called / (double)rounds;
    *sequence = always / (double)rounds;
}

static void sequences_hold_under_peeking(void **state) {
    (void)state;
    enum { ROUNDS = 4000 };
    double fixed, sequence;
    gsl_rng *rng = seeded(15);
    peek(rng, ROUNDS, 200, 250, 50, &fixed, &sequence);
    assert_true(sequence < .05 + four_errors(.05, ROUNDS));
    assert_true(fixed > .08); /* what goes wrong without it: the control needs half of the test for its 50 */
    peek(rng, ROUNDS / 4, 500, 20, 0, &fixed, &sequence);
    assert_true(sequence > .1); /* and without the least number of events */
    gsl_rng_free(rng);
}

/* A policy that told a third of the shoppers; what would one earn that tells those who are likely? Truth by
 * the probabilities: .5 x (.3) + .5 x (.05). */
static void offline_covers(void **state) {
    (void)state;
    enum { ROUNDS = 6000, N = 500 };
    const double truth = .5 * .3 + .5 * .05;
    gsl_rng *rng = seeded(16);
    int ips = 0, snips = 0, dr = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double reward[N], logged[N], target[N], q[N], v[N];
        for (int i = 0; i < N; i++) {
            bool likely = gsl_rng_uniform(rng) < .5, told = gsl_rng_uniform(rng) < 1. / 3;
            reward[i] = gsl_rng_uniform(rng) < (likely && told ? .3 : .05);
            logged[i] = told ? 1. / 3 : 2. / 3;
            target[i] = told == likely;
            q[i] = likely && told ? .25 : .07; /* a model that is not quite right */
            v[i] = likely ? .25 : .07;
        }
        const stat_log log = {reward, logged, target, q, v, N};
        stat_offline_result o = stat_offline(&log, .95);
        ips += o.ips.lo <= truth && truth <= o.ips.hi;
        snips += o.snips.lo <= truth && truth <= o.snips.hi;
        dr += o.dr.lo <= truth && truth <= o.dr.hi;
    }
    assert_near(ips / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .01);
    assert_near(snips / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .01);
    assert_near(dr / (double)ROUNDS, .95, four_errors(.95, ROUNDS) + .01);
    gsl_rng_free(rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fieller_covers),
        cmocka_unit_test(ratios_cover),
        cmocka_unit_test(cuped_covers_and_is_narrower),
        cmocka_unit_test(clusters_cover),
        cmocka_unit_test(sequences_hold_under_peeking),
        cmocka_unit_test(offline_covers),
    };
    return RUN_TESTS(tests);
}
