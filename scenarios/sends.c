/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sends.c - reads a trace of sends: what the shop really sent at the time, and what became of it.
 */
#include "scenarios/internal.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/named.h"

enum { TIMESTAMP, SHOPPER, SKU, OPENED, CLICKED, COLUMNS };

typedef struct {
    const scenario_sends_setup *setup;
    const scenario_events *events;
    const scenario_inventory *inventory; /* with SKUs of its own that an event may not be about; NULL */
    scenario_sends *out;
    scenario_table table;
    size_t column[COLUMNS], room;
} builder;

/* ---- cells: each returns OK with *good false where it has booked the row as bad ---- */

/* An empty cell: never. [in] since: it cannot be before that. */
static scenario_status read_time(builder *b, size_t column, int64_t since, const char *is_early, int64_t *at,
                                 bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[column]);
    *at = SCENARIO_NEVER;
    if (f.size == 0 && column != TIMESTAMP) return SCENARIO_OK;
    *good = scenario_table_time(&b->table, f, at);
    if (!*good) return scenario_table_reject_time(&b->table, f);
    *good = *at >= since;
    return *good ? SCENARIO_OK : scenario_table_reject_field(&b->table, f, is_early);
}

static scenario_status read_times(builder *b, scenario_send *row, bool *good) {
    bool opens = b->column[OPENED] != SIZE_MAX;
    scenario_status status = read_time(b, TIMESTAMP, SCENARIO_NEVER, "", &row->at, good);
    if (status == SCENARIO_OK && *good)
        status = read_time(b, OPENED, row->at, "is before the send", &row->opened, good);
    if (status != SCENARIO_OK || !*good) return status;
    int64_t since = row->opened != SCENARIO_NEVER ? row->opened : opens ? INT64_MAX : row->at;
    return read_time(b, CLICKED, since, "is before the message was opened", &row->clicked, good);
}

/* ---- rows ---- */

static bool keep(builder *b, const scenario_send *row) {
    if (b->out->sends == b->room) {
        size_t room = b->room ? b->room * 2 : 4096;
        scenario_send *more = realloc(b->out->send, room * sizeof *more);
        if (!more) return false;
        b->out->send = more;
        b->room = room;
    }
    b->out->send[b->out->sends++] = *row;
    return true;
}

/* The world's number of a SKU that the events name, or, where ids are what joins, the inventory alone. */
static bool find_sku(const builder *b, scenario_csv_field f, bool by_rank, uint32_t *sku) {
    const scenario_events *ev = b->events;
    if (scenario_intern_find(&ev->named.sku, f.text, f.size, sku)) {
        if (ev->world_sku) *sku = ev->world_sku[*sku];
        return *sku != SCENARIO_NOBODY;
    }
    return b->inventory && !by_rank && scenario_intern_find(&b->inventory->named.sku, f.text, f.size, sku);
}

static void move(int64_t *at, int64_t shift) {
    if (*at != SCENARIO_NEVER) *at += shift;
}

static scenario_status read_row(builder *b, bool by_rank) {
    scenario_csv_field who = scenario_table_field(&b->table, b->column[SHOPPER]);
    scenario_csv_field sku = scenario_table_field(&b->table, b->column[SKU]);
    scenario_send row = {0};
    bool good = true;
    scenario_status status = read_times(b, &row, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (who.size == 0 || !scenario_utf8_valid(who.text, who.size, NULL))
        return scenario_table_reject_field(&b->table, who, "is no shopper: empty, or not valid UTF-8");
    if (sku.size == 0 || !scenario_utf8_valid(sku.text, sku.size, NULL))
        return scenario_table_reject_field(&b->table, sku, "is no SKU: empty, or not valid UTF-8");
    b->out->kept++;
    b->out->opened += row.opened != SCENARIO_NEVER;
    b->out->clicked += row.clicked != SCENARIO_NEVER;
    if (!scenario_intern_find(&b->events->shopper, who.text, who.size, &row.shopper))
        b->out->unused++;
    else if (!find_sku(b, sku, by_rank, &row.sku))
        b->out->unjoined++;
    else {
        move(&row.at, b->events->shift);
        move(&row.opened, b->events->shift);
        move(&row.clicked, b->events->shift);
        return keep(b, &row) ? SCENARIO_OK : SCENARIO_NO_MEMORY;
    }
    return SCENARIO_OK;
}

static int by_shopper(const void *a, const void *b) {
    const scenario_send *x = a, *y = b;
    if (x->shopper != y->shopper) return x->shopper < y->shopper ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static scenario_status build(builder *b, scenario_loader *l) {
    const scenario_sends_setup *s = b->setup;
    const scenario_table_column column[COLUMNS] = {
        [TIMESTAMP] = {"timestamp", s->timestamp},
        [SHOPPER] = {"shopper", s->shopper},
        [SKU] = {"sku", s->sku},
        [OPENED] = {"opened", s->opened},
        [CLICKED] = {"clicked", s->clicked},
    };
    bool more;
    scenario_status status = scenario_table_open(&b->table, l, "traces.sends", &s->table, s->time_format,
                                                 column, COLUMNS, b->column, &b->out->file);
    if (status != SCENARIO_OK) return status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b, l->p->events.join != 0)) != SCENARIO_OK) return status;
    if (status == SCENARIO_OK) status = scenario_table_end(&b->table, b->out->kept > 0);
    if (status == SCENARIO_OK && b->out->sends)
        qsort(b->out->send, b->out->sends, sizeof *b->out->send, by_shopper);
    return status;
}

scenario_status scenario_sends_load(scenario_loader *l, const scenario_events *events,
                                    const scenario_inventory *inventory, scenario_sends **out) {
    scenario_sends *made = calloc(1, sizeof *made);
    if (!made) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->sends, .events = events, .inventory = inventory, .out = made};
    scenario_status status = build(&b, l);
    scenario_table_close(&b.table);
    if (status == SCENARIO_OK)
        *out = made;
    else
        scenario_sends_destroy(made);
    return status;
}

void scenario_sends_destroy(scenario_sends *sends) {
    if (!sends) return;
    scenario_trace_file_clear(&sends->file);
    free(sends->send);
    free(sends);
}
