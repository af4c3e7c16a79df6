/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * world.h - the setups of the world's mechanisms: plain structs that scenarios/ fills and sim/ runs.
 *
 * Every mechanism can be switched off (rate, probability or lag 0), so that closed-form cases can be run.
 * Rates are per day and entity; probabilities are shares in [0, 1]; spans are milliseconds.
 */
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/dist.h"

enum {
    MODEL_NAME_SIZE = 32,
    MODEL_VARIANTS_MAX = 32,
    MODEL_TIERS_MAX = 8,
    MODEL_RESTOCKS_MAX = 64,
    MODEL_ZONES_MAX = 32,
    MODEL_ZONE_NAME_SIZE = 64,
    MODEL_REGIONS_MAX = 17, /* all that a policy may have, and none of them */
    MODEL_TEMPLATES_MAX = 8,
    MODEL_DEVICES_MAX = 8, /* of one shopper */
    MODEL_OUTAGES_MAX = 16,
    MODEL_DAY_HOURS = 24,
    MODEL_WEEKDAYS = 7,
    MODEL_SOURCES = 4 /* as bis_source: notify_me, wishlist, cart, browse */
};

/* ---- catalog: products x variants; popularity by Zipf, variants by the size curve ---- */
typedef struct {
    char name[MODEL_NAME_SIZE];
    double share; /* of demand; normalised over the curve */
} model_variant;

typedef struct {
    int64_t products; /* ignored where an inventory trace names the SKUs */
    model_variant variant[MODEL_VARIANTS_MAX];
    size_t variants;
    double popularity; /* Zipf exponent over products; over SKUs with a trace */
    double price;      /* money per unit */
    double margin;     /* share of the price that is left of a unit sold */
} model_catalog;

/* ---- supply ---- */
typedef enum {
    MODEL_SUPPLY_NONE,      /* the initial units are all there is */
    MODEL_SUPPLY_EXPLICIT,  /* the listed restocks */
    MODEL_SUPPLY_LEAD_TIME, /* a lead time after each stockout, then a quantity */
    MODEL_SUPPLY_TRACE,     /* the inventory trace */
    MODEL_SUPPLY_REORDER    /* a quantity is ordered whenever stock and orders fall to a point: (s, Q) */
} model_supply_mode;

typedef struct {
    int64_t after;   /* ms from the start */
    int64_t units;   /* split over the variants by the size curve, largest remainder */
    int64_t product; /* 0-based; -1: every product */
} model_restock;

typedef struct {
    int mode;            /* model_supply_mode */
    model_units initial; /* per SKU at the start; not with a trace */
    model_restock restock[MODEL_RESTOCKS_MAX];
    size_t restocks;
    model_span lead_time;
    model_units quantity;             /* per restock of one SKU */
    model_units units_when_available; /* trace of 0/1 flags: units behind a flag that goes up */
    int64_t reorder_point;            /* s: units on hand + on order at which more are ordered */
    double other_rate; /* units per day that other sales channels ask for, over the whole catalog */
} model_supply;

/* ---- stock views: what the engine's feed and the storefront know ---- */
typedef enum { MODEL_VIEW_STREAM, MODEL_VIEW_POLL } model_view_mode;

/* Units that a view shows and that are not there: each SKU has them at times. */
typedef struct {
    double rate;      /* how often a SKU that has none gets some, per day; 0: off */
    int64_t units;    /* how many */
    model_span lasts; /* until they are found not to be there */
} model_phantom;

typedef struct {
    int mode;           /* model_view_mode */
    model_span latency; /* stream: of each update; poll: of each answer */
    int64_t period;     /* poll: ms between looks, phase uniform by SKU */
    double loss;        /* P(an update or an answer is lost) */
    double duplicate;   /* P(one that is not lost comes twice, each time after a latency of its own) */
    bool ordered;       /* what was overtaken is dropped; else it overwrites what is newer */
    model_phantom phantom;
} model_view;

/* ---- carts that hold a unit until it is paid for ---- */
typedef struct {
    model_span ttl; /* from the landing until the unit goes back, unless it has been paid for; 0: off */
    double abandon; /* P(she who would buy does not pay) */
} model_reservation;

/* ---- demand and shoppers ---- */
typedef struct {
    double rate; /* anonymous orders per day over the whole catalog; each takes one unit if the storefront
                    shows one */
} model_organic;

typedef enum { MODEL_IOS, MODEL_ANDROID, MODEL_WEB, MODEL_PLATFORMS } model_platform;

typedef struct {
    char name[MODEL_NAME_SIZE];
    double share;   /* of shoppers; normalised */
    double visits;  /* multiplies the visit rate */
    double returns; /* multiplies the rate of organic return */
    double click;   /* multiplies the click probability, capped at 1 */
} model_tier;

typedef struct {
    char name[MODEL_ZONE_NAME_SIZE]; /* IANA, such as Europe/London; or UTC */
    double share;                    /* of shoppers; normalised */
} model_zone;

