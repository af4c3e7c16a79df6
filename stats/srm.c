/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * srm.c - see srm.h.
 */
#include "stats/srm.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

enum { EXACT_BELOW = 1000 };

/* Splits that are as likely but for rounding count as not likelier. */
static double binomial_p(unsigned k, unsigned n, double share) {
    double seen = gsl_ran_binomial_pdf(k, share, n) * (1 + 1e-7), p = 0;
    for (unsigned j = 0; j <= n; j++) {
        double likely = gsl_ran_binomial_pdf(j, share, n);
        if (likely <= seen) p += likely;
    }
    return fmin(p, 1);
}

stat_srm_result stat_srm(const double *count, const double *weight, size_t k) {
    stat_srm_result r = {NAN, NAN, NAN, false};
    double units = 0, weights = 0;
    for (size_t i = 0; i < k; i++) {
        double w = weight ? weight[i] : 1;
        if (!(w > 0) || !(count[i] >= 0)) return r;
        units += count[i];
        weights += w;
    }
    if (k < 2 || !(units > 0)) return r;
    r.chi_square = 0;
    r.df = (double)k - 1;
    for (size_t i = 0; i < k; i++) {
        double want = units * (weight ? weight[i] : 1) / weights;
        r.chi_square += (count[i] - want) * (count[i] - want) / want;
    }
    r.exact = k == 2 && units < EXACT_BELOW;
    r.p = r.exact ? binomial_p((unsigned)count[0], (unsigned)units, (weight ? weight[0] : 1) / weights)
                  : gsl_cdf_chisq_Q(r.chi_square, r.df);
    return r;
}
