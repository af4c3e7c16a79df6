/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * offline.c - see offline.h.
 */
#include "stats/offline.h"

#include <math.h>

#include "stats/ratio.h"

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
        .ips = stat_sample_interval(&plain, level),
        .snips = stat_sample_interval(&own, level),
        .dr = stat_sample_interval(&robust, level),
        .n = ips.n,
        .effective = squares > 0 ? sum * sum / squares : NAN,
        .most_weight = ips.n > 0 ? most : NAN,
        .mean_weight = ips.n > 0 ? sum / ips.n : NAN,
    };
}
