/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * records.h - what a world keeps of SKUs, shoppers, wishes, touches and orders, and the kinds of its events.
 *
 * There are millions of some of them, so those are compact and lie in arrays by number. Private to sim/.
 */
#ifndef SIM_RECORDS_H
#define SIM_RECORDS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bis.h"
#include "models/many.h"
#include "models/week.h"
#include "models/world.h"
#include "sim/pool.h"
#include "sim/queue.h"
#include "store/trial.h"

#define SIM_MINUTE 60000LL
#define SIM_HOUR   3600000LL
#define SIM_DAY    86400000.0
#define SIM_NONE   UINT32_MAX

/* Event kinds; a, b as noted. */
typedef enum {
    SIM_EV_WAKE,      /* an arm, whose engine wants to be called */
    SIM_EV_TRACE,     /* next row of the inventory trace */
    SIM_EV_RESTOCK,   /* a sku, b ordinal: after a lead time */
    SIM_EV_DELIVERY,  /* a delivery: explicit */
    SIM_EV_POLL,      /* a sku, b view */
    SIM_EV_VIEW,      /* a update */
    SIM_EV_ORGANIC,   /* a sku */
    SIM_EV_VISIT,     /* a shopper, b ordinal */
    SIM_EV_RETURN,    /* a intent, b ordinal */
    SIM_EV_TRY,       /* a touch, b attempt, and her device as SIM_ON_DEVICE() */
    SIM_EV_SHOWN,     /* a touch, b likewise */
    SIM_EV_RECEIPT,   /* a touch, b bis_receipt: for the engine, outside of its own call */
    SIM_EV_FAILED,    /* a touch, b model_failure, and her device likewise */
    SIM_EV_OPEN,      /* a touch */
    SIM_EV_LAND,      /* a touch */
    SIM_EV_CHECKOUT,  /* a touch */
    SIM_EV_OPTOUT,    /* a touch */
    SIM_EV_PHANTOM,   /* a sku, b view: it gets phantom units, or loses them */
    SIM_EV_CART,      /* a cart, b sim_cart_step */
    SIM_EV_ELSEWHERE, /* a sku: another sales channel asks for a unit */
    SIM_EV_PAGE,      /* a touch: its page shows */
    SIM_EV_QUIT,      /* a shopper: opts out of push by herself */
    SIM_EV_AFTER,     /* a sim_after, b sim_after_what */
    SIM_EV_AD,        /* a sim_ad */
    SIM_EV_OTHER,     /* a shopper, b campaign and ordinal; see others.c */
    SIM_EV_REPLAY,    /* next event of the shoppers' trace */
    SIM_EV_KIND_COUNT
} sim_event_kind;

/* Her device number in an event's b, above what else it says. */
#define SIM_ON_DEVICE(device) ((uint32_t)(device) << 8)
#define SIM_DEVICE_OF(b)      ((b) >> 8)
#define SIM_WITHOUT_DEVICE(b) ((b)&0xffu)

typedef enum { SIM_FEED, SIM_STOREFRONT, SIM_VIEWS } sim_view_id;

/* The past of one SKU's truth: level[i] holds from at[i] until at[i + 1]. */
typedef struct {
    int64_t *at;
    int32_t *level;
    uint32_t n, cap;
} sim_history;

typedef struct {
    int64_t truth, shown[SIM_VIEWS]; /* units on the shelf, in nobody's cart; what each view shows */
    int64_t trace_level;             /* last level of the trace; -1: no row yet */
    int64_t restocked_at;            /* last rise of the truth from 0; STORE_NONE */
    uint32_t version, seen[SIM_VIEWS];
    bool polling[SIM_VIEWS];
    bool ordered;      /* units are on their way, after a lead time */
    uint32_t restocks; /* ordinal of the next restock */
    uint32_t flags_up; /* flags of the trace that went up: ordinal of the next draw of units */
    uint32_t updates[SIM_VIEWS];
    uint32_t rise; /* latest rise from 0, in w->rises; SIM_NONE */
    uint32_t product;
    uint32_t leader,
        member;       /* of the SKUs that are matched as one: the first of them, her number among them */
    uint32_t members; /* the leader's: how many they are */
    int64_t on_hand;  /* the leader's: true units of all of them */
    uint64_t taken;   /* units in carts, or that left by orders or other channels, ever; losses of a trace are
                         nobody's orders */
    uint64_t arrived; /* units that came in, ever */
    double organic_mean; /* ms between anonymous orders; 0: none */
    uint32_t organic;    /* ordinal of the next anonymous order */
    sim_history past;
} sim_sku;

/* What other sales channels ask for of a SKU. */
typedef struct {
    double mean;   /* ms from one unit to the next; 0: never */
    uint32_t next; /* its ordinal */
} sim_elsewhere;

