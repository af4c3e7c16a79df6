/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit.h - maximum likelihood in one or two parameters, with standard errors from the observed information.
 *
 * Newton's method on the log-likelihood, damped as by D. W. Marquardt, SIAM J. 11, 1963, so that it climbs
 * from poor starts and where the surface is not concave. Gradient and Hessian are central differences with a
 * step of 1e-3, which leaves about six digits of both: the parameters must therefore be such that a change of
 * 1 is large and one of 1e-3 small, as logarithms are.
 */
#ifndef STATS_FIT_H
#define STATS_FIT_H

#include <stdbool.h>
#include <stddef.h>

enum { STAT_FIT_MAX = 2 };

/* The log-likelihood at theta; anything not finite counts as impossible. */
typedef double (*stat_log_likelihood)(const double *theta, const void *data);

typedef struct {
    size_t n;                                      /* parameters */
    double theta[STAT_FIT_MAX];                    /* at the maximum */
    double covariance[STAT_FIT_MAX][STAT_FIT_MAX]; /* inverse of the observed information (B. Efron, D. V.
                                                      Hinkley, Biometrika 65, 1978); NaN unless converged */
    double log_likelihood;
    bool converged; /* false: it went on rising, or the surface has no peak (a parameter at its limit) */
} stat_maximum;

/* [in] start: n parameters, 1 or 2, where the log-likelihood is finite. */
stat_maximum stat_maximise(stat_log_likelihood f, const void *data, size_t n, const double *start);

/* Standard error of theta[i]; of exp(theta[i]) it is exp(theta[i]) times that (delta method). */
double stat_maximum_se(const stat_maximum *m, size_t i);

/* Akaike's information criterion, 2 n - 2 log-likelihood (IEEE Trans. Automatic Control 19, 1974). */
double stat_maximum_aic(const stat_maximum *m);

#endif
