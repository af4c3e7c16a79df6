/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * opening.c - before the first event: the engine learns of SKUs, stock and shoppers, and the lines that stand
 * already are formed, their signals spread evenly over interest.initial_age before the start.
 */
#include "sim/world.h"

#include <stdlib.h>

typedef struct {
    int64_t at;
    uint32_t shopper, sku;
    int source;
} standing;

static int by_time(const void *a, const void *b) {
    const standing *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->shopper > y->shopper) - (x->shopper < y->shopper);
}

static void tell_catalog(sim_world *w, int64_t at) {
    for (uint32_t i = 0; i < w->skus; i++) {
        bis_event e = {.at = at, .kind = BIS_EV_CATALOG, .shopper = BIS_NO_ID, .sku = i};
        e.as.catalog.product = w->sku[i].product;
        e.as.catalog.category = 0;
        sim_tell(w, &e);
        bis_event s = {.at = at, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = i};
        s.as.stock.level = w->sku[i].truth;
        s.as.stock.as_of = at;
        s.as.stock.version = w->sku[i].version;
        sim_tell(w, &s);
    }
}

static void tell_shopper(sim_world *w, int64_t at, uint32_t i, const model_shopper *who) {
    sim_shopper *her = &w->shopper[i];
    her->tier = who->tier;
    her->platform = who->platform;
    her->variant = (uint8_t)who->variant;
    her->optin = who->optin;
    her->visit_gap = who->visit_rate > 0 ? (float)(SIM_DAY / who->visit_rate) : 0;
    bis_event e = {.at = at, .kind = BIS_EV_PROFILE, .shopper = i, .sku = BIS_NO_ID};
    e.as.profile.hash = who->hash;
    e.as.profile.tier = who->tier;
    e.as.profile.devices = 1;
    e.as.profile.push_optin = who->optin;
    e.as.profile.behavioural_consent = who->behavioural;
    sim_tell(w, &e);
}

/* Whether shopper i waits at the start, for what and since when. */
static bool stands(sim_world *w, uint32_t i, standing *out) {
    const model_interest *m = &w->p->interest;
    model_rng_seek(w->rng, w->key, i, MODEL_NOBODY, MODEL_P_INITIAL, 0);
    double u = gsl_rng_uniform(w->rng), age = gsl_rng_uniform(w->rng), what = gsl_rng_uniform(w->rng);
    for (int source = 0; source < MODEL_SOURCES; source++) {
        if (u < m->initial[source]) {
            uint32_t n = w->variants ? w->products : w->skus;
            uint32_t pick = n > 1 ? model_pick(w->popularity, n, what) : 0;
            *out = (standing){
                .at = w->start - (int64_t)(age * (double)m->initial_age), .shopper = i, .source = source};
            out->sku = w->variants ? pick * w->variants + w->shopper[i].variant : pick;
            return true;
        }
        u -= m->initial[source];
    }
    return false;
}

bool sim_open(sim_world *w) {
    int64_t before = w->start - w->p->interest.initial_age;
    standing *line = malloc((w->shoppers ? w->shoppers : 1) * sizeof *line);
    if (!line) return false;
    w->now = before; /* until the loop begins, the engine's clock is behind the start */
    tell_catalog(w, before);
    size_t n = 0;
    for (uint32_t i = 0; i < w->shoppers; i++) {
        model_shopper who;
        model_shopper_draw(&w->p->shoppers, &w->p->catalog, w->key, i, w->rng, &who);
        tell_shopper(w, before, i, &who);
        if (stands(w, i, &line[n])) n++;
    }
    qsort(line, n, sizeof *line, by_time);
    w->now = w->start;
    for (size_t k = 0; k < n; k++)
        sim_signal(w, line[k].shopper, line[k].sku, line[k].source, 0, line[k].at);
    free(line);
    return true;
}
