/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * world.h - one simulated world: the truth, what the engine and the shoppers know of it, and what happened.
 *
 * Private to sim/. A world belongs to one thread. Its records are in records.h. Files, each with the handlers
 * of its own events:
 *
 *   world.c    the life of a world, its event loop
 *   arm.c      the engines, one for each arm of the policy: what they are told, what they decide, their time
 *   ahead.c    what the next events will need
 *   opening.c  what the engine knows and who waits at the start
 *   catalog.c  SKUs, products, popularity
 *   stock.c    truth, views, supply, trace
 *   replay.c   the shoppers' trace
 *   shopper.c  visits, intents, organic return and demand
 *   push.c     decisions on first touches, provider, delivery
 *   later.c    reminders, follow-ups by other channels, predictive notices
 *   respond.c  what a shopper does about a message: opening, landing, checkout, opt-out
 *   touch.c    the touches that something can still happen to
 *   order.c    orders, attribution
 *   cause.c    why a click found it sold out
 *   observe.c  series, campaign rows, closing sums
 *   frame.c    E, outcomes by unit, twins
 *   detail.c   rows of the fuller logs
 *   probe.c    one shopper's story
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bis.h"
#include "models/population.h"
#include "models/provider.h"
#include "models/rng.h"
#include "scenarios/scenario.h"
#include "sim/queue.h"
#include "sim/probe.h"
#include "sim/records.h"
#include "sim/runner.h"
#include "store/trial.h"

/* The twin that a world is: only the holdout fraction differs. */
typedef enum { SIM_BASE, SIM_ALL, SIM_NOBODY } sim_twin;

typedef struct sim_world {
    const scenario *s;
    const scenario_params *p;
    model_key key;
    sim_twin twin;
    sim_log log;
    bool rows; /* keep restock rows (replication 0) */

    sim_arm arm[SCENARIO_ARMS_MAX];
    uint32_t arms; /* at least 1 */
    sim_queue *queue;
    gsl_rng *rng;
    void *provider;
    bool failed;        /* no memory somewhere: the loop stops */
    const char *broken; /* an invariant that did not hold: likewise */
    const char *limit;  /* more happened than the records can count: likewise */

    int64_t now, start, warm, end;
    double loop_s; /* wall seconds in the event loop: set-up and closing sums apart. Never in a result */
    uint64_t events;
    uint64_t visits; /* since the warm-up */
    uint32_t skus, products, shoppers;
    uint32_t variants;                        /* per product; 0 with a trace */
    bool one_product;                         /* then a visit is to her own variant of it */
    bool leads;                               /* a policy lets others follow a first touch */
    bool by_template;                         /* there are several templates */
    double template_click[BIS_TEMPLATES_MAX]; /* by template, over all arms */
    uint8_t *in_stock;                        /* by SKU: the storefront shows units */

    sim_sku *sku;
    double *popularity;           /* cumulative, over products (synthetic) or SKUs (trace) */
    double *curve;                /* size curve: shares */
    int64_t total[SIM_VIEWS + 1]; /* units over all SKUs: feed, storefront, truth */
    uint32_t updates_free;
    size_t trace_row;
    struct sim_replay *replay; /* NULL: shoppers are made up */

    uint32_t *latest; /* campaign, by SKU and arm: of a group's leader; SIM_NONE */

    sim_shopper *shopper;
    uint16_t *bought;       /* by shopper, with several arms: her net orders since the warm-up; else NULL */
    sim_unit *unit;         /* by shopper */
    const sim_unit *frozen; /* the base world's, in a twin, which counts over these units: */
    double frozen_orders;   /* their net orders here */

    sim_touches touches;
    sim_pool times;   /* sim_touch_times by touch; empty but for --log full */
    sim_pool leading; /* sim_leading by touch; empty unless `leads` */
    sim_pool further, campaigns, orders, updates, deliveries, waits, decisions, rises;
    sim_pool pushed_taken; /* uint64_t: units taken by buyers who had been pushed, by campaign and its SKUs */

    uint64_t ledger[BIS_OUTCOME_COUNT][BIS_REASON_COUNT]; /* of restocks opened after the warm-up */
    uint64_t later;      /* touches that are not a candidate's first, the warm-up's and ghosts too */
    uint32_t bin;        /* next series bin to close */
    int64_t bin_ends;    /* when */
    int64_t halt_at;     /* the loop looks up from its events: a bin or the warm-up ends */
    model_rounds rounds; /* of key */
    sim_ahead ahead;
    sim_answers answers;
    store_trial *out; /* counts go here */
    sim_probe *probe; /* NULL but where someone asks for a story */
} sim_world;

