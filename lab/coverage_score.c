/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_score.c - what counts as covering, and as a false positive.
 */
#include <math.h>

#include "lab/coverage_job.h"
#include "stats/ratio.h"

static const double LEVEL = 0.95, ALPHA = 0.05;

void coverage_score_interval(coverage_tally *t, size_t line, double lo, double hi, double truth) {
    t->intervals[line]++;
    t->hits[line] += lo <= truth && truth <= hi;
}

void coverage_score_test(coverage_tally *t, size_t line, bool found) {
    t->tests[line]++;
    t->alarms[line] += found;
}

void coverage_score(coverage_tally *t, size_t line, bool effect, double lo, double hi, double p,
                    double truth) {
    if (effect)
        coverage_score_interval(t, line, lo, hi, truth);
    else
        coverage_score_test(t, line, p < ALPHA);
}

void coverage_score_fieller(coverage_tally *t, size_t line, bool effect, const stat_sample *treated,
                            const stat_sample *control, double rel) {
    stat_fieller_result f = stat_fieller(treated, control, LEVEL);
    bool unbounded = f.bound == STAT_UNBOUNDED;
    if (effect)
        coverage_score_interval(t, line, unbounded ? -INFINITY : f.lo, unbounded ? INFINITY : f.hi, rel);
    else
        coverage_score_test(t, line, f.lo > 0 || f.hi < 0);
}

void coverage_score_means(coverage_tally *t, bool effect, const stat_sample *treated,
                          const stat_sample *control, double diff, double rel) {
    stat_welch_result w = stat_welch(treated, control, LEVEL);
    coverage_score(t, 0, effect, w.lo, w.hi, w.p, diff);
    coverage_score(t, 1, effect, w.rel_lo, w.rel_hi, w.rel_p, rel);
    coverage_score_fieller(t, 2, effect, treated, control, rel);
}

static double draw(const void *context, uint32_t replicate, uint32_t unit) {
    const coverage_bench *b = context;
    return model_uniform(b->key, unit, b->repetition, MODEL_P_RESAMPLE, replicate);
}

stat_draws coverage_draws(const coverage_bench *b) {
    return (stat_draws){draw, b};
}
