/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * events.c - compiles a trace of shoppers' events: reads its rows, joins its SKUs with the inventory's, sorts
 * them.
 *
 * Of a row only sixteen bytes are kept, and of each shopper and SKU the id, once.
 */
#include "scenarios/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/events.h"
#include "scenarios/named.h"

enum { TIMESTAMP, SHOPPER, EVENT, SKU, QUANTITY, REVENUE, PRICE, ORDER, COLUMNS };
enum { QUANTITY_MAX = 1000000000 };
enum { WAITING = 16, WAITING_NEAR = 8, WAITING_TEXT = 64 };

const char *const scenario_event_names[] = {"view",   "add_to_cart", "purchase", "notify_me", "wishlist",
                                            "return", "optin",       "optout",   NULL};
static_assert(sizeof scenario_event_names / sizeof(char *) == SCENARIO_EVENT_KINDS + 1, "a name for each");

/* A row's cells, read. */
typedef struct {
    int64_t at, quantity;
    double revenue;
    int kind; /* scenario_event_kind, or SCENARIO_EVENT_KINDS: left out */
    uint32_t shopper, sku;
} event_row;

/* A row whose ids are still to be looked up. */
typedef struct {
    event_row row;
    uint32_t who_tag, sku_tag;
    size_t who_size, sku_size;
    char who[WAITING_TEXT], sku[WAITING_TEXT];
} waiting_row;

typedef struct {
    const scenario_events_setup *setup;
    scenario_events *ev;
    scenario_table table;
    scenario_intern order;
    size_t column[COLUMNS];
    size_t room;
    waiting_row waiting[WAITING]; /* the k-th in [k % WAITING] */
    size_t begun, done;
} builder;

/* ---- cells: each returns OK with *good false where it has booked the row as bad ---- */

static scenario_status bad(builder *b, scenario_csv_field f, const char *what, bool *good) {
    *good = false;
    return scenario_table_reject_field(&b->table, f, what);
}

static bool kind_of(const scenario_events_setup *setup, const char *word, int *kind) {
    for (size_t i = 0; i < setup->values; i++)
        if (strcmp(setup->value[i].name, word) == 0) {
            *kind = setup->value[i].value;
            return true;
        }
    for (*kind = 0; *kind < SCENARIO_EVENT_KINDS; ++*kind)
        if (strcmp(scenario_event_names[*kind], word) == 0) return true;
    return false;
}

static scenario_status read_kind(builder *b, event_row *row, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[EVENT]);
    row->kind = SCENARIO_PURCHASE;
    if (b->column[EVENT] == SIZE_MAX || kind_of(b->setup, f.text, &row->kind)) return SCENARIO_OK;
    return bad(b, f, "is no event; say what it stands for in traces.events.values.event", good);
}

static bool sku_matters(const event_row *row) {
    return row->kind != SCENARIO_OPTIN && row->kind != SCENARIO_OPTOUT;
}

/* Quantity and money; and whether a purchase is a return. */
static scenario_status read_amounts(builder *b, event_row *row, bool *good) {
    scenario_csv_field quantity = scenario_table_field(&b->table, b->column[QUANTITY]);
    scenario_csv_field revenue = scenario_table_field(&b->table, b->column[REVENUE]);
    scenario_csv_field price = scenario_table_field(&b->table, b->column[PRICE]);
    scenario_csv_field order = scenario_table_field(&b->table, b->column[ORDER]);
    const char *prefix = b->setup->return_order;
    row->quantity = 1;
    row->revenue = 0;
    if (quantity.size > 0 && (!scenario_int_parse(quantity.text, quantity.size, &row->quantity) ||
                              row->quantity > QUANTITY_MAX || row->quantity < -QUANTITY_MAX))
        return bad(b, quantity, "is not a whole number of units", good);
    if (revenue.size > 0 && !scenario_real_parse(revenue.text, revenue.size, &row->revenue))
        return bad(b, revenue, "is not an amount of money", good);
    if (price.size > 0) {
        if (!scenario_real_parse(price.text, price.size, &row->revenue))
            return bad(b, price, "is not a price", good);
        row->revenue *= (double)row->quantity;
    }
    if (row->kind != SCENARIO_PURCHASE) return SCENARIO_OK;
    bool by_order = prefix[0] && strncmp(order.text, prefix, strlen(prefix)) == 0;
    if (by_order || (b->setup->return_negative && row->quantity < 0)) row->kind = SCENARIO_RETURN;
    return SCENARIO_OK;
}

