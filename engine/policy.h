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

typedef int64_t bis_time; /* milliseconds since the Unix epoch, UTC; also used for spans of time */
#define BIS_NEVER INT64_MAX

typedef uint32_t bis_id;
#define BIS_NO_ID UINT32_MAX

/* Signals, strongest first: a lower number is stronger. */
typedef enum { BIS_NOTIFY_ME, BIS_WISHLIST, BIS_CART, BIS_BROWSE, BIS_SOURCE_COUNT } bis_source;
const char *bis_source_name(bis_source); /* "notify_me", ... */

typedef enum {
    BIS_TRIGGER_TRANSITION, /* opens when the level goes from 0 to above 0 */
    BIS_TRIGGER_THRESHOLD   /* opens when the level goes from below min_stock to min_stock or more */
} bis_trigger_mode;

typedef struct {
    int mode;              /* bis_trigger_mode */
    int64_t min_stock;     /* units; queued sends pause below it and resume at it or above */
    bis_time debounce_in;  /* the level must have stayed in stock so long before the opening */
    bis_time debounce_out; /* and must have been out so long before that */
    bis_time expire_after; /* a campaign closes so long after its opening; 0: never */
} bis_trigger_setup;

typedef struct {
    bool enabled;
    bis_time window;   /* counted from the last signal; 0: for ever */
    int64_t min_views; /* signals of this source needed; 1 for all but browse as a rule */
} bis_source_setup;

typedef struct {
    bis_source_setup source[BIS_SOURCE_COUNT];
} bis_interest_setup;

typedef struct {
    bool require_optin;
    bool behavioural_needs_consent; /* wishlist, cart and browse need behavioural_consent */
} bis_consent_setup;

typedef enum { BIS_SCOPE_SKU, BIS_SCOPE_PRODUCT, BIS_SCOPE_CATEGORY, BIS_SCOPE_ANY } bis_scope;

typedef struct {
    bis_time window; /* 0: rule off */
    int scope;       /* bis_scope */
} bis_recent_setup;

enum { BIS_CAPS_MAX = 8, BIS_SALT_SIZE = 64 };

typedef struct {
    int64_t count; /* at most so many notices ... */
    bis_time per;  /* ... in the last `per`: a rolling window, half open (a notice `per` ago is outside) */
} bis_cap;

typedef struct {
    bis_cap cap[BIS_CAPS_MAX];
    size_t n;
} bis_caps_setup;

typedef struct {
    double fraction; /* 0..1 of shoppers held out */
    char salt[BIS_SALT_SIZE];
    bool consumes_slot; /* true: a ghost counts in the throttle as a send does */
} bis_holdout_setup;

typedef enum { BIS_PRIORITY_FIFO, BIS_PRIORITY_TIER } bis_priority_mode;

typedef struct {
    int mode; /* bis_priority_mode; within a tier the place in line decides */
} bis_priority_setup;

typedef enum {
    BIS_THROTTLE_NONE,    /* all who wait, at once */
    BIS_THROTTLE_BATCH,   /* `size` every `every` */
    BIS_THROTTLE_PER_UNIT /* `per_unit` x units offered, then again after `every` if stock remains */
} bis_throttle_mode;

typedef struct {
    int mode;     /* bis_throttle_mode */
    int64_t size; /* people */
    bis_time every;
    int64_t per_unit;      /* people per unit */
    int64_t reserve_units; /* taken off the level before it is offered */
    bis_time jitter;       /* each send is put off by a hashed share of this, uniform on [0, jitter) */
} bis_throttle_setup;

typedef struct {
    bool before_send; /* look at stock and at the eligibility rules again at the moment of a put-off send */
} bis_recheck_setup;

typedef struct {
    bis_trigger_setup trigger;
    bis_interest_setup interest;
    bis_consent_setup consent;
    bis_recent_setup recent_purchase;
    bis_recent_setup recent_notice;
    bis_caps_setup caps;
    bis_holdout_setup holdout;
    bis_priority_setup priority;
    bis_throttle_setup throttle;
    bis_recheck_setup recheck;
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

#endif
