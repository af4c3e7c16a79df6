/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check.c - what single ranges cannot say: conditions, and how parameters go together.
 */
#include "scenarios/internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- errors with a place ---- */

bool scenario_fail_at(scenario_loader *l, scenario_mark m, const char *format, ...) {
    char what[SCENARIO_ERROR_SIZE - 64], quoted[160];
    int used = l->arm ? snprintf(what, sizeof what, "in arm '%s': ", l->arm) : 0;
    va_list args;
    va_start(args, format);
    vsnprintf(what + used, sizeof what - (size_t)used, format, args);
    va_end(args);
    if (m.set) {
        const char *set = l->sets[m.set - 1];
        scenario_quote(set, strlen(set), quoted, sizeof quoted);
        size_t n = strlen(quoted);
        quoted[n - 1] = '\0'; /* its closing quote; the opening one is skipped below */
        scenario_say(l->error, "--set %s: %.800s", quoted + 1, what);
    } else if (m.line) {
        scenario_say(l->error, "%.500s:%" PRIu32 ":%" PRIu32 ": %.450s", m.preset ? l->preset_file : l->name,
                     m.line, m.column, what);
    } else {
        scenario_say(l->error, "%.500s: %.450s", l->name, what);
    }
    return false;
}

/* Where `path` was given. For a section, or a field that an element lacks: where something in that section or
 * element was. */
scenario_mark scenario_mark_of(const scenario_loader *l, const char *path) {
    char pattern[SCENARIO_PATH_TEXT];
    size_t element, n = scenario_param_count();
    if (!scenario_path_split(path, pattern, &element)) return (scenario_mark){0};
    long row = scenario_param_find(pattern);
    char *open = strstr(pattern, "[]");
    if (row != SCENARIO_NO_PARAM) {
        scenario_mark m = l->mark[l->first[row] + element];
        if (m.line || m.set || !open) return m;
        open[2] = '\0';
    }
    for (size_t i = 0, size = strlen(pattern); size > 0 && i < n; i++) {
        const bis_field *f = scenario_param_at(i).field;
        scenario_mark m = l->mark[l->first[i] + (f->list ? element : 0)];
        bool below = strncmp(f->path, pattern, size) == 0 && (f->path[size] == '.' || f->path[size] == '[');
        if (below && (m.line || m.set)) return m;
    }
    return (scenario_mark){0};
}

bool scenario_given(const scenario_loader *l, const char *path) {
    scenario_mark m = scenario_mark_of(l, path);
    return (m.line > 0 && !m.preset) || m.set > 0;
}

bool scenario_fail(scenario_loader *l, const char *path, const char *format, ...) {
    char what[SCENARIO_ERROR_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    scenario_mark m = scenario_mark_of(l, path);
    return scenario_fail_at(l, l->arm && !m.arm ? l->arm_mark : m, "%s", what);
}

/* ---- conditions ---- */

static bool inactive(scenario_loader *l, size_t row, size_t element, const scenario_error *why) {
    char path[SCENARIO_PATH_TEXT];
    scenario_path_join(scenario_param_at(row).field->path, element, path, sizeof path);
    return scenario_fail_at(l, l->mark[l->first[row] + element],
                            "'%s' has no effect here: %s, or leave this out", path, why->text);
}

void scenario_forget(scenario_loader *l, size_t row) {
    scenario_param q = scenario_param_at(row);
    scenario_value v = {0};
    if (q.field->list)
        *scenario_list_count(l->p, q) = 0;
    else if (scenario_value_parse(q.field, q.field->path, q.field->def, strlen(q.field->def), &v, NULL))
        scenario_value_store(q.field, scenario_param_address(l->p, q, 0), &v);
}

/* An override may switch off a mode that the file has set up, either a mode of the preset, and an arm a mode
 * of all three: what was said of it then falls back to its default in the end, so that equal worlds have
 * equal hashes. */
static bool gave(scenario_giver giver, scenario_mark m) {
    switch (giver) {
    case SCENARIO_OF_FILE: return m.line > 0 && !m.preset;
    case SCENARIO_OF_OVERRIDES: return m.set > 0;
    case SCENARIO_OF_ARM: return m.arm;
    }
    return false;
}

bool scenario_check_active(scenario_loader *l, scenario_giver giver) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        scenario_error why;
        bool stale = false;
        if (scenario_param_active(l->p, q.field, &why)) continue;
        for (size_t k = 0; k < (q.field->list ? q.field->list->max : 1); k++) {
            scenario_mark m = l->mark[l->first[i] + k];
            if (gave(giver, m)) return inactive(l, i, k, &why);
            stale = stale || m.line > 0 || m.set > 0;
        }
        if (stale && giver != SCENARIO_OF_FILE) scenario_forget(l, i);
    }
    return true;
}

