/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metric_value.h - a metric of one trial by its name, and the trial's tallies by theirs.
 */
#ifndef TESTS_METRIC_VALUE_H
#define TESTS_METRIC_VALUE_H

#include <math.h>
#include <string.h>

#include "reports/report.h"
#include "tests/support.h"

static inline double value_of(const char *name, const store_trial *t) {
    size_t n;
    const report_metric *m = report_metrics(&n);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(m[i].name, name)) return m[i].value(&m[i], t);
    fail_msg("no metric %s", name);
    return NAN;
}

/* What a metric is to be; N() for a trial called t. */
typedef struct {
    const char *name;
    double want;
} metric_wanted;

#define N(name) t.tally[STORE_T_##name]

static inline void assert_metrics(const store_trial *t, const metric_wanted *row, size_t n) {
    for (size_t i = 0; i < n; i++)
        support_near(value_of(row[i].name, t), row[i].want, 1e-12 * fabs(row[i].want), row[i].name, __FILE__,
                     __LINE__);
}

#endif
