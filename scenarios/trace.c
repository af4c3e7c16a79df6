/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.c - compiles an inventory trace: reads its rows, sorts them, names its SKUs.
 *
 * Rows may come in any order; they are sorted by time, and rows of one time keep the file's order. Where a
 * SKU has several rows of the same time the last one counts. Two columns of ids become dense numbers in order
 * of first appearance in the file.
 */
#include "scenarios/internal.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/intern.h"
#include "scenarios/table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LEVEL_MAX = 1000000000 };
enum { TIMESTAMP, SKU, AVAILABLE, PRODUCT, COLUMNS };

typedef struct {
    const scenario_trace_setup *setup;
    scenario_inventory *inv;
    scenario_table table;
    scenario_intern sku, product;
    size_t column[COLUMNS];
    size_t row_room, sku_room;
} builder;

/* ---- rows ---- */

static bool parse_level(const scenario_trace_setup *setup, scenario_csv_field f, uint32_t *level) {
    int64_t v;
    if (!scenario_int_parse(f.text, f.size, &v)) return false;
    if (setup->kind == 0 && v != 0 && v != 1) return false;
    if (v > LEVEL_MAX) return false;
    *level = v > 0 ? (uint32_t)v : 0; /* units owed are no units */
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

/* The dense number of a SKU, and its product with the first of its rows. */
static scenario_status intern_sku(builder *b, scenario_csv_field sku, scenario_csv_field product,
                                  uint32_t *id) {
    uint32_t known = b->sku.n, group;
    if (!scenario_intern_get(&b->sku, sku.text, sku.size, id)) return SCENARIO_NO_MEMORY;
    if (!scenario_intern_get(&b->product, product.text, product.size, &group)) return SCENARIO_NO_MEMORY;
    if (*id < known) {
        if (b->inv->product_of[*id] == group) return SCENARIO_OK;
        scenario_status status =
            scenario_table_reject_field(&b->table, sku, "had another product on an earlier row");
        *id = UINT32_MAX;
        return status;
    }
    if (b->sku_room < b->sku.n) {
        size_t room = b->sku_room ? b->sku_room * 2 : 256;
        uint32_t *more = realloc(b->inv->product_of, room * sizeof *more);
        if (!more) return SCENARIO_NO_MEMORY;
        b->inv->product_of = more;
        b->sku_room = room;
    }
    b->inv->product_of[*id] = group;
    return SCENARIO_OK;
}

static scenario_status read_row(builder *b) {
    scenario_stock_row row = {0};
    char hint[SCENARIO_PATH_TEXT * 2];
    scenario_table *t = &b->table;
    scenario_csv_field time = scenario_table_field(t, b->column[TIMESTAMP]);
    scenario_csv_field sku = scenario_table_field(t, b->column[SKU]);
    scenario_csv_field level = scenario_table_field(t, b->column[AVAILABLE]);
    scenario_csv_field product = b->setup->product[0] ? scenario_table_field(t, b->column[PRODUCT]) : sku;
    if (!scenario_table_time(t, time, &row.at))
        return scenario_table_reject_field(t, time, scenario_table_time_hint(t, hint, sizeof hint));
    if (!parse_level(b->setup, level, &row.level))
        return scenario_table_reject_field(t, level,
                                           b->setup->kind == 0
                                               ? "is not 0 or 1 (traces.inventory.kind is flags)"
                                               : "is not a whole number of units");
    if (sku.size == 0 || !scenario_utf8_valid(sku.text, sku.size, NULL))
        return scenario_table_reject_field(t, sku, "is no SKU: empty, or not valid UTF-8");
    if (product.size == 0 || !scenario_utf8_valid(product.text, product.size, NULL))
        return scenario_table_reject_field(t, product, "is no product: empty, or not valid UTF-8");
    scenario_status status = intern_sku(b, sku, product, &row.sku);
    if (status != SCENARIO_OK || row.sku == UINT32_MAX) return status;
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

/* Merges row[begin, middle) and row[middle, end) into out[begin, end); equal times keep their order. */
static void merge(const scenario_stock_row *row, size_t begin, size_t middle, size_t end,
                  scenario_stock_row *out) {
    for (size_t i = begin, j = middle, k = begin; k < end; k++)
        out[k] = i < middle && (j == end || row[i].at <= row[j].at) ? row[i++] : row[j++];
}

static bool sort_rows(scenario_inventory *inv) {
    size_t n = inv->rows, sorted = 1;
    while (sorted < n && inv->row[sorted - 1].at <= inv->row[sorted].at)
        sorted++;
    if (sorted == n) return true;
    scenario_stock_row *other = malloc(n * sizeof *other), *from = inv->row;
    if (!other) return false;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t begin = 0; begin < n; begin += 2 * width) {
            size_t middle = n - begin < width ? n : begin + width;
            size_t end = n - begin < 2 * width ? n : begin + 2 * width;
            merge(from, begin, middle, end, other);
        }
        scenario_stock_row *done = other;
        other = from;
        from = done;
    }
    inv->row = from;
    free(other);
    return true;
}

