/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two arms: Fieller, ratios, CUPED, clusters, randomisation and bootstrap. Expected
 * numbers are R 4.2's; the calls stand beside them, over these vectors:
 *   yc <- c(3,0,5,2,0,7,1,4,0,6,2,3); yt <- c(4,1,8,0,6,5,9,2,3,7)
 *   dc <- c(4,2,6,3,1,8,2,5,3,7,4,4); dt <- c(5,2,9,1,6,6,10,3,4,7)
 *   ac <- c(2.1,.4,4.8,2.2,.5,6.1,1.3,3.2,.1,5.5,2.5,2.4); at <- c(2.9,.6,5.9,.2,4.4,4.1,7.2,1,2.6,5.1)
 *   bc <- c(1,0,1,1,0,0,1,0,1,0,0,1); bt <- c(0,1,1,0,1,0,0,1,1,0)
 *   y <- c(yt, yc); arm <- rep(1:0, c(10, 12)); a <- c(at, ac); b <- c(bt, bc)
 */
#include "tests/support.h"

#include <math.h>
#include <string.h>

#include "stats/bootstrap.h"
#include "stats/cluster.h"
#include "stats/cuped.h"
#include "stats/ratio.h"
#include "stats/welch.h"

enum { T = 10, C = 12, N = T + C };
static const double y[N] = {4, 1, 8, 0, 6, 5, 9, 2, 3, 7, 3, 0, 5, 2, 0, 7, 1, 4, 0, 6, 2, 3};
static const double d[N] = {5, 2, 9, 1, 6, 6, 10, 3, 4, 7, 4, 2, 6, 3, 1, 8, 2, 5, 3, 7, 4, 4};
static const double a[N] = {2.9, .6,  5.9, .2, 4.4, 4.1, 7.2, 1,  2.6, 5.1, 2.1,
                            .4,  4.8, 2.2, .5, 6.1, 1.3, 3.2, .1, 5.5, 2.5, 2.4};
static const double b[N] = {0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1};
static const bool treated[N] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static void fieller_in_r(void **state) {
    (void)state;
    /* vc <- var(yc)/12; vt <- var(yt)/10; r <- mean(yt)/mean(yc)
     * df <- (vt + r^2*vc)^2 / (vt^2/9 + r^4*vc^2/11); q <- qt(.975, df)
     * sort(Re(polyroot(c(mean(yt)^2 - q^2*vt, -2*mean(yt)*mean(yc), mean(yc)^2 - q^2*vc)))) - 1 */
    stat_sample t = stat_sample_of(y, T), c = stat_sample_of(y + T, C);
    stat_fieller_result r = stat_fieller(&t, &c, .95);
    assert_int_equal(r.bound, STAT_BOUNDED);
    assert_near(r.df, 19.930384152618871, 1e-11);
    assert_near(r.rel, 4.5 / 2.75 - 1, 1e-15);
    assert_near(r.lo, -.200897103902097, 1e-12);
    assert_near(r.hi, 2.693077574846113, 1e-11);
    /* far from 0 it becomes the delta method's: the published groups, whose control is at 3.7 standard errors
     */
    stat_sample control = stat_sample_from_sums(3407e4, 1396.87e4, 52377.9767e4);
    stat_sample treatment = stat_sample_from_sums(3461e4, 2422.7e4, 134698.29e4);
    stat_welch_result w = stat_welch(&treatment, &control, .95);
    r = stat_fieller(&treatment, &control, .95);
    assert_near(r.lo / w.rel_lo, 1, 1e-3);
    assert_near(r.hi / w.rel_hi, 1, 1e-3);
}

