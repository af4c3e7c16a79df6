/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * response.h - how a told shopper answers: the chance that an opened message is clicked through.
 */
#ifndef MODELS_RESPONSE_H
#define MODELS_RESPONSE_H

#include "models/world.h"

/* P(clicks through | opened, intent alive).
 *
 * The log-odds of response->click[source] are shifted by click_age per day of intent age, and by `shift`; the
 * probability that comes out is then multiplied by the multiplier and capped at 1. A base of 0 or 1 is exact:
 * nothing moves it. Out-of-range and NaN input is brought into range (base, result) or counted as none (age,
 * shift), so that the result is always a number in [0, 1].
 *
 * [in] source           0..MODEL_SOURCES-1, as bis_source; anything else gives 0
 * [in] multiplier       of the tier and of the push's template: model_tier.click x model_template.times, >= 0
 * [in] intent_age_days  days since the last signal; below 0 counts as 0
 * [in] shift            of the log-odds by all else: match, hour, fatigue */
double model_click_probability(const model_response *response, int source, double multiplier,
                               double intent_age_days, double shift);

/* The probability whose log-odds are those of p plus the shift. 0 and 1 are exact: nothing moves them; nor
 * does a shift of 0 or NaN move p. [in] p: in [0, 1]. */
double model_shift_log_odds(double p, double shift);

#endif
