/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rng.c - addressed randomness: Philox4x32-10 behind gsl_rng. See rng.h for what an address is.
 *
 * The wrapper that Random123 ships for GSL keeps only part of the counter to itself, so that streams with
 * neighbouring counters overlap; this one gives every stream 2^24 counters of its own.
 */
#include "models/rng.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

/* Only the 32-bit variants are used, and those are plain C. */
#define R123_USE_PHILOX_64BIT 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_BITS = 24, BLOCK_LAST = (1 << BLOCK_BITS) - 1, WORDS = 4 };

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

/* 53 bits: 27 of the first word and 26 of the second. */
static inline uint64_t to_bits(uint32_t high, uint32_t low) {
    return (uint64_t)(high >> 5) << 26 | low >> 6;
}
static inline double to_unit(uint32_t high, uint32_t low) {
    return (double)to_bits(high, low) * 0x1p-53;
}

uint64_t model_below(double p) {
    if (!(p > 0)) return 0;
    return p >= 1 ? UINT64_C(1) << 53 : (uint64_t)ceil(p * 0x1p53);
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

/* ---- many at a time ---- */

model_rounds model_rounds_make(model_key key) {
    model_rounds r;
    for (uint32_t i = 0; i < 10; i++) {
        r.k[i][0] = key.k[0] + i * PHILOX_W32_0;
        r.k[i][1] = key.k[1] + i * PHILOX_W32_1;
    }
    return r;
}

#ifdef __SSE2__

/* Two counters at a time, one in each half of a register: word j of both in x[j], in the lower 32 bits of each half.
 * What stands in the upper bits does not matter, for the multiplication looks at the lower ones only. */
typedef struct {
    __m128i x[WORDS];
} pair;

static inline pair pair_round(pair c, __m128i k0, __m128i k1) {
    const __m128i m0 = _mm_set1_epi64x(PHILOX_M4x32_0), m1 = _mm_set1_epi64x(PHILOX_M4x32_1);
    __m128i p0 = _mm_mul_epu32(c.x[0], m0), p1 = _mm_mul_epu32(c.x[2], m1);
    return (pair){{_mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p1, 32), c.x[1]), k0), p1,
                   _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p0, 32), c.x[3]), k1), p0}};
}

static inline __m128i both(uint32_t a, uint32_t b) {
    return _mm_set_epi64x(b, a);
}

static inline pair pair_of(const uint32_t *entity, uint32_t sku, const uint32_t *ordinal, uint32_t last) {
    return (pair){{both(entity[0], entity[1]), both(sku, sku), both(ordinal[0], ordinal[1]), both(last, last)}};
}

/* to_bits() of both halves. */
static inline __m128i pair_bits(__m128i high, __m128i low) {
    const __m128i word = _mm_set1_epi64x(UINT32_MAX);
    high = _mm_srli_epi64(_mm_and_si128(high, word), 5);
    low = _mm_srli_epi64(_mm_and_si128(low, word), 6);
    return _mm_or_si128(_mm_slli_epi64(high, 26), low);
}

static inline void pair_out(pair c, uint64_t out[][2]) {
    __m128i first = pair_bits(c.x[0], c.x[1]), second = pair_bits(c.x[2], c.x[3]);
    _mm_storeu_si128((__m128i *)out[0], _mm_unpacklo_epi64(first, second));
    _mm_storeu_si128((__m128i *)out[1], _mm_unpackhi_epi64(first, second));
}

/* Two pairs at once, for a round waits for the one before. */
static uint32_t by_fours(const model_rounds *r, uint32_t n, const uint32_t entity[], uint32_t sku, uint32_t last,
                         const uint32_t ordinal[], uint64_t out[][2]) {
    uint32_t i = 0;
    for (; i + 4 <= n; i += 4) {
        pair a = pair_of(entity + i, sku, ordinal + i, last);
        pair b = pair_of(entity + i + 2, sku, ordinal + i + 2, last);
        for (int round = 0; round < 10; round++) {
            __m128i k0 = both(r->k[round][0], r->k[round][0]), k1 = both(r->k[round][1], r->k[round][1]);
            a = pair_round(a, k0, k1);
            b = pair_round(b, k0, k1);
        }
        pair_out(a, out + i);
        pair_out(b, out + i + 2);
    }
    return i;
}

#else

static uint32_t by_fours(const model_rounds *r, uint32_t n, const uint32_t entity[], uint32_t sku, uint32_t last,
                         const uint32_t ordinal[], uint64_t out[][2]) {
    (void)r, (void)n, (void)entity, (void)sku, (void)last, (void)ordinal, (void)out;
    return 0; /* none: the caller does all */
}

#endif

void model_bits2_many(const model_rounds *rounds, uint32_t n, const uint32_t entity[], uint32_t sku,
                      model_purpose purpose, const uint32_t ordinal[], uint64_t out[][2]) {
    const uint32_t last = (uint32_t)purpose << BLOCK_BITS;
    const model_key key = {{rounds->k[0][0], rounds->k[0][1]}};
    for (uint32_t i = by_fours(rounds, n, entity, sku, last, ordinal, out); i < n; i++) {
        const uint32_t counter[WORDS] = {entity[i], sku, ordinal[i], last};
        uint32_t word[WORDS];
        model_philox(key, counter, word);
        out[i][0] = to_bits(word[0], word[1]);
        out[i][1] = to_bits(word[2], word[3]);
    }
}
