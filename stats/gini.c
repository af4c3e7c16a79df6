/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gini.c - see gini.h.
 */
#include "stats/gini.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
    const stat_counted *x = a, *y = b;
    if (x->x < y->x || x->x > y->x) return x->x < y->x ? -1 : 1;
    return (x->count > y->count) - (x->count < y->count); /* so that the sums are those of one order */
}

double stat_gini(stat_counted *value, size_t n) {
    double count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(value[i].x >= 0)) return NAN;
        count += value[i].count;
    }
    if (!(count > 0)) return NAN;
    qsort(value, n, sizeof *value, by_value);
    double weighted = 0, sum = 0, before = 0;
    for (size_t i = 0; i < n;
         i++) { /* ranks before + 1 ... before + c: 2 i - count - 1 is 2 before + c - count, on average */
        double c = value[i].count;
        weighted += (2 * before + c - count) * c * value[i].x;
        sum += c * value[i].x;
        before += c;
    }
    return sum > 0 ? weighted / (count * sum) : 0;
}
