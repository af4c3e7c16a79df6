/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_check.c - posterior-predictive checks: data sets of the trace's size, drawn by the simulator's
 * own models with parameters drawn from their normal approximation, and looked at through the trace's own
 * window.
 *
 * A. Gelman, X.-L. Meng, H. Stern, Statistica Sinica 6, 1996; with the large-sample normal distribution of
 * the estimates, on the log scale, in place of a posterior.
 */
#include <math.h>
#include <stdlib.h>

#include "lab/calibrate_job.h"
#include "models/dist.h"
#include "models/rng.h"
#include "stats/gini.h"

enum { SETS_MAX = 200, SETS_MIN = 40, BUDGET = 20000000 /* draws */, SEED = 1, REDRAWS = 1000 };
static const double HOUR = 3600e3;

static unsigned sets_for(double draws) {
    double sets = BUDGET / fmax(draws, 1);
    return sets > SETS_MAX ? SETS_MAX : sets < SETS_MIN ? SETS_MIN : (unsigned)sets;
}

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted values: the least that at least a share q of them does not exceed. */
static double quantile(const double *sorted, size_t n, double q) {
    if (!n) return NAN;
    double k = ceil(q * (double)n - 1e-9);
    return sorted[k < 1 ? 0 : (size_t)k - 1];
}

/* A pair of standard normals (G. E. P. Box, M. E. Muller, Annals of Math. Statistics 29, 1958), made to have
 * the covariance of the estimates. */
static void draw_theta(const stat_maximum *m, gsl_rng *r, double theta[STAT_FIT_MAX]) {
    double radius = sqrt(-2 * log1p(-gsl_rng_uniform(r))), angle = 2 * acos(-1) * gsl_rng_uniform(r);
    double z0 = radius * cos(angle), z1 = radius * sin(angle);
    double a = sqrt(m->covariance[0][0]), b = m->n > 1 ? m->covariance[0][1] / a : 0;
    double c = m->n > 1 ? sqrt(fmax(m->covariance[1][1] - b * b, 0)) : 0;
    theta[0] = m->theta[0] + a * z0;
    theta[1] = m->theta[1] + b * z0 + c * z1;
}

/* ---- what is looked at ---- */

typedef struct {
    double value[SETS_MAX][LAB_CHECKS];
    double observed[LAB_CHECKS];
} table;

static void settle(lab_checks *out, const table *t, unsigned sets) {
    double sorted[SETS_MAX];
    out->sets = sets;
    for (size_t k = 0; k < out->n; k++) {
        lab_check *c = &out->check[k];
        double below = 0, above = 0;
        c->observed = t->observed[k];
        for (unsigned i = 0; i < sets; i++) {
            sorted[i] = t->value[i][k];
            below += sorted[i] <= c->observed;
            above += sorted[i] >= c->observed;
        }
        qsort(sorted, sets, sizeof *sorted, by_number);
        c->median = quantile(sorted, sets, 0.5);
        c->lo = quantile(sorted, sets, 0.025);
        c->hi = quantile(sorted, sets, 0.975);
        c->tail = fmin(1, 2 * (1 + fmin(below, above)) / (1 + (double)sets));
    }
}

/* ---- times ---- */

enum { TIME_MEAN, TIME_MEDIAN, TIME_P90, TIME_P95, TIME_MAX, TIME_SHORTEST, TIME_OPEN, TIME_CHECKS };
static const lab_check time_checks[TIME_CHECKS] = {
    {.name = "mean", .unit = "h"},
    {.name = "median", .unit = "h"},
    {.name = "p90", .unit = "h"},
    {.name = "p95", .unit = "h"},
    {.name = "max", .unit = "h"},
    {.name = "share at the least", .unit = "share"},
    {.name = "share not ended", .unit = "share"},
};

/* [in, out] ended: n lengths, sorted here. [in] of: all, ended or not. */
static void look_at_times(double *ended, size_t n, size_t of, double least, double *out) {
    double sum = 0, shortest = 0;
    qsort(ended, n, sizeof *ended, by_number);
    for (size_t i = 0; i < n; i++) {
        sum += ended[i];
        shortest += ended[i] <= least * (1 + 1e-9);
    }
    out[TIME_MEAN] = n ? sum / (double)n : NAN;
    out[TIME_MEDIAN] = quantile(ended, n, 0.5);
    out[TIME_P90] = quantile(ended, n, 0.9);
    out[TIME_P95] = quantile(ended, n, 0.95);
    out[TIME_MAX] = n ? ended[n - 1] : NAN;
    out[TIME_SHORTEST] = n ? shortest / (double)n : NAN;
    out[TIME_OPEN] = 1 - (double)n / (double)of;
}

