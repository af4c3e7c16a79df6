/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_input.c - see calibrate_input.h.
 *
 * traces.inventory is handed to the scenario's own loader, so that both commands read it alike. The keys
 * of the other two tables stand here; calibrate_rows.c reads them.
 */
#include "lab/calibrate_input.h"

#include <stdlib.h>
#include <string.h>

#include "lab/calibrate_rows.h"
#include "scenarios/flat.h"
#include "scenarios/params.h"

enum { WORD = 64, KEYS_MAX = 40 };

typedef struct {
    lab_table_setup events, sends;
    char format[2][WORD], bad_row[2][WORD], days[WORD];
    lab_event_words words;
    char negative[WORD], duplicates[WORD];
    char unused[WORD]; /* what matters where events meet a stock, or a send a shopper */
} config;

typedef struct {
    const char *path;
    char *text;
    size_t size;
    const char *value; /* the default */
} config_key;

static const char *const bad_rows[] = {"fail", "skip"};
static const char *const negatives[] = {"never", "negative"};
static const char *const duplicates[] = {"keep", "drop"};
static const char *const events_known[] = {"view",   "add_to_cart", "purchase", "notify_me", "wishlist",
                                           "return", "optin",       "optout",   "ignore"};

typedef struct {
    const char *path;
    scenario_flat flat;
    config c;
    config_key key[KEYS_MAX];
    size_t keys;
    lab_traces out;
    lab_error *error;
} job;

static lab_status no_memory(job *j) {
    return lab_fail(j->error, LAB_FAILED, "out of memory");
}

static lab_status fail_at(job *j, const scenario_flat_value *v, const char *what) {
    return lab_fail(j->error, LAB_BAD_INPUT, "%s:%u:%u: %s", j->path, v->line, v->column, what);
}

/* ---- the key table ---- */

static void add(job *j, const char *path, char *text, size_t size, const char *value) {
    j->key[j->keys++] = (config_key){path, text, size, value};
    snprintf(text, size, "%s", value);
}

static void add_column(job *j, lab_table_setup *setup, size_t c, const char *path, const char *value) {
    add(j, path, setup->column[c], sizeof setup->column[c], value);
    setup->key[c] = strrchr(path, '.') + 1;
}

static void make_keys(job *j) {
    config *c = &j->c;
    snprintf(c->events.section, sizeof c->events.section, "traces.events");
    snprintf(c->sends.section, sizeof c->sends.section, "traces.sends");
    add(j, "traces.events.file", c->events.file, sizeof c->events.file, "");
    add(j, "traces.events.origin", c->events.origin, sizeof c->events.origin, "");
    add(j, "traces.events.time_format", c->format[0], WORD, "iso8601");
    add(j, "traces.events.on_bad_row", c->bad_row[0], WORD, "fail");
    add_column(j, &c->events, LAB_EVENTS_TIMESTAMP, "traces.events.columns.timestamp", "timestamp");
    add_column(j, &c->events, LAB_EVENTS_SHOPPER, "traces.events.columns.shopper", "shopper");
    add_column(j, &c->events, LAB_EVENTS_SKU, "traces.events.columns.sku", "sku");
    add_column(j, &c->events, LAB_EVENTS_EVENT, "traces.events.columns.event", "");
    add_column(j, &c->events, LAB_EVENTS_QUANTITY, "traces.events.columns.quantity", "");
    add_column(j, &c->events, LAB_EVENTS_REVENUE, "traces.events.columns.revenue", "");
    add_column(j, &c->events, LAB_EVENTS_ORDER, "traces.events.columns.order", "");
    add_column(j, &c->events, LAB_EVENTS_PRICE, "traces.events.columns.price", "");
    add(j, "traces.events.values.view", c->words.name[LAB_EVENT_VIEW], LAB_TABLE_TEXT, "view");
    add(j, "traces.events.values.purchase", c->words.name[LAB_EVENT_PURCHASE], LAB_TABLE_TEXT, "purchase");
    add(j, "traces.events.values.return", c->words.name[LAB_EVENT_RETURN], LAB_TABLE_TEXT, "return");
    add(j, "traces.events.return_if.order", c->words.returned, sizeof c->words.returned, "");
    add(j, "traces.events.return_if.quantity", c->negative, WORD, "");
    add(j, "traces.events.duplicates", c->duplicates, WORD, "keep");
    add(j, "traces.events.join", c->unused, WORD, "");
    add(j, "traces.events.align", c->unused, WORD, "");
    add(j, "traces.sends.file", c->sends.file, sizeof c->sends.file, "");
    add(j, "traces.sends.origin", c->sends.origin, sizeof c->sends.origin, "");
    add(j, "traces.sends.time_format", c->format[1], WORD, "iso8601");
    add(j, "traces.sends.on_bad_row", c->bad_row[1], WORD, "fail");
    add(j, "traces.sends.days", c->days, WORD, "7");
    add_column(j, &c->sends, LAB_SENDS_SENT_AT, "traces.sends.columns.timestamp", "timestamp");
    add_column(j, &c->sends, LAB_SENDS_OPENED, "traces.sends.columns.opened", "opened");
    add_column(j, &c->sends, LAB_SENDS_CLICKED, "traces.sends.columns.clicked", "");
    add(j, "traces.sends.columns.shopper", c->unused, WORD, "");
    add(j, "traces.sends.columns.sku", c->unused, WORD, "");
}

