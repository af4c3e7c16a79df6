/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_units.c - experiments on what units spend and do: means, winsorised means, ratios, covariates,
 * bootstraps.
 */
#include <math.h>

#include "lab/coverage_job.h"
#include "models/drawn.h"
#include "stats/cuped.h"
#include "stats/ratio.h"
#include "stats/tails.h"

static const double LEVEL = 0.95, LIFT = 0.1;

static size_t treated_units(const coverage_shape *s) {
    return (size_t)round(s->control * (1 - s->held) / s->held);
}

static double lift_of(bool effect, int arm) {
    return effect && arm ? 1 + LIFT : 1;
}

/* The lift is of what a buyer spends. */
static model_spend spend_of(const coverage_shape *s, bool effect, int arm) {
    return (model_spend){
        .buys = s->rate, .mu = log(lift_of(effect, arm)), .sigma = s->tail > 0 ? s->tail : 1};
}

/* ---- means ---- */

bool coverage_revenue(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    stat_sample arm[2];
    model_spend spend[2];
    const double n[2] = {s->control, (double)treated_units(s)};
    for (int a = 0; a < 2; a++) {
        double sum, squares, buyers;
        spend[a] = spend_of(s, effect, a);
        model_drawn_spends(b->r, &spend[a], n[a], &sum, &squares, &buyers);
        arm[a] = stat_sample_from_sums(n[a], sum, squares);
        if (!a) t->events += buyers;
    }
    t->experiments++;
    coverage_score_means(t, effect, &arm[1], &arm[0],
                         model_spend_mean(&spend[1]) - model_spend_mean(&spend[0]), LIFT);
    return true;
}

/* The control's units first, then the treated. Returns how many in all. */
static size_t draw_spends(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    size_t control = (size_t)s->control, n = control + treated_units(s);
    for (size_t i = 0; i < n; i++) {
        bool treated = i >= control;
        model_spend spend = spend_of(s, effect, treated);
        b->column[0][i] = model_drawn_spend(b->r, &spend);
        t->events += !treated && b->column[0][i] > 0;
    }
    t->experiments++;
    return n;
}

/* Winsorised at the 99 % quantile of both arms together; the 1 % quantile is 0. What it estimates is the
 * difference of the means so cut, at the population's quantile. */
bool coverage_winsorised(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    static const double QUANTILE = 0.99;
    size_t n = draw_spends(s, b, effect, t), control = (size_t)s->control;
    model_spend of[2] = {spend_of(s, effect, 0), spend_of(s, effect, 1)};
    double lo, hi, *x = b->column[0];
    if (!stat_winsorize(x, n, QUANTILE, &lo, &hi)) return false;
    stat_sample c = stat_sample_of(x, control), a = stat_sample_of(x + control, n - control);
    stat_welch_result w = stat_welch(&a, &c, LEVEL);
    double top = model_spend_quantile(&of[0], &of[1], s->held, QUANTILE);
    coverage_score(t, 0, effect, w.lo, w.hi, w.p,
                   model_spend_mean_below(&of[1], top) - model_spend_mean_below(&of[0], top));
    return true;
}

/* ---- ratios ---- */

/* Orders per visit, with shoppers as units; and with visits as if they were. */
bool coverage_ratio(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    stat_sample arm[2], visits[2];
    const size_t n[2] = {(size_t)s->control, treated_units(s)};
    for (int a = 0; a < 2; a++) {
        double orders = 0, all = 0;
        stat_pair_stream stream = {0};
        for (size_t i = 0; i < n[a]; i++) {
            double x, y;
            model_drawn_visits(b->r, s->rate * lift_of(effect, a), &x, &y);
            stat_pair_add(&stream, x, y);
            orders += x;
            all += y;
        }
        stat_pairs pairs = stat_pair_moments(&stream);
        arm[a] = stat_ratio_sample(&pairs);
        visits[a] = stat_sample_from_sums(all, orders, orders);
        if (!a) t->events += orders;
    }
    t->experiments++;
    stat_welch_result w = stat_welch(&arm[1], &arm[0], LEVEL);
    coverage_score(t, 0, effect, w.lo, w.hi, w.p, LIFT * s->rate);
    coverage_score(t, 1, effect, w.rel_lo, w.rel_hi, w.rel_p, LIFT);
    w = stat_welch(&visits[1], &visits[0], LEVEL);
    coverage_score(t, 2, effect, w.lo, w.hi, w.p, LIFT * s->rate);
    return true;
}

