/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * people.c - what the shoppers' parameters speak of by name: time zones, whose files are read, and the
 * policy's regions and templates.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/zone.h"

/* Local time beyond this from either end of a run has no effect on it: no cap looks further back than to a
 * message that was sent in the run, and nothing is put off by more than a day or two. */
static const int64_t slack = INT64_C(366) * 86400000;

static scenario_status zones(scenario_loader *l, scenario *s) {
    const model_shoppers *shoppers = &s->p.shoppers;
    s->zone = calloc(shoppers->zones, sizeof *s->zone);
    if (!s->zone) return SCENARIO_NO_MEMORY;
    for (s->zones = 0; s->zones < shoppers->zones; s->zones++) {
        char path[SCENARIO_PATH_TEXT];
        scenario_error what;
        scenario_status status = scenario_zone_load(shoppers->zone[s->zones].name, &s->zone[s->zones], &what);
        snprintf(path, sizeof path, "shoppers.zones[%zu].name", s->zones);
        if (status == SCENARIO_BAD_INPUT) scenario_fail(l, path, "'%s': %s", path, what.text);
        if (status != SCENARIO_OK) return status;
    }
    return SCENARIO_OK;
}

static bool template_of(scenario_loader *l, const scenario *s, size_t i) {
    const char *name = s->p.response.template_click[i].name;
    const bis_template *known[BIS_TEMPLATES_MAX];
    size_t templates = scenario_templates(s, known, NULL);
    scenario_near near = {.wrong = name};
    char path[SCENARIO_PATH_TEXT];
    for (size_t k = 0; k < templates; k++) {
        if (strcmp(known[k]->name, name) == 0) return true;
        scenario_near_consider(&near, known[k]->name, strlen(known[k]->name));
    }
    size_t size = 0;
    const char *meant = scenario_near_found(&near, &size);
    snprintf(path, sizeof path, "response.template_click[%zu].name", i);
    if (meant)
        return scenario_fail(l, path, "'%s' is '%s', which is none of policy.templates; did you mean '%.*s'?",
                             path, name, (int)size, meant);
    return scenario_fail(l, path,
                         "'%s' is '%s', which is none of policy.templates; add it there, or leave it out",
                         path, name);
}

static bool region(scenario_loader *l, scenario *s, size_t i) {
    const char *name = s->p.shoppers.region[i].name;
    const bis_consent_setup *consent = &s->p.policy.consent;
    scenario_near near = {.wrong = name};
    char path[SCENARIO_PATH_TEXT];
    if (!name[0]) return true;
    for (size_t k = 0; k < consent->regions; k++) {
        if (strcmp(consent->region[k].name, name) == 0) s->region[i] = (uint8_t)(k + 1);
        scenario_near_consider(&near, consent->region[k].name, strlen(consent->region[k].name));
    }
    if (s->region[i] > 0) return true;
    size_t size = 0;
    const char *meant = scenario_near_found(&near, &size);
    snprintf(path, sizeof path, "shoppers.regions[%zu].name", i);
    if (meant)
        return scenario_fail(l, path, "'%s' is '%s', which is none of policy.regions; did you mean '%.*s'?",
                             path, name, (int)size, meant);
    return scenario_fail(
        l, path,
        "'%s' is '%s', which is none of policy.regions; add it there, or write \"\" for shoppers in no "
        "region",
        path, name);
}

scenario_status scenario_people_resolve(scenario_loader *l, scenario *s) {
    for (size_t i = 0; i < s->p.shoppers.regions; i++)
        if (!region(l, s, i)) return SCENARIO_BAD_INPUT;
    for (size_t i = 0; i < s->p.response.template_clicks; i++)
        if (!template_of(l, s, i)) return SCENARIO_BAD_INPUT;
    return zones(l, s);
}

void scenario_people_clear(scenario *s) {
    for (size_t i = 0; s->zone && i < s->zones; i++)
        scenario_zone_clear(&s->zone[i]);
    free(s->zone);
}

bool scenario_zone_step_matters(const scenario *s, const bis_zone *zone, size_t step) {
    const scenario_run *r = &s->p.run;
    bool begins_in_time = zone->step[step].from < r->start + r->horizon + slack;
    bool lasts = step + 1 == zone->n || zone->step[step + 1].from > r->start - slack;
    return begins_in_time && lasts;
}
