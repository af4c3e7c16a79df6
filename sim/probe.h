/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * probe.h - what happens to one shopper of one replication, written down as it happens.
 *
 * A probe only looks: the replication is the same, bit for bit, with and without it. It costs time in
 * proportion to the length of her lines at some of the moments that it writes down, and nothing where there
 * is none.
 */
#ifndef SIM_PROBE_H
#define SIM_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/bis.h"
#include "sim/batch.h"
#include "sim/pool.h"

/* What was seen; of a sim_seen's union, the member that tells of it. */
typedef enum {
    SIM_SEEN_SIGNAL,         /* signal: she shows interest in the SKU */
    SIM_SEEN_STOCK_IN,       /* the feed shows units again, and no restock is open; she is in line */
    SIM_SEEN_STOCK_OUT,      /* they are gone, and no restock was open; she is in line */
    SIM_SEEN_RESTOCK_OPENED, /* line: of a SKU that she has asked for at some time */
    SIM_SEEN_RESTOCK_PAUSED, /* one in whose line she has stood: too few units to tell anyone */
    SIM_SEEN_RESTOCK_RESUMED,
    SIM_SEEN_RESTOCK_CLOSED, /* line */
    SIM_SEEN_DECISION,       /* decision */
    SIM_SEEN_ACCEPTED,       /* by the provider; at_later: when it will be shown or lost */
    SIM_SEEN_RETRY,          /* why; at_later: the next try */
    SIM_SEEN_FAILED,         /* why */
    SIM_SEEN_SHOWN,
    SIM_SEEN_OPENED,        /* wants: she still wants the SKU, else she goes no further */
    SIM_SEEN_LANDED,        /* why: of a sold-out page, its cause; NULL: units were shown; wants */
    SIM_SEEN_NO_PAGE,       /* why: sim_cause_name() of a click at which she did not get to see the variant */
    SIM_SEEN_CHECKOUT_LOST, /* sold out between landing and checkout; wants */
    SIM_SEEN_ORDER,         /* order */
    SIM_SEEN_OPTED_OUT,
    SIM_SEEN_CART,      /* cart: she puts one in, to pay later or never */
    SIM_SEEN_CART_OVER, /* what it held is on the shelf again: its time is over, or she wants it no longer */
    SIM_SEEN_CANCELLED, /* an oversold order of hers, some time later */
    SIM_SEEN_RETURNED,  /* does: what she sent back can be sold again */
    SIM_SEEN_AD,        /* does: it brings her, if the storefront then shows units */
    SIM_SEEN_CAMPAIGN,  /* campaign: a message of another campaign; of no SKU */
    SIM_SEEN_END,       /* line.after: how she stands for a SKU that she has asked for; wants */
    SIM_SEEN_COUNT
} sim_seen_what;

typedef struct {
    int64_t at; /* ms since the epoch; of one millisecond, in the order of happening */
    sim_seen_what what;
    uint32_t sku;     /* UINT32_MAX: none */
    uint32_t restock; /* UINT32_MAX: none */
    uint32_t touch;   /* UINT32_MAX: none */
    int64_t level;    /* the feed's, of STOCK_* and RESTOCK_* but CLOSED; of her SKU or, with match product,
                         of the product */
    union {
        struct {
            bis_source source;
            uint32_t visit; /* ordinal of her visit; 0: she stood in line before the start */
            bis_standing then;
        } signal;
        struct {
            /* Just before, and when all is done that the engine does at that moment. `before` is not known
             * (in_line false) where a restock closes because everyone has had her turn. */
            bis_standing before, after;
            bis_restock restock;
            bool paused; /* OPENED: with too few units to tell anyone */
            bool wants;  /* END */
        } line;
        bis_decision decision;
        struct {
            const char *why; /* model_failure_name(), sim_cause_name(); static */
            int64_t at_later;
            bool wants;
            uint8_t device;   /* ACCEPTED, RETRY, FAILED, SHOWN: from 1; 0 where shoppers have one each */
            uint8_t platform; /* RETRY, FAILED, and where there is a device: model_platform */
        } touch;
        struct {
            int64_t until; /* when it no longer holds the unit, if it is not paid for by then */
            bool holds;    /* else there was none to hold */
        } cart;
        struct {
            int kind; /* model_campaign_kind */
            bis_channel channel;
        } campaign;
        bool does;
        struct {
            const char *how; /* sim_how_name(); static */
            uint32_t units, credited;
            bool oversold;
        } order;
    } as;
} sim_seen;

/* Who she is at the start. */
typedef struct {
    uint8_t tier, platform, variant; /* indices: of tiers, model_platform, variants */
    uint8_t arm;                     /* of policy.arms; 0 without */
    bool optin;                      /* push opted in, with a live token */
} sim_probe_who;

typedef struct {
    uint32_t shopper; /* whom to look at; the rest is filled in */
    sim_probe_who who;
    sim_pool seen; /* of sim_seen */
    sim_pool lines;
    uint32_t campaigns; /* looked at */
} sim_probe;

static inline const sim_seen *sim_probe_seen(const sim_probe *probe) {
    return probe->seen.at;
}

void sim_probe_clear(sim_probe *probe); /* NULL is fine */

/* sim_trial_run() without twins, with a probe. [in,out] probe: all zero but for the shopper, who must exist;
 * the caller's to clear, on failure too. */
sim_status sim_trial_probe(const scenario *s, uint64_t seed, uint32_t replication, sim_probe *probe,
                           store_trial *out, const char **broken);

#endif
