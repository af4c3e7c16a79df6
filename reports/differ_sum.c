/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ_sum.c - the differences of several replications put together.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/differ_inside.h"

/* ---- how often each reason ---- */

typedef struct {
    differ_top *top;
    size_t n;
} tally;

static bool add(tally *t, const char *reason, double n) {
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->top[i].reason, reason) == 0) {
            t->top[i].n += n;
            return true;
        }
    differ_top *grown = realloc(t->top, (t->n + 1) * sizeof *grown);
    if (!grown) return false;
    t->top = grown;
    grown[t->n++] = (differ_top){reason, n};
    return true;
}

static int by_frequency(const void *a, const void *b) {
    const differ_top *x = a, *y = b;
    if (x->n > y->n || x->n < y->n) return x->n > y->n ? -1 : 1;
    return strcmp(x->reason, y->reason);
}

/* Empties the tally. */
static differ_list list_of(tally *t, double replications) {
    differ_list list = {.n = 0};
    if (t->n) qsort(t->top, t->n, sizeof *t->top, by_frequency);
    for (size_t i = 0; i < t->n; i++) {
        double n = t->top[i].n / replications;
        if (list.n < DIFFER_TOPS)
            list.top[list.n++] = (differ_top){t->top[i].reason, n};
        else
            list.others += n;
    }
    free(t->top);
    *t = (tally){0};
    return list;
}

/* By number first: there are many pairs, and few reasons. */
static bool add_trial(tally *told, tally *ordered, const differ_trial *t, int side) {
    size_t *n = calloc(2 * t->reasons.n + 1, sizeof *n), *m = n + t->reasons.n;
    bool good = n != NULL;
    for (size_t i = 0; good && i < t->pairs; i++) {
        n[t->pair[i].told_why[side]]++;
        m[t->pair[i].order_why[side]]++;
    }
    for (size_t i = 1; good && i < t->reasons.n; i++) {
        if (n[i]) good = add(told, t->reasons.text[i], (double)n[i]);
        if (good && m[i]) good = add(ordered, t->reasons.text[i], (double)m[i]);
    }
    free(n);
    return good;
}

static bool sum_reasons(report_differences *d) {
    bool good = true;
    for (int side = 0; side < DIFFER_SIDES; side++) {
        tally told = {0}, ordered = {0};
        for (size_t i = 0; good && i < d->trials; i++)
            good = add_trial(&told, &ordered, &d->trial[i], side);
        d->told_why[side] = list_of(&told, (double)d->trials);
        d->ordered_why[side] = list_of(&ordered, (double)d->trials);
    }
    return good;
}

/* ---- who, and when ---- */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_shifted(const differ_pair *p) {
    return p->told_at[0] != STORE_NONE && p->told_at[1] != STORE_NONE && p->told_at[0] != p->told_at[1];
}

static bool sum_shifts(report_differences *d) {
    size_t n = 0;
    for (size_t i = 0; i < d->trials; i++)
        for (size_t k = 0; k < d->trial[i].pairs; k++)
            n += is_shifted(&d->trial[i].pair[k]);
    d->at_another_time = (double)n / (double)d->trials;
    d->shift_s = NAN;
    if (n == 0) return true;
    double *shift = calloc(n, sizeof *shift), *next = shift;
    if (!shift) return false;
    for (size_t i = 0; i < d->trials; i++)
        for (size_t k = 0; k < d->trial[i].pairs; k++) {
            const differ_pair *p = &d->trial[i].pair[k];
            if (is_shifted(p)) *next++ = (double)(p->told_at[1] - p->told_at[0]) / 1000;
        }
    qsort(shift, n, sizeof *shift, by_size);
    d->shift_s = (shift[(n - 1) / 2] + shift[n / 2]) / 2;
    free(shift);
    return true;
}

/* Whole numbers are added up and divided once, so that what is the same in all trials stays a whole number.
 */
static void sum_cells(report_differences *d) {
    double n = (double)d->trials;
    for (size_t i = 0; i < d->trials; i++) {
        const differ_trial *t = &d->trial[i];
        for (int c = 0; c < DIFFER_CELLS; c++) {
            d->told[c] += t->told[c];
            d->ordered[c] += t->ordered[c];
            d->pairs_told[c] += t->pairs_told[c];
            d->pairs_ordered[c] += t->pairs_ordered[c];
        }
        for (size_t k = 0; k < t->restocks; k++) {
            const bool *there = t->restock[k].there;
            d->restocks[!there[1] ? DIFFER_BASE_ONLY : !there[0] ? DIFFER_CANDIDATE_ONLY : DIFFER_BOTH] += 1;
        }
    }
    for (int c = 0; c < DIFFER_CELLS; c++) {
        d->told[c] /= n;
        d->ordered[c] /= n;
        d->pairs_told[c] /= n;
        d->pairs_ordered[c] /= n;
        d->restocks[c] /= n;
    }
}

