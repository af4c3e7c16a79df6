/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rng.c - addressed randomness: Philox4x32-10 behind gsl_rng. See rng.h for what an address is.
 *
 * The wrapper that Random123 ships for GSL keeps only part of the counter to itself, so that streams with
 * neighbouring counters overlap; this one gives every stream 2^24 counters of its own.
 */
#include "models/rng.h"

#include <assert.h>
#include <stddef.h>

/* Only the 32-bit variants are used, and those are plain C. */
#define R123_USE_PHILOX_64BIT 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

enum { BLOCK_BITS = MODEL_BLOCK_BITS, BLOCK_LAST = (1 << BLOCK_BITS) - 1, WORDS = 4 };

static_assert(MODEL_P_COUNT <= 256, "a purpose has the 8 bits that the block leaves");

typedef struct {
    model_key key;
    uint32_t counter[WORDS]; /* of the next block */
    uint32_t word[WORDS];    /* the block at hand */
    uint32_t used;           /* words of it given out; WORDS: none left */
} stream;

static uint64_t mix64(uint64_t z) {
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

model_key model_key_make(uint64_t seed, uint64_t replication) {
    const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15); /* odd: multiplying by it loses nothing */
    uint64_t z = mix64(mix64(seed + golden) + (replication + 1) * golden);
    return (model_key){{(uint32_t)z, (uint32_t)(z >> 32)}};
}

void model_philox(model_key key, const uint32_t counter[4], uint32_t out[4]) {
    philox4x32_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
    philox4x32_key_t k = {{key.k[0], key.k[1]}};
    c = philox4x32_R(10, c, k);
    for (int i = 0; i < WORDS; i++)
        out[i] = c.v[i];
}

static inline double to_unit(uint32_t high, uint32_t low) {
    return (double)model_bits_of(high, low) * 0x1p-53;
}

static uint32_t next_word(stream *s) {
    if (s->used == WORDS) {
        model_philox(s->key, s->counter, s->word);
        s->used = 0;
        if ((s->counter[3] & BLOCK_LAST) == BLOCK_LAST) {
            /* One more would be the next purpose's first block. */
            s->counter[3] &= ~(uint32_t)BLOCK_LAST;
            s->key = model_key_make((uint64_t)s->key.k[1] << 32 | s->key.k[0], UINT64_MAX);
        } else {
            s->counter[3]++;
        }
    }
    return s->word[s->used++];
}

static void stream_set(void *state, unsigned long seed) {
    *(stream *)state = (stream){.key = model_key_make(seed, 0), .used = WORDS};
}

static unsigned long stream_get(void *state) {
    return next_word(state);
}

static double stream_get_double(void *state) {
    uint32_t high = next_word(state);
    uint32_t low = next_word(state);
    return to_unit(high, low);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(stream),
    .set = stream_set,
    .get = stream_get,
    .get_double = stream_get_double,
};
const gsl_rng_type *const model_rng_philox = &philox_type;

void model_rng_seek(gsl_rng *r, model_key key, uint32_t entity, uint32_t sku, model_purpose purpose,
                    uint32_t ordinal) {
    assert(r->type == model_rng_philox);
    *(stream *)r->state = (stream){
        .key = key,
        .counter = {entity, sku, ordinal, (uint32_t)purpose << BLOCK_BITS},
        .used = WORDS,
    };
}

double model_uniform(model_key key, uint32_t entity, uint32_t sku, model_purpose purpose, uint32_t ordinal) {
    const uint32_t counter[WORDS] = {entity, sku, ordinal, (uint32_t)purpose << BLOCK_BITS};
    uint32_t word[WORDS];
    model_philox(key, counter, word);
    return to_unit(word[0], word[1]);
}

void model_uniform2(model_key key, uint32_t entity, uint32_t sku, model_purpose purpose, uint32_t ordinal,
                    double out[2]) {
    const uint32_t counter[WORDS] = {entity, sku, ordinal, (uint32_t)purpose << BLOCK_BITS};
    uint32_t word[WORDS];
    model_philox(key, counter, word);
    out[0] = to_unit(word[0], word[1]);
    out[1] = to_unit(word[2], word[3]);
}
