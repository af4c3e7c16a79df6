/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * world.c - the life of a world and its event loop.
 */
#include "sim/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/memory.h"
#include "sim/substitute.h"

void sim_schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t a, uint32_t b) {
    if (at >= w->end) return; /* the world ends before it */
    if (b > SIM_EVENT_B_MAX) {
        w->limit = "one shopper visits or returns more than 134,217,727 times; lower the rate or run.horizon";
        return;
    }
    const sim_event e = {.at = at, .a = a, .kind = kind & SIM_EVENT_KIND_MAX, .b = b & SIM_EVENT_B_MAX};
    if (!sim_queue_push(w->queue, e)) w->failed = true;
}

static inline void handle(sim_world *w, const sim_event *e) {
    if (e->kind == SIM_EV_VISIT) { /* most of them */
        sim_on_visit(w, e);
        return;
    }
    switch ((sim_event_kind)e->kind) {
    case SIM_EV_WAKE: sim_on_wake(w, e); break;
    case SIM_EV_TRACE: sim_on_trace(w); break;
    case SIM_EV_RESTOCK: sim_on_restock(w, e); break;
    case SIM_EV_DELIVERY: sim_on_delivery(w, e); break;
    case SIM_EV_POLL: sim_on_poll(w, e); break;
    case SIM_EV_VIEW: sim_on_view(w, e); break;
    case SIM_EV_ORGANIC: sim_on_organic(w, e); break;
    case SIM_EV_RETURN: sim_on_return(w, e); break;
    case SIM_EV_QUIT: sim_on_quit(w, e); break;
    case SIM_EV_TRY:
    case SIM_EV_SHOWN:
    case SIM_EV_RECEIPT:
    case SIM_EV_FAILED:
    case SIM_EV_OPEN:
    case SIM_EV_LAND:
    case SIM_EV_CHECKOUT:
    case SIM_EV_PAGE:
    case SIM_EV_OPTOUT: sim_on_push_event(w, e); break;
    case SIM_EV_PHANTOM: sim_on_phantom(w, e); break;
    case SIM_EV_CART: sim_on_cart(w, e); break;
    case SIM_EV_ELSEWHERE: sim_on_elsewhere(w, e); break;
    case SIM_EV_AFTER: sim_on_after(w, e); break;
    case SIM_EV_AD: sim_on_ad(w, e); break;
    case SIM_EV_OTHER: sim_on_other(w, e); break;
    case SIM_EV_REPLAY: sim_on_replay(w); break;
    case SIM_EV_VISIT:
    case SIM_EV_KIND_COUNT: break;
    }
}