/* A level on its way to a view. */
typedef struct {
    int64_t as_of;
    int64_t level;
    uint32_t version, next_free;
    uint32_t sku, view; /* sim_view_id */
} sim_update;

/* A SKU in a view that can have phantom units. */
typedef struct {
    int64_t level, as_of; /* what it was told last, and when that was true */
    int64_t extra;        /* phantom units shown now */
    uint32_t changes;     /* ordinal of the next change */
} sim_phantom;

/* Units that will come at a time set in the scenario. */
typedef struct {
    uint32_t sku, units;
} sim_delivery;

typedef enum { SIM_INTENT_LIVE, SIM_INTENT_DONE } sim_intent_state;

typedef struct {
    int64_t formed;
    uint32_t sku;     /* SIM_NONE in a shopper's first while she has none */
    uint32_t next;    /* id of another of the same shopper */
    uint32_t cause;   /* ordinal of the visit that formed or renewed it; 0: before the start */
    uint16_t touches; /* slots of this shopper for this SKU, sent or ghost */
    uint8_t state;    /* sim_intent_state */
    bool return_pending;
} sim_intent;

/* What a visit reads, apart from the rest so that it stays in the cache: most visits do nothing else. */
typedef struct {
    float visit_gap; /* ms between visits, mean; 0: never */
    uint8_t tier, platform, variant;
    bool optin : 1;                                     /* push opted in and the token alive */
    bool push : 1, email : 1, sms : 1, behavioural : 1; /* her consents, as the engine has been told */
    uint8_t arm : 3;
} sim_shopper;
static_assert(sizeof(sim_shopper) == 8, "eight to a cache line: there are millions");

/* An intent of a shopper who has one already. */
typedef struct {
    sim_intent intent;
    uint32_t shopper;
} sim_further;

/* What a touch is. In this order STORE_TALLIES count those that are not a candidate's first. */
typedef enum { SIM_FIRST, SIM_REMINDER, SIM_EMAIL, SIM_SMS, SIM_IN_APP, SIM_PREDICTIVE } sim_way;

/* A touch's `later`. Beside the ordinal it makes the address of the touch's draws, so that first touches meet
 * the same answers whatever comes after them. */
enum {
    SIM_LATER_NOT,             /* a first touch; below FOLLOWUP: the how many-th reminder of it, from 1 */
    SIM_LATER_FOLLOWUP = 0x80, /* + CHANNEL for each channel before its own, + how many by it before */
    SIM_LATER_CHANNEL = 0x20,
    SIM_LATER_PREDICTIVE = 0xf0 /* its low bits and the ordinal: the visit that left the signal */
};
enum { SIM_PREDICTIVE_MAX = 1 << 20 }; /* visits whose notices have addresses of their own */

typedef struct {
    _Alignas(64) int64_t at;     /* the decision */
    int64_t shown_at, landed_at; /* STORE_NONE */
    int64_t for_others;          /* sim_cause_others() once buyers who were not pushed have taken all */
    uint64_t buys; /* of one who opens: the number that says whether she buys if there are units */
    uint32_t shopper, sku, intent, campaign;
    uint16_t ordinal; /* among her slots for this SKU; of a later touch, the first's */
    uint8_t later;    /* see above */
    uint8_t source;
    uint8_t failure;    /* model_failure */
    uint8_t cause;      /* sim_cause of a landing + 1; 0: none, or it was in stock */
    uint8_t pending;    /* its events in the queue */
    bool none_left : 1; /* the truth was 0 at the decision */
    bool counted : 1;   /* its campaign opened after the warm-up */
    bool sent : 1;      /* not a ghost */
    bool clicked : 1, credited : 1;
    uint8_t template : 3; /* of a push */
} sim_touch;
static_assert(sizeof(sim_touch) == 64, "a cache line: there is one for each send");

static inline sim_way sim_way_of(const sim_touch *t) {
    if (t->later == SIM_LATER_NOT) return SIM_FIRST;
    if (t->later < SIM_LATER_FOLLOWUP) return SIM_REMINDER;
    if (t->later >= SIM_LATER_PREDICTIVE) return SIM_PREDICTIVE;
    return (sim_way)(SIM_EMAIL + (t->later - SIM_LATER_FOLLOWUP) / SIM_LATER_CHANNEL);
}

static inline bool sim_is_push(const sim_touch *t) {
    return t->later < SIM_LATER_FOLLOWUP || t->later >= SIM_LATER_PREDICTIVE;
}

/* The ordinal of its draws, below MODEL_TOUCHES_MAX. */
static inline uint32_t sim_touch_key(const sim_touch *t) {
    return t->ordinal | (uint32_t)t->later << 16;
}

