/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.c - compiles an inventory trace: finds the file, reads its rows, sorts them, names its SKUs.
 *
 * Rows may come in any order; they are sorted by time, and rows of one time keep the file's order. Where a
 * SKU has several rows of the same time the last one counts. Two columns of ids become dense numbers in order
 * of first appearance in the file.
 */
#include "scenarios/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/csv.h"
#include "scenarios/intern.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    REJECTS_MAX = 256 * 1024,
    PATH_SIZE = 2 * SCENARIO_FILE_SIZE + SCENARIO_PATH_SIZE,
    LEVEL_MAX = 1000000000
};

enum { TIMESTAMP, SKU, AVAILABLE, PRODUCT, COLUMNS };
static const char *const column_key[COLUMNS] = {"timestamp", "sku", "available", "product"};
static const char *const time_hint[SCENARIO_TIME_FORMATS] = {
    [SCENARIO_ISO8601] =
        "is not a time such as 2026-03-01T08:00:00 (traces.inventory.time_format is iso8601)",
    [SCENARIO_EPOCH_S] = "is not a number of seconds since 1970 (traces.inventory.time_format is epoch_s)",
    [SCENARIO_EPOCH_MS] =
        "is not a whole number of milliseconds since 1970 (traces.inventory.time_format is epoch_ms)",
};

typedef struct {
    scenario_loader *l;
    const scenario_trace_setup *setup;
    scenario_inventory *inv;
    scenario_csv *csv;
    scenario_intern sku, product;
    size_t column[COLUMNS], columns;
    size_t row_room, sku_room, rejects_used, rejects_room;
} builder;

static scenario_status row_fail(builder *b, uint64_t line, const char *what) {
    scenario_say(b->l->error, "%.500s:%" PRIu64 ": %.450s", b->inv->path, line, what);
    return SCENARIO_BAD_INPUT;
}

static scenario_status io_fail(builder *b, const char *path) {
    scenario_say(b->l->error, "%.500s: %s", path, strerror(errno));
    return SCENARIO_BAD_INPUT;
}

/* ---- finding the file ---- */

static bool beside_scenario(const builder *b, char path[PATH_SIZE]) {
    const char *file = b->setup->file, *slash = strrchr(b->l->name, '/');
    int folder = file[0] != '/' && slash ? (int)(slash - b->l->name) + 1 : 0;
    int n = snprintf(path, PATH_SIZE, "%.*s%s", folder, b->l->name, file);
    return n > 0 && n < PATH_SIZE && access(path, F_OK) == 0;
}

static bool in_data_folder(const builder *b, const char *data, char path[PATH_SIZE]) {
    if (!data || !data[0] || b->setup->file[0] == '/') return false;
    int n = snprintf(path, PATH_SIZE, "%s/%s", data, b->setup->file);
    return n > 0 && n < PATH_SIZE && access(path, F_OK) == 0;
}

