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

typedef struct {
    scenario_run run;
    model_catalog catalog;
    model_supply supply;
    model_view feed;       /* what the engine knows */
    model_view storefront; /* what shoppers see */
    model_organic organic;
    model_shoppers shoppers;
    model_interest interest;
    model_response response;
    model_provider provider;
    model_attribution attribution;
    scenario_trace_setup inventory;    /* traces.inventory */
    char preset[SCENARIO_PRESET_SIZE]; /* policy.preset: where some of the policy's values came from */
    bis_policy policy;
} scenario_params;

typedef struct {
    scenario_params p;
    char *path; /* as given by the user */
    char *text; /* the YAML, then one line "# --set PATH=VALUE" for each override */
    size_t text_size;
    uint64_t hash; /* XXH64 of all parameter values but the preset's name, of the trace's bytes and of the
                      local time of the zones while it matters, but of no layout */
    scenario_inventory *inventory; /* NULL: synthetic stock */
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