#define SIM_CAMPAIGN(w, i) (&((sim_campaign *)(w)->campaigns.at)[i])
#define SIM_ORDER(w, i)    (&((sim_order *)(w)->orders.at)[i])
#define SIM_RISE(w, i)     (&((sim_rise *)(w)->rises.at)[i])
#define SIM_UPDATE(w, i)   (&((sim_update *)(w)->updates.at)[i])

/* The arm of a shopper. Where there is one, her record is not read. */
static inline uint32_t sim_arm_number(const sim_world *w, uint32_t shopper) {
    return w->arms == 1 ? 0 : w->shopper[shopper].arm;
}
static inline sim_arm *sim_arm_of(sim_world *w, uint32_t shopper) {
    return &w->arm[sim_arm_number(w, shopper)];
}
static inline const bis_engine *sim_engine_of(const sim_world *w, uint32_t shopper) {
    return w->arm[sim_arm_number(w, shopper)].engine;
}

/* Those with whom an arm's engine matches a SKU as one, by their leader, and their true units. With
 * policy.match variant each is alone. */
static inline uint32_t sim_leader(const sim_world *w, const sim_arm *arm, uint32_t sku) {
    return arm->by_product ? w->sku[sku].leader : sku;
}
static inline int64_t sim_on_hand(const sim_world *w, const sim_arm *arm, uint32_t sku) {
    return arm->by_product ? w->sku[w->sku[sku].leader].on_hand : w->sku[sku].truth;
}

/* The arm's latest campaign of those SKUs. */
static inline uint32_t *sim_latest(const sim_world *w, const sim_arm *arm, uint32_t sku) {
    return &w->latest[(size_t)sim_leader(w, arm, sku) * w->arms + arm->number];
}

/* Units of a SKU of the campaign's that went to buyers who had been pushed in it, or in another arm's of the
 * same restock. */
static inline uint64_t *sim_pushed_taken(const sim_world *w, uint32_t campaign, uint32_t sku) {
    const sim_campaign *c = SIM_CAMPAIGN(w, campaign);
    uint32_t member = w->arm[c->arm].by_product ? w->sku[sku].member : 0;
    return (uint64_t *)w->pushed_taken.at + c->pushed + member;
}

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
    return id < w->shoppers ? &w->unit[id].first : &((sim_further *)w->further.at)[id - w->shoppers].intent;
}
/* The next one of the same shopper, or SIM_NONE. */
static inline uint32_t sim_intent_next(const sim_world *w, uint32_t id) {
    uint32_t next = sim_intent_at(w, id)->next;
    return next ? next : SIM_NONE;
}
static inline uint32_t sim_intent_owner(const sim_world *w, uint32_t id) {
    return id < w->shoppers ? id : ((const sim_further *)w->further.at)[id - w->shoppers].shopper;
}

/* Something has ended the trial. */
static inline bool sim_over(const sim_world *w) {
    return w->failed || w->broken || w->limit;
}