static int64_t to_ms(double hours) {
    return llround(fmin(hours * HOUR, (double)MODEL_SPAN_MAX));
}

/* The fit as the simulator takes it. */
static model_span span_of(int family, double size, double shape) {
    model_span s = {.cv = shape, .sigma = shape, .shape = shape};
    s.mean = s.median = s.scale = to_ms(size);
    s.kind = family == STAT_EXPONENTIAL ? MODEL_SPAN_EXPONENTIAL
             : family == STAT_GAMMA     ? MODEL_SPAN_GAMMA
             : family == STAT_LOGNORMAL ? MODEL_SPAN_LOGNORMAL
                                        : MODEL_SPAN_WEIBULL;
    return s;
}

static double draw_hours(const lab_spells *of, const model_span *span, gsl_rng *r) {
    double hours = (double)model_span_draw(span, r) / HOUR;
    if (!of->rounded) return hours;
    double units = floor(hours / of->unit + 0.5);
    return of->unit * (of->zeros ? units : fmax(units, 1));
}

/* One data set. Returns how many ended inside their windows; their lengths are in `ended`. */
static size_t simulate_times(const lab_times *t, const double theta[STAT_FIT_MAX], gsl_rng *r,
                             double *ended) {
    const lab_spells *of = t->of;
    model_span span = span_of(t->best, exp(theta[0]), exp(theta[1]));
    size_t n = 0;
    for (size_t i = 0; i < of->n; i++) {
        double window = of->spell[i].window * (1 + 1e-12), hours = draw_hours(of, &span, r);
        for (int again = 0; of->cut && hours > window && again < REDRAWS; again++)
            hours = draw_hours(of, &span, r);
        if (hours <= window) ended[n++] = hours;
    }
    return n;
}

static bool check_times(lab_times *t, uint32_t which, gsl_rng *r, table *work) {
    double *ended = malloc(t->of->n * sizeof *ended), theta[STAT_FIT_MAX], least;
    size_t n = 0;
    unsigned sets = sets_for((double)t->of->n);
    if (!ended) return false;
    for (size_t i = 0; i < t->of->n; i++)
        if (t->of->spell[i].ended) ended[n++] = t->of->spell[i].length;
    qsort(ended, n, sizeof *ended, by_number);
    least = ended[0];
    look_at_times(ended, n, t->of->n, least, work->observed);
    for (unsigned i = 0; i < sets; i++) {
        model_rng_seek(r, model_key_make(SEED, 0), which, 0, MODEL_P_CALIBRATE, i);
        draw_theta(&t->fit[t->best].maximum, r, theta);
        n = simulate_times(t, theta, r, ended);
        look_at_times(ended, n, t->of->n, least, work->value[i]);
    }
    t->checks.n = TIME_CHECKS;
    for (size_t k = 0; k < TIME_CHECKS; k++)
        t->checks.check[k] = time_checks[k];
    settle(&t->checks, work, sets);
    free(ended);
    return true;
}

/* ---- counts by shopper ---- */

enum { COUNT_MEAN, COUNT_SD, COUNT_ONCE, COUNT_P90, COUNT_MAX, COUNT_TOP, COUNT_CHECKS };
static const lab_check count_checks[COUNT_CHECKS] = {
    {.name = "mean", .unit = "count"},
    {.name = "standard deviation", .unit = "count"},
    {.name = "share with one", .unit = "share"},
    {.name = "p90", .unit = "count"},
    {.name = "max", .unit = "count"},
    {.name = "share of the top fifth", .unit = "share"},
};

static void look_at_counts(double *x, size_t n, double *out) {
    double sum = 0, squares = 0, once = 0, top = 0;
    qsort(x, n, sizeof *x, by_number);
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
        once += x[i] == 1;
        if (i >= n - n / 5) top += x[i];
    }
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    out[COUNT_MEAN] = mean;
    out[COUNT_SD] = sqrt(squares / (double)n);
    out[COUNT_ONCE] = once / (double)n;
    out[COUNT_P90] = quantile(x, n, 0.9);
    out[COUNT_MAX] = x[n - 1];
    out[COUNT_TOP] = top / sum;
}

