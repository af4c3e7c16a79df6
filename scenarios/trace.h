/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trace.h - traces: read once from CSV, compiled to sorted arrays that all trials share.
 */
#ifndef SCENARIOS_TRACE_H
#define SCENARIOS_TRACE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/world.h"
#include "scenarios/intern.h"

enum {
    SCENARIO_COLUMN_SIZE = 64,
    SCENARIO_FILE_SIZE = 512,
    SCENARIO_ORIGIN_SIZE = 256,
    SCENARIO_FORMAT_SIZE = 64,
    SCENARIO_WHERE_MAX = 8,
    SCENARIO_VALUES_MAX = 16
};

typedef enum { SCENARIO_BAD_ROW_FAIL, SCENARIO_BAD_ROW_SKIP } scenario_bad_row;

/* A column, or a word of one, and what it is to hold, or stands for. */
typedef struct {
    char name[SCENARIO_COLUMN_SIZE];
    char value[SCENARIO_COLUMN_SIZE];
} scenario_where;
typedef struct {
    char name[SCENARIO_COLUMN_SIZE];
    int64_t value;
} scenario_number_word;
typedef struct {
    char name[SCENARIO_COLUMN_SIZE];
    int value; /* scenario_event_kind, or SCENARIO_EVENT_KINDS: such rows are left out */
} scenario_event_word;

/* How any trace's file is read. */
typedef struct {
    char origin[SCENARIO_ORIGIN_SIZE]; /* where the data can be had, for whoever has not got the file */
    char file[SCENARIO_FILE_SIZE]; /* "": no trace. Looked for beside the scenario, then under RESTOCKLAB_DATA
                                    */
    int on_bad_row;                /* scenario_bad_row */
    scenario_where where[SCENARIO_WHERE_MAX]; /* rows that do not match all of them are left out */
    size_t wheres;
} scenario_table_setup;

/* What became of its rows. */
typedef struct {
    char *path;      /* the file found */
    uint64_t hash;   /* XXH64 of all its bytes, unpacked */
    size_t rows;     /* below the header, whatever became of them */
    size_t filtered; /* left out by `where` */
    size_t rejected; /* bad rows skipped */
    char *rejects;   /* the first 4 MiB of them as CSV without a header: trace,line,what,row; or NULL */
    size_t rejects_used, rejects_room;
} scenario_trace_file;

/* The SKUs that a trace names, and their products. */
typedef struct {
    uint32_t skus, products;
    scenario_intern sku, product;      /* external ids; dense ids in order of first appearance */
    uint32_t *product_of;              /* per SKU */
    uint64_t *sku_hash, *product_hash; /* per SKU: XXH3 of the external ids, as a live stream would have it */
    size_t room;
} scenario_named;

static inline const char *scenario_sku_name(const scenario_named *named, uint32_t sku) {
    return named->sku.name[sku];
}

/* ---- inventory ---- */

typedef enum { SCENARIO_FLAGS, SCENARIO_LEVELS, SCENARIO_DELTAS } scenario_stock_kind;

typedef struct {
    scenario_table_setup table;
    char time_format[SCENARIO_FORMAT_SIZE]; /* see times.h */
    char timestamp[SCENARIO_COLUMN_SIZE];   /* column names */
    char sku[SCENARIO_COLUMN_SIZE];
    char available[SCENARIO_COLUMN_SIZE];            /* of flags and levels */
    char delta[SCENARIO_COLUMN_SIZE];                /* of deltas */
    char product[SCENARIO_COLUMN_SIZE];              /* "": every SKU is its own product */
    int kind;                                        /* scenario_stock_kind */
    scenario_number_word value[SCENARIO_VALUES_MAX]; /* what words of the available column stand for */
    size_t values;
} scenario_trace_setup;

/* One row: from `at` on the SKU's published availability is `level` (0/1 for flags). */
typedef struct {
    int64_t at; /* ms since the epoch */
    uint32_t sku;
    uint32_t level;
} scenario_stock_row;

