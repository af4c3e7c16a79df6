/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_simulated.c - the coverage study on the simulator: an experiment's own interval against the mean
 * truth over replications.
 *
 * The shipped shared-shelf, with enough who come by themselves for 400 control conversions. With a unit for
 * everyone lift_true is what the holdout estimates. With fewer it is not, and its interval is meant to miss.
 * The worlds, the estimates and their scores are the command experiment's.
 */
#include <math.h>
#include <string.h>

#include "lab/coverage_job.h"
#include "lab/experiment.h"

enum { ROWS = COVERAGE_SIMULATED_ROWS, SETS = 5 };

typedef struct {
    const char *data;
    const char *set[SETS];
    double held, part;
    uint32_t brief;
    coverage_row row[ROWS]; /* holds the mean of all estimates; the mean of lift_true */
} simulated;

static const char own_note[] = "Covers the mean of all estimates.";
static const char true_note[] = "Covers the mean of lift_true, of everyone told less no one told. Under "
                                "shared stock it is meant to fail: "
                                "the holdout estimates something else.";

#define CROWD "shoppers.tiers[0].share=0.3", "shoppers.tiers[1].share=0.5"
#define COVERS                                                                                               \
    { .lo = 0.935, .hi = 0.965 }
#define NONE                                                                                                 \
    { .lo = NAN, .hi = NAN }

static const simulated worlds[COVERAGE_SIMULATED] = {
    {.data = "simulated, ample stock",
     .set = {CROWD, "shoppers.count=1800", "supply.restocks[0].units=1800", "policy.holdout.fraction=0.5"},
     .held = 0.5,
     .part = 1,
     .brief = 150,
     .row =
         {{.estimator = "welch, own", .note = own_note, .cover = COVERS, .alarm = {.lo = 0.035, .hi = 0.065}},
          {.estimator = "welch, true", .note = true_note, .cover = COVERS, .alarm = NONE}}},
    {.data = "simulated, ample stock",
     .set = {CROWD, "shoppers.count=9000", "supply.restocks[0].units=9000", "policy.holdout.fraction=0.1"},
     .held = 0.1,
     .part = 0.1,
     .brief = 10,
     .row =
         {{.estimator = "welch, own", .note = own_note, .cover = COVERS, .alarm = {.lo = 0.035, .hi = 0.065}},
          {.estimator = "welch, true", .note = true_note, .cover = COVERS, .alarm = NONE}}},
    {.data = "simulated, shared stock",
     .set = {CROWD, "shoppers.count=1800", "supply.restocks[0].units=900", "policy.holdout.fraction=0.5"},
     .held = 0.5,
     .part = 0.2,
     .brief = 50,
     .row = {{.estimator = "welch, own", .note = own_note, .cover = NONE, .alarm = NONE},
             {.estimator = "welch, true",
              .note = true_note,
              .goes_wrong = true,
              .cover = {.lo = 0, .hi = 0.9349},
              .alarm = NONE}}},
};

uint32_t coverage_reps(const lab_coverage_options *o, double part, uint32_t brief) {
    return o->brief ? brief : (uint32_t)fmin(fmax(round(o->reps * part), 1), UINT32_MAX);
}

uint32_t coverage_simulated_reps(const lab_coverage_options *o, size_t world) {
    return coverage_reps(o, worlds[world].part, worlds[world].brief);
}

static void count(coverage_check *k, double share, double of) {
    if (!(of > 0)) return;
    k->of = of;
    k->hits = round(share * of);
}

lab_status coverage_simulate(const lab_coverage_options *o, size_t world, coverage_row *row,
                             lab_error *error) {
    const simulated *w = &worlds[world];
    report_experiment x;
    const lab_experiment_options of = {.scenario = COVERAGE_SCENARIO,
                                       .set = w->set,
                                       .sets = SETS,
                                       .designs = "shopper",
                                       .has_seed = true,
                                       .seed = o->seed,
                                       .reps = coverage_simulated_reps(o, world),
                                       .threads = o->threads,
                                       .executor = o->executor,
                                       .progress = o->progress,
                                       .context = o->context};
    lab_status status = lab_experiment_score(&of, &x, error);
    if (status != LAB_OK) return status;
    const experiment_estimator *e = &x.design[0].by[0];
    for (size_t i = 0; i < ROWS; i++) {
        row[i] = w->row[i];
        row[i].data = w->data;
        row[i].held = w->held;
        row[i].repetitions = of.reps;
        row[i].events = x.design[0].held_orders / of.reps;
        count(&row[i].cover, i ? e->coverage_true : e->coverage_own, e->intervals);
        if (!i) count(&row[i].alarm, e->false_positives, e->nothing_n);
    }
    report_experiment_clear(&x);
    return LAB_OK;
}
