/* SPDX-License-Identifier: MIT
 *
 * policy.h - what a policy can say: one setup struct a rule, gathered in bis_policy.
 *
 * A zero-filled bis_policy is not a valid policy: start from bis_policy_default().
 */
#ifndef BIS_POLICY_H
#define BIS_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default) /* libbis exports what is declared here, and nothing else */

typedef int64_t bis_time; /* milliseconds since the Unix epoch, UTC; also used for spans of time */
#define BIS_NEVER INT64_MAX

typedef uint32_t bis_id;
#define BIS_NO_ID UINT32_MAX

/* Signals, strongest first: a lower number is stronger. */
typedef enum { BIS_NOTIFY_ME, BIS_WISHLIST, BIS_CART, BIS_BROWSE, BIS_SOURCE_COUNT } bis_source;
const char *bis_source_name(bis_source); /* "notify_me", ... */

/* How a message reaches a shopper. */
typedef enum { BIS_PUSH, BIS_EMAIL, BIS_SMS, BIS_IN_APP, BIS_CHANNEL_COUNT } bis_channel;
const char *bis_channel_name(bis_channel); /* "push", ... */

/* What a message is about. */
typedef enum {
    BIS_KIND_RESTOCK,    /* it is back: the first touch of a candidate */
    BIS_KIND_REMINDER,   /* a second push about the same restock */
    BIS_KIND_FOLLOWUP,   /* another channel about the same restock */
    BIS_KIND_PREDICTIVE, /* when it is likely to be back */
    BIS_KIND_OTHER,      /* another campaign's message, of which the engine is told */
    BIS_KIND_COUNT
} bis_kind;
const char *bis_kind_name(bis_kind); /* "restock", ... */

/* Sets are masks: bit i stands for value i of the enum. */
typedef uint32_t bis_set;
#define BIS_SET_HAS(set, i) (((set) >> (unsigned)(i)&1u) != 0)

typedef enum {
    BIS_TRIGGER_TRANSITION, /* opens when the level goes from 0 to above 0 */
    BIS_TRIGGER_THRESHOLD   /* opens when the level goes from below min_stock to min_stock or more */
} bis_trigger_mode;

typedef enum {
    BIS_MATCH_VARIANT, /* a SKU's return is for those who want that SKU */
    BIS_MATCH_PRODUCT  /* a product is out and comes back as a whole, for those who want any of its SKUs */
} bis_match;

typedef struct {
    int mode;              /* bis_trigger_mode */
    int match;             /* bis_match */
    int64_t min_stock;     /* units; queued sends pause below it and resume at it or above */
    bis_time debounce_in;  /* the level must have stayed in stock so long before the opening */
    bis_time debounce_out; /* and must have been out so long before that */
    bis_time expire_after; /* a campaign closes so long after its opening; 0: never */
} bis_trigger_setup;

typedef struct {
    bool enabled;
    bool exact;        /* match product: only her own variant will do */
    bis_time window;   /* counted from the last signal; 0: for ever */
    int64_t min_views; /* signals of this source needed; 1 for all but browse as a rule */
} bis_source_setup;

typedef enum { BIS_QUANTITY_IGNORE, BIS_QUANTITY_REQUIRE } bis_quantity_mode;

typedef struct {
    bis_source_setup source[BIS_SOURCE_COUNT];
    int requested_quantity; /* bis_quantity_mode: tell her only if as many units as she wants are offered */
} bis_interest_setup;

enum {
    BIS_CAPS_MAX = 8,
    BIS_REGIONS_MAX = 16,
    BIS_STAGES_MAX = 8,
    BIS_TEMPLATES_MAX = 8,
    BIS_FOLLOWUPS_MAX = 4,
    BIS_TIERS_MAX = 32, /* tiers that a stage can name */
    BIS_SALT_SIZE = 64,
    BIS_NAME_SIZE = 32,
    BIS_TITLE_SIZE = 128,
    BIS_BODY_SIZE = 256
};

typedef struct {
    char name[BIS_NAME_SIZE];
    bool require_optin;
    bool behavioural_needs_consent;
} bis_region;

typedef struct {
    bool require_optin;
    bool behavioural_needs_consent;     /* wishlist, cart and browse need behavioural_consent */
    bis_region region[BIS_REGIONS_MAX]; /* shoppers of a region follow its rules instead of the two above */
    size_t regions;
} bis_consent_setup;

