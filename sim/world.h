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
 *   stock.c    the truth and its past
 *   view.c     what feed and storefront show of it
 *   supply.c   where units come from, the trace
 *   elsewhere.c  other sales channels
 *   cart.c     carts that hold a unit until it is paid for
 *   replay.c   the shoppers' trace
 *   shopper.c  visits, intents, organic return and demand
 *   rhythm.c   when in the week they come
 *   substitute.c  what they buy instead
 *   push.c     decisions on first touches, provider, delivery
 *   device.c   several devices to a shopper, and messages that replace each other on them
 *   later.c    reminders, follow-ups by other channels, predictive notices
 *   respond.c  what a shopper does about a message: opening, click
 *   land.c     landing, checkout
 *   patience.c what earlier messages, the hour and the variant do to how she answers
 *   optout.c   who takes back her consent, and who hears of it
 *   touch.c    the touches that something can still happen to
 *   order.c    orders, attribution
 *   identity.c whether the shop knows whose they are
 *   after.c    cancelled and returned orders, contacts with support, further orders
 *   retarget.c lost shoppers, and the ads that bring some of them back
 *   others.c   other campaigns' messages
 *   money.c    what it all brought and cost
 *   cause.c    why a click found it sold out
 *   observe.c  series, campaign rows, closing sums
 *   unmet.c    what is still wanted at the end
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
#include "sim/memory.h"
#include "sim/queue.h"
#include "sim/probe.h"
#include "sim/records.h"
#include "sim/runner.h"
#include "store/trial.h"

/* The twin that a world is: only the holdout fraction differs, and of the last that it is without ads. */
typedef enum { SIM_BASE, SIM_ALL, SIM_NOBODY, SIM_NOBODY_NO_ADS } sim_twin;