static inline void look_ahead(sim_world *w) {
    size_t n;
    const sim_event *next = sim_queue_sorted(w->queue, &n);
    const sim_ahead *a = &w->ahead;
    if (next >= a->until || next < a->from || next + n != a->end) sim_ahead_look(w, next, n);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Closes series bins and the warm-up that end by `at`. */
static void halt(sim_world *w, int64_t at) {
    if (w->now < w->warm && at >= w->warm) {
        sim_observe_bins(w, w->warm);
        w->now = w->warm;
        sim_observe_warm(w);
    }
    sim_observe_bins(w, at);
    w->halt_at = w->bin < STORE_BINS ? w->bin_ends : INT64_MAX;
    if (at < w->warm && w->warm < w->halt_at) w->halt_at = w->warm;
}

bool sim_world_run(sim_world *w) {
    sim_event e;
    double began = seconds();
    w->now = w->start - 1; /* a warm-up of no length ends before the first event */
    while (!sim_over(w) && sim_queue_pop(w->queue, &e)) {
        if (e.at >= w->halt_at) halt(w, e.at);
        w->now = e.at;
        w->events++;
        look_ahead(w);
        handle(w, &e);
    }
    w->loop_s = seconds() - began;
    if (sim_over(w)) return false;
    halt(w, w->end);
    w->now = w->end;
    if (sim_probing(w)) sim_probe_settle(w);
    sim_arms_settle(w);
    if (sim_probing(w)) sim_probe_end(w);
    w->out->events = w->events;
    return !sim_over(w) && sim_observe_end(w);
}

static bool create_parts(sim_world *w) {
    w->queue = sim_queue_create(w->memory);
    w->rng = gsl_rng_alloc(model_rng_philox);
    w->transport = model_transports[w->p->provider.transport];
    w->provider = w->transport->create(&w->p->provider, w->start, w->key);
    return w->queue && sim_queue_reserve(w->queue, w->shoppers) && w->rng && w->provider &&
           sim_stock_init(w) && sim_arms_create(w) && sim_shoppers_init(w) && sim_rhythm_init(w) &&
           sim_patience_init(w) && sim_needs_init(w) && sim_optouts_init(w) && sim_frame_init(w) &&
           sim_touches_init(w) && sim_devices_init(w) && sim_after_init(w) && sim_others_init(w) &&
           sim_replay_init(w);
}

enum { POOLS = 19 };

static void list_pools(sim_world *w, sim_pool *pool[POOLS]) {
    sim_pool *all[] = {&w->further,    &w->times,       &w->campaigns,    &w->orders,      &w->updates,
                       &w->deliveries, &w->waits,       &w->decisions,    &w->rises,       &w->pushed_taken,
                       &w->leading,    &w->carts,       &w->spread,       &w->after,       &w->ads,
                       &w->signals,    &w->not_variant, &w->touches.told, &w->touches.late};
    static_assert(sizeof all / sizeof *all == POOLS, "all of them");
    memcpy(pool, all, sizeof all);
}

sim_world *sim_world_create(sim_memory *memory, const scenario *s, model_key key, sim_twin twin,
                            const sim_unit *frozen, sim_log log, bool rows, sim_probe *probe,
                            store_trial *out) {
    sim_world *w = calloc(1, sizeof *w);
    sim_pool *pool[POOLS];
    if (!w) return NULL;
    w->memory = memory;
    list_pools(w, pool);
    for (size_t i = 0; i < POOLS; i++)
        pool[i]->memory = memory;
    w->s = s;
    w->p = &s->p;
    w->key = key;
    w->twin = twin;
    w->frozen = frozen;
    w->log = log;
    w->rows = rows;
    w->full = log == SIM_LOG_EACH || (log == SIM_LOG_FULL && rows);
    w->out = out;
    w->probe = probe;
    w->start = s->p.run.start;
    w->warm = w->start + s->p.run.warmup;
    w->end = w->start + s->p.run.horizon;
    w->now = w->start;
    w->updates_free = w->after_free = w->ads_free = SIM_NONE;
    w->bin_ends = w->start + s->p.run.horizon / STORE_BINS;
    w->halt_at = w->start; /* at the first event */
    w->shoppers = (uint32_t)s->p.shoppers.count;
    sim_arms_init(w);
    if (!create_parts(w)) {
        sim_world_destroy(w);
        return NULL;
    }
    w->rounds = model_rounds_make(key);
    sim_ahead_init(w);
    sim_push_init(w);
    sim_stock_start(w);
    if (!sim_open(w)) w->failed = true;
    sim_shoppers_start(w);
    sim_optouts_start(w);
    sim_others_start(w);
    if (w->replay) sim_replay_start(w);
    if (sim_probing(w)) sim_probe_begin(w);
    return w;
}

void sim_world_destroy(sim_world *w) {
    if (!w) return;
    for (uint32_t i = 0; w->sku && i < w->skus; i++) {
        free(w->sku[i].past.at);
        free(w->sku[i].past.level);
    }
    sim_pool *pool[POOLS];
    list_pools(w, pool);
    for (size_t i = 0; i < POOLS; i++)
        sim_memory_free(pool[i]->at);
    sim_memory_free(w->touches.ring);
    sim_after_free(w);
    sim_replay_destroy(w);
    sim_arms_destroy(w);
    sim_queue_destroy(w->queue);
    if (w->rng) gsl_rng_free(w->rng);
    if (w->provider) w->transport->destroy(w->provider);
    free(w->sku);
    free(w->in_stock);
    free(w->arrivals);
    free(w->held);
    for (int v = 0; v < SIM_VIEWS; v++)
        free(w->phantom[v]);
    free(w->on_order);
    free(w->elsewhere);
    free(w->popularity);
    free(w->curve);
    sim_memory_free(w->shopper);
    sim_memory_free(w->first);
    sim_memory_free(w->devices);
    sim_memory_free(w->unit);
    sim_memory_free(w->unit_restock);
    sim_memory_free(w->rhythm.zone);
    sim_memory_free(w->tired);
    sim_memory_free(w->sated);
    sim_memory_free(w->latent);
    sim_memory_free(w->slots);
    sim_memory_free(w->earned);
    free(w);
}
