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

#include "scenarios/named.h"

enum { TIMESTAMP, SHOPPER, EVENT, SKU, QUANTITY, REVENUE, PRICE, ORDER, COLUMNS };
enum { QUANTITY_MAX = 1000000000 };
static const int64_t DAY = 86400000;

const char *const scenario_event_names[] = {"view",   "add_to_cart", "purchase", "notify_me", "wishlist",
                                            "return", "optin",       "optout",   NULL};
static_assert(sizeof scenario_event_names / sizeof(char *) == SCENARIO_EVENT_KINDS + 1, "a name for each");

typedef struct {
    const scenario_events_setup *setup;
    scenario_events *ev;
    scenario_table table;
    scenario_intern order;
    size_t column[COLUMNS];
    size_t room;
} builder;

/* A row's cells, read. */
typedef struct {
    int64_t at, quantity;
    double revenue;
    int kind; /* scenario_event_kind, or SCENARIO_EVENT_KINDS: left out */
    uint32_t shopper, sku;
} event_row;

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

static scenario_status read_shopper(builder *b, event_row *row, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[SHOPPER]);
    row->shopper = SCENARIO_NOBODY;
    if (f.size == 0) {
        if (row->kind == SCENARIO_PURCHASE || row->kind == SCENARIO_RETURN) return SCENARIO_OK;
        return bad(b, f, "is no shopper; only purchases and returns may be anybody's", good);
    }
    if (scenario_intern_find(&b->ev->shopper, f.text, f.size, &row->shopper)) return SCENARIO_OK;
    if (!scenario_utf8_valid(f.text, f.size, NULL)) return bad(b, f, "is not valid UTF-8", good);
    bool ok = scenario_intern_get(&b->ev->shopper, f.text, f.size, &row->shopper);
    return ok ? SCENARIO_OK : SCENARIO_NO_MEMORY;
}

static scenario_status read_sku(builder *b, event_row *row, bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[SKU]);
    row->sku = SCENARIO_NOBODY;
    if (row->kind == SCENARIO_OPTIN || row->kind == SCENARIO_OPTOUT) return SCENARIO_OK;
    scenario_status status = scenario_named_sku(&b->ev->named, &b->table, f, f, &row->sku);
    *good = row->sku != SCENARIO_NOBODY;
    return status;
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
    scenario_csv_field order = scenario_table_field(&b->table, b->column[ORDER]);
    uint32_t ignored;
    if (order.size > 0 && !scenario_intern_get(&b->order, order.text, order.size, &ignored))
        return SCENARIO_NO_MEMORY;
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

static scenario_status read_row(builder *b) {
    event_row row;
    bool good = true;
    scenario_csv_field time = scenario_table_field(&b->table, b->column[TIMESTAMP]);
    scenario_status status = read_kind(b, &row, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (row.kind == SCENARIO_EVENT_KINDS) {
        b->ev->file.filtered++;
        return SCENARIO_OK;
    }
    if (!scenario_table_time(&b->table, time, &row.at)) return scenario_table_reject_time(&b->table, time);
    status = read_amounts(b, &row, &good);
    if (status == SCENARIO_OK && good) status = read_sku(b, &row, &good);
    if (status == SCENARIO_OK && good) status = read_shopper(b, &row, &good);
    return status == SCENARIO_OK && good ? count(b, &row) : status;
}

static scenario_status read_rows(builder *b) {
    bool more;
    scenario_status status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b)) != SCENARIO_OK) return status;
    return status == SCENARIO_OK ? scenario_table_end(&b->table, b->ev->events > 0) : status;
}

/* ---- duplicates ---- */

/* The events of one time that were met so far. A slot of another time is an empty one. */
typedef struct {
    struct {
        uint32_t time, place; /* ordinal of the time from 1; place among the kept of that time */
    } * slot;
    size_t slots; /* a power of two, at least twice the events of any time */
    uint32_t time;
    size_t begin; /* the first kept of this time */
} repeats;

static bool is_repeat(repeats *r, const scenario_event *event, size_t kept, scenario_event e) {
    uint64_t mix = (e.word ^ ((uint64_t)e.shopper << 32 | e.sku)) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mix >> 32) & (r->slots - 1);
    for (; r->slot[at].time == r->time; at = (at + 1) & (r->slots - 1)) {
        const scenario_event *other = &event[r->begin + r->slot[at].place];
        if (other->word == e.word && other->shopper == e.shopper && other->sku == e.sku) return true;
    }
    r->slot[at].time = r->time;
    r->slot[at].place = (uint32_t)(kept - r->begin);
    return false;
}

static size_t most_at_a_time(const scenario_events *ev) {
    size_t most = 0;
    for (size_t i = 0, from = 0; i < ev->events; i++) {
        if (scenario_event_at(&ev->event[i]) != scenario_event_at(&ev->event[from])) from = i;
        if (i - from >= most) most = i - from + 1;
    }
    return most;
}

