/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * population.c - draws the attributes of shoppers, one attribute of several shoppers at a time. See
 * population.h.
 */
#include "models/population.h"

#include "models/dist.h"

/* The ordinal of an attribute's stream under MODEL_P_SHOPPER. Only ever append. */
enum {
    DRAW_TIER,
    DRAW_PLATFORM,
    DRAW_OPTIN,
    DRAW_BEHAVIOURAL,
    DRAW_VARIANT,
    DRAW_VISIT_RATE,
    DRAW_ZONE,
    DRAW_REGION,
    DRAW_VALUE,
    DRAW_EMAIL_OPTIN,
    DRAW_SMS_OPTIN
};

void model_population_make(const model_shoppers *shoppers, const model_catalog *catalog, model_key key,
                           model_population *out) {
    *out = (model_population){
        .shoppers = shoppers, .catalog = catalog, .key = key, .rounds = model_rounds_make(key)};
    for (size_t i = 0; i < shoppers->tiers; i++)
        out->tier[i] = shoppers->tier[i].share;
    for (size_t i = 0; i < MODEL_PLATFORMS; i++)
        out->platform[i] = shoppers->platform_share[i];
    for (size_t i = 0; i < catalog->variants; i++)
        out->variant[i] = catalog->variant[i].share;
    for (size_t i = 0; i < shoppers->zones; i++)
        out->zone[i] = shoppers->zone[i].share;
    for (size_t i = 0; i < shoppers->regions; i++)
        out->region[i] = shoppers->region[i].share;
    if (shoppers->zones > 0) model_cumulative(out->zone, (uint32_t)shoppers->zones, out->zone);
    if (shoppers->regions > 0) model_cumulative(out->region, (uint32_t)shoppers->regions, out->region);
    if (shoppers->tiers > 0) model_cumulative(out->tier, (uint32_t)shoppers->tiers, out->tier);
    model_cumulative(out->platform, MODEL_PLATFORMS, out->platform);
    if (catalog->variants > 0) model_cumulative(out->variant, (uint32_t)catalog->variants, out->variant);
}

typedef struct {
    const model_population *p;
    uint32_t n;
    model_lanes lanes;
} drawer;

/* The attribute's uniform of each shopper, as bits in lanes.first. */
static void draw(drawer *d, uint32_t attribute) {
    for (uint32_t i = 0; i < d->n; i++)
        d->lanes.ordinal[i] = attribute;
    model_lanes_draw(&d->p->rounds, MODEL_P_SHOPPER, d->n, &d->lanes);
}

/* The options that the attribute falls on, into lanes.ordinal. One option or none: the first, without a draw.
 */
static void pick(drawer *d, uint32_t attribute, const double *cumulative, size_t options) {
    if (options > 1) draw(d, attribute);
    for (uint32_t i = 0; i < d->n; i++)
        d->lanes.ordinal[i] =
            options > 1 ? model_pick(cumulative, (uint32_t)options, (double)d->lanes.first[i] * 0x1p-53) : 0;
}

static void draw_kind(drawer *d, model_shopper *out) {
    const model_population *p = d->p;
    pick(d, DRAW_TIER, p->tier, p->shoppers->tiers);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].tier = (uint8_t)d->lanes.ordinal[i];
    pick(d, DRAW_PLATFORM, p->platform, MODEL_PLATFORMS);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].platform = (uint8_t)d->lanes.ordinal[i];
    pick(d, DRAW_VARIANT, p->variant, p->catalog->variants);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].variant = d->lanes.ordinal[i];
}

static void draw_consents(drawer *d, model_shopper *out) {
    uint64_t optin[MODEL_PLATFORMS], behavioural = model_below(d->p->shoppers->behavioural_consent);
    for (size_t i = 0; i < MODEL_PLATFORMS; i++)
        optin[i] = model_below(d->p->shoppers->optin[i]);
    draw(d, DRAW_OPTIN);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].optin = d->lanes.first[i] < optin[out[i].platform];
    draw(d, DRAW_BEHAVIOURAL);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].behavioural = d->lanes.first[i] < behavioural;
}

