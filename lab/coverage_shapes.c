/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_shapes.c - what the coverage study tries: the table of shapes, estimators and their bars.
 *
 * Adding an estimator is a line here and its score in the shape's experiment.
 */
#include <math.h>

#include "lab/coverage_job.h"

static const char few_events[] = "Three conversions in the control, on average. Where Fieller's interval is "
                                 "unbounded, it covers and finds "
                                 "nothing.";
static const char cut_mean[] =
    "Covers the difference of means winsorised at the population's 99 % quantile, which is its own estimand.";
static const char by_visit[] = "Visits taken as independent; they are their shopper's.";
static const char small_boot[] =
    "Percentiles of few values are too narrow by a known amount: P(|t| <= 1.96 sqrt((n - 1) / n)) on 2 n - 2 "
    "degrees of freedom is 92.1 % at 10 an arm. The bar is 1.5 % to either side.";
static const char by_unit[] = "Units taken as independent; they are their cluster's.";
static const char attainable[] =
    "Called at p <= .05. So few clusters allow 0 at 3 a side, 2/70 at 4 and 46/924 at 6. The bar is 1.5 % to "
    "either side.";
static const char drawn_lots[] = "By 999 drawn assignments.";
static const char every_look[] =
    "Looked at after every one of 50,000 units once both arms have 50 conversions. Covers: at all looks.";
static const char fixed_look[] = "A 95 % interval made for one look, looked at after every thousandth unit.";
static const char planned_short[] = "The same, but tightest at 5,000 units: at a tenth held out the 50 "
                                    "conversions come after five times as many.";
static const char first_look[] =
    "The same looks from the first unit on, without the least number of conversions.";
static const char family[] = "False positives: experiments in which any outcome without an effect is called.";
static const char discovery[] =
    "False positives: the share of false ones among all that are called, on average.";
static const char sizes[] = "Called at p < .001 where the sizes are as intended.";

/* 95 % intervals and tests at 5 %. */
#define NONE                                                                                                 \
    { NAN, NAN }
#define COVERS                                                                                               \
    { 0.935, 0.965 }
#define FINDS                                                                                                \
    { 0.035, 0.065 }
/* Of what is there to go wrong. */
#define COVERS_SELDOM                                                                                        \
    { 0, 0.9349 }
#define FINDS_OFTEN                                                                                          \
    { 0.0651, 1 }

