/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows_world.c - parameter rows of the run, the catalog, the supply, the stock views and the organic demand.
 */
#include "scenarios/rows.h"

const char *const scenario_span_kinds[] = {"fixed",   "exponential", "gamma", "lognormal",
                                           "weibull", "uniform",     NULL};
const char *const scenario_units_kinds[] = {"fixed",     "poisson", "negative_binomial",
                                            "lognormal", "uniform", NULL};
_Static_assert(sizeof scenario_span_kinds / sizeof(char *) == MODEL_SPAN_KIND_COUNT + 1,
               "a name for each kind");
_Static_assert(sizeof scenario_units_kinds / sizeof(char *) == MODEL_UNITS_KIND_COUNT + 1,
               "a name for each kind");

static const char *const supply_modes[] = {"none", "explicit", "lead_time", "trace", "reorder", NULL};
static const char *const view_modes[] = {"stream", "poll", NULL};

#define NO_TRACE "supply.mode=none|explicit|lead_time|reorder"
#define NO_NAMES NO_TRACE "&shoppers.mode=synthetic" /* no trace says what there is */

static const bis_field_list variants = {
    .path = "catalog.variants",
    .offset = AT(catalog.variant),
    .stride = sizeof(model_variant),
    .count_offset = AT(catalog.variants),
    .max = MODEL_VARIANTS_MAX,
    .doc = "The size curve: the variants of every product. Without a list, one variant named one-size.",
};

static const bis_field_list restocks = {
    .path = "supply.restocks",
    .offset = AT(supply.restock),
    .stride = sizeof(model_restock),
    .count_offset = AT(supply.restocks),
    .max = MODEL_RESTOCKS_MAX,
    .doc = "The restocks of mode explicit, in any order.",
};

/* The same rows for the feed and for the storefront. */
#define VIEW(PATH, M, TYPICAL, WHO)                                                                          \
    CHOICE(PATH ".mode", AT(M.mode), view_modes, "stream", NULL,                                             \
           "How " WHO " learns of stock: each change is told to it late, or it looks every so often."),      \
        SPAN_DIST(PATH ".latency", M.latency, "", "exponential", TYPICAL, "1", "1", "10min",                 \
                  "Distribution of the delay of each update (stream) or answer (poll); no public source."),  \
        SPAN(PATH ".period", AT(M.period), 1, SPAN_MAX, "15min", PATH ".mode=poll",                          \
             "Time from one look to the next; each SKU has its own phase. No public source."),               \
        SHARE(PATH ".loss", AT(M.loss), "0", NULL,                                                           \
              "Chance that an update (stream) is lost for good, or an answer (poll), which the next look "   \
              "makes up for. No public source."),                                                            \
        SHARE(PATH ".duplicate", AT(M.duplicate), "0", NULL,                                                 \
              "Chance that an update or answer comes twice, each time after a delay of its own. No public "  \
              "source."),                                                                                    \
        ROW(PATH ".ordered", BIS_FIELD_BOOL, AT(M.ordered), "", 0, 1, "true", NULL,                          \
            "Whether updates carry version numbers, so that one which was overtaken is dropped; without, "   \
            "what comes last is believed, however old."),                                                    \
        REAL(PATH ".phantom.rate", AT(M.phantom.rate), "per day", 0, RATE_MAX, "0", NULL,                    \
             "How often a SKU comes to be shown with units that are not there, counted while it has none "   \
             "such; no public source."),                                                                     \
        INT(PATH ".phantom.units", AT(M.phantom.units), "units", 1, UNITS_MAX, "1", NULL,                    \
            "How many units it is then shown to have besides the true ones; no public source."),             \
        SPAN_DIST(PATH ".phantom.lasts", M.phantom.lasts, "", "exponential", "1d", "1", "1", "2d",           \
                  "Distribution of the time until that is put right; no public source.")

