/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * population.c - draws the attributes of one shopper. See population.h.
 */
#include "models/population.h"

/* The ordinal of an attribute's stream under MODEL_P_SHOPPER. Only ever append. */
enum { DRAW_TIER, DRAW_PLATFORM, DRAW_OPTIN, DRAW_BEHAVIOURAL, DRAW_VARIANT, DRAW_VISIT_RATE };

typedef struct {
    model_key key;
    uint32_t index;
} drawer;

static double uniform(const drawer *d, uint32_t attribute) {
    return model_uniform(d->key, d->index, MODEL_NOBODY, MODEL_P_SHOPPER, attribute);
}

/* Without a draw where p says it all. */
static bool happens(const drawer *d, uint32_t attribute, double p) {
    return p > 0 && (p >= 1 || uniform(d, attribute) < p);
}

/* Falls on the first of one option or none: saves the draw. */
static uint32_t pick(const drawer *d, uint32_t attribute, double *share, size_t n) {
    if (n <= 1) return 0;
    model_cumulative(share, (uint32_t)n, share);
    return model_pick(share, (uint32_t)n, uniform(d, attribute));
}

static uint8_t draw_tier(const drawer *d, const model_shoppers *shoppers) {
    double share[MODEL_TIERS_MAX];
    for (size_t i = 0; i < shoppers->tiers; i++)
        share[i] = shoppers->tier[i].share;
    return (uint8_t)pick(d, DRAW_TIER, share, shoppers->tiers);
}

static uint8_t draw_platform(const drawer *d, const model_shoppers *shoppers) {
    double share[MODEL_PLATFORMS];
    for (size_t i = 0; i < MODEL_PLATFORMS; i++)
        share[i] = shoppers->platform_share[i];
    return (uint8_t)pick(d, DRAW_PLATFORM, share, MODEL_PLATFORMS);
}

static uint32_t draw_variant(const drawer *d, const model_catalog *catalog) {
    double share[MODEL_VARIANTS_MAX];
    for (size_t i = 0; i < catalog->variants; i++)
        share[i] = catalog->variant[i].share;
    return pick(d, DRAW_VARIANT, share, catalog->variants);
}

void model_shopper_draw(const model_shoppers *shoppers, const model_catalog *catalog, model_key key,
                        uint32_t index, gsl_rng *r, model_shopper *out) {
    const drawer d = {key, index};
    out->tier = draw_tier(&d, shoppers);
    out->platform = draw_platform(&d, shoppers);
    out->optin = happens(&d, DRAW_OPTIN, shoppers->optin[out->platform]);
    out->behavioural = happens(&d, DRAW_BEHAVIOURAL, shoppers->behavioural_consent);
    out->variant = draw_variant(&d, catalog);

    model_rng_seek(r, key, index, MODEL_NOBODY, MODEL_P_SHOPPER, DRAW_VISIT_RATE);
    double multiplier = shoppers->tiers > 0 ? shoppers->tier[out->tier].visits : 1;
    out->visit_rate = multiplier * model_gamma_draw(shoppers->visit_rate, shoppers->visit_cv, r);

    model_rng_seek(r, key, index, MODEL_NOBODY, MODEL_P_SHOPPER_HASH, 0);
    uint64_t high = gsl_rng_get(r);
    out->hash = high << 32 | gsl_rng_get(r);
}
