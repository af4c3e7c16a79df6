/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_traces.c - parameter rows of the traces that a scenario replays.
 */
#include "scenarios/rows.h"

static const char *const bad_rows[] = {"fail", "skip", NULL};
static const char *const kinds[] = {"flags", "levels", "deltas", NULL};
static const char *const modes[] = {"closed", "open", NULL};
static const char *const what[] = {"view",   "add_to_cart", "purchase", "notify_me", "wishlist",
                                   "return", "optin",       "optout",   "ignore",    NULL};
static const char *const negatives[] = {"never", "negative", NULL};
static const char *const duplicates[] = {"keep", "drop", NULL};
static const char *const joins[] = {"id", "rank", NULL};
static const char *const alignments[] = {"none", "day", NULL};
static_assert(sizeof what / sizeof(char *) == SCENARIO_EVENT_KINDS + 2, "each event, and ignore");

static const char *const platforms[] = {"ios", "android", "web", NULL};

#define STOCK  "supply.mode=trace"
#define EVENTS "shoppers.mode=trace"

#define LIST(NAME, PATH, M, COUNT, MAX, DOC)                                                                 \
    static const bis_field_list NAME = {                                                                     \
        .path = (PATH),                                                                                      \
        .offset = AT(M),                                                                                     \
        .stride = sizeof(((scenario_params *)0)->M[0]),                                                      \
        .count_offset = AT(COUNT),                                                                           \
        .max = (MAX),                                                                                        \
        .doc = (DOC),                                                                                        \
    }
LIST(stock_where, "traces.inventory.where", inventory.table.where, inventory.table.wheres, SCENARIO_WHERE_MAX,
     "COLUMN: TEXT. Rows in which a column holds another text are left out and counted.");
LIST(stock_values, "traces.inventory.values.available", inventory.value, inventory.values,
     SCENARIO_VALUES_MAX, "WORD: NUMBER. What words of the available column stand for.");
LIST(event_where, "traces.events.where", events.table.where, events.table.wheres, SCENARIO_WHERE_MAX,
     "COLUMN: TEXT. Rows in which a column holds another text are left out and counted.");
LIST(event_values, "traces.events.values.event", events.value, events.values, SCENARIO_VALUES_MAX,
     "WORD: EVENT. What words of the event column stand for.");

LIST(profile_where, "traces.profiles.where", profiles.table.where, profiles.table.wheres, SCENARIO_WHERE_MAX,
     "COLUMN: TEXT. Rows in which a column holds another text are left out and counted.");
LIST(tier_values, "traces.profiles.values.tier", profiles.tier_word, profiles.tier_words, SCENARIO_VALUES_MAX,
     "WORD: TIER. What words of the tier column stand for.");
LIST(zone_values, "traces.profiles.values.zone", profiles.zone_word, profiles.zone_words, SCENARIO_VALUES_MAX,
     "WORD: ZONE. What words of the zone column stand for.");
LIST(platform_values, "traces.profiles.values.platform", profiles.platform_word, profiles.platform_words,
     SCENARIO_VALUES_MAX, "WORD: PLATFORM. What words of the platform column stand for.");
LIST(optin_values, "traces.profiles.values.optin", profiles.optin_word, profiles.optin_words,
     SCENARIO_VALUES_MAX, "WORD: NUMBER. What words of the optin column stand for.");
LIST(catalog_where, "traces.catalog.where", listing.table.where, listing.table.wheres, SCENARIO_WHERE_MAX,
     "COLUMN: TEXT. Rows in which a column holds another text are left out and counted.");
LIST(sends_where, "traces.sends.where", sends.table.where, sends.table.wheres, SCENARIO_WHERE_MAX,
     "COLUMN: TEXT. Rows in which a column holds another text are left out and counted.");

/* How any trace's file is read; M is where its setup lies. TIMES: the row of how times are written, with a
 * comma after it; nothing where there are none. */
#define FILE_ROWS(TRACE, M, WHEN, WHERE, WHAT, TIMES)                                                        \
    TEXT(TRACE ".file", AT(M.file), SCENARIO_FILE_SIZE, "", WHEN,                                            \
         "CSV file of " WHAT "; looked for beside the scenario, then in the folder RESTOCKLAB_DATA."),       \
        TEXT(TRACE ".origin", AT(M.origin), SCENARIO_ORIGIN_SIZE, "", WHEN,                                  \
             "Where the data can be had; said when the file is missing."),                                   \
        TIMES CHOICE(TRACE ".on_bad_row", AT(M.on_bad_row), bad_rows, "fail", WHEN,                          \
                     "What a row that cannot be read does: it stops the run, or it is left out, counted "    \
                     "and listed."),                                                                         \
        ELEMENT(WHERE, TRACE ".where[].name", BIS_FIELD_TEXT, offsetof(scenario_where, name),                \
                SCENARIO_COLUMN_SIZE, "", 0, 0, "", WHEN, "Name of the column that is looked at."),          \
        ELEMENT(WHERE, TRACE ".where[].value", BIS_FIELD_TEXT, offsetof(scenario_where, value),              \
                SCENARIO_COLUMN_SIZE, "", 0, 0, NULL, WHEN, "What it must hold.")