static void fieller_without_bounds(void **state) {
    (void)state;
    const stat_sample t = {.n = 10, .mean = 2, .variance = 4}, near0 = {.n = 10, .mean = .3, .variance = 4};
    const stat_sample nil = {.n = 10, .mean = 0, .variance = 0}, one = {.n = 1, .mean = 3, .variance = NAN};
    const stat_sample flat = {.n = 10, .mean = 1, .variance = 0};
    stat_fieller_result r = stat_fieller(&t, &near0, .95);
    assert_int_equal(r.bound, STAT_UNBOUNDED);
    assert_true(isnan(r.lo) && isnan(r.hi) && r.rel > 5);
    r = stat_fieller(&t, &nil, .95);
    assert_true(r.bound == STAT_UNBOUNDED && isnan(r.rel));
    r = stat_fieller(&nil, &nil, .95);
    assert_true(r.bound == STAT_UNKNOWN && isnan(r.rel));
    assert_int_equal(stat_fieller(&t, &one, .95).bound, STAT_UNKNOWN);
    assert_int_equal(stat_fieller(&flat, &flat, .95).bound, STAT_UNKNOWN);
    /* nobody of the treated converts: that their rate is 0 for sure does not follow */
    const stat_sample some = {.n = 100, .mean = 1, .variance = 1};
    r = stat_fieller(&nil, &some, .95);
    assert_true(r.bound == STAT_UNKNOWN && r.rel == -1 && isnan(r.lo) && isnan(r.hi));
    stat_welch_result w = stat_welch(&nil, &some, .95);
    assert_true(w.rel == -1 && isnan(w.rel_lo) && isnan(w.rel_hi) && isnan(w.rel_p));
    assert_near(w.hi, -1 + 1.984217 * .1, 1e-7);
}

static void ratios_in_r(void **state) {
    (void)state;
    /* rl <- function(x, y) mean(x)/mean(y) + (x - mean(x)/mean(y)*y)/mean(y); t.test(rl(yt, dt), rl(yc, dc))
     */
    stat_pairs pt = stat_pairs_of(y, d, T), pc = stat_pairs_of(y + T, d + T, C);
    stat_sample t = stat_ratio_sample(&pt), c = stat_ratio_sample(&pc);
    assert_near(c.mean, .673469387755102, 1e-14);
    assert_near(c.variance, .0693104111092, 1e-13);
    assert_near(t.mean, .849056603773585, 1e-14);
    assert_near(t.variance, .0160530982416239, 1e-13);
    stat_welch_result w = stat_welch(&t, &c, .95);
    assert_near(w.diff, .175587216018483, 1e-14);
    assert_near(w.lo, -.00616877349907539, 1e-13);
    assert_near(w.hi, .357343205536041, 1e-13);
    assert_near(w.p, .0573672394358122, 1e-12);
    assert_near(w.df, 16.4145178628776, 1e-10);
    /* a ratio that all share has no spread; a denominator of 0 has no ratio; 1 everywhere is the mean */
    const double x[] = {2, 6, 4}, per[] = {1, 3, 2}, nil[] = {0, 0, 0};
    stat_pairs p = stat_pairs_of(x, per, 3);
    assert_true(stat_ratio_sample(&p).mean == 2 && stat_ratio_sample(&p).variance == 0);
    p = stat_pairs_of(x, nil, 3);
    assert_true(isnan(stat_ratio_sample(&p).mean) && isnan(stat_ratio_sample(&p).variance));
    p = stat_pairs_of(x, NULL, 3);
    assert_near(stat_ratio_sample(&p).variance, 4, 1e-14);
    p = stat_pairs_of(x, per, 1);
    assert_true(stat_ratio_sample(&p).mean == 2 && isnan(stat_ratio_sample(&p).variance));
}

