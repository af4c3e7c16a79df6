/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * selection.c - see selection.h.
 */
#include "stats/selection.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

size_t stat_selection_best(const stat_system *system, size_t k, bool largest) {
    size_t best = k;
    for (size_t i = 0; i < k; i++) {
        if (isnan(system[i].mean)) continue;
        if (best == k || (largest ? system[i].mean > system[best].mean : system[i].mean < system[best].mean))
            best = i;
    }
    return best;
}

static double error_of_difference(const stat_system *a, const stat_system *b) {
    return sqrt(a->sd * a->sd / a->n + b->sd * b->sd / b->n);
}

static double distance(const stat_system *a, const stat_system *b) {
    return fmax(fabs(a->mean - b->mean), 0.1 * error_of_difference(a, b));
}

void stat_ocba_fractions(const stat_system *system, size_t k, size_t best, double *fraction) {
    double sum = 0, squares = 0; /* squares: of N_i / s_i */
    for (size_t i = 0; i < k; i++) {
        fraction[i] = 0;
        if (i == best || !(system[i].sd > 0)) continue;
        double d = distance(&system[i], &system[best]), ratio = system[i].sd / d;
        if (!isfinite(ratio)) continue;
        fraction[i] = ratio * ratio;
        squares += ratio * ratio / (d * d);
        sum += fraction[i];
    }
    if (best < k && system[best].sd > 0) sum += fraction[best] = system[best].sd * sqrt(squares);
    for (size_t i = 0; i < k; i++)
        fraction[i] = sum > 0 ? fraction[i] / sum : 1.0 / (double)k;
}

/* Shares of `more` in proportion to `want` (which sum to `all` > 0), by largest remainder. */
static void round_off(const double *want, double all, size_t k, uint32_t more, uint32_t *add, double *rest) {
    uint32_t given = 0;
    for (size_t i = 0; i < k; i++) {
        double exact = want[i] / all * more;
        add[i] = (uint32_t)floor(exact);
        rest[i] = exact - floor(exact);
        given += add[i];
    }
    while (given < more) {
        size_t next = 0;
        for (size_t i = 1; i < k; i++)
            if (rest[i] > rest[next]) next = i;
        rest[next] -= 1;
        add[next]++;
        given++;
    }
}

bool stat_ocba_allocate(const stat_system *system, size_t k, size_t best, uint32_t more, uint32_t *add) {
    double *fraction = calloc(3 * k, sizeof *fraction), *want = fraction + k, *rest = want + k;
    if (!fraction) return false;
    double total = more, all = 0;
    for (size_t i = 0; i < k; i++)
        total += system[i].n;
    stat_ocba_fractions(system, k, best, fraction);
    for (size_t i = 0; i < k; i++) {
        want[i] = fmax(fraction[i] * total - system[i].n, 0); /* what was given cannot be taken back */
        all += want[i];
    }
    if (!(all > 0))
        for (size_t i = 0; i < k; i++)
            all += want[i] = 1;
    round_off(want, all, k, more, add, rest);
    free(fraction);
    return true;
}

double stat_selection_pcs(const stat_system *system, size_t k, size_t best) {
    double wrong = 0;
    if (best >= k || !(system[best].n >= 2)) return NAN;
    for (size_t i = 0; i < k; i++) {
        if (i == best) continue;
        double error = error_of_difference(&system[i], &system[best]);
        double d = fabs(system[i].mean - system[best].mean);
        if (!(system[i].n >= 2) || isnan(d) || isnan(error)) return NAN;
        wrong += error > 0 ? gsl_cdf_ugaussian_Q(d / error) : d > 0 ? 0 : 0.5;
    }
    return fmax(1 - wrong, 0);
}
