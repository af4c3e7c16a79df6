/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * world.h - one simulated world: the truth, what the engine and the shoppers know of it, and what happened.
 *
 * Private to sim/. A world belongs to one thread. Files, each with the handlers of its own events:
 *   world.c   life of a world, the event loop, the engine's pump      stock.c    truth, views, supply, trace
 *   ahead.c   what the next events will need                          pool.c     arrays that grow
 *   touch.c   the touches that something can still happen to
 *   shopper.c visits, intents, organic return and demand              push.c     decisions, provider,
 * response opening.c what the engine knows and who waits at the start       detail.c   rows of the fuller
 * logs cause.c   why a click found it sold out                           order.c    orders, attribution
 *   observe.c series, campaign rows, closing sums                     frame.c    E, outcomes by unit, twins
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/bis.h"
#include "models/many.h"
#include "models/population.h"
#include "models/provider.h"
#include "models/rng.h"
#include "scenarios/scenario.h"
#include "sim/queue.h"
#include "sim/runner.h"
#include "store/trial.h"

#define SIM_MINUTE 60000LL
#define SIM_HOUR   3600000LL
#define SIM_DAY    86400000.0
#define SIM_NONE   UINT32_MAX

/* Event kinds; a, b as noted. */
typedef enum {
    SIM_EV_WAKE,     /* the engine wants to be called */
    SIM_EV_TRACE,    /* next row of the inventory trace */
    SIM_EV_RESTOCK,  /* a sku, b ordinal: after a lead time */
    SIM_EV_DELIVERY, /* a delivery: explicit */
    SIM_EV_POLL,     /* a sku, b view */
    SIM_EV_VIEW,     /* a update */
    SIM_EV_ORGANIC,  /* a sku */
    SIM_EV_VISIT,    /* a shopper, b ordinal */
    SIM_EV_RETURN,   /* a intent, b ordinal */
    SIM_EV_TRY,      /* a touch, b attempt */
    SIM_EV_SHOWN,    /* a touch */
    SIM_EV_RECEIPT,  /* a touch, b bis_receipt: for the engine, outside of its own call */
    SIM_EV_FAILED,   /* a touch, b model_failure */
    SIM_EV_OPEN,     /* a touch */
    SIM_EV_LAND,     /* a touch */
    SIM_EV_CHECKOUT, /* a touch */
    SIM_EV_OPTOUT,   /* a touch */
    SIM_EV_KIND_COUNT
} sim_event_kind;

typedef enum { SIM_FEED, SIM_STOREFRONT, SIM_VIEWS } sim_view_id;

/* The twin that a world is: only the holdout fraction differs. */
typedef enum { SIM_BASE, SIM_ALL, SIM_NOBODY } sim_twin;

/* A grown array: `n` used of `cap`. */
typedef struct {
    void *at;
    size_t n, cap;
} sim_pool;

/* Room for one more element of `size` bytes; its address, zeroed, or NULL (no memory). */
bool sim_pool_reserve(sim_pool *pool, size_t room, size_t size); /* pool.c; room: for so many in all */
bool sim_pool_grow(sim_pool *pool, size_t size);
static inline void *sim_pool_add(sim_pool *pool, size_t size) {
    if (pool->n == pool->cap && !sim_pool_grow(pool, size)) return NULL;
    return memset((char *)pool->at + size * pool->n++, 0, size);
}

/* The past of one SKU's truth: level[i] holds from at[i] until at[i + 1]. */
typedef struct {
    int64_t *at;
    int32_t *level;
    uint32_t n, cap;
} sim_history;