typedef struct sim_world {
    const scenario *s;
    const scenario_params *p;
    model_key key;
    sim_twin twin;
    sim_log log;
    bool rows; /* keep restock rows (replication 0) */
    bool full; /* and those of decisions, touches and orders */

    sim_arm arm[SCENARIO_ARMS_MAX];
    uint32_t arms; /* at least 1 */
    sim_queue *queue;
    gsl_rng *rng;
    const model_transport *transport;
    void *provider;     /* its state */
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
    bool follows;                             /* something may follow an order; see after.c */
    bool retargets;                           /* lost shoppers are shown ads */
    double template_click[BIS_TEMPLATES_MAX]; /* by template, over all arms */
    uint8_t *in_stock;                        /* by SKU: the storefront shows units */

    sim_sku *sku;
    double *popularity;           /* cumulative, over products (synthetic) or SKUs (trace) */
    double *curve;                /* size curve: shares */
    int64_t total[SIM_VIEWS + 1]; /* units over all SKUs: feed, storefront, truth */
    uint32_t updates_free;
    int64_t *held; /* by SKU: units in carts; NULL: carts hold none */
    sim_pool carts;
    uint32_t carts_free;
    sim_phantom *phantom[SIM_VIEWS]; /* by SKU; NULL: a view that has none */
    bool plain_view[SIM_VIEWS];      /* sees each change at once */
    uint32_t *arrivals; /* by SKU: levels told to the engines; NULL where the version of the truth says it */
    size_t trace_row;
    sim_elsewhere *elsewhere;  /* by SKU: what other channels ask for; NULL: there are none */
    int64_t *on_order;         /* by SKU: units on their way; NULL but with supply.mode reorder */
    struct sim_replay *replay; /* NULL: shoppers are made up */

    uint32_t *latest; /* campaign, by SKU and arm: of a group's leader; SIM_NONE */

    sim_shopper *shopper;
    sim_intent *first;      /* by shopper: most never want more than one SKU */
    uint16_t *bought;       /* by shopper, with several arms: her net orders since the warm-up; else NULL */
    sim_unit *unit;         /* by shopper */
    const sim_unit *frozen; /* the base world's, in a twin, which counts over these units: */
    double frozen_orders;   /* their net orders here */

    sim_devices *devices; /* by shopper; NULL where each has one and nothing collapses: */
    sim_pool spread;      /* sim_spread by touch; then empty */

    sim_touches touches;
    sim_pool times;   /* sim_touch_times by touch; empty unless `full` */
    sim_pool leading; /* sim_leading by touch; empty unless `leads` */
    sim_pool further, campaigns, orders, updates, deliveries, waits, decisions, rises, signals;
    sim_pool after, ads;           /* sim_after, sim_ad; with free ones from these on: */
    uint32_t after_free, ads_free; /* SIM_NONE: there is none */
    uint32_t *ordered;             /* by shopper, her orders so far; NULL unless `follows` */
    uint16_t *soon;                /* by shopper, net orders within SIM_SOON of t_i; NULL: not counted */
    uint32_t *unit_restock;        /* by shopper, the campaign of t_i; NULL: no rows of units asked for */
    uint8_t *last_source;          /* by shopper, of her last signal; NULL: nobody asks */
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

    sim_rhythm rhythm;
    bool moods;           /* something moves the odds of her answers, see patience.c */
    sim_tired *tired;     /* by shopper; NULL unless there is fatigue */
    uint8_t *sated;       /* by shopper: needs nothing more; NULL without substitution.one_need */
    sim_pool not_variant; /* bool by touch: told of another variant; empty unless that matters */
    bool *latent;         /* by shopper: opted out, and the engine does not know; NULL unless some hide it */
    bool lands_somehow;   /* else each click lands on the variant's page at once */
    sim_slots *slots;     /* by shopper; NULL unless ghosts may opt out */

    const double *price, *margin; /* by SKU; NULL: the same for all */
    sim_earned *earned;           /* by shopper; NULL unless `price`, as what follows is 0 */
    double frozen_revenue;        /* in a twin: money of frozen_orders */
    double margin_money;          /* margin of net orders; 0 unless `price` or `margin` */
    sim_memory *memory;           /* of the large blocks; may be NULL */
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

/* True units of a SKU, on the shelf and in carts. */
static inline int64_t sim_units(const sim_world *w, uint32_t sku) {
    return w->sku[sku].truth + (w->held ? w->held[sku] : 0);
}

/* Those with whom an arm's engine matches a SKU as one, by their leader, and their true units. With
 * policy.match variant each is alone. */
static inline uint32_t sim_leader(const sim_world *w, const sim_arm *arm, uint32_t sku) {
    return arm->by_product ? w->sku[sku].leader : sku;
}
static inline int64_t sim_on_hand(const sim_world *w, const sim_arm *arm, uint32_t sku) {
    return arm->by_product ? w->sku[w->sku[sku].leader].on_hand : sim_units(w, sku);
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
    return id < w->shoppers ? &w->first[id] : &((sim_further *)w->further.at)[id - w->shoppers].intent;
}
/* The ordinal of her draws on a return: visit and return make one. */
static inline uint32_t sim_return_key(const sim_intent *intent, uint32_t ordinal) {
    enum { RETURNS_PER_CAUSE = 65536 };
    return intent->cause * RETURNS_PER_CAUSE + ordinal;
}
static inline uint32_t sim_intent_owner(const sim_world *w, uint32_t id) {
    return id < w->shoppers ? id : ((const sim_further *)w->further.at)[id - w->shoppers].shopper;
}

/* Something has ended the trial. */
static inline bool sim_over(const sim_world *w) {
    return w->failed || w->broken || w->limit;
}

/* A touch is more than one message, or one may replace another. */
static inline bool sim_by_device(const sim_world *w) {
    return __builtin_expect(w->devices != NULL, 0);
}

/* Money per unit of a SKU, and the share of it that is left of a unit sold. */
static inline double sim_price(const sim_world *w, uint32_t sku) {
    return w->price ? w->price[sku] : w->p->catalog.price;
}
static inline double sim_margin(const sim_world *w, uint32_t sku) {
    return w->margin ? w->margin[sku] : w->p->catalog.margin;
}

/* Adds to a count if the warm-up is over. */
#define SIM_COUNT(w, name, x)                                                                                \
    do {                                                                                                     \
        if ((w)->now >= (w)->warm) (w)->out->tally[STORE_T_##name] += (double)(x);                           \
    } while (0)

/* world.c */
/* frozen: the base world's units, for a twin; else NULL. Borrowed, like memory (may be NULL), s, probe (may
 * be NULL) and out. */
sim_world *sim_world_create(sim_memory *memory, const scenario *s, model_key key, sim_twin twin,
                            const sim_unit *frozen, sim_log log, bool rows, sim_probe *probe,
                            store_trial *out);
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
bool sim_stock_take(sim_world *w, uint32_t sku); /* for an order; false: there was none */
int64_t sim_stock_take_more(sim_world *w, uint32_t sku, int64_t units); /* so many at most; how many */
bool sim_stock_hold(sim_world *w, uint32_t sku);                        /* from the shelf into a cart */
void sim_stock_release(sim_world *w, uint32_t sku);                     /* and back */
void sim_stock_take_held(sim_world *w, uint32_t sku);                   /* paid for */
bool sim_stock_take_elsewhere(sim_world *w, uint32_t sku);              /* for another sales channel */
void sim_stock_back(sim_world *w, uint32_t sku); /* a unit that was sold is on hand again */
/* Takes units off the shelf; the caller has made sure that they are there. */
void sim_stock_remove(sim_world *w, uint32_t sku, int64_t units);
int64_t sim_stock_level_at(const sim_world *w, uint32_t sku, int64_t at);

/* view.c */
bool sim_view_init(sim_world *w);                  /* false: no memory */
void sim_view_start(sim_world *w, uint32_t sku);   /* both show the truth */
void sim_view_changed(sim_world *w, uint32_t sku); /* the truth has another version */
void sim_on_poll(sim_world *w, const sim_event *e);
void sim_on_view(sim_world *w, const sim_event *e);
void sim_on_phantom(sim_world *w, const sim_event *e);

/* supply.c */
bool sim_supply_init(sim_world *w); /* the units of each SKU at the start; false: no memory */
void sim_supply_start(sim_world *w);
void sim_supply_fell(sim_world *w, uint32_t sku); /* units have left, or there are few from the start */
void sim_on_restock(sim_world *w, const sim_event *e);
void sim_on_delivery(sim_world *w, const sim_event *e);
void sim_on_trace(sim_world *w);

/* elsewhere.c */
bool sim_elsewhere_init(sim_world *w); /* false: no memory */
/* One of the SKUs, by its share of all demand. */
void sim_elsewhere_share(sim_world *w, uint32_t sku, double share);
void sim_elsewhere_start(sim_world *w);
void sim_on_elsewhere(sim_world *w, const sim_event *e);

/* cart.c: only where w->held is not NULL */
bool sim_carts_init(sim_world *w); /* false: no memory */
/* Somebody lands on a page that shows units and will buy if she pays. [in] intent, ordinal: of a return, the
 * intent and its number; else the visit's number, or the anonymous order's. */
void sim_cart_fill(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t intent,
                   uint32_t ordinal);
/* The same from a message, `delay` ms before she would pay. */
void sim_cart_fill_touch(sim_world *w, uint32_t touch, sim_how how, int64_t delay);
void sim_on_cart(sim_world *w, const sim_event *e);
/* Her payment is due: what b of SIM_EV_CHECKOUT says, 0 for no cart. true: a unit is held, which is hers if
 * she buys, by sim_order_held(), and else goes back. The cart is given back. */
bool sim_cart_due(sim_world *w, uint32_t b, sim_cart *out);
void sim_cart_put_back(sim_world *w, const sim_cart *cart);

/* shopper.c */
void sim_return_again(sim_world *w, uint32_t intent, uint32_t ordinal); /* who has not bought on one */
/* ms, at least 1: an exponential time of that mean from one uniform, which is a multiple of 2^-53. */
int64_t sim_exponential_gap(double mean, double u);
bool sim_shoppers_init(sim_world *w);
void sim_shoppers_start(sim_world *w);
void sim_signal(sim_world *w, uint32_t shopper, uint32_t sku, int source, uint32_t cause, int64_t at);
uint32_t sim_intent_find(const sim_world *w, uint32_t shopper, uint32_t sku); /* its id; SIM_NONE */
bool sim_intent_alive(sim_world *w, uint32_t shopper, const sim_intent *intent);
/* The first ms in which it will have lapsed if nothing comes between; INT64_MAX: never. */
int64_t sim_intent_lapses(sim_world *w, uint32_t shopper, const sim_intent *intent);
void sim_on_organic(sim_world *w, const sim_event *e);
void sim_on_visit(sim_world *w, const sim_event *e);
void sim_on_return(sim_world *w, const sim_event *e);

/* rhythm.c */
bool sim_rhythm_init(sim_world *w);
/* The time by which so many ms of mean activity have passed since `at`, by the clock of a shopper; of nobody:
 * of the main zone. Where w->rhythm.on. */
int64_t sim_rhythm_after(const sim_world *w, uint32_t shopper, int64_t at, double ms);

/* The hour of the day on the clock of a shopper. Where w->rhythm.zone. */
uint32_t sim_rhythm_hour(const sim_world *w, uint32_t shopper, int64_t at);

/* patience.c */
bool sim_patience_init(sim_world *w);
/* She is shown one more message, by whom ever. Returns how many count from before; 0 without fatigue. Ghosts
 * are shown none. */
double sim_patience_shown(sim_world *w, uint32_t shopper);
double sim_patience_optout(const sim_world *w, double p, double tired); /* p with so many before it */
bool sim_patience_keep(sim_world *w, uint32_t sku);                     /* of a new touch; false: no memory */
double sim_patience_click(const sim_world *w, uint32_t touch); /* shift of the click's log-odds, now */

/* optout.c */
bool sim_optouts_init(sim_world *w);
void sim_optouts_start(sim_world *w);
void sim_on_quit(sim_world *w, const sim_event *e);
void sim_optouts_end(sim_world *w);

/* identity.c */
bool sim_click_linked(const sim_world *w, const sim_touch *t);
/* [in] touch: the message at whose landing it is placed; SIM_NONE. */
bool sim_order_linked(const sim_world *w, uint32_t shopper, uint32_t sku, uint32_t touch);

/* replay.c: the shoppers' trace; only where w->replay is not NULL, but for init and destroy */
bool sim_replay_init(sim_world *w); /* false: no memory */
void sim_replay_destroy(sim_world *w);
void sim_replay_profiles(sim_world *w, int64_t at); /* tells of the shoppers who have one */
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

/* device.c */
bool sim_devices_init(sim_world *w); /* false: no memory */
/* Draws those of a shopper whose platform is known; how many they are. */
uint8_t sim_devices_make(sim_world *w, uint32_t shopper);
model_platform sim_device_platform(const sim_world *w, uint32_t shopper, uint32_t device);

/* cause.c */
int64_t sim_cause_others(const sim_world *w, const sim_touch *t);
sim_cause sim_sold_out_cause(const sim_world *w, const sim_touch *t);

/* after.c */
#define SIM_SOON (30 * 24 * SIM_HOUR) /* of repeat_purchase_rate */
bool sim_after_init(sim_world *w);    /* false: no memory */
/* A landing that disappoints may make her contact support. */
void sim_after_sold_out(sim_world *w, const sim_touch *t);
/* [in] in: SIM_IN_*; order: its row in w->orders, or SIM_NONE. */
void sim_after_order(sim_world *w, const sim_order *o, unsigned in, uint32_t order);
void sim_on_after(sim_world *w, const sim_event *e);
void sim_after_free(sim_world *w);

/* retarget.c: a shopper is lost on a visit, by a touch, or, unless she does something before, by time */
void sim_retarget_visit(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t visit);
void sim_retarget_touch(sim_world *w, const sim_touch *t);
void sim_retarget_wish(sim_world *w, uint32_t shopper, uint32_t intent);
void sim_on_ad(sim_world *w, const sim_event *e);

/* others.c */
bool sim_others_init(sim_world *w); /* false: no memory */
void sim_others_start(sim_world *w);
void sim_on_other(sim_world *w, const sim_event *e);

/* money.c */
/* Books the margin of units that were ordered, or below 0 came back; now, where SKUs differ in it. */
void sim_money_earn(sim_world *w, uint32_t sku, int64_t units);
void sim_money_sum(sim_world *w); /* from the other tallies, at the end */

/* order.c */
/* Whether an order of one SKU can be due to a message about the other. */
bool sim_same_scope(const sim_world *w, uint32_t a, uint32_t b);
void sim_order_place(sim_world *w, uint32_t shopper, uint32_t sku, sim_how how, uint32_t touch);
void sim_order_held(sim_world *w, const sim_cart *cart); /* of the unit that it holds */
/* Books units as taken, +1 or -1, by a buyer who was pushed in every restock, before that many campaigns, of
 * which touch `told` - 1 or one before told her. */
void sim_order_book(sim_world *w, uint32_t told, uint32_t campaigns, uint32_t sku, int units);

/* observe.c */
void sim_observe_bins(sim_world *w, int64_t at); /* closes the series bins that end at or before `at` */
void sim_observe_flow(sim_world *w, store_series series, store_since since, uint32_t sku, double x);
void sim_observe_campaigns(sim_world *w, sim_arm *arm); /* takes in those that its engine has opened */
void sim_observe_warm(sim_world *w);
bool sim_observe_end(sim_world *w); /* closing sums and checks */

/* unmet.c */
bool sim_unmet_sum(sim_world *w); /* at the end; false: no memory, w->failed says so */

/* frame.c */
bool sim_frame_init(sim_world *w);
void sim_frame_assign(sim_world *w, const bis_decision *d);
void sim_frame_slot(sim_world *w, const bis_decision *d);
/* A net order. Returns SIM_IN_*. */
unsigned sim_frame_order(sim_world *w, uint32_t shopper, uint32_t sku, uint32_t units);
void sim_frame_take_back(sim_world *w, uint32_t shopper, uint32_t sku, unsigned in); /* one unit came back */
bool sim_frame_outcomes(sim_world *w); /* moments of E and of the arms into w->out */

/* detail.c: rows for --log shopper and full, and restock rows */
bool sim_detail_write(sim_world *w);
const char *sim_cause_name(sim_cause cause); /* "stale_feed", ... */
const char *sim_how_name(sim_how how);       /* "push", ... */

#include "sim/world_probe.h"

#endif
