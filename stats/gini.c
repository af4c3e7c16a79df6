/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gini.c - see gini.h.
 */
#include "stats/gini.h"

#include <math.h>

#include <gsl/gsl_sort.h>

double stat_gini(double *x, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!(x[i] >= 0)) return NAN;
    if (n == 0) return NAN;
    gsl_sort(x, 1, n);
    double weighted = 0, sum = 0, count = (double)n;
    for (size_t i = 0; i < n; i++) {
        weighted += (2 * (double)i + 1 - count) * x[i];
        sum += x[i];
    }
    return sum > 0 ? weighted / (count * sum) : 0;
}
