/* SPDX-License-Identifier: MIT
 *
 * demand.c - the chance that buyers outnumber units, given pushes in flight and the next ones.
 *
 * Given p, with odds y = p / (1 - p), a push of survival S buys with odds S y. So for groups of n_g pushes in
 * flight P(k buyers | p) = e_k y^k / product of (1 + S_g y)^n_g, where e_k, the coefficients of the product
 * of (1 + S_g y)^n_g, do not depend on p: they are computed once, as e_k x^k over the product, a
 * distribution, at some odds x. n fresh pushes have a factor of their own, so for both together one
 * convolution is enough for all nodes of the quadrature over p, and a node costs one multiplication per
 * entry. All terms are positive: nothing cancels. A source with fresh pushes only is a beta-binomial.
 *
 * The x is taken between the ends of the grid, so that about units / 2 are expected where that can be: then
 * e_k x^k keeps within the range of a double for all k that some node needs, up to BIS_DEMAND_EXACT units. An
 * entry that still underflowed would count as demand beyond the units.
 */
#include "demand.h"

#include <math.h>
#include <string.h>

#define SETTLED 1e-12  /* a survival that is none */
#define LEAST   1e-290 /* entries that are to be scaled are left out below this */
#define CUT     1e-19  /* others below this: 1000 of 1000 nodes are 1e-13 */

double bis_delay_survival0(double median, double sigma, double age, double horizon) {
    const double sqrt_half = 0.7071067811865476;
    if (age >= horizon) return 0;
    if (age <= 0) return 1;
    if (median <= 0) return 0;
    if (sigma <= 0) return age < median ? 1 : 0;
    double by_now = erfc(-log(age / median) / sigma * sqrt_half);
    double by_end = erfc(-log(horizon / median) / sigma * sqrt_half);
    return by_end > 0 ? 1 - by_now / by_end : 1;
}

/* ---- plan ---------------------------------------------------------------------------------------- */

static void plan_source(bis_demand *d, const bis_demand_setup_source *from, bis_demand_source *s) {
    s->kind = !(from->p.b > 0) ? BIS_DEMAND_ALWAYS : from->p.a > 0 ? BIS_DEMAND_BETA : BIS_DEMAND_NEVER;
    if (s->kind == BIS_DEMAND_NEVER) return;
    for (size_t i = 0; i < from->n_flying; i++) {
        const bis_flying *f = &from->flying[i];
        if (f->n == 0 || !(f->survival >= SETTLED)) continue;
        if (f->survival >= 1 || s->kind == BIS_DEMAND_ALWAYS) {
            s->fresh += f->n; /* who surely buys still will, if she can */
        } else {
            s->flying += f->n;
            s->n_groups++;
        }
    }
    if (s->kind == BIS_DEMAND_ALWAYS) return;
    s->p = bis_beta_bounded(from->p);
    if (d->exact && s->n_groups == 0) return;
    if (d->exact) {
        /* So many pushes and more never leave as few as `units` buyers, even at the low end of p. */
        bis_grid ends = bis_beta_grid(s->p, d->units, 0);
        double enough = (d->units + 10 * sqrt(d->units) + 50) * (1 + exp(-ends.first));
        s->grid = bis_beta_grid(s->p, d->units, s->flying + s->fresh + enough);
    } else {
        s->grid = bis_beta_grid(s->p, BIS_DEMAND_NODES, BIS_DEMAND_NODES);
    }
}

size_t bis_demand_plan(bis_demand *d, const bis_demand_setup *setup) {
    *d = (bis_demand){.setup = setup, .units = (double)setup->units, .organic = setup->organic};
    d->exact = setup->units <= BIS_DEMAND_EXACT;
    d->size = d->exact ? (size_t)setup->units + 1 : 0;
    size_t doubles = d->exact ? 8 * d->size : 4 * bis_demand_normal_cells(), bytes = 0;
    for (int i = 0; i < BIS_DEMAND_SOURCES; i++) {
        bis_demand_source *s = &d->source[i];
        plan_source(d, &setup->source[i], s);
        bytes += s->grid.n * sizeof(bis_demand_node) + s->n_groups * sizeof(bis_demand_group);
        if (s->n_groups > 0) doubles += d->size;
    }
    return bytes + doubles * sizeof(double);
}

/* ---- prepare ------------------------------------------------------------------------------------- */

/* Takes n bytes off the room. All that is put there consists of doubles. */
static void *carve(unsigned char **room, size_t n) {
    void *piece = *room;
    *room += n;
    return piece;
}

static void copy_groups(const bis_demand_setup_source *from, bis_demand_source *s) {
    size_t n = 0;
    for (size_t i = 0; n < s->n_groups; i++) {
        const bis_flying *f = &from->flying[i];
        if (f->n > 0 && f->survival >= SETTLED && f->survival < 1)
            s->group[n++] = (bis_demand_group){f->survival, f->n};
    }
}