/* Counts events of one time that say the same as another, and drops them if asked. */
static bool settle(scenario_events *ev, bool drop) {
    repeats r = {.slots = 2};
    while (r.slots < 2 * most_at_a_time(ev))
        r.slots *= 2;
    r.slot = calloc(r.slots, sizeof *r.slot);
    if (!r.slot) return false;
    size_t kept = 0;
    for (size_t i = 0; i < ev->events; i++) {
        scenario_event e = ev->event[i];
        if (i == 0 || scenario_event_at(&e) != scenario_event_at(&ev->event[r.begin])) {
            r.begin = kept;
            r.time++;
        }
        bool again = is_repeat(&r, ev->event, kept, e);
        ev->duplicates += again;
        if (again && drop) {
            ev->kept--;
            ev->of[scenario_event_what(&e)]--;
            ev->anonymous -= e.shopper == SCENARIO_NOBODY;
        } else
            ev->event[kept++] = e;
    }
    ev->events = kept;
    free(r.slot);
    return true;
}

/* ---- joining ---- */

typedef struct {
    size_t rows;
    uint32_t sku;
} ranked;

/* Most rows first; of equal ones, whichever the file names first. */
static int by_rank(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->rows != y->rows) return x->rows < y->rows ? 1 : -1;
    return (x->sku > y->sku) - (x->sku < y->sku);
}

static ranked *ranks(uint32_t skus) {
    ranked *r = calloc((size_t)skus + 1, sizeof *r);
    for (uint32_t i = 0; r && i < skus; i++)
        r[i].sku = i;
    return r;
}

/* The k-th most frequent SKU of the events is the k-th most frequent of the inventory. */
static bool join_by_rank(const scenario_events *ev, const scenario_inventory *inv, uint32_t *to) {
    uint32_t ours = ev->named.skus, theirs = inv->named.skus;
    ranked *a = ranks(ours), *b = ranks(theirs);
    for (size_t i = 0; a && i < ev->events; i++)
        if (ev->event[i].sku != SCENARIO_NOBODY) a[ev->event[i].sku].rows++;
    for (size_t i = 0; b && i < inv->rows; i++)
        b[inv->row[i].sku].rows++;
    bool ok = a && b;
    if (ok) {
        qsort(a, ours, sizeof *a, by_rank);
        qsort(b, theirs, sizeof *b, by_rank);
        for (uint32_t k = 0; k < ours; k++)
            to[a[k].sku] = k < theirs ? b[k].sku : SCENARIO_NOBODY;
    }
    free(a);
    free(b);
    return ok;
}

static void join_by_id(const scenario_events *ev, const scenario_inventory *inv, uint32_t *to) {
    for (uint32_t i = 0; i < ev->named.skus; i++) {
        const char *name = scenario_sku_name(&ev->named, i);
        if (!scenario_intern_find(&inv->named.sku, name, strlen(name), &to[i])) to[i] = SCENARIO_NOBODY;
    }
}

/* Gives the events the inventory's numbers of SKUs; those of SKUs that it has not go. */
static bool join(scenario_events *ev, const scenario_inventory *inv, bool rank) {
    uint32_t *to = malloc(((size_t)ev->named.skus + 1) * sizeof *to);
    if (!to) return false;
    bool ok = true;
    if (rank)
        ok = join_by_rank(ev, inv, to);
    else
        join_by_id(ev, inv, to);
    for (uint32_t i = 0; ok && i < ev->named.skus; i++)
        ev->joined += to[i] != SCENARIO_NOBODY;
    size_t kept = 0;
    for (size_t i = 0; ok && i < ev->events; i++) {
        scenario_event e = ev->event[i];
        bool about = e.sku != SCENARIO_NOBODY;
        if (about) e.sku = to[e.sku];
        if (about && e.sku == SCENARIO_NOBODY)
            ev->unjoined++;
        else
            ev->event[kept++] = e;
    }
    ev->events = kept;
    free(to);
    return ok;
}

/* ---- the whole ---- */

static int64_t day_of(int64_t at) {
    return at >= 0 ? at / DAY : -((DAY - 1 - at) / DAY);
}

/* By whole days, so that times of day stay what they are. */
static void align(scenario_events *ev, const scenario_inventory *inv) {
    ev->shift = (day_of(inv->first) - day_of(scenario_event_at(&ev->event[0]))) * DAY;
    for (size_t i = 0; i < ev->events; i++)
        ev->event[i].word += (uint64_t)ev->shift << 16;
}

static scenario_status finish(builder *b, scenario_loader *l, const scenario_inventory *inv) {
    scenario_events *ev = b->ev;
    void *event = ev->event;
    bool ok = scenario_rows_sort(&event, ev->events, 16);
    ev->event = event;
    ev->orders = b->order.n;
    if (!ok || !scenario_named_finish(&ev->named) || !settle(ev, b->setup->duplicates != 0))
        return SCENARIO_NO_MEMORY;
    ev->skus = ev->named.skus;
    if (inv && b->setup->align) align(ev, inv);
    ev->joined = inv ? 0 : ev->named.skus;
    if (inv && !join(ev, inv, b->setup->join != 0)) return SCENARIO_NO_MEMORY;
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
    scenario_status status = scenario_table_open(&b->table, l, "traces.events", &s->table, column, COLUMNS,
                                                 b->column, &b->ev->file);
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
    free(events->event);
    free(events);
}
