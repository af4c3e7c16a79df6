/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tails.c - see tails.h.
 */
#include "stats/tails.h"

#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stat_sort(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_size);
}

double stat_quantile(const double *sorted, size_t n, double q) {
    if (n == 0 || !(q >= 0 && q <= 1)) return NAN;
    double at = (double)(n - 1) * q, below = floor(at);
    size_t i = (size_t)below;
    if (i + 1 >= n) return sorted[n - 1];
    return sorted[i] + (at - below) * (sorted[i + 1] - sorted[i]);
}

bool stat_winsorize(double *x, size_t n, double q, double *lo, double *hi) {
    double *sorted = malloc((n ? n : 1) * sizeof *sorted);
    if (!sorted) return false;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) sorted[m++] = x[i];
    stat_sort(sorted, m);
    *lo = stat_quantile(sorted, m, 1 - q);
    *hi = stat_quantile(sorted, m, q);
    free(sorted);
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i])) x[i] = fmin(fmax(x[i], *lo), *hi);
    return true;
}
