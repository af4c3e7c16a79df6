/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * offline.c - see offline.h.
 */
#include "stats/offline.h"

#include <math.h>

#include "stats/ratio.h"

/* Rounds that all say the same leave no spread to go by, as in a log of nothing that the other policy does.
 */
static stat_interval interval(const stat_sample *s, double level) {
    stat_interval i = stat_sample_interval(s, level);
    if (!(s->variance > 0)) i.lo = i.hi = NAN;
    return i;
}

stat_offline_result stat_offline(const stat_log *log, double level) {
    stat_stream ips = {0}, dr = {0};
    stat_pair_stream weighted = {0};
    double sum = 0, squares = 0, most = 0;
    for (size_t i = 0; i < log->n; i++) {
        double w = log->target[i] / log->logged[i], r = log->reward[i];
        double model = log->q ? log->q[i] + log->v[i] : 0;
        if (isnan(w) || isnan(r) || isnan(model)) continue;
        stat_stream_add(&ips, w * r);
        stat_pair_add(&weighted, w * r, w);
        if (log->q) stat_stream_add(&dr, log->v[i] + w * (r - log->q[i]));
        sum += w;
        squares += w * w;
        most = fmax(most, w);
    }
    stat_pairs pairs = stat_pair_moments(&weighted);
    stat_sample plain = stat_stream_sample(&ips), own = stat_ratio_sample(&pairs),
                robust = stat_stream_sample(&dr);
    return (stat_offline_result){
        .ips = interval(&plain, level),
        .snips = interval(&own, level),
        .dr = interval(&robust, level),
        .n = ips.n,
        .effective = squares > 0 ? sum * sum / squares : NAN,
        .most_weight = ips.n > 0 ? most : NAN,
        .mean_weight = ips.n > 0 ? sum / ips.n : NAN,
    };
}
