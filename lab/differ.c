/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differ.c - see differ.h.
 *
 * A trial that is looked at keeps all its rows until its other side is there, so that of a long comparison
 * only a few trials are large at any time, and nothing is simulated twice.
 */
#include "lab/differ.h"

#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = 10, SHOPPERS_MAX = 1000000 };

static uint32_t skus_of(const scenario *s) {
    int64_t variants = s->p.catalog.variants ? (int64_t)s->p.catalog.variants : 1;
    return s->named ? s->named->skus : (uint32_t)(s->p.catalog.products * variants);
}

static bool same_skus(const scenario *a, const scenario *b) {
    if (skus_of(a) != skus_of(b) || !a->named != !b->named) return false;
    if (!a->named) return a->p.catalog.products == b->p.catalog.products;
    return memcmp(a->named->sku_hash, b->named->sku_hash, a->named->skus * sizeof *a->named->sku_hash) == 0;
}

static bool same_shoppers(const scenario *a, const scenario *b) {
    if (a->p.shoppers.count != b->p.shoppers.count) return false;
    if (!a->events || !b->events) return a->events == b->events;
    if (a->events->shopper.n != b->events->shopper.n) return false;
    for (uint32_t i = 0; i < a->events->shopper.n; i++)
        if (strcmp(a->events->shopper.name[i], b->events->shopper.name[i]) != 0) return false;
    return true;
}

bool lab_differ_begin(const scenario *base, const scenario *candidate, uint32_t replications,
                      lab_differ *out) {
    *out = (lab_differ){.warm = base->p.run.start + base->p.run.warmup};
    report_differences *d = &out->found;
    const int64_t shoppers = base->p.shoppers.count;
    d->shoppers = (double)shoppers;
    if (!same_skus(base, candidate))
        d->why_not = "the SKUs of the two are not the same";
    else if (!same_shoppers(base, candidate))
        d->why_not = "the shoppers of the two are not the same";
    else if (base->p.run.start != candidate->p.run.start || base->p.run.warmup != candidate->p.run.warmup)
        d->why_not = "the two do not begin at the same time";
    else if (shoppers > SHOPPERS_MAX)
        d->why_not = "there are more than a million shoppers, and all that is kept of them would be large";
    if (d->why_not) return true;
    int64_t n = shoppers > 0 ? SHOPPERS_MAX / shoppers : PAIRS_MAX;
    n = n > PAIRS_MAX ? PAIRS_MAX : n;
    d->trials = n < replications ? (size_t)n : replications;
    d->trial = calloc(d->trials, sizeof *d->trial);
    if (!d->trial) d->trials = 0;
    return d->trial != NULL;
}

sim_log lab_differ_log(const lab_differ *differ, uint32_t replication) {
    return replication < differ->found.trials ? SIM_LOG_EACH : SIM_LOG_SUMMARY;
}

/* Leaves what a trial without a log has. */
static void drop_rows(store_trial *t) {
    free(t->decision);
    free(t->touch);
    free(t->order);
    free(t->signal);
    t->decision = NULL;
    t->touch = NULL;
    t->order = NULL;
    t->signal = NULL;
    t->decisions = t->touches = t->orders = t->signals = 0;
    if (t->replication == 0) return;
    free(t->restock);
    t->restock = NULL;
    t->restocks = 0;
}

bool lab_differ_take(lab_differ *differ, store_trial *base, store_trial *candidate) {
    if (base->replication >= differ->found.trials) return true;
    bool good = differ_trials(base, candidate, differ->warm, &differ->found.trial[base->replication]);
    drop_rows(base);
    drop_rows(candidate);
    return good;
}

bool lab_differ_end(lab_differ *differ, size_t replications) {
    differ->found.of = replications;
    return differ_summarise(&differ->found);
}
