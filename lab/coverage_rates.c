/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_rates.c - experiments on rates of conversion: at their end, and looked at while they run.
 */
#include <math.h>

#include "lab/coverage_job.h"
#include "models/drawn.h"
#include "stats/proportion.h"
#include "stats/sequence.h"

static const double LEVEL = 0.95, ALPHA = 0.05, LIFT = 0.1;
enum { MIN_EVENTS = 50, FIXED_EVERY = 1000 };

typedef struct {
    double n[2], x[2]; /* units and conversions by arm, the control first */
} counts;

static double rate_of(const coverage_shape *s, int arm, bool effect) {
    return s->rate * (arm && effect ? 1 + LIFT : 1);
}

static counts draw_counts(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    counts c = {.n = {s->control, round(s->control * (1 - s->held) / s->held)}};
    for (int arm = 0; arm < 2; arm++)
        c.x[arm] = model_drawn_conversions(b->r, c.n[arm], rate_of(s, arm, effect));
    t->events += c.x[0];
    t->experiments++;
    return c;
}

static void score_newcombe(coverage_tally *t, size_t line, bool effect, const counts *c, double diff) {
    stat_share_difference d = stat_newcombe(c->x[1], c->n[1], c->x[0], c->n[0], LEVEL);
    coverage_score(t, line, effect, d.lo, d.hi, d.p, diff);
}

bool coverage_rates(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    counts c = draw_counts(s, b, effect, t);
    stat_sample control = stat_sample_from_sums(c.n[0], c.x[0], c.x[0]),
                treated = stat_sample_from_sums(c.n[1], c.x[1], c.x[1]);
    coverage_score_means(t, effect, &treated, &control, LIFT * s->rate, LIFT);
    score_newcombe(t, 3, effect, &c, LIFT * s->rate);
    return true;
}

/* Of so few that neither mean nor variance of the control are known. */
bool coverage_few(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    counts c = draw_counts(s, b, effect, t);
    stat_sample control = stat_sample_from_sums(c.n[0], c.x[0], c.x[0]),
                treated = stat_sample_from_sums(c.n[1], c.x[1], c.x[1]);
    stat_welch_result w = stat_welch(&treated, &control, LEVEL);
    coverage_score(t, 0, effect, w.rel_lo, w.rel_hi, w.rel_p, LIFT);
    coverage_score_fieller(t, 1, effect, &treated, &control, LIFT);
    return true;
}

/* ---- looking often ---- */

/* A test by one rule, at all its looks. */
typedef struct {
    bool looked; /* at least once */
    bool away;   /* some interval left out the truth, 0 where there is no effect */
} watch;

static void look(watch *w, double distance, double half) {
    w->looked = true;
    w->away |= distance > half;
}

/* The half-width is the standard error times what depends on the look alone. */
static void prepare_widths(coverage_bench *b, double planned) {
    if (b->planned == planned) return;
    double rho = stat_sequence_rho(planned, ALPHA);
    for (int i = 0; i < COVERAGE_LOOKS; i++)
        b->widths[i] = stat_sequence_half_width(1, i + 1, rho, ALPHA);
    b->planned = planned;
}

static double square_error(const counts *c, int arm) {
    double n = c->n[arm], p = c->x[arm] / n;
    return p * (1 - p) / (n - 1);
}

/* An experiment without a look would be no interval at all. */
static void score_watch(coverage_tally *t, size_t line, bool effect, const watch *w) {
    if (!w->looked) return;
    if (effect)
        coverage_score_interval(t, line, 0, 1, w->away ? NAN : 0);
    else
        coverage_score_test(t, line, w->away);
}

static double fixed_half(const counts *c) {
    stat_sample control = stat_sample_from_sums(c->n[0], c->x[0], c->x[0]),
                treated = stat_sample_from_sums(c->n[1], c->x[1], c->x[1]);
    stat_welch_result w = stat_welch(&treated, &control, LEVEL);
    return w.hi - w.diff;
}

/* By the sequence from 50 conversions in both arms on, and from the first; by the fixed interval at every
 * thousandth unit from 50 on. */
typedef struct {
    watch sequence, early, fixed;
} watches;

/* One unit after the other, a look after each. */
static watches watch_all(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    counts c = {{0, 0}, {0, 0}};
    watches w = {.sequence = {false, false}};
    double truth = effect ? LIFT * s->rate : 0;
    const double rate[2] = {rate_of(s, 0, effect), rate_of(s, 1, effect)};
    prepare_widths(b, s->control);
    for (int i = 0; i < COVERAGE_LOOKS; i++) {
        int arm = !model_drawn_coin(b->r, s->held);
        c.n[arm]++;
        c.x[arm] += model_drawn_coin(b->r, rate[arm]);
        if (c.n[0] < 2 || c.n[1] < 2) continue;
        double se = sqrt(square_error(&c, 0) + square_error(&c, 1));
        double distance = fabs(c.x[1] / c.n[1] - c.x[0] / c.n[0] - truth);
        if (!(se > 0)) continue;
        look(&w.early, distance, se * b->widths[i]);
        if (c.x[0] < MIN_EVENTS || c.x[1] < MIN_EVENTS) continue;
        look(&w.sequence, distance, se * b->widths[i]);
        if ((i + 1) % FIXED_EVERY == 0) look(&w.fixed, distance, fixed_half(&c));
    }
    t->events += c.x[0];
    t->experiments++;
    return w;
}

bool coverage_looks(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    watches w = watch_all(s, b, effect, t);
    score_watch(t, 0, effect, &w.sequence);
    score_watch(t, 1, effect, &w.fixed);
    return true;
}

bool coverage_first_looks(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t) {
    watches w = watch_all(s, b, effect, t);
    score_watch(t, 0, effect, &w.sequence);
    score_watch(t, 1, effect, &w.early);
    return true;
}
