/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * survival.c - see survival.h.
 */
#include "stats/survival.h"

#include <math.h>

static double total(const double *count, size_t bins) {
    double sum = 0;
    for (size_t i = 0; i < bins; i++)
        sum += count[i];
    return sum;
}

static double inside(const double *edge, size_t bin, double share) {
    return edge[bin] + fmin(share, 1) * (edge[bin + 1] - edge[bin]);
}

double stat_histogram_quantile(const double *count, const double *edge, size_t bins, double q) {
    if (!(q >= 0 && q <= 1)) return NAN;
    double wanted = q * total(count, bins), below = 0, at = NAN;
    for (size_t i = 0; i < bins; i++) {
        if (!(count[i] > 0)) continue;
        /* kept in case rounding puts the sum of all just under what is wanted */
        at = inside(edge, i, (wanted - below) / count[i]);
        below += count[i];
        if (below >= wanted) break;
    }
    return at;
}

double stat_survival_quantile(const double *event, const double *censored, const double *edge, size_t bins,
                              double q) {
    if (!(q > 0 && q < 1)) return NAN;
    /* The product of 1 - events / at risk can end a rounding above a level that it should meet. */
    const double level = (1 - q) * (1 + 1e-12);
    double at_risk = total(event, bins) + total(censored, bins), alive = 1;
    for (size_t i = 0; i < bins; i++) {
        if (event[i] > 0) {
            double fall = alive * event[i] / at_risk;
            if (alive - fall <= level) return inside(edge, i, (alive - (1 - q)) / fall);
            alive -= fall;
        }
        at_risk -= event[i] + censored[i];
    }
    return NAN;
}
