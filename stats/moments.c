/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * moments.c - see moments.h.
 */
#include "stats/moments.h"

#include <math.h>

stat_sample stat_sample_from_moments(double n, double mean, double m2) {
    return (stat_sample){
        .n = n,
        .mean = n >= 1 ? mean : NAN,
        .variance = n >= 2 ? fmax(m2, 0) / (n - 1) : NAN,
    };
}

stat_sample stat_sample_from_sums(double n, double sum, double sum_of_squares) {
    return stat_sample_from_moments(n, sum / n, sum_of_squares - sum * sum / n);
}

stat_sample stat_sample_of(const double *x, size_t n) {
    double count = 0, sum = 0, least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) continue;
        count++;
        sum += x[i];
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
    }
    /* a metric that never varies has variance 0, not the dust of sum / count */
    if (least == most) return stat_sample_from_moments(count, least, 0);
    double mean = sum / count, squares = 0, rounding = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i])) continue;
        squares += (x[i] - mean) * (x[i] - mean);
        rounding += x[i] - mean;
    }
    return stat_sample_from_moments(count, mean, squares - rounding * rounding / count);
}