/* Whether both ids are such, so that nothing is wrong any more with a row that waits. */
static scenario_status check_ids(builder *b, const event_row *row, bool *good) {
    scenario_csv_field who = scenario_table_field(&b->table, b->column[SHOPPER]);
    scenario_csv_field sku = scenario_table_field(&b->table, b->column[SKU]);
    bool anybody = row->kind == SCENARIO_PURCHASE || row->kind == SCENARIO_RETURN;
    if (sku_matters(row) && (sku.size == 0 || !scenario_utf8_valid(sku.text, sku.size, NULL)))
        return bad(b, sku, "is no SKU: empty, or not valid UTF-8", good);
    if (who.size == 0 && !anybody)
        return bad(b, who, "is no shopper; only purchases and returns may be anybody's", good);
    if (!scenario_utf8_valid(who.text, who.size, NULL)) return bad(b, who, "is not valid UTF-8", good);
    return SCENARIO_OK;
}

/* ---- rows ---- */

static bool keep(builder *b, const event_row *row) {
    scenario_events *ev = b->ev;
    if (ev->events == b->room) {
        size_t room = b->room ? b->room * 2 : 4096;
        scenario_event *more = realloc(ev->event, room * sizeof *more);
        if (!more) return false;
        ev->event = more;
        b->room = room;
    }
    uint64_t units = (uint64_t)(row->quantity < 0 ? -row->quantity : row->quantity);
    if (units > SCENARIO_EVENT_UNITS_MAX) units = SCENARIO_EVENT_UNITS_MAX;
    uint64_t word = (uint64_t)row->at << 16 | (uint64_t)row->kind << SCENARIO_EVENT_UNITS_BITS | units;
    ev->event[ev->events++] = (scenario_event){word, row->shopper, row->sku};
    return true;
}

static scenario_status count(builder *b, const event_row *row) {
    scenario_events *ev = b->ev;
    ev->kept++;
    ev->revenue += row->revenue;
    if (row->kind == SCENARIO_PURCHASE && row->quantity <= 0) {
        ev->corrections++;
        return SCENARIO_OK;
    }
    ev->of[row->kind]++;
    ev->anonymous += row->shopper == SCENARIO_NOBODY;
    return keep(b, row) ? SCENARIO_OK : SCENARIO_NO_MEMORY;
}

static scenario_status number(builder *b, event_row *row, scenario_csv_field who, scenario_csv_field sku) {
    row->shopper = row->sku = SCENARIO_NOBODY;
    if (who.size > 0 && !scenario_intern_get(&b->ev->shopper, who.text, who.size, &row->shopper))
        return SCENARIO_NO_MEMORY;
    scenario_status status = SCENARIO_OK;
    if (sku_matters(row)) status = scenario_named_sku(&b->ev->named, &b->table, sku, sku, &row->sku);
    return status == SCENARIO_OK ? count(b, row) : status;
}

static scenario_status next_waiting(builder *b) {
    waiting_row *w = &b->waiting[b->done++ % WAITING];
    return number(b, &w->row, (scenario_csv_field){w->who, w->who_size},
                  (scenario_csv_field){w->sku, w->sku_size});
}

static scenario_status flush(builder *b) {
    scenario_status status = SCENARIO_OK;
    while (status == SCENARIO_OK && b->done < b->begun)
        status = next_waiting(b);
    return status;
}

/* Two looks at memory that the cache misses cost more than all else that is done to a row. So rows wait for a
 * while: where the ids are is asked for as a row comes, then halfway what is there. */
static scenario_status take(builder *b, const event_row *row) {
    scenario_csv_field who = scenario_table_field(&b->table, b->column[SHOPPER]);
    scenario_csv_field sku = scenario_table_field(&b->table, b->column[SKU]);
    if (who.size >= WAITING_TEXT || sku.size >= WAITING_TEXT) {
        event_row now = *row;
        scenario_status status = flush(b);
        return status == SCENARIO_OK ? number(b, &now, who, sku) : status;
    }
    waiting_row *w = &b->waiting[b->begun++ % WAITING];
    w->row = *row;
    w->who_tag = scenario_intern_expect(&b->ev->shopper, who.text, who.size);
    w->sku_tag = scenario_intern_expect(&b->ev->named.sku, sku.text, sku.size);
    memcpy(w->who, who.text, (w->who_size = who.size) + 1);
    memcpy(w->sku, sku.text, (w->sku_size = sku.size) + 1);
    if (b->begun > WAITING_NEAR) {
        const waiting_row *half = &b->waiting[(b->begun - WAITING_NEAR) % WAITING];
        scenario_intern_near(&b->ev->shopper, half->who_tag);
        scenario_intern_near(&b->ev->named.sku, half->sku_tag);
    }
    return b->begun - b->done == WAITING ? next_waiting(b) : SCENARIO_OK;
}