/* What is kept of every touch, by its number: which restock told her of it, and her touch before that was
 * sent; SIM_NONE. A later touch names no restock: its first has. */
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
    uint32_t mask, base, next; /* next: the number of the next touch; over all arms */
    sim_pool told, late;
} sim_touches;

/* By touch, where others may follow it: its ordinal, and how many have, reminders as push. */
typedef struct {
    uint16_t ordinal;
    uint8_t followed[BIS_CHANNEL_COUNT];
} sim_leading;

/* A shopper's devices, where that is more than one to each or a message may replace another. */
typedef struct {
    uint16_t platform; /* two bits each */
    uint8_t live;      /* a bit each: its token is not known to be dead */
} sim_devices;
static_assert(MODEL_DEVICES_MAX <= 8 && MODEL_PLATFORMS <= 4, "they fit");

/* By touch, where there are sim_devices: what has become of its messages. */
typedef struct {
    uint8_t collapsed; /* a bit for each device on which a newer one took its place */
    uint8_t shown_on;  /* the device that showed it first */
    bool accepted;
} sim_spread;

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

/* One of the policies that shoppers are under, and its engine. A world without arms has one. Engines number
 * touches and restocks each for itself, from 0; the world numbers those of all, in the order of their making,
 * and both are the same where there is one engine. */
typedef struct {
    bis_engine *engine;
    const bis_policy *policy;
    int64_t wake_at;                     /* its earliest wake in the queue */
    uint32_t number;                     /* from 0 */
    bool needs_orders;                   /* it wants to know of orders by those whom it does not know */
    bool by_product;                     /* it matches a product's SKUs as one */
    uint8_t template[BIS_TEMPLATES_MAX]; /* of its templates: which of the world's */
    sim_pool campaigns;                  /* uint32_t, the world's number, by the engine's */
    sim_pool touches;                    /* likewise; empty where there is one engine */
    uint64_t kept_before, broken_before; /* predictive notices that were settled in the warm-up */
} sim_arm;

typedef struct {
    store_restock_row row;
    int64_t superseded; /* opening of the arm's next campaign of its SKUs; STORE_NONE */
    uint32_t pushed;    /* of its SKUs' counts in w->pushed_taken, the first */
    uint32_t id;        /* in its arm's engine */
    uint32_t peer; /* the next of the other arms' campaigns of the same true restock, around; or itself */
    uint8_t arm;
    bool counted; /* opened after the warm-up: it stands in the ledger and in the tallies of sends */
} sim_campaign;

typedef enum {
    SIM_HOW_PUSH,
    SIM_HOW_RETURN,
    SIM_HOW_VISIT,
    SIM_HOW_ORGANIC,
    SIM_HOW_REMINDER,
    SIM_HOW_FOLLOWUP,
    SIM_HOW_REPEAT,
    SIM_HOW_RETARGETING
} sim_how;

typedef struct {
    int64_t at;
    uint32_t shopper, sku, touch; /* touch: credited; SIM_NONE */
    uint8_t how, units, oversold, returned;
    uint8_t truly; /* credited to a first touch that counts, by what the shop may not know */
} sim_order;

/* What a cart's event is about: the unit is paid for, or goes back to the shelf. */
typedef enum { SIM_CART_PAY, SIM_CART_EXPIRE } sim_cart_step;

/* A buyer between the landing and the payment. */
typedef struct {
    uint32_t shopper, sku, touch; /* SIM_NONE: anonymous; not from a message */
    uint32_t intent, ordinal;     /* of a return: the intent, and its number */
    uint32_t told, campaigns; /* her last touch + 1, and how many campaigns there were, when it was filled */
    uint32_t next_free;
    uint8_t how; /* sim_how */
    bool holds;  /* a unit */
    bool pays;   /* a payment is to come */
} sim_cart;
/* What an order counts in, so that a return can take it out again. */
enum { SIM_IN_Y = 1, SIM_IN_SLOT_Y = 2, SIM_IN_FROZEN = 4, SIM_IN_BOUGHT = 8, SIM_IN_SOON = 16 };

/* An order that something may still follow from. */
typedef enum { SIM_AFTER_CANCELLED, SIM_AFTER_RETURNED, SIM_AFTER_AGAIN } sim_after_what;
typedef enum { SIM_CREDIT_NONE, SIM_CREDIT_FIRST, SIM_CREDIT_LATER } sim_credit;
typedef struct {
    uint32_t shopper, sku;
    uint32_t number; /* the address of its draws: the how many-th of hers, or of the SKU's strangers */
    uint32_t order;  /* its row in w->orders; SIM_NONE: none is kept */
    uint32_t next_free;
    uint8_t in;       /* SIM_IN_* */
    uint8_t how;      /* sim_how */
    uint8_t credit;   /* sim_credit: to a touch that counts */
    uint8_t template; /* of a FIRST */
    uint8_t pending;  /* its events in the queue */
    bool truly;       /* the order's */
    bool counted;     /* placed after the warm-up */
    bool returned;    /* so it is no net order any more */
    bool restocks;    /* its unit, if it comes back */
} sim_after;