const bis_field scenario_world_rows[] = {
    TEXT("run.title", AT(run.title), SCENARIO_TITLE_SIZE, "", NULL, "What the reports are headed with."),
    INT("run.seed", AT(run.seed), "", 0, 9007199254740992.0, "1", NULL,
        "The seed of all randomness: the same seed gives the same run, bit for bit."),
    INT("run.replications", AT(run.replications), "trials", 1, 1e6, "20", NULL,
        "How many independent trials are run; intervals are over trials."),
    ROW("run.start", BIS_FIELD_TIME, AT(run.start), "UTC", 0, 7258118400000.0, "2026-03-01", NULL,
        "When the simulated time begins. With an inventory trace, the trace's first row unless set."),
    SPAN("run.horizon", AT(run.horizon), 1, 315360000000.0, "14d", NULL,
         "How long is simulated. With an inventory trace, to just after its last row unless set."),
    SPAN("run.warmup", AT(run.warmup), 0, 315360000000.0, "0", NULL,
         "Time from the start that no metric looks at, so that the world can settle first."),

    INT("catalog.products", AT(catalog.products), "products", 1, 1e6, "1", NO_NAMES,
        "How many products the shop has; a SKU is one variant of one product."),
    ELEMENT(variants, "catalog.variants[].name", BIS_FIELD_TEXT, offsetof(model_variant, name),
            MODEL_NAME_SIZE, "", 0, 0, "", NO_NAMES, "The variant's name, such as a size; no two alike."),
    ELEMENT(
        variants, "catalog.variants[].share", BIS_FIELD_REAL, offsetof(model_variant, share), 0, "weight", 0,
        1e6, "1", NO_NAMES,
        "Its weight in demand and in each restock; the weights of all variants are brought to a sum of 1."),
    REAL("catalog.popularity", AT(catalog.popularity), "", 0, 10, "1", NULL,
         "Zipf exponent of popularity over products (over SKUs with a trace): 0 is even, 1 is steep. No "
         "public source."),
    REAL("catalog.price", AT(catalog.price), "money", 0, 1e9, "100", NULL,
         "Money per unit sold, in any currency. No public source."),
    SHARE("catalog.margin", AT(catalog.margin), "0.4", NULL,
          "What is left of the price of a unit once it is sold, before the costs below. No public source."),

    CHOICE("supply.mode", AT(supply.mode), supply_modes, "lead_time", NULL,
           "Where units come from: none but the initial ones, a list of restocks, a lead time after each "
           "stockout, an inventory trace, or orders that are placed whenever units on hand and on order fall "
           "to supply.reorder.point."),
    UNITS_DIST("supply.initial", supply.initial, NO_TRACE "&", "fixed", "20", "2", "0.5", "0", "40",
               "Distribution of the units of each SKU at the start; no public source."),
    ELEMENT(restocks, "supply.restocks[].after", BIS_FIELD_DURATION, offsetof(model_restock, after), 0, "", 0,
            SPAN_MAX, NULL, "supply.mode=explicit",
            "When the units arrive, counted from the start of the run."),
    ELEMENT(restocks, "supply.restocks[].units", BIS_FIELD_INT, offsetof(model_restock, units), 0, "units", 1,
            UNITS_MAX, NULL, "supply.mode=explicit",
            "How many units arrive, split over the variants by the size curve."),
    ELEMENT(restocks, "supply.restocks[].product", BIS_FIELD_INT, offsetof(model_restock, product), 0,
            "index", -1, 1e6, "-1", "supply.mode=explicit",
            "Which product gets them, counted from 0; -1 is every product, each so many units."),
    INT("supply.reorder.point", AT(supply.reorder_point), "units", 0, UNITS_MAX, "10", "supply.mode=reorder",
        "As soon as a SKU's units on hand and on order are so many or fewer, supply.quantity is ordered, "
        "again and again until they are more. No public source."),
    SPAN_DIST("supply.lead_time", supply.lead_time, "supply.mode=lead_time|reorder&", "gamma", "3d", "0.5",
              "0.5", "6d",
              "Distribution of the time from a stockout (lead_time) or an order (reorder) to its units; no "
              "public source."),
    UNITS_DIST("supply.quantity", supply.quantity, "supply.mode=lead_time|reorder&", "negative_binomial",
               "40", "4", "0.5", "1", "80",
               "Distribution of the units in one restock of one SKU; no public source."),
    UNITS_DIST(
        "supply.units_when_available", supply.units_when_available,
        "supply.mode=trace&traces.inventory.kind=flags&", "negative_binomial", "20", "2", "1", "1", "40",
        "A trace of flags says when units were there, not how many: distribution of the units behind a flag "
        "that goes up; no public source."),

    REAL("supply.other_channels.rate", AT(supply.other_rate), "units per day", 0, RATE_MAX, "0", NO_TRACE,
         "Units that other sales channels (shops, marketplaces) take over the whole catalog, as anonymous "
         "buyers ask for it; they never sell one that is not there. With a trace its falls say so. No public "
         "source."),

    VIEW("feed", feed, "1min", "the engine"),
    VIEW("storefront", storefront, "10s", "the shop's page"),

    SPAN_DIST("reservation.ttl", reservation.ttl, "", "fixed", "0", "1", "1", "30min",
              "Distribution of how long a cart holds its unit, which nobody else can buy meanwhile, from the "
              "landing on; a mean of 0 is a shop without reservations. With them all who buy take "
              "response.checkout to pay. No public source."),
    SHARE("reservation.abandon", AT(reservation.abandon), "0", NULL,
          "Chance that a buyer leaves the cart without paying, which holds its unit until reservation.ttl is "
          "over. No public source for units held."),

    REAL("organic.rate", AT(organic.rate), "orders per day", 0, RATE_MAX, "2", NULL,
         "Orders by anonymous buyers over the whole catalog, each of one unit if the page shows one. No "
         "public source."),
};
const size_t scenario_world_row_count = sizeof scenario_world_rows / sizeof scenario_world_rows[0];