static scenario_status find_file(builder *b) {
    char path[PATH_SIZE], second[PATH_SIZE];
    const char *data = getenv("RESTOCKLAB_DATA");
    bool found = beside_scenario(b, path);
    if (!found && in_data_folder(b, data, second)) {
        memcpy(path, second, sizeof path);
        found = true;
    }
    if (!found) {
        const char *origin = b->setup->origin;
        scenario_fail(b->l, "traces.inventory.file",
                      "no file '%.100s'%s%.100s%s; %s%s%sdocs/TRACES.md says how to shape it", path,
                      data ? ", nor below "
                           : "; the folder RESTOCKLAB_DATA would be looked in too, but is not set",
                      data ? data : "", data ? " (RESTOCKLAB_DATA)" : "", origin[0] ? "it comes from " : "",
                      origin, origin[0] ? "; " : "");
        return SCENARIO_BAD_INPUT;
    }
    b->inv->path = malloc(strlen(path) + 1);
    if (!b->inv->path) return SCENARIO_NO_MEMORY;
    strcpy(b->inv->path, path);
    scenario_csv_status status = scenario_csv_open(path, &b->csv);
    if (status == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
    return status == SCENARIO_CSV_ROW ? SCENARIO_OK : io_fail(b, path);
}

/* ---- the header ---- */

static scenario_status no_column(builder *b, int which, const char *name, bool twice) {
    char list[240] = "", what[SCENARIO_ERROR_SIZE], quoted[80];
    size_t used = 0;
    for (size_t i = 0; i < scenario_csv_count(b->csv) && used + 1 < sizeof list; i++) {
        scenario_csv_field f = scenario_csv_at(b->csv, i);
        scenario_quote(f.text, f.size, quoted, sizeof quoted);
        int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", quoted);
        used += n > 0 ? (size_t)n : 0;
    }
    snprintf(what, sizeof what, "%s '%s' (traces.inventory.columns.%s); the columns are %s%s",
             twice ? "more than one column" : "no column", name, column_key[which], list,
             used + 1 < sizeof list ? "" : "...");
    return row_fail(b, scenario_csv_line(b->csv), what);
}

static scenario_status read_header(builder *b) {
    const char *wanted[COLUMNS] = {b->setup->timestamp, b->setup->sku, b->setup->available,
                                   b->setup->product};
    scenario_csv_status status = scenario_csv_next(b->csv);
    if (status == SCENARIO_CSV_NO_MEMORY) return SCENARIO_NO_MEMORY;
    if (status == SCENARIO_CSV_IO) return io_fail(b, b->inv->path);
    if (status == SCENARIO_CSV_END)
        return row_fail(b, 1, "the file is empty; it begins with a line of column names");
    if (status == SCENARIO_CSV_BAD)
        return row_fail(b, scenario_csv_line(b->csv), scenario_csv_reason(b->csv));
    b->columns = scenario_csv_count(b->csv);
    for (int c = 0; c < COLUMNS; c++) {
        size_t found = 0;
        if (c == PRODUCT && !wanted[c][0]) continue;
        for (size_t i = 0; i < b->columns; i++) {
            if (strcmp(scenario_csv_at(b->csv, i).text, wanted[c]) != 0) continue;
            b->column[c] = i;
            found++;
        }
        if (found != 1) return no_column(b, c, wanted[c], found > 1);
    }
    return SCENARIO_OK;
}

/* ---- rows ---- */

/* Books a bad row, or ends the load with it. */
static scenario_status reject(builder *b, const char *what) {
    scenario_inventory *inv = b->inv;
    if (b->setup->on_bad_row == SCENARIO_BAD_ROW_FAIL) return row_fail(b, scenario_csv_line(b->csv), what);
    inv->rejected++;
    size_t need = strlen(what) + 64;
    if (b->rejects_used + need > REJECTS_MAX) return SCENARIO_OK; /* counted, no longer listed */
    if (b->rejects_used + need > b->rejects_room) {
        size_t room = b->rejects_room * 2 > need ? b->rejects_room * 2 : 4096;
        char *more = realloc(inv->rejects, room);
        if (!more) return SCENARIO_NO_MEMORY;
        inv->rejects = more;
        b->rejects_room = room;
    }
    int n =
        snprintf(inv->rejects + b->rejects_used, need, "%" PRIu64 ": %s\n", scenario_csv_line(b->csv), what);
    b->rejects_used += n > 0 ? (size_t)n : 0;
    return SCENARIO_OK;
}

static scenario_status reject_field(builder *b, scenario_csv_field f, const char *is_what) {
    char what[SCENARIO_ERROR_SIZE / 2], quoted[100];
    snprintf(what, sizeof what, "%s %s", scenario_quote(f.text, f.size, quoted, sizeof quoted), is_what);
    return reject(b, what);
}

static bool parse_time(const scenario_trace_setup *setup, scenario_csv_field f, int64_t *at) {
    static const int64_t limit = 253402300800000; /* year 10000 in ms */
    double seconds;
    switch (setup->time_format) {
    case SCENARIO_EPOCH_S:
        if (f.size > 18 || !scenario_real_parse(f.text, f.size, &seconds) || seconds < 0) return false;
        if (seconds >= (double)limit / 1000) return false;
        *at = (int64_t)(seconds * 1000 + 0.001); /* cut to the millisecond; the sum undoes binary fractions */
        return true;
    case SCENARIO_EPOCH_MS: return scenario_int_parse(f.text, f.size, at) && *at >= 0 && *at < limit;
    default: return scenario_time_parse(f.text, f.size, at);
    }
}

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
        scenario_status status = reject_field(b, sku, "had another product on an earlier row");
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
    size_t columns = scenario_csv_count(b->csv);
    if (columns != b->columns) {
        char what[100];
        snprintf(what, sizeof what, "%zu columns, but the header has %zu", columns, b->columns);
        return reject(b, what);
    }
    scenario_csv_field time = scenario_csv_at(b->csv, b->column[TIMESTAMP]);
    scenario_csv_field sku = scenario_csv_at(b->csv, b->column[SKU]);
    scenario_csv_field level = scenario_csv_at(b->csv, b->column[AVAILABLE]);
    scenario_csv_field product = b->setup->product[0] ? scenario_csv_at(b->csv, b->column[PRODUCT]) : sku;
    if (!parse_time(b->setup, time, &row.at)) return reject_field(b, time, time_hint[b->setup->time_format]);
    if (!parse_level(b->setup, level, &row.level))
        return reject_field(b, level,
                            b->setup->kind == 0 ? "is not 0 or 1 (traces.inventory.kind is flags)"
                                                : "is not a whole number of units");
    if (sku.size == 0 || !scenario_utf8_valid(sku.text, sku.size, NULL))
        return reject_field(b, sku, "is no SKU: empty, or not valid UTF-8");
    if (product.size == 0 || !scenario_utf8_valid(product.text, product.size, NULL))
        return reject_field(b, product, "is no product: empty, or not valid UTF-8");
    scenario_status status = intern_sku(b, sku, product, &row.sku);
    if (status != SCENARIO_OK || row.sku == UINT32_MAX) return status;
    if (!room_for_row(b)) return SCENARIO_NO_MEMORY;
    b->inv->row[b->inv->rows++] = row;
    return SCENARIO_OK;
}

