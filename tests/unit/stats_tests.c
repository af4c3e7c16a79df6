/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Multiplicity, sample ratios, sequences, planning, and logs of another policy, against R 4.2 and published
 * numbers.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/interval.h"
#include "stats/multiple.h"
#include "stats/offline.h"
#include "stats/plan.h"
#include "stats/sequence.h"
#include "stats/srm.h"

static void adjusted_in_r(void **state) {
    (void)state;
    /* p.adjust(c(.01, .04, .03, .005, .5, .04), "holm"), and "BH"; a test without a p changes nothing */
    const double p[] = {.01, .04, NAN, .03, .005, .5, .04};
    const double holm[] = {.05, .12, NAN, .12, .03, .5, .12}, bh[] = {.03, .048, NAN, .048, .03, .5, .048};
    double got[7];
    assert_true(stat_holm(p, 7, got));
    for (int i = 0; i < 7; i++)
        if (i != 2) assert_near(got[i], holm[i], 1e-15);
    assert_true(isnan(got[2]));
    assert_true(stat_benjamini_hochberg(p, 7, got));
    for (int i = 0; i < 7; i++)
        if (i != 2) assert_near(got[i], bh[i], 1e-15);
    assert_true(isnan(got[2]));
    /* in place; p above 1 / n is 1 at most */
    double own[] = {.9, .8};
    assert_true(stat_holm(own, 2, own));
    assert_true(own[0] == 1 && own[1] == 1);
    assert_true(stat_holm(NULL, 0, NULL));
}

static void sample_ratios(void **state) {
    (void)state;
    /* a published example, R: chisq.test(c(44700, 45489)) */
    const double two[] = {44700, 45489};
    stat_srm_result r = stat_srm(two, NULL, 2);
    assert_false(r.exact);
    assert_near(r.chi_square, 6.90240494960583, 1e-11);
    assert_near(r.p, .00860798781083626, 1e-13);
    /* R: binom.test(53, 100), binom.test(60, 500, .1) */
    const double few[] = {53, 47}, tenth[] = {60, 440}, one_nine[] = {1, 9};
    r = stat_srm(few, NULL, 2);
    assert_true(r.exact);
    assert_near(r.p, .617299413589252, 1e-12);
    assert_near(stat_srm(tenth, one_nine, 2).p, .136002661516868, 1e-12);
    /* R: chisq.test(c(900, 4500, 4700), p = c(.1, .45, .45)) */
    const double three[] = {900, 4500, 4700}, weight[] = {2, 9, 9};
    r = stat_srm(three, weight, 3);
    assert_near(r.chi_square, 17.7117711771177, 1e-10);
    assert_near(r.p, .000142540328887439, 1e-15);
    assert_near(r.df, 2, 0);
    const double none[] = {0, 0}, no_weight[] = {1, 0}, even[] = {50, 50};
    assert_true(isnan(stat_srm(none, NULL, 2).p) && isnan(stat_srm(few, no_weight, 2).p));
    assert_true(isnan(stat_srm(few, NULL, 1).p));
    assert_near(stat_srm(even, NULL, 2).p, 1, 1e-12);
}

