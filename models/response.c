/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * response.c - the logit of the click. See response.h.
 */
#include "models/response.h"

#include <math.h>

/* e^700 is still finite, and no probability is told from 0 or 1 out there. */
static const double SHIFT_MAX = 700;

double model_shift_log_odds(double p, double shift) {
    /* Without a shift the base stays what it was, to the bit. */
    if (p <= 0 || p >= 1 || shift == 0 || isnan(shift)) return p;
    shift = fmax(-SHIFT_MAX, fmin(SHIFT_MAX, shift));
    return 1 / (1 + (1 - p) / p * exp(-shift));
}

double model_click_probability(const model_response *response, int source, double multiplier,
                               double intent_age_days, double shift) {
    if (source < 0 || source >= MODEL_SOURCES) return 0;
    double base = response->click[source];
    if (!(base > 0)) return 0;
    double age = intent_age_days > 0 ? intent_age_days : 0;
    double by_age = response->click_age * age;
    if (isnan(by_age)) by_age = 0; /* also 0 times infinity: no effect of age */
    double p = model_shift_log_odds(fmin(base, 1), by_age + shift) * multiplier;
    return p > 0 ? fmin(p, 1) : 0;
}
