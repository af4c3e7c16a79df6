/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuped.c - see cuped.h.
 */
#include "stats/cuped.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_linalg.h>

#include "stats/stream.h"

typedef struct {
    const double *y;
    const bool *treated;
    const double *const *x;
    size_t n, k;
    double mean[STAT_COVARIATES_MAX];   /* over both arms */
    double arm[2][STAT_COVARIATES_MAX]; /* of each arm, less `mean` */
    double scale[STAT_COVARIATES_MAX];  /* root of the sum of squares inside the arms */
    double arm_y[2];
} problem;

/* What a unit lacks counts as the mean. */
static double away(const problem *p, size_t j, size_t i) {
    double x = p->x[j][i];
    return isnan(x) ? 0 : x - p->mean[j];
}

static void centre(problem *p) {
    stat_stream y[2] = {{.n = 0}, {.n = 0}};
    for (size_t i = 0; i < p->n; i++)
        stat_stream_add(&y[p->treated[i]], p->y[i]);
    for (int a = 0; a < 2; a++)
        p->arm_y[a] = stat_stream_sample(&y[a]).mean;
    for (size_t j = 0; j < p->k; j++) {
        stat_stream all = {0}, arm[2] = {{.n = 0}, {.n = 0}};
        for (size_t i = 0; i < p->n; i++)
            if (!isnan(p->y[i])) stat_stream_add(&all, p->x[j][i]);
        p->mean[j] = all.n > 0 ? stat_stream_sample(&all).mean : 0;
        for (size_t i = 0; i < p->n; i++)
            if (!isnan(p->y[i])) stat_stream_add(&arm[p->treated[i]], away(p, j, i));
        for (int a = 0; a < 2; a++)
            p->arm[a][j] = arm[a].n > 0 ? stat_stream_sample(&arm[a]).mean : 0;
        p->scale[j] = sqrt(arm[0].m2 + arm[1].m2);
        /* no spread but rounding */
        if (p->scale[j] <= 1e-12 * fabs(p->mean[j]) * sqrt((double)p->n)) p->scale[j] = 0;
    }
}

/* Correlations of the covariates inside the arms, and with y in covariance. */
static void fill(const problem *p, gsl_matrix *among, gsl_vector *with_y) {
    double from[STAT_COVARIATES_MAX];
    for (size_t i = 0; i < p->n; i++) {
        if (isnan(p->y[i])) continue;
        int a = p->treated[i];
        for (size_t j = 0; j < p->k; j++)
            from[j] = p->scale[j] > 0 ? (away(p, j, i) - p->arm[a][j]) / p->scale[j] : 0;
        for (size_t j = 0; j < p->k; j++) {
            *gsl_vector_ptr(with_y, j) += from[j] * (p->y[i] - p->arm_y[a]);
            for (size_t l = 0; l < p->k; l++)
                *gsl_matrix_ptr(among, j, l) += from[j] * from[l];
        }
    }
}

/* Least squares by singular values: collinear covariates share their slope. false: no memory. */
static bool solve(const problem *p, double *theta) {
    gsl_matrix *among = gsl_matrix_calloc(p->k, p->k), *v = gsl_matrix_alloc(p->k, p->k);
    gsl_vector *with_y = gsl_vector_calloc(p->k), *s = gsl_vector_alloc(p->k), *work = gsl_vector_alloc(p->k),
               *slope = gsl_vector_alloc(p->k);
    bool good = among && v && with_y && s && work && slope;
    if (good) {
        fill(p, among, with_y);
        gsl_linalg_SV_decomp(among, v, s, work);
        for (size_t j = 0; j < p->k; j++)
            if (gsl_vector_get(s, j) < 1e-10 * gsl_vector_get(s, 0)) gsl_vector_set(s, j, 0);
        gsl_linalg_SV_solve(among, v, s, with_y, slope);
        for (size_t j = 0; j < p->k; j++)
            theta[j] = p->scale[j] > 0 ? gsl_vector_get(slope, j) / p->scale[j] : 0;
    }
    gsl_matrix_free(among);
    gsl_matrix_free(v);
    gsl_vector_free(with_y);
    gsl_vector_free(s);
    gsl_vector_free(work);
    gsl_vector_free(slope);
    return good;
}

static bool lacks(const problem *p, size_t i) {
    for (size_t j = 0; j < p->k; j++)
        if (isnan(p->x[j][i])) return true;
    return false;
}

bool stat_cuped(const double *y, const bool *treated, size_t n, const double *const *x, size_t k,
                double *adjusted, stat_cuped_result *out) {
    problem p = {.y = y, .treated = treated, .x = x, .n = n, .k = k};
    stat_cuped_result r = {.kept = NAN};
    bool spread = false;
    if (k > STAT_COVARIATES_MAX) return false;
    centre(&p);
    for (size_t j = 0; j < k; j++)
        spread |= p.scale[j] > 0;
    if (spread && !solve(&p, r.theta)) return false;
    stat_stream plain[2] = {{.n = 0}, {.n = 0}}, after[2] = {{.n = 0}, {.n = 0}};
    for (size_t i = 0; i < n; i++) {
        if (adjusted && isnan(y[i])) adjusted[i] = NAN;
        if (isnan(y[i])) continue;
        double shift = 0;
        for (size_t j = 0; j < k; j++)
            shift += r.theta[j] * away(&p, j, i);
        stat_stream_add(&plain[treated[i]], y[i]);
        stat_stream_add(&after[treated[i]], y[i] - shift);
        r.units_without += lacks(&p, i);
        if (adjusted) adjusted[i] = y[i] - shift;
    }
    r.control = stat_stream_sample(&after[0]);
    r.treated = stat_stream_sample(&after[1]);
    double before = plain[0].m2 + plain[1].m2;
    r.kept = before > 0 ? (after[0].m2 + after[1].m2) / before : NAN;
    *out = r;
    return true;
}
