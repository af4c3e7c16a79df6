/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * week.c - the pattern of a week. See week.h.
 */
#include "models/week.h"

#include <math.h>

static const int64_t HOUR = 3600000;
static const int64_t WEEK = MODEL_WEEK_HOURS * INT64_C(3600000);

/* 1970-01-05 was a Monday. */
static const int64_t MONDAY = 4 * 24 * INT64_C(3600000);

static double weight_of(const model_weight *weight, size_t n, size_t i) {
    return n > 0 ? weight[i].weight : 1;
}

static double sum_of(const model_weight *weight, size_t n, size_t of) {
    double sum = 0;
    for (size_t i = 0; i < of; i++)
        sum += weight_of(weight, n, i);
    return sum;
}

static bool differ(const model_weight *weight, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (weight[i].weight < weight[0].weight || weight[i].weight > weight[0].weight) return true;
    return false;
}

bool model_week_make(const model_weight *hour, size_t hours, const model_weight *weekday, size_t weekdays,
                     model_week *out) {
    if (!differ(hour, hours) && !differ(weekday, weekdays)) return false;
    double mean =
        sum_of(hour, hours, MODEL_DAY_HOURS) * sum_of(weekday, weekdays, MODEL_WEEKDAYS) / MODEL_WEEK_HOURS;
    out->until[0] = 0;
    for (size_t i = 0; i < MODEL_WEEK_HOURS; i++) {
        double weight = weight_of(hour, hours, i % MODEL_DAY_HOURS) *
                        weight_of(weekday, weekdays, i / MODEL_DAY_HOURS) / mean;
        out->until[i + 1] = out->until[i] + weight * (double)HOUR;
    }
    return true;
}

/* The Monday 0:00 at or before a time. */
static int64_t week_of(int64_t local) {
    int64_t into = (local - MONDAY) % WEEK;
    return local - into - (into < 0 ? WEEK : 0);
}

/* Operational ms since that Monday. */
static double position(const model_week *week, int64_t into) {
    int64_t hour = into / HOUR;
    double share = (double)(into - hour * HOUR) / (double)HOUR;
    return week->until[hour] + share * (week->until[hour + 1] - week->until[hour]);
}

double model_week_between(const model_week *week, int64_t from, int64_t to) {
    int64_t first = week_of(from), last = week_of(to);
    double weeks = (double)((last - first) / WEEK);
    return weeks * week->until[MODEL_WEEK_HOURS] + position(week, to - last) - position(week, from - first);
}

/* The last hour that begins at or before that position, which has a weight unless it is the last one. */
static uint32_t hour_at(const model_week *week, double at) {
    uint32_t low = 0, high = MODEL_WEEK_HOURS;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (week->until[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

double model_week_after(const model_week *week, int64_t from, double amount) {
    int64_t monday = week_of(from);
    double total = week->until[MODEL_WEEK_HOURS];
    double at = position(week, from - monday) + amount;
    double weeks = floor(at / total), rest = fmax(0, at - weeks * total);
    uint32_t hour = hour_at(week, rest);
    double holds = week->until[hour + 1] - week->until[hour];
    double share = holds > 0 ? fmin(1, (rest - week->until[hour]) / holds) : 1;
    return (double)monday + weeks * (double)WEEK + ((double)hour + share) * (double)HOUR;
}
