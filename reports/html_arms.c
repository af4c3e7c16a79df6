/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * html_arms.c - the section of report.html on policies that were set against each other.
 */
#include "reports/format.h"
#include "reports/html.h"
#include "reports/sums.h"

static void put_name(FILE *out, const report_arm *arm) {
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, arm->name);
    fputs("</th>", out);
}

static void put_with_interval(FILE *out, const report_value *v) {
    html_cell_number(out, format_value(v).text);
    html_cell_number(out, v->n > 1 ? format_interval(v).text : "");
}

static void put_counts(FILE *out, const report_arm *row, size_t n) {
    static const report_arm_value each[] = {REPORT_ARM_ORDERS, REPORT_ARM_REVENUE};
    html_open_table(out, "arm|#share|#shoppers|#recipients|#sends|#ghosts|#clicks|#sold-out clicks|#orders / "
                         "shopper|#95 % interval|#net revenue / shopper|#95 % interval");
    for (size_t i = 0; i < n; i++) {
        put_name(out, &row[i]);
        html_cell_number(out, format_number(row[i].share, "share").text);
        for (int k = 0; k <= REPORT_ARM_CLICKED_OOS; k++)
            html_cell_number(out, format_value(&row[i].value[k]).text);
        for (size_t k = 0; k < sizeof each / sizeof *each; k++)
            put_with_interval(out, &row[i].value[each[k]]);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
}

static void put_differences(FILE *out, const report_arm *row, size_t n) {
    static const report_arm_value each[] = {REPORT_ARM_ORDERS, REPORT_ARM_REVENUE,
                                            REPORT_ARM_CLICKED_OOS_EACH};
    fputs("<p>Less the first arm, ", out);
    html_text(out, row[0].name);
    fputs(", replication by replication:</p>\n", out);
    html_open_table(out,
                    "arm|#orders / shopper|#95 % interval|#net revenue / shopper|#95 % interval|#sold-out "
                    "clicks / shopper|#95 % interval");
    for (size_t i = 1; i < n; i++) {
        put_name(out, &row[i]);
        for (size_t k = 0; k < sizeof each / sizeof *each; k++)
            put_with_interval(out, &row[i].difference[each[k]]);
        fputs("</tr>\n", out);
    }
    html_close_table(out);
}

void html_arms(FILE *out, const report_summary *s) {
    report_arm row[STORE_POLICY_ARMS];
    size_t n = report_arms(s->run, row);
    if (n == 0) return;
    html_open_section(out, "arms", "Arms");
    fputs("<p>Policies against each other in one world: every shopper is under one of them. Means over the "
          "replications; orders and revenue are of all shoppers drawn into an arm, also of those who never "
          "wanted anything.</p>\n",
          out);
    put_counts(out, row, n);
    if (s->run->trials > 1) put_differences(out, row, n);
    fprintf(out, "<p class=\"note\">%s</p>\n</section>\n", sums_arms_caveat);
}
