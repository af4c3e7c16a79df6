/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * multiple.c - see multiple.h.
 */
#include "stats/multiple.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double p;
    size_t at;
} ranked;

static int by_p(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* [out] m: tests that have a p. NULL: no memory. */
static ranked *rank_all(const double *p, size_t n, size_t *m) {
    ranked *r = calloc(n ? n : 1, sizeof *r);
    if (!r) return NULL;
    *m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(p[i])) r[(*m)++] = (ranked){p[i], i};
    qsort(r, *m, sizeof *r, by_p);
    return r;
}

bool stat_holm(const double *p, size_t n, double *adjusted) {
    size_t m;
    ranked *r = rank_all(p, n, &m);
    if (!r) return false;
    double most = 0;
    for (size_t i = 0; i < n; i++)
        adjusted[i] = p[i]; /* the NaN */
    for (size_t i = 0; i < m; i++) {
        most = fmax(most, fmin(1, (double)(m - i) * r[i].p));
        adjusted[r[i].at] = most;
    }
    free(r);
    return true;
}

bool stat_benjamini_hochberg(const double *p, size_t n, double *adjusted) {
    size_t m;
    ranked *r = rank_all(p, n, &m);
    if (!r) return false;
    double least = 1;
    for (size_t i = 0; i < n; i++)
        adjusted[i] = p[i];
    for (size_t i = m; i-- > 0;) {
        least = fmin(least, (double)m / (double)(i + 1) * r[i].p);
        adjusted[r[i].at] = least;
    }
    free(r);
    return true;
}
