/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Maximum likelihood against closed forms and against R 4.2 (packages MASS and survival), whose calls stand
 * beside the numbers.
 */
#include "tests/support.h"

#include <math.h>

#include "stats/fit_counts.h"
#include "stats/fit_times.h"

/* R: survival::ovarian: days, and whether she died (J. H. Edmunson and others, Cancer Treatment Reports 63,
 * 1979). */
static const double days[] = {59,  115, 156, 421,  431,  448,  464,  475,  477, 563, 638, 744, 769,
                              770, 803, 855, 1040, 1106, 1129, 1206, 1227, 268, 329, 353, 365, 377};
static const int died[] = {1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0};
enum { WOMEN = sizeof days / sizeof *days };

/* R: rivers: lengths of 141 rivers of North America, in miles (World Almanac, 1975). */
static const double rivers[] = {
    735, 320,  325, 392, 524,  450,  1459, 135,  465, 600, 330,  336,  280,  315,  870,  906,  202,  329,
    290, 1000, 600, 505, 1450, 840,  1243, 890,  350, 407, 286,  280,  525,  720,  390,  250,  327,  230,
    265, 850,  210, 630, 260,  230,  360,  730,  600, 306, 390,  420,  291,  710,  340,  217,  281,  352,
    259, 250,  470, 680, 570,  350,  300,  560,  900, 625, 332,  2348, 1171, 3710, 2315, 2533, 780,  280,
    410, 460,  260, 255, 431,  350,  760,  618,  338, 981, 1306, 500,  696,  605,  250,  411,  1054, 735,
    233, 435,  490, 310, 460,  383,  375,  1270, 545, 445, 1885, 380,  300,  380,  377,  425,  276,  210,
    800, 420,  350, 360, 538,  1100, 1205, 314,  237, 610, 360,  540,  1038, 424,  310,  300,  444,  301,
    268, 620,  215, 652, 900,  525,  246,  360,  529, 500, 720,  270,  430,  671,  1770};
enum { RIVERS = sizeof rivers / sizeof *rivers };

static void ovarian(stat_time time[WOMEN]) {
    for (int i = 0; i < WOMEN; i++)
        time[i] = (stat_time){days[i], died[i] ? days[i] : INFINITY, 1};
}

static void assert_fit(stat_family family, const stat_time *time, size_t n, const double want[5]) {
    stat_times_fit f;
    assert_true(stat_fit_times(family, time, n, &f));
    assert_near(f.size, want[0], 2e-6 * want[0]);
    assert_near(f.size_se, want[1], 2e-5 * want[1]);
    assert_near(f.shape, want[2], 2e-6 * want[2]);
    assert_near(f.shape_se, want[3], 2e-5 * want[3]);
    assert_near(f.maximum.log_likelihood, want[4], 1e-5);
    assert_near(f.aic, 4 - 2 * want[4], 2e-5);
}

/* Rate = events / exposure, and its standard error rate / sqrt(events); so of the mean mean / sqrt(events).
 */
static void exponential_is_events_over_exposure(void **state) {
    (void)state;
    const stat_time time[] = {{3, 3, 2}, {5, 5, 1}, {7, INFINITY, 3}, {1.5, 1.5, 4}};
    stat_times_fit f;
    assert_true(stat_fit_times(STAT_EXPONENTIAL, time, 4, &f));
    const double mean = (3 * 2 + 5 + 7 * 3 + 1.5 * 4) / 7;
    assert_near(f.size, mean, 1e-6 * mean);
    assert_near(f.size_se, mean / sqrt(7), 1e-5 * mean);
    assert_near(f.n, 10, 0);
    assert_near(f.ended, 7, 0);
    assert_near(f.maximum.log_likelihood, -7 * log(mean) - 7, 1e-9);
    assert_near(f.aic, 2 + 14 * log(mean) + 14, 1e-8);
}

/* Whole units: counts are geometric, P(T > n) = q^n, so q = 1 - events / sum of hi; the mean is -1 / log q.
 */
static void rounded_exponential_is_geometric(void **state) {
    (void)state;
    const stat_time time[] = {{0, 1, 30}, {1, 2, 20}, {2, 3, 5}, {3, 4, 4}, {6, 7, 1}};
    stat_times_fit f;
    assert_true(stat_fit_times(STAT_EXPONENTIAL, time, 5, &f));
    double units = 30 + 40 + 15 + 16 + 7, q = 1 - 60 / units;
    assert_near(f.size, -1 / log(q), 1e-6);
}

