/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * many.c - Philox4x32-10 and the exponential for several at a time; see many.h.
 *
 * Three ways with the same results: four lanes with AVX2 where the processor says that it has it, two with
 * SSE2, which every x86-64 has, and plain C elsewhere. The ways differ in nothing but the width of a
 * register, so each step is written once, as a macro, over the names of a width.
 */
#include "models/many.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAVE_LANES 1
#else
#define HAVE_LANES 0
#endif

/* Multipliers and key steps of Philox4x32 (Salmon et al., 2011). */
static const uint64_t M0 = 0xD2511F53, M1 = 0xCD9E8D57;
static const uint32_t W0 = 0x9E3779B9, W1 = 0xBB67AE85;
enum { ROUNDS = 10 };

/* ln x = ln f + e ln 2 with f in [sqrt(1/2), sqrt(2)), and ln f = 2 artanh(s), s = (f - 1) / (f + 1), |s| <
 * 0.1716. The series of artanh is cut off after s^21 / 21, where the rest is below 3e-17 of the sum. */
enum { TERMS = 10 };
static const double TERM[TERMS] = {1 / 21.0, 1 / 19.0, 1 / 17.0, 1 / 15.0, 1 / 13.0,
                                   1 / 11.0, 1 / 9.0,  1 / 7.0,  1 / 5.0,  1 / 3.0};
static const double LN2 = 0x1.62e42fefa39efp-1;
static const uint64_t ROOT_HALF = 0x3fe6a09e667f3bcd; /* the bits of sqrt(1/2) */

uint64_t model_below(double p) {
    if (!(p > 0)) return 0;
    return p >= 1 ? UINT64_C(1) << 53 : (uint64_t)ceil(p * 0x1p53);
}

model_rounds model_rounds_make(model_key key) {
    model_rounds r = {.wide = false};
    for (uint32_t i = 0; i < ROUNDS; i++) { /* sums of 32 bits, kept in lanes of 64 */
        r.k[i][0] = key.k[0] + i * W0;
        r.k[i][1] = key.k[1] + i * W1;
    }
#if HAVE_LANES
    r.wide = __builtin_cpu_supports("avx2");
#endif
    return r;
}

double model_exponential(uint64_t bits) {
    double x = (double)(int64_t)((UINT64_C(1) << 53) - bits), f; /* (1 - u) 2^53: exact */
    uint64_t i;
    memcpy(&i, &x, sizeof i);
    uint64_t e = (i - ROOT_HALF) >> 52; /* x = 2^e f */
    i -= e << 52;
    memcpy(&f, &i, sizeof f);
    double s = (f - 1) / (f + 1), z = s * s, sum = TERM[0];
    for (int k = 1; k < TERMS; k++)
        sum = sum * z + TERM[k];
    return (53 - (double)(int64_t)e) * LN2 - (s + s) * (sum * z + 1);
}

#if HAVE_LANES

/* One round on a group of counters: word j of each in x##j, in the lower 32 bits of a lane. What stands in
 * the upper bits does not matter, for the multiplication looks at the lower ones only. */
#define ROUND(P, V, x, k0, k1)                                                                               \
    do {                                                                                                     \
        V p0 = P##_mul_epu32(x##0, m0), p1 = P##_mul_epu32(x##2, m1);                                        \
        x##0 = XOR(P##_srli_epi64(p1, 32), XOR(x##1, k0));                                                   \
        x##2 = XOR(P##_srli_epi64(p0, 32), XOR(x##3, k1));                                                   \
        x##1 = p1;                                                                                           \
        x##3 = p0;                                                                                           \
    } while (0)

/* model_bits_of() of a group. */
#define BITS(P, a, b) OR(P##_slli_epi64(P##_srli_epi64(AND(a, word), 5), 26), P##_srli_epi64(AND(b, word), 6))

/* 53 bits to a double: the upper 21 and the lower 32 as mantissas of 2^84 and 2^52, which are taken off
 * again. */
