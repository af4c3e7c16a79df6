/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * week.h - the pattern of a week: how much more happens in one hour of the local week than in another.
 *
 * A Poisson stream whose rate follows the pattern is one of constant rate in another time, which runs faster
 * in busy hours (operational time; Cinlar, Introduction to Stochastic Processes, 1975, 4.7). So the next
 * event is where that time has grown by an exponential amount: one draw each, and no thinning.
 */
#ifndef MODELS_WEEK_H
#define MODELS_WEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/world.h"

enum { MODEL_WEEK_HOURS = 7 * MODEL_DAY_HOURS };

/* A week of 168 hours holds as much operational time as time, but for rounding. */
typedef struct {
    double until[MODEL_WEEK_HOURS + 1]; /* operational ms from Monday 0:00 to the begin of each hour */
} model_week;

/* The weight of an hour is that of its hour of the day times that of its day of the week, which are brought
 * to a mean of 1 over the week; no weights are equal ones. At least one hour and one day must have a weight
 * above 0, and none one below.
 * [in] hour: from 0:00, none or MODEL_DAY_HOURS. weekday: from Monday, none or MODEL_WEEKDAYS.
 * Returns whether the weights differ; if not, there is no pattern, and [out] out is not written. */
bool model_week_make(const model_weight *hour, size_t hours, const model_weight *weekday, size_t weekdays,
                     model_week *out);

/* Times below are local, ms since 1970-01-01 0:00 on a clock that is never set. */

/* Operational ms between two times, from <= to. */
double model_week_between(const model_week *week, int64_t from, int64_t to);

/* The time by which `amount` >= 0 operational ms have passed since `from`; the last one, if hours without
 * weight follow. Below 2^53 for amounts below 10^15. */
double model_week_after(const model_week *week, int64_t from, double amount);

#endif
