/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The estimators on worlds whose truth is known: intervals cover as often as they say, p is uniform where
 * there is no effect, and the closed forms for batches and shared stock agree with the games that they
 * describe. Seeds are fixed; a share over R rounds must lie within 4 standard errors of its value.
 */
#include "tests/validation/seeded.h"

#include <gsl/gsl_randist.h>

#include "stats/closed_form.h"
#include "stats/interval.h"
#include "stats/proportion.h"
#include "stats/welch.h"

static void normals(gsl_rng *rng, double *x, int n, double mean, double sd) {
    for (int i = 0; i < n; i++)
        x[i] = mean + gsl_ran_gaussian(rng, sd);
}

static void t_intervals_cover(void **state) {
    (void)state;
    enum { ROUNDS = 20000, N = 4 };
    gsl_rng *rng = seeded(1);
    int mean = 0, pair = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double a[N], b[N];
        normals(rng, a, N, 3, 2);
        for (int i = 0; i < N; i++)
            b[i] = a[i] + 0.5 + gsl_ran_gaussian(rng, 0.1);
        stat_interval of_a = stat_mean_interval(a, N, 0.95);
        stat_paired of_both = stat_paired_difference(a, b, N, 0.9);
        mean += of_a.lo <= 3 && 3 <= of_a.hi;
        pair += of_both.lo <= 0.5 && 0.5 <= of_both.hi;
    }
    assert_near(mean / (double)ROUNDS, 0.95, four_errors(0.95, ROUNDS));
    assert_near(pair / (double)ROUNDS, 0.9, four_errors(0.9, ROUNDS));
    gsl_rng_free(rng);
}

/* Satterthwaite's degrees of freedom are an approximation: half a percent is allowed for it. */
static void welch_covers_with_unequal_variances(void **state) {
    (void)state;
    enum { ROUNDS = 20000, FEW = 12, MANY = 60 };
    gsl_rng *rng = seeded(2);
    int covered = 0, below[4] = {0};
    for (int r = 0; r < ROUNDS; r++) {
        double few[FEW], many[MANY];
        normals(rng, few, FEW, 1, 5);
        normals(rng, many, MANY, 1, 0.5);
        stat_sample a = stat_sample_of(few, FEW), b = stat_sample_of(many, MANY);
        stat_welch_result w = stat_welch(&a, &b, 0.95);
        covered += w.lo <= 0 && 0 <= w.hi;
        for (int i = 0; i < 4; i++)
            below[i] += w.p < 0.2 * (i + 1);
    }
    assert_near(covered / (double)ROUNDS, 0.95, four_errors(0.95, ROUNDS) + 0.005);
    for (int i = 0; i < 4; i++) {
        double want = 0.2 * (i + 1);
        assert_near(below[i] / (double)ROUNDS, want, four_errors(want, ROUNDS) + 0.005);
    }
    gsl_rng_free(rng);
}

/* Orders of yes and no with 500 conversions in the control, where the delta method has to hold. */
static void relative_lift_covers(void **state) {
    (void)state;
    enum { ROUNDS = 20000 };
    const double n = 20000, held = 0.025, treated = 0.03;
    gsl_rng *rng = seeded(3);
    int absolute = 0, relative = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double t = gsl_ran_binomial(rng, treated, (unsigned)n), c = gsl_ran_binomial(rng, held, (unsigned)n);
        stat_sample a = stat_sample_from_sums(n, t, t), b = stat_sample_from_sums(n, c, c);
        stat_welch_result w = stat_welch(&a, &b, 0.95);
        absolute += w.lo <= treated - held && treated - held <= w.hi;
        relative += w.rel_lo <= 0.2 && 0.2 <= w.rel_hi;
    }
    assert_near(absolute / (double)ROUNDS, 0.95, four_errors(0.95, ROUNDS) + 0.005);
    assert_near(relative / (double)ROUNDS, 0.95, four_errors(0.95, ROUNDS) + 0.005);
    gsl_rng_free(rng);
}

