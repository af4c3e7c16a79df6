/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * markdown.c - docs/METRICS.md from the metric table.
 */
#include <string.h>

#include "reports/report.h"

static const char *const direction[] = {
    [REPORT_MORE_IS_BETTER] = "more", [REPORT_LESS_IS_BETTER] = "less", [REPORT_NEUTRAL] = ""};

static const char intro[] =
    "# Metrics\n"
    "\n"
    "This page is made from the metric table (`reports/metrics.c`); a test compares the two.\n"
    "\n"
    "- The names are keys of `run --json`, columns of `trials.csv` and of the run store, and labels of the "
    "report.\n"
    "- Counts leave out the warm-up. They are of one replication; pages show their mean.\n"
    "- Ratios are total over total within a replication, never a mean of ratios. Over replications stand the "
    "mean of\n"
    "  those ratios, their standard deviation, and a 95 % interval by Student's t.\n"
    "- A metric does not exist in a replication where its denominator is 0, where nobody was held out, or "
    "where it\n"
    "  needs twins and there are none. Such a replication is left out, and `n` says how many are left. JSON "
    "has `null`,\n"
    "  CSV an empty field. With one replication there is no interval.\n"
    "- Spans of time are in seconds (pages show minutes, hours or days). Shares are numbers from 0 to 1 "
    "(pages show\n"
    "  per cent). Money is in the scenario's currency. Percentiles are read from histograms with bins 4.4 % "
    "wide.\n"
    "- \"better\" says which way is good, if one is.\n";

void report_metrics_markdown(FILE *out) {
    size_t n;
    const report_metric *metric = report_metrics(&n);
    const char *group = "";
    fputs(intro, out);
    for (size_t i = 0; i < n; i++) {
        const report_metric *m = &metric[i];
        if (strcmp(group, m->group) != 0)
            fprintf(out, "\n## %s\n\n| name | unit | better | what it is |\n|---|---|---|---|\n", m->group);
        group = m->group;
        fprintf(out, "| `%s` | %s | %s | %s |\n", m->name, m->unit, direction[m->direction], m->definition);
    }
}
