/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage_job.h - what the files of the coverage study share.
 *
 * A shape is data of one kind and the estimators that are tried on it, each a row of the table. A repetition
 * is one experiment of that shape, with an effect (intervals are scored) or without (tests are). It takes its
 * random numbers from its own address, so that neither threads nor other shapes can show in it.
 */
#ifndef LAB_COVERAGE_JOB_H
#define LAB_COVERAGE_JOB_H

#include "lab/coverage.h"
#include "models/rng.h"
#include "stats/bootstrap.h"
#include "stats/welch.h"

enum {
    COVERAGE_LINES = 4,
    COVERAGE_HELDS = 2,
    COVERAGE_SHAPES = 40,
    COVERAGE_UNITS = 65536,
    COVERAGE_COLUMNS = 4,
    COVERAGE_LOOKS = 50000
};

/* The bars; NaN where there is none. */
typedef struct {
    double lo, hi;
} coverage_bar;

typedef struct {
    const char *estimator, *note;
    coverage_bar cover, alarm;
    bool goes_wrong;
    uint32_t resamples;
} coverage_line;

typedef struct coverage_tally coverage_tally;
typedef struct coverage_bench coverage_bench;
typedef struct coverage_shape coverage_shape;
struct coverage_shape {
    const char *data;
    /* One experiment. false: no memory. */
    bool (*run)(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
    double helds[COVERAGE_HELDS], parts[COVERAGE_HELDS]; /* of the table: what `held` and `part` become */
    uint32_t brief[COVERAGE_HELDS]; /* repetitions of the short form; of the one in brief[0], once expanded */
    double held;                    /* share of the units in the control; 1: there are no arms */
    double part;                    /* repetitions of this shape over those that were asked for */
    double control;      /* units of the control; clusters, replications, planned units: as the shape says */
    double rate;         /* mostly the control's share of conversions */
    double tail;         /* sigma of lognormal sums; 0: 1 */
    bool no_effect_only; /* nothing to cover */
    size_t lines;
    coverage_line line[COVERAGE_LINES];
};

/* Of some repetitions. */
struct coverage_tally {
    double hits[COVERAGE_LINES], intervals[COVERAGE_LINES];
    double alarms[COVERAGE_LINES], tests[COVERAGE_LINES];
    double events, experiments; /* conversions of the control, summed */
};

/* What a thread works with. */
struct coverage_bench {
    gsl_rng *r; /* at the repetition's address */
    model_key key;
    uint32_t repetition;
    double *column[COVERAGE_COLUMNS]; /* COVERAGE_UNITS each */
    bool *treated;
    uint32_t *cluster;
    double planned, *widths; /* units for which a confidence sequence is tightest; its half-widths by look,
                              * over the standard error: COVERAGE_LOOKS of them */
};

/* [out] out: room for COVERAGE_SHAPES, each with one share held out. Returns how many. */
size_t coverage_shapes(coverage_shape *out);

/* ---- scoring ---- */

/* An interval of an experiment with an effect; one of NaN holds nothing. */
void coverage_score_interval(coverage_tally *t, size_t line, double lo, double hi, double truth);
void coverage_score_test(coverage_tally *t, size_t line, bool found);
/* Either, by what the experiment is; found: p < .05. */
void coverage_score(coverage_tally *t, size_t line, bool effect, double lo, double hi, double p,
                    double truth);
/* By Fieller: an unbounded interval covers, and finds nothing. */
void coverage_score_fieller(coverage_tally *t, size_t line, bool effect, const stat_sample *treated,
                            const stat_sample *control, double rel);
/* Three lines: the difference by Welch, and relative to the control by the delta method and by Fieller. */
void coverage_score_means(coverage_tally *t, bool effect, const stat_sample *treated,
                          const stat_sample *control, double diff, double rel);
stat_draws coverage_draws(const coverage_bench *b); /* for resampling within the repetition */

/* ---- the shapes' experiments ---- */

bool coverage_rates(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_few(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_looks(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_first_looks(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_revenue(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_winsorised(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_ratio(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_cuped(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_bootstrap(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_bootstrap_small(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_clusters(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_crossed(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_randomised(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_replications(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_many(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);
bool coverage_srm(const coverage_shape *s, coverage_bench *b, bool effect, coverage_tally *t);

/* ---- simulated rows ---- */

enum { COVERAGE_SIMULATED = 3, COVERAGE_SIMULATED_ROWS = 2 }; /* worlds, rows of each */
#define COVERAGE_SCENARIO "shared-shelf"
uint32_t coverage_simulated_reps(const lab_coverage_options *o, size_t world);
/* Fills the rows of one of the worlds. progress: called with its replications. */
lab_status coverage_simulate(const lab_coverage_options *o, size_t world, coverage_row *row,
                             lab_error *error);
/* Repetitions of a shape or world: at least 1. */
uint32_t coverage_reps(const lab_coverage_options *o, double part, uint32_t brief);

#endif