/* -log of the chance that nobody in flight buys. */
static double log_none(const bis_demand_source *s, double odds) {
    double sum = 0;
    for (size_t g = 0; g < s->n_groups; g++)
        sum += s->group[g].n * log1p(s->group[g].survival * odds);
    return sum;
}

static double mean_buyers(const bis_demand_source *s, double fresh, double odds) {
    double mean = fresh * odds / (1 + odds);
    for (size_t g = 0; g < s->n_groups; g++) {
        double y = s->group[g].survival * odds;
        mean += s->group[g].n * y / (1 + y);
    }
    return mean;
}

/* The x, as a logarithm, of the comment at the top. */
static double reference(const bis_demand *d, const bis_demand_source *s, double fresh) {
    double low = s->grid.first, high = low + (double)s->grid.n * s->grid.step;
    double want = fmin(d->units, fresh + s->flying) / 2;
    for (int i = 0; i < 14; i++) {
        double middle = (low + high) / 2;
        if (mean_buyers(s, fresh, exp(middle)) < want)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* log e_k */
static void flying_factor(bis_demand *d, bis_demand_source *s) {
    double x = reference(d, s, 0), odds = exp(x), none = log_none(s, odds);
    bis_pmf *sum = &d->work[0], *next = &d->work[1], *group = &d->work[2];
    bis_pmf_point(sum, d->size, 0);
    for (size_t g = 0; g < s->n_groups; g++) {
        bis_pmf_binomial(group, d->size, s->group[g].n, s->group[g].survival * odds);
        bis_pmf_trim(group, LEAST);
        bis_pmf_convolve(next, d->size, sum, group);
        bis_pmf *done = sum;
        sum = next;
        next = done;
    }
    bis_pmf_trim(sum, LEAST);
    s->log_flying.from = sum->from;
    s->log_flying.to = sum->to;
    for (size_t k = sum->from; k < sum->to; k++)
        s->log_flying.p[k] = log(sum->p[k]) + none - (double)k * x;
}

static void prepare_source(bis_demand *d, const bis_demand_setup_source *from, bis_demand_source *s) {
    copy_groups(from, s);
    if (s->grid.n == 0) return;
    bis_beta_weights(s->p, &s->grid, &s->node->log_weight, sizeof *s->node / sizeof(double));
    for (size_t j = 0; j < s->grid.n; j++) {
        bis_demand_node *node = &s->node[j];
        node->x = s->grid.first + (double)j * s->grid.step;
        node->odds = exp(node->x);
        node->log_one_plus = log1p(node->odds);
        if (d->exact)
            node->log_none = log_none(s, node->odds);
        else
            bis_demand_normal_node(s, node);
    }
    if (d->exact) flying_factor(d, s);
}

void bis_demand_prepare(bis_demand *d, void *room) {
    unsigned char *left = room;
    size_t bytes = d->size * sizeof(double);
    for (size_t i = 0; d->exact && i < sizeof d->work / sizeof d->work[0]; i++)
        d->work[i].p = carve(&left, bytes);
    d->organic_pmf.p = carve(&left, bytes);
    for (size_t i = 0; !d->exact && i < sizeof d->cell / sizeof d->cell[0]; i++)
        d->cell[i] = carve(&left, bis_demand_normal_cells() * sizeof(double));
    for (int i = 0; i < BIS_DEMAND_SOURCES; i++) {
        bis_demand_source *s = &d->source[i];
        s->node = carve(&left, s->grid.n * sizeof *s->node);
        s->group = carve(&left, s->n_groups * sizeof *s->group);
        s->log_flying.p = carve(&left, s->n_groups > 0 ? bytes : 0);
        prepare_source(d, &d->setup->source[i], s);
    }
    if (d->exact) {
        bis_pmf_poisson(&d->organic_pmf, d->size, d->organic);
        bis_pmf_trim(&d->organic_pmf, CUT);
    }
    d->setup = NULL;
}

/* ---- tail ---------------------------------------------------------------------------------------- */

/* e_k x^k of all pushes of a source, over its sum. */
static bis_pmf *at_reference(bis_demand *d, const bis_demand_source *s, double fresh, double x, double none) {
    bis_pmf *flying = &d->work[0], *more = &d->work[1], *both = &d->work[2];
    flying->from = s->log_flying.from;
    flying->to = s->log_flying.to;
    for (size_t k = flying->from; k < flying->to; k++)
        flying->p[k] = exp(s->log_flying.p[k] + (double)k * x - none);
    bis_pmf_trim(flying, LEAST);
    bis_pmf_binomial(more, d->size, fresh, exp(x));
    bis_pmf_trim(more, LEAST);
    bis_pmf_convolve(both, d->size, flying, more);
    bis_pmf_trim(both, LEAST);
    return both;
}

/* Adds weight times the reference, with factor^(k - top) at k: up and down from `top`, where that is largest.
 */
static void add_node(double *out, const bis_pmf *reference, size_t top, double weight, double factor) {
    double w = weight;
    for (size_t k = top; k < reference->to && reference->p[k] * w > CUT; k++, w *= factor)
        out[k] += reference->p[k] * w;
    w = weight / factor;
    for (size_t k = top; k-- > reference->from && reference->p[k] * w > CUT; w /= factor)
        out[k] += reference->p[k] * w;
}

static void mixed_pmf(bis_demand *d, const bis_demand_source *s, double fresh, bis_pmf *out) {
    double x = reference(d, s, fresh), odds = exp(x), none = log_none(s, odds), one_plus = log1p(odds);
    const bis_pmf *base = at_reference(d, s, fresh, x, none);
    memset(out->p, 0, d->size * sizeof *out->p);
    out->from = 0;
    out->to = d->size;
    out->p[0] = s->grid.zero;
    if (fresh + s->flying < (double)d->size) out->p[(size_t)(fresh + s->flying)] += s->grid.one;
    if (base->from == base->to) return;
    size_t top = base->from; /* of a log-concave sequence; it moves up as the odds do */
    for (size_t j = 0; j < s->grid.n; j++) {
        const bis_demand_node *node = &s->node[j];
        double factor = node->odds / odds;
        while (top + 1 < base->to && base->p[top + 1] * factor > base->p[top])
            top++;
        double weight = exp(node->log_weight + (double)top * (node->x - x) - (node->log_none - none) -
                            fresh * (node->log_one_plus - one_plus));
        add_node(out->p, base, top, weight, factor);
    }
}

/* The buyers of source s with so many more pushes. False if there are none for sure. */
static bool source_pmf(bis_demand *d, const bis_demand_source *s, uint32_t extra, bis_pmf *out) {
    double fresh = s->fresh + extra;
    if (s->kind == BIS_DEMAND_NEVER || (fresh == 0 && s->flying == 0)) return false;
    if (s->kind == BIS_DEMAND_ALWAYS)
        bis_pmf_point(out, d->size, fresh);
    else if (s->grid.n > 0)
        mixed_pmf(d, s, fresh, out);
    else
        bis_pmf_beta_binomial(out, d->size, fresh, s->p);
    bis_pmf_trim(out, CUT);
    return true;
}

double bis_demand_tail(bis_demand *d, const uint32_t extra[BIS_DEMAND_SOURCES]) {
    if (!d->exact) return bis_demand_normal_tail(d, extra);
    bis_pmf *own = &d->work[3], *other = &d->work[4], *next = &d->work[5], *spare = &d->work[6];
    const bis_pmf *sum = &d->organic_pmf;
    bis_pmf_point(other, d->size, 0); /* what comes on top of the sum so far */
    bool first = true;
    for (int i = 0; i < BIS_DEMAND_SOURCES; i++) {
        if (!source_pmf(d, &d->source[i], extra[i], own)) continue;
        if (!first) {
            bis_pmf_convolve(next, d->size, sum, other);
            bis_pmf *swap = next;
            sum = next;
            next = spare;
            spare = swap;
        }
        first = false;
        bis_pmf *swap = own;
        own = other;
        other = swap;
    }
    double tail = 1 - bis_pmf_sum_below(sum, other, d->size);
    return tail > 0 ? tail : 0;
}

/* ---- prefix -------------------------------------------------------------------------------------- */

/* The tail of the first n; counts: of the first `counted`, and those of the first n afterwards. */
static double tail_of(bis_demand *d, const uint8_t *sources, size_t counted, size_t n, uint32_t *counts) {
    for (size_t i = counted; i < n; i++)
        counts[sources[i]]++;
    return bis_demand_tail(d, counts);
}

size_t bis_demand_prefix(bis_demand *d, const uint8_t *sources, size_t n, double limit, double *chance) {
    uint32_t counts[BIS_DEMAND_SOURCES] = {0}, probe[BIS_DEMAND_SOURCES];
    size_t good = 0, bad = n + 1, step = 1;
    *chance = bis_demand_tail(d, counts);
    if (*chance > limit) return 0;
    while (bad - good > 1) {
        size_t middle = bad <= n ? good + (bad - good) / 2 : good + step < n ? good + step : n;
        memcpy(probe, counts, sizeof counts);
        double tail = tail_of(d, sources, good, middle, probe);
        if (tail <= limit) {
            good = middle;
            *chance = tail;
            memcpy(counts, probe, sizeof counts);
            step *= 2;
        } else {
            bad = middle;
        }
    }
    return good;
}
