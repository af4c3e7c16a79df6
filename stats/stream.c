/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stream.c - see stream.h.
 */
#include "stats/stream.h"

#include <math.h>

void stat_stream_add(stat_stream *s, double x) {
    if (isnan(x)) return;
    if (s->n == 0) s->origin = x;
    double from = x - s->origin, before = from - s->mean;
    s->n++;
    s->mean += before / s->n;
    s->m2 += before * (from - s->mean);
}

stat_sample stat_stream_sample(const stat_stream *s) {
    return stat_sample_from_moments(s->n, s->origin + s->mean, s->m2);
}

void stat_pair_add(stat_pair_stream *s, double x, double y) {
    if (isnan(x) || isnan(y)) return;
    if (s->n == 0) {
        s->origin_x = x;
        s->origin_y = y;
    }
    double from_x = x - s->origin_x, from_y = y - s->origin_y;
    double before_x = from_x - s->mean_x, before_y = from_y - s->mean_y;
    s->n++;
    s->mean_x += before_x / s->n;
    s->mean_y += before_y / s->n;
    s->m2_x += before_x * (from_x - s->mean_x);
    s->m2_y += before_y * (from_y - s->mean_y);
    s->m_xy += before_x * (from_y - s->mean_y);
}

stat_pairs stat_pair_moments(const stat_pair_stream *s) {
    double divisor = s->n >= 2 ? s->n - 1 : NAN;
    return (stat_pairs){
        .n = s->n,
        .mean_x = s->n >= 1 ? s->origin_x + s->mean_x : NAN,
        .mean_y = s->n >= 1 ? s->origin_y + s->mean_y : NAN,
        .var_x = fmax(s->m2_x, 0) / divisor,
        .var_y = fmax(s->m2_y, 0) / divisor,
        .cov = s->m_xy / divisor,
    };
}

stat_pairs stat_pairs_of(const double *x, const double *y, size_t n) {
    stat_pair_stream s = {0};
    for (size_t i = 0; i < n; i++)
        stat_pair_add(&s, x[i], y ? y[i] : 1);
    return stat_pair_moments(&s);
}