static bool is_below(const char *path, const char *section) {
    size_t n = strlen(section);
    return !strncmp(path, section, n) && (path[n] == '.' || path[n] == '[' || path[n] == '\0');
}

/* Whether some parameter of a scenario has this first part, as "policy" is of "policy.caps[0].count"; below
 * traces the first two. */
static bool is_section(const char *path) {
    char first[SCENARIO_FLAT_PATH];
    size_t size = strcspn(path, ".[");
    if (is_below(path, "traces.")) return false;
    if (is_below(path, "traces") && path[size]) size += 1 + strcspn(path + size + 1, ".[");
    snprintf(first, sizeof first, "%.*s", (int)size, path);
    for (size_t i = 0; i < scenario_param_count(); i++)
        if (is_below(scenario_param_at(i).field->path, first)) return true;
    return false;
}

static lab_status unknown(job *j, const scenario_flat_value *v) {
    const char *word[KEYS_MAX];
    char what[3 * SCENARIO_FLAT_PATH], other[SCENARIO_FLAT_PATH];
    for (size_t i = 0; i < j->keys; i++)
        word[i] = j->key[i].path;
    const char *near = lab_nearest(v->path, word, j->keys);
    if (!near) near = scenario_param_nearest(v->path, other, sizeof other);
    snprintf(what, sizeof what, "unknown key '%s'%s%s%s", v->path, near ? "; did you mean '" : "",
             near ? near : "; docs/CALIBRATE.md lists them", near ? "'?" : "");
    return fail_at(j, v, what);
}

/* COLUMN: TEXT below a table's `where`. */
static lab_status take_where(job *j, lab_table_setup *setup, const scenario_flat_value *v, const char *name) {
    if (setup->wheres == SCENARIO_WHERE_MAX) return fail_at(j, v, "8 columns at most may be looked at");
    scenario_where *w = &setup->where[setup->wheres++];
    if ((size_t)snprintf(w->name, sizeof w->name, "%s", name) < sizeof w->name &&
        (size_t)snprintf(w->value, sizeof w->value, "%s", v->text) < sizeof w->value)
        return LAB_OK;
    return fail_at(j, v, "the text is too long");
}

/* WORD: EVENT, as in a scenario. */
static lab_status take_word(job *j, const scenario_flat_value *v, const char *name) {
    lab_event_words *words = &j->c.words;
    if (words->words == SCENARIO_VALUES_MAX) return fail_at(j, v, "16 words at most may stand for events");
    scenario_where *w = &words->word[words->words++];
    if ((size_t)snprintf(w->name, sizeof w->name, "%s", name) >= sizeof w->name ||
        (size_t)snprintf(w->value, sizeof w->value, "%s", v->text) >= sizeof w->value)
        return fail_at(j, v, "the text is too long");
    for (size_t i = 0; i < sizeof events_known / sizeof *events_known; i++)
        if (!strcmp(w->value, events_known[i])) return LAB_OK;
    return fail_at(j, v,
                   "an event is one of view, add_to_cart, purchase, notify_me, wishlist, return, optin, "
                   "optout and ignore");
}

static lab_status take_key(job *j, const scenario_flat_value *v) {
    static const char events[] = "traces.events.where.", sends[] = "traces.sends.where.";
    static const char word[] = "traces.events.values.event.";
    if (is_below(v->path, "traces.inventory")) return LAB_OK; /* the scenario's loader looks at it */
    if (!strncmp(v->path, events, sizeof events - 1))
        return take_where(j, &j->c.events, v, v->path + sizeof events - 1);
    if (!strncmp(v->path, sends, sizeof sends - 1))
        return take_where(j, &j->c.sends, v, v->path + sizeof sends - 1);
    if (!strncmp(v->path, word, sizeof word - 1)) return take_word(j, v, v->path + sizeof word - 1);
    for (size_t i = 0; i < j->keys; i++) {
        if (strcmp(j->key[i].path, v->path) != 0) continue;
        if ((size_t)snprintf(j->key[i].text, j->key[i].size, "%s", v->text) < j->key[i].size) return LAB_OK;
        return fail_at(j, v, "the text is too long");
    }
    bool known =
        !is_below(v->path, "traces.events") && !is_below(v->path, "traces.sends") && is_section(v->path);
    for (size_t i = 0; i < j->keys && !v->text[0]; i++) /* a section of which nothing is said */
        known = known || is_below(j->key[i].path, v->path);
    return known ? LAB_OK : unknown(j, v);
}