typedef struct {
    int64_t truth, shown[SIM_VIEWS]; /* units; what each view shows */
    int64_t trace_level;             /* last level of the trace; -1: no row yet */
    int64_t restocked_at;            /* last rise of the truth from 0; STORE_NONE */
    uint32_t version, seen[SIM_VIEWS];
    bool polling[SIM_VIEWS];
    uint32_t restocks; /* ordinal of the next restock */
    uint32_t flags_up; /* flags of the trace that went up: ordinal of the next draw of units */
    uint32_t updates[SIM_VIEWS];
    uint32_t campaign; /* latest; SIM_NONE */
    uint32_t rise;     /* latest rise from 0, in w->rises; SIM_NONE */
    uint32_t product;
    uint64_t taken;      /* units that left by orders, ever; losses of a trace are nobody's orders */
    uint64_t arrived;    /* units that came in, ever */
    double organic_mean; /* ms between anonymous orders; 0: none */
    uint32_t organic;    /* ordinal of the next anonymous order */
    sim_history past;
} sim_sku;

/* A level on its way to a view. */
typedef struct {
    int64_t as_of;
    int64_t level;
    uint32_t version, next_free;
    uint32_t sku, view; /* sim_view_id */
} sim_update;

/* Units that will come at a time set in the scenario. */
typedef struct {
    uint32_t sku, units;
} sim_delivery;

typedef enum { SIM_INTENT_LIVE, SIM_INTENT_DONE } sim_intent_state;

typedef struct {
    int64_t formed;
    uint32_t sku,
        next; /* sku: SIM_NONE in a shopper's first while she has none; next: an id, of the same shopper */
    uint32_t cause;   /* ordinal of the visit that formed or renewed it; 0: before the start */
    uint16_t touches; /* slots of this shopper for this SKU, sent or ghost */
    uint8_t state;    /* sim_intent_state */
    bool return_pending;
} sim_intent;

/* What a visit reads and writes: half a cache line. Most shoppers never want more than one SKU, so the first
 * intent is part of her. */
typedef struct {
    sim_intent first;
    float visit_gap; /* ms between visits, mean; 0: never */
    uint8_t tier, platform, variant;
    bool optin; /* push opted in and the token alive */
} sim_shopper;
static_assert(sizeof(sim_shopper) == 32, "two to a cache line: there are millions");

/* An intent of a shopper who has one already. */
typedef struct {
    sim_intent intent;
    uint32_t shopper;
} sim_further;

typedef struct {
    _Alignas(64) int64_t at;     /* the decision */
    int64_t shown_at, landed_at; /* STORE_NONE */
    int64_t for_others;          /* sim_cause_others() once buyers who were not pushed have taken all */
    uint64_t buys; /* of one who opens: the number that says whether she buys if there are units */
    uint32_t shopper, sku, intent, campaign;
    uint16_t ordinal; /* among her slots for this SKU */
    uint8_t source;
    uint8_t failure;    /* model_failure */
    uint8_t cause;      /* sim_cause of a sold-out landing + 1; 0: none */
    uint8_t pending;    /* its events in the queue */
    bool none_left : 1; /* the truth was 0 at the decision */
    bool counted : 1;   /* its campaign opened after the warm-up */
    bool sent : 1;      /* not a ghost */
    bool clicked : 1, credited : 1;
} sim_touch;
static_assert(sizeof(sim_touch) == 64, "a cache line: there is one for each send");

/* What is kept of every touch, by its number: which restock told her of it, and her touch before that was
 * sent; SIM_NONE. */
typedef struct {
    uint32_t campaign, prev;
} sim_told;

typedef struct {
    sim_touch touch;
    uint32_t id;
} sim_late;

/* See touch.c. */
typedef struct {
    sim_touch *ring;           /* those from base on, by number & mask */
    uint32_t mask, base, next; /* next: the number of the next touch, as the engine numbers them */
    sim_pool told, late;
} sim_touches;

/* What only the rows of --log full tell of a touch; STORE_NONE. */
typedef struct {
    int64_t opened_at, ordered_at;
} sim_touch_times;

/* A true restock: the truth rose from 0. */
typedef struct {
    int64_t at, gone;   /* gone: the SKU's next rise, by which these units were sold out; STORE_NONE */
    uint32_t sku, base; /* base: on hand just after */
    uint32_t sold_24h, sold_72h;
} sim_rise;

typedef struct {
    store_restock_row row;
    int64_t superseded;    /* opening of the SKU's next campaign; STORE_NONE */
    uint64_t pushed_taken; /* units taken by buyers who had been pushed in it */
    bool counted;          /* opened after the warm-up: it stands in the ledger and in the tallies of sends */
} sim_campaign;