static void cuped_in_r(void **state) {
    (void)state;
    /* th <- coef(lm(y ~ arm + a))["a"]; z <- y - th*(a - mean(a)); t.test(z[arm == 1], z[arm == 0]) */
    const double *one[] = {a}, *two[] = {a, b};
    stat_cuped_result r;
    assert_true(stat_cuped(y, treated, N, one, 1, NULL, &r));
    assert_near(r.theta[0], 1.23005063811165, 1e-13);
    stat_welch_result w = stat_welch(&r.treated, &r.control, .95);
    assert_near(r.treated.mean, 3.957659491378044, 1e-13);
    assert_near(r.control.mean, 3.20195042385163, 1e-13);
    assert_near(w.lo, .382734474309689, 1e-12);
    assert_near(w.hi, 1.128683660743138, 1e-12);
    assert_near(w.p, .000416393632240114, 1e-14);
    /* the same with lm(y ~ arm + a + b); sum(resid(lm(z ~ arm))^2) / sum(resid(lm(y ~ arm))^2) */
    double z[N];
    assert_true(stat_cuped(y, treated, N, two, 2, z, &r));
    assert_near(r.theta[0], 1.244175006228452, 1e-12);
    assert_near(r.theta[1], .255909324013914, 1e-12);
    assert_near(r.kept, .0223099155799586, 1e-13);
    w = stat_welch(&r.treated, &r.control, .95);
    assert_near(w.diff, .744291869965334, 1e-12);
    assert_near(w.lo, .391265454835364, 1e-12);
    assert_near(w.hi, 1.097318285095305, 1e-12);
    assert_near(w.p, .000277700803279908, 1e-14);
    assert_near(stat_sample_of(z, T).mean, r.treated.mean, 1e-14);
}

static void cuped_at_the_edges(void **state) {
    (void)state;
    double twice[N], flat[N], missing[N], some[N];
    const double *same[] = {a, twice}, *constant[] = {flat}, *holes[] = {missing};
    for (int i = 0; i < N; i++) {
        twice[i] = 2 * a[i] - 7;
        flat[i] = .1;
        missing[i] = i % 5 ? a[i] : NAN;
        some[i] = y[i];
    }
    stat_cuped_result one, r;
    const double *single[] = {a};
    assert_true(stat_cuped(y, treated, N, single, 1, NULL, &one));
    /* collinear covariates are worth one */
    assert_true(stat_cuped(y, treated, N, same, 2, NULL, &r));
    assert_near(r.treated.mean, one.treated.mean, 1e-12);
    assert_near(r.control.variance, one.control.variance, 1e-12);
    /* no spread, or none at all: plain */
    assert_true(stat_cuped(y, treated, N, constant, 1, NULL, &r));
    assert_true(r.theta[0] == 0 && r.kept == 1);
    assert_near(r.treated.mean, 4.5, 1e-15);
    assert_true(stat_cuped(y, treated, N, NULL, 0, NULL, &r));
    assert_near(r.control.mean, 2.75, 1e-15);
    /* R: m <- a; m[(0:21) %% 5 == 0] <- mean(m[(0:21) %% 5 != 0]); coef(lm(y ~ arm + m))["m"], made by hand
     */
    assert_true(stat_cuped(y, treated, N, holes, 1, NULL, &r));
    assert_near(r.units_without, 5, 0);
    double mean = 0, filled[N];
    for (int i = 0; i < N; i++)
        mean += i % 5 ? a[i] / 17 : 0;
    for (int i = 0; i < N; i++)
        filled[i] = i % 5 ? a[i] : mean;
    const double *whole[] = {filled};
    assert_true(stat_cuped(y, treated, N, whole, 1, NULL, &one));
    assert_near(r.treated.mean, one.treated.mean, 1e-13);
    assert_near(r.theta[0], one.theta[0], 1e-13);
    /* units without an outcome do not count */
    some[0] = some[N - 1] = NAN;
    assert_true(stat_cuped(some, treated, N, single, 1, some, &r));
    assert_true(r.treated.n == T - 1 && r.control.n == C - 1 && isnan(some[0]) && !isnan(some[1]));
    assert_false(stat_cuped(y, treated, N, single, STAT_COVARIATES_MAX + 1, NULL, &r));
}