static void normal_mixture(void **state) {
    (void)state;
    /* published reference of an implementation of S. R. Howard and others (2021): best rho for v = 100 at
     * alpha = .05, and the boundary there */
    double rho = stat_sequence_rho(100, .05);
    assert_near(rho, 12.60056, 5e-6);
    assert_near(stat_normal_mixture(100, rho, .05), 30.35209, 5e-6);
    /* with variance 1 a unit, se = 1 / sqrt(t): t times the half-width is the boundary at v = t */
    assert_near(100 * stat_sequence_half_width(.1, 100, rho, .05), stat_normal_mixture(100, rho, .05), 1e-12);
    /* p is the alpha whose interval just leaves out 0 */
    double half = stat_sequence_half_width(.02, 5000, 800, .03);
    assert_near(stat_sequence_p(half, .02, 5000, 800), .03, 1e-14);
    assert_near(stat_sequence_p(-half, .02, 5000, 800), .03, 1e-14);
    assert_near(stat_sequence_p(0, .02, 5000, 800), 1, 0);
    assert_true(isnan(stat_sequence_rho(0, .05)) && isnan(stat_sequence_rho(10, 1)));
    assert_true(isnan(stat_sequence_half_width(NAN, 10, 1, .05)) && isnan(stat_sequence_p(1, 0, 10, 1)));
    /* never narrower than the fixed interval, and tightest near the units that it was made for */
    for (double t = 1000; t < 1e6; t *= 2)
        assert_true(stat_sequence_half_width(1, t, stat_sequence_rho(20000, .05), .05) > 1.96);
    assert_true(stat_sequence_half_width(1, 20000, stat_sequence_rho(20000, .05), .05) <
                stat_sequence_half_width(1, 20000, stat_sequence_rho(2000, .05), .05));
}

static void noncentral_t_in_r(void **state) {
    (void)state;
    /* 1 - pt(2, 10, 1), 1 - pt(2.1, 3, 2.5), 1 - pt(-1, 200, .3), 1 - pt(1.96, 5000, 2.8) */
    assert_near(stat_noncentral_t_upper(2, 10, 1), .192388437469689, 1e-9);
    assert_near(stat_noncentral_t_upper(2.1, 3, 2.5), .675291611998821, 1e-6);
    assert_near(stat_noncentral_t_upper(-1, 200, .3), .902707306464846, 1e-9);
    assert_near(stat_noncentral_t_upper(1.96, 5000, 2.8), .799528057635383, 1e-9);
    assert_near(stat_noncentral_t_upper(1.5, 7, 0), stat_t_p(1.5, 7) / 2, 1e-8);
    assert_near(stat_noncentral_t_upper(1.96, 1e7, 2.8), .799545, 2e-5);
}

static stat_plan means(double sd, double control) {
    return (stat_plan){.sd = sd, .control = control, .alpha = .05, .factor = 1, .cluster = 1};
}

static stat_plan rates(double baseline, double control) {
    return (stat_plan){
        .rate = true, .baseline = baseline, .control = control, .alpha = .05, .factor = 1, .cluster = 1};
}

static void planning_means_in_r(void **state) {
    (void)state;
    stat_plan p = means(1, .5);
    /* power.t.test(n = 20, delta = 1, sd = 1, strict = TRUE)$power, n = 5 and delta = .5 */
    assert_near(stat_plan_power(&p, 40, 1), .868953027724586, 1e-8);
    assert_near(stat_plan_power(&p, 10, .5), .107685989798184, 1e-8);
    /* power.t.test(power = .9, delta = .25, sd = 1, strict = TRUE, tol = 1e-12)$n */
    assert_near(stat_plan_size(&p, .25, .9), 2 * 337.200681242615, 1e-4);
    assert_near(stat_plan_size(&p, -.25, .9), 2 * 337.200681242615, 1e-4);
    /* power.t.test(power = .8, n = 100, sd = 3, strict = TRUE, tol = 1e-13)$delta */
    p.sd = 3;
    assert_near(stat_plan_mde(&p, 200, .8, true), 1.1944144127047, 1e-7);
    assert_near(stat_plan_mde(&p, 200, .8, false), -1.1944144127047, 1e-7);
    /* 900 treated, 100 held out, sd 2, difference .5: Satterthwaite's df, pt(..., ncp) */
    p = means(2, .1);
    assert_near(stat_plan_power(&p, 1000, .5), .652866850870598, 1e-8);
    /* half the variance is worth twice the units, but for the degrees of freedom */
    p = means(1, .5);
    p.factor = .5;
    assert_near(stat_plan_size(&p, .05, .8) / 2 / 3140.50485667411, 1,
                2e-4); /* power.t.test(power = .8, delta = .05 * sqrt(2), strict = TRUE)$n */
}