/* ---- values that are no texts ---- */

static lab_status choose(job *j, const char *path, const char *text, const char *const *word, size_t n,
                         int *out) {
    char what[200];
    for (size_t i = 0; i < n; i++)
        if (!strcmp(text, word[i])) {
            *out = (int)i;
            return LAB_OK;
        }
    snprintf(what, sizeof what, "'%s' is one of %s, %s%s%s", path, word[0], word[1], n > 2 ? ", " : "",
             n > 2 ? word[2] : "");
    return fail_at(j, scenario_flat_find(&j->flat, path), what);
}

static lab_status take_days(job *j) {
    char *end;
    double days = strtod(j->c.days, &end);
    if (end == j->c.days || *end || !(days > 0 && days <= 365))
        return fail_at(j, scenario_flat_find(&j->flat, "traces.sends.days"),
                       "'traces.sends.days' is a number of days above 0, at most 365");
    j->out.send_window = (int64_t)(days * 86400e3);
    return LAB_OK;
}

static lab_status take_visit_buy(job *j) {
    static const char path[] = "shoppers.visit_buy";
    const scenario_flat_value *v = scenario_flat_find(&j->flat, path);
    scenario_params *p = malloc(sizeof *p);
    scenario_error why;
    if (!p) return no_memory(j);
    scenario_params_default(p);
    bool good = !v || scenario_param_set(p, path, v->text, &why);
    j->out.visit_buy = p->shoppers.visit_buy;
    free(p);
    if (!good) return fail_at(j, v, why.text);
    return j->out.visit_buy > 0 ? LAB_OK : fail_at(j, v, "'shoppers.visit_buy' must be above 0 here");
}

static lab_status take_format(job *j, const char *path, const char *format, lab_table_setup *setup) {
    scenario_times times;
    char what[LAB_ERROR_SIZE / 2];
    snprintf(setup->time_format, sizeof setup->time_format, "%s", format);
    if (scenario_times_open(&times, setup->time_format, what, sizeof what)) return LAB_OK;
    return fail_at(j, scenario_flat_find(&j->flat, path), what);
}

/* What a row of events is besides. */
static lab_status take_events(job *j) {
    static const char same[] = "traces.events.duplicates", price[] = "traces.events.columns.price";
    const char *below = j->c.negative[0] ? j->c.negative : negatives[!j->c.words.returned[0]];
    int negative = 1, drop = 0;
    lab_status status = choose(j, "traces.events.return_if.quantity", below, negatives, 2, &negative);
    j->c.words.negative_sold = negative == 0;
    if (status == LAB_OK) status = choose(j, same, j->c.duplicates, duplicates, 2, &drop);
    if (status == LAB_OK && drop == 1)
        return fail_at(j, scenario_flat_find(&j->flat, same),
                       "calibrate keeps rows that are alike: drop them before");
    if (status == LAB_OK && j->c.events.column[LAB_EVENTS_PRICE][0] &&
        j->c.events.column[LAB_EVENTS_REVENUE][0])
        return fail_at(j, scenario_flat_find(&j->flat, price),
                       "a row's money is by 'revenue' or by 'price', not both");
    return status;
}

static lab_status take_config(job *j) {
    lab_status status = LAB_OK;
    bool skip[2] = {0};
    lab_table_setup *setup[2] = {&j->c.events, &j->c.sends};
    static const char *const format[] = {"traces.events.time_format", "traces.sends.time_format"};
    static const char *const bad[] = {"traces.events.on_bad_row", "traces.sends.on_bad_row"};
    make_keys(j);
    for (size_t i = 0; i < j->flat.n && status == LAB_OK; i++)
        status = take_key(j, &j->flat.value[i]);
    for (int i = 0; i < 2 && status == LAB_OK; i++) {
        int skips = 0;
        status = take_format(j, format[i], j->c.format[i], setup[i]);
        if (status == LAB_OK) status = choose(j, bad[i], j->c.bad_row[i], bad_rows, 2, &skips);
        setup[i]->skip_bad = skip[i] = skips == 1;
    }
    if (status == LAB_OK) status = take_days(j);
    if (status == LAB_OK) status = take_events(j);
    return status == LAB_OK ? take_visit_buy(j) : status;
}