typedef enum { SIM_HOW_PUSH, SIM_HOW_RETURN, SIM_HOW_VISIT, SIM_HOW_ORGANIC } sim_how;

typedef struct {
    int64_t at;
    uint32_t shopper, sku, touch; /* touch: credited; SIM_NONE */
    uint8_t how, units, oversold;
} sim_order;

typedef enum {
    SIM_OOS_STALE_STOREFRONT,
    SIM_OOS_STALE_FEED,
    SIM_OOS_ORGANIC,
    SIM_OOS_PUSH_LATENCY,
    SIM_OOS_LATE_OPEN,
    SIM_OOS_BATCH_TOO_LARGE,
    SIM_OOS_COUNT
} sim_cause;

/* A shopper as a unit of the experiment: her clocks and outcomes so far, and what she was told. All zero
 * until something happens to her, so memory that nobody has touched is memory that nobody takes. */
typedef struct {
    int64_t in_at,
        slot_at; /* t_i and the time of the first slot, ms since the start + 1; 0: not in E, no slot */
    uint32_t sku, slot_sku;       /* whose product the outcome is about */
    uint32_t told;                /* her last touch that was sent, + 1; 0: none */
    unsigned held : 1;            /* held out */
    unsigned recipient : 1;       /* sent to after the warm-up */
    unsigned disappointed : 1;    /* found it sold out then */
    unsigned y : 14, slot_y : 14; /* net orders in either window */
} sim_unit;
static_assert(sizeof(sim_unit) == 32, "two to a cache line");

/* What a visit's numbers say: when the next one is, and whether she leaves a signal if her page is sold out,
 * or buys if it is not. */
typedef struct {
    int64_t next_at;
    uint64_t act; /* the number that says so: which signal it is is only asked for when there is one */
    uint32_t shopper, ordinal;
    uint32_t sku; /* looked at, where there is one product */
    bool signals, buys;
} sim_visit;

/* The chances of a visit as bounds of its bits; see model_below(). */
typedef struct {
    uint64_t buys;
    uint64_t
        signal[MODEL_SOURCES]; /* cumulative: below the first bound that it is under, that source's signal */
} sim_visit_odds;

/* How far ahead of the loop the next events have been looked at; see ahead.c. */
enum { SIM_AHEAD = 16, SIM_AHEAD_RING = 64 }; /* room for two steps and the event whose turn it is */
typedef struct {
    const sim_event *from, *until;    /* the events of this step, among the queue's sorted ones */
    const sim_event *fetched, *drawn; /* those before are done */
    uint32_t n, taken;                /* visits drawn in this bucket, and of them handled */
    sim_visit visit[SIM_AHEAD_RING];  /* visit k in [k % size] */
    uint32_t acting[SIM_AHEAD_RING],
        buying[SIM_AHEAD_RING]; /* shoppers of the visits drawn last who will act */
    uint32_t n_acting, n_buying;
    model_lanes lanes;           /* those being drawn: their two numbers, */
    int64_t at[MODEL_MANY_MAX];  /* times, */
    double wait[MODEL_MANY_MAX]; /* and the time to the next visit, in means */
    sim_visit_odds odds;
} sim_ahead;

/* Touches shown just now, whose answers are drawn together. */
typedef struct {
    uint32_t n;
    uint32_t touch[MODEL_MANY_MAX];
    model_lanes lanes;
    uint64_t open[MODEL_PLATFORMS], optout, buy[MODEL_SOURCES]; /* bounds; see model_below() */
} sim_answers;

