/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * many.h - draws for many at a time, as bits: the numbers of rng.h for a fraction of the price.
 *
 * Nothing here is another number than one at a time would give. How many lanes a processor has decides only
 * how fast it goes: integers are integers, and the exponential uses nothing but +, -, * and / of doubles, in
 * one order, which IEEE 754 fixes to the bit. (libm's log() picks its code by processor, and its last digit
 * may differ.)
 */
#ifndef MODELS_MANY_H
#define MODELS_MANY_H

#include <stdbool.h>
#include <stdint.h>

#include "models/rng.h"

/* For a uniform as bits: u < p is bits < model_below(p), without rounding. */
uint64_t model_below(double p);

enum { MODEL_MANY_MAX = 64 };

/* What of a key can be computed once. */
typedef struct {
    uint64_t k[10][2]; /* of each round of Philox */
    bool wide;         /* this processor has AVX2 */
} model_rounds;
model_rounds model_rounds_make(model_key key);

/* Addresses of n <= MODEL_MANY_MAX draws of one purpose, and what model_uniform2() gives for them, as bits.
 * Groups are read and written whole, so what stands behind n is read too, and overwritten. */
typedef struct {
    uint32_t entity[MODEL_MANY_MAX], sku[MODEL_MANY_MAX], ordinal[MODEL_MANY_MAX]; /* [in] */
    uint64_t first[MODEL_MANY_MAX], second[MODEL_MANY_MAX];                        /* [out] */
} model_lanes;
void model_lanes_draw(const model_rounds *rounds, model_purpose purpose, uint32_t n, model_lanes *lanes);

/* -ln(1 - u) of a uniform as bits: a standard exponential, by inversion. Within 2 units in the last place;
 * tested against log1p(). At most 36.8. */
double model_exponential(uint64_t bits);

/* The same for n <= MODEL_MANY_MAX. [in] bits, [out] out: as above. */
void model_exponential_many(const model_rounds *rounds, uint32_t n, const uint64_t bits[MODEL_MANY_MAX],
                            double out[MODEL_MANY_MAX]);

#endif
