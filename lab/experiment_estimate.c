/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiment_estimate.c - from a trial to what its experimenter would have seen.
 *
 * Units are those of E, outcomes their net orders. Where units are drawn one by one - shoppers, pairs - they
 * are taken as independent: Welch. Where products or restocks are drawn, those are the clusters. In
 * two_sided, and where outcomes are all that shoppers buy, pairs of a shopper and a product are compared.
 */
#include "lab/experiment_job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/cluster.h"

static const double LEVEL = 0.95;

static experiment_draw draw_of(const stat_welch_result *w) {
    return (experiment_draw){.estimate = w->diff, .lo = w->lo, .hi = w->hi, .p = w->p};
}

static experiment_draw by_welch(const store_trial *t) {
    stat_sample arm[STORE_ARMS];
    for (int a = 0; a < STORE_ARMS; a++) {
        const store_moments *m = &t->moments[STORE_ASSIGNED][a][STORE_ORDERS];
        arm[a] = stat_sample_from_moments(m->n, m->mean, m->m2);
    }
    stat_welch_result w = stat_welch(&arm[STORE_TREATED], &arm[STORE_HELD], LEVEL);
    return draw_of(&w);
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Gives clusters numbers from 0, in the order of their own. Returns how many; `sorted` is room for n. */
static size_t number_clusters(uint32_t *cluster, uint32_t *sorted, size_t n) {
    size_t kinds = 0;
    if (n) memcpy(sorted, cluster, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_number);
    for (size_t i = 0; i < n; i++)
        if (!i || sorted[i] != sorted[i - 1]) sorted[kinds++] = sorted[i];
    for (size_t i = 0; i < n; i++)
        cluster[i] =
            (uint32_t)((uint32_t *)bsearch(&cluster[i], sorted, kinds, sizeof *sorted, by_number) - sorted);
    return kinds;
}

static bool by_cluster(const scenario *s, const store_trial *t, bool restocks, experiment_draw *out) {
    size_t n = t->shoppers;
    double *y = malloc((n + 1) * sizeof *y);
    bool *treated = malloc((n + 1) * sizeof *treated);
    uint32_t *cluster = malloc((n + 1) * sizeof *cluster), *sorted = malloc((n + 1) * sizeof *sorted);
    bool good = y && treated && cluster && sorted;
    for (size_t i = 0; good && i < n; i++) {
        const store_shopper_row *u = &t->shopper[i];
        y[i] = u->orders;
        treated[i] = u->arm == STORE_TREATED;
        cluster[i] = restocks ? u->restock : scenario_product(s, u->sku);
    }
    stat_cluster_result r;
    if (good) {
        const stat_clustered data = {.x = y,
                                     .treated = treated,
                                     .cluster = cluster,
                                     .n = n,
                                     .clusters = number_clusters(cluster, sorted, n)};
        good = stat_cluster(&data, LEVEL, &r);
    }
    if (good) *out = draw_of(&r.welch);
    free(y);
    free(treated);
    free(cluster);
    free(sorted);
    return good;
}

static double mean_of(const store_trial *t, store_population population, store_arm arm) {
    const store_moments *m = &t->moments[population][arm][STORE_ORDERS];
    return m->n > 0 ? m->mean : NAN;
}

static double truth_of(const store_trial *t, bool effect) {
    return effect ? t->tally[STORE_T_true_orders] / t->tally[STORE_T_population] : 0;
}

static double truth_of_store(const scenario *s, const store_trial *t, bool effect) {
    return effect ? t->tally[STORE_T_true_store_orders] / (double)s->p.shoppers.count : 0;
}

static void take_clocks(experiment_slots *s, const store_trial *t, bool effect) {
    double **x = effect ? s->effect : s->nothing;
    double treated = mean_of(t, STORE_ASSIGNED, STORE_TREATED);
    x[CLOCK_ASSIGNED][t->replication] = treated - mean_of(t, STORE_ASSIGNED, STORE_HELD);
    x[CLOCK_REACHED][t->replication] =
        mean_of(t, STORE_REACHED, STORE_TREATED) - mean_of(t, STORE_REACHED, STORE_HELD);
    if (!effect) x[CLOCK_UNTHROTTLED][t->replication] = treated; /* less the control's, once both are in */
    if (!effect) return;
    s->truth[t->replication] = truth_of(t, true);
    s->sends[t->replication] = t->tally[STORE_T_sends];
}

/* [out] out: by method, without the truth. */
static bool estimate(const experiment_design *d, bool store, const scenario *s, model_key key,
                     const store_trial *t, experiment_draw out[EXPERIMENT_METHODS]) {
    int unit = s->p.policy.holdout.unit;
    bool cells = store || unit == BIS_UNIT_TWO_SIDED, good = true;
    if (cells && !lab_experiment_cells(d, store, s, key, t, out)) return false;
    for (size_t k = 0; good && k < d->methods; k++)
        if (d->by[k].kind == EXPERIMENT_INDEPENDENT || (!cells && !strcmp(d->by[k].method, "welch")))
            out[k] = by_welch(t);
        else if (!cells)
            good = by_cluster(s, t, unit == BIS_UNIT_RESTOCK, &out[k]);
    return good;
}

bool lab_experiment_take(report_experiment *x, const scenario *s, const experiment_world *world,
                         const store_trial *t) {
    experiment_design *d = &x->design[world->design];
    x->events += (double)t->events;
    if (world->unthrottled) {
        x->unthrottled[t->replication] = mean_of(t, STORE_ASSIGNED, STORE_HELD);
        return true;
    }
    if (world->design == 0) take_clocks(&x->slots[world->flipped], t, world->effect);
    if (world->flipped) return true;
    experiment_draw one[EXPERIMENT_METHODS];
    if (!estimate(d, x->store, s, model_key_make(x->run->seed, t->replication), t, one)) return false;
    for (size_t k = 0; k < d->methods; k++) {
        one[k].truth = x->store ? truth_of_store(s, t, world->effect) : truth_of(t, world->effect);
        (world->effect ? d->by[k].effect : d->by[k].nothing)[t->replication] = one[k];
    }
    if (!world->effect) return true;
    d->units += t->tally[STORE_T_population]; /* whole numbers: the order of trials does not show */
    const store_moments *held = &t->moments[STORE_ASSIGNED][STORE_HELD][STORE_ORDERS];
    d->held += held->n;
    if (held->n > 0) d->held_orders += round(held->n * held->mean);
    return true;
}