/* Keeps the last of a SKU's rows of one time, and counts the rises from nothing to something. */
static bool settle_rows(scenario_inventory *inv) {
    size_t *last = malloc(inv->skus * sizeof *last), kept = 0;
    if (!last) return false;
    for (uint32_t i = 0; i < inv->skus; i++)
        last[i] = SIZE_MAX;
    for (size_t i = 0; i < inv->rows;
         i++) { /* `last` holds places among the kept rows, all before the i-th */
        scenario_stock_row row = inv->row[i];
        size_t before = last[row.sku];
        if (before != SIZE_MAX && inv->row[before].at == row.at) {
            inv->row[before].level = row.level;
            inv->superseded++;
            continue;
        }
        last[row.sku] = kept;
        inv->row[kept++] = row;
    }
    inv->rows = kept;
    for (uint32_t i = 0; i < inv->skus; i++)
        last[i] = 1; /* now the level: the first row is a state, not a rise */
    for (size_t i = 0; i < inv->rows; i++) {
        inv->restocks += last[inv->row[i].sku] == 0 && inv->row[i].level > 0;
        last[inv->row[i].sku] = inv->row[i].level;
    }
    inv->first = inv->row[0].at;
    inv->last = inv->row[inv->rows - 1].at;
    free(last);
    return true;
}

static bool hash_names(builder *b) {
    scenario_inventory *inv = b->inv;
    inv->sku_hash = calloc(inv->skus, sizeof *inv->sku_hash);
    inv->product_hash = calloc(inv->skus, sizeof *inv->product_hash);
    if (!inv->sku_hash || !inv->product_hash) return false;
    for (uint32_t i = 0; i < inv->skus; i++) {
        const char *sku = inv->sku_name[i], *product = b->product.name[inv->product_of[i]];
        inv->sku_hash[i] = XXH3_64bits(sku, strlen(sku));
        inv->product_hash[i] = XXH3_64bits(product, strlen(product));
    }
    return true;
}

static scenario_status build(builder *b, scenario_loader *l) {
    const scenario_table_column column[COLUMNS] = {
        [TIMESTAMP] = {"timestamp", b->setup->timestamp},
        [SKU] = {"sku", b->setup->sku},
        [AVAILABLE] = {"available", b->setup->available},
        [PRODUCT] = {"product", b->setup->product},
    };
    scenario_status status = scenario_table_open(&b->table, l, "traces.inventory", &b->setup->table, column,
                                                 COLUMNS, b->column, &b->inv->file);
    if (status == SCENARIO_OK) status = read_rows(b);
    if (status != SCENARIO_OK) return status;
    b->inv->skus = b->sku.n;
    b->inv->products = b->product.n;
    b->inv->sku_name = b->sku.name; /* taken over with its texts */
    b->sku.name = NULL;
    b->sku.n = 0;
    return hash_names(b) && sort_rows(b->inv) && settle_rows(b->inv) ? SCENARIO_OK : SCENARIO_NO_MEMORY;
}

scenario_status scenario_inventory_load(scenario_loader *l, scenario_inventory **out) {
    scenario_inventory *inv = calloc(1, sizeof *inv);
    if (!inv) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->inventory, .inv = inv};
    scenario_status status = build(&b, l);
    scenario_table_close(&b.table);
    scenario_intern_clear(&b.sku);
    scenario_intern_clear(&b.product);
    if (status == SCENARIO_OK)
        *out = inv;
    else
        scenario_inventory_destroy(inv);
    return status;
}

bool scenario_inventory_find(const scenario_inventory *inventory, const char *id, uint32_t *sku,
                             const char **near) {
    scenario_near words = {.wrong = id};
    size_t size;
    for (uint32_t i = 0; i < inventory->skus; i++) {
        const char *name = inventory->sku_name[i];
        if (!strcmp(name, id)) {
            *sku = i;
            return true;
        }
        scenario_near_consider(&words, name, strlen(name));
    }
    *near = scenario_near_found(&words, &size);
    return false;
}

void scenario_inventory_destroy(scenario_inventory *inventory) {
    if (!inventory) return;
    for (uint32_t i = 0; inventory->sku_name && i < inventory->skus; i++)
        free(inventory->sku_name[i]);
    free(inventory->sku_name);
    free(inventory->product_of);
    free(inventory->sku_hash);
    free(inventory->product_hash);
    free(inventory->row);
    scenario_trace_file_clear(&inventory->file);
    free(inventory);
}