/* Mean and standard deviation of the logarithms, with divisor n; their errors sigma / sqrt(n), sigma / sqrt(2
 * n). */
static void lognormal_is_moments_of_logarithms(void **state) {
    (void)state;
    const stat_time time[] = {{1, 1, 1}, {2, 2, 1}, {4, 4, 1}, {8, 8, 1}, {16, 16, 1}}; /* 0..4 times log 2 */
    stat_times_fit f;
    assert_true(stat_fit_times(STAT_LOGNORMAL, time, 5, &f));
    double sigma = sqrt(2) * log(2);
    assert_near(f.size, 4, 1e-5);
    assert_near(f.size_se, 4 * sigma / sqrt(5), 1e-4);
    assert_near(f.shape, sigma, 1e-6);
    assert_near(f.shape_se, sigma / sqrt(10), 1e-5);
}

static void censored_times_agree_with_r(void **state) {
    (void)state;
    stat_time time[WOMEN];
    ovarian(time);
    /* survreg(Surv(futime, fustat) ~ 1, ovarian, dist = "weibull"): exp(coef), 1 / scale; dist = "lognormal";
     * and for the gamma, which survreg lacks, optim() of sum(ifelse(fustat == 1, dgamma(futime, a, a / m, log
     * = TRUE), pgamma(futime, a, a / m, lower = FALSE, log = TRUE))) with optimHess() by log m and log cv, a
     * = 1 / cv^2 */
    assert_fit(STAT_WEIBULL, time, WOMEN,
               (const double[]){1225.418959, 358.714387, 1.10805974, 0.2810091594, -97.95390105});
    assert_fit(STAT_LOGNORMAL, time, WOMEN,
               (const double[]){873.1521796, 278.9781293, 1.265770928, 0.2880984992, -97.12174204});
    assert_fit(STAT_GAMMA, time, WOMEN,
               (const double[]){1165.061152, 352.6717515, 0.9019141546, 0.156962723, -97.8637972});
}

static void complete_times_agree_with_r(void **state) {
    (void)state;
    stat_time time[RIVERS];
    for (int i = 0; i < RIVERS; i++)
        time[i] = (stat_time){rivers[i], rivers[i], 1};
    /* optim() of dgamma and dweibull as above; MASS::fitdistr(rivers / 100, "gamma") has shape 2.578729, that
     * is cv 0.622726, and fitdistr(rivers, "lognormal") meanlog 6.175878881 (0.04963499528), sdlog as below
     */
    assert_fit(STAT_GAMMA, time, RIVERS,
               (const double[]){591.1843981, 31.00349978, 0.6227264531, 0.03495075159, -1013.11173});
    assert_fit(STAT_WEIBULL, time, RIVERS,
               (const double[]){660.2223346, 41.16255671, 1.438200396, 0.08131860638, -1024.78252});
    const double median = exp(6.175878881);
    assert_fit(STAT_LOGNORMAL, time, RIVERS,
               (const double[]){median, median * 0.04963499528, 0.5893829135, 0.03509724175, -996.3254884});
}

static void rounded_times_agree_with_r(void **state) {
    (void)state;
    /* optim() of w * log(pgamma(hi, ...) - pgamma(lo, ...)) and of cw * pgamma(cen, ..., lower = FALSE, log =
     * TRUE); likewise plnorm, pweibull */
    const stat_time time[] = {{0, 1.5, 31},  {1.5, 2.5, 24},  {2.5, 3.5, 18},   {3.5, 4.5, 9},
                              {5.5, 6.5, 6}, {11.5, 12.5, 1}, {4, INFINITY, 3}, {8, INFINITY, 2}};
    assert_fit(STAT_GAMMA, time, 8,
               (const double[]){2.631863033, 0.2155228032, 0.7675354927, 0.07405600566, -159.591436});
    assert_fit(STAT_LOGNORMAL, time, 8,
               (const double[]){2.075465048, 0.1709215363, 0.7318651299, 0.07503043225, -158.458854});
    assert_fit(STAT_WEIBULL, time, 8,
               (const double[]){2.820358238, 0.2517354252, 1.274662716, 0.1253129103, -160.309899});
}

