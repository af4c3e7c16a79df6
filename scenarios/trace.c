/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.c - compiles an inventory trace: reads its rows, sorts them, names its SKUs.
 *
 * Rows may come in any order; they are sorted by time, and rows of one time keep the file's order. Where a
 * SKU has several rows of the same time the last one counts; changes add up.
 */
#include "scenarios/internal.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/named.h"

enum { LEVEL_MAX = 1000000000 };
enum { TIMESTAMP, SKU, AVAILABLE, PRODUCT, COLUMNS };

typedef struct {
    const scenario_trace_setup *setup;
    scenario_inventory *inv;
    scenario_table table;
    size_t column[COLUMNS];
    size_t row_room;
} builder;

/* ---- rows ---- */

/* What a cell says: by the words that the scenario names, else by itself. */
static bool parse_number(const scenario_trace_setup *setup, scenario_csv_field f, int64_t *v) {
    for (size_t i = 0; i < setup->values; i++)
        if (strcmp(setup->value[i].name, f.text) == 0) {
            *v = setup->value[i].value;
            return true;
        }
    return scenario_int_parse(f.text, f.size, v);
}

/* [out] level: a change, of deltas, as its 32 bits. */
static bool parse_level(const scenario_trace_setup *setup, scenario_csv_field f, uint32_t *level) {
    int64_t v;
    if (!parse_number(setup, f, &v)) return false;
    if (setup->kind == SCENARIO_FLAGS && v != 0 && v != 1) return false;
    if (v > LEVEL_MAX || (setup->kind == SCENARIO_DELTAS && v < -LEVEL_MAX)) return false;
    *level = v > 0 || setup->kind == SCENARIO_DELTAS ? (uint32_t)v : 0; /* units owed are no units */
    return true;
}

static bool room_for_row(builder *b) {
    if (b->inv->rows < b->row_room) return true;
    size_t room = b->row_room ? b->row_room * 2 : 4096;
    scenario_stock_row *more = realloc(b->inv->row, room * sizeof *more);
    if (!more) return false;
    b->inv->row = more;
    b->row_room = room;
    return true;
}

static scenario_status read_row(builder *b) {
    static const char *const wrong[] = {"is not 0 or 1 (traces.inventory.kind is flags)",
                                        "is not a whole number of units",
                                        "is not a whole number of units more or less"};
    scenario_stock_row row = {0};
    scenario_table *t = &b->table;
    scenario_csv_field time = scenario_table_field(t, b->column[TIMESTAMP]);
    scenario_csv_field sku = scenario_table_field(t, b->column[SKU]);
    scenario_csv_field level = scenario_table_field(t, b->column[AVAILABLE]);
    scenario_csv_field product = b->setup->product[0] ? scenario_table_field(t, b->column[PRODUCT]) : sku;
    if (!scenario_table_time(t, time, &row.at)) return scenario_table_reject_time(t, time);
    if (!parse_level(b->setup, level, &row.level))
        return scenario_table_reject_field(t, level, wrong[b->setup->kind]);
    scenario_status status = scenario_named_sku(&b->inv->named, t, sku, product, &row.sku);
    if (status != SCENARIO_OK || row.sku == SCENARIO_NOBODY) return status;
    if (!room_for_row(b)) return SCENARIO_NO_MEMORY;
    b->inv->row[b->inv->rows++] = row;
    return SCENARIO_OK;
}

static scenario_status read_rows(builder *b) {
    bool more;
    scenario_status status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b)) != SCENARIO_OK) return status;
    return status == SCENARIO_OK ? scenario_table_end(&b->table, b->inv->rows > 0) : status;
}

/* ---- order ---- */

/* Changes become levels: each SKU's sum so far, from 0. Several of one time are one. */
static bool sum_up(scenario_inventory *inv) {
    int64_t *sum = calloc(inv->named.skus, sizeof *sum);
    if (!sum) return false;
    for (size_t i = 0; i < inv->rows; i++) {
        scenario_stock_row *row = &inv->row[i];
        int64_t *units = &sum[row->sku];
        *units += (int32_t)row->level;
        row->level = *units < 0 ? 0 : *units > LEVEL_MAX ? LEVEL_MAX : (uint32_t)*units;
    }
    free(sum);
    return true;
}

/* Keeps the last of a SKU's rows of one time, and counts the rises from nothing to something. */
static bool settle_rows(scenario_inventory *inv, bool deltas) {
    uint32_t skus = inv->named.skus;
    size_t *last = malloc(skus * sizeof *last), kept = 0;
    if (!last) return false;
    for (uint32_t i = 0; i < skus; i++)
        last[i] = SIZE_MAX;
    for (size_t i = 0; i < inv->rows;
         i++) { /* `last` holds places among the kept rows, all before the i-th */
        scenario_stock_row row = inv->row[i];
        size_t before = last[row.sku];
        if (before != SIZE_MAX && inv->row[before].at == row.at) {
            inv->row[before].level = row.level;
            inv->superseded += !deltas;
            continue;
        }
        last[row.sku] = kept;
        inv->row[kept++] = row;
    }
    inv->rows = kept;
    for (uint32_t i = 0; i < skus; i++)
        last[i] = !deltas; /* now the level: the first row is a state, not a rise, but of changes it is one */
    for (size_t i = 0; i < inv->rows; i++) {
        inv->restocks += last[inv->row[i].sku] == 0 && inv->row[i].level > 0;
        last[inv->row[i].sku] = inv->row[i].level;
    }
    inv->first = inv->row[0].at;
    inv->last = inv->row[inv->rows - 1].at;
    free(last);
    return true;
}

static bool order_rows(scenario_inventory *inv, bool deltas) {
    void *row = inv->row;
    bool ok = scenario_rows_sort(&row, inv->rows, 0);
    inv->row = row;
    return ok && (!deltas || sum_up(inv)) && settle_rows(inv, deltas);
}

static scenario_status build(builder *b, scenario_loader *l) {
    bool deltas = b->setup->kind == SCENARIO_DELTAS;
    const scenario_table_column column[COLUMNS] = {
        [TIMESTAMP] = {"timestamp", b->setup->timestamp},
        [SKU] = {"sku", b->setup->sku},
        [AVAILABLE] = {deltas ? "delta" : "available", deltas ? b->setup->delta : b->setup->available},
        [PRODUCT] = {"product", b->setup->product},
    };
    scenario_status status =
        scenario_table_open(&b->table, l, "traces.inventory", &b->setup->table, b->setup->time_format, column,
                            COLUMNS, b->column, &b->inv->file);
    if (status == SCENARIO_OK) status = read_rows(b);
    if (status != SCENARIO_OK) return status;
    return scenario_named_finish(&b->inv->named) && order_rows(b->inv, deltas) ? SCENARIO_OK
                                                                               : SCENARIO_NO_MEMORY;
}

scenario_status scenario_inventory_load(scenario_loader *l, scenario_inventory **out) {
    scenario_inventory *inv = calloc(1, sizeof *inv);
    if (!inv) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->inventory, .inv = inv};
    scenario_status status = build(&b, l);
    scenario_table_close(&b.table);
    if (status == SCENARIO_OK)
        *out = inv;
    else
        scenario_inventory_destroy(inv);
    return status;
}

void scenario_inventory_destroy(scenario_inventory *inventory) {
    if (!inventory) return;
    scenario_named_clear(&inventory->named);
    scenario_trace_file_clear(&inventory->file);
    free(inventory->row);
    free(inventory);
}
