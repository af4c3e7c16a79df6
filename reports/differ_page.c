/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_page.c - the differences of shoppers and restocks as sections of the comparison's page.
 */
#include <math.h>

#include "reports/differ_inside.h"
#include "reports/html.h"

enum { REASONS_OF_RESTOCK = 2 };

static void put_cells(FILE *out, const char *what, const double cell[DIFFER_CELLS], double all) {
    fprintf(out, "<tr><th scope=\"row\">%s</th>", what);
    for (int c = 0; c < DIFFER_CELLS; c++)
        html_cell_number(out, format_count(cell[c]).text);
    double neither = all - cell[DIFFER_BOTH] - cell[DIFFER_BASE_ONLY] - cell[DIFFER_CANDIDATE_ONLY];
    html_cell_number(out, isnan(all) ? "" : format_count(neither).text);
    fputs("</tr>\n", out);
}

static void put_counts(FILE *out, const report_differences *d) {
    html_open_table(out, "a replication|#both|#base alone|#candidate alone|#neither");
    put_cells(out, "shoppers told that something is back", d->told, d->shoppers);
    put_cells(out, "shoppers with a net order", d->ordered, d->shoppers);
    put_cells(out, "pairs of shopper and SKU told", d->pairs_told, NAN);
    put_cells(out, "pairs of shopper and SKU ordered", d->pairs_ordered, NAN);
    html_close_table(out);
    if (d->at_another_time > 0)
        fprintf(out,
                "<p>Of the pairs told in both, %s were told at another time; the median is %s %s in the "
                "candidate.</p>\n",
                format_count(d->at_another_time).text, format_span(fabs(d->shift_s)).text,
                d->shift_s < 0 ? "earlier" : "later");
}

static void put_reasons(FILE *out, const char *did, const char *says, double all, const differ_list *list) {
    if (list->n == 0) return;
    fprintf(out,
            "<tr class=\"group\"><th scope=\"colgroup\" colspan=\"4\">%s alone: %s pairs of shopper and SKU. "
            "The %s says</th></tr>\n",
            did, format_count(all).text, says);
    for (size_t i = 0; i < list->n; i++) {
        const differ_top *top = &list->top[i];
        fprintf(out, "<tr><th scope=\"row\"><code>%s</code></th>", top->reason);
        html_cell(out, differ_words(top->reason));
        html_cell_number(out, format_count(top->n).text);
        html_cell_number(out, format_number(top->n / all, "share").text);
        fputs("</tr>\n", out);
    }
    if (list->others <= 0) return;
    fputs("<tr><th scope=\"row\">others</th><td></td>", out);
    html_cell_number(out, format_count(list->others).text);
    html_cell_number(out, format_number(list->others / all, "share").text);
    fputs("</tr>\n", out);
}

static void put_who(FILE *out, const report_differences *d) {
    bool differ = d->told_why[0].n + d->told_why[1].n + d->ordered_why[0].n + d->ordered_why[1].n > 0;
    fprintf(
        out,
        "<p>Numbers are %s of replications, shopper by shopper. Told: sent a first push of a restock that "
        "opened after the warm-up. differences_shoppers.csv has every one.</p>\n",
        differ_of_pairs(d).text);
    put_counts(out, d);
    if (!differ) {
        fputs("<p>The same shoppers were told and ordered in both.</p>\n", out);
        return;
    }
    html_open_table(out, "why the other side did not|in words|#pairs|#share");
    put_reasons(out, "Told in base", "candidate", d->pairs_told[DIFFER_BASE_ONLY],
                &d->told_why[DIFFER_CANDIDATE]);
    put_reasons(out, "Told in candidate", "base", d->pairs_told[DIFFER_CANDIDATE_ONLY],
                &d->told_why[DIFFER_BASE]);
    put_reasons(out, "Ordered in base", "candidate", d->pairs_ordered[DIFFER_BASE_ONLY],
                &d->ordered_why[DIFFER_CANDIDATE]);
    put_reasons(out, "Ordered in candidate", "base", d->pairs_ordered[DIFFER_CANDIDATE_ONLY],
                &d->ordered_why[DIFFER_BASE]);
    html_close_table(out);
    fputs("<p class=\"note\">A pair has one reason: what the other side's ledger says of her in the restock "
          "in which this side first told her (if it has none at that time, its last word on her), or, where "
          "she was told in both, what became of the push after which she did not order. Who stood behind "
          "another in line may have met an empty shelf because the other was told: the rule that was "
          "changed need not be the reason that is named.</p>\n",
          out);
}

