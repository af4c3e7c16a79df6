/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibrate_rows.c - see calibrate_rows.h.
 */
#include "lab/calibrate_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/intern.h"

typedef struct {
    const lab_table_setup *setup;
    const lab_event_words *words;
    const char *path;
    lab_traces *out;
    lab_error *error;
} job;

static lab_status no_memory(job *j) {
    return lab_fail(j->error, LAB_FAILED, "out of memory");
}

/* ---- traces.events ---- */

typedef struct {
    scenario_intern shopper, sku, order;
    size_t room;
} events_names;

/* -1 for one that nothing is fitted to. */
static int kind_of(const lab_event_words *words, const char *text) {
    static const char *const event[LAB_EVENT_KINDS] = {"view", "purchase", "return"};
    for (size_t i = 0; i < words->words; i++) {
        if (strcmp(text, words->word[i].name) != 0) continue;
        for (int k = 0; k < LAB_EVENT_KINDS; k++)
            if (!strcmp(words->word[i].value, event[k])) return k;
        return -1;
    }
    for (int k = 0; k < LAB_EVENT_KINDS; k++)
        if (!strcmp(text, words->name[k])) return k;
    return -1;
}

/* [out] kind: as above; -2: the row is bad. */
static lab_status take_kind(job *j, lab_table *t, lab_trace_event *e, int *kind) {
    const lab_event_words *words = j->words;
    bool named = j->setup->column[LAB_EVENTS_EVENT][0];
    *kind = named ? kind_of(words, lab_table_field(t, LAB_EVENTS_EVENT).text) : LAB_EVENT_PURCHASE;
    e->quantity = 1;
    if (j->setup->column[LAB_EVENTS_QUANTITY][0] && !lab_table_number(t, LAB_EVENTS_QUANTITY, &e->quantity)) {
        *kind = -2;
        return lab_table_reject(t, LAB_EVENTS_QUANTITY, "is no number of units");
    }
    const char *order = lab_table_field(t, LAB_EVENTS_ORDER).text;
    bool returned = words->returned[0] && !strncmp(order, words->returned, strlen(words->returned));
    if ((returned || (e->quantity < 0 && !words->negative_sold)) && *kind == LAB_EVENT_PURCHASE)
        *kind = LAB_EVENT_RETURN;
    if (e->quantity < 0 && *kind == LAB_EVENT_PURCHASE) *kind = -1; /* as a scenario takes it: no event */
    e->quantity = fabs(e->quantity);
    if (e->quantity == 0 && *kind != LAB_EVENT_VIEW) *kind = -1;
    return LAB_OK;
}

/* The row's money, or by the unit. false: it is none, and column says where. */
static bool take_money(const job *j, lab_table *t, lab_trace_event *e, size_t *column) {
    *column = j->setup->column[LAB_EVENTS_REVENUE][0] ? LAB_EVENTS_REVENUE : LAB_EVENTS_PRICE;
    if (!j->setup->column[*column][0] || !lab_table_field(t, *column).size) return true;
    if (!lab_table_number(t, *column, &e->revenue)) return false;
    if (*column == LAB_EVENTS_PRICE) e->revenue *= e->quantity;
    return true;
}

static bool name_ids(job *j, lab_table *t, events_names *names, lab_trace_event *e) {
    scenario_csv_field shopper = lab_table_field(t, LAB_EVENTS_SHOPPER),
                       sku = lab_table_field(t, LAB_EVENTS_SKU), order = lab_table_field(t, LAB_EVENTS_ORDER);
    uint32_t number;
    e->shopper = LAB_NO_SHOPPER;
    e->order = (uint64_t)e->at;
    if (shopper.size && !scenario_intern_get(&names->shopper, shopper.text, shopper.size, &e->shopper))
        return false;
    if (j->setup->column[LAB_EVENTS_ORDER][0]) {
        if (!scenario_intern_get(&names->order, order.text, order.size, &number)) return false;
        e->order = number;
    }
    return scenario_intern_get(&names->sku, sku.text, sku.size, &e->sku);
}

static bool keep_event(job *j, events_names *names, lab_trace_event e) {
    if (j->out->events == names->room) {
        size_t room = names->room ? 2 * names->room : 4096;
        lab_trace_event *more = realloc(j->out->event, room * sizeof *more);
        if (!more) return false;
        j->out->event = more;
        names->room = room;
    }
    j->out->event[j->out->events++] = e;
    j->out->events_of.rows++;
    return true;
}