/* Averaged over shares, coverage stays near 95 % for small groups, where Wald's interval falls well short. */
static void shares_cover_in_small_groups(void **state) {
    (void)state;
    enum { ROUNDS = 40000 };
    gsl_rng *rng = seeded(4);
    int one = 0, two = 0;
    for (int r = 0; r < ROUNDS; r++) {
        unsigned n1 = 10 + (unsigned)gsl_rng_uniform_int(rng, 40),
                 n2 = 10 + (unsigned)gsl_rng_uniform_int(rng, 40);
        double p1 = gsl_rng_uniform(rng), p2 = gsl_rng_uniform(rng);
        double x1 = gsl_ran_binomial(rng, p1, n1), x2 = gsl_ran_binomial(rng, p2, n2);
        stat_share s = stat_wilson(x1, n1, 0.95);
        stat_share_difference d = stat_newcombe(x1, n1, x2, n2, 0.95);
        one += s.lo <= p1 && p1 <= s.hi;
        two += d.lo <= p1 - p2 && p1 - p2 <= d.hi;
    }
    assert_near(one / (double)ROUNDS, 0.95, 0.01);
    assert_near(two / (double)ROUNDS, 0.955, 0.01);
    gsl_rng_free(rng);
}

static void assert_mean(const double *x, size_t n, double exact) {
    stat_sample s = stat_sample_of(x, n);
    assert_near(s.mean, exact, 4 * sqrt(s.variance / s.n));
}

/* The game of form 2 on a short line, told in batches until the stock is gone or the line ends. */
static void batches_as_played(void **state) {
    (void)state;
    enum { ROUNDS = 50000, LINE = 130, BATCH = 40, UNITS = 5 };
    const double click = 0.2, buy = 0.3;
    static double sends[ROUNDS], in_vain[ROUNDS];
    gsl_rng *rng = seeded(5);
    for (int r = 0; r < ROUNDS; r++) {
        int told = 0, left = UNITS;
        in_vain[r] = 0;
        while (told < LINE && left > 0) {
            for (int i = 0; i < BATCH && told < LINE; i++, told++) {
                if (gsl_rng_uniform(rng) >= click) continue;
                if (left == 0)
                    in_vain[r]++;
                else
                    left -= gsl_rng_uniform(rng) < buy;
            }
        }
        sends[r] = told;
    }
    assert_mean(sends, ROUNDS, stat_batches_sends(LINE, BATCH, UNITS, click * buy));
    assert_mean(in_vain, ROUNDS, stat_batches_sold_out_clicks(LINE, BATCH, UNITS, click, buy));
    gsl_rng_free(rng);
}

/* One restock of form 5: every shopper is held out by a coin, wants a unit or not, and they come in random
 * order. [out] treated mean - held mean; NaN if an arm is empty. */
static double naive_lift(gsl_rng *rng, int shoppers, int units, double holdout, const double want[2]) {
    int order[64], size[2] = {0}, bought[2] = {0};
    for (int i = 0; i < shoppers; i++)
        order[i] = gsl_rng_uniform(rng) < holdout ? 0 : 1;
    gsl_ran_shuffle(rng, order, (size_t)shoppers, sizeof *order);
    for (int i = 0; i < shoppers; i++) {
        int arm = order[i];
        size[arm]++;
        if (units > 0 && gsl_rng_uniform(rng) < want[arm]) {
            units--;
            bought[arm]++;
        }
    }
    return size[0] && size[1] ? bought[1] / (double)size[1] - bought[0] / (double)size[0] : NAN;
}

static void shared_stock_as_played(void **state) {
    (void)state;
    enum { ROUNDS = 100000, SHOPPERS = 24 };
    static double lift[ROUNDS];
    const double want[2] = {0.15, 0.5}, holdout[] = {0.5, 0.1};
    gsl_rng *rng = seeded(6);
    for (int h = 0; h < 2; h++) {
        for (int r = 0; r < ROUNDS; r++)
            lift[r] = naive_lift(rng, SHOPPERS, 4, holdout[h], want);
        assert_mean(lift, ROUNDS, stat_interference_naive_mean(SHOPPERS, holdout[h], want[1], want[0], 4));
    }
    gsl_rng_free(rng);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_intervals_cover),    cmocka_unit_test(welch_covers_with_unequal_variances),
        cmocka_unit_test(relative_lift_covers), cmocka_unit_test(shares_cover_in_small_groups),
        cmocka_unit_test(batches_as_played),    cmocka_unit_test(shared_stock_as_played),
    };
    return RUN_TESTS(tests);
}
