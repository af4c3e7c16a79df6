/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_groups.c - experiments on clusters, on replications, on many outcomes, and on the arms' sizes.
 */
#include <math.h>
#include <string.h>

#include "lab/coverage_job.h"
#include "models/drawn.h"
#include "stats/cluster.h"
#include "stats/interval.h"
#include "stats/multiple.h"
#include "stats/srm.h"

static const double LEVEL = 0.95, ALPHA = 0.05, LIFT = 0.1, ICC = 0.1;
enum { SIZE_LEAST = 25, SIZE_MOST = 75, OUTCOMES = 20, REAL = 5, MOST_CLUSTERS = 1000 };

/* ---- clusters ---- */

/* Clusters of 25 to 75 units with rates of their own; who is treated: all of a cluster, the control's first,
 * or half of each. */
static stat_clustered draw_clusters(const coverage_shape *s, coverage_bench *b, bool effect, bool crossed,
                                    coverage_tally *t) {
    size_t control = (size_t)s->control,
           clusters = crossed ? control : control + (size_t)round(s->control * (1 - s->held) / s->held),
           n = 0;
    for (size_t k = 0; k < clusters; k++) {
        double p = model_drawn_cluster_rate(b->r, s->rate, ICC);
        size_t size = SIZE_LEAST + (size_t)(gsl_rng_uniform(b->r) * (SIZE_MOST - SIZE_LEAST + 1));
        for (size_t i = 0; i < size && n < COVERAGE_UNITS; i++, n++) {
            bool treated = crossed ? model_drawn_coin(b->r, 1 - s->held) : k >= control;
            double of_unit = p * (effect && treated ? 1 + LIFT : 1);
            b->treated[n] = treated;
            b->cluster[n] = (uint32_t)k;
            b->column[0][n] = model_drawn_coin(b->r, of_unit);
            if (!treated) t->events += b->column[0][n];
        }
    }
    t->experiments++;
    return (stat_clustered){b->column[0], NULL, b->treated, b->cluster, n, clusters};
}

/* P(min(1, 1.1 p)) is not quite 1.1 p for a beta p, so shapes keep rates at which p above 1 / 1.1 is rare. */
static bool score_clusters(const coverage_shape *s, const stat_clustered *data, bool effect,
                           coverage_tally *t) {
    stat_cluster_result c;
    if (!stat_cluster(data, LEVEL, &c)) return false;
    coverage_score(t, 0, effect, c.welch.lo, c.welch.hi, c.welch.p, LIFT * s->rate);
    double n[2] = {0, 0}, x[2] = {0, 0};
    for (size_t i = 0; i < data->n; i++) {
        n[data->treated[i]]++;
        x[data->treated[i]] += data->x[i];
    }
    if (s->lines < 2) return true;
    stat_sample control = stat_sample_from_sums(n[0], x[0], x[0]),
                treated = stat_sample_from_sums(n[1], x[1], x[1]);
    stat_welch_result w = stat_welch(&treated, &control, LEVEL);
    coverage_score(t, 1, effect, w.lo, w.hi, w.p, LIFT * s->rate);
    return true;
}

bool coverage_clusters(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    stat_clustered data = draw_clusters(s, b, effect, false, t);
    return score_clusters(s, &data, effect, t);
}

bool coverage_crossed(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    stat_clustered data = draw_clusters(s, b, effect, true, t);
    return score_clusters(s, &data, effect, t);
}

/* Few clusters of normal sums, drawn into arms of equal size: whatever depends on them, only the lot tells
 * the arms apart. */
bool coverage_randomised(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    enum { EACH = 5 };
    size_t side = (size_t)s->control, clusters = 2 * side;
    uint32_t lot[MOST_CLUSTERS];
    (void)effect; /* the null alone */
    for (size_t k = 0; k < clusters; k++)
        lot[k] = (uint32_t)k;
    model_drawn_shuffle(b->r, lot, clusters);
    for (size_t k = 0; k < clusters; k++) {
        double of_cluster = model_drawn_normal(b->r);
        for (size_t i = k * EACH; i < (k + 1) * EACH; i++) {
            b->column[0][i] = of_cluster + model_drawn_normal(b->r);
            b->treated[i] = lot[k] < side;
            b->cluster[i] = (uint32_t)k;
        }
    }
    stat_clustered data = {b->column[0], NULL, b->treated, b->cluster, clusters * EACH, clusters};
    stat_randomisation_result r;
    if (!stat_randomisation(&data, s->line[0].resamples, coverage_draws(b), &r)) return false;
    coverage_score_test(t, 0, r.p <= ALPHA);
    t->experiments++;
    t->events = NAN;
    return true;
}

/* ---- replications of a simulation ---- */

/* Counts of two policies on common random numbers: most of what they count is the same. */
bool coverage_replications(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    static const double COMMON = 80, OWN = 20, MORE = 5;
    size_t n = (size_t)s->control;
    double *base = b->column[0], *candidate = b->column[1], more = effect ? MORE : 0;
    for (size_t i = 0; i < n; i++) {
        double common = model_drawn_poisson(b->r, COMMON);
        base[i] = common + model_drawn_poisson(b->r, OWN);
        candidate[i] = common + model_drawn_poisson(b->r, OWN + more);
    }
    t->experiments++;
    t->events = NAN;
    stat_paired p = stat_paired_difference(base, candidate, n, LEVEL);
    coverage_score(t, 0, effect, p.lo, p.hi, p.p, MORE);
    stat_interval m = stat_mean_interval(candidate, n, LEVEL);
    if (effect) coverage_score_interval(t, 1, m.lo, m.hi, COMMON + OWN + MORE);
    return true;
}

/* ---- many outcomes ---- */

static double false_ones(const double *p, size_t from) {
    double n = 0;
    for (size_t i = from; i < OUTCOMES; i++)
        n += p[i] < ALPHA;
    return n;
}

/* Rates of 20 outcomes; `real` of them have an effect. Scored is what is said of the others: whether any is
 * called (Holm, and without a correction), and the share of false ones among those that are (BH). */
bool coverage_many(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    double p[OUTCOMES], holm[OUTCOMES], bh[OUTCOMES], n = s->control;
    size_t real = s->no_effect_only ? 0 : REAL;
    if (!effect && real) return true; /* the shape without is a row of its own */
    for (size_t i = 0; i < OUTCOMES; i++) {
        double c = model_drawn_conversions(b->r, n, s->rate),
               x = model_drawn_conversions(b->r, n, s->rate * (i < real ? 1.25 : 1));
        stat_sample control = stat_sample_from_sums(n, c, c), treated = stat_sample_from_sums(n, x, x);
        p[i] = stat_welch(&treated, &control, LEVEL).p;
        t->events += c / OUTCOMES;
    }
    t->experiments++;
    if (!stat_holm(p, OUTCOMES, holm) || !stat_benjamini_hochberg(p, OUTCOMES, bh)) return false;
    coverage_score_test(t, 0, false_ones(holm, real) > 0);
    double positives = false_ones(bh, 0);
    t->tests[1]++;
    if (positives > 0) t->alarms[1] += false_ones(bh, real) / positives;
    coverage_score_test(t, 2, false_ones(p, real) > 0);
    return true;
}

/* ---- sizes ---- */

bool coverage_srm(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    double n = s->control, held = model_drawn_conversions(b->r, n, s->held);
    const double count[] = {held, n - held}, weight[] = {s->held, 1 - s->held};
    (void)effect;
    stat_srm_result r = stat_srm(count, weight, 2);
    coverage_score_test(t, 0, r.p < STAT_SRM_ALPHA);
    t->experiments++;
    t->events = NAN;
    return true;
}