static void bad_times_have_no_fit(void **state) {
    (void)state;
    stat_times_fit f;
    const stat_time censored[] = {{3, INFINITY, 2}}, zero[] = {{0, 0, 1}, {1, 1, 1}}, none[] = {{1, 1, 0}},
                    negative[] = {{-1, 2, 1}}, nan[] = {{NAN, 2, 1}}, same[] = {{2, 2, 5}};
    for (int k = 0; k < STAT_FAMILIES; k++) {
        assert_false(stat_fit_times((stat_family)k, censored, 1, &f));
        assert_false(stat_fit_times((stat_family)k, zero, 2, &f));
        assert_false(stat_fit_times((stat_family)k, none, 1, &f));
        assert_false(stat_fit_times((stat_family)k, negative, 1, &f));
        assert_false(stat_fit_times((stat_family)k, nan, 1, &f));
        assert_false(stat_fit_times((stat_family)k, NULL, 0, &f));
        assert_int_equal(stat_fit_times((stat_family)k, same, 1, &f), k == STAT_EXPONENTIAL);
    }
}

static void tails_keep_their_digits(void **state) {
    (void)state;
    /* pgamma(500, 2.5, 2.5 / 3, lower = FALSE, log = TRUE), pgamma(0.01, 0.04, 0.04 / 3, ...), plnorm(1e6,
     * log(3), 0.4,
     * ...), pgamma(40, 400, 400 / 30, ...) */
    assert_near(stat_times_log_survival(STAT_GAMMA, 3, 1 / sqrt(2.5), 500), -407.89932189, 1e-7);
    assert_near(stat_times_log_survival(STAT_GAMMA, 3, 5, 0.01), -1.25616713304, 1e-10);
    assert_near(stat_times_log_survival(STAT_LOGNORMAL, 3, 0.4, 1e6), -509.752590352, 1e-8);
    assert_near(stat_times_log_survival(STAT_GAMMA, 30, 0.05, 40), -21.104976851, 1e-8);
    for (int k = 0; k < STAT_FAMILIES; k++)
        for (double q = 0.001; q < 1; q += 0.0499) {
            double t = stat_times_quantile((stat_family)k, 7, 0.8, q);
            assert_near(-expm1(stat_times_log_survival((stat_family)k, 7, 0.8, t)), q, 1e-11);
        }
}

/* By hand: 10 at risk, 2 end at 1: .8; at 2 one is censored and 2 of 8 end: .6; of 5 at risk at 4 one: .48.
 */
static void curve_is_the_product_limit(void **state) {
    (void)state;
    stat_time time[] = {{4, 4, 1}, {1, 1, 1}, {2, INFINITY, 1}, {2, 2, 2}, {1, 1, 1}, {5, INFINITY, 4}};
    double at[6], alive[6];
    size_t n = stat_times_sort(time, 6);
    assert_int_equal(n, 5);
    assert_int_equal(stat_times_curve(time, n, at, alive), 3);
    const double want_at[] = {1, 2, 4}, want[] = {0.8, 0.6, 0.48};
    for (int i = 0; i < 3; i++) {
        assert_near(at[i], want_at[i], 0);
        assert_near(alive[i], want[i], 1e-15);
    }
}

/* Red mites on 150 apple leaves (C. I. Bliss, R. A. Fisher, Biometrics 9, 1953): the paper has k 1.02459. */
static const stat_count mites[] = {{0, 70}, {1, 38}, {2, 17}, {3, 10}, {4, 9}, {5, 3}, {6, 2}, {7, 1}};

static void counts_agree_with_r(void **state) {
    (void)state;
    stat_nbd_fit f;
    assert_true(stat_fit_nbd(mites, 8, true, &f));
    assert_near(f.mean, 172.0 / 150, 1e-6);
    assert_near(f.dispersion, 1.02459, 1e-5);
    /* MASS::fitdistr(y, "negative binomial"): size 1.024593018 (0.275906914), mu 1.146667113 (0.1272778451)
     */
    assert_near(f.dispersion_se, 0.275907, 2e-5);
    assert_near(f.mean_se, 0.127278, 2e-5);
    assert_near(f.maximum.log_likelihood, -222.437154, 1e-6);
    assert_near(f.cv, 1 / sqrt(1.02459), 1e-5);
}