/* A field of a list's element without a default must be given with the element. */
static bool elements_complete(scenario_loader *l) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        scenario_param q = scenario_param_at(i);
        if (!q.field->list || q.field->def) continue;
        for (size_t k = 0; k < scenario_param_elements(l->p, q); k++) {
            scenario_mark own = l->mark[l->first[i] + k];
            if (own.line || own.set) continue;
            for (size_t j = 0; j < n; j++) {
                scenario_mark other = {0};
                if (scenario_param_at(j).field->list == q.field->list) other = l->mark[l->first[j] + k];
                if (!other.line && !other.set) continue;
                char path[SCENARIO_PATH_TEXT];
                scenario_path_join(q.field->path, k, path, sizeof path);
                return scenario_fail_at(l, other, "'%s' is missing; it has no default", path);
            }
        }
    }
    return true;
}

/* ---- cross checks ---- */

static bool run(scenario_loader *l) {
    char horizon[32], warmup[32];
    const scenario_run *r = &l->p->run;
    scenario_duration_print(r->horizon, horizon, sizeof horizon);
    scenario_duration_print(r->warmup, warmup, sizeof warmup);
    if (r->warmup >= r->horizon)
        return scenario_fail(l, "run.warmup", "run.warmup (%s) must be shorter than run.horizon (%s)", warmup,
                             horizon);
    return true;
}

/* No two elements of a list may have the same name. */
static bool names_differ(scenario_loader *l, size_t row) {
    scenario_param q = scenario_param_at(row);
    for (size_t i = 0; i < scenario_param_elements(l->p, q); i++) {
        const char *name = scenario_param_address_const(l->p, q, i);
        for (size_t k = 0; k < i && name[0]; k++) {
            if (strcmp(scenario_param_address_const(l->p, q, k), name) != 0) continue;
            char path[SCENARIO_PATH_TEXT], other[SCENARIO_PATH_TEXT];
            scenario_path_join(q.field->path, i, path, sizeof path);
            scenario_path_join(q.field->path, k, other, sizeof other);
            return scenario_fail(l, path, "'%s' and '%s' are both '%s'", other, path, name);
        }
    }
    return true;
}

/* Lists whose elements need a name, and of which the world needs `least`, 0 or 1, at least. */
static bool named(scenario_loader *l, const char *list, size_t least) {
    scenario_param q = scenario_param_at((size_t)scenario_name_row(list));
    size_t count = scenario_param_elements(l->p, q);
    if (count < least)
        return scenario_fail(l, list, "'%s' is empty; list one at least, or leave it out", list);
    for (size_t i = 0; i < count; i++) {
        const char *name = scenario_param_address_const(l->p, q, i);
        char path[SCENARIO_PATH_TEXT];
        scenario_path_join(q.field->path, i, path, sizeof path);
        if (!name[0]) return scenario_fail(l, path, "'%s' is missing; it has no default", path);
    }
    return true;
}

static bool names(scenario_loader *l) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        const bis_field_list *list = scenario_param_at(i).field->list;
        if (list && scenario_name_row(list->path) == (long)i && !names_differ(l, i)) return false;
    }
    return named(l, "catalog.variants", 1) && named(l, "shoppers.tiers", 1) &&
           named(l, "shoppers.zones", 1) && named(l, "policy.arms", 0) &&
           named(l, "traces.inventory.where", 0) && named(l, "traces.inventory.values.available", 0) &&
           named(l, "traces.events.where", 0) && named(l, "traces.events.values.event", 0) &&
           named(l, "traces.profiles.where", 0) && named(l, "traces.profiles.values.tier", 0) &&
           named(l, "traces.profiles.values.zone", 0) && named(l, "traces.profiles.values.platform", 0) &&
           named(l, "traces.profiles.values.optin", 0) && named(l, "traces.catalog.where", 0) &&
           named(l, "traces.sends.where", 0);
}

/* Weights that are brought to a sum of 1 must not all be 0. */
static bool weights(scenario_loader *l, const char *list, const char *field) {
    char path[SCENARIO_PATH_TEXT], first[SCENARIO_PATH_TEXT];
    snprintf(path, sizeof path, "%s[].%s", list, field);
    scenario_param q = scenario_param_at((size_t)scenario_param_find(path));
    size_t n = scenario_param_elements(l->p, q);
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += scenario_value_number(q.field, scenario_param_address_const(l->p, q, i));
    scenario_path_join(path, 0, first, sizeof first);
    return n == 0 || sum > 0 || scenario_fail(l, first, "the %ss in %s are all 0", field, list);
}