typedef struct {
    int64_t max_devices; /* a send goes to so many of her devices at most */
} bis_reach_setup;

typedef enum { BIS_SCOPE_SKU, BIS_SCOPE_PRODUCT, BIS_SCOPE_CATEGORY, BIS_SCOPE_ANY } bis_scope;

/* What becomes of a candidate whom a rule turns away for a time. */
typedef enum {
    BIS_ON_DROP, /* suppressed: no turn any more in this restock */
    BIS_ON_DEFER /* passed over: she keeps her place and has her turn when the reason is gone */
} bis_on;

typedef struct {
    bis_time window; /* 0: rule off */
    int scope;       /* bis_scope */
    int on;          /* bis_on; recent_notice alone */
} bis_recent_setup;

typedef enum { BIS_CAP_ROLLING, BIS_CAP_CALENDAR_DAY } bis_cap_window;

typedef struct {
    int64_t count; /* at most so many messages ... */
    bis_time
        per;    /* ... in the last `per`, or in so many whole days of the shopper's zone, today's included */
    int window; /* bis_cap_window */
    bis_set channels; /* of bis_channel: whose messages count, and whose obey */
    bis_set obeys;    /* of bis_kind: messages that are held back by it */
    bis_set counts;   /* of bis_kind: messages that use it up */
} bis_cap;

typedef struct {
    bis_cap cap[BIS_CAPS_MAX];
    size_t n;
    int on; /* bis_on */
} bis_caps_setup;

typedef enum {
    BIS_UNIT_SHOPPER,
    BIS_UNIT_PRODUCT,
    BIS_UNIT_RESTOCK,
    BIS_UNIT_SHOPPER_PRODUCT,
    BIS_UNIT_TWO_SIDED, /* a shopper's and a product's hash: told iff both are treated */
    BIS_UNIT_COUNT
} bis_holdout_unit;

typedef struct {
    double fraction;         /* 0..1 of units held out; two_sided: of shoppers */
    double product_fraction; /* two_sided: of products */
    int unit;                /* bis_holdout_unit */
    char salt[BIS_SALT_SIZE];
    bool consumes_slot; /* true: a ghost counts in the throttle as a send does */
} bis_holdout_setup;

typedef enum {
    BIS_PRIORITY_FIFO,
    BIS_PRIORITY_TIER,
    BIS_PRIORITY_LIFO,
    BIS_PRIORITY_INTENT,
    BIS_PRIORITY_VALUE,
    BIS_PRIORITY_LOTTERY,
    BIS_PRIORITY_WEIGHTED
} bis_priority_mode;

typedef struct {
    int mode;                        /* bis_priority_mode; among equals the place in line decides */
    double weight[BIS_SOURCE_COUNT]; /* weighted: likelihood to buy; times her value it makes the score */
    double fair_share;               /* of the slots of a restock that go by place whatever the mode; 0..1 */
} bis_priority_setup;

typedef enum {
    BIS_BOUGHT_IGNORED, /* no matter */
    BIS_BOUGHT_SKU,     /* she has bought this SKU before, ... */
    BIS_BOUGHT_PRODUCT,
    BIS_BOUGHT_CATEGORY,
    BIS_BOUGHT_ANY
} bis_bought_before;

typedef struct {
    char name[BIS_NAME_SIZE];
    bis_time after; /* since the opening */
    bis_set tiers;  /* bit i: tier i; tiers from 31 on share the last bit */
    bis_set sources;
    int bought_before; /* bis_bought_before */
} bis_stage;

typedef struct {
    bis_stage stage[BIS_STAGES_MAX];
    size_t n; /* 0: everyone at once */
} bis_stages_setup;

typedef enum { BIS_QUIET_DEFER, BIS_QUIET_DROP } bis_quiet_mode;

/* Half-open spans of the shopper's local time of day, over midnight if start > end; off if start = end. */
typedef struct {
    bis_time start, end;               /* quiet */
    int mode;                          /* bis_quiet_mode */
    bis_time window_start, window_end; /* the only time in which messages go out */
} bis_quiet_setup;

typedef enum {
    BIS_THROTTLE_NONE,         /* all who wait, at once */
    BIS_THROTTLE_BATCH,        /* `size` every `every` */
    BIS_THROTTLE_PER_UNIT,     /* `per_unit` x units offered, then again after `every` if stock remains */
    BIS_THROTTLE_RECOUNT,      /* as many as units offered, every `every` */
    BIS_THROTTLE_RATE,         /* a token bucket of `size`, filled by `size` in `every` */
    BIS_THROTTLE_OVERSELL_SAFE /* as many as keep P(buyers > units) within alpha, every `every` */
} bis_throttle_mode;