static void cut_counts_agree_with_r(void **state) {
    (void)state;
    stat_nbd_fit f;
    /* the same leaves without the empty ones; optim() of dnbinom less log(1 - dnbinom(0, ...)), optimHess(),
     * and the delta method by differences for dnbinom(0, ...); optimize() for the Poisson */
    assert_true(stat_fit_nbd(mites + 1, 7, false, &f));
    assert_near(f.mean, 1.282574919, 1e-5);
    assert_near(f.mean_se, 0.3641813272, 2e-5);
    assert_near(f.dispersion, 1.38424739, 1e-5);
    assert_near(f.dispersion_se, 1.141492813, 1e-4);
    assert_near(f.maximum.log_likelihood, -118.728557, 1e-6);
    assert_near(f.zero, 0.40345353, 1e-6);
    assert_near(f.zero_se, 0.15136417, 1e-5);
    assert_near(f.poisson_aic, 247.589366, 1e-6);
    double sum = 0;
    for (int x = 1; x < 400; x++)
        sum += stat_nbd_chance(f.mean, f.dispersion, false, x);
    assert_near(sum, 1, 1e-12);
    assert_near(stat_nbd_chance(f.mean, f.dispersion, true, 0), f.zero, 1e-12);
}

static void even_counts_have_no_fit(void **state) {
    (void)state;
    stat_nbd_fit f;
    const stat_count even[] = {{2, 50}, {3, 50}}, ones[] = {{1, 20}}, zero[] = {{0, 20}},
                     half[] = {{1.5, 2}, {4, 1}};
    assert_false(stat_fit_nbd(even, 2, true, &f));
    assert_false(stat_fit_nbd(ones, 1, false, &f));
    assert_false(stat_fit_nbd(zero, 1, true, &f));
    assert_false(stat_fit_nbd(half, 2, true, &f));
    assert_false(stat_fit_nbd(mites, 8, false, &f)); /* zeros that cannot be seen were seen */
    assert_false(stat_fit_nbd(NULL, 0, true, &f));
}

static void popularity_agrees_with_r(void **state) {
    (void)state;
    stat_zipf_fit f;
    const double even[] = {5, 5, 5, 5}, first[] = {9, 0, 0}, last[] = {0, 0, 9};
    assert_true(stat_fit_zipf(even, 4, &f));
    assert_near(f.exponent, 0, 1e-10);
    assert_false(stat_fit_zipf(first, 3, &f));
    assert_false(stat_fit_zipf(last, 3, &f));
    /* two ranks, 3 to 1: 2^a = 3; information 4 x 3/16 x (log 2)^2 */
    const double two[] = {3, 1};
    assert_true(stat_fit_zipf(two, 2, &f));
    assert_near(f.exponent, log2(3), 1e-10);
    assert_near(f.se, sqrt(4.0 / 3) / log(2), 1e-9);
    /* optimize(function(a) a * sum(n * log(1:10)) + sum(n) * log(sum((1:10)^-a)), c(0, 5)), second difference
     */
    const double ten[] = {120, 65, 30, 31, 22, 15, 19, 9, 4, 1};
    assert_true(stat_fit_zipf(ten, 10, &f));
    assert_near(f.exponent, 1.2067792, 1e-6);
    assert_near(f.se, 0.072527877, 1e-7);
    assert_near(f.n, 316, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_is_events_over_exposure),
        cmocka_unit_test(rounded_exponential_is_geometric),
        cmocka_unit_test(lognormal_is_moments_of_logarithms),
        cmocka_unit_test(censored_times_agree_with_r),
        cmocka_unit_test(complete_times_agree_with_r),
        cmocka_unit_test(rounded_times_agree_with_r),
        cmocka_unit_test(bad_times_have_no_fit),
        cmocka_unit_test(tails_keep_their_digits),
        cmocka_unit_test(curve_is_the_product_limit),
        cmocka_unit_test(counts_agree_with_r),
        cmocka_unit_test(cut_counts_agree_with_r),
        cmocka_unit_test(even_counts_have_no_fit),
        cmocka_unit_test(popularity_agrees_with_r),
    };
    return RUN_TESTS(tests);
}
