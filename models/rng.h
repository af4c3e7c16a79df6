/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rng.h - counter-based randomness: every draw is addressed, none is "the next one".
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011) by way of
 * Random123. The key comes from (seed, replication) and never from the policy, so two policies or two arms
 * meet the same random numbers. The counter is (entity, SKU, ordinal of the cause, purpose | block): the
 * ordinal is the number of the visit, restock or touch that causes the draw, never a count of draws. The
 * order of execution cannot matter.
 */
#ifndef MODELS_RNG_H
#define MODELS_RNG_H

#include <stdint.h>
#include <gsl/gsl_rng.h>

typedef struct {
    uint32_t k[2];
} model_key;

/* What a draw is for. Only ever append: a purpose's number is part of the stream's address. */
typedef enum {
    MODEL_P_NONE,
    MODEL_P_SHOPPER, /* (shopper, -): tier, platform, consents, token, visit rate, size */
    MODEL_P_SHOPPER_HASH,
    MODEL_P_INITIAL,         /* (shopper, sku): initial waitlist and its age */
    MODEL_P_VISIT,           /* (shopper, -, visit): time to the next visit; whether this one acts */
    MODEL_P_VISIT_WHAT,      /* (shopper, -, visit): product looked at */
    MODEL_P_LAPSE,           /* (shopper, sku, intent) */
    MODEL_P_RETURN_GAP,      /* (shopper, sku, intent and return) */
    MODEL_P_RETURN_BUY,      /* (shopper, sku, intent and return) */
    MODEL_P_ORGANIC_GAP,     /* (-, sku, order) */
    MODEL_P_SUPPLY_LEAD,     /* (-, sku, restock) */
    MODEL_P_SUPPLY_UNITS,    /* (-, sku, restock) */
    MODEL_P_TRACE_UNITS,     /* (-, sku, rise) */
    MODEL_P_VIEW_FEED,       /* (-, sku, update) */
    MODEL_P_VIEW_STORE,      /* (-, sku, update) */
    MODEL_P_POLL_PHASE,      /* (view, sku) */
    MODEL_P_PROVIDER,        /* (shopper, sku, touch): latency, failure, offline */
    MODEL_P_PROVIDER_RETRY,  /* (shopper, sku, touch and try) */
    MODEL_P_OPEN,            /* (shopper, sku, touch): whether she opens it; whether she opts out */
    MODEL_P_OPEN_DELAY,      /* (shopper, sku, touch) */
    MODEL_P_CLICK,           /* (shopper, sku, touch) */
    MODEL_P_CLICK_DELAY,     /* (shopper, sku, touch) */
    MODEL_P_LANDING_BUY,     /* (shopper, sku, touch): buys if in stock; time at checkout */
    MODEL_P_SOLD_OUT,        /* (shopper, sku, touch): leaves for good, opts out */
    MODEL_P_OPTOUT,          /* (shopper, sku, touch) */
    MODEL_P_CATALOG,         /* (-, product) */
    MODEL_P_TEST,            /* tests only */
    MODEL_P_CHANNEL,         /* (shopper, sku, touch): whether a message by another channel reaches her */
    MODEL_P_ARM_FIRST,       /* (-, sku, version of its level): which of the policy's arms is told first */
    MODEL_P_STOCK_OTHER_GAP, /* (-, sku, unit): time to the next unit that another sales channel asks for */
    MODEL_P_VIEW_FATE,       /* (view, sku, update): whether it is lost; whether it comes twice */
    MODEL_P_VIEW_AGAIN,      /* (view, sku, update): how late its second copy is */
    MODEL_P_VIEW_PHANTOM,    /* (view, sku, change): how long it is so, without phantom units or with them */
    MODEL_P_CART_PUSH,       /* (shopper, sku, touch): whether she pays; how long her cart holds the unit */
    MODEL_P_CART_VISIT,      /* (shopper, sku, visit) or (-, sku, anonymous order): the same */
    MODEL_P_CART_RETURN,     /* (shopper, sku, intent and return): the same */
    MODEL_P_CART_PAY_VISIT,  /* as CART_VISIT: time to the payment */
    MODEL_P_CART_PAY_RETURN, /* as CART_RETURN: time to the payment */
    /* the push provider and devices */
    MODEL_P_PROVIDER_DEVICES,   /* (shopper, -): how many devices, and the platform of each after the first */
    MODEL_P_PROVIDER_KEY,       /* (device, -): the key of the draws for the shoppers' further devices */
    MODEL_P_PROVIDER_TOKEN_AGE, /* (shopper, -): of a device's token, under the device's key */
    MODEL_P_OPTOUT_HAZARD,      /* (shopper, -): when she opts out of push by herself */
    MODEL_P_OPTOUT_LATENT,      /* (shopper, -): whether nobody hears of it */
    MODEL_P_SUBSTITUTE_LANDING, /* (shopper, sku, touch): what she buys instead, and so on: */
    MODEL_P_SUBSTITUTE_RETURN,  /* (shopper, sku, intent and return) */
    MODEL_P_SUBSTITUTE_VISIT,   /* (shopper, sku, visit) */
    MODEL_P_SUBSTITUTE_ORGANIC, /* (-, sku, order) */
    MODEL_P_LANDING_WAY,    /* (shopper, sku, touch): whether the link opens, where to; leaves, finds it */
    MODEL_P_LANDING_DELAY,  /* (shopper, sku, touch) */
    MODEL_P_IDENTITY_CLICK, /* (shopper, sku, touch): on another device; linked */
    MODEL_P_IDENTITY_ORDER, /* (shopper, sku, second of the run): the same of an order */
    /* number: of her orders, or of a stranger's arrival at the SKU */
    MODEL_P_MONEY_RETURN,       /* (shopper, sku, number): whether it comes back; whether it is sold again */
    MODEL_P_MONEY_RETURN_DELAY, /* (shopper, sku, number) */
    MODEL_P_MONEY_CANCEL_DELAY, /* (shopper, sku, number) */
    MODEL_P_MONEY_SUPPORT,      /* (shopper, sku, number): contact over a cancelled or returned order */
    MODEL_P_MONEY_SOLD_OUT,     /* (shopper, sku, touch): contact over a sold-out landing */
    MODEL_P_MONEY_REPEAT,       /* (shopper, sku, number): whether she buys again; which product */
    MODEL_P_MONEY_REPEAT_DELAY, /* (shopper, sku, number) */
    MODEL_P_MONEY_AD, /* (shopper, sku, visit or touch that lost her): whether ads reach her; she buys */
    MODEL_P_MONEY_AD_DELAY,  /* (shopper, sku, visit or touch) */
    MODEL_P_MONEY_OTHER_GAP, /* (shopper, campaign, message): time to another campaign's next message */
    MODEL_P_CALIBRATE,       /* (what is checked, -, data set): a data set simulated with a fit */
    MODEL_P_RESAMPLE,        /* (unit, -, replicate): bootstraps and drawn assignments of an analysis */
    MODEL_P_ONE_NEED,        /* (shopper, -): whether all products meet one need of hers */
    MODEL_P_COVERAGE,        /* (repetition, -, -): a whole experiment of the coverage study */
    MODEL_P_COUNT
} model_purpose;

