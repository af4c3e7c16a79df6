/* SPDX-License-Identifier: MIT
 *
 * hash.c - repeatable fractions out of ids and a salt, by XXH3; the same on every machine.
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
    for (size_t i = 0; i < n; i++) /* in a fixed byte order */
        for (size_t b = 0; b < 8; b++)
            bytes[8 * i + b] = (unsigned char)(words[i] >> (8 * b));
    return (double)(XXH3_64bits_withSeed(bytes, 8 * n, seed) >> 11) * 0x1p-53;
}
