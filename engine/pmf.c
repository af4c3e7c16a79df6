/* SPDX-License-Identifier: MIT
 *
 * pmf.c - distributions of counts by recursion from the chance of none.
 */
#include "pmf.h"

#include <math.h>
#include <string.h>

/* A product of many ratios after a first factor e^log_first, which may be far below the smallest double. The
 * value stays near 1 as long as the factor underflows, so what is lost is below 1e-255. */
typedef struct {
    double value, factor, log_factor; /* the product is value * factor */
} climb;

static climb climb_from(double log_first) {
    return (climb){1, exp(log_first), log_first};
}

static double climb_by(climb *c, double ratio) {
    c->value *= ratio;
    if (c->value > 1e50) { /* ratios are below 1e58 */
        c->value *= 1e-50;
        c->log_factor += 115.1292546497023; /* log(1e50) */
        c->factor = exp(c->log_factor);
    }
    return c->value * c->factor;
}

static size_t entries(size_t size, double n) {
    return n < (double)size ? (size_t)n + 1 : size;
}

void bis_pmf_trim(bis_pmf *pmf, double least) {
    while (pmf->from < pmf->to && pmf->p[pmf->from] < least)
        pmf->from++;
    while (pmf->to > pmf->from && pmf->p[pmf->to - 1] < least)
        pmf->to--;
}

void bis_pmf_point(bis_pmf *out, size_t size, double count) {
    out->from = out->to = 0;
    if (!(count < (double)size)) return;
    out->from = (size_t)count;
    out->to = out->from + 1;
    out->p[out->from] = 1;
}

void bis_pmf_poisson(bis_pmf *out, size_t size, double mean) {
    climb c = climb_from(-mean);
    out->from = 0;
    out->to = size;
    out->p[0] = c.factor;
    for (size_t k = 1; k < size; k++)
        out->p[k] = climb_by(&c, mean / (double)k);
}

void bis_pmf_binomial(bis_pmf *out, size_t size, double n, double odds) {
    climb c = climb_from(-n * log1p(odds));
    out->from = 0;
    out->to = entries(size, n);
    out->p[0] = c.factor;
    for (size_t k = 1; k < out->to; k++)
        out->p[k] = climb_by(&c, (n - (double)(k - 1)) / (double)k * odds);
}

/* What Stirling's formula leaves out of log Gamma(x), for x >= 16. */
static double stirling_rest(double x) {
    double y = 1 / (x * x);
    return (1 / 12.0 - y * (1 / 360.0 - y * (1 / 1260.0 - y / 1680.0))) / x;
}

/* The logarithm of Gamma(b + n) Gamma(c) / (Gamma(b) Gamma(c + n)), the product of (b + i) / (c + i) over i <
 * n, for c = a + b. The first factors by themselves, for Stirling's formula wants large numbers; then as
 * differences, each of which keeps its digits where b is large. */
static double log_none(double n, double a, double b) {
    double product = 1;
    double first = fmin(n, 16);
    for (int i = 0; i < first; i++)
        product *= (b + i) / (a + b + i);
    n -= first;
    b += first;
    double c = a + b, rest = 0;
    if (n > 0)
        rest = n * log1p(-a / (c + n)) + (b - 0.5) * log1p(n / b) - (c - 0.5) * log1p(n / c) +
               (stirling_rest(b + n) - stirling_rest(b)) - (stirling_rest(c + n) - stirling_rest(c));
    return log(product) + rest;
}

void bis_pmf_beta_binomial(bis_pmf *out, size_t size, double n, bis_beta p) {
    climb c = climb_from(log_none(n, p.a, p.b));
    out->from = 0;
    out->to = entries(size, n);
    out->p[0] = c.factor;
    for (size_t k = 1; k < out->to; k++) {
        double before = (double)(k - 1);
        out->p[k] = climb_by(&c, (n - before) * (p.a + before) / ((double)k * (p.b + n - 1 - before)));
    }
}

void bis_pmf_convolve(bis_pmf *out, size_t size, const bis_pmf *a, const bis_pmf *b) {
    out->from = out->to = a->from + b->from;
    if (a->from == a->to || b->from == b->to || out->from >= size) return;
    out->to = a->to + b->to - 1 < size ? a->to + b->to - 1 : size;
    memset(out->p + out->from, 0, (out->to - out->from) * sizeof *out->p);
    for (size_t i = a->from; i < a->to && i + b->from < out->to; i++) {
        const double weight = a->p[i], *restrict from = b->p;
        double *restrict to = out->p + i;
        size_t end = b->to < out->to - i ? b->to : out->to - i;
        for (size_t k = b->from; k < end; k++)
            to[k] += weight * from[k];
    }
}

double bis_pmf_sum_below(const bis_pmf *a, const bis_pmf *b, size_t size) {
    double sum = 0, below = 0;
    size_t k = b->from;
    for (size_t i = a->to; i-- > a->from;) { /* the smaller a is, the more of b is small enough */
        for (; k < b->to && i + k < size; k++)
            below += b->p[k];
        sum += a->p[i] * below;
    }
    return sum;
}