/* ---- covariates ---- */

static bool score_cuped(coverage_bench *b, size_t n, size_t covariates, size_t line, bool effect,
                        double truth, coverage_tally *t) {
    const double *x[] = {b->column[1], b->column[2], b->column[3]};
    stat_cuped_result r;
    if (!stat_cuped(b->column[0], b->treated, n, x, covariates, NULL, &r)) return false;
    stat_welch_result w = stat_welch(&r.treated, &r.control, LEVEL);
    coverage_score(t, line, effect, w.lo, w.hi, w.p, truth);
    return true;
}

/* Orders of shoppers of whom earlier orders, earlier visits and something useless are known. */
bool coverage_cuped(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    size_t control = (size_t)s->control, n = control + treated_units(s);
    for (size_t i = 0; i < n; i++) {
        double earlier[3];
        b->treated[i] = i >= control;
        b->column[0][i] = model_drawn_history(b->r, s->rate, lift_of(effect, b->treated[i]), earlier);
        for (int k = 0; k < 3; k++)
            b->column[1 + k][i] = earlier[k];
        if (!b->treated[i]) t->events += b->column[0][i];
    }
    t->experiments++;
    return score_cuped(b, n, 1, 0, effect, LIFT * s->rate, t) &&
           score_cuped(b, n, 3, 1, effect, LIFT * s->rate, t);
}

/* ---- bootstraps ---- */

static bool score_bootstrap(const coverage_shape *s, coverage_bench *b, size_t n, stat_bootstrap_kind kind,
                            size_t line, bool effect, double truth, coverage_tally *t) {
    size_t control = (size_t)s->control;
    const stat_bootstrap_arm held = {b->column[0], NULL, control},
                             treated = {b->column[0] + control, NULL, n - control};
    stat_bootstrap_result r;
    if (!stat_bootstrap(&treated, &held, kind, s->line[line].resamples, LEVEL, coverage_draws(b), &r))
        return false;
    coverage_score(t, line, effect, r.diff.lo, r.diff.hi, r.diff.p, truth);
    return true;
}

bool coverage_bootstrap(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    static const stat_bootstrap_kind kind[] = {STAT_PERCENTILE, STAT_BCA, STAT_POISSON};
    size_t n = draw_spends(s, b, effect, t);
    model_spend of[2] = {spend_of(s, effect, 0), spend_of(s, effect, 1)};
    double truth = model_spend_mean(&of[1]) - model_spend_mean(&of[0]);
    bool good = true;
    for (size_t i = 0; i < s->lines && good; i++)
        good = score_bootstrap(s, b, n, kind[i], i, effect, truth, t);
    return good;
}

/* Few normal values. Percentiles are those of a z interval with the standard deviation by n in place of n -
 * 1: P(|t| <= 1.96 sqrt((n - 1) / n)) on 2 n - 2 degrees of freedom, 92.06 % at n = 10. */
bool coverage_bootstrap_small(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    size_t control = (size_t)s->control, n = control + treated_units(s);
    for (size_t i = 0; i < n; i++)
        b->column[0][i] = model_drawn_normal(b->r) + (effect && i >= control ? 1 : 0);
    t->experiments++;
    t->events = NAN;
    return score_bootstrap(s, b, n, STAT_PERCENTILE, 0, effect, 1, t);
}
