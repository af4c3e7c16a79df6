/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment.h - designs of a holdout, each run many times in one world, against the truth of that world.
 *
 * All numbers are of net orders per unit (docs/METRICS.md: lift_abs, lift_true). A replication gives one
 * estimate with its own interval, as an experimenter would see it, and the truth from its twins; what is said
 * of a design is over replications. NaN is a number that does not exist.
 */
#ifndef REPORTS_EXPERIMENT_H
#define REPORTS_EXPERIMENT_H

#include "reports/format.h"
#include "reports/report.h"
#include "stats/interval.h"

enum { EXPERIMENT_DESIGNS = 5, EXPERIMENT_METHODS = 5, EXPERIMENT_NOTE = 400 };

/* What an estimator makes of the arms. DIFFERENCE: treated less all others. INDEPENDENT: the same, its units
 * taken as independent though clusters were drawn, to show what that does; never the one to use. The others
 * weigh the four cells of two_sided (stats/twosided.h). */
typedef enum {
    EXPERIMENT_DIFFERENCE,
    EXPERIMENT_INDEPENDENT,
    EXPERIMENT_WEIGHTED_1,
    EXPERIMENT_WEIGHTED_2,
    EXPERIMENT_KINDS
} experiment_kind;

/* What one replication's experimenter sees, and what is true there. */
typedef struct {
    double estimate, lo, hi, p; /* lo, hi, p: NaN where the estimator has no interval */
    double truth;               /* lift_true; 0 in a world where pushes do nothing */
} experiment_draw;

/* An estimator of a design. The draws are owned; the rest comes from them. */
typedef struct {
    experiment_kind kind;
    const char *method;                /* "welch", "cluster", "two-way" */
    experiment_draw *effect, *nothing; /* by replication: as the scenario is; where pushes do nothing */
    stat_interval estimate;            /* n: replications with units in both arms */
    stat_interval truth, bias;         /* over those; bias: estimate - truth, paired */
    double intervals;                  /* replications with an interval; coverages are shares of these */
    double coverage_true;              /* holds the mean truth */
    double coverage_own;               /* holds the mean estimate */
    double power;                      /* share of n with p < .05; without an interval nothing was found */
    double false_positives;            /* the same where pushes do nothing */
    double nothing_n;                  /* replications that this is a share of */
    double mde;                        /* see report_experiment_fill() */
} experiment_estimator;

typedef struct {
    const char *name;                            /* as policy.holdout.unit */
    experiment_estimator by[EXPERIMENT_METHODS]; /* [0]: DIFFERENCE */
    size_t methods;
    double units, held; /* size of E, and of it held out, summed over replications */
    double held_orders; /* of those held out, likewise */
} experiment_design;

/* Clocks of the two arms, in worlds where pushes do nothing, so that whatever is not 0 is the clocks' fault:
 * ASSIGNED  both arms from when their turn in line comes (lift_abs)
 * REACHED  both from their slot, a push or a ghost (lift_reached)
 * UNTHROTTLED  the treated as in ASSIGNED; the control as where no rate limit holds it back, at once and all
 * of the line. The control's world is one of its own without a throttle; as pushes do nothing, the same
 * shoppers do the same there. Only this has no value where pushes do something. */
typedef enum { CLOCK_ASSIGNED, CLOCK_REACHED, CLOCK_UNTHROTTLED, CLOCK_COUNT } experiment_clock;

typedef struct {
    bool consumes;                                      /* holdout.consumes_slot */
    double *effect[CLOCK_COUNT], *nothing[CLOCK_COUNT]; /* by replication; owned */
    double *truth, *sends;                              /* of the world as it is; owned */
    stat_interval with[CLOCK_COUNT], none[CLOCK_COUNT]; /* of these */
    stat_interval mean_truth, mean_sends;
} experiment_slots;

typedef struct {
    const char *scenario; /* borrowed, like run */
    const store_run *run; /* seed, manifest; no trials */
    uint32_t replications;
    double events;
    double fraction, product_fraction; /* held out: of shoppers or other units; of products (two_sided) */
    bool chosen;                       /* the fraction is not the scenario's, which has none */
    bool store; /* outcomes are all net orders of a shopper, of E or not; else those of E on its products */
    experiment_design design[EXPERIMENT_DESIGNS];
    size_t designs;
    experiment_slots slots[2]; /* of design[0]: as the scenario has it, and the other way */
    double *unthrottled;       /* mean of its control without a throttle, by replication; owned */
    /* filled by report_experiment_fill() */
    size_t best;   /* the design to use; `designs` if none gave an estimate */
    size_t by;     /* its estimator */
    bool unbiased; /* its bias interval holds 0, and it does not find more than chance would in nothing */
    char why[EXPERIMENT_NOTE];
} report_experiment;

/* Allocates the draws; design[i].name, methods and replications are set. false: no memory. */
bool report_experiment_create(report_experiment *x);
void report_experiment_clear(report_experiment *x);

/* Works out all that comes from the draws. The smallest effect found with 80 % power is (t at .975 + t at .8)
 * x the standard deviation of estimates over replications, which is the true standard error of an estimate,
 * whatever its own interval says; Student's t with replications - 1. The design to use: one that has an
 * interval in half of the experiments at least, and a sound one, which finds an effect of nothing no more
 * often than 5 % and two standard errors; of these one whose bias interval holds 0, of which bias cannot tell
 * apart, and so the one of the greatest power, then of the smallest |bias|; else the one of the smallest
 * |bias|. false: no memory. */
bool report_experiment_fill(report_experiment *x);

void report_experiment_text(FILE *out, const report_experiment *x, const report_host *host);
json_t *report_experiment_json(const report_experiment *x, const report_host *host); /* NULL: no memory */
void report_experiment_csv(FILE *out,
                           const report_experiment *x); /* a row a design, estimator, replication */
/* What is compared with what, in words. */
const char *report_experiment_contrast(const report_experiment *x, const experiment_design *d,
                                       experiment_kind kind);
/* "" for the only one that a design has. */
const char *report_experiment_estimator(const experiment_design *d, experiment_kind kind);
/* What a row of the table has to warn of, in words; "" if nothing. */
format_text report_experiment_warning(const experiment_estimator *e);
const char *report_experiment_clock(experiment_clock c);

void report_experiment_plot(FILE *gp, const void *experiment); /* estimates and truths by design */
void report_experiment_clocks_plot(FILE *gp,
                                   const void *experiment); /* of the slots, where pushes do nothing */

/* Writes DIR/experiment.csv, DIR/plots, DIR/manifest.json and last DIR/experiment.html. [out] error on false.
 */
bool report_experiment_write(const char *dir, const report_experiment *x, const report_host *host,
                             char error[STORE_ERROR_SIZE]);

#endif