static bool check_counts(lab_calibration *c, uint32_t which, gsl_rng *r, table *work) {
    size_t n = (size_t)c->facts.shoppers, filled = 0;
    double *x = malloc(n * sizeof *x), theta[STAT_FIT_MAX];
    unsigned sets = sets_for((double)n / (1 - fmin(c->nbd.zero, 0.999)));
    if (!x) return false;
    for (size_t i = 0; i < c->facts.visit_counts; i++)
        for (double k = 0; k < c->facts.visits[i].weight; k++)
            x[filled++] = c->facts.visits[i].x;
    look_at_counts(x, n, work->observed);
    for (unsigned i = 0; i < sets; i++) {
        model_rng_seek(r, model_key_make(SEED, 0), which, 0, MODEL_P_CALIBRATE, i);
        draw_theta(&c->nbd.maximum, r, theta);
        model_units units = {MODEL_UNITS_NEGATIVE_BINOMIAL, exp(theta[0]), exp(theta[1]), 0, 0, 0};
        for (size_t k = 0; k < n;) { /* who never comes is not in the trace */
            x[k] = (double)model_units_draw(&units, r);
            k += x[k] > 0;
        }
        look_at_counts(x, n, work->value[i]);
    }
    c->nbd_checks.n = COUNT_CHECKS;
    for (size_t k = 0; k < COUNT_CHECKS; k++)
        c->nbd_checks.check[k] = count_checks[k];
    settle(&c->nbd_checks, work, sets);
    free(x);
    return true;
}

/* ---- counts by SKU ---- */

enum { SKU_TOP, SKU_TENTH, SKU_HALF, SKU_GINI, SKU_CHECKS };
static const lab_check sku_checks[SKU_CHECKS] = {
    {.name = "share of the first", .unit = "share"},
    {.name = "share of the top tenth", .unit = "share"},
    {.name = "share of the lower half", .unit = "share"},
    {.name = "Gini", .unit = "share"},
};

static void look_at_skus(stat_counted *x, size_t n, double *out) {
    double sum = 0, tenth = 0, half = 0;
    out[SKU_GINI] = stat_gini(x, n); /* sorts, rising */
    for (size_t i = 0; i < n; i++) {
        sum += x[i].x;
        if (i >= n - (n + 9) / 10) tenth += x[i].x;
        if (i < n / 2) half += x[i].x;
    }
    out[SKU_TOP] = x[n - 1].x / sum;
    out[SKU_TENTH] = tenth / sum;
    out[SKU_HALF] = half / sum;
}

static bool check_skus(lab_calibration *c, uint32_t which, gsl_rng *r, table *work) {
    size_t n = c->facts.skus;
    stat_counted *x = malloc(n * sizeof *x);
    double *share = malloc(n * sizeof *share), theta[STAT_FIT_MAX];
    unsigned sets = sets_for(20 * (double)n);
    bool good = x && share;
    const stat_maximum m = {.n = 1, .theta = {c->zipf.exponent}, .covariance = {{c->zipf.se * c->zipf.se}}};
    for (size_t i = 0; i < n && good; i++)
        x[i] = (stat_counted){c->facts.sku[i], 1};
    if (good) look_at_skus(x, n, work->observed);
    for (unsigned s = 0; s < sets && good; s++) {
        model_rng_seek(r, model_key_make(SEED, 0), which, 0, MODEL_P_CALIBRATE, s);
        draw_theta(&m, r, theta);
        model_zipf(theta[0], (uint32_t)n, share);
        for (size_t i = 0; i < n; i++) {
            model_units units = {MODEL_UNITS_POISSON, c->zipf.n * share[i], 0, 0, 0, 0};
            x[i] = (stat_counted){(double)model_units_draw(&units, r), 1};
        }
        look_at_skus(x, n, work->value[s]);
    }
    c->zipf_checks.n = SKU_CHECKS;
    for (size_t k = 0; k < SKU_CHECKS; k++)
        c->zipf_checks.check[k] = sku_checks[k];
    if (good) settle(&c->zipf_checks, work, sets);
    free(x);
    free(share);
    return good;
}

bool lab_calibration_check(lab_calibration *c) {
    gsl_rng *r = gsl_rng_alloc(model_rng_philox);
    table *work = calloc(1, sizeof *work);
    bool good = r && work;
    for (size_t i = 0; i < c->kinds && good; i++)
        if (c->times[i].best >= 0) good = check_times(&c->times[i], (uint32_t)i, r, work);
    if (good && c->has_nbd) good = check_counts(c, LAB_TIMES, r, work);
    if (good && c->has_zipf) good = check_skus(c, LAB_TIMES + 1, r, work);
    gsl_rng_free(r);
    free(work);
    return good;
}