typedef struct {
    scenario_trace_file file;
    scenario_named named;
    scenario_stock_row *row; /* sorted by time, then file order */
    size_t rows;             /* rows read and kept */
    size_t superseded;       /* good rows that a later row of the same SKU and time replaced; not in `rows` */
    uint64_t restocks;       /* rises from 0 to above 0 within a SKU, counted in the file */
    int64_t first, last;     /* times of the first and last row */
} scenario_inventory;

/* ---- shoppers' events ---- */

typedef enum {
    SCENARIO_VIEW,
    SCENARIO_ADD_TO_CART,
    SCENARIO_PURCHASE,
    SCENARIO_NOTIFY_ME,
    SCENARIO_WISHLIST,
    SCENARIO_RETURN,
    SCENARIO_OPTIN,
    SCENARIO_OPTOUT,
    SCENARIO_EVENT_KINDS
} scenario_event_kind;
extern const char *const scenario_event_names[]; /* view, add_to_cart, ...; NULL at the end */

typedef struct {
    scenario_table_setup table;
    char time_format[SCENARIO_FORMAT_SIZE]; /* see times.h */
    char timestamp[SCENARIO_COLUMN_SIZE];   /* column names */
    char shopper[SCENARIO_COLUMN_SIZE];
    char event[SCENARIO_COLUMN_SIZE]; /* "": every row is a purchase, or a return by return_if */
    char sku[SCENARIO_COLUMN_SIZE];
    char quantity[SCENARIO_COLUMN_SIZE];            /* "": 1 */
    char revenue[SCENARIO_COLUMN_SIZE];             /* of the row; "": see price */
    char price[SCENARIO_COLUMN_SIZE];               /* of a unit; "": none */
    char order[SCENARIO_COLUMN_SIZE];               /* the order's id; "": none */
    scenario_event_word value[SCENARIO_VALUES_MAX]; /* what words of the event column stand for */
    size_t values;
    char return_order[SCENARIO_COLUMN_SIZE]; /* a purchase whose order id begins so is a return; "": none */
    int return_negative;                     /* 1: and so is one of a negative quantity */
    int duplicates;                          /* 0 keep, 1 drop */
    int join;                                /* 0 id, 1 rank */
    int align;                               /* 0 none, 1 day */
} scenario_events_setup;

/* Sixteen bytes, for there are millions: when, what and how many in one word; read by the functions below. */
typedef struct {
    uint64_t word;
    uint32_t shopper, sku; /* SCENARIO_NOBODY; an opt-in and an opt-out have no SKU: SCENARIO_NOBODY */
} scenario_event;
static_assert(sizeof(scenario_event) == 16, "four to a cache line");
#define SCENARIO_NOBODY UINT32_MAX
enum { SCENARIO_EVENT_UNITS_BITS = 13, SCENARIO_EVENT_UNITS_MAX = (1 << SCENARIO_EVENT_UNITS_BITS) - 1 };

static inline int64_t scenario_event_at(const scenario_event *e) {
    return (int64_t)e->word >> 16;
}
static inline scenario_event_kind scenario_event_what(const scenario_event *e) {
    return (scenario_event_kind)(e->word >> SCENARIO_EVENT_UNITS_BITS & 7);
}
static inline uint32_t scenario_event_units(const scenario_event *e) {
    return e->word & SCENARIO_EVENT_UNITS_MAX;
}

typedef struct {
    scenario_trace_file file;
    scenario_named named;            /* the SKUs as the file names them */
    scenario_intern shopper;         /* external ids */
    uint32_t *world_sku;             /* by SKU as the file names it: the world's, or SCENARIO_NOBODY; NULL:
                                        they are the world's */
    scenario_event *event;           /* sorted by time, then file order; SKUs as the world numbers them */
    size_t events;                   /* to be replayed */
    size_t kept;                     /* good rows that are not left out */
    size_t of[SCENARIO_EVENT_KINDS]; /* of them, by kind */
    size_t corrections;              /* purchases of no unit or fewer that are no returns: only counted */
    size_t anonymous;                /* purchases and returns by nobody */
    size_t duplicates;               /* rows that say what another says; in `kept` unless dropped */
    size_t unjoined;                 /* rows of SKUs that the inventory trace has not; not replayed */
    size_t orders;                   /* distinct ids of orders */
    uint32_t skus;                   /* distinct, as the file names them */
    uint32_t joined;                 /* of them, those that the world has */
    double revenue;      /* of all kept rows, signs as in the file, before duplicates are dropped */
    int64_t shift;       /* ms that were added to all times */
    int64_t first, last; /* times of the first and last event, moved */
} scenario_events;