static void clusters_in_r(void **state) {
    (void)state;
    uint32_t nested[N], crossed[N];
    for (uint32_t i = 0; i < N; i++) {
        nested[i] = i / 2;
        crossed[i] = (i < T ? i : i - T) % 6;
    }
    /* sx <- function(x, k) tapply(x, k, sum); t.test(rl(sx(yt, kt), sx(rep(1, 10), kt)), rl(...)) in pairs */
    stat_clustered data = {y, NULL, treated, nested, N, 11};
    stat_cluster_result r;
    assert_true(stat_cluster(&data, .95, &r));
    assert_true(!r.crossed && r.clusters[0] == 6 && r.clusters[1] == 5);
    assert_near(r.welch.diff, 1.75, 1e-14);
    assert_near(r.welch.lo, .179104738123041, 1e-12);
    assert_near(r.welch.hi, 3.320895261876959, 1e-12);
    assert_near(r.welch.p, .0341743849480913, 1e-13);
    assert_near(r.welch.df, 6.27059257437915, 1e-11);
    /* X <- cbind(1, arm); M <- solve(crossprod(X)); R <- diag(22) - X %*% M %*% t(X); e <- R %*% y
     * root <- function(A) with(eigen(A), vectors %*% diag(1/sqrt(values)) %*% t(vectors))
     * by <- function(k, l) { i <- which(g == k); w <- root(R[i,i]) %*% X[i,] %*% M %*% l; R[,i] %*% w }
     * P <- sapply(0:5, by, c(0, 1)); V <- sum(crossprod(P, y)^2); B <- crossprod(P)
     * df <- sum(diag(B))^2/sum(B^2); relative: c(1/2.75 - 4.5/2.75^2, 1/2.75) instead of c(0, 1) */
    data = (stat_clustered){y, NULL, treated, crossed, N, 6};
    assert_true(stat_cluster(&data, .95, &r));
    assert_true(r.crossed);
    assert_near(r.welch.se, 1.1221631112571471, 1e-13);
    assert_near(r.welch.df, 4.8618627140635429, 1e-12);
    assert_near(r.welch.lo, -1.15943863658728086, 1e-12);
    assert_near(r.welch.hi, 4.65943863658728041, 1e-12);
    assert_near(r.welch.p, .18126660409780951, 1e-13);
    assert_near(r.welch.rel, 4.5 / 2.75 - 1, 1e-14);
    assert_near(r.welch.rel_se, .5068940694220947, 1e-13);
    double q = (r.welch.diff - r.welch.lo) / r.welch.se; /* the same t distribution */
    assert_near(r.welch.rel_lo, r.welch.rel - q * r.welch.rel_se, 1e-13);
    assert_near(r.welch.rel_hi, r.welch.rel + q * r.welch.rel_se, 1e-13);
    /* 1 more in each cluster: the difference has no spread, but the relative one has */
    const double more[] = {1, 2, 3, 2, 3, 4};
    const bool arm[] = {0, 0, 0, 1, 1, 1};
    const uint32_t three[] = {0, 1, 2, 0, 1, 2};
    data = (stat_clustered){more, NULL, arm, three, 6, 3};
    assert_true(stat_cluster(&data, .95, &r));
    assert_true(r.welch.diff == 1 && isnan(r.welch.lo));
    assert_near(r.welch.rel_se, .144337567297406, 1e-13);
    assert_near(r.welch.rel_lo, -.121034427937583, 1e-11);
    assert_near(r.welch.rel_p, .0741799002274486, 1e-12);
    /* each unit its own cluster: Welch */
    uint32_t own[N];
    for (uint32_t i = 0; i < N; i++)
        own[i] = i;
    data = (stat_clustered){y, NULL, treated, own, N, N};
    assert_true(stat_cluster(&data, .95, &r));
    stat_sample t = stat_sample_of(y, T), c = stat_sample_of(y + T, C);
    assert_near(r.welch.p, stat_welch(&t, &c, .95).p, 1e-13);
    /* one cluster in all */
    memset(own, 0, sizeof own);
    data.clusters = 1;
    assert_true(stat_cluster(&data, .95, &r));
    assert_true(r.welch.diff == 1.75 && isnan(r.welch.lo) && isnan(r.welch.p));
}