typedef struct sim_world {
    const scenario *s;
    const scenario_params *p;
    model_key key;
    sim_twin twin;
    sim_log log;
    bool rows; /* keep restock rows (replication 0) */

    bis_engine *engine;
    int64_t wake_at; /* earliest wake in the queue */
    sim_queue *queue;
    gsl_rng *rng;
    void *provider;
    bool failed;        /* no memory somewhere: the loop stops */
    const char *broken; /* an invariant that did not hold */

    int64_t now, start, warm, end;
    double loop_s; /* wall seconds in the event loop: set-up and closing sums apart. Never in a result */
    uint64_t events;
    uint64_t visits; /* since the warm-up */
    uint32_t skus, products, shoppers;
    uint32_t variants; /* per product; 0 with a trace */
    bool one_product;  /* then a visit is to her own variant of it */
    uint8_t *in_stock; /* by SKU: the storefront shows units */

    sim_sku *sku;
    double *popularity;           /* cumulative, over products (synthetic) or SKUs (trace) */
    double *curve;                /* size curve: shares */
    int64_t total[SIM_VIEWS + 1]; /* units over all SKUs: feed, storefront, truth */
    uint32_t updates_free;
    size_t trace_row;

    sim_shopper *shopper;
    sim_unit *unit;         /* by shopper */
    const sim_unit *frozen; /* the base world's, in a twin, which counts over these units: */
    double frozen_orders;   /* their net orders here */

    sim_touches touches;
    sim_pool times; /* sim_touch_times by touch; empty but for --log full */
    sim_pool further, campaigns, orders, updates, deliveries, waits, decisions, rises;

    uint64_t ledger[BIS_OUTCOME_COUNT][BIS_REASON_COUNT]; /* of restocks opened after the warm-up */
    uint32_t bin;                                         /* next series bin to close */
    int64_t bin_ends;                                     /* when */
    int64_t halt_at;     /* the loop looks up from its events: a bin or the warm-up ends */
    model_rounds rounds; /* of key */
    sim_ahead ahead;
    sim_answers answers;
    store_trial *out; /* counts go here */
} sim_world;

#define SIM_CAMPAIGN(w, i) (&((sim_campaign *)(w)->campaigns.at)[i])
#define SIM_ORDER(w, i)    (&((sim_order *)(w)->orders.at)[i])
#define SIM_RISE(w, i)     (&((sim_rise *)(w)->rises.at)[i])
#define SIM_UPDATE(w, i)   (&((sim_update *)(w)->updates.at)[i])

/* The touch of that number, which something can still happen to. */
sim_touch *sim_touch_late(const sim_world *w, uint32_t id);
static inline sim_touch *sim_touch_at(const sim_world *w, uint32_t id) {
    const sim_touches *p = &w->touches;
    return id - p->base < p->next - p->base ? &p->ring[id & p->mask] : sim_touch_late(w, id);
}
static inline sim_told *sim_told_at(const sim_world *w, uint32_t id) {
    return &((sim_told *)w->touches.told.at)[id];
}

/* Intents by id: below the number of shoppers a shopper's first, above it the further ones. */
static inline sim_intent *sim_intent_at(const sim_world *w, uint32_t id) {
    return id < w->shoppers ? &w->shopper[id].first
                            : &((sim_further *)w->further.at)[id - w->shoppers].intent;
}
static inline uint32_t sim_intent_owner(const sim_world *w, uint32_t id) {
    return id < w->shoppers ? id : ((const sim_further *)w->further.at)[id - w->shoppers].shopper;
}

/* Adds to a count if the warm-up is over. */
#define SIM_COUNT(w, name, x)                                                                                \
    do {                                                                                                     \
        if ((w)->now >= (w)->warm) (w)->out->tally[STORE_T_##name] += (double)(x);                           \
    } while (0)

/* world.c */
/* frozen: the base world's units, for a twin; else NULL. Borrowed, like s and out. */
sim_world *sim_world_create(const scenario *s, model_key key, sim_twin twin, const sim_unit *frozen,
                            sim_log log, bool rows, store_trial *out);
bool sim_world_run(sim_world *w); /* false: w->failed or w->broken says why */
void sim_world_destroy(sim_world *w);
void sim_schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t a, uint32_t b);
void sim_tell(sim_world *w, const bis_event *event); /* the engine, at w->now; then pumps */

/* touch.c */
bool sim_touches_init(sim_world *w);
sim_touch *sim_touch_add(sim_world *w, uint32_t campaign); /* the next; not cleared; NULL: no memory */
void sim_touches_free(sim_touches *touches);

