/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * opening.c - before the first event: the engine learns of SKUs, stock and shoppers, and the lines that stand
 * already are formed, their signals spread evenly over interest.initial_age before the start.
 */
#include "sim/world.h"

#include <stdlib.h>

typedef struct {
    int64_t at;
    uint32_t sku;
    int source;
} standing;

/* Three thousand years: who comes more seldom does not come. So no sum of times can overflow. */
static const double VISIT_GAP_MAX = 1e14;

/* SKUs that nobody has named are known by their numbers. */
static void tell_catalog(sim_world *w, int64_t at) {
    const scenario_named *named = w->s->named;
    for (uint32_t i = 0; i < w->skus; i++) {
        bis_event e = {.at = at, .kind = BIS_EV_CATALOG, .shopper = BIS_NO_ID, .sku = i};
        e.as.catalog.product = w->sku[i].product;
        e.as.catalog.category = 0;
        e.as.catalog.hash = named ? named->sku_hash[i] : i;
        e.as.catalog.product_hash = named ? named->product_hash[i] : w->sku[i].product;
        sim_tell(w, &e);
        bis_event s = {.at = at, .kind = BIS_EV_STOCK, .shopper = BIS_NO_ID, .sku = i};
        s.as.stock.level = w->sku[i].truth;
        s.as.stock.as_of = at;
        s.as.stock.version = w->sku[i].version;
        sim_tell(w, &s);
    }
}

void sim_tell_shopper(sim_world *w, int64_t at, uint32_t i, const model_shopper *who) {
    sim_shopper *her = &w->shopper[i];
    her->tier = who->tier;
    her->platform = who->platform;
    her->variant = (uint8_t)who->variant;
    her->optin = her->push = who->optin;
    her->email = who->email_optin;
    her->sms = who->sms_optin;
    her->behavioural = who->behavioural;
    her->arm = scenario_arm_of(w->s, who->hash) & 7u;
    double gap = who->visit_rate > 0 ? SIM_DAY / who->visit_rate : 0;
    her->visit_gap = gap < VISIT_GAP_MAX ? (float)gap : 0;
    if (w->rhythm.zone) w->rhythm.zone[i] = who->zone;
    bis_event e = {.at = at, .kind = BIS_EV_PROFILE, .shopper = i, .sku = BIS_NO_ID};
    e.as.profile.hash = who->hash;
    e.as.profile.value = who->value;
    e.as.profile.tier = who->tier;
    e.as.profile.devices = sim_by_device(w) ? sim_devices_make(w, i) : 1;
    e.as.profile.region = w->s->region[who->region];
    e.as.profile.zone = who->zone;
    e.as.profile.push_optin = who->optin;
    e.as.profile.email_optin = who->email_optin;
    e.as.profile.sms_optin = who->sms_optin;
    e.as.profile.behavioural_consent = who->behavioural;
    sim_tell(w, &e);
}

static void tell_shoppers(sim_world *w, int64_t at) {
    model_population all;
    model_shopper who[MODEL_MANY_MAX];
    model_population_make(&w->p->shoppers, &w->p->catalog, w->key, &all);
    for (uint32_t from = 0, n; from < w->shoppers; from += n) {
        n = w->shoppers - from < MODEL_MANY_MAX ? w->shoppers - from : MODEL_MANY_MAX;
        model_population_draw(&all, from, n, w->rng, who);
        for (uint32_t i = 0; i < n; i++)
            sim_tell_shopper(w, at, from + i, &who[i]);
    }
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
            *out = (standing){.at = w->start - (int64_t)(age * (double)m->initial_age), .source = source};
            out->sku = w->variants ? pick * w->variants + w->shopper[i].variant : pick;
            return true;
        }
        u -= m->initial[source];
    }
    return false;
}

/* Those who wait, in order of time and number: the queue sorts them. They go into memory that is given back
 * before the engine takes any for its lines. */
static bool sort_line(sim_world *w, sim_queue *sorter, uint32_t **line, size_t *n) {
    for (uint32_t i = 0; i < w->shoppers; i++) {
        standing s;
        if (!stands(w, i, &s)) continue;
        const sim_event e = {.at = s.at, .a = i};
        if (!sim_queue_push(sorter, e)) return false;
    }
    *n = sim_queue_size(sorter);
    *line = malloc((*n + 1) * sizeof **line);
    sim_event e;
    for (uint32_t *next = *line; next && sim_queue_pop(sorter, &e);)
        *next++ = e.a;
    return *line != NULL;
}

/* Whether anyone can stand in a line at the start. */
static bool some_stand(const sim_world *w) {
    double some = 0;
    for (int source = 0; source < MODEL_SOURCES; source++)
        some += w->p->interest.initial[source];
    return some > 0;
}

static bool form_lines(sim_world *w) {
    if (!some_stand(w)) return true;
    uint32_t *line = NULL;
    size_t n = 0;
    sim_queue *sorter = sim_queue_create(NULL); /* kept, it would stand beside the lines all trial long */
    bool ok = sorter && sort_line(w, sorter, &line, &n);
    sim_queue_destroy(sorter);
    for (size_t k = 0; ok && k < n; k++) {
        standing s;
        stands(w, line[k], &s);
        sim_signal(w, line[k], s.sku, s.source, 0, s.at);
    }
    free(line);
    return ok;
}

bool sim_open(sim_world *w) {
    int64_t before = w->start - w->p->interest.initial_age;
    w->now = before; /* until the loop begins, the engine's clock is behind the start */
    tell_catalog(w, before);
    if (w->replay)
        sim_replay_profiles(w, before); /* others become known one by one */
    else
        tell_shoppers(w, before);
    w->now = w->start;
    return form_lines(w);
}
