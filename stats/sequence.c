/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sequence.c - see sequence.h.
 */
#include "stats/sequence.h"

#include <math.h>
#include <stdbool.h>

static bool is_alpha(double alpha) {
    return alpha > 0 && alpha < 1;
}

double stat_sequence_rho(double units, double alpha) {
    if (!(units > 0) || !is_alpha(alpha)) return NAN;
    double two_logs = -2 * log(alpha);
    return units / (log1p(two_logs) + two_logs);
}

double stat_sequence_half_width(double se, double t, double rho, double alpha) {
    if (!(se >= 0) || !(t > 0) || !(rho > 0) || !is_alpha(alpha)) return NAN;
    return se * sqrt((1 + rho / t) * (log((t + rho) / rho) - 2 * log(alpha)));
}

double stat_sequence_p(double estimate, double se, double t, double rho) {
    if (!(se > 0) || !(t > 0) || !(rho > 0) || isnan(estimate)) return NAN;
    double z = estimate / se;
    return fmin(1, exp(0.5 * log((t + rho) / rho) - z * z / (2 * (1 + rho / t))));
}

double stat_normal_mixture(double v, double rho, double alpha) {
    if (!(v >= 0) || !(rho > 0) || !is_alpha(alpha)) return NAN;
    return sqrt((v + rho) * (log((v + rho) / rho) - 2 * log(alpha)));
}