#define MODEL_NOBODY UINT32_MAX

/* The key of a replication. For one seed, no two replications share a key; nor do two seeds for one
 * replication: each step is a bijection of 64 bits (SplitMix64's finaliser; Steele, Lea, Flood: Fast
 * splittable pseudorandom number generators, OOPSLA 2014). */
model_key model_key_make(uint64_t seed, uint64_t replication);

/* The bijection itself: out = Philox4x32-10 of the counter under the key. For tests against published
 * vectors. */
void model_philox(model_key key, const uint32_t counter[4], uint32_t out[4]);

/* A gsl_rng whose stream is set by model_rng_seek(), so that all of gsl_ran_* can be used. gsl_rng_get()
 * gives the stream's 32-bit words in order, gsl_rng_uniform() takes two words and gives 53 bits in [0, 1).
 * gsl_rng_set(s) seeds the key with (s, replication 0) and rewinds to entity 0, as generic code expects.
 *
 * A stream's address has room for 2^24 blocks of 4 words. A longer one (a large bootstrap) goes on under
 * another key, so it never repeats itself. */
extern const gsl_rng_type *const model_rng_philox;

/* Puts r (of type model_rng_philox) at the start of the stream addressed. */
void model_rng_seek(gsl_rng *r, model_key key, uint32_t entity, uint32_t sku, model_purpose purpose,
                    uint32_t ordinal);

/* The first uniform of that stream, in [0, 1), 53 bits: the same number that gsl_rng_uniform() gives right
 * after a seek. Cheaper where one number is enough. */
double model_uniform(model_key key, uint32_t entity, uint32_t sku, model_purpose purpose, uint32_t ordinal);

/* Both uniforms of that stream's first block: what the first two calls of gsl_rng_uniform() give after a
 * seek, for little more than the price of one. */
void model_uniform2(model_key key, uint32_t entity, uint32_t sku, model_purpose purpose, uint32_t ordinal,
                    double out[2]);

/* The last word of a counter is its purpose and, in so many bits, its block. */
enum { MODEL_BLOCK_BITS = 24 };

/* A uniform in [0, 1) as its 53 bits, u = bits * 2^-53: 27 of a first word and 26 of a second. */
static inline uint64_t model_bits_of(uint32_t first, uint32_t second) {
    return (uint64_t)(first >> 5) << 26 | second >> 6;
}

#endif
