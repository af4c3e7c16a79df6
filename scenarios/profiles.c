/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * profiles.c - reads a trace of shoppers' profiles: what is known of those who act in the shoppers' trace.
 *
 * An empty cell says nothing: that is drawn. A shopper has one row at most.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/table.h"

enum { SHOPPER, TIER, ZONE, PLATFORM, OPTIN, COLUMNS };

static const char *const platforms[MODEL_PLATFORMS] = {"ios", "android", "web"};

typedef struct {
    const scenario_profiles_setup *setup;
    const model_shoppers *world; /* its tiers and zones */
    const scenario_events *events;
    scenario_profiles *out;
    scenario_table table;
    scenario_intern seen; /* all shoppers of the file */
    size_t column[COLUMNS];
} builder;

/* ---- cells: each returns OK with *good false where it has booked the row as bad ---- */

/* "is no tier: those of shoppers.tiers are 'vip', 'basic'". [in] name: the first of n, `stride` bytes apart.
 */
static scenario_status unknown(builder *b, scenario_csv_field f, const char *what, const char *name, size_t n,
                               size_t stride, bool *good) {
    char text[SCENARIO_ERROR_SIZE / 4];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", what);
    for (size_t i = 0; i < n && used + 1 < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s'%s'", i ? ", " : "", name + i * stride);
    *good = false;
    return scenario_table_reject_field(&b->table, f, text);
}

/* The name that a word stands for: what the scenario says, else itself. */
static const char *meant(const scenario_where *word, size_t n, const char *text) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(word[i].name, text) == 0) return word[i].value;
    return text;
}

static scenario_status read_tier(builder *b, model_known *out, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[TIER]);
    const model_tier *tier = b->world->tier;
    if (f.size == 0) return SCENARIO_OK;
    const char *name = meant(b->setup->tier_word, b->setup->tier_words, f.text);
    for (size_t i = 0; i < b->world->tiers; i++)
        if (strcmp(tier[i].name, name) == 0) out->tier = (uint8_t)i;
    if (out->tier != MODEL_UNKNOWN) return SCENARIO_OK;
    return unknown(b, f, "is no tier: those of shoppers.tiers are ", tier->name, b->world->tiers,
                   sizeof *tier, good);
}

static scenario_status read_zone(builder *b, model_known *out, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[ZONE]);
    const model_zone *zone = b->world->zone;
    if (f.size == 0) return SCENARIO_OK;
    const char *name = meant(b->setup->zone_word, b->setup->zone_words, f.text);
    for (size_t i = 0; i < b->world->zones; i++)
        if (strcmp(zone[i].name, name) == 0) out->zone = (uint8_t)i;
    if (out->zone != MODEL_UNKNOWN) return SCENARIO_OK;
    return unknown(b, f, "is no zone: those of shoppers.zones are ", zone->name, b->world->zones,
                   sizeof *zone, good);
}

static scenario_status read_platform(builder *b, model_known *out, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[PLATFORM]);
    const scenario_platform_word *word = b->setup->platform_word;
    if (f.size == 0) return SCENARIO_OK;
    for (uint8_t i = 0; i < MODEL_PLATFORMS; i++)
        if (strcmp(platforms[i], f.text) == 0) out->platform = i;
    for (size_t i = 0; i < b->setup->platform_words; i++)
        if (strcmp(word[i].name, f.text) == 0) out->platform = (uint8_t)word[i].value;
    if (out->platform != MODEL_UNKNOWN) return SCENARIO_OK;
    return unknown(b, f, "is no platform: ios, android or web", NULL, 0, 0, good);
}

static scenario_status read_optin(builder *b, model_known *out, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[OPTIN]);
    const scenario_number_word *word = b->setup->optin_word;
    if (f.size == 0) return SCENARIO_OK;
    if (f.size == 1 && (f.text[0] == '0' || f.text[0] == '1')) out->optin = f.text[0] == '1';
    for (size_t i = 0; i < b->setup->optin_words; i++)
        if (strcmp(word[i].name, f.text) == 0) out->optin = word[i].value != 0;
    if (out->optin != MODEL_UNKNOWN) return SCENARIO_OK;
    return unknown(b, f, "is not 0 or 1; say what it stands for in traces.profiles.values.optin", NULL, 0, 0,
                   good);
}

/* ---- rows ---- */

static scenario_status read_known(builder *b, model_known *out, bool *good) {
    *out = (model_known){MODEL_UNKNOWN, MODEL_UNKNOWN, MODEL_UNKNOWN, MODEL_UNKNOWN};
    scenario_status status = read_tier(b, out, good);
    if (status == SCENARIO_OK && *good) status = read_zone(b, out, good);
    if (status == SCENARIO_OK && *good) status = read_platform(b, out, good);
    if (status == SCENARIO_OK && *good) status = read_optin(b, out, good);
    return status;
}

static scenario_status read_row(builder *b) {
    scenario_csv_field who = scenario_table_field(&b->table, b->column[SHOPPER]);
    model_known known;
    bool good = true;
    uint32_t n = b->seen.n, number, shopper;
    if (who.size == 0 || !scenario_utf8_valid(who.text, who.size, NULL))
        return scenario_table_reject_field(&b->table, who, "is no shopper: empty, or not valid UTF-8");
    scenario_status status = read_known(b, &known, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (!scenario_intern_get(&b->seen, who.text, who.size, &number)) return SCENARIO_NO_MEMORY;
    if (number < n) return scenario_table_reject_field(&b->table, who, "had a profile on an earlier row");
    b->out->kept++;
    if (scenario_intern_find(&b->events->shopper, who.text, who.size, &shopper))
        b->out->of[shopper] = (scenario_profile){known, true};
    else
        b->out->unused++;
    return SCENARIO_OK;
}

static scenario_status build(builder *b, scenario_loader *l) {
    const scenario_profiles_setup *s = b->setup;
    const scenario_table_column column[COLUMNS] = {
        [SHOPPER] = {"shopper", s->shopper},    [TIER] = {"tier", s->tier},    [ZONE] = {"zone", s->zone},
        [PLATFORM] = {"platform", s->platform}, [OPTIN] = {"optin", s->optin},
    };
    bool more;
    b->out->of = calloc((size_t)b->events->shopper.n + 1, sizeof *b->out->of);
    if (!b->out->of) return SCENARIO_NO_MEMORY;
    scenario_status status = scenario_table_open(&b->table, l, "traces.profiles", &s->table, NULL, column,
                                                 COLUMNS, b->column, &b->out->file);
    if (status != SCENARIO_OK) return status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b)) != SCENARIO_OK) return status;
    return status == SCENARIO_OK ? scenario_table_end(&b->table, b->out->kept > 0) : status;
}

scenario_status scenario_profiles_load(scenario_loader *l, const scenario_events *events,
                                       scenario_profiles **out) {
    scenario_profiles *made = calloc(1, sizeof *made);
    if (!made) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->profiles, .world = &l->p->shoppers, .events = events, .out = made};
    scenario_status status = build(&b, l);
    scenario_table_close(&b.table);
    scenario_intern_clear(&b.seen);
    if (status == SCENARIO_OK)
        *out = made;
    else
        scenario_profiles_destroy(made);
    return status;
}

void scenario_profiles_destroy(scenario_profiles *profiles) {
    if (!profiles) return;
    scenario_trace_file_clear(&profiles->file);
    free(profiles->of);
    free(profiles);
}
