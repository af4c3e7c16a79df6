/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * waitlist_draws.h - the random numbers of the C programs: xoshiro256++ (Blackman, Vigna, 2021), exponentials
 * by the ziggurat of Marsaglia and Tsang (2000), normals by the polar method, and what the model makes of
 * them.
 */
#ifndef WAITLIST_DRAWS_H
#define WAITLIST_DRAWS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t s[4];
    uint32_t edge[256]; /* of the ziggurat: below it a draw is inside the layer for sure */
    double width[256], height[256];
    double spare;
    bool has_spare;
} draws;

static inline uint64_t draws_bits(draws *d) {
    uint64_t *s = d->s, sum = s[0] + s[3], out = ((sum << 23) | (sum >> 41)) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return out;
}

/* In [0, 1). */
static inline double draws_unit(draws *d) {
    return (double)(draws_bits(d) >> 11) * 0x1p-53;
}

static inline bool draws_yes(draws *d, double p) {
    return draws_unit(d) < p;
}

static void draws_init(draws *d, uint64_t seed) {
    for (int i = 0; i < 4; i++) { /* SplitMix64, as the authors advise */
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        d->s[i] = z ^ (z >> 31);
    }
    d->has_spare = false;
    const double right = 7.69711747013104972, area = 0.0039496598225815571993, range = 0x1p32;
    double x = right, base = area / exp(-x);
    d->edge[0] = (uint32_t)(x / base * range);
    d->edge[1] = 0;
    d->width[0] = base / range;
    d->width[255] = x / range;
    d->height[0] = 1;
    d->height[255] = exp(-x);
    for (int i = 254; i > 0; i--) {
        double wider = x;
        x = -log(area / x + exp(-x));
        d->edge[i + 1] = (uint32_t)(x / wider * range);
        d->width[i] = x / range;
        d->height[i] = exp(-x);
    }
}

static inline double draws_exponential(draws *d) {
    for (;;) {
        uint64_t bits = draws_bits(d);
        uint32_t at = (uint32_t)(bits >> 32), layer = (uint32_t)(bits & 255);
        double x = at * d->width[layer];
        if (at < d->edge[layer]) return x;
        if (layer == 0) return 7.69711747013104972 - log(1 - draws_unit(d));
        double low = d->height[layer], high = d->height[layer - 1];
        if (low + draws_unit(d) * (high - low) < exp(-x)) return x;
    }
}

static inline double draws_normal(draws *d) {
    if (d->has_spare) {
        d->has_spare = false;
        return d->spare;
    }
    double x, y, r;
    do {
        x = 2 * draws_unit(d) - 1;
        y = 2 * draws_unit(d) - 1;
        r = x * x + y * y;
    } while (r >= 1 || r == 0);
    double scale = sqrt(-2 * log(r) / r);
    d->spare = y * scale;
    d->has_spare = true;
    return x * scale;
}

#endif