/* By their share held out: half, a tenth. */
static const coverage_shape shapes[] = {
    {.data = "rate 2 %",
     .run = coverage_rates,
     .brief = {10000, 10000},
     .helds = {0.5, 0.1},
     .control = 25000,
     .rate = 0.02,
     .lines = 4,
     .line = {{.estimator = "welch", .cover = COVERS, .alarm = FINDS},
              {.estimator = "welch, relative", .cover = COVERS, .alarm = FINDS},
              {.estimator = "fieller", .cover = COVERS, .alarm = FINDS},
              {.estimator = "newcombe", .cover = COVERS, .alarm = FINDS}}},
    {.data = "rate 2 %, 3 events",
     .run = coverage_few,
     .brief = {10000},
     .helds = {0.1},
     .control = 150,
     .rate = 0.02,
     .lines = 2,
     .line = {{.estimator = "welch, relative",
               .cover = NONE,
               .alarm = NONE,
               .goes_wrong = true,
               .note = few_events},
              {.estimator = "fieller", .cover = {0.95, 1}, .alarm = {0, 0.05}, .note = few_events}}},
    {.data = "revenue, 2 % buy",
     .run = coverage_revenue,
     .brief = {2000, 1000},
     .helds = {0.5, 0.1},
     .control = 25000,
     .rate = 0.02,
     .lines = 3,
     .line = {{.estimator = "welch", .cover = COVERS, .alarm = FINDS},
              {.estimator = "welch, relative", .cover = COVERS, .alarm = FINDS},
              {.estimator = "fieller", .cover = COVERS, .alarm = FINDS}}},
    {.data = "revenue, 40 % buy",
     .run = coverage_winsorised,
     .brief = {800, 200},
     .helds = {0.5, 0.1},
     .control = 1250,
     .rate = 0.4,
     .lines = 1,
     .line = {{.estimator = "winsorised", .cover = COVERS, .alarm = FINDS, .note = cut_mean}}},
    {.data = "orders per visit",
     .run = coverage_ratio,
     .brief = {2000, 400},
     .helds = {0.5, 0.1},
     .control = 500,
     .rate = 0.2,
     .lines = 3,
     .line = {{.estimator = "ratio_delta", .cover = COVERS, .alarm = FINDS},
              {.estimator = "ratio_delta, relative", .cover = COVERS, .alarm = FINDS},
              {.estimator = "welch by visit",
               .cover = COVERS_SELDOM,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = by_visit}}},
    {.data = "orders, history known",
     .run = coverage_cuped,
     .brief = {400, 100},
     .helds = {0.5, 0.1},
     .control = 1000,
     .rate = 0.5,
     .lines = 2,
     .line = {{.estimator = "cuped, 1 covariate", .cover = COVERS, .alarm = FINDS},
              {.estimator = "cuped, 3 covariates", .cover = COVERS, .alarm = FINDS}}},
    {.data = "revenue, 80 % buy",
     .run = coverage_bootstrap,
     .brief = {15, 1},
     .helds = {0.5, 0.1},
     .parts = {1, 0.1},
     .control = 500,
     .rate = 0.8,
     .tail = 0.5,
     .lines = 3,
     .line = {{.estimator = "bootstrap percentile", .cover = COVERS, .alarm = FINDS, .resamples = 499},
              {.estimator = "bootstrap bca", .cover = COVERS, .alarm = FINDS, .resamples = 499},
              {.estimator = "bootstrap poisson", .cover = COVERS, .alarm = FINDS, .resamples = 499}}},
    {.data = "normal, 10 an arm",
     .run = coverage_bootstrap_small,
     .brief = {1000},
     .helds = {0.5},
     .control = 10,
     .lines = 1,
     .line = {{.estimator = "bootstrap percentile",
               .cover = {0.9056, 0.9356},
               .alarm = {0.0644, 0.0944},
               .resamples = 999,
               .note = small_boot}}},
    {.data = "20 %, clusters of 50",
     .run = coverage_clusters,
     .brief = {3000, 600},
     .helds = {0.5, 0.1},
     .control = 50,
     .rate = 0.2,
     .lines = 2,
     .line = {{.estimator = "cluster", .cover = COVERS, .alarm = FINDS},
              {.estimator = "welch by unit",
               .cover = COVERS_SELDOM,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = by_unit}}},
    {.data = "20 %, clusters cross",
     .run = coverage_crossed,
     .brief = {2000},
     .helds = {0.5},
     .control = 100,
     .rate = 0.2,
     .lines = 1,
     .line = {{.estimator = "cluster", .cover = COVERS, .alarm = FINDS}}},
    {.data = "3 clusters a side",
     .run = coverage_randomised,
     .brief = {10000},
     .helds = {0.5},
     .control = 3,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "randomisation", .cover = NONE, .alarm = {0, 0}, .note = attainable}}},
    {.data = "4 clusters a side",
     .run = coverage_randomised,
     .brief = {10000},
     .helds = {0.5},
     .control = 4,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "randomisation",
               .cover = NONE,
               .alarm = {2 / 70. - 0.015, 2 / 70. + 0.015},
               .note = attainable}}},
    {.data = "6 clusters a side",
     .run = coverage_randomised,
     .brief = {10000},
     .helds = {0.5},
     .control = 6,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "randomisation",
               .cover = NONE,
               .alarm = {46 / 924. - 0.015, 46 / 924. + 0.015},
               .note = attainable}}},
    {.data = "12 clusters a side",
     .run = coverage_randomised,
     .brief = {2000},
     .helds = {0.5},
     .control = 12,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "randomisation",
               .cover = NONE,
               .alarm = FINDS,
               .resamples = 999,
               .note = drawn_lots}}},
    {.data = "rate 2 %, looked at",
     .run = coverage_looks,
     .brief = {250, 250},
     .helds = {0.5, 0.1},
     .control = COVERAGE_LOOKS,
     .rate = 0.02,
     .lines = 2,
     .line = {{.estimator = "sequential", .cover = {0.95, 1}, .alarm = {0, 0.05}, .note = every_look},
              {.estimator = "welch, peeking",
               .cover = COVERS_SELDOM,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = fixed_look}}},
    {.data = "rate 2 %, 5,000 planned",
     .run = coverage_first_looks,
     .brief = {250},
     .helds = {0.1},
     .control = 5000,
     .rate = 0.02,
     .lines = 2,
     .line = {{.estimator = "sequential", .cover = {0.95, 1}, .alarm = {0, 0.05}, .note = planned_short},
              {.estimator = "sequential, no least",
               .cover = COVERS_SELDOM,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = first_look}}},
    {.data = "10 replications",
     .run = coverage_replications,
     .brief = {10000},
     .helds = {1},
     .control = 10,
     .lines = 2,
     .line = {{.estimator = "paired t", .cover = COVERS, .alarm = FINDS},
              {.estimator = "t", .cover = COVERS, .alarm = NONE}}},
    {.data = "20 outcomes",
     .run = coverage_many,
     .brief = {10000},
     .helds = {0.5},
     .control = 5000,
     .rate = 0.1,
     .no_effect_only = true,
     .lines = 3,
     .line = {{.estimator = "holm", .cover = NONE, .alarm = {0, 0.065}, .note = family},
              {.estimator = "bh", .cover = NONE, .alarm = {0, 0.065}, .note = discovery},
              {.estimator = "no correction",
               .cover = NONE,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = family}}},
    {.data = "20 outcomes, 5 real",
     .run = coverage_many,
     .brief = {10000},
     .helds = {0.5},
     .control = 5000,
     .rate = 0.1,
     .lines = 3,
     .line = {{.estimator = "holm", .cover = NONE, .alarm = {0, 0.065}, .note = family},
              {.estimator = "bh", .cover = NONE, .alarm = {0, 0.065}, .note = discovery},
              {.estimator = "no correction",
               .cover = NONE,
               .alarm = FINDS_OFTEN,
               .goes_wrong = true,
               .note = family}}},
    {.data = "10,000 units",
     .run = coverage_srm,
     .brief = {2000, 2000},
     .helds = {0.5, 0.1},
     .parts = {10, 10},
     .control = 10000,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "sample ratio", .cover = NONE, .alarm = {0, 0.002}, .note = sizes}}},
    {.data = "500 units, exact",
     .run = coverage_srm,
     .brief = {2000, 2000},
     .helds = {0.5, 0.1},
     .parts = {10, 10},
     .control = 500,
     .no_effect_only = true,
     .lines = 1,
     .line = {{.estimator = "sample ratio", .cover = NONE, .alarm = {0, 0.002}, .note = sizes}}},
};

size_t coverage_shapes(coverage_shape *out) {
    size_t n = 0;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t k = 0; k < COVERAGE_HELDS && shapes[i].helds[k] > 0; k++) {
            out[n] = shapes[i];
            out[n].held = shapes[i].helds[k];
            out[n].brief[0] = shapes[i].brief[k];
            out[n++].part = shapes[i].parts[k] > 0 ? shapes[i].parts[k] : 1;
        }
    return n;
}
