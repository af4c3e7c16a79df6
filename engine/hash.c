/* SPDX-License-Identifier: MIT
 *
 * hash.c - repeatable fractions out of ids and a salt, by XXH3; the same on every machine. And draws by them.
 */
#include "rules.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t bis_hash_text(const char *text) {
    return XXH3_64bits(text, strlen(text));
}

double bis_hash_fraction(uint64_t seed, const uint64_t *words, size_t n) {
    unsigned char bytes[32];
    assert(n <= 4);
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        memcpy(bytes, words, 8 * n);
    else
        for (size_t i = 0; i < 8 * n; i++) /* in the same order of bytes */
            bytes[i] = (unsigned char)(words[i / 8] >> (8 * (i % 8)));
    return (double)(XXH3_64bits_withSeed(bytes, 8 * n, seed) >> 11) * 0x1p-53;
}

size_t bis_hash_pick(uint64_t seed, uint64_t hash, uint64_t purpose, const double *weight, size_t stride,
                     size_t n) {
    const unsigned char *at = (const unsigned char *)weight;
    const uint64_t words[] = {hash, 0, 0, purpose};
    double sum = 0, w;
    size_t last = 0;
    if (n < 2) return 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(&w, at + i * stride, sizeof w);
        sum += w;
    }
    double u = bis_hash_fraction(seed, words, 4) * sum;
    for (size_t i = 0; i < n; i++) {
        memcpy(&w, at + i * stride, sizeof w);
        if (w <= 0) continue;
        last = i;
        if (u < w) return i;
        u -= w;
    }
    return last; /* rounding has left a little of u */
}

size_t bis_arm_of(const char *salt, const double *weights, size_t n, uint64_t shopper_hash) {
    return bis_hash_pick(bis_hash_text(salt), shopper_hash, BIS_FOR_ARM, weights, sizeof *weights, n);
}
