/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenario.h - a scenario: every parameter of one world and one policy, and the traces that it replays.
 *
 * scenario_params is plain data: the parameter table (params.h) says what each field means and what it may
 * hold. A loaded scenario is read-only and shared by all trials.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include <stddef.h>
#include <stdint.h>

#include "engine/bis.h"
#include "models/world.h"
#include "scenarios/trace.h"

enum {
    SCENARIO_TITLE_SIZE = 128,
    SCENARIO_PATH_SIZE = 512,
    SCENARIO_PRESET_SIZE = 64,
    SCENARIO_ARMS_MAX = 8,
    SCENARIO_SET_SIZE = 256,
    SCENARIO_ERROR_SIZE = 1024
};

typedef struct {
    char title[SCENARIO_TITLE_SIZE];
    int64_t seed;
    int64_t replications;
    int64_t start;   /* ms since the epoch; with an inventory trace: its first row's time unless set */
    int64_t horizon; /* ms; with an inventory trace: to 1 ms after its last row unless set */
    int64_t warmup;  /* ms from the start that no metric looks at */
} scenario_run;

/* policy.arms[]: one of several policies that are set against each other in one world. */
typedef struct {
    char name[BIS_NAME_SIZE];
    double weight;                     /* its share of shoppers is its weight over the sum of all */
    char policy[SCENARIO_PRESET_SIZE]; /* a preset that lies over the scenario's policy; "": none */
    char set[SCENARIO_SET_SIZE];       /* PATH=VALUE ..., below policy, over both */
} scenario_arm;

typedef struct {
    scenario_run run;
    model_catalog catalog;
    model_supply supply;
    model_view feed;       /* what the engine knows */
    model_view storefront; /* what shoppers see */
    model_reservation reservation;
    model_organic organic;
    model_shoppers shoppers;
    model_interest interest;
    model_response response;
    model_substitution substitution;
    model_landing landing;
    model_identity identity;
    model_provider provider;
    model_attribution attribution;
    model_costs costs;
    model_support support;
    model_after_order after_order; /* orders */
    model_repeat repeat;           /* shoppers.repeat */
    model_retargeting retargeting;
    model_campaigns campaigns;
    scenario_trace_setup inventory;    /* traces.inventory */
    scenario_events_setup events;      /* traces.events */
    scenario_profiles_setup profiles;  /* traces.profiles */
    scenario_catalog_setup listing;    /* traces.catalog */
    scenario_sends_setup sends;        /* traces.sends */
    int traces_mode;                   /* traces.mode: 0 closed, 1 open */
    int shoppers_mode;                 /* shoppers.mode: 0 synthetic, 1 trace */
    char preset[SCENARIO_PRESET_SIZE]; /* policy.preset: where some of the policy's values came from */
    scenario_arm arm[SCENARIO_ARMS_MAX];
    size_t arms; /* 0, or 2 and more */
    bis_policy policy;
} scenario_params;

typedef struct {
    scenario_params p;
    char *path; /* as given by the user */
    char *text; /* the YAML, then one line "# --set PATH=VALUE" for each override */
    size_t text_size;
    uint64_t hash;   /* XXH64 of all parameter values but the names of presets, of the arms' policies, of the
                        traces' bytes and of the local time of the zones while it matters, but of no layout */
    bis_policy *arm; /* of p.arm, each whole; NULL without arms */
    scenario_inventory *inventory; /* NULL: synthetic stock */
    scenario_events *events;       /* NULL: synthetic shoppers */
    scenario_profiles *profiles;   /* NULL: all shoppers are drawn */
    scenario_sends *sends;         /* NULL: there is no log of what was sent */
    scenario_catalog *catalog;     /* NULL: prices are those of p.catalog */
    const scenario_named *named;   /* the SKUs: of one of these two; NULL: of p.catalog */
    bis_zone *zone;                /* of p.shoppers.zone, in that order */
    size_t zones;
    uint8_t region[MODEL_REGIONS_MAX]; /* of p.shoppers.region: the engine's number, 0 being none */
} scenario;

/* "file:line:column: what is wrong and what to do", or "--set PATH=VALUE: ..." */
typedef struct {
    char text[SCENARIO_ERROR_SIZE];
} scenario_error;

typedef enum {
    SCENARIO_OK,
    SCENARIO_NO_MEMORY,
    SCENARIO_BAD_INPUT, /* error->text says what */
    SCENARIO_STATUS_COUNT
} scenario_status;

/* The policy that holds for a shopper: the scenario's, or that of her arm. */
static inline const bis_policy *scenario_policy(const scenario *s, size_t arm) {
    return s->p.arms ? &s->arm[arm] : &s->p.policy;
}
/* The product of a SKU. */
static inline uint32_t scenario_product(const scenario *s, uint32_t sku) {
    if (s->named) return s->named->product_of[sku];
    return s->p.catalog.variants ? sku / (uint32_t)s->p.catalog.variants : sku;
}
/* The templates of all arms, each once: two of one name are the same, and where they have none, two of one
 * text. Loading sees to it that there are BIS_TEMPLATES_MAX at most. [out] out: room for so many; of: by arm
 * and its own template, which of these. Either may be NULL. Returns how many. */
size_t scenario_templates(const scenario *s, const bis_template **out, uint8_t (*of)[BIS_TEMPLATES_MAX]);
/* The arm of a shopper by the hash of her id, from 0; 0 without arms. */
size_t scenario_arm_of(const scenario *s, uint64_t shopper_hash);

/* Loads a scenario, applies the overrides in order, checks everything and compiles its traces.
 *
 * The preset that the file names, or an override in its stead, gives the policy's parameters that the file
 * does not. A parameter that the file sets must be active in the file as it stands, one that an override
 * sets, in the end. An override may switch off a mode that the file set up: what the file says of it then
 * falls back to the defaults.
 *
 * [in] sets: `n` texts "PATH=VALUE" (NULL if none). [out] out: owned by the caller, untouched on failure.
 * [out] error: filled on failure. */
scenario_status scenario_load(const char *path, const char *const *sets, size_t n, scenario **out,
                              scenario_error *error);

/* The same from text in memory (name stands for the file in messages and as the folder of trace files). */
scenario_status scenario_parse(const char *name, const char *text, size_t size, const char *const *sets,
                               size_t n, scenario **out, scenario_error *error);

void scenario_destroy(scenario *s); /* NULL is fine */

#endif
