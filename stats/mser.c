/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mser.c - see mser.h.
 */
#include "stats/mser.h"

#include <math.h>

#include "stats/stream.h"

enum { BATCH = 5, LEAST_BATCHES = 10 };

static double batch_mean(const double *x) {
    return (x[0] + x[1] + x[2] + x[3] + x[4]) / BATCH;
}

/* From the end to the start, so that each d costs one more value. The earliest of equal ones wins. */
stat_mser stat_mser5(const double *x, size_t n) {
    size_t batches = n / BATCH, best = 0;
    stat_mser r = {0, NAN, false};
    double least = INFINITY;
    stat_stream tail = {0};
    for (size_t i = 0; i < batches * BATCH; i++)
        if (isnan(x[i])) return r;
    for (size_t d = batches; d-- > 0;) {
        stat_stream_add(&tail, batch_mean(x + d * BATCH));
        double score = tail.m2 / (tail.n * tail.n);
        if (d <= batches / 2 && score <= least) {
            least = score;
            best = d;
            r.mean = tail.origin + tail.mean;
        }
    }
    r.drop = best * BATCH;
    r.enough = batches >= LEAST_BATCHES && best < batches / 2;
    return r;
}