static lab_status take_event(job *j, lab_table *t, events_names *names) {
    lab_trace_event e = {.revenue = NAN};
    int kind;
    if (!lab_table_time(t, LAB_EVENTS_TIMESTAMP, &e.at))
        return lab_table_reject(t, LAB_EVENTS_TIMESTAMP, "is no time");
    if (!lab_table_field(t, LAB_EVENTS_SKU).size) return lab_table_reject(t, LAB_EVENTS_SKU, "is no SKU");
    lab_status status = take_kind(j, t, &e, &kind);
    if (status != LAB_OK || kind == -2) return status;
    size_t column;
    if (!take_money(j, t, &e, &column)) return lab_table_reject(t, column, "is no amount of money");
    if (kind < 0) {
        j->out->events_of.other++;
        return LAB_OK;
    }
    e.kind = (lab_event_kind)kind;
    return name_ids(j, t, names, &e) && keep_event(j, names, e) ? LAB_OK : no_memory(j);
}

static lab_status read_events(job *j) {
    lab_table table;
    events_names names = {0};
    bool end = false;
    lab_status status = lab_table_open(&table, j->setup, j->path, &j->out->events_of, j->error);
    while (status == LAB_OK) {
        status = lab_table_next(&table, &end);
        if (end || status != LAB_OK) break;
        status = take_event(j, &table, &names);
    }
    lab_table_close(&table);
    j->out->shoppers = names.shopper.n;
    j->out->skus = names.sku.n;
    scenario_intern_clear(&names.shopper);
    scenario_intern_clear(&names.sku);
    scenario_intern_clear(&names.order);
    if (status == LAB_OK && !j->out->events)
        return lab_fail(j->error, LAB_BAD_INPUT,
                        "%s: no row is a view, a purchase or a return (traces.events.values)",
                        j->out->events_of.path);
    return status;
}

/* ---- traces.sends ---- */

static lab_status take_send(job *j, lab_table *t, size_t *room) {
    lab_trace_send s = {.opened = -1, .clicked = -1};
    if (!lab_table_time(t, LAB_SENDS_SENT_AT, &s.at))
        return lab_table_reject(t, LAB_SENDS_SENT_AT, "is no time");
    if (lab_table_field(t, LAB_SENDS_OPENED).size && !lab_table_time(t, LAB_SENDS_OPENED, &s.opened))
        return lab_table_reject(t, LAB_SENDS_OPENED, "is no time, nor empty");
    if (lab_table_field(t, LAB_SENDS_CLICKED).size && !lab_table_time(t, LAB_SENDS_CLICKED, &s.clicked))
        return lab_table_reject(t, LAB_SENDS_CLICKED, "is no time, nor empty");
    if (s.opened >= 0 && s.opened < s.at) return lab_table_reject(t, LAB_SENDS_OPENED, "is before the send");
    if (s.clicked >= 0 && (s.opened < 0 || s.clicked < s.opened))
        return lab_table_reject(t, LAB_SENDS_CLICKED, "is before the message was opened");
    if (j->out->sends == *room) {
        size_t more = *room ? 2 * *room : 4096;
        lab_trace_send *send = realloc(j->out->send, more * sizeof *send);
        if (!send) return no_memory(j);
        j->out->send = send;
        *room = more;
    }
    j->out->send[j->out->sends++] = s;
    j->out->sends_of.rows++;
    return LAB_OK;
}

static lab_status read_sends(job *j) {
    lab_table table;
    size_t room = 0;
    bool end = false;
    lab_status status = lab_table_open(&table, j->setup, j->path, &j->out->sends_of, j->error);
    while (status == LAB_OK) {
        status = lab_table_next(&table, &end);
        if (end || status != LAB_OK) break;
        status = take_send(j, &table, &room);
    }
    lab_table_close(&table);
    if (status == LAB_OK && !j->out->sends)
        return lab_fail(j->error, LAB_BAD_INPUT, "%s: no rows", j->out->sends_of.path);
    return status;
}

lab_status lab_rows_events(const lab_table_setup *setup, const lab_event_words *words, const char *beside,
                           lab_traces *out, lab_error *error) {
    job j = {setup, words, beside, out, error};
    return read_events(&j);
}

lab_status lab_rows_sends(const lab_table_setup *setup, const char *beside, lab_traces *out,
                          lab_error *error) {
    job j = {setup, NULL, beside, out, error};
    return read_sends(&j);
}
