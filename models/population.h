/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * population.h - who the shoppers are: the attributes that stay the same for a whole replication.
 *
 * Each attribute has a stream of its own, (shopper, attribute), and every yes/no is u < p. So a scenario with
 * another opt-in rate has the same tiers, rates and sizes, and those opted in at 50 % are among those opted
 * in at 60 %. What has one outcome only, as all that is new in a scenario without zones, regions, values and
 * other channels has, is not drawn at all.
 */
#ifndef MODELS_POPULATION_H
#define MODELS_POPULATION_H

#include <stdbool.h>
#include <stdint.h>
#include <gsl/gsl_rng.h>

#include "models/many.h"
#include "models/rng.h"
#include "models/world.h"

typedef struct {
    uint8_t tier;      /* index into model_shoppers.tier; 0 where there are none */
    uint8_t platform;  /* model_platform */
    bool optin;        /* push opted in, with a live token */
    bool behavioural;  /* consents to messages from inferred interest */
    uint32_t variant;  /* own variant: index into model_catalog.variant; 0 where there are none */
    double visit_rate; /* visits per day, the tier's multiplier included */
    uint64_t hash;     /* stands in for the hash of an external id: holdout and arms are drawn from it */
    float value;       /* money that a purchase of hers is worth; 1 unless value_mean says otherwise */
    uint8_t zone;      /* index into model_shoppers.zone; 0 where there are none */
    uint8_t region;    /* index into model_shoppers.region; 0 where there are none */
    bool email_optin, sms_optin;
} model_shopper;

/* What of a population can be computed once. The setups are borrowed. */
typedef struct {
    const model_shoppers *shoppers;
    const model_catalog *catalog;
    model_key key;
    model_rounds rounds;
    double tier[MODEL_TIERS_MAX], platform[MODEL_PLATFORMS], variant[MODEL_VARIANTS_MAX],
        zone[MODEL_ZONES_MAX], region[MODEL_REGIONS_MAX]; /* cumulative shares */
} model_population;

/* [in] shoppers, catalog: shares need not sum to 1; all 0 means the first. */
void model_population_make(const model_shoppers *shoppers, const model_catalog *catalog, model_key key,
                           model_population *out);

/* Draws shoppers from, from + 1, ..., n <= MODEL_MANY_MAX of them. Each depends on the setups, the key and
 * her index only.
 *
 * The hash comes from the replication's key: each replication is a fresh experiment, in which the same index
 * may fall into another arm.
 *
 * [in,out] r    of type model_rng_philox; is sought, so what it held before does not matter
 * [out]    out  n of them; every field is written */
void model_population_draw(const model_population *population, uint32_t from, uint32_t n, gsl_rng *r,
                           model_shopper *out);

uint64_t model_population_hash(model_key key, uint32_t index); /* that hash alone */

/* The same of one shopper of whom something is known: that stands instead of what would be drawn, and what
 * depends on it follows, such as the chance of an opt-in on her platform. All else is as without. */
void model_population_draw_known(const model_population *population, uint32_t index, const model_known *known,
                                 gsl_rng *r, model_shopper *out);

#endif
