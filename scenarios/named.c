/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * named.c - see named.h.
 */
#include "scenarios/named.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static bool room_for_sku(scenario_named *named) {
    if (named->sku.n <= named->room) return true;
    size_t room = named->room ? named->room * 2 : 256;
    uint32_t *more = realloc(named->product_of, room * sizeof *more);
    if (!more) return false;
    named->product_of = more;
    named->room = room;
    return true;
}

static bool is_id(scenario_csv_field f) {
    return f.size > 0 && scenario_utf8_valid(f.text, f.size, NULL);
}

static scenario_status new_sku(scenario_named *named, scenario_table *t, scenario_csv_field sku,
                               scenario_csv_field product, uint32_t *id) {
    *id = SCENARIO_NOBODY;
    if (!is_id(sku)) return scenario_table_reject_field(t, sku, "is no SKU: empty, or not valid UTF-8");
    if (!is_id(product))
        return scenario_table_reject_field(t, product, "is no product: empty, or not valid UTF-8");
    uint32_t group;
    if (!scenario_intern_get(&named->product, product.text, product.size, &group) ||
        !scenario_intern_get(&named->sku, sku.text, sku.size, id) || !room_for_sku(named))
        return SCENARIO_NO_MEMORY;
    named->product_of[*id] = group;
    return SCENARIO_OK;
}

scenario_status scenario_named_sku(scenario_named *named, scenario_table *t, scenario_csv_field sku,
                                   scenario_csv_field product, uint32_t *id) {
    if (!scenario_intern_find(&named->sku, sku.text, sku.size, id))
        return new_sku(named, t, sku, product, id);
    if (product.text == sku.text) return SCENARIO_OK; /* each its own */
    if (strcmp(named->product.name[named->product_of[*id]], product.text) == 0) return SCENARIO_OK;
    *id = SCENARIO_NOBODY;
    if (!is_id(product))
        return scenario_table_reject_field(t, product, "is no product: empty, or not valid UTF-8");
    return scenario_table_reject_field(t, sku, "had another product on an earlier row");
}

bool scenario_named_finish(scenario_named *named) {
    named->skus = named->sku.n;
    named->products = named->product.n;
    named->sku_hash = calloc(named->skus + 1, sizeof *named->sku_hash);
    named->product_hash = calloc(named->skus + 1, sizeof *named->product_hash);
    if (!named->sku_hash || !named->product_hash) return false;
    for (uint32_t i = 0; i < named->skus; i++) {
        const char *sku = named->sku.name[i], *product = named->product.name[named->product_of[i]];
        named->sku_hash[i] = XXH3_64bits(sku, strlen(sku));
        named->product_hash[i] = XXH3_64bits(product, strlen(product));
    }
    return true;
}

bool scenario_named_regroup(scenario_named *named, const uint32_t *product, const scenario_intern *texts) {
    scenario_intern fresh = {0};
    bool ok = true;
    for (uint32_t i = 0; ok && i < named->skus; i++) {
        const char *text = product[i] == SCENARIO_NOBODY ? named->sku.name[i] : texts->name[product[i]];
        size_t size = strlen(text);
        ok = scenario_intern_get(&fresh, text, size, &named->product_of[i]);
        named->product_hash[i] = XXH3_64bits(text, size);
    }
    scenario_intern_clear(&named->product);
    named->product = fresh;
    named->products = fresh.n;
    return ok;
}

void scenario_named_clear(scenario_named *named) {
    scenario_intern_clear(&named->sku);
    scenario_intern_clear(&named->product);
    free(named->product_of);
    free(named->sku_hash);
    free(named->product_hash);
    *named = (scenario_named){0};
}

static bool find_in(const scenario_intern *ids, const char *id, uint32_t *number, const char **near) {
    scenario_near words = {.wrong = id};
    size_t size;
    if (scenario_intern_find(ids, id, strlen(id), number)) return true;
    for (uint32_t i = 0; i < ids->n; i++)
        scenario_near_consider(&words, ids->name[i], strlen(ids->name[i]));
    *near = scenario_near_found(&words, &size);
    return false;
}

bool scenario_named_find(const scenario_named *named, const char *id, uint32_t *sku, const char **near) {
    return find_in(&named->sku, id, sku, near);
}

bool scenario_shopper_find(const scenario_events *events, const char *id, uint32_t *shopper,
                           const char **near) {
    return find_in(&events->shopper, id, shopper, near);
}

/* ---- order ---- */

typedef struct {
    int64_t key;
    uint64_t rest;
} record;

static record record_at(const char *row, size_t i) {
    record r;
    memcpy(&r, row + i * sizeof r, sizeof r);
    return r;
}

/* Merges row[begin, middle) and row[middle, end) into out[begin, end). */
static void merge(const char *row, size_t begin, size_t middle, size_t end, unsigned shift, char *out) {
    for (size_t i = begin, j = middle, k = begin; k < end; k++) {
        bool left =
            i < middle && (j == end || record_at(row, i).key >> shift <= record_at(row, j).key >> shift);
        memcpy(out + k * sizeof(record), row + (left ? i++ : j++) * sizeof(record), sizeof(record));
    }
}

bool scenario_rows_sort(void **row, size_t n, unsigned shift) {
    size_t sorted = 1;
    char *from = *row;
    while (sorted < n && record_at(from, sorted - 1).key >> shift <= record_at(from, sorted).key >> shift)
        sorted++;
    if (sorted >= n) return true;
    char *other = malloc(n * sizeof(record));
    if (!other) return false;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t begin = 0; begin < n; begin += 2 * width) {
            size_t middle = n - begin < width ? n : begin + width;
            size_t end = n - begin < 2 * width ? n : begin + 2 * width;
            merge(from, begin, middle, end, shift, other);
        }
        char *done = other;
        other = from;
        from = done;
    }
    *row = from;
    free(other);
    return true;
}
