/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit.c - see fit.h.
 */
#include "stats/fit.h"

#include <math.h>

enum { ROUNDS = 200 };
static const double STEP = 1e-3;     /* of differences */
static const double FURTHEST = 1;    /* that one round may move a parameter */
static const double NEAR = 1e-12;    /* squared distance to the peak, in standard errors, that ends it */
static const double WIDEST = 100;    /* variance of a parameter in which 1 is a large step */
static const double DAMP_MAX = 1e12; /* beyond: no way up is left */

typedef struct {
    stat_log_likelihood f;
    const void *data;
    size_t n;
} surface;

/* The surface at one point: height, slope, curvature (with the sign turned: the information). */
typedef struct {
    double height, slope[STAT_FIT_MAX], information[STAT_FIT_MAX][STAT_FIT_MAX];
} view;

static double height(const surface *s, const double *at, double d0, double d1) {
    const double moved[STAT_FIT_MAX] = {at[0] + d0, s->n > 1 ? at[1] + d1 : 0};
    double h = s->f(moved, s->data);
    return isfinite(h) ? h : -INFINITY;
}

/* A surface of one parameter gets a second one that is settled at 0. */
static view look(const surface *s, const double *at) {
    const double e = STEP;
    view v = {.height = height(s, at, 0, 0), .information = {{1, 0}, {0, 1}}};
    double up = height(s, at, e, 0), down = height(s, at, -e, 0);
    v.slope[0] = (up - down) / (2 * e);
    v.information[0][0] = -(up - 2 * v.height + down) / (e * e);
    if (s->n == 1) return v;
    up = height(s, at, 0, e);
    down = height(s, at, 0, -e);
    v.slope[1] = (up - down) / (2 * e);
    v.information[1][1] = -(up - 2 * v.height + down) / (e * e);
    v.information[0][1] = v.information[1][0] =
        -(height(s, at, e, e) - height(s, at, e, -e) - height(s, at, -e, e) + height(s, at, -e, -e)) /
        (4 * e * e);
    return v;
}

/* step = (information + damp x its diagonal)^-1 slope. false: that matrix is not positive definite. */
static bool solve(const view *v, double damp, double step[STAT_FIT_MAX]) {
    double a = v->information[0][0] + damp * fabs(v->information[0][0]), b = v->information[0][1],
           d = v->information[1][1] + damp * fabs(v->information[1][1]), det = a * d - b * b;
    if (!(a > 0 && d > 0 && det > 1e-10 * a * d) || !isfinite(det)) return false;
    step[0] = (d * v->slope[0] - b * v->slope[1]) / det;
    step[1] = (a * v->slope[1] - b * v->slope[0]) / det;
    return isfinite(step[0]) && isfinite(step[1]);
}

static double bound(double x) {
    return fmin(fmax(x, -FURTHEST), FURTHEST);
}

/* One step up, with as much damping as it takes. false: there is none. */
static bool climb(const surface *s, double *at, const view *v, double *damp) {
    for (; *damp <= DAMP_MAX; *damp *= 10) {
        double step[STAT_FIT_MAX];
        if (!solve(v, *damp, step)) continue;
        step[0] = bound(step[0]);
        step[1] = bound(step[1]);
        if (height(s, at, step[0], step[1]) <= v->height) continue;
        at[0] += step[0];
        at[1] += step[1];
        *damp = fmax(*damp / 100, 1e-9);
        return true;
    }
    return false;
}

/* false: a ridge and no peak; the parameter is not known to within many times itself. */
static bool settle(stat_maximum *m, const view *v) {
    double a = v->information[0][0], b = v->information[0][1], d = v->information[1][1], det = a * d - b * b;
    m->covariance[0][0] = d / det;
    m->covariance[0][1] = m->covariance[1][0] = -b / det;
    m->covariance[1][1] = m->n > 1 ? a / det : 0;
    return m->covariance[0][0] < WIDEST && m->covariance[1][1] < WIDEST;
}

stat_maximum stat_maximise(stat_log_likelihood f, const void *data, size_t n, const double *start) {
    stat_maximum m = {
        .n = n, .theta = {start[0], n > 1 ? start[1] : 0}, .covariance = {{NAN, NAN}, {NAN, NAN}}};
    const surface s = {f, data, n};
    double damp = 1e-3, step[STAT_FIT_MAX];
    view v = look(&s, m.theta);
    for (int round = 0; round < ROUNDS && isfinite(v.height); round++) {
        bool peak = solve(&v, 0, step) && step[0] * v.slope[0] + step[1] * v.slope[1] < NEAR;
        if (peak) {
            m.converged = settle(&m, &v);
            break;
        }
        if (!climb(&s, m.theta, &v, &damp)) {
            /* what is left to gain is below the rounding of the sum */
            m.converged =
                solve(&v, 0, step) && step[0] * v.slope[0] + step[1] * v.slope[1] < 1e-6 && settle(&m, &v);
            break;
        }
        v = look(&s, m.theta);
    }
    m.log_likelihood = v.height;
    return m;
}

double stat_maximum_se(const stat_maximum *m, size_t i) {
    return sqrt(m->covariance[i][i]);
}

double stat_maximum_aic(const stat_maximum *m) {
    return 2 * (double)m->n - 2 * m->log_likelihood;
}