/* ---- restocks ---- */

typedef struct {
    const differ_trial *trial;
    uint32_t restock;
} place;

static const differ_restock *at(const place *p) {
    return &p->trial->restock[p->restock];
}

static int by_sku_and_time(const void *a, const void *b) {
    const place *p = a, *q = b;
    const differ_restock *x = at(p), *y = at(q);
    if (x->sku != y->sku) return x->sku < y->sku ? -1 : 1;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (p->trial > q->trial) - (p->trial < q->trial); /* of one array */
}

static double apart(const uint32_t n[DIFFER_SIDES]) {
    return fabs((double)n[0] - (double)n[1]);
}

/* The first of a restock's reasons. */
static size_t whys_from(const differ_trial *t, uint32_t restock) {
    size_t lo = 0, hi = t->whys;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->why[mid].restock < restock)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool add_place(differ_restock_sum *sum, tally why[DIFFER_DEEDS][DIFFER_SIDES], const place *p) {
    const differ_restock *r = at(p);
    sum->sum.sku = r->sku;
    sum->sum.at = r->at;
    sum->sum.there[0] = sum->sum.there[1] = true;
    sum->replications += 1;
    sum->score += apart(r->sends) + apart(r->orders) + apart(r->sold_out);
    for (int k = 0; k < DIFFER_SIDES; k++) {
        sum->sum.sends[k] += r->sends[k];
        sum->sum.orders[k] += r->orders[k];
        sum->sum.sold_out[k] += r->sold_out[k];
    }
    const differ_trial *t = p->trial;
    for (size_t i = whys_from(t, p->restock); i < t->whys && t->why[i].restock == p->restock; i++) {
        const differ_why *w = &t->why[i];
        if (!add(&why[w->deed][w->side], t->reasons.text[w->reason], w->n)) return false;
    }
    return true;
}

static int by_score(const void *a, const void *b) {
    const differ_restock_sum *x = a, *y = b;
    if (x->score > y->score || x->score < y->score) return x->score > y->score ? -1 : 1;
    if (x->sum.sku != y->sum.sku) return x->sum.sku < y->sum.sku ? -1 : 1;
    return (x->sum.at > y->sum.at) - (x->sum.at < y->sum.at);
}

/* Places of one SKU and time follow each other. */
static bool sum_places(report_differences *d, const place *p, size_t n) {
    bool good = true;
    for (size_t i = 0, end; good && i < n; i = end) {
        differ_restock_sum *sum = &d->restock[d->restock_sums];
        tally why[DIFFER_DEEDS][DIFFER_SIDES] = {{{0}}};
        *sum = (differ_restock_sum){.score = 0};
        for (end = i;
             good && end < n && at(&p[end])->sku == at(&p[i])->sku && at(&p[end])->at == at(&p[i])->at; end++)
            good = add_place(sum, why, &p[end]);
        bool differs = sum->score > 0;
        for (int k = 0; k < DIFFER_DEEDS * DIFFER_SIDES; k++) {
            tally *its = &why[k / DIFFER_SIDES][k % DIFFER_SIDES];
            differs |= its->n > 0;
            sum->why[k / DIFFER_SIDES][k % DIFFER_SIDES] = list_of(its, sum->replications);
        }
        d->restock_sums += differs;
    }
    if (d->restock_sums) qsort(d->restock, d->restock_sums, sizeof *d->restock, by_score);
    return good;
}

/* Those of one side alone are counted, not compared. */
static bool sum_restocks(report_differences *d) {
    size_t n = 0, all = 0;
    for (size_t i = 0; i < d->trials; i++)
        all += d->trial[i].restocks;
    place *p = calloc(all + 1, sizeof *p);
    d->restock = calloc(all + 1, sizeof *d->restock);
    bool good = p && d->restock;
    for (size_t i = 0; good && i < d->trials; i++)
        for (uint32_t k = 0; k < d->trial[i].restocks; k++)
            if (d->trial[i].restock[k].there[0] && d->trial[i].restock[k].there[1])
                p[n++] = (place){&d->trial[i], k};
    if (good && n) qsort(p, n, sizeof *p, by_sku_and_time);
    good = good && sum_places(d, p, n);
    free(p);
    return good;
}

bool differ_summarise(report_differences *d) {
    if (d->trials == 0) return true;
    sum_cells(d);
    return sum_shifts(d) && sum_reasons(d) && sum_restocks(d);
}

void report_differences_clear(report_differences *d) {
    for (size_t i = 0; i < d->trials; i++)
        differ_trial_clear(&d->trial[i]);
    free(d->trial);
    free(d->restock);
    *d = (report_differences){0};
}