typedef struct {
    char name[MODEL_NAME_SIZE]; /* of the policy's regions; "": none of them */
    double share;               /* of shoppers; normalised */
} model_region;

/* Of an hour of the day or a day of the week. */
typedef struct {
    double weight;
} model_weight;

typedef struct {
    int64_t count;
    model_tier tier[MODEL_TIERS_MAX]; /* first is lowest; index = the engine's tier */
    size_t tiers;
    double platform_share[MODEL_PLATFORMS]; /* normalised */
    double optin[MODEL_PLATFORMS];          /* share with push opted in and a live token */
    double behavioural_consent;             /* share */
    double visit_rate;                      /* visits per day, mean over shoppers */
    double visit_cv;                        /* of the gamma across shoppers; 0: all alike */
    double visit_buy;                       /* buys one unit on a visit that finds the variant in stock */
    model_zone zone[MODEL_ZONES_MAX];
    size_t zones;
    model_region region[MODEL_REGIONS_MAX];
    size_t regions; /* 0: nobody is in a region */
    double value_mean,
        value_cv; /* money that a purchase of hers is worth, lognormal; mean 0: 1 for everybody */
    double email_optin, sms_optin;           /* shares */
    double devices_share[MODEL_DEVICES_MAX]; /* weight of those with 1, 2, ... devices; normalised */
    size_t devices;                          /* weights given; 0: everybody has one device */
    /* when they are about; see week.h */
    model_weight hour[MODEL_DAY_HOURS];
    size_t hours; /* 0: at any hour alike, else all */
    model_weight weekday[MODEL_WEEKDAYS];
    size_t weekdays;      /* 0: on any day alike, else all */
    double optout_hazard; /* opt-outs of push per day without any cause */
} model_shoppers;

/* What is known of a shopper, so that it is not drawn. MODEL_UNKNOWN: it is. */
enum { MODEL_UNKNOWN = 255 };
typedef struct {
    uint8_t tier, zone, platform; /* as in model_shopper */
    uint8_t optin;                /* 0 or 1 */
} model_known;

typedef struct {
    double initial[MODEL_SOURCES]; /* share of shoppers who wait, by that signal, for their variant at the
                                      start */
    int64_t initial_age;           /* their signals are uniform over so long before the start */
    double signal[MODEL_SOURCES];  /* on a sold-out page: chance of each signal; exclusive, sum <= 1; the rest
                                      leaves */
    int64_t lapse_scale;           /* Weibull: intent is gone after so long (63 % point); 0: never */
    double lapse_shape;
    double return_rate; /* looks of an interested shopper by himself, per day */
    double return_buy;  /* buys if the storefront shows stock then */
} model_interest;

/* ---- landing: what becomes of a click ---- */
typedef enum { MODEL_PAGE_VARIANT, MODEL_PAGE_PRODUCT, MODEL_PAGE_HOME, MODEL_PAGES } model_page;

typedef struct {
    double target[MODEL_PAGES];     /* weights of the pages that links go to */
    double failure;                 /* P(the link does not open) */
    model_span delay;               /* click -> the page shows */
    double abandon_per_s;           /* hazard of leaving meanwhile */
    double find_product, find_home; /* P(finds her variant from there) */
} model_landing;

/* ---- identity: what the shop can tell to be hers ---- */
typedef struct {
    double other_device; /* P(on another device), of clicks and of orders without one */
    double link_rate;    /* P(linked | on another device) */
} model_identity;

/* ---- substitution: what is bought instead of what is sold out, or makes it needless ---- */
typedef struct {
    double within;        /* P(another variant of the product | one is there) */
    double across;        /* else, P(another product | all others are there) */
    bool visits, organic; /* also those who were not waiting: buyers on a visit, anonymous ones */
    double one_need;      /* P(whatever she buys first is all that she needs) */
} model_substitution;

/* ---- response ---- */
typedef enum { MODEL_EMAIL, MODEL_SMS, MODEL_IN_APP, MODEL_CHANNELS } model_channel_id;

/* A message by another channel than push. What follows an opening is the same for all. */
typedef struct {
    double delivered;      /* P(reaches her), at once */
    double open;           /* P(opened | delivered) */
    model_span open_delay; /* delivered -> opened */
} model_channel;

typedef struct {
    char name[MODEL_NAME_SIZE]; /* of one of the policy's templates */
    double times;               /* multiplies the click probability, capped at 1 */
} model_template;

/* Of log-odds. */
typedef struct {
    double log_odds;
} model_shift;