/* ---- restocks ---- */

static void put_why(FILE *out, const differ_restock_sum *r) {
    static const char *const did[DIFFER_DEEDS][DIFFER_SIDES] = {
        {"told in candidate alone", "told in base alone"},
        {"ordered in candidate alone", "ordered in base alone"}};
    const char *between = "";
    fputs("<td>", out);
    for (int k = 0; k < DIFFER_DEEDS * DIFFER_SIDES; k++) {
        const differ_list *list = &r->why[k / DIFFER_SIDES][k % DIFFER_SIDES];
        for (size_t i = 0; i < list->n && i < REASONS_OF_RESTOCK; i++) {
            fprintf(out, "%s%s %s: <code>%s</code>", between, format_count(list->top[i].n).text,
                    did[k / DIFFER_SIDES][k % DIFFER_SIDES], list->top[i].reason);
            between = "<br>";
        }
    }
    fputs("</td>", out);
}

static void put_restock(FILE *out, const differ_restock_sum *r) {
    const uint32_t *n[] = {r->sum.sends, r->sum.orders, r->sum.sold_out};
    fprintf(out, "<tr><th scope=\"row\" class=\"when\">%s</th><td class=\"n\">%u</td>",
            format_time(r->sum.at).text, r->sum.sku);
    html_cell_number(out, format_count(r->replications).text);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        for (int k = 0; k < DIFFER_SIDES; k++)
            html_cell_number(out, format_count(n[i][k] / r->replications).text);
    put_why(out, r);
    fputs("</tr>\n", out);
}

static void put_alone(FILE *out, const report_differences *d) {
    const double *n = d->restocks;
    fprintf(out, "<p>Restocks match by SKU and time. On average %s have a campaign in both",
            format_count(n[DIFFER_BOTH]).text);
    if (n[DIFFER_BASE_ONLY] + n[DIFFER_CANDIDATE_ONLY] > 0)
        fprintf(out,
                ", %s in base alone and %s in candidate alone. <strong>Those are not compared:</strong> the "
                "supply follows the sales, or is another one, so that the units came at another time, or "
                "there was no campaign on the other side",
                format_count(n[DIFFER_BASE_ONLY]).text, format_count(n[DIFFER_CANDIDATE_ONLY]).text);
    fputs(".</p>\n", out);
}

static void put_restocks(FILE *out, const report_differences *d) {
    html_open_section(out, "restocks", "Restocks that differ most");
    put_alone(out, d);
    if (d->restock_sums == 0) {
        fputs("<p>Restocks of both went alike.</p>\n</section>\n", out);
        return;
    }
    html_open_table(out, "restocked|#SKU|#in replications|#sends, base|#candidate|#orders, base|#candidate|"
                         "#sold-out clicks, base|#candidate|on one side alone, and why not on the other");
    for (size_t i = 0; i < d->restock_sums && i < DIFFER_RESTOCKS_SHOWN; i++)
        put_restock(out, &d->restock[i]);
    html_close_table(out);
    fprintf(out,
            "<p class=\"note\">%s%zu of %zu, by the sum of the absolute differences of the three counts over "
            "the replications. Means over the replications that have a restock of that SKU at that time, in "
            "UTC. Orders are those at push landings. differences_restocks.csv has all of them.</p>\n"
            "</section>\n",
            d->restock_sums > DIFFER_RESTOCKS_SHOWN ? "The first " : "",
            d->restock_sums > DIFFER_RESTOCKS_SHOWN ? (size_t)DIFFER_RESTOCKS_SHOWN : d->restock_sums,
            d->restock_sums);
}

void report_differences_page(FILE *out, const report_differences *d) {
    html_open_section(out, "shoppers", "Who differs, and why");
    if (d->trials == 0) {
        fprintf(out, "<p>Shoppers and restocks are not compared one by one: %s.</p>\n</section>\n",
                d->why_not);
        return;
    }
    put_who(out, d);
    fputs("</section>\n", out);
    put_restocks(out, d);
}