/* ---- traces.inventory ---- */

/* The loader's message, laid to the place in the file instead of the override that it was handed on as. */
static lab_status stock_failed(job *j, const char *message) {
    for (size_t i = 0; i < j->flat.n; i++) {
        const scenario_flat_value *v = &j->flat.value[i];
        char set[SCENARIO_ERROR_SIZE];
        int n = snprintf(set, sizeof set, "--set %s=%s: ", v->path, v->text);
        if (is_below(v->path, "traces.inventory") && n > 0 && !strncmp(message, set, (size_t)n))
            return fail_at(j, v, message + n);
    }
    return lab_fail(j->error, LAB_BAD_INPUT, "%s", message);
}

static lab_status read_stock(job *j) {
    static const char text[] = "supply: {mode: trace}\n";
    const char **set = calloc(j->flat.n + 1, sizeof *set);
    char *room = NULL, *at;
    size_t sets = 0, size = 1;
    scenario_error why = {""};
    for (size_t i = 0; i < j->flat.n; i++)
        size += strlen(j->flat.value[i].path) + strlen(j->flat.value[i].text) + 2;
    at = room = malloc(size);
    if (!set || !room) {
        free(set);
        free(room);
        return no_memory(j);
    }
    for (size_t i = 0; i < j->flat.n; i++) {
        const scenario_flat_value *v = &j->flat.value[i];
        if (!is_below(v->path, "traces.inventory")) continue;
        set[sets++] = at;
        at += sprintf(at, "%s=%s", v->path, v->text) + 1;
    }
    scenario_status status =
        sets ? scenario_parse(j->path, text, sizeof text - 1, set, sets, &j->out.stock, &why) : SCENARIO_OK;
    free(set);
    free(room);
    if (status == SCENARIO_NO_MEMORY) return no_memory(j);
    return status == SCENARIO_OK ? LAB_OK : stock_failed(j, why.text);
}

/* ---- all ---- */

/* Keys of a table without its file would have no effect. */
static lab_status check_file(job *j, const char *section, const char *file) {
    char what[200];
    if (file[0]) return LAB_OK;
    for (size_t i = 0; i < j->flat.n; i++) {
        if (!is_below(j->flat.value[i].path, section) || !j->flat.value[i].text[0]) continue;
        snprintf(what, sizeof what, "'%s' has no effect without %s.file", j->flat.value[i].path, section);
        return fail_at(j, &j->flat.value[i], what);
    }
    return LAB_OK;
}

static lab_status read_all(job *j) {
    lab_status status = take_config(j);
    if (status == LAB_OK) status = check_file(j, "traces.events", j->c.events.file);
    if (status == LAB_OK) status = check_file(j, "traces.sends", j->c.sends.file);
    if (status == LAB_OK) status = read_stock(j);
    if (status == LAB_OK && j->c.events.file[0])
        status = lab_rows_events(&j->c.events, &j->c.words, j->path, &j->out, j->error);
    if (status == LAB_OK && j->c.sends.file[0])
        status = lab_rows_sends(&j->c.sends, j->path, &j->out, j->error);
    if (status == LAB_OK && !j->out.stock && !j->out.events && !j->out.sends)
        status = lab_fail(j->error, LAB_BAD_INPUT,
                          "%s: no traces: name a file in traces.inventory, traces.events or traces.sends; "
                          "docs/CALIBRATE.md says how",
                          j->path);
    return status;
}

lab_status lab_traces_read(const char *path, lab_traces *out, lab_error *error) {
    scenario_error why = {""};
    job *j = calloc(1, sizeof *j);
    if (!j) return lab_fail(error, LAB_FAILED, "out of memory");
    j->path = path;
    j->error = error;
    scenario_status read = scenario_flat_read(path, &j->flat, &why);
    lab_status status = read == SCENARIO_OK          ? read_all(j)
                        : read == SCENARIO_NO_MEMORY ? no_memory(j)
                                                     : lab_fail(error, LAB_BAD_INPUT, "%s", why.text);
    scenario_flat_clear(&j->flat);
    if (status == LAB_OK)
        *out = j->out;
    else
        lab_traces_clear(&j->out);
    free(j);
    return status;
}

void lab_traces_clear(lab_traces *traces) {
    scenario_destroy(traces->stock);
    free(traces->event);
    free(traces->send);
    *traces = (lab_traces){0};
}