static scenario_status read_rows(builder *b) {
    for (;;) {
        scenario_status status = SCENARIO_OK;
        switch (scenario_csv_next(b->csv)) {
        case SCENARIO_CSV_ROW: status = read_row(b); break;
        case SCENARIO_CSV_BAD: status = reject(b, scenario_csv_reason(b->csv)); break;
        case SCENARIO_CSV_IO: return io_fail(b, b->inv->path);
        case SCENARIO_CSV_NO_MEMORY: return SCENARIO_NO_MEMORY;
        case SCENARIO_CSV_END:
            if (b->inv->rows > 0) return SCENARIO_OK;
            return row_fail(b, 1, b->inv->rejected ? "every row is bad" : "no rows below the header");
        }
        if (status != SCENARIO_OK) return status;
    }
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

static scenario_status build(builder *b) {
    scenario_status status = find_file(b);
    if (status == SCENARIO_OK) status = read_header(b);
    if (status == SCENARIO_OK) status = read_rows(b);
    if (status != SCENARIO_OK) return status;
    b->inv->hash = scenario_csv_hash(b->csv);
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
    builder b = {.l = l, .setup = &l->p->inventory, .inv = inv};
    scenario_status status = build(&b);
    scenario_csv_close(b.csv);
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
    free(inventory->rejects);
    free(inventory->row);
    free(inventory->path);
    free(inventory);
}
