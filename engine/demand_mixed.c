/* SPDX-License-Identifier: MIT
 *
 * demand_mixed.c - the buyers of a source with pushes in flight.
 *
 * Given p, with odds y = p / (1 - p), a push of survival S buys with odds S y. So for groups of n_g pushes in
 * flight P(k buyers | p) = e_k y^k / product of (1 + S_g y)^n_g, where the e_k, coefficients of the product
 * as a polynomial in y, do not depend on p. They are computed once, as the distribution at some y, the
 * reference, and kept as logarithms. Fresh pushes have a factor of their own; so for both together one
 * convolution is enough for all nodes of the quadrature over p, and a node costs one multiplication per
 * entry. All terms are positive: nothing cancels.
 *
 * What underflows at the reference is missing at other nodes, too. So the reference is put in the middle of
 * what can be, from where it nearly always reaches all that nodes need; a node that needs more is taken as
 * the next reference.
 */
#include "demand.h"

#include <math.h>
#include <string.h>

#define SURE 1e-240 /* entries that underflow in no part */
#define PART 1e-260 /* entries of a part below this are left out: products with denormals are slow */
#define CUT  1e-19  /* entries of one node that are none: 1000 of them in 1000 nodes are 1e-13 */

/* -log of the chance that nobody in flight buys. */
static double log_none(const bis_demand_source *s, double odds) {
    double sum = 0;
    for (size_t g = 0; g < s->n_groups; g++)
        sum += s->group[g].n * log1p(s->group[g].survival * odds);
    return sum;
}

static double mean_buyers(const bis_demand_source *s, double fresh, double x) {
    double odds = exp(x), mean = fresh * odds / (1 + odds);
    for (size_t g = 0; g < s->n_groups; g++) {
        double y = s->group[g].survival * odds;
        mean += s->group[g].n * y / (1 + y);
    }
    return mean;
}

