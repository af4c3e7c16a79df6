/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proportion.c - see proportion.h.
 */
#include "stats/proportion.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

stat_share stat_wilson(double successes, double n, double level) {
    if (!(n > 0 && successes >= 0 && successes <= n) || !(level > 0 && level < 1))
        return (stat_share){NAN, NAN, NAN};
    double z = gsl_cdf_ugaussian_Qinv((1 - level) / 2), z2 = z * z;
    double share = successes / n, middle = (2 * successes + z2) / (2 * (n + z2));
    double half = z * sqrt(z2 + 4 * successes * (1 - share)) / (2 * (n + z2));
    return (stat_share){
        .share = share,
        /* exact at the ends, where rounding would leave a dust of 1e-17 */
        .lo = successes == 0 ? 0 : middle - half,
        .hi = successes == n ? 1 : middle + half,
    };
}

stat_share_difference stat_newcombe(double successes1, double n1, double successes2, double n2,
                                    double level) {
    stat_share a = stat_wilson(successes1, n1, level), b = stat_wilson(successes2, n2, level);
    double diff = a.share - b.share, pooled = (successes1 + successes2) / (n1 + n2);
    double z = diff / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
    return (stat_share_difference){
        .diff = diff,
        .lo = diff - hypot(a.share - a.lo, b.hi - b.share),
        .hi = diff + hypot(a.hi - a.share, b.share - b.lo),
        .p = isnan(z) || isnan(diff) ? NAN : 2 * gsl_cdf_ugaussian_Q(fabs(z)),
    };
}