#define TO_DOUBLE(P, m)                                                                                      \
    P##_add_pd(P##_sub_pd(AS_PD(OR(P##_srli_epi64(m, 32), P##_set1_epi64x(0x4530000000000000))),             \
                          P##_set1_pd(0x1.00000001p84)),                                                     \
               AS_PD(OR(AND(m, P##_set1_epi64x(UINT32_MAX)), P##_set1_epi64x(0x4330000000000000))))

/* model_exponential() of a group, step by step. */
#define EXPONENTIAL(P, V, D, bits, out)                                                                      \
    do {                                                                                                     \
        const D one = P##_set1_pd(1);                                                                        \
        V m = P##_sub_epi64(P##_set1_epi64x(INT64_C(1) << 53), bits);                                        \
        V x = AS_I(TO_DOUBLE(P, m));                                                                         \
        V e = P##_srli_epi64(P##_sub_epi64(x, P##_set1_epi64x((int64_t)ROOT_HALF)), 52);                     \
        D f = AS_PD(P##_sub_epi64(x, P##_slli_epi64(e, 52)));                                                \
        D s = P##_div_pd(P##_sub_pd(f, one), P##_add_pd(f, one));                                            \
        D z = P##_mul_pd(s, s), sum = P##_set1_pd(TERM[0]);                                                  \
        for (int k = 1; k < TERMS; k++)                                                                      \
            sum = P##_add_pd(P##_mul_pd(sum, z), P##_set1_pd(TERM[k]));                                      \
        D whole = P##_sub_pd(AS_PD(OR(e, P##_set1_epi64x(0x4330000000000000))), P##_set1_pd(0x1p52));        \
        whole = P##_mul_pd(P##_sub_pd(P##_set1_pd(53), whole), P##_set1_pd(LN2));                            \
        P##_storeu_pd(out,                                                                                   \
                      P##_sub_pd(whole, P##_mul_pd(P##_add_pd(s, s), P##_add_pd(P##_mul_pd(sum, z), one)))); \
    } while (0)

#define WIDE      __attribute__((target("avx2")))
#define XOR(a, b) _mm256_xor_si256(a, b)
#define OR(a, b)  _mm256_or_si256(a, b)
#define AND(a, b) _mm256_and_si256(a, b)
#define AS_PD(x)  _mm256_castsi256_pd(x)
#define AS_I(x)   _mm256_castpd_si256(x)

static inline WIDE __m256i four_words(const uint32_t *from) {
    return _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)from));
}

static WIDE void draw_wide(const model_rounds *r, uint32_t last, uint32_t n, model_lanes *l) {
    const __m256i m0 = _mm256_set1_epi64x((int64_t)M0), m1 = _mm256_set1_epi64x((int64_t)M1);
    const __m256i word = _mm256_set1_epi64x(UINT32_MAX);
    for (uint32_t i = 0; i < n; i += 8) { /* two groups at once, for a round waits for the one before */
        __m256i a0 = four_words(l->entity + i), b0 = four_words(l->entity + i + 4);
        __m256i a1 = four_words(l->sku + i), b1 = four_words(l->sku + i + 4);
        __m256i a2 = four_words(l->ordinal + i), b2 = four_words(l->ordinal + i + 4);
        __m256i a3 = _mm256_set1_epi64x(last), b3 = a3;
        for (int round = 0; round < ROUNDS; round++) {
            __m256i k0 = _mm256_set1_epi64x((int64_t)r->k[round][0]),
                    k1 = _mm256_set1_epi64x((int64_t)r->k[round][1]);
            ROUND(_mm256, __m256i, a, k0, k1);
            ROUND(_mm256, __m256i, b, k0, k1);
        }
        _mm256_storeu_si256((__m256i *)(l->first + i), BITS(_mm256, a0, a1));
        _mm256_storeu_si256((__m256i *)(l->first + i + 4), BITS(_mm256, b0, b1));
        _mm256_storeu_si256((__m256i *)(l->second + i), BITS(_mm256, a2, a3));
        _mm256_storeu_si256((__m256i *)(l->second + i + 4), BITS(_mm256, b2, b3));
    }
}

static WIDE void exponential_wide(uint32_t n, const uint64_t *bits, double *out) {
    for (uint32_t i = 0; i < n; i += 4)
        EXPONENTIAL(_mm256, __m256i, __m256d, _mm256_loadu_si256((const __m256i *)(bits + i)), out + i);
}

#undef XOR
#undef OR
#undef AND
#undef AS_PD
#undef AS_I
#define XOR(a, b) _mm_xor_si128(a, b)
#define OR(a, b)  _mm_or_si128(a, b)
#define AND(a, b) _mm_and_si128(a, b)
#define AS_PD(x)  _mm_castsi128_pd(x)
#define AS_I(x)   _mm_castpd_si128(x)

static inline __m128i two_words(const uint32_t *from) {
    return _mm_unpacklo_epi32(_mm_loadl_epi64((const __m128i *)from), _mm_setzero_si128());
}

static void draw_narrow(const model_rounds *r, uint32_t last, uint32_t n, model_lanes *l) {
    const __m128i m0 = _mm_set1_epi64x((int64_t)M0), m1 = _mm_set1_epi64x((int64_t)M1);
    const __m128i word = _mm_set1_epi64x(UINT32_MAX);
    for (uint32_t i = 0; i < n; i += 4) {
        __m128i a0 = two_words(l->entity + i), b0 = two_words(l->entity + i + 2);
        __m128i a1 = two_words(l->sku + i), b1 = two_words(l->sku + i + 2);
        __m128i a2 = two_words(l->ordinal + i), b2 = two_words(l->ordinal + i + 2);
        __m128i a3 = _mm_set1_epi64x(last), b3 = a3;
        for (int round = 0; round < ROUNDS; round++) {
            __m128i k0 = _mm_set1_epi64x((int64_t)r->k[round][0]),
                    k1 = _mm_set1_epi64x((int64_t)r->k[round][1]);
            ROUND(_mm, __m128i, a, k0, k1);
            ROUND(_mm, __m128i, b, k0, k1);
        }
        _mm_storeu_si128((__m128i *)(l->first + i), BITS(_mm, a0, a1));
        _mm_storeu_si128((__m128i *)(l->first + i + 2), BITS(_mm, b0, b1));
        _mm_storeu_si128((__m128i *)(l->second + i), BITS(_mm, a2, a3));
        _mm_storeu_si128((__m128i *)(l->second + i + 2), BITS(_mm, b2, b3));
    }
}

static void exponential_narrow(uint32_t n, const uint64_t *bits, double *out) {
    for (uint32_t i = 0; i < n; i += 2)
        EXPONENTIAL(_mm, __m128i, __m128d, _mm_loadu_si128((const __m128i *)(bits + i)), out + i);
}

#else /* plain C */

static void draw_narrow(const model_rounds *r, uint32_t last, uint32_t n, model_lanes *l) {
    const model_key key = {{(uint32_t)r->k[0][0], (uint32_t)r->k[0][1]}};
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t counter[4] = {l->entity[i], l->sku[i], l->ordinal[i], last};
        uint32_t word[4];
        model_philox(key, counter, word);
        l->first[i] = model_bits_of(word[0], word[1]);
        l->second[i] = model_bits_of(word[2], word[3]);
    }
}
#define draw_wide        draw_narrow

static void exponential_narrow(uint32_t n, const uint64_t *bits, double *out) {
    for (uint32_t i = 0; i < n; i++)
        out[i] = model_exponential(bits[i]);
}
#define exponential_wide exponential_narrow

#endif

void model_lanes_draw(const model_rounds *rounds, model_purpose purpose, uint32_t n, model_lanes *lanes) {
    const uint32_t last = (uint32_t)purpose << MODEL_BLOCK_BITS;
    (rounds->wide ? draw_wide : draw_narrow)(rounds, last, n, lanes);
}

void model_exponential_many(const model_rounds *rounds, uint32_t n, const uint64_t bits[MODEL_MANY_MAX],
                            double out[MODEL_MANY_MAX]) {
    (rounds->wide ? exponential_wide : exponential_narrow)(n, bits, out);
}