typedef struct {
    double open[MODEL_PLATFORMS];           /* P(opened | delivered) */
    model_span open_delay[MODEL_PLATFORMS]; /* delivered -> opened */
    double click[MODEL_SOURCES];            /* P(clicks through | opened, intent alive), at intent age 0 */
    double click_age;          /* added to the click's log-odds per day of intent age; <= 0 as a rule */
    model_span click_delay;    /* opened -> landing */
    double buy[MODEL_SOURCES]; /* P(buys | landed, storefront shows stock) */
    model_span checkout;       /* landing -> order */
    double sold_out_leaves;    /* P(intent ends | landed on sold out) */
    double optout;             /* P(opts out | delivered) */
    double optout_sold_out;    /* P(opts out | landed on sold out), besides */
    int64_t optout_within;     /* uniform delay after delivery */
    model_channel channel[MODEL_CHANNELS];
    double channel_optout[MODEL_IN_APP]; /* P(opts out of it | delivered); nobody can of in-app notes */
    model_template template_click[MODEL_TEMPLATES_MAX]; /* templates that are not in it have 1 */
    size_t template_clicks;
    /* what moves the log-odds of the click besides */
    double other_variant; /* told when her own variant is not there, but another of the product */
    model_shift hour[MODEL_DAY_HOURS];     /* by the hour of the opening on her clock */
    size_t hours;                          /* 0: no matter when, else all */
    int64_t fatigue_window;                /* ms by which a message counts for 1/e of a new one */
    double fatigue_click;                  /* taken from it for each message that counts */
    double fatigue_optout;                 /* added to the log-odds of an opt-out for each */
    double optout_latent[MODEL_PLATFORMS]; /* P(nobody hears of an opt-out of push until the next send) */
} model_response;

/* ---- push provider ---- */
typedef enum { MODEL_COLLAPSE_NONE, MODEL_COLLAPSE_SKU, MODEL_COLLAPSE_PRODUCT } model_collapse_key;

/* A time in which the provider's servers fail. */
typedef struct {
    int64_t after, lasts; /* ms: from the start; how long */
    double share;         /* of the tries in it */
} model_outage;

typedef struct {
    int transport;          /* which of model_transports; all below is of the mock */
    double quota;           /* messages per minute; the bucket is refilled whole each minute; 0: no limit */
    model_span latency;     /* accepted -> shown on a device that is online */
    double unregistered;    /* P(token is dead): found at the send, the token is gone for good */
    double unavailable;     /* P(server error on a try): retried */
    double too_large;       /* P(payload refused) */
    double offline;         /* P(device offline at the send) */
    model_span offline_for; /* until it is online again */
    int64_t ttl;            /* ms; not shown by then: lost */
    int64_t retries;        /* tries after the first, for quota and server errors */
    int64_t backoff;        /* ms before the first retry; doubles */
    double bad_token;       /* P(the token never was one): found at the send, gone for good */
    double internal;        /* P(internal error on a try that the servers take): retried */
    model_span token_age;   /* since a device's last contact with the provider, at any send */
    int64_t stale_after;    /* ms; a token older than this is dead; 0: none is too old */
    int64_t device_minute, device_hour; /* messages per device in a minute, in an hour; 0: no limit */
    int collapse;                       /* model_collapse_key: which messages replace each other */
    int64_t collapse_burst;             /* such messages that a device gets at once; 0: no limit */
    int64_t collapse_refill;            /* ms for one more of them */
    model_outage outage[MODEL_OUTAGES_MAX];
    size_t outages;
} model_provider;

/* ---- money, and what follows an order ---- */
typedef struct {
    double push, email, sms, in_app;        /* money per message */
    double support, cancellation, returned; /* per contact, cancelled order, returned order */
} model_costs;

typedef struct {
    double sold_out, oversold, returned; /* P(contacts support | lands on sold out, is cancelled, returns) */
} model_support;

typedef struct {
    model_span cancel_after; /* an oversold order -> it is cancelled */
    double return_rate;      /* P(sent back | net order) */
    model_span return_delay; /* order -> back in the warehouse */
    double return_restocks;  /* P(the unit can be sold again | sent back) */
} model_after_order;

typedef struct {
    double rate;      /* P(buys again | net order) */
    model_span delay; /* order -> the next one */
} model_repeat;

typedef struct {
    double reach;     /* P(is shown ads | lost) */
    model_span delay; /* lost -> shown */
    double buy;       /* P(buys | shown, the storefront shows stock) */
    double cost;      /* money per shopper reached */
} model_retargeting;

typedef enum {
    MODEL_NEWSLETTER,    /* to everybody */
    MODEL_PRICE_DROP,    /* to who wants something then */
    MODEL_ABANDONED_CART /* to who wants something then, and put it into her cart last */
} model_campaign_kind;

typedef struct {
    int kind;    /* model_campaign_kind */
    int channel; /* as bis_channel: push, e-mail, SMS, in-app */
    double rate; /* messages per shopper and day */
} model_campaign;

enum { MODEL_CAMPAIGNS_MAX = 8 };
typedef struct {
    model_campaign campaign[MODEL_CAMPAIGNS_MAX];
    size_t n;
} model_campaigns;

/* ---- outcome windows ---- */
typedef struct {
    int64_t outcome_window; /* ms after the unit first reached the holdout step */
    int64_t click;          /* an order within this of a click is credited to it; 0: off */
    int64_t view;           /* else within this of a delivery; 0: off */
    int scope;              /* 0 sku, 1 product, 2 any */
} model_attribution;

#endif
