/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_job.h - what experiment.c and experiment_estimate.c share.
 */
#ifndef LAB_EXPERIMENT_JOB_H
#define LAB_EXPERIMENT_JOB_H

#include "reports/experiment.h"
#include "scenarios/scenario.h"

/* One world of a replication. */
typedef struct {
    size_t design;
    bool flipped;     /* holdout.consumes_slot the other way */
    bool unthrottled; /* no throttle, for its control alone */
    bool effect;      /* else pushes are shown and never clicked: they do nothing */
} experiment_world;

/* What an estimator needs to know of clusters: the product of each SKU. */
uint32_t lab_experiment_product(const scenario *s, uint32_t sku);

/* Takes what a trial says into the result. [in] trial: with rows of units where the world is neither flipped
 * nor unthrottled; stays the caller's. false: no memory. */
bool lab_experiment_take(report_experiment *x, const scenario *s, const experiment_world *world,
                         const store_trial *trial);

#endif
