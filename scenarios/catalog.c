/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * catalog.c - reads a trace of the catalog: the product, the price and the margin of SKUs that other traces
 * name.
 *
 * A SKU has one row at most. Where it has none, or an empty cell, what the parameters say holds.
 */
#include "scenarios/internal.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/named.h"

enum { SKU, PRODUCT, PRICE, MARGIN, COLUMNS };

static const double PRICE_MAX = 1e9; /* as of catalog.price */

typedef struct {
    const scenario_catalog_setup *setup;
    const model_catalog *world; /* what holds without a row */
    scenario_named *named;
    scenario_catalog *out;
    scenario_table table;
    scenario_intern seen, product; /* all SKUs of the file; products of those that the world has */
    uint32_t *product_of;          /* by SKU of the world; SCENARIO_NOBODY: it is not said */
    size_t column[COLUMNS];
} builder;

/* ---- rows ---- */

/* An empty cell leaves *x as it is. [out] good: false where it has booked the row as bad. */
static scenario_status read_number(builder *b, size_t column, double most, const char *is_what, double *x,
                                   bool *good) {
    scenario_csv_field f = scenario_table_field(&b->table, b->column[column]);
    if (f.size == 0 || (scenario_real_parse(f.text, f.size, x) && *x >= 0 && *x <= most)) return SCENARIO_OK;
    *good = false;
    return scenario_table_reject_field(&b->table, f, is_what);
}

static scenario_status list(builder *b, uint32_t sku, scenario_csv_field product, double price,
                            double margin) {
    if (b->out->price) b->out->price[sku] = price;
    if (b->out->margin) b->out->margin[sku] = margin;
    b->out->listed++;
    if (product.size == 0) return SCENARIO_OK;
    return scenario_intern_get(&b->product, product.text, product.size, &b->product_of[sku])
               ? SCENARIO_OK
               : SCENARIO_NO_MEMORY;
}

static scenario_status read_row(builder *b) {
    scenario_csv_field sku = scenario_table_field(&b->table, b->column[SKU]);
    scenario_csv_field product = scenario_table_field(&b->table, b->column[PRODUCT]);
    double price = b->world->price, margin = b->world->margin;
    bool good = true;
    uint32_t n = b->seen.n, number, id;
    if (sku.size == 0 || !scenario_utf8_valid(sku.text, sku.size, NULL))
        return scenario_table_reject_field(&b->table, sku, "is no SKU: empty, or not valid UTF-8");
    if (!scenario_utf8_valid(product.text, product.size, NULL) ||
        (b->column[PRODUCT] != SIZE_MAX && product.size == 0))
        return scenario_table_reject_field(&b->table, product, "is no product: empty, or not valid UTF-8");
    scenario_status status = read_number(b, PRICE, PRICE_MAX, "is not a price of 0 to 1e9", &price, &good);
    if (status == SCENARIO_OK && good)
        status = read_number(b, MARGIN, 1, "is not a share of the price, 0 to 1", &margin, &good);
    if (status != SCENARIO_OK || !good) return status;
    if (!scenario_intern_get(&b->seen, sku.text, sku.size, &number)) return SCENARIO_NO_MEMORY;
    if (number < n) return scenario_table_reject_field(&b->table, sku, "was listed on an earlier row");
    b->out->kept++;
    if (scenario_intern_find(&b->named->sku, sku.text, sku.size, &id))
        return list(b, id, product, price, margin);
    b->out->unjoined++;
    return SCENARIO_OK;
}

/* ---- the whole ---- */

/* One for each SKU, all the same as yet. NULL: no memory. */
static double *spread(uint32_t skus, double x) {
    double *of = malloc(((size_t)skus + 1) * sizeof *of);
    for (uint32_t i = 0; of && i < skus; i++)
        of[i] = x;
    return of;
}

static bool make_room(builder *b) {
    const scenario_catalog_setup *s = b->setup;
    uint32_t skus = b->named->skus;
    b->product_of = malloc(((size_t)skus + 1) * sizeof *b->product_of);
    for (uint32_t i = 0; b->product_of && i < skus; i++)
        b->product_of[i] = SCENARIO_NOBODY;
    if (s->price[0]) b->out->price = spread(skus, b->world->price);
    if (s->margin[0]) b->out->margin = spread(skus, b->world->margin);
    return b->product_of && (!s->price[0] || b->out->price) && (!s->margin[0] || b->out->margin);
}

static scenario_status build(builder *b, scenario_loader *l) {
    const scenario_catalog_setup *s = b->setup;
    const scenario_table_column column[COLUMNS] = {[SKU] = {"sku", s->sku},
                                                   [PRODUCT] = {"product", s->product},
                                                   [PRICE] = {"price", s->price},
                                                   [MARGIN] = {"margin", s->margin}};
    bool more;
    if (!make_room(b)) return SCENARIO_NO_MEMORY;
    scenario_status status = scenario_table_open(&b->table, l, "traces.catalog", &s->table, NULL, column,
                                                 COLUMNS, b->column, &b->out->file);
    if (status != SCENARIO_OK) return status;
    while ((status = scenario_table_next(&b->table, &more)) == SCENARIO_OK && more)
        if ((status = read_row(b)) != SCENARIO_OK) return status;
    if (status == SCENARIO_OK) status = scenario_table_end(&b->table, b->out->kept > 0);
    if (status != SCENARIO_OK || !s->product[0]) return status;
    return scenario_named_regroup(b->named, b->product_of, &b->product) ? SCENARIO_OK : SCENARIO_NO_MEMORY;
}

scenario_status scenario_catalog_load(scenario_loader *l, scenario_named *named, scenario_catalog **out) {
    scenario_catalog *made = calloc(1, sizeof *made);
    if (!made) return SCENARIO_NO_MEMORY;
    builder b = {.setup = &l->p->listing, .world = &l->p->catalog, .named = named, .out = made};
    scenario_status status = build(&b, l);
    scenario_table_close(&b.table);
    scenario_intern_clear(&b.seen);
    scenario_intern_clear(&b.product);
    free(b.product_of);
    if (status == SCENARIO_OK)
        *out = made;
    else
        scenario_catalog_destroy(made);
    return status;
}

void scenario_catalog_destroy(scenario_catalog *catalog) {
    if (!catalog) return;
    scenario_trace_file_clear(&catalog->file);
    free(catalog->price);
    free(catalog->margin);
    free(catalog);
}
