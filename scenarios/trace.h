/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.h - inventory traces: read once from CSV, compiled to a sorted array that all trials share.
 */
#ifndef SCENARIOS_TRACE_H
#define SCENARIOS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCENARIO_COLUMN_SIZE = 64, SCENARIO_FILE_SIZE = 512, SCENARIO_ORIGIN_SIZE = 256 };

typedef enum {
    SCENARIO_ISO8601,
    SCENARIO_EPOCH_S,
    SCENARIO_EPOCH_MS,
    SCENARIO_TIME_FORMATS
} scenario_time_format;
typedef enum { SCENARIO_BAD_ROW_FAIL, SCENARIO_BAD_ROW_SKIP } scenario_bad_row;

/* How any trace's file is read. */
typedef struct {
    char origin[SCENARIO_ORIGIN_SIZE]; /* where the data can be had, for whoever has not got the file */
    char file[SCENARIO_FILE_SIZE]; /* "": no trace. Looked for beside the scenario, then under RESTOCKLAB_DATA
                                    */
    int time_format;               /* scenario_time_format; iso8601 without a zone is read as UTC */
    int on_bad_row;                /* scenario_bad_row */
} scenario_table_setup;

/* What became of its rows. */
typedef struct {
    char *path;      /* the file found */
    uint64_t hash;   /* XXH64 of all its bytes */
    size_t rejected; /* bad rows skipped; the first of them are listed in `rejects` */
    char *rejects;   /* "line: what" lines, 256 KiB at most, or NULL */
    size_t rejects_used, rejects_room;
} scenario_trace_file;

typedef struct {
    scenario_table_setup table;
    char timestamp[SCENARIO_COLUMN_SIZE]; /* column names */
    char sku[SCENARIO_COLUMN_SIZE];
    char available[SCENARIO_COLUMN_SIZE];
    char product[SCENARIO_COLUMN_SIZE]; /* "": every SKU is its own product */
    int kind;                           /* 0 flags (0/1), 1 levels (units) */
} scenario_trace_setup;

/* One row: from `at` on the SKU's published availability is `level` (0/1 for flags). */
typedef struct {
    int64_t at; /* ms since the epoch */
    uint32_t sku;
    uint32_t level;
} scenario_stock_row;

typedef struct {
    scenario_trace_file file;
    scenario_stock_row *row; /* sorted by time, then file order */
    size_t rows;             /* rows read and kept */
    size_t superseded;       /* good rows that a later row of the same SKU and time replaced; not in `rows` */
    uint32_t skus, products;
    char **sku_name;                   /* external ids; index = dense id, in order of first appearance */
    uint32_t *product_of;              /* per SKU */
    uint64_t *sku_hash, *product_hash; /* per SKU: XXH3 of the external ids, as a live stream would have it */
    uint64_t restocks;                 /* rises from 0 to above 0 within a SKU, counted in the file */
    int64_t first, last;               /* times of the first and last row */
} scenario_inventory;

/* The SKU of that external id. false: there is none. [out] near: then the nearest id, for "did you mean", or
 * NULL. */
bool scenario_inventory_find(const scenario_inventory *inventory, const char *id, uint32_t *sku,
                             const char **near);

#endif