/* SplitMix64's finaliser of the address. */
static double uniform(const void *context, uint32_t replicate, uint32_t unit) {
    (void)context;
    uint64_t z = ((uint64_t)replicate << 32 | unit) + 0x9e3779b97f4a7c15u;
    for (int i = 0; i < 2; i++) {
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        z ^= z >> 31;
    }
    return (double)(z >> 11) * 0x1p-53;
}

static const stat_draws draws = {uniform, NULL};

static void randomisation_in_r(void **state) {
    (void)state;
    uint32_t nested[N];
    for (uint32_t i = 0; i < N; i++)
        nested[i] = i / 2;
    /* K: sums by cluster, the treated ones last; cm <- combn(11, 5); obs <- abs(sum(K[7:11])/10 -
     * sum(K[1:6])/12) mean(apply(cm, 2, function(i) abs(sum(K[i])/10 - sum(K[-i])/12)) >= obs - 1e-12) */
    stat_clustered data = {y, NULL, treated, nested, N, 11};
    stat_randomisation_result r;
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_true(r.exact && r.assignments == 462);
    assert_near(r.p, .025974025974026, 1e-14);
    /* 3 against 3: 20 assignments, the extreme one and its mirror image; 4 against 4: 2 / 70 */
    const double apart[] = {9, 8, 7, 6, 1, 2, 3, 4};
    const bool three[] = {1, 1, 1, 0, 0, 0}, four[] = {1, 1, 1, 1, 0, 0, 0, 0};
    const uint32_t own[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const double apart3[] = {9, 8, 7, 1, 2, 3};
    data = (stat_clustered){apart3, NULL, three, own, 6, 6};
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_near(r.p, .1, 1e-15);
    assert_near(r.least, .1, 1e-15);
    data = (stat_clustered){apart, NULL, four, own, 8, 8};
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_near(r.p, 2. / 70, 1e-15);
    /* small differences around a large mean, which rounding must not tell from their mirror images */
    const double far_up[] = {10000.1, 10000.7, 10000.3, 10000.6, 10000.2, 10000, 10000.4, 10000.5};
    const bool most[] = {0, 1, 0, 1, 0, 0, 1, 1};
    data = (stat_clustered){far_up, NULL, most, own, 8, 8};
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_near(r.p, 2. / 70, 1e-15);
    data = (stat_clustered){apart, NULL, four, own, 8, 8};
    /* clusters in both arms, or none in one: no test */
    uint32_t both[8] = {0, 1, 2, 3, 0, 1, 2, 3};
    data.cluster = both;
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_true(isnan(r.p));
    const bool none[8] = {0};
    data = (stat_clustered){apart, NULL, none, own, 8, 8};
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_true(isnan(r.p));
    /* without a denominator on one side there is no difference: 2 of 6 are so, and count as far; the other
     * four are as far as the data */
    const double of[] = {1, 2, 0, 0}, per[] = {1, 1, 0, 0};
    const bool two[] = {1, 0, 1, 0};
    data = (stat_clustered){of, per, two, own, 4, 4};
    assert_true(stat_randomisation(&data, 0, draws, &r));
    assert_near(r.p, 1, 1e-15);
}

/* Too many assignments to try all: the drawn ones must agree with the exact share. 12 against 12 gives 2.7e6.
 */
static void randomisation_by_draws(void **state) {
    (void)state;
    enum { G = 24, DRAWS = 20000 };
    double x[G];
    bool arm[G];
    uint32_t own[G];
    for (uint32_t i = 0; i < G; i++) {
        x[i] = i < 2 ? 1 : 0; /* two clusters have the event, both treated */
        arm[i] = i < G / 2;
        own[i] = i;
    }
    stat_clustered data = {x, NULL, arm, own, G, G};
    stat_randomisation_result r;
    assert_true(stat_randomisation(&data, DRAWS, draws, &r));
    assert_false(r.exact);
    double exact = 2 * (12. * 11) / (24. * 23); /* both in one arm */
    assert_near(r.p, exact, 4 * sqrt(exact * (1 - exact) / DRAWS));
}

/* All 4^4 3^3 resamples of so few units, in R: gt <- rowMeans(expand.grid(xt, xt, xt, xt)), gc likewise,
 * D <- as.vector(outer(gt, gc, "-")); acceleration and bias as in Efron and Tibshirani, 14: .0448311,
 * .0424426; quantile(D, c(.05, .95)) is 0, 5.6667; quantile(D, c(.0731716, .9691062)) is .25, 6, and .004 to
 * either side .25 to .3333 and 5.9167 to 6.1667. */
static void bootstrap_of_all_resamples(void **state) {
    (void)state;
    const double xt[] = {1, 2, 4, 9}, xc[] = {0, 1, 3};
    const stat_bootstrap_arm t = {xt, NULL, 4}, c = {xc, NULL, 3};
    stat_bootstrap_result r;
    assert_true(stat_bootstrap(&t, &c, STAT_PERCENTILE, 100000, .9, draws, &r));
    assert_near(r.diff.estimate, 4 - 4. / 3, 1e-15);
    assert_near(r.diff.lo, 0, .084);
    assert_near(r.diff.hi, 17. / 3, .084);
    assert_true(stat_bootstrap(&t, &c, STAT_BCA, 100000, .9, draws, &r));
    assert_near(r.diff.lo, .25, .084);
    assert_near(r.diff.hi, 6, .167);
    /* w <- qnorm(mean(D <= 0)) - z0; 2*pnorm(w/(1 + a*w) - z0), where plain percentiles give .1073 */
    assert_near(r.diff.p, .0676469, .006);
    assert_true(stat_bootstrap(&c, &t, STAT_BCA, 100000, .9, draws, &r)); /* from the other side */
    assert_near(r.diff.p, .0676469, .006);
    assert_true(stat_bootstrap(&t, &c, STAT_BCA, 100000, .9, draws, &r));
    /* 1 in 27 controls is 0, all three of them: more than .05 is no, less is left out */
    assert_near(r.rel.out / 100000, 1. / 27, 4 * sqrt(1. / 27 * 26 / 27 / 100000));
    assert_true(isfinite(r.rel.lo));
}

/* Against the normal distribution: half-width 1.96 standard errors, for a mean and for a ratio. */
static void bootstrap_of_many(void **state) {
    (void)state;
    enum { M = 400, B = 4000 };
    double x[M], per[M];
    for (uint32_t i = 0; i < M; i++) {
        per[i] = 1 + floor(4 * uniform(NULL, 900001, i));
        x[i] = per[i] * (.3 + uniform(NULL, 900002, i));
    }
    const stat_bootstrap_arm t = {x, per, M / 2}, c = {x + M / 2, per + M / 2, M / 2};
    stat_pairs pt = stat_pairs_of(x, per, M / 2), pc = stat_pairs_of(x + M / 2, per + M / 2, M / 2);
    stat_sample st = stat_ratio_sample(&pt), sc = stat_ratio_sample(&pc);
    stat_welch_result w = stat_welch(&st, &sc, .95);
    for (int kind = STAT_PERCENTILE; kind <= STAT_POISSON; kind++) {
        stat_bootstrap_result r;
        assert_true(stat_bootstrap(&t, &c, (stat_bootstrap_kind)kind, B, .95, draws, &r));
        assert_near(r.diff.estimate, w.diff, 1e-13);
        assert_near(r.rel.estimate, w.rel, 1e-13);
        /* a quantile's error is about 2.1 of 63 standard errors: .035 se; the ends differ by under 4 of them
         */
        assert_near((r.diff.hi - r.diff.lo) / 2 / w.se, 1.96, .14);
        assert_near((r.rel.hi - r.rel.lo) / 2 / w.rel_se, 1.96, .2);
        assert_near(r.diff.p, w.p, .05);
    }
}

static void bootstrap_at_the_edges(void **state) {
    (void)state;
    const double x[] = {1, 1, 1}, nil[] = {0, 0, 0};
    const stat_bootstrap_arm three = {x, NULL, 3}, one = {x, NULL, 1}, none = {nil, NULL, 3};
    stat_bootstrap_result r;
    assert_true(stat_bootstrap(&three, &one, STAT_BCA, 100, .95, draws, &r));
    assert_true(r.diff.estimate == 0 && isnan(r.diff.lo) && isnan(r.diff.p));
    assert_true(stat_bootstrap(&three, &three, STAT_BCA, 100, .95, draws, &r));
    assert_true(r.diff.estimate == 0 && isnan(r.diff.lo));
    assert_true(stat_bootstrap(&three, &none, STAT_PERCENTILE, 100, .95, draws, &r));
    assert_true(r.diff.estimate == 1 && isnan(r.rel.estimate) && isnan(r.rel.lo));
    /* resamples without a visit have no ratio, and more than 5 % of those of the control are such */
    const double orders[] = {1, 0, 1}, visits[] = {2, 1, 1}, few[] = {0, 0, 1}, never[] = {0, 0, 0};
    const stat_bootstrap_arm some = {orders, visits, 3}, rare = {orders, few, 3}, no = {orders, never, 3};
    assert_true(stat_bootstrap(&some, &rare, STAT_PERCENTILE, 20000, .95, draws, &r));
    assert_near(r.rel.out / 20000, 8. / 27, 4 * sqrt(8. / 27 * 19 / 27 / 20000));
    assert_near(r.diff.out, r.rel.out, 0);
    assert_true(isnan(r.rel.lo) && isnan(r.diff.lo));
    assert_true(stat_bootstrap(&some, &no, STAT_PERCENTILE, 100, .95, draws, &r));
    assert_true(isnan(r.diff.estimate) && isnan(r.rel.estimate) && isnan(r.rel.lo));
    /* the same sample twice: no bias and no skewness, so BCa is the percentile interval, ties or not */
    const double coin[] = {0, 1, 0, 1};
    const stat_bootstrap_arm four = {coin, NULL, 4};
    stat_bootstrap_result plain;
    assert_true(stat_bootstrap(&four, &four, STAT_PERCENTILE, 20000, .9, draws, &plain));
    assert_true(stat_bootstrap(&four, &four, STAT_BCA, 20000, .9, draws, &r));
    assert_near(plain.diff.lo, -.5, 1e-12); /* P(D <= -.75) = 9 / 256, P(D <= -.5) = 37 / 256 */
    assert_true(r.diff.lo == plain.diff.lo && r.diff.hi == plain.diff.hi);
    /* R: cumsum(dpois(0:3, 1)) */
    assert_int_equal(stat_poisson_weight(.367879), 0);
    assert_int_equal(stat_poisson_weight(.367880), 1);
    assert_int_equal(stat_poisson_weight(.735758), 1);
    assert_int_equal(stat_poisson_weight(.735759), 2);
    assert_true(stat_poisson_weight(1 - 0x1p-53) <= 18);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fieller_in_r),
        cmocka_unit_test(fieller_without_bounds),
        cmocka_unit_test(ratios_in_r),
        cmocka_unit_test(cuped_in_r),
        cmocka_unit_test(cuped_at_the_edges),
        cmocka_unit_test(clusters_in_r),
        cmocka_unit_test(randomisation_in_r),
        cmocka_unit_test(randomisation_by_draws),
        cmocka_unit_test(bootstrap_of_all_resamples),
        cmocka_unit_test(bootstrap_of_many),
        cmocka_unit_test(bootstrap_at_the_edges),
    };
    return RUN_TESTS(tests);
}
