/* SPDX-License-Identifier: MIT
 *
 * demand.c - the chance that buyers outnumber units, given pushes in flight and the next ones.
 *
 * The buyers of each source are a distribution of their own: a beta-binomial where all pushes are fresh, else
 * the mixture of demand_mixed.c. They are convolved with each other and with a Poisson. Only counts up to the
 * units are kept.
 */
#include "demand.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define SETTLED 1e-12 /* a survival that is none */
#define CUT     1e-18 /* entries that are none: 1000 of them are 1e-15 */

double bis_delay_survival0(double median, double sigma, double age, double horizon) {
    const double sqrt_half = 0.7071067811865476;
    if (age >= horizon) return 0;
    if (age <= 0) return 1;
    if (median <= 0) return 0;
    if (sigma <= 0) return age < median ? 1 : 0;
    double by_now = erfc(-log(age / median) / sigma * sqrt_half);
    double by_end = erfc(-log(horizon / median) / sigma * sqrt_half);
    return by_end > 0 ? fmax(1 - by_now / by_end, 0) : 1;
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
    assert(setup->units >= 0);
    d->exact = setup->units <= BIS_DEMAND_EXACT;
    d->size = d->exact ? (size_t)setup->units + 1 : 0;
    size_t doubles = d->exact ? 8 * d->size : 6 * bis_demand_normal_cells(), bytes = 0;
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

static void prepare_source(bis_demand *d, const bis_demand_setup_source *from, bis_demand_source *s) {
    copy_groups(from, s);
    if (s->grid.n == 0) return;
    bis_beta_weights(s->p, &s->grid, &s->node->log_weight, sizeof *s->node / sizeof(double));
    for (size_t j = 0; j < s->grid.n; j++) {
        bis_demand_node *node = &s->node[j];
        node->x = s->grid.first + (double)j * s->grid.step;
        node->odds = exp(node->x);
        node->log_one_plus = log1p(node->odds);
        if (!d->exact) bis_demand_normal_node(s, node);
    }
    if (d->exact) bis_demand_mixed_prepare(d, s);
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

/* The buyers of source s with so many more pushes. False if there are none for sure. */
static bool source_pmf(bis_demand *d, const bis_demand_source *s, uint32_t extra, bis_pmf *out) {
    double fresh = s->fresh + extra;
    if (s->kind == BIS_DEMAND_NEVER || (fresh == 0 && s->flying == 0)) return false;
    if (s->kind == BIS_DEMAND_ALWAYS)
        bis_pmf_point(out, d->size, fresh);
    else if (s->grid.n > 0)
        bis_demand_mixed_pmf(d, s, fresh, out);
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