static void planning_rates_in_r(void **state) {
    (void)state;
    stat_plan p = rates(.5, .5);
    /* power.prop.test(n = 50, p1 = .5, p2 = .75, strict = TRUE)$power */
    assert_near(stat_plan_power(&p, 100, .25), .740167193453611, 1e-13);
    /* power.prop.test(p1 = .02, p2 = .024, power = .8, strict = TRUE, tol = 1e-12)$n */
    p = rates(.02, .5);
    assert_near(stat_plan_size(&p, .004, .8), 2 * 21108.33146424, 1e-3);
    /* power.prop.test(n = 10000, p1 = .03, power = .9, strict = TRUE, tol = 1e-13)$p2 */
    p = rates(.03, .5);
    assert_near(stat_plan_mde(&p, 20000, .9, true), .0383262330831209 - .03, 1e-12);
    /* 9,000 at .07 against 1,000 at .05: pooled s0, own s1; pnorm((.02 - z*s0)/s1) + pnorm((-.02 - z*s0)/s1)
     */
    p = rates(.05, .1);
    assert_near(stat_plan_power(&p, 10000, .02), .684471688911942, 1e-13);
    /* at no difference, both tails are alpha */
    assert_near(stat_plan_power(&p, 10000, 0), .05, 1e-12);
}

static void planning_at_the_edges(void **state) {
    (void)state;
    stat_plan p = rates(.02, .5);
    assert_true(isnan(stat_plan_power(&p, 1000, .99)) && isnan(stat_plan_power(&p, 2, .01)));
    assert_true(isnan(stat_plan_mde(&p, 40, .99, false))); /* the rate cannot fall that far */
    assert_true(isnan(stat_plan_size(&p, -.5, .8)));
    assert_true(isinf(stat_plan_size(&p, 1e-12, .8)));
    p = means(0, .5);
    assert_true(isnan(stat_plan_mde(&p, 100, .8, true)));
    /* by hand: 1 + 9 * .1; 1 + (1.25 * 10 - 1) * .1 */
    assert_near(stat_design_effect(10, .1, 0), 1.9, 1e-15);
    assert_near(stat_design_effect(10, .1, .5), 2.15, 1e-15);
    assert_near(stat_design_effect(1, .3, 0), 1, 0);
    assert_true(isnan(stat_design_effect(.5, .1, 0)) && isnan(stat_design_effect(5, 1.1, 0)));
    /* by hand: 4 clusters of 3; mean squares 40/3 and 10/8: (40/3 - 5/4) / (40/3 + 2 * 5/4) */
    assert_near(stat_icc(40, 10, 12, 4, 36), (40. / 3 - 1.25) / (40. / 3 + 2.5), 1e-15);
    assert_near(stat_icc(1, 10, 12, 4, 36), 0, 0);
    assert_true(isnan(stat_icc(1, 10, 4, 4, 4)) && isnan(stat_icc(1, 10, 12, 1, 144)));
    /* twice the variance is undone by twice the units */
    p = rates(.05, .1);
    double plain = stat_plan_power(&p, 5000, .02);
    p.factor = 2;
    assert_near(stat_plan_power(&p, 10000, .02), plain, 1e-14);
    /* R: 4 clusters of 10 an arm, sd 2, difference 3, icc .1: v <- 1.9*4*(1/40 + 1/40); ncp <- 3/sqrt(v)
     * pt(q, 6, ncp, lower = FALSE) + pt(-q, 6, ncp) with q <- qt(.975, 6) */
    p = means(2, .5);
    p.factor = stat_design_effect(10, .1, 0);
    p.cluster = 10;
    assert_near(stat_plan_power(&p, 80, 3), 0.979446521706881, 1e-7);
    /* R, rates by 5 clusters of 1,000 an arm: f <- 1 + 999*.02; vc <- .2*.8/5000; vt <- .32*.68/5000
     * df <- (vc + vt)^2/(vc^2/4 + vt^2/4); d <- .12/sqrt(f*(vc + vt)); q <- qt(.975, df)
     * pt(q, df, d, lower = FALSE) + pt(-q, df, d). Of 20,000 experiments with beta-binomial clusters 72 %
     * found it by Welch's test of cluster means. */
    p = rates(.2, .5);
    p.factor = stat_design_effect(1000, .02, 0);
    p.cluster = 1000;
    assert_near(stat_plan_power(&p, 10000, .12), .749268953212683, 1e-7);
    /* the same with 20 clusters of 100 held out and 180 treated, .1 and .13: of 8,000, 64.3 % */
    p = rates(.1, .1);
    p.factor = stat_design_effect(100, .02, 0);
    p.cluster = 100;
    assert_near(stat_plan_power(&p, 20000, .03), .644835148588819, 1e-7);
    /* power at the planned size is the planned power */
    p = rates(.05, .1);
    p.factor = stat_design_effect(8, .05, .4);
    p.cluster = 8;
    double n = stat_plan_size(&p, .01, .85);
    assert_near(stat_plan_power(&p, n, .01), .85, 1e-9);
    assert_near(stat_plan_mde(&p, n, .85, true), .01, 1e-9);
}