/* Adds to a count if the warm-up is over. */
#define SIM_COUNT(w, name, x)                                                                                \
    do {                                                                                                     \
        if ((w)->now >= (w)->warm) (w)->out->tally[STORE_T_##name] += (double)(x);                           \
    } while (0)

/* world.c */
/* frozen: the base world's units, for a twin; else NULL. Borrowed, like s, probe (may be NULL) and out. */
sim_world *sim_world_create(const scenario *s, model_key key, sim_twin twin, const sim_unit *frozen,
                            sim_log log, bool rows, sim_probe *probe, store_trial *out);
bool sim_world_run(sim_world *w); /* false: w->failed or w->broken says why */
void sim_world_destroy(sim_world *w);
void sim_schedule(sim_world *w, int64_t at, sim_event_kind kind, uint32_t a, uint32_t b);

/* arm.c */
void sim_arms_init(sim_world *w);
bool sim_arms_create(sim_world *w); /* once SKUs are known; false: no memory */
void sim_arms_destroy(sim_world *w);
/* The engine of the event's shopper; every engine of what belongs to the shop. At w->now; then takes in what
 * they decide. */
void sim_tell(sim_world *w, const bis_event *event);
void sim_tell_order(sim_world *w, const bis_event *event); /* hers as hers, the others as anybody's */
void sim_on_wake(sim_world *w, const sim_event *e);
void sim_arms_settle(sim_world *w);
double sim_arms_waiting(const sim_world *w); /* open interests */
/* The arm of a decision in the world's numbers. */
uint32_t sim_decision_arm(const sim_world *w, const bis_decision *d);

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

/* catalog.c */
bool sim_catalog_init(sim_world *w);

/* stock.c */
bool sim_stock_init(sim_world *w);
void sim_stock_start(sim_world *w);
void sim_stock_arrive(sim_world *w, uint32_t sku, int64_t units);
bool sim_stock_take(sim_world *w, uint32_t sku);                        /* false: there was none */
int64_t sim_stock_take_more(sim_world *w, uint32_t sku, int64_t units); /* so many at most; how many */
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

/* replay.c: the shoppers' trace; only where w->replay is not NULL, but for init and destroy */
bool sim_replay_init(sim_world *w); /* false: no memory */
void sim_replay_destroy(sim_world *w);
void sim_replay_start(sim_world *w);
void sim_on_replay(sim_world *w);
void sim_replay_until_now(sim_world *w);
/* Units that its purchases of the SKU have asked for since this was last asked; 0 in open loop. */
int64_t sim_replay_explains(sim_world *w, uint32_t sku);
void sim_replay_pushed(sim_world *w, uint32_t sku); /* a pushed shopper has taken a unit */

/* opening.c: what the engine is told before the first event, and the lines that stand already */
bool sim_open(sim_world *w);
void sim_tell_shopper(sim_world *w, int64_t at, uint32_t i, const model_shopper *who);

/* push.c, later.c, respond.c */
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
void sim_observe_campaigns(sim_world *w, sim_arm *arm); /* takes in those that its engine has opened */
void sim_observe_warm(sim_world *w);
bool sim_observe_end(sim_world *w); /* closing sums and checks */

/* frame.c */
bool sim_frame_init(sim_world *w);
void sim_frame_assign(sim_world *w, const bis_decision *d);
void sim_frame_slot(sim_world *w, const bis_decision *d);
void sim_frame_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units); /* a net order */
bool sim_frame_outcomes(sim_world *w); /* moments of E and of the arms into w->out */

/* detail.c: rows for --log shopper and full, and restock rows */
bool sim_detail_write(sim_world *w);
const char *sim_cause_name(sim_cause cause); /* "stale_feed", ... */
const char *sim_how_name(sim_how how);       /* "push", ... */

/* probe.c. To be called only where someone looks: at anything, */
#define SIM_COLD __attribute__((cold)) /* so that the loop is laid out without them */
static inline bool sim_probing(const sim_world *w) {
    return __builtin_expect(w->probe != NULL, 0);
}
/* or at this shopper. */
static inline bool sim_probes(const sim_world *w, uint32_t shopper) {
    return sim_probing(w) && w->probe->shopper == shopper;
}
SIM_COLD void sim_probe_begin(sim_world *w); /* once the world is made */
SIM_COLD void sim_probe_end(sim_world *w);   /* once it is settled */
/* Before calls of the engine: a wake, a level of the feed (which the world knows already), the settling. */
SIM_COLD void sim_probe_wake(sim_world *w);
SIM_COLD void sim_probe_feed(sim_world *w, uint32_t sku);
SIM_COLD void sim_probe_settle(sim_world *w);
/* After them: restocks that have opened, before their decisions; that have closed, after them; another level.
 */
SIM_COLD void sim_probe_opened(sim_world *w);
SIM_COLD void sim_probe_closed(sim_world *w);
SIM_COLD void sim_probe_stock(sim_world *w, uint32_t sku);
SIM_COLD void sim_probe_signal(sim_world *w, uint32_t sku, int source, uint32_t cause, int64_t at);
SIM_COLD void sim_probe_decision(sim_world *w, const bis_decision *d);
SIM_COLD void sim_probe_touch(sim_world *w, uint32_t touch, sim_seen_what what, const char *why,
                              int64_t at_later);
SIM_COLD void sim_probe_order(sim_world *w, const sim_order *order);

#endif
