/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_job.h - what experiment.c and experiment_estimate.c share.
 */
#ifndef LAB_EXPERIMENT_JOB_H
#define LAB_EXPERIMENT_JOB_H

#include "models/rng.h"
#include "reports/experiment.h"
#include "scenarios/scenario.h"

/* One world of a replication. */
typedef struct {
    size_t design;
    bool flipped;     /* holdout.consumes_slot the other way */
    bool unthrottled; /* no throttle, for its control alone */
    bool effect;      /* else pushes are shown and never clicked: they do nothing */
} experiment_world;

/* What estimators other than EXPERIMENT_INDEPENDENT make of pairs of a shopper and a product. [in] store: all
 * net orders of shoppers, for any design but restock; else outcomes of E, for two_sided. s: as in this world;
 * key: the replication's; trial: with rows of units, restocks and orders. [out] out: by method, without the
 * truth. false: no memory. */
bool lab_experiment_cells(const experiment_design *d, bool store, const scenario *s, model_key key,
                          const store_trial *trial, experiment_draw out[EXPERIMENT_METHODS]);

/* Takes what a trial says into the result. [in] s: as in this world; trial: with rows of units, and where
 * cells are compared of restocks and orders, if the world is neither flipped nor unthrottled; stays the
 * caller's. false: no memory. */
bool lab_experiment_take(report_experiment *x, const scenario *s, const experiment_world *world,
                         const store_trial *trial);

#endif