/* The x in [low, high], log odds, that comes closest to so many buyers in the mean. */
static double x_of_mean(const bis_demand_source *s, double fresh, double mean, double low, double high) {
    if (mean_buyers(s, fresh, low) >= mean) return low;
    if (mean_buyers(s, fresh, high) <= mean) return high;
    for (int i = 0; i < 14; i++) {
        double middle = (low + high) / 2;
        if (mean_buyers(s, fresh, middle) < mean)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Half of what the highest node expects, or of the units. */
static double middle_of(const bis_demand *d, const bis_demand_source *s, double fresh) {
    double low = s->node[0].x, high = s->node[s->grid.n - 1].x;
    return x_of_mean(s, fresh, fmin(d->units, mean_buyers(s, fresh, high)) / 2, low, high);
}

/* ---- prepare ---- */

/* Buyers in flight at one x. */
static const bis_pmf *flying_at(bis_demand *d, const bis_demand_source *s, double x) {
    bis_pmf *sum = &d->work[0], *next = &d->work[1], *group = &d->work[2];
    double odds = exp(x);
    bis_pmf_point(sum, d->size, 0);
    for (size_t g = 0; g < s->n_groups; g++) {
        bis_pmf_binomial(group, d->size, s->group[g].n, s->group[g].survival * odds);
        bis_pmf_trim(group, PART);
        bis_pmf_convolve(next, d->size, sum, group);
        bis_pmf_trim(next, PART);
        bis_pmf *done = sum;
        sum = next;
        next = done;
    }
    bis_pmf_trim(sum, SURE);
    return sum;
}

/* Keeps log e_k for k in [from, to). */
static void keep(bis_demand_source *s, const bis_pmf *at, double x, size_t from, size_t to) {
    double none = log_none(s, exp(x));
    for (size_t k = from; k < to; k++)
        s->log_flying.p[k] = log(at->p[k]) + none - (double)k * x;
}

void bis_demand_mixed_prepare(bis_demand *d, bis_demand_source *s) {
    double low = s->node[0].x, high = s->node[s->grid.n - 1].x;
    for (size_t j = 0; j < s->grid.n; j++)
        s->node[j].log_none = log_none(s, s->node[j].odds);
    double x = middle_of(d, s, 0);
    const bis_pmf *at = flying_at(d, s, x);
    bis_pmf *log_e = &s->log_flying;
    log_e->from = at->from;
    log_e->to = at->to;
    keep(s, at, x, at->from, at->to);
    if (at->from == at->to) return; /* surely more than the units */
    /* What underflowed there, at an x that expects the last count that did not. */
    for (double y = x; log_e->from > 0 && y > low; log_e->from = at->from) {
        y = x_of_mean(s, 0, (double)log_e->from, low, y);
        at = flying_at(d, s, y);
        if (at->from >= log_e->from) break;
        keep(s, at, y, at->from, log_e->from);
    }
    double most = fmin((double)d->size, s->flying + 1);
    for (double y = x; (double)log_e->to < most && y < high; log_e->to = at->to) {
        y = x_of_mean(s, 0, (double)log_e->to - 1, y, high);
        at = flying_at(d, s, y);
        if (at->to <= log_e->to) break;
        keep(s, at, y, log_e->to, at->to);
    }
}

/* ---- tail ---- */

/* The buyers of all pushes of a source at one x. */
typedef struct {
    bis_pmf *pmf;
    double fresh, x, odds, log_none, log_one_plus;
} reference;

static void refer(bis_demand *d, const bis_demand_source *s, double x, reference *r) {
    bis_pmf *flying = &d->work[0], *more = &d->work[1];
    r->pmf = &d->work[2];
    r->x = x;
    r->odds = exp(x);
    r->log_none = log_none(s, r->odds);
    r->log_one_plus = log1p(r->odds);
    flying->from = s->log_flying.from;
    flying->to = s->log_flying.to;
    for (size_t k = flying->from; k < flying->to; k++)
        flying->p[k] = exp(s->log_flying.p[k] + (double)k * x - r->log_none);
    bis_pmf_trim(flying, PART);
    bis_pmf_binomial(more, d->size, r->fresh, r->odds);
    bis_pmf_trim(more, PART);
    bis_pmf_convolve(r->pmf, d->size, flying, more);
    bis_pmf_trim(r->pmf, SURE);
}

/* What the chance of k at the reference is to be multiplied by at a node, with its weight. */
static double node_factor(const reference *r, const bis_demand_node *node, size_t k) {
    return exp(node->log_weight + (double)k * (node->x - r->x) - (node->log_none - r->log_none) -
               r->fresh * (node->log_one_plus - r->log_one_plus));
}

/* Whether a node needs no count that underflows at the reference: it falls off towards both ends, to nothing,
 * unless there are no more; `most`: the number of counts that there are. */
static bool reaches(const reference *r, const bis_demand_node *node, double most) {
    const bis_pmf *at = r->pmf;
    const double *p = at->p, ratio = node->odds / r->odds;
    size_t first = at->from, last = at->to - 1;
    if (at->from == at->to) return false;
    if (first > 0 &&
        (first == last || p[first + 1] * ratio <= p[first] || p[first] * node_factor(r, node, first) > CUT))
        return false;
    return (double)at->to >= most ||
           (first < last && p[last] * ratio <= p[last - 1] && p[last] * node_factor(r, node, last) <= CUT);
}

/* Adds a node: up and down from `top`, where it is largest. */
static void add_node(double *out, const reference *r, const bis_demand_node *node, size_t top) {
    const bis_pmf *at = r->pmf;
    const double most = node_factor(r, node, top), ratio = node->odds / r->odds;
    double factor = most;
    for (size_t k = top; k < at->to && at->p[k] * factor > CUT; k++, factor *= ratio)
        out[k] += at->p[k] * factor;
    factor = most / ratio;
    for (size_t k = top; k-- > at->from && at->p[k] * factor > CUT; factor /= ratio)
        out[k] += at->p[k] * factor;
}

void bis_demand_mixed_pmf(bis_demand *d, const bis_demand_source *s, double fresh, bis_pmf *out) {
    double all = fresh + s->flying, most = fmin((double)d->size, all + 1);
    memset(out->p, 0, d->size * sizeof *out->p);
    out->from = 0;
    out->to = d->size;
    out->p[0] = s->grid.zero;
    if (all < (double)d->size) out->p[(size_t)all] += s->grid.one;
    reference r = {.fresh = fresh};
    refer(d, s, middle_of(d, s, fresh), &r);
    size_t top = r.pmf->from;
    for (size_t j = 0; j < s->grid.n; j++) {
        const bis_demand_node *node = &s->node[j];
        if (!reaches(&r, node, most)) {
            refer(d, s, node->x, &r);
            top = r.pmf->from;
            if (r.pmf->from == r.pmf->to) break; /* here and at all higher p surely more than the units */
        }
        /* Such a sequence is log-concave, so it has one top, and that moves up as the odds do. */
        double ratio = node->odds / r.odds;
        while (top + 1 < r.pmf->to && r.pmf->p[top + 1] * ratio > r.pmf->p[top])
            top++;
        add_node(out->p, &r, node, top);
    }
}