typedef enum { BIS_ALPHA_RESTOCK, BIS_ALPHA_BATCH } bis_alpha_scope;

/* oversell_safe: what it is to promise, and what it believes before it has seen anything. */
typedef struct {
    double alpha; /* P(buyers > units) allowed ... */
    int scope;    /* bis_alpha_scope: ... for a whole restock, or each time */
    bis_time
        response_window; /* H: a push is settled at this age, and organic demand is looked ahead so far */
    double click, click_weight; /* prior of the click probability of a send: mean, and worth how many sends */
    double buy, buy_weight;     /* of buying at an in-stock landing: mean, and worth how many landings */
    bis_time delay_median;      /* prior of the time from send to order of those who buy, lognormal */
    double delay_sigma, delay_weight; /* worth how many orders */
    double organic, organic_weight;   /* units a day of one SKU that others buy, and worth how many days */
} bis_oversell_setup;

typedef struct {
    int mode;     /* bis_throttle_mode */
    int64_t size; /* people */
    bis_time every;
    int64_t per_unit;      /* people per unit */
    int64_t reserve_units; /* taken off the level before it is offered */
    bis_time jitter;       /* each send is put off by a hashed share of this, uniform on [0, jitter) */
    bis_oversell_setup oversell;
} bis_throttle_setup;

typedef struct {
    bool before_send; /* look at stock and at the eligibility rules again at the moment of a put-off send */
} bis_recheck_setup;

typedef struct {
    char name[BIS_NAME_SIZE];
    double weight;
    char title[BIS_TITLE_SIZE], body[BIS_BODY_SIZE], deep_link[BIS_BODY_SIZE]; /* with tokens; bis_render() */
} bis_template;

typedef struct {
    bis_template text[BIS_TEMPLATES_MAX];
    size_t n;
} bis_templates_setup;

typedef struct {
    bis_time after; /* since her last push; 0: no reminders */
    int64_t max;
    int64_t min_stock; /* units that must be left */
} bis_reminder_setup;

typedef enum { BIS_IF_NOT_OPENED, BIS_IF_NOT_BOUGHT } bis_followup_if;

typedef struct {
    int channel;    /* bis_channel, not BIS_PUSH */
    bis_time after; /* since the first touch */
    int condition;  /* bis_followup_if */
} bis_followup;

typedef struct {
    bis_followup followup[BIS_FOLLOWUPS_MAX];
    size_t n;
} bis_followups_setup;

typedef struct {
    bool enabled;
    double threshold; /* the least P(back by the date) */
    bis_time within;  /* only dates that are no further off than this */
    int history;      /* bis_scope: whose past times out of stock are taken for a sample */
} bis_predictive_setup;

typedef struct {
    bis_trigger_setup trigger;
    bis_interest_setup interest;
    bis_consent_setup consent;
    bis_reach_setup reach;
    bis_recent_setup recent_purchase;
    bis_recent_setup recent_return;
    bis_recent_setup recent_notice;
    bis_caps_setup caps;
    bis_holdout_setup holdout;
    bis_priority_setup priority;
    bis_stages_setup stages;
    bis_quiet_setup quiet;
    bis_throttle_setup throttle;
    bis_recheck_setup recheck;
    bis_templates_setup templates;
    bis_reminder_setup reminder;
    bis_followups_setup channels;
    bis_predictive_setup predictive;
} bis_policy;

/* Fills in every default of the field rows. */
void bis_policy_default(bis_policy *out);

/* NULL if the policy can be run, else a static text that says what is wrong: the path of the first field
 * outside its range, or a sentence where fields clash. So an embedder who fills the struct by hand is as safe
 * as a YAML file. */
const char *bis_policy_check(const bis_policy *policy);

/* A rule as the registry lists it. */
typedef struct {
    const char *name;
    const char *step;        /* the pipeline step it belongs to, in order: trigger, interest, consent, ... */
    const char *doc;         /* what it does, with an example */
    const bis_field *fields; /* NULL if it has none */
    size_t n_fields;
    const struct bis_rule *rule; /* the engine's own */
} bis_rule_info;

/* All rules in pipeline order; [out] n. */
const bis_rule_info *bis_rules(size_t *n);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