static scenario_status read_row(builder *b) {
    event_row row;
    bool good = true;
    uint32_t ignored;
    scenario_csv_field time = scenario_table_field(&b->table, b->column[TIMESTAMP]);
    scenario_csv_field order = scenario_table_field(&b->table, b->column[ORDER]);
    scenario_status status = read_kind(b, &row, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (row.kind == SCENARIO_EVENT_KINDS) {
        b->ev->file.filtered++;
        return SCENARIO_OK;
    }
    if (!scenario_table_time(&b->table, time, &row.at)) return scenario_table_reject_time(&b->table, time);
    status = read_amounts(b, &row, &good);
    if (status == SCENARIO_OK && good) status = check_ids(b, &row, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (order.size > 0 && !scenario_intern_get(&b->order, order.text, order.size, &ignored))
        return SCENARIO_NO_MEMORY;
    return take(b, &row);
}

static scenario_status read_rows(builder *b) {
    bool more;
    scenario_status status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b)) != SCENARIO_OK) return status;
    if (status == SCENARIO_OK) status = flush(b);
    return status == SCENARIO_OK ? scenario_table_end(&b->table, b->ev->events > 0) : status;
}

/* ---- the whole ---- */

static scenario_status finish(builder *b, scenario_loader *l, const scenario_inventory *inv) {
    scenario_events *ev = b->ev;
    void *event = ev->event;
    bool ok = scenario_rows_sort(&event, ev->events, 16);
    ev->event = event;
    ev->orders = b->order.n;
    if (!ok || !scenario_named_finish(&ev->named) || !scenario_events_settle(ev, b->setup->duplicates != 0))
        return SCENARIO_NO_MEMORY;
    ev->skus = ev->named.skus;
    if (inv && b->setup->align) scenario_events_align(ev, inv);
    ev->joined = inv ? 0 : ev->named.skus;
    if (inv && !scenario_events_join(ev, inv, b->setup->join != 0)) return SCENARIO_NO_MEMORY;
    if (ev->events == 0) {
        scenario_fail(
            l, "traces.events.join",
            "no SKU of %s is in the inventory trace; traces.events.join rank pairs them by how often "
            "they occur",
            ev->file.path);
        return SCENARIO_BAD_INPUT;
    }
    ev->first = scenario_event_at(&ev->event[0]);
    ev->last = scenario_event_at(&ev->event[ev->events - 1]);
    return SCENARIO_OK;
}

static scenario_status build(builder *b, scenario_loader *l, const scenario_inventory *inv) {
    const scenario_events_setup *s = b->setup;
    const scenario_table_column column[COLUMNS] = {
        [TIMESTAMP] = {"timestamp", s->timestamp},
        [SHOPPER] = {"shopper", s->shopper},
        [EVENT] = {"event", s->event},
        [SKU] = {"sku", s->sku},
        [QUANTITY] = {"quantity", s->quantity},
        [REVENUE] = {"revenue", s->revenue},
        [PRICE] = {"price", s->price},
        [ORDER] = {"order", s->order},
    };
    scenario_status status = scenario_table_open(&b->table, l, "traces.events", &s->table, s->time_format,
                                                 column, COLUMNS, b->column, &b->ev->file);
    if (status == SCENARIO_OK) status = read_rows(b);
    return status == SCENARIO_OK ? finish(b, l, inv) : status;
}

scenario_status scenario_events_load(scenario_loader *l, const scenario_inventory *inventory,
                                     scenario_events **out) {
    scenario_events *ev = calloc(1, sizeof *ev);
    if (!ev) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->events, .ev = ev};
    scenario_status status = build(&b, l, inventory);
    scenario_table_close(&b.table);
    scenario_intern_clear(&b.order);
    if (status == SCENARIO_OK)
        *out = ev;
    else
        scenario_events_destroy(ev);
    return status;
}

void scenario_events_destroy(scenario_events *events) {
    if (!events) return;
    scenario_trace_file_clear(&events->file);
    scenario_named_clear(&events->named);
    scenario_intern_clear(&events->shopper);
    free(events->world_sku);
    free(events->event);
    free(events);
}