/* A lost shopper whom ads will reach. */
typedef struct {
    uint32_t shopper, sku;
    uint32_t cause;  /* visit or touch that lost her; of a wish that lapses, the visit that it came from */
    uint32_t intent; /* which lapses, if it is as it was until then; SIM_NONE */
    uint32_t next_free;
    bool buys; /* if there are units */
} sim_ad;

typedef enum {
    SIM_OOS_STALE_STOREFRONT,
    SIM_OOS_STALE_FEED,
    SIM_OOS_ORGANIC,
    SIM_OOS_PUSH_LATENCY,
    SIM_OOS_LATE_OPEN,
    SIM_OOS_BATCH_TOO_LARGE,
    SIM_OOS_COUNT,
    /* of a landing at which she did not get to see the variant */
    SIM_PAGE_LINK_FAILED = SIM_OOS_COUNT,
    SIM_PAGE_LEFT,
    SIM_PAGE_NOT_FOUND,
    SIM_PAGE_LOADING, /* it does not show yet */
    SIM_CAUSE_COUNT
} sim_cause;

static inline bool sim_cause_sold_out(sim_cause cause) {
    return cause < SIM_OOS_COUNT;
}

/* A shopper as a unit of the experiment: her clocks and outcomes so far, and what she was told. Times are ms
 * since the start + 1, 0 for none: all zero until something happens to her, so memory that nobody has touched
 * is memory that nobody takes. */
typedef struct {
    uint64_t in_at : 44, y : 16;        /* t_i, 0: not in E; net orders in its window */
    uint64_t held : 1, slot_held : 1;   /* held out, at in_at and at slot_at */
    uint64_t recipient : 1;             /* sent to after the warm-up */
    uint64_t disappointed : 1;          /* found it sold out then */
    uint64_t slot_at : 44, slot_y : 16; /* as in_at and y, for her first slot */
    uint32_t sku, slot_sku;             /* whose product the outcomes are about */
    uint32_t told, told_before;         /* her last two touches that were sent, + 1; 0: none */
} sim_unit;
static_assert(sizeof(sim_unit) == 32, "two to a cache line");
enum { SIM_Y_MAX = UINT16_MAX };
#define SIM_UNIT_TIME_MAX ((UINT64_C(1) << 44) - 1) /* 557 years */

/* What a visit's numbers say: when the next one is, and whether she leaves a signal if her page is sold out,
 * or buys if it is not. */
typedef struct {
    int64_t next_at;
    uint64_t act; /* the number that says so: which signal it is is only asked for when there is one */
    uint32_t shopper, ordinal;
    uint32_t sku;       /* looked at, where there is one product */
    bool signals, buys; /* signals: or buys something else */
} sim_visit;

/* The chances of a visit as bounds of its bits; see model_below(). */
typedef struct {
    uint64_t buys;
    uint64_t sold_out; /* below: something may come of a visit to a sold-out page */
    uint64_t
        signal[MODEL_SOURCES]; /* cumulative: below the first bound that it is under, that source's signal */
} sim_visit_odds;

/* When shoppers are about; see rhythm.c. */
typedef struct {
    bool on;
    uint32_t main; /* number of the zone by which anonymous demand goes */
    model_week week;
    uint32_t stretch[MODEL_ZONES_MAX]; /* of a zone's steps, the one in which the world starts */
    uint8_t *zone;                     /* number, by shopper; NULL unless something goes by her clock */
} sim_rhythm;

/* The messages that a shopper has been shown, of which older ones count less: `count` of them as of `at`. */
typedef struct {
    int64_t at;
    double count;
} sim_tired;

/* When a shopper's last first touch was shown, and her last ghost of one fell due, of those that count: ms
 * since the start + 1; 0: never. */
typedef struct {
    int64_t shown, ghost;
} sim_slots;

/* Money of a shopper's net orders: as her unit counts them in E's window and in that of her first slot, and
 * all since the warm-up. */
typedef struct {
    double y, slot_y, bought;
} sim_earned;

/* How far ahead of the loop the next events have been looked at; see ahead.c. */
enum { SIM_AHEAD = 16, SIM_AHEAD_RING = 64 }; /* room for two steps and the event whose turn it is */
typedef struct {
    const sim_event *from, *until;    /* the events of this step, among the queue's sorted ones, */
    const sim_event *end;             /* which end here; another end is another bucket */
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
    double tired[MODEL_MANY_MAX]; /* what counted before each; only where there is fatigue */
} sim_answers;

#endif