/* ahead.c */
void sim_ahead_init(sim_world *w);
void sim_ahead_look(sim_world *w, const sim_event *next, size_t n); /* n: of the sorted ones, from next on */
int sim_visit_signal(const sim_world *w, const sim_visit *v);
void sim_visit_first(sim_world *w, uint32_t from, uint32_t n); /* of n <= SIM_AHEAD shoppers, scheduled */
void sim_visit_draw(const sim_world *w, uint32_t shopper, uint32_t ordinal, int64_t at, sim_visit *out);

/* The visit whose turn it is. [out] spare: where to put it if it has to be drawn. */
static inline const sim_visit *sim_visit_now(sim_world *w, const sim_event *e, sim_visit *spare) {
    sim_ahead *a = &w->ahead;
    const sim_visit *v = &a->visit[a->taken % SIM_AHEAD_RING];
    if (__builtin_expect(a->taken == a->n || v->shopper != e->a || v->ordinal != e->b, 0)) {
        sim_visit_draw(w, e->a, e->b, e->at, spare);
        return spare;
    }
    a->taken++;
    return v;
}

/* stock.c */
bool sim_stock_init(sim_world *w);
void sim_stock_start(sim_world *w);
void sim_stock_arrive(sim_world *w, uint32_t sku, int64_t units);
bool sim_stock_take(sim_world *w, uint32_t sku); /* false: there was none */
int64_t sim_stock_level_at(const sim_world *w, uint32_t sku, int64_t at);
void sim_on_restock(sim_world *w, const sim_event *e);
void sim_on_delivery(sim_world *w, const sim_event *e);
void sim_on_trace(sim_world *w);
void sim_on_poll(sim_world *w, const sim_event *e);
void sim_on_view(sim_world *w, const sim_event *e);

/* shopper.c */
bool sim_shoppers_init(sim_world *w);
void sim_shoppers_start(sim_world *w);
void sim_signal(sim_world *w, uint32_t shopper, uint32_t sku, int source, uint32_t cause, int64_t at);
uint32_t sim_intent_find(const sim_world *w, uint32_t shopper, uint32_t sku); /* its id; SIM_NONE */
bool sim_intent_alive(sim_world *w, uint32_t shopper, const sim_intent *intent);
void sim_on_organic(sim_world *w, const sim_event *e);
void sim_on_visit(sim_world *w, const sim_event *e);
void sim_on_return(sim_world *w, const sim_event *e);

/* opening.c: what the engine is told before the first event, and the lines that stand already */
bool sim_open(sim_world *w);

/* push.c */
void sim_push_init(sim_world *w);
void sim_on_decision(sim_world *w, const bis_decision *d); /* after the last one: */
void sim_push_answers(sim_world *w);                       /* draws the answers that are due */
void sim_on_push_event(sim_world *w, const sim_event *e);  /* TRY to OPTOUT */

/* cause.c */
int64_t sim_cause_others(const sim_world *w, const sim_touch *t);
sim_cause sim_sold_out_cause(const sim_world *w, const sim_touch *t);

/* order.c */
void sim_order_place(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t touch);

/* observe.c */
void sim_observe_bins(sim_world *w, int64_t at); /* closes the series bins that end at or before `at` */
void sim_observe_flow(sim_world *w, store_series series, store_since since, uint32_t sku, double x);
void sim_observe_campaigns(sim_world *w); /* takes in campaigns that the engine has opened */
void sim_observe_warm(sim_world *w);
bool sim_observe_end(sim_world *w); /* closing sums and checks */

/* frame.c */
bool sim_frame_init(sim_world *w);
void sim_frame_assign(sim_world *w, const bis_decision *d);
void sim_frame_slot(sim_world *w, const bis_decision *d);
void sim_frame_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units); /* a net order */
bool sim_frame_outcomes(sim_world *w); /* moments of E into w->out */

/* detail.c: rows for --log shopper and full, and restock rows */
bool sim_detail_write(sim_world *w);

#endif