#define TIME_FORMAT(TRACE, M, WHEN)                                                                          \
    TEXT(TRACE ".time_format", AT(M.time_format), SCENARIO_FORMAT_SIZE, "iso8601", WHEN,                     \
         "How times are written: iso8601 as 2026-03-01T08:00:00 (UTC unless an offset follows), epoch_s "    \
         "or epoch_ms since 1970, or a pattern such as %d/%m/%Y %H:%M."),
#define STOCK_COLUMN(NAME, M, DEF, WHEN, DOC)                                                                \
    TEXT("traces.inventory.columns." NAME, AT(inventory.M), SCENARIO_COLUMN_SIZE, DEF, STOCK WHEN,           \
         "Name of the column that holds " DOC)
#define EVENT_COLUMN(NAME, M, DEF, DOC)                                                                      \
    TEXT("traces.events.columns." NAME, AT(events.M), SCENARIO_COLUMN_SIZE, DEF, EVENTS,                     \
         "Name of the column that holds " DOC)
#define PROFILE_COLUMN(NAME, M, DEF, DOC)                                                                    \
    TEXT("traces.profiles.columns." NAME, AT(profiles.M), SCENARIO_COLUMN_SIZE, DEF, EVENTS,                 \
         "Name of the column that holds " DOC)
#define CATALOG_COLUMN(NAME, M, DEF, DOC)                                                                    \
    TEXT("traces.catalog.columns." NAME, AT(listing.M), SCENARIO_COLUMN_SIZE, DEF, NULL,                     \
         "Name of the column that holds " DOC)
#define SENDS_COLUMN(NAME, M, DEF, DOC)                                                                      \
    TEXT("traces.sends.columns." NAME, AT(sends.M), SCENARIO_COLUMN_SIZE, DEF, EVENTS,                       \
         "Name of the column that holds " DOC)
#define WORD_ROW(LISTED, TRACE, M, TYPE)                                                                     \
    ELEMENT(LISTED, TRACE ".values." M "[].name", BIS_FIELD_TEXT, offsetof(TYPE, name),                      \
            SCENARIO_COLUMN_SIZE, "", 0, 0, "", EVENTS, "The word that the file has.")