static void draw_place(drawer *d, model_shopper *out) {
    const model_population *p = d->p;
    pick(d, DRAW_ZONE, p->zone, p->shoppers->zones);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].zone = (uint8_t)d->lanes.ordinal[i];
    pick(d, DRAW_REGION, p->region, p->shoppers->regions);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].region = (uint8_t)d->lanes.ordinal[i];
}

static void draw_value(drawer *d, model_shopper *out) {
    const double mean = d->p->shoppers->value_mean, cv = d->p->shoppers->value_cv;
    const bool differ = mean > 0 && cv > 0;
    if (differ) draw(d, DRAW_VALUE);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].value = !differ ? (float)(mean > 0 ? mean : 1)
                               : (float)model_lognormal_at(mean, cv, (double)d->lanes.first[i] * 0x1p-53);
}

/* Whether the attribute's uniform is below p, into lanes.ordinal. */
static void decide(drawer *d, uint32_t attribute, double p) {
    const uint64_t below = model_below(p);
    const bool differ = p > 0 && p < 1;
    if (differ) draw(d, attribute);
    for (uint32_t i = 0; i < d->n; i++)
        d->lanes.ordinal[i] = differ ? d->lanes.first[i] < below : p >= 1;
}

static void draw_channels(drawer *d, model_shopper *out) {
    decide(d, DRAW_EMAIL_OPTIN, d->p->shoppers->email_optin);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].email_optin = d->lanes.ordinal[i] != 0;
    decide(d, DRAW_SMS_OPTIN, d->p->shoppers->sms_optin);
    for (uint32_t i = 0; i < d->n; i++)
        out[i].sms_optin = d->lanes.ordinal[i] != 0;
}

static double visit_rate(const model_population *p, uint32_t index, uint8_t tier, gsl_rng *r) {
    model_rng_seek(r, p->key, index, MODEL_NOBODY, MODEL_P_SHOPPER, DRAW_VISIT_RATE);
    double multiplier = p->shoppers->tiers > 0 ? p->shoppers->tier[tier].visits : 1;
    return multiplier * model_gamma_draw(p->shoppers->visit_rate, p->shoppers->visit_cv, r);
}

uint64_t model_population_hash(model_key key, uint32_t index) {
    const uint32_t counter[4] = {index, MODEL_NOBODY, 0, (uint32_t)MODEL_P_SHOPPER_HASH << MODEL_BLOCK_BITS};
    uint32_t word[4];
    model_philox(key, counter, word);
    return (uint64_t)word[0] << 32 | word[1];
}

static void know_kind(const model_known *known, model_shopper *out) {
    if (known->tier != MODEL_UNKNOWN) out->tier = known->tier;
    if (known->platform != MODEL_UNKNOWN) out->platform = known->platform;
}

static void know_rest(const model_known *known, model_shopper *out) {
    if (known->optin != MODEL_UNKNOWN) out->optin = known->optin;
    if (known->zone != MODEL_UNKNOWN) out->zone = known->zone;
}

/* [in] known: of a single shopper; NULL: nothing. */
static void draw_all(const model_population *population, uint32_t from, uint32_t n, const model_known *known,
                     gsl_rng *r, model_shopper *out) {
    drawer d = {.p = population, .n = n};
    for (uint32_t i = 0; i < n; i++) {
        d.lanes.entity[i] = from + i;
        d.lanes.sku[i] = MODEL_NOBODY;
    }
    draw_kind(&d, out);
    if (known) know_kind(known, out);
    draw_consents(&d, out);
    draw_place(&d, out);
    if (known) know_rest(known, out);
    draw_value(&d, out);
    draw_channels(&d, out);
    for (uint32_t i = 0; i < n; i++) {
        out[i].visit_rate = visit_rate(population, from + i, out[i].tier, r);
        out[i].hash = model_population_hash(population->key, from + i);
    }
}

void model_population_draw(const model_population *population, uint32_t from, uint32_t n, gsl_rng *r,
                           model_shopper *out) {
    draw_all(population, from, n, NULL, r, out);
}

void model_population_draw_known(const model_population *population, uint32_t index, const model_known *known,
                                 gsl_rng *r, model_shopper *out) {
    draw_all(population, index, 1, known, r, out);
}
