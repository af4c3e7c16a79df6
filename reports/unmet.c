/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unmet.c - unmet demand by SKU over the replications.
 */
#include <stdlib.h>

#include "reports/report.h"
#include "reports/sums.h"

static int by_sku(const void *a, const void *b) {
    const report_unmet *x = a, *y = b;
    return (x->sku > y->sku) - (x->sku < y->sku);
}

static int by_wanted(const void *a, const void *b) {
    const report_unmet *x = a, *y = b;
    if (x->wanted != y->wanted) return x->wanted < y->wanted ? 1 : -1;
    if (x->interests != y->interests) return x->interests < y->interests ? 1 : -1;
    return by_sku(a, b);
}

static report_unmet *gather(const store_run *run, size_t *n) {
    size_t all = 0;
    for (size_t i = 0; i < run->trials; i++)
        all += run->trial[i].unmets;
    report_unmet *row = all ? calloc(all, sizeof *row) : NULL;
    *n = 0;
    for (size_t i = 0; row && i < run->trials; i++)
        for (size_t k = 0; k < run->trial[i].unmets; k++) {
            const store_unmet_row *r = &run->trial[i].unmet[k];
            row[(*n)++] =
                (report_unmet){r->sku, r->interests, r->requested, r->wanted, r->on_hand, r->restock};
        }
    return row;
}

/* Adds up the rows of each SKU, which lie together. Returns how many SKUs. */
static size_t merge(report_unmet *row, size_t n) {
    size_t skus = 0;
    for (size_t i = 0; i < n; i++) {
        if (skus == 0 || row[skus - 1].sku != row[i].sku) {
            row[skus++] = row[i];
            continue;
        }
        report_unmet *sum = &row[skus - 1];
        sum->interests += row[i].interests;
        sum->requested += row[i].requested;
        sum->wanted += row[i].wanted;
        sum->on_hand += row[i].on_hand;
        sum->restock += row[i].restock;
    }
    return skus;
}

size_t report_unmet_demand(const store_run *run, report_unmet **out) {
    size_t n;
    report_unmet *row = gather(run, &n);
    double trials = sums_tally(run, STORE_T_unmet_listed);
    *out = row;
    if (!row || trials <= 0) return 0;
    qsort(row, n, sizeof *row, by_sku);
    n = merge(row, n);
    for (size_t i = 0; i < n; i++) {
        row[i].interests /= trials;
        row[i].requested /= trials;
        row[i].wanted /= trials;
        row[i].on_hand /= trials;
        row[i].restock /= trials;
    }
    qsort(row, n, sizeof *row, by_wanted);
    return n;
}