/* R, with w <- tg/lg: t.test(w*rew), t.test(R + w*(rew - R)/mean(w)) with R <- sum(w*rew)/sum(w),
 * t.test(vv + w*(rew - qq)); sum(w)^2 / sum(w^2) */
static void offline_in_r(void **state) {
    (void)state;
    const double reward[] = {1, 0, 1, 0, 1, 1, 0, 0}, logged[] = {.5, .25, .25, .5, .2, .5, .8, .1},
                 target[] = {.9, .1, 0, 1, .3, .2, .6, .5}, q[] = {.6, .3, .5, .2, .7, .6, .1, .2},
                 v[] = {.5, .4, .3, .4, .5, .6, .2, .3};
    stat_log log = {reward, logged, target, q, v, 8};
    stat_offline_result r = stat_offline(&log, .95);
    assert_near(r.ips.mean, .4625, 1e-15);
    assert_near(r.ips.lo, -.164615209624818, 1e-13);
    assert_near(r.ips.hi, 1.089615209624818, 1e-13);
    assert_near(r.snips.mean, .312236286919831, 1e-14);
    assert_near(r.snips.lo, -.191237690249424, 1e-13);
    assert_near(r.snips.hi, .815710264089087, 1e-13);
    assert_near(r.dr.mean, .366875, 1e-14);
    assert_near(r.dr.lo, -.139270092322404, 1e-13);
    assert_near(r.dr.hi, .873020092322404, 1e-13);
    assert_near(r.effective, 3.96982118877659, 1e-13);
    assert_near(r.most_weight, 5, 1e-14);
    assert_near(r.mean_weight, 1.48125, 1e-14);
    /* the logging policy itself: all three are the plain mean, and all rounds count */
    log = (stat_log){reward, logged, logged, NULL, NULL, 8};
    r = stat_offline(&log, .95);
    assert_true(r.ips.mean == .5 && r.snips.mean == .5 && isnan(r.dr.mean) && r.effective == 8);
    /* it never does what was logged: that nothing was seen of it shows nothing */
    const double never[8] = {0};
    log.target = never;
    r = stat_offline(&log, .95);
    assert_true(r.ips.mean == 0 && isnan(r.snips.mean) && isnan(r.effective) && r.most_weight == 0);
    assert_true(isnan(r.ips.lo) && isnan(r.ips.hi));
    log.n = 0;
    assert_true(isnan(stat_offline(&log, .95).ips.mean));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjusted_in_r),         cmocka_unit_test(sample_ratios),
        cmocka_unit_test(normal_mixture),        cmocka_unit_test(noncentral_t_in_r),
        cmocka_unit_test(planning_means_in_r),   cmocka_unit_test(planning_rates_in_r),
        cmocka_unit_test(planning_at_the_edges), cmocka_unit_test(offline_in_r),
    };
    return RUN_TESTS(tests);
}