/* A list with an element for each of `whole` things, or none at all. */
static bool complete(scenario_loader *l, const char *list, size_t n, size_t whole, const char *each) {
    if (n > 0 && n < whole)
        return scenario_fail(l, list, "'%s' has %zu of %zu elements; list one for each %s, or leave it out",
                             list, n, whole, each);
    return true;
}

static bool weeks(scenario_loader *l) {
    const model_shoppers *s = &l->p->shoppers;
    return complete(l, "shoppers.hours", s->hours, MODEL_DAY_HOURS, "hour of the day") &&
           complete(l, "shoppers.weekdays", s->weekdays, MODEL_WEEKDAYS, "day of the week") &&
           complete(l, "response.hours", l->p->response.hours, MODEL_DAY_HOURS, "hour of the day") &&
           weights(l, "shoppers.hours", "weight") && weights(l, "shoppers.weekdays", "weight");
}

static bool shares(scenario_loader *l) {
    double platforms = 0;
    for (size_t i = 0; i < MODEL_PLATFORMS; i++)
        platforms += l->p->shoppers.platform_share[i];
    if (!weights(l, "catalog.variants", "share") || !weights(l, "shoppers.tiers", "share") ||
        !weights(l, "shoppers.zones", "share") || !weights(l, "shoppers.devices", "share") ||
        !weights(l, "shoppers.regions", "share") || !weights(l, "policy.arms", "weight"))
        return false;
    if (platforms <= 0)
        return scenario_fail(l, "shoppers.platform.ios", "the weights in shoppers.platform are all 0");
    return true;
}

static bool targets(scenario_loader *l) {
    double sum = 0;
    for (size_t i = 0; i < MODEL_PAGES; i++)
        sum += l->p->landing.target[i];
    return sum > 0 || scenario_fail(l, "landing.target", "the weights in landing.target are all 0");
}

static bool sums(scenario_loader *l) {
    static const struct {
        const char *section;
        size_t offset;
    } exclusive[] = {{"interest.initial", offsetof(model_interest, initial)},
                     {"interest.signal", offsetof(model_interest, signal)}};
    for (size_t k = 0; k < 2; k++) {
        const double *share =
            (const double *)(const void *)((const char *)&l->p->interest + exclusive[k].offset);
        char path[SCENARIO_PATH_TEXT] = "", blamed[SCENARIO_PATH_TEXT];
        double sum = 0;
        for (int s = 0; s < MODEL_SOURCES; s++) {
            static const char *const source[MODEL_SOURCES] = {"notify_me", "wishlist", "cart", "browse"};
            sum += share[s];
            snprintf(blamed, sizeof blamed, "%s.%s", exclusive[k].section, source[s]);
            if (scenario_given(l, blamed)) snprintf(path, sizeof path, "%s", blamed);
        }
        if (sum > 1 + 1e-9)
            return scenario_fail(
                l, path,
                "the chances in %s sum to %.10g; a shopper leaves one signal at most, so the "
                "sum must be 1 or less",
                exclusive[k].section, sum);
    }
    return true;
}

static bool restocks(scenario_loader *l) {
    const model_supply *s = &l->p->supply;
    if (s->mode != MODEL_SUPPLY_EXPLICIT) return true;
    if (s->restocks == 0)
        return scenario_fail(l, scenario_given(l, "supply.restocks") ? "supply.restocks" : "supply.mode",
                             "supply.mode explicit needs supply.restocks: list one at least");
    for (size_t i = 0; i < s->restocks; i++) {
        char path[SCENARIO_PATH_TEXT], after[32], horizon[32];
        if (s->restock[i].after >= l->p->run.horizon) {
            snprintf(path, sizeof path, "supply.restocks[%zu].after", i);
            scenario_duration_print(s->restock[i].after, after, sizeof after);
            scenario_duration_print(l->p->run.horizon, horizon, sizeof horizon);
            return scenario_fail(l, path, "'%s' is %s, but the run ends after %s (run.horizon)", path, after,
                                 horizon);
        }
        if (s->restock[i].product >= l->p->catalog.products) {
            snprintf(path, sizeof path, "supply.restocks[%zu].product", i);
            return scenario_fail(l, path,
                                 "'%s' is %" PRId64 ", but products are counted from 0 and there are %" PRId64
                                 " (catalog.products)",
                                 path, s->restock[i].product, l->p->catalog.products);
        }
    }
    return true;
}

enum { ORDERS_AT_ONCE = 1000 };