/* ---- shoppers' profiles ---- */

typedef struct {
    char name[SCENARIO_COLUMN_SIZE];
    int value; /* model_platform */
} scenario_platform_word;

typedef struct {
    scenario_table_setup table;
    char shopper[SCENARIO_COLUMN_SIZE]; /* column names; "": the file does not say it */
    char tier[SCENARIO_COLUMN_SIZE];
    char zone[SCENARIO_COLUMN_SIZE];
    char platform[SCENARIO_COLUMN_SIZE];
    char optin[SCENARIO_COLUMN_SIZE];
    scenario_where tier_word[SCENARIO_VALUES_MAX]; /* words of the column, and the tiers they stand for */
    size_t tier_words;
    scenario_where zone_word[SCENARIO_VALUES_MAX];
    size_t zone_words;
    scenario_platform_word platform_word[SCENARIO_VALUES_MAX];
    size_t platform_words;
    scenario_number_word optin_word[SCENARIO_VALUES_MAX]; /* 0 and 1 */
    size_t optin_words;
} scenario_profiles_setup;

typedef struct {
    model_known known;
    bool given; /* the file has a row of hers */
} scenario_profile;

typedef struct {
    scenario_trace_file file;
    scenario_profile *of; /* by shopper of the events */
    size_t kept;          /* good rows */
    size_t unused;        /* of them, those of shoppers who have no event: they are left out */
} scenario_profiles;

/* ---- catalog ---- */

typedef struct {
    scenario_table_setup table;
    char sku[SCENARIO_COLUMN_SIZE]; /* column names; "": the file does not say it */
    char product[SCENARIO_COLUMN_SIZE];
    char price[SCENARIO_COLUMN_SIZE];
    char margin[SCENARIO_COLUMN_SIZE];
} scenario_catalog_setup;

typedef struct {
    scenario_trace_file file;
    double *price, *margin; /* by SKU of the world; NULL: the same for all, as in model_catalog */
    size_t kept;            /* good rows */
    uint32_t listed;        /* SKUs of the world that have one */
    uint32_t unjoined;      /* SKUs that the world has not: they are left out */
} scenario_catalog;

/* ---- what was really sent ---- */

typedef struct {
    scenario_table_setup table;
    char time_format[SCENARIO_FORMAT_SIZE]; /* see times.h */
    char timestamp[SCENARIO_COLUMN_SIZE];   /* column names; "": the file does not say it */
    char shopper[SCENARIO_COLUMN_SIZE];
    char sku[SCENARIO_COLUMN_SIZE];
    char opened[SCENARIO_COLUMN_SIZE];
    char clicked[SCENARIO_COLUMN_SIZE];
} scenario_sends_setup;

#define SCENARIO_NEVER INT64_MIN
typedef struct {
    int64_t at, opened, clicked; /* ms since the epoch, moved as the events are; SCENARIO_NEVER */
    uint32_t shopper, sku;       /* as the world numbers them */
} scenario_send;

typedef struct {
    scenario_trace_file file;
    scenario_send *send; /* sorted by shopper, then time */
    size_t sends;        /* of shoppers and SKUs of the world */
    size_t kept;         /* good rows */
    size_t opened, clicked;
    size_t unused;   /* of the kept, those of shoppers who have no event */
    size_t unjoined; /* of the others, those of SKUs that the world has not */
} scenario_sends;

/* The SKU of that external id. false: there is none. [out] near: then the nearest id, for "did you mean", or
 * NULL. */
bool scenario_named_find(const scenario_named *named, const char *id, uint32_t *sku, const char **near);
/* Likewise of a shopper. */
bool scenario_shopper_find(const scenario_events *events, const char *id, uint32_t *shopper,
                           const char **near);

#endif