const bis_field scenario_trace_rows[] = {
    CHOICE("traces.mode", AT(traces_mode), modes, "closed", STOCK,
           "closed: orders take the trace's units, and what its purchases do not explain of its falls others "
           "have bought; open: its stock is taken as it is, whatever is ordered here."),
    FILE_ROWS("traces.inventory", inventory.table, STOCK, stock_where, "stock by SKU and time",
              TIME_FORMAT("traces.inventory", inventory, STOCK)),
    STOCK_COLUMN("timestamp", timestamp, "timestamp", "", "the time of the row."),
    STOCK_COLUMN("sku", sku, "sku", "", "the SKU's id."),
    STOCK_COLUMN("available", available, "available", "&traces.inventory.kind=flags|levels",
                 "the flag or the level."),
    STOCK_COLUMN("delta", delta, "delta", "&traces.inventory.kind=deltas",
                 "how many units came (above 0) or went."),
    STOCK_COLUMN("product", product, "", "", "the product's id; empty: each SKU is a product."),
    CHOICE("traces.inventory.kind", AT(inventory.kind), kinds, "flags", STOCK,
           "What a row says of a SKU: 0 or 1, its units, or how many units came or went."),
    ELEMENT(stock_values, "traces.inventory.values.available[].name", BIS_FIELD_TEXT,
            offsetof(scenario_number_word, name), SCENARIO_COLUMN_SIZE, "", 0, 0, "",
            STOCK "&traces.inventory.kind=flags|levels", "The word that the file has."),
    ELEMENT(stock_values, "traces.inventory.values.available[].value", BIS_FIELD_INT,
            offsetof(scenario_number_word, value), 0, "", 0, UNITS_MAX, NULL,
            STOCK "&traces.inventory.kind=flags|levels", "The flag or the level that it stands for."),

    FILE_ROWS("traces.events", events.table, EVENTS, event_where, "what shoppers did",
              TIME_FORMAT("traces.events", events, EVENTS)),
    EVENT_COLUMN("timestamp", timestamp, "timestamp", "the time of the row."),
    EVENT_COLUMN("shopper", shopper, "shopper", "the shopper's id; a purchase without one is anybody's."),
    EVENT_COLUMN("event", event, "event", "what she did; empty: every row is a purchase."),
    EVENT_COLUMN("sku", sku, "sku", "the SKU's id."),
    EVENT_COLUMN("quantity", quantity, "", "the units; empty: one."),
    EVENT_COLUMN("revenue", revenue, "", "the row's money; empty: by price, or none."),
    EVENT_COLUMN("price", price, "", "the money of one unit; empty: none."),
    EVENT_COLUMN("order", order, "", "the order's id, of which distinct ones are counted; empty: none."),
    ELEMENT(event_values, "traces.events.values.event[].name", BIS_FIELD_TEXT,
            offsetof(scenario_event_word, name), SCENARIO_COLUMN_SIZE, "", 0, 0, "", EVENTS,
            "The word that the file has."),
    {.path = "traces.events.values.event[].value",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(scenario_event_word, value),
     .unit = "",
     .choices = what,
     .active = EVENTS,
     .list = &event_values,
     .doc = "The event that it stands for; ignore leaves such rows out."},
    TEXT("traces.events.return_if.order", AT(events.return_order), SCENARIO_COLUMN_SIZE, "", EVENTS,
         "How the id of an order begins that is a return, such as C; empty: none is by its id."),
    CHOICE("traces.events.return_if.quantity", AT(events.return_negative), negatives, "never", EVENTS,
           "Whether a purchase of a negative quantity is a return."),
    CHOICE("traces.events.duplicates", AT(events.duplicates), duplicates, "keep", EVENTS,
           "What rows do that are alike in time, shopper, event, SKU and quantity: all count, or one."),
    CHOICE("traces.events.join", AT(events.join), joins, "id", EVENTS "&" STOCK,
           "Which SKU of the inventory an event is about: that of the same id, or that of the same rank when "
           "the SKUs of both files are sorted by their number of rows."),
    CHOICE("traces.events.align", AT(events.align), alignments, "none", EVENTS "&" STOCK,
           "day: all events are moved by so many days that the first of them falls on the inventory's first "
           "day."),

    FILE_ROWS("traces.profiles", profiles.table, EVENTS, profile_where, "who shoppers are", ),
    PROFILE_COLUMN("shopper", shopper, "shopper", "the shopper's id, as in the events."),
    PROFILE_COLUMN("tier", tier, "", "her tier, one of shoppers.tiers; empty: tiers are drawn."),
    PROFILE_COLUMN("zone", zone, "", "her time zone, one of shoppers.zones; empty: zones are drawn."),
    PROFILE_COLUMN("platform", platform, "", "ios, android or web; empty: platforms are drawn."),
    PROFILE_COLUMN("optin", optin, "",
                   "1 if she lets the shop push when the log begins, else 0; empty: that is drawn."),
    WORD_ROW(tier_values, "traces.profiles", "tier", scenario_where),
    ELEMENT(tier_values, "traces.profiles.values.tier[].value", BIS_FIELD_TEXT,
            offsetof(scenario_where, value), SCENARIO_COLUMN_SIZE, "", 0, 0, NULL, EVENTS,
            "The tier that it stands for."),
    WORD_ROW(zone_values, "traces.profiles", "zone", scenario_where),
    ELEMENT(zone_values, "traces.profiles.values.zone[].value", BIS_FIELD_TEXT,
            offsetof(scenario_where, value), SCENARIO_COLUMN_SIZE, "", 0, 0, NULL, EVENTS,
            "The zone that it stands for."),
    WORD_ROW(platform_values, "traces.profiles", "platform", scenario_platform_word),
    {.path = "traces.profiles.values.platform[].value",
     .type = BIS_FIELD_CHOICE,
     .offset = offsetof(scenario_platform_word, value),
     .unit = "",
     .choices = platforms,
     .active = EVENTS,
     .list = &platform_values,
     .doc = "The platform that it stands for."},
    WORD_ROW(optin_values, "traces.profiles", "optin", scenario_number_word),
    ELEMENT(optin_values, "traces.profiles.values.optin[].value", BIS_FIELD_INT,
            offsetof(scenario_number_word, value), 0, "", 0, 1, NULL, EVENTS,
            "Whether it says that she lets the shop push: 1, or 0."),

    FILE_ROWS("traces.catalog", listing.table, NULL, catalog_where,
              "products and prices, of SKUs that another trace names", ),
    CATALOG_COLUMN("sku", sku, "sku", "the SKU's id."),
    CATALOG_COLUMN("product", product, "product", "the product's id; empty: it is not read."),
    CATALOG_COLUMN("price", price, "", "money per unit; empty: catalog.price is that of all."),
    CATALOG_COLUMN("margin", margin, "",
                   "the share of the price that is left of a unit; empty: catalog.margin is that of all."),

    FILE_ROWS("traces.sends", sends.table, EVENTS, sends_where, "what the shop really sent at the time",
              TIME_FORMAT("traces.sends", sends, EVENTS)),
    SENDS_COLUMN("timestamp", timestamp, "timestamp", "the time of the send."),
    SENDS_COLUMN("shopper", shopper, "shopper", "the shopper's id, as in the events."),
    SENDS_COLUMN("sku", sku, "sku", "the SKU's id, as in the events."),
    SENDS_COLUMN("opened", opened, "", "when it was opened, a time or nothing; empty: that is not known."),
    SENDS_COLUMN("clicked", clicked, "", "when it was clicked, a time or nothing; empty: that is not known."),
};
const size_t scenario_trace_row_count = sizeof scenario_trace_rows / sizeof scenario_trace_rows[0];