/* What is ordered must lift a SKU above its reorder point in few steps. */
static bool reorder(scenario_loader *l) {
    const model_supply *s = &l->p->supply;
    double units = fmax(model_units_mean(&s->quantity), 1);
    if (s->mode != MODEL_SUPPLY_REORDER || (double)s->reorder_point <= ORDERS_AT_ONCE * units) return true;
    return scenario_fail(l, "supply.reorder.point",
                         "supply.reorder.point (%" PRId64
                         ") is more than %d times the mean of supply.quantity (%g); order more at a time",
                         s->reorder_point, ORDERS_AT_ONCE, units);
}

static bool phantoms(scenario_loader *l) {
    const model_view *view[] = {&l->p->feed, &l->p->storefront};
    for (size_t i = 0; i < 2; i++) {
        const model_phantom *m = &view[i]->phantom;
        if (m->rate <= 0 || !model_span_is_zero(&m->lasts)) continue;
        const char *name = i == 0 ? "feed" : "storefront";
        char path[SCENARIO_PATH_TEXT];
        snprintf(path, sizeof path, "%s.phantom.rate", name);
        return scenario_fail(l, path, "'%s' has no effect: %s.phantom.lasts is 0; set one or leave it out",
                             path, name);
    }
    return true;
}

static bool carts(scenario_loader *l) {
    const model_reservation *m = &l->p->reservation;
    return m->abandon <= 0 || !model_span_is_zero(&m->ttl) ||
           scenario_fail(
               l, "reservation.abandon",
               "'reservation.abandon' has no effect: reservation.ttl is 0; set one or leave it out");
}

static bool provider(scenario_loader *l) {
    const model_provider *p = &l->p->provider;
    for (size_t i = 0; i < p->outages; i++) {
        char path[SCENARIO_PATH_TEXT], after[32], horizon[32];
        if (p->outage[i].after < l->p->run.horizon) continue;
        snprintf(path, sizeof path, "provider.outages[%zu].after", i);
        scenario_duration_print(p->outage[i].after, after, sizeof after);
        scenario_duration_print(l->p->run.horizon, horizon, sizeof horizon);
        return scenario_fail(l, path, "'%s' is %s, but the run ends after %s (run.horizon)", path, after,
                             horizon);
    }
    if (p->stale_after == 0 && scenario_given(l, "shoppers.token_age"))
        return scenario_fail(l, "shoppers.token_age",
                             "'shoppers.token_age' has no effect here: no token is too old; set "
                             "provider.stale_after, or leave this out");
    return true;
}

/* Uniform distributions, of spans and of units: wherever a .dist stands, .min and .max stand beside it. */
static bool uniforms(scenario_loader *l) {
    size_t n = scenario_param_count();
    for (size_t i = 0; i < n; i++) {
        const char *path = scenario_param_at(i).field->path;
        size_t size = strlen(path);
        char value[SCENARIO_VALUE_SIZE], lo[SCENARIO_PATH_TEXT], hi[SCENARIO_PATH_TEXT];
        if (size < 5 || strcmp(path + size - 5, ".dist") != 0) continue;
        if (!scenario_param_get(l->p, path, value, sizeof value) || strcmp(value, "uniform") != 0) continue;
        snprintf(lo, sizeof lo, "%.*s.min", (int)size - 5, path);
        snprintf(hi, sizeof hi, "%.*s.max", (int)size - 5, path);
        long a = scenario_param_find(lo), b = scenario_param_find(hi);
        if (a == SCENARIO_NO_PARAM || b == SCENARIO_NO_PARAM) continue;
        scenario_param min = scenario_param_at((size_t)a), max = scenario_param_at((size_t)b);
        if (scenario_value_number(min.field, scenario_param_address_const(l->p, min, 0)) >
            scenario_value_number(max.field, scenario_param_address_const(l->p, max, 0)))
            return scenario_fail(l, scenario_given(l, lo) ? lo : hi, "'%s' must not be above '%s'", lo, hi);
    }
    return true;
}

/* The engine's own check names the parameter, or a list's field, at the start of its text. */
static bool policy(scenario_loader *l) {
    const char *why = bis_policy_check(&l->p->policy);
    if (!why) return true;
    char path[SCENARIO_PATH_TEXT];
    size_t n = strcspn(why, " :,;[");
    snprintf(path, sizeof path, "%.*s", (int)(n < sizeof path ? n : 0), why);
    return scenario_fail(l, path, "%s", why);
}

bool scenario_check_all(scenario_loader *l) {
    return elements_complete(l) && run(l) && names(l) && shares(l) && weeks(l) && targets(l) && sums(l) &&
           restocks(l) && reorder(l) && phantoms(l) && carts(l) && provider(l) && uniforms(l) && policy(l);
}
